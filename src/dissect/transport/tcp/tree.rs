//! The segment as a tree of fields: all that the summary does not need.

use super::Header;
use super::fields::*;
use super::info::write_flags;
use crate::conversation::Current;
use crate::conversation::tcp::analysis::{Remarks, Scale, Verdict, flag};
use crate::conversation::tcp::ledger::Notes;
use crate::conversation::tcp::stream::Part;
use crate::dissect::checksum::{self, Report, Sum};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// All that is known of a segment before its options are read.
pub(super) struct Picture<'a> {
    /// The header.
    pub header: &'a Header,
    /// The conversation.
    pub current: Current,
    /// What the segment means.
    pub verdict: &'a Verdict,
    /// And beyond that.
    pub notes: &'a Notes,
    /// The ECN counter, where the handshake agreed on it.
    pub ace: Option<u8>,
    /// Whether numbers count from the connection's first ones.
    pub relative: bool,
}

/// Words for numbers that count from a connection's first ones.
const RELATIVE_SEQ: &str = "    (relative sequence number)";
const RELATIVE_ACK: &str = "    (relative ack number)";

impl Picture<'_> {
    /// Records what stands in the header up to its length. Says whether more can be made of it.
    pub(super) fn numbers<S: Sink>(&self, c: &mut Cursor<'_, S>) -> bool {
        let Self { header, verdict, .. } = self;
        let (start, segment) = (header.start, &header.segment);
        c.layer_append(|l| _ = l.str(", Seq: ").dec(verdict.seq));
        c.generated(&STREAM, self.current.index as u64);
        c.generated(&COMPLETENESS, self.notes.completeness.into());
        if header.whole {
            c.generated(&LEN, segment.len.into());
        } else {
            c.generated(&SHORT_TEXT, 0);
            ungenerate(c);
            c.below(|c| c.expert(&SHORT_SEGMENT));
        }
        c.put(&SEQ, start + 4, start + 8, verdict.seq.into());
        if self.relative {
            c.append(|l| _ = l.str(RELATIVE_SEQ));
            c.put(&SEQ_RAW, start + 4, start + 8, segment.seq.into());
        }
        if header.len < super::LEAST_HEADER {
            self.header_len(c);
            c.below(|c| c.expert(&BOGUS_HEADER));
            let len = header.len as u64;
            c.label(|l| _ = l.str("Bogus TCP header length (").dec(len).str(", must be at least 20)"));
            return false;
        }
        if header.whole {
            let next = verdict.seq.wrapping_add(segment.end().wrapping_sub(segment.seq));
            c.generated(&NEXT_SEQ, next.into());
            if self.relative {
                c.append(|l| _ = l.str(RELATIVE_SEQ));
            }
        }
        self.acknowledgment(c);
        if header.whole {
            c.layer_append(|l| _ = l.str(", Len: ").dec(segment.len));
        }
        self.header_len(c);
        self.flags(c);
        self.window(c);
        true
    }

    fn acknowledgment<S: Sink>(&self, c: &mut Cursor<'_, S>) {
        let Self { header: Header { start, segment, .. }, verdict, .. } = *self;
        let acks = segment.has(flag::ACK);
        c.put(&ACK, start + 8, start + 12, if acks { verdict.ack } else { segment.ack }.into());
        if acks {
            c.layer_append(|l| _ = l.str(", Ack: ").dec(verdict.ack));
            if self.relative {
                c.append(|l| _ = l.str(RELATIVE_ACK));
            }
            if segment.has(flag::SYN) && verdict.ack > 1 && self.header.whole {
                c.below(|c| c.expert(&TFO_ACK));
            }
        } else if segment.ack != 0 {
            c.below(|c| c.expert(&ACK_NONZERO));
        }
        if self.relative {
            c.put(&ACK_RAW, start + 8, start + 12, segment.ack.into());
        }
    }

    fn header_len<S: Sink>(&self, c: &mut Cursor<'_, S>) {
        let at = self.header.start + 12;
        c.put(&HEADER_LEN, at, at + 1, (self.header.len as u64 / 4) << 4);
    }

    fn flags<S: Sink>(&self, c: &mut Cursor<'_, S>) {
        let (flags, at) = (self.header.segment.flags, self.header.start + 12);
        c.put(&FLAGS, at, at + 2, flags.into());
        c.label(|l| {
            l.str("Flags: 0x").hex(flags, 3).str(" (");
            write_flags(flags, self.ace, l);
            l.byte(b')');
        });
        c.below(|c| {
            c.put(&FLAG_RESERVED, at, at + 1, flags.into());
            if self.ace.is_some() {
                c.put(&FLAG_ACE, at, at + 2, flags.into());
            } else {
                c.put(&FLAG_AE, at, at + 1, flags.into());
                c.put(&FLAG_CWR, at + 1, at + 2, flags.into());
                c.put(&FLAG_ECE, at + 1, at + 2, flags.into());
            }
            for field in [&FLAG_URG, &FLAG_ACK, &FLAG_PSH, &FLAG_RST, &FLAG_SYN, &FLAG_FIN] {
                c.put(field, at + 1, at + 2, flags.into());
                if field.cut(flags.into()) != 0 {
                    self.flag_remark(c, field);
                }
            }
            c.text(&FLAG_TEXT, at, at + 2, |l| write_letters(flags, self.ace, l));
            generate(c);
            if self.header.segment.has(flag::FIN) && self.header.whole {
                c.below(|c| c.expert(if self.notes.closes_first { &FIN_ACTIVE } else { &FIN_PASSIVE }));
            }
        });
    }

    /// What is said of a flag that is set.
    fn flag_remark<S: Sink>(&self, c: &mut Cursor<'_, S>, field: &'static Field) {
        let segment = &self.header.segment;
        let (remark, port) = match field.mask as u16 {
            flag::RST => (&RST_SEEN, None),
            flag::FIN => (&FIN_SEEN, None),
            flag::SYN if segment.has(flag::ACK) => (&SYN_ACK_SEEN, Some(self.current.src_port)),
            flag::SYN => (&SYN_SEEN, Some(self.current.dst_port)),
            _ => return,
        };
        c.below(|c| c.expert(remark));
        if let Some(port) = port {
            c.label(|l| _ = l.str(remark.label).str(": server port ").dec(port));
        }
    }

    fn window<S: Sink>(&self, c: &mut Cursor<'_, S>) {
        let (verdict, at) = (self.verdict, self.header.start + 14);
        c.put(&WINDOW, at, at + 2, self.header.segment.window.into());
        c.generated_over(&WINDOW_BYTES, at, at + 2, verdict.window.into());
        if self.header.segment.has(flag::SYN) {
            return;
        }
        let (factor, words) = match verdict.scale {
            Scale::By(shift) => (1_i64 << shift, ""),
            Scale::Unknown => (-1, " (unknown)"),
            Scale::None => (-2, " (no window scaling used)"),
        };
        c.generated_over(&WINDOW_FACTOR, at, at + 2, factor as u64);
        c.append(|l| _ = l.str(words));
    }

    /// Records times and the analysis.
    pub(super) fn analysis<S: Sink>(&self, c: &mut Cursor<'_, S>, initial_rtt: Option<i64>) {
        let Self { verdict, notes, .. } = *self;
        heading(c, &TIMESTAMPS, |c| {
            c.generated(&TIME_RELATIVE, notes.since_first as u64);
            c.generated(&TIME_DELTA, notes.since_previous as u64);
        });
        let said = notes.acks.is_some() || notes.counted || verdict.outruns;
        if !said && verdict.remarks.is_empty() {
            return;
        }
        heading(c, &ANALYSIS, |c| {
            if let Some((frame, rtt)) = notes.acks {
                c.generated(&ACKS_FRAME, frame.into());
                if rtt != 0 {
                    c.generated(&ACK_RTT, rtt as u64);
                }
            }
            if let Some(rtt) = initial_rtt {
                c.generated(&INITIAL_RTT, rtt as u64);
            }
            if let Some(bytes) = notes.in_flight {
                c.generated(&IN_FLIGHT, bytes.into());
            }
            if let Some(bytes) = notes.push_bytes {
                c.generated(&PUSH_BYTES, bytes.into());
            }
            if !verdict.remarks.is_empty() {
                heading(c, &ANALYSIS_FLAGS, |c| self.remarks(c));
            }
        });
    }

    fn remarks<S: Sink>(&self, c: &mut Cursor<'_, S>) {
        let Self { verdict, notes, .. } = *self;
        for (remark, expert) in REMARKS {
            if !verdict.remarks.any(remark) {
                continue;
            }
            if remark == Remarks::DUP_ACK {
                duplicate_ack(c, verdict.dup_ack);
                continue;
            }
            c.expert(expert);
            if remark == Remarks::FAST || remark == Remarks::SPURIOUS {
                c.expert(&RETRANSMISSION);
            }
            if remark == Remarks::RETRANSMISSION
                && let Some((frame, time)) = notes.resent
            {
                c.generated(&RTO, time as u64);
                c.generated(&RTO_FRAME, frame.into());
            }
        }
    }
}

