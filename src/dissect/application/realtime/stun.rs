//! STUN and TURN (RFC 8489, RFC 8656), and STUN before it had a cookie (RFC 3489).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("stun", "Session Traversal Utilities for NAT", Kind::Protocol);
static CLASSIC_LAYER: Field = Field::new("classicstun", "Simple Traversal of UDP Through NAT", Kind::Protocol);

fields! {
    CHANNEL = "stun.channel", "Channel Number", U16 hex;
    TYPE = "stun.type", "Message Type", U16 hex;
    CLASS = "stun.type.class", "Message Class", U16 hex mask(0x110);
    METHOD = "stun.type.method", "Message Method", U16 hex mask(0x3eef);
    LENGTH = "stun.length", "Message Length", U16;
    COOKIE = "stun.cookie", "Message Cookie", Bytes;
    ID = "stun.id", "Message Transaction ID", Bytes;
    ATTRIBUTES = "stun.attributes", "Attributes", None;
    ATTRIBUTE = "stun.attribute", "Attribute", None;
    ATTRIBUTE_TYPE = "stun.att.type", "Attribute Type", U16 hex names(ATTRIBUTE_NAMES);
    ATTRIBUTE_LENGTH = "stun.att.length", "Attribute Length", U16;
    RESERVED = "stun.att.reserved", "Reserved", Bytes;
    FAMILY = "stun.att.family", "Protocol Family", U8 hex names(FAMILIES);
    PORT = "stun.att.port", "Port", U16;
    PORT_XORED = "stun.att.port-xord", "Port (XOR-d)", Bytes;
    ADDRESS = "stun.att.ipv4", "IP", Ipv4;
    ADDRESS6 = "stun.att.ipv6", "IP", Ipv6;
    ADDRESS_XORED = "stun.att.ipv4-xord", "IP (XOR-d)", Bytes;
    ADDRESS6_XORED = "stun.att.ipv6-xord", "IP (XOR-d)", Bytes;
    USER = "stun.att.username", "Username", Str;
    ERROR_CLASS = "stun.att.error.class", "Error Class", U8 mask(0x7);
    ERROR_NUMBER = "stun.att.error", "Error Code", U8;
    ERROR_REASON = "stun.att.error.reason", "Error Reason Phrase", Str;
    REALM = "stun.att.realm", "Realm", Str;
    NONCE = "stun.att.nonce", "Nonce", Str;
    LIFETIME = "stun.att.lifetime", "Lifetime", U32;
    TRANSPORT = "stun.att.transp", "Transport", U8 hex names(TRANSPORTS);
    CHANNEL_NUMBER = "stun.att.channelnum", "Channel-Number", U16 hex;
    BANDWIDTH = "stun.port.bandwidth", "Bandwidth", U32;
    VALUE = "stun.value", "Value", Bytes;
    CLASSIC_TYPE = "classicstun.type", "Message Type", U16 hex names(CLASSIC_TYPES);
    CLASSIC_LENGTH = "classicstun.length", "Message Length", U16 hex;
    CLASSIC_ID = "classicstun.id", "Message Transaction ID", Bytes;
}

static ODD_LENGTH: Field = Field::new("", "Packet length is not multiple of 4 bytes", Kind::None);

experts! {
    WRONG_LENGTH = "stun.wrong_msglen", "Packet length is not multiple of 4 bytes", Error, Malformed;
    UNKNOWN = "stun.unknown_attribute", "Attribute unknown", Warning, Undecoded;
}

