//! The service location protocol, versions 1 (RFC 2165) and 2 (RFC 2608).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("srvloc", "Service Location Protocol", Kind::Protocol);

fields! {
    VERSION = "srvloc.version", "Version", U8;
    FUNCTION = "srvloc.function", "Function", U8 names(FUNCTIONS);
    LENGTH1 = "srvloc.pktlen", "Packet Length", U16;
    LENGTH2 = "srvloc.pktlenv2", "Packet Length", U24;
    FLAGS1 = "srvloc.flags_v1", "Flags", U8 hex;
    FLAGS2 = "srvloc.flags_v2", "Flags", U16 hex;
    NEXT = "srvloc.nextextoff", "Next Extension Offset", U24;
    XID = "srvloc.xid", "XID", U16;
    LANGUAGE_LENGTH = "srvloc.langtaglen", "Lang Tag Len", U16;
    LANGUAGE = "srvloc.langtag", "Lang Tag", Str;
    DIALECT = "srvloc.dialect", "Dialect", U8;
    LANGUAGE1 = "srvloc.lang", "Language", Str;
    ENCODING = "srvloc.encoding", "Encoding", U16;
    TRANSACTION = "srvloc.transaction_id", "Transaction ID", U16;
    TEXT_LENGTH = "srvloc.list.length", "List Length", U16;
    TEXT = "srvloc.list", "List", Str;
    ERROR = "srvloc.err", "Error Code", U16;
}

names! {
    FUNCTIONS {
        1 = "Service Request", 2 = "Service Reply", 3 = "Service Registration", 4 = "Service Deregister",
        5 = "Service Acknowledge", 6 = "Attribute Request", 7 = "Attribute Reply", 8 = "DA Advertisement",
        9 = "Service Type Request", 10 = "Service Type Reply", 11 = "SA Advertisement",
    }
}

/// Bytes before which the packet's length does not stand yet.
const LEAST: usize = 5;

/// SLP.
pub struct Srvloc;

impl Protocol for Srvloc {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SRVLOC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(427), Key::Tcp(427)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !c.in_stream() {
            return packet(c);
        }
        while c.reported() > 0 {
            c.await_header(LEAST)?;
            let len = length(c).ok_or_else(|| c.short(LEAST))?;
            if len < LEAST {
                return Err(Stop::Malformed);
            }
            c.await_bytes(len)?;
            c.message(len, packet)?;
        }
        Ok(())
    }
}

/// Bytes of the packet that begins here.
fn length<S: Sink>(c: &Cursor<'_, S>) -> Option<usize> {
    if c.peek_u8(0)? == 2 {
        let [a, b, d] = c.peek::<3>(2)?;
        return Some(u32::from_be_bytes([0, a, b, d]) as usize);
    }
    c.peek_u16(2).map(usize::from)
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("SRVLOC");
    c.claim();
    let (version, function) = (c.u8(&VERSION)?, c.u8(&FUNCTION)?);
    match FUNCTION.name(function.into()) {
        Some(name) => _ = c.info().str(name),
        None => _ = c.info().str("Unknown Function (").dec(function).byte(b')'),
    }
    if version < 2 {
        c.read_all(&[(&LENGTH1, 2), (&FLAGS1, 1), (&DIALECT, 1), (&LANGUAGE1, 2), (&ENCODING, 2)])?;
        let number = c.u16(&TRANSACTION)?;
        c.info().str(", V1 Transaction ID - ").dec(number);
        return Ok(());
    }
    c.read_all(&[(&LENGTH2, 3), (&FLAGS2, 2), (&NEXT, 3)])?;
    let number = c.u16(&XID)?;
    if version > 2 {
        return Err(Stop::Malformed);
    }
    c.info().str(", V2 XID - ").dec(number);
    text(c, &LANGUAGE_LENGTH, &LANGUAGE)?;
    body(c, function)
}

fn text<S: Sink>(c: &mut Cursor<'_, S>, length: &'static Field, field: &'static Field) -> Result<(), Stop> {
    let len = c.u16(length)?;
    c.bytes(field, len.into()).map(|_| ())
}

fn texts<S: Sink>(c: &mut Cursor<'_, S>, count: usize) -> Result<(), Stop> {
    for _ in 0..count {
        text(c, &TEXT_LENGTH, &TEXT)?;
    }
    Ok(())
}

/// A service's address: how long it holds, and by whom it is vouched for.
fn entry<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.skip(3)?;
    texts(c, 1)?;
    vouchers(c)
}

/// Authentication blocks behind their count.
fn vouchers<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let [count] = c.array()?;
    for _ in 0..count {
        let len = c.peek_u16(2).ok_or_else(|| c.short(4))?;
        c.skip(usize::from(len).max(4))?;
    }
    Ok(())
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, function: u8) -> Result<(), Stop> {
    match function {
        1 => texts(c, 5),
        2 => {
            c.u16(&ERROR)?;
            let count = c.array().map(u16::from_be_bytes)?;
            (0..count).try_for_each(|_| entry(c))
        }
        3 => {
            entry(c)?;
            texts(c, 3)?;
            vouchers(c)
        }
        4 => {
            texts(c, 1)?;
            entry(c)?;
            texts(c, 1)
        }
        5 => c.u16(&ERROR).map(|_| ()),
        6 => texts(c, 5),
        7 => {
            c.u16(&ERROR)?;
            texts(c, 1)?;
            vouchers(c)
        }
        8 => {
            c.u16(&ERROR)?;
            c.skip(4)?;
            texts(c, 4)?;
            vouchers(c)
        }
        9 => {
            texts(c, 1)?;
            // All naming authorities are asked for by a length that is none.
            match c.peek_u16(0) {
                Some(u16::MAX) => c.skip(2)?,
                _ => texts(c, 1)?,
            }
            texts(c, 1)
        }
        10 => {
            c.u16(&ERROR)?;
            texts(c, 1)
        }
        11 => {
            texts(c, 3)?;
            vouchers(c)
        }
        _ => Ok(()),
    }
}
