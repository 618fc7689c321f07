//! The loop: source → dissect → present.

mod capture;
mod interpretation;
mod output;
mod privileges;
mod progress;
mod statistics;
mod views;
mod write;

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::Cli;
use crate::cli::output::When;
use crate::dissect::application::tls::secrets::KeyLog;
use crate::dissect::registry::Registry;
use crate::dissect::sink::{Detail, Wanted, Wording};
use crate::dissect::worker::Worker;
use crate::filter::display::{DisplayFilter, FilterError};
use crate::present::View;
use crate::present::glossary::Report;
use crate::source::{Block, BlockKind, Frame, Next, Source, SourceError};
use crate::statistics::{Depth, Statistics};

use capture::Input;
use output::Output;
use progress::Progress;
use views::Asked;
use write::Keeping;

/// The command line was wrong: tshark's exit status for it.
pub const USAGE: u8 = 1;
/// The capture could not be read to its end, or the output not be written: tshark's exit status for both.
const FAILED: u8 = 2;

/// Does what the command line asks for; says how the program ends.
pub fn run(cli: &Cli) -> ExitCode {
    if let Some(report) = cli.output.glossary {
        return list(report);
    }
    let asked = match views::asked(cli) {
        Ok(asked) => asked,
        Err(refused) => {
            complain(&refused);
            return ExitCode::from(USAGE);
        }
    };
    let filter = match display_filter(cli) {
        Ok(filter) => filter,
        Err(error) => {
            complain(&error);
            return ExitCode::from(FAILED);
        }
    };
    let read_filter = match read_filter(cli) {
        Ok(filter) => filter,
        Err(status) => return ExitCode::from(status),
    };
    let statistics = match statistics::asked(cli, views::in_lecture(cli)) {
        Ok(statistics) => statistics,
        Err(refused) => {
            complain(&refused);
            return ExitCode::from(USAGE);
        }
    };
    let registry = match interpretation::registry(&cli.interpretation) {
        Ok(registry) => Arc::new(registry),
        Err(refusal) => {
            refusal.iter().for_each(|line| complain(line));
            return ExitCode::from(USAGE);
        }
    };
    if let Err(wrong) = write::check(cli) {
        complain(&wrong);
        return ExitCode::from(USAGE);
    }
    let mut input = match Input::open(cli) {
        Ok(input) => input,
        Err(code) => return code,
    };
    let code = show(cli, &mut input, registry, asked, (read_filter, filter), statistics);
    input.conclude();
    code
}

/// Prints what is asked for of the frames of `input`.
fn show(
    cli: &Cli,
    input: &mut Input,
    registry: Arc<Registry>,
    mut asked: Asked,
    (read_filter, filter): (Option<DisplayFilter>, Option<DisplayFilter>),
    mut statistics: Statistics,
) -> ExitCode {
    let keeping = match Keeping::new(cli, input.origin()) {
        Ok(keeping) => keeping,
        Err(status) => return status,
    };
    let unfiltered = filter.is_none() && read_filter.is_none();
    if views::silent(cli) && keeping.keeps() && unfiltered && statistics.is_empty() {
        return write::copy(input, keeping, write::count(cli));
    }
    let mut output = Output::new(cli.output.line_buffered);
    let counted = statistics.needs().depth;
    let [first, second] = [&read_filter, &filter].map(|filter| filter.as_ref().map(DisplayFilter::wanted));
    let wanted = [first, second, (counted > Depth::Row).then_some(Wanted::Everything)];
    let wanted = wanted.into_iter().flatten().fold(asked.wanted, Wanted::and);
    let sink = Detail::worded(if counted == Depth::Words { Wording::All } else { asked.wording });
    let capture = input.name(cli);
    let job = Job {
        source: input,
        statistics: &mut statistics,
        capture: &capture,
        output: &mut output,
        keeping,
        progress: Progress::new(cli),
        count: write::count(cli).min(cli.output.explain.unwrap_or(u64::MAX)),
        read_filter,
    };
    let mut worker = Worker::recording(registry, wanted, sink);
    worker.row.unseen = !job.statistics.needs().info && !asked.view.shows_rows();
    match filter {
        Some(filter) => drive(job, worker, &mut *asked.view, |w, frame| filter.keeps(&w.sink, frame.bytes)),
        None => drive(job, worker, &mut *asked.view, |_, _| true),
    }
}

/// Lists what netpeek knows.
fn list(report: Report) -> ExitCode {
    let mut output = Output::new(false);
    report.write(&mut output.waiting);
    match output.flush() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => unwritable(&error),
    }
}

