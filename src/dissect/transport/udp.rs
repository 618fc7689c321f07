//! UDP (RFC 768).

use crate::conversation::Transport;
use crate::dissect::checksum::{self, Report, Sum};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::dissect::worker::Worker;
use crate::naming::Ports;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("udp", "User Datagram Protocol", Kind::Protocol);
/// The heading over the times.
static TIMESTAMPS: Field = Field::new("", "Timestamps", Kind::None);

fields! {
    SRC_PORT = "udp.srcport", "Source Port", U16 port(Ports::Udp);
    DST_PORT = "udp.dstport", "Destination Port", U16 port(Ports::Udp);
    PORT = "udp.port", "Source or Destination Port", U16 port(Ports::Udp);
    LENGTH = "udp.length", "Length", U16;
    CHECKSUM = "udp.checksum", "Checksum", U16 hex;
    CHECKSUM_CALCULATED = "udp.checksum_calculated", "Calculated Checksum", U16 hex;
    CHECKSUM_STATUS = "udp.checksum.status", "Checksum Status", U8 names(CHECKSUM_STATUSES) bare;
    STREAM = "udp.stream", "Stream index", U32;
    TIME_RELATIVE = "udp.time_relative", "Time since first frame", RelTime;
    TIME_DELTA = "udp.time_delta", "Time since previous frame", RelTime;
    PAYLOAD = "udp.payload", "Payload", Bytes;
}

names! {
    CHECKSUM_STATUSES { 0 = "Bad", 1 = "Good", 2 = "Unverified", 3 = "Not present", 4 = "Illegal" }
}

experts! {
    CHECKSUM_BAD = "udp.checksum.bad", "Bad checksum", Error, Checksum;
    TRACEROUTE = "udp.possible_traceroute", "Possible traceroute", Chat, Sequence;
    BAD_LENGTH = "udp.length.bad", "Bad length value", Error, Malformed;
    ZERO_LENGTH = "udp.length.bad_zero", "Length is zero but payload < 65536", Warning, Protocol;
    ZERO_CHECKSUM = "udp.checksum.zero", "Illegal checksum value (0)", Error, Checksum;
}

/// Bytes of a UDP header.
pub(super) const HEADER_LEN: usize = 8;
/// The ports that traceroute sends to.
const TRACEROUTE_PORTS: std::ops::RangeInclusive<u16> = 33435..=33464;

/// How many bytes of a payload of `reported` must be there for a look at what it might be.
fn least_recognised(reported: usize) -> usize {
    match reported {
        0..4 => 1,
        4..102 => 4,
        _ => 6,
    }
}

/// How many bytes of a payload that nobody recognised had to be there for that: where the third one looks like the
/// beginning of a length, the end of a header is looked for.
fn least_passed_over<S: Sink>(c: &Cursor<'_, S>) -> usize {
    let short = c.peek_u8(2).is_some_and(|byte| byte & 0x78 == 0);
    if short && c.reported() >= 13 { 10 } else { 0 }
}

/// UDP.
pub struct Udp;

impl Protocol for Udp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "UDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[Key::Ip(17)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        let ports = ports(c, "UDP")?;
        let there = c.limit().saturating_sub(start);
        let len = c.u16(&LENGTH)?;
        let Some(header) = length(c, len.into(), there) else {
            c.info().str(" [BAD UDP LENGTH ").dec(len).str(" < 8]");
            return Ok(());
        };
        if header.overlong {
            c.info().str(" [BAD UDP LENGTH ").dec(len).str(" > IP PAYLOAD LENGTH]");
        }
        c.info().str(" Len=").dec(header.len.saturating_sub(HEADER_LEN) as u64);
        if header.jumbo {
            c.info().str(" [Jumbogram]");
        }
        let zero_is_illegal = c.worker.state.ip.version == 6;
        checksum(c, zero_is_illegal, Some((start, header.len)))?;
        c.tap(Layers::PORTS, ports, 17);
        c.layer_ends();
        conversation(c, ports);
        if (header.len == HEADER_LEN && !header.overlong) || c.worker.state.headers_only {
            return Ok(());
        }
        if c.worker.quoted && c.remaining() == 0 {
            return Ok(());
        }
        if c.reported() == 0 {
            return Err(Stop::Malformed);
        }
        c.trim(header.len.saturating_sub(HEADER_LEN));
        c.lend(|c| payload(c, ports))
    }
}

