//! The lightweight resolver of BIND: questions to a name server on the same machine.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("lwres", "Light Weight DNS RESolver (BIND9)", Kind::Protocol);

fields! {
    LENGTH = "lwres.length", "Length", U32;
    VERSION = "lwres.version", "Version", U16;
    FLAGS = "lwres.flags", "Packet Flags", U16 hex;
    SERIAL = "lwres.serial", "Serial", U32 hex;
    OPCODE = "lwres.opcode", "Operation code", U32 names(OPCODES);
    RESULT = "lwres.result", "Result", U32 names(RESULTS);
    RECEIVE_LEN = "lwres.recvlen", "Received length", U32;
    AUTH_TYPE = "lwres.authtype", "Auth. type", U16;
    AUTH_LEN = "lwres.authlen", "Auth. length", U16;
}

names! {
    OPCODES { 0 = "Noop", 0x0001_0001 = "getaddrbyname", 0x0001_0002 = "getnamebyaddr", 0x0001_0003 = "getrdatabyname" }
    RESULTS {
        0 = "Success", 1 = "No memory", 2 = "Timeout", 3 = "Not found", 4 = "Unexpected end of input",
        5 = "Generic failure", 6 = "I/O Error", 7 = "Not Implemented", 8 = "Unexpected", 9 = "Trailing data",
        10 = "Incomplete", 11 = "Retry", 12 = "Type not found", 13 = "Too large",
    }
}

const RESPONSE: u16 = 1;

/// The lightweight resolver.
pub struct LightResolver;

impl Protocol for LightResolver {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "lw_res";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(921)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("lw_res");
        c.claim();
        let (Some(flags), Some(serial), Some(opcode)) = (c.peek_u16(6), c.peek_u32(8), c.peek_u32(12)) else {
            return Err(c.short(20));
        };
        let result = c.peek_u32(16).ok_or_else(|| c.short(20))?;
        let line = c.claim().str(if flags & RESPONSE == 0 { "REQUEST " } else { "RESPONSE " }).str(", opcode=");
        line.str(name_of(OPCODES, opcode.into()).unwrap_or("unknown")).str(", serial=0x").hex(serial, 1);
        if flags & RESPONSE != 0 {
            line.str(", result=").str(name_of(RESULTS, result.into()).unwrap_or("unknown"));
        }
        let outcome = c.read_all(&[
            (&LENGTH, 4),
            (&VERSION, 2),
            (&FLAGS, 2),
            (&SERIAL, 4),
            (&OPCODE, 4),
            (&RESULT, 4),
            (&RECEIVE_LEN, 4),
            (&AUTH_TYPE, 2),
            (&AUTH_LEN, 2),
        ]);
        if S::DETAIL { outcome } else { Ok(()) }
    }
}
