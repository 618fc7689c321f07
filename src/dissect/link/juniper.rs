//! Juniper's headers in front of what its routers capture: the direction, what is known of the interface, and for some
//! kinds of interface a cookie.

use super::chdlc::Chdlc;
use super::ethernet::Ethernet;
use super::frame_relay::FrameRelay;
use super::llc::Llc;
use super::ppp::Ppp;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("juniper", "Juniper", Kind::Protocol);

fields! {
    MAGIC = "juniper.magic-number", "Magic Number", U24 hex;
    DIRECTION = "juniper.direction", "Direction", U8 hex mask(0x01) names(DIRECTIONS);
    HEADER = "juniper.l2hdr", "L2 header presence", U8 hex mask(0x02) names(PRESENCES);
    EXTENSIONS = "juniper.ext_total_len", "Extension(s) Total length", U16;
    EXTENSION = "", "Extension TLV", None;
    DEVICE = "juniper.ext.ifd", "Device Interface Index", U32;
    LOGICAL = "juniper.ext.ifl", "Logical Interface Index", U32;
    UNIT = "juniper.ext.unit", "Logical Unit Number", U32;
    MEDIUM = "juniper.ext.ifmt", "Device Media Type", U16 names(MEDIA);
    ENCAPSULATION = "juniper.ext.ifle", "Logical Interface Encapsulation", U16 names(ENCAPSULATIONS);
    TTP_MEDIUM = "juniper.ext.ttp_ifmt", "TTP derived Device Media Type", U16 names(MEDIA);
    TTP_ENCAPSULATION = "juniper.ext.ttp_ifle", "TTP derived Logical Interface Encapsulation", U16 names(ENCAPSULATIONS);
    PAYLOAD = "juniper.payload_type", "Payload Type", U16 names(PAYLOADS);
    PROTOCOL = "juniper.proto", "Protocol", U16 names(PAYLOADS);
    VLAN = "juniper.vlan", "VLan ID", U16;
    ATM1_COOKIE = "juniper.atm1.cookie", "Cookie", U32 hex;
    ATM2_COOKIE = "juniper.atm2.cookie", "Cookie", U64 hex;
    ML_COOKIE = "juniper.mlpic.cookie", "Cookie", U16 hex;
    COOKIE_LENGTH = "juniper.cookie_len", "Cookie length", U32;
}

experts! {
    NO_MAGIC = "juniper.magic-number.none", "No Magic-Number found!", Warning, Protocol;
}

