//! Statistics beside the rows, and no rows at all.

use std::io::{self, IsTerminal};

use crate::cli::Cli;
use crate::cli::output::Style;
use crate::dissect::worker::Worker;
use crate::present::View;
use crate::source::Frame;
use crate::statistics::{Ending, Refused, Seen, Statistics, objects};

/// The statistics that the command line asks for.
pub(super) fn asked(cli: &Cli, color: bool) -> Result<Statistics, Refused> {
    let arguments: Vec<String> =
        cli.statistics.statistics.iter().map(|argument| complete(argument, cli, color)).collect();
    let mut statistics = Statistics::new(arguments.iter().map(String::as_str))?;
    for argument in &cli.statistics.export_objects {
        statistics.add(objects::make(argument)?);
    }
    Ok(statistics)
}

/// The argument with what other flags say of the statistic that it asks for.
fn complete(argument: &str, cli: &Cli, color: bool) -> String {
    let mut argument = argument.to_owned();
    let connections = argument.split(',').next() == Some("connections");
    let mut add = |word: &str| argument.insert_str("connections".len(), &format!(",{word}"));
    if connections {
        add(match cli.output.format {
            Style::Json => "json",
            _ if io::stdout().is_terminal() => "table",
            _ => "plain",
        });
        if cli.read.is_none() {
            add("live");
        }
        if let Some(key) = &cli.statistics.sort {
            add(&format!("sort={key}"));
        }
        if let Some(count) = cli.statistics.top {
            add(&format!("top={count}"));
        }
    }
    if argument.starts_with("ladder,") && color {
        argument.push_str(",color");
    }
    argument
}

/// Shows statistics the frame that `worker` has just dissected.
pub(super) fn tell(statistics: &mut Statistics, frame: &Frame<'_>, worker: &Worker) {
    if statistics.is_empty() {
        return;
    }
    statistics.frame(&Seen {
        frame,
        elapsed: worker.elapsed(),
        first: worker.first_time(),
        row: &worker.row,
        taps: worker.taps.seen(),
        tapped: &worker.taps,
        state: &worker.state,
        detail: worker.detail(),
    });
}

/// Appends what statistics have to say already.
pub(super) fn meanwhile(statistics: &mut Statistics, capture: &str, worker: &mut Worker, out: &mut Vec<u8>) {
    let (elapsed, names) = (worker.elapsed(), worker.names.as_deref());
    statistics.meanwhile(&mut Ending { capture, elapsed, state: &mut worker.state, names }, out);
}

/// Appends what statistics found.
pub(super) fn conclude(statistics: &mut Statistics, capture: &str, worker: &mut Worker, out: &mut Vec<u8>) {
    let elapsed = worker.elapsed();
    let names = worker.names.as_deref();
    statistics.end(&mut Ending { capture, elapsed, state: &mut worker.state, names }, out);
}

/// Prints nothing of any frame.
pub(super) struct Silent;

impl View for Silent {
    fn frame(&mut self, _: &Frame<'_>, _: &mut Worker, _: &mut Vec<u8>) {}
}
