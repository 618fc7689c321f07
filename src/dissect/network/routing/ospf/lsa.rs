//! Link state advertisements (RFC 2328, A.4; RFC 5340, A.4).

use super::options;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

fields! {
    ADVERTISEMENT = "", "LSA", None;
    AGE = "ospf.lsa.age", "LS Age (seconds)", U16 mask(0x7fff);
    DO_NOT_AGE = "ospf.lsa.donotage", "Do Not Age Flag", U16 mask(0x8000);
    DO_NOT_AGE_3 = "ospf.v3.lsa.do_not_age", "Do Not Age", Bool bits(16) mask(0x8000);
    TYPE = "ospf.lsa", "LS Type", U8 names(TYPES);
    TYPE_3 = "ospf.v3.lsa", "LS Type", U16 hex;
    HANDLING = "ospf.v3.lsa.u", "LSA Handling", Bool bits(16) mask(0x8000) flag("Treat the LSA as if it had link-local flooding scope", "Store and flood the LSA as if the type is understood");
    SCOPE = "ospf.v3.lsa.s12", "Flooding Scope", U16 hex mask(0x6000) custom(write_scope);
    FUNCTION = "ospf.v3.lsa.fc", "Function Code", U16 mask(0x1fff) names(TYPES_3);
    ID = "ospf.lsa.id", "Link State ID", Ipv4;
    OPAQUE_TYPE = "ospf.lsid_opaque_type", "Link State ID Opaque Type", U8 names(OPAQUES);
    OPAQUE_ID = "ospf.lsid_opaque_id", "Link State ID Opaque ID", U24;
    TE_RESERVED = "ospf.mpls_te_lsa.reserved", "Link State ID TE-LSA Reserved", U8;
    TE_INSTANCE = "ospf.lsid_te_lsa.instance", "Link State ID TE-LSA Instance", U16;
    ADVERTISING = "ospf.advrouter", "Advertising Router", Ipv4;
    SEQUENCE = "ospf.lsa.seqnum", "Sequence Number", U32 hex;
    CHECKSUM = "ospf.lsa.chksum", "Checksum", U16 hex;
    LENGTH = "ospf.lsa.length", "Length", U16;
    FLAGS = "ospf.v2.router.lsa.flags", "Flags", U8 hex;
    FLAG_H = "ospf.v2.router.lsa.flags.h", "(H) flag", Bool mask(0x80) flag("Yes", "No");
    FLAG_N = "ospf.v2.router.lsa.flags.n", "(N) flag", Bool mask(0x10) flag("Yes", "No");
    FLAG_W = "ospf.v2.router.lsa.flags.w", "(W) Wild-card multicast receiver", Bool mask(0x08) flag("Yes", "No");
    FLAG_V = "ospf.v2.router.lsa.flags.v", "(V) Virtual link endpoint", Bool mask(0x04) flag("Yes", "No");
    FLAG_E = "ospf.v2.router.lsa.flags.e", "(E) AS boundary router", Bool mask(0x02) flag("Yes", "No");
    FLAG_B = "ospf.v2.router.lsa.flags.b", "(B) Area border router", Bool mask(0x01) flag("Yes", "No");
    FLAGS_3 = "ospf.v3.router.lsa.flags", "Flags", U8 hex;
    FLAG_W_3 = "ospf.v3.router.lsa.flags.w", "(W) Wild-card multicast receiver", Bool mask(0x08) flag("Yes", "No");
    FLAG_V_3 = "ospf.v3.router.lsa.flags.v", "(V) Virtual link endpoint", Bool mask(0x04) flag("Yes", "No");
    FLAG_E_3 = "ospf.v3.router.lsa.flags.e", "(E) AS boundary router", Bool mask(0x02) flag("Yes", "No");
    FLAG_B_3 = "ospf.v3.router.lsa.flags.b", "(B) Area border router", Bool mask(0x01) flag("Yes", "No");
    LINKS = "ospf.lsa.number_of_links", "Number of Links", U16;
    LINK = "", "Type", None;
    LINK_ID = "ospf.lsa.router.linkid", "Link ID", Ipv4;
    LINK_DATA = "ospf.lsa.router.linkdata", "Link Data", Ipv4;
    LINK_TYPE = "ospf.lsa.router.linktype", "Link Type", U8;
    LINK_METRICS = "ospf.lsa.router.nummetrics", "Number of Metrics", U8;
    LINK_METRIC = "ospf.lsa.router.metric0", "0 Metric", U16;
    LINK_TOS = "", "TOS", None;
    NETWORK_MASK = "ospf.lsa.network.netmask", "Netmask", Ipv4;
    ATTACHED = "ospf.lsa.network.attchrtr", "Attached Router", Ipv4;
    SUMMARY_MASK = "ospf.lsa.asbr.netmask", "Netmask", Ipv4;
    TOS = "ospf.lsa.tos", "TOS", U8;
    METRIC = "ospf.metric", "Metric", U24;
    EXTERNAL_MASK = "ospf.lsa.asext.netmask", "Netmask", Ipv4;
    EXTERNAL_TYPE = "ospf.lsa.asext.type", "External Type", Bool mask(0x80) flag("Type 2 (metric is larger than any other link state path)", "Type 1 (metric is specified in the same units as interface cost)");
    EXTERNAL_TOS = "ospf.lsa.asext.tos", "TOS", U8 mask(0x7f);
    FORWARDING = "ospf.lsa.asext.fwdaddr", "Forwarding Address", Ipv4;
    ROUTE_TAG = "ospf.lsa.asext.extrttag", "External Route Tag", U32;
    INTERFACES = "", "Router Interfaces", None;
    ENTRY = "", "Entry", None;
    INTERFACE_TYPE = "ospf.v3.lsa.type", "Type", U8 names(INTERFACE_TYPES);
    RESERVED = "ospf.reserved", "Reserved", Bytes;
    METRIC_16 = "ospf.metric", "Metric", U16;
    INTERFACE = "ospf.v3.lsa.interface_id", "Interface ID", U32;
    NEIGHBOR_INTERFACE = "ospf.v3.lsa.neighbor_interface_id", "Neighbor Interface ID", U32;
    NEIGHBOR_ROUTER = "ospf.v3.lsa.neighbor_router_id", "Neighbor Router ID", Ipv4;
    ATTACHED_3 = "ospf.v3.lsa.attached_router", "Attached Router", Ipv4;
    PREFIX_LEN = "ospf.prefix_length", "PrefixLength", U8;
    PREFIX_OPTIONS = "ospf.v3.prefix.options", "PrefixOptions", U8 hex;
    PREFIX_P = "ospf.v3.prefix.options.p", "(P) Propagate", Bool mask(0x08) set;
    PREFIX_MC = "ospf.v3.prefix.options.mc", "(MC) Multicast", Bool mask(0x04) set;
    PREFIX_LA = "ospf.v3.prefix.options.la", "(LA) Local Address", Bool mask(0x02) set;
    PREFIX_NU = "ospf.v3.prefix.options.nu", "(NU) NoUnicast", Bool mask(0x01) set;
    PREFIX = "ospf.v3.address_prefix.ipv6", "Address Prefix", Ipv6;
    DESTINATION = "ospf.v3.lsa.destination_router_id", "Destination Router ID", Ipv4;
    EXTERNAL_FLAGS = "ospf.v3.as.external.flags", "Flags", U8 hex;
    EXTERNAL_E = "ospf.v3.as.external.flags.e", "(E) External Metric", Bool mask(0x04) flag("Type 2", "Type 1");
    EXTERNAL_F = "ospf.v3.as.external.flags.f", "(F) Forwarding Address", Bool mask(0x02) flag("Present", "Absent");
    EXTERNAL_T = "ospf.v3.as.external.flags.t", "(T) External Route Tag", Bool mask(0x01) flag("Present", "Not Present");
    REFERENCED_TYPE = "ospf.v3.lsa.referenced_ls_type", "Referenced LS type", U16 hex names(TYPES_3);
    FORWARDING_3 = "ospf.v3.lsa.forwarding_address.ipv6", "Forwarding Address", Ipv6;
    ROUTE_TAG_3 = "ospf.v3.lsa.external_route_tag", "External Route Tag", U32;
    REFERENCED_ID = "ospf.v3.lsa.referenced_link_state_id", "Referenced Link State ID", Ipv4;
    REFERENCED_ROUTER = "ospf.v3.lsa.referenced_advertising_router", "Referenced Advertising Router", Ipv4;
    PRIORITY = "ospf.v3.lsa.router_priority", "Router Priority", U8;
    LOCAL_ADDRESS = "ospf.v3.lsa.link_local_interface_address.ipv6", "Link-local Interface Address", Ipv6;
    PREFIXES = "ospf.v3.lsa.num_prefixes", "# prefixes", U32;
}

