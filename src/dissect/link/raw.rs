//! Raw IP, which some captures hold behind what a serial line put before it.

use super::ppp::PppHdlc;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;

static LAYER: Field = Field::new("raw", "Raw packet data", Kind::Protocol);

/// Raw packets: IPv4 or IPv6 from the first byte.
pub struct Raw;

/// Zeros that some drivers put before the packet.
const ZEROS: [u8; 10] = [0; 10];

impl Protocol for Raw {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Raw";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(101), Key::Link(12), Key::Link(14)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        (c.row().src, c.row().dst) = (Address::Words("N/A"), Address::Words("N/A"));
        c.protocol("N/A");
        c.claim().str("Raw packet data");
        c.need(2)?;
        if !c.give_way(payload)? {
            c.data();
        }
        Ok(())
    }
}

/// Classical IP over ATM as Linux captures it (link type 106): no header at all.
pub struct ClassicalIp;

static CLASSICAL_LAYER: Field = Field::new("clip", "Classical IP frame", Kind::Protocol);

impl Protocol for ClassicalIp {
    const LAYER: &'static Field = &CLASSICAL_LAYER;
    const NAME: &'static str = "CLIP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(106)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        (c.row().src, c.row().dst) = (Address::Words("N/A"), Address::Words("N/A"));
        c.protocol("CLIP");
        c.claim().str("Classical IP frame");
        c.give_way(Cursor::call::<Ip>).map(|_taken| ())
    }
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    if c.peek_u16(0) == Some(0xff03) {
        return c.call::<PppHdlc>();
    }
    if c.peek_u16(1) == Some(0xff03) {
        c.skip(1)?;
        return c.call::<PppHdlc>();
    }
    if c.peek::<10>(0) == Some(ZEROS) {
        c.skip(ZEROS.len())?;
        return c.call::<Ip>();
    }
    match c.peek_u8(0).unwrap_or_default() >> 4 {
        4 => c.next(Key::Ether(0x0800)),
        6 => c.next(Key::Ether(0x86dd)),
        _ => Ok(false),
    }
}
