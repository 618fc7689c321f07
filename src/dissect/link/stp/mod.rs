//! Spanning tree: STP, RSTP, MSTP (IEEE 802.1Q section 14), SPT (IEEE 802.1aq) and Cisco's PVST+.

mod mst;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::line::Line;
use crate::dissect::link::llc::CISCO;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("stp", "Spanning Tree Protocol", Kind::Protocol);

fields! {
    PROTOCOL = "stp.protocol", "Protocol Identifier", U16 hex names(PROTOCOLS);
    VERSION = "stp.version", "Protocol Version Identifier", U8 names(VERSIONS);
    TYPE = "stp.type", "BPDU Type", U8 hex names(TYPES);
    FLAGS = "stp.flags", "BPDU flags", U8 hex;
    TC_ACK = "stp.flags.tcack", "Topology Change Acknowledgment", Bool mask(0x80) flag("Yes", "No");
    AGREEMENT = "stp.flags.agreement", "Agreement", Bool mask(0x40) flag("Yes", "No");
    FORWARDING = "stp.flags.forwarding", "Forwarding", Bool mask(0x20) flag("Yes", "No");
    LEARNING = "stp.flags.learning", "Learning", Bool mask(0x10) flag("Yes", "No");
    ROLE = "stp.flags.port_role", "Port Role", U8 mask(0x0c) names(ROLES);
    PROPOSAL = "stp.flags.proposal", "Proposal", Bool mask(0x02) flag("Yes", "No");
    TC = "stp.flags.tc", "Topology Change", Bool mask(0x01) flag("Yes", "No");
    ROOT = "", "Root Identifier", None;
    ROOT_PRIORITY = "stp.root.prio", "Root Bridge Priority", U16;
    ROOT_EXTENSION = "stp.root.ext", "Root Bridge System ID Extension", U16;
    ROOT_MAC = "stp.root.hw", "Root Bridge System ID", Ether;
    COST = "stp.root.cost", "Root Path Cost", U32;
    BRIDGE = "", "Bridge Identifier", None;
    BRIDGE_PRIORITY = "stp.bridge.prio", "Bridge Priority", U16;
    BRIDGE_EXTENSION = "stp.bridge.ext", "Bridge System ID Extension", U16;
    BRIDGE_MAC = "stp.bridge.hw", "Bridge System ID", Ether;
    PORT = "stp.port", "Port identifier", U16 hex;
    AGE = "stp.msg_age", "Message Age", F64;
    MAX_AGE = "stp.max_age", "Max Age", F64;
    HELLO = "stp.hello", "Hello Time", F64;
    FORWARD_DELAY = "stp.forward", "Forward Delay", F64;
    VERSION_1_LEN = "stp.version_1_length", "Version 1 Length", U8;
    TLV = "", "TLV", None;
    TLV_TYPE = "stp.pvst.tlvtype", "Type", U16 hex names(TLV_TYPES);
    TLV_LEN = "stp.pvst.tlvlen", "Length", U16;
    TLV_VLAN = "stp.pvst.origvlan", "Originating VLAN", U16;
    TLV_VALUE = "stp.pvst.tlvval", "Value", Bytes;
}

experts! {
    UNKNOWN_VERSION = "bpdu.version_support", "This version of Wireshark only knows about versions 0, 2, 3 & 4", Warning, Protocol;
    UNKNOWN_TYPE = "stp.type.unknown", "Unknown BPDU type data", Warning, Protocol;
    TLV_LEN_INVALID = "stp.pvst.tlvlen.invalid", "Indicated length is not valid for this record type", Error, Malformed;
    VLAN_MISSING = "stp.pvst.origvlan.missing", "Originating (PVID) VLAN TLV is missing or corrupt", Error, Malformed;
    TLV_TRUNCATED = "stp.pvst.tlv.truncated", "TLV record is truncated prematurely", Error, Malformed;
    TLV_UNKNOWN = "stp.pvst.tlv.unknown", "TLV type is unknown", Note, Undecoded;
}

