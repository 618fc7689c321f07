//! The Link Layer Discovery Protocol (IEEE 802.1AB).

use super::llc::oui;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("lldp", "Link Layer Discovery Protocol", Kind::Protocol);

fields! {
    TLV = "", "TLV", None;
    TYPE = "lldp.tlv.type", "TLV Type", U16 mask(0xfe00) names(TYPES);
    LEN = "lldp.tlv.len", "TLV Length", U16 mask(0x01ff);
    CHASSIS_SUBTYPE = "lldp.chassis.subtype", "Chassis Id Subtype", U8 names(CHASSIS_SUBTYPES);
    CHASSIS_ID = "lldp.chassis.id", "Chassis Id", Bytes;
    CHASSIS_MAC = "lldp.chassis.id.mac", "Chassis Id", Ether;
    CHASSIS_IPV4 = "lldp.chassis.id.ip4", "Chassis Id", Ipv4;
    CHASSIS_IPV6 = "lldp.chassis.id.ip6", "Chassis Id", Ipv6;
    PORT_SUBTYPE = "lldp.port.subtype", "Port Id Subtype", U8 names(PORT_SUBTYPES);
    PORT_ID = "lldp.port.id", "Port Id", Str;
    PORT_MAC = "lldp.port.id.mac", "Port Id", Ether;
    PORT_IPV4 = "lldp.port.id.ip4", "Port Id", Ipv4;
    PORT_IPV6 = "lldp.port.id.ip6", "Port Id", Ipv6;
    FAMILY = "lldp.network_address.subtype", "Network Address family", U8 names(FAMILIES);
    TIME_TO_LIVE = "lldp.time_to_live", "Seconds", U16;
    PORT_DESCRIPTION = "lldp.port.desc", "Port Description", Str;
    SYSTEM_NAME = "lldp.tlv.system.name", "System Name", Str;
    SYSTEM_DESCRIPTION = "lldp.tlv.system.desc", "System Description", Str;
    CAPABILITIES = "lldp.tlv.system_cap", "Capabilities", U16 hex;
    ENABLED = "lldp.tlv.enable_system_cap", "Enabled Capabilities", U16 hex;
    ADDRESS_LEN = "lldp.mgn.address.len", "Address String Length", U8;
    ADDRESS_SUBTYPE = "lldp.mgn.address.subtype", "Address Subtype", U8 names(FAMILIES);
    ADDRESS_IPV4 = "lldp.mgn.addr.ip4", "Management Address", Ipv4;
    ADDRESS_IPV6 = "lldp.mgn.addr.ip6", "Management Address", Ipv6;
    ADDRESS = "lldp.mgn.addr.hex", "Management Address", Bytes;
    INTERFACE_SUBTYPE = "lldp.mgn.interface.subtype", "Interface Subtype", U8 names(INTERFACES);
    INTERFACE = "lldp.mgn.interface.number", "Interface Number", U32;
    OBJECT_LEN = "lldp.mgn.obj.len", "OID String Length", U8;
    OBJECT = "lldp.mgn.obj.id", "Object Identifier", Oid;
    ORGANISATION = "lldp.orgtlv.oui", "Organization Unique Code", U24 custom(write_organisation);
    SUBTYPE = "lldp.unknown_subtype", "Unknown Subtype", U8;
    CONTENT = "lldp.unknown_subtype.content", "Unknown Subtype Content", Bytes;
}

static BAD_ID: Field = Field::new("", "Invalid ID", Kind::None);

experts! {
    DEPRECATED = "lldp.tlv_deprecated", "TLV has been deprecated", Warning, Protocol;
    BAD_TYPE = "lldp.bad_type", "Incorrect type", Warning, Malformed;
    BAD_LENGTH = "lldp.bad_length", "Invalid length", Warning, Malformed;
}

names! {
    TYPES {
        0 = "End of LLDPDU",
        1 = "Chassis Id",
        2 = "Port Id",
        3 = "Time to Live",
        4 = "Port Description",
        5 = "System Name",
        6 = "System Description",
        7 = "System Capabilities",
        8 = "Management Address",
        127 = "Organization Specific",
    }
    CHASSIS_SUBTYPES {
        0 = "Reserved",
        1 = "Chassis component",
        2 = "Interface alias",
        3 = "Port component",
        4 = "MAC address",
        5 = "Network address",
        6 = "Interface name",
        7 = "Locally assigned",
    }
    PORT_SUBTYPES {
        0 = "Reserved",
        1 = "Interface alias",
        2 = "Port component",
        3 = "MAC address",
        4 = "Network address",
        5 = "Interface name",
        6 = "Agent circuit Id",
        7 = "Locally assigned",
    }
    FAMILIES { 1 = "IPv4", 2 = "IPv6" }
    INTERFACES { 1 = "Unknown", 2 = "ifIndex", 3 = "System port number" }
}

