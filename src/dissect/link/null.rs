//! BSD loopback: an address family before the packet, in the byte order of the host that captured it (link type 0) or
//! in network order (108).

use super::ether_types::ETHER_TYPES;
use super::ppp::PppHdlc;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ip::Ip;
use crate::dissect::network::ipv6::Ipv6;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("null", "Null/Loopback", Kind::Protocol);

fields! {
    FAMILY = "null.family", "Family", U32 names(FAMILIES);
    TYPE = "null.type", "Type", U16 hex names(ETHER_TYPES);
}

names! {
    FAMILIES {
        2 = "IP",
        7 = "OSI",
        16 = "Appletalk",
        23 = "Netware IPX/SPX",
        24 = "IPv6",
        28 = "IPv6",
        30 = "IPv6",
    }
}

/// The smallest number that is an EtherType.
const FIRST_TYPE: u32 = 0x0600;

/// Loopback of the host's byte order.
pub struct Null;

impl Protocol for Null {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Null";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(0)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.need(2)?;
        if c.peek_u16(0) == Some(0xff03) {
            c.layer_hide();
            return c.call::<PppHdlc>().map(|_taken| ());
        }
        columns(c);
        c.need(4)?;
        let bytes = c.peek::<4>(0).unwrap_or_default();
        let mut value = u32::from_le_bytes(bytes);
        if value > 0xffff {
            value = value.swap_bytes();
        }
        // What stands before a number of 16 bits says nothing.
        let number = value & 0xffff;
        if number < FIRST_TYPE && number & 0xff == 0 {
            // Some hosts left its two bytes the wrong way round.
            value = number >> 8;
        }
        if value >= FIRST_TYPE {
            let start = c.pos();
            c.put(&TYPE, start, start.saturating_add(4), number.into());
            c.skip(4)?;
            c.layer_ends();
            if !c.give_way(|c| c.next(Key::Ether(number as u16)))? {
                c.data();
            }
            return Ok(());
        }
        family(c, value)
    }
}

/// Loopback of network byte order.
pub struct Loop;

impl Protocol for Loop {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Null/Loopback";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(108)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        columns(c);
        c.need(4)?;
        let value = c.peek_u32(0).unwrap_or_default();
        family(c, value)
    }
}

fn columns<S: Sink>(c: &mut Cursor<'_, S>) {
    (c.row().src, c.row().dst) = (Address::Words("N/A"), Address::Words("N/A"));
    c.protocol("N/A");
    c.claim().str("Null/Loopback");
}

fn family<S: Sink>(c: &mut Cursor<'_, S>, value: u32) -> Result<(), Stop> {
    let start = c.pos();
    c.put(&FAMILY, start, start.saturating_add(4), value.into());
    c.skip(4)?;
    c.layer_ends();
    let known = c.give_way(|c| match value {
        2 => c.call::<Ip>(),
        7 => c.next(Key::Sap(0xfe)),
        16 => c.next(Key::Snap(0x08_0007, 0x809b)),
        23 => c.next(Key::Ether(0x8137)),
        24 | 28 | 30 => c.call::<Ipv6>(),
        _ => Ok(false),
    })?;
    if !known {
        c.data();
    }
    Ok(())
}
