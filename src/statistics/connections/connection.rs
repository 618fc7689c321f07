//! What became of one connection.

use super::rtt::{More, Rtt, Timer, keep};
use crate::conversation::tcp::analysis::{Remarks, Segment, flag};
use crate::conversation::tcp::states::{State, States};

/// A moment that was not seen.
const NEVER: u32 = u32::MAX;

/// Who opened the connection, or who looks like it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Opener {
    /// Not known yet.
    #[default]
    Unknown,
    /// The end that sends this way sent the SYN, or got its answer.
    Way(u8),
}

/// What went wrong, each way; only few connections have any of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trouble {
    pub(super) retransmissions: u32,
    pub(super) out_of_order: u32,
    pub(super) duplicate_acks: u32,
    pub(super) zero_windows: u32,
}

/// What is kept of a connection only if there is anything of it.
#[derive(Clone, Debug, Default)]
struct Extra {
    trouble: [Trouble; 2],
    more: [More; 2],
}

/// Who closed or reset the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum By {
    #[default]
    Nobody,
    Way(u8),
}

impl By {
    fn first(&mut self, way: usize) {
        if *self == Self::Nobody {
            *self = Self::Way(way as u8);
        }
    }
    fn way(self) -> Option<usize> {
        match self {
            Self::Nobody => None,
            Self::Way(way) => Some(way.into()),
        }
    }
}

/// How a connection ended, as far as the capture shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nobody has closed.
    Open,
    /// There was no answer to the SYN.
    Unanswered,
    /// The SYN was answered with a RST.
    Refused,
    /// Only this end has sent a FIN.
    HalfClosed(usize),
    /// Both have sent a FIN, this one first.
    Closed(usize),
    /// This one has sent a RST; the second says whether any FIN had been seen before.
    Reset(usize, bool),
}

/// What became of one connection. Times are microseconds since its first segment, as they fit.
#[derive(Debug)]
pub(super) struct Connection {
    states: States,
    /// Nanoseconds from the capture's first frame to the connection's first, and to its last.
    pub(super) first: i64,
    pub(super) last: i64,
    /// Its ends by their places in the list of hosts, and their ports.
    pub(super) hosts: [u32; 2],
    pub(super) ports: [u16; 2],
    pub(super) bytes: [u64; 2],
    pub(super) segments: [u32; 2],
    timers: [Timer; 2],
    /// When the last SYN, its answer and that one's acknowledgment came.
    syn: u32,
    syn_ack: u32,
    ack: u32,
    extra: Option<Box<Extra>>,
    /// The server's name and the protocol, by their places in the list of names; 0 is none.
    pub(super) name: u32,
    pub(super) protocol: u32,
    opener: Opener,
    closer: By,
    resetter: By,
    reset_after_fin: bool,
    pub(super) syn_retries: u8,
}

impl Connection {
    /// A connection whose first segment comes at `now`.
    pub(super) fn new(now: i64) -> Self {
        Self {
            states: States::default(),
            first: now,
            last: now,
            hosts: [0; 2],
            ports: [0; 2],
            bytes: [0; 2],
            segments: [0; 2],
            timers: [Timer::default(); 2],
            syn: NEVER,
            syn_ack: NEVER,
            ack: NEVER,
            extra: None,
            name: 0,
            protocol: 0,
            opener: Opener::Unknown,
            closer: By::Nobody,
            resetter: By::Nobody,
            reset_after_fin: false,
            syn_retries: 0,
        }
    }

    /// A segment goes `way` at `now`, nanoseconds since the capture's first frame.
    pub(super) fn pass(&mut self, way: usize, segment: &Segment, remarks: Remarks, now: i64) {
        let micros = (now.saturating_sub(self.first) / 1000) as u32;
        self.last = self.last.max(now);
        let again = remarks.any(AGAIN);
        self.handshake(way, segment, micros);
        self.states.pass(way, segment);
        if let Some(count) = self.segments.get_mut(way) {
            *count = count.saturating_add(1);
        }
        if let Some(bytes) = self.bytes.get_mut(way) {
            *bytes = bytes.saturating_add(segment.len.into());
        }
        self.time(way, segment, again, micros);
        if !remarks.is_empty() {
            self.trouble(way, remarks);
        }
        if segment.has(flag::RST) {
            self.reset_after_fin |= self.resetter == By::Nobody && self.closer != By::Nobody;
            self.resetter.first(way);
        } else if segment.has(flag::FIN) && self.resetter == By::Nobody {
            self.closer.first(way);
        }
    }

    fn handshake(&mut self, way: usize, segment: &Segment, now: u32) {
        match (segment.has(flag::SYN), segment.has(flag::ACK)) {
            (true, false) => {
                if self.states.opened(way) {
                    self.syn_retries = self.syn_retries.saturating_add(1);
                }
                if self.syn_ack == NEVER {
                    self.syn = now;
                }
                if self.opener == Opener::Unknown {
                    self.opener = Opener::Way(way as u8);
                }
            }
            (true, true) => {
                if self.opener == Opener::Unknown {
                    self.opener = Opener::Way(1 - way.min(1) as u8);
                }
                if self.syn_ack == NEVER {
                    self.syn_ack = now;
                }
            }
            (false, true)
                if self.ack == NEVER
                    && self.syn_ack != NEVER
                    && self.opener == Opener::Way(way as u8)
                    && self.states.acks_syn(1 - way.min(1), segment.ack) =>
            {
                self.ack = now;
            }
            _ => {}
        }
    }

