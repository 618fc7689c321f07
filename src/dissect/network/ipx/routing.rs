//! What routers of IPX tell: networks (RIP), and servers (SAP).

use super::names::{SERVER_TYPES, SOCKETS};
use super::write_network;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static RIP_LAYER: Field = Field::new("ipxrip", "IPX Routing Information Protocol", Kind::Protocol);
static SAP_LAYER: Field = Field::new("ipxsap", "Service Advertisement Protocol", Kind::Protocol);

fields! {
    RIP_TYPE = "ipxrip.packet_type", "RIP packet type", U16 names(RIP_TYPES);
    ROUTE = "ipxrip.route_vector", "Route Vector", U32 custom(write_network);
    RIP_HOPS = "ipxrip.hops", "Hops", U16;
    TICKS = "ipxrip.ticks", "Ticks", U16;
    SAP_TYPE = "ipxsap.packet_type", "SAP packet type", U16 names(SAP_TYPES);
    SERVER = "ipxsap.server", "Server", None;
    SERVER_TYPE = "ipxsap.server.type", "Server Type", U16 hex names(SERVER_TYPES);
    SERVER_NAME = "ipxsap.server.name", "Server Name", Str;
    NETWORK = "ipxsap.server.network", "Network", U32 custom(write_network);
    NODE = "ipxsap.server.node", "Node", Ether;
    SOCKET = "ipxsap.server.socket", "Socket", U16 hex names(SOCKETS);
    INTERMEDIATE = "ipxsap.server.intermediate_networks", "Intermediate Networks", U16;
}

names! {
    RIP_TYPES { 1 = "Request", 2 = "Response" }
    SAP_TYPES { 1 = "General Query", 2 = "General Response", 3 = "Nearest Query", 4 = "Nearest Response" }
}

/// Bytes of a route, and of a server.
const ROUTE_LEN: usize = 8;
const SERVER_LEN: usize = 64;
const NAME_LEN: usize = 48;
/// Ticks in a second.
const TICKS_PER_SECOND: u64 = 18;

/// RIP of IPX.
pub struct Rip;

impl Protocol for Rip {
    const LAYER: &'static Field = &RIP_LAYER;
    const NAME: &'static str = "IPX RIP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPX RIP");
        c.claim();
        let kind = c.u16(&RIP_TYPE)?;
        c.info().str(name_of(RIP_TYPES, kind.into()).unwrap_or("Unknown"));
        while c.remaining() >= ROUTE_LEN {
            c.u32(&ROUTE)?;
            c.u16(&RIP_HOPS)?;
            let ticks = c.u16(&TICKS)?;
            c.label(|l| {
                l.str("Ticks: ").dec(u64::from(ticks) * 1000 / TICKS_PER_SECOND).str(" ms");
            });
        }
        Ok(())
    }
}

/// SAP of IPX.
pub struct ServiceAdvertisement;

impl Protocol for ServiceAdvertisement {
    const LAYER: &'static Field = &SAP_LAYER;
    const NAME: &'static str = "IPX SAP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPX SAP");
        c.claim();
        let kind = c.u16(&SAP_TYPE)?;
        c.info().str(name_of(SAP_TYPES, kind.into()).unwrap_or("Unknown Packet Type"));
        if matches!(kind, 2 | 4) {
            while c.remaining() >= SERVER_LEN {
                server(c)?;
            }
        } else if c.remaining() >= 2 {
            c.u16(&SERVER_TYPE)?;
        }
        Ok(())
    }
}

fn server<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.group(&SERVER, |c| {
        if S::DETAIL {
            let name = c.rest().get(2..2 + NAME_LEN).unwrap_or_default();
            let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
            c.label(|l| _ = l.str("Server: ").text(name));
        }
        c.u16(&SERVER_TYPE)?;
        c.bytes(&SERVER_NAME, NAME_LEN)?;
        c.u32(&NETWORK)?;
        c.read_all(&[(&NODE, 6), (&SOCKET, 2), (&INTERMEDIATE, 2)])
    })
}
