//! Which view the command line asks for.

use super::statistics::Silent;
use super::{colored, write};
use crate::cli::Cli;
use crate::cli::output::{HexOption, Style, When};
use crate::dissect::sink::{Wanted, Wording};
use crate::present::View;
use crate::present::ek::Ek;
use crate::present::explain::Explain;
use crate::present::fields::{Chosen, Fields, Form, Separation};
use crate::present::hex::{Dump, Hex};
use crate::present::json::{Content, Json};
use crate::present::layers::Opened;
use crate::present::pdml::{Head, Pdml};
use crate::present::psml::Psml;
use crate::present::summary::Summary;
use crate::present::tabs::Tabs;
use crate::present::time::Clock;
use crate::present::tree::Tree;

/// A view, and what has to be recorded of frames for it.
pub(super) struct Asked {
    pub(super) view: Box<dyn View>,
    pub(super) wanted: Wanted,
    /// Which of the tree's words are shown.
    pub(super) wording: Wording,
}

impl Asked {
    fn rows(view: Box<dyn View>) -> Self {
        Self { view, wanted: Wanted::Nothing, wording: Wording::None }
    }
    fn words(view: impl View + 'static) -> Self {
        Self { view: Box::new(view), wanted: Wanted::Everything, wording: Wording::All }
    }
    fn headings(view: impl View + 'static) -> Self {
        Self { wording: Wording::Headings, ..Self::words(view) }
    }
}

/// Whether nothing is shown of any packet.
pub(super) fn silent(cli: &Cli) -> bool {
    !write::prints(cli) || (cli.statistics.quiet && !cli.capture.rows)
}

fn clock(cli: &Cli) -> Clock {
    Clock::new(cli.output.time, cli.output.seconds)
}

/// The view of rows alone that the command line asks for.
pub(super) fn of_rows(cli: &Cli) -> Box<dyn View> {
    match cli.output.format {
        _ if silent(cli) => Box::new(Silent),
        Style::Psml => Box::new(Psml::new(clock(cli))),
        Style::Tabs => Box::new(Tabs::new(clock(cli))),
        _ => Box::new(Summary::new(clock(cli), colored(cli.output.color))),
    }
}

/// Whether drawings are in colour: on a terminal, unless it was said otherwise.
pub(super) fn in_lecture(cli: &Cli) -> bool {
    match cli.output.color {
        When::Never => colored(When::Auto),
        when => colored(when),
    }
}

/// The view that the command line asks for.
///
/// # Errors
/// What contradicts itself, in tshark's words.
pub(super) fn asked(cli: &Cli) -> Result<Asked, String> {
    let output = &cli.output;
    let dumped = output.hex || !output.hexdump.is_empty();
    let chosen = !output.fields.is_empty();
    match output.format {
        Style::Fields if !chosen => {
            return Err("\"-Tfields\" was specified, but no fields were specified with \"-e\".".into());
        }
        Style::Text | Style::Jsonraw | Style::Psml | Style::Tabs if chosen => {
            return Err("Output fields were specified with \"-e\", \
                        but \"-Tek, -Tfields, -Tjson or -Tpdml\" was not specified."
                .into());
        }
        Style::Fields | Style::Pdml | Style::Psml if dumped => {
            return Err("Raw packet hex data can only be printed as text, JSON, JSONRAW or EK JSON".into());
        }
        _ => {}
    }
    if let Some(number) = output.explain {
        return Ok(Asked::words(Explain::new(number, in_lecture(cli))));
    }
    if silent(cli) {
        return Ok(Asked::rows(Box::new(Silent)));
    }
    Ok(match output.format {
        _ if chosen => fields(cli)?,
        Style::Json | Style::Jsonraw => {
            let json = Json::new(Content {
                text: output.format == Style::Json,
                raw: dumped || output.format == Style::Jsonraw,
                merged: output.no_duplicate_keys,
                opened: opened(cli),
            });
            // Fields of one name are told apart by their words.
            if output.no_duplicate_keys { Asked::words(json) } else { Asked::headings(json) }
        }
        Style::Ek => Asked::headings(Ek::new(dumped, opened(cli))),
        Style::Pdml => Asked::words(Pdml::new(head(cli), opened(cli))),
        Style::Psml => Asked::rows(of_rows(cli)),
        Style::Text | Style::Fields | Style::Tabs => text(cli, dumped),
    })
}

fn fields(cli: &Cli) -> Result<Asked, String> {
    let chosen = Chosen::new(&cli.output.fields).map_err(|unknown| unknown.to_string())?;
    let (wanted, wording) = (chosen.wanted(), if chosen.worded() { Wording::All } else { Wording::None });
    let form = match cli.output.format {
        Style::Json => Form::Json,
        Style::Ek => Form::Ek,
        Style::Pdml => Form::Pdml(head(cli)),
        _ => Form::Lines(Separation::parse(&cli.output.separation)?),
    };
    Ok(Asked { view: Box::new(Fields::new(chosen, form, clock(cli))), wanted, wording })
}

/// Rows, or the tree, and the bytes behind either.
fn text(cli: &Cli, dumped: bool) -> Asked {
    let output = &cli.output;
    let tree = output.tree || !output.only.is_empty();
    let before = match () {
        () if tree => Some(Asked::words(Tree::new(output.only.clone()))),
        () if dumped && !cli.capture.rows => None,
        () => Some(Asked::rows(of_rows(cli))),
    };
    match before {
        Some(before) if !dumped => before,
        before => {
            let wording = before.as_ref().map_or(Wording::None, |before| before.wording);
            let view = Hex::new(before.map(|before| before.view), dump(cli));
            Asked { view: Box::new(view), wanted: Wanted::Everything, wording }
        }
    }
}

fn dump(cli: &Cli) -> Dump {
    let mut dump = Dump { color: colored(cli.output.color), ..Dump::default() };
    for option in &cli.output.hexdump {
        match option {
            HexOption::All => dump.buffers = true,
            HexOption::Frames => dump.buffers = false,
            HexOption::Ascii => (dump.text, dump.bars) = (true, false),
            HexOption::Delimit => (dump.text, dump.bars) = (true, true),
            HexOption::Noascii => dump.text = false,
        }
    }
    dump
}

fn opened(cli: &Cli) -> Opened {
    match (&cli.output.layers, &cli.output.whole_layers) {
        (Some(layers), _) => Opened::new(layers, false),
        (None, Some(layers)) => Opened::new(layers, true),
        (None, None) => Opened::default(),
    }
}

fn head(cli: &Cli) -> Head {
    Head::new(cli.read.as_ref().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default())
}