names! {
    DIRECTIONS { 0 = "Out", 1 = "In" }
    PRESENCES { 0 = "Present" }
    PAYLOADS {
        2 = "IPv4",
        3 = "MPLS->IPv4",
        4 = "IPv4->MPLS",
        5 = "MPLS",
        6 = "IPv6",
        7 = "MPLS->IPv6",
        8 = "IPv6->MPLS",
        10 = "CLNP",
        32 = "CLNP->MPLS",
        33 = "MPLS->CLNP",
        200 = "PPP",
        201 = "OSI",
        202 = "LLC",
        203 = "LLC/SNAP",
        204 = "Ethernet",
        205 = "ATM OAM Cell",
        206 = "Q.933",
        207 = "Frame-Relay",
        208 = "C-HDLC",
    }
    MEDIA {
        1 = "Ethernet",
        2 = "FDDI",
        3 = "Token-Ring",
        4 = "PPP",
        5 = "Frame-Relay",
        6 = "Cisco-HDLC",
        7 = "SMDS-DXI",
        8 = "ATM-PVC",
        9 = "PPP-CCC",
        10 = "Frame-Relay-CCC",
        11 = "IP-over-IP",
        12 = "GRE",
        13 = "PIM-Encapsulator",
        14 = "PIM-Decapsulator",
        15 = "Cisco-HDLC-CCC",
        16 = "VLAN-CCC",
        17 = "Multilink-PPP",
        18 = "Multilink-FR",
        19 = "Multilink",
        20 = "LSI",
        22 = "ATM-CCC-Cell-Relay",
        23 = "IPSEC-over-IP",
        24 = "GGSN",
        27 = "PPP-TCC",
        28 = "Frame-Relay-TCC",
        29 = "Cisco-HDLC-TCC",
        30 = "Ethernet-CCC",
        31 = "VPN-Loopback-tunnel",
        32 = "Extended-VLAN-CCC",
        33 = "Ethernet-over-ATM",
        34 = "Monitor",
        35 = "Ethernet-TCC",
        36 = "VLAN-TCC",
        37 = "Extended-VLAN-TCC",
        38 = "Controller",
        39 = "Multilink-FR-UNI-NNI",
        40 = "LinkService",
        41 = "VPLS",
        42 = "VLAN-VPLS",
        43 = "Extended-VLAN-VPLS",
        44 = "Logical-tunnel",
        45 = "General-Services",
        46 = "Ethernet-VPLS-over-ATM",
        48 = "Extended FR-CCC",
        49 = "Extended FR-TCC",
        50 = "Flexible-FrameRelay",
        52 = "Flexible-Ethernet-Services",
        53 = "Flow-collection",
        56 = "PPPoE",
        57 = "PPP-Subordinate",
        59 = "Dynamic-Flow-Capture",
        60 = "PIC Peer",
    }
    ENCAPSULATIONS {
        2 = "ATM SNAP",
        3 = "ATM NLPID",
        4 = "ATM VCMUX",
        5 = "ATM LLC",
        6 = "PPP over ATM VCMUX",
        7 = "PPP over ATM LLC",
        8 = "PPP over FUNI",
        9 = "CCC over ATM",
        10 = "FR NLPID",
        11 = "FR SNAP",
        12 = "FR PPP",
        13 = "FR CCC",
        14 = "Ethernet",
        17 = "PPP",
        18 = "C-HDLC",
        19 = "PPP CCC",
        20 = "IPIP",
        21 = "PIM Null",
        22 = "GRE NULL",
        23 = "PPP over GRE",
        24 = "PIMd",
        25 = "C-HDLC CCC",
        26 = "CISCO compatible NLPID",
        27 = "VLAN CCC",
        28 = "MLPPP",
        29 = "MLFR",
        30 = "LSI Null",
        32 = "ATM CCC Cell Relay",
        33 = "Crypto",
        34 = "GGSN",
        35 = "ATM VCMUX TCC",
        36 = "FR TCC",
        37 = "PPP TCC",
        38 = "C-HDLC TCC",
        39 = "Ethernet CCC",
        40 = "VT",
        41 = "Ethernet over ATM LLC",
        42 = "Extended VLAN CCC",
        43 = "ATM SNAP TCC",
        44 = "Monitor",
        45 = "Ethernet TCC",
        46 = "VLAN TCC",
        47 = "Extended VLAN TCC",
        48 = "MFR",
        49 = "VPLS",
        50 = "VLAN VPLS",
        51 = "Extended VLAN VPLS",
        52 = "General Services",
        53 = "Ethernet VPLS over ATM LLC",
        54 = "FR CCC",
        55 = "MLPPP over ATM LLC",
        56 = "Ethernet over ATM CCC",
        57 = "LT VLAN",
        58 = "Collector",
        59 = "Aggregator",
        60 = "LAPD",
        61 = "PPPoE over ATM LLC",
        62 = "PPPoE over Ethernet",
        63 = "PPPoE",
        64 = "",
        65 = "C-HDLC via dialer",
    }
}

const MAGIC_NUMBER: u32 = 0x004d_4743;
/// Flags of the header.
const BARE: u8 = 0x02;
const EXTENDED: u8 = 0x80;
/// Payload types.
const PPP: u16 = 200;
const LLC: u16 = 202;
const LLC_SNAP: u16 = 203;
const ETHERNET: u16 = 204;
const OAM_CELL: u16 = 205;
const FRAME_RELAY: u16 = 207;
const CISCO_HDLC: u16 = 208;
const IPV4: u16 = 2;
const UNKNOWN: u16 = 0;
/// The link-layer header types.
const MLPPP_LINK: u16 = 130;
const MLFR_LINK: u16 = 131;
const GGSN_LINK: u16 = 133;
const ATM2_LINK: u16 = 135;
const ATM1_LINK: u16 = 137;
const PPPOE_LINK: u16 = 167;
const ETHERNET_LINK: u16 = 178;
const PPP_LINK: u16 = 179;
const FRAME_RELAY_LINK: u16 = 180;
const CHDLC_LINK: u16 = 181;
/// The cookies of cells that are not AAL5's.
const ATM1_CELL: u32 = 0x80;
const ATM2_CELL: u64 = 0x70;
/// The first byte of an IPv4 header without options.
const IPV4_BEGINS: u8 = 0x45;

