//! The detail tree of `-V` and `-O`: every field on a line of its own, below the layer or field it belongs to.

use super::View;
use super::value::{Value, bit_pattern};
use crate::dissect::field::{Group, Kind, Severity};
use crate::dissect::line::Line;
use crate::dissect::sink::{Detail, Item};
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// Prints the detail tree.
#[derive(Default)]
pub struct Tree {
    /// The layers that are opened; empty, all are.
    only: Vec<String>,
    line: Line,
}

impl Tree {
    /// A tree in which only the layers of these filter names are opened; none named, all are.
    pub fn new(only: Vec<String>) -> Self {
        Self { only, line: Line::default() }
    }
    fn opened(&self, layer: &Item) -> bool {
        self.only.is_empty() || self.only.iter().any(|key| key == layer.field.key)
    }
}

impl View<Detail> for Tree {
    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker<Detail>, out: &mut Vec<u8>) {
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
                write_item(Value { item, detail, frame: frame.bytes }, &mut self.line, out);
            }
        }
        out.push(b'\n');
    }
}

/// Writes an item's words: its line in the tree without indentation and brackets.
pub fn words(value: Value<'_>, line: &mut Line) {
    let Item { field, label, appended, .. } = *value.item;
    if label.len == 0 || appended {
        usual_words(value, line);
    }
    if label.len > 0 {
        if field.mask != 0 && !appended {
            bit_pattern(field, value.item.num, line);
            line.str(" = ");
        }
        line.bytes(value.detail.span(label));
    }
}

fn usual_words(value: Value<'_>, line: &mut Line) {
    let field = value.item.field;
    if field.mask != 0 {
        bit_pattern(field, value.item.num, line);
        line.str(" = ");
    }
    line.str(field.label);
    if !matches!(field.kind, Kind::None | Kind::Protocol | Kind::Expert(..)) {
        line.str(": ");
        value.shown(line);
    }
}

/// Spaces a level is indented by.
const INDENT: usize = 4;

fn indent(depth: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + depth * INDENT, b' ');
}

fn write_item(value: Value<'_>, line: &mut Line, out: &mut Vec<u8>) {
    let depth = usize::from(value.item.depth);
    line.clear();
    words(value, line);
    if let Kind::Expert(severity, group) = value.item.field.kind {
        return write_remark(depth, severity, group, line.as_bytes(), out);
    }
    indent(depth, out);
    if value.item.generated {
        out.push(b'[');
    }
    out.extend_from_slice(line.as_bytes());
    out.extend_from_slice(if value.item.generated { b"]\n" } else { b"\n" });
}

fn write_remark(depth: usize, severity: Severity, group: Group, text: &[u8], out: &mut Vec<u8>) {
    let (severity, group) = (severity_name(severity).as_bytes(), group_name(group).as_bytes());
    let mut line = |depth: usize, parts: &[&[u8]]| {
        indent(depth, out);
        parts.iter().for_each(|part| out.extend_from_slice(part));
        out.push(b'\n');
    };
    line(depth, &[b"[Expert Info (", severity, b"/", group, b"): ", text, b"]"]);
    line(depth + 1, &[b"[", text, b"]"]);
    line(depth + 1, &[b"[Severity level: ", severity, b"]"]);
    line(depth + 1, &[b"[Group: ", group, b"]"]);
}

/// The name of an expert remark's severity.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Comment => "Comment",
        Severity::Chat => "Chat",
        Severity::Note => "Note",
        Severity::Warning => "Warning",
        Severity::Error => "Error",
    }
}

/// The name of an expert remark's group.
pub fn group_name(group: Group) -> &'static str {
    match group {
        Group::Checksum => "Checksum",
        Group::Sequence => "Sequence",
        Group::Response => "Response",
        Group::Request => "Request",
        Group::Undecoded => "Undecoded",
        Group::Reassemble => "Reassemble",
        Group::Malformed => "Malformed",
        Group::Protocol => "Protocol",
        Group::Security => "Security",
        Group::Comment => "Comment",
        Group::Deprecated => "Deprecated",
        Group::Assumption => "Assumption",
    }
}
