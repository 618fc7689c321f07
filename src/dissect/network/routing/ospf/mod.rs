//! OSPF, versions 2 (RFC 2328) and 3 (RFC 5340).

mod lls;
mod lsa;
mod options;

use crate::dissect::checksum::Sum;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, joined, names};

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
    CRYPT_DATA = "ospf.auth.crypt.data", "Auth Crypt Data", Bytes;
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
    DESCRIPTION = "ospf.db", "OSPF DB Description", None;
    MTU = "ospf.db.interface_mtu", "Interface MTU", U16;
    DESCRIPTION_FLAGS = "ospf.dbd", "DB Description", U8 hex;
    OOB_RESYNC = "ospf.dbd.r", "(R) OOBResync", Bool mask(0x8) set;
    INIT = "ospf.dbd.i", "(I) Init", Bool mask(0x4) set;
    MORE = "ospf.dbd.m", "(M) More", Bool mask(0x2) set;
    MASTER = "ospf.dbd.ms", "(MS) Master", Bool mask(0x1) flag("Yes", "No");
    SEQUENCE = "ospf.db.dd_sequence", "DD Sequence", U32;
    REQUEST = "ospf.ls.request", "Link State Request", None;
    REQUEST_TYPE = "ospf.lsa", "LS Type", U32 names(lsa::TYPES);
    REQUEST_ID = "ospf.link_state_id", "Link State ID", Ipv4;
    UPDATE = "ospf.ls.update", "LS Update Packet", None;
    COUNT = "ospf.ls.number_of_lsas", "Number of LSAs", U32;
}

names! {
    MESSAGES { 1 = "Hello Packet", 2 = "DB Description", 3 = "LS Request", 4 = "LS Update", 5 = "LS Acknowledge" }
    AUTH_TYPES { 0 = "Null", 1 = "Simple password", 2 = "Cryptographic" }
    INSTANCES {
        0..=31 = "IPv6 unicast AF", 32..=63 = "IPv6 multicast AF", 64..=95 = "IPv4 unicast AF",
        96..=127 = "IPv4 multicast AF", 128..=255 = "Reserved",
    }
}

experts! {
    LLS_MISSING = "ospf.lls_missing", "LLS option bit set but data block missing", Error, Malformed;
}

/// The words that this remark hangs upon.
static LLS_MISSING_TEXT: Field = Field::new("", LLS_MISSING.label, Kind::None);

/// OSPF.
pub struct Ospf;

impl Protocol for Ospf {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OSPF";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[lls::FIELDS, lsa::FIELDS, options::FIELDS];
    const EXPERTS: &'static [&'static Field] = joined!(EXPERTS, lsa::EXPERTS);
    const KEYS: &'static [Key] = &[Key::Ip(89)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let version = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if !matches!(version, 2 | 3) {
            return Err(Stop::NotMine);
        }
        let start = c.pos();
        c.protocol("OSPF");
        c.claim();
        let header = c.group(&HEADER, |c| header(c, version))?;
        // What is longer than its length says ends with authentication data, and with a block of local signalling.
        let end = (start + header.len).max(c.pos());
        let mut signals = false;
        let outcome = c.within(end - c.pos(), |c| {
            signals = message(c, version, header.kind)?;
            Ok(())
        });
        let stands = end + header.crypt_len;
        if S::DETAIL && outcome.is_ok() && version == 2 && signals {
            if stands + lls::LEAST_LEN <= c.end() {
                c.seek(stands);
                return c.group(&lls::BLOCK, lls::dissect);
            }
            c.put(&LLS_MISSING_TEXT, c.pos(), c.pos(), 0);
            c.below(|c| c.expert(&LLS_MISSING));
        }
        c.seek(c.end());
        outcome
    }
}

/// What stands behind the header; says whether it announces local signalling.
fn message<S: Sink>(c: &mut Cursor<'_, S>, version: u8, kind: u8) -> Result<bool, Stop> {
    match kind {
        1 => return c.group(&HELLO, |c| hello(c, version)),
        2 => return description(c, version),
        3 => requests(c, version)?,
        4 => c.group(&UPDATE, |c| update(c, version))?,
        5 => acknowledged(c, version)?,
        _ => c.above(Cursor::data),
    }
    Ok(false)
}

/// What the rest of the packet needs to know of its header.
struct Header {
    kind: u8,
    /// Bytes of the packet, its header included.
    len: usize,
    /// Bytes of authentication data behind it.
    crypt_len: usize,
}

