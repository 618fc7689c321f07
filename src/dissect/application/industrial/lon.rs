//! LON over IP (EN 14908): CN/IP's tunnel (EIA-852), and LonTalk's packets within.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("cnip", "Component Network over IP", Kind::Protocol);
static LON_LAYER: Field = Field::new("lon", "Local Operating Network", Kind::Protocol);

fields! {
    LENGTH = "cnip.len", "Packet length", U16;
    VERSION = "cnip.ver", "Version", U8;
    TYPE = "cnip.type", "Packet type", U8 hex names(TYPES);
    EXTENSION = "cnip.exth", "Ext. Header Size", U8;
    FLAGS = "cnip.pf", "Protocol Flags", U8;
    SECURE = "cnip.sec", "Protocol Flags", U8 mask(0x20);
    PROTOCOL = "cnip.protocol", "Protocol Code", U8 mask(0x1f);
    VENDOR = "cnip.vendorcode", "Vendor Code", U16;
    SESSION = "cnip.sessid", "Session ID", U32;
    SEQUENCE = "cnip.seqno", "Sequence Number", U32;
    TIME = "cnip.tstamp", "Time Stamp", U32;
}

names! {
    TYPES {
        0x01 = "Data Packet", 0x03 = "Device Registration", 0x04 = "Channel Membership", 0x06 = "Send List",
        0x07 = "Acknowledge", 0x08 = "Channel Routing", 0x60 = "Status/Health/Statistics Request",
        0x63 = "Device Configuration Request", 0x64 = "Channel Membership Request", 0x66 = "Send List Request",
        0x68 = "Channel Routing Request", 0x70 = "Status/Health/Statistics Response", 0x71 = "Device Configuration",
        0x7f = "Segment",
    }
    FORMATS { 0 = "TPDU", 1 = "SPDU", 2 = "AuthPDU", 3 = "APDU" }
    ADDRESSES {
        0 = "Broadcast (0)", 1 = "Multicast (1)", 2 = "Unicast (2a)/Multicast (2b)", 3 = "Unicast (3)",
    }
    DOMAINS { 0 = "0 bit", 1 = "8 bit", 2 = "24 bit", 3 = "48 bit" }
}

const DATA: u8 = 1;
/// The one kind of packets that CN/IP's data are.
const LONTALK: u8 = 0;

/// CN/IP.
pub struct CnIp;

impl Protocol for CnIp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CN/IP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(1628), Key::Udp(1629)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.peek_u8(3).ok_or_else(|| c.short(4))?;
        c.protocol("CN/IP");
        let name = name_of(TYPES, kind.into()).unwrap_or("Unknown");
        c.claim().str("Priority: normal Type: ").str(name);
        c.u16(&LENGTH)?;
        c.u8(&VERSION)?;
        c.u8(&TYPE)?;
        let extension = c.u8(&EXTENSION)?;
        let flags = c.u8(&FLAGS)?;
        c.below(|c| {
            c.bits::<1>(&SECURE, flags.into());
            c.bits::<1>(&PROTOCOL, flags.into());
        });
        c.read_all(&[(&VENDOR, 2), (&SESSION, 4), (&SEQUENCE, 4), (&TIME, 4)])?;
        c.skip(4 * usize::from(extension))?;
        c.layer_ends();
        if kind == DATA && flags & 0x1f == LONTALK && c.call::<Lon>()? {
            return Ok(());
        }
        c.data();
        Ok(())
    }
}

mod keys {
    use super::{ADDRESSES, DOMAINS, FORMATS};
    use crate::fields;

