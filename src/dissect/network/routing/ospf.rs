//! OSPF, versions 2 (RFC 2328) and 3 (RFC 5340).

use crate::dissect::checksum::Sum;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ospf", "Open Shortest Path First", Kind::Protocol);

fields! {
    HEADER = "ospf.header", "OSPF Header", None;
    VERSION = "ospf.version", "Version", U8;
    MESSAGE = "ospf.msg", "Message Type", U8 names(MESSAGES);
    LENGTH = "ospf.packet_length", "Packet Length", U16;
    ROUTER = "ospf.srcrouter", "Source OSPF Router", Ipv4;
    AREA = "ospf.area_id", "Area ID", Ipv4;
    CHECKSUM = "ospf.checksum", "Checksum", U16 hex;
    AUTH_TYPE = "ospf.auth.type", "Auth Type", U16 names(AUTH_TYPES);
    AUTH_NONE = "ospf.auth.none", "Auth Data (none)", Bytes;
    AUTH_SIMPLE = "ospf.auth.simple", "Auth Data (Simple)", Str;
    KEY_ID = "ospf.auth.crypt.key_id", "Auth Crypt Key id", U8;
    CRYPT_LENGTH = "ospf.auth.crypt.data_length", "Auth Crypt Data Length", U8;
    CRYPT_SEQUENCE = "ospf.auth.crypt.seq_nbr", "Auth Crypt Sequence Number", U32;
    AUTH_UNKNOWN = "ospf.auth.unknown", "Auth Unknown", Bytes;
    INSTANCE = "ospf.instance_id", "Instance ID", U8 names(INSTANCES);
    RESERVED = "ospf.reserved", "Reserved", Bytes;
    HELLO = "ospf.hello", "OSPF Hello Packet", None;
    NETMASK = "ospf.hello.network_mask", "Network Mask", Ipv4;
    INTERFACE = "ospf.hello.interface_id", "Interface ID", U32;
    HELLO_INTERVAL = "ospf.hello.hello_interval", "Hello Interval [sec]", U16;
    PRIORITY = "ospf.hello.router_priority", "Router Priority", U8;
    DEAD_INTERVAL = "ospf.hello.router_dead_interval", "Router Dead Interval [sec]", U32;
    DESIGNATED = "ospf.hello.designated_router", "Designated Router", Ipv4;
    BACKUP = "ospf.hello.backup_designated_router", "Backup Designated Router", Ipv4;
    NEIGHBOR = "ospf.hello.active_neighbor", "Active Neighbor", Ipv4;
    OPTIONS = "ospf.v2.options", "Options", U8 hex;
    OPTIONS3 = "ospf.v3.options", "Options", U24 hex;
    DESCRIPTION = "ospf.db", "OSPF DB Description", None;
    MTU = "ospf.db.interface_mtu", "Interface MTU", U16;
    DESCRIPTION_FLAGS = "ospf.dbd", "DB Description", U8 hex;
    OOB_RESYNC = "ospf.dbd.r", "(R) OOBResync", Bool mask(0x8) set;
    INIT = "ospf.dbd.i", "(I) Init", Bool mask(0x4) set;
    MORE = "ospf.dbd.m", "(M) More", Bool mask(0x2) set;
    MASTER = "ospf.dbd.ms", "(MS) Master", Bool mask(0x1) flag("Yes", "No");
    SEQUENCE = "ospf.db.dd_sequence", "DD Sequence", U32;
    REQUEST = "ospf.ls.request", "Link State Request", None;
    REQUEST_TYPE = "ospf.link_state_id_type", "LS Type", U32;
    UPDATE = "ospf.ls.update", "LS Update Packet", None;
    COUNT = "ospf.ls.number_of_lsas", "Number of LSAs", U32;
    ADVERTISEMENT = "", "LSA", None;
    AGE = "ospf.lsa.age", "LS Age (seconds)", U16 mask(0x7fff);
    DO_NOT_AGE = "ospf.lsa.donotage", "Do Not Age Flag", U16 mask(0x8000);
    LSA_TYPE = "ospf.lsa", "LS Type", U8 names(LSA_TYPES);
    LSA_TYPE3 = "ospf.v3.lsa", "LS Type", U16 hex;
    LSA_ID = "ospf.lsa.id", "Link State ID", Ipv4;
    ADVERTISING = "ospf.advrouter", "Advertising Router", Ipv4;
    LSA_SEQUENCE = "ospf.lsa.seqnum", "Sequence Number", U32 hex;
    LSA_CHECKSUM = "ospf.lsa.chksum", "Checksum", U16 hex;
    LSA_LENGTH = "ospf.lsa.length", "Length", U16;
}