/// What the length field comes to.
struct Length {
    /// Bytes of header and payload.
    len: usize,
    /// Whether the packet has fewer.
    overlong: bool,
    /// Whether the packet's length stands in for a 0.
    jumbo: bool,
}

/// Judges the length field, read last, in a packet that has `there` bytes for it; `None` where it is impossible.
fn length<S: Sink>(c: &mut Cursor<'_, S>, len: usize, there: usize) -> Option<Length> {
    if len == 0 && c.worker.state.ip.version == 6 {
        // A jumbogram (RFC 2675 section 4).
        if there <= 0xffff {
            c.below(|c| c.expert(&ZERO_LENGTH));
        }
        return Some(Length { len: there, overlong: false, jumbo: true });
    }
    if len < HEADER_LEN {
        c.append(|l| _ = l.str(" (bogus, must be >= 8)"));
        c.below(|c| c.expert(&BAD_LENGTH));
        c.label(|l| _ = l.str("Bad length value ").dec(len as u64).str(" < 8"));
        return None;
    }
    // Of a fragment that stands alone the rest may come yet.
    let overlong = len > there && !c.worker.state.ip.fragment && !c.worker.quoted;
    if overlong {
        c.append(|l| _ = l.str(" (bogus, payload length ").dec(there as u64).byte(b')'));
        if !c.worker.quoted {
            c.below(|c| c.expert(&BAD_LENGTH));
            c.label(|l| _ = l.str("Bad length value ").dec(len as u64).str(" > IP payload length"));
        }
    }
    Some(Length { len, overlong, jumbo: false })
}

/// Remarks upon a port that traceroute counts its probes by.
fn traceroute<S: Sink>(c: &mut Cursor<'_, S>, port: u16) {
    if !TRACEROUTE_PORTS.contains(&port) {
        return;
    }
    let probe = port - TRACEROUTE_PORTS.start();
    c.below(|c| c.expert(&TRACEROUTE));
    c.label(|l| _ = l.str("Possible traceroute: hop #").dec(probe / 3 + 1).str(", attempt #").dec(probe % 3 + 1));
}

/// Reads the ports, and begins the Info text with them.
pub(super) fn ports<S: Sink>(c: &mut Cursor<'_, S>, name: &'static str) -> Result<(u16, u16), Stop> {
    c.need(4)?;
    c.protocol(name);
    let start = c.pos();
    let src = c.u16(&SRC_PORT)?;
    traceroute(c, src);
    let dst = c.u16(&DST_PORT)?;
    if !TRACEROUTE_PORTS.contains(&src) {
        traceroute(c, dst);
    }
    c.hidden(&PORT, start, start + 2, src.into());
    c.hidden(&PORT, start + 2, start + 4, dst.into());
    c.layer_append(|l| {
        _ = l.str(", Src Port: ").port_and_number(Ports::Udp, src).str(", Dst Port: ").port_and_number(Ports::Udp, dst);
    });
    c.claim().port(Ports::Udp, src).str(" → ").port(Ports::Udp, dst);
    Ok((src, dst))
}

/// Reads the checksum, which tshark does not verify of itself.
///
/// `datagram` is where the datagram starts and its length, where all of it is covered.
pub(super) fn checksum<S: Sink>(
    c: &mut Cursor<'_, S>,
    zero_is_illegal: bool,
    datagram: Option<(usize, usize)>,
) -> Result<(), Stop> {
    let checksum = c.u16(&CHECKSUM)?;
    if checksum != 0 {
        if let Some(wanted) = datagram.and_then(|datagram| wanted(c, datagram, checksum)) {
            if !checksum::report(c, checksum, wanted, &REPORT) {
                c.info().str(" [UDP CHECKSUM INCORRECT]");
            }
            return Ok(());
        }
        c.append(|l| _ = l.str(" [unverified]"));
        c.generated(&CHECKSUM_STATUS, 2);
        return Ok(());
    }
    if zero_is_illegal {
        c.info().str(" [ILLEGAL CHECKSUM (0)]");
    }
    c.append(|l| _ = l.str(if zero_is_illegal { " [zero-value illegal]" } else { " [zero-value ignored]" }));
    c.below(|c| {
        if zero_is_illegal {
            c.expert(&ZERO_CHECKSUM);
        }
        c.generated(&CHECKSUM_STATUS, if zero_is_illegal { 4 } else { 3 });
    });
    Ok(())
}

