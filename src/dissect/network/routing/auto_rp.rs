//! Auto-RP: Cisco's routers tell each other where multicast groups meet.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("auto_rp", "Cisco Auto-RP", Kind::Protocol);

fields! {
    VERSION_AND_TYPE = "", "Version", None;
    VERSION = "auto_rp.version", "Protocol version", U8 mask(0xf0) names(VERSIONS);
    TYPE = "auto_rp.type", "Packet type", U8 mask(0x0f) names(TYPES);
    COUNT = "auto_rp.rp_count", "RP count", U8;
    HOLD = "auto_rp.holdtime", "Holdtime", U16 unit(" second", " seconds");
    RESERVED = "auto_rp.reserved", "Reserved", U32 hex;
    POINT = "", "RP", None;
    ADDRESS = "auto_rp.rp_addr", "RP address", Ipv4;
    PIM = "auto_rp.pim_ver", "Version", U8 mask(0x03) names(PIM_VERSIONS);
    GROUPS = "auto_rp.group_num", "Number of groups this RP maps to", U8;
    GROUP = "", "Group", None;
    SIGN = "auto_rp.prefix_sign", "Sign", U8 mask(0x01) names(SIGNS);
    MASK = "auto_rp.mask_len", "Mask length", U8;
    PREFIX = "auto_rp.group_prefix", "Prefix", Ipv4;
    JUNK = "auto_rp.trailing_junk", "Trailing junk", Bytes;
}

names! {
    VERSIONS { 1 = "1 or 1+" }
    TYPES { 1 = "RP announcement", 2 = "RP mapping" }
    PIM_VERSIONS { 0 = "Version unknown", 1 = "Version 1", 2 = "Version 2", 3 = "Dual version 1 and 2" }
    SIGNS { 0 = "Positive group prefix", 1 = "Negative group prefix" }
}

/// Auto-RP.
pub struct AutoRp;

impl Protocol for AutoRp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Auto-RP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(496)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Auto-RP");
        c.claim();
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        let version = name_of(VERSIONS, (first >> 4).into()).unwrap_or("Unknown");
        let kind = name_of(TYPES, (first & 0xf).into()).unwrap_or("Unknown");
        c.group(&VERSION_AND_TYPE, |c| {
            c.label(|l| _ = l.str("Version: ").str(version).str(", Packet type: ").str(kind));
            c.u8(&VERSION)?;
            c.bits::<1>(&TYPE, first.into());
            Ok(())
        })?;
        let count = c.u8(&COUNT)?;
        c.u16(&HOLD)?;
        c.u32(&RESERVED)?;
        let info = c.info().str(kind).str(" (v").str(version).str(") for ");
        counted(info, count, " RP");
        // What breaks off from here on is remarked upon in the tree alone.
        if let Err(stop) = points(c, count) {
            c.remark_in_tree(stop, Self::NAME);
        }
        Ok(())
    }
}

fn counted(line: &mut Line, count: u8, word: &str) {
    line.dec(count).str(word).str(if count == 1 { "" } else { "s" });
}

fn points<S: Sink>(c: &mut Cursor<'_, S>, count: u8) -> Result<(), Stop> {
    for _ in 0..count {
        point(c)?;
    }
    if c.remaining() > 0 { c.bytes(&JUNK, c.remaining()).map(|_| ()) } else { Ok(()) }
}

/// A rendezvous point and the groups that meet there.
fn point<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (address, groups) = (c.peek::<4>(0).ok_or_else(|| c.short(4))?, c.peek_u8(5).unwrap_or_default());
    c.group(&POINT, |c| {
        c.label(|l| counted(l.str("RP ").ipv4(&address).str(": "), groups, " group"));
        c.fixed::<4>(&ADDRESS)?;
        c.u8(&PIM)?;
        for _ in 0..c.u8(&GROUPS)? {
            let (sign, mask) = (c.peek_u8(0).ok_or_else(|| c.short(1))?, c.peek_u8(1).unwrap_or_default());
            let prefix = c.peek::<4>(2).ok_or_else(|| c.short(6))?;
            c.group(&GROUP, |c| {
                let name = name_of(SIGNS, (sign & 1).into()).unwrap_or_default();
                c.label(|l| _ = l.str("Group ").ipv4(&prefix).byte(b'/').dec(mask).str(" (").str(name).byte(b')'));
                c.u8(&SIGN)?;
                c.u8(&MASK)?;
                c.fixed::<4>(&PREFIX).map(|_| ())
            })?;
        }
        Ok(())
    })
}
