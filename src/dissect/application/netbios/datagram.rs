//! NetBIOS's datagram service (RFC 1002, section 4.4).

use super::mailslot::Smb;
use super::name::NetbiosName;
use crate::dissect::application::dns::name as domain;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("nbdgm", "NetBIOS Datagram Service", Kind::Protocol);

fields! {
    TYPE = "nbdgm.type", "Message Type", U8 names(TYPES);
    FLAGS = "nbdgm.flags", "Flags", U8 hex;
    NEXT = "nbdgm.next", "More fragments follow", Bool mask(0x1) flag("Yes", "No");
    FIRST = "nbdgm.first", "This is first fragment", Bool mask(0x2) flag("Yes", "No");
    NODE_TYPE = "nbdgm.node_type", "Node Type", U8 mask(0xc) names(NODES);
    ID = "nbdgm.dgram_id", "Datagram ID", U16 hex;
    SRC_IP = "nbdgm.src.ip", "Source IP", Ipv4;
    SRC_PORT = "nbdgm.src.port", "Source Port", U16;
    LENGTH = "nbdgm.dgram_len", "Datagram length", U16 unit(" byte", " bytes");
    OFFSET = "nbdgm.pkt_offset", "Packet offset", U16 unit(" byte", " bytes");
    ERROR_CODE = "nbdgm.error_code", "Error code", U8 hex names(ERRORS);
    SOURCE_NAME = "nbdgm.source_name", "Source name", Str;
    DESTINATION_NAME = "nbdgm.destination_name", "Destination name", Str;
}

names! {
    TYPES {
        16 = "Direct_unique datagram", 17 = "Direct_group datagram", 18 = "Broadcast datagram", 19 = "Datagram error",
        20 = "Datagram query request", 21 = "Datagram positive query response",
        22 = "Datagram negative query response",
    }
    NODES { 0 = "B node", 1 = "P node", 2 = "M node", 3 = "NBDD" }
    ERRORS {
        0x82 = "Destination name not present", 0x83 = "Invalid source name format",
        0x84 = "Invalid destination name format",
    }
}

/// NetBIOS's datagram service.
pub struct Datagrams;

impl Protocol for Datagrams {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NBDS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(138)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NBDS");
        c.claim();
        let dtype = c.u8(&TYPE)?;
        match name_of(TYPES, dtype.into()) {
            Some(name) => _ = c.info().str(name),
            None => {
                c.info().str("Unknown message type (0x").hex_upper(dtype, 2).byte(b')');
            }
        }
        flags(c)?;
        c.u16(&ID)?;
        c.fixed::<4>(&SRC_IP)?;
        c.u16(&SRC_PORT)?;
        match dtype {
            16..=18 => datagram(c),
            19 => c.u8(&ERROR_CODE).map(|_| ()),
            20..=22 => name(c, &DESTINATION_NAME),
            _ => Ok(()),
        }
    }
}

fn flags<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = c.be::<1>(&FLAGS)?;
    c.append(|l| {
        for field in [&NEXT, &FIRST] {
            if field.cut(flags) != 0 {
                l.str(", ").str(field.label);
            }
        }
        l.str(", Node Type: ").str(NODE_TYPE.name(NODE_TYPE.cut(flags)).unwrap_or_default());
    });
    c.below(|c| {
        for field in [&NEXT, &FIRST, &NODE_TYPE] {
            c.bits::<1>(field, flags);
        }
    });
    Ok(())
}

/// The name of one who sends or receives; pointers do not occur in it.
fn name<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let start = c.pos();
    let text = domain::read(c, start)?;
    let name = NetbiosName::decode(text.as_bytes());
    c.text(field, start, c.pos(), |l| {
        name.write(l);
        if let Some(purpose) = name.purpose() {
            l.str(" (").str(purpose).byte(b')');
        }
    });
    Ok(())
}

/// A datagram's names and what it carries.
fn datagram<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&LENGTH)?;
    c.u16(&OFFSET)?;
    name(c, &SOURCE_NAME)?;
    name(c, &DESTINATION_NAME)?;
    c.layer_ends();
    if !c.call::<Smb>()? {
        c.data();
    }
    Ok(())
}