names! {
    MESSAGES { 1 = "Hello Packet", 2 = "DB Description", 3 = "LS Request", 4 = "LS Update", 5 = "LS Acknowledge" }
    AUTH_TYPES { 0 = "Null", 1 = "Simple password", 2 = "Cryptographic" }
    INSTANCES {
        0..=31 = "IPv6 unicast AF", 32..=63 = "IPv6 multicast AF", 64..=95 = "IPv4 unicast AF",
        96..=127 = "IPv4 multicast AF", 128..=255 = "Reserved",
    }
    LSA_TYPES {
        1 = "Router-LSA", 2 = "Network-LSA", 3 = "Summary-LSA (IP network)", 4 = "Summary-LSA (ASBR)",
        5 = "AS-External-LSA (ASBR)", 6 = "Group Membership LSA", 7 = "NSSA AS-External-LSA",
        8 = "External Attributes LSA", 9 = "Opaque LSA, Link-local scope", 10 = "Opaque LSA, Area-local scope",
        11 = "Opaque LSA, AS-local scope",
    }
    LSA_TYPES3 {
        1 = "Router-LSA", 2 = "Network-LSA", 3 = "Inter-Area-Prefix-LSA", 4 = "Inter-Area-Router-LSA",
        5 = "AS-External-LSA", 6 = "Group-Membership-LSA", 7 = "NSSA-LSA", 8 = "Link-LSA",
        9 = "Intra-Area-Prefix-LSA",
    }
}

/// Bytes of an advertisement's header.
const LSA_HEADER: usize = 20;

/// OSPF.
pub struct Ospf;

impl Protocol for Ospf {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OSPF";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(89)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let version = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if !matches!(version, 2 | 3) {
            return Err(Stop::NotMine);
        }
        let start = c.pos();
        c.protocol("OSPF");
        c.claim();
        let (kind, len) = c.group(&HEADER, |c| header(c, version))?;
        // What is longer than its length says ends with authentication data.
        c.trim((start + len).saturating_sub(c.pos()));
        match kind {
            1 => c.group(&HELLO, |c| hello(c, version)),
            2 => description(c, version),
            3 => requests(c, version),
            4 => c.group(&UPDATE, |c| update(c, version)),
            5 => acknowledged(c, version),
            _ => {
                c.data();
                Ok(())
            }
        }
    }
}

fn header<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(u8, usize), Stop> {
    let start = c.pos();
    c.u8(&VERSION)?;
    let kind = c.u8(&MESSAGE)?;
    c.info().named(name_of(MESSAGES, kind.into()), kind);
    let len = usize::from(c.u16(&LENGTH)?);
    c.read_all(&[(&ROUTER, 4), (&AREA, 4)])?;
    let found = c.u16(&CHECKSUM)?;
    if version == 2 {
        checksum(c, start, len, found);
        let auth = c.u16(&AUTH_TYPE)?;
        match auth {
            0 => c.bytes(&AUTH_NONE, 8).map(|_| ())?,
            1 => c.bytes(&AUTH_SIMPLE, 8).map(|_| ())?,
            2 => {
                c.skip(2)?;
                c.read_all(&[(&KEY_ID, 1), (&CRYPT_LENGTH, 1), (&CRYPT_SEQUENCE, 4)])?;
            }
            _ => c.bytes(&AUTH_UNKNOWN, 8).map(|_| ())?,
        }
    } else {
        c.u8(&INSTANCE)?;
        c.bytes(&RESERVED, 1)?;
    }
    Ok((kind, len))
}

/// Says whether version 2's checksum, which leaves the 8 bytes of authentication out, is right.
fn checksum<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: usize, found: u16) {
    if !S::DETAIL {
        return;
    }
    let whole = c.whole();
    let (Some(before), Some(after)) = (whole.get(start..start + 16), whole.get(start + 24..start + len)) else {
        return;
    };
    let should = Sum::default().and(before).and(after).wanted(found);
    c.append(|l| {
        if should == found {
            l.str(" [correct]");
        } else {
            l.str(" [incorrect, should be 0x").hex(should, 4).byte(b']');
        }
    });
}

