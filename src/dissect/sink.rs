//! Where decoded fields go: nowhere for the summary, into one reused arena for every other view.

use std::sync::Arc;

use super::expert;
use super::field::{Field, Group, Kind, Meaning};
use super::frame::MALFORMED;
use super::line::Line;
use super::protocol::{Look, Run};
use super::registry::Entry;
use super::words;
use crate::naming::Names;

/// A decoded field. Plain data, so that one arena of them serves every packet.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Its declaration.
    pub field: &'static Field,
    /// The number read, whole: a field with a mask takes its part with [`Field::cut`].
    pub num: u64,
    /// Where its bytes start in their buffer.
    pub start: u32,
    /// Where they end.
    pub end: u32,
    /// Its text value in the arena, where the bytes alone do not give it.
    pub text: Span,
    /// Words of its own for the tree, in the arena.
    pub label: Span,
    /// How deep it stands in the tree; a layer's line is 0.
    pub depth: u8,
    /// The buffer its bytes are in: 0 is the frame, others were reassembled or decoded.
    pub buffer: u8,
    /// Not in the bytes but concluded from them: shown in brackets.
    pub generated: bool,
    /// For filters only, not shown.
    pub hidden: bool,
    /// The label follows the usual words rather than replacing them.
    pub appended: bool,
}

/// A piece of the text arena: where it starts, and its length in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Bytes.
    pub len: u32,
}

impl Item {
    /// An item as read from bytes `start..end` of `buffer`.
    pub fn new(field: &'static Field, start: usize, end: usize, num: u64, depth: u8, buffer: u8) -> Self {
        let (text, label) = (Span::default(), Span::default());
        let (start, end) = (start as u32, end as u32);
        Self { field, num, start, end, text, label, depth, buffer, generated: false, hidden: false, appended: false }
    }
    /// This field's value: the number's part under its mask.
    pub fn value(&self) -> u64 {
        self.field.cut(self.num)
    }
    /// This field's value in the unit that filters and formats for machines have it in: a header's length in bytes.
    pub fn scaled(&self) -> u64 {
        self.value().wrapping_mul(self.field.times.max(1).into())
    }
}

/// How far a dissector goes: for the summary alone, or until every field is recorded. Each is compiled for both, so that
/// no branch remains in the hot path of the first.
pub trait Sink: Sized + 'static {
    /// Whether items are kept at all; work done only for them stands behind this.
    const DETAIL: bool;
    /// The dissector of `entry` that goes this far.
    fn run(entry: &'static Entry) -> Run<Self>;
    /// What says whether bytes look like `entry`'s.
    fn look(entry: &'static Entry) -> Look<Self>;
}

/// For the summary: recording vanishes.
#[derive(Debug)]
pub struct Quiet;

impl Sink for Quiet {
    const DETAIL: bool = false;
    fn run(entry: &'static Entry) -> Run<Self> {
        entry.quiet
    }
    fn look(entry: &'static Entry) -> Look<Self> {
        entry.looks.0
    }
}

/// What is recorded of a frame.
#[derive(Clone, Debug, Default)]
pub enum Wanted {
    /// Nothing: the row is enough.
    #[default]
    Nothing,
    /// The values of some fields.
    Some {
        /// The layers of the protocols that cannot record them: these are dissected for the row alone.
        without: Vec<&'static Field>,
        /// The fields.
        fields: Vec<&'static Field>,
    },
    /// All there is.
    Everything,
}

impl Wanted {
    /// Whether some protocols are recorded and others are not.
    #[inline]
    pub fn differs(&self) -> bool {
        matches!(self, Self::Some { .. })
    }
    /// Whether the protocol with this layer is recorded.
    pub fn has(&self, layer: &'static Field) -> bool {
        match self {
            Self::Nothing => false,
            Self::Some { without, .. } => !without.iter().any(|other| std::ptr::eq(*other, layer)),
            Self::Everything => true,
        }
    }
    /// What is wanted by either.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Everything, _) | (_, Self::Everything) => Self::Everything,
            (Self::Nothing, wanted) | (wanted, Self::Nothing) => wanted,
            (Self::Some { mut without, mut fields }, Self::Some { without: other, fields: more }) => {
                without.retain(|layer| other.iter().any(|also| std::ptr::eq(*also, *layer)));
                fields.extend(more);
                Self::Some { without, fields }
            }
        }
    }
}

