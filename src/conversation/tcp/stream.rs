//! Messages that span several segments, put together again.
//!
//! A dissector that finds its message unfinished says how much is missing; the bytes are then kept here until the
//! segments that complete them have come, in whatever order. As in tshark, only such messages are kept: a stream
//! whose messages end with their segments costs nothing.
//!
//! All unfinished messages live in one [`Streams`], so that a conversation without one takes but a few bytes, buffers
//! are used again, and there is a bound on all of them together.

use std::collections::VecDeque;

use crate::dissect::protocol::Need;

/// Bytes of unfinished messages that are kept at most, of all conversations together.
pub const MOST_BYTES: usize = 1 << 26;
/// Unfinished messages of one direction at most.
const MOST_PENDING: usize = 8;
/// Ranges behind a hole that are told apart at most.
const MOST_ISLANDS: usize = 64;
/// Buffers kept for the next message, and the greatest of them in bytes.
const MOST_SPARE: usize = 16;
const MOST_SPARE_BYTES: usize = 1 << 20;

/// How many bytes `to` lies behind `from` in sequence space (RFC 9293 section 3.4); `None` if it lies before.
pub fn distance(from: u32, to: u32) -> Option<usize> {
    let ahead = to.wrapping_sub(from);
    (ahead < 1 << 31).then_some(ahead as usize)
}

/// A segment's part in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The segment's frame.
    pub frame: u32,
    /// Where its bytes start in the message.
    pub at: u32,
    /// How many they are.
    pub len: u32,
}

/// An unfinished message.
#[derive(Default)]
struct Pending {
    /// Sequence number of its first byte.
    start: u32,
    /// Its length in bytes, as far as it is known; what lies beyond belongs to the next message.
    len: usize,
    /// Of segments that belong to it, all bytes do: its length is not known yet.
    whole_segments: bool,
    /// It ends where its sender closes.
    until_close: bool,
    /// Its bytes were given up; only its place in the stream is still known.
    given_up: bool,
    /// A byte came twice, and differed.
    conflict: bool,
    /// The bytes that have come, holes filled with zeros.
    bytes: Vec<u8>,
    /// How many from the start on are there without a hole.
    contiguous: usize,
    /// Ranges that came behind a hole.
    islands: Vec<(usize, usize)>,
    /// The segments, where they are asked for.
    parts: Vec<Part>,
    /// When it was begun, as a count of all messages.
    stamp: u64,
    /// The direction's next unfinished message: its place and 1, or 0.
    next: u32,
}

