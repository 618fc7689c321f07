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

/// LISP's data packets.
pub struct Data;

impl Protocol for Data {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LISP Data";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(4341)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LISP Data");
        c.claim().str("LISP Data");
        c.u8(&FLAGS)?;
        c.u24(&NONCE)?;
        c.u32(&STATUS)?;
        c.layer_ends();
        c.lend(crate::dissect::cursor::Cursor::call::<Ip>).map(|_taken| ())
    }
}
