//! IEEE 802.2 logical link control, with SNAP (IEEE 802 section 10).

pub mod oui;
mod xid;

pub use xid::BasicXid;

use super::ether_types::ETHER_TYPES;
use super::ethernet::Ethernet;
use super::xdlc::{self, Control, ControlFields};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("llc", "Logical-Link Control", Kind::Protocol);

fields! {
    DSAP = "llc.dsap", "DSAP", U8 hex names(SAPS);
    DSAP_SAP = "llc.dsap.sap", "SAP", U8 mask(0xfe) custom(write_sap);
    DSAP_IG = "llc.dsap.ig", "IG Bit", Bool mask(0x01) flag("Group", "Individual");
    SSAP = "llc.ssap", "SSAP", U8 hex names(SAPS);
    SSAP_SAP = "llc.ssap.sap", "SAP", U8 mask(0xfe) custom(write_sap);
    SSAP_CR = "llc.ssap.cr", "CR Bit", Bool mask(0x01) flag("Response", "Command");
    CONTROL = "llc.control", "Control", U16 hex;
    U_POLL = "llc.control.p", "Poll", Bool mask(0x10) set;
    U_FINAL = "llc.control.f", "Final", Bool mask(0x10) set;
    U_COMMAND = "llc.control.u_modifier_cmd", "Command", U8 hex mask(0xec) names(xdlc::COMMANDS);
    U_RESPONSE = "llc.control.u_modifier_resp", "Response", U8 hex mask(0xec) names(xdlc::RESPONSES);
    U_TYPE = "llc.control.ftype", "Frame type", U8 hex mask(0x03) names(xdlc::FRAME_TYPES);
    RECEIVE = "llc.control.n_r", "N(R)", U16 mask(0xfe00);
    SEND = "llc.control.n_s", "N(S)", U16 mask(0x00fe);
    POLL = "llc.control.p", "Poll", Bool bits(16) mask(0x0100) set;
    FINAL = "llc.control.f", "Final", Bool bits(16) mask(0x0100) set;
    FUNCTION = "llc.control.s_ftype", "Supervisory frame type", U16 hex mask(0x000c) names(xdlc::SUPERVISORY);
    I_TYPE = "llc.control.ftype", "Frame type", U16 hex mask(0x0001) names(xdlc::FRAME_TYPES);
    S_TYPE = "llc.control.ftype", "Frame type", U16 hex mask(0x0003) names(xdlc::FRAME_TYPES);
    OUI = "llc.oui", "Organization Code", U24 custom(write_oui);
    TYPE = "llc.type", "Type", U16 hex names(ETHER_TYPES);
    PID = "llc.pid", "Protocol ID", U16 hex;
    CISCO_PID = "llc.cisco_pid", "PID", U16 hex names(CISCO_PIDS);
}

static CONTROL_FIELDS: ControlFields = ControlFields {
    whole: &CONTROL,
    unnumbered: [&U_POLL, &U_FINAL, &U_COMMAND, &U_RESPONSE, &U_TYPE],
    numbered: [&RECEIVE, &SEND, &POLL, &FINAL, &FUNCTION, &I_TYPE, &S_TYPE],
};

names! {
    /// Service access points.
    pub SAPS {
        0x00..=0x01 = "NULL LSAP",
        0x02 = "LLC Sub-Layer Management",
        0x04 = "SNA Path Control",
        0x06 = "TCP/IP",
        0x08 = "SNA",
        0x0c = "SNA",
        0x0e = "PROWAY (IEC955) Network Management and Initialization",
        0x10 = "NetWare (unofficial?)",
        0x14 = "ISO Network Layer (OSLAN 1)",
        0x18 = "Texas Instruments",
        0x20 = "ISO Network Layer (unofficial?)",
        0x34 = "ISO Network Layer (unofficial?)",
        0x42 = "Spanning Tree BPDU",
        0x4e = "EIA RS-511 Manufacturing Message Service",
        0x54 = "ISO Network Layer (OSLAN 2)",
        0x7e = "ISO 8208 (X.25 over 802.2)",
        0x7f = "ISO 802.2",
        0x80 = "XNS",
        0x82 = "BACnet",
        0x86 = "Nestar",
        0x8e = "PROWAY (IEC955) Active Station List Maintenance",
        0x98 = "ARP",
        0xaa = "SNAP",
        0xb4 = "HP JetDirect Printer",
        0xba = "Banyan Vines",
        0xbc = "Banyan Vines",
        0xe0 = "NetWare",
        0xf0 = "NetBIOS",
        0xf4 = "IBM Net Management",
        0xf8 = "HP Extended LLC",
        0xfa = "Ungermann-Bass",
        0xfc = "Remote Program Load",
        0xfe = "ISO Network Layer",
        0xff = "Global LSAP",
    }
    CISCO_PIDS {
        0x0102 = "DRIP",
        0x0104 = "PAgP",
        0x0105 = "MLS Hello",
        0x0108 = "RLQ BPDUs (request)",
        0x0109 = "RLQ BPDUs (response)",
        0x010b = "PVSTP+",
        0x010c = "VLAN Bridge",
        0x0111 = "UDLD",
        0x0139 = "MCP",
        0x2000 = "CDP",
        0x2001 = "CGMP",
        0x2003 = "VTP",
        0x2004 = "DTP",
        0x200a = "STP Uplink Fast",
    }
}