impl Pending {
    /// Waits for what `need` says beyond the `have` bytes that are there.
    fn wait(&mut self, have: usize, need: Need) {
        (self.len, self.whole_segments, self.until_close) = match need {
            Need::Bytes(more) => (have.saturating_add(more), false, false),
            Need::Segment => (have.saturating_add(1), true, false),
            Need::Close => (usize::MAX, false, true),
        };
    }
    /// How many of `len` bytes that start `at` bytes behind the message's start belong to it.
    fn share(&mut self, at: usize, len: usize) -> usize {
        if self.whole_segments {
            self.len = self.len.max(at.saturating_add(len));
        }
        len.min(self.len.saturating_sub(at))
    }
    /// Fills in `data`, which starts `at` bytes behind the message's start and belongs to it.
    fn fill(&mut self, at: usize, data: &[u8]) {
        let end = at + data.len();
        if !self.given_up {
            self.check(at, data);
            if self.bytes.len() < end {
                self.bytes.resize(end, 0);
            }
            if let Some(place) = self.bytes.get_mut(at..end) {
                place.copy_from_slice(data);
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
    fn complete(&self) -> bool {
        self.contiguous >= self.len
    }
}

/// The unfinished messages of all conversations.
#[derive(Default)]
pub struct Streams {
    pending: Vec<Pending>,
    free: Vec<u32>,
    spare: Vec<Vec<u8>>,
    /// Messages in the order in which they were begun: place and stamp.
    order: VecDeque<(u32, u64)>,
    stamps: u64,
    bytes: usize,
    /// Messages given up because too much was unfinished.
    pub given_up: u64,
}

impl Streams {
    fn get(&mut self, place: u32) -> Option<&mut Pending> {
        self.pending.get_mut((place as usize).wrapping_sub(1))
    }
    /// A place for another message: its number and 1.
    fn place(&mut self) -> u32 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.pending.push(Pending::default());
            self.pending.len() as u32
        });
        self.stamps += 1;
        let stamp = self.stamps;
        if let Some(pending) = self.get(place) {
            pending.stamp = stamp;
        }
        if self.order.len() > 2 * self.pending.len() + 64 {
            let pending = &self.pending;
            let lives = |&(place, stamp): &(u32, u64)| {
                pending.get((place as usize).wrapping_sub(1)).is_some_and(|pending| pending.stamp == stamp)
            };
            self.order.retain(lives);
        }
        self.order.push_back((place, stamp));
        place
    }
    /// Takes the message at `place` out; the place is free again.
    fn take(&mut self, place: u32) -> Option<Message> {
        let pending = self.get(place)?;
        let message = Message {
            start: pending.start,
            bytes: std::mem::take(&mut pending.bytes),
            parts: std::mem::take(&mut pending.parts),
            conflict: pending.conflict,
        };
        pending.islands.clear();
        (pending.stamp, pending.given_up, pending.conflict) = (0, false, false);
        self.bytes = self.bytes.saturating_sub(message.bytes.len());
        self.free.push(place);
        self.prune();
        Some(message)
    }
    /// Forgets the eldest that are no more.
    fn prune(&mut self) {
        while let Some(&(place, stamp)) = self.order.front() {
            if self.get(place).is_some_and(|pending| pending.stamp == stamp && !pending.given_up) {
                break;
            }
            self.order.pop_front();
        }
    }
    /// Makes room for the message at `place` to grow to `len` bytes; gives up the eldest ones for it.
    fn make_room(&mut self, place: u32, len: usize) {
        let Some(have) = self.get(place).filter(|pending| !pending.given_up).map(|pending| pending.bytes.len()) else {
            return;
        };
        let more = len.saturating_sub(have);
        while self.bytes.saturating_add(more) > MOST_BYTES {
            let Some((eldest, stamp)) = self.order.pop_front() else { break };
            let Some(pending) = self.get(eldest).filter(|pending| pending.stamp == stamp) else { continue };
            pending.given_up = true;
            let bytes = std::mem::take(&mut pending.bytes);
            self.bytes = self.bytes.saturating_sub(bytes.len());
            self.given_up += 1;
            if eldest == place {
                return;
            }
        }
        self.bytes = self.bytes.saturating_add(more);
    }
    /// An empty buffer.
    pub fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }
    /// Gives a buffer back that is no longer needed.
    pub fn give_back(&mut self, mut bytes: Vec<u8>) {
        if self.spare.len() < MOST_SPARE && (1..=MOST_SPARE_BYTES).contains(&bytes.capacity()) {
            bytes.clear();
            self.spare.push(bytes);
        }
    }
}

/// What a segment meant for an unfinished message.
pub enum Outcome {
    /// It is part of one that is still unfinished; this many of its bytes belong to it.
    Waiting(usize),
    /// It completes one; this many of its bytes belong to it.
    Complete(Message, usize),
    /// It repeats the beginning of a message: it is left alone.
    Repeated,
    /// It repeats the middle of a message that was complete.
    Overlapping,
}

/// A complete message.
#[derive(Debug, Default)]
pub struct Message {
    /// Sequence number of its first byte.
    pub start: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The segments that it came in, where they were asked for.
    pub parts: Vec<Part>,
    /// A byte came twice, and differed.
    pub conflict: bool,
}

/// A message that was complete: where it starts, and its length.
#[derive(Clone, Copy, Debug, Default)]
struct Finished {
    start: u32,
    len: u32,
}

/// Messages of one direction that span several segments.
#[derive(Debug, Default)]
pub struct Side {
    /// The unfinished message begun last: its place and 1, or 0.
    first: u32,
    /// The messages completed last.
    finished: [Finished; 2],
}

/// Where a segment falls.
enum Found {
    Pending(u32),
    Finished(Finished),
}

impl Side {
    /// Whether no segment can be part of a message known here.
    pub fn is_empty(&self) -> bool {
        let [last, _] = self.finished;
        self.first == 0 && last.len == 0
    }