fn write_organisation(value: u64, line: &mut Line) {
    line.hex_bytes(value.to_be_bytes().get(5..).unwrap_or_default(), ":");
    line.str(" (").str(oui::name(value as u32).unwrap_or("Unknown")).byte(b')');
}

/// An identifier's form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Mac,
    Network,
    Text,
    Bytes,
    Reserved,
}

/// What tells chassis and port identifiers apart.
struct Identifier {
    subtype: &'static Field,
    raw: &'static Field,
    mac: &'static Field,
    ipv4: &'static Field,
    ipv6: &'static Field,
    /// Form and abbreviation by subtype.
    forms: [(Form, &'static str); 8],
    invalid: &'static str,
}

static CHASSIS: Identifier = Identifier {
    subtype: &CHASSIS_SUBTYPE,
    raw: &CHASSIS_ID,
    mac: &CHASSIS_MAC,
    ipv4: &CHASSIS_IPV4,
    ipv6: &CHASSIS_IPV6,
    forms: [
        (Form::Reserved, "Rs"),
        (Form::Text, "CC"),
        (Form::Text, "IA"),
        (Form::Bytes, "PC"),
        (Form::Mac, "MA"),
        (Form::Network, "NA"),
        (Form::Text, "IN"),
        (Form::Text, "LA"),
    ],
    invalid: "Invalid Chassis ID TLV",
};

static PORT: Identifier = Identifier {
    subtype: &PORT_SUBTYPE,
    raw: &PORT_ID,
    mac: &PORT_MAC,
    ipv4: &PORT_IPV4,
    ipv6: &PORT_IPV6,
    forms: [
        (Form::Reserved, "Rs"),
        (Form::Text, "IA"),
        (Form::Bytes, "PC"),
        (Form::Mac, "MA"),
        (Form::Network, "NA"),
        (Form::Text, "IN"),
        (Form::Text, "AC"),
        (Form::Text, "LA"),
    ],
    invalid: "Invalid Port ID TLV",
};

/// LLDP.
pub struct Lldp;

impl Protocol for Lldp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LLDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ether(0x88cc)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LLDP");
        c.claim();
        // The first three are mandatory, in this order.
        if !identifier(c, 1, &CHASSIS)? || !identifier(c, 2, &PORT)? || !time_to_live(c)? {
            return Ok(());
        }
        while c.reported() > 0 {
            let kind = peek_type(c)?;
            tlv(c, kind, other)?;
            if kind == 0 {
                break;
            }
        }
        // What follows is the frame's trailer.
        c.trim(0);
        Ok(())
    }
}

fn peek_type<S: Sink>(c: &Cursor<'_, S>) -> Result<u16, Stop> {
    c.peek_u16(0).map(|head| head >> 9).ok_or_else(|| c.short(2))
}

