//! IPv6 (RFC 8200).

mod addresses;
pub mod fragment;
pub mod mobility;
pub mod options;
pub mod routing;

use super::dsfield::{self, CODEPOINTS, CONGESTION};
use super::ip_protocols::{self, IP_PROTOCOLS};
use super::{IpHeader, payload};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::{experts, fields, joined};

static LAYER: Field = Field::new("ipv6", "Internet Protocol Version 6", Kind::Protocol);

fields! {
    VERSION = "ipv6.version", "Version", U8 mask(0xf0) times(1);
    IP_VERSION = "ip.version", "Version", U8 mask(0xf0) times(1);
    TRAFFIC_CLASS = "ipv6.tclass", "Traffic Class", U32 hex mask(0x0ff0_0000);
    DSCP = "ipv6.tclass.dscp", "Differentiated Services Codepoint", U32 mask(0x0fc0_0000) names(CODEPOINTS);
    ECN = "ipv6.tclass.ecn", "Explicit Congestion Notification", U32 mask(0x0030_0000) names(CONGESTION);
    FLOW = "ipv6.flow", "Flow Label", U24 hex mask(0x000f_ffff);
    LEN = "ipv6.plen", "Payload Length", U16;
    NEXT = "ipv6.nxt", "Next Header", U8 names(IP_PROTOCOLS);
    HOP_LIMIT = "ipv6.hlim", "Hop Limit", U8;
    SRC = "ipv6.src", "Source Address", Ipv6;
    DST = "ipv6.dst", "Destination Address", Ipv6;
    ADDR = "ipv6.addr", "Source or Destination Address", Ipv6;
    SRC_HOST = "ipv6.src_host", "Source Host", Str address;
    DST_HOST = "ipv6.dst_host", "Destination Host", Str address;
    HOST = "ipv6.host", "Source or Destination Host", Str address;
}

experts! {
    BOGUS_VERSION = "ipv6.bogus_ipv6_version", "Bogus IPv6 version", Error, Malformed;
    INVALID_HEADER = "ipv6.invalid_header", "IPv6 header must be exactly 40 bytes", Error, Malformed;
    JUMBO_MISSING = "ipv6.opt.jumbo.missing", "IPv6 payload length equals 0 and Hop-By-Hop present and Jumbo Payload option missing", Error, Malformed;
    ZERO_LENGTH = "ipv6.plen_zero", "IPv6 payload length equals 0 (maybe because of \"TCP segmentation offload\" (TSO))", Chat, Protocol;
    OVERLONG = "ipv6.plen_exceeds_framing", "IPv6 payload length exceeds framing length", Warning, Protocol;
}

/// Bytes of the header.
const HEADER_LEN: usize = 40;
/// The number of the hop-by-hop options header.
const HOP_BY_HOP: u8 = 0;

/// IPv6.
pub struct Ipv6;

impl Protocol for Ipv6 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv6";
    const FIELDS: &'static [&'static Field] = joined!(FIELDS, addresses::FIELDS);
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[Key::Link(229)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPv6");
        c.claim();
        let first = c.be::<1>(&VERSION)?;
        c.hidden(&IP_VERSION, c.pos() - 1, c.pos(), first);
        if first >> 4 != 6 {
            c.below(|c| c.expert(&BOGUS_VERSION));
            c.info().str("Bogus IPv6 version (").dec(first >> 4).str(", must be 6)");
            return Ok(());
        }
        let there = c.reported() + 1;
        if there < HEADER_LEN {
            c.below(|c| c.expert(&INVALID_HEADER));
            c.info().str("Invalid IPv6 header (").dec(there as u64).str(" bytes, need exactly 40)");
        }
        traffic_class(c)?;
        let len = c.u16(&LEN)?;
        let plen = c.mark().wrapping_sub(1);
        let next = c.u8(&NEXT)?;
        let hop_limit = c.u8(&HOP_LIMIT)?;
        addresses(c)?;
        c.tap(Layers::IPV6, (next.into(), 0), 0);
        c.layer_ends();
        c.worker.state.ip =
            IpHeader { version: 6, ttl: Some(hop_limit), protocol: next, fragment: false, branch: true };
        let len = payload_length(c, len, next, plen);
        c.trim(len);
        c.lend(|c| c.below(|c| follow(c, next)))
    }
}

/// IPv6 where something says so that may be wrong: packets of another version are left alone.
pub struct Ipv6IfSo;

impl Protocol for Ipv6IfSo {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv6";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Ether(0x86dd), Key::Ip(41), Key::Ppp(0x0057)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPv6");
        if c.peek_u8(0).is_some_and(|first| first >> 4 != 6) {
            return Err(Stop::NotMine);
        }
        c.forget_layer();
        let outcome = c.call::<Ipv6>();
        // The packet ends where its own length says.
        c.trim(c.inner_limit().saturating_sub(c.pos()));
        outcome.map(|_taken| ())
    }
}

