//! HSRP (RFC 2281), and Cisco's version 2 of it.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("hsrp", "Cisco Hot Standby Router Protocol", Kind::Protocol);

fields! {
    VERSION = "hsrp.version", "Version", U8;
    OPCODE = "hsrp.opcode", "Op Code", U8 names(OPCODES);
    STATE = "hsrp.state", "State", U8 names(STATES);
    HELLO = "hsrp.hellotime", "Hellotime", U8 custom(write_hello);
    HOLD = "hsrp.holdtime", "Holdtime", U8 custom(write_hold);
    PRIORITY = "hsrp.priority", "Priority", U8;
    GROUP = "hsrp.group", "Group", U8;
    RESERVED = "hsrp.reserved", "Reserved", U8;
    AUTH = "hsrp.auth_data", "Authentication Data", Str;
    VIRTUAL = "hsrp.virt_ip", "Virtual IP Address", Ipv4;
    ADV_TYPE = "hsrp.adv.tlvtype", "Adv type", U16 names(ADV_TYPES);
    ADV_LENGTH = "hsrp.adv.tlvlength", "Adv length", U16;
    ADV_STATE = "hsrp.adv.state", "Adv state", U8 names(ADV_STATES);
    ADV_RESERVED1 = "hsrp.adv.reserved1", "Adv reserved1", U8;
    ADV_ACTIVE = "hsrp.adv.activegrp", "Adv active groups", U16;
    ADV_PASSIVE = "hsrp.adv.passivegrp", "Adv passive groups", U16;
    ADV_RESERVED2 = "hsrp.adv.reserved2", "Adv reserved2", U32;
    GROUP_TLV = "hsrp2.group_state_tlv", "Group State TLV", U8;
    INTERFACE_TLV = "hsrp2.interface_state_tlv", "Interface State TLV", U8;
    TEXT_TLV = "hsrp2.text_auth_tlv", "Text Authentication TLV", U8;
    MD5_TLV = "hsrp2.md5_auth_tlv", "MD5 Authentication TLV", U8;
    UNKNOWN_TLV = "", "Unknown TLV", None;
    VERSION2 = "hsrp2.version", "Version", U8;
    OPCODE2 = "hsrp2.opcode", "Op Code", U8 names(OPCODES);
    STATE2 = "hsrp2.state", "State", U8 names(STATES2);
    IP_VERSION = "hsrp2.ipversion", "IP Ver.", U8 names(IP_VERSIONS);
    GROUP2 = "hsrp2.group", "Group", U16;
    IDENTIFIER = "hsrp2.identifier", "Identifier", Ether;
    PRIORITY2 = "hsrp2.priority", "Priority", U32;
    HELLO2 = "hsrp2.hellotime", "Hellotime", U32 custom(write_hello2);
    HOLD2 = "hsrp2.holdtime", "Holdtime", U32 custom(write_hold2);
    VIRTUAL2 = "hsrp2.virt_ip", "Virtual IP Address", Ipv4;
    VIRTUAL6 = "hsrp2.virt_ip_v6", "Virtual IPv6 Address", Ipv6;
    ACTIVE = "hsrp2.active_groups", "Active Groups", U16;
    PASSIVE = "hsrp2.passive_groups", "Passive Groups", U16;
    AUTH2 = "hsrp2.auth_data", "Authentication Data", Str;
    MD5_ALGORITHM = "hsrp2.md5_algorithm", "MD5 Algorithm", U8 names(ALGORITHMS);
    MD5_PADDING = "hsrp2.md5_padding", "Padding", U8 hex;
    MD5_FLAGS = "hsrp2.md5_flags", "MD5 Flags", U16;
    MD5_ADDRESS = "hsrp.md5_ip_address", "Sender's IP Address", Ipv4;
    MD5_KEY = "hsrp2.md5_key_id", "MD5 Key ID", U32;
    MD5_DATA = "hsrp2.md5_auth_data", "MD5 Authentication Data", Bytes;
}

names! {
    OPCODES { 0 = "Hello", 1 = "Coup", 2 = "Resign", 3 = "Advertise" }
    STATES { 0 = "Initial", 1 = "Learn", 2 = "Listen", 4 = "Speak", 8 = "Standby", 16 = "Active" }
    STATES2 { 1 = "Init", 2 = "Learn", 3 = "Listen", 4 = "Speak", 5 = "Standby", 6 = "Active" }
    ADV_TYPES { 1 = "HSRP interface state", 2 = "IP redundancy" }
    ADV_STATES { 1 = "Dormant", 2 = "Passive", 3 = "Active" }
    IP_VERSIONS { 4 = "IPv4", 6 = "IPv6" }
    ALGORITHMS { 1 = "MD5" }
}

const ADVERTISE: u8 = 3;

