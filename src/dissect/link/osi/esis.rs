//! End system to intermediate system routing (ISO 9542).

use super::isis::checksum_holds;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("esis", "ISO 9542 ESIS Routeing Information Exchange Protocol", Kind::Protocol);

fields! {
    PROTOCOL = "esis.nlpi", "Network Layer Protocol Identifier", U8 hex;
    LENGTH = "esis.length", "PDU Length", U8;
    VERSION = "esis.ver", "Version (==1)", U8;
    RESERVED = "esis.res", "Reserved(==0)", U8;
    TYPE = "esis.type", "PDU Type", U8 mask(0x1f) names(TYPES);
    HOLDING = "esis.htime", "Holding Time", U16 unit(" second", " seconds");
    CHECKSUM = "esis.chksum", "Checksum", U16 hex;
    ADDRESSES = "esis.number_of_source_addresses", "Number of Source Addresses (SA, Format: NSAP)", U8;
    ADDRESS_LEN = "esis.sal", "Source Address Length", U8;
    ADDRESS = "esis.sa", "Source Address", Bytes;
}

experts! {
    BAD_CHECKSUM = "esis.bad_checksum", "Bad checksum", Error, Checksum;
}

names! {
    TYPES { 2 = "ES HELLO", 4 = "IS HELLO", 6 = "RD REQUEST" }
}

const ES_HELLO: u8 = 2;
const IS_HELLO: u8 = 4;
const REDIRECT: u8 = 6;

/// ES-IS.
pub struct Esis;

impl Protocol for Esis {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ESIS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ESIS");
        c.claim();
        let start = c.pos();
        c.need(9)?;
        c.u8(&PROTOCOL)?;
        let len = usize::from(c.u8(&LENGTH)?);
        c.u8(&VERSION)?;
        c.u8(&RESERVED)?;
        let kind = c.u8(&TYPE)? & 0x1f;
        match name_of(TYPES, kind.into()) {
            Some(name) => c.claim().str(name),
            None => c.claim().str("Unknown (0x").hex(kind, 1).byte(b')'),
        };
        c.u16(&HOLDING)?;
        let checksum = c.u16(&CHECKSUM)?;
        let covered = c.whole().get(start..start.saturating_add(len));
        if checksum != 0 && covered.is_some_and(|bytes| !checksum_holds(bytes)) {
            c.append(|l| _ = l.str(" [incorrect]"));
            c.below(|c| c.expert(&BAD_CHECKSUM));
        }
        match kind {
            ES_HELLO => {
                let count = c.u8(&ADDRESSES)?;
                (0..count).try_for_each(|_| address(c))?;
            }
            IS_HELLO => address(c)?,
            REDIRECT => (0..3).try_for_each(|_| address(c))?,
            _ => return Ok(()),
        }
        let end = start.saturating_add(len);
        if end < c.pos() { Err(Stop::Malformed) } else { Ok(()) }
    }
}

/// An address behind its length.
fn address<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = usize::from(c.u8(&ADDRESS_LEN)?);
    c.bytes(&ADDRESS, len).map(|_| ())
}