names! {
    pub(super) TYPES {
        1 = "Router-LSA", 2 = "Network-LSA", 3 = "Summary-LSA (IP network)", 4 = "Summary-LSA (ASBR)",
        5 = "AS-External-LSA (ASBR)", 6 = "Group Membership LSA", 7 = "NSSA AS-External-LSA",
        8 = "External Attributes LSA", 9 = "Opaque LSA, Link-local scope", 10 = "Opaque LSA, Area-local scope",
        11 = "Opaque LSA, AS-local scope",
    }
    TYPES_3 {
        1 = "Router-LSA", 2 = "Network-LSA", 3 = "Inter-Area-Prefix-LSA", 4 = "Inter-Area-Router-LSA",
        5 = "AS-External-LSA", 6 = "Group-Membership-LSA", 7 = "NSSA-LSA", 8 = "Link-LSA",
        9 = "Intra-Area-Prefix-LSA", 12 = "Router Information Opaque-LSA",
    }
    SCOPES {
        0 = "Link-Local Scoping - Flooded only on originating link", 1 = "Area Scoping - Flooded only in originating area",
        2 = "AS Scoping - Flooded throughout AS", 3 = "Reserved",
    }
    OPAQUES {
        1 = "Traffic Engineering LSA", 2 = "Sycamore Optical Topology Descriptions", 3 = "grace-LSA",
        4 = "Router Information (RI)", 5 = "L1VPN LSA", 6 = "Inter-AS-TE-v2 LSA",
        7 = "OSPFv2 Extended Prefix Opaque LSA", 8 = "OSPFv2 Extended Link Opaque LSA", 9 = "TTZ LSA",
    }
    INTERFACE_TYPES {
        1 = "Point-to-point connection to another router", 2 = "Connection to a transit network",
        3 = "Connection to a stub network", 4 = "Virtual link",
    }
}

