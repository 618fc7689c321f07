//! What only the views need that show every field: what was sent and not yet acknowledged, and when.

use super::analysis::{Remarks, Segment, flag};

/// Segments sent and not yet acknowledged that are remembered at most, each way.
const MOST_UNACKED: usize = 1 << 12;

/// How much of a connection was seen.
mod seen {
    pub(super) const SYN: u8 = 1;
    pub(super) const SYN_ACK: u8 = 2;
    pub(super) const ACK: u8 = 4;
    pub(super) const DATA: u8 = 8;
    pub(super) const FIN: u8 = 16;
    pub(super) const RST: u8 = 32;
}

/// A segment that was sent and not yet acknowledged.
#[derive(Clone, Copy, Debug)]
struct Sent {
    frame: u32,
    seq: u32,
    end: u32,
    time: i64,
}

/// One direction's part.
#[derive(Debug, Default)]
struct Account {
    /// What was sent and not yet acknowledged, the eldest first.
    unacked: Vec<Sent>,
    /// Bytes sent since the last PSH flag.
    push_bytes: u32,
    /// The segment that was the first to reach the end of all that was sent.
    furthest: Option<Sent>,
    /// Bytes that the other side says it has behind a gap.
    sacked: u32,
    /// A gap makes it unknown what is in flight, until the other side is heard again.
    unknown: bool,
}

/// What is kept of a conversation for the views that show every field.
#[derive(Debug, Default)]
pub struct Ledger {
    accounts: [Account; 2],
    /// Times of the first and of the last segment, in nanoseconds since the epoch.
    times: Option<(i64, i64)>,
    completeness: u8,
    /// Another protocol announced the conversation: as if it had begun before its first segment.
    pub announced: bool,
    /// The direction that sent the first FIN.
    closed_by: Option<usize>,
}

/// What the fields say of a segment beyond the verdict.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notes {
    /// Nanoseconds since the conversation's first segment.
    pub since_first: i64,
    /// Nanoseconds since the one before.
    pub since_previous: i64,
    /// How much of the connection was seen before: 1 for a SYN, 2 for its answer, 4 for an acknowledgment, 8 for data,
    /// 16 for a FIN, 32 for a RST.
    pub completeness: u8,
    /// The frame that is acknowledged, and the nanoseconds that took.
    pub acks: Option<(u32, i64)>,
    /// The eldest frame not yet acknowledged when it was sent again, and the nanoseconds since.
    pub resent: Option<(u32, i64)>,
    /// Bytes sent and not yet acknowledged.
    pub in_flight: Option<u32>,
    /// Bytes in flight were counted, and may be none: the other side has them behind a gap.
    pub counted: bool,
    /// Bytes sent since the last PSH flag.
    pub push_bytes: Option<u32>,
    /// A FIN: the connection's first.
    pub closes_first: bool,
}

impl Ledger {
    /// Books a segment that goes `way` and was remarked upon.
    pub fn book(&mut self, way: usize, segment: &Segment, remarks: Remarks) -> Notes {
        let (first, previous) = self.times.unwrap_or((segment.time, segment.time));
        if self.times.is_none() && remarks.any(Remarks::PORTS_REUSED) {
            self.completeness = seen::SYN;
        }
        let mut notes = Notes {
            since_first: segment.time.saturating_sub(first),
            since_previous: segment.time.saturating_sub(previous),
            completeness: self.completeness,
            ..Notes::default()
        };
        self.complete(segment);
        self.times = Some((first, segment.time));
        if segment.has(flag::FIN) {
            notes.closes_first = *self.closed_by.get_or_insert(way) == way;
        }
        let [lower, higher] = &mut self.accounts;
        let (own, other) = if way == 0 { (lower, higher) } else { (higher, lower) };
        // A RST's acknowledgment number counts although its flag is not set.
        let acks = other.acknowledge(segment);
        notes.acks = acks.filter(|_| segment.has(flag::ACK));
        other.sacked = segment.sacked;
        other.unknown = false;
        own.send(segment, remarks, &mut notes);
        notes
    }

