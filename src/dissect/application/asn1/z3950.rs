//! Z39.50 (ISO 23950): searches in libraries' catalogues, over TCP.

use super::ber::header;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("z3950", "Z39.50 Protocol", Kind::Protocol);

fields! {
    UNIT = "", "PDU", None;
}

names! {
    UNITS {
        20 = "initRequest", 21 = "initResponse", 22 = "searchRequest", 23 = "searchResponse", 24 = "presentRequest",
        25 = "presentResponse", 26 = "deleteResultSetRequest", 27 = "deleteResultSetResponse",
        28 = "accessControlRequest", 29 = "accessControlResponse", 30 = "resourceControlRequest",
        31 = "resourceControlResponse", 32 = "triggerResourceControlRequest", 33 = "resourceReportRequest",
        34 = "resourceReportResponse", 35 = "scanRequest", 36 = "scanResponse", 43 = "sortRequest",
        44 = "sortResponse", 45 = "segmentRequest", 46 = "extendedServicesRequest", 47 = "extendedServicesResponse",
        48 = "close",
    }
}

/// Bytes that are waited for before anything is said of a message.
const LEAST: usize = 10;

/// Elements within elements at most.
const MOST_NESTED: u8 = 16;

/// How long the element is that `bytes` begin with, if all of it is there: one of indefinite length ends behind an
/// element without a tag.
fn extent(bytes: &[u8], depth: u8) -> Option<usize> {
    let (_, prefix, len) = header(bytes)?;
    if let Some(len) = len {
        return prefix.checked_add(len).filter(|&end| end <= bytes.len());
    }
    if depth >= MOST_NESTED {
        return None;
    }
    let mut at = prefix;
    loop {
        let rest = bytes.get(at..)?;
        if rest.starts_with(&[0, 0]) {
            return Some(at + 2);
        }
        at += extent(rest, depth + 1)?;
    }
}

/// Z39.50.
pub struct Z3950;

impl Protocol for Z3950 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Z3950";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(210)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        while c.reported() > 0 {
            c.await_header(LEAST)?;
            let Some((tag, prefix, len)) = header(c.rest()) else { return Err(Stop::Malformed) };
            let whole = len.map(|len| len.saturating_add(prefix)).or_else(|| extent(c.rest(), 0));
            let Some(len) = whole else {
                return if c.can_desegment() { Err(c.more(c.pos(), Need::Segment)) } else { Err(Stop::Malformed) };
            };
            c.await_bytes(len)?;
            c.begin_message(len);
            let number = if tag & 0x1f == 0x1f { c.peek_u8(1).unwrap_or_default() } else { tag & 0x1f };
            // Messages are tagged in their context, and constructed.
            let Some(name) = name_of(UNITS, number.into()).filter(|_| tag & 0xe0 == 0xa0) else {
                return Err(Stop::Malformed);
            };
            c.protocol("Z39.50");
            if c.row().claimed() && !c.row().fresh() {
                c.info().str(", ").str(name);
            } else {
                c.claim().str(name);
            }
            c.message(len, |c| {
                c.put(&UNIT, c.pos(), c.end(), 0);
                c.label(|l| _ = l.str(name));
                c.skip(c.remaining())
            })?;
        }
        Ok(())
    }
}
