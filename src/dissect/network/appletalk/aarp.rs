//! AARP: which station of a link has an AppleTalk address.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("aarp", "AppleTalk Address Resolution Protocol", Kind::Protocol);

fields! {
    HARD_TYPE = "aarp.hard.type", "Hardware type", U16 hex names(HARDWARE);
    PROTO_TYPE = "aarp.proto.type", "Protocol type", U16 hex names(PROTOCOLS);
    HARD_SIZE = "aarp.hard.size", "Hardware size", U8;
    PROTO_SIZE = "aarp.proto.size", "Protocol size", U8;
    OPCODE = "aarp.opcode", "Opcode", U16 names(OPCODES);
    SRC_HW = "aarp.src.hw", "Sender hardware address", Bytes;
    SRC_MAC = "aarp.src.hw_mac", "Sender MAC address", Ether;
    SRC_PROTO = "aarp.src.proto", "Sender protocol address", Bytes;
    SRC_ID = "aarp.src.proto_id", "Sender ID", Bytes;
    DST_HW = "aarp.dst.hw", "Target hardware address", Bytes;
    DST_MAC = "aarp.dst.hw_mac", "Target MAC address", Ether;
    DST_PROTO = "aarp.dst.proto", "Target protocol address", Bytes;
    DST_ID = "aarp.dst.proto_id", "Target ID", Bytes;
}

names! {
    HARDWARE { 1 = "Ethernet", 2 = "Token Ring" }
    PROTOCOLS { 0x0800 = "IPv4", 0x809b = "AppleTalk LLAP bridging" }
    OPCODES { 1 = "request", 2 = "reply", 3 = "probe", 0x100 = "request", 0x200 = "reply", 0x300 = "probe" }
}

const APPLE_TALK: u16 = 0x809b;

/// AARP.
pub struct Aarp;

impl Protocol for Aarp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "AARP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x80f3), Key::Snap(0, 0x80f3)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("AARP");
        c.claim();
        let sizes = (c.peek_u8(4), c.peek_u8(5));
        let (hard, proto) = (usize::from(sizes.0.unwrap_or_default()), usize::from(sizes.1.unwrap_or_default()));
        c.need(8 + 2 * hard + 2 * proto)?;
        let hardware = c.u16(&HARD_TYPE)?;
        let protocol = c.u16(&PROTO_TYPE)?;
        c.read_all(&[(&HARD_SIZE, 1), (&PROTO_SIZE, 1)])?;
        let opcode = c.u16(&OPCODE)?;
        let mac = matches!(hardware, 1 | 2) && hard == 6;
        let node = protocol == APPLE_TALK && proto == 4;
        let src_hard = c.bytes(if mac { &SRC_MAC } else { &SRC_HW }, hard)?;
        let src = address(c, node, [&SRC_ID, &SRC_PROTO], proto)?;
        c.bytes(if mac { &DST_MAC } else { &DST_HW }, hard)?;
        let dst = address(c, node, [&DST_ID, &DST_PROTO], proto)?;
        let line = c.claim();
        match opcode {
            1 | 0x100 => {
                write(dst, node, line.str("Who has "));
                write(src, node, line.str("?  Tell "));
            }
            2 | 0x200 => {
                write(src, node, line);
                line.str(" is at ").hex_bytes(src_hard, if mac { ":" } else { "" });
            }
            3 | 0x300 => write(dst, node, line.str("Is there a ")),
            _ => _ = line.str("Unknown AARP opcode 0x").hex(opcode, 4),
        }
        if let Some(name) = OPCODE.name(opcode.into()) {
            c.layer_append(|l| _ = l.str(" (").str(name).byte(b')'));
        }
        Ok(())
    }
}

fn address<'p, S: Sink>(
    c: &mut Cursor<'p, S>,
    node: bool,
    [id, bytes]: [&'static Field; 2],
    len: usize,
) -> Result<&'p [u8], Stop> {
    let field = if node { id } else { bytes };
    let address = c.bytes(field, len)?;
    if node {
        c.label(|l| write(address, true, l.str(field.label).str(": ")));
    }
    Ok(address)
}

/// Writes an address: network and node, or bytes.
fn write(address: &[u8], node: bool, line: &mut Line) {
    match *address {
        [_, high, low, last] if node => _ = line.dec(u16::from_be_bytes([high, low])).byte(b'.').dec(last),
        _ => _ = line.hex_bytes(address, ""),
    }
}
