//! The detail tree of `-V` and `-O`: every field on a line of its own, below the layer or field it belongs to.

use super::repeated::Repeated;
use super::value::{Value, bit_pattern};
use super::{View, hex};
use crate::dissect::field::Kind;
use crate::dissect::line::Line;
use crate::dissect::sink::Item;
use crate::dissect::words;
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// Prints the detail tree.
#[derive(Default)]
pub struct Tree {
    /// The layers that are opened; empty, all are.
    only: Vec<String>,
    line: Line,
    repeated: Repeated,
}

impl Tree {
    /// A tree in which only the layers of these filter names are opened; none named, all are.
    pub fn new(only: Vec<String>) -> Self {
        Self { only, ..Self::default() }
    }
    /// Appends an item's line.
    fn line(&mut self, value: Value<'_>, out: &mut Vec<u8>) {
        let item = value.item;
        if !Repeated::suits(item) {
            return write_item(value, &mut self.line, out);
        }
        if !self.repeated.recall(item, out) {
            let start = out.len();
            write_item(value, &mut self.line, out);
            self.repeated.keep(item, out.get(start..).unwrap_or_default());
        }
    }
    fn opened(&self, layer: &Item) -> bool {
        self.only.is_empty() || self.only.iter().any(|key| key == layer.field.key)
    }
}

impl View for Tree {
    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        let detail = &worker.sink;
        let (mut opened, mut hidden_below) = (true, u8::MAX);
        for item in detail.items() {
            if item.depth == 0 {
                opened = self.opened(item);
            }
            if item.depth > hidden_below || (item.depth > 0 && !opened) {
                continue;
            }
            hidden_below = if item.hidden { item.depth } else { u8::MAX };
            if !item.hidden {
                let value = Value { item, detail, frame: frame.bytes };
                self.line(value, out);
                if item.field.key == "data" && opened {
                    out.push(b'\n');
                    hex::plain(value.bytes(), out);
                }
            }
        }
        out.push(b'\n');
    }
}

/// Writes an item's words: its line in the tree without indentation and brackets.
pub fn words(value: Value<'_>, line: &mut Line) {
    let Item { field, label, appended, .. } = *value.item;
    let start = line.len();
    if label.len == 0 || appended {
        let name_end = usual_words(value, line);
        words::shorten(start, name_end, line);
    }
    if label.len > 0 {
        if field.mask != 0 && !appended {
            bit_pattern(field, value.item.num, line);
            line.str(" = ");
        }
        line.bytes(value.detail.span(label));
        words::cut(start, words::MOST, line);
    }
}

/// Writes the words that the declaration gives; says where the name in them ends.
fn usual_words(value: Value<'_>, line: &mut Line) -> usize {
    let field = value.item.field;
    let start = line.len();
    if field.mask != 0 {
        bit_pattern(field, value.item.num, line);
        line.str(" = ");
    }
    line.str(field.label);
    if matches!(field.kind, Kind::None | Kind::Protocol | Kind::Expert(..)) {
        return start;
    }
    let name_end = line.len();
    line.str(": ");
    value.shown(line);
    name_end
}

/// Spaces a level is indented by.
const INDENT: usize = 4;

fn write_item(value: Value<'_>, line: &mut Line, out: &mut Vec<u8>) {
    let indent = usize::from(value.item.depth) * INDENT;
    line.clear();
    words(value, line);
    out.reserve(indent + line.len() + 4);
    out.resize(out.len() + indent, b' ');
    if value.item.generated {
        out.push(b'[');
    }
    out.extend_from_slice(line.as_bytes());
    out.extend_from_slice(if value.item.generated { b"]\n" } else { b"\n" });
}
