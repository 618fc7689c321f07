//! Generic Routing Encapsulation (RFC 2784, RFC 2890, RFC 1701), and its version 1 in PPTP (RFC 2637).

use super::erspan::Erspan;
use super::metadata::InGre;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::link::cisco::Cdp;
use crate::dissect::link::ethernet::Ethernet;
use crate::dissect::link::ieee80211::Bare;
use crate::dissect::link::ppp::{Framed, PppHdlc};
use crate::dissect::network::checksum;
use crate::dissect::network::ip::Ip;
use crate::dissect::network::routing::nhrp::Nhrp;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("gre", "Generic Routing Encapsulation", Kind::Protocol);

fields! {
    FLAGS = "gre.flags_and_version", "Flags and Version", U16 hex;
    FLAG_CHECKSUM = "gre.flags.checksum", "Checksum Bit", Bool bits(16) mask(0x8000) flag("Yes", "No");
    FLAG_ROUTING = "gre.flags.routing", "Routing Bit", Bool bits(16) mask(0x4000) flag("Yes", "No");
    FLAG_KEY = "gre.flags.key", "Key Bit", Bool bits(16) mask(0x2000) flag("Yes", "No");
    FLAG_SEQUENCE = "gre.flags.sequence_number", "Sequence Number Bit", Bool bits(16) mask(0x1000) flag("Yes", "No");
    FLAG_STRICT = "gre.flags.strict_source_route", "Strict Source Route Bit", Bool bits(16) mask(0x800) flag("Yes", "No");
    RECURSION = "gre.flags.recursion_control", "Recursion control", U16 mask(0x700);
    FLAG_ACK = "gre.flags.ack", "Acknowledgment", Bool bits(16) mask(0x80) flag("Yes", "No");
    RESERVED = "gre.flags.reserved", "Flags (Reserved)", U16 mask(0xf8);
    RESERVED_BESIDE_ACK = "gre.flags.reserved", "Flags (Reserved)", U16 mask(0x78);
    VERSION = "gre.flags.version", "Version", U16 mask(0x7) names(VERSIONS);
    PROTO = "gre.proto", "Protocol Type", U16 hex names(TYPES);
    CHECKSUM = "gre.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "gre.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    OFFSET = "gre.offset", "Offset", U16;
    KEY = "gre.key", "Key", U32 hex;
    PAYLOAD_LENGTH = "gre.key.payload_length", "Payload Length", U16;
    CALL_ID = "gre.key.call_id", "Call ID", U16;
    SEQUENCE = "gre.sequence_number", "Sequence Number", U32;
    ACK = "gre.ack_number", "Acknowledgment Number", U32;
    ROUTING = "gre.routing", "Routing", None;
    ROUTING_FAMILY = "gre.routing.address_family", "Address Family", U16;
    ROUTING_OFFSET = "gre.routing.sre_offset", "SRE Offset", U8;
    ROUTING_LENGTH = "gre.routing.src_length", "SRE Length", U8;
    ROUTING_INFORMATION = "gre.routing.information", "Routing Information", Bytes;
    REDIRECT = "gre.wccp.redirect_header", "Redirect Header", None;
    DYNAMIC = "gre.wccp.dynamic_service", "Dynamic Service", Bool mask(0x1) flag("Dynamic service", "Well-known service");
    ALTERNATIVE = "gre.wccp.alternative_bucket_used", "Alternative bucket used", Bool mask(0x2) flag("Alternative bucket used", "Primary bucket used");
    IGNORED = "gre.wccp.redirect_header_valid", "WCCP Redirect header is valid", Bool mask(0x4) flag("Header is present, but ignore contents", "Header contents are valid");
    SERVICE = "gre.wccp.service_id", "Service ID", U8 names(SERVICES);
    ALTERNATIVE_BUCKET = "gre.wccp.alternative_bucket", "Alternative Bucket", U8;
    PRIMARY_BUCKET = "gre.wccp.primary_bucket", "Primary Bucket", U8;
}

