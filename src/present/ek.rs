//! `-T ek`: for each frame the two lines that Elasticsearch's bulk interface takes, fields without nesting.

use hashbrown::HashMap;

use super::View;
use super::catalog;
use super::escape;
use super::json;
use super::layers::Opened;
use super::tree::words;
use super::value::Value;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::sink::{Detail, Item};
use crate::dissect::worker::Worker;
use crate::source::{Frame, Time};

/// Prints each frame as two lines of JSON.
pub struct Ek {
    /// Bytes beside values (`-x`).
    raw: bool,
    opened: Opened,
    names: Names,
    groups: Vec<Group>,
    /// For each item the next one of its group.
    next: Vec<u32>,
    line: Line,
}

/// A field's name as Elasticsearch is to know it: its protocol's and its own, `ip_ip_src`.
struct Names {
    /// By the address of the declaration: the number that all declarations of a name share, and the name.
    by_field: HashMap<usize, (u32, Box<[u8]>)>,
}

/// Items of one field below one field, within one layer.
#[derive(Clone, Copy)]
struct Group {
    parent: u32,
    field: u32,
    first: u32,
    last: u32,
}

/// No item.
const NONE: u32 = u32::MAX;
/// The number of lines of text, which have no name.
const TEXT: u32 = 0;

fn address(field: &'static Field) -> usize {
    std::ptr::from_ref(field) as usize
}

impl Default for Names {
    fn default() -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut by_field = HashMap::new();
        for (entry, field) in catalog::fields() {
            let count = numbers.len() as u32 + 1;
            let number = *numbers.entry(field.key).or_insert(count);
            let mut name = String::new();
            if field.kind != Kind::Protocol && !field.standalone {
                name = catalog::owner(entry, field).replace('.', "_") + "_";
            }
            name += &field.key.replace('.', "_");
            by_field.entry(address(field)).or_insert((number, name.into_bytes().into()));
        }
        Self { by_field }
    }
}

impl Names {
    fn number(&self, field: &'static Field) -> u32 {
        self.by_field.get(&address(field)).map_or(TEXT, |&(number, _)| number)
    }
    fn name(&self, field: &'static Field) -> &[u8] {
        self.by_field.get(&address(field)).map_or(b"text", |(_, name)| name)
    }
}

/// A frame's items.
#[derive(Clone, Copy)]
struct Subject<'a> {
    detail: &'a Detail,
    frame: &'a [u8],
}

impl<'a> Subject<'a> {
    fn items(&self) -> &'a [Item] {
        self.detail.items()
    }
    fn item(&self, at: u32) -> Option<&'a Item> {
        self.items().get(at as usize)
    }
    fn value(&self, item: &'a Item) -> Value<'a> {
        Value { item, detail: self.detail, frame: self.frame }
    }
    /// Behind the last item below the one at `at`.
    fn end_of(&self, at: u32) -> u32 {
        let Some(item) = self.item(at) else { return at };
        let below = self.items().iter().skip(at as usize + 1).take_while(|below| below.depth > item.depth);
        at + 1 + below.count() as u32
    }
}

impl Ek {
    /// Lines for bulk insertion; `raw`, with bytes beside values; with the layers of `opened` opened.
    pub fn new(raw: bool, opened: Opened) -> Self {
        let (groups, next) = (Vec::new(), Vec::new());
        Self { raw, opened, names: Names::default(), groups, next, line: Line::default() }
    }

    /// Writes the members of the layer whose items are `range`; they stand at `depth` and below.
    fn layer(&mut self, subject: Subject<'_>, range: std::ops::Range<u32>, depth: u8, out: &mut Vec<u8>) {
        let bottom = self.groups.len();
        self.collect(subject, range, depth, bottom);
        let top = self.groups.len();
        let mut separator: &[u8] = b"";
        for at in bottom..top {
            let Some(&group) = self.groups.get(at) else { break };
            out.extend_from_slice(separator);
            self.group(subject, group, out);
            separator = b",";
        }
        self.groups.truncate(bottom);
    }

    /// Puts the items of `range` that are not within another layer there into groups.
    fn collect(&mut self, subject: Subject<'_>, range: std::ops::Range<u32>, depth: u8, bottom: usize) {
        let mut parents = [NONE; 257];
        let mut at = range.start;
        while let Some(item) = subject.item(at).filter(|_| at < range.end) {
            let field = if item.field.key.is_empty() { TEXT } else { self.names.number(item.field) };
            let level = usize::from(item.depth.saturating_sub(depth));
            let parent = parents.get(level).copied().unwrap_or(TEXT);
            if let Some(place) = parents.get_mut(level + 1) {
                *place = field;
            }
            if let Some(place) = self.next.get_mut(at as usize) {
                *place = NONE;
            }
            let known =
                self.groups.iter_mut().skip(bottom).find(|group| group.field == field && group.parent == parent);
            match known {
                Some(group) => {
                    if let Some(place) = self.next.get_mut(group.last as usize) {
                        *place = at;
                    }
                    group.last = at;
                }
                None => self.groups.push(Group { parent, field, first: at, last: at }),
            }
            at = if item.field.kind == Kind::Protocol { subject.end_of(at) } else { at + 1 };
        }
    }

