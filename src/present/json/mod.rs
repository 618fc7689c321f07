//! `-T json` and `-T jsonraw`: every field of each frame as JSON, nested as in the tree.

mod merged;
mod node;

use jiff::tz::TimeZone;

use super::View;
use super::layers::Opened;
use super::time::{self, Civil};
use super::value::Value;
use crate::dissect::field::Kind;
use crate::dissect::line::Line;
use crate::dissect::sink::{Detail, Item};
use crate::dissect::worker::Worker;
use crate::source::Frame;

use merged::Groups;
use node::Node;
pub(super) use node::hex;

/// What is said of each field.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its value.
    pub text: bool,
    /// Its bytes, where they are, its mask and its type (`-x`).
    pub raw: bool,
    /// Fields of one name that stand beside each other are one array (`--no-duplicate-keys`).
    pub merged: bool,
    /// The layers that are opened.
    pub opened: Opened,
}

/// Prints each frame as an object of a JSON array.
pub struct Json {
    content: Content,
    writer: Writer,
    groups: Groups,
    started: bool,
}

impl Json {
    /// JSON that says of each field what `content` says.
    pub fn new(content: Content) -> Self {
        Self { content, writer: Writer::default(), groups: Groups::default(), started: false }
    }
}

impl View for Json {
    fn begin(&mut self, out: &mut Vec<u8>) {
        out.push(b'[');
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        head(frame, &mut self.started, &mut self.writer.line, out);
        self.writer.depth = LAYERS;
        self.writer.open(out);
        let subject = Subject { detail: &worker.sink, frame: frame.bytes, content: &self.content };
        if self.content.merged {
            self.groups.frame(subject, &mut self.writer, out);
        } else {
            nested(subject, &mut self.writer, out);
        }
        self.writer.close(out);
        out.extend_from_slice(b"\n    }\n  }");
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.started { b"\n]\n" } else { b"]\n" });
    }
}

/// Levels around the layers' object.
const LAYERS: usize = 3;

/// Appends what stands in a frame's object before its layers' object.
pub(super) fn head(frame: &Frame<'_>, started: &mut bool, line: &mut Line, out: &mut Vec<u8>) {
    out.extend_from_slice(if *started { b",\n" } else { b"\n" });
    *started = true;
    out.extend_from_slice(b"  {\n    \"_index\": \"");
    index(frame, line, out);
    out.extend_from_slice(
        b"\",\n    \"_type\": \"doc\",\n    \"_score\": null,\n    \"_source\": {\n      \"layers\": ",
    );
}

/// Appends the name of the index that a frame is put into: it holds those of one day.
pub(super) fn index(frame: &Frame<'_>, line: &mut Line, out: &mut Vec<u8>) {
    line.clear();
    line.str("packets-");
    time::day(&Civil::new(frame.time.unwrap_or_default(), &TimeZone::UTC), line);
    out.extend_from_slice(line.as_bytes());
}

/// A frame that has been dissected, and what is to be said of it.
#[derive(Clone, Copy)]
struct Subject<'a> {
    detail: &'a Detail,
    frame: &'a [u8],
    content: &'a Content,
}

impl<'a> Subject<'a> {
    fn items(&self) -> &'a [Item] {
        self.detail.items()
    }
    fn node(&self, at: usize, item: &'a Item) -> Node<'a> {
        let value = Value { item, detail: self.detail, frame: self.frame };
        let parent = self.items().get(at + 1).is_some_and(|next| next.depth > item.depth);
        let opened = !parent || self.content.opened.all() || self.content.opened.opens(item.field, item.depth);
        Node { value, parent, opened }
    }
}

/// Puts together objects and arrays, one member on a line.
#[derive(Default)]
struct Writer {
    depth: usize,
    line: Line,
    /// The object or array at hand has no member yet.
    empty: bool,
}

const SPACES: &[u8; 64] = &[b' '; 64];

impl Writer {
    fn indent(&self, out: &mut Vec<u8>) {
        let mut left = self.depth * 2;
        while left > 0 {
            let some = left.min(SPACES.len());
            out.extend_from_slice(SPACES.get(..some).unwrap_or_default());
            left -= some;
        }
    }
    fn opening(&mut self, bracket: u8, out: &mut Vec<u8>) {
        out.push(bracket);
        self.depth += 1;
        self.empty = true;
    }
    fn open(&mut self, out: &mut Vec<u8>) {
        self.opening(b'{', out);
    }
    fn closing(&mut self, bracket: u8, out: &mut Vec<u8>) {
        self.depth -= 1;
        if !self.empty {
            out.push(b'\n');
            self.indent(out);
        }
        out.push(bracket);
        self.empty = false;
    }
    fn close(&mut self, out: &mut Vec<u8>) {
        self.closing(b'}', out);
    }
    /// Begins the line of the next member.
    fn next(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.empty { b"\n" } else { b",\n" });
        self.empty = false;
        self.indent(out);
    }
}

/// Writes the items one after the other, each at its depth.
fn nested(subject: Subject<'_>, writer: &mut Writer, out: &mut Vec<u8>) {
    let (mut depth, mut closed_below) = (0, u8::MAX);
    for (at, item) in subject.items().iter().enumerate() {
        if item.depth > closed_below {
            continue;
        }
        closed_below = u8::MAX;
        for _ in item.depth..depth {
            writer.close(out);
        }
        depth = item.depth;
        let node = subject.node(at, item);
        if node.has_raw(subject.content) {
            writer.next(out);
            node.raw_key(writer, out);
            node.raw(writer, out);
        }
        if node.has_value(subject.content) {
            writer.next(out);
            node.key(writer, out);
            node.value(writer, out);
        }
        if !node.parent {
            continue;
        }
        writer.next(out);
        node.tree_key(writer, out);
        writer.open(out);
        depth += 1;
        if !node.opened {
            closed_below = item.depth;
            node.filtered(writer, out);
        }
    }
    for _ in 0..depth {
        writer.close(out);
    }
}

/// Whether an item is a line of text alone.
fn is_text(item: &Item) -> bool {
    item.field.key.is_empty() && item.field.kind == Kind::None
}
