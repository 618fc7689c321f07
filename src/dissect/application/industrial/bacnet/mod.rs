//! BACnet (ISO 16484-5): heating, lights and doors of buildings, over UDP and IEEE 802.2.

mod application;
mod names;
mod properties;

pub use application::Application;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

use names::{LINK_FUNCTIONS, LINK_TYPES, NETWORK_MESSAGES};

static LINK_LAYER: Field = Field::new("bvlc", "BACnet Virtual Link Control", Kind::Protocol);
static NETWORK_LAYER: Field = Field::new("bacnet", "Building Automation and Control Network NPDU", Kind::Protocol);

fields! {
    TYPE = "bvlc.type", "Type", U8 hex names(LINK_TYPES);
    FUNCTION = "bvlc.function", "Function", U8 hex names(LINK_FUNCTIONS);
    LENGTH = "bvlc.length", "BVLC-Length", U16;
    FORWARDED = "bvlc.fwd_ip", "IP", Ipv4;
    FORWARDED_PORT = "bvlc.fwd_port", "Port", U16;
    LINK_DATA = "bvlc.data", "Data", Bytes;
    VERSION = "bacnet.version", "Version", U8 hex names(VERSIONS);
    CONTROL = "bacnet.control", "Control", U8 hex;
    NETWORK = "bacnet.control_net", "NSDU contains", Bool mask(0x80) flag("BACnet network layer message, message type field present.", "BACnet APDU, message type field absent.");
    RESERVED_1 = "bacnet.control_res1", "Reserved", Bool mask(0x40) flag("Shall be zero, but is one.", "Shall be zero and is zero.");
    DESTINATION = "bacnet.control_dest", "Destination Specifier", Bool mask(0x20) flag("DNET, DLEN and Hop Count present. If DLEN=0: broadcast, dest. address field absent.", "DNET, DLEN, DADR and Hop Count absent.");
    RESERVED_2 = "bacnet.control_res2", "Reserved", Bool mask(0x10) flag("Shall be zero, but is one.", "Shall be zero and is zero.");
    SOURCE = "bacnet.control_src", "Source specifier", Bool mask(0x08) flag("SNET, SLEN and SADR present, SLEN=0 invalid, SLEN specifies length of SADR", "SNET, SLEN and SADR absent");
    EXPECTING = "bacnet.control_expect", "Expecting Reply", Bool mask(0x04) flag("BACnet-Confirmed-Request-PDU, a segment of BACnet-ComplexACK-PDU or Network Message expecting a reply present.", "Other than a BACnet-Confirmed-Request-PDU, segment of BACnet-ComplexACK-PDU or network layer message expecting a reply present.");
    HIGH = "bacnet.control_prio_high", "Priority", Bool mask(0x02) flag("Life Safety or Critical Equipment message.", "Not a Life Safety or Critical Equipment message.");
    LOW = "bacnet.control_prio_low", "Priority", Bool mask(0x01) flag("Urgent message", "Normal message");
    DNET = "bacnet.dnet", "Destination Network Address", U16;
    DLEN = "bacnet.dlen", "Destination MAC Layer Address Length", U8;
    DADR = "bacnet.dadr_eth", "Destination ISO 8802-3 MAC Address", Bytes;
    SNET = "bacnet.snet", "Source Network Address", U16;
    SLEN = "bacnet.slen", "Source MAC Layer Address Length", U8;
    SADR = "bacnet.sadr_eth", "SADR", Bytes;
    HOPS = "bacnet.hopc", "Hop Count", U8;
    MESSAGE = "bacnet.mesgtyp", "Network Layer Message Type", U8 hex names(NETWORK_MESSAGES);
    VENDOR = "bacnet.vendor", "Vendor ID", U16;
    CONTENT = "bacnet.data", "Data", Bytes;
}

crate::names! {
    VERSIONS { 1 = "ASHRAE 135-1995" }
}

/// The types of virtual links: over IPv4 and IPv6.
const OVER_IP: u8 = 0x81;
const OVER_IP6: u8 = 0x82;
/// Functions that carry a packet of the network layer, one of them behind whom it comes from.
const FORWARDED_PACKET: u8 = 0x04;
const DISTRIBUTE: u8 = 0x09;
const UNICAST: u8 = 0x0a;
const BROADCAST: u8 = 0x0b;
/// The function whose content is encrypted.
const SECURED: u8 = 0x0c;
/// Messages of the network layer that belong to its security, and those of vendors.
const SECURITY: std::ops::RangeInclusive<u8> = 0x0a..=0x11;
const FIRST_OF_VENDORS: u8 = 0x80;

