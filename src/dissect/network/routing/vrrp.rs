//! VRRP, versions 2 (RFC 3768) and 3 (RFC 5798).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::network::checksum;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("vrrp", "Virtual Router Redundancy Protocol", Kind::Protocol);

fields! {
    VERSION_TYPE = "vrrp.typever", "VRRP message version and type", U8;
    VERSION = "vrrp.version", "VRRP protocol version", U8 mask(0xf0);
    TYPE = "vrrp.type", "VRRP packet type", U8 mask(0x0f) names(TYPES);
    ROUTER = "vrrp.virt_rtr_id", "Virtual Rtr ID", U8;
    PRIORITY = "vrrp.prio", "Priority", U8 custom(write_priority);
    COUNT = "vrrp.addr_count", "Addr Count", U8;
    AUTH_TYPE = "vrrp.auth_type", "Auth Type", U8 names(AUTH_TYPES);
    INTERVAL = "vrrp.adver_int", "Adver Int", U8;
    RESERVED = "vrrp.reserved_mbz", "Reserved", U8 mask(0xf0);
    SHORT_INTERVAL = "vrrp.short_adver_int", "Adver Int", U16 mask(0xfff);
    CHECKSUM = "vrrp.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "vrrp.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    ADDRESS = "vrrp.ip_addr", "IP Address", Ipv4;
    ADDRESS6 = "vrrp.ipv6_addr", "IPv6 Address", Ipv6;
    AUTH_STRING = "vrrp.auth_string", "Authentication String", Str;
    MD5 = "vrrp.md5_auth_data", "MD5 Authentication Data", Bytes;
}

experts! {
    BAD_CHECKSUM = "vrrp.checksum_bad.expert", "Bad checksum", Warning, Checksum;
}

names! {
    TYPES { 1 = "Advertisement" }
    AUTH_TYPES {
        0 = "No Authentication", 1 = "Simple Text Authentication [RFC 2338] / Reserved [RFC 3768]",
        2 = "IP Authentication Header [RFC 2338] / Reserved [RFC 3768]", 254 = "Cisco VRRP MD5 authentication",
    }
    PRIORITIES {
        0 = "Current Master has stopped participating in VRRP", 100 = "Default priority for a backup VRRP router",
        255 = "This VRRP router owns the virtual router's IP address(es)",
    }
}

static CHECK: checksum::Fields = checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &BAD_CHECKSUM };

fn write_priority(value: u64, line: &mut Line) {
    let name = name_of(PRIORITIES, value).unwrap_or("Non-default backup priority");
    line.dec(value).str(" (").str(name).byte(b')');
}

const PROTOCOL: u8 = 112;
const SIMPLE_TEXT: u8 = 1;
const CISCO_MD5: u8 = 254;

/// VRRP.
pub struct Vrrp;

impl Protocol for Vrrp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "VRRP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(PROTOCOL)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        c.protocol("VRRP");
        c.claim();
        let first = c.be::<1>(&VERSION_TYPE)?;
        let (version, kind) = (first >> 4, TYPE.cut(first));
        let name = name_of(TYPES, kind).unwrap_or("Unknown");
        c.label(|l| {
            l.str("Version ").dec(version).str(", Packet type ").dec(kind).str(" (").str(name).byte(b')');
        });
        c.below(|c| {
            c.bits::<1>(&VERSION, first);
            c.bits::<1>(&TYPE, first);
        });
        c.info().str(if kind == 1 { "Announcement" } else { "Unknown" }).str(" (v").dec(version).byte(b')');
        c.u8(&ROUTER)?;
        c.u8(&PRIORITY)?;
        let count = c.u8(&COUNT)?;
        let mut auth = 0;
        if version == 3 {
            let mark = c.mark();
            let word = c.u16(&SHORT_INTERVAL)?;
            _ = c.insert_at(mark, |c| {
                c.put(&RESERVED, c.pos() - 2, c.pos() - 1, u64::from(word >> 8));
                Ok(())
            });
        } else {
            auth = c.u8(&AUTH_TYPE)?;
            c.u8(&INTERVAL)?;
        }
        let (src, dst) = (c.row().src, c.row().dst);
        let six = c.worker.state.ip.version == 6;
        let pseudo = match version == 3 || six {
            true => checksum::pseudo_header(src, dst, PROTOCOL, c.limit() - start),
            false => Default::default(),
        };
        let end = c.limit();
        checksum::read(c, &CHECK, (start, end), pseudo)?;
        for _ in 0..count {
            if six { c.fixed::<16>(&ADDRESS6).map(|_| ())? } else { c.fixed::<4>(&ADDRESS).map(|_| ())? }
        }
        match auth {
            SIMPLE_TEXT => c.bytes(&AUTH_STRING, 8).map(|_| ()),
            CISCO_MD5 => c.bytes(&MD5, 16).map(|_| ()),
            _ => Ok(()),
        }
    }
}
