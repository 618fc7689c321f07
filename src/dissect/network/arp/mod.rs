//! ARP and its relatives: RARP (RFC 903), Inverse ARP (RFC 2390), DRARP, MARS (RFC 2022) and ARP over ATM (RFC 2225).

mod atm;
mod claims;
mod names;

pub use atm::AtmArp;

use self::claims::{Claim, Claims};
pub use self::names::HARDWARE_TYPES;
use self::names::{DRARP_ERRORS, OPCODES};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::link::ether_types::ETHER_TYPES;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields};

static LAYER: Field = Field::new("arp", "Address Resolution Protocol", Kind::Protocol);

fields! {
    HARDWARE_TYPE = "arp.hw.type", "Hardware type", U16 names(HARDWARE_TYPES);
    PROTOCOL_TYPE = "arp.proto.type", "Protocol type", U16 hex names(ETHER_TYPES);
    HARDWARE_SIZE = "arp.hw.size", "Hardware size", U8;
    PROTOCOL_SIZE = "arp.proto.size", "Protocol size", U8;
    OPCODE = "arp.opcode", "Opcode", U16 names(OPCODES);
    IS_PROBE = "arp.isprobe", "Is probe", Bool;
    IS_GRATUITOUS = "arp.isgratuitous", "Is gratuitous", Bool;
    IS_ANNOUNCEMENT = "arp.isannouncement", "Is announcement", Bool;
    SENDER_MAC = "arp.src.hw_mac", "Sender MAC address", Ether;
    SENDER_HARDWARE = "arp.src.hw", "Sender hardware address", Bytes;
    SENDER_IP = "arp.src.proto_ipv4", "Sender IP address", Ipv4;
    SENDER_PROTOCOL = "arp.src.proto", "Sender protocol address", Bytes;
    TARGET_MAC = "arp.dst.hw_mac", "Target MAC address", Ether;
    TARGET_HARDWARE = "arp.dst.hw", "Target hardware address", Bytes;
    TARGET_IP = "arp.dst.proto_ipv4", "Target IP address", Ipv4;
    TARGET_PROTOCOL = "arp.dst.proto", "Target protocol address", Bytes;
    DRARP_ERROR = "arp.dst.drarp_error_status", "DRARP error status", U16 names(DRARP_ERRORS);
    DUPLICATE = "arp.duplicate-address", "Duplicate IP address detected", None;
    DUPLICATE_FRAME = "arp.duplicate-address-frame", "Frame showing earlier use of IP address", FrameNum;
    DUPLICATE_AGE = "arp.seconds-since-duplicate-address-frame", "Seconds since earlier frame seen", U32;
}

experts! {
    DUPLICATE_DETECTED = "arp.duplicate-address-detected", "Duplicate IP address configured", Warning, Sequence;
}

/// ARP.
pub struct Arp;

/// Hardware type of ATM, whose packets have a form of their own.
const ATM: u16 = 19;
/// Hardware types whose addresses of 6 bytes are MAC addresses: Ethernet and IEEE 802.
const ETHERNETS: [u16; 2] = [1, 6];
const IPV4: u16 = 0x0800;

const REQUEST: u16 = 1;
const REPLY: u16 = 2;
const DRARP_ERROR_OPCODE: u16 = 7;

/// The fixed part of a packet.
#[derive(Clone, Copy)]
struct Header {
    opcode: u16,
    hardware_len: usize,
    protocol_len: usize,
    /// Hardware addresses are MAC addresses.
    mac: bool,
    /// Protocol addresses are IPv4 addresses.
    ipv4: bool,
}

/// The four addresses of a packet.
#[derive(Clone, Copy)]
struct Addresses<'p> {
    sender_hardware: &'p [u8],
    sender_protocol: &'p [u8],
    target_hardware: &'p [u8],
    target_protocol: &'p [u8],
}

