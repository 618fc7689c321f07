//! Flags for what is counted over all frames.

use clap::Args;

/// What is counted over all frames.
#[derive(Debug, Args)]
pub struct Statistics {
    /// Print no rows: statistics alone
    #[arg(short = 'q')]
    pub quiet: bool,

    /// Print a statistic at the end (may be given several times); an unknown one lists those that there are
    #[arg(short = 'z', value_name = "STATISTIC", allow_hyphen_values = true)]
    pub statistics: Vec<String>,

    /// Write what a protocol carried into files, each with a safe name of its own: http,DIR
    #[arg(long, value_name = "PROTOCOL,DIR")]
    pub export_objects: Vec<String>,

    /// With -z connections: what they are sorted by (start, duration, bytes, segments, retransmissions, rtt, client, server)
    #[arg(long, value_name = "KEY")]
    pub sort: Option<String>,

    /// With -z connections: show this many
    #[arg(long, value_name = "COUNT")]
    pub top: Option<usize>,
}