experts! {
    UNKNOWN = "ospf.lsa.unknown_type", "Unknown LSA Type", Warning, Protocol;
    INVALID_LENGTH = "ospf.lsa.invalid_length", "Invalid length", Error, Malformed;
}

/// The words for an opaque advertisement of which nothing more is known.
static UNKNOWN_TEXT: Field = Field::new("", "Unknown LSA Type", Kind::None);

fn write_scope(num: u64, line: &mut Line) {
    line.str(name_of(SCOPES, num).unwrap_or_default()).str(" (0x").hex(num, 1).byte(b')');
}

/// Bytes of an advertisement's header.
const HEADER_LEN: usize = 20;
/// Types of version 2.
const NSSA: u16 = 7;
const OPAQUE: std::ops::RangeInclusive<u16> = 9..=11;
const TRAFFIC: u8 = 1;

/// One advertisement: its header, and where it is `whole`, its body.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, version: u8, whole: bool) -> Result<(), Stop> {
    let start = c.pos();
    let len = usize::from(c.peek_u16(18).ok_or_else(|| c.short(HEADER_LEN))?);
    let kind = c.peek_u16(2).unwrap_or_default() & if version == 2 { 0xff } else { 0x1fff };
    c.group(&ADVERTISEMENT, |c| {
        c.label(|l| title(version, kind, len, l));
        header(c, version, kind)?;
        if !whole {
            return Ok(());
        }
        if len < HEADER_LEN {
            return Err(Stop::Malformed);
        }
        let body = start + len - c.pos();
        if !S::DETAIL {
            return c.skip(body);
        }
        c.within(body, |c| if version == 2 { body_2(c, kind) } else { body_3(c, kind) })
    })
}

fn title(version: u8, kind: u16, len: usize, line: &mut Line) {
    let name = name_of(if version == 2 { TYPES } else { TYPES_3 }, kind.into());
    line.str("LSA-type ").dec(kind).str(" (").str(name.unwrap_or("Unknown")).str("), len ").dec(len as u64);
}

/// The header, of which version 3 has the same fields but for the options.
fn header<S: Sink>(c: &mut Cursor<'_, S>, version: u8, kind: u16) -> Result<(), Stop> {
    let age = c.be::<2>(&AGE)?;
    c.bits::<2>(if version == 2 { &DO_NOT_AGE } else { &DO_NOT_AGE_3 }, age);
    if version == 2 {
        options::version_2(c, kind == NSSA)?;
        c.u8(&TYPE)?;
    } else {
        type_3(c)?;
    }
    if version == 2 && OPAQUE.contains(&kind) {
        if c.u8(&OPAQUE_TYPE)? == TRAFFIC {
            c.read_all(&[(&TE_RESERVED, 1), (&TE_INSTANCE, 2)])?;
        } else {
            c.u24(&OPAQUE_ID)?;
        }
    } else {
        c.fixed::<4>(&ID)?;
    }
    c.read_all(&[(&ADVERTISING, 4), (&SEQUENCE, 4), (&CHECKSUM, 2), (&LENGTH, 2)])
}

