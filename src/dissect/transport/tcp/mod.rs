//! TCP (RFC 9293).

mod info;
mod options;
pub mod payload;
mod remarks;

use crate::conversation::Current;
use crate::conversation::tcp::analysis::{Remarks, Segment, Verdict, flag};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;
use crate::source::Time;
use info::Info;
use payload::Arrival;

static LAYER: Field = Field::new("tcp", "Transmission Control Protocol", Kind::Protocol);

fields! {
    SRC_PORT = "tcp.srcport", "Source Port", U16;
    DST_PORT = "tcp.dstport", "Destination Port", U16;
    PORT = "tcp.port", "Source or Destination Port", U16;
    STREAM = "tcp.stream", "Stream index", U32;
    SEQ = "tcp.seq", "Sequence Number", U32;
    ACK = "tcp.ack", "Acknowledgment Number", U32;
    HEADER_LEN = "tcp.hdr_len", "Header Length", U8 mask(0xf0);
    FLAGS = "tcp.flags", "Flags", U16 mask(0x0fff) hex;
    WINDOW = "tcp.window_size_value", "Window", U16;
    CHECKSUM = "tcp.checksum", "Checksum", U16 hex;
    URGENT = "tcp.urgent_pointer", "Urgent Pointer", U16;
}

/// Bytes of a header without options.
const LEAST_HEADER: usize = 20;

/// Segments whose payload may fill a gap in an unfinished message, but is not dissected by itself.
const STALE: Remarks = Remarks::OUT_OF_ORDER.and(Remarks::KEEP_ALIVE).and(Remarks::ZERO_WINDOW_PROBE);

/// Segments whose payload is left alone.
const REPEATED: Remarks = Remarks::RETRANSMISSION.and(Remarks::SPURIOUS);

/// The flags of a SYN's answer.
const SYN_ACK: u16 = flag::SYN | flag::ACK;

/// TCP.
pub struct Tcp;

impl Protocol for Tcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(6)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        c.need(4)?;
        c.protocol("TCP");
        let src_port = c.u16(&SRC_PORT)?;
        let dst_port = c.u16(&DST_PORT)?;
        c.hidden(&PORT, start, start + 2, src_port.into());
        c.hidden(&PORT, start + 2, start + 4, dst_port.into());
        c.layer_append(|l| _ = l.str(", Src Port: ").dec(src_port).str(", Dst Port: ").dec(dst_port));
        let Some(fixed) = c.peek::<12>(0) else {
            c.claim().dec(src_port).str(" → ").dec(dst_port);
            return Err(c.short(12));
        };
        let (src, dst) = (c.row().src, c.row().dst);
        let current = c.worker.state.enter_tcp((src, src_port), (dst, dst_port));
        let header = Header::new(start, c.limit().saturating_sub(start), fixed);
        segment(c, &header, current)
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
fn segment<S: Sink>(c: &mut Cursor<'_, S>, header: &Header, mut current: Current) -> Result<(), Stop> {
    let options = c.whole();
    let options = options.get(header.options().start..header.options().end.min(options.len())).unwrap_or_default();
    let facts = options::facts(options);
    let time = c.worker.frame.time.map_or(0, nanos);
    let segment = Segment { shift: facts.shift, frame: c.worker.frame.number as u32, time, ..header.segment };
    let mut verdict =
        Verdict { seq: segment.seq, ack: segment.ack, window: segment.window.into(), ..Verdict::default() };
    if header.whole {
        let reopened = reopen(c, &mut current, &segment);
        if let Some(conversation) = c.worker.state.tcp.get_mut(current.index) {
            let (way, state) = (current.way(), &mut conversation.transport);
            match segment.flags & (flag::SYN | flag::ACK) {
                flag::SYN => state.server_port = current.dst_port,
                SYN_ACK => state.server_port = current.src_port,
                _ => {}
            }
            verdict = if header.len < LEAST_HEADER { state.place(way, &segment) } else { state.judge(way, &segment) };
        }
        if reopened {
            verdict.remarks = verdict.remarks.and(Remarks::PORTS_REUSED);
        }
    }
    if !verdict.remarks.is_empty() {
        c.row().prefix(|l| remarks::write(&verdict, l));
    }
    let mut info = Info {
        src_port: current.src_port,
        dst_port: current.dst_port,
        flags: segment.flags,
        seq: verdict.seq,
        ack: verdict.ack,
        window: verdict.window,
        sack_base: segment.ack.wrapping_sub(verdict.ack),
        ..Info::default()
    };
    if header.len < LEAST_HEADER {
        info.write(c.claim());
        c.info().str(", bogus TCP header length (").dec(header.len as u64).str(", must be at least 20)");
        return Ok(());
    }
    if let Err(stop) = rest_of_header(c, header, &mut info) {
        info.write(c.claim());
        return Err(stop);
    }
    if facts.multipath {
        c.protocol("MPTCP");
    }
    let own = move |line: &mut Line| info.write(line);
    let arrival = Arrival {
        current,
        seq: segment.seq,
        fin: segment.has(flag::FIN),
        stale: verdict.remarks.any(STALE),
        repeated: verdict.remarks.any(REPEATED),
    };
    let absent = c.remaining() == 0 && c.reported() > 0;
    let outcome = if absent || segment.has(flag::RST) { Ok(()) } else { payload::dissect(c, arrival, &own) };
    if !c.row().claimed() {
        own(c.claim());
    }
    outcome
}

/// Begins another conversation where a SYN opens another connection between the same ports; says whether it did.
fn reopen<S: Sink>(c: &mut Cursor<'_, S>, current: &mut Current, segment: &Segment) -> bool {
    let state = &mut c.worker.state;
    let known = state.tcp.get_mut(current.index).is_some_and(|known| known.transport.reopens(current.way(), segment));
    if known {
        let (src, dst) = (c.row().src, c.row().dst);
        *current = c.worker.state.renew_tcp((src, current.src_port), (dst, current.dst_port));
    }
    known
}

/// What stands behind the window; what the Info text says of it is added as it is read.
fn rest_of_header<'p, S: Sink>(c: &mut Cursor<'p, S>, header: &Header, info: &mut Info<'p>) -> Result<(), Stop> {
    c.seek(header.start + 16);
    c.u16(&CHECKSUM)?;
    let urgent = c.u16(&URGENT)?;
    info.urgent = header.segment.has(flag::URG).then_some(urgent);
    info.len = header.whole.then_some(header.segment.len);
    let options = header.options();
    let captured = c.whole();
    info.options = captured.get(options.start..options.end.min(captured.len())).unwrap_or_default();
    options::dissect(c, options.end - options.start)?;
    c.layer_ends();
    Ok(())
}

/// A moment in nanoseconds since the epoch, as far as that goes.
fn nanos(time: Time) -> i64 {
    time.secs.saturating_mul(1_000_000_000).saturating_add(i64::from(time.nanos))
}
