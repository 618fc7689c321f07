//! Bytes that no protocol is known for.

use super::cursor::Cursor;
use super::field::{Field, Kind};
use super::protocol::{Key, Protocol, Stop};
use super::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("data", "Data", Kind::Protocol);

fields! {
    DATA = "data.data", "Data", Bytes;
    LEN = "data.len", "Length", U32;
}

/// Bytes that no protocol is known for.
pub struct Data;

impl Protocol for Data {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Data";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let len = c.remaining() as u64;
        c.layer_append(|l| _ = l.str(" (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" }));
        c.bytes(&DATA, c.remaining())?;
        c.generated(&LEN, len);
        Ok(())
    }
}
