//! LISP's control packets (RFC 9301), and their reliable transport over TCP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("lisp", "Locator/ID Separation Protocol", Kind::Protocol);
static TCP_LAYER: Field = Field::new("lisp-tcp", "Locator/ID Separation Protocol (Reliable Transport)", Kind::Protocol);
static RECORD: Field = Field::new("lisp.mapping", "Mapping Record", Kind::None);

fields! {
    TYPE = "lisp.type", "Type", U32 mask(0xf000_0000) names(TYPES);
    RECORDS = "lisp.records", "Record Count", U32 mask(0x0000_00ff);
    NONCE = "lisp.nonce", "Nonce", U64 hex;
    KEY_ID = "lisp.keyid", "Key ID", U16 hex;
    AUTH_LENGTH = "lisp.authlen", "Authentication Data Length", U16;
    AUTH = "lisp.auth", "Authentication Data", Bytes;
    TTL = "lisp.mapping.ttl", "Record TTL", U32;
    LOCATORS = "lisp.mapping.loccnt", "Locator Count", U8;
    MASK = "lisp.mapping.eid.masklen", "EID Mask Length", U8;
}

mod reliable {
    use crate::fields;

    fields! {
        TYPE = "lisp-tcp.message.type", "Type", U16 names(super::MESSAGES);
        LENGTH = "lisp-tcp.message.length", "Length", U16;
        ID = "lisp-tcp.message.id", "ID", U32;
        SCOPE = "lisp-tcp.message.registration_refresh.scope", "Scope", U8;
    }
}

names! {
    TYPES {
        1 = "Map-Request", 2 = "Map-Reply", 3 = "Map-Register", 4 = "Map-Notify", 6 = "Map-Referral", 8 = "Encapsulated ",
    }
    MESSAGES {
        16 = "Error Notification", 17 = "Registration", 18 = "Registration ACK", 19 = "Registration NACK",
        20 = "Registration Refresh", 21 = "Mapping Notification",
    }
}

/// Address families, by IANA's numbers.
const NOTHING: u16 = 0;
const IPV4: u16 = 1;
const IPV6: u16 = 2;
const CANONICAL: u16 = 16387;
const MAC48: u16 = 16389;
/// Kinds of LISP's canonical addresses: what has an instance's number before it.
const INSTANCE: u8 = 2;
/// Bytes of a sender's identifier and of its site's.
const SENDER_LEN: usize = 24;
/// Canonical addresses within each other at most.
const DEEPEST: u8 = 8;

/// LISP's control packets.
pub struct Control;

impl Protocol for Control {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LISP Control";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(4342)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LISP");
        c.claim();
        packet(c, 0)
    }
}

/// What is said of a packet: its kind, and what it is about.
fn packet<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    let kind = u64::from(c.peek_u8(0).ok_or_else(|| c.short(1))? >> 4);
    let word = c.peek_u32(0);
    match kind {
        1..=4 | 6 => _ = c.info().str(TYPE.name(kind).unwrap_or_default()),
        7 => _ = c.info().str(if word.unwrap_or_default() & 0x0800_0000 == 0 { "Info-Request" } else { "Info-Reply" }),
        8 => _ = c.info().str("Encapsulated "),
        _ => {
            c.info().str("Unknown LISP Control Packet (").dec(kind).byte(b')');
            return Ok(());
        }
    }
    let word = c.u32(&TYPE)?;
    c.put(&RECORDS, c.pos() - 4, c.pos(), word.into());
    if kind == 8 {
        return if depth == 0 { encapsulated(c) } else { Ok(()) };
    }
    c.u64(&NONCE)?;
    match contents(c, kind, word) {
        Err(Stop::NotMine) => Ok(()),
        outcome => outcome,
    }
}

/// What stands behind the nonce.
fn contents<S: Sink>(c: &mut Cursor<'_, S>, kind: u64, word: u32) -> Result<(), Stop> {
    let count = word as u8;
    match kind {
        1 => request(c, word),
        2 => {
            c.info().str(if word & 0x0800_0000 == 0 { "" } else { " (RLOC-probe reply)" });
            records(c, count)
        }
        6 => records(c, count),
        3 | 4 => {
            authentication(c)?;
            records(c, count)?;
            // The sender may say who it is.
            let named = if kind == 3 { 0x0200_0000 } else { 0x0800_0000 };
            if word & named == 0 { Ok(()) } else { c.skip(SENDER_LEN) }
        }
        _ => {
            authentication(c)?;
            c.skip(5)?;
            let mask = c.u8(&MASK)?;
            about(c, mask, true)
        }
    }
}

fn authentication<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&KEY_ID)?;
    let len = c.u16(&AUTH_LENGTH)?;
    c.bytes(&AUTH, len.into()).map(|_| ())
}

/// A packet within a packet of its own, of which only what it is about is told.
fn encapsulated<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    let header = if first >> 4 == 6 { 40 } else { usize::from(first & 0x0f) * 4 };
    // Who asks whom stands in the inner packet.
    let ends = match first >> 4 {
        6 => c.peek::<16>(8).map(Address::Ipv6).zip(c.peek::<16>(24).map(Address::Ipv6)),
        _ => c.peek::<4>(12).map(Address::Ipv4).zip(c.peek::<4>(16).map(Address::Ipv4)),
    };
    if let Some((src, dst)) = ends {
        (c.row().src, c.row().dst) = (src, dst);
    }
    c.skip(header)?;
    c.skip(8)?;
    packet(c, 1)
}

