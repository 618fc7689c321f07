//! The command line: tshark's names for everything that tshark has.

use std::path::PathBuf;

use clap::Parser;

/// netpeek: a packet inspector that prints what tshark prints.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// Read packets from this capture; "-" is standard input
    #[arg(short = 'r', long = "read-file", value_name = "FILE")]
    pub read: Option<PathBuf>,

    /// Do not resolve names: addresses and ports as numbers
    #[arg(short = 'n')]
    pub numeric: bool,
}
