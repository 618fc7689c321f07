//! BGP-4 (RFC 4271): messages, capabilities (RFC 5492), path attributes, reachability of other families (RFC 4760).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("bgp", "Border Gateway Protocol", Kind::Protocol);

fields! {
    MARKER = "bgp.marker", "Marker", Bytes;
    LENGTH = "bgp.length", "Length", U16;
    TYPE = "bgp.type", "Type", U8 names(TYPES);
    VERSION = "bgp.open.version", "Version", U8;
    SYSTEM = "bgp.open.myas", "My AS", U16;
    HOLD = "bgp.open.holdtime", "Hold Time", U16;
    IDENTIFIER = "bgp.open.identifier", "BGP Identifier", Ipv4;
    PARAMETERS_LENGTH = "bgp.open.opt.len", "Optional Parameters Length", U8;
    PARAMETERS = "bgp.open.opt", "Optional Parameters", None;
    PARAMETER = "bgp.open.opt.param", "Optional Parameter", None;
    PARAMETER_TYPE = "bgp.open.opt.param.type", "Parameter Type", U8 names(PARAMETER_TYPES);
    PARAMETER_LENGTH = "bgp.open.opt.param.len", "Parameter Length", U8;
    CAPABILITY = "bgp.cap", "Capability", None;
    CAPABILITY_TYPE = "bgp.cap.type", "Type", U8 names(CAPABILITIES);
    CAPABILITY_LENGTH = "bgp.cap.length", "Length", U8;
    RESTART_TIMERS = "bgp.cap.gr.timers", "Restart Timers", U16 hex;
    RESTARTING = "bgp.cap.gr.timers.restart_flag", "Restart state", Bool bits(16) mask(0x8000) flag("Yes", "No");
    RESTART_NOTICE = "bgp.cap.gr.timers.notification_flag", "Graceful notification", Bool bits(16) mask(0x4000) flag("Yes", "No");
    RESTART_TIME = "bgp.cap.gr.timers.restart_time", "Time", U16 mask(0x0fff);
    RESTART_FAMILY = "bgp.cap.gr.afi", "AFI", U16 names(FAMILIES);
    RESTART_SUBFAMILY = "bgp.cap.gr.safi", "SAFI", U8;
    RESTART_FLAGS = "bgp.cap.gr.flag", "Flag", U8 hex;
    PRESERVES = "bgp.cap.gr.flag.pfs", "Preserve forwarding state", Bool mask(0x80) flag("Yes", "No");
    CAPABILITY_VALUE = "bgp.cap.unknown", "Unknown", Bytes;
    WITHDRAWN_LENGTH = "bgp.update.withdrawn_routes.length", "Withdrawn Routes Length", U16;
    WITHDRAWN = "bgp.update.withdrawn_routes", "Withdrawn Routes", None;
    ATTRIBUTES_LENGTH = "bgp.update.path_attributes.length", "Total Path Attribute Length", U16;
    ATTRIBUTES = "bgp.update.path_attributes", "Path attributes", None;
    ATTRIBUTE = "bgp.update.path_attribute", "Path Attribute", None;
    FLAGS = "bgp.update.path_attribute.flags", "Flags", U8 hex;
    FLAG_OPTIONAL = "bgp.update.path_attribute.flags.optional", "Optional", Bool mask(0x80) set;
    FLAG_TRANSITIVE = "bgp.update.path_attribute.flags.transitive", "Transitive", Bool mask(0x40) set;
    FLAG_PARTIAL = "bgp.update.path_attribute.flags.partial", "Partial", Bool mask(0x20) set;
    FLAG_EXTENDED = "bgp.update.path_attribute.flags.extended_length", "Extended-Length", Bool mask(0x10) set;
    CODE = "bgp.update.path_attribute.type_code", "Type Code", U8 names(ATTRIBUTE_TYPES);
    ATTRIBUTE_LENGTH = "bgp.update.path_attribute.length", "Length", U16;
    ORIGIN = "bgp.update.path_attribute.origin", "Origin", U8 names(ORIGINS);
    NEXT_HOP = "bgp.update.path_attribute.next_hop", "Next hop", Ipv4;
    DISCRIMINATOR = "bgp.update.path_attribute.multi_exit_disc", "Multiple exit discriminator", U32;
    PREFERENCE = "bgp.update.path_attribute.local_pref", "Local preference", U32;
    UNKNOWN_ATTRIBUTE = "bgp.update.path_attribute.unknown", "Unknown Path attributes", Bytes;
    AFI = "bgp.update.path_attribute.mp_reach_nlri.afi", "Address family identifier (AFI)", U16 names(FAMILIES);
    SAFI = "bgp.update.path_attribute.mp_reach_nlri.safi", "Subsequent address family identifier (SAFI)", U8;
    REACH_NEXT_HOP = "bgp.update.path_attribute.mp_reach_nlri.next_hop", "Next hop", Bytes;
    SNPA_COUNT = "bgp.update.path_attribute.mp_reach_nlri.number_of_snpas", "Number of Subnetwork points of attachment (SNPA)", U8;
    SNPA_LENGTH = "bgp.snpa.length", "SNPA Length", U8;
    SNPA = "bgp.snpa", "SNPA", Bytes;
    REACHABLE = "bgp.update.nlri", "Network Layer Reachability Information (NLRI)", None;
    PREFIX_LENGTH = "bgp.prefix_length", "Prefix Length", U8;
    PREFIX = "bgp.nlri_prefix", "NLRI prefix", Ipv4;
    ERROR_CODE = "bgp.notify.major_error", "Major error Code", U8 names(ERRORS);
    ERROR_SUBCODE = "bgp.notify.minor_error", "Minor error Code", U8;
    ERROR_DATA = "bgp.notify.minor_data", "Data", Bytes;
    REFRESH_AFI = "bgp.route_refresh.afi", "Address family identifier (AFI)", U16 names(FAMILIES);
    REFRESH_SUBTYPE = "bgp.route_refresh.subtype", "Subtype", U8;
    REFRESH_SAFI = "bgp.route_refresh.safi", "Subsequent address family identifier (SAFI)", U8;
}

