//! TCP (RFC 9293).

mod fields;
mod info;
mod options;
pub mod payload;
mod remarks;
mod tree;

use crate::conversation::tcp::analysis::{Remarks, Segment, Verdict, flag};
use crate::conversation::tcp::ledger::Notes;
use crate::conversation::{Current, Transport};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::dissect::worker::Worker;
use crate::joined;
use crate::naming::Ports;
use crate::source::Time;
use fields::{DST_PORT, EXPERTS, FIELDS, PAYLOAD, PORT, RESET_CAUSE, SEGMENT_DATA, SEQ, SRC_PORT};
pub(crate) use info::FLAGS as FLAG_NAMES;
use info::Info;
use payload::Arrival;
use tree::Picture;

static LAYER: Field = Field::new("tcp", "Transmission Control Protocol", Kind::Protocol);

/// Bytes of a header without options.
const LEAST_HEADER: usize = 20;

/// Segments whose payload may fill a gap in an unfinished message, but is not dissected by itself.
const STALE: Remarks = Remarks::OUT_OF_ORDER.and(Remarks::KEEP_ALIVE).and(Remarks::ZERO_WINDOW_PROBE);

/// Segments whose payload is left alone.
const REPEATED: Remarks = Remarks::RETRANSMISSION.and(Remarks::SPURIOUS);

/// TCP.
pub struct Tcp;

impl Protocol for Tcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TCP";
    const FIELDS: &'static [&'static Field] = joined!(FIELDS, options::FIELDS);
    const EXPERTS: &'static [&'static Field] = joined!(EXPERTS, options::EXPERTS);
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[Key::Ip(6)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        c.need(4)?;
        c.protocol("TCP");
        let src_port = c.u16(&SRC_PORT)?;
        let dst_port = c.u16(&DST_PORT)?;
        c.hidden(&PORT, start, start + 2, src_port.into());
        c.hidden(&PORT, start + 2, start + 4, dst_port.into());
        c.layer_append(|l| {
            _ = l
                .str(", Src Port: ")
                .port_and_number(Ports::Tcp, src_port)
                .str(", Dst Port: ")
                .port_and_number(Ports::Tcp, dst_port);
        });
        c.tap(Layers::PORTS, (src_port, dst_port), 6);
        if c.worker.state.headers_only {
            // Of a packet that was redirected only its first 8 bytes are looked at.
            c.u32(&SEQ)?;
            return Ok(());
        }
        let Some(fixed) = c.peek::<12>(0) else {
            c.claim().port(Ports::Tcp, src_port).str(" → ").port(Ports::Tcp, dst_port);
            return Err(c.short(12));
        };
        let Worker { row, state, .. } = &mut *c.worker;
        let current = state.enter_tcp((&row.src, src_port), (&row.dst, dst_port));
        let mut header = Header::new(start, c.limit().saturating_sub(start), fixed);
        segment(c, &mut header, current)
    }
}

/// The fixed part of a header behind the ports.
struct Header {
    /// Where it starts.
    start: usize,
    /// Its length in bytes, as it says.
    len: usize,
    /// Whether the packet is long enough for it.
    whole: bool,
    /// What the analysis needs of it.
    segment: Segment,
}

impl Header {
    fn new(start: usize, reported: usize, fixed: [u8; 12]) -> Self {
        let [s0, s1, s2, s3, a0, a1, a2, a3, f0, f1, w0, w1] = fixed;
        let len = usize::from(f0 >> 4) * 4;
        let segment = Segment {
            seq: u32::from_be_bytes([s0, s1, s2, s3]),
            ack: u32::from_be_bytes([a0, a1, a2, a3]),
            len: reported.saturating_sub(len) as u32,
            flags: u16::from_be_bytes([f0 & 0x0f, f1]),
            window: u16::from_be_bytes([w0, w1]),
            ..Segment::default()
        };
        Self { start, len, whole: len <= reported, segment }
    }
    /// Where the options start, and where they end.
    fn options(&self) -> std::ops::Range<usize> {
        self.start + LEAST_HEADER..self.start + self.len.max(LEAST_HEADER)
    }
}

