//! ONC RPC (RFC 5531): what programs are called with over UDP, and over TCP in records.

pub mod calls;
pub mod message;
pub mod mount;
pub mod nfs;
pub mod nlm;
pub mod portmap;
pub mod programs;
pub mod record;
pub mod xdr;
pub mod yellow_pages;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;

static LAYER: Field = Field::new("rpc", "Remote Procedure Call", Kind::Protocol);

/// RPC over UDP and TCP.
pub struct Rpc;

impl Protocol for Rpc {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RPC";
    const FIELDS: &'static [&'static Field] = message::FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[record::FIELDS];
    const KEYS: &'static [Key] = &[Key::Udp(111), Key::Tcp(111), Key::UdpContent, Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        if c.in_stream() { record::begins(c) } else { calls::recognise(c, 0) }
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() {
            return record::dissect(c);
        }
        if calls::recognise(c, 0) {
            return message::dissect(c);
        }
        record::continuation(c);
        Ok(())
    }
}
