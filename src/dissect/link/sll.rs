//! Linux cooked capture, versions 1 and 2: what a socket says of a packet when its link-layer header is not to be had.

use super::ether_types::ETHER_TYPES;
use super::ethernet::trailer::{self, Fcs};
use super::ethernet::{Ethernet, ether_type};
use super::llc::{Llc, NETWARE};
use super::ppp::PppHdlc;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::network::arp::HARDWARE_TYPES;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("sll", "Linux cooked capture", Kind::Protocol);

fields! {
    PACKET_TYPE = "sll.pkttype", "Packet type", U16 names(PACKET_TYPES);
    PACKET_TYPE_8 = "sll.pkttype", "Packet type", U8 names(PACKET_TYPES);
    HARDWARE_TYPE = "sll.hatype", "Link-layer address type", U16 names(HARDWARE_TYPES);
    ADDRESS_LEN = "sll.halen", "Link-layer address length", U16;
    ADDRESS_LEN_8 = "sll.halen", "Link-layer address length", U8;
    SRC_MAC = "sll.src.eth", "Source", Ether;
    SRC_IPV4 = "sll.src.ipv4", "Source", Ipv4;
    SRC_OTHER = "sll.src.other", "Source", Bytes;
    UNUSED = "sll.unused", "Unused", Bytes;
    LINUX_TYPE = "sll.ltype", "Protocol", U16 hex names(LINUX_TYPES);
    GRE_TYPE = "sll.gretype", "Protocol", U16 hex names(ETHER_TYPES);
    TYPE = "sll.etype", "Protocol", U16 hex names(ETHER_TYPES);
    INTERFACE = "sll.ifindex", "Interface index", U32;
    TRAILER = "sll.trailer", "Trailer", Bytes;
}

names! {
    PACKET_TYPES {
        0 = "Unicast to us",
        1 = "Broadcast",
        2 = "Multicast",
        3 = "Unicast to another host",
        4 = "Sent by us",
    }
    LINUX_TYPES {
        0x0001 = "Novell 802.3 w/o 802.2 hdr",
        0x0003 = "802.3 frame",
        0x0004 = "802.2 LLC",
        0x0007 = "PPP HDLC",
        0x000c = "CAN",
        0x000d = "CAN FD",
        0x0017 = "IrDA LAP",
        0x00f5 = "ISI",
        0x00f6 = "IEEE 802.15.4",
    }
}

/// The smallest protocol number that is an EtherType; below are Linux's own.
const FIRST_TYPE: u16 = 0x0600;
/// Hardware type of a GRE tunnel: the protocol is the one of its header.
const GRE: u16 = 778;

/// Cooked capture, version 1.
pub struct Sll;

impl Protocol for Sll {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SLL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(113)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.layer_label(|l| _ = l.str("Linux cooked capture v1"));
        c.need(4)?;
        let start = c.pos();
        c.worker.state.ethernet = start;
        c.protocol("SLL");
        let packet_type = c.u16(&PACKET_TYPE)?;
        own(c.claim(), packet_type);
        let hardware = c.u16(&HARDWARE_TYPE)?;
        let len = c.u16(&ADDRESS_LEN)?;
        source(c, len)?;
        let protocol = protocol(c, hardware)?;
        payload(c, start, hardware, protocol, packet_type)
    }
}

/// Cooked capture, version 2.
pub struct Sll2;

impl Protocol for Sll2 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SLL2";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(276)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.layer_label(|l| _ = l.str("Linux cooked capture v2"));
        c.need(12)?;
        let start = c.pos();
        c.worker.state.ethernet = start;
        c.protocol("SLL");
        // The packet type has one byte and the address length another; the row shows both as one number.
        let shown = c.peek_u16(10).unwrap_or_default();
        own(c.claim(), shown);
        let hardware = c.peek_u16(8).unwrap_or_default();
        let protocol = protocol(c, hardware)?;
        c.skip(2)?;
        c.u32(&INTERFACE)?;
        c.u16(&HARDWARE_TYPE)?;
        c.u8(&PACKET_TYPE_8)?;
        let len = c.u8(&ADDRESS_LEN_8)?;
        source(c, len.into())?;
        payload(c, start, hardware, protocol, shown)
    }
}

fn own(line: &mut Line, packet_type: u16) {
    line.named(name_of(PACKET_TYPES, packet_type.into()), packet_type);
}

/// The sender's address, in a field of 8 bytes.
fn source<S: Sink>(c: &mut Cursor<'_, S>, len: u16) -> Result<(), Stop> {
    let start = c.pos();
    match len {
        4 => c.row().src = Address::Ipv4(c.fixed(&SRC_IPV4)?),
        6 => c.row().src = Address::Mac(c.fixed(&SRC_MAC)?),
        0 => {}
        _ => _ = c.bytes(&SRC_OTHER, usize::from(len.min(8)))?,
    }
    let unused = start.saturating_add(8).saturating_sub(c.pos());
    if unused > 0 {
        c.bytes(&UNUSED, unused)?;
    }
    Ok(())
}

fn protocol<S: Sink>(c: &mut Cursor<'_, S>, hardware: u16) -> Result<u16, Stop> {
    let number = c.peek_u16(0).unwrap_or_default();
    c.u16(match (hardware, number) {
        (GRE, _) => &GRE_TYPE,
        (_, FIRST_TYPE..) => &TYPE,
        _ => &LINUX_TYPE,
    })
}

fn payload<S: Sink>(
    c: &mut Cursor<'_, S>,
    start: usize,
    hardware: u16,
    protocol: u16,
    packet_type: u16,
) -> Result<(), Stop> {
    c.layer_ends();
    if hardware != GRE && protocol >= FIRST_TYPE {
        let mark = c.mark();
        c.claim();
        c.row().set_claimed(false);
        ether_type(c, protocol, |l| own(l, packet_type));
        return trailer::after_type(c, mark, start, &TRAILER, Fcs::Absent);
    }
    let known = c.give_way(|c| match protocol {
        _ if hardware == GRE => tunnelled(c, protocol),
        1 => c.next(Key::Sap(NETWARE)),
        3 => c.call::<Ethernet>(),
        4 => c.call::<Llc>(),
        7 => c.call::<PppHdlc>(),
        _ => Ok(false),
    })?;
    if !known {
        c.data();
    }
    Ok(())
}

/// What a GRE header may name.
fn tunnelled<S: Sink>(c: &mut Cursor<'_, S>, protocol: u16) -> Result<bool, Stop> {
    match protocol {
        4 => c.call::<Llc>(),
        0x880b => c.call::<PppHdlc>(),
        0x0800 | 0x6558 | 0x86dd | 0x8847 | 0x8848 => c.next(Key::Ether(protocol)),
        _ => Ok(false),
    }
}