    fn time(&mut self, way: usize, segment: &Segment, again: bool, now: u32) {
        let Self { timers: [lower, higher], extra, .. } = self;
        let (own, other) = if way == 0 { (lower, higher) } else { (higher, lower) };
        own.send(segment, again, now);
        if segment.has(flag::ACK) {
            other.acknowledged(segment.ack, now, |sample| {
                let [first, second] = &mut extra.get_or_insert_default().more;
                keep(if way == 0 { second } else { first }, sample);
            });
        }
    }

    fn trouble(&mut self, way: usize, remarks: Remarks) {
        let counts = [AGAIN, Remarks::OUT_OF_ORDER, Remarks::DUP_ACK, Remarks::ZERO_WINDOW];
        if !counts.into_iter().any(|kind| remarks.any(kind)) {
            return;
        }
        let [first, second] = &mut self.extra.get_or_insert_default().trouble;
        let trouble = if way == 0 { first } else { second };
        let places = [
            &mut trouble.retransmissions,
            &mut trouble.out_of_order,
            &mut trouble.duplicate_acks,
            &mut trouble.zero_windows,
        ];
        for (place, kind) in places.into_iter().zip(counts) {
            *place = place.saturating_add(remarks.any(kind).into());
        }
    }

    /// The direction that the client sends, and whether the handshake says so or only the ports do.
    pub(super) fn client(&self) -> (usize, bool) {
        match self.opener {
            Opener::Way(way) => (way.into(), true),
            // The lower port is the server's.
            Opener::Unknown => {
                let [first, second] = self.ports;
                (usize::from(first < second), false)
            }
        }
    }
    /// The state of the end that sends `way`.
    pub(super) fn state(&self, way: usize) -> State {
        self.states.of(way)
    }
    /// Whether the FIN of the end that sends `way` was seen.
    pub(super) fn fin(&self, way: usize) -> bool {
        self.states.closed(way)
    }
    /// Microseconds from the last SYN to its answer, and from that to its acknowledgment.
    pub(super) fn handshake_times(&self) -> [Option<u32>; 2] {
        // A clock may have gone back.
        let span = |from: u32, to: u32| Some(to.wrapping_sub(from)).filter(|&span| span <= i32::MAX as u32);
        let span = |from: u32, to: u32| span(from, to).filter(|_| from != NEVER && to != NEVER);
        [span(self.syn, self.syn_ack), span(self.syn_ack, self.ack)]
    }
    /// Nanoseconds from the first segment to the last.
    pub(super) fn duration(&self) -> i64 {
        self.last.saturating_sub(self.first)
    }
    /// What went wrong with what was sent `way`.
    pub(super) fn trouble_of(&self, way: usize) -> Trouble {
        self.extra.as_ref().and_then(|extra| extra.trouble.get(way).copied()).unwrap_or_default()
    }
    /// The round-trip time from here to the end that does not send `way`, and back.
    pub(super) fn half(&self, way: usize) -> Option<Rtt> {
        let more = self.extra.as_ref().and_then(|extra| extra.more.get(way));
        self.timers.get(way)?.summary(more)
    }
    /// The round-trip time of the whole path.
    pub(super) fn rtt(&self) -> Option<Rtt> {
        Rtt::whole([self.half(0), self.half(1)])
    }
    /// Who sent the first FIN.
    pub(super) fn first_fin(&self) -> Option<usize> {
        self.closer.way()
    }
    /// Whether nothing more is to come: both ends have closed and know it, or one has broken off.
    pub(super) fn is_over(&self) -> bool {
        let closed = |way| matches!(self.state(way), State::Closed | State::TimeWait);
        match self.outcome() {
            Outcome::Refused | Outcome::Reset(..) => true,
            Outcome::Closed(_) => closed(0) && closed(1),
            Outcome::Open | Outcome::Unanswered | Outcome::HalfClosed(_) => false,
        }
    }
    /// How it ended.
    pub(super) fn outcome(&self) -> Outcome {
        let (client, known) = self.client();
        let answered = self.segments.get(1 - client).is_some_and(|&count| count > 0);
        let only_syn = known && self.syn != NEVER && self.syn_ack == NEVER;
        if let Some(way) = self.resetter.way() {
            let refused = only_syn && way != client && !self.states.opened(way);
            return if refused { Outcome::Refused } else { Outcome::Reset(way, self.reset_after_fin) };
        }
        match self.closer.way() {
            Some(way) if self.fin(1 - way.min(1)) => Outcome::Closed(way),
            Some(way) => Outcome::HalfClosed(way),
            None if only_syn && !answered => Outcome::Unanswered,
            None => Outcome::Open,
        }
    }
}

/// Remarks on segments that were sent before.
const AGAIN: Remarks = Remarks::RETRANSMISSION.and(Remarks::SPURIOUS).and(Remarks::FAST);