experts! {
    BAD_CHECKSUM = "gre.checksum.incorrect", "Incorrect GRE Checksum", Warning, Protocol;
}

names! {
    VERSIONS { 0 = "GRE", 1 = "Enhanced GRE" }
    SERVICES { 0 = "HTTP" }
    TYPES {
        0x0000 = "Possible GRE keepalive packet", 0x00fe = "OSI", 0x0800 = "IP", 0x0806 = "ARP",
        0x2000 = "CDP (Cisco)", 0x2001 = "NHRP", 0x22eb = "ERSPAN III", 0x6400 = "MIKROTIK EoIP",
        0x6558 = "Transparent Ethernet bridging", 0x6559 = "Frame Relay", 0x8137 = "IPX", 0x8200 = "ARUBA WLAN",
        0x8210 = "ARUBA WLAN", 0x8220 = "ARUBA WLAN", 0x8230 = "ARUBA WLAN", 0x8240 = "ARUBA WLAN",
        0x8250 = "ARUBA WLAN", 0x8260 = "ARUBA WLAN", 0x8270 = "ARUBA WLAN", 0x8280 = "ARUBA WLAN",
        0x8290 = "ARUBA WLAN", 0x82a0 = "ARUBA WLAN", 0x82b0 = "ARUBA WLAN", 0x82c0 = "ARUBA WLAN",
        0x82d0 = "ARUBA WLAN", 0x82e0 = "ARUBA WLAN", 0x82f0 = "ARUBA WLAN", 0x8300 = "ARUBA WLAN",
        0x8310 = "ARUBA WLAN", 0x8320 = "ARUBA WLAN", 0x8330 = "ARUBA WLAN", 0x8340 = "ARUBA WLAN",
        0x8350 = "ARUBA WLAN", 0x8360 = "ARUBA WLAN", 0x8370 = "ARUBA WLAN", 0x86dd = "IPv6", 0x880b = "PPP",
        0x883e = "WCCP", 0x8847 = "MPLS label switched packet", 0x8881 = "CDMA2000 A10 Unstructured byte stream",
        0x88be = "ERSPAN", 0x88d2 = "CDMA2000 A10 3GPP2 Packet", 0x8909 = "CiscoMetaData",
        0x894f = "Network Service Header", 0x9000 = "ARUBA WLAN", 0xb7ea = "Huawei GRE bonding",
        0xfeae = "AIROHIVE AP AP",
    }
}

const WCCP: u16 = 0x883e;
/// ERSPAN of the first two types.
const ERSPAN: u16 = 0x88be;

/// What the header said that its payload asks about.
#[derive(Default)]
pub(super) struct Header {
    /// A mirrored frame follows without a header of its own: there was no sequence number.
    pub(super) bare_frame: bool,
}

/// Generic Routing Encapsulation.
pub struct Gre;

impl Protocol for Gre {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "GRE";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(47)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        let kind = c.peek_u16(2).ok_or_else(|| c.short(4))?;
        c.protocol("GRE");
        let name = name_of(TYPES, kind.into());
        match name {
            Some(name) => _ = c.claim().str("Encapsulated ").str(name),
            None => _ = c.claim().str("Encapsulated 0x").hex(kind, 4).str(" (unknown)"),
        }
        c.layer_append(|l| {
            match name {
                Some(name) => _ = l.str(" (").str(name),
                None => _ = l.str(" (0x").hex(kind, 4).str(" - unknown"),
            }
            l.byte(b')');
        });
        let flags = flags(c)?;
        c.u16(&PROTO)?;
        let routing = FLAG_ROUTING.cut(flags) == 1;
        if FLAG_CHECKSUM.cut(flags) == 1 || routing {
            check(c, start)?;
            c.u16(&OFFSET)?;
        }
        numbers(c, flags)?;
        if routing {
            route(c)?;
        }
        if kind == WCCP && c.peek_u8(0).is_some_and(|first| first & 0xf0 != 0x40) {
            redirect(c)?;
        }
        c.layer_ends();
        if c.reported() == 0 {
            return Ok(());
        }
        c.worker.state.shared.entry::<Header>().bare_frame = kind == ERSPAN && FLAG_SEQUENCE.cut(flags) == 0;
        if !c.lend(|c| payload(c, kind))? {
            c.data();
        }
        Ok(())
    }
}

