//! The command line: tshark's names for everything that tshark has.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Parser, ValueEnum};

use crate::present::time::{Format, Seconds};

/// netpeek: a packet inspector that prints what tshark prints.
///
/// Reads packets from a stored capture, takes them apart layer by layer, and prints one line for each.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true, disable_version_flag = true)]
pub struct Cli {
    /// Read packets from this capture (pcap or pcapng, compressed or not); "-" is standard input
    #[arg(short = 'r', long = "read-file", value_name = "FILE")]
    pub read: Option<PathBuf>,

    /// Stop after this many packets
    #[arg(short = 'c', value_name = "PACKETS", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub count: Option<u64>,

    /// Do not resolve names: addresses and ports as numbers
    #[arg(short = 'n')]
    pub numeric: bool,

    /// Show only packets that this display filter keeps (Wireshark's language)
    #[arg(short = 'Y', long = "display-filter", value_name = "FILTER", allow_hyphen_values = true)]
    pub display_filter: Option<String>,

    /// The display filter, if it is not given with -Y
    #[arg(value_name = "FILTER", conflicts_with = "display_filter")]
    pub positional_filter: Vec<String>,

    /// Print the detail tree of each packet
    #[arg(short = 'V')]
    pub tree: bool,

    /// Print the detail tree with only these layers opened (filter names, separated by commas)
    #[arg(short = 'O', value_name = "PROTOCOLS", value_delimiter = ',')]
    pub only: Vec<String>,

    /// What the Time column shows
    #[arg(short = 't', value_name = "FORMAT", value_enum, default_value_t)]
    pub time: Format,

    /// How spans of time are shown
    #[arg(short = 'u', value_name = "FORMAT", value_enum, default_value_t)]
    pub seconds: Seconds,

    /// Write each line out at once
    #[arg(short = 'l')]
    pub line_buffered: bool,

    /// Colour the rows: on a terminal (auto, also where no word follows), always, or never
    #[arg(long, value_name = "WHEN", value_enum, num_args = 0..=1, require_equals = true, default_value_t = When::Never, default_missing_value = "auto")]
    pub color: When,

    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless the environment variable NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
