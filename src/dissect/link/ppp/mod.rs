//! PPP (RFC 1661), in HDLC-like framing (RFC 1662) and bare.

pub mod authentication;
pub mod control;
pub mod multilink;
mod protocols;

pub use protocols::PROTOCOLS;

use super::chdlc::Chdlc;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ppp", "Point-to-Point Protocol", Kind::Protocol);
static HDLC_LAYER: Field = Field::new("ppp_hdlc", "Point-to-Point Protocol", Kind::Protocol);

fields! {
    ADDRESS = "ppp.address", "Address", U8 hex;
    CONTROL = "ppp.control", "Control", U8 hex;
    PROTOCOL_8 = "ppp.protocol", "Protocol", U16 hex names(PROTOCOLS);
    PROTOCOL_16 = "ppp.protocol", "Protocol", U16 hex names(PROTOCOLS);
}

/// PPP without framing: a protocol number and what it says.
pub struct Ppp;

impl Protocol for Ppp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PPP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        numbered(c)
    }
}

/// PPP in HDLC-like framing, in which address and control may be left out.
pub struct PppHdlc;

/// The address of all stations.
const ALL_STATIONS: u8 = 0xff;
/// The addresses of Cisco's HDLC, which some captures of PPP hold instead.
const CISCO: [u8; 2] = [0x0f, 0x8f];

impl Protocol for PppHdlc {
    const LAYER: &'static Field = &HDLC_LAYER;
    const NAME: &'static str = "PPP-HDLC";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(9), Key::Link(50)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        c.layer_hide();
        if CISCO.contains(&first) {
            return c.call::<Chdlc>().map(|_taken| ());
        }
        c.protocol("PPP");
        let outer = c.row();
        if (outer.src, outer.dst) == (Address::None, Address::None) {
            (outer.src, outer.dst) = (Address::Words("N/A"), Address::Words("N/A"));
        }
        c.call::<Framed>().map(|_taken| ())
    }
}

/// PPP with address and control where they are there.
pub struct Framed;

impl Protocol for Framed {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PPP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u8(0) == Some(ALL_STATIONS) {
            c.u8(&ADDRESS)?;
            c.u8(&CONTROL)?;
        }
        numbered(c)
    }
}

/// Reads the protocol number and hands the rest on. A number of one byte is odd (RFC 1661 section 2).
fn numbered<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    let protocol = if first & 1 == 1 { u16::from(c.u8(&PROTOCOL_8)?) } else { c.u16(&PROTOCOL_16)? };
    c.layer_ends();
    if known(c, protocol)? {
        return Ok(());
    }
    let name = name_of(PROTOCOLS, protocol.into()).unwrap_or("Unknown");
    c.row().protocol_text().str("0x").hex(protocol, 4);
    c.claim().str("PPP ").str(name).str(" (0x").hex(protocol, 4).byte(b')');
    c.data();
    Ok(())
}

/// Hands the rest to the protocol of that number, if one is known.
fn known<S: Sink>(c: &mut Cursor<'_, S>, protocol: u16) -> Result<bool, Stop> {
    match protocol {
        0x0021 | 0x0800 => c.call::<Ip>(),
        0x86dd => c.next(Key::Ppp(0x0057)),
        0x002b => c.next(Key::Ether(0x8137)),
        0x0027 => c.next(Key::Ether(0x6003)),
        0x0029 => c.next(Key::Snap(0x08_0007, 0x809b)),
        0x0023 => c.next(Key::Sap(0xfe)),
        0x0281 | 0x0283 => c.next(Key::Ether(0x8847)),
        _ => c.next(Key::Ppp(protocol)),
    }
}
