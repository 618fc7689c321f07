//! ASF (DMTF DSP0136): alerts and remote control of machines, within RMCP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("asf", "Alert Standard Forum", Kind::Protocol);

fields! {
    IANA = "asf.iana", "IANA Enterprise Number", U32 custom(enterprise);
    TYPE = "asf.type", "Message Type", U8 hex names(TYPES);
    TAG = "asf.tag", "Message Tag", U8 hex;
    LENGTH = "asf.len", "Data Length", U8;
    STATUS = "asf.rssp_status_code", "Status Code", U8 names(STATUSES);
    CONSOLE = "asf.mgt_console_id", "Mgt Console Session ID", U32;
    CLIENT = "asf.client_id", "Managed Client Session ID", U32;
}

names! {
    TYPES {
        0x10 = "Reset", 0x11 = "Power-up", 0x12 = "Unconditional Power-down", 0x13 = "Power Cycle",
        0x40 = "Presence Pong", 0x41 = "Capabilities Response", 0x42 = "System State Response",
        0x43 = "Open Session Response", 0x44 = "Close Session Response", 0x80 = "Presence Ping",
        0x81 = "Capabilities Request", 0x82 = "System State Request", 0x83 = "Open Session Request",
        0x84 = "Close Session Request", 0xc0 = "RAKP Message 1", 0xc1 = "RAKP Message 2", 0xc2 = "RAKP Message 3",
    }
    STATUSES {
        0 = "No errors", 1 = "Insufficient resources to create a session", 2 = "Invalid session ID",
        3 = "Invalid payload type", 4 = "Invalid authentication algorithm", 5 = "Invalid integrity algorithm",
        6 = "No matching authentication payload", 7 = "No matching integrity payload",
    }
}

/// The number of those who made ASF.
const FORUM: u64 = 4542;

fn enterprise(number: u64, line: &mut Line) {
    line.str(if number == FORUM { "Alerting Specifications Forum" } else { "Unknown" })
        .str(" (")
        .dec(number)
        .byte(b')');
}

/// ASF.
pub struct Asf;

impl Protocol for Asf {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ASF";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ASF");
        c.claim();
        c.u32(&IANA)?;
        let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        match name_of(TYPES, kind.into()) {
            Some(name) => c.info().str(name),
            None => c.info().str("Unknown (0x").hex(kind, 2).byte(b')'),
        };
        c.u8(&TYPE)?;
        c.u8(&TAG)?;
        c.skip(1)?;
        let len = c.u8(&LENGTH)?;
        if len > 0 && c.remaining() > 0 {
            c.layer_ends();
            c.trim(len.into());
            c.data();
        }
        Ok(())
    }
}
