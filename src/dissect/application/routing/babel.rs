//! Babel (RFC 8966).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("babel", "Babel Routing Protocol", Kind::Protocol);

fields! {
    MAGIC = "babel.magic", "Magic", U8;
    VERSION = "babel.version", "Version", U8;
    BODY_LENGTH = "babel.bodylen", "Body Length", U16;
    MESSAGE = "babel.message", "Message", None;
    TYPE = "babel.message.type", "Message Type", U8 names(TYPES);
    LENGTH = "babel.message.length", "Message Length", U8;
}

names! {
    /// What the text calls them.
    TYPES {
        0 = "pad1", 1 = "padn", 2 = "ack-req", 3 = "ack", 4 = "hello", 5 = "ihu", 6 = "router-id", 7 = "nh",
        8 = "update", 9 = "request", 10 = "mh-request", 11 = "ts/pc (obsolete)", 12 = "hmac",
        13 = "source-specific-update", 14 = "source-specific-req", 15 = "source-specific-seqno", 16 = "hmac",
        17 = "pc", 18 = "challenge-request", 19 = "challenge-reply",
    }
}

const MAGIC_NUMBER: u8 = 42;
const PAD1: u8 = 0;
const IHU: u8 = 5;
/// Bytes of a packet's header.
const HEADER_LEN: usize = 4;

/// Babel.
pub struct Babel;

impl Protocol for Babel {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Babel";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(6696)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() < HEADER_LEN || c.peek_u8(0) != Some(MAGIC_NUMBER) {
            return Err(Stop::NotMine);
        }
        c.need(HEADER_LEN)?;
        c.protocol("Babel");
        c.claim();
        c.u8(&MAGIC)?;
        let version = c.u8(&VERSION)?;
        if version != 2 {
            c.info().str("Version ").dec(version);
            return Ok(());
        }
        let len = c.u16(&BODY_LENGTH)?.into();
        c.info().str("Babel");
        c.within(len, messages)?;
        if c.reported() > 0 { messages(c) } else { Ok(()) }
    }
}

fn messages<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.group(&MESSAGE, message)?;
    }
    Ok(())
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u8(&TYPE)?;
    if kind != PAD1 {
        c.need(1)?;
    }
    c.info().byte(b' ').str(name_of(TYPES, kind.into()).unwrap_or("unknown"));
    if kind == PAD1 {
        return Ok(());
    }
    let len = usize::from(c.u8(&LENGTH)?);
    // Every kind has at least so many bytes.
    let least = match kind {
        2 | 4 | 5 => 6,
        3 => 2,
        6 | 8 => 10,
        _ => 0,
    };
    if len < least {
        return Err(c.short(c.remaining() + 1));
    }
    if least > 0 && kind != IHU {
        return c.skip(len);
    }
    // Of the others not even the length is held against the packet's.
    c.seek(c.pos().saturating_add(len).min(c.limit()));
    Ok(())
}
