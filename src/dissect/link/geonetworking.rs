//! GeoNetworking (ETSI EN 302 636-4-1): vehicles that address each other by place.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("gnw", "GeoNetworking", Kind::Protocol);

fields! {
    BASIC = "geonw.bh", "Basic Header", None;
    VERSION = "geonw.bh.version", "Version", U8 mask(0xf0);
    NEXT = "geonw.bh.nh", "Next Header", U8 mask(0x0f) names(NEXT_HEADERS);
    RESERVED = "geonw.bh.reserved", "Reserved", U8 hex;
    LIFETIME = "geonw.bh.lt", "Life Time", U8;
    HOPS = "geonw.bh.rhl", "Remaining Hop Limit", U8;
}

names! {
    NEXT_HEADERS {
        0 = "ANY", 1 = "Common Header", 2 = "Secured Packet",
    }
}

/// GeoNetworking.
pub struct GeoNetworking;

impl Protocol for GeoNetworking {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "GEONW";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8947)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("GEONW");
        c.claim();
        let next = c.peek_u8(0).ok_or_else(|| c.short(1))? & 0x0f;
        c.group(&BASIC, |c| {
            c.u8(&VERSION)?;
            c.put(&NEXT, c.pos() - 1, c.pos(), next.into());
            c.read_all(&[(&RESERVED, 1), (&LIFETIME, 1), (&HOPS, 1)])
        })?;
        Ok(())
    }
}
