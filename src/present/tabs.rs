//! `-T tabs`: the summary with a tab between the columns.

use super::View;
use super::columns::{Column, left, right};
use super::time::Clock;
use crate::dissect::line::Line;
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// Prints the summary's columns with tabs between them.
#[derive(Default)]
pub struct Tabs {
    clock: Clock,
    line: Line,
}

impl Tabs {
    /// Rows with times as `clock` shows them.
    pub fn new(clock: Clock) -> Self {
        Self { clock, ..Self::default() }
    }
}

impl View for Tabs {
    fn shows_rows(&self) -> bool {
        true
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        let Self { clock, line, .. } = self;
        let row = &worker.row;
        line.clear();
        right(line, 5, |l| Column::Number.write(frame, row, clock, l));
        line.byte(b'\t');
        right(line, 10, |l| Column::Time.write(frame, row, clock, l));
        line.byte(b'\t');
        right(line, 12, |l| Column::Source.write(frame, row, clock, l));
        line.str("\t→\t");
        left(line, 12, |l| Column::Destination.write(frame, row, clock, l));
        line.byte(b'\t').bytes(row.protocol_column()).byte(b'\t').dec(frame.wire_len).byte(b'\t');
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(row.info_column());
        out.push(b'\n');
        clock.tick(frame.time);
    }

    fn skip(&mut self, frame: &Frame<'_>) {
        self.clock.tick(frame.time);
    }
}
