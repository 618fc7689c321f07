//! RIP, versions 1 (RFC 1058) and 2 (RFC 2453), and RIPng (RFC 2080).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("rip", "Routing Information Protocol", Kind::Protocol);
static NG_LAYER: Field = Field::new("ripng", "RIPng", Kind::Protocol);

fields! {
    COMMAND = "rip.command", "Command", U8 names(COMMANDS);
    VERSION = "rip.version", "Version", U8 names(VERSIONS);
    DOMAIN = "rip.routing_domain", "Routing Domain", U16;
    ENTRY = "", "Entry", None;
    FAMILY = "rip.family", "Address Family", U16 names(FAMILIES);
    ROUTE_TAG = "rip.route_tag", "Route Tag", U16;
    ADDRESS = "rip.ip", "IP Address", Ipv4;
    NETMASK = "rip.netmask", "Netmask", Ipv4;
    NEXT_HOP = "rip.next_hop", "Next Hop", Ipv4;
    METRIC = "rip.metric", "Metric", U32;
    AUTH_TYPE = "rip.auth.type", "Authentication type", U16 names(AUTH_TYPES);
    PASSWORD = "rip.auth.passwd", "Password", Str;
    DIGEST_OFFSET = "rip.digest_offset", "Digest Offset", U16;
    KEY_ID = "rip.key_id", "Key ID", U8;
    DIGEST_LENGTH = "rip.auth_data_len", "Auth Data Len", U8;
    SEQUENCE = "rip.seq_num", "Seq num", U32;
    DIGEST = "rip.authentication_data", "Authentication Data", Bytes;
    NG_COMMAND = "ripng.cmd", "Command", U8 names(NG_COMMANDS);
    NG_VERSION = "ripng.version", "Version", U8;
    NG_RESERVED = "ripng.reserved", "Reserved", Bytes;
    NG_ENTRY = "ripng.rte", "Route Table Entry", None;
    NG_PREFIX = "ripng.rte.ipv6_prefix", "IPv6 Prefix", Ipv6;
    NG_TAG = "ripng.rte.route_tag", "Route Tag", U16 hex;
    NG_LENGTH = "ripng.rte.prefix_length", "Prefix Length", U8;
    NG_METRIC = "ripng.rte.metric", "Metric", U8;
}

experts! {
    UNKNOWN_FAMILY = "rip.unknown_address_family", "Unknown address family", Warning, Protocol;
}

names! {
    COMMANDS { 1 = "Request", 2 = "Response", 3 = "Traceon", 4 = "Traceoff", 5 = "Vendor specific (Sun)" }
    VERSIONS { 1 = "RIPv1", 2 = "RIPv2" }
    NG_COMMANDS { 1 = "Request", 2 = "Response" }
    FAMILIES { 0 = "Unspecified", 2 = "IP", 14 = "IPX" }
    AUTH_TYPES { 1 = "IP Route", 2 = "Simple Password", 3 = "Keyed Message Digest" }
}

const AUTHENTICATION: u16 = 0xffff;
const ENTRY_LEN: usize = 20;

/// RIP, versions 1 and 2.
pub struct Rip;

impl Protocol for Rip {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RIP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(520)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RIP");
        c.claim();
        let command = c.u8(&COMMAND)?;
        let version = c.u8(&VERSION)?;
        if let Some(name) = name_of(VERSIONS, version.into()) {
            c.protocol(name);
        }
        match name_of(COMMANDS, command.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown command (").dec(command).byte(b')'),
        }
        let domain = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        if version == 2 && domain != 0 {
            c.u16(&DOMAIN)?;
        } else {
            c.skip(2)?;
        }
        // The digest of the message follows it.
        if c.peek_u32(0) == Some(0xffff_0003) {
            let digest = usize::from(c.peek_u8(7).unwrap_or_default());
            c.trim(c.reported().saturating_sub(digest));
        }
        let mut first = true;
        while c.reported() > 0 {
            c.within(ENTRY_LEN, |c| entry(c, version, std::mem::take(&mut first)))?;
        }
        Ok(())
    }
}

/// One entry; only the `first` may authenticate the message.
fn entry<S: Sink>(c: &mut Cursor<'_, S>, version: u8, first: bool) -> Result<(), Stop> {
    let family = c.peek_u16(0).ok_or_else(|| c.short(2))?;
    match family {
        0 | 2 => c.group(&ENTRY, |c| route(c, family, version)),
        AUTHENTICATION if first => c.group(&ENTRY, authentication),
        _ => {
            c.generated(&UNKNOWN_FAMILY, 0);
            c.label(|l| _ = l.str("Unknown address family ").dec(family));
            c.need(ENTRY_LEN)
        }
    }
}

fn route<S: Sink>(c: &mut Cursor<'_, S>, family: u16, version: u8) -> Result<(), Stop> {
    let (address, metric) = (c.peek::<4>(4).unwrap_or_default(), c.peek_u32(16).unwrap_or_default());
    c.label(|l: &mut Line| {
        match family {
            0 => _ = l.str("Address not specified"),
            _ => _ = l.str("IP Address: ").ipv4(&address),
        }
        l.str(", Metric: ").dec(metric);
    });
    c.u16(&FAMILY)?;
    if version == 2 {
        c.u16(&ROUTE_TAG).map(|_| ())?;
    } else {
        c.skip(2)?;
    }
    if family == 0 {
        c.skip(4)?;
    } else {
        c.fixed::<4>(&ADDRESS).map(|_| ())?;
    }
    if version == 2 {
        c.read_all(&[(&NETMASK, 4), (&NEXT_HOP, 4)])?;
    } else {
        c.skip(8)?;
    }
    c.u32(&METRIC).map(|_| ())
}

/// A password, or the digest of the message (RFC 4822).
fn authentication<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.peek_u16(2).ok_or_else(|| c.short(4))?;
    c.label(|l| {
        l.str("Authentication: ");
        l.named(name_of(AUTH_TYPES, kind.into()), kind);
    });
    c.skip(2)?;
    c.u16(&AUTH_TYPE)?;
    match kind {
        2 => c.bytes(&PASSWORD, 16).map(|_| ()),
        3 => c.read_all(&[(&DIGEST_OFFSET, 2), (&KEY_ID, 1), (&DIGEST_LENGTH, 1), (&SEQUENCE, 4)]),
        1 => c.bytes(&DIGEST, 16).map(|_| ()),
        _ => Ok(()),
    }
}

/// RIPng.
pub struct RipNg;

impl Protocol for RipNg {
    const LAYER: &'static Field = &NG_LAYER;
    const NAME: &'static str = "RIPng";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(521)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RIPng");
        c.claim();
        let command = c.u8(&NG_COMMAND)?;
        let version = c.u8(&NG_VERSION)?;
        c.info().str(" Command ");
        c.info().named(name_of(NG_COMMANDS, command.into()), command);
        c.info().str(", Version ").dec(version);
        c.bytes(&NG_RESERVED, 2)?;
        while c.reported() > 0 {
            let entry =
                c.group(&NG_ENTRY, |c| c.read_all(&[(&NG_PREFIX, 16), (&NG_TAG, 2), (&NG_LENGTH, 1), (&NG_METRIC, 1)]));
            // An entry that is cut off is not remarked upon.
            match entry {
                Err(Stop::Snapped | Stop::Malformed) => return Ok(()),
                other => other?,
            }
        }
        Ok(())
    }
}