/// The header from the sequence number on, then the payload.
fn segment<S: Sink>(c: &mut Cursor<'_, S>, header: &mut Header, mut current: Current) -> Result<(), Stop> {
    let captured = c.whole();
    let options = header.options();
    header.segment.cut = options.end > captured.len();
    let options = captured.get(options.start..options.end.min(captured.len())).unwrap_or_default();
    let facts = options::facts(options);
    (header.segment.shift, header.segment.sacked) = (facts.shift, facts.sacked);
    header.segment.frame = c.worker.frame.number as u32;
    header.segment.time = c.worker.frame.time.map_or(0, Time::as_nanos);
    let header = &*header;
    let segment = &header.segment;
    let mut notes = Notes::default();
    let verdict = judge(c, header, &mut current, &mut notes);
    let ace = verdict.ecn_counter.then_some((segment.flags >> 6 & 7) as u8);
    let mut info = row_text(segment, current, &verdict, ace);
    let preferences = c.worker.preferences;
    let relative = preferences.tcp_relative && preferences.tcp_analyze;
    let picture = Picture { header, current, verdict: &verdict, notes: &notes, ace, relative };
    if S::DETAIL {
        picture.numbers(c);
    }
    if header.len < LEAST_HEADER {
        info.write(c.claim());
        c.info().str(", bogus TCP header length (").dec(header.len as u64).str(", must be at least 20)");
        return Ok(());
    }
    let rest = rest_of_header(c, header, facts.plain, &mut info);
    if S::DETAIL && preferences.tcp_analyze {
        let initial_rtt = c.worker.state.tcp.get_mut(current.index).and_then(|known| known.transport.initial_rtt());
        picture.analysis(c, initial_rtt);
    }
    if let Err(stop) = rest {
        // What the analysis found is written down behind the options only.
        info.write(c.claim());
        return Err(stop);
    }
    if !verdict.remarks.is_empty() {
        c.row().prefix(|l| remarks::write(&verdict, l));
    }
    c.tap(Layers::TCP, (current.src_port, current.dst_port), current.index);
    tell(c, segment, current, verdict.remarks);
    let unseen = c.row().unseen;
    let own = |line: &mut Line| {
        if !unseen {
            info.write(line);
        }
    };
    let outcome = payload(c, segment, current, verdict.remarks, &own);
    if !c.row().claimed() {
        own(c.claim());
    }
    outcome
}

/// What the row says of a segment, as far as its header tells.
fn row_text<'a>(segment: &Segment, current: Current, verdict: &Verdict, ace: Option<u8>) -> Info<'a> {
    Info {
        src_port: current.src_port,
        dst_port: current.dst_port,
        flags: segment.flags,
        ace,
        seq: verdict.seq,
        ack: verdict.ack,
        window: verdict.window,
        sack_base: segment.ack.wrapping_sub(verdict.ack),
        ..Info::default()
    }
}

/// Tells statistics of a segment.
fn tell<S: Sink>(c: &mut Cursor<'_, S>, segment: &Segment, current: Current, remarks: Remarks) {
    let wanted = c.worker.taps.wanted;
    if wanted.any(Layers::SEGMENTS) {
        let bytes = if wanted.any(Layers::SEGMENT_BYTES) { c.rest() } else { &[] };
        c.tell_segment(Layers::SEGMENTS, current, (*segment, remarks), bytes);
    }
}