experts! {
    HELPER_ONLY = "bgp.cap.gr.helper_mode_only", "Graceful Restart Capability supported in Helper mode only", Chat, Request;
}

names! {
    TYPES {
        1 = "OPEN Message", 2 = "UPDATE Message", 3 = "NOTIFICATION Message", 4 = "KEEPALIVE Message",
        5 = "ROUTE-REFRESH Message", 6 = "CAPABILITY Message", 128 = "Cisco ROUTE-REFRESH Message",
    }
    PARAMETER_TYPES { 1 = "Authentication", 2 = "Capability" }
    ORIGINS { 0 = "IGP", 1 = "EGP", 2 = "INCOMPLETE" }
    FAMILIES { 1 = "IPv4", 2 = "IPv6", 25 = "Layer-2 VPN", 16388 = "BGP-LS" }
    ERRORS {
        1 = "Message Header Error", 2 = "OPEN Message Error", 3 = "UPDATE Message Error", 4 = "Hold Timer Expired",
        5 = "Finite State Machine Error", 6 = "Cease", 7 = "ROUTE-REFRESH Message Error",
    }
    CAPABILITIES {
        0 = "Reserved capability", 1 = "Multiprotocol extensions capability", 2 = "Route refresh capability",
        3 = "Outbound route filtering", 4 = "Multiple routes to a destination capability",
        5 = "Extended Next Hop Encoding", 6 = "BGP-Extended Message", 7 = "BGPsec capability",
        8 = "Multiple Labels capability", 9 = "BGP Role", 64 = "Graceful Restart capability",
        65 = "Support for 4-octet AS number capability", 66 = "Deprecated Dynamic Capability",
        67 = "Support for Dynamic capability", 68 = "Multisession BGP Capability",
        69 = "Support for Additional Paths", 70 = "Enhanced route refresh capability",
        71 = "Long-Lived Graceful Restart (LLGR) Capability", 73 = "FQDN Capability",
        128 = "Route refresh capability (Cisco)", 129 = "Outbound route filtering (Cisco)",
        130 = "Outbound route filtering (Cisco)", 131 = "Multisession (Cisco)",
    }
    ATTRIBUTE_TYPES {
        1 = "ORIGIN", 2 = "AS_PATH", 3 = "NEXT_HOP", 4 = "MULTI_EXIT_DISC", 5 = "LOCAL_PREF", 6 = "ATOMIC_AGGREGATE",
        7 = "AGGREGATOR", 8 = "COMMUNITIES", 9 = "ORIGINATOR_ID", 10 = "CLUSTER_LIST", 11 = "DPA",
        12 = "ADVERTISER", 13 = "RCID_PATH / CLUSTER_ID", 14 = "MP_REACH_NLRI", 15 = "MP_UNREACH_NLRI",
        16 = "EXTENDED_COMMUNITIES", 17 = "AS4_PATH", 18 = "AS4_AGGREGATOR", 19 = "SAFI Specific Attribute",
        20 = "Connector Attribute", 21 = "AS_PATHLIMIT", 22 = "PMSI_TUNNEL_ATTRIBUTE",
        23 = "Tunnel Encapsulation Attribute", 24 = "Traffic Engineering", 25 = "IPv6 Address Specific Extended Community",
        26 = "AIGP", 27 = "PE Distinguisher Labels", 28 = "BGP Entropy Label Capability Attribute",
        29 = "BGP-LS Attribute", 32 = "LARGE_COMMUNITY", 33 = "BGPsec_PATH", 128 = "ATTR_SET",
    }
}

