//! What a segment means in its conversation: new data, a retransmission, a duplicate acknowledgment and so on.
//!
//! The rules are those of Wireshark's user's guide (section "TCP Analysis"), their details found by observation. In
//! all of them *own* is the direction of the segment at hand, *other* the opposite one.

use super::TcpState;

/// Flags of the TCP header (RFC 9293 section 3.1), as bits of its bytes 12 and 13.
pub mod flag {
    /// The sender has no more data.
    pub const FIN: u16 = 0x001;
    /// Sequence numbers are synchronised: the connection opens.
    pub const SYN: u16 = 0x002;
    /// The connection is reset.
    pub const RST: u16 = 0x004;
    /// The data is to be handed to the application at once.
    pub const PSH: u16 = 0x008;
    /// The acknowledgment number counts.
    pub const ACK: u16 = 0x010;
    /// The urgent pointer counts.
    pub const URG: u16 = 0x020;
    /// Congestion was experienced (RFC 3168).
    pub const ECE: u16 = 0x040;
    /// The congestion window was reduced (RFC 3168).
    pub const CWR: u16 = 0x080;
    /// Accurate ECN (RFC 9768), once the nonce sum.
    pub const AE: u16 = 0x100;
    /// The three reserved bits.
    pub const RESERVED: u16 = 0xe00;
}

/// A segment's header, as the analysis sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Segment {
    /// Sequence number of the first byte.
    pub seq: u32,
    /// Acknowledgment number.
    pub ack: u32,
    /// Bytes of payload.
    pub len: u32,
    /// The flags: see [`flag`].
    pub flags: u16,
    /// The window as it stands in the header.
    pub window: u16,
    /// The shift count of a window scale option.
    pub shift: Option<u8>,
    /// The capture breaks its options off: what is not among them may yet have been sent.
    pub cut: bool,
    /// Bytes that selective acknowledgments (RFC 2018) name.
    pub sacked: u32,
    /// The frame's number.
    pub frame: u32,
    /// When it was captured, in nanoseconds since the epoch.
    pub time: i64,
}

impl Segment {
    /// Whether any of `flags` is set.
    pub fn has(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }
    /// The sequence number behind it: SYN and FIN count as a byte each.
    pub fn end(&self) -> u32 {
        self.seq.wrapping_add(self.len).wrapping_add(u32::from(self.has(flag::SYN | flag::FIN)))
    }
}

/// How windows of one direction are scaled (RFC 7323 section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Not known: the handshake was not seen.
    #[default]
    Unknown,
    /// Not at all: the handshake did not agree on it.
    None,
    /// By this shift count.
    By(u8),
}

/// Remarks of the analysis, any number of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remarks(u16);

impl Remarks {
    /// A segment before this one is not in the capture.
    pub const LOST: Self = Self(0x0001);
    /// What is acknowledged is not in the capture.
    pub const ACK_LOST: Self = Self(0x0002);
    /// Sent again.
    pub const RETRANSMISSION: Self = Self(0x0004);
    /// Sent again because of duplicate acknowledgments.
    pub const FAST: Self = Self(0x0008);
    /// Sent again although it had been acknowledged.
    pub const SPURIOUS: Self = Self(0x0010);
    /// Overtaken by a later segment.
    pub const OUT_OF_ORDER: Self = Self(0x0020);
    /// Asks whether the other side is still there.
    pub const KEEP_ALIVE: Self = Self(0x0040);
    /// Answers that.
    pub const KEEP_ALIVE_ACK: Self = Self(0x0080);
    /// Acknowledges what was acknowledged.
    pub const DUP_ACK: Self = Self(0x0100);
    /// The receiver's window is full now.
    pub const WINDOW_FULL: Self = Self(0x0200);
    /// Says nothing but a new window.
    pub const WINDOW_UPDATE: Self = Self(0x0400);
    /// The sender's window is closed.
    pub const ZERO_WINDOW: Self = Self(0x0800);
    /// Asks for the closed window to open.
    pub const ZERO_WINDOW_PROBE: Self = Self(0x1000);
    /// Answers that.
    pub const ZERO_WINDOW_PROBE_ACK: Self = Self(0x2000);
    /// The ports had another connection before.
    pub const PORTS_REUSED: Self = Self(0x4000);