/// What a request or reply is besides a question or an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Plain,
    /// A request for an address that the sender does not yet use (RFC 5227 section 2.1.1).
    Probe,
    /// A packet whose sender and target are the same.
    Gratuitous,
    /// A gratuitous request with an empty target (RFC 5227 section 2.3).
    Announcement,
}

impl Protocol for Arp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ARP/RARP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ether(0x0806), Key::Ether(0x8035)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ARP");
        c.claim();
        c.need(8)?;
        if c.peek_u16(0) == Some(ATM) {
            c.layer_hide();
            return c.call::<AtmArp>().map(|_taken| ());
        }
        let header = header(c)?;
        c.trim(2 * (header.hardware_len + header.protocol_len));
        c.need(2 * (header.hardware_len + header.protocol_len))?;
        c.protocol(protocol_name(header.opcode));
        let a = peek_addresses(c, header)?;
        let purpose = purpose(header.opcode, a);
        label(c, header.opcode, purpose);
        addresses(c, header, purpose)?;
        summary(c.claim(), header, a, purpose);
        duplicates(c, header, a);
        Ok(())
    }
}

fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Header, Stop> {
    let hardware = c.u16(&HARDWARE_TYPE)?;
    let protocol = c.u16(&PROTOCOL_TYPE)?;
    let hardware_len = usize::from(c.u8(&HARDWARE_SIZE)?);
    let protocol_len = usize::from(c.u8(&PROTOCOL_SIZE)?);
    let opcode = c.u16(&OPCODE)?;
    let mac = ETHERNETS.contains(&hardware) && hardware_len == 6;
    let ipv4 = protocol == IPV4 && protocol_len == 4;
    Ok(Header { opcode, hardware_len, protocol_len, mac, ipv4 })
}

/// The addresses, before they are read as fields: what the packet is for stands before them in the tree.
fn peek_addresses<'p, S: Sink>(c: &Cursor<'p, S>, header: Header) -> Result<Addresses<'p>, Stop> {
    let split = |bytes: &'p [u8], len| bytes.split_at_checked(len).ok_or(Stop::Malformed);
    let (sender_hardware, rest) = split(c.rest(), header.hardware_len)?;
    let (sender_protocol, rest) = split(rest, header.protocol_len)?;
    let (target_hardware, rest) = split(rest, header.hardware_len)?;
    let (target_protocol, _) = split(rest, header.protocol_len)?;
    Ok(Addresses { sender_hardware, sender_protocol, target_hardware, target_protocol })
}

fn purpose(opcode: u16, a: Addresses<'_>) -> Purpose {
    let zero = |bytes: &[u8]| bytes.iter().all(|&byte| byte == 0);
    let open = !a.target_hardware.is_empty() && zero(a.target_hardware);
    match opcode {
        REQUEST | REPLY if !a.sender_protocol.is_empty() && a.sender_protocol == a.target_protocol => {
            if opcode == REQUEST && open { Purpose::Announcement } else { Purpose::Gratuitous }
        }
        REQUEST if open && zero(a.sender_protocol) => Purpose::Probe,
        _ => Purpose::Plain,
    }
}

fn label<S: Sink>(c: &mut Cursor<'_, S>, opcode: u16, purpose: Purpose) {
    c.layer_append(|l| {
        l.str(" (");
        match purpose {
            Purpose::Probe => _ = l.str("ARP Probe"),
            Purpose::Announcement => _ = l.str("ARP Announcement"),
            Purpose::Plain | Purpose::Gratuitous => match name_of(OPCODES, opcode.into()) {
                Some(name) => _ = l.str(name),
                None => _ = l.str("opcode 0x").hex(opcode, 4),
            },
        }
        l.str(if purpose == Purpose::Gratuitous { "/gratuitous ARP)" } else { ")" });
    });
}

