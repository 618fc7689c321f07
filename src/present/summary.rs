//! The default view: one line a frame, in tshark's columns.

use super::View;
use super::color::{self, Paint};
use super::columns::{left, right};
use super::time::Clock;
use crate::dissect::line::Line;
use crate::dissect::row::{Address, Row};
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// Prints one line a frame.
#[derive(Default)]
pub struct Summary {
    clock: Clock,
    color: bool,
    line: Line,
}

impl Summary {
    /// A summary with times as `clock` shows them, in colour if `color` says so.
    pub fn new(clock: Clock, color: bool) -> Self {
        Self { clock, color, ..Self::default() }
    }

    fn columns(&mut self, frame: &Frame<'_>, row: &Row) {
        let Self { clock, line, .. } = self;
        line.clear();
        line.dec_right(frame.number, 5).byte(b' ');
        clock.write_right(frame.time, frame.precision, 10, line);
        line.byte(b' ');
        match row.src {
            Address::Ipv4(address) if line.names.is_none() => _ = line.ipv4_right(&address, 12),
            src => right(line, 12, |l| src.write(l)),
        }
        line.str(" → ");
        left(line, 12, |l| row.dst.write(l));
        line.byte(b' ').bytes(row.protocol_column()).byte(b' ').dec(frame.wire_len).byte(b' ');
        clock.tick(frame.time);
    }
}

impl View for Summary {
    fn shows_rows(&self) -> bool {
        true
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        if worker.names.is_some() != self.line.names.is_some() {
            self.line.know(worker.names.as_ref());
        }
        self.columns(frame, &worker.row);
        let paint = if self.color { color::of(&worker.row) } else { None };
        if let Some(paint) = paint {
            paint.begin(out);
        }
        out.extend_from_slice(self.line.as_bytes());
        out.extend_from_slice(worker.row.info_column());
        if paint.is_some() {
            Paint::end(out);
        }
        out.push(b'\n');
    }

    fn skip(&mut self, frame: &Frame<'_>) {
        self.clock.tick(frame.time);
    }
}
