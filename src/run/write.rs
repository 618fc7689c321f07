//! Files that are written beside the rows, or instead of them.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{FAILED, complain, privileges};
use crate::cli::Cli;
use crate::source::{Block, Frame, Next, Origin, Source, SourceError, Time};
use crate::write::{Format, Keeper, Plan, Step, Stop, Turn, WriteError};

/// What is kept of the frames, and what may end the capture early.
#[derive(Default)]
pub(super) struct Keeping {
    keeper: Option<Keeper>,
    step: Option<Step>,
    failed: Option<WriteError>,
}

/// How many packets are taken at most.
pub(super) fn count(cli: &Cli) -> u64 {
    let stop = Stop::of(&cli.capture.stop);
    let shown = stop.packets.filter(|_| cli.capture.write.is_none());
    cli.count.into_iter().chain(shown).min().unwrap_or(u64::MAX)
}

/// Whether rows or details are printed.
pub(super) fn prints(cli: &Cli) -> bool {
    let capture = &cli.capture;
    let details = cli.output.tree || !cli.output.only.is_empty() || cli.output.hex;
    capture.write.is_none() || capture.rows || capture.print || details
}

impl Keeping {
    /// Makes the file that the command line asks for.
    pub(super) fn new(cli: &Cli, origin: Origin<'_>) -> Result<Self, ExitCode> {
        let Some(path) = &cli.capture.write else { return Ok(Self::default()) };
        let plan = Plan {
            path: path.clone(),
            format: cli.capture.format,
            comments: cli.capture.comments.clone(),
            group: cli.capture.group,
            read: cli.read.clone(),
            stop: Stop::of(&cli.capture.stop),
            turn: Turn::of(&cli.capture.turn),
        };
        let keeper = Keeper::new(plan, origin, now()).map_err(|error| {
            complain(&error);
            if let Some(user) = privileges::caller().filter(|_| error.is_permission_denied()) {
                complain(&format_args!("Files are written as {user}, who called sudo; with -Z root, as root."));
            }
            ExitCode::from(FAILED)
        })?;
        Ok(Self { keeper: Some(keeper), ..Self::default() })
    }

    /// Whether anything is kept, and so all records are wanted.
    pub(super) fn keeps(&self) -> bool {
        self.keeper.is_some()
    }

    /// Asks a source for what is wanted of it.
    #[inline]
    pub(super) fn next<'a>(&self, source: &'a mut impl Source) -> Result<Next<'a>, SourceError> {
        if self.keeps() { source.next_record() } else { source.next() }
    }

    /// Keeps a frame.
    #[inline]
    pub(super) fn frame(&mut self, frame: &Frame<'_>) {
        if let Some(keeper) = &mut self.keeper {
            let step = keeper.frame(frame);
            self.note(step);
        }
    }

    /// Keeps a block.
    pub(super) fn block(&mut self, block: &Block<'_>) {
        if let Some(keeper) = &mut self.keeper {
            let step = keeper.block(block).map(|()| Step::Go);
            self.note(step);
        }
    }

    /// Nothing has come for a while.
    pub(super) fn idle(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            let step = keeper.idle(now());
            self.note(step);
        }
    }

    #[inline]
    fn note(&mut self, step: Result<Step, WriteError>) {
        match step {
            Ok(Step::Go) => {}
            Ok(step) => self.step = Some(step),
            Err(error) => self.failed = Some(error),
        }
    }

    /// Does what the keeper asked for; says whether to go on.
    #[inline]
    pub(super) fn goes_on(&mut self, source: &mut impl Source) -> bool {
        if self.step.is_none() && self.failed.is_none() {
            return true;
        }
        if let (Some(Step::Count), Some(keeper)) = (self.step, &mut self.keeper) {
            self.step = None;
            if let Err(error) = keeper.counted(&source.counters()) {
                self.failed = Some(error);
            }
        }
        self.step != Some(Step::End) && self.failed.is_none()
    }

    /// Completes the file; says whether all is well.
    pub(super) fn finish(self, source: &mut impl Source) -> bool {
        let failed = match (self.failed, self.keeper) {
            (None, Some(keeper)) => keeper.finish(&source.counters()).err(),
            // What else is wrong with the file is of no interest then.
            (Some(error), Some(keeper)) => {
                _ = keeper.finish(&[]);
                Some(error)
            }
            (failed, None) => failed,
        };
        if let Some(error) = failed.as_ref().filter(|error| !error.is_broken_pipe()) {
            complain(error);
        }
        failed.is_none()
    }
}

/// Writes at most `count` frames without looking into them.
pub(super) fn copy(source: &mut impl Source, mut keeping: Keeping, count: u64) -> ExitCode {
    let mut left = count;
    let mut ended = None;
    while left > 0 && keeping.goes_on(source) {
        match keeping.next(source) {
            Ok(Next::Frame(frame)) => {
                left -= 1;
                keeping.frame(&frame);
            }
            Ok(Next::Block(block)) => keeping.block(&block),
            Ok(Next::Nothing) => keeping.idle(),
            Ok(Next::End) => break,
            Err(error) => {
                ended = Some(error);
                break;
            }
        }
    }
    let whole = keeping.finish(source);
    if let Some(error) = &ended {
        complain(error);
    }
    if whole && ended.is_none() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

/// What about files makes no sense together.
pub(super) fn check(cli: &Cli) -> Result<(), &'static str> {
    let capture = &cli.capture;
    let (stop, turn) = (Stop::of(&capture.stop), Turn::of(&capture.turn));
    let several = turn.happens() || turn.files.is_some() || stop.files.is_some();
    let to_stdout = capture.write.as_ref().is_some_and(|path| path.as_os_str() == "-");
    match () {
        () if several && capture.write.is_none() => {
            Err("Multiple capture files requested, but the capture isn't being saved to a file.")
        }
        () if stop.filesize.is_some() && capture.write.is_none() => {
            Err("Maximum capture file size specified, but the capture isn't being saved to a file.")
        }
        () if several && to_stdout => {
            Err("Multiple capture files requested, but the capture is being written to the standard output.")
        }
        () if several && !turn.happens() => Err(
            "Multiple capture files requested, but no maximum capture file size, duration, interval or packets were specified.",
        ),
        () if !capture.comments.is_empty() && capture.write.is_none() => Err(match cli.read {
            Some(_) => "Capture comments were specified, but you aren't writing a capture file.",
            None => "Capture comments were specified, but the capture isn't being saved to a file.",
        }),
        () if !capture.comments.is_empty() && capture.format != Format::PcapNg => {
            Err("Capture comments can only be written to a pcapng file.")
        }
        () if to_stdout && (prints(cli) || !cli.statistics.statistics.is_empty()) => {
            Err("You can't write both raw packet data and dissected packets to the standard output.")
        }
        () => Ok(()),
    }
}

/// The time of day.
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time { secs: i64::try_from(since.as_secs()).unwrap_or(i64::MAX), nanos: since.subsec_nanos() }
}