    /// No remark.
    pub const fn none() -> Self {
        Self(0)
    }
    /// Whether there is no remark.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Whether any of `others` is among them.
    pub fn any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
    /// These and `other`.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What the analysis keeps of one direction. A sequence number of 0 counts as none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow {
    /// The sequence number that relative ones count from.
    pub base: Option<u32>,
    /// The sequence number expected next: the end of what was sent, gaps included.
    next: u32,
    /// The end of what was seen without a gap: what the other side may acknowledge.
    seen: u32,
    /// The last acknowledgment number.
    ack: u32,
    /// The first frame with the last acknowledgment.
    ack_frame: u32,
    /// How often the last acknowledgment was repeated.
    dup_acks: u32,
    /// The last window in bytes.
    window: Option<u32>,
    /// The last window as it stood in the header.
    window_field: u16,
    /// What was remarked on the last segment.
    last: Remarks,
    /// When the segment came that set `next`.
    next_time: i64,
    /// When the last acknowledgment came.
    ack_time: i64,
    /// The scale that the sender announced in its SYN.
    pub scale: Scale,
    /// The other side acknowledged more than was sent, even with gaps, since the last new acknowledgment.
    outrun: bool,
}

/// What a segment means in its conversation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verdict {
    /// The sequence number, relative to the first one seen.
    pub seq: u32,
    /// The acknowledgment number, relative to the other direction's first sequence number.
    pub ack: u32,
    /// The window in bytes.
    pub window: u32,
    /// How the window was scaled.
    pub scale: Scale,
    /// The three ECN flags are a counter (RFC 9768 section 3.2.2).
    pub ecn_counter: bool,
    /// The remarks.
    pub remarks: Remarks,
    /// It acknowledges what was not seen, which has been remarked before.
    pub outruns: bool,
    /// Of a duplicate acknowledgment: the frame that it repeats, and the how-manieth repetition it is.
    pub dup_ack: (u32, u32),
}

impl Verdict {
    /// Of a segment whose conversation says nothing about it: the numbers as they stand in the header.
    pub fn unplaced(segment: &Segment) -> Self {
        Self { seq: segment.seq, ack: segment.ack, window: segment.window.into(), ..Self::default() }
    }
}

/// Whether `a` comes before `b` in sequence space (RFC 9293 section 3.4).
fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

/// A retransmission that follows duplicate acknowledgments within this time is a fast one.
const FAST_WITHIN: i64 = 20_000_000;
/// A segment that comes this soon after the one that it should have preceded is out of order, where no round-trip time
/// is known.
const OUT_OF_ORDER_WITHIN: i64 = 3_000_000;

impl TcpState {
    /// Whether a SYN opens another connection between the same ports.
    pub fn reopens(&self, way: usize, segment: &Segment) -> bool {
        let base = self.flows.get(way).and_then(|flow| flow.base);
        segment.flags & (flag::SYN | flag::ACK) == flag::SYN && base.is_some_and(|base| base != segment.seq)
    }

    /// Learns how windows are scaled: only if both sides announce it, as far as both were seen.
    fn learn_scale(&mut self, way: usize, segment: &Segment) {
        let (own, other) = self.seen_from(way);
        let answer = segment.flags & (flag::SYN | flag::ACK) == flag::SYN | flag::ACK;
        match segment.shift {
            Some(_) if answer && other.scale == Scale::None && !segment.cut => own.scale = Scale::None,
            Some(shift) => own.scale = Scale::By(shift),
            None if segment.has(flag::SYN) && own.scale == Scale::Unknown && !segment.cut => {
                (own.scale, other.scale) = (Scale::None, Scale::None);
            }
            None => {}
        }
    }

    /// Learns whether both sides agree on Accurate ECN (RFC 9768 section 3.1.1).
    fn learn_ecn(&mut self, segment: &Segment) {
        const ALL: u16 = flag::AE | flag::CWR | flag::ECE;
        let ecn = segment.flags & ALL;
        if segment.has(flag::ACK) {
            let accepts =
                matches!(ecn, flag::CWR | flag::AE) || ecn == flag::CWR | flag::ECE || ecn == flag::AE | flag::CWR;
            self.ecn_counter = self.ecn_offered && accepts;
        } else {
            self.ecn_offered = ecn == ALL;
        }
    }

    /// Takes the time from the SYN to the first segment that acknowledges.
    fn time_handshake(&mut self, segment: &Segment) {
        match (segment.has(flag::SYN), segment.has(flag::ACK)) {
            // A time of 0 is none.
            (true, false) => self.syn_time = Some(segment.time).filter(|&time| time != 0),
            (false, true) if self.initial_rtt.is_none() && segment.ack != 0 => {
                // None at all is no time to judge by.
                self.initial_rtt = self.syn_time.map(|syn| segment.time.saturating_sub(syn)).filter(|&rtt| rtt != 0);
            }
            _ => {}
        }
    }

