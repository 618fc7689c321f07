//! Teredo (RFC 4380): IPv6 over UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ipv6::Ipv6;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("teredo", "Teredo IPv6 over UDP tunneling", Kind::Protocol);

fields! {
    AUTHENTICATION = "teredo.auth", "Teredo Authentication header", None;
    ID_LENGTH = "teredo.auth.idlen", "Client identifier length", U8;
    VALUE_LENGTH = "teredo.auth.aulen", "Authentication value length", U8;
    ID = "teredo.auth.id", "Client identifier", Bytes;
    VALUE = "teredo.auth.value", "Authentication value", Bytes;
    NONCE = "teredo.auth.nonce", "Nonce value", Bytes;
    CONFIRMATION = "teredo.auth.conf", "Confirmation byte", Bytes;
    ORIGIN = "teredo.orig", "Teredo Origin Indication header", None;
    ORIGIN_PORT = "teredo.orig.port", "Origin UDP port", U16;
    ORIGIN_ADDRESS = "teredo.orig.addr", "Origin IPv4 address", Ipv4;
}

/// The first bytes of the two headers that may stand before the packet.
const AUTHENTICATION_HEADER: u16 = 1;
const ORIGIN_INDICATION: u16 = 0;

/// Teredo.
pub struct Teredo;

impl Protocol for Teredo {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Teredo";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(3544)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Teredo");
        c.claim();
        if c.peek_u16(0) == Some(AUTHENTICATION_HEADER) {
            c.group(&AUTHENTICATION, authentication)?;
        }
        if c.peek_u16(0) == Some(ORIGIN_INDICATION) {
            c.group(&ORIGIN, origin)?;
        }
        c.layer_ends();
        match c.peek_u8(0).ok_or_else(|| c.short(1))? >> 4 {
            6 => c.lend(crate::dissect::cursor::Cursor::call::<Ipv6>).map(|_taken| ()),
            _ => {
                c.data();
                Ok(())
            }
        }
    }
}

fn authentication<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.skip(2)?;
    let id = usize::from(c.u8(&ID_LENGTH)?);
    let value = usize::from(c.u8(&VALUE_LENGTH)?);
    if id > 0 {
        c.bytes(&ID, id)?;
    }
    if value > 0 {
        c.bytes(&VALUE, value)?;
    }
    c.bytes(&NONCE, 8)?;
    c.bytes(&CONFIRMATION, 1).map(|_| ())
}

/// The client's endpoint, as the server sees it; its bits are inverted, so that no translator changes them.
fn origin<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.skip(2)?;
    let port = !c.peek_u16(0).ok_or_else(|| c.short(2))?;
    c.put(&ORIGIN_PORT, c.pos(), c.pos() + 2, port.into());
    c.skip(2)?;
    c.fixed::<4>(&ORIGIN_ADDRESS).map(|_| ())
}