fn flags<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u64, Stop> {
    let flags = c.be::<2>(&FLAGS)?;
    let version = VERSION.cut(flags);
    c.below(|c| {
        for field in [&FLAG_CHECKSUM, &FLAG_ROUTING, &FLAG_KEY, &FLAG_SEQUENCE, &FLAG_STRICT, &RECURSION] {
            c.bits::<2>(field, flags);
        }
        if version == 1 {
            c.bits::<2>(&FLAG_ACK, flags);
        }
        c.bits::<2>(if version == 1 { &RESERVED_BESIDE_ACK } else { &RESERVED }, flags);
        c.bits::<2>(&VERSION, flags);
    });
    Ok(flags)
}

static CHECK: checksum::Fields = checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &BAD_CHECKSUM };

/// Reads the checksum, which covers the packet from its header on.
fn check<S: Sink>(c: &mut Cursor<'_, S>, start: usize) -> Result<(), Stop> {
    let end = c.limit();
    checksum::read(c, &CHECK, (start, end), Default::default()).map(|_| ())
}

/// Key, sequence number and acknowledgement, as far as the flags say that they are there.
fn numbers<S: Sink>(c: &mut Cursor<'_, S>, flags: u64) -> Result<(), Stop> {
    let version = VERSION.cut(flags);
    if FLAG_KEY.cut(flags) == 1 {
        if version == 1 {
            c.u16(&PAYLOAD_LENGTH)?;
            c.u16(&CALL_ID)?;
        } else {
            c.u32(&KEY)?;
        }
    }
    if FLAG_SEQUENCE.cut(flags) == 1 {
        c.u32(&SEQUENCE)?;
    }
    if version == 1 && FLAG_ACK.cut(flags) == 1 {
        c.u32(&ACK)?;
    }
    Ok(())
}

/// Source route entries, up to the one of length 0 (RFC 1701).
fn route<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.generated(&ROUTING, 0);
    loop {
        let family = c.u16(&ROUTING_FAMILY)?;
        c.u8(&ROUTING_OFFSET)?;
        let len = usize::from(c.u8(&ROUTING_LENGTH)?);
        c.bytes(&ROUTING_INFORMATION, len)?;
        if family == 0 && len == 0 {
            return Ok(());
        }
    }
}

/// WCCP version 2's header before the redirected packet.
fn redirect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.group(&REDIRECT, |c| {
        let flags = c.be::<1>(&DYNAMIC)?;
        c.bits::<1>(&ALTERNATIVE, flags);
        c.bits::<1>(&IGNORED, flags);
        c.u8(&SERVICE)?;
        c.u8(&ALTERNATIVE_BUCKET)?;
        c.u8(&PRIMARY_BUCKET).map(|_| ())
    })
}

/// Hands the payload to the protocol of that number; says whether there is one.
fn payload<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<bool, Stop> {
    match kind {
        0x0800 | WCCP => c.call::<Ip>(),
        0x00fe => c.next(Key::Sap(0xfe)),
        0x2000 => c.call::<Cdp>(),
        0x2001 => c.call::<Nhrp>(),
        0x22eb | 0x88be => c.call::<Erspan>(),
        0x6400 | 0x6558 => c.call::<Ethernet>(),
        0x880b => c.call::<Framed>(),
        0x8881 | 0x88d2 => c.call::<PppHdlc>(),
        0x8909 => c.call::<InGre>(),
        0x8200..=0x8370 if kind & 0xf == 0 => c.call::<Bare>(),
        0x9000 => c.call::<Bare>(),
        0x0806 | 0x8137 | 0x86dd | 0x8847 | 0x8848 | 0x894f => c.next(Key::Ether(kind)),
        _ => Ok(false),
    }
}
