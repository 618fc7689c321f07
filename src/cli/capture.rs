//! Flags for live capture, and for files that are written.

use std::path::PathBuf;

use clap::Args;

use super::interfaces::Interfaces;
use crate::source::live::Method;
use crate::write::{Format, StopRule, TurnRule};

/// Where frames come from when they are not read from a file, and where they are kept.
#[derive(Debug, Args)]
pub struct Capture {
    /// Where packets are captured, and how
    #[command(flatten)]
    pub interfaces: Interfaces,

    /// List the interfaces, and end
    #[arg(short = 'D', long = "list-interfaces")]
    pub list_interfaces: bool,

    /// List the link types of the interface, and end
    #[arg(short = 'L', long = "list-data-link-types")]
    pub list_links: bool,

    /// Say nothing on standard error but errors
    #[arg(short = 'Q')]
    pub errors_only: bool,

    /// Once interfaces are open, go on as this user [default behind sudo: who called it]
    #[arg(short = 'Z', long = "relinquish-privileges", value_name = "USER")]
    pub user: Option<String>,

    /// How packets are taken from the kernel
    #[arg(long = "capture-method", value_name = "METHOD", value_enum, default_value_t)]
    pub method: Method,

    /// Write the packets to this file; "-" is standard output
    #[arg(short = 'w', value_name = "FILE")]
    pub write: Option<PathBuf>,

    /// The format of the file written: pcapng, pcap, or nsecpcap (nanoseconds)
    #[arg(short = 'F', value_name = "FORMAT", value_parser = Format::parse, num_args = 0..=1, default_value = "pcapng", default_missing_value = "")]
    pub format: Format,

    /// End after duration:SECONDS, filesize:KB, files:NUMBER or packets:NUMBER
    #[arg(short = 'a', long = "autostop", value_name = "CONDITION", value_parser = StopRule::parse)]
    pub stop: Vec<StopRule>,

    /// Go on in another file after duration:SECONDS, filesize:KB, packets:NUMBER, or at each multiple of
    /// interval:SECONDS; keep files:NUMBER of them; tell their names to printname:FILE
    #[arg(short = 'b', long = "ring-buffer", value_name = "CONDITION", value_parser = TurnRule::parse)]
    pub turn: Vec<TurnRule>,

    /// Print rows also while packets are written to a file
    #[arg(short = 'P')]
    pub rows: bool,

    /// Print packets also while they are written to a file
    #[arg(long)]
    pub print: bool,

    /// A comment on the capture, in the file written (pcapng); may be given several times
    #[arg(long = "capture-comment", value_name = "COMMENT", allow_hyphen_values = true)]
    pub comments: Vec<String>,

    /// Let the group read the files written
    #[arg(short = 'g')]
    pub group: bool,
}
