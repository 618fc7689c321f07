//! AVSP: what Arista's switches put in front of a frame's payload, such as when it passed.

use super::ether_types::ETHER_TYPES;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Group, Kind, Severity};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("avsp", "Arista Vendor Specific Protocol", Kind::Protocol);
static UNKNOWN_VERSION: Field =
    Field::expert("avsp.ts.unknown_version", "Unknown timestamp version", Severity::Warning, Group::Sequence);

fields! {
    SUBTYPE = "avsp.sub_type", "Sub Type", U16 names(SUBTYPES);
    VERSION = "avsp.ver", "Version", U16 hex names(VERSIONS);
    LONG = "avsp.64ts", "Timestamp (TAI)", None;
    LONG_SECONDS = "avsp.64sec", "Seconds", U32;
    LONG_NANOSECONDS = "avsp.64ns", "Nanoseconds", U32;
    SHORT = "avsp.48ts", "Timestamp (TAI)", None;
    SHORT_SECONDS = "avsp.48sec", "Seconds", U16;
    SHORT_NANOSECONDS = "avsp.48ns", "Nanoseconds", U32;
    TYPE = "avsp.etype", "Type", U16 hex names(ETHER_TYPES);
}

names! {
    SUBTYPES { 1 = "timestamp" }
    VERSIONS { 0x10 = "Version 1", 0x20 = "Version 2", 0x110 = "Version 11", 0x120 = "Version 12" }
}

const TIMESTAMP: u16 = 1;

/// AVSP.
pub struct Avsp;

impl Protocol for Avsp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "avsp";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = &[&UNKNOWN_VERSION];
    const KEYS: &'static [Key] = &[Key::Ether(0xd28b)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("AVSP");
        c.claim();
        if c.u16(&SUBTYPE)? == TIMESTAMP && !timestamp(c)? {
            return Ok(());
        }
        let kind = c.u16(&TYPE)?;
        c.layer_ends();
        c.row().protocol_text().str("0x").hex(kind, 4);
        if !c.lend(|c| c.next(Key::Ether(kind)))? {
            c.data();
        }
        Ok(())
    }
}

/// Reads when the frame passed; says whether its form is known.
fn timestamp<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let version = c.u16(&VERSION)?;
    let scale = if version >> 8 == 0 { "TAI" } else { "UTC" };
    let name = |l: &mut Line| _ = l.str("Timestamp (").str(scale).byte(b')');
    let whole = match version {
        0x10 | 0x110 => true,
        0x20 | 0x120 => false,
        _ => {
            c.expert(&UNKNOWN_VERSION);
            c.label(|l| _ = l.str("Unknown timestamp version: 0x").hex(version, 1));
            return Ok(false);
        }
    };
    c.info().str(if whole { "64bit " } else { "48bit " }).str(scale).str(" timestamp");
    c.group(if whole { &LONG } else { &SHORT }, |c| {
        c.label(name);
        if whole {
            c.u32(&LONG_SECONDS)?;
            c.u32(&LONG_NANOSECONDS)
        } else {
            c.u16(&SHORT_SECONDS)?;
            c.u32(&SHORT_NANOSECONDS)
        }
    })?;
    Ok(true)
}
