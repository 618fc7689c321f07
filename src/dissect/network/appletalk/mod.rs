//! AppleTalk (Inside AppleTalk): datagrams, and how they come over LocalTalk and Ethernet.

mod aarp;
mod services;

pub use aarp::Aarp;
pub use services::{NameBinding, Routing, RoutingRequest, Transaction, ZoneInformation};

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ddp", "Datagram Delivery Protocol", Kind::Protocol);
static LLAP_LAYER: Field = Field::new("llap", "LocalTalk Link Access Protocol", Kind::Protocol);

fields! {
    HOPS = "ddp.hopcount", "Hop count", U16 mask(0x3c00);
    LENGTH = "ddp.len", "Datagram length", U16 mask(0x3ff);
    CHECKSUM = "ddp.checksum", "Checksum", U16;
    DST_NET = "ddp.dst.net", "Destination Net", U16;
    SRC_NET = "ddp.src.net", "Source Net", U16;
    DST_NODE = "ddp.dst.node", "Destination Node", U8;
    SRC_NODE = "ddp.src.node", "Source Node", U8;
    DST_SOCKET = "ddp.dst_socket", "Destination Socket", U8;
    SRC_SOCKET = "ddp.src_socket", "Source Socket", U8;
    TYPE = "ddp.type", "Protocol type", U8 names(TYPES);
    LLAP_DST = "llap.dst", "Destination Node", U8;
    LLAP_SRC = "llap.src", "Source Node", U8;
    LLAP_TYPE = "llap.type", "Type", U8 hex names(LLAP_TYPES);
}

names! {
    TYPES {
        1 = "AppleTalk Routing Table response or data", 2 = "AppleTalk Name Binding Protocol packet",
        3 = "AppleTalk Transaction Protocol packet", 4 = "AppleTalk Echo Protocol packet",
        5 = "AppleTalk Routing Table request", 6 = "AppleTalk Zone Information Protocol packet",
        7 = "AppleTalk Data Stream Protocol", 88 = "Cisco EIGRP for AppleTalk",
    }
    LLAP_TYPES {
        1 = "Short DDP", 2 = "DDP", 129 = "Enquiry", 130 = "Acknowledgement", 132 = "RTS", 133 = "CTS",
    }
}

/// AppleTalk's organisation code in SNAP, and its protocol there.
const APPLE: u32 = 0x08_0007;
const ETHER_TALK: u16 = 0x809b;
/// Bytes of a short header, and of a long one.
const SHORT_LEN: usize = 5;
const LONG_LEN: usize = 13;

/// A datagram with a long header.
pub struct Ddp;

impl Protocol for Ddp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[services::FIELDS];
    const KEYS: &'static [Key] = &[Key::Snap(APPLE, ETHER_TALK)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("DDP");
        c.claim();
        c.need(LONG_LEN)?;
        let word = c.u16(&HOPS)?;
        c.bits::<2>(&LENGTH, word.into());
        let len = usize::from(word & 0x3ff);
        c.u16(&CHECKSUM)?;
        let (dst_net, src_net) = (c.u16(&DST_NET)?, c.u16(&SRC_NET)?);
        let (dst, src) = (c.u8(&DST_NODE)?, c.u8(&SRC_NODE)?);
        (c.row().dst, c.row().src) = (Address::AppleTalk(dst_net, dst), Address::AppleTalk(src_net, src));
        carried(c, len, LONG_LEN)
    }
}

/// Reads what both headers end with, and hands the datagram's content on.
fn carried<S: Sink>(c: &mut Cursor<'_, S>, len: usize, header: usize) -> Result<(), Stop> {
    let dst = c.u8(&DST_SOCKET)?;
    let src = c.u8(&SRC_SOCKET)?;
    let kind = c.u8(&TYPE)?;
    match name_of(TYPES, kind.into()) {
        Some(name) => c.claim().str(name),
        None => c.claim().str("Unknown DDP protocol (").hex(kind, 2).byte(b')'),
    };
    c.layer_ends();
    c.trim(len.saturating_sub(header));
    if c.reported() == 0 {
        return Ok(());
    }
    c.lend(|c| {
        let taken = match kind {
            1 => c.call::<Routing>()?,
            5 => c.call::<RoutingRequest>()?,
            2 => c.call::<NameBinding>()?,
            3 => services::transaction(c, dst, src)?,
            6 => c.call::<ZoneInformation>()?,
            88 => c.call::<crate::dissect::network::routing::eigrp::Eigrp>()?,
            _ => false,
        };
        if !taken {
            c.data();
        }
        Ok(())
    })
}

/// LocalTalk's own frames.
pub struct Llap;

impl Protocol for Llap {
    const LAYER: &'static Field = &LLAP_LAYER;
    const NAME: &'static str = "LLAP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(114), Key::Ether(ETHER_TALK)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LLAP");
        c.claim();
        let dst = c.u8(&LLAP_DST)?;
        let src = c.u8(&LLAP_SRC)?;
        let kind = c.u8(&LLAP_TYPE)?;
        match name_of(LLAP_TYPES, kind.into()) {
            Some(name) => c.info().str(name),
            None => c.info().str("Unknown LLAP type (").hex(kind, 2).byte(b')'),
        };
        c.layer_ends();
        match kind {
            1 => {
                (c.row().dst, c.row().src) = (Address::AppleTalk(0, dst), Address::AppleTalk(0, src));
                c.lend(Cursor::call::<ShortDdp>).map(|_| ())
            }
            2 => c.lend(Cursor::call::<Ddp>).map(|_| ()),
            _ => {
                c.data();
                Ok(())
            }
        }
    }
}

/// A datagram with a short header, within one network.
pub struct ShortDdp;

impl Protocol for ShortDdp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DDP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("DDP");
        c.claim();
        c.need(SHORT_LEN)?;
        let len = usize::from(c.u16(&LENGTH)? & 0x3ff);
        carried(c, len, SHORT_LEN)
    }
}
