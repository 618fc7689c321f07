//! Flags for what is counted over all frames.

use clap::Args;

/// What is counted over all frames.
#[derive(Debug, Args)]
pub struct Statistics {}
