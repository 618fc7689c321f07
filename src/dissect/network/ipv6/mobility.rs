//! The mobility header of IPv6 (RFC 6275).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::ip_protocols::IP_PROTOCOLS;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mipv6", "Mobile IPv6", Kind::Protocol);

fields! {
    NEXT = "mip6.proto", "Payload protocol", U8 names(IP_PROTOCOLS);
    LENGTH = "mip6.hlen", "Header length", U8;
    TYPE = "mip6.mhtype", "Mobility Header Type", U8 names(TYPES);
    RESERVED = "mip6.reserved", "Reserved", U8 hex;
    CHECKSUM = "mip6.csum", "Checksum", U16 hex;
    DATA = "mip6.data", "Message Data", Bytes;
}

names! {
    TYPES {
        0 = "Binding Refresh Request", 1 = "Home Test Init", 2 = "Care-of Test Init", 3 = "Home Test",
        4 = "Care-of Test", 5 = "Binding Update", 6 = "Binding Acknowledgement", 7 = "Binding Error",
        8 = "Fast Binding Update", 9 = "Fast Binding Acknowledgment", 10 = "Fast Neighbor Advertisement",
        11 = "Experimental Mobility Header", 12 = "Home Agent Switch", 13 = "Heartbeat", 14 = "Handover Initiate",
        15 = "Handover Acknowledge", 16 = "Binding Revocation", 17 = "Localized Routing Initiation",
        18 = "Localized Routing Acknowledgment",
    }
}

/// The mobility header.
pub struct Mobility;

impl Protocol for Mobility {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MIPv6";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(62), Key::Ip(135)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("MIPv6");
        c.claim();
        let start = c.pos();
        let kind = c.peek_u8(2).ok_or_else(|| c.short(3))?;
        match name_of(TYPES, kind.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown"),
        }
        let next = c.u8(&NEXT)?;
        let units = c.u8(&LENGTH)?;
        let len = (usize::from(units) + 1) * 8;
        c.append(|l| _ = l.str(" (").dec(len as u64).str(" bytes)"));
        c.u8(&TYPE)?;
        c.u8(&RESERVED)?;
        c.u16(&CHECKSUM)?;
        let end = start + len;
        if let Some(rest @ 1..) = end.checked_sub(c.pos()) {
            c.bytes(&DATA, rest)?;
        }
        c.layer_ends();
        if next == 59 || c.reported() == 0 { Ok(()) } else { super::follow(c, next) }
    }
}
