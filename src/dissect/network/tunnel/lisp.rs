//! LISP's data packets (RFC 9300).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("lisp-data", "Locator/ID Separation Protocol (Data)", Kind::Protocol);

fields! {
    FLAGS = "lisp-data.flags", "Flags", U8 hex;
    NONCE = "lisp-data.nonce", "Nonce", U24 hex_dec;
    STATUS = "lisp-data.lsb", "Locator-Status-Bits", U32 hex;
}

/// Bytes of a header.
const HEADER_LEN: usize = 8;

/// LISP's data packets.
pub struct Data;

impl Protocol for Data {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LISP Data";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(4341)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() < HEADER_LEN {
            return Err(Stop::NotMine);
        }
        c.protocol("LISP");
        c.claim().str("LISP Encapsulation Header");
        c.u8(&FLAGS)?;
        c.u24(&NONCE)?;
        c.u32(&STATUS)?;
        c.layer_ends();
        c.lend(crate::dissect::cursor::Cursor::call::<Ip>).map(|_taken| ())
    }
}