/// Bytes of the marker, and of the header that begins with it.
const MARKER_LEN: usize = 16;
const HEADER_LEN: usize = 19;
const OPEN: u8 = 1;
const UPDATE: u8 = 2;
const NOTIFICATION: u8 = 3;
const ROUTE_REFRESH: u8 = 5;

/// BGP.
pub struct Bgp;

impl Protocol for Bgp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BGP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Tcp(179)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BGP");
        if c.row().fresh() || !c.row().claimed() {
            c.claim();
        }
        // Messages begin with 16 bytes of ones, whatever stands before them.
        let Some(skipped) = c.rest().windows(MARKER_LEN).position(|bytes| bytes.iter().all(|&byte| byte == 0xff))
        else {
            return if c.can_desegment() && c.remaining() < HEADER_LEN {
                Err(c.more(c.pos(), Need::Segment))
            } else {
                Ok(())
            };
        };
        c.skip(skipped)?;
        c.forget_layer();
        let outcome = messages(
            c,
            HEADER_LEN,
            // None at all is as wrong as any other that is too short.
            |c| c.peek_u16(16).unwrap_or_default().max(1).into(),
            |c| c.call::<Message>().map(|_taken| ()),
        );
        // Unlike others over streams, BGP does not show their sizes.
        c.worker.message_sizes.clear();
        outcome
    }
}

/// One message, a layer of its own.
struct Message;

impl Protocol for Message {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BGP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        message(c)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.peek_u8(18).unwrap_or_default();
    let name = name_of(TYPES, kind.into());
    if !c.row().fresh() {
        c.info().str(", ");
    }
    match name {
        Some(name) => _ = c.info().str(name),
        None => _ = c.info().str("Unknown message type (0x").hex(kind, 2).byte(b')'),
    }
    c.layer_append(|l| _ = l.str(" - ").str(name.unwrap_or("Unknown message")));
    c.read_all(&[(&MARKER, 16), (&LENGTH, 2), (&TYPE, 1)])?;
    match kind {
        OPEN => open(c),
        UPDATE => update(c),
        NOTIFICATION => {
            c.read_all(&[(&ERROR_CODE, 1), (&ERROR_SUBCODE, 1)])?;
            if c.reported() > 0 {
                c.bytes(&ERROR_DATA, c.reported())?;
            }
            Ok(())
        }
        ROUTE_REFRESH | 128 => c.read_all(&[(&REFRESH_AFI, 2), (&REFRESH_SUBTYPE, 1), (&REFRESH_SAFI, 1)]),
        _ => Ok(()),
    }
}

