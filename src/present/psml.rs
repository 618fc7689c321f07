//! `-T psml`: the summary as XML, Packet Summary Markup Language.

use super::View;
use super::columns::Column;
use super::escape;
use super::time::Clock;
use crate::dissect::line::Line;
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// Prints the summary's columns as XML elements.
#[derive(Default)]
pub struct Psml {
    clock: Clock,
    line: Line,
}

impl Psml {
    /// Rows with times as `clock` shows them.
    pub fn new(clock: Clock) -> Self {
        Self { clock, ..Self::default() }
    }
}

fn section(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"<section>");
    escape::xml(text, out);
    out.extend_from_slice(b"</section>\n");
}

impl View for Psml {
    fn begin(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<psml version=\"0\" creator=\"");
        out.extend_from_slice(super::CREATOR.as_bytes());
        out.extend_from_slice(b"\">\n<structure>\n");
        Column::ALL.iter().for_each(|column| section(column.title().as_bytes(), out));
        out.extend_from_slice(b"</structure>\n\n");
    }

    fn shows_rows(&self) -> bool {
        true
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<packet>\n");
        for column in Column::ALL {
            self.line.clear();
            column.write(frame, &worker.row, &mut self.clock, &mut self.line);
            section(self.line.as_bytes(), out);
        }
        out.extend_from_slice(b"</packet>\n\n");
        self.clock.tick(frame.time);
    }

    fn skip(&mut self, frame: &Frame<'_>) {
        self.clock.tick(frame.time);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</psml>\n");
    }
}
