//! One unfinished message.

use super::Part;
use crate::dissect::protocol::Need;

/// Ranges behind a hole that are told apart at most.
const MOST_ISLANDS: usize = 64;
/// Room made for a message at once, in bytes: one that says it is long need not be.
pub(super) const MOST_RESERVED: usize = 1 << 16;

/// An unfinished message.
#[derive(Default)]
pub(super) struct Pending {
    /// Sequence number of its first byte.
    pub(super) start: u32,
    /// Its length in bytes, as far as it is known; what lies beyond belongs to the next message.
    pub(super) len: usize,
    /// Of segments that belong to it, all bytes do: its length is not known yet.
    pub(super) whole_segments: bool,
    /// It ends where its sender closes.
    pub(super) until_close: bool,
    /// Its bytes were given up; only its place in the stream is still known.
    pub(super) given_up: bool,
    /// A byte came twice, and differed.
    pub(super) conflict: bool,
    /// The bytes that have come, holes filled with zeros; of a message that is not wanted whole, the first.
    pub(super) bytes: Vec<u8>,
    /// How many of its bytes are wanted.
    pub(super) wanted: usize,
    /// How many from the start on are there without a hole.
    pub(super) contiguous: usize,
    /// Ranges that came behind a hole.
    pub(super) islands: Vec<(usize, usize)>,
    /// The segments, where they are asked for.
    pub(super) parts: Vec<Part>,
    /// When it was begun, as a count of all messages.
    pub(super) stamp: u64,
    /// The direction's next unfinished message: its place and 1, or 0.
    pub(super) next: u32,
}

impl Pending {
    /// Waits for what `need` says beyond the `have` bytes that are there.
    pub(super) fn wait(&mut self, have: usize, need: Need) {
        (self.len, self.whole_segments, self.until_close) = match need {
            Need::Bytes(more) => (have.saturating_add(more), false, false),
            Need::Segment => (have.saturating_add(1), true, false),
            Need::Close => (usize::MAX, false, true),
        };
    }
    /// How many of `len` bytes that start `at` bytes behind the message's start belong to it.
    pub(super) fn share(&mut self, at: usize, len: usize) -> usize {
        if self.whole_segments {
            self.len = self.len.max(at.saturating_add(len));
        }
        len.min(self.len.saturating_sub(at))
    }
    /// Fills in `data`, which starts `at` bytes behind the message's start and belongs to it.
    pub(super) fn fill(&mut self, at: usize, data: &[u8]) {
        let end = at + data.len();
        if !self.given_up {
            let data = data.get(..self.wanted.saturating_sub(at)).unwrap_or(data);
            if at == self.bytes.len() {
                self.bytes.extend_from_slice(data);
            } else if !data.is_empty() {
                self.fill_in(at, data);
            }
        }
        if at <= self.contiguous {
            self.contiguous = self.contiguous.max(end);
            while let Some(i) = self.islands.iter().position(|&(start, _)| start <= self.contiguous) {
                self.contiguous = self.contiguous.max(self.islands.swap_remove(i).1);
            }
        } else if self.islands.len() < MOST_ISLANDS {
            self.islands.push((at, end));
        }
    }
    /// Fills in data that come out of turn.
    #[cold]
    fn fill_in(&mut self, at: usize, data: &[u8]) {
        self.check(at, data);
        let end = at + data.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(place) = self.bytes.get_mut(at..end) {
            place.copy_from_slice(data);
        }
    }
    /// Notes whether bytes that came before were others.
    fn check(&mut self, at: usize, data: &[u8]) {
        let differs = |from: usize, to: usize| {
            let (from, to) = (from.max(at), to.min(at + data.len()));
            from < to && self.bytes.get(from..to) != data.get(from - at..to - at)
        };
        if differs(0, self.contiguous) || self.islands.iter().any(|&(from, to)| differs(from, to)) {
            self.conflict = true;
        }
    }
    /// Whether nothing is missing any more.
    pub(super) fn complete(&self) -> bool {
        self.contiguous >= self.len
    }
}