    /// The message that begins closest before `seq`, if it reaches that far.
    fn find(&self, streams: &mut Streams, seq: u32) -> Option<Found> {
        let mut best: Option<(usize, bool, Found)> = None;
        let mut consider = |start: u32, len: usize, found: Found| {
            if let Some(at) = distance(start, seq)
                && best.as_ref().is_none_or(|&(closest, ..)| at < closest)
            {
                best = Some((at, at < len, found));
            }
        };
        let mut place = self.first;
        while let Some(pending) = streams.get(place) {
            consider(pending.start, pending.len, Found::Pending(place));
            place = pending.next;
        }
        for finished in self.finished {
            if finished.len > 0 {
                consider(finished.start, finished.len as usize, Found::Finished(finished));
            }
        }
        best.filter(|&(_, within, _)| within).map(|(.., found)| found)
    }

    /// Takes the message at `place` out of this direction's list.
    fn unlink(&mut self, streams: &mut Streams, place: u32) -> Option<Message> {
        let next = streams.get(place)?.next;
        if self.first == place {
            self.first = next;
        } else {
            let mut at = self.first;
            while let Some(pending) = streams.get(at) {
                if pending.next == place {
                    pending.next = next;
                    break;
                }
                at = pending.next;
            }
        }
        streams.take(place)
    }

    fn finish(&mut self, start: u32, len: usize) {
        let [last, _] = self.finished;
        self.finished = [Finished { start, len: len as u32 }, last];
    }

    /// Gives `data`, which starts at sequence number `seq`, to the message that it belongs to, if there is one.
    /// `frame` is noted as its origin, where that is wanted.
    pub fn offer(&mut self, streams: &mut Streams, seq: u32, data: &[u8], frame: Option<u32>) -> Option<Outcome> {
        let place = match self.find(streams, seq)? {
            Found::Finished(finished) if finished.start == seq => return Some(Outcome::Repeated),
            Found::Finished(_) => return Some(Outcome::Overlapping),
            Found::Pending(place) => place,
        };
        let pending = streams.get(place)?;
        let at = distance(pending.start, seq)?;
        if at == 0 && !pending.whole_segments {
            return Some(Outcome::Repeated);
        }
        let taken = pending.share(at, data.len());
        streams.make_room(place, at + taken);
        let pending = streams.get(place)?;
        pending.fill(at, data.get(..taken).unwrap_or(data));
        if let Some(frame) = frame {
            pending.parts.push(Part { frame, at: at as u32, len: taken as u32 });
        }
        if !pending.complete() || pending.given_up {
            return Some(Outcome::Waiting(taken));
        }
        let (start, len) = (pending.start, pending.len);
        let message = self.unlink(streams, place)?;
        self.finish(start, len);
        Some(Outcome::Complete(message, taken))
    }

    /// The message that waits for its sender to close, who has now done so at sequence number `seq`.
    pub fn close(&mut self, streams: &mut Streams, seq: u32) -> Option<Message> {
        let mut place = self.first;
        while let Some(pending) = streams.get(place) {
            if pending.until_close && !pending.given_up && distance(pending.start, seq) == Some(pending.contiguous) {
                let (start, len) = (pending.start, pending.contiguous);
                let message = self.unlink(streams, place)?;
                self.finish(start, len);
                return Some(message);
            }
            place = pending.next;
        }
        None
    }

    /// Keeps an unfinished message: the bytes that are there, where they are from, and what it waits for.
    pub fn keep(&mut self, streams: &mut Streams, start: u32, data: &[u8], need: Need, frame: Option<u32>) {
        let mut bytes = streams.buffer();
        bytes.extend_from_slice(data);
        let mut message = Message { start, bytes, ..Message::default() };
        if let Some(frame) = frame {
            message.parts.push(Part { frame, at: 0, len: data.len() as u32 });
        }
        self.resume(streams, message, need);
    }

    /// Keeps a message that was thought complete and is not.
    pub fn resume(&mut self, streams: &mut Streams, message: Message, need: Need) {
        let [last, before] = self.finished;
        if last.start == message.start && last.len as usize == message.bytes.len() {
            self.finished = [before, Finished::default()];
        }
        self.limit(streams);
        let Message { start, bytes, parts, conflict } = message;
        let have = bytes.len();
        let place = streams.place();
        streams.make_room(place, have);
        let first = self.first;
        let Some(pending) = streams.get(place) else { return };
        if !pending.given_up {
            pending.bytes = bytes;
        }
        (pending.start, pending.contiguous, pending.parts) = (start, have, parts);
        (pending.conflict, pending.next) = (conflict, first);
        pending.wait(have, need);
        self.first = place;
    }

