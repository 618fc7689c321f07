//! Recording more than was read: parts of numbers, conclusions, words for the tree.

use super::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::frame;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::{AGAIN, Item, Sink};

/// Lengths of messages that are recorded of one segment at most.
const MOST_SIZES: usize = 1 << 16;

impl<S: Sink> Cursor<'_, S> {
    /// This place, or the end of what was captured.
    fn here(&self) -> usize {
        self.pos.min(self.data.len())
    }

    /// Keeps an item, and what of its buffer it may stand for.
    #[inline]
    pub(super) fn keep(&mut self, item: Item) {
        if item.buffer > 0 {
            self.worker.sink.hold(item.buffer, self.data);
        }
        self.worker.sink.put(item);
    }
    /// The place of the next item in the tree, for [`insert_at`](Self::insert_at) and others that come back to it.
    #[inline]
    pub fn mark(&self) -> usize {
        if S::DETAIL { self.worker.sink.mark() } else { 0 }
    }
    /// The place of the item recorded last.
    #[inline]
    fn last(&self) -> usize {
        self.mark().wrapping_sub(1)
    }
    /// Forgets what was recorded from `mark` on.
    #[inline]
    pub fn cut(&mut self, mark: usize) {
        if S::DETAIL {
            self.worker.sink.cut(mark);
        }
    }
    /// Forgets what was recorded from `mark` on, up to `end`.
    pub fn cut_between(&mut self, mark: usize, end: usize) {
        if S::DETAIL {
            self.worker.sink.cut_between(mark, end);
        }
    }
    /// What was recorded from `mark` on stands behind all that this frame will hold.
    pub fn cast_off(&mut self, mark: usize) {
        if S::DETAIL {
            self.worker.sink.cast_off(mark);
        }
    }
    /// Changes the item at `mark`.
    #[inline]
    pub fn change_at(&mut self, mark: usize, change: impl FnOnce(&mut Item)) {
        if S::DETAIL {
            self.worker.sink.change(mark, change);
        }
    }
    /// Changes the item recorded last.
    #[inline]
    pub fn change_last(&mut self, change: impl FnOnce(&mut Item)) {
        self.change_at(self.last(), change);
    }
    /// The item at `mark` ends here.
    #[inline]
    pub fn close_at(&mut self, mark: usize) {
        if S::DETAIL {
            self.worker.sink.close(mark, self.pos);
        }
    }

    /// Records a field over the last `N` bytes read, `num` being the number they hold; gives the field's part of it.
    #[inline]
    pub fn bits<const N: usize>(&mut self, field: &'static Field, num: u64) -> u64 {
        self.record(field, N, num);
        field.cut(num)
    }
    /// Records a field over bytes `start..end`.
    #[inline]
    pub fn put(&mut self, field: &'static Field, start: usize, end: usize, num: u64) {
        if S::DETAIL {
            // Where a header says that it is longer than what was captured, its field ends with the capture.
            let (start, end) = (start.min(self.data.len()), end.min(self.data.len()));
            self.keep(Item::new(field, start, end, num, self.depth, self.buffer));
        }
    }
    /// Records something concluded rather than read.
    #[inline]
    pub fn generated(&mut self, field: &'static Field, num: u64) {
        if S::DETAIL {
            let item = Item::new(field, self.here(), self.here(), num, self.depth, self.buffer);
            self.keep(Item { generated: true, ..item });
        }
    }
    /// Records something concluded from bytes `start..end`.
    #[inline]
    pub fn generated_over(&mut self, field: &'static Field, start: usize, end: usize, num: u64) {
        if S::DETAIL {
            let item = Item::new(field, start, end, num, self.depth, self.buffer);
            self.keep(Item { generated: true, ..item });
        }
    }
    /// Records a field over `start..end` that only filters see.
    #[inline]
    pub fn hidden(&mut self, field: &'static Field, start: usize, end: usize, num: u64) {
        if S::DETAIL {
            let item = Item::new(field, start, end, num, self.depth, self.buffer);
            self.keep(Item { hidden: true, ..item });
        }
    }
    /// Records a text over `start..end` that the bytes alone do not give.
    #[inline]
    pub fn text(&mut self, field: &'static Field, start: usize, end: usize, write: impl FnOnce(&mut Line)) {
        self.put(field, start, end, 0);
        self.set_text(write);
    }
    /// Reads `len` bytes of text that should be ASCII; a byte that is not shows as U+FFFD.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    pub fn ascii(&mut self, field: &'static Field, len: usize) -> Result<(), Stop> {
        let bytes = self.bytes(field, len)?;
        if S::DETAIL && !bytes.is_ascii() {
            self.set_text(|l| _ = l.ascii(bytes));
        }
        Ok(())
    }
    /// Gives the item recorded last its text value.
    #[inline]
    pub fn set_text(&mut self, write: impl FnOnce(&mut Line)) {
        if S::DETAIL {
            let last = self.last();
            self.worker.sink.text(last, write);
        }
    }
    /// Records an expert remark on the item before.
    #[inline]
    pub fn expert(&mut self, remark: &'static Field) {
        self.generated(remark, 0);
    }
    /// Says in the row and in the tree why a protocol stopped, for a layer that goes on behind it.
    pub fn remark(&mut self, stop: Stop) {
        self.worker.row.remark(stop);
        frame::remark(self.worker, stop, self.depth.saturating_sub(1));
    }
    /// Says in the tree alone why the protocol of this name stopped.
    pub fn remark_in_tree(&mut self, stop: Stop, name: &'static str) {
        self.worker.failed = name;
        frame::remark(self.worker, stop, self.depth.saturating_sub(1));
    }
    /// Says in the tree that a message cannot be put together because the same bytes came twice.
    pub fn overlapping(&mut self) {
        if S::DETAIL {
            frame::overlapping(self.worker, self.depth.saturating_sub(1));
        }
    }
    /// Gives the item recorded last words of its own in the tree, in place of the usual ones.
    #[inline]
    pub fn label(&mut self, write: impl FnOnce(&mut Line)) {
        self.label_at(self.last(), write);
    }
    /// Lets words follow those of the item recorded last.
    #[inline]
    pub fn append(&mut self, write: impl FnOnce(&mut Line)) {
        self.append_at(self.last(), write);
    }
    /// Lets words follow those of the item at `mark`, which [`mark`](Self::mark) gave before it was recorded.
    #[inline]
    pub fn append_at(&mut self, mark: usize, write: impl FnOnce(&mut Line)) {
        if S::DETAIL {
            self.worker.sink.label(mark, true, write);
        }
    }
    /// Gives the item at `mark`, which [`mark`](Self::mark) gave before it was recorded, words of its own.
    #[inline]
    pub fn label_at(&mut self, mark: usize, write: impl FnOnce(&mut Line)) {
        if S::DETAIL {
            self.worker.sink.label(mark, false, write);
        }
    }
    /// Lets words follow the layer's own line: `, Src Port: 53, Dst Port: 4711`.
    #[inline]
    pub fn layer_append(&mut self, write: impl FnOnce(&mut Line)) {
        self.append_at(self.layer, write);
    }
    /// Gives the layer's line words of its own.
    #[inline]
    pub fn layer_label(&mut self, write: impl FnOnce(&mut Line)) {
        self.label_at(self.layer, write);
    }
    /// The layer has no line of its own in the tree: another one that begins here takes its place.
    #[inline]
    pub fn layer_hide(&mut self) {
        self.change_at(self.layer, |item| item.hidden = true);
    }
    /// Only filters see the item recorded last.
    #[inline]
    pub fn hide(&mut self) {
        self.change_last(|item| item.hidden = true);
    }
    /// Takes the layer's own line back, for a protocol that only says which one it is that follows.
    pub fn forget_layer(&mut self) {
        self.cut(self.layer);
        self.layer = usize::MAX;
    }
    /// A message of `len` bytes begins here, one of those that a segment or datagram may hold: the carrier's layer names
    /// its size, and each but the first has a layer of its own.
    pub fn begin_message(&mut self, len: usize) {
        if !S::DETAIL {
            return;
        }
        if self.in_stream() && self.worker.message_sizes.len() < MOST_SIZES {
            self.worker.message_sizes.push(len as u32);
        }
        self.begin_layer();
    }
    /// What begins here has a layer of its own: another one, if the layer began before.
    pub fn begin_layer(&mut self) {
        if !S::DETAIL {
            return;
        }
        let Some(&layer) = self.worker.sink.items().get(self.layer) else { return };
        if layer.start as usize != self.pos && layer.field.kind == Kind::Protocol {
            self.replace_layer(layer.field, AGAIN);
        }
    }
    /// The layer is another one of the same kind as that before it: both count as one in the list of a frame's
    /// protocols.
    pub fn layer_again(&mut self) {
        self.change_at(self.layer, |item| item.num = AGAIN);
    }
    /// The layer ends here, and another one begins beside it.
    pub fn next_layer(&mut self, field: &'static Field) {
        if S::DETAIL {
            self.replace_layer(field, 0);
        }
    }
    fn replace_layer(&mut self, field: &'static Field, value: u64) {
        let Some(&layer) = self.worker.sink.items().get(self.layer) else { return };
        self.worker.sink.close(self.layer, self.pos);
        self.layer = self.mark();
        self.keep(Item::new(field, self.pos, self.pos, value, layer.depth, layer.buffer));
    }
    /// The layer's bytes end here. Without this they end where the dissector stopped reading.
    #[inline]
    pub fn layer_ends(&mut self) {
        if S::DETAIL {
            let end = self.here();
            self.worker.sink.close(self.layer, end);
        }
    }
    /// These bytes are taken, so that no other protocol is asked, but nothing is said of them: there is no layer.
    pub fn keep_silent(&mut self) {
        self.cut(self.layer);
    }
    /// Opens a branch of the tree: what `body` records stands below `field`, which covers what it reads.
    ///
    /// # Errors
    /// Those of `body`; what was recorded stands.
    #[inline]
    pub fn group<T>(
        &mut self,
        field: &'static Field,
        body: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let mark = self.mark();
        self.put(field, self.pos, self.pos, 0);
        self.depth = self.depth.saturating_add(1);
        let outcome = body(self);
        self.depth = self.depth.saturating_sub(1);
        self.close_at(mark);
        outcome
    }
    /// What `body` records stands below the item recorded last.
    ///
    /// # Errors
    /// Those of `body`.
    #[inline]
    pub fn below<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        self.depth = self.depth.saturating_add(1);
        let outcome = body(self);
        self.depth = self.depth.saturating_sub(1);
        outcome
    }

    /// Records at `mark` what is only known once the payload has been dissected: a trailer stands in its own layer,
    /// before the payload's.
    ///
    /// # Errors
    /// Those of `body`.
    pub fn insert_at<T>(&mut self, mark: usize, body: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let from = self.mark();
        let outcome = body(self);
        if S::DETAIL {
            self.worker.sink.move_to(from, mark);
        }
        outcome
    }
}
