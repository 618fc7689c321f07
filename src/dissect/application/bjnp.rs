//! BJNP: Canon's printers and scanners.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("bjnp", "Canon BJNP", Kind::Protocol);

fields! {
    ID = "bjnp.id", "Id", Str;
    TYPE = "bjnp.type", "Type", U8 names(TYPES);
    CODE = "bjnp.code", "Code", U8 names(CODES);
    SEQUENCE = "bjnp.seq_no", "Sequence Number", U32;
    SESSION = "bjnp.session_id", "Session Id", U16;
    LENGTH = "bjnp.payload_len", "Payload Length", U32;
    PAYLOAD = "bjnp.payload", "Payload", Bytes;
}

names! {
    TYPES {
        1 = "Printer Command", 2 = "Scanner Command", 129 = "Printer Response", 130 = "Scanner Response",
    }
    CODES {
        1 = "Discover", 16 = "Print Job Details", 17 = "Request Closure", 32 = "Get Printer Status", 33 = "Print",
        48 = "Get Printer Identity", 50 = "Scan Job Details",
    }
}

/// BJNP.
pub struct Bjnp;

impl Protocol for Bjnp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BJNP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(8611), Key::Udp(8612), Key::Udp(8613), Key::Udp(8614)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // The last letter tells the kind of device.
        if !matches!(c.peek::<4>(0), Some([b'B', b'J', b'N', _] | [b'M', b'F', b'N', _] | [b'C', b'M', b'S', _])) {
            return Err(Stop::NotMine);
        }
        c.protocol("BJNP");
        c.bytes(&ID, 4)?;
        let kind = c.u8(&TYPE)?;
        let code = c.u8(&CODE)?;
        let line = c.claim().named(name_of(TYPES, kind.into()), kind).str(": ");
        line.named(name_of(CODES, code.into()), code);
        c.layer_append(|l| {
            l.str(", ").named(name_of(TYPES, kind.into()), kind).str(": ").named(name_of(CODES, code.into()), code);
        });
        c.read_all(&[(&SEQUENCE, 4), (&SESSION, 2)])?;
        let len = c.u32(&LENGTH)? as usize;
        if len > 0 { c.bytes(&PAYLOAD, len).map(|_| ()) } else { Ok(()) }
    }
}
