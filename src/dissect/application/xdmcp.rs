//! XDMCP (X Display Manager Control Protocol): how an X terminal finds who logs it in.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("xdmcp", "X Display Manager Control Protocol", Kind::Protocol);

fields! {
    VERSION = "xdmcp.version", "Version", U16;
    OPCODE = "xdmcp.opcode", "Opcode", U16 hex names(OPCODES);
    LENGTH = "xdmcp.length", "Message length", U16;
    NAMES = "", "Authentication names", None;
    AUTHENTICATION = "xdmcp.authentication_name", "Authentication name", Str;
    AUTHORIZATION = "xdmcp.authorization_name", "Authorization name", Str;
    HOSTNAME = "xdmcp.hostname", "Hostname", Str;
    STATUS = "xdmcp.status", "Status", Str;
    SESSION = "xdmcp.session_id", "Session ID", U32 hex;
    DISPLAY = "xdmcp.display_number", "Display number", U16;
    RUNNING = "xdmcp.session_running", "Session running", U8;
}

names! {
    OPCODES {
        0x1 = "Broadcast_query", 0x2 = "Query", 0x3 = "Indirect_query", 0x4 = "Forward_query", 0x5 = "Willing",
        0x6 = "Unwilling", 0x7 = "Request", 0x8 = "Accept ", 0x9 = "Decline", 0xa = "Manage", 0xb = "Refuse",
        0xc = "Failed", 0xd = "Keepalive", 0xe = "Alive",
    }
}

/// XDMCP.
pub struct Xdmcp;

impl Protocol for Xdmcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "XDMCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(177)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u16(0) != Some(1) {
            return Err(Stop::NotMine);
        }
        c.protocol("XDMCP");
        c.u16(&VERSION)?;
        let opcode = c.u16(&OPCODE)?;
        match name_of(OPCODES, opcode.into()) {
            Some(name) => _ = c.claim().str(name),
            None => _ = c.claim().str("Unknown (0x").hex(opcode, 4).byte(b')'),
        }
        c.u16(&LENGTH)?;
        match opcode {
            1..=3 => names(c),
            5 => [&AUTHENTICATION, &HOSTNAME, &STATUS].into_iter().try_for_each(|field| text(c, field)),
            6 => [&HOSTNAME, &STATUS].into_iter().try_for_each(|field| text(c, field)),
            8 | 10 | 11 | 12 => {
                c.u32(&SESSION)?;
                if opcode == 10 { c.u16(&DISPLAY).map(|_| ()) } else { Ok(()) }
            }
            7 | 13 => {
                c.u16(&DISPLAY)?;
                if opcode == 13 { c.u32(&SESSION).map(|_| ()) } else { Ok(()) }
            }
            14 => {
                c.u8(&RUNNING)?;
                c.u32(&SESSION).map(|_| ())
            }
            _ => Ok(()),
        }
    }
}

/// A text behind its length.
fn text<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let len = c.array::<2>().map(u16::from_be_bytes)?;
    c.bytes(field, len.into()).map(|_| ())
}

fn names<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let count = c.peek_u8(0).unwrap_or_default();
    c.group(&NAMES, |c| {
        c.label(|l| _ = l.str("Authentication names (").dec(count).byte(b')'));
        c.skip(1)?;
        (0..count).try_for_each(|_| text(c, &AUTHENTICATION))
    })
}
