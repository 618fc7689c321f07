//! Messages that span several segments, put together again.
//!
//! A dissector that finds its message unfinished says how much is missing; the bytes are then kept here until the
//! segments that complete them have come, in whatever order. As in tshark, only such messages are kept: a stream
//! whose messages end with their segments costs nothing.
//!
//! All unfinished messages live in one [`Streams`], so that a conversation without one takes but a few bytes, buffers
//! are used again, and there is a bound on all of them together.

mod pending;
mod pool;

pub use pool::{MOST_BYTES, Streams};

use crate::dissect::protocol::Need;
use pending::MOST_RESERVED;

/// Unfinished messages of one direction at most.
const MOST_PENDING: usize = 8;

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
    /// Its length in bytes.
    pub len: usize,
    /// How many of its bytes are wanted.
    pub wanted: usize,
    /// These bytes.
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

    /// Keeps an unfinished message: the bytes that are there, where they are from, what it waits for, and how many of
    /// its bytes are wanted then.
    pub fn keep(
        &mut self,
        streams: &mut Streams,
        (start, data): (u32, &[u8]),
        (need, wanted): (Need, usize),
        frame: Option<u32>,
    ) {
        let mut bytes = streams.buffer();
        bytes.extend_from_slice(data.get(..wanted).unwrap_or(data));
        let mut message = Message { start, len: data.len(), wanted, bytes, ..Message::default() };
        if let Some(frame) = frame {
            message.parts.push(Part { frame, at: 0, len: data.len() as u32 });
        }
        self.resume(streams, message, need);
    }

    /// Keeps a message that was thought complete and is not.
    pub fn resume(&mut self, streams: &mut Streams, message: Message, need: Need) {
        let [last, before] = self.finished;
        if last.start == message.start && last.len as usize == message.len {
            self.finished = [before, Finished::default()];
        }
        self.limit(streams);
        let Message { start, len, wanted, mut bytes, parts, conflict } = message;
        bytes.truncate(wanted);
        let (place, first) = (streams.place(), self.first);
        if let Some(pending) = streams.get(place) {
            pending.wanted = wanted;
        }
        streams.make_room(place, len);
        let Some(pending) = streams.get(place) else { return };
        if !pending.given_up {
            pending.bytes = bytes;
        }
        (pending.start, pending.contiguous, pending.parts) = (start, len, parts);
        (pending.conflict, pending.next) = (conflict, first);
        pending.wait(len, need);
        if let Need::Bytes(more) = need {
            let room = more.min(wanted.saturating_sub(len)).min(MOST_RESERVED);
            pending.bytes.reserve(room);
        }
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
        side.keep(&mut all, (0xffff_fffe, b"ab"), (Need::Bytes(4), usize::MAX), None);
        assert!(matches!(side.offer(&mut all, 2, b"ef", None), Some(Outcome::Waiting(2))));
        assert_eq!(complete(side.offer(&mut all, 0, b"cd", None)), (b"abcdef".to_vec(), 2));
        assert!(side.offer(&mut all, 4, b"gh", None).is_none());
        assert_eq!(all.bytes, 0);
    }

    #[test]
    fn overlaps_and_bytes_of_the_next_message() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, (100, b"ab"), (Need::Bytes(3), usize::MAX), None);
        assert!(matches!(side.offer(&mut all, 101, b"bc", None), Some(Outcome::Waiting(2))));
        assert_eq!(complete(side.offer(&mut all, 103, b"deNEXT", None)), (b"abcde".to_vec(), 2));
    }

    #[test]
    fn bytes_that_differ_when_repeated_are_noted() {
        for (again, conflict) in [(b"bc", false), (b"xc", true)] {
            let (mut side, mut all) = setup();
            side.keep(&mut all, (100, b"ab"), (Need::Bytes(2), usize::MAX), None);
            side.offer(&mut all, 101, again, None);
            let Some(Outcome::Complete(message, _)) = side.offer(&mut all, 103, b"d", None) else { panic!() };
            assert_eq!(message.conflict, conflict);
        }
    }

    #[test]
    fn one_more_segment_takes_the_whole_segment() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, (100, b"ab"), (Need::Segment, usize::MAX), None);
        assert_eq!(complete(side.offer(&mut all, 102, b"cdef", None)), (b"abcdef".to_vec(), 4));
    }

    #[test]
    fn until_the_sender_closes() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, (100, b"ab"), (Need::Close, usize::MAX), None);
        assert!(matches!(side.offer(&mut all, 102, b"cd", None), Some(Outcome::Waiting(2))));
        assert!(side.close(&mut all, 103).is_none());
        assert_eq!(side.close(&mut all, 104).unwrap().bytes, b"abcd");
    }

    #[test]
    fn of_a_message_no_more_is_kept_than_is_wanted() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, (100, b"abcd"), (Need::Bytes(6), 3), None);
        assert!(matches!(side.offer(&mut all, 107, b"hij", None), Some(Outcome::Waiting(3))));
        assert_eq!(all.bytes, 3);
        let Some(Outcome::Complete(message, 3)) = side.offer(&mut all, 104, b"efg", None) else { panic!() };
        assert_eq!((message.len, message.bytes.as_slice()), (10, b"abc".as_slice()));
        assert!(matches!(side.offer(&mut all, 100, b"ab", None), Some(Outcome::Repeated)));
        assert_eq!(all.bytes, 0);
    }

    #[test]
    fn a_finished_message_knows_its_segments_again() {
        let (mut side, mut all) = setup();
        side.keep(&mut all, (100, b"ab"), (Need::Bytes(2), usize::MAX), None);
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
            side.keep(&mut all, (0, &quarter), (Need::Bytes(2), usize::MAX), None);
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
            side.keep(&mut all, (i * 10, b"a"), (Need::Bytes(5), usize::MAX), None);
        }
        assert_eq!((all.pending.len(), all.given_up), (8, 92));
        assert_eq!(all.bytes, 8);
    }
}
