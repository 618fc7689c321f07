//! PPTP's control connection (RFC 2637).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("pptp", "Point-to-Point Tunnelling Protocol", Kind::Protocol);

fields! {
    LENGTH = "pptp.length", "Length", U16;
    TYPE = "pptp.type", "Message type", U16 names(TYPES);
    COOKIE = "pptp.magic_cookie", "Magic Cookie", U32 hex;
    CONTROL = "pptp.control_message_type", "Control Message Type", U16 names(CONTROLS);
    RESERVED = "pptp.reserved", "Reserved", Bytes;
}

names! {
    TYPES { 1 = "Control Message", 2 = "Management Message" }
    CONTROLS {
        1 = "Start-Control-Connection-Request", 2 = "Start-Control-Connection-Reply",
        3 = "Stop-Control-Connection-Request", 4 = "Stop-Control-Connection-Reply", 5 = "Echo-Request",
        6 = "Echo-Reply", 7 = "Outgoing-Call-Request", 8 = "Outgoing-Call-Reply", 9 = "Incoming-Call-Request",
        10 = "Incoming-Call-Reply", 11 = "Incoming-Call-Connected", 12 = "Call-Clear-Request",
        13 = "Call-Disconnect-Notify", 14 = "WAN-Error-Notify", 15 = "Set-Link-Info",
    }
}

/// PPTP.
pub struct Pptp;

impl Protocol for Pptp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PPTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(1723)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PPTP");
        c.claim();
        c.read_all(&[(&LENGTH, 2), (&TYPE, 2), (&COOKIE, 4)])?;
        let control = c.u16(&CONTROL)?;
        match CONTROL.name(control.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown control type (").dec(control).byte(b')'),
        }
        c.put(&RESERVED, c.pos(), c.pos() + 2, 0);
        c.seek(c.end());
        Ok(())
    }
}
