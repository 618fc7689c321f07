//! Cisco's HDLC, and SLARP, its address resolution and keepalives.

use super::ethernet::Ethernet;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("chdlc", "Cisco HDLC", Kind::Protocol);
static SLARP_LAYER: Field = Field::new("slarp", "Cisco SLARP", Kind::Protocol);

fields! {
    ADDRESS = "chdlc.address", "Address", U8 hex names(ADDRESSES);
    CONTROL = "chdlc.control", "Control", U8 hex;
    PROTOCOL = "chdlc.protocol", "Protocol", U16 hex names(PROTOCOLS);
    CLNS_PADDING = "chdlc.clns_padding", "CLNS Padding", U8 hex;
    SLARP_TYPE = "slarp.ptype", "Packet type", U32 names(SLARP_TYPES);
    SLARP_ADDRESS = "slarp.address", "Address", Ipv4;
    SLARP_MASK = "slarp.netmask", "Netmask", Ipv4;
    SLARP_OUTGOING = "slarp.mysequence", "Outgoing sequence number", U32;
    SLARP_RETURNED = "slarp.yoursequence", "Returned sequence number", U32;
    SLARP_RELIABILITY = "slarp.reliability", "Reliability", U16 hex;
}

experts! {
    UNRELIABLE = "slarp.reliability.invalid", "Reliability must be 0xFFFF", Error, Malformed;
}

names! {
    ADDRESSES { 0x0f = "Unicast", 0x8f = "Multicast" }
    PROTOCOLS {
        0x0800 = "IP",
        0x2000 = "Cisco Discovery Protocol",
        0x4242 = "Spanning Tree BPDU",
        0x6558 = "Transparent Ethernet bridging",
        0x8035 = "SLARP",
        0x8038 = "DEC LanBridge",
        0x809b = "Appletalk",
        0x80f3 = "AARP",
        0x8137 = "Netware IPX/SPX",
        0x86dd = "IPv6",
        0x8847 = "MPLS unicast",
        0x8848 = "MPLS multicast",
        0xfefe = "OSI",
    }
    SLARP_TYPES { 0 = "Request", 1 = "Reply", 2 = "Line keepalive" }
}

/// Cisco's HDLC.
pub struct Chdlc;

impl Protocol for Chdlc {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CHDLC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(104)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CHDLC");
        c.claim();
        (c.row().src, c.row().dst) = (Address::Words("N/A"), Address::Words("N/A"));
        c.u8(&ADDRESS)?;
        c.u8(&CONTROL)?;
        let protocol = c.u16(&PROTOCOL)?;
        c.layer_ends();
        c.need(1)?;
        if !c.give_way(|c| known(c, protocol))? {
            c.row().protocol_text().str("0x").hex(protocol, 4);
            c.data();
        }
        Ok(())
    }
}

/// Hands the rest to the protocol of that number, if one is known: only these are looked for.
fn known<S: Sink>(c: &mut Cursor<'_, S>, protocol: u16) -> Result<bool, Stop> {
    match protocol {
        0x0800 => c.call::<Ip>(),
        0x8035 => c.call::<Slarp>(),
        0x4242 => c.next(Key::Sap(0x42)),
        0x2000 | 0x0111 => c.next(Key::Snap(super::llc::CISCO, protocol)),
        0x6558 => c.call::<Ethernet>(),
        0x809b => c.next(Key::Snap(0x08_0007, protocol)),
        0xfefe => {
            // A byte of padding stands before the network layer's own first byte.
            c.u8(&CLNS_PADDING)?;
            c.next(Key::Sap(0xfe))
        }
        0x0600 | 0x6003 | 0x8038 | 0x80f3 | 0x8137 | 0x86dd | 0x8847 | 0x8848 => c.next(Key::Ether(protocol)),
        _ => Ok(false),
    }
}

/// SLARP.
pub struct Slarp;

impl Protocol for Slarp {
    const LAYER: &'static Field = &SLARP_LAYER;
    const NAME: &'static str = "SLARP";
    const FIELDS: &'static [&'static Field] = &[];
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("SLARP");
        c.claim();
        let kind = c.u32(&SLARP_TYPE)?;
        match kind {
            0 | 1 => {
                let address = c.fixed::<4>(&SLARP_ADDRESS)?;
                let mask = c.fixed::<4>(&SLARP_MASK)?;
                let line = c.claim();
                line.str(if kind == 0 { "Request" } else { "Reply" });
                line.str(", from ").ipv4(&address).str(", mask ").ipv4(&mask);
            }
            2 => {
                let outgoing = c.u32(&SLARP_OUTGOING)?;
                let returned = c.u32(&SLARP_RETURNED)?;
                let line = c.claim();
                line.str("Line keepalive, outgoing sequence ").dec(outgoing).str(", returned sequence ").dec(returned);
                if c.u16(&SLARP_RELIABILITY)? != 0xffff {
                    c.below(|c| c.expert(&UNRELIABLE));
                }
            }
            _ => {
                c.claim().str("Unknown packet type 0x").hex(kind, 8);
                c.data();
            }
        }
        Ok(())
    }
}
