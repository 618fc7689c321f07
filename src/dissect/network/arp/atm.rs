//! ARP over ATM (RFC 2225 section 8.7): two addresses for each side, each with a length of its own.

use super::names::{HARDWARE_TYPES, OPCODES};
use super::{unusual, write_protocol_address};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::link::ether_types::ETHER_TYPES;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("atmarp", "ATM Address Resolution Protocol", Kind::Protocol);

fields! {
    HARDWARE_TYPE = "arp.hw.type", "Hardware type", U16 names(HARDWARE_TYPES);
    PROTOCOL_TYPE = "arp.proto.type", "Protocol type", U16 hex names(ETHER_TYPES);
    SENDER_TYPE_LEN = "arp.src.htl", "Sender ATM number type/length", None;
    SENDER_TYPE = "arp.src.htype", "Sender ATM number type", Bool mask(0x40) flag("E.164", "ATM Forum NSAPA");
    SENDER_LEN = "arp.src.hlen", "Sender ATM number length", U8 mask(0x3f);
    SENDER_SUB_TYPE_LEN = "arp.src.stl", "Sender ATM subaddress type/length", None;
    SENDER_SUB_TYPE = "arp.src.stype", "Sender ATM subaddress type", Bool mask(0x40) flag("E.164", "ATM Forum NSAPA");
    SENDER_SUB_LEN = "arp.src.slen", "Sender ATM subaddress length", U8 mask(0x3f);
    OPCODE = "arp.opcode", "Opcode", U16 names(OPCODES);
    SENDER_PROTOCOL_LEN = "arp.src.pln", "Sender protocol size", U8;
    TARGET_TYPE_LEN = "arp.dst.htl", "Target ATM number type/length", None;
    TARGET_TYPE = "arp.dst.htype", "Target ATM number type", Bool mask(0x40) flag("E.164", "ATM Forum NSAPA");
    TARGET_LEN = "arp.dst.hlen", "Target ATM number length", U8 mask(0x3f);
    TARGET_SUB_TYPE_LEN = "arp.dst.stl", "Target ATM subaddress type/length", None;
    TARGET_SUB_TYPE = "arp.dst.stype", "Target ATM subaddress type", Bool mask(0x40) flag("E.164", "ATM Forum NSAPA");
    TARGET_SUB_LEN = "arp.dst.slen", "Target ATM subaddress length", U8 mask(0x3f);
    TARGET_PROTOCOL_LEN = "arp.dst.pln", "Target protocol size", U8;
    SENDER_E164 = "arp.src.atm_num_e164", "Sender ATM number (E.164)", Str;
    SENDER_NSAP = "arp.src.atm_num_nsap", "Sender ATM number (NSAP)", Bytes;
    SENDER_SUB = "arp.src.atm_subaddr", "Sender ATM subaddress", Bytes;
    SENDER_IP = "arp.src.proto_ipv4", "Sender IP address", Ipv4;
    SENDER_PROTOCOL = "arp.src.proto", "Sender protocol address", Bytes;
    TARGET_E164 = "arp.dst.atm_num_e164", "Target ATM number (E.164)", Str;
    TARGET_NSAP = "arp.dst.atm_num_nsap", "Target ATM number (NSAP)", Bytes;
    TARGET_SUB = "arp.dst.atm_subaddr", "Target ATM subaddress", Bytes;
    TARGET_IP = "arp.dst.proto_ipv4", "Target IP address", Ipv4;
    TARGET_PROTOCOL = "arp.dst.proto", "Target protocol address", Bytes;
}

/// ARP over ATM.
pub struct AtmArp;

/// An ATM number or subaddress as its type-and-length byte describes it.
#[derive(Clone, Copy)]
struct Shape {
    e164: bool,
    len: usize,
}

/// One side's addresses.
#[derive(Clone, Copy)]
struct Side<'p> {
    e164: bool,
    number: &'p [u8],
    sub: &'p [u8],
    protocol: &'p [u8],
}