names! {
    CLASSES { 0 = "Request", 1 = "Indication", 2 = "Success Response", 3 = "Error Response" }
    METHODS {
        1 = "Binding", 2 = "SharedSecret", 3 = "Allocate", 4 = "Refresh", 6 = "Send", 7 = "Data",
        8 = "CreatePermission", 9 = "Channel-Bind", 10 = "Connect", 11 = "ConnectionBind", 12 = "ConnectionAttempt",
        0x80 = "GooglePing",
    }
    FAMILIES { 1 = "IPv4", 2 = "IPv6" }
    TRANSPORTS { 6 = "TCP", 17 = "UDP" }
    ATTRIBUTE_NAMES {
        0x0001 = "MAPPED-ADDRESS", 0x0002 = "RESPONSE_ADDRESS", 0x0003 = "CHANGE_REQUEST", 0x0004 = "SOURCE_ADDRESS",
        0x0005 = "CHANGED_ADDRESS", 0x0006 = "USERNAME", 0x0007 = "PASSWORD", 0x0008 = "MESSAGE-INTEGRITY",
        0x0009 = "ERROR-CODE", 0x000a = "UNKNOWN-ATTRIBUTES", 0x000b = "REFLECTED-FROM", 0x000c = "CHANNEL-NUMBER",
        0x000d = "LIFETIME", 0x000e = "MS-ALTERNATE-SERVER", 0x000f = "MAGIC-COOKIE", 0x0010 = "BANDWIDTH",
        0x0011 = "DESTINATION-ADDRESS", 0x0012 = "XOR-PEER-ADDRESS", 0x0013 = "DATA", 0x0014 = "REALM",
        0x0015 = "NONCE", 0x0016 = "XOR-RELAYED-ADDRESS", 0x0017 = "REQUESTED-ADDRESS-FAMILY", 0x0018 = "EVEN-PORT",
        0x0019 = "REQUESTED-TRANSPORT", 0x001a = "DONT-FRAGMENT", 0x001b = "ACCESS-TOKEN",
        0x001c = "MESSAGE-INTEGRITY-SHA256", 0x001d = "PASSWORD-ALGORITHM", 0x001e = "USERHASH",
        0x0020 = "XOR-MAPPED-ADDRESS", 0x0022 = "RESERVATION-TOKEN", 0x0024 = "PRIORITY", 0x0025 = "USE-CANDIDATE",
        0x0026 = "PADDING", 0x0027 = "RESPONSE-PORT", 0x0028 = "XOR-REFELECTED-FROM", 0x002a = "CONNECTION-ID",
        0x0030 = "LEGACY-ICMP", 0x8000 = "ADDITIONAL-ADDRESS-FAMILY", 0x8001 = "ADDRESS-ERROR-CODE",
        0x8002 = "PASSWORD-ALGORITHMS", 0x8003 = "ALTERNATE-DOMAIN", 0x8004 = "ICMP", 0x8006 = "MS-TURN UNKNOWN 8006",
        0x8008 = "MS-VERSION", 0x8020 = "MS-XOR-MAPPED-ADDRESS", 0x8022 = "SOFTWARE", 0x8023 = "ALTERNATE-SERVER",
        0x8025 = "TRANSACTION-TRANSMIT-COUNTER", 0x8027 = "CACHE-TIMEOUT", 0x8028 = "FINGERPRINT",
        0x8029 = "ICE-CONTROLLED", 0x802a = "ICE-CONTROLLING", 0x802b = "RESPONSE-ORIGIN", 0x802c = "OTHER-ADDRESS",
        0x802d = "ECN-CHECK-STUN", 0x802e = "THIRD-PARTY-AUTHORIZATION", 0x8030 = "MOBILITY-TICKET",
        0x8032 = "MS-ALTERNATE-HOST-NAME", 0x8037 = "MS-APP-ID", 0x8039 = "MS-SECURE-TAG",
        0x8050 = "MS-SEQUENCE-NUMBER", 0x8054 = "MS-CANDIDATE-IDENTIFIER", 0x8055 = "MS-SERVICE-QUALITY",
        0x8056 = "Bandwidth Admission Control Message", 0x8057 = "Bandwidth Reservation Identifier",
        0x8058 = "Bandwidth Reservation Amount", 0x8059 = "Remote Site Address", 0x805a = "Remote Relay Site Address",
        0x805b = "Local Site Address", 0x805c = "Local Relay Site Address", 0x805d = "Remote Site Address Response",
        0x805e = "Remote Relay Site Address Response", 0x805f = "Local Site Address Response",
        0x8060 = "Local Relay Site Address Response", 0x8061 = "SIP Dialog Identifier",
        0x8062 = "SIP Call Identifier", 0x8068 = "Location Profile", 0x8070 = "MS-IMPLEMENTATION-VERSION",
        0x8090 = "MS-ALT-MAPPED-ADDRESS", 0x8095 = "MS-MULTIPLEXED-TURN-SESSION-ID", 0xc000 = "CISCO-STUN-FLOWDATA",
        0xc001 = "ENF-FLOW-DESCRIPTION", 0xc002 = "ENF-NETWORK-STATUS", 0xc057 = "GOOG-NETWORK-INFO",
        0xc058 = "GOOG-LAST-ICE-CHECK-RECEIVED", 0xc059 = "GOOG-MISC-INFO", 0xc05a = "GOOG-OBSOLETE-1",
        0xc05b = "GOOG-CONNECTION-ID", 0xc05c = "GOOG-DELTA", 0xc05d = "GOOG-DELTA-ACK",
        0xc060 = "GOOG-MESSAGE_INTEGRITY-32", 0xff04 = "GOOG-MULTI-MAPPING", 0xff05 = "GOOG-LOGGING-ID",
    }
    ERRORS {
        300 = "Try Alternate", 400 = "Bad Request", 401 = "Unauthenticated", 403 = "Forbidden",
        405 = "Mobility Forbidden", 420 = "Unknown Attribute", 437 = "Allocation Mismatch", 438 = "Stale Nonce",
        439 = "Wrong Credentials", 440 = "Address Family not Supported", 441 = "Wrong Credentials",
        442 = "Unsupported Transport Protocol", 443 = "Peer Address Family Mismatch", 446 = "Connection Already Exists",
        447 = "Connection Timeout or Failure", 486 = "Allocation Quota Reached", 487 = "Role Conflict",
        500 = "Server Error", 508 = "Insufficient Capacity", 600 = "Global Failure",
    }
    CLASSIC_TYPES {
        0x0001 = "Binding Request", 0x0002 = "Shared Secret Request", 0x0003 = "Allocate Request",
        0x0004 = "Send Request", 0x0006 = "Set Active Destination Request", 0x0101 = "Binding Response",
        0x0102 = "Shared Secret Response", 0x0103 = "Allocate Response", 0x0104 = "Send Response",
        0x0106 = "Set Active Destination Response", 0x0111 = "Binding Error Response",
        0x0113 = "Allocate Error Response", 0x0114 = "Send Error Response", 0x0115 = "Data Indication",
        0x0116 = "Set Active Destination Error Response", 0x1112 = "Shared Secret Error Response",
    }
}

