//! AMQP (version 0-9-1 and its like): messages through a broker, in frames on channels.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("amqp", "Advanced Message Queuing Protocol", Kind::Protocol);

fields! {
    TYPE = "amqp.type", "Type", U8 names(TYPES);
    CHANNEL = "amqp.channel", "Channel", U16;
    LENGTH = "amqp.length", "Length", U32;
    CLASS = "amqp.method.class", "Class", U16 names(CLASSES);
    METHOD = "amqp.method.method", "Method", U16;
    ARGUMENTS = "amqp.method.arguments", "Arguments", None;
    HEADER_CLASS = "amqp.header.class", "Class ID", U16 names(CLASSES);
    WEIGHT = "amqp.header.weight", "Weight", U16;
    BODY_SIZE = "amqp.header.body-size", "Body size", U64;
    FLAGS = "amqp.header.property-flags", "Property flags", U16 hex;
    PAYLOAD = "amqp.payload", "Payload", Bytes;
    PROTOCOL = "amqp.init.protocol", "Protocol", Str;
    ID_MAJOR = "amqp.init.id_major", "Protocol ID Major", U8;
    ID_MINOR = "amqp.init.id_minor", "Protocol ID Minor", U8;
    VERSION_MAJOR = "amqp.init.version_major", "Version Major", U8;
    VERSION_MINOR = "amqp.init.version_minor", "Version Minor", U8;
}

names! {
    TYPES { 1 = "Method", 2 = "Content header", 3 = "Content body", 8 = "Heartbeat" }
    CLASSES {
        10 = "Connection", 20 = "Channel", 30 = "Access", 40 = "Exchange", 50 = "Queue", 60 = "Basic", 70 = "File",
        80 = "Stream", 85 = "Confirm", 90 = "Tx", 100 = "Dtx", 110 = "Tunnel",
    }
    CONNECTION {
        10 = "Start", 11 = "Start-Ok", 20 = "Secure", 21 = "Secure-Ok", 30 = "Tune", 31 = "Tune-Ok", 40 = "Open",
        41 = "Open-Ok", 42 = "Redirect", 50 = "Close", 51 = "Close-Ok", 60 = "Blocked", 61 = "Unblocked",
    }
    CHANNELS {
        10 = "Open", 11 = "Open-Ok", 20 = "Flow", 21 = "Flow-Ok", 40 = "Close", 41 = "Close-Ok", 50 = "Resume", 60 = "Ping",
        70 = "Pong", 80 = "Ok",
    }
    ACCESS { 10 = "Request", 11 = "Request-Ok" }
    EXCHANGE {
        10 = "Declare", 11 = "Declare-Ok", 20 = "Delete", 21 = "Delete-Ok", 30 = "Bind", 31 = "Bind-Ok", 40 = "Unbind",
        41 = "Unbind-Ok",
    }
    QUEUE {
        10 = "Declare", 11 = "Declare-Ok", 20 = "Bind", 21 = "Bind-Ok", 30 = "Purge", 31 = "Purge-Ok", 40 = "Delete",
        41 = "Delete-Ok", 50 = "Unbind", 51 = "Unbind-Ok",
    }
    BASIC {
        10 = "Qos", 11 = "Qos-Ok", 20 = "Consume", 21 = "Consume-Ok", 30 = "Cancel", 31 = "Cancel-Ok", 40 = "Publish",
        50 = "Return", 60 = "Deliver", 70 = "Get", 71 = "Get-Ok", 72 = "Get-Empty", 80 = "Ack", 90 = "Reject",
        100 = "Recover-Async", 110 = "Recover", 111 = "Recover-Ok", 120 = "Nack",
    }
    CONFIRM { 10 = "Select", 11 = "Select-Ok" }
    TRANSACTION {
        10 = "Select", 11 = "Select-Ok", 20 = "Commit", 21 = "Commit-Ok", 30 = "Rollback", 31 = "Rollback-Ok",
    }
}

const METHOD_FRAME: u8 = 1;
const HEADER_FRAME: u8 = 2;
const BODY_FRAME: u8 = 3;
const HEARTBEAT: u8 = 8;
/// Bytes before a frame's payload, and its end.
const HEADER_LEN: usize = 7;
const FRAME_LEN: usize = HEADER_LEN + 1;

/// What the last content header said of the body that follows.
#[derive(Clone, Copy, Default)]
struct Content {
    is_json: bool,
}

/// AMQP.
pub struct Amqp;

