//! TCP (RFC 9293).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("tcp", "Transmission Control Protocol", Kind::Protocol);

fields! {
    SRC_PORT = "tcp.srcport", "Source Port", U16;
    DST_PORT = "tcp.dstport", "Destination Port", U16;
}

/// TCP.
pub struct Tcp;

impl Protocol for Tcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(6)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("TCP");
        let src_port = c.u16(&SRC_PORT)?;
        let dst_port = c.u16(&DST_PORT)?;
        c.claim().dec(src_port).str(" → ").dec(dst_port);
        Ok(())
    }
}
