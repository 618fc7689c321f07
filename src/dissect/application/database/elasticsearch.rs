//! Elasticsearch's transport protocol, between nodes of a cluster.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("elasticsearch", "Elasticsearch", Kind::Protocol);

fields! {
    TOKEN = "elasticsearch.header.token", "Token", Str;
    LENGTH = "elasticsearch.header.message_length", "Message length", U32;
    REQUEST_ID = "elasticsearch.header.request_id", "Request ID", U64;
    FLAGS = "elasticsearch.header.status_flags", "Status flags", U8 hex;
    COMPRESSION = "elasticsearch.header.status_flags.compression", "Compression", Bool mask(0x04) set;
    ERROR = "elasticsearch.header.status_flags.error", "Error", Bool mask(0x02) set;
    TYPE = "elasticsearch.header.status_flags.message_type", "Message type", U8 mask(0x01) names(TYPES);
    VERSION = "elasticsearch.version", "Version", U32;
    HEADER_SIZE = "elasticsearch.header_size", "Header size", U32;
    FEATURE = "elasticsearch.feature", "Feature", Str;
    ACTION = "elasticsearch.action", "Action", Str;
    DATA = "elasticsearch.data", "Data", None;
}

names! {
    TYPES { 0 = "Request", 1 = "Response" }
}

/// Bytes up to the length, which does not count them; and all that every message has.
const PREFIX_LEN: usize = 6;
const LEAST_LEN: usize = 19;
/// A message with no more than its prefix: a ping.
const PING: u32 = u32::MAX;
/// The version from which on the header says its own size.
const SIZED_HEADERS: u32 = 7_060_099;

const COMPRESSED: u64 = 0x04;
const IS_ERROR: u64 = 0x02;
const IS_RESPONSE: u64 = 0x01;

/// Elasticsearch.
pub struct Elasticsearch;

impl Protocol for Elasticsearch {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Elasticsearch";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(9300)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek::<2>(0) != Some(*b"ES") {
            return Err(Stop::NotMine);
        }
        let len = |c: &Cursor<'_, S>| match c.peek_u32(2).unwrap_or_default() {
            PING => PREFIX_LEN,
            len => (len as usize).saturating_add(PREFIX_LEN),
        };
        messages(c, PREFIX_LEN, len, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("Elasticsearch");
    if c.row().fresh() || !c.row().claimed() {
        c.claim();
    }
    c.bytes(&TOKEN, 2)?;
    let len = c.u32(&LENGTH)?;
    if len == PING || c.reported() + PREFIX_LEN < LEAST_LEN {
        c.info().str("Ping ");
        return Ok(());
    }
    let id = c.u64(&REQUEST_ID)?;
    let flags = c.be::<1>(&FLAGS)?;
    c.below(|c| [&COMPRESSION, &ERROR, &TYPE].into_iter().for_each(|part| _ = c.bits::<1>(part, flags)));
    let version = c.u32(&VERSION)?;
    c.append(|l| {
        l.str(" (").dec(version).byte(b')');
    });
    if version >= SIZED_HEADERS {
        c.u32(&HEADER_SIZE)?;
    }
    if flags & IS_RESPONSE != 0 {
        c.info().str("Response: ");
        c.need(1)?;
        let words = if flags & IS_ERROR != 0 { "[ERROR], request_id=" } else { "[OK], request_id=" };
        c.info().str(words).dec(id).byte(b' ');
        return Ok(());
    }
    if flags & COMPRESSED != 0 && version < SIZED_HEADERS {
        c.info().str("Request: [COMPRESSED], request_id=").dec(id).byte(b' ');
        return Ok(());
    }
    headers(c)?;
    let (start, end) = action(c)?;
    let action = c.whole().get(start..end).unwrap_or_default();
    c.info().str("Request: action=").text(action).str(", ");
    c.need(1)?;
    c.info().str("request_id=").dec(id).byte(b' ');
    c.put(&DATA, c.pos(), c.end(), 0);
    Ok(())
}

/// A number of variable length, least significant bits first.
fn varint<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let byte = u8::from_be_bytes(c.array::<1>()?);
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Ok(value)
}

fn text<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(usize, usize), Stop> {
    let len = varint(c)? as usize;
    let start = c.pos();
    c.skip(len)?;
    Ok((start, c.pos()))
}

/// Headers of the request, a text for each name, and of the response, several.
fn headers<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    for _ in 0..varint(c)? {
        text(c)?;
        text(c)?;
    }
    for _ in 0..varint(c)? {
        text(c)?;
        for _ in 0..varint(c)? {
            text(c)?;
        }
    }
    Ok(())
}

/// The features that the sender has, and what it wants done.
fn action<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(usize, usize), Stop> {
    for _ in 0..varint(c)? {
        let (start, end) = text(c)?;
        c.put(&FEATURE, start, end, 0);
    }
    let (start, end) = text(c)?;
    c.put(&ACTION, start, end, 0);
    Ok((start, end))
}
