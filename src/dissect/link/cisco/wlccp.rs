//! WLCCP: Cisco's wireless access points and what manages their context.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("wlccp", "Cisco Wireless LAN Context Control Protocol", Kind::Protocol);

fields! {
    VERSION = "wlccp.version", "Version", U8 hex;
    LENGTH = "wlccp.length", "Length", U16;
    TYPE_16 = "", "Message Type", None;
    TO_MAC = "wlccp.dstmac", "Dst MAC", Ether;
    FROM_MAC = "wlccp.srcmac", "Src MAC", Ether;
    POINT = "wlccp.sap", "SAP", U8 hex;
    POINT_VERSION = "wlccp.sap_version", "SAP Version", U8 mask(0xc0);
    POINT_ID = "wlccp.sap_id", "SAP ID", U8 mask(0x3f) names(POINTS);
    TO_TYPE = "wlccp.destination_node_type", "Destination node type", U16 names(NODES);
    TYPE = "wlccp.type", "Message Type", U8 hex;
    SUBTYPE = "wlccp.subtype", "Subtype", U8 mask(0xc0) names(SUBTYPES);
    BASE = "wlccp.base_message_type", "Base message type", U8 hex mask(0x3f);
    HOPS = "wlccp.hops", "Hops", U8;
    MESSAGE = "wlccp.msg_id", "Message ID", U16;
    FLAGS = "wlccp.flags", "Flags", U16 hex;
    ORIGINATOR_TYPE = "wlccp.originator_node_type", "Originator node type", U16 names(NODES);
    ORIGINATOR = "wlccp.originator", "Originator", Ether;
    RESPONDER_TYPE = "wlccp.responder_node_type", "Responder node type", U16 names(NODES);
    RESPONDER = "wlccp.responder", "Responder", Ether;
}

names! {
    POINTS {
        0 = "Context Management", 1 = "Security", 2 = "Radio Resource Management", 3 = "QOS",
        4 = "Network Management", 5 = "MIP",
    }
    NODES {
        0 = "None", 1 = "Access Point (AP)", 2 = "Subnet Context Manager (SCM)",
        4 = "Local Context Manager (LCM)", 8 = "Campus Context Manager (CCM)", 16 = "Infrastructure (ICN)",
        64 = "Client",
    }
    SUBTYPES { 0 = "Request", 1 = "Reply", 2 = "Confirm", 3 = "Ack" }
    CONTEXT {
        1 = "SCM Advertise", 2 = "CCM Advertise", 3 = "Registration", 4 = "DeRegistration", 5 = "Detach",
        6 = "Context", 7 = "Path Update", 8 = "Path Check", 9 = "PreRegistration", 10 = "Trace",
        11 = "cmAAA EAP Authent", 12 = "cmPathInit Path Authent", 15 = "cmWIDS",
    }
    RADIO { 1 = "rmReq", 2 = "rmReqRoutingResp", 3 = "rmReport" }
    NETWORK {
        1 = "nmAck", 16 = "nmConfigRequest", 17 = "nmConfigReply", 32 = "nmApRegistration",
        33 = "nmScmStateChange", 34 = "nmScmKeepActive", 48 = "nmClientEventReport",
        49 = "nmAllClientRefreshRequest",
    }
}

/// The version whose messages have a name.
const NAMED: u8 = 0xc1;
/// Columns that a message's name is padded to.
const WIDTH: usize = 29;
/// Where a message names its type and its access point.
const TYPE_AT: usize = 6;
const POINT_AT: usize = 1;

fn names_of(point: u8) -> Names {
    match point & 0x3f {
        0 => CONTEXT,
        2 => RADIO,
        4 => NETWORK,
        _ => &[],
    }
}

/// WLCCP.
pub struct Wlccp;

impl Protocol for Wlccp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "WLCCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(2887), Key::Ether(0x872d), Key::Snap(0x00_4096, 0)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("WLCCP");
        let version = c.u8(&VERSION)?;
        if version != NAMED {
            return older(c);
        }
        c.need(TYPE_AT)?;
        let (kind, point) = (c.peek_u8(TYPE_AT - 1).unwrap_or_default(), c.peek_u8(POINT_AT - 1).unwrap_or_default());
        let name = name_of(names_of(point), (kind & 0x3f).into()).unwrap_or("Unknown");
        let subtype = name_of(SUBTYPES, (kind >> 6).into()).unwrap_or_default();
        c.claim().str("Message Type: ").padded(name, WIDTH).str("SubType: ").str(subtype);
        // What breaks off from here on is remarked upon in the tree alone.
        if let Err(stop) = message(c) {
            c.remark_in_tree(stop, Self::NAME);
        }
        Ok(())
    }
}

/// A message of an older version, which has no name.
fn older<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    const HEADER_LEN: usize = 16;
    if c.remaining() < HEADER_LEN {
        return Ok(());
    }
    c.u16(&LENGTH)?;
    let kind = c.peek_u16(0).unwrap_or_default();
    c.put(&TYPE_16, c.pos(), c.pos() + 2, 0);
    c.label(|l| _ = l.str("Message Type: 0x").hex(kind, 4));
    c.skip(2)?;
    c.fixed::<6>(&TO_MAC)?;
    c.fixed::<6>(&FROM_MAC)?;
    Ok(())
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let point = c.u8(&POINT)?;
    c.below(|c| {
        c.bits::<1>(&POINT_VERSION, point.into());
        c.bits::<1>(&POINT_ID, point.into());
    });
    c.u16(&TO_TYPE)?;
    c.u16(&LENGTH)?;
    let kind = c.u8(&TYPE)?;
    c.below(|c| {
        c.bits::<1>(&SUBTYPE, kind.into());
        c.bits::<1>(&BASE, kind.into());
    });
    c.read_all(&[(&HOPS, 1), (&MESSAGE, 2), (&FLAGS, 2), (&ORIGINATOR_TYPE, 2)])?;
    c.fixed::<6>(&ORIGINATOR)?;
    c.u16(&RESPONDER_TYPE)?;
    c.fixed::<6>(&RESPONDER).map(|_| ())
}
