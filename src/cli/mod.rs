//! The command line: tshark's names for everything that tshark has.

pub mod capture;
pub mod interfaces;
pub mod interpretation;
pub mod output;
pub mod statistics;

use std::path::PathBuf;

use clap::Parser;
use clap::builder::RangedU64ValueParser;

/// netpeek: a packet inspector that prints what tshark prints.
///
/// Reads packets from the network or a stored capture, takes them apart layer by layer, and prints one line for each.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true, disable_version_flag = true)]
pub struct Cli {
    /// Read packets from this capture (pcap or pcapng, compressed or not); "-" is standard input
    #[arg(short = 'r', long = "read-file", value_name = "FILE")]
    pub read: Option<PathBuf>,

    /// Stop after this many packets
    #[arg(short = 'c', value_name = "PACKETS", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub count: Option<u64>,

    /// Show only packets that this display filter keeps (Wireshark's language)
    #[arg(short = 'Y', long = "display-filter", value_name = "FILTER", allow_hyphen_values = true)]
    pub display_filter: Option<String>,

    /// Go over the capture twice, as -R asks for
    #[arg(short = '2', requires = "read")]
    pub two_passes: bool,

    /// With -2: take packets that this display filter does not keep as never captured
    #[arg(short = 'R', long = "read-filter", value_name = "FILTER", allow_hyphen_values = true)]
    pub read_filter: Option<String>,

    /// With -r, the display filter, if it is not given with -Y; otherwise the capture filter, if it is not given with -f
    #[arg(value_name = "FILTER")]
    pub positional_filter: Vec<String>,

    /// Where frames come from when they are not read from a file, and where they are kept
    #[command(flatten)]
    pub capture: capture::Capture,

    /// How bytes are understood and named
    #[command(flatten)]
    pub interpretation: interpretation::Interpretation,

    /// What is printed of each frame
    #[command(flatten)]
    pub output: output::Output,

    /// What is counted over all frames
    #[command(flatten)]
    pub statistics: statistics::Statistics,

    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn flags_of_all_groups_go_together() {
        super::Cli::command().debug_assert();
    }
}
