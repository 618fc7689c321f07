//! Flags for what is printed of each frame, and how.

use clap::{Args, ValueEnum};

use crate::present::glossary::Report;
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

    /// Print the bytes of each packet, too
    #[arg(short = 'x')]
    pub hex: bool,

    /// Print the bytes, and which: all, frames; ascii, delimit, noascii
    #[arg(long = "hexdump", value_name = "OPTION", value_enum)]
    pub hexdump: Vec<HexOption>,

    /// The format of what is printed
    #[arg(id = "print_format", short = 'T', value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Style,

    /// Print this field (with -T fields, json, ek or pdml); _ws.col.Info and the like are the summary's columns
    #[arg(short = 'e', value_name = "FIELD")]
    pub fields: Vec<String>,

    /// How fields are separated: header=y|n, separator=CHAR, aggregator=CHAR, occurrence=f|l|a, quote=d|s|n, bom=y|n
    #[arg(short = 'E', value_name = "OPTION=VALUE")]
    pub separation: Vec<String>,

    /// Open only these layers and fields, separated by spaces (with -T json, ek or pdml)
    #[arg(short = 'j', value_name = "LAYERS", conflicts_with = "whole_layers")]
    pub layers: Option<String>,

    /// Open only these layers, with all that is below them (with -T json, ek or pdml)
    #[arg(short = 'J', value_name = "LAYERS")]
    pub whole_layers: Option<String>,

    /// Fields of one name are one array (with -T json)
    #[arg(long = "no-duplicate-keys")]
    pub no_duplicate_keys: bool,

    /// List what netpeek knows, and print nothing else
    #[arg(short = 'G', value_name = "REPORT", value_enum, num_args = 0..=1, default_missing_value = "fields")]
    pub glossary: Option<Report>,

    /// Draw one frame: nested boxes with byte ranges, and its bytes in the layers' colours
    #[arg(long, value_name = "FRAME", value_parser = clap::builder::RangedU64ValueParser::<u64>::new().range(1..))]
    pub explain: Option<u64>,

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

/// The format of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// A line for each packet, or with -V the detail tree
    #[default]
    Text,
    /// The values of the fields that -e names, a line for each packet
    Fields,
    /// All fields as JSON
    Json,
    /// The bytes of all fields as JSON
    Jsonraw,
    /// All fields as JSON for Elasticsearch
    Ek,
    /// All fields as XML
    Pdml,
    /// A line for each packet as XML
    Psml,
    /// A line for each packet, with tabs between the columns
    Tabs,
}

/// What a dump of bytes shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HexOption {
    /// The frame and what was reassembled or decoded from it
    All,
    /// The frame alone
    Frames,
    /// The bytes as text, too
    Ascii,
    /// The bytes as text, between bars
    Delimit,
    /// No text
    Noascii,
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