/// Juniper's header, before any kind of interface's own.
pub struct Juniper;

impl Protocol for Juniper {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Juniper";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[
        Key::Link(MLPPP_LINK),
        Key::Link(MLFR_LINK),
        Key::Link(GGSN_LINK),
        Key::Link(ATM2_LINK),
        Key::Link(ATM1_LINK),
        Key::Link(PPPOE_LINK),
        Key::Link(ETHERNET_LINK),
        Key::Link(PPP_LINK),
        Key::Link(FRAME_RELAY_LINK),
        Key::Link(CHDLC_LINK),
    ];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let link = c.worker.frame.link.0;
        let (column, title) = titles(link);
        c.protocol(column);
        c.claim();
        c.layer_label(|l| _ = l.str(title));
        let kind = match header(c)? {
            Some(kind) => kind,
            None => interface(c, link)?,
        };
        c.generated(&PAYLOAD, kind.into());
        c.layer_ends();
        if !c.give_way(|c| payload(c, kind))? {
            c.data();
        }
        Ok(())
    }
}

/// The Protocol column, and the layer's line.
fn titles(link: u16) -> (&'static str, &'static str) {
    match link {
        MLPPP_LINK => ("Juniper MLPPP", "Juniper MLPPP"),
        MLFR_LINK => ("Juniper MLFR", "Juniper Multi-Link Frame-Relay (FRF.15)"),
        GGSN_LINK => ("Juniper GGSN", "Juniper GGSN"),
        ATM2_LINK => ("Juniper ATM2", "Juniper ATM2 PIC"),
        ATM1_LINK => ("Juniper ATM1", "Juniper ATM1 PIC"),
        PPPOE_LINK => ("Juniper PPPoE", "Juniper PPPoE PIC"),
        PPP_LINK => ("Juniper PPP", "Juniper PPP"),
        FRAME_RELAY_LINK => ("Juniper Frame-Relay", "Juniper Frame-Relay"),
        CHDLC_LINK => ("Juniper C-HDLC", "Juniper C-HDLC"),
        _ => ("Juniper Ethernet", "Juniper Ethernet"),
    }
}

/// The common header. Says what follows where nothing of the link's stands between.
fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Option<u16>, Stop> {
    let start = c.pos();
    if c.u24(&MAGIC)? != MAGIC_NUMBER {
        c.below(|c| c.expert(&NO_MAGIC));
        c.seek(start);
        return Ok(Some(ETHERNET));
    }
    let flags = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    c.put(&DIRECTION, c.pos(), c.pos() + 1, flags.into());
    c.put(&HEADER, c.pos(), c.pos() + 1, flags.into());
    c.skip(1)?;
    if flags & EXTENDED != 0 {
        let len = usize::from(c.u16(&EXTENSIONS)?);
        c.below(|c| c.within(len, extensions))?;
    }
    if flags & BARE == 0 {
        return Ok(None);
    }
    let family = c.peek(0).map(u32::from_le_bytes).ok_or_else(|| c.short(4))?;
    c.skip(4)?;
    Ok(Some(u16::try_from(family).unwrap_or(UNKNOWN)))
}

/// What is said of the interface. One that is too long for its place ends the list.
fn extensions<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.remaining() > 2 {
        let (kind, len) = (c.peek_u8(0).unwrap_or_default(), c.peek_u8(1).unwrap_or_default());
        let len = usize::from(len);
        if len == 0 || len + 2 > c.remaining() {
            break;
        }
        c.group(&EXTENSION, |c| extension(c, kind, len))?;
    }
    Ok(())
}

