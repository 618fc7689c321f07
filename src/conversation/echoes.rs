//! Echo requests that wait for their replies, for ICMP and ICMPv6.

use std::collections::VecDeque;

use hashbrown::HashMap;

use crate::dissect::row::Address;
use crate::source::Time;

/// Requests remembered at most: then the oldest is forgotten.
const MOST: usize = 1 << 14;

/// What a reply has in common with its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    hosts: (Address, Address),
    id: u16,
    seq: u16,
    /// The request's checksum, which its reply's follows from: so that the data are the same, too.
    checksum: u16,
}

impl Key {
    /// The key of a message between two hosts, whichever sent it, whose checksum stands `step` above its request's.
    pub fn new(src: Address, dst: Address, id: u16, seq: u16, checksum: u16, step: u16) -> Self {
        let hosts = if src <= dst { (src, dst) } else { (dst, src) };
        // Ones' complement, in which there are two zeros.
        let (difference, borrowed) = checksum.overflowing_sub(step);
        let checksum = match difference.wrapping_sub(borrowed.into()) {
            0xffff => 0,
            checksum => checksum,
        };
        Self { hosts, id, seq, checksum }
    }
}

/// A request: the frame it was in, and when that was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The frame's number.
    pub frame: u64,
    /// When it was captured.
    pub time: Option<Time>,
}

impl Request {
    /// Milliseconds from the request to `time`.
    pub fn millis_until(&self, time: Option<Time>) -> Option<f64> {
        let (asked, answered) = (self.time?, time?);
        let seconds = answered.secs.wrapping_sub(asked.secs) as f64;
        Some(seconds * 1e3 + (f64::from(answered.nanos) - f64::from(asked.nanos)) / 1e6)
    }
}

/// Echo requests that wait for their replies.
#[derive(Debug, Default)]
pub struct Echoes {
    waiting: HashMap<Key, Request>,
    /// In the order in which they were asked, each with its frame; those that were answered since are still in it.
    asked: VecDeque<(Key, u64)>,
}

impl Echoes {
    /// Remembers a request; one that is repeated counts anew.
    pub fn ask(&mut self, key: Key, request: Request) {
        if self.asked.len() > 2 * self.waiting.len() + 64 {
            // Most have been answered, or asked again.
            let Self { waiting, asked } = self;
            asked.retain(|(key, frame)| waiting.get(key).is_some_and(|request| request.frame == *frame));
        }
        if self.waiting.len() >= MOST
            && let Some((oldest, frame)) = self.asked.pop_front()
            && self.waiting.get(&oldest).is_some_and(|request| request.frame == frame)
        {
            self.waiting.remove(&oldest);
        }
        self.waiting.insert(key, request);
        self.asked.push_back((key, request.frame));
    }
    /// The request that this replies to, which only its first reply is told.
    pub fn answer(&mut self, key: Key) -> Option<Request> {
        self.waiting.remove(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::{Echoes, Key, MOST, Request};
    use crate::dissect::row::Address;

    const A: Address = Address::Ipv4([10, 0, 0, 1]);
    const B: Address = Address::Ipv4([10, 0, 0, 2]);

    fn in_frame(frame: u64) -> Request {
        Request { frame, time: None }
    }
    fn request(seq: u16, checksum: u16) -> Key {
        Key::new(A, B, 1, seq, checksum, 0)
    }
    fn reply(seq: u16, checksum: u16) -> Key {
        Key::new(B, A, 1, seq, checksum, 0x0800)
    }

    #[test]
    fn a_reply_finds_its_request_once() {
        let mut echoes = Echoes::default();
        echoes.ask(request(1, 0x1000), in_frame(5));
        assert_eq!(echoes.answer(reply(2, 0x1800)), None);
        assert_eq!(echoes.answer(reply(1, 0x1801)), None);
        assert_eq!(echoes.answer(reply(1, 0x1800)), Some(in_frame(5)));
        assert_eq!(echoes.answer(reply(1, 0x1800)), None);
    }

    #[test]
    fn checksums_differ_in_ones_complement() {
        for (asked, answered) in [(0xf801, 0x0002), (0xf7ff, 0x0000), (0xf7ff, 0xffff), (0xffff, 0x0800), (0, 0x0800)] {
            assert_eq!(request(1, asked), reply(1, answered), "{asked:04x} {answered:04x}");
        }
        assert_ne!(request(1, 0xf800), reply(1, 0));
    }

    #[test]
    fn requests_without_reply_are_forgotten_in_the_end() {
        let mut echoes = Echoes::default();
        for frame in 0..3 * MOST as u64 {
            echoes.ask(Key::new(A, B, (frame >> 16) as u16, frame as u16, 0, 0), in_frame(frame));
        }
        assert!(echoes.waiting.len() <= MOST && echoes.asked.len() <= MOST);
    }
}
