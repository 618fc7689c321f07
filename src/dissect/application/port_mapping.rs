//! How a host asks its router to map ports: NAT-PMP (RFC 6886) and PCP (RFC 6887).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("nat-pmp", "NAT Port Mapping Protocol", Kind::Protocol);
static CONTROL_LAYER: Field = Field::new("portcontrol", "Port Control Protocol", Kind::Protocol);

fields! {
    VERSION = "nat-pmp.version", "Version", U8;
    OPCODE = "nat-pmp.opcode", "Opcode", U8 names(OPCODES);
    RESERVED = "nat-pmp.reserved", "Reserved", U16;
    RESULT = "nat-pmp.result_code", "Result Code", U16 names(RESULTS);
    EPOCH = "nat-pmp.sssoe", "Seconds Since Start of Epoch", U32;
    EXTERNAL = "nat-pmp.external_ip", "External IP Address", Ipv4;
    INTERNAL_PORT = "nat-pmp.internal_port", "Internal Port", U16;
    EXTERNAL_PORT = "nat-pmp.external_port", "Requested External Port", U16;
    LIFETIME = "nat-pmp.pml", "Requested Port Mapping Lifetime", U32;
}

names! {
    OPCODES {
        0 = "External Address Request", 1 = "Map UDP Request", 2 = "Map TCP Request",
        128 = "External Address Response", 129 = "Map UDP Response", 130 = "Map TCP Response",
    }
    RESULTS {
        0 = "Success", 1 = "Unsupported Version", 2 = "Not Authorized/Refused", 3 = "Network Failure",
        4 = "Out of resources", 5 = "Unsupported opcode",
    }
    CONTROL_OPCODES { 0 = "Announce", 1 = "Map", 2 = "Peer" }
    CONTROL_PROTOCOLS { 0 = "All Protocols", 6 = "TCP", 17 = "UDP" }
}

/// NAT-PMP, and PCP, which came after it and tells itself by its version.
pub struct NatPmp;

impl Protocol for NatPmp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NAT-PMP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(5350), Key::Udp(5351)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        match c.peek_u8(0) {
            Some(0) | None => {}
            Some(1 | 2) => {
                c.forget_layer();
                return c.above(Cursor::call::<PortControl>).map(|_taken| ());
            }
            _ => return Err(Stop::NotMine),
        }
        c.protocol("NAT-PMP");
        c.claim();
        c.need(2)?;
        c.u8(&VERSION)?;
        let opcode = c.u8(&OPCODE)?;
        match OPCODE.name(opcode.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown opcode: ").dec(opcode),
        }
        let ports = [(&INTERNAL_PORT, 2), (&EXTERNAL_PORT, 2), (&LIFETIME, 4)];
        match opcode {
            1 | 2 => {
                c.u16(&RESERVED)?;
                c.read_all(&ports)
            }
            128 => c.read_all(&[(&RESULT, 2), (&EPOCH, 4), (&EXTERNAL, 4)]),
            129 | 130 => {
                c.read_all(&[(&RESULT, 2), (&EPOCH, 4)])?;
                c.read_all(&ports)
            }
            _ => Ok(()),
        }
    }
}

/// PCP.
pub struct PortControl;

mod control {
    use crate::fields;

    fields! {
        VERSION = "portcontrol.version", "Version", U8;
        RESPONSE = "portcontrol.r", "R", Bool mask(0x80);
        OPCODE = "portcontrol.opcode", "Opcode", U8 mask(0x7f) names(super::CONTROL_OPCODES);
        LIFETIME = "portcontrol.lifetime_req", "Requested Lifetime", U32;
        CLIENT = "portcontrol.client_ip", "Client IP Address", Ipv6;
        EPOCH = "portcontrol.epoch_time", "Epoch Time", U32;
        NONCE = "portcontrol.map.nonce", "Mapping Nonce", Bytes;
        PROTOCOL = "portcontrol.map.protocol", "Protocol", U8;
        INTERNAL_PORT = "portcontrol.map.internal_port", "Internal Port", U16;
        EXTERNAL_PORT = "portcontrol.map.req_sug_external_port", "Requested External Port", U16;
        EXTERNAL = "portcontrol.map.req_sug_ext_ip", "Requested External IP Address", Ipv6;
    }
}

impl Protocol for PortControl {
    const LAYER: &'static Field = &CONTROL_LAYER;
    const NAME: &'static str = "Port Control";
    const FIELDS: &'static [&'static Field] = control::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let version = c.u8(&control::VERSION)?;
        c.protocol(if version == 1 { "PCP v1" } else { "PCP v2" });
        c.claim();
        let opcode = c.u8(&control::OPCODE)?;
        let (response, opcode) = (opcode & 0x80 != 0, opcode & 0x7f);
        match crate::dissect::field::name_of(CONTROL_OPCODES, opcode.into()) {
            Some(name) => _ = c.info().str(name).str(if response { " Response" } else { " Request" }),
            None => _ = c.info().str("Unknown opcode: ").dec(opcode),
        }
        c.skip(2)?;
        c.u32(&control::LIFETIME)?;
        if response {
            c.u32(&control::EPOCH)?;
            c.skip(12)?;
        } else {
            c.fixed::<16>(&control::CLIENT)?;
        }
        if opcode != 1 {
            return Ok(());
        }
        if version == 2 {
            c.bytes(&control::NONCE, 12)?;
        }
        let protocol = c.u8(&control::PROTOCOL)?;
        c.skip(3)?;
        let (internal, external) = (c.u16(&control::INTERNAL_PORT)?, c.u16(&control::EXTERNAL_PORT)?);
        let info = c.info().str(": ").dec(internal).str(" -> ").dec(external).str(" [");
        match crate::dissect::field::name_of(CONTROL_PROTOCOLS, protocol.into()) {
            Some(name) => _ = info.str(name).byte(b']'),
            None => _ = info.str("Unknown Protocol ").dec(protocol).byte(b']'),
        }
        c.fixed::<16>(&control::EXTERNAL).map(|_| ())
    }
}