    fields! {
        LINK = "lon.ppdu", "PPDU", U8 hex;
        PRIORITY = "lon.prio", "Priority", U8 mask(0x80);
        PATH = "lon.alt_path", "Alt path", U8 mask(0x40);
        BACKLOG = "lon.delta_bl", "Delta BL", U8 mask(0x3f);
        NETWORK = "lon.npdu", "NPDU", U8;
        VERSION = "lon.vers", "version", U8 hex mask(0xc0);
        FORMAT = "lon.pdufmt", "PDU format", U8 hex mask(0x30) names(FORMATS);
        ADDRESS = "lon.addrfmt", "Address format", U8 hex mask(0x0c) names(ADDRESSES);
        DOMAIN_LENGTH = "lon.domainlen", "Domain length", U8 hex mask(0x03) names(DOMAINS);
        SOURCE_SUBNET = "lon.srcnet", "Source subnet", U8 hex;
        SOURCE_NODE = "lon.srcnode", "Source node", U8 hex mask(0x7f);
        SUBNET = "lon.dstnet", "Destination subnet", U8 hex;
        GROUP = "lon.dstgrp", "Destination group", U8 hex;
        NODE = "lon.dstnode", "Destination node", U8 hex mask(0x7f);
        MEMBER_GROUP = "lon.grp", "Group", U8 hex;
        MEMBER = "lon.grpmem", "Group member", U8 hex;
        UNIQUE = "lon.uid", "Unique node ID", Bytes;
        DOMAIN = "lon.domain", "Domain", Bytes;
        TO_UNICAST = "", "Address type 2a (unicast)", None;
        TO_MEMBER = "", "Address type 2b (multicast)", None;
        TO_ALL = "", "Address type 0 (broadcast)", None;
        TO_GROUP = "", "Address type 1 (multicast)", None;
        TO_UNIQUE = "", "Address type 3 (UID)", None;
    }
}

/// LonTalk.
pub struct Lon;

impl Protocol for Lon {
    const LAYER: &'static Field = &LON_LAYER;
    const NAME: &'static str = "LON";
    const FIELDS: &'static [&'static Field] = keys::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LON");
        c.claim();
        let link = c.u8(&keys::LINK)?;
        c.below(|c| {
            for field in [&keys::PRIORITY, &keys::PATH, &keys::BACKLOG] {
                c.bits::<1>(field, link.into());
            }
        });
        let network = c.u8(&keys::NETWORK)?;
        let format = name_of(FORMATS, (network >> 4 & 3).into()).unwrap_or_default();
        let info = c.info().str(if link & 0x80 == 0 { "" } else { "Priority " });
        info.str("Delta_BL: ").dec(link & 0x3f).str(" Type: ").str(format);
        c.append(|l| {
            l.str(", PDU format: ").str(format);
            l.str(", Address format: ").str(name_of(ADDRESSES, (network >> 2 & 3).into()).unwrap_or_default());
            l.str(", Domain length: ").str(name_of(DOMAINS, (network & 3).into()).unwrap_or_default());
        });
        c.below(|c| {
            for field in [&keys::VERSION, &keys::FORMAT, &keys::ADDRESS, &keys::DOMAIN_LENGTH] {
                c.bits::<1>(field, network.into());
            }
        });
        address(c, network >> 2 & 3)?;
        let len = match network & 3 {
            0 => 0,
            1 => 1,
            2 => 3,
            _ => 6,
        };
        if len > 0 {
            c.bytes(&keys::DOMAIN, len)?;
        }
        c.need(1)?;
        c.data();
        Ok(())
    }
}

/// Who sends, and to whom; the highest bit of the sender's node tells a reply to a group from a message to a node.
fn address<S: Sink>(c: &mut Cursor<'_, S>, format: u8) -> Result<(), Stop> {
    let unicast = c.peek_u8(1).is_some_and(|node| node & 0x80 != 0);
    let (heading, rest): (_, &[(&'static Field, usize)]) = match (format, unicast) {
        (0, _) => (&keys::TO_ALL, &[(&keys::SUBNET, 1)]),
        (1, _) => (&keys::TO_GROUP, &[(&keys::GROUP, 1)]),
        (2, true) => (&keys::TO_UNICAST, &[(&keys::SUBNET, 1), (&keys::NODE, 1)]),
        (2, false) => {
            (&keys::TO_MEMBER, &[(&keys::SUBNET, 1), (&keys::NODE, 1), (&keys::MEMBER_GROUP, 1), (&keys::MEMBER, 1)])
        }
        _ => (&keys::TO_UNIQUE, &[(&keys::SUBNET, 1), (&keys::UNIQUE, 6)]),
    };
    c.group(heading, |c| {
        c.read_all(&[(&keys::SOURCE_SUBNET, 1), (&keys::SOURCE_NODE, 1)])?;
        c.read_all(rest)
    })
}
