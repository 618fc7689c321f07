//! Options of neighbour discovery (RFC 4861 section 4.6 and the registry of its formats).

use super::quote;
use crate::dissect::cursor::Cursor;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    OPTION = "icmpv6.opt", "ICMPv6 Option", None;
    TYPE = "icmpv6.opt.type", "Type", U8 names(TYPES);
    LENGTH = "icmpv6.opt.length", "Length", U8;
    RESERVED = "icmpv6.opt.reserved", "Reserved", None;
    LINK_ADDRESS = "icmpv6.opt.linkaddr", "Link-layer address", Ether;
    SOURCE_ADDRESS = "icmpv6.opt.src_linkaddr", "Source Link-layer address", Ether;
    TARGET_ADDRESS = "icmpv6.opt.target_linkaddr", "Target Link-layer address", Ether;
    PREFIX_LENGTH = "icmpv6.opt.prefix.length", "Prefix Length", U8;
    PREFIX_FLAGS = "icmpv6.opt.prefix.flag", "Flag", U8 hex;
    PREFIX_FLAG_L = "icmpv6.opt.prefix.flag.l", "On-link flag(L)", Bool mask(0x80) set;
    PREFIX_FLAG_A = "icmpv6.opt.prefix.flag.a", "Autonomous address-configuration flag(A)", Bool mask(0x40) set;
    PREFIX_FLAG_R = "icmpv6.opt.prefix.flag.r", "Router address flag(R)", Bool mask(0x20) set;
    PREFIX_FLAGS_RESERVED = "icmpv6.opt.prefix.flag.reserved", "Reserved", U8 mask(0x1f);
    VALID_LIFETIME = "icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime", U32 custom(write_lifetime);
    PREFERRED_LIFETIME = "icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime", U32 custom(write_lifetime);
    PREFIX = "icmpv6.opt.prefix", "Prefix", Ipv6;
    NONCE = "icmpv6.opt.nonce", "Nonce", Bytes;
    ROUTE_FLAGS = "icmpv6.opt.route_info.flag", "Flag", U8 hex;
    ROUTE_PREFERENCE = "icmpv6.opt.route_info.flag.route_preference", "Route Preference", U8 mask(0x18) names(PREFERENCES);
    ROUTE_FLAGS_RESERVED = "icmpv6.opt.route_info.flag.reserved", "Reserved", U8 mask(0xe7);
    ROUTE_LIFETIME = "icmpv6.opt.route_lifetime", "Route Lifetime", U32 custom(write_lifetime);
    MTU = "icmpv6.opt.mtu", "MTU", U32;
    INTERVAL = "icmpv6.opt.advertisement_interval", "Advertisement Interval", U32;
    AGENT_PREFERENCE = "icmpv6.opt.home_agent_preference", "Home Agent Preference", U16;
    AGENT_LIFETIME = "icmpv6.opt.home_agent_lifetime", "Home Agent Preference", U16;
    DNS_LIFETIME = "icmpv6.opt.rdnss.lifetime", "Lifetime", U32 custom(write_lifetime);
    DNS_SERVER = "icmpv6.opt.rdnss", "Recursive DNS Servers", Ipv6;
    SEARCH_LIFETIME = "icmpv6.opt.dnssl.lifetime", "Lifetime", U32 custom(write_lifetime);
    SEARCH_NAME = "icmpv6.opt.dnssl", "Domain Names", Str;
    NAT_LIFETIME = "icmpv6.opt.pref64.scaled_lifetime", "Scaled Lifetime", U16 mask(0xfff8);
    NAT_LENGTH = "icmpv6.opt.pref64.plc", "PLC (Prefix Length Code)", U16 hex mask(0x0007) names(NAT_LENGTHS);
    NAT_PREFIX = "icmpv6.opt.pref64.prefix", "Prefix", Bytes;
    PADDING = "icmpv6.opt.padding", "Padding", None;
    DATA = "icmpv6.unknown_data", "Unknown Data", Bytes;
}

names! {
    TYPES {
        1 = "Source link-layer address",
        2 = "Target link-layer address",
        3 = "Prefix information",
        4 = "Redirected header",
        5 = "MTU",
        6 = "NBMA Shortcut Limit Option",
        7 = "Advertisement Interval",
        8 = "Home Agent Information",
        9 = "Source Address List",
        10 = "Target Address List",
        11 = "CGA",
        12 = "RSA Signature",
        13 = "Timestamp",
        14 = "Nonce",
        15 = "Trust Anchor",
        16 = "Certificate",
        17 = "IP Address/Prefix Option",
        18 = "New Router Prefix Information",
        19 = "Link-layer Address",
        20 = "Neighbor Advertisement Acknowledgment",
        23 = "MAP",
        24 = "Route Information",
        25 = "Recursive DNS Server",
        26 = "RA Flags Extension",
        27 = "Handover Key Request",
        28 = "Handover Key Reply",
        29 = "Handover Assist Information",
        30 = "Mobile Node Identifier Option",
        31 = "DNS Search List Option",
        32 = "Proxy Signature (PS)",
        33 = "Address Registration Option",
        34 = "6LoWPAN Context Option",
        35 = "Authoritative Border Router",
        36 = "6LoWPAN Capability Indication Option",
        37 = "DHCP Captive-Portal",
        38 = "PREF64 Option",
        138 = "CARD Request",
        139 = "CARD Reply",
        253 = "RFC3692-style Experiment 1",
        254 = "RFC3692-style Experiment 2",
    }
    /// How much a router wants to be preferred (RFC 4191 section 2.1).
    pub(super) PREFERENCES { 0 = "Medium", 1 = "High", 2 = "Reserved", 3 = "Low" }
    NAT_LENGTHS {
        0 = "96 bits prefix length",
        1 = "64 bits prefix length",
        2 = "56 bits prefix length",
        3 = "48 bits prefix length",
        4 = "40 bits prefix length",
        5 = "32 bits prefix length",
    }
}

