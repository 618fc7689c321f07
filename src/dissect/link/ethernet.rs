//! Ethernet II and IEEE 802.3 (IEEE 802.3 section 3).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("eth", "Ethernet", Kind::Protocol);

fields! {
    DST = "eth.dst", "Destination", Ether;
    SRC = "eth.src", "Source", Ether;
    TYPE = "eth.type", "Type", U16 hex names(ETHER_TYPES);
    LEN = "eth.len", "Length", U16;
    PADDING = "eth.padding", "Padding", Bytes;
    TRAILER = "eth.trailer", "Trailer", Bytes;
}

names! {
    /// EtherTypes by number (IEEE registration authority).
    pub ETHER_TYPES {
        0x0800 = "IPv4",
        0x0806 = "ARP",
        0x8035 = "RARP",
        0x8100 = "802.1Q Virtual LAN",
        0x86dd = "IPv6",
        0x88a8 = "802.1ad Provider Bridge (Q-in-Q)",
    }
}

/// The smallest value of the type field that is a type; below, it is a length.
const FIRST_TYPE: u16 = 0x0600;

/// Ethernet II and IEEE 802.3.
pub struct Ethernet;

impl Protocol for Ethernet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Ethernet";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(1)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Ethernet");
        let dst = c.fixed::<6>(&DST)?;
        c.row().dst = Address::Mac(dst);
        let src = c.fixed::<6>(&SRC)?;
        c.row().src = Address::Mac(src);
        if c.peek_u16(0).is_some_and(|value| value >= FIRST_TYPE) {
            let kind = c.u16(&TYPE)?;
            c.layer_label(|l| _ = l.str("Ethernet II"));
            c.layer_ends();
            let outcome = ether_type(c, kind);
            if !c.row().claimed() {
                c.info().str("Ethernet II");
            }
            return outcome;
        }
        let len = c.u16(&LEN)?;
        c.layer_label(|l| _ = l.str("IEEE 802.3 Ethernet"));
        c.layer_ends();
        c.trim(len.into());
        Ok(())
    }
}

/// Hands the payload on by its EtherType; one that is unknown shows as a number in the Protocol column.
///
/// # Errors
/// Those of the payload.
pub fn ether_type<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<(), Stop> {
    if !c.next(Key::Ether(kind))? {
        c.row().protocol_text().str("0x").hex(kind, 4);
        c.data();
    }
    Ok(())
}
