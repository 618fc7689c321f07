//! RADIUS (RFC 2865, RFC 2866, RFC 5176).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("radius", "RADIUS Protocol", Kind::Protocol);

fields! {
    CODE = "radius.code", "Code", U8 names(CODES);
    ID = "radius.id", "Packet identifier", U8 hex_dec;
    LENGTH = "radius.length", "Length", U16;
    AUTHENTICATOR = "radius.authenticator", "Authenticator", Bytes;
    ATTRIBUTES = "", "Attribute Value Pairs", None;
    ATTRIBUTE = "radius.avp", "AVP", Bytes;
    ATTRIBUTE_TYPE = "radius.avp.type", "Type", U8;
    ATTRIBUTE_LENGTH = "radius.avp.length", "Length", U8;
    ATTRIBUTE_VALUE = "radius.avp.value", "Value", Bytes;
}

names! {
    CODES {
        1 = "Access-Request", 2 = "Access-Accept", 3 = "Access-Reject", 4 = "Accounting-Request",
        5 = "Accounting-Response", 6 = "Accounting-Status", 7 = "Password-Request", 8 = "Password-Ack",
        9 = "Password-Reject", 10 = "Accounting-Message", 11 = "Access-Challenge", 12 = "Status-Server",
        13 = "Status-Client", 21 = "Resource-Free-Request", 22 = "Resource-Free-Response",
        23 = "Resource-Query-Request", 24 = "Query_Response", 25 = "Alternate-Resource-Reclaim-Request",
        26 = "NAS-Reboot-Request", 27 = "NAS-Reboot-Response", 29 = "Next-Passcode", 30 = "New-Pin",
        31 = "Terminate-Session", 32 = "Password-Expired", 33 = "Event-Request", 34 = "Event-Response",
        40 = "Disconnect-Request", 41 = "Disconnect-ACK", 42 = "Disconnect-NAK", 43 = "CoA-Request", 44 = "CoA-ACK",
        45 = "CoA-NAK", 50 = "IP-Address-Allocate", 51 = "IP-Address-Release", 129 = "ALU-State-Request",
        130 = "ALU-State-Accept", 131 = "ALU-State-Reject", 132 = "ALU-State-Error",
    }
}

/// Bytes of a message without attributes, and at most.
const LEAST: usize = 20;
const MOST: usize = 4096;
/// Bytes of an attribute's type and length.
const ATTRIBUTE_HEADER: usize = 2;

/// RADIUS.
pub struct Radius;

impl Protocol for Radius {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RADIUS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] =
        &[Key::Udp(1645), Key::Udp(1646), Key::Udp(1700), Key::Udp(1812), Key::Udp(1813), Key::Udp(3799)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (Some(code), Some(len)) = (c.peek_u8(0), c.peek_u16(2)) else { return Err(Stop::NotMine) };
        let (len, Some(name)) = (usize::from(len), name_of(CODES, code.into())) else { return Err(Stop::NotMine) };
        if !(LEAST..=MOST).contains(&len) {
            return Err(Stop::NotMine);
        }
        c.protocol("RADIUS");
        c.claim().str(name);
        c.u8(&CODE)?;
        let id = c.u8(&ID)?;
        c.info().str(" id=").dec(id);
        c.u16(&LENGTH)?;
        c.bytes(&AUTHENTICATOR, 16)?;
        if len == LEAST {
            return Ok(());
        }
        let end = c.pos() + len - LEAST;
        c.need(len - LEAST)?;
        c.group(&ATTRIBUTES, |c| attributes(c, end))
    }
}

fn attributes<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    while c.pos() < end {
        let len = usize::from(c.peek_u8(1).ok_or_else(|| c.short(ATTRIBUTE_HEADER))?);
        if len < ATTRIBUTE_HEADER || c.pos() + len > end {
            // Nothing can be said of where the next one begins.
            return Ok(());
        }
        c.group(&ATTRIBUTE, |c| {
            c.u8(&ATTRIBUTE_TYPE)?;
            c.u8(&ATTRIBUTE_LENGTH)?;
            if len > ATTRIBUTE_HEADER {
                c.bytes(&ATTRIBUTE_VALUE, len - ATTRIBUTE_HEADER)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