/// Whose words of their own in the tree are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wording {
    /// None: values are enough.
    None,
    /// Those of layers and lines of text, which have no value.
    Headings,
    /// All.
    #[default]
    All,
}

/// Every field of a frame, recorded for views and filters.
#[derive(Default)]
pub struct Detail {
    wording: Wording,
    items: Vec<Item>,
    text: Vec<u8>,
    buffers: Vec<Buffer>,
    bytes: Vec<u8>,
    scratch: Line,
    /// Items in the making, to be swapped with the others.
    spare: Vec<Item>,
    /// Items that stand behind all others.
    adrift: Vec<Item>,
    /// Some item is a remark.
    remarked: bool,
    /// The fields whose text values are wanted; none, all are.
    worth: Option<Vec<&'static Field>>,
    names: Option<Arc<Names>>,
}

/// A buffer that is not the frame: reassembled, decrypted or decompressed.
#[derive(Clone, Copy, Debug)]
pub struct Buffer {
    /// What it is, as the hex view titles it: `Reassembled TCP`.
    pub title: &'static str,
    start: usize,
    len: usize,
}

/// Layers whose payload is told by an EtherType, which the list of a frame's protocols names like a layer.
const ETHERTYPED: &[&str] = &["eth", "vlan", "ieee8021ad", "sll", "macsec", "avsp"];
/// What may follow them without an EtherType.
const UNTYPED: &[&str] = &["llc", "cfp", "eth", "_ws.malformed", "_ws.short"];

/// The number of a layer that is the one before once more, for another message: the list of a frame's protocols names it
/// once.
pub const AGAIN: u64 = 1;

/// Items kept for one frame at most; what goes beyond is dropped.
const MOST_ITEMS: usize = 1 << 20;

impl Detail {
    /// A sink for views and filters that need no more of the tree's words than `wording` says.
    pub fn worded(wording: Wording) -> Self {
        Self { wording, ..Self::default() }
    }
    /// The frame's items, in the order of the tree.
    pub fn items(&self) -> &[Item] {
        &self.items
    }
    /// What addresses and ports may be called; none, they are numbers.
    pub fn names(&self) -> Option<&Arc<Names>> {
        self.names.as_ref()
    }
    /// The bytes of a piece of the text arena.
    pub fn span(&self, span: Span) -> &[u8] {
        let start = span.start as usize;
        self.text.get(start..start + span.len as usize).unwrap_or_default()
    }
    /// The buffers beside the frame, the first of them being number 1.
    pub fn buffers(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.buffers.iter().map(|b| (b.title, self.bytes.get(b.start..b.start + b.len).unwrap_or_default()))
    }
    /// The bytes of buffer `number`, of which `frame` is 0.
    pub fn buffer_bytes<'a>(&'a self, number: u8, frame: &'a [u8]) -> &'a [u8] {
        match number.checked_sub(1).map(usize::from) {
            None => frame,
            Some(i) => self.buffers().nth(i).map_or(&[], |(_, bytes)| bytes),
        }
    }
    fn keep(&mut self, write: impl FnOnce(&mut Line)) -> Span {
        self.scratch.clear();
        write(&mut self.scratch);
        let span = Span { start: self.text.len() as u32, len: self.scratch.len() as u32 };
        self.text.extend_from_slice(self.scratch.as_bytes());
        span
    }
}

impl Sink for Detail {
    const DETAIL: bool = true;
    fn run(entry: &'static Entry) -> Run<Self> {
        entry.detail
    }
    fn look(entry: &'static Entry) -> Look<Self> {
        entry.looks.1
    }
}

