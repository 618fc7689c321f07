//! ICMP (RFC 792), with router discovery (RFC 1256), address masks (RFC 950) and extended echoes (RFC 8335).

mod advertisement;
pub mod extensions;
mod names;

use crate::dissect::checksum::Sum;

use super::checksum;
use super::ipv4::Ipv4;
use crate::conversation::echoes::{Key as EchoKey, Request};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, joined};

static LAYER: Field = Field::new("icmp", "Internet Control Message Protocol", Kind::Protocol);

fields! {
    TYPE = "icmp.type", "Type", U8;
    CODE = "icmp.code", "Code", U8;
    CHECKSUM = "icmp.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "icmp.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    UNUSED = "icmp.unused", "Unused", Bytes;
    IDENT = "icmp.ident", "Identifier (BE)", U16 dec_hex;
    IDENT_LE = "icmp.ident_le", "Identifier (LE)", U16 dec_hex;
    SEQ = "icmp.seq", "Sequence Number (BE)", U16 dec_hex;
    SEQ_LE = "icmp.seq_le", "Sequence Number (LE)", U16 dec_hex;
    MTU = "icmp.mtu", "MTU of next hop", U16;
    POINTER = "icmp.pointer", "Pointer", U32;
    ORIGINATE = "icmp.originate_timestamp", "Originate Timestamp", U32 custom(write_timestamp);
    RECEIVE = "icmp.receive_timestamp", "Receive Timestamp", U32 custom(write_timestamp);
    TRANSMIT = "icmp.transmit_timestamp", "Transmit Timestamp", U32 custom(write_timestamp);
    MASK = "icmp.address_mask", "Address Mask", Ipv4;
    GATEWAY = "icmp.redir_gw", "Gateway Address", Ipv4;
    RESPONSE_TO = "icmp.resp_to", "Request frame", FrameNum;
    RESPONSE_TIME = "icmp.resptime", "Response time", F64 custom(super::write_millis);
    DATA_TIME = "icmp.data_time", "Timestamp from icmp data", AbsTime;
    DATA_TIME_RELATIVE = "icmp.data_time_relative", "Timestamp from icmp data (relative)", RelTime;
    LENGTH = "icmp.length", "Length", U8;
    LENGTH_ORIGINAL = "icmp.length.original_datagram", "Length of original datagram", U8;
    ECHO_SEQ = "icmp.ext.echo.seq", "Sequence Number", U8 dec_hex;
    ECHO_RESERVED = "icmp.ext.echo.req.res", "Reserved", U8 hex mask(0xfe);
    ECHO_LOCAL = "icmp.ext.echo.req.local", "Local bit", Bool mask(0x01) set;
    ECHO_STATE = "icmp.ext.echo.rsp.state", "State", U8 mask(0xe0) names(names::ECHO_STATES);
    ECHO_REPLY_RESERVED = "icmp.ext.echo.rsp.res", "Reserved", U8 hex mask(0x18);
    ECHO_ACTIVE = "icmp.ext.echo.rsp.active", "Active bit", Bool mask(0x04) set;
    ECHO_IPV4 = "icmp.ext.echo.rsp.ipv4", "IPv4 bit", Bool mask(0x02) set;
    ECHO_IPV6 = "icmp.ext.echo.rsp.ipv6", "IPv6 bit", Bool mask(0x01) set;
}

experts! {
    CHECKSUM_BAD = "icmp.checksum_bad", "Bad checksum", Warning, Checksum;
}

static CHECKSUM_FIELDS: checksum::Fields =
    checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &CHECKSUM_BAD };

/// Message types that the code below asks for by name.
mod kind {
    pub(super) const ECHO_REPLY: u8 = 0;
    pub(super) const UNREACHABLE: u8 = 3;
    pub(super) const SOURCE_QUENCH: u8 = 4;
    pub(super) const REDIRECT: u8 = 5;
    pub(super) const ECHO_REQUEST: u8 = 8;
    pub(super) const ROUTER_ADVERTISEMENT: u8 = 9;
    pub(super) const TIME_EXCEEDED: u8 = 11;
    pub(super) const PARAMETER_PROBLEM: u8 = 12;
    pub(super) const TIMESTAMP_REQUEST: u8 = 13;
    pub(super) const TIMESTAMP_REPLY: u8 = 14;
    pub(super) const INFORMATION_REQUEST: u8 = 15;
    pub(super) const INFORMATION_REPLY: u8 = 16;
    pub(super) const MASK_REQUEST: u8 = 17;
    pub(super) const MASK_REPLY: u8 = 18;
    pub(super) const EXTENDED_REQUEST: u8 = 42;
    pub(super) const EXTENDED_REPLY: u8 = 43;
}

