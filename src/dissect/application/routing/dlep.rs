//! DLEP (RFC 8175): a modem tells its router of the links it has, and how good they are.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("dlep", "Dynamic Link Exchange Protocol", Kind::Protocol);

fields! {
    SIGNATURE = "dlep.signal.signature", "Signature", Str;
    SIGNAL_TYPE = "dlep.signal.type", "Signal Type", U16 names(SIGNALS);
    SIGNAL_LENGTH = "dlep.signal.length", "Signal Length (bytes)", U16;
    MESSAGE_TYPE = "dlep.message.type", "Message Type", U16 names(MESSAGES);
    MESSAGE_LENGTH = "dlep.message.length", "Message Length (bytes)", U16;
    ITEM = "dlep.dataitem", "Data Item", None;
    ITEM_TYPE = "dlep.dataitem.type", "Type", U16 names(ITEMS);
    ITEM_LENGTH = "dlep.dataitem.length", "Length (bytes)", U16;
    VALUE = "dlep.dataitem.value", "Value", None;
    CODE = "dlep.dataitem.status.code", "Code", U8 names(CODES);
    TEXT = "dlep.dataitem.status.text", "Text", Str;
    V4_FLAGS = "dlep.dataitem.v4conn.flags", "Flags", U8 hex;
    V4_TLS = "dlep.dataitem.v4conn.flags.tls", "Use TLS Indicator", Bool mask(1) set;
    V4_ADDRESS = "dlep.dataitem.v4conn.addr", "Address", Ipv4;
    V4_PORT = "dlep.dataitem.v4conn.port", "Port", U16;
    V6_FLAGS = "dlep.dataitem.v6conn.flags", "Flags", U8 hex;
    V6_TLS = "dlep.dataitem.v6conn.flags.tls", "Use TLS Indicator", Bool mask(1) set;
    V6_ADDRESS = "dlep.dataitem.v6conn.addr", "Address", Ipv6;
    V6_PORT = "dlep.dataitem.v6conn.port", "Port", U16;
    PEER_FLAGS = "dlep.dataitem.peertype.flags", "Flags", U8 hex;
    PEER_SECURE = "dlep.dataitem.peertype.flags.smi", "Secure Medium Indicator", Bool mask(1) set;
    PEER_TEXT = "dlep.dataitem.peertype.description", "Text", Str;
    HEARTBEAT = "dlep.dataitem.heartbeat", "Heartbeat Interval (ms)", U32;
    EXTENSION = "dlep.dataitem.extsupp.code", "Code", U16 names(EXTENSIONS);
    MAC_48 = "dlep.dataitem.macaddr_eui48", "MAC Address", Ether;
    MAC_64 = "dlep.dataitem.macaddr_eui64", "MAC Address", Eui64;
    A4_FLAGS = "dlep.dataitem.v4addr.flags", "Flags", U8 hex;
    A4_ADD = "dlep.dataitem.v4addr.flags.adddrop", "Add/Drop Indicator", Bool mask(1) flag("Add", "Drop");
    A4_ADDRESS = "dlep.dataitem.v4addr.addr", "Address", Ipv4;
    A6_FLAGS = "dlep.dataitem.v6addr.flags", "Flags", U8 hex;
    A6_ADD = "dlep.dataitem.v6addr.flags.adddrop", "Add/Drop Indicator", Bool mask(1) flag("Add", "Drop");
    A6_ADDRESS = "dlep.dataitem.v6addr.addr", "Address", Ipv6;
    S4_FLAGS = "dlep.dataitem.v4subnet.flags", "Flags", U8 hex;
    S4_ADD = "dlep.dataitem.v4subnet.flags.adddrop", "Add/Drop Indicator", Bool mask(1) flag("Add", "Drop");
    S4_SUBNET = "dlep.dataitem.v4subnet.subnet", "Subnet", Ipv4;
    S4_PREFIX = "dlep.dataitem.v4subnet.prefixlen", "Prefix Length", U8;
    S6_FLAGS = "dlep.dataitem.v6subnet.flags", "Flags", U8 hex;
    S6_ADD = "dlep.dataitem.v6subnet.flags.adddrop", "Add/Drop Indicator", Bool mask(1) flag("Add", "Drop");
    S6_SUBNET = "dlep.dataitem.v6subnet.subnet", "Subnet", Ipv6;
    S6_PREFIX = "dlep.dataitem.v6subnet.prefixlen", "Prefix Length", U8;
    MDRR = "dlep.dataitem.mdrr", "Maximum Data Rate (Receive) (bps)", U64;
    MDRT = "dlep.dataitem.mdrt", "Maximum Data Rate (Transmit) (bps)", U64;
    CDRR = "dlep.dataitem.cdrr", "Current Data Rate (Receive) (bps)", U64;
    CDRT = "dlep.dataitem.cdrt", "Current Data Rate (Transmit) (bps)", U64;
    LATENCY = "dlep.dataitem.latency", "Latency (us)", U64;
    RESOURCES = "dlep.dataitem.resources", "Resources (%)", U8;
    RLQR = "dlep.dataitem.rlqr", "Relative Link Quality (Receive) (%)", U8;
    RLQT = "dlep.dataitem.rlqt", "Relative Link Quality (Transmit) (%)", U8;
    MTU = "dlep.dataitem.mtu", "Maximum Transmission Unit (bytes)", U16;
}