fn options<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    if version == 2 { c.u8(&OPTIONS).map(|_| ()) } else { c.u24(&OPTIONS3).map(|_| ()) }
}

fn hello<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    if version == 2 {
        c.fixed::<4>(&NETMASK)?;
        c.u16(&HELLO_INTERVAL)?;
        options(c, version)?;
        c.u8(&PRIORITY)?;
        c.u32(&DEAD_INTERVAL)?;
    } else {
        c.u32(&INTERFACE)?;
        c.u8(&PRIORITY)?;
        options(c, version)?;
        c.u16(&HELLO_INTERVAL)?;
        c.be::<2>(&DEAD_INTERVAL)?;
    }
    c.read_all(&[(&DESIGNATED, 4), (&BACKUP, 4)])?;
    while c.reported() >= 4 {
        c.fixed::<4>(&NEIGHBOR)?;
    }
    Ok(())
}

fn description<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    c.group(&DESCRIPTION, |c| {
        if version == 2 {
            c.u16(&MTU)?;
            options(c, version)?;
        } else {
            c.bytes(&RESERVED, 1)?;
            options(c, version)?;
            c.u16(&MTU)?;
            c.bytes(&RESERVED, 1)?;
        }
        let flags = c.be::<1>(&DESCRIPTION_FLAGS)?;
        c.append(|l| {
            for (bit, name) in [(8, ", (R) OOBResync"), (4, ", (I) Init"), (2, ", (M) More"), (1, ", (MS) Master")] {
                if flags & bit != 0 {
                    l.str(name);
                }
            }
        });
        c.below(|c| {
            for field in [&OOB_RESYNC, &INIT, &MORE, &MASTER] {
                c.bits::<1>(field, flags);
            }
        });
        c.u32(&SEQUENCE).map(|_| ())
    })?;
    acknowledged(c, version)
}

fn requests<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.group(&REQUEST, |c| {
            if version == 2 {
                c.u32(&REQUEST_TYPE)?;
            } else {
                c.bytes(&RESERVED, 2)?;
                c.u16(&LSA_TYPE3)?;
            }
            c.read_all(&[(&LSA_ID, 4), (&ADVERTISING, 4)])
        })?;
    }
    Ok(())
}

fn update<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    let count = c.u32(&COUNT)?;
    for _ in 0..count {
        advertisement(c, version, true)?;
    }
    Ok(())
}

/// Headers of advertisements to the end.
fn acknowledged<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    while c.reported() > 0 {
        advertisement(c, version, false)?;
    }
    Ok(())
}

/// One advertisement: its header, and where it is `whole`, its body.
fn advertisement<S: Sink>(c: &mut Cursor<'_, S>, version: u8, whole: bool) -> Result<(), Stop> {
    let start = c.pos();
    let len = usize::from(c.peek_u16(18).ok_or_else(|| c.short(LSA_HEADER))?);
    let kind = c.peek_u16(2).unwrap_or_default();
    c.group(&ADVERTISEMENT, |c| {
        c.label(|l| title(version, kind, len, l));
        let age = c.be::<2>(&AGE)?;
        c.bits::<2>(&DO_NOT_AGE, age);
        if version == 2 {
            options(c, version)?;
            c.u8(&LSA_TYPE)?;
        } else {
            c.u16(&LSA_TYPE3)?;
        }
        c.read_all(&[(&LSA_ID, 4), (&ADVERTISING, 4), (&LSA_SEQUENCE, 4), (&LSA_CHECKSUM, 2), (&LSA_LENGTH, 2)])?;
        if !whole {
            return Ok(());
        }
        if len < LSA_HEADER {
            return Err(Stop::Malformed);
        }
        c.skip(start + len - c.pos())
    })
}

fn title(version: u8, kind: u16, len: usize, line: &mut Line) {
    let (number, name) = match version {
        2 => (kind & 0xff, name_of(LSA_TYPES, u64::from(kind & 0xff))),
        _ => (kind & 0x1fff, name_of(LSA_TYPES3, u64::from(kind & 0x1fff))),
    };
    line.str("LSA-type ").dec(number).str(" (").str(name.unwrap_or("Unknown")).str("), len ").dec(len as u64);
}