/// The code of an unreachable destination that says how long packets may be.
const FRAGMENTATION_NEEDED: u8 = 4;
/// What a reply's checksum stands above its request's: the difference of their types.
const REPLY_STEP: u16 = 0x0800;
/// Bytes at least of which the Info text is written.
const LEAST: usize = 6;

/// ICMP.
pub struct Icmp;

impl Protocol for Icmp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ICMP";
    const FIELDS: &'static [&'static Field] = joined!(FIELDS, advertisement::FIELDS, extensions::FIELDS);
    const EXPERTS: &'static [&'static Field] = joined!(EXPERTS, extensions::EXPERTS);
    const KEYS: &'static [Key] = &[Key::Ip(1)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ICMP");
        c.claim();
        let (start, end) = (c.pos(), c.limit());
        c.need(LEAST)?;
        let kind = c.u8(&TYPE)?;
        let code = c.u8(&CODE)?;
        let name = names::of_type(kind, code);
        let meaning = names::of_code(kind, code);
        if S::DETAIL {
            words(c, name, meaning);
        }
        let line = c.info();
        line.padded(name, NAME_WIDTH);
        match meaning {
            Some(Some(meaning)) => _ = line.str(" (").str(meaning).byte(b')'),
            Some(None) => _ = line.str(" (Unknown code: ").dec(code).byte(b')'),
            None => {}
        }
        let checksum = checksum::read(c, &CHECKSUM_FIELDS, (start, end), Sum::default())?;
        body(c, kind, code, checksum)
    }
}

/// Characters that a type's name fills in the Info text.
const NAME_WIDTH: usize = 20;

/// Lets the names of type and code, read last, follow their numbers.
fn words<S: Sink>(c: &mut Cursor<'_, S>, name: &str, meaning: Option<Option<&str>>) {
    let last = c.mark().wrapping_sub(1);
    c.append_at(last.wrapping_sub(1), |l| _ = l.str(" (").str(name).byte(b')'));
    if let Some(meaning) = meaning {
        c.append_at(last, |l| _ = l.str(" (").str(meaning.unwrap_or("Unknown")).byte(b')'));
    }
}

/// What stands behind the checksum.
fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, code: u8, checksum: u16) -> Result<(), Stop> {
    match kind {
        kind::ECHO_REPLY | kind::ECHO_REQUEST => {
            let (id, seq) = identification(c)?;
            pair(c, kind, (id, seq, checksum));
            if S::DETAIL {
                data_time(c);
            }
            c.below(Cursor::data);
        }
        kind::INFORMATION_REQUEST | kind::INFORMATION_REPLY => _ = identification(c)?,
        kind::TIMESTAMP_REQUEST | kind::TIMESTAMP_REPLY => {
            identification(c)?;
            for field in [&ORIGINATE, &RECEIVE, &TRANSMIT] {
                c.u32(field)?;
            }
        }
        kind::MASK_REQUEST | kind::MASK_REPLY => {
            identification(c)?;
            c.fixed::<4>(&MASK)?;
        }
        kind::UNREACHABLE | kind::TIME_EXCEEDED | kind::PARAMETER_PROBLEM => return error(c, kind, code),
        kind::SOURCE_QUENCH => {
            c.bytes(&UNUSED, 4)?;
            return quote(c, c.reported());
        }
        kind::REDIRECT => {
            c.fixed::<4>(&GATEWAY)?;
            if c.reported() == 0 {
                return Err(Stop::Malformed);
            }
            // Unlike the others, it quotes a packet that arrived: tshark looks at its headers only.
            c.worker.state.headers_only = true;
            let outcome = quote(c, c.reported());
            c.worker.state.headers_only = false;
            return outcome;
        }
        kind::ROUTER_ADVERTISEMENT => return advertisement::dissect(c),
        kind::EXTENDED_REQUEST | kind::EXTENDED_REPLY => return extended_echo(c, kind),
        _ => {}
    }
    Ok(())
}

/// Reads identifier and sequence number, which nobody knows the byte order of.
fn identification<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(u16, u16), Stop> {
    c.need(4)?;
    let id = both_ways(c, &IDENT, &IDENT_LE)?;
    let seq = both_ways(c, &SEQ, &SEQ_LE)?;
    let ttl = c.worker.state.ip.ttl.filter(|_| c.worker.state.ip.version == 4);
    let line = c.info();
    line.str(" id=0x").hex(id, 4).str(", seq=").dec(seq).byte(b'/').dec(seq.swap_bytes());
    if let Some(ttl) = ttl {
        line.str(", ttl=").dec(ttl);
    }
    Ok((id, seq))
}

fn both_ways<S: Sink>(c: &mut Cursor<'_, S>, big: &'static Field, little: &'static Field) -> Result<u16, Stop> {
    let num = c.u16(big)?;
    c.put(little, c.pos().saturating_sub(2), c.pos(), num.swap_bytes().into());
    Ok(num)
}