names! {
    PROTOCOLS { 0 = "Spanning Tree Protocol" }
    VERSIONS { 0 = "Spanning Tree", 2 = "Rapid Spanning Tree", 3 = "Multiple Spanning Tree", 4 = "Shortest Path Tree" }
    TYPES { 0x00 = "Configuration", 0x02 = "Rapid/Multiple Spanning Tree", 0x80 = "Topology Change Notification" }
    ROLES { 1 = "Alternate or Backup", 2 = "Root", 3 = "Designated" }
    TLV_TYPES { 0 = "Originating VLAN" }
}

const CONFIGURATION: u8 = 0x00;
const RAPID: u8 = 0x02;
const TOPOLOGY_CHANGE: u8 = 0x80;

/// Bytes of the part that all bridges' BPDUs have, up to the forward delay.
const COMMON_LEN: usize = 35;

/// Spanning tree.
pub struct Stp;

impl Protocol for Stp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "STP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[
        Key::Sap(0x42),
        Key::Ether(0x8181),
        Key::Snap(CISCO, 0x0108),
        Key::Snap(CISCO, 0x0109),
        Key::Snap(CISCO, 0x010c),
        Key::Snap(0x00_80c2, 0x000e),
    ];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        bpdu(c, false)
    }
}

/// Cisco's spanning tree for each VLAN: records follow that tell which.
pub struct PvstPlus;

impl Protocol for PvstPlus {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PVSTP+";
    const FIELDS: &'static [&'static Field] = mst::FIELDS;
    const KEYS: &'static [Key] = &[Key::Snap(CISCO, 0x010b)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        bpdu(c, true)
    }
}

fn bpdu<S: Sink>(c: &mut Cursor<'_, S>, per_vlan: bool) -> Result<(), Stop> {
    c.protocol("STP");
    c.claim();
    let start = c.pos();
    c.u16(&PROTOCOL)?;
    let version = c.u8(&VERSION)?;
    if VERSION.name(version.into()).is_none() {
        c.below(|c| c.expert(&UNKNOWN_VERSION));
    }
    let kind = c.u8(&TYPE)?;
    let name = match (kind, version) {
        (CONFIGURATION, _) => "Conf",
        (RAPID, 3) => "MST",
        (RAPID, 4) => "SPT",
        (RAPID, _) => "RST",
        (TOPOLOGY_CHANGE, _) => {
            c.claim().str("Topology Change Notification");
            c.trim(0);
            return Ok(());
        }
        _ => {
            c.below(|c| c.expert(&UNKNOWN_TYPE));
            c.claim().str("Unknown BPDU type (").dec(kind).byte(b')');
            return Ok(());
        }
    };
    summary(c, name)?;
    parameters(c, kind)?;
    if kind == RAPID {
        c.u8(&VERSION_1_LEN)?;
        if version >= 3 {
            mst::dissect(c, start, version)?;
        }
    }
    if per_vlan {
        c.seek(start.saturating_add(COMMON_LEN + 1));
        records(c)?;
    } else if kind == CONFIGURATION {
        c.trim(0);
    }
    Ok(())
}

/// The row's text needs all up to the port; it is written before the fields are read.
fn summary<S: Sink>(c: &mut Cursor<'_, S>, name: &str) -> Result<(), Stop> {
    const PORT_END: usize = 23;
    c.need(PORT_END)?;
    let flags = c.peek_u8(0).unwrap_or_default();
    let bridge = c.peek_u16(1).unwrap_or_default();
    let mac = c.peek::<6>(3).unwrap_or_default();
    let cost = c.peek_u32(9).unwrap_or_default();
    let port = c.peek_u16(21).unwrap_or_default();
    let line = c.claim();
    line.str(name).str(if flags & 1 != 0 { ". TC + Root = " } else { ". Root = " });
    line.dec(bridge & 0xf000).byte(b'/').dec(bridge & 0x0fff).byte(b'/').mac(&mac);
    line.str("  Cost = ").dec(cost).str("  Port = 0x").hex(port, 4);
    Ok(())
}

