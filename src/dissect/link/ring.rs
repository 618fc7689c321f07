//! The rings: FDDI (ISO 9314) and Token Ring (IEEE 802.5).

use super::llc::Llc;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static FDDI_LAYER: Field = Field::new("fddi", "Fiber Distributed Data Interface", Kind::Protocol);
static TOKEN_LAYER: Field = Field::new("tr", "Token-Ring", Kind::Protocol);

fields! {
    FRAME_CONTROL = "fddi.fc", "Frame Control", U8 hex;
    CLASS = "fddi.fc.clf", "Class/Length/Format", U8 hex mask(0xf0);
    PRIORITY = "fddi.fc.prio", "Priority", U8 mask(0x07);
    DESTINATION = "fddi.dst", "Destination", Ether;
    SOURCE = "fddi.src", "Source", Ether;
    TOKEN_ACCESS = "tr.ac", "Access Control", U8 hex;
    TOKEN_CONTROL = "tr.fc", "Frame Control", U8 hex;
    TOKEN_TYPE = "tr.frame_type", "Frame Type", U8 mask(0xc0) names(FRAME_TYPES);
    TOKEN_DESTINATION = "tr.dst", "Destination", Ether;
    TOKEN_SOURCE = "tr.src", "Source", Ether;
    ROUTED = "tr.sr", "Source Routed", Bool flag("True", "False");
    ROUTE = "tr.rif", "Ring-Bridge Pairs", Bytes;
}

names! {
    FRAME_TYPES { 0 = "MAC", 1 = "LLC", 2 = "Reserved" }
}

/// FDDI.
pub struct Fddi;

impl Protocol for Fddi {
    const LAYER: &'static Field = &FDDI_LAYER;
    const NAME: &'static str = "FDDI";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(10)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("FDDI");
        c.claim();
        let control = c.be::<1>(&FRAME_CONTROL)?;
        c.below(|c| {
            c.bits::<1>(&CLASS, control);
            c.bits::<1>(&PRIORITY, control);
        });
        let dst = c.fixed::<6>(&DESTINATION)?;
        let src = c.fixed::<6>(&SOURCE)?;
        (c.row().src, c.row().dst) = (Address::Mac(src), Address::Mac(dst));
        c.layer_ends();
        if matches!(control >> 4, 5 | 0xd) {
            return c.give_way(super::super::cursor::Cursor::call::<Llc>).map(|_taken| ());
        }
        c.data();
        Ok(())
    }
}

/// Token Ring.
pub struct TokenRing;

impl Protocol for TokenRing {
    const LAYER: &'static Field = &TOKEN_LAYER;
    const NAME: &'static str = "Token-Ring";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(6)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("TR");
        c.claim();
        c.u8(&TOKEN_ACCESS)?;
        let control = c.be::<1>(&TOKEN_CONTROL)?;
        c.below(|c| _ = c.bits::<1>(&TOKEN_TYPE, control));
        let dst = c.fixed::<6>(&TOKEN_DESTINATION)?;
        let [first, rest @ ..] = c.fixed::<6>(&TOKEN_SOURCE)?;
        let routed = first & 0x80 != 0;
        let mut src = [first & 0x7f, 0, 0, 0, 0, 0];
        src.iter_mut().skip(1).zip(rest).for_each(|(place, byte)| *place = byte);
        (c.row().src, c.row().dst) = (Address::Mac(src), Address::Mac(dst));
        c.generated(&ROUTED, routed.into());
        if routed {
            // The length is in the first byte's lower five bits, and counts itself.
            let len = usize::from(c.peek_u8(0).unwrap_or_default() & 0x1f).max(2);
            c.bytes(&ROUTE, len)?;
        }
        c.layer_ends();
        if control >> 6 == 1 {
            return c.give_way(super::super::cursor::Cursor::call::<Llc>).map(|_taken| ());
        }
        c.data();
        Ok(())
    }
}
