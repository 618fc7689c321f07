//! Messages that span several segments, put together again.
//!
//! A dissector that finds its message unfinished says how much is missing; the bytes are then kept here until the
//! segments that complete them have come, in whatever order. As in tshark, only such messages are kept: a stream
//! whose messages end with their segments costs nothing.

use crate::dissect::protocol::Need;

/// Bytes of one unfinished message that are kept at most; one that wants more is given up.
pub const MOST_BYTES: usize = 1 << 26;
/// Unfinished messages of one direction at most; the oldest is given up for another.
const MOST_PENDING: usize = 8;

/// An unfinished message.
pub struct Pending {
    /// Sequence number of its first byte.
    seq: u32,
    /// Its length in bytes, as far as it is known; what lies beyond belongs to the next message.
    len: usize,
    /// Of segments that belong to it, all bytes do: its length is not known yet.
    whole_segments: bool,
    /// It ends where its sender closes.
    until_close: bool,
    /// The bytes that have come, holes filled with zeros.
    bytes: Vec<u8>,
    /// How many of them from the start on are there without a hole.
    contiguous: usize,
    /// Ranges that came behind a hole.
    islands: Vec<(usize, usize)>,
}

/// Unfinished messages of one direction.
#[derive(Default)]
pub struct Side(Option<Box<Vec<Pending>>>);

/// How many bytes `to` lies behind `from` in sequence space (RFC 9293 section 3.4); `None` if it lies before.
pub fn distance(from: u32, to: u32) -> Option<usize> {
    let ahead = to.wrapping_sub(from);
    (ahead < 1 << 31).then_some(ahead as usize)
}

impl Pending {
    /// Length to which `need` lets a message of `have` bytes grow.
    fn wanted(have: usize, need: Need) -> (usize, bool, bool) {
        match need {
            Need::Bytes(more) => (have.saturating_add(more), false, false),
            Need::Segment => (have.saturating_add(1), true, false),
            Need::Close => (usize::MAX, false, true),
        }
    }
    /// Fills in `data`, which starts `at` bytes behind the message's start; says how many bytes of it belong here.
    fn fill(&mut self, at: usize, data: &[u8]) -> usize {
        if self.whole_segments {
            self.len = self.len.max(at.saturating_add(data.len()));
        }
        let data = data.get(..self.len.saturating_sub(at)).unwrap_or(data);
        let end = at + data.len();
        if end > MOST_BYTES {
            return data.len();
        }
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(place) = self.bytes.get_mut(at..end) {
            place.copy_from_slice(data);
        }
        if at <= self.contiguous {
            self.contiguous = self.contiguous.max(end);
            while let Some(i) = self.islands.iter().position(|&(start, _)| start <= self.contiguous) {
                self.contiguous = self.contiguous.max(self.islands.swap_remove(i).1);
            }
        } else if self.islands.len() < MOST_PENDING * 8 {
            self.islands.push((at, end));
        }
        data.len()
    }
    fn complete(&self) -> bool {
        self.contiguous >= self.len
    }
}

/// What a segment meant for an unfinished message.
pub enum Outcome {
    /// It is part of one that is still unfinished; this many of its bytes belong to it.
    Waiting(usize),
    /// It completes one, whose bytes these are; this many of its bytes belong to it. Give the bytes back with
    /// [`Side::resume`] if the message turns out to go on.
    Complete(Message, usize),
}

/// A complete message: its sequence number and bytes.
pub struct Message {
    /// Sequence number of its first byte.
    pub seq: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Side {
    fn pending(&mut self) -> &mut [Pending] {
        self.0.as_mut().map_or(&mut [], |pending| pending.as_mut_slice())
    }
    /// Whether no message is unfinished.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|pending| pending.is_empty())
    }
    /// Gives `data`, starting at sequence number `seq`, to the unfinished message that it belongs to, if there is
    /// one.
    pub fn offer(&mut self, seq: u32, data: &[u8]) -> Option<Outcome> {
        let within = |p: &Pending| distance(p.seq, seq).is_some_and(|at| at < p.len);
        let at = self.pending().iter().rposition(within)?;
        let pending = self.0.as_mut()?;
        let message = pending.get_mut(at)?;
        let taken = message.fill(distance(message.seq, seq)?, data);
        if !message.complete() {
            return Some(Outcome::Waiting(taken));
        }
        let Pending { seq, bytes, .. } = pending.remove(at);
        Some(Outcome::Complete(Message { seq, bytes }, taken))
    }
    /// The message that waits for its sender to close, who has now done so at sequence number `seq`.
    pub fn close(&mut self, seq: u32) -> Option<Message> {
        let ends = |p: &Pending| p.until_close && distance(p.seq, seq) == Some(p.contiguous);
        let at = self.pending().iter().position(ends)?;
        let Pending { seq, bytes, .. } = self.0.as_mut()?.remove(at);
        Some(Message { seq, bytes })
    }
    /// Keeps an unfinished message: the bytes that are there, and what it waits for.
    pub fn keep(&mut self, seq: u32, data: &[u8], need: Need) {
        let mut bytes = Vec::with_capacity(data.len());
        bytes.extend_from_slice(data);
        self.resume(Message { seq, bytes }, need);
    }
    /// Keeps a message that was thought complete and is not.
    pub fn resume(&mut self, message: Message, need: Need) {
        let Message { seq, bytes } = message;
        let contiguous = bytes.len();
        let (len, whole_segments, until_close) = Pending::wanted(contiguous, need);
        let pending = self.0.get_or_insert_default();
        if pending.len() >= MOST_PENDING {
            pending.remove(0);
        }
        let islands = Vec::new();
        pending.push(Pending { seq, len, whole_segments, until_close, bytes, contiguous, islands });
    }
}

#[cfg(test)]
mod tests {
    use super::{Need, Outcome, Side};

    fn complete(outcome: Option<Outcome>) -> (Vec<u8>, usize) {
        match outcome {
            Some(Outcome::Complete(message, taken)) => (message.bytes, taken),
            _ => panic!("not complete"),
        }
    }

    #[test]
    fn segments_in_any_order_across_the_wrap() {
        let mut side = Side::default();
        side.keep(0xffff_fffe, b"ab", Need::Bytes(4));
        assert!(matches!(side.offer(2, b"ef"), Some(Outcome::Waiting(2))));
        assert_eq!(complete(side.offer(0, b"cd")), (b"abcdef".to_vec(), 2));
        assert!(side.offer(4, b"gh").is_none());
    }

    #[test]
    fn overlaps_and_bytes_of_the_next_message() {
        let mut side = Side::default();
        side.keep(100, b"ab", Need::Bytes(3));
        assert!(matches!(side.offer(101, b"bc"), Some(Outcome::Waiting(2))));
        assert_eq!(complete(side.offer(103, b"deNEXT")), (b"abcde".to_vec(), 2));
    }

    #[test]
    fn one_more_segment_takes_the_whole_segment() {
        let mut side = Side::default();
        side.keep(100, b"ab", Need::Segment);
        assert_eq!(complete(side.offer(102, b"cdef")), (b"abcdef".to_vec(), 4));
    }

    #[test]
    fn until_the_sender_closes() {
        let mut side = Side::default();
        side.keep(100, b"ab", Need::Close);
        assert!(matches!(side.offer(102, b"cd"), Some(Outcome::Waiting(2))));
        assert!(side.close(103).is_none());
        assert_eq!(side.close(104).unwrap().bytes, b"abcd");
    }
}
