//! IPX, Novell's internetwork packet exchange.

mod names;
mod netbios;
mod routing;

pub(crate) use netbios::read_name;
pub use netbios::{NameManagement, NetBiosOverIpx};
pub use routing::{Rip, ServiceAdvertisement};

use crate::dissect::application::netbios::Smb;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::link::llc::NETWARE;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

use names::{PACKET_TYPES, SOCKETS};

static LAYER: Field = Field::new("ipx", "Internetwork Packet eXchange", Kind::Protocol);
static SPX_LAYER: Field = Field::new("spx", "Sequenced Packet eXchange", Kind::Protocol);

fields! {
    CHECKSUM = "ipx.checksum", "Checksum", U16 hex;
    LEN = "ipx.len", "Length", U16 unit(" byte", " bytes");
    HOPS = "ipx.hops", "Transport Control", U8 unit(" hop", " hops");
    PACKET_TYPE = "ipx.packet_type", "Packet Type", U8 hex names(PACKET_TYPES);
    DST_NET = "ipx.dst.net", "Destination Network", U32 custom(write_network);
    DST_NODE = "ipx.dst.node", "Destination Node", Ether;
    DST_SOCKET = "ipx.dst.socket", "Destination Socket", U16 hex names(SOCKETS);
    SRC_NET = "ipx.src.net", "Source Network", U32 custom(write_network);
    SRC_NODE = "ipx.src.node", "Source Node", Ether;
    SRC_SOCKET = "ipx.src.socket", "Source Socket", U16 hex names(SOCKETS);
    SPX_CONTROL = "spx.ctl", "Connection Control", U8 hex mask(0xf0) names(SPX_CONTROLS);
    SPX_TYPE = "spx.type", "Datastream Type", U8 hex;
    SPX_SRC = "spx.src", "Source Connection ID", U16;
    SPX_DST = "spx.dst", "Destination Connection ID", U16;
    SPX_SEQUENCE = "spx.seq", "Sequence Number", U16;
    SPX_ACK = "spx.ack", "Acknowledgment Number", U16;
    SPX_ALLOCATION = "spx.alloc", "Allocation Number", U16;
}

crate::names! {
    SPX_CONTROLS {
        0 = "Data, No Ack Required", 1 = "End-of-Message", 2 = "Attention", 4 = "Acknowledgment Required",
        5 = "Send Ack: End Message", 8 = "System Packet", 12 = "System Packet: Send Ack",
    }
}

/// Bytes of the header, which the length counts.
const HEADER_LEN: usize = 30;
/// The packet type of SPX.
const SPX: u8 = 5;

/// Writes a network as its first byte and all of it.
pub(super) fn write_network(network: u64, line: &mut Line) {
    line.hex(network >> 24 & 0xff, 2).str(" (0x").hex_upper(network, 8).byte(b')');
}

/// IPX.
pub struct Ipx;

impl Protocol for Ipx {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPX";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Sap(NETWARE), Key::Ether(0x8137), Key::Ppp(0x2b)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.need(HEADER_LEN)?;
        c.protocol("IPX");
        let dst_socket = c.peek_u16(16).unwrap_or_default();
        socket_row(c.claim(), dst_socket);
        c.u16(&CHECKSUM)?;
        let len = usize::from(c.u16(&LEN)?);
        c.read_all(&[(&HOPS, 1)])?;
        let kind = c.u8(&PACKET_TYPE)?;
        let (network, node) = (c.u32(&DST_NET)?, c.fixed(&DST_NODE)?);
        c.row().dst = Address::Ipx(network, node);
        c.u16(&DST_SOCKET)?;
        let (network, node) = (c.u32(&SRC_NET)?, c.fixed(&SRC_NODE)?);
        c.row().src = Address::Ipx(network, node);
        let src_socket = c.u16(&SRC_SOCKET)?;
        c.layer_ends();
        if len < HEADER_LEN {
            return Err(Stop::Malformed);
        }
        c.trim(len.saturating_sub(HEADER_LEN));
        if c.reported() == 0 {
            return Ok(());
        }
        c.lend(|c| payload(c, kind, [dst_socket, src_socket]))
    }
}

fn socket_row(line: &mut Line, socket: u16) {
    match name_of(SOCKETS, socket.into()) {
        Some(name) => line.str(name),
        None => line.str("Unknown (0x").hex(socket, 4).byte(b')'),
    };
}

/// Hands the payload on, by the sockets, then by the type of the packet.
fn payload<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, sockets: [u16; 2]) -> Result<(), Stop> {
    for socket in sockets {
        let taken = match socket {
            0x0452 => c.call::<ServiceAdvertisement>()?,
            0x0453 => c.call::<Rip>()?,
            0x0455 => netbios::over_ipx(c, kind)?,
            0x0551 | 0x0553 => c.call::<NameManagement>()?,
            0x0550 | 0x0552 | 0x0554 => c.call::<Smb>()?,
            0x85be => c.call::<crate::dissect::network::routing::eigrp::Eigrp>()?,
            _ => false,
        };
        if taken {
            return Ok(());
        }
    }
    if kind != SPX || !c.call::<Spx>()? {
        c.data();
    }
    Ok(())
}

/// SPX: connections over IPX.
pub struct Spx;

impl Protocol for Spx {
    const LAYER: &'static Field = &SPX_LAYER;
    const NAME: &'static str = "SPX";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("SPX");
        c.claim().str("SPX ");
        let control = c.u8(&SPX_CONTROL)? >> 4;
        c.info().named(name_of(SPX_CONTROLS, control.into()), control);
        c.read_all(&[(&SPX_TYPE, 1), (&SPX_SRC, 2), (&SPX_DST, 2), (&SPX_SEQUENCE, 2), (&SPX_ACK, 2)])?;
        c.u16(&SPX_ALLOCATION)?;
        c.layer_ends();
        c.data();
        Ok(())
    }
}