impl Protocol for Amqp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "AMQP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(5672)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let len = |c: &Cursor<'_, S>| match c.peek::<4>(0) {
            Some([b'A', b'M', b'Q', b'P']) => FRAME_LEN,
            _ => (c.peek_u32(3).unwrap_or_default() as usize).saturating_add(FRAME_LEN),
        };
        if c.remaining() < c.reported() {
            c.protocol("AMQP");
            c.claim();
            return Err(c.short(c.reported()));
        }
        messages(c, FRAME_LEN, len, frame)
    }
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("AMQP");
    if c.row().fresh() || !c.row().claimed() {
        c.claim();
    }
    if c.peek::<4>(0) == Some(*b"AMQP") {
        return greeting(c);
    }
    let kind = c.u8(&TYPE)?;
    c.read_all(&[(&CHANNEL, 2), (&LENGTH, 4)])?;
    let len = c.remaining().saturating_sub(1);
    c.within(len, |c| match kind {
        METHOD_FRAME => method(c),
        HEADER_FRAME => content_header(c),
        BODY_FRAME => {
            c.info().str("Content-Body ");
            c.bytes(&PAYLOAD, c.remaining())?;
            let json = c.worker.state.slots().is_some_and(|slots| slots.entry::<Content>().is_json);
            if json {
                c.row().protocol_append("/JSON");
                c.info().str(", JavaScript Object Notation (application/json)");
            }
            Ok(())
        }
        HEARTBEAT => {
            c.info().str("Heartbeat ");
            Ok(())
        }
        _ => Ok(()),
    })
}

/// What a client says first: which version it wants.
fn greeting<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.bytes(&PROTOCOL, 4)?;
    let [id, minor_id, major, minor] = c.peek::<4>(0).ok_or_else(|| c.short(4))?;
    c.read_all(&[(&ID_MAJOR, 1), (&ID_MINOR, 1), (&VERSION_MAJOR, 1), (&VERSION_MINOR, 1)])?;
    let _ = minor_id;
    match (id, major, minor) {
        (_, 0, 10) => _ = c.info().str("Protocol-Header 0-10"),
        (1, 0, 9) => _ = c.info().str("Protocol-Header 1-0-9"),
        (_, 0, 0) => _ = c.info().str("Protocol-Header 1-0-0 "),
        _ => _ = c.info().str("AMQP (unknown version)"),
    }
    Ok(())
}

fn methods(class: u16) -> crate::dissect::field::Names {
    match class {
        10 => CONNECTION,
        20 => CHANNELS,
        30 => ACCESS,
        40 => EXCHANGE,
        50 => QUEUE,
        60 => BASIC,
        85 => CONFIRM,
        90 => TRANSACTION,
        _ => &[],
    }
}

/// What stands before a method's texts that the Info column shows, and how it calls each of them; no name is shown for a
/// text that is passed over.
fn shown(class: u16, method: u16) -> (usize, &'static [&'static str]) {
    match (class, method) {
        (10, 40) => (0, &["vhost="]),
        (10 | 20, 50) | (20, 40) => (2, &["reply="]),
        (40, 10 | 20) => (2, &["x="]),
        (40, 30 | 40) => (2, &["dx=", "sx=", "bk="]),
        (50, 10 | 30 | 40) | (60, 20 | 70) => (2, &["q="]),
        (50, 11) => (0, &["q="]),
        (50, 20) => (2, &["q=", "x=", "bk="]),
        (50, 50) => (2, &["q=", "x=", "rk="]),
        (60, 40) => (2, &["x=", "rk="]),
        (60, 71) => (9, &["x=", "rk="]),
        _ => (0, &[]),
    }
}

fn method<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let class = c.u16(&CLASS)?;
    let method = c.u16(&METHOD)?;
    let line = c.info().str(name_of(CLASSES, class.into()).unwrap_or("Unknown")).byte(b'.');
    match name_of(methods(class), method.into()) {
        Some(name) => line.str(name),
        None => line.str("Unknown (").dec(method).byte(b')'),
    };
    line.byte(b' ');
    c.put(&ARGUMENTS, c.pos(), c.end(), 0);
    if (class, method) == (60, 60) {
        // A consumer's tag, a delivery's number and whether it was delivered before.
        text(c)?;
        c.skip(9)?;
        return texts(c, &["x=", "rk="]);
    }
    let (before, names) = shown(class, method);
    if names.is_empty() {
        return Ok(());
    }
    c.skip(before)?;
    texts(c, names)
}

/// A short text behind its length.
fn text<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<&'p [u8], Stop> {
    let len = usize::from(u8::from_be_bytes(c.array::<1>()?));
    let text = c.rest().get(..len).ok_or_else(|| c.short(len))?;
    c.skip(len)?;
    Ok(text)
}

fn texts<S: Sink>(c: &mut Cursor<'_, S>, names: &[&str]) -> Result<(), Stop> {
    for name in names {
        let text = text(c)?;
        c.info().str(name).text(text).byte(b' ');
    }
    Ok(())
}

fn content_header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    const CONTENT_TYPE: u16 = 0x8000;
    c.info().str("Content-Header ");
    c.read_all(&[(&HEADER_CLASS, 2), (&WEIGHT, 2), (&BODY_SIZE, 8)])?;
    let flags = c.u16(&FLAGS)?;
    let mut is_json = false;
    if flags & CONTENT_TYPE != 0 {
        let kind = text(c)?;
        c.info().str("type=").text(kind).byte(b' ');
        is_json = kind == b"application/json";
    }
    if let Some(slots) = c.worker.state.slots() {
        slots.entry::<Content>().is_json = is_json;
    }
    Ok(())
}
