//! MNDP: MikroTik's routers tell their neighbours who they are.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mndp", "Mikrotik Neighbor Discovery Protocol", Kind::Protocol);

fields! {
    UNKNOWN = "mndp.header.unknown", "Header Unknown", Bytes;
    NUMBER = "mndp.header.seqno", "SeqNo", U16;
    ITEM = "", "TLV", None;
    TYPE = "mndp.tlv.type", "TlvType", U16;
    LENGTH = "mndp.tlv.length", "TlvLength", U16;
    DATA = "mndp.tlv.data", "TlvData", Bytes;
    MAC = "mndp.mac", "MAC-Address", Ether;
    SOFTWARE = "mndp.softwareid", "Software-ID", Str;
    VERSION = "mndp.version", "Version", Str;
    IDENTITY = "mndp.identity", "Identity", Str;
    UPTIME = "mndp.uptime", "Uptime", RelTime;
    PLATFORM = "mndp.platform", "Platform", Str;
    BOARD = "mndp.board", "Board", Str;
    UNPACK = "mndp.unpack", "Unpack", U8 names(UNPACKINGS);
    IPV6 = "mndp.ipv6address", "IPv6-Address", Ipv6;
    INTERFACE = "mndp.interfacename", "Interface name", Str;
    IPV4 = "mndp.ipv4address", "IPv4-Address", Ipv4;
}

names! {
    UNPACKINGS { 1 = "None" }
    ITEMS {
        1 = "MAC-Address", 5 = "Identity", 7 = "Version", 8 = "Platform", 10 = "Uptime", 11 = "Software-ID",
        12 = "Board", 14 = "Unpack", 15 = "IPv6-Address", 16 = "Interface name", 17 = "IPv4-Address",
    }
}

/// Bytes of the shortest packet: its header, and a first item's.
const LEAST: usize = 8;
const SECOND: u64 = 1_000_000_000;

/// MNDP.
pub struct Mndp;

impl Protocol for Mndp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MNDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(5678)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.remaining() < LEAST {
            return Err(Stop::NotMine);
        }
        c.protocol("MNDP");
        c.bytes(&UNKNOWN, 2)?;
        c.u16(&NUMBER)?;
        while c.reported() > 0 {
            item(c)?;
        }
        Ok(())
    }
}

fn item<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (kind, len) = (c.peek_u16(0).ok_or_else(|| c.short(2))?, c.peek_u16(2).ok_or_else(|| c.short(4))?);
    let name = name_of(ITEMS, kind.into()).unwrap_or("Unknown");
    c.group(&ITEM, |c| {
        c.label(|l| _ = l.str("T ").dec(kind).str(", L ").dec(len).str(": ").str(name));
        c.u16(&TYPE)?;
        c.label(|l| _ = l.str("TlvType: ").dec(kind).str(" = ").str(name));
        c.u16(&LENGTH)?;
        if len == 0 { Ok(()) } else { value(c, kind, len.into()) }
    })
}

fn value<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, len: usize) -> Result<(), Stop> {
    let field = match kind {
        1 => &MAC,
        5 => &IDENTITY,
        7 => &VERSION,
        8 => &PLATFORM,
        10 if len == 4 => {
            let seconds = c.u32_le(&UPTIME)?;
            c.change_last(|item| item.num = u64::from(seconds) * SECOND);
            return Ok(());
        }
        11 => &SOFTWARE,
        12 => &BOARD,
        14 if len == 1 => return c.u8(&UNPACK).map(|_| ()),
        15 => &IPV6,
        16 => &INTERFACE,
        17 => &IPV4,
        _ => &DATA,
    };
    c.bytes(field, len).map(|_| ())
}
