//! Handshake messages that came in fragments (RFC 6347, 4.2.3).

/// Messages under way at most; the oldest is forgotten for a new one.
const MOST_MESSAGES: usize = 16;

/// Bytes kept of a message at most.
const MOST_KEPT: usize = 1 << 17;

/// One message under way, or done.
#[derive(Debug)]
struct Message {
    /// Its number in the handshake.
    seq: u16,
    /// Its length as the first fragment told it.
    total: usize,
    /// What is here so far, in ascending order, ranges that touch made one.
    here: Vec<(usize, usize)>,
    bytes: Vec<u8>,
    done: bool,
}

/// The fragmented messages of one direction.
#[derive(Debug, Default)]
pub(super) struct Reassembly(Vec<Message>);

/// What a fragment did.
pub(super) enum Outcome {
    /// More are awaited, or the message was completed by a fragment from its middle.
    Waiting,
    /// The message ends with this fragment, and is complete.
    Complete(Vec<u8>),
    /// The message was complete before.
    Overlap,
}

impl Reassembly {
    /// Adds the fragment of message `seq` that starts at `offset` in it.
    pub(super) fn add(&mut self, seq: u16, total: usize, offset: usize, bytes: &[u8]) -> Outcome {
        let at = self.0.iter().position(|message| message.seq == seq).unwrap_or_else(|| {
            if self.0.len() >= MOST_MESSAGES {
                self.0.remove(0);
            }
            self.0.push(Message { seq, total, here: Vec::new(), bytes: Vec::new(), done: false });
            self.0.len() - 1
        });
        let Some(message) = self.0.get_mut(at) else { return Outcome::Waiting };
        if message.done {
            return Outcome::Overlap;
        }
        message.add(offset, bytes);
        if message.here != [(0, message.total)] {
            return Outcome::Waiting;
        }
        message.done = true;
        let whole = std::mem::take(&mut message.bytes);
        if offset + bytes.len() == message.total { Outcome::Complete(whole) } else { Outcome::Waiting }
    }
}

impl Message {
    fn add(&mut self, offset: usize, bytes: &[u8]) {
        let (start, end) = (offset, offset.saturating_add(bytes.len()).min(self.total));
        let kept = end.min(MOST_KEPT);
        if start < kept {
            if self.bytes.len() < kept {
                self.bytes.resize(kept, 0);
            }
            if let (Some(place), Some(bytes)) = (self.bytes.get_mut(start..kept), bytes.get(..kept - start)) {
                place.copy_from_slice(bytes);
            }
        }
        let (mut start, mut end) = (start, end);
        self.here.retain(|&(from, to)| {
            let apart = to < start || end < from;
            if !apart {
                (start, end) = (start.min(from), end.max(to));
            }
            apart
        });
        let at = self.here.partition_point(|&(from, _)| from < start);
        self.here.insert(at, (start, end));
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Reassembly};

    #[test]
    fn fragments_in_any_order_but_the_last_one_last() {
        let mut reassembly = Reassembly::default();
        assert!(matches!(reassembly.add(7, 6, 2, b"cd"), Outcome::Waiting));
        assert!(matches!(reassembly.add(7, 6, 0, b"abc"), Outcome::Waiting));
        assert!(matches!(reassembly.add(7, 6, 4, b"ef"), Outcome::Complete(bytes) if bytes == b"abcdef"));
        assert!(matches!(reassembly.add(7, 6, 0, b"ab"), Outcome::Overlap));
    }

    #[test]
    fn a_gap_filled_late_completes_in_silence() {
        let mut reassembly = Reassembly::default();
        assert!(matches!(reassembly.add(1, 3, 0, b"a"), Outcome::Waiting));
        assert!(matches!(reassembly.add(1, 3, 2, b"c"), Outcome::Waiting));
        assert!(matches!(reassembly.add(1, 3, 1, b"b"), Outcome::Waiting));
        assert!(matches!(reassembly.add(1, 3, 2, b"c"), Outcome::Overlap));
    }
}