names! {
    SIGNALS { 0 = "Reserved", 1 = "Peer Discovery", 2 = "Peer Offer" }
    MESSAGES {
        0 = "Reserved", 1 = "Session Initialization", 2 = "Session Initialization Response", 3 = "Session Update",
        4 = "Session Update Response", 5 = "Session Termination", 6 = "Session Termination Response",
        7 = "Destination Up", 8 = "Destination Up Response", 9 = "Destination Announce",
        10 = "Destination Announce Response", 11 = "Destination Down", 12 = "Destination Down Response",
        13 = "Destination Update", 14 = "Link Characteristics Request", 15 = "Link Characteristics Response",
        16 = "Heartbeat",
    }
    ITEMS {
        0 = "Reserved", 1 = "Status", 2 = "IPv4 Connection Point", 3 = "IPv6 Connection Point", 4 = "Peer Type",
        5 = "Heartbeat Interval", 6 = "Extensions Supported", 7 = "MAC Address", 8 = "IPv4 Address",
        9 = "IPv6 Address", 10 = "IPv4 Attached Subnet", 11 = "IPv6 Attached Subnet",
        12 = "Maximum Data Rate (Receive) (MDRR)", 13 = "Maximum Data Rate (Transmit) (MDRT)",
        14 = "Current Data Rate (Receive) (CDRR)", 15 = "Current Data Rate (Transmit) (CDRT)", 16 = "Latency",
        17 = "Resources (RES)", 18 = "Relative Link Quality (Receive) (RLQR)",
        19 = "Relative Link Quality (Transmit) (RLQT)", 20 = "Maximum Transmission Unit (MTU)", 21 = "Hop Count",
        22 = "Hop Control", 23 = "Queue Parameters", 24 = "Pause", 25 = "Restart", 26 = "Link Identifier Length",
        27 = "Link Identifier", 28 = "Latency Range",
    }
    CODES {
        0 = "Success", 1 = "Not Interested", 2 = "Request Denied", 3 = "Inconsistent Data", 128 = "Unknown Message",
        129 = "Unexpected Message", 130 = "Invalid Data", 131 = "Invalid Destination", 132 = "Timed Out",
        255 = "Shutting Down",
    }
    EXTENSIONS {
        0 = "Reserved", 1 = "Multi-Hop Forwarding", 2 = "Control-Plane-Based Pause", 3 = "Link Identifiers",
        4 = "Latency Range", 5..=65519 = "Unassigned", 65520..=65534 = "Reserved for Private Use",
        65535 = "Reserved",
    }
}

const PORT: u16 = 854;
/// Bytes of a message's header: type and length.
const HEADER_LEN: usize = 4;

/// DLEP.
pub struct Dlep;

impl Protocol for Dlep {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DLEP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !c.in_stream() {
            return signal(c);
        }
        let len = |c: &Cursor<'_, S>| usize::from(c.peek_u16(2).unwrap_or_default()) + HEADER_LEN;
        let mut first = true;
        messages(c, HEADER_LEN, len, |c| {
            c.protocol("DLEP");
            if std::mem::take(&mut first) {
                c.claim();
            }
            message(c)
        })
    }
}

/// A datagram: routers and modems find each other.
fn signal<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("DLEP");
    c.claim();
    c.bytes(&SIGNATURE, 4)?;
    let kind = c.u16(&SIGNAL_TYPE)?;
    let name = name_of(SIGNALS, kind.into()).unwrap_or("Unknown");
    c.info().str("Signal: ").str(name).str(" (").dec(kind).byte(b')');
    c.layer_append(|l| _ = l.str(", Signal: ").str(name).str(" (").dec(kind).byte(b')'));
    c.u16(&SIGNAL_LENGTH)?;
    items(c)
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u16(&MESSAGE_TYPE)?;
    let name = name_of(MESSAGES, kind.into()).unwrap_or("Unknown");
    c.info().str("Message: ").str(name).str(" (").dec(kind).byte(b')');
    c.layer_append(|l| _ = l.str(", Message: ").str(name).str(" (").dec(kind).byte(b')'));
    c.u16(&MESSAGE_LENGTH)?;
    items(c)
}

