//! Inter-Switch Link: a frame in a frame, with the VLAN between.

use super::super::ethernet::Ethernet;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("isl", "ISL", Kind::Protocol);

fields! {
    DST = "isl.dst", "Destination", Ether;
    TYPE = "isl.type", "Type", U8 mask(0xf0) names(TYPES);
    USER = "isl.user", "User", U8 hex mask(0x0f);
    SRC = "isl.src", "Source", Ether;
    LEN = "isl.len", "Length", U16;
    DSAP = "isl.dsap", "DSAP", U8 hex;
    SSAP = "isl.ssap", "SSAP", U8 hex;
    CONTROL = "isl.control", "Control", U8 hex;
    HSA = "isl.hsa", "HSA", U24 hex;
    VLAN = "isl.vlan_id", "VLAN ID", U16 mask(0xfffe);
    BPDU = "isl.bpdu", "BPDU/CDP/VTP", Bool bits(16) mask(0x0001) flag("Yes", "No");
    INDEX = "isl.index", "Index", U16;
    RESERVED = "isl.reserved", "Reserved", U16 hex;
    TRAILER = "isl.trailer", "Trailer", Bytes;
}

names! {
    TYPES { 0 = "Ethernet", 1 = "Token-Ring", 2 = "FDDI", 3 = "ATM" }
}

/// The first bytes of the two addresses that such frames go to; the last byte holds type and priority.
const DESTINATIONS: [[u8; 5]; 2] = [[0x01, 0x00, 0x0c, 0x00, 0x00], [0x0c, 0x00, 0x0c, 0x00, 0x00]];
/// Bytes behind the length field that are still header.
const COUNTED_HEADER_LEN: usize = 12;
/// Bytes of check sequence behind the inner frame: its own.
const FCS_LEN: usize = 4;

/// Whether the Ethernet frame that starts here is none, but this.
pub fn begins<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.peek::<5>(0).is_some_and(|dst| DESTINATIONS.contains(&dst))
        && c.peek::<3>(14).is_none_or(|llc| llc == [0xaa, 0xaa, 3])
}

/// Inter-Switch Link.
pub struct Isl;

impl Protocol for Isl {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ISL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ISL");
        c.claim();
        let start = c.pos();
        let dst = c.fixed::<6>(&DST)?;
        let [.., last] = dst;
        c.below(|c| {
            c.put(&TYPE, start.saturating_add(5), start.saturating_add(6), last.into());
            c.put(&USER, start.saturating_add(5), start.saturating_add(6), last.into());
        });
        let src = c.fixed::<6>(&SRC)?;
        (c.row().dst, c.row().src) = (Address::Mac(dst), Address::Mac(src));
        let len = usize::from(c.u16(&LEN)?);
        let counted_end = c.pos().saturating_add(len);
        c.u8(&DSAP)?;
        c.u8(&SSAP)?;
        c.u8(&CONTROL)?;
        c.u24(&HSA)?;
        let vlan = c.be::<2>(&VLAN)?;
        c.claim().str("VLAN ID: ").dec(VLAN.cut(vlan));
        c.bits::<2>(&BPDU, vlan);
        if len > c.limit().saturating_sub(start.saturating_add(14)) && c.reported() < 4 {
            return Err(Stop::Overrun);
        }
        c.u16(&INDEX)?;
        c.u16(&RESERVED)?;
        c.layer_ends();
        if last >> 4 != 0 || len < COUNTED_HEADER_LEN {
            c.data();
            return Ok(());
        }
        let overrun = counted_end > c.limit();
        c.trim(counted_end.saturating_sub(c.pos()).min(c.reported()).saturating_sub(FCS_LEN));
        let outcome = c.give_way(Cursor::call::<Ethernet>);
        if overrun { Err(Stop::Overrun) } else { outcome.map(|_taken| ()) }
    }
}
