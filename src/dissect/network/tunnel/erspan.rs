//! ERSPAN: mirrored frames, carried in GRE (draft-foschiano-erspan).

use super::gre;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::link::ethernet::Ethernet;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("erspan", "Encapsulated Remote Switch Packet ANalysis", Kind::Protocol);

fields! {
    VERSION = "erspan.version", "Version", U16 mask(0xf000) names(VERSIONS);
    VLAN = "erspan.vlan", "Vlan", U16 mask(0xfff);
    COS = "erspan.cos", "COS", U16 mask(0xe000);
    ENCAP = "erspan.encap", "Encap", U16 mask(0x1800) names(ENCAPS);
    BSO = "erspan.bso", "Bad/Short/Oversized", U16 mask(0x1800) names(CONDITIONS);
    TRUNCATED = "erspan.truncated", "Truncated", U16 mask(0x400) names(TRUNCATIONS);
    SPAN_ID = "erspan.spanid", "SpanID", U16 mask(0x3ff);
    RESERVED = "erspan.reserved", "Reserved", U32 mask(0xfff0_0000);
    INDEX = "erspan.index", "Index", U32 mask(0xfffff);
    TIMESTAMP = "erspan.timestamp", "Timestamp", U32 mask(0xffff_ffff);
    SGT = "erspan.sgt", "Security Group Tag", U16 mask(0xffff);
    HAS_FRAME = "erspan.p", "Has Ethernet PDU", U16 mask(0x8000);
    FRAME_TYPE = "erspan.ft", "Frame Type", U16 mask(0x7c00) names(FRAME_TYPES);
    HARDWARE = "erspan.hw", "Hardware ID", U16 mask(0x3f0);
    DIRECTION = "erspan.direction", "Direction", Bool bits(16) mask(0x8) flag("Egress", "Ingress");
    GRANULARITY = "erspan.gra", "Timestamp granularity", U16 mask(0x6) names(GRANULARITIES);
    OPTIONAL = "erspan.o", "Optional Sub headers", U16 mask(0x1);
    PLATFORM = "erspan.platid", "Platform ID", U32 mask(0xfc00_0000);
    PLATFORM_RESERVED = "erspan.pid.rsvd", "Reserved", U64 mask(0x3ff_ffff);
}

names! {
    VERSIONS { 1 = "Type II", 2 = "Type III" }
    ENCAPS { 0 = "Originally without VLAN tag", 1 = "Originally ISL encapsulated", 2 = "Originally 802.1Q encapsulated", 3 = "VLAN tag preserved in frame" }
    CONDITIONS {
        0 = "Good or unknown integrity", 1 = "Short frame", 2 = "Oversized frame", 3 = "CRC or alignment error",
    }
    TRUNCATIONS { 0 = "Not truncated", 1 = "Truncated" }
    FRAME_TYPES { 0 = "Ethernet", 2 = "IP" }
    GRANULARITIES { 0 = "100 microseconds", 1 = "100 nanoseconds", 2 = "IEEE 1588", 3 = "Custom granularity" }
}

/// ERSPAN.
pub struct Erspan;

impl Protocol for Erspan {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ERSPAN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ERSPAN");
        c.claim().str("ERSPAN:");
        // The first type has no header; that GRE's has no sequence number tells it from the others.
        if c.worker.state.shared.entry::<gre::Header>().bare_frame {
            c.layer_append(|l| _ = l.str(" Type I"));
            return frame(c);
        }
        let first = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        match VERSION.cut(first.into()) {
            1 => second(c),
            2 => third(c),
            _ => {
                c.u16(&VERSION)?;
                c.claim().str("ERSPAN: Unknown version");
                Ok(())
            }
        }
    }
}

/// The first two words, which both versions share; `condition` names the bits in which they differ.
fn session<S: Sink>(c: &mut Cursor<'_, S>, condition: &'static Field) -> Result<(), Stop> {
    let word = c.be::<2>(&VERSION)?;
    c.bits::<2>(&VLAN, word);
    let word = c.be::<2>(&COS)?;
    for field in [condition, &TRUNCATED, &SPAN_ID] {
        c.bits::<2>(field, word);
    }
    Ok(())
}

fn second<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.layer_append(|l| _ = l.str(" Type II"));
    session(c, &ENCAP)?;
    let word = c.be::<4>(&RESERVED)?;
    c.bits::<4>(&INDEX, word);
    c.layer_ends();
    frame(c)
}

fn third<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.layer_append(|l| _ = l.str(" Type III"));
    session(c, &BSO)?;
    c.u32(&TIMESTAMP)?;
    c.u16(&SGT)?;
    let word = c.be::<2>(&HAS_FRAME)?;
    for field in [&FRAME_TYPE, &HARDWARE, &DIRECTION, &GRANULARITY, &OPTIONAL] {
        c.bits::<2>(field, word);
    }
    if OPTIONAL.cut(word) == 1 {
        let platform = c.be::<4>(&PLATFORM)?;
        c.bits::<4>(&PLATFORM_RESERVED, platform);
        c.skip(4)?;
    }
    c.layer_ends();
    match FRAME_TYPE.cut(word) {
        0 => frame(c),
        2 => c.lend(|c| c.next(Key::Ip(4))).map(|_taken| ()),
        _ => {
            c.data();
            Ok(())
        }
    }
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.lend(crate::dissect::cursor::Cursor::call::<Ethernet>).map(|_taken| ())
}