fn write_time(value: u64, default: u64, line: &mut Line) {
    line.str(if value == default { "Default (" } else { "Non-Default (" }).dec(value).byte(b')');
}
fn write_hello(value: u64, line: &mut Line) {
    write_time(value, 3, line);
}
fn write_hold(value: u64, line: &mut Line) {
    write_time(value, 10, line);
}
fn write_hello2(value: u64, line: &mut Line) {
    write_time(value, 3000, line);
}
fn write_hold2(value: u64, line: &mut Line) {
    write_time(value, 10000, line);
}

/// HSRP.
pub struct Hsrp;

impl Protocol for Hsrp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "HSRP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(1985), Key::Udp(2029)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let second = match c.row().dst {
            Address::Ipv4(address) => address == [224, 0, 0, 102],
            Address::Ipv6(address) => address == [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x66],
            _ => false,
        };
        c.protocol(if second { "HSRPv2" } else { "HSRP" });
        c.claim();
        if !second {
            return first_version(c);
        }
        // Nothing is said of the rest of an element that the capture breaks off.
        while c.reported() > 0 && c.pos() <= c.end() {
            element(c)?;
        }
        Ok(())
    }
}

fn name(names: crate::dissect::field::Names, value: u8) -> &'static str {
    name_of(names, value.into()).unwrap_or("Unknown")
}

fn first_version<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&VERSION)?;
    let opcode = c.u8(&OPCODE)?;
    c.info().str(name(OPCODES, opcode));
    if opcode == ADVERTISE {
        c.u16(&ADV_TYPE)?;
        c.u16(&ADV_LENGTH)?;
        let state = c.u8(&ADV_STATE)?;
        c.info().str(" (state ").str(name(ADV_STATES, state)).byte(b')');
        return c.read_all(&[(&ADV_RESERVED1, 1), (&ADV_ACTIVE, 2), (&ADV_PASSIVE, 2), (&ADV_RESERVED2, 4)]);
    }
    let state = c.u8(&STATE)?;
    c.info().str(" (state ").str(name(STATES, state)).byte(b')');
    c.read_all(&[(&HELLO, 1), (&HOLD, 1), (&PRIORITY, 1), (&GROUP, 1), (&RESERVED, 1)])?;
    password(c, &AUTH)?;
    c.read_all(&[(&VIRTUAL, 4)])?;
    while c.reported() > 0 && c.peek_u8(0) == Some(MD5) {
        element(c)?;
    }
    Ok(())
}

const GROUP_STATE: u8 = 1;
const INTERFACE_STATE: u8 = 2;
const TEXT: u8 = 3;
const MD5: u8 = 4;

/// One element of version 2: type, length, value.
fn element<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    let len = c.peek_u8(1).ok_or_else(|| c.short(2))?;
    let field = match kind {
        GROUP_STATE => &GROUP_TLV,
        INTERFACE_STATE => &INTERFACE_TLV,
        TEXT => &TEXT_TLV,
        MD5 => &MD5_TLV,
        _ => &UNKNOWN_TLV,
    };
    c.put(field, c.pos(), c.pos() + 2, kind.into());
    c.label(|l| _ = l.str(field.label).str(": Type=").dec(kind).str(" Len=").dec(len));
    c.skip(2)?;
    c.below(|c| {
        c.within(len.into(), |c| match kind {
            GROUP_STATE => group_state(c),
            INTERFACE_STATE => interface_state(c),
            TEXT | MD5 if c.remaining() < c.reported() => Ok(()),
            TEXT => password(c, &AUTH2),
            MD5 => c.read_all(&[
                (&MD5_ALGORITHM, 1),
                (&MD5_PADDING, 1),
                (&MD5_FLAGS, 2),
                (&MD5_ADDRESS, 4),
                (&MD5_KEY, 4),
                (&MD5_DATA, 16),
            ]),
            _ => Ok(()),
        })
    })
}

fn group_state<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&VERSION2)?;
    let opcode = c.u8(&OPCODE2)?;
    c.info().str(name(OPCODES, opcode));
    let state = c.u8(&STATE2)?;
    c.info().str(" (state ").str(name(STATES2, state)).byte(b')');
    if c.remaining() < c.reported() {
        return Ok(());
    }
    let version = c.u8(&IP_VERSION)?;
    c.read_all(&[(&GROUP2, 2), (&IDENTIFIER, 6), (&PRIORITY2, 4), (&HELLO2, 4), (&HOLD2, 4)])?;
    match version {
        4 => c.fixed::<4>(&VIRTUAL2).map(|_| ()),
        6 => c.fixed::<16>(&VIRTUAL6).map(|_| ()),
        _ => Ok(()),
    }
}

fn interface_state<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let active = c.u16(&ACTIVE)?;
    let passive = c.u16(&PASSIVE)?;
    if c.row().fresh() {
        c.info().str("Interface State TLV (Act=").dec(active).str(" Pass=").dec(passive).byte(b')');
    }
    Ok(())
}

/// Reads a password, which is in the clear; everybody's own stands out.
fn password<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    if c.bytes(field, 8)? == b"cisco\0\0\0" {
        c.label(|l| _ = l.str("Authentication Data: Default (cisco)"));
    }
    Ok(())
}