/// The remarks in the order of the tree.
static REMARKS: [(Remarks, &Field); 15] = [
    (Remarks::PORTS_REUSED, &REUSED),
    (Remarks::SPURIOUS, &SPURIOUS),
    (Remarks::FAST, &FAST),
    (Remarks::RETRANSMISSION, &RETRANSMISSION),
    (Remarks::OUT_OF_ORDER, &OUT_OF_ORDER),
    (Remarks::LOST, &LOST),
    (Remarks::ACK_LOST, &ACK_LOST),
    (Remarks::WINDOW_UPDATE, &WINDOW_UPDATE),
    (Remarks::WINDOW_FULL, &WINDOW_FULL),
    (Remarks::KEEP_ALIVE, &KEEP_ALIVE),
    (Remarks::KEEP_ALIVE_ACK, &KEEP_ALIVE_ACK),
    (Remarks::DUP_ACK, &DUPLICATE_ACK),
    (Remarks::ZERO_WINDOW_PROBE, &ZERO_WINDOW_PROBE),
    (Remarks::ZERO_WINDOW, &ZERO_WINDOW),
    (Remarks::ZERO_WINDOW_PROBE_ACK, &ZERO_WINDOW_PROBE_ACK),
];

/// A duplicate acknowledgment's numbers stand one level higher than the remark on it.
fn duplicate_ack<S: Sink>(c: &mut Cursor<'_, S>, (frame, nth): (u32, u32)) {
    c.generated(&DUP_ACK, 0);
    c.above(|c| {
        c.generated(&DUP_ACK_NUMBER, nth.into());
        c.generated(&DUP_ACK_FRAME, frame.into());
    });
    c.expert(&DUPLICATE_ACK);
    c.label(|l| _ = l.str("Duplicate ACK (#").dec(nth).byte(b')'));
}