/// Reads one TLV: its head, and by `body` what its length covers, which must lie in the packet.
fn tlv<T, S: Sink>(
    c: &mut Cursor<'_, S>,
    kind: u16,
    body: impl FnOnce(&mut Cursor<'_, S>, u16) -> Result<T, Stop>,
) -> Result<T, Stop> {
    c.group(&TLV, |c| {
        c.label(|l| _ = l.str(name_of(TYPES, kind.into()).unwrap_or("Unknown TLV")));
        let head = c.be::<2>(&TYPE)?;
        let len = c.bits::<2>(&LEN, head) as usize;
        if len > c.reported() {
            return Err(Stop::Overrun);
        }
        c.within(len, |c| body(c, kind))
    })
}

/// A chassis or port identifier; says whether it is one.
fn identifier<S: Sink>(c: &mut Cursor<'_, S>, expected: u16, which: &'static Identifier) -> Result<bool, Stop> {
    let head = c.peek_u16(0).ok_or_else(|| c.short(2))?;
    let len = head & 0x01ff;
    let name = if expected == 1 { "Chassis" } else { "Port" };
    let number = head >> 9;
    if number != expected {
        let words = |l: &mut Line| {
            l.str("Invalid ").str(name).str(" ID (0x").hex_upper(number, 2).str("), expected (0x");
            l.hex_upper(expected, 2).byte(b')');
        };
        c.put(&BAD_ID, c.pos(), c.pos() + 2, 0);
        c.label(words);
        c.below(|c| c.expert(&BAD_TYPE));
        c.label(words);
        c.claim().str(which.invalid);
        return Ok(false);
    }
    if len == 1 {
        c.group(&TLV, |c| {
            c.label(|l| _ = l.str(name_of(TYPES, expected.into()).unwrap_or_default()));
            c.bits::<2>(&TYPE, head.into());
            c.bits::<2>(&LEN, head.into());
            c.below(|c| c.expert(&BAD_LENGTH));
            c.label(|l| _ = l.str("Invalid ").str(name).str(" ID Length (1), expected > (2)"));
            Ok(())
        })?;
        c.claim().str(which.invalid);
        return Ok(false);
    }
    tlv(c, expected, |c, _| {
        let subtype = c.u8(which.subtype)?;
        let (form, short) = which.forms.get(usize::from(subtype)).copied().unwrap_or((Form::Reserved, "Rs"));
        if form == Form::Mac && c.reported() != 6 || form == Form::Network && !network_address_fits(c) {
            c.claim().str(which.invalid);
            return Ok(false);
        }
        c.info().str(short).byte(b'/');
        value(c, form, which)?;
        c.info().byte(b' ');
        Ok(true)
    })
}

/// Whether an address of a known family has that family's length.
fn network_address_fits<S: Sink>(c: &Cursor<'_, S>) -> bool {
    match c.peek_u8(0) {
        Some(1) => c.reported() == 5,
        Some(2) => c.reported() == 17,
        _ => true,
    }
}

fn value<S: Sink>(c: &mut Cursor<'_, S>, form: Form, which: &'static Identifier) -> Result<(), Stop> {
    match form {
        Form::Mac => {
            let mac = c.fixed::<6>(which.mac)?;
            c.info().mac(&mac);
        }
        Form::Network => match c.u8(&FAMILY)? {
            1 => {
                let address = c.fixed::<4>(which.ipv4)?;
                c.info().ipv4(&address);
            }
            2 => {
                let address = c.fixed::<16>(which.ipv6)?;
                c.info().ipv6(&address);
            }
            _ => {
                let bytes = c.bytes(which.raw, c.reported())?;
                c.info().hex_bytes(bytes, "");
            }
        },
        Form::Text => {
            let bytes = c.bytes(which.raw, c.reported())?;
            c.info().text(bytes);
        }
        Form::Bytes => {
            let bytes = c.bytes(which.raw, c.reported())?;
            c.info().hex_bytes(bytes, "");
        }
        Form::Reserved => {
            c.bytes(which.raw, c.reported())?;
            c.info().str("Reserved");
        }
    }
    Ok(())
}

fn time_to_live<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    if peek_type(c)? != 3 {
        c.claim().str("Invalid Time-to-Live TLV");
        return Ok(false);
    }
    let len = usize::from(c.peek_u16(0).unwrap_or_default() & 0x01ff);
    c.group(&TLV, |c| {
        let head = c.be::<2>(&TYPE)?;
        c.bits::<2>(&LEN, head);
        if len > c.reported() {
            return Err(Stop::Overrun);
        }
        if len < 2 {
            return Err(Stop::Malformed);
        }
        let seconds = c.u16(&TIME_TO_LIVE)?;
        c.info().dec(seconds).byte(b' ');
        Ok(())
    })?;
    Ok(true)
}

/// Every TLV behind the mandatory ones.
fn other<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<(), Stop> {
    match kind {
        0 => {}
        4 => _ = c.bytes(&PORT_DESCRIPTION, c.reported())?,
        5 => {
            let name = c.bytes(&SYSTEM_NAME, c.reported())?;
            c.info().str("SysN=").text(name).byte(b' ');
        }
        6 => {
            let description = c.bytes(&SYSTEM_DESCRIPTION, c.reported())?;
            c.info().str("SysD=").text(description).byte(b' ');
        }
        7 => {
            c.u16(&CAPABILITIES)?;
            c.u16(&ENABLED)?;
        }
        8 => management_address(c)?,
        127 => {
            let organisation = c.u24(&ORGANISATION)?;
            let subtype = c.u8(&SUBTYPE)?;
            if (organisation, subtype) == LINK_AGGREGATION {
                c.below(|c| c.expert(&DEPRECATED));
            }
            if c.reported() < least(organisation, subtype) {
                return Err(Stop::Malformed);
            }
            c.bytes(&CONTENT, c.reported())?;
        }
        _ => {}
    }
    Ok(())
}

/// What IEEE 802.3 said of link aggregation, which IEEE 802.1 says now.
const LINK_AGGREGATION: (u32, u8) = (0x00_120f, 3);

/// Bytes that the value of an organisation's TLV has at least (IEEE 802.1Q annex D, IEEE 802.3 section 79).
fn least(organisation: u32, subtype: u8) -> usize {
    match (organisation, subtype) {
        (0x00_80c2, 1) | (0x00_120f, 4) => 2,
        (0x00_80c2, 2 | 3) | (0x00_120f, 2) => 3,
        (0x00_120f, 1 | 3) => 5,
        _ => 0,
    }
}

fn management_address<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = usize::from(c.u8(&ADDRESS_LEN)?);
    match (c.u8(&ADDRESS_SUBTYPE)?, len) {
        (1, 5) => _ = c.fixed::<4>(&ADDRESS_IPV4)?,
        (2, 17) => _ = c.fixed::<16>(&ADDRESS_IPV6)?,
        _ => _ = c.bytes(&ADDRESS, len.saturating_sub(1))?,
    }
    c.u8(&INTERFACE_SUBTYPE)?;
    c.u32(&INTERFACE)?;
    let len = usize::from(c.u8(&OBJECT_LEN)?);
    if len > 0 {
        c.bytes(&OBJECT, len)?;
    }
    Ok(())
}