    /// Books a segment whose header is not to be trusted.
    pub fn pass(&mut self, segment: &Segment) -> Notes {
        let (first, previous) = self.times.unwrap_or((segment.time, segment.time));
        self.times = Some((first, segment.time));
        Notes {
            since_first: segment.time.saturating_sub(first),
            since_previous: segment.time.saturating_sub(previous),
            completeness: self.completeness,
            ..Notes::default()
        }
    }

    /// Adds what is now seen of the connection. It begins to count with the second segment, unless the first is a SYN.
    fn complete(&mut self, segment: &Segment) {
        let (first, again) = (self.times.is_none() && !self.announced, self.completeness != 0);
        let mut see = |what: u8, when: bool| self.completeness |= if when { what } else { 0 };
        match (segment.has(flag::SYN), segment.has(flag::ACK)) {
            (true, false) if first => {
                see(seen::DATA, segment.len > 0 && !again);
                see(seen::SYN, true);
            }
            (true, true) if !first => see(seen::SYN_ACK, true),
            (false, acks) if !first => {
                see(seen::ACK, acks && segment.len == 0);
                see(seen::DATA, segment.len > 0 && !segment.has(flag::RST));
                see(seen::FIN, segment.has(flag::FIN));
                see(seen::RST, segment.has(flag::RST));
            }
            _ => {}
        }
    }
}

impl Account {
    /// Takes an acknowledgment by the other side.
    fn acknowledge(&mut self, segment: &Segment) -> Option<(u32, i64)> {
        let ack = segment.ack;
        let exact = self.unacked.iter().find(|sent| sent.end == ack);
        let acks = exact.map(|sent| (sent.frame, segment.time.saturating_sub(sent.time)));
        self.unacked.retain_mut(|sent| {
            if ack.wrapping_sub(sent.seq) as i32 > 0 && sent.end.wrapping_sub(ack) as i32 > 0 {
                sent.seq = ack;
            }
            sent.end.wrapping_sub(ack) as i32 > 0
        });
        acks
    }

    /// Sends a segment.
    fn send(&mut self, segment: &Segment, remarks: Remarks, notes: &mut Notes) {
        if remarks.any(Remarks::RETRANSMISSION)
            && let Some(eldest) = self.unacked.first().copied().or(self.furthest)
        {
            let waited = segment.time.saturating_sub(eldest.time);
            notes.resent = Some((eldest.frame, waited)).filter(|_| waited != 0);
        }
        self.unknown |= remarks.any(Remarks::LOST);
        if segment.len > 0 && !self.unknown {
            let further = |to: u32, from: u32| (to.wrapping_sub(from) as i32).max(0) as u32;
            let eldest = self.unacked.iter().map(|sent| further(segment.seq, sent.seq)).max().unwrap_or(0);
            let newest = self.unacked.iter().map(|sent| further(sent.end, segment.end())).max().unwrap_or(0);
            let bytes = eldest.wrapping_add(segment.len).wrapping_add(newest);
            self.push_bytes = self.push_bytes.wrapping_add(segment.len);
            notes.counted = true;
            notes.in_flight = Some(bytes.saturating_sub(self.sacked)).filter(|&bytes| bytes > 0);
            notes.push_bytes = notes.in_flight.map(|_| self.push_bytes);
            if segment.has(flag::PSH) {
                self.push_bytes = 0;
            }
        }
        let Segment { frame, seq, time, .. } = *segment;
        let sent = Sent { frame, seq, end: segment.end(), time };
        if sent.end != seq && self.unacked.len() < MOST_UNACKED {
            self.unacked.push(sent);
        }
        if self.furthest.is_none_or(|furthest| sent.end.wrapping_sub(furthest.end) as i32 > 0) {
            self.furthest = Some(sent);
        }
    }
}