/// A heading in brackets, and what stands below it.
fn heading<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, body: impl FnOnce(&mut Cursor<'_, S>)) {
    c.generated(field, 0);
    c.below(body);
}

/// The item recorded last is not in the bytes but concluded from them.
fn generate<S: Sink>(c: &mut Cursor<'_, S>) {
    c.change_last(|item| item.generated = true);
}

/// The item recorded last shows without brackets.
fn ungenerate<S: Sink>(c: &mut Cursor<'_, S>) {
    c.change_last(|item| item.generated = false);
}

/// The flags as a row of twelve letters, a dot for each that is not set: `·······A··S·`.
fn write_letters(flags: u16, ace: Option<u8>, line: &mut Line) {
    const LETTERS: [u8; 12] = *b"RRRACEUAPRSF";
    for (i, &letter) in LETTERS.iter().enumerate() {
        let set = flags & (0x800 >> i) != 0;
        match (i, ace) {
            (3 | 5, Some(_)) => _ = line.byte(b'-'),
            (4, Some(counter)) => _ = line.dec(counter),
            _ if set => _ = line.byte(letter),
            _ => _ = line.char('·'),
        }
    }
}

/// Records the payload's bytes under `field`, with how many there are.
pub(super) fn bytes<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, words: &'static str, end: usize) {
    let start = c.pos();
    let len = end.saturating_sub(start) as u64;
    c.put(field, start, end, 0);
    c.label(|l| _ = l.str(words).str(" (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" }));
}

