//! `--explain`: one frame as nested boxes, layer within layer, and its bytes with each layer's in its own colour.

mod boxes;
mod dump;
#[cfg(test)]
mod tests;

use std::io::Write;

use super::View;
use super::tree::words;
use super::value::Value;
use crate::dissect::field::Kind;
use crate::dissect::line::Line;
use crate::dissect::sink::{Detail, Item};
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// Layers that are told apart by colour and letter; further ones begin anew.
const INKS: [&str; 8] =
    ["\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[34m", "\x1b[31m", "\x1b[96m", "\x1b[93m"];
const PLAIN: &str = "\x1b[0m";

/// A layer: its line, what stands below it, and its bytes.
struct Layer {
    /// Its place among the layers: its colour and its letter.
    index: usize,
    title: String,
    fields: Vec<Row>,
    /// The buffer its bytes are in, and where its own ones start and end there.
    buffer: u8,
    start: usize,
    end: usize,
    key: &'static str,
}

/// A field: its words, and its bytes.
struct Row {
    text: String,
    start: usize,
    end: usize,
    deeper: bool,
}

/// Draws one frame.
pub struct Explain {
    number: u64,
    color: bool,
    done: bool,
}

impl Explain {
    /// Draws the frame with this number.
    pub fn new(number: u64, color: bool) -> Self {
        Self { number, color, done: false }
    }
}

/// What `value` says in the tree.
fn text_of(value: Value<'_>, line: &mut Line) -> String {
    line.clear();
    words(value, line);
    String::from_utf8_lossy(line.as_bytes()).into_owned()
}

/// The layers of a frame, from the outermost on.
fn layers(detail: &Detail, frame: &[u8]) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut line = Line::default();
    for item in detail.items().iter().filter(|item| !item.hidden) {
        let text = |line: &mut Line| text_of(Value { item, detail, frame }, line);
        let Item { field, buffer, start, end, depth, .. } = *item;
        let (start, end) = (start as usize, end as usize);
        if depth == 0 {
            if field.kind == Kind::Protocol && field.key != "frame" {
                let (index, title) = (layers.len(), text(&mut line));
                layers.push(Layer { index, title, fields: Vec::new(), buffer, start, end, key: field.key });
            } else if field.key != "frame"
                && let Some(layer) = layers.last_mut()
            {
                layer.fields.push(Row { text: text(&mut line), start, end, deeper: false });
            }
            continue;
        }
        let own = end > start && !item.generated && depth <= 2 && !matches!(field.kind, Kind::Expert(..));
        if let Some(layer) = layers.last_mut()
            && own
            && layer.buffer == buffer
            && layer.fields.len() < MOST_FIELDS
        {
            layer.fields.push(Row { text: text(&mut line), start, end, deeper: depth == 2 });
        }
    }
    layers
}

/// Fields of a layer that are shown at most.
const MOST_FIELDS: usize = 200;

impl View for Explain {
    fn shows_rows(&self) -> bool {
        true
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        if frame.number != self.number {
            return;
        }
        self.done = true;
        let layers = layers(&worker.sink, frame.bytes);
        let captured = frame.bytes.len();
        _ = write!(out, "\nFrame {}: {} bytes on the wire", frame.number, frame.wire_len);
        if captured as u64 != u64::from(frame.wire_len) {
            _ = write!(out, ", {captured} of them captured");
        }
        out.extend_from_slice(b"\n");
        let summary = String::from_utf8_lossy(worker.row.info_column()).into_owned();
        let protocol = String::from_utf8_lossy(worker.row.protocol_column()).into_owned();
        _ = writeln!(out, "{}\n", boxes::clean(&format!("{protocol}: {summary}")));
        boxes::draw(&layers, captured, self.color, out);
        dump::draw("Frame", 0, frame.bytes, &layers, self.color, out);
        for (i, (title, bytes)) in worker.sink.buffers().enumerate() {
            let buffer = (i + 1).min(255) as u8;
            if layers.iter().any(|layer| layer.buffer == buffer) {
                dump::draw(title, buffer, bytes, &layers, self.color, out);
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if !self.done {
            _ = writeln!(out, "There is no frame {}.", self.number);
        }
    }
}

/// The letter that marks a layer where there is no colour.
fn letter(index: usize) -> char {
    char::from(b'A' + (index % 26) as u8)
}

/// The colour of a layer.
fn ink(index: usize) -> &'static str {
    INKS.get(index % INKS.len()).copied().unwrap_or_default()
}
