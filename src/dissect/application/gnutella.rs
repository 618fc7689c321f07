//! Gnutella: searches that pass from peer to peer, over TCP, and the files that come of them.

pub mod mojito;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("gnutella", "Gnutella Protocol", Kind::Protocol);

fields! {
    STREAM = "gnutella.stream", "Gnutella Upload / Download Stream", None;
    HEADER = "gnutella.header", "Descriptor Header", None;
    ID = "gnutella.header.id", "ID", Bytes;
    PAYLOAD = "gnutella.header.payload", "Payload", U8 names(KINDS);
    TTL = "gnutella.header.ttl", "TTL", U8;
    HOPS = "gnutella.header.hops", "Hops", U8;
    SIZE = "gnutella.header.size", "Length", U32;
    PONG = "gnutella.pong.payload", "Pong", None;
    PUSH = "gnutella.push.payload", "Push", None;
    QUERY = "gnutella.query.payload", "Query", None;
    QUERY_HIT = "gnutella.queryhit.payload", "QueryHit", None;
}

names! {
    KINDS {
        0x00 = "Ping", 0x01 = "Pong", 0x40 = "Push", 0x80 = "Query", 0x81 = "QueryHit",
    }
}

/// Bytes of a descriptor's header, and where in it the payload's length stands.
const HEADER_LEN: usize = 23;
const SIZE_AT: usize = 19;
/// A payload said to be longer than this is none: the bytes are a file's.
const MOST: u32 = 4096;

/// Gnutella.
pub struct Gnutella;

impl Protocol for Gnutella {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "GNUTELLA";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(6346)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut first = true;
        c.claim();
        while c.reported() > 0 {
            c.await_header(HEADER_LEN)?;
            let size = c.peek::<4>(SIZE_AT).map(u32::from_le_bytes).unwrap_or_default();
            if size > MOST {
                c.protocol("Gnutella");
                return c.bytes(&STREAM, c.remaining()).map(|_| ());
            }
            let len = HEADER_LEN + size as usize;
            c.await_bytes(len)?;
            c.begin_message(len);
            c.protocol("Gnutella");
            if !std::mem::take(&mut first) {
                c.info().str(", ");
            }
            c.message(len, descriptor)?;
        }
        Ok(())
    }
}

fn descriptor<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.peek_u8(16).ok_or_else(|| c.short(HEADER_LEN))?;
    c.info().str(name_of(KINDS, kind.into()).unwrap_or("Unknown"));
    c.group(&HEADER, |c| {
        c.bytes(&ID, 16)?;
        for field in [&PAYLOAD, &TTL, &HOPS] {
            c.u8(field)?;
        }
        c.u32_le(&SIZE).map(|_| ())
    })?;
    let field = match kind {
        0x01 => &PONG,
        0x40 => &PUSH,
        0x80 => &QUERY,
        0x81 => &QUERY_HIT,
        _ => return c.skip(c.remaining()),
    };
    c.bytes(field, c.remaining()).map(|_| ())
}