fn write_lifetime(seconds: u64, line: &mut Line) {
    if seconds == 0xffff_ffff {
        line.str("Infinity (");
    }
    line.dec(seconds);
    if seconds == 0xffff_ffff {
        line.byte(b')');
    }
}

/// Bytes that an option's length counts in.
const UNIT: usize = 8;

/// Records the options that fill the rest of the window.
pub(super) fn all<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let start = c.pos();
        c.need(2)?;
        let len = usize::from(c.peek_u8(1).unwrap_or(0)) * UNIT;
        if len == 0 {
            // Where it ends is not to be known: nor what follows it.
            return Ok(());
        }
        let option = c.mark();
        c.group(&OPTION, |c| {
            let kind = c.u8(&TYPE)?;
            c.u8(&LENGTH)?;
            c.append(|l| _ = l.str(" (").dec(len as u64).str(" bytes)"));
            c.within(len - 2, |c| {
                body(c, kind, len, option)?;
                c.need(c.reported())
            })?;
            if start + len > c.limit() { Err(Stop::Malformed) } else { Ok(()) }
        })?;
        c.seek(start + len);
    }
    Ok(())
}

/// The option that quotes the packet which a redirect is about.
const REDIRECTED: u8 = 4;

/// What an option of `len` bytes says behind its length.
///
/// `option` is the option's own line, which says the most important of it once more.
fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, len: usize, option: usize) -> Result<(), Stop> {
    match kind {
        1 => link_address(c, len, option, &SOURCE_ADDRESS, " from "),
        2 => link_address(c, len, option, &TARGET_ADDRESS, " is at "),
        3 => prefix(c, option),
        REDIRECTED => {
            c.read_all(&[(&RESERVED, 6)])?;
            match c.reported() {
                0 if len > UNIT => Err(Stop::Overrun),
                0 => Ok(()),
                _ => quote(c),
            }
        }
        5 => {
            c.read_all(&[(&RESERVED, 2)])?;
            let mtu = c.u32(&MTU)?;
            c.append_at(option, |l| _ = l.str(" (MTU : ").dec(mtu).byte(b')'));
            Ok(())
        }
        7 => c.read_all(&[(&RESERVED, 2), (&INTERVAL, 4)]),
        8 => c.read_all(&[(&RESERVED, 2), (&AGENT_PREFERENCE, 2), (&AGENT_LIFETIME, 2)]),
        11 => c.need(CGA_LEN),
        12 => c.need(18),
        13 => c.need(14),
        14 => {
            c.append_at(option, |l| _ = l.str(" (Nonce)"));
            c.bytes(&NONCE, c.reported()).map(|_| ())
        }
        17 | 18 | 23 | 35 => c.need(22),
        32 => c.need(18),
        33 => c.need(14),
        19 => link_address(c, len, option, &LINK_ADDRESS, ""),
        24 => route(c, option),
        25 => {
            c.read_all(&[(&RESERVED, 2), (&DNS_LIFETIME, 4)])?;
            c.append_at(option, |l| _ = l.str(" (Recursive DNS Server"));
            while c.reported() > 0 {
                let server = c.fixed::<16>(&DNS_SERVER)?;
                c.append_at(option, |l| _ = l.byte(b' ').ipv6(&server));
            }
            c.append_at(option, |l| _ = l.byte(b')'));
            Ok(())
        }
        31 => search_list(c, option),
        38 => {
            let word = c.be::<2>(&NAT_LIFETIME)?;
            c.bits::<2>(&NAT_LENGTH, word);
            c.bytes(&NAT_PREFIX, 12).map(|_| ())
        }
        _ => c.bytes(&DATA, c.remaining()).map(|_| ()),
    }
}

/// Bytes of a CGA option without its key: pad length, modifier, subnet prefix, collision count (RFC 3971).
const CGA_LEN: usize = 27;

