//! The loop: source → dissect → present.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::Cli;
use crate::dissect::registry::Registry;
use crate::dissect::sink::Quiet;
use crate::dissect::worker::Worker;
use crate::present::summary::Summary;
use crate::source::CaptureFile;

/// Output is written out when this many bytes are waiting.
const BLOCK: usize = 1 << 16;

/// Does what the command line asks for; says how the program ends.
pub fn run(cli: &Cli) -> ExitCode {
    let Some(path) = &cli.read else { return ExitCode::from(1) };
    let mut source = match CaptureFile::open(path) {
        Ok(source) => source,
        Err(error) => {
            complain(&error);
            return ExitCode::from(2);
        }
    };
    let mut worker = Worker::<Quiet>::new(Arc::new(Registry::default()));
    let mut summary = Summary::default();
    let mut out = Vec::with_capacity(2 * BLOCK);
    let mut stdout = io::stdout().lock();
    let ended = loop {
        match source.next() {
            Ok(Some(frame)) => {
                worker.dissect(&frame);
                summary.print(&frame, &worker.row, &mut out);
            }
            Ok(None) => break ExitCode::SUCCESS,
            Err(error) => {
                _ = stdout.write_all(&out);
                out.clear();
                complain(&error);
                break ExitCode::from(2);
            }
        }
        if out.len() >= BLOCK {
            if stdout.write_all(&out).is_err() {
                return ExitCode::from(2);
            }
            out.clear();
        }
    };
    if stdout.write_all(&out).and_then(|()| stdout.flush()).is_err() {
        return ExitCode::from(2);
    }
    ended
}

/// One line on standard error.
fn complain(error: &dyn std::fmt::Display) {
    _ = writeln!(io::stderr(), "netpeek: {error}");
}
