//! The loop: source → dissect → present.

mod output;

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::Cli;
use crate::cli::output::When;
use crate::dissect::registry::Registry;
use crate::dissect::sink::{Detail, Quiet, Sink};
use crate::dissect::worker::Worker;
use crate::filter::display::{DisplayFilter, FilterError};
use crate::present::View;
use crate::present::summary::Summary;
use crate::present::time::Clock;
use crate::present::tree::Tree;
use crate::source::{CaptureFile, Frame, Next, Source};

use output::Output;

/// The command line was wrong: tshark's exit status for it.
pub const USAGE: u8 = 1;
/// The capture could not be read to its end, or the output not be written: tshark's exit status for both.
const FAILED: u8 = 2;

/// Does what the command line asks for; says how the program ends.
pub fn run(cli: &Cli) -> ExitCode {
    let Some(path) = &cli.read else {
        complain(&"nothing to read: name a capture with -r FILE");
        return ExitCode::from(USAGE);
    };
    let mut source = match CaptureFile::open(path) {
        Ok(source) => source,
        Err(error) => {
            complain(&error);
            return ExitCode::from(FAILED);
        }
    };
    let filter = match display_filter(cli) {
        Ok(filter) => filter,
        Err(error) => {
            complain(&error);
            return ExitCode::from(FAILED);
        }
    };
    let mut output = Output::new(cli.output.line_buffered);
    let registry = Arc::new(Registry::default());
    let count = cli.count.unwrap_or(u64::MAX);
    let summary = || Summary::new(Clock::new(cli.output.time, cli.output.seconds), colored(cli.output.color));
    if cli.output.tree || !cli.output.only.is_empty() {
        let worker = Worker::<Detail>::new(registry);
        drive(&mut source, worker, &mut Tree::new(cli.output.only.clone()), &mut output, count, keeps(filter))
    } else if filter.is_some() {
        let worker = Worker::with_sink(registry, Detail::wordless());
        drive(&mut source, worker, &mut summary(), &mut output, count, keeps(filter))
    } else {
        drive(&mut source, Worker::<Quiet>::new(registry), &mut summary(), &mut output, count, |_, _| true)
    }
}

/// The display filter, if one is given.
fn display_filter(cli: &Cli) -> Result<Option<DisplayFilter>, FilterError> {
    let given = match &cli.display_filter {
        Some(filter) => Some(filter.clone()),
        None if cli.positional_filter.is_empty() => None,
        None => Some(cli.positional_filter.join(" ")),
    };
    given.map(|filter| DisplayFilter::compile(&filter)).transpose()
}

/// Whether a frame that has been dissected is to be shown.
fn keeps(filter: Option<DisplayFilter>) -> impl Fn(&Worker<Detail>, &Frame<'_>) -> bool {
    move |worker, frame| filter.as_ref().is_none_or(|filter| filter.keeps(&worker.sink, frame.bytes))
}

/// Feeds at most `count` frames of `source` through `worker`, and those that `shown` wants to `view`.
fn drive<S: Sink>(
    source: &mut impl Source,
    mut worker: Worker<S>,
    view: &mut impl View<S>,
    output: &mut Output,
    count: u64,
    shown: impl Fn(&Worker<S>, &Frame<'_>) -> bool,
) -> ExitCode {
    view.begin(&mut output.waiting);
    let mut left = count;
    let ended = loop {
        if left == 0 {
            break None;
        }
        let settled = match source.next() {
            Ok(Next::Frame(frame)) => {
                left -= 1;
                worker.dissect(&frame);
                if shown(&worker, &frame) {
                    view.frame(&frame, &mut worker, &mut output.waiting);
                    worker.displayed();
                } else {
                    view.skip(&frame);
                }
                output.settle()
            }
            Ok(Next::Nothing) => output.flush(),
            Ok(Next::End) => break None,
            Err(error) => break Some(error),
        };
        if let Err(error) = settled {
            return unwritable(&error);
        }
    };
    view.end(&mut output.waiting);
    let written = output.flush();
    if let Some(error) = &ended {
        complain(error);
    }
    match written {
        Err(error) => unwritable(&error),
        Ok(()) if ended.is_some() => ExitCode::from(FAILED),
        Ok(()) => ExitCode::SUCCESS,
    }
}

/// Standard output cannot be written: a reader that is gone is no news to anybody, all else is.
fn unwritable(error: &io::Error) -> ExitCode {
    if error.kind() != ErrorKind::BrokenPipe {
        complain(&format_args!("standard output cannot be written: {error}"));
    }
    ExitCode::from(FAILED)
}

fn colored(when: When) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// One line on standard error.
fn complain(error: &dyn std::fmt::Display) {
    _ = writeln!(io::stderr(), "netpeek: {error}");
}