/// BACnet's virtual links.
pub struct Bvlc;

impl Protocol for Bvlc {
    const LAYER: &'static Field = &LINK_LAYER;
    const NAME: &'static str = "BVLC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(47808)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if kind != OVER_IP && kind != OVER_IP6 {
            return Err(Stop::NotMine);
        }
        c.protocol("BVLC");
        let start = c.pos();
        c.claim().str("BACnet Virtual Link Control");
        c.need(4)?;
        let len = c.peek_u16(2).unwrap_or_default();
        c.u8(&TYPE)?;
        if kind == OVER_IP6 {
            return Ok(());
        }
        let function = c.u8(&FUNCTION)?;
        let name = name_of(LINK_FUNCTIONS, function.into()).unwrap_or("unknown");
        c.info().str(" BVLC Function ").str(name).byte(b' ');
        c.u16(&LENGTH)?;
        let forwarded = function == FORWARDED_PACKET;
        c.label(|l| {
            l.str("BVLC-Length: ").dec(if forwarded { 10_u8 } else { 4 }).str(" of ").dec(len);
            l.str(" bytes BACnet packet length");
        });
        c.trim(usize::from(len).saturating_sub(c.pos().saturating_sub(start)));
        match function {
            FORWARDED_PACKET => c.read_all(&[(&FORWARDED, 4), (&FORWARDED_PORT, 2)])?,
            DISTRIBUTE | UNICAST | BROADCAST => {}
            SECURED => return Err(Stop::Malformed),
            _ => {
                if c.remaining() > 0 {
                    c.bytes(&LINK_DATA, c.remaining())?;
                }
                return Ok(());
            }
        }
        c.layer_ends();
        if c.reported() == 0 {
            return Ok(());
        }
        c.lend(Cursor::call::<Npdu>).map(|_| ())
    }
}

/// BACnet's network layer.
pub struct Npdu;

impl Protocol for Npdu {
    const LAYER: &'static Field = &NETWORK_LAYER;
    const NAME: &'static str = "BACnet";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Sap(0x82)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BACnet-NPDU");
        c.claim().str("Building Automation and Control Network NPDU");
        c.u8(&VERSION)?;
        let control = c.u8(&CONTROL)?;
        control_bits(c, control);
        let addressed = DESTINATION.cut(control.into()) == 1;
        if addressed {
            c.u16(&DNET)?;
            let len = c.u8(&DLEN)?;
            if len == 0 {
                c.append(|l| _ = l.str(" indicates Broadcast on Destination Network"));
            } else {
                c.bytes(&DADR, len.into())?;
            }
        }
        if SOURCE.cut(control.into()) == 1 {
            c.u16(&SNET)?;
            let len = c.u8(&SLEN)?;
            if len > 0 {
                c.bytes(&SADR, len.into())?;
            }
        }
        if addressed {
            c.u8(&HOPS)?;
        }
        if NETWORK.cut(control.into()) == 1 {
            return network_message(c);
        }
        c.layer_ends();
        c.lend(Cursor::call::<Application>).map(|_| ())
    }
}

fn control_bits<S: Sink>(c: &mut Cursor<'_, S>, control: u8) {
    if control & 0x04 != 0 {
        c.append(|l| _ = l.str(", Expecting Reply"));
    }
    c.below(|c| {
        for field in [&NETWORK, &RESERVED_1, &DESTINATION, &RESERVED_2, &SOURCE, &EXPECTING, &HIGH, &LOW] {
            c.bits::<1>(field, control.into());
        }
    });
}

/// A message that routers send to each other.
fn network_message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u8(&MESSAGE)?;
    let name = match name_of(NETWORK_MESSAGES, kind.into()) {
        Some(name) => name,
        None if kind >= FIRST_OF_VENDORS => "Vendor Proprietary Message",
        None => "Reserved for Use by ASHRAE",
    };
    c.claim().str(name);
    if kind >= FIRST_OF_VENDORS {
        c.u16(&VENDOR)?;
    }
    if SECURITY.contains(&kind) && c.reported() < 16 {
        return Err(Stop::Malformed);
    }
    if c.remaining() > 0 {
        c.bytes(&CONTENT, c.remaining())?;
    }
    Ok(())
}
