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
}
