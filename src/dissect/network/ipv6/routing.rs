//! Routing headers (RFC 8200 section 4.4): source route (RFC 2460), MIPv6 (RFC 6275), RPL (RFC 6554), segment routing
//! (RFC 8754) and compact routing (RFC 9631).

use super::super::ip_protocols::IP_PROTOCOLS;
use super::{follow, heading};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("ipv6.routing", "Routing Header for IPv6", Kind::Protocol);

fields! {
    NEXT = "ipv6.routing.nxt", "Next Header", U8 names(IP_PROTOCOLS);
    LEN = "ipv6.routing.len", "Length", U8;
    LEN_BYTES = "ipv6.routing.len_oct", "Length", U16 unit(" byte", " bytes");
    TYPE = "ipv6.routing.type", "Type", U8 names(TYPES);
    SEGMENTS_LEFT = "ipv6.routing.segleft", "Segments Left", U8;
    UNKNOWN_DATA = "ipv6.routing.unknown_data", "Type-Specific Data", Bytes;
    SOURCE_RESERVED = "ipv6.routing.src.reserved", "Reserved", Bytes;
    SOURCE_ADDR = "ipv6.routing.src.addr", "Address", Ipv6;
    HOME_RESERVED = "ipv6.routing.mipv6.reserved", "Reserved", Bytes;
    HOME_ADDR = "ipv6.routing.mipv6.home_address", "Home Address", Ipv6;
    RPL_CMPR_I = "ipv6.routing.rpl.cmprI", "Compressed Internal Octets (CmprI)", U32 mask(0xf000_0000);
    RPL_CMPR_E = "ipv6.routing.rpl.cmprE", "Compressed Final Octets (CmprE)", U32 mask(0x0f00_0000);
    RPL_PAD = "ipv6.routing.rpl.pad", "Padding Bytes", U32 mask(0x00f0_0000);
    RPL_RESERVED = "ipv6.routing.rpl.reserved", "Reserved", U32 mask(0x000f_ffff);
    RPL_COUNT = "ipv6.routing.rpl.addr_count", "Total Address Count", I32;
    RPL_ADDR = "ipv6.routing.rpl.address", "Address", Bytes;
    RPL_FULL_ADDR = "ipv6.routing.rpl.full_address", "Full Address", Ipv6;
    SRH_LAST_ENTRY = "ipv6.routing.srh.last_entry", "Last Entry", U8;
    SRH_FLAGS = "ipv6.routing.srh.flags", "Flags", U8 hex;
    SRH_TAG = "ipv6.routing.srh.tag", "Tag", Bytes;
    SRH_ADDR = "ipv6.routing.srh.addr", "Address", Ipv6;
    CRH16_SID = "ipv6.routing.crh16.sid", "Segment ID", U16;
    CRH32_SID = "ipv6.routing.crh32.sid", "Segment ID", U32;
}

names! {
    TYPES {
        0 = "Source Route",
        1 = "Nimrod",
        2 = "Type 2",
        3 = "RPL Source Route",
        4 = "Segment Routing",
        5 = "Compact Routing (16-bit)",
        6 = "Compact Routing (32-bit)",
        253 = "Experiment 1",
        254 = "Experiment 2",
    }
}

experts! {
    DEPRECATED = "ipv6.routing.deprecated", "Routing header type is deprecated", Note, Deprecated;
}

/// The routing header.
pub struct Routing;

impl Protocol for Routing {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv6 Routing";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(43)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        heading(c, "IPv6 routing");
        let start = c.pos();
        let next = c.u8(&NEXT)?;
        let units = c.u8(&LEN)?;
        let len = (usize::from(units) + 1) * 8;
        c.generated(&LEN_BYTES, len as u64);
        let kind = c.u8(&TYPE)?;
        c.layer_append(|l| _ = l.str(" (").str(TYPE.name(kind.into()).unwrap_or("Unknown type")).byte(b')'));
        if matches!(kind, 0 | 1) {
            c.below(|c| c.expert(&DEPRECATED));
        }
        let left = c.u8(&SEGMENTS_LEFT)?;
        let overrun = start + len > c.limit();
        if kind == 0 && overrun {
            return Err(Stop::Overrun);
        }
        // What is read beyond the end of the header itself breaks it.
        let outcome = c.within((start + len).saturating_sub(c.pos()), |c| match kind {
            0 => source_route(c, units, left),
            2 => home_address(c, left),
            3 => rpl(c, len - 8, left),
            4 => segments(c, left),
            5 => compact(c, &CRH16_SID, 2, left),
            6 => compact(c, &CRH32_SID, 4, left),
            _ => c.bytes(&UNKNOWN_DATA, c.reported()).map(|_| ()),
        });
        match outcome {
            Err(Stop::Malformed) if kind == 3 && overrun => return Err(Stop::Overrun),
            outcome => outcome?,
        }
        c.seek(start);
        c.skip(len)?;
        c.layer_ends();
        follow(c, next)
    }
}