fn addresses<S: Sink>(c: &mut Cursor<'_, S>, header: Header, purpose: Purpose) -> Result<(), Stop> {
    match purpose {
        Purpose::Plain => {}
        Purpose::Probe => c.generated(&IS_PROBE, 1),
        Purpose::Gratuitous => c.generated(&IS_GRATUITOUS, 1),
        Purpose::Announcement => {
            c.generated(&IS_GRATUITOUS, 1);
            c.generated(&IS_ANNOUNCEMENT, 1);
        }
    }
    let mut address = |field, len| if len > 0 { c.bytes(field, len).map(|_| ()) } else { Ok(()) };
    address(if header.mac { &SENDER_MAC } else { &SENDER_HARDWARE }, header.hardware_len)?;
    address(if header.ipv4 { &SENDER_IP } else { &SENDER_PROTOCOL }, header.protocol_len)?;
    address(if header.mac { &TARGET_MAC } else { &TARGET_HARDWARE }, header.hardware_len)?;
    if header.opcode == DRARP_ERROR_OPCODE {
        c.u16(&DRARP_ERROR)?;
        return Ok(());
    }
    address(if header.ipv4 { &TARGET_IP } else { &TARGET_PROTOCOL }, header.protocol_len)
}

/// The Protocol column: the operation tells the relatives apart, not the EtherType.
fn protocol_name(opcode: u16) -> &'static str {
    match opcode {
        3 | 4 => "RARP",
        5..=7 => "DRARP",
        8 | 9 => "Inverse ARP",
        11..=22 => "MARS",
        23 => "MAPOS",
        _ => "ARP",
    }
}

/// Writes an address that is either of a kind known, or bytes.
fn write_protocol_address(line: &mut Line, bytes: &[u8], ipv4: bool) {
    match bytes.as_array::<4>() {
        _ if bytes.is_empty() => line.str("<No address>"),
        Some(address) if ipv4 => line.ipv4(address),
        _ => line.hex_bytes(bytes, ""),
    };
}

fn write_hardware_address(line: &mut Line, bytes: &[u8], mac: bool) {
    if bytes.is_empty() {
        line.str("<No address>");
    } else {
        line.hex_bytes(bytes, if mac { ":" } else { "" });
    }
}

/// What MARS and MAPOS packets do, by operation from 11 on (RFC 2022 section 5, RFC 2176).
const MULTICAST_OPERATIONS: [&str; 13] = [
    "MARS request",
    "MARS MULTI request",
    "MARS MSERV request",
    "MARS JOIN request",
    "MARS LEAVE",
    "MARS NAK",
    "MARS UNSERV request",
    "MARS SJOIN request",
    "MARS SLEAVE",
    "MARS grouplist request",
    "MARS grouplist reply",
    "MARS redirect map",
    "MAPOS UNARP request",
];

/// The words for an operation of MARS or MAPOS.
fn multicast_operation(opcode: u16) -> Option<&'static str> {
    MULTICAST_OPERATIONS.get(usize::from(opcode).checked_sub(11)?).copied()
}

fn summary(line: &mut Line, header: Header, a: Addresses<'_>, purpose: Purpose) {
    let hardware = |line: &mut Line, bytes| write_hardware_address(line, bytes, header.mac);
    let protocol = |line: &mut Line, bytes| write_protocol_address(line, bytes, header.ipv4);
    match (header.opcode, purpose) {
        (_, Purpose::Announcement) => protocol(line.str("ARP Announcement for "), a.target_protocol),
        (_, Purpose::Gratuitous) => {
            protocol(line.str("Gratuitous ARP for "), a.target_protocol);
            line.str(if header.opcode == REQUEST { " (Request)" } else { " (Reply)" });
        }
        (_, Purpose::Probe) => {
            protocol(line.str("Who has "), a.target_protocol);
            line.str("? (ARP Probe)");
        }
        (0, _) => _ = line.str("Reserved opcode 0"),
        (REQUEST, _) => {
            protocol(line.str("Who has "), a.target_protocol);
            protocol(line.str("? Tell "), a.sender_protocol);
        }
        (REPLY, _) => {
            protocol(line, a.sender_protocol);
            hardware(line.str(" is at "), a.sender_hardware);
        }
        (3 | 5 | 8, _) => {
            hardware(line.str("Who is "), a.target_hardware);
            hardware(line.str("? Tell "), a.sender_hardware);
        }
        (4 | 6, _) => {
            hardware(line, a.target_hardware);
            protocol(line.str(" is at "), a.target_protocol);
        }
        (DRARP_ERROR_OPCODE, _) => _ = line.str("DRARP Error"),
        (9, _) => {
            hardware(line, a.sender_hardware);
            protocol(line.str(" is at "), a.sender_protocol);
        }
        (10, _) => _ = line.str("ARP NAK"),
        (opcode, _) => unusual(line, opcode, "ARP", |line| {
            hardware(line.str(" from "), a.sender_hardware);
            protocol(line.str(" at "), a.sender_protocol);
        }),
    }
}

