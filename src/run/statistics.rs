//! Statistics beside the rows, and no rows at all.

use crate::cli::Cli;
use crate::dissect::sink::Sink;
use crate::dissect::worker::Worker;
use crate::present::View;
use crate::source::Frame;
use crate::statistics::{Ending, Refused, Seen, Statistics};

/// The statistics that the command line asks for.
pub(super) fn asked(cli: &Cli) -> Result<Statistics, Refused> {
    Statistics::new(cli.statistics.statistics.iter().map(String::as_str))
}

/// Shows statistics the frame that `worker` has just dissected.
pub(super) fn tell<S: Sink>(statistics: &mut Statistics, frame: &Frame<'_>, worker: &Worker<S>) {
    if statistics.is_empty() {
        return;
    }
    statistics.frame(&Seen {
        frame,
        elapsed: worker.elapsed(),
        row: &worker.row,
        taps: worker.taps.seen(),
        tapped: &worker.taps,
        state: &worker.state,
        detail: worker.sink.detail(),
    });
}

/// Appends what statistics found.
pub(super) fn conclude<S: Sink>(statistics: &mut Statistics, capture: &str, worker: &mut Worker<S>, out: &mut Vec<u8>) {
    let elapsed = worker.elapsed();
    statistics.end(&mut Ending { capture, elapsed, state: &mut worker.state }, out);
}

/// Prints nothing of any frame.
pub(super) struct Silent;

impl<S> View<S> for Silent {
    fn frame(&mut self, _: &Frame<'_>, _: &mut Worker<S>, _: &mut Vec<u8>) {}
}