impl Protocol for AtmArp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ATMARP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.need(12)?;
        c.u16(&HARDWARE_TYPE)?;
        let ipv4 = c.u16(&PROTOCOL_TYPE)? == super::IPV4;
        let sender = shape(c, [&SENDER_TYPE_LEN, &SENDER_TYPE, &SENDER_LEN])?;
        let sender_sub = shape(c, [&SENDER_SUB_TYPE_LEN, &SENDER_SUB_TYPE, &SENDER_SUB_LEN])?;
        let opcode = c.u16(&OPCODE)?;
        let sender_protocol = usize::from(c.u8(&SENDER_PROTOCOL_LEN)?);
        let target = shape(c, [&TARGET_TYPE_LEN, &TARGET_TYPE, &TARGET_LEN])?;
        let target_sub = shape(c, [&TARGET_SUB_TYPE_LEN, &TARGET_SUB_TYPE, &TARGET_SUB_LEN])?;
        let target_protocol = usize::from(c.u8(&TARGET_PROTOCOL_LEN)?);
        let len = sender.len + sender_sub.len + sender_protocol + target.len + target_sub.len + target_protocol;
        c.trim(len);
        c.need(len)?;
        c.protocol(protocol_name(opcode));
        c.layer_append(|l| label(l, opcode));
        let ipv4 = |len| ipv4 && len == 4;
        let ip = if ipv4(sender_protocol) { &SENDER_IP } else { &SENDER_PROTOCOL };
        let from = side(c, [&SENDER_E164, &SENDER_NSAP, &SENDER_SUB, ip], sender, sender_sub, sender_protocol)?;
        let ip = if ipv4(target_protocol) { &TARGET_IP } else { &TARGET_PROTOCOL };
        let to = side(c, [&TARGET_E164, &TARGET_NSAP, &TARGET_SUB, ip], target, target_sub, target_protocol)?;
        summary(c.claim(), opcode, from, to, ipv4(sender_protocol), ipv4(target_protocol));
        Ok(())
    }
}

fn shape<S: Sink>(c: &mut Cursor<'_, S>, [group, kind, len]: [&'static Field; 3]) -> Result<Shape, Stop> {
    c.group(group, |c| {
        let byte = c.be::<1>(kind)?;
        let shape = Shape { e164: kind.cut(byte) != 0, len: c.bits::<1>(len, byte) as usize };
        Ok(shape)
    })
}

/// Reads one side's addresses; the fields are its E.164 number, NSAP address, subaddress and protocol address.
fn side<'p, S: Sink>(
    c: &mut Cursor<'p, S>,
    [e164, nsap, sub, protocol]: [&'static Field; 4],
    number: Shape,
    sub_shape: Shape,
    protocol_len: usize,
) -> Result<Side<'p>, Stop> {
    let mut read = |field, len| if len > 0 { c.bytes(field, len) } else { Ok(&[][..]) };
    let number_bytes = read(if number.e164 { e164 } else { nsap }, number.len)?;
    let sub = read(sub, sub_shape.len)?;
    let protocol = read(protocol, protocol_len)?;
    Ok(Side { e164: number.e164, number: number_bytes, sub, protocol })
}

fn protocol_name(opcode: u16) -> &'static str {
    match opcode {
        3 | 4 => "ATMRARP",
        8 | 9 => "Inverse ATMARP",
        11..=22 => "MARS",
        23 => "MAPOS",
        _ => "ATMARP",
    }
}

fn label(line: &mut Line, opcode: u16) {
    line.str(" (");
    match name_of(OPCODES, opcode.into()) {
        Some(_) if opcode == 10 => line.str("nak"),
        Some(name) if !matches!(opcode, 3..=7) => line.str(name),
        _ => line.str("opcode 0x").hex(opcode, 4),
    };
    line.byte(b')');
}

fn write_number(line: &mut Line, side: Side<'_>) {
    if side.number.is_empty() {
        line.str("<No address>");
        return;
    }
    if side.e164 {
        line.text(side.number);
    } else {
        line.hex_bytes(side.number, "");
    }
    if !side.sub.is_empty() {
        line.byte(b',').hex_bytes(side.sub, "");
    }
}

fn summary(line: &mut Line, opcode: u16, from: Side<'_>, to: Side<'_>, from_ipv4: bool, to_ipv4: bool) {
    let sender = |line: &mut Line| write_protocol_address(line, from.protocol, from_ipv4);
    match opcode {
        0 => _ = line.str("Reserved opcode 0"),
        1 => {
            write_protocol_address(line.str("Who has "), to.protocol, to_ipv4);
            sender(line.str("? Tell "));
        }
        2 => {
            sender(line);
            write_number(line.str(" is at "), from);
        }
        8 => {
            write_number(line.str("Who is "), to);
            write_number(line.str("? Tell "), from);
        }
        9 => {
            write_number(line, from);
            sender(line.str(" is at "));
        }
        10 => {
            sender(line.str("I don't know where "));
            line.str(" is");
        }
        _ => unusual(line, opcode, "ATMARP", |line| {
            write_number(line.str(" from "), from);
            sender(line.str(" at "));
        }),
    }
}