/// Operations that few use: those of MARS, the experimental ones, and unknown ones of `protocol`.
fn unusual(line: &mut Line, opcode: u16, protocol: &str, whose: impl FnOnce(&mut Line)) {
    if let Some(words) = multicast_operation(opcode) {
        whose(line.str(words));
        return;
    }
    match opcode {
        24 | 25 => line.str("Experimental ").dec(opcode - 23).str(" ( opcode ").dec(opcode).str(" )"),
        65535 => line.str("Reserved opcode 65535"),
        _ => line.str("Unknown ").str(protocol).str(" opcode 0x").hex(opcode, 4),
    };
}

/// Remembers who uses which address, and tells where two do.
///
/// The sender's claim counts, and a reply's target's; the last one looked at decides what the summary says.
fn duplicates<S: Sink>(c: &mut Cursor<'_, S>, header: Header, a: Addresses<'_>) {
    if !header.mac || !header.ipv4 || !matches!(header.opcode, REQUEST | REPLY) {
        return;
    }
    let mut said = check(c, a.sender_hardware, a.sender_protocol);
    if header.opcode == REPLY && a.sender_protocol != a.target_protocol {
        said = check(c, a.target_hardware, a.target_protocol).or(said);
    }
    if let Some((address, true)) = said {
        c.info().str(" (duplicate use of ").ipv4(&address).str(" detected!)");
    }
}

/// Whether somebody else than `mac` uses `address`; `None` where the pair claims nothing.
fn check<S: Sink>(c: &mut Cursor<'_, S>, mac: &[u8], address: &[u8]) -> Option<([u8; 4], bool)> {
    let (&mac, &address) = (mac.as_array::<6>()?, address.as_array::<4>()?);
    let [first, ..] = mac;
    if mac == [0; 6] || first & 1 != 0 || address == [0; 4] {
        return None;
    }
    if let Some(names) = &c.worker.names {
        names.learn_neighbour(mac, address);
    }
    let (frame, time) = (c.worker.frame.number, c.worker.frame.time.map_or(0, |time| time.secs));
    let earlier = c.worker.state.shared.entry::<Claims>().claim(address, Claim { mac, frame, time });
    let Some(earlier) = earlier else { return Some((address, false)) };
    if S::DETAIL {
        remark(c, mac, address, earlier, time);
    }
    Some((address, true))
}

fn remark<S: Sink>(c: &mut Cursor<'_, S>, mac: [u8; 6], address: [u8; 4], earlier: Claim, now: i64) {
    c.generated(&DUPLICATE, 0);
    c.label(|l| {
        l.str("Duplicate IP address detected for ").ipv4(&address).str(" (").mac(&mac).str(") - also in use by ");
        l.mac(&earlier.mac).str(" (frame ").dec(earlier.frame).byte(b')');
    });
    c.below(|c| {
        c.generated(&DUPLICATE_FRAME, earlier.frame);
        c.below(|c| {
            c.expert(&DUPLICATE_DETECTED);
            c.append(|l| _ = l.str(" (").ipv4(&address).byte(b')'));
        });
        c.generated(&DUPLICATE_AGE, now.saturating_sub(earlier.time).max(0) as u64);
    });
}