/// Bytes of a message's header.
const HEADER_LEN: usize = 20;
const MAGIC: u32 = 0x2112_a442;
/// Types of messages are below this.
const TYPES_END: u16 = 0x400;
/// The numbers of channels, which tell their data from messages.
const CHANNELS: std::ops::RangeInclusive<u16> = 0x4000..=0x4fff;

/// STUN.
pub struct Stun;

impl Protocol for Stun {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "STUN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(3478), Key::Tcp(3478), Key::UdpContent, Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        is_message(c)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() {
            return stream(c);
        }
        if is_message(c) {
            if let Some(entry) = Registry::named(LAYER.key) {
                c.worker.state.bind(Some(entry));
            }
            return message(c);
        }
        let (Some(channel), Some(len)) = (c.peek_u16(0), c.peek_u16(2)) else { return Err(Stop::NotMine) };
        let (len, there) = (usize::from(len) + 4, c.reported());
        if !CHANNELS.contains(&channel) || len > there || there > len.next_multiple_of(4) {
            return Err(Stop::NotMine);
        }
        c.protocol("STUN");
        c.claim().str("ChannelData TURN Message");
        c.u16(&CHANNEL)?;
        c.u16(&LENGTH)?;
        c.layer_ends();
        c.trim(len - 4);
        c.data();
        Ok(())
    }
}

