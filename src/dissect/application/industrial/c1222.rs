//! ANSI C12.22: meters read over networks. Its messages are ASN.1; what they carry is mostly enciphered.

use crate::dissect::application::asn1::ber::header;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("c1222", "ANSI C12.22", Kind::Protocol);

fields! {
    MESSAGE = "c1222.MESSAGE_element", "MESSAGE", None;
}

const PORT: u16 = 1153;
/// What a message begins with: the tag of an association request.
const TAG: u8 = 0x60;
/// Bytes that say how long a message is, at most.
const PREFIX_LEN: usize = 5;

/// ANSI C12.22.
pub struct C1222;

impl Protocol for C1222 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "C12.22";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT), Key::Udp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        while c.reported() > 0 {
            c.await_header(PREFIX_LEN)?;
            let len = match header(c.rest()) {
                Some((TAG, prefix, Some(len))) => len.saturating_add(prefix),
                _ => c.reported(),
            };
            c.await_bytes(len)?;
            c.begin_message(len);
            c.protocol("ANSI C12.22");
            c.message(len, |c| {
                c.put(&MESSAGE, c.pos(), c.end(), 0);
                c.skip(c.remaining())
            })?;
        }
        Ok(())
    }
}
