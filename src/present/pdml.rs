//! `-T pdml`: every field of each frame as XML, Packet Details Markup Language.

use jiff::Zoned;

use super::View;
use super::escape;
use super::json::hex;
use super::layers::Opened;
use super::time;
use super::tree::words;
use super::value::{self, Value};
use crate::dissect::field::{Base, Kind};
use crate::dissect::line::Line;
use crate::dissect::sink::Item;
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// What stands at the document's head.
#[derive(Clone, Debug)]
pub struct Head {
    capture: String,
    /// When the document is made.
    made: String,
}

impl Head {
    /// The head of a document about the file `capture`, made now.
    pub fn new(capture: String) -> Self {
        Self { capture, made: Zoned::now().strftime("%a %b %e %H:%M:%S %Y").to_string() }
    }

    /// Appends it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        out.extend_from_slice(b"<?xml-stylesheet type=\"text/xsl\" href=\"pdml2html.xsl\"?>\n");
        out.extend_from_slice(b"<pdml version=\"0\" creator=\"");
        out.extend_from_slice(super::CREATOR.as_bytes());
        out.extend_from_slice(b"\" time=\"");
        out.extend_from_slice(self.made.as_bytes());
        out.extend_from_slice(b"\" capture_file=\"");
        escape::xml(self.capture.as_bytes(), out);
        out.extend_from_slice(b"\">\n");
    }
}

/// Prints each frame as an XML element.
pub struct Pdml {
    head: Head,
    opened: Opened,
    line: Line,
    text: Vec<u8>,
    /// The elements that are open, and how each ends.
    open: Vec<&'static [u8]>,
}

impl Pdml {
    /// A document with this head, with the layers of `opened` opened.
    pub fn new(head: Head, opened: Opened) -> Self {
        Self { head, opened, line: Line::default(), text: Vec::new(), open: Vec::new() }
    }
}

impl View for Pdml {
    fn begin(&mut self, out: &mut Vec<u8>) {
        self.head.write(out);
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        frame_head(frame, &mut self.line, out);
        let detail = &worker.sink;
        let items = detail.items();
        let mut closed_below = u8::MAX;
        for (at, item) in items.iter().enumerate() {
            if item.depth > closed_below {
                continue;
            }
            closed_below = u8::MAX;
            self.close(usize::from(item.depth), out);
            let parent = items.get(at + 1).is_some_and(|next| next.depth > item.depth);
            self.element(Value { item, detail, frame: frame.bytes }, parent, out);
            if parent && !self.opened.opens(item.field, item.depth) {
                closed_below = item.depth;
                self.filtered(item, out);
            }
        }
        self.close(0, out);
        out.extend_from_slice(b"</packet>\n\n\n");
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</pdml>\n");
    }
}

impl Pdml {
    fn close(&mut self, depth: usize, out: &mut Vec<u8>) {
        while self.open.len() > depth {
            let Some(end) = self.open.pop() else { return };
            indent(self.open.len(), out);
            out.extend_from_slice(end);
        }
    }