    fn group(&mut self, subject: Subject<'_>, group: Group, out: &mut Vec<u8>) {
        let Some(first) = subject.item(group.first) else { return };
        if self.raw && first.field.kind != Kind::None && first.start < first.end {
            self.member(subject, group, first, true, out);
            out.push(b',');
        }
        self.member(subject, group, first, false, out);
    }

    fn member(&mut self, subject: Subject<'_>, group: Group, first: &Item, raw: bool, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(self.names.name(first.field));
        out.extend_from_slice(if raw { b"_raw\":" } else { b"\":" });
        let several = group.first != group.last;
        if several {
            out.push(b'[');
        }
        let mut at = group.first;
        while let Some(item) = subject.item(at) {
            if raw {
                self.bytes(subject.value(item), out);
            } else {
                self.value(subject, at, item, out);
            }
            at = self.next.get(at as usize).copied().unwrap_or(NONE);
            if at != NONE {
                out.push(b',');
            }
        }
        if several {
            out.push(b']');
        }
    }

    fn bytes(&mut self, value: Value<'_>, out: &mut Vec<u8>) {
        out.push(b'"');
        json::hex(value, &mut self.line, out);
        out.push(b'"');
    }

    fn value(&mut self, subject: Subject<'_>, at: u32, item: &Item, out: &mut Vec<u8>) {
        if !self.opened.opens(item.field, item.depth) {
            out.extend_from_slice(b"{\"filtered\":\"");
            out.extend_from_slice(if item.field.key.is_empty() { b"text" } else { item.field.key.as_bytes() });
            out.extend_from_slice(b"\"}");
            return;
        }
        let value = subject.value(item);
        match item.field.kind {
            Kind::Protocol => {
                out.push(b'{');
                self.layer(subject, at + 1..subject.end_of(at), item.depth.saturating_add(1), out);
                out.push(b'}');
            }
            Kind::Bool => out.extend_from_slice(if item.value() != 0 { b"true" } else { b"false" }),
            Kind::None | Kind::Expert(..) if !item.field.key.is_empty() => out.extend_from_slice(b"null"),
            _ => {
                out.push(b'"');
                self.quoted(value, out);
                out.push(b'"');
            }
        }
    }

    fn quoted(&mut self, value: Value<'_>, out: &mut Vec<u8>) {
        let line = &mut self.line;
        match value.item.field.kind {
            Kind::Str => escape::json(&value.string(line), out),
            Kind::None => {
                line.clear();
                words(value, line);
                escape::json(line.as_bytes(), out);
            }
            Kind::AbsTime => {
                line.clear();
                super::time::iso(value.time(), line);
                out.extend_from_slice(line.as_bytes());
            }
            _ => value.plain(b":", line, out),
        }
    }
}

/// Appends seconds since the epoch, and behind them three digits of milliseconds.
fn millis(time: Time, out: &mut Vec<u8>) {
    let (mut secs, mut ms) = (itoa::Buffer::new(), itoa::Buffer::new());
    let ms = ms.format(time.nanos / 1_000_000);
    out.extend_from_slice(secs.format(time.secs).as_bytes());
    out.extend_from_slice(b"000".get(ms.len()..).unwrap_or_default());
    out.extend_from_slice(ms.as_bytes());
}

/// Appends what stands before a frame's layers.
pub(super) fn head(frame: &Frame<'_>, line: &mut Line, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"index\":{\"_index\":\"");
    json::index(frame, line, out);
    out.extend_from_slice(b"\",\"_type\":\"doc\"}}\n{\"timestamp\":\"");
    millis(frame.time.unwrap_or_default(), out);
    out.extend_from_slice(b"\",\"layers\":{");
}

impl View for Ek {
    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        let subject = Subject { detail: &worker.sink, frame: frame.bytes };
        let count = subject.items().len() as u32;
        self.groups.clear();
        self.next.resize(count as usize, NONE);
        head(frame, &mut self.line, out);
        self.layer(subject, 0..count, 0, out);
        out.extend_from_slice(b"}}\n");
    }
}