/// The display filter, if one is given.
fn display_filter(cli: &Cli) -> Result<Option<DisplayFilter>, FilterError> {
    let given = match &cli.display_filter {
        Some(filter) => Some(filter.clone()),
        // Behind the options of a live capture stands a capture filter.
        None if cli.positional_filter.is_empty() || cli.read.is_none() => None,
        None => Some(cli.positional_filter.join(" ")),
    };
    given.map(|filter| DisplayFilter::compile(&filter)).transpose()
}

/// The filter of the first pass, if one is given; or the exit status where it cannot be had.
fn read_filter(cli: &Cli) -> Result<Option<DisplayFilter>, u8> {
    let Some(given) = &cli.read_filter else { return Ok(None) };
    if !cli.two_passes {
        complain(&"-R without -2 is deprecated. For single-pass filtering use -Y.");
        return Err(USAGE);
    }
    DisplayFilter::compile(given).map(Some).map_err(|error| {
        complain(&error);
        FAILED
    })
}

/// What is read, and where it goes.
struct Job<'a, R> {
    source: &'a mut R,
    statistics: &'a mut Statistics,
    /// The capture's name.
    capture: &'a str,
    output: &'a mut Output,
    keeping: Keeping,
    progress: Progress,
    /// Frames to be read at most.
    count: u64,
    /// What the first pass keeps; all else counts as never captured.
    read_filter: Option<DisplayFilter>,
}

/// Feeds frames through `worker`, those that `shown` wants to `view`, all of them to the statistics.
fn drive(
    job: Job<'_, impl Source>,
    mut worker: Worker,
    view: &mut dyn View,
    shown: impl Fn(&Worker, &Frame<'_>) -> bool,
) -> ExitCode {
    let Job { source, statistics, capture, output, mut keeping, mut progress, count, read_filter } = job;
    worker.taps.wanted = statistics.needs().taps;
    view.begin(&mut output.waiting);
    let with_blocks = statistics.needs().blocks || worker.names.as_ref().is_some_and(|names| names.wanted.hosts);
    let live = statistics.needs().live;
    let mut left = count;
    // Frames that the first pass has kept: they are numbered anew, without those that it has not.
    let mut kept = 0;
    let ended = loop {
        if left == 0 || !keeping.goes_on(source) {
            break None;
        }
        let settled = match if with_blocks { source.next_record() } else { keeping.next(source) } {
            Ok(Next::Frame(ref frame)) => {
                left -= 1;
                let renumbered = read_filter.is_some().then(|| Frame { number: kept + 1, ..*frame });
                let frame = renumbered.as_ref().unwrap_or(frame);
                worker.dissect(frame);
                if read_filter.as_ref().is_some_and(|filter| !filter.keeps(&worker.sink, frame.bytes)) {
                    progress.frame(frame.raw.len());
                    continue;
                }
                kept += 1;
                statistics::tell(statistics, frame, &worker);
                if live {
                    statistics::meanwhile(statistics, capture, &mut worker, &mut output.waiting);
                }
                progress.frame(frame.raw.len());
                if shown(&worker, frame) {
                    keeping.frame(frame);
                    view.frame(frame, &mut worker, &mut output.waiting);
                    worker.displayed();
                } else {
                    view.skip(frame);
                }
                output.settle()
            }
            Ok(Next::Block(block)) => {
                learn(&block, &mut worker, statistics);
                keeping.block(&block);
                Ok(())
            }
            Ok(Next::Nothing) => {
                keeping.idle();
                output.flush()
            }
            Ok(Next::End) => break None,
            Err(error) => break Some(error),
        };
        if let Err(error) = settled {
            return unwritable(&error);
        }
    };
    progress.end();
    view.end(&mut output.waiting);
    statistics::conclude(statistics, capture, &mut worker, &mut output.waiting);
    let whole = keeping.finish(source);
    status(output, ended, whole)
}

/// Writes what still waits, tells why the capture `ended`, and gives the exit status; `whole` says that all that was to be
/// kept is.
fn status(output: &mut Output, ended: Option<SourceError>, whole: bool) -> ExitCode {
    let written = output.flush();
    if let Some(error) = &ended {
        complain(error);
    }
    match written {
        Err(error) => unwritable(&error),
        Ok(()) if ended.is_some() || !whole => ExitCode::from(FAILED),
        Ok(()) => ExitCode::SUCCESS,
    }
}

/// Takes in the names or secrets that a block of the capture gives.
fn learn(block: &Block<'_>, worker: &mut Worker, statistics: &mut Statistics) {
    match block.kind {
        BlockKind::NameResolution => {
            if let Some(names) = &worker.names {
                names.learn_block(block.raw, block.big_endian);
            }
            statistics.names(block.raw, block.big_endian);
        }
        BlockKind::Secrets => worker.state.shared.entry::<KeyLog>().learn_block(block.raw, block.big_endian),
        _ => {}
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