    fn filtered(&mut self, item: &Item, out: &mut Vec<u8>) {
        indent(usize::from(item.depth) + 1, out);
        out.extend_from_slice(b"<field name=\"filtered\" value=\"");
        let key = if item.field.key.is_empty() { "text" } else { item.field.key };
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\" />\n");
    }

    fn element(&mut self, value: Value<'_>, parent: bool, out: &mut Vec<u8>) {
        let item = value.item;
        let (key, kind) = (item.field.key, item.field.kind);
        indent(usize::from(item.depth), out);
        let (start, end): (&[u8], &'static [u8]) = match kind {
            // What is only data has always been a field, in a wrapper where nothing else is around it.
            Kind::Protocol if key == "data" && item.depth == 0 => (DATA, b"</field>\n  </proto>\n"),
            Kind::Protocol if key == "data" => (b"<field name=\"data\"", b"</field>\n"),
            Kind::Protocol if key != "_ws.expert" => (b"<proto name=\"", b"</proto>\n"),
            _ => (b"<field name=\"", b"</field>\n"),
        };
        out.extend_from_slice(start);
        if key == "data" && kind == Kind::Protocol {
            self.value(value, out);
        } else {
            out.extend_from_slice(key.as_bytes());
            out.push(b'"');
            self.attributes(value, out);
        }
        out.extend_from_slice(if parent { b">\n" } else { b"/>\n" });
        if parent {
            self.open.push(end);
        }
    }

    fn attributes(&mut self, value: Value<'_>, out: &mut Vec<u8>) {
        let item = value.item;
        let heading = item.field.key.is_empty();
        self.line.clear();
        words(value, &mut self.line);
        attribute(if heading { b"show" } else { b"showname" }, self.line.as_bytes(), out);
        if item.hidden {
            out.extend_from_slice(b" hide=\"yes\"");
        }
        let number = |name: &[u8], num: u32, out: &mut Vec<u8>| {
            attribute(name, itoa::Buffer::new().format(num).as_bytes(), out);
        };
        number(b"size", item.end - item.start, out);
        let nowhere = matches!(item.field.kind, Kind::Expert(..)) || item.field.key.starts_with("_ws.expert.");
        number(b"pos", if nowhere { 0 } else { item.start }, out);
        if item.field.kind == Kind::Protocol {
            return;
        }
        if !heading {
            self.text.clear();
            value.plain(b":", &mut self.line, &mut self.text);
            attribute(b"show", &self.text, out);
        }
        if item.start < item.end {
            self.value(value, out);
        } else if matches!(item.field.kind, Kind::Expert(..)) {
            out.extend_from_slice(b" value=\"\"");
        }
    }

    /// The bytes; where a mask leaves only part of them, that part and all.
    fn value(&mut self, value: Value<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b" value=\"");
        hex(value, &mut self.line, out);
        let field = value.item.field;
        if field.mask != 0 && field.times == 0 {
            out.extend_from_slice(b"\" unmaskedvalue=\"");
            escape::hex(value.bytes(), b"", out);
        }
        out.push(b'"');
    }
}

/// How data that stands at the top of the tree begins.
const DATA: &[u8] = b"<proto name=\"fake-field-wrapper\">\n    <field name=\"data\"";

fn attribute(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    out.push(b' ');
    out.extend_from_slice(name);
    out.extend_from_slice(b"=\"");
    escape::xml(value, out);
    out.push(b'"');
}

fn indent(depth: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + 2 * (depth + 1), b' ');
}

/// Appends what stands before a frame's layers: its number, lengths and time.
pub(super) fn frame_head(frame: &Frame<'_>, line: &mut Line, out: &mut Vec<u8>) {
    let captured = frame.bytes.len() as u64;
    line.clear();
    line.str("<packet>\n  <proto name=\"geninfo\" pos=\"0\" showname=\"General information\" size=\"");
    line.dec(captured).str("\">\n");
    let lengths = [
        ("num", "Number", frame.number),
        ("len", "Frame Length", frame.wire_len.into()),
        ("caplen", "Captured Length", captured),
    ];
    for (name, label, num) in lengths {
        line.str("    <field name=\"").str(name).str("\" pos=\"0\" show=\"").dec(num).str("\" showname=\"").str(label);
        line.str("\" value=\"").hex(num, 1).str("\" size=\"").dec(captured).str("\"/>\n");
    }
    let moment = frame.time.unwrap_or_default();
    line.str("    <field name=\"timestamp\" pos=\"0\" show=\"");
    value::date(moment, Base::None, line);
    line.str("\" showname=\"Captured Time\" value=\"");
    let nanos = i128::from(moment.secs) * 1_000_000_000 + i128::from(moment.nanos);
    time::seconds(nanos, 9, line);
    line.str("\" size=\"").dec(captured).str("\"/>\n  </proto>\n");
    out.extend_from_slice(line.as_bytes());
}
