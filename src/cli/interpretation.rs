//! Flags for how bytes are understood and named.

use clap::Args;

/// How bytes are understood and named.
#[derive(Debug, Args)]
pub struct Interpretation {
    /// Do not resolve names: addresses and ports as numbers
    #[arg(short = 'n')]
    pub numeric: bool,
}
