//! TCP's bytes in the order of their sequence numbers, each once.
//!
//! What comes ahead of its turn waits. Where the other side acknowledges more than was captured, the gap is told of, and
//! what waited behind it follows.

use std::collections::VecDeque;

use super::chunks::{Chunks, Origin};
use crate::conversation::tcp::analysis::{Segment, flag};

/// Segments that wait for their turn at most, each way.
const MOST_WAITING: usize = 1 << 16;
/// Bytes of theirs at most, each way.
const MOST_WAITING_BYTES: usize = 1 << 28;

/// A segment that waits for its turn.
struct Early {
    origin: Origin,
    seq: u32,
    /// Bytes of payload, captured or not.
    len: u32,
    bytes: Vec<u8>,
}

/// One direction.
#[derive(Default)]
struct Side {
    /// The sequence number whose turn it is.
    next: Option<u32>,
    /// Segments ahead of it, in the order in which they came.
    early: VecDeque<Early>,
    early_bytes: usize,
    /// The lowest sequence number among them.
    lowest: Option<u32>,
}

/// How far `to` is ahead of `from` in sequence space (RFC 9293 section 3.4).
fn ahead(to: u32, from: u32) -> i32 {
    to.wrapping_sub(from) as i32
}

impl Side {
    /// Adds what is new of a segment whose turn has come.
    fn take(&mut self, origin: Origin, seq: u32, len: u32, bytes: &[u8], chunks: &mut Chunks) {
        let next = self.next.unwrap_or(seq);
        let end = seq.wrapping_add(len);
        if ahead(end, next) > 0 {
            chunks.add(origin, bytes.get(next.wrapping_sub(seq) as usize..).unwrap_or_default());
            self.next = Some(end);
        }
    }
    /// Adds the segments whose turn has come, those that came first before others.
    fn take_early(&mut self, chunks: &mut Chunks) {
        let turn = |side: &Self| {
            let next = side.next?;
            side.early.iter().position(|early| ahead(early.seq, next) <= 0)
        };
        while let Some(early) = turn(self).and_then(|at| self.early.remove(at)) {
            self.early_bytes = self.early_bytes.saturating_sub(early.bytes.len());
            self.take(early.origin, early.seq, early.len, &early.bytes, chunks);
        }
        let next = self.next.unwrap_or_default();
        self.lowest = self.early.iter().map(|early| early.seq).min_by_key(|&seq| ahead(seq, next));
    }
    fn wait(&mut self, early: Early) {
        if self.early.len() < MOST_WAITING && self.early_bytes < MOST_WAITING_BYTES {
            self.early_bytes += early.bytes.len();
            let lower = self.lowest.is_none_or(|lowest| ahead(early.seq, lowest) < 0);
            self.lowest = if lower { Some(early.seq) } else { self.lowest };
            self.early.push_back(early);
        }
    }
    /// The other side has acknowledged what comes before `ack`: what waits below it waits for nothing that could come.
    fn acknowledged(&mut self, ack: u32, origin: Origin, chunks: &mut Chunks) {
        while let (Some(next), Some(lowest)) = (self.next, self.lowest) {
            if ahead(ack, lowest) <= 0 {
                return;
            }
            let missing = format!("[{} bytes missing in capture file]\0", lowest.wrapping_sub(next));
            chunks.add(Origin { time: None, ..origin }, missing.as_bytes());
            self.next = Some(lowest);
            self.take_early(chunks);
        }
    }
}

/// Arranges the segments of both directions.
#[derive(Default)]
pub(super) struct Arranger {
    sides: [Side; 2],
}

impl Arranger {
    /// Takes a segment with the captured bytes of its payload.
    pub(super) fn segment(&mut self, origin: Origin, segment: &Segment, bytes: &[u8], chunks: &mut Chunks) {
        let [first, second] = &mut self.sides;
        let (own, other) = if origin.peer == 0 { (first, second) } else { (second, first) };
        let seq = segment.seq.wrapping_add(u32::from(segment.has(flag::SYN)));
        let mut next = *own.next.get_or_insert(seq);
        if segment.has(flag::SYN) && ahead(seq, next) > 0 {
            // Opened again from further on.
            own.next = Some(seq);
            next = seq;
        }
        if segment.len > 0 && ahead(seq, next) > 0 {
            own.wait(Early { origin, seq, len: segment.len, bytes: bytes.to_vec() });
            return;
        }
        if segment.has(flag::ACK) {
            other.acknowledged(segment.ack, Origin { peer: 1 - origin.peer.min(1), ..origin }, chunks);
        }
        if segment.len > 0 {
            own.take(origin, seq, segment.len, bytes, chunks);
            own.take_early(chunks);
        }
    }
}