/// The access point of SNAP.
const SNAP: u8 = 0xaa;
/// The access point of IP.
const TCP_IP: u8 = 0x06;
/// The access point of NetWare's IPX.
pub const NETWARE: u8 = 0xe0;

/// Organisation codes whose protocols are EtherTypes: RFC 1042's, and 802.1H's for bridge tunnels.
const ETHERNET: [u32; 2] = [0x00_0000, 0x00_00f8];
/// The organisation code of frames bridged whole.
const BRIDGED: u32 = 0x00_80c2;
/// Cisco's organisation code.
pub const CISCO: u32 = 0x00_000c;

fn write_sap(value: u64, line: &mut Line) {
    line.str(name_of(SAPS, value << 1).unwrap_or("Unknown"));
}

fn write_oui(value: u64, line: &mut Line) {
    line.hex_bytes(value.to_be_bytes().get(5..).unwrap_or_default(), ":");
    line.str(" (").str(oui::short_name(value as u32).unwrap_or("Unknown")).byte(b')');
}

/// IEEE 802.2.
pub struct Llc;

impl Protocol for Llc {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LLC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8870), Key::Link(100)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LLC");
        c.claim();
        let dsap = sap(c, [&DSAP, &DSAP_SAP, &DSAP_IG])?;
        let ssap = sap(c, [&SSAP, &SSAP_SAP, &SSAP_CR])?;
        let response = ssap & 1 != 0;
        let control = xdlc::read(c, &CONTROL_FIELDS, true, response)?;
        control.write(response, c.claim());
        if (dsap, ssap) == (SNAP, SNAP) {
            return snap(c, control);
        }
        let line = c.info();
        write_point(line.str("; DSAP "), dsap);
        line.str(if dsap & 1 == 0 { " Individual, SSAP " } else { " Group, SSAP " });
        write_point(line, ssap);
        line.str(if response { " Response" } else { " Command" });
        c.layer_ends();
        if c.reported() == 0 {
            return Ok(());
        }
        payload(c, |c| match control {
            Control::Unnumbered { function: xdlc::XID, .. } => c.call::<BasicXid>(),
            control if control.carries_data() && dsap == TCP_IP => c.call::<Ip>(),
            control if control.carries_data() => c.next(Key::Sap(dsap)),
            _ => Ok(false),
        })
    }
}

/// Hands the payload on. The text written so far gives way to what the payload claims, and stands if it claims nothing.
fn payload<S: Sink>(
    c: &mut Cursor<'_, S>,
    next: impl FnOnce(&mut Cursor<'_, S>) -> Result<bool, Stop>,
) -> Result<(), Stop> {
    if !c.give_way(next)? {
        c.data();
    }
    Ok(())
}

fn sap<S: Sink>(c: &mut Cursor<'_, S>, [whole, point, flag]: [&'static Field; 3]) -> Result<u8, Stop> {
    let sap = c.u8(whole)?;
    c.below(|c| {
        c.bits::<1>(point, sap.into());
        c.bits::<1>(flag, sap.into());
    });
    Ok(sap)
}

fn write_point(line: &mut Line, sap: u8) {
    let point = sap & 0xfe;
    match name_of(SAPS, point.into()) {
        Some(name) => line.str(name),
        None => line.str("0x").hex(point, 2),
    };
}

fn snap<S: Sink>(c: &mut Cursor<'_, S>, control: Control) -> Result<(), Stop> {
    c.need(5)?;
    let oui = c.u24(&OUI)?;
    let pid = c.u16(match oui {
        CISCO => &CISCO_PID,
        _ if ETHERNET.contains(&oui) => &TYPE,
        _ => &PID,
    })?;
    let line = c.info();
    line.str("; SNAP, OUI 0x").hex_upper(oui, 6).str(" (").str(oui::name(oui).unwrap_or("Unknown"));
    line.str("), PID 0x").hex_upper(pid, 4);
    c.layer_ends();
    payload(c, |c| match (oui, pid) {
        _ if !control.carries_data() => Ok(false),
        (BRIDGED, 1 | 7) => {
            // Padding that aligns what follows the Ethernet header (RFC 2684 section 5.2).
            c.skip(2)?;
            c.call::<Ethernet>()
        }
        _ if ETHERNET.contains(&oui) => c.next(Key::Ether(pid)),
        _ => c.next(Key::Snap(oui, pid)),
    })
}
