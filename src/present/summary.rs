//! The default view: one line a frame, in tshark's columns.

use super::columns::{left, right};
use super::time::Clock;
use crate::dissect::line::Line;
use crate::dissect::row::Row;
use crate::source::Frame;

/// Prints one line a frame.
#[derive(Default)]
pub struct Summary {
    clock: Clock,
    line: Line,
    scratch: Line,
}

impl Summary {
    /// Appends the line of `frame` to `out`.
    pub fn print(&mut self, frame: &Frame<'_>, row: &Row, out: &mut Vec<u8>) {
        let Self { clock, line, scratch } = self;
        line.clear();
        right(line, scratch, 5, |l| _ = l.dec(frame.number));
        line.byte(b' ');
        right(line, scratch, 10, |l| {
            if let Some(time) = frame.time {
                clock.write(time, frame.precision, l);
            }
        });
        line.byte(b' ');
        right(line, scratch, 12, |l| row.src.write(l));
        line.str(" → ");
        left(line, 12, |l| row.dst.write(l));
        line.byte(b' ').bytes(row.protocol_column()).byte(b' ').dec(frame.wire_len).byte(b' ');
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(row.info_column());
        out.push(b'\n');
    }
}