/// What an extension tells, by its type.
fn told(kind: u8) -> Option<&'static Field> {
    match kind {
        1 => Some(&DEVICE),
        3 => Some(&MEDIUM),
        4 => Some(&LOGICAL),
        5 => Some(&UNIT),
        6 => Some(&ENCAPSULATION),
        7 => Some(&TTP_MEDIUM),
        8 => Some(&TTP_ENCAPSULATION),
        _ => None,
    }
}

/// One extension: type, length, and a number of that length, least significant byte first.
fn extension<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, len: usize) -> Result<(), Stop> {
    let field = told(kind);
    c.label(|l| {
        let name = field.map_or(if kind == 2 { "Device Interface Name" } else { "Unknown" }, |field| field.label);
        l.str(name).str(" Extension TLV #").dec(kind).str(", length: ").dec(len as u64);
        if field.is_none() {
            l.str("Unknown");
        }
    });
    c.skip(2)?;
    let Some(field) = field else { return c.skip(len) };
    let bytes = c.bytes(field, len)?;
    let num = bytes.iter().rev().fold(0, |num, &byte| num << 8 | u64::from(byte));
    c.change_last(|item| item.num = num);
    Ok(())
}

/// What stands between the common header and the payload for an interface of this kind; says what the payload is.
fn interface<S: Sink>(c: &mut Cursor<'_, S>, link: u16) -> Result<u16, Stop> {
    Ok(match link {
        PPP_LINK => {
            // The address and control bytes of PPP are not its dissector's.
            c.skip(2)?;
            PPP
        }
        FRAME_RELAY_LINK => FRAME_RELAY,
        CHDLC_LINK => CISCO_HDLC,
        GGSN_LINK => {
            let protocol = c.u16_le(&PROTOCOL)?;
            c.u16_le(&VLAN)?;
            protocol
        }
        ATM1_LINK => atm1(c)?,
        ATM2_LINK => {
            let cookie = c.u64(&ATM2_COOKIE)?;
            if cookie & ATM2_CELL != 0 { OAM_CELL } else { over_atm(c) }
        }
        MLPPP_LINK => multilink(c)?,
        MLFR_LINK => {
            c.generated(&COOKIE_LENGTH, 0);
            UNKNOWN
        }
        _ => ETHERNET,
    })
}

/// A PIC of the first kind tells by its cookie whether this is a cell of operation and maintenance.
fn atm1<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    let cookie = c.u32(&ATM1_COOKIE)?;
    if cookie >> 24 == ATM1_CELL {
        return Ok(OAM_CELL);
    }
    let kind = over_atm(c);
    if kind == UNKNOWN && c.peek_u8(0) == Some(IPV4_BEGINS) {
        return Ok(IPV4);
    }
    Ok(kind)
}

/// What AAL5 carries here, by its first bytes.
fn over_atm<S: Sink>(c: &Cursor<'_, S>) -> u16 {
    match c.peek::<3>(0) {
        Some([0xfe, 0xfe, 0x03]) => LLC,
        Some([0xaa, 0xaa, 0x03]) => LLC_SNAP,
        _ => UNKNOWN,
    }
}

/// PPP of several links, with or without a cookie.
fn multilink<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    let is_protocol = |first: Option<u16>| matches!(first, Some(0x0021 | 0x0057 | 0x8021 | 0xc021 | 0xc023 | 0x003d));
    let cookie = !is_protocol(c.peek_u16(0)) && is_protocol(c.peek_u16(2));
    if cookie {
        c.u16(&ML_COOKIE)?;
    }
    c.generated(&COOKIE_LENGTH, if cookie { 2 } else { 0 });
    Ok(if is_protocol(c.peek_u16(0)) { PPP } else { UNKNOWN })
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<bool, Stop> {
    match kind {
        IPV4 | 3 => c.next(Key::Ether(0x0800)),
        6 | 7 => c.next(Key::Ether(0x86dd)),
        4 | 5 | 8 => c.next(Key::Ether(0x8847)),
        PPP => c.call::<Ppp>(),
        LLC | LLC_SNAP => c.call::<Llc>(),
        ETHERNET => c.call::<Ethernet>(),
        FRAME_RELAY => c.call::<FrameRelay>(),
        CISCO_HDLC => c.call::<Chdlc>(),
        _ => Ok(false),
    }
}