/// Over TCP, messages and channels' data follow one another; what is neither is not STUN.
fn stream<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let Some(first) = c.peek_u16(0) else { return Err(Stop::NotMine) };
    let cookie = c.peek_u32(4);
    let channel = CHANNELS.contains(&first);
    if !channel && (first & 0xc000 != 0 || cookie.is_some_and(|cookie| cookie != MAGIC)) {
        return Err(Stop::NotMine);
    }
    let len_of = |c: &Cursor<'_, S>| {
        let len = usize::from(c.peek_u16(2).unwrap_or_default());
        match c.peek_u16(0) {
            Some(first) if CHANNELS.contains(&first) => (len + 4).next_multiple_of(4),
            _ => len + HEADER_LEN,
        }
    };
    messages(c, 4, len_of, |c| {
        if c.peek_u16(0).is_some_and(|first| CHANNELS.contains(&first)) {
            c.protocol("STUN");
            c.claim().str("ChannelData TURN Message");
            c.u16(&CHANNEL)?;
            c.u16(&LENGTH)?;
            c.data();
            return Ok(());
        }
        message(c)
    })
}

/// The method in a message type, between whose bits stand those of the class.
fn method_of(kind: u64) -> u64 {
    (kind & 0xf) | (kind >> 1 & 0x70) | (kind >> 2 & 0xf80)
}

/// Whether a message with the cookie begins here, and is as long as it says.
fn is_message<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let (Some(kind), Some(len)) = (c.peek_u16(0), c.peek_u16(2)) else { return false };
    kind < TYPES_END && c.peek_u32(4) == Some(MAGIC) && usize::from(len) + HEADER_LEN <= c.reported()
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("STUN");
    c.claim();
    let kind = c.be::<2>(&TYPE)?;
    let class = (kind >> 7 & 2) | (kind >> 4 & 1);
    let method = method_of(kind);
    let words = |l: &mut Line| {
        l.str(name_of(METHODS, method).unwrap_or("Unknown")).byte(b' ');
        l.str(name_of(CLASSES, class).unwrap_or("Unknown"));
    };
    words(c.info());
    c.label(|l| {
        l.str("Message Type: 0x").hex(kind, 4).str(" (");
        words(l);
        l.byte(b')');
    });
    c.below(|c| {
        c.bits::<2>(&CLASS, kind);
        c.bits::<2>(&METHOD, kind);
    });
    let len = usize::from(c.u16(&LENGTH)?);
    let secret = c.peek::<16>(0).unwrap_or_default();
    c.read_all(&[(&COOKIE, 4), (&ID, 12)])?;
    if len == 0 {
        return Ok(());
    }
    if len % 4 != 0 {
        c.put(&ODD_LENGTH, c.pos(), c.pos(), 0);
        c.below(|c| c.expert(&WRONG_LENGTH));
    }
    c.within(len, |c| {
        c.group(&ATTRIBUTES, |c| {
            while c.reported() > 0 {
                c.group(&ATTRIBUTE, |c| attribute(c, secret))?;
            }
            Ok(())
        })
    })
}

/// One attribute, and the padding behind it.
fn attribute<S: Sink>(c: &mut Cursor<'_, S>, secret: [u8; 16]) -> Result<(), Stop> {
    let kind = c.u16(&ATTRIBUTE_TYPE)?;
    let len = usize::from(c.u16(&ATTRIBUTE_LENGTH)?);
    let name = name_of(ATTRIBUTE_NAMES, kind.into()).unwrap_or("Unknown");
    if name_of(ATTRIBUTE_NAMES, kind.into()).is_none() {
        c.expert(&UNKNOWN);
        c.label(|l| _ = l.str("Unknown attribute 0x").hex(kind, 4));
    }
    c.need(len)?;
    let next = c.pos() + len.next_multiple_of(4);
    let end = c.pos() + len;
    match kind {
        0x0001 | 0x0002 | 0x0004 | 0x0005 | 0x000b | 0x0011 | 0x8023 | 0x802b | 0x802c => {
            address(c, name, None)?;
        }
        0x0012 | 0x0016 | 0x0020 | 0x8020 => address(c, name, Some(secret))?,
        0x0006 => {
            let user = c.bytes(&USER, len)?;
            c.info().str(" user: ").text(user);
        }
        0x0009 if len >= 4 => error(c, len)?,
        0x000c => {
            let channel = c.u16(&CHANNEL_NUMBER)?;
            c.info().str(" ChannelNumber=0x").hex(channel, 1);
        }
        0x000d => {
            let seconds = c.u32(&LIFETIME)?;
            c.info().str(" lifetime: ").dec(seconds);
        }
        0x0010 => {
            let bandwidth = c.u32(&BANDWIDTH)?;
            c.info().str(" bandwidth: ").dec(bandwidth);
        }
        0x0014 => {
            let realm = c.bytes(&REALM, len)?;
            c.info().str(" realm: ").text(realm);
        }
        0x0015 => {
            c.bytes(&NONCE, len)?;
            c.info().str(" with nonce");
        }
        0x0019 => {
            let transport = c.u8(&TRANSPORT)?;
            match name_of(TRANSPORTS, transport.into()) {
                Some(name) => _ = c.info().byte(b' ').str(name),
                None => _ = c.info().str(" Unknown (0x").hex(transport, 8).byte(b')'),
            }
        }
        _ if len > 0 => _ = c.bytes(&VALUE, len)?,
        _ => {}
    }
    c.seek(next.min(c.limit()).max(end));
    Ok(())
}

