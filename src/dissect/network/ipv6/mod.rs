//! IPv6 (RFC 8200).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ipv6", "Internet Protocol Version 6", Kind::Protocol);

fields! {
    VERSION = "ipv6.version", "Version", U8 mask(0xf0);
    LEN = "ipv6.plen", "Payload Length", U16;
    NEXT = "ipv6.nxt", "Next Header", U8;
    HOP_LIMIT = "ipv6.hlim", "Hop Limit", U8;
    SRC = "ipv6.src", "Source Address", Ipv6;
    DST = "ipv6.dst", "Destination Address", Ipv6;
}

/// IPv6.
pub struct Ipv6;

impl Protocol for Ipv6 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv6";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x86dd), Key::Link(229), Key::Ip(41)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPv6");
        c.u8(&VERSION)?;
        c.skip(3)?;
        let len = c.u16(&LEN)?;
        let next = c.u8(&NEXT)?;
        c.u8(&HOP_LIMIT)?;
        let src = c.fixed::<16>(&SRC)?;
        let dst = c.fixed::<16>(&DST)?;
        (c.row().src, c.row().dst) = (Address::Ipv6(src), Address::Ipv6(dst));
        c.trim(len.into());
        c.layer_ends();
        c.next(Key::Ip(next)).map(|_known| ())
    }
}