/// The type of an advertisement of version 3 (RFC 5340, A.4.2.1).
pub(super) fn type_3<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.be::<2>(&TYPE_3)?;
    c.below(|c| {
        for part in [&HANDLING, &SCOPE, &FUNCTION] {
            c.bits::<2>(part, kind);
        }
    });
    Ok(())
}

/// The body of an advertisement of version 2.
fn body_2<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<(), Stop> {
    match kind {
        1 => router_2(c),
        2 => {
            c.fixed::<4>(&NETWORK_MASK)?;
            addresses(c, &ATTACHED)
        }
        3 | 4 => {
            c.fixed::<4>(&SUMMARY_MASK)?;
            while c.reported() > 0 {
                c.read_all(&[(&TOS, 1), (&METRIC, 3)])?;
            }
            Ok(())
        }
        5 | NSSA => {
            c.fixed::<4>(&EXTERNAL_MASK)?;
            while c.reported() > 0 {
                let first = c.be::<1>(&EXTERNAL_TYPE)?;
                c.bits::<1>(&EXTERNAL_TOS, first);
                c.read_all(&[(&METRIC, 3), (&FORWARDING, 4), (&ROUTE_TAG, 4)])?;
            }
            Ok(())
        }
        _ if OPAQUE.contains(&kind) => {
            // Opaque ones of the kinds that have names are passed over.
            let opaque = c.whole().get(c.pos() - HEADER_LEN + 4).copied().unwrap_or_default();
            if OPAQUE_TYPE.name(opaque.into()).is_none() || opaque == 2 {
                c.put(&UNKNOWN_TEXT, c.pos(), c.end(), 0);
                c.append(|l| _ = l.byte(b' ').dec(opaque));
                c.below(|c| c.expert(&UNKNOWN));
                c.append(|l| _ = l.byte(b' ').dec(opaque));
            }
            Ok(())
        }
        _ => {
            c.below(|c| c.expert(&UNKNOWN));
            Ok(())
        }
    }
}

/// Addresses to the end of the window.
fn addresses<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.fixed::<4>(field)?;
    }
    Ok(())
}

/// A router's links (RFC 2328, A.4.2).
fn router_2<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let num = c.be::<1>(&FLAGS)?;
    options::flags::<1, S>(c, num, &[&FLAG_H, &FLAG_N, &FLAG_W, &FLAG_V, &FLAG_E, &FLAG_B]);
    c.skip(1)?;
    let links = c.u16(&LINKS)?;
    for _ in 0..links {
        c.group(&LINK, link)?;
    }
    Ok(())
}

/// What a link's type is called in short, what its identifier is, and what its type means.
fn link_words(kind: u8) -> (&'static str, &'static str, &'static str) {
    match kind {
        1 => ("PTP     ", "Neighboring router's Router ID", "Point-to-point connection to another router"),
        2 => ("Transit ", "IP address of Designated Router", "Connection to a transit network"),
        3 => ("Stub    ", "IP network/subnet number", "Connection to a stub network"),
        4 => ("Virtual ", "Neighboring router's Router ID", "Virtual link"),
        _ => ("Unknown ", "Unknown link ID", "Unknown link type"),
    }
}

fn link<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mark = c.mark().wrapping_sub(1);
    let kind = c.peek_u8(8).ok_or_else(|| c.short(9))?;
    let (short, identifier, long) = link_words(kind);
    let id = c.fixed::<4>(&LINK_ID)?;
    c.append(|l| _ = l.str(" - ").str(identifier));
    let data = c.fixed::<4>(&LINK_DATA)?;
    c.u8(&LINK_TYPE)?;
    c.append(|l| _ = l.str(" - ").str(long));
    let metrics = c.u8(&LINK_METRICS)?;
    c.append(|l| _ = l.str(" - TOS"));
    let metric = c.u16(&LINK_METRIC)?;
    c.append_at(mark, |l| {
        let address = |l: &mut Line, address: [u8; 4]| {
            let start = l.len();
            l.ipv4(&address);
            while l.len() < start + WIDEST {
                l.byte(b' ');
            }
        };
        address(l.str(": ").str(short).str(" ID: "), id);
        address(l.str(" Data: "), data);
        l.str(" Metric: ").dec(metric);
    });
    for _ in 0..metrics {
        let start = c.pos();
        let [tos, _, high, low] = c.array()?;
        c.put(&LINK_TOS, start, start + 4, 0);
        c.append(|l| _ = l.str(": ").dec(tos).str(", Metric: ").dec(u16::from_be_bytes([high, low])));
    }
    Ok(())
}

/// Characters of the longest address.
const WIDEST: usize = 15;

