//! The OSI network layer: what the first byte says is one protocol or another (ISO/IEC TR 9577).

mod esis;
mod isis;

pub use esis::Esis;
pub use isis::Isis;

use super::ppp::Ppp;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ip::Ip;
use crate::dissect::network::ipv6::Ipv6;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("osi", "OSI Network Layer", Kind::Protocol);
static CLNP_LAYER: Field = Field::new("clnp", "ISO 8473/X.233 CLNP ConnectionLess Network Protocol", Kind::Protocol);

fields! {
    PROTOCOL = "osi.nlpid", "Network Layer Protocol Identifier", U8 hex;
}

const CLNP: u8 = 0x81;
const ESIS: u8 = 0x82;
const ISIS: u8 = 0x83;
const IP: u8 = 0xcc;
const IPV6: u8 = 0x8e;
const PPP: u8 = 0xcf;

/// A packet whose first byte names its protocol.
pub struct Osi;

impl Protocol for Osi {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OSI";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[
        Key::Sap(0xfe),
        Key::Sap(0x14),
        Key::Sap(0x20),
        Key::Sap(0x34),
        Key::Sap(0x54),
        Key::Ppp(0x0023),
        Key::Ether(0x00fe),
    ];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if matches!(first, CLNP | ESIS | ISIS) {
            c.forget_layer();
        }
        match first {
            CLNP => c.call::<Clnp>(),
            ESIS => c.call::<Esis>(),
            ISIS => c.call::<Isis>(),
            IP => {
                c.u8(&PROTOCOL)?;
                c.call::<Ip>()
            }
            IPV6 => {
                c.u8(&PROTOCOL)?;
                c.call::<Ipv6>()
            }
            PPP => {
                c.u8(&PROTOCOL)?;
                c.call::<Ppp>()
            }
            _ => {
                c.protocol("ISO");
                c.claim().str("Unknown ISO protocol (").hex(first, 2).byte(b')');
                c.data();
                Ok(true)
            }
        }
        .map(|_taken| ())
    }
}

/// The connectionless network protocol, by its name only.
struct Clnp;

impl Protocol for Clnp {
    const LAYER: &'static Field = &CLNP_LAYER;
    const NAME: &'static str = "CLNP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CLNP");
        c.claim();
        c.data();
        Ok(())
    }
}