    /// The two directions, as a segment sees them that goes `way`: its own, and the other.
    fn seen_from(&mut self, way: usize) -> (&mut Flow, &mut Flow) {
        let [lower, higher] = &mut self.flows;
        if way == 0 { (lower, higher) } else { (higher, lower) }
    }

    /// Learns what it can of a segment whose header is longer than its packet: a scale that was announced counts.
    pub fn judge_broken(&mut self, way: usize, segment: &Segment) -> Verdict {
        if segment.shift.is_some() {
            self.learn_scale(way, segment);
        }
        Verdict::unplaced(segment)
    }

    /// Places a segment that goes `way` relative to the first ones of its conversation.
    fn place(&mut self, way: usize, segment: &Segment) -> Verdict {
        let (own, other) = self.seen_from(way);
        let syn = segment.has(flag::SYN);
        let mut remarks = Remarks::none();
        if syn && own.base.is_some_and(|base| base != segment.seq) {
            remarks = Remarks::PORTS_REUSED;
            own.base = Some(segment.seq);
        }
        let base = *own.base.get_or_insert(if syn { segment.seq } else { segment.seq.wrapping_sub(1) });
        if segment.has(flag::ACK) {
            other.base.get_or_insert(segment.ack.wrapping_sub(1));
        }
        let window = u32::from(segment.window);
        let window = match own.scale {
            Scale::By(shift) if !syn => window << shift,
            _ => window,
        };
        Verdict {
            seq: segment.seq.wrapping_sub(base),
            ack: segment.ack.wrapping_sub(other.base.unwrap_or(0)),
            window,
            scale: own.scale,
            remarks,
            ..Verdict::default()
        }
    }

    /// Judges a segment that goes `way`, and remembers what the next ones need.
    pub fn judge(&mut self, way: usize, segment: &Segment) -> Verdict {
        let mut verdict = self.place(way, segment);
        let initial_rtt = self.initial_rtt;
        let (own, other) = self.seen_from(way);
        Pair { own, other, segment, initial_rtt }.judge(&mut verdict);
        verdict.ecn_counter = self.ecn_counter && !segment.has(flag::SYN);
        if segment.has(flag::SYN) {
            self.learn_ecn(segment);
        }
        self.learn_scale(way, segment);
        self.time_handshake(segment);
        verdict
    }
}

/// A segment and the two directions, seen from it.
struct Pair<'a> {
    own: &'a mut Flow,
    other: &'a mut Flow,
    segment: &'a Segment,
    initial_rtt: Option<i64>,
}