/// The body of an advertisement of version 3.
fn body_3<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<(), Stop> {
    match kind {
        1 => router_3(c),
        2 => {
            c.bytes(&RESERVED, 1)?;
            options::version_3(c)?;
            addresses(c, &ATTACHED_3)
        }
        3 => {
            c.read_all(&[(&RESERVED, 1), (&METRIC, 3)])?;
            let len = prefix_head(c)?;
            c.bytes(&RESERVED, 2)?;
            prefix(c, len)
        }
        4 => {
            c.bytes(&RESERVED, 1)?;
            options::version_3(c)?;
            c.read_all(&[(&RESERVED, 1), (&METRIC, 3), (&DESTINATION, 4)])
        }
        5 | NSSA => external_3(c),
        8 => {
            c.u8(&PRIORITY)?;
            options::version_3(c)?;
            c.fixed::<16>(&LOCAL_ADDRESS)?;
            for _ in 0..c.u32(&PREFIXES)? {
                let len = prefix_head(c)?;
                c.bytes(&RESERVED, 2)?;
                prefix(c, len)?;
            }
            Ok(())
        }
        9 => {
            let start = c.pos();
            let count = u16::from_be_bytes(c.array()?);
            c.put(&PREFIXES, start, start + 2, count.into());
            c.read_all(&[(&REFERENCED_TYPE, 2), (&REFERENCED_ID, 4), (&REFERENCED_ROUTER, 4)])?;
            for _ in 0..count {
                let len = prefix_head(c)?;
                c.u16(&METRIC_16)?;
                prefix(c, len)?;
            }
            Ok(())
        }
        12 => Ok(()),
        _ => {
            c.expert(&UNKNOWN);
            c.append(|l| _ = l.byte(b' ').dec(kind));
            Ok(())
        }
    }
}

/// A router's interfaces (RFC 5340, A.4.3).
fn router_3<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let num = c.be::<1>(&FLAGS_3)?;
    options::flags::<1, S>(c, num, &[&FLAG_W_3, &FLAG_V_3, &FLAG_E_3, &FLAG_B_3]);
    options::version_3(c)?;
    if c.reported() == 0 {
        return Ok(());
    }
    c.group(&INTERFACES, |c| {
        let mut number = 0_u32;
        while c.reported() > 0 {
            number += 1;
            c.group(&ENTRY, |c| {
                c.label(|l| _ = l.str("Entry #").dec(number));
                c.read_all(&[(&INTERFACE_TYPE, 1), (&RESERVED, 1), (&METRIC_16, 2), (&INTERFACE, 4)])?;
                c.read_all(&[(&NEIGHBOR_INTERFACE, 4), (&NEIGHBOR_ROUTER, 4)])
            })?;
        }
        Ok(())
    })
}

/// A route out of the system (RFC 5340, A.4.7).
fn external_3<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let num = c.be::<1>(&EXTERNAL_FLAGS)?;
    options::flags::<1, S>(c, num, &[&EXTERNAL_E, &EXTERNAL_F, &EXTERNAL_T]);
    c.u24(&METRIC)?;
    let len = prefix_head(c)?;
    let referenced = c.u16(&REFERENCED_TYPE)?;
    prefix(c, len)?;
    if num & EXTERNAL_F.mask != 0 {
        c.fixed::<16>(&FORWARDING_3)?;
    }
    if num & EXTERNAL_T.mask != 0 {
        c.u32(&ROUTE_TAG_3)?;
    }
    if referenced != 0 {
        c.fixed::<4>(&REFERENCED_ID)?;
    }
    Ok(())
}

/// The length of a prefix in bits, and its options.
fn prefix_head<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u8, Stop> {
    let len = c.u8(&PREFIX_LEN)?;
    let num = c.be::<1>(&PREFIX_OPTIONS)?;
    options::flags::<1, S>(c, num, &[&PREFIX_P, &PREFIX_MC, &PREFIX_LA, &PREFIX_NU]);
    Ok(len)
}

/// A prefix, of which as many words of 32 bits are there as it needs (RFC 5340, A.4.1.1).
fn prefix<S: Sink>(c: &mut Cursor<'_, S>, bits: u8) -> Result<(), Stop> {
    let (start, len) = (c.pos(), usize::from(bits).div_ceil(32) * 4);
    c.need(len)?;
    let mut address = [0; 16];
    if let (Some(place), Some(bytes)) = (address.get_mut(..len), c.rest().get(..len)) {
        place.copy_from_slice(bytes);
    }
    c.seek(start + len);
    c.put(&PREFIX, start, start + len, 0);
    c.set_text(|l| _ = l.bytes(&address));
    Ok(())
}
