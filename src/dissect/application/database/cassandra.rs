//! Apache Cassandra's CQL binary protocol.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("cql", "Cassandra CQL Protocol", Kind::Protocol);

fields! {
    VERSION = "cql.version", "Version", U8 hex;
    NUMBER = "cql.protocol_version", "Protocol version", U8 mask(0x0f);
    DIRECTION = "cql.direction", "Direction", U8 hex mask(0xf0) names(DIRECTIONS);
    FLAGS = "cql.flags", "Flags", U8 hex;
    STREAM = "cql.stream", "Stream Identifier", I16;
    STREAM_8 = "cql.stream", "Stream Identifier", I8;
    OPCODE = "cql.opcode", "Opcode", U8 mask(0x7f) names(OPCODES);
    LENGTH = "cql.length", "Message Length", U32;
}

names! {
    DIRECTIONS { 0 = "Request", 8 = "Response" }
    OPCODES {
        0 = "ERROR", 1 = "STARTUP", 2 = "READY", 3 = "AUTHENTICATE", 5 = "OPTIONS", 6 = "SUPPORTED", 7 = "QUERY",
        8 = "RESULT", 9 = "PREPARE", 10 = "EXECUTE", 11 = "REGISTER", 12 = "EVENT", 13 = "BATCH",
        14 = "AUTH_CHALLENGE", 15 = "AUTH_RESPONSE", 16 = "AUTH_SUCCESS",
    }
}

/// From version 3 on a stream identifier has two bytes.
const WIDE_STREAMS: u8 = 3;
const HEADER_LEN: usize = 9;

/// CQL, versions 1 to 5.
pub struct Cassandra;

impl Protocol for Cassandra {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CQL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(9042)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let len = |c: &Cursor<'_, S>| {
            let wide = usize::from(c.peek_u8(0).is_some_and(|version| version & 0x7f >= WIDE_STREAMS));
            (c.peek_u32(4 + wide).unwrap_or_default() as usize).saturating_add(8 + wide).max(HEADER_LEN)
        };
        messages(c, HEADER_LEN, len, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("CQL");
    let version = c.be::<1>(&VERSION)?;
    c.below(|c| [&NUMBER, &DIRECTION].into_iter().for_each(|part| _ = c.bits::<1>(part, version)));
    c.u8(&FLAGS)?;
    if version & 0x7f >= u64::from(WIDE_STREAMS) {
        c.u16(&STREAM)?;
    } else {
        c.u8(&STREAM_8)?;
    }
    let opcode = c.u8(&OPCODE)?;
    c.u32(&LENGTH)?;
    let first = c.row().fresh() || !c.row().claimed();
    let line = if first { c.claim() } else { c.info().str(", ") };
    line.byte(b'v').dec(version & 0x7f).str(if version & 0x80 == 0 { " C->S" } else { " S->C" }).str(" Type ");
    line.str(name_of(OPCODES, u64::from(opcode & 0x7f)).unwrap_or("Unknown"));
    Ok(())
}
