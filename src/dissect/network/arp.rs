//! ARP (RFC 826).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("arp", "Address Resolution Protocol", Kind::Protocol);

fields! {
    HARDWARE_TYPE = "arp.hw.type", "Hardware type", U16;
    PROTOCOL_TYPE = "arp.proto.type", "Protocol type", U16 hex;
    HARDWARE_SIZE = "arp.hw.size", "Hardware size", U8;
    PROTOCOL_SIZE = "arp.proto.size", "Protocol size", U8;
    OPCODE = "arp.opcode", "Opcode", U16 names(OPCODES);
    SENDER_MAC = "arp.src.hw_mac", "Sender MAC address", Ether;
    SENDER_IP = "arp.src.proto_ipv4", "Sender IP address", Ipv4;
    TARGET_MAC = "arp.dst.hw_mac", "Target MAC address", Ether;
    TARGET_IP = "arp.dst.proto_ipv4", "Target IP address", Ipv4;
}

names! {
    OPCODES { 1 = "request", 2 = "reply" }
}

/// ARP.
pub struct Arp;

impl Protocol for Arp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ARP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x0806)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ARP");
        c.claim();
        c.u16(&HARDWARE_TYPE)?;
        c.u16(&PROTOCOL_TYPE)?;
        c.u8(&HARDWARE_SIZE)?;
        c.u8(&PROTOCOL_SIZE)?;
        let opcode = c.u16(&OPCODE)?;
        let sender_mac = c.fixed::<6>(&SENDER_MAC)?;
        let sender_ip = c.fixed::<4>(&SENDER_IP)?;
        c.fixed::<6>(&TARGET_MAC)?;
        let target_ip = c.fixed::<4>(&TARGET_IP)?;
        match opcode {
            1 => c.info().str("Who has ").ipv4(&target_ip).str("? Tell ").ipv4(&sender_ip),
            2 => c.info().ipv4(&sender_ip).str(" is at ").mac(&sender_mac),
            _ => c.info().str("Unknown ARP opcode 0x").hex(opcode, 4),
        };
        Ok(())
    }
}