fn items<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let kind = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        let mark = c.mark();
        c.group(&ITEM, |c| {
            c.label(|l| _ = l.str(name_of(ITEMS, kind.into()).unwrap_or("Unknown")).str(" Data Item"));
            c.u16(&ITEM_TYPE)?;
            let len = usize::from(c.u16(&ITEM_LENGTH)?);
            if len > c.reported() {
                return Err(Stop::Malformed);
            }
            c.within(len, |c| item(c, kind, mark))
        })?;
    }
    Ok(())
}

/// What an item says; the line at `mark` is its heading.
fn item<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, mark: usize) -> Result<(), Stop> {
    match kind {
        1 => {
            let code = c.u8(&CODE)?;
            let text = c.rest();
            c.bytes(&TEXT, c.remaining())?;
            let name = name_of(CODES, code.into()).unwrap_or("Unknown");
            c.append_at(mark, |l| _ = l.str(", Code: ").str(name).str(" (").dec(code).str("), Text: ").text(text));
        }
        2 => {
            flags(c, &V4_FLAGS, &V4_TLS)?;
            let address = c.fixed::<4>(&V4_ADDRESS)?;
            let port = if c.remaining() > 0 { c.u16(&V4_PORT)? } else { PORT };
            c.append_at(mark, |l| _ = l.str(", Addr: ").ipv4(&address).str(", Port: ").dec(port));
        }
        3 => {
            flags(c, &V6_FLAGS, &V6_TLS)?;
            let address = c.fixed::<16>(&V6_ADDRESS)?;
            let port = if c.remaining() > 0 { c.u16(&V6_PORT)? } else { PORT };
            c.append_at(mark, |l| _ = l.str(", Addr: ").ipv6(&address).str(", Port: ").dec(port));
        }
        4 => {
            flags(c, &PEER_FLAGS, &PEER_SECURE)?;
            let text = c.rest();
            c.bytes(&PEER_TEXT, c.remaining())?;
            c.append_at(mark, |l| _ = l.str(", Description: ").text(text));
        }
        5 => metric(c, &HEARTBEAT, " (ms)", mark)?,
        6 => {
            while c.reported() > 0 {
                let code = c.u16(&EXTENSION)?;
                let name = name_of(EXTENSIONS, code.into()).unwrap_or("Unknown");
                c.append_at(mark, |l| _ = l.str(", Ext: ").str(name).str(" (").dec(code).byte(b')'));
            }
        }
        7 => _ = c.bytes(if c.remaining() == 8 { &MAC_64 } else { &MAC_48 }, c.remaining())?,
        8 => address(c, (&A4_FLAGS, &A4_ADD), (&A4_ADDRESS, 4))?,
        9 => address(c, (&A6_FLAGS, &A6_ADD), (&A6_ADDRESS, 16))?,
        10 => {
            address(c, (&S4_FLAGS, &S4_ADD), (&S4_SUBNET, 4))?;
            c.u8(&S4_PREFIX)?;
        }
        11 => {
            address(c, (&S6_FLAGS, &S6_ADD), (&S6_SUBNET, 16))?;
            c.u8(&S6_PREFIX)?;
        }
        12 => metric(c, &MDRR, " (bps)", mark)?,
        13 => metric(c, &MDRT, " (bps)", mark)?,
        14 => metric(c, &CDRR, " (bps)", mark)?,
        15 => metric(c, &CDRT, " (bps)", mark)?,
        16 => metric(c, &LATENCY, " (us)", mark)?,
        17 => metric(c, &RESOURCES, " (%)", mark)?,
        18 => metric(c, &RLQR, " (%)", mark)?,
        19 => metric(c, &RLQT, " (%)", mark)?,
        20 => metric(c, &MTU, " (bytes)", mark)?,
        _ => _ = c.bytes(&VALUE, c.remaining())?,
    }
    Ok(())
}

fn flags<S: Sink>(c: &mut Cursor<'_, S>, all: &'static Field, one: &'static Field) -> Result<(), Stop> {
    let flags = c.u8(all)?;
    c.below(|c| c.bits::<1>(one, flags.into()));
    Ok(())
}

fn address<S: Sink>(
    c: &mut Cursor<'_, S>,
    (all, one): (&'static Field, &'static Field),
    (field, len): (&'static Field, usize),
) -> Result<(), Stop> {
    flags(c, all, one)?;
    c.bytes(field, len).map(|_| ())
}

/// A single number, which stands in the heading too.
fn metric<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, unit: &str, mark: usize) -> Result<(), Stop> {
    let num = match field.kind {
        Kind::U8 => c.u8(field)?.into(),
        Kind::U16 => c.u16(field)?.into(),
        Kind::U32 => c.u32(field)?.into(),
        _ => c.u64(field)?,
    };
    c.append_at(mark, |l| _ = l.str(": ").dec(num).str(unit));
    Ok(())
}
