//! NIS, formerly Yellow Pages.

use super::{calls, xdr};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ypserv", "Yellow Pages Service", Kind::Protocol);

fields! {
    DOMAIN = "ypserv.domain", "Domain", Str;
    MAP = "ypserv.map", "Map Name", Str;
    KEY = "ypserv.key", "Key", Str;
    VALUE = "ypserv.value", "Value", Str;
    ORDER = "ypserv.ordernum", "Order Number", U32;
    STATUS = "ypserv.status", "Status", I32 names(STATUSES);
}

names! {
    STATUSES {
        0 = "YP_FALSE", 1 = "YP_TRUE", 2 = "YP_NOMORE", 0xffff_fff8 = "YP_VERS", 0xffff_fff9 = "YP_BADARGS",
        0xffff_fffa = "YP_YPERR", 0xffff_fffb = "YP_BADDB", 0xffff_fffc = "YP_BADOP", 0xffff_fffd = "YP_NOKEY",
        0xffff_fffe = "YP_NODOM", 0xffff_ffff = "YP_NOMAP",
    }
}

const MATCH: u32 = 3;
const NEXT: u32 = 5;
const ORDERED: u32 = 10;

/// The service that answers questions.
pub struct Ypserv;

impl Protocol for Ypserv {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "YPSERV";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Rpc(100_004)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (call, reply) = calls::with(c, |calls| (calls.at_hand, calls.reply));
        match (call.version, call.procedure, reply) {
            (2, MATCH, false) => question(c, &[&DOMAIN, &MAP, &KEY]),
            (2, ORDERED, false) => question(c, &[&DOMAIN, &MAP]),
            (2, MATCH | NEXT | ORDERED, true) => answer(c, call.procedure),
            _ => Ok(()),
        }
    }
}

fn question<S: Sink>(c: &mut Cursor<'_, S>, fields: &[&'static Field]) -> Result<(), Stop> {
    for (i, field) in fields.iter().enumerate() {
        let text = xdr::opaque(c, field)?;
        xdr::text(c.info().byte(if i == 0 { b' ' } else { b'/' }), text);
    }
    Ok(())
}

fn answer<S: Sink>(c: &mut Cursor<'_, S>, procedure: u32) -> Result<(), Stop> {
    let status = c.u32(&STATUS)?;
    if status != 1 {
        c.info().byte(b' ').named(STATUS.name(status.into()), status);
        // A number follows although it means nothing.
        return if procedure == ORDERED { c.u32(&ORDER).map(|_| ()) } else { Ok(()) };
    }
    match procedure {
        MATCH => {
            let value = xdr::opaque(c, &VALUE)?;
            xdr::text(c.info().byte(b' '), value);
        }
        ORDERED => {
            let number = c.u32(&ORDER)?;
            c.info().str(" 0x").hex(number, 8);
        }
        _ => {}
    }
    Ok(())
}