/// The packet has farther to go: there.
fn goes_to<S: Sink>(c: &mut Cursor<'_, S>, address: [u8; 16]) {
    if c.worker.state.ip.version == 6 {
        c.row().dst = Address::Ipv6(address);
    }
}

/// Shows an address of a list by its place there.
fn numbered<S: Sink>(c: &mut Cursor<'_, S>, i: usize, address: &[u8; 16]) {
    c.label(|l| _ = l.str("Address[").dec(i as u64).str("]: ").ipv6(address));
}

fn source_route<S: Sink>(c: &mut Cursor<'_, S>, units: u8, left: u8) -> Result<(), Stop> {
    c.bytes(&SOURCE_RESERVED, 4)?;
    for i in 1..=usize::from(units / 2) {
        let address = c.fixed::<16>(&SOURCE_ADDR)?;
        numbered(c, i, &address);
        if left > 0 && i == usize::from(units / 2) {
            goes_to(c, address);
        }
    }
    Ok(())
}

fn home_address<S: Sink>(c: &mut Cursor<'_, S>, left: u8) -> Result<(), Stop> {
    c.bytes(&HOME_RESERVED, 4)?;
    let address = c.fixed::<16>(&HOME_ADDR)?;
    if left > 0 {
        goes_to(c, address);
    }
    Ok(())
}

/// Addresses in `room` bytes, which leave out what they share with the destination address.
fn rpl<S: Sink>(c: &mut Cursor<'_, S>, room: usize, left: u8) -> Result<(), Stop> {
    let word = c.be::<4>(&RPL_CMPR_I)?;
    let internal = 16 - RPL_CMPR_I.cut(word) as usize;
    let last = 16 - c.bits::<4>(&RPL_CMPR_E, word) as usize;
    let pad = c.bits::<4>(&RPL_PAD, word) as i64;
    c.bits::<4>(&RPL_RESERVED, word);
    let count = (room as i64 - pad - last as i64) / internal as i64 + 1;
    c.generated(&RPL_COUNT, count as u64);
    let Address::Ipv6(base) = c.row().dst else { return Ok(()) };
    for i in 1..=count {
        let len = if i == count { last } else { internal };
        let bytes = c.bytes(&RPL_ADDR, len)?;
        let mut address = base;
        if let Some(place) = address.get_mut(16 - len..) {
            place.copy_from_slice(bytes);
        }
        let end = c.pos();
        c.generated_over(&RPL_FULL_ADDR, end.saturating_sub(len), end, 0);
        numbered(c, i as usize, &address);
        if left > 0 {
            goes_to(c, address);
        }
    }
    Ok(())
}

/// A list of segments, the last of them first, and then options.
fn segments<S: Sink>(c: &mut Cursor<'_, S>, left: u8) -> Result<(), Stop> {
    let last_entry = c.u8(&SRH_LAST_ENTRY)?;
    c.u8(&SRH_FLAGS)?;
    c.bytes(&SRH_TAG, 2)?;
    for i in 0..=usize::from(last_entry) {
        let address = c.fixed::<16>(&SRH_ADDR)?;
        numbered(c, i, &address);
        if left > 0 && i == 0 {
            goes_to(c, address);
        }
    }
    Ok(())
}

/// A list of short segment identifiers, of which the one that `left` counts to is read.
fn compact<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, width: usize, left: u8) -> Result<(), Stop> {
    let start = c.pos();
    c.seek(start + usize::from(left) * width);
    c.need(width)?;
    c.seek(start);
    while c.remaining() >= width {
        _ = if width == 2 { c.be::<2>(field)? } else { c.be::<4>(field)? };
    }
    Ok(())
}