/// What is said of a checksum that was verified.
static REPORT: Report = Report {
    status: &CHECKSUM_STATUS,
    calculated: Some(&CHECKSUM_CALCULATED),
    bad: &CHECKSUM_BAD,
    excuse: " (maybe caused by \"UDP checksum offload\"?)",
    below: true,
};

/// UDP's protocol number.
const PROTOCOL: u8 = 17;

/// What the checksum has to be, where it is to be verified and all of the datagram is here. None is 0, which says that
/// there is no checksum.
fn wanted<S: Sink>(c: &mut Cursor<'_, S>, (start, len): (usize, usize), found: u16) -> Option<u16> {
    if !c.worker.preferences.udp_checksum || c.worker.state.ip.fragment {
        return None;
    }
    let datagram = c.whole().get(start..start.saturating_add(len))?;
    let (src, dst) = (c.row().src, c.row().dst);
    let sum = Sum::default().and_hosts(src, dst, PROTOCOL, len as u32)?;
    let wanted = sum.and(datagram).wanted(found);
    Some(if wanted == 0 { u16::MAX } else { wanted })
}

/// Finds the conversation that the datagram belongs to, and makes it the current one.
pub(super) fn conversation<S: Sink>(c: &mut Cursor<'_, S>, (src_port, dst_port): (u16, u16)) {
    let Worker { row, state, .. } = &mut *c.worker;
    let current = state.enter_udp((&row.src, src_port), (&row.dst, dst_port));
    debug_assert_eq!(current.transport, Transport::Udp);
    c.generated(&STREAM, current.index as u64);
    c.tap(Layers::UDP, (src_port, dst_port), current.index);
}

/// Records when the current conversation began and was last heard.
fn times<S: Sink>(c: &mut Cursor<'_, S>) {
    let (Some(current), Some(time)) = (c.worker.state.current, c.worker.frame.time) else { return };
    let Some(conversation) = c.worker.state.udp.get_mut(current.index) else { return };
    let (first, previous) = conversation.transport.heard(time);
    c.generated(&TIMESTAMPS, 0);
    c.below(|c| {
        c.generated(&TIME_RELATIVE, first as u64);
        c.generated(&TIME_DELTA, previous as u64);
    });
}

/// Hands the payload to the protocol of the conversation, of the lower port, of the higher one, or to one that
/// recognises it.
///
/// # Errors
/// Those of the payload.
pub(super) fn payload<S: Sink>(c: &mut Cursor<'_, S>, (src_port, dst_port): (u16, u16)) -> Result<(), Stop> {
    c.tell(Layers::DATAGRAMS, c.rest());
    if S::DETAIL {
        if !c.worker.quoted {
            times(c);
        }
        let len = c.remaining() as u64;
        if len > 0 {
            c.put(&PAYLOAD, c.pos(), c.end(), 0);
            c.label(|l: &mut Line| {
                l.str("UDP payload (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" });
            });
        }
    }
    // A payload of which nothing was captured is nobody's.
    c.need(1)?;
    let mark = c.mark();
    let outcome = c.at_top(|c| hand_on(c, (src_port, dst_port)));
    if c.worker.quoted {
        // What a quoted datagram carries stands beside the packet that quotes it.
        c.cast_off(mark);
    }
    outcome
}

fn hand_on<S: Sink>(c: &mut Cursor<'_, S>, (src_port, dst_port): (u16, u16)) -> Result<(), Stop> {
    let known = c.worker.state.current.and_then(|current| c.worker.state.udp.get_mut(current.index));
    if let Some(entry) = known.and_then(|conversation| conversation.protocol)
        && c.enter(entry)?
    {
        return Ok(());
    }
    let Worker { row, state, .. } = &mut *c.worker;
    if let Some(entry) = state.expected.find(Transport::Udp, [(&row.dst, dst_port), (&row.src, src_port)])
        && c.enter(entry)?
    {
        return Ok(());
    }
    let (low, high) = (src_port.min(dst_port), src_port.max(dst_port));
    if c.next(Key::Udp(low))? || c.next(Key::Udp(high))? {
        return Ok(());
    }
    c.need(least_recognised(c.reported()))?;
    if !c.next_by_content(Key::UdpContent)? {
        if c.remaining() < c.reported() {
            c.need(least_passed_over(c))?;
        }
        c.data();
    }
    Ok(())
}