/// An address and port, in the clear, or combined with the cookie and the transaction's number.
fn address<S: Sink>(c: &mut Cursor<'_, S>, name: &'static str, secret: Option<[u8; 16]>) -> Result<(), Stop> {
    c.bytes(&RESERVED, 1)?;
    let family = c.u8(&FAMILY)?;
    let mask = secret.unwrap_or_default();
    let port = c.peek_u16(0).ok_or_else(|| c.short(2))? ^ u16::from_be_bytes([mask[0], mask[1]]);
    if secret.is_some() {
        c.bytes(&PORT_XORED, 2)?;
        c.generated_over(&PORT, c.pos() - 2, c.pos(), port.into());
    } else {
        c.u16(&PORT)?;
    }
    match family {
        1 => {
            let mut found = c.fixed::<4>(if secret.is_some() { &ADDRESS_XORED } else { &ADDRESS })?;
            found.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
            c.info().byte(b' ').str(name).str(": ").ipv4(&found).byte(b':').dec(port);
        }
        2 => {
            let mut found = c.fixed::<16>(if secret.is_some() { &ADDRESS6_XORED } else { &ADDRESS6 })?;
            found.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
            c.info().byte(b' ').str(name).str(": ").ipv6(&found).byte(b':').dec(port);
        }
        _ => {}
    }
    Ok(())
}

fn error<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    c.bytes(&RESERVED, 2)?;
    let class = ERROR_CLASS.cut(c.be::<1>(&ERROR_CLASS)?);
    let number = u64::from(c.u8(&ERROR_NUMBER)?);
    let code = class * 100 + number;
    c.info()
        .str(" error-code: ")
        .dec(code)
        .str(" (")
        .str(name_of(ERRORS, code).unwrap_or("Unknown error code"))
        .byte(b')');
    if len > 4 {
        let reason = c.bytes(&ERROR_REASON, len - 4)?;
        let reason = reason.split(|&byte| byte == 0).next().unwrap_or_default();
        c.info().byte(b' ').text(reason);
    }
    Ok(())
}

/// STUN before it had a cookie.
pub struct Classic;

impl Protocol for Classic {
    const LAYER: &'static Field = &CLASSIC_LAYER;
    const NAME: &'static str = "CLASSICSTUN";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let (Some(kind), Some(len)) = (c.peek_u16(0), c.peek_u16(2)) else { return false };
        name_of(CLASSIC_TYPES, kind.into()).is_some() && usize::from(len) + HEADER_LEN == c.remaining()
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !Self::recognise(c) {
            return Err(Stop::NotMine);
        }
        c.protocol("CLASSIC-STUN");
        c.claim();
        let kind = c.u16(&CLASSIC_TYPE)?;
        c.info().str("Message: ").str(name_of(CLASSIC_TYPES, kind.into()).unwrap_or_default());
        c.u16(&CLASSIC_LENGTH)?;
        c.bytes(&CLASSIC_ID, 16)?;
        if c.reported() > 0 {
            c.bytes(&VALUE, c.remaining())?;
        }
        Ok(())
    }
}