impl Pair<'_> {
    fn judge(mut self, verdict: &mut Verdict) {
        if self.segment.flags & (flag::SYN | flag::ACK) == flag::SYN && self.own.next != 0 {
            // The sender begins anew: what it sent behind a gap is forgotten.
            self.own.next = self.own.seen;
        }
        let mut remarks = self.on_window();
        remarks.add(self.on_ack(&mut verdict.outruns));
        remarks.add(self.on_sequence(remarks));
        remarks.add(self.on_repeated_ack(remarks));
        if remarks.any(Remarks::DUP_ACK) {
            verdict.dup_ack = (self.own.ack_frame, self.own.dup_acks + 1);
        }
        verdict.remarks.add(remarks);
        self.remember(remarks, verdict.window);
    }

    /// Neither SYN nor FIN nor RST.
    fn plain(&self) -> bool {
        !self.segment.has(flag::SYN | flag::FIN | flag::RST)
    }
    fn in_sequence(&self) -> bool {
        self.own.next == self.segment.seq
    }

    /// What the segment says by its window, or does to the other side's.
    fn on_window(&self) -> Remarks {
        let (segment, mut remarks) = (self.segment, Remarks::none());
        if segment.len == 1 && self.in_sequence() && self.other.window == Some(0) {
            return Remarks::ZERO_WINDOW_PROBE;
        }
        if segment.window == 0 && self.plain() {
            remarks.add(Remarks::ZERO_WINDOW);
        }
        if segment.len > 0
            && self.plain()
            && self.other.scale != Scale::Unknown
            && self.other.window.is_some_and(|window| segment.end() == self.other.ack.wrapping_add(window))
        {
            remarks.add(Remarks::WINDOW_FULL);
        }
        remarks
    }

    /// Whether the segment acknowledges what was not seen.
    fn on_ack(&mut self, outruns: &mut bool) -> Remarks {
        let Self { other, segment, .. } = self;
        if other.seen == 0 || !before(other.seen, segment.ack) || !segment.has(flag::ACK) {
            return Remarks::none();
        }
        *outruns = true;
        if other.seen == other.next {
            // Nothing more will come of it: say so once.
            let known = other.outrun || other.dup_acks > 0;
            (other.outrun, other.dup_acks) = (true, 0);
            return if known { Remarks::none() } else { Remarks::ACK_LOST };
        }
        other.seen = other.next;
        Remarks::ACK_LOST
    }

    /// What a segment without payload means that repeats an acknowledgment.
    fn on_repeated_ack(&self, so_far: Remarks) -> Remarks {
        let segment = self.segment;
        if segment.len > 0 || !self.plain() || !self.in_sequence() || self.own.ack != segment.ack {
            return Remarks::none();
        }
        let same_window = self.own.window_field == segment.window;
        if segment.window == 0 {
            if same_window && self.other.last.any(Remarks::ZERO_WINDOW_PROBE) {
                return Remarks::ZERO_WINDOW_PROBE_ACK;
            }
        } else if !same_window {
            return Remarks::WINDOW_UPDATE;
        } else if self.other.last.any(Remarks::KEEP_ALIVE) {
            return Remarks::KEEP_ALIVE_ACK;
        } else if !so_far.any(Remarks::LOST) {
            return Remarks::DUP_ACK;
        }
        Remarks::none()
    }

    /// What the segment's place in the sequence says.
    fn on_sequence(&self, so_far: Remarks) -> Remarks {
        let segment = self.segment;
        let mut remarks = Remarks::none();
        if self.own.next != 0 && before(self.own.next, segment.seq) && !segment.has(flag::RST) {
            remarks = Remarks::LOST;
        } else if segment.len <= 1 && self.plain() && segment.seq == self.own.next.wrapping_sub(1) {
            return Remarks::KEEP_ALIVE;
        }
        let data_end = segment.seq.wrapping_add(segment.len);
        if segment.len > 0 && self.other.ack != 0 && !before(self.other.ack, data_end) {
            remarks.add(Remarks::SPURIOUS);
        } else if !so_far.any(Remarks::ZERO_WINDOW_PROBE) {
            remarks.add(self.sent_again());
        }
        remarks
    }

    /// What a segment is that does not advance the sequence.
    fn sent_again(&self) -> Remarks {
        let segment = self.segment;
        let next = self.own.next;
        if next == 0 || !before(segment.seq, next) || (segment.len == 0 && !segment.has(flag::SYN | flag::FIN)) {
            return Remarks::none();
        }
        if segment.len > 1 && segment.seq == next.wrapping_sub(1) {
            // A window probe sent its one byte before.
            return Remarks::none();
        }
        if (self.other.dup_acks >= 2 || self.other.outrun)
            && self.other.ack == segment.seq
            && (0..FAST_WITHIN).contains(&(segment.time - self.other.ack_time))
        {
            return Remarks::FAST;
        }
        let soon = self.initial_rtt.unwrap_or(OUT_OF_ORDER_WITHIN);
        if (0..soon).contains(&(segment.time - self.own.next_time)) && segment.end() != next {
            return Remarks::OUT_OF_ORDER;
        }
        Remarks::RETRANSMISSION
    }

    /// What the next segments need to know of this one.
    fn remember(&mut self, remarks: Remarks, window: u32) {
        let Self { own, segment, .. } = self;
        let end = segment.end();
        let first = own.next == 0;
        let contiguous = segment.seq == own.seen;
        if !remarks.any(Remarks::ZERO_WINDOW_PROBE) && (first || before(own.next, end)) {
            own.next = end;
            own.next_time = segment.time;
        }
        if own.seen == 0 || contiguous {
            own.seen = own.next;
        }
        if own.ack != segment.ack {
            own.ack = segment.ack;
            own.dup_acks = 0;
            own.ack_frame = segment.frame;
            own.outrun = false;
        } else if remarks.any(Remarks::DUP_ACK) {
            own.dup_acks += 1;
            own.outrun = false;
        }
        own.ack_time = segment.time;
        (own.window, own.window_field) = (Some(window), segment.window);
        own.last = remarks;
    }
}