/// Finds the request of a reply.
fn pair<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, (id, seq, checksum): (u16, u16, u16)) {
    if c.worker.quoted {
        return;
    }
    let (src, dst) = (c.row().src, c.row().dst);
    let now = Request { frame: c.worker.frame.number, time: c.worker.frame.time };
    if kind == kind::ECHO_REQUEST {
        c.worker.state.echoes.ask(EchoKey::new(src, dst, id, seq, checksum, 0), now);
    } else if let Some(request) = c.worker.state.echoes.answer(EchoKey::new(src, dst, id, seq, checksum, REPLY_STEP)) {
        c.info().str(" (request in ").dec(request.frame).byte(b')');
        c.generated(&RESPONSE_TO, request.frame);
        if let Some(millis) = request.millis_until(now.time) {
            c.generated(&RESPONSE_TIME, millis.to_bits());
        }
    }
}

/// Seconds that the time in an echo's data may lie before or behind the frame's.
const LIKELY: i64 = 86_400;

/// Reads the time that many send at the data's start: seconds and microseconds in the sender's byte order. It is taken
/// for one if it lies within a day of the frame's.
fn data_time<S: Sink>(c: &mut Cursor<'_, S>) {
    let (Some(now), Some(secs), Some(micros)) = (c.worker.frame.time, c.peek_u32(0), c.peek_u32(4)) else { return };
    let likely = |&(secs, micros): &(u32, u32)| {
        micros < 1_000_000 && i64::from(secs).wrapping_sub(now.secs).saturating_abs() < LIKELY
    };
    let orders = [(secs.swap_bytes(), micros.swap_bytes()), (secs, micros)];
    let Some(&(secs, micros)) = orders.iter().find(|order| likely(order)) else { return };
    let nanos = |secs: i64, nanos: u32| secs.wrapping_mul(1_000_000_000).wrapping_add(nanos.into());
    let sent = nanos(secs.into(), micros * 1000);
    let start = c.pos();
    c.put(&DATA_TIME, start, start + 8, sent as u64);
    c.generated_over(&DATA_TIME_RELATIVE, start, start + 8, nanos(now.secs, now.nanos).wrapping_sub(sent) as u64);
    c.seek(start + 8);
}

/// A message about a packet, which it quotes and may say more of (RFC 4884).
fn error<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, code: u8) -> Result<(), Stop> {
    let length = c.peek_u8(1).ok_or_else(|| c.short(2))?;
    if kind == kind::PARAMETER_PROBLEM {
        c.be::<1>(&POINTER)?;
    } else if length > 0 {
        c.bytes(&UNUSED, 1)?;
    } else {
        c.skip(1)?;
    }
    if length > 0 {
        c.u8(&LENGTH)?;
        c.generated(&LENGTH_ORIGINAL, u64::from(length) * 4);
        c.bytes(&UNUSED, 2)?;
    } else if kind == kind::UNREACHABLE && code == FRAGMENTATION_NEEDED {
        c.put(&UNUSED, c.pos().saturating_sub(1), c.pos() + 1, 0);
        c.skip(1)?;
        c.u16(&MTU)?;
    } else {
        let unused = if kind == kind::PARAMETER_PROBLEM { 3 } else { 4 };
        c.seek(c.pos().saturating_sub(unused - 3));
        c.bytes(&UNUSED, unused)?;
    }
    extensions::behind_quote(c, usize::from(length) * 4, quote)
}

/// Takes the quoted packet in the next `len` bytes apart. That it is cut short is no wonder, but the capture's end is.
fn quote<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    if c.reported() == 0 {
        return Ok(());
    }
    c.within(len, |c| match c.quoted(Cursor::call::<Ipv4>) {
        Err(Stop::Snapped) => Err(Stop::Snapped),
        _ => Ok(()),
    })
}

fn extended_echo<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.need(4)?;
    both_ways(c, &IDENT, &IDENT_LE)?;
    c.u8(&ECHO_SEQ)?;
    if kind == kind::EXTENDED_REPLY {
        let flags = c.be::<1>(&ECHO_STATE)?;
        for field in [&ECHO_REPLY_RESERVED, &ECHO_ACTIVE, &ECHO_IPV4, &ECHO_IPV6] {
            c.bits::<1>(field, flags);
        }
        return Ok(());
    }
    let flags = c.be::<1>(&ECHO_RESERVED)?;
    c.bits::<1>(&ECHO_LOCAL, flags);
    extensions::structure(c)
}

fn write_timestamp(millis: u64, line: &mut Line) {
    line.dec(millis).str(" (").duration(millis % 86_400_000 / 1000, (millis % 1000) as u16);
    line.str(" after midnight UTC)");
}
