//! The VLAN Trunking Protocol and the Cisco Group Management Protocol.

use super::super::llc::CISCO;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static VTP_LAYER: Field = Field::new("vtp", "VLAN Trunking Protocol", Kind::Protocol);
static CGMP_LAYER: Field = Field::new("cgmp", "Cisco Group Management Protocol", Kind::Protocol);

fields! {
    VERSION = "vtp.version", "Version", U8 hex;
    CODE = "vtp.code", "Code", U8 hex names(CODES);
    FOLLOWERS = "vtp.followers", "Followers", U8;
    SEQUENCE = "vtp.seq_num", "Sequence Number", U8;
    RESERVED = "vtp.reserved", "Reserved", Bytes;
    DOMAIN_LEN = "vtp.md_len", "Management Domain Length", U8;
    DOMAIN = "vtp.md", "Management Domain", Str;
    REVISION = "vtp.conf_rev_num", "Configuration Revision Number", U32;
    UPDATER = "vtp.upd_id", "Updater Identity", Ipv4;
    TIMESTAMP = "vtp.upd_ts", "Update Timestamp", Str;
    DIGEST = "vtp.md5_digest", "MD5 Digest", Bytes;
    START = "vtp.start_value", "Start Value", U16 hex;
    VLAN_LEN = "vtp.vlan_info.len", "VLAN Information Length", U8;
    VLAN = "vtp.vlan_info", "VLAN Information", Bytes;
    CGMP_VERSION = "cgmp.version", "Version", U8 mask(0xf0);
    CGMP_TYPE = "cgmp.type", "Type", U8 mask(0x0f) names(CGMP_TYPES);
    CGMP_COUNT = "cgmp.count", "Count", U8;
    CGMP_GROUP = "cgmp.gda", "Group Destination Address", Ether;
    CGMP_SOURCE = "cgmp.usa", "Unicast Source Address", Ether;
}

names! {
    CODES {
        1 = "Summary Advertisement",
        2 = "Subset Advertisement",
        3 = "Advertisement Request",
        4 = "Join/Prune Message",
    }
    CGMP_TYPES { 0 = "Join", 1 = "Leave" }
}

const SUMMARY: u8 = 1;
const SUBSET: u8 = 2;
const REQUEST: u8 = 3;
const JOIN: u8 = 4;

/// Bytes that a domain's name has room in.
const DOMAIN_LEN_MOST: usize = 32;

/// VTP.
pub struct Vtp;

impl Protocol for Vtp {
    const LAYER: &'static Field = &VTP_LAYER;
    const NAME: &'static str = "VTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Snap(CISCO, 0x2003)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("VTP");
        c.u8(&VERSION)?;
        let code = c.u8(&CODE)?;
        let number = c.u8(if code == SUBSET { &SEQUENCE } else { &FOLLOWERS })?;
        c.u8(&DOMAIN_LEN)?;
        c.bytes(&DOMAIN, DOMAIN_LEN_MOST)?;
        match code {
            SUMMARY => {
                let revision = c.u32(&REVISION)?;
                c.claim().str("Summary Advertisement, Revision: ").dec(revision);
                if number > 0 {
                    c.info().str(", Followers: ").dec(number);
                }
                c.fixed::<4>(&UPDATER)?;
                c.bytes(&TIMESTAMP, 12)?;
                c.bytes(&DIGEST, 16).map(|_| ())
            }
            SUBSET => {
                let revision = c.u32(&REVISION)?;
                c.claim().str("Subset Advertisement, Revision: ").dec(revision).str(", Seq: ").dec(number);
                vlans(c)
            }
            REQUEST => {
                c.claim().str("Advertisement Request");
                c.u16(&START).map(|_| ())
            }
            JOIN => {
                c.claim().str("Join");
                Ok(())
            }
            _ => {
                c.claim().str("Unrecognized VTP message");
                Ok(())
            }
        }
    }
}

/// What a subset advertisement says of each VLAN.
fn vlans<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let len = usize::from(c.u8(&VLAN_LEN)?);
        let Some(len) = len.checked_sub(1).filter(|&len| len > 0) else { break };
        c.bytes(&VLAN, len)?;
    }
    Ok(())
}

/// CGMP.
pub struct Cgmp;

impl Protocol for Cgmp {
    const LAYER: &'static Field = &CGMP_LAYER;
    const NAME: &'static str = "CGMP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Snap(CISCO, 0x2001), Key::Ether(0x2001)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CGMP");
        c.claim().str("Cisco Group Management Protocol");
        if c.remaining() < 4 {
            return Ok(());
        }
        let first = c.be::<1>(&CGMP_VERSION)?;
        c.bits::<1>(&CGMP_TYPE, first);
        c.skip(2)?;
        let count = c.u8(&CGMP_COUNT)?;
        for _ in 0..count {
            if c.remaining() < 12 {
                break;
            }
            c.fixed::<6>(&CGMP_GROUP)?;
            c.fixed::<6>(&CGMP_SOURCE)?;
        }
        Ok(())
    }
}