fn link_address<S: Sink>(
    c: &mut Cursor<'_, S>,
    len: usize,
    option: usize,
    field: &'static crate::dissect::field::Field,
    words: &str,
) -> Result<(), Stop> {
    if len == UNIT {
        let address = c.fixed::<6>(&LINK_ADDRESS)?;
        if S::DETAIL && !words.is_empty() {
            let end = c.pos();
            c.hidden(field, end - 6, end, 0);
            let role = if std::ptr::eq(field, &SOURCE_ADDRESS) { "Source" } else { "Target" };
            c.append_at(option, |l| _ = l.str(" (").str(role).str(" link-layer address : ").mac(&address).byte(b')'));
        }
        if !words.is_empty() {
            c.info().str(words).mac(&address);
        }
    } else {
        c.bytes(field, c.reported())?;
    }
    Ok(())
}

fn prefix<S: Sink>(c: &mut Cursor<'_, S>, option: usize) -> Result<(), Stop> {
    let length = c.u8(&PREFIX_LENGTH)?;
    let flags = c.be::<1>(&PREFIX_FLAGS)?;
    c.append(|l| {
        for field in [&PREFIX_FLAG_L, &PREFIX_FLAG_A, &PREFIX_FLAG_R].iter().filter(|field| field.cut(flags) != 0) {
            l.str(", ").str(field.label);
        }
    });
    c.below(|c| {
        for field in [&PREFIX_FLAG_L, &PREFIX_FLAG_A, &PREFIX_FLAG_R, &PREFIX_FLAGS_RESERVED] {
            c.bits::<1>(field, flags);
        }
    });
    c.read_all(&[(&VALID_LIFETIME, 4), (&PREFERRED_LIFETIME, 4), (&RESERVED, 4)])?;
    let prefix = c.fixed::<16>(&PREFIX)?;
    c.append_at(option, |l| {
        _ = l.str(" (Prefix information : ").ipv6(&prefix).byte(b'/').dec(length).byte(b')');
    });
    Ok(())
}

fn route<S: Sink>(c: &mut Cursor<'_, S>, option: usize) -> Result<(), Stop> {
    let length = c.u8(&PREFIX_LENGTH)?;
    let flags = c.be::<1>(&ROUTE_FLAGS)?;
    c.append(|l| {
        let preference = ROUTE_PREFERENCE.cut(flags);
        l.str(", Route Preference: ").str(ROUTE_PREFERENCE.name(preference).unwrap_or("Unknown"));
    });
    c.below(|c| {
        c.bits::<1>(&ROUTE_PREFERENCE, flags);
        c.bits::<1>(&ROUTE_FLAGS_RESERVED, flags);
    });
    c.u32(&ROUTE_LIFETIME)?;
    // As much of the prefix as the option has room for.
    let given = c.bytes(&PREFIX, c.reported().min(16))?;
    let mut prefix = [0; 16];
    prefix.iter_mut().zip(given).for_each(|(byte, &given)| *byte = given);
    c.set_text(|l| _ = l.bytes(&prefix));
    c.append_at(option, |l| {
        let preference = ROUTE_PREFERENCE.name(ROUTE_PREFERENCE.cut(flags)).unwrap_or("Unknown");
        _ = l.str(" (Route Information : ").str(preference).byte(b' ').ipv6(&prefix).byte(b'/').dec(length).byte(b')');
    });
    Ok(())
}

fn search_list<S: Sink>(c: &mut Cursor<'_, S>, option: usize) -> Result<(), Stop> {
    c.read_all(&[(&RESERVED, 2), (&SEARCH_LIFETIME, 4)])?;
    c.append_at(option, |l| _ = l.str(" (DNS Search List Option"));
    while c.reported() > 0 && c.peek_u8(0) != Some(0) {
        let start = c.pos();
        labels(c, &SEARCH_NAME)?;
        let name = c.whole().get(start..c.pos()).unwrap_or_default();
        c.append_at(option, |l| write_labels(name, l.byte(b' ')));
    }
    c.append_at(option, |l| _ = l.byte(b')'));
    c.bytes(&PADDING, c.reported()).map(|_| ())
}

/// Reads a domain name in labels (RFC 1035 section 3.1) without pointers; gives its bytes.
pub(super) fn labels<S: Sink>(c: &mut Cursor<'_, S>, field: &'static crate::dissect::field::Field) -> Result<(), Stop> {
    let start = c.pos();
    loop {
        let len = c.array::<1>().map(|[len]| usize::from(len))?;
        if len == 0 {
            break;
        }
        c.skip(len)?;
    }
    let (end, whole) = (c.pos(), c.whole());
    let name = whole.get(start..end).unwrap_or_default();
    c.text(field, start, end, |l| write_labels(name, l));
    Ok(())
}

/// Writes labels with dots between them.
fn write_labels(labels: &[u8], l: &mut Line) {
    let (mut rest, mut first) = (labels, true);
    while let Some((&len, tail)) = rest.split_first() {
        let Some((label, tail)) = tail.split_at_checked(len.into()) else { break };
        if len > 0 {
            l.str(if first { "" } else { "." }).text(label);
        }
        (rest, first) = (tail, false);
    }
}