/// Recording, which the cursor does for dissectors.
impl Detail {
    /// From now on addresses and ports may be written by these names.
    pub(super) fn know(&mut self, names: Option<&Arc<Names>>) {
        self.names = names.cloned();
        self.scratch.know(names);
    }
    /// From now on only the text values of these fields are written down; none, of all.
    pub(super) fn confine(&mut self, fields: Option<&[&'static Field]>) {
        self.worth = fields.map(<[_]>::to_vec);
    }
    /// Forgets the last frame.
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.adrift.clear();
        self.text.clear();
        self.buffers.clear();
        self.bytes.clear();
        self.remarked = false;
    }
    /// Keeps an item.
    pub(super) fn put(&mut self, item: Item) {
        if self.items.len() < MOST_ITEMS {
            self.remarked |= matches!(item.field.kind, Kind::Expert(..));
            self.items.push(item);
        }
    }
    /// The place of the next item.
    pub(super) fn mark(&self) -> usize {
        self.items.len()
    }
    /// Forgets the items from `mark` on.
    pub(super) fn cut(&mut self, mark: usize) {
        self.items.truncate(mark);
    }
    /// Forgets the items from `mark` to `end`.
    pub(super) fn cut_between(&mut self, mark: usize, end: usize) {
        let end = end.min(self.items.len());
        self.items.drain(mark.min(end)..end);
    }
    /// Sets the items from `mark` on aside: they stand behind all others.
    pub(super) fn cast_off(&mut self, mark: usize) {
        self.adrift.extend(self.items.drain(mark.min(self.items.len())..));
    }
    /// Lets the items that were set aside follow the others.
    pub(super) fn bring_in(&mut self) {
        self.items.append(&mut self.adrift);
    }
    /// The item at `mark` ends at byte `end`.
    pub(super) fn close(&mut self, mark: usize, end: usize) {
        self.change(mark, |item| item.end = (end as u32).max(item.start));
    }
    /// Changes the item at `mark`.
    pub(super) fn change(&mut self, mark: usize, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.items.get_mut(mark) {
            change(item);
        }
    }
    /// Gives the item at `mark` words of its own; `appended`, they follow the usual ones.
    pub(super) fn label(&mut self, mark: usize, appended: bool, write: impl FnOnce(&mut Line)) {
        let Some(&Item { field, label: before, appended: was_appended, .. }) = self.items.get(mark) else { return };
        let needed = match (self.wording, field.kind) {
            // A remark's words are what it says.
            (Wording::All, _) | (_, Kind::Expert(..)) => true,
            (Wording::Headings, kind) => matches!(kind, Kind::None | Kind::Protocol),
            (Wording::None, _) => false,
        };
        if !needed {
            return;
        }
        // A remark's words are cut off where it stands in the tree.
        let whole = appended || matches!(field.kind, Kind::Expert(..));
        let mut span = self.keep(|line| {
            write(line);
            if !whole {
                words::shorten(0, 0, line);
            }
        });
        let mut appended = appended;
        if appended && before.len > 0 {
            // What was there stands before what is added, whichever of the two kinds it was.
            let old = before.start as usize..(before.start + before.len) as usize;
            let start = self.text.len() as u32;
            let new = span.start as usize..(span.start + span.len) as usize;
            self.text.extend_from_within(old);
            self.text.extend_from_within(new);
            span = Span { start, len: before.len + span.len };
            appended = was_appended;
        }
        self.change(mark, |item| (item.label, item.appended) = (span, appended));
    }
    /// Gives the item at `mark` its text value.
    pub(super) fn text(&mut self, mark: usize, write: impl FnOnce(&mut Line)) {
        if let (Some(worth), Some(item)) = (&self.worth, self.items.get(mark))
            && !worth.iter().any(|field| std::ptr::eq(*field, item.field))
        {
            return;
        }
        let span = self.keep(write);
        self.change(mark, |item| item.text = span);
    }
    /// Gives the first item of `field` the list of the frame's layers as its text.
    pub(super) fn list_layers(&mut self, field: &'static Field) {
        let Some(at) = self.items.iter().position(|item| std::ptr::eq(item.field, field)) else { return };
        let items = std::mem::take(&mut self.items);
        let is_layer = |item: &&Item| item.field.kind == Kind::Protocol && item.num != AGAIN;
        let layers = || items.iter().skip(at).filter(is_layer).map(|item| item.field);
        let span = self.keep(|line| {
            for (i, (layer, next)) in layers().zip(layers().skip(1).map(Some).chain([None])).enumerate() {
                // Why dissection ended is no protocol.
                if layer.key.starts_with("_ws.") {
                    continue;
                }
                line.str(if i > 0 { ":" } else { "" }).str(layer.key);
                if ETHERTYPED.contains(&layer.key) && next.is_some_and(|next| !UNTYPED.contains(&next.key)) {
                    line.str(":ethertype");
                }
            }
        });
        self.items = items;
        self.change(at, |item| item.text = span);
    }
    /// Forgets layers that have no line and nothing in them: only the list of layers names them.
    pub(super) fn drop_empty_layers(&mut self) {
        let is_empty = |item: &Item| item.hidden && item.depth == 0 && item.field.kind == Kind::Protocol;
        let mut from = 0;
        while let Some(at) = self.find(from, is_empty) {
            if self.items.get(at + 1).is_none_or(|next| next.depth == 0) {
                self.items.remove(at);
                from = at;
            } else {
                from = at + 1;
            }
        }
    }
    /// The place of the first item from `from` on that is such a one.
    fn find(&self, from: usize, is_it: impl Fn(&Item) -> bool) -> Option<usize> {
        self.items.get(from..)?.iter().position(is_it).map(|at| from + at)
    }
    /// Remarks upon texts that go on behind a NUL, in the frame and in other buffers.
    pub(super) fn remark_strays(&mut self, frame: &[u8], remark: &'static Field) {
        if self.worth.is_some() {
            return;
        }
        let mut from = 0;
        while let Some(at) = self.find(from, |item| item.field.kind == Kind::Str && self.has_stray(item, frame)) {
            from = at + 1;
            if let Some(&Item { start, depth, buffer, .. }) = self.items.get(at) {
                let remark = Item::new(remark, start as usize, start as usize, 0, depth.saturating_add(1), buffer);
                self.items.insert(from, Item { generated: true, ..remark });
                self.remarked = true;
            }
        }
    }
    /// Whether a text goes on behind a NUL.
    fn has_stray(&self, item: &Item, frame: &[u8]) -> bool {
        let as_read = item.text.len == 0 && (item.label.len == 0 || item.appended);
        if !as_read || item.start >= item.end || !matches!(item.field.meaning, Meaning::None) {
            return false;
        }
        let bytes = self.buffer_bytes(item.buffer, frame);
        let text = bytes.get(item.start as usize..item.end as usize).unwrap_or_default();
        let stray = memchr::memchr(0, text).and_then(|nul| text.get(nul..)).unwrap_or_default();
        stray.iter().any(|&byte| byte != 0)
    }
    /// Each remark of the analysis becomes the fields that it stands as in the tree.
    pub(super) fn spread_remarks(&mut self) {
        if !self.remarked {
            return;
        }
        let is_remark = |item: &Item| matches!(item.field.kind, Kind::Expert(..));
        let Some(first) = self.find(0, is_remark) else { return };
        let (items, mut spread) = (std::mem::take(&mut self.items), std::mem::take(&mut self.spare));
        let (before, from_first) = items.split_at_checked(first).unwrap_or_default();
        spread.clear();
        spread.extend_from_slice(before);
        for item in from_first {
            let Kind::Expert(severity, group) = item.field.kind else {
                spread.push(*item);
                continue;
            };
            let (text, usual) = (item.label, item.field.label);
            let own = self.span(text).to_owned();
            let message = |l: &mut Line| {
                l.str(if own.is_empty() || item.appended { usual } else { "" }).bytes(&own);
            };
            let names = expert::names((severity, group));
            let said = self.keep(message);
            let words = self.keep(|l| {
                l.str("Expert Info (").str(names.0).byte(b'/').str(names.1).str("): ");
                message(l);
                words::shorten(0, 0, l);
            });
            spread.extend(expert::items(item, (severity, group), words, said));
            if group == Group::Malformed {
                let place = item.start as usize;
                let malformed = Item::new(&MALFORMED, place, place, 0, item.depth, item.buffer);
                spread.push(Item { hidden: true, ..malformed });
            }
        }
        (self.items, self.spare) = (spread, items);
    }
    /// Moves the items from `from` on to `to`, before those that stand there.
    pub(super) fn move_to(&mut self, from: usize, to: usize) {
        let len = self.items.len().saturating_sub(from);
        if let Some(items) = self.items.get_mut(to..) {
            items.rotate_right(len.min(items.len()));
        }
    }
    /// Keeps a buffer that is not the frame, under a title, and gives its number.
    pub(super) fn buffer(&mut self, title: &'static str, bytes: &[u8]) -> u8 {
        if self.buffers.len() >= 255 {
            return 255;
        }
        self.buffers.push(Buffer { title, start: self.bytes.len(), len: bytes.len() });
        self.bytes.extend_from_slice(bytes);
        self.buffers.len() as u8
    }
    /// Sees to it that `bytes`, with which buffer `number` begins, are kept.
    pub(super) fn hold(&mut self, number: u8, bytes: &[u8]) {
        let Some(buffer) = usize::from(number).checked_sub(1).and_then(|at| self.buffers.get_mut(at)) else { return };
        if buffer.len < bytes.len() {
            (buffer.start, buffer.len) = (self.bytes.len(), bytes.len());
            self.bytes.extend_from_slice(bytes);
        }
    }
}