fn request<S: Sink>(c: &mut Cursor<'_, S>, word: u32) -> Result<(), Stop> {
    let flags = [
        (0x0200_0000, " (RLOC-probe)"),
        (0x0100_0000, " (SMR)"),
        (0x0080_0000, " by P-ITR"),
        (0x0040_0000, " (SMR-invoked)"),
    ];
    for (_, text) in flags.into_iter().filter(|(flag, _)| word & flag != 0) {
        c.info().str(text);
    }
    address(c, None, 0)?;
    for _ in 0..=(word >> 8 & 0x1f) {
        address(c, None, 0)?;
    }
    let count = word as u8;
    for _ in 0..count {
        c.skip(1)?;
        let mask = c.u8(&MASK)?;
        about(c, mask, count == 1)?;
    }
    // The sender may add what it would have answered itself.
    if word & 0x0400_0000 != 0 { record(c, false) } else { Ok(()) }
}

/// Reads an identifier and, if it is to be told, writes it.
fn about<S: Sink>(c: &mut Cursor<'_, S>, mask: u8, told: bool) -> Result<(), Stop> {
    let before = c.info().len();
    c.info().str(" for ");
    let written = c.info().len();
    let outcome = address(c, Some(()), 0);
    if !told || outcome.is_err() || c.info().len() == written {
        c.info().truncate(before);
    } else {
        c.info().byte(b'/').dec(mask);
    }
    outcome
}

/// Reads an address behind its family, and writes it where that is wanted.
fn address<S: Sink>(c: &mut Cursor<'_, S>, told: Option<()>, depth: u8) -> Result<(), Stop> {
    let family = c.array().map(u16::from_be_bytes)?;
    let tell = |c: &mut Cursor<'_, S>, write: &dyn Fn(&mut Line)| {
        if told.is_some() {
            write(c.info());
        }
    };
    match family {
        NOTHING => tell(c, &|l| _ = l.str("not set")),
        IPV4 => {
            let address = c.array::<4>()?;
            tell(c, &|l| _ = l.ipv4(&address));
        }
        IPV6 => {
            let address = c.array::<16>()?;
            tell(c, &|l| _ = l.ipv6(&address));
        }
        MAC48 => {
            let address = c.array::<6>()?;
            tell(c, &|l| _ = l.mac(&address));
        }
        CANONICAL if depth < DEEPEST => {
            let [_, _, kind, _] = c.array::<4>()?;
            let len = c.array().map(u16::from_be_bytes)?;
            if kind != INSTANCE {
                return c.skip(len.into());
            }
            let instance = c.array().map(u32::from_be_bytes)?;
            tell(c, &|l| _ = l.byte(b'[').dec(instance).str("] "));
            return address(c, told, depth + 1);
        }
        // Of an address of another family not even the length is known.
        _ => return Err(Stop::NotMine),
    }
    Ok(())
}

/// Mapping records; what one alone is about is told.
fn records<S: Sink>(c: &mut Cursor<'_, S>, count: u8) -> Result<(), Stop> {
    for _ in 0..count {
        c.group(&RECORD, |c| record(c, count == 1))?;
    }
    Ok(())
}

fn record<S: Sink>(c: &mut Cursor<'_, S>, told: bool) -> Result<(), Stop> {
    c.u32(&TTL)?;
    let locators = c.u8(&LOCATORS)?;
    let mask = c.u8(&MASK)?;
    c.skip(4)?;
    about(c, mask, told)?;
    for _ in 0..locators {
        c.skip(6)?;
        address(c, None, 0)?;
    }
    Ok(())
}

/// LISP's control packets over TCP.
pub struct Reliable;

/// Bytes of a message's header, and the mark that ends it.
const HEADER_LEN: usize = 8;
const END_LEN: usize = 4;

impl Protocol for Reliable {
    const LAYER: &'static Field = &TCP_LAYER;
    const NAME: &'static str = "LISP Reliable Transport";
    const FIELDS: &'static [&'static Field] = reliable::FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(4342)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut first = true;
        while c.reported() > 0 {
            c.await_header(HEADER_LEN)?;
            let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(HEADER_LEN))?);
            if len < HEADER_LEN + END_LEN {
                return Err(Stop::NotMine);
            }
            c.await_bytes(len)?;
            c.begin_message(len);
            c.protocol("LISP");
            if std::mem::take(&mut first) {
                c.claim();
            } else {
                c.info().str("; ");
            }
            c.within(len, message)?;
        }
        Ok(())
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u16(&reliable::TYPE)?;
    c.u16(&reliable::LENGTH)?;
    let id = c.u32(&reliable::ID)?;
    let info = c.info().str("Msg: ").dec(id).str(", ");
    match reliable::TYPE.name(kind.into()) {
        Some(name) => _ = info.str(name),
        None => _ = info.str("Unknown type (").dec(kind).byte(b')'),
    }
    match kind {
        17 => {
            // A Map-Register, of which only what it is about is told.
            let word = c.array().map(u32::from_be_bytes)?;
            c.u64(&NONCE)?;
            authentication(c)?;
            records(c, word as u8)
        }
        20 => {
            let scope = c.u8(&reliable::SCOPE)?;
            c.info().str(", Scope: ").dec(scope);
            Ok(())
        }
        _ => Ok(()),
    }
}
