//! The loop: source → dissect → present.

use std::io::{self, ErrorKind, IsTerminal, StdoutLock, Write};
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::{Cli, When};
use crate::dissect::registry::Registry;
use crate::dissect::sink::{Detail, Quiet, Sink};
use crate::dissect::worker::Worker;
use crate::present::View;
use crate::present::summary::Summary;
use crate::present::time::Clock;
use crate::present::tree::Tree;
use crate::source::{CaptureFile, Source};

/// The command line was wrong: tshark's exit status for it.
pub const USAGE: u8 = 1;
/// The capture could not be read to its end, or the output not be written: tshark's exit status for both.
const FAILED: u8 = 2;

/// Output is written out when this many bytes are waiting.
const BLOCK: usize = 1 << 16;

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
    let mut output = Output::new(cli.line_buffered);
    let count = cli.count.unwrap_or(u64::MAX);
    if cli.tree || !cli.only.is_empty() {
        let mut view = Tree::new(cli.only.clone());
        return drive::<Detail>(&mut source, &mut view, &mut output, count);
    }
    let mut view = Summary::new(Clock::new(cli.time, cli.seconds), colored(cli.color));
    drive::<Quiet>(&mut source, &mut view, &mut output, count)
}

/// Feeds at most `count` frames of `source` through a worker to `view`.
fn drive<S: Sink>(source: &mut impl Source, view: &mut impl View<S>, output: &mut Output, count: u64) -> ExitCode {
    let mut worker = Worker::<S>::new(Arc::new(Registry::default()));
    view.begin(&mut output.waiting);
    let mut left = count;
    let ended = loop {
        if left == 0 {
            break None;
        }
        left -= 1;
        match source.next() {
            Ok(Some(frame)) => {
                worker.dissect(&frame);
                view.frame(&frame, &mut worker, &mut output.waiting);
                worker.displayed();
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
        if let Err(error) = output.settle() {
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

/// Standard output, written in blocks or line by line.
struct Output {
    waiting: Vec<u8>,
    block: usize,
    stdout: StdoutLock<'static>,
}

impl Output {
    fn new(line_buffered: bool) -> Self {
        let block = if line_buffered || io::stdout().is_terminal() { 1 } else { BLOCK };
        Self { waiting: Vec::with_capacity(2 * BLOCK), block, stdout: io::stdout().lock() }
    }
    /// Writes out what is waiting, if it is enough for a block.
    fn settle(&mut self) -> io::Result<()> {
        if self.waiting.len() >= self.block { self.flush() } else { Ok(()) }
    }
    fn flush(&mut self) -> io::Result<()> {
        let outcome = self.stdout.write_all(&self.waiting).and_then(|()| self.stdout.flush());
        self.waiting.clear();
        outcome
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
