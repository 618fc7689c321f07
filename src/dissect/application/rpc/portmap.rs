//! The port mapper (RFC 1833): where programs are to be found.

use super::calls;
use super::xdr;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ip_protocols;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("portmap", "Portmap", Kind::Protocol);

fields! {
    PROGRAM = "portmap.prog", "Program", U32;
    VERSION = "portmap.version", "Version", U32;
    PROTOCOL = "portmap.proto", "Proto", U32;
    PORT = "portmap.port", "Port", U32;
    NETWORK = "portmap.netid", "Network Id", Str;
    ADDRESS = "portmap.uaddr", "Universal Address", Str;
    OWNER = "portmap.owner", "Owner of this Service", Str;
}

const GETPORT: u32 = 3;

/// The port mapper.
pub struct Portmap;

impl Protocol for Portmap {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Portmap";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Rpc(100_000)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (call, reply) = calls::with(c, |calls| (calls.at_hand, calls.reply));
        match (call.version, call.procedure, reply) {
            (2, GETPORT, false) => where_is(c),
            (2, GETPORT, true) => {
                let port = c.u32(&PORT)?;
                match port {
                    0 => _ = c.info().str(" PROGRAM_NOT_AVAILABLE"),
                    _ => _ = c.info().str(" Port:").dec(port),
                }
                Ok(())
            }
            (2, 1 | 2, false) => mapping(c),
            (3 | 4, 1..=3 | 9 | 11, false) => {
                c.read_all(&[(&PROGRAM, 4), (&VERSION, 4)])?;
                for field in [&NETWORK, &ADDRESS, &OWNER] {
                    xdr::opaque(c, field)?;
                }
                Ok(())
            }
            (3 | 4, 3 | 8 | 9, true) | (3 | 4, 7, false) => xdr::opaque(c, &ADDRESS).map(|_| ()),
            _ => Ok(()),
        }
    }
}

fn mapping<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&PROGRAM, 4), (&VERSION, 4), (&PROTOCOL, 4), (&PORT, 4)])
}

fn where_is<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (program, version, protocol) = (c.u32(&PROGRAM)?, c.u32(&VERSION)?, c.u32(&PROTOCOL)?);
    let name = c.worker.registry.find(Key::Rpc(program)).map_or("Unknown", |entry| entry.name);
    let info = c.info().byte(b' ').str(name).byte(b'(').dec(program).str(") V:").dec(version).byte(b' ');
    match u8::try_from(protocol) {
        Ok(protocol) => _ = info.str(ip_protocols::name(protocol)),
        Err(_) => _ = info.str("Unknown"),
    }
    c.u32(&PORT).map(|_| ())
}