    /// Gives up the eldest message where there are too many.
    fn limit(&mut self, streams: &mut Streams) {
        let (mut count, mut place, mut last) = (0, self.first, 0);
        while let Some(pending) = streams.get(place) {
            (count, last, place) = (count + 1, place, pending.next);
        }
        if count >= MOST_PENDING
            && let Some(message) = self.unlink(streams, last)
        {
            streams.give_back(message.bytes);
            streams.given_up += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, Need, Outcome, Side, Streams};

    fn complete(outcome: Option<Outcome>) -> (Vec<u8>, usize) {
        match outcome {
            Some(Outcome::Complete(message, taken)) => (message.bytes, taken),
            _ => panic!("not complete"),
        }
    }
    fn setup() -> (Side, Streams) {
        (Side::default(), Streams::default())
    }

    #[test]
    fn segments_in_any_order_across_the_wrap() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, 0xffff_fffe, b"ab", Need::Bytes(4), None);
        assert!(matches!(side.offer(&mut all, 2, b"ef", None), Some(Outcome::Waiting(2))));
        assert_eq!(complete(side.offer(&mut all, 0, b"cd", None)), (b"abcdef".to_vec(), 2));
        assert!(side.offer(&mut all, 4, b"gh", None).is_none());
        assert_eq!(all.bytes, 0);
    }

    #[test]
    fn overlaps_and_bytes_of_the_next_message() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, 100, b"ab", Need::Bytes(3), None);
        assert!(matches!(side.offer(&mut all, 101, b"bc", None), Some(Outcome::Waiting(2))));
        assert_eq!(complete(side.offer(&mut all, 103, b"deNEXT", None)), (b"abcde".to_vec(), 2));
    }

    #[test]
    fn bytes_that_differ_when_repeated_are_noted() {
        for (again, conflict) in [(b"bc", false), (b"xc", true)] {
            let (mut side, mut all) = setup();
            side.keep(&mut all, 100, b"ab", Need::Bytes(2), None);
            side.offer(&mut all, 101, again, None);
            let Some(Outcome::Complete(message, _)) = side.offer(&mut all, 103, b"d", None) else { panic!() };
            assert_eq!(message.conflict, conflict);
        }
    }

    #[test]
    fn one_more_segment_takes_the_whole_segment() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, 100, b"ab", Need::Segment, None);
        assert_eq!(complete(side.offer(&mut all, 102, b"cdef", None)), (b"abcdef".to_vec(), 4));
    }

    #[test]
    fn until_the_sender_closes() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, 100, b"ab", Need::Close, None);
        assert!(matches!(side.offer(&mut all, 102, b"cd", None), Some(Outcome::Waiting(2))));
        assert!(side.close(&mut all, 103).is_none());
        assert_eq!(side.close(&mut all, 104).unwrap().bytes, b"abcd");
    }

    #[test]
    fn a_finished_message_knows_its_segments_again() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, 100, b"ab", Need::Bytes(2), None);
        assert!(matches!(side.offer(&mut all, 100, b"ab", None), Some(Outcome::Repeated)));
        complete(side.offer(&mut all, 102, b"cd", None));
        assert!(matches!(side.offer(&mut all, 100, b"abcd", None), Some(Outcome::Repeated)));
        assert!(matches!(side.offer(&mut all, 103, b"d", None), Some(Outcome::Overlapping)));
        assert!(side.offer(&mut all, 104, b"e", None).is_none());
    }

    #[test]
    fn too_much_unfinished_is_given_up_from_the_eldest_on() {
        let mut all = Streams::default();
        let mut sides: Vec<Side> = (0..5).map(|_| Side::default()).collect();
        let quarter = vec![7; MOST_BYTES / 4];
        for side in &mut sides {
            side.keep(&mut all, 0, &quarter, Need::Bytes(2), None);
        }
        assert_eq!(all.given_up, 1);
        assert!(all.bytes <= MOST_BYTES);
        let end = quarter.len() as u32;
        assert!(matches!(sides[0].offer(&mut all, end, b"xy", None), Some(Outcome::Waiting(2))));
        assert_eq!(complete(sides[4].offer(&mut all, end, b"xy", None)).0.len(), quarter.len() + 2);
    }

    #[test]
    fn unfinished_messages_of_one_direction_are_few() {
        let (mut side, mut all) = setup();
        for i in 0..100 {
            side.keep(&mut all, i * 10, b"a", Need::Bytes(5), None);
        }
        assert_eq!((all.pending.len(), all.given_up), (8, 92));
        assert_eq!(all.bytes, 8);
    }
}
