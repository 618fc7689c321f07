//! Flags for live capture, and for files that are written.

use clap::Args;

/// Where frames come from when they are not read from a file, and where they are kept.
#[derive(Debug, Args)]
pub struct Capture {}