/// What the segment means in its conversation; `notes` are for the views that show every field.
fn judge<S: Sink>(c: &mut Cursor<'_, S>, header: &Header, current: &mut Current, notes: &mut Notes) -> Verdict {
    let segment = &header.segment;
    if c.worker.quoted {
        // What another packet quotes does not happen: it changes nothing, and its numbers are as they are.
        if let (true, Some(known)) = (S::DETAIL, c.worker.state.tcp.get_mut(current.index)) {
            *notes = known.transport.ledger().pass(segment);
        }
        return Verdict::unplaced(segment);
    }
    let reopened = reopen(c, current, segment);
    let Worker { row, state, preferences, .. } = &mut *c.worker;
    let ends = [(&row.src, current.src_port), (&row.dst, current.dst_port)];
    let announced = S::DETAIL && state.expected.find(Transport::Tcp, ends).is_some();
    let Some(conversation) = state.tcp.get_mut(current.index) else { return Verdict::unplaced(segment) };
    let (way, state, whole) = (current.way(), &mut conversation.transport, header.whole);
    if whole && segment.has(flag::SYN) {
        state.server_port = if segment.has(flag::ACK) { current.src_port } else { current.dst_port };
    }
    let mut verdict = if whole { state.judge(way, segment) } else { state.judge_broken(way, segment) };
    if whole && reopened {
        verdict.remarks = verdict.remarks.and(Remarks::PORTS_REUSED);
    }
    if S::DETAIL {
        let ledger = state.ledger();
        ledger.announced |= announced;
        *notes = if whole { ledger.book(way, segment, verdict.remarks) } else { ledger.pass(segment) };
    }
    if !preferences.tcp_relative || !preferences.tcp_analyze {
        (verdict.seq, verdict.ack) = (segment.seq, segment.ack);
    }
    if !preferences.tcp_analyze {
        verdict.remarks = Remarks::default();
    }
    verdict
}

/// Hands the payload on, unless it is none of an application's.
fn payload<S: Sink>(
    c: &mut Cursor<'_, S>,
    segment: &Segment,
    current: Current,
    remarks: Remarks,
    own: &dyn Fn(&mut Line),
) -> Result<(), Stop> {
    if c.remaining() == 0 && c.reported() > 0 {
        return Ok(());
    }
    if segment.has(flag::RST) {
        if c.remaining() > 0 {
            c.put(&RESET_CAUSE, c.pos(), c.end(), 0);
        }
        return Ok(());
    }
    if S::DETAIL && c.remaining() > 0 {
        tree::bytes(c, &PAYLOAD, "TCP payload", c.end());
    }
    let again = remarks.any(Remarks::RETRANSMISSION) && !remarks.any(Remarks::SPURIOUS);
    if S::DETAIL && again && c.remaining() > 0 {
        tree::bytes(c, &SEGMENT_DATA, "Retransmitted TCP segment data", c.end());
    }
    let arrival = Arrival {
        current,
        seq: segment.seq,
        fin: segment.has(flag::FIN),
        stale: remarks.any(STALE),
        repeated: remarks.any(REPEATED),
    };
    payload::dissect(c, arrival, own)
}

/// Begins another conversation where a SYN opens another connection between the same ports; says whether it did.
fn reopen<S: Sink>(c: &mut Cursor<'_, S>, current: &mut Current, segment: &Segment) -> bool {
    let state = &mut c.worker.state;
    let known = state.tcp.get_mut(current.index).is_some_and(|known| known.transport.reopens(current.way(), segment));
    if known {
        let Worker { row, state, .. } = &mut *c.worker;
        *current = state.renew_tcp((&row.src, current.src_port), (&row.dst, current.dst_port));
    }
    known
}

/// What stands behind the window; what the Info text says of it is added as it is read. Options that are `plain` need
/// no closer look.
fn rest_of_header<'p, S: Sink>(
    c: &mut Cursor<'p, S>,
    header: &Header,
    plain: bool,
    info: &mut Info<'p>,
) -> Result<(), Stop> {
    c.seek(header.start + 16);
    let (urgent, good) = tree::checksum(c, header)?;
    info.urgent = header.segment.has(flag::URG).then_some(urgent);
    info.broken = !good;
    info.len = header.whole.then_some(header.segment.len);
    let (options, captured) = (header.options(), c.whole());
    let outcome = if plain && !S::DETAIL && options.end <= captured.len() {
        c.seek(options.end);
        Ok(())
    } else {
        let context = options::Context { flags: info.flags, ack: info.ack, base: info.sack_base };
        options::dissect(c, options.end - options.start, context)
    };
    // What breaks off is not written down, but for the blocks of a selective acknowledgment that are here.
    info.cut = outcome == Err(Stop::Snapped) && c.peek_u8(0) == Some(5);
    let end = if outcome.is_ok() || info.cut { options.end } else { c.pos() };
    info.options = captured.get(options.start..end.min(captured.len())).unwrap_or_default();
    c.layer_ends();
    outcome
}