/// Flags, identifiers and times.
fn parameters<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let flags = c.u8(&FLAGS)?;
    if kind == RAPID {
        rapid_flags(c, flags);
    } else {
        c.append(|l| write_flags(l, flags, &[(0x80, &TC_ACK), (0x01, &TC)], None));
        c.below(|c| {
            c.bits::<1>(&TC_ACK, flags.into());
            c.bits::<1>(&TC, flags.into());
        });
    }
    identifier(c, &ROOT, [&ROOT_PRIORITY, &ROOT_EXTENSION, &ROOT_MAC])?;
    c.u32(&COST)?;
    identifier(c, &BRIDGE, [&BRIDGE_PRIORITY, &BRIDGE_EXTENSION, &BRIDGE_MAC])?;
    c.u16(&PORT)?;
    [&AGE, &MAX_AGE, &HELLO, &FORWARD_DELAY].into_iter().try_for_each(|field| seconds(c, field))
}

/// The flags of RSTP, below the item recorded last, and their words behind it.
fn rapid_flags<S: Sink>(c: &mut Cursor<'_, S>, flags: u8) {
    const BEFORE: [(u8, &Field); 4] = [(0x80, &TC_ACK), (0x40, &AGREEMENT), (0x20, &FORWARDING), (0x10, &LEARNING)];
    const AFTER: [(u8, &Field); 2] = [(0x02, &PROPOSAL), (0x01, &TC)];
    c.append(|l| {
        write_flags(l, flags, &BEFORE, Some(ROLES));
        write_flags(l, flags, &AFTER, None);
    });
    c.below(|c| {
        let flags = u64::from(flags);
        for field in [&TC_ACK, &AGREEMENT, &FORWARDING, &LEARNING, &ROLE, &PROPOSAL, &TC] {
            c.bits::<1>(field, flags);
        }
    });
}

/// Names the flags that are set, then the port's role.
fn write_flags(line: &mut Line, flags: u8, which: &[(u8, &Field)], roles: Option<Names>) {
    for (bit, field) in which {
        if flags & bit != 0 {
            line.str(", ").str(field.label);
        }
    }
    if let Some(roles) = roles {
        line.str(", Port Role: ").str(name_of(roles, u64::from(flags >> 2 & 3)).unwrap_or("Unknown"));
    }
}

/// A bridge's identifier: priority, extension (the VLAN or instance), MAC address.
fn identifier<S: Sink>(c: &mut Cursor<'_, S>, whole: &'static Field, parts: [&'static Field; 3]) -> Result<(), Stop> {
    c.need(8)?;
    let (number, mac) = (c.peek_u16(0).unwrap_or_default(), c.peek::<6>(2).unwrap_or_default());
    let (priority, extension) = (number & 0xf000, number & 0x0fff);
    let (start, [priority_field, extension_field, mac_field]) = (c.pos(), parts);
    c.group(whole, |c| {
        c.append(|l| _ = l.str(": ").dec(priority).str(" / ").dec(extension).str(" / ").mac(&mac));
        c.put(priority_field, start, start.saturating_add(2), priority.into());
        c.put(extension_field, start, start.saturating_add(2), extension.into());
        c.skip(2)?;
        c.fixed::<6>(mac_field).map(|_| ())
    })
}

/// A time in 1/256 of a second.
fn seconds<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let start = c.pos();
    let value = u16::from_be_bytes(c.array()?);
    c.put(field, start, start.saturating_add(2), (f64::from(value) / 256.0).to_bits());
    Ok(())
}

/// The records behind a PVST+ BPDU.
fn records<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mut vlan_seen = false;
    while c.reported() > 0 {
        if c.reported() < 4 {
            c.expert(&TLV_TRUNCATED);
            break;
        }
        let mark = c.mark();
        c.group(&TLV, |c| {
            let kind = c.u16(&TLV_TYPE)?;
            let len = usize::from(c.u16(&TLV_LEN)?);
            c.need(len)?;
            match (kind, len) {
                (0, 2) => {
                    vlan_seen = true;
                    let vlan = c.u16(&TLV_VLAN)?;
                    c.label_at(mark, |l| _ = l.str("Originating VLAN (PVID): ").dec(vlan));
                    return Ok(());
                }
                (0, _) => c.below(|c| c.expert(&TLV_LEN_INVALID)),
                _ => c.expert(&TLV_UNKNOWN),
            }
            c.bytes(&TLV_VALUE, len).map(|_| ())
        })?;
    }
    if !vlan_seen {
        c.expert(&VLAN_MISSING);
    }
    Ok(())
}
