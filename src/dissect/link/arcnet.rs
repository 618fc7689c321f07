//! ARCNET as Linux captures it: the two stations, two bytes of no meaning, and how RFC 1051 or RFC 1201 carries the rest.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::appletalk::Ddp;
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("arcnet", "ARCNET", Kind::Protocol);

fields! {
    SOURCE = "arcnet.src", "Source", U8 hex;
    DESTINATION = "arcnet.dst", "Dest", U8 hex;
    OFFSET = "arcnet.offset", "Offset", Bytes;
    PROTOCOL = "arcnet.protID", "Protocol ID", U8 hex names(PROTOCOLS);
    SPLIT = "arcnet.split_flag", "Split Flag", U8;
    EXCEPTION = "arcnet.exception_flag", "Exception Flag", U8 hex;
    SEQUENCE = "arcnet.sequence", "Sequence", U16;
    PADDING = "arcnet.padding", "Padding", U16 hex;
}

names! {
    PROTOCOLS {
        0x00 = "Datapoint boot",
        0x01 = "Datapoint mount",
        0x08 = "PowerLAN beacon",
        0xc4 = "IPv6",
        0xd4 = "RFC 1201 IP",
        0xd5 = "RFC 1201 ARP",
        0xd6 = "RFC 1201 RARP",
        0xdd = "Appletalk",
        0xe8 = "Encapsulated Ethernet",
        0xec = "Novell of some sort",
        0xf0 = "RFC 1051 IP",
        0xf1 = "RFC 1051 ARP",
        0xf3 = "PowerLAN beacon2",
        0xfa = "IPX",
    }
}

/// In the place of a split flag: padding and another header follow, for lengths that ARCNET cannot have.
const EXCEPTIONAL: u8 = 0xff;
/// The link-layer header types: BSD's, and Linux's with an offset.
const BSD_LINK: u16 = 7;
const LINUX_LINK: u16 = 129;

/// ARCNET.
pub struct Arcnet;

impl Protocol for Arcnet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ARCNET";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(BSD_LINK), Key::Link(LINUX_LINK)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ARCNET");
        c.claim().str("ARCNET");
        let source = c.u8(&SOURCE)?;
        let destination = c.u8(&DESTINATION)?;
        (c.row().src, c.row().dst) = (Address::Byte(source), Address::Byte(destination));
        let linux = c.worker.frame.link.0 == LINUX_LINK;
        if linux {
            c.bytes(&OFFSET, 2)?;
        }
        let protocol = c.u8(&PROTOCOL)?;
        if !matches!(protocol, 0xf0 | 0xf1) {
            if !linux && c.peek_u8(0) == Some(EXCEPTIONAL) {
                c.u8(&EXCEPTION)?;
                c.u16(&PADDING)?;
                c.u8(&PROTOCOL)?;
            }
            c.u8(&SPLIT)?;
            c.u16(&SEQUENCE)?;
        }
        c.layer_ends();
        let taken = c.give_way(|c| match protocol {
            0xf0 | 0xd4 => c.call::<Ip>(),
            0xf1 | 0xd5 | 0xd6 => c.next(Key::Ether(0x0806)),
            0xc4 => c.next(Key::Ether(0x86dd)),
            0xec | 0xfa => c.next(Key::Ether(0x8137)),
            0xdd => c.call::<Ddp>(),
            _ => Ok(false),
        })?;
        if !taken {
            c.row().protocol_text().str("0x").hex(protocol, 4);
            c.data();
        }
        Ok(())
    }
}