/// Records which segments a message came in; the cursor reads the message.
pub(super) fn reassembled<S: Sink>(c: &mut Cursor<'_, S>, parts: &[Part]) {
    if !S::DETAIL {
        return;
    }
    let len = c.end();
    let listed = |l: &mut Line, part: &Part| _ = l.byte(b'#').dec(part.frame).byte(b'(').dec(part.len).byte(b')');
    c.above(|c| {
        c.generated_over(&SEGMENTS, 0, len, 0);
        c.label(|l| {
            l.dec(parts.len() as u64).str(" Reassembled TCP Segments (").dec(len as u64).str(" bytes):");
            for (i, part) in parts.iter().enumerate() {
                l.str(if i > 0 { ", " } else { " " });
                listed(l, part);
            }
        });
        c.below(|c| {
            for part in parts {
                let (from, len) = (part.at as usize, part.len);
                c.generated_over(&SEGMENT, from, from + len as usize, part.frame.into());
                c.label(|l| {
                    let last = u64::from(part.at) + u64::from(len).saturating_sub(1);
                    l.str("Frame: ").dec(part.frame).str(", payload: ").dec(part.at).byte(b'-').dec(last);
                    l.str(" (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" });
                });
            }
            c.generated(&SEGMENT_COUNT, parts.len() as u64);
            c.generated(&REASSEMBLED_LEN, len as u64);
            c.generated_over(&REASSEMBLED_DATA, 0, len, 0);
        });
    });
}

/// Reads checksum and urgent pointer, which follow the window; says whether the checksum is right, as far as that is to be
/// known.
///
/// # Errors
/// Where the packet or the capture ends before.
pub(super) fn checksum<S: Sink>(c: &mut Cursor<'_, S>, header: &Header) -> Result<(u16, bool), Stop> {
    let flags = header.segment.flags;
    let found = c.u16(&CHECKSUM)?;
    let good = match wanted(c, header, found) {
        Some(wanted) => checksum::report(c, found, wanted, &REPORT),
        None => {
            c.append(|l| _ = l.str(" [unverified]"));
            c.generated(&CHECKSUM_STATUS, 2);
            true
        }
    };
    let urgent = c.u16(&URGENT)?;
    if urgent != 0 && flags & flag::URG == 0 {
        c.below(|c| c.expert(&URGENT_NONZERO));
    }
    Ok((urgent, good))
}

/// What is said of a checksum that was verified.
static REPORT: Report = Report {
    status: &CHECKSUM_STATUS,
    calculated: Some(&CHECKSUM_CALCULATED),
    bad: &CHECKSUM_BAD,
    excuse: "(maybe caused by \"TCP checksum offload\"?)",
    below: false,
};

/// TCP's protocol number.
const PROTOCOL: u8 = 6;

/// What the checksum has to be, where it is to be verified and all of the segment is here.
fn wanted<S: Sink>(c: &mut Cursor<'_, S>, header: &Header, found: u16) -> Option<u16> {
    if !c.worker.preferences.tcp_checksum || c.end() < c.limit() || c.worker.state.ip.fragment {
        return None;
    }
    let segment = c.whole().get(header.start..c.limit())?;
    let (src, dst) = (c.row().src, c.row().dst);
    let sum = Sum::default().and_hosts(src, dst, PROTOCOL, segment.len() as u32)?;
    Some(sum.and(segment).wanted(found))
}
