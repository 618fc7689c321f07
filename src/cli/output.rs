//! Flags for what is printed of each frame, and how.

use clap::{Args, ValueEnum};

use crate::present::time::{Format, Seconds};

/// What is printed of each frame.
#[derive(Debug, Args)]
pub struct Output {
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
