//! Flags for live capture, and for files that are written.

use std::path::PathBuf;

use clap::Args;

use crate::write::{Format, StopRule, TurnRule};

/// Where frames come from when they are not read from a file, and where they are kept.
#[derive(Debug, Args)]
pub struct Capture {
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

    /// Let the group read the files written
    #[arg(short = 'g')]
    pub group: bool,
}