fn header<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<Header, Stop> {
    let start = c.pos();
    c.u8(&VERSION)?;
    let kind = c.u8(&MESSAGE)?;
    c.info().named(name_of(MESSAGES, kind.into()), kind);
    let len = usize::from(c.u16(&LENGTH)?);
    c.read_all(&[(&ROUTER, 4), (&AREA, 4)])?;
    if c.whole().get(c.pos() - 4..c.pos()) == Some(&[0; 4]) {
        c.append(|l| _ = l.str(" (Backbone)"));
    }
    let found = c.u16(&CHECKSUM)?;
    checksum(c, (start, len), version, found);
    let mut crypt_len = 0;
    if version == 2 {
        let auth = c.u16(&AUTH_TYPE)?;
        match auth {
            0 => c.bytes(&AUTH_NONE, 8).map(|_| ())?,
            1 => c.bytes(&AUTH_SIMPLE, 8).map(|_| ())?,
            2 => {
                c.skip(2)?;
                c.u8(&KEY_ID)?;
                crypt_len = usize::from(c.u8(&CRYPT_LENGTH)?);
                c.u32(&CRYPT_SEQUENCE)?;
                if S::DETAIL && crypt_len > 0 {
                    c.put(&CRYPT_DATA, start + len, start + len + crypt_len, 0);
                }
            }
            _ => c.bytes(&AUTH_UNKNOWN, 8).map(|_| ())?,
        }
    } else {
        c.u8(&INSTANCE)?;
        c.bytes(&RESERVED, 1)?;
    }
    Ok(Header { kind, len, crypt_len })
}

/// Says whether the checksum is right: version 2's leaves the 8 bytes of authentication out, version 3's takes the
/// addresses in.
fn checksum<S: Sink>(c: &mut Cursor<'_, S>, (start, len): (usize, usize), version: u8, found: u16) {
    if !S::DETAIL {
        return;
    }
    if found == 0 {
        return c.append(|l| _ = l.str(" (None)"));
    }
    let whole = c.whole();
    let (src, dst) = (c.row().src, c.row().dst);
    let sum = if version == 2 {
        let parts = (whole.get(start..start + 16), whole.get(start + 24..start + len));
        let (Some(before), Some(after)) = parts else { return };
        Some(Sum::default().and(before).and(after))
    } else {
        const OSPF: u8 = 89;
        let packet = whole.get(start..start + len);
        packet.and_then(|packet| Some(Sum::default().and_hosts(src, dst, OSPF, len as u32)?.and(packet)))
    };
    let Some(sum) = sum else { return };
    let should = sum.wanted(found);
    c.append(|l| {
        if should == found {
            l.str(" [correct]");
        } else {
            l.str(" [incorrect, should be 0x").hex(should, 4).byte(b']');
        }
    });
}

/// Says whether local signalling is announced.
fn hello<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<bool, Stop> {
    let signals;
    if version == 2 {
        c.fixed::<4>(&NETMASK)?;
        c.u16(&HELLO_INTERVAL)?;
        signals = options::version_2(c, false)?;
        c.u8(&PRIORITY)?;
        c.u32(&DEAD_INTERVAL)?;
    } else {
        c.u32(&INTERFACE)?;
        c.u8(&PRIORITY)?;
        signals = options::version_3(c)?;
        c.u16(&HELLO_INTERVAL)?;
        c.be::<2>(&DEAD_INTERVAL)?;
    }
    c.read_all(&[(&DESIGNATED, 4), (&BACKUP, 4)])?;
    while c.reported() >= 4 {
        c.fixed::<4>(&NEIGHBOR)?;
    }
    Ok(signals)
}

/// Says whether local signalling is announced.
fn description<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<bool, Stop> {
    let signals = c.group(&DESCRIPTION, |c| {
        let signals;
        if version == 2 {
            c.u16(&MTU)?;
            signals = options::version_2(c, false)?;
        } else {
            c.bytes(&RESERVED, 1)?;
            signals = options::version_3(c)?;
            c.u16(&MTU)?;
            c.bytes(&RESERVED, 1)?;
        }
        let flags = c.be::<1>(&DESCRIPTION_FLAGS)?;
        options::flags::<1, S>(c, flags, &[&OOB_RESYNC, &INIT, &MORE, &MASTER]);
        c.u32(&SEQUENCE)?;
        Ok(signals)
    })?;
    acknowledged(c, version)?;
    Ok(signals)
}

fn requests<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.group(&REQUEST, |c| {
            if version == 2 {
                c.u32(&REQUEST_TYPE)?;
            } else {
                c.bytes(&RESERVED, 2)?;
                lsa::type_3(c)?;
            }
            c.read_all(&[(&REQUEST_ID, 4), (&lsa::ADVERTISING, 4)])
        })?;
    }
    Ok(())
}

fn update<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    let count = c.u32(&COUNT)?;
    for _ in 0..count {
        lsa::dissect(c, version, true)?;
    }
    Ok(())
}

/// Headers of advertisements to the end.
fn acknowledged<S: Sink>(c: &mut Cursor<'_, S>, version: u8) -> Result<(), Stop> {
    while c.reported() > 0 {
        lsa::dissect(c, version, false)?;
    }
    Ok(())
}