fn traffic_class<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.seek(c.pos().saturating_sub(1));
    let word = c.array::<4>().map(u32::from_be_bytes)?.into();
    c.bits::<4>(&TRAFFIC_CLASS, word);
    c.append(|l| dsfield::write_summary((word >> 20) as u8, l));
    c.below(|c| {
        c.bits::<4>(&DSCP, word);
        c.bits::<4>(&ECN, word);
    });
    c.bits::<3>(&FLOW, word);
    Ok(())
}

fn addresses<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let src = c.fixed::<16>(&SRC)?;
    hide(c, &[&ADDR, &SRC_HOST, &HOST]);
    c.row().src = Address::Ipv6(src);
    let dst = c.fixed::<16>(&DST)?;
    hide(c, &[&ADDR, &DST_HOST, &HOST]);
    c.row().dst = Address::Ipv6(dst);
    c.layer_append(|l| _ = l.str(", Src: ").host6_and_number(&src).str(", Dst: ").host6_and_number(&dst));
    if S::DETAIL {
        addresses::record(c, &src, &dst);
    }
    Ok(())
}

/// Records the address read last under other names.
fn hide<S: Sink>(c: &mut Cursor<'_, S>, fields: &[&'static Field]) {
    let end = c.pos();
    for field in fields {
        c.hidden(field, end.saturating_sub(16), end, 0);
    }
}

/// The payload's length: of a jumbogram (RFC 2675) the one that its hop-by-hop option says.
fn payload_length<S: Sink>(c: &mut Cursor<'_, S>, len: u16, next: u8, plen: usize) -> usize {
    let there = c.reported();
    let mut len = usize::from(len);
    let mut remark = None;
    if len == 0 && next == HOP_BY_HOP {
        if let Some(jumbo) = options::jumbo_length(c.rest()) {
            len = jumbo;
            c.append_at(plen, |l| _ = l.str(" (Jumbogram)"));
        } else {
            c.info().str("Invalid IPv6 payload length");
            remark = Some(&JUMBO_MISSING);
        }
    } else if len == 0 {
        remark = Some(&ZERO_LENGTH);
    }
    let overlong = len > there;
    if overlong && !c.worker.quoted {
        remark = Some(&OVERLONG);
    }
    if let (Some(remark), true) = (remark, S::DETAIL) {
        _ = c.insert_at(plen + 1, |c| {
            c.below(|c| c.expert(remark));
            if std::ptr::eq(remark, &OVERLONG) {
                c.label(|l| _ = l.str("IPv6 payload length exceeds framing length (").dec(there as u64).str(" bytes)"));
            }
            Ok(())
        });
    }
    len
}

/// Begins the words of an extension header in the Info text: those of several stand one after the other, until
/// something that they carry claims the row.
pub(super) fn heading<'c, S: Sink>(c: &'c mut Cursor<'_, S>, words: &str) -> &'c mut Line {
    if !c.row().fresh() {
        c.info().str(" , ");
    }
    c.info().str(words)
}

/// Whether the protocol `next` extends the header before it, in whose branch of the tree it then stands.
fn extends(next: u8) -> bool {
    matches!(next, 0 | 43 | 44 | 51 | 60 | 135 | 139 | 140)
}

/// Hands what follows an IPv6 header or one of its extensions to the protocol `next`; says whether there was one.
///
/// # Errors
/// Those of the payload.
pub(super) fn hand_on<S: Sink>(c: &mut Cursor<'_, S>, next: u8) -> Result<bool, Stop> {
    let leaves_branch = c.worker.state.ip.branch && !extends(next);
    c.lend(|c| if leaves_branch { c.above(|c| payload(c, next)) } else { payload(c, next) })
}

/// The number that says that nothing follows.
const NO_NEXT_HEADER: u8 = 59;

/// As [`hand_on`]; what no protocol is known for is data, and the row says so.
///
/// # Errors
/// Those of the payload.
pub(super) fn follow<S: Sink>(c: &mut Cursor<'_, S>, next: u8) -> Result<(), Stop> {
    if hand_on(c, next)? {
        return Ok(());
    }
    if next == NO_NEXT_HEADER {
        c.claim().str("IPv6 no next header");
    } else {
        let name = ip_protocols::name(next);
        c.claim().str("Unknown IP Protocol: ").str(name).str(" (").dec(next).byte(b')');
    }
    if c.worker.state.ip.branch {
        c.above(Cursor::data);
    } else {
        c.data();
    }
    Ok(())
}