fn open<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&VERSION, 1), (&SYSTEM, 2), (&HOLD, 2), (&IDENTIFIER, 4)])?;
    let len = usize::from(c.u8(&PARAMETERS_LENGTH)?);
    if len == 0 {
        return Ok(());
    }
    let end = c.pos() + len;
    c.group(&PARAMETERS, |c| {
        while c.pos() < end {
            c.group(&PARAMETER, |c| {
                let kind = c.u8(&PARAMETER_TYPE)?;
                let len = usize::from(c.u8(&PARAMETER_LENGTH)?);
                let end = c.pos() + len;
                while kind == 2 && c.pos() < end {
                    capability(c)?;
                }
                c.need(end.saturating_sub(c.pos()))?;
                c.seek(end);
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn capability<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.peek_u8(0).unwrap_or_default();
    c.group(&CAPABILITY, |c| {
        c.append(|l| _ = l.str(": ").str(name_of(CAPABILITIES, kind.into()).unwrap_or("Unknown")));
        c.u8(&CAPABILITY_TYPE)?;
        let len = usize::from(c.u8(&CAPABILITY_LENGTH)?);
        if kind == GRACEFUL_RESTART && len >= 2 {
            return c.within(len, graceful_restart);
        }
        if len > 0 {
            c.bytes(&CAPABILITY_VALUE, len)?;
        }
        Ok(())
    })
}

/// The capability to restart gracefully (RFC 4724).
const GRACEFUL_RESTART: u8 = 64;
/// Bytes that it says of each address family.
const FAMILY_LEN: usize = 4;

/// How long a speaker takes to restart, and the families whose state outlives that.
fn graceful_restart<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.reported() == 2 {
        c.below(|c| c.expert(&HELPER_ONLY));
    }
    let timers = c.be::<2>(&RESTART_TIMERS)?;
    if S::DETAIL {
        c.append(|l| {
            l.str(if RESTARTING.cut(timers) == 1 { ", Restart state" } else { "" });
            l.str(if RESTART_NOTICE.cut(timers) == 1 { ", Graceful notification" } else { "" });
        });
    }
    c.below(|c| [&RESTARTING, &RESTART_NOTICE, &RESTART_TIME].map(|field| c.bits::<2>(field, timers)));
    while c.reported() >= FAMILY_LEN {
        c.read_all(&[(&RESTART_FAMILY, 2), (&RESTART_SUBFAMILY, 1)])?;
        let flags = c.be::<1>(&RESTART_FLAGS)?;
        c.below(|c| c.bits::<1>(&PRESERVES, flags));
    }
    Ok(())
}

fn update<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let withdrawn = usize::from(c.u16(&WITHDRAWN_LENGTH)?);
    if withdrawn > 0 {
        let end = c.pos() + withdrawn;
        c.group(&WITHDRAWN, |c| prefixes(c, end))?;
        c.seek(end);
    }
    let len = usize::from(c.u16(&ATTRIBUTES_LENGTH)?);
    let end = c.pos() + len;
    if len > 0 {
        c.group(&ATTRIBUTES, |c| {
            while c.pos() < end {
                c.group(&ATTRIBUTE, |c| attribute(c, end))?;
            }
            Ok(())
        })?;
    }
    c.seek(end);
    if c.reported() > 0 {
        let end = c.limit();
        c.group(&REACHABLE, |c| prefixes(c, end))?;
    }
    Ok(())
}

/// Prefixes of IPv4 up to `end`, each as long as its bits need.
fn prefixes<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    while c.pos() < end {
        let bits = c.u8(&PREFIX_LENGTH)?;
        let bytes = usize::from(bits).div_ceil(8);
        if bytes > 4 {
            // A length that no prefix of this family has: nothing can be said of the rest.
            return Ok(());
        }
        c.bytes(&PREFIX, bytes)?;
    }
    Ok(())
}

fn attribute<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    let flags = c.be::<1>(&FLAGS)?;
    c.below(|c| {
        for field in [&FLAG_OPTIONAL, &FLAG_TRANSITIVE, &FLAG_PARTIAL, &FLAG_EXTENDED] {
            c.bits::<1>(field, flags);
        }
    });
    let kind = c.u8(&CODE)?;
    let len = match FLAG_EXTENDED.cut(flags) {
        1 => usize::from(c.u16(&ATTRIBUTE_LENGTH)?),
        _ => c.be::<1>(&ATTRIBUTE_LENGTH)? as usize,
    };
    if c.pos() + len > end {
        return Err(Stop::Malformed);
    }
    c.need(len)?;
    let next = c.pos() + len;
    match (kind, len) {
        (1, 1) => _ = c.u8(&ORIGIN)?,
        (3, 4) => _ = c.fixed::<4>(&NEXT_HOP)?,
        (4, 4) => _ = c.u32(&DISCRIMINATOR)?,
        (5, 4) => _ = c.u32(&PREFERENCE)?,
        (14, _) => c.within(len, reach)?,
        (_, 0) => {}
        _ => _ = c.bytes(&UNKNOWN_ATTRIBUTE, len)?,
    }
    c.seek(next);
    Ok(())
}

/// Reachability of any family (RFC 4760 section 3).
fn reach<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&AFI)?;
    c.u8(&SAFI)?;
    let len = usize::from(c.peek_u8(0).ok_or_else(|| c.short(1))?);
    c.skip(1)?;
    c.bytes(&REACH_NEXT_HOP, len)?;
    let count = c.u8(&SNPA_COUNT)?;
    for _ in 0..count {
        let len = usize::from(c.u8(&SNPA_LENGTH)?);
        c.bytes(&SNPA, len)?;
    }
    Ok(())
}
