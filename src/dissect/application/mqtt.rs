//! MQTT, versions 3.1, 3.1.1 and 5.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mqtt", "MQ Telemetry Transport Protocol", Kind::Protocol);

fields! {
    FLAGS = "mqtt.hdrflags", "Header Flags", U8 hex;
    TYPE = "mqtt.msgtype", "Message Type", U8 mask(0xf0) names(TYPES);
    DUPLICATE = "mqtt.dupflag", "DUP Flag", Bool mask(0x08) set;
    QOS = "mqtt.qos", "QoS Level", U8 mask(0x06) names(QUALITIES);
    RETAIN = "mqtt.retain", "Retain", Bool mask(0x01) set;
    LENGTH = "mqtt.len", "Msg Len", U64;
    TOPIC_LENGTH = "mqtt.topic_len", "Topic Length", U16;
    TOPIC = "mqtt.topic", "Topic", Str;
    ID = "mqtt.msgid", "Message Identifier", U16;
    VERSION = "mqtt.ver", "Version", U8;
    PAYLOAD = "mqtt.msg", "Message", Bytes;
}

names! {
    TYPES {
        0 = "Reserved", 1 = "Connect Command", 2 = "Connect Ack", 3 = "Publish Message", 4 = "Publish Ack",
        5 = "Publish Received", 6 = "Publish Release", 7 = "Publish Complete", 8 = "Subscribe Request",
        9 = "Subscribe Ack", 10 = "Unsubscribe Request", 11 = "Unsubscribe Ack", 12 = "Ping Request",
        13 = "Ping Response", 14 = "Disconnect Req", 15 = "Authentication Exchange",
    }
    QUALITIES {
        0 = "At most once delivery (Fire and Forget)", 1 = "At least once delivery (Acknowledged deliver)",
        2 = "Exactly once delivery (Assured Delivery)", 3 = "Reserved",
    }
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    /// The version that the client asked for.
    version: u8,
}

/// MQTT.
pub struct Mqtt;

impl Protocol for Mqtt {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MQTT";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(1883)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("MQTT");
        let mut first = true;
        while c.remaining() > 0 {
            let from = c.pos();
            let Some((len, digits)) = length(c.rest().get(1..).unwrap_or_default()) else {
                if c.can_desegment() && c.remaining() < 5 {
                    return Err(c.more(from, Need::Segment));
                }
                return Err(Stop::Malformed);
            };
            let whole = len + digits + 1;
            c.await_bytes(whole)?;
            if std::mem::replace(&mut first, false) {
                c.claim();
            } else {
                c.info().str(", ");
            }
            c.begin_message(whole);
            c.within(whole, |c| message(c, digits))?;
        }
        Ok(())
    }
}

/// A length in groups of seven bits, the least significant first, and the bytes it takes.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, i + 1));
        }
    }
    None
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, digits: usize) -> Result<(), Stop> {
    let flags = c.be::<1>(&FLAGS)?;
    let (kind, qos) = (TYPE.cut(flags), QOS.cut(flags));
    let name = name_of(TYPES, kind).unwrap_or("Unknown");
    c.layer_append(|l| _ = l.str(", ").str(name));
    c.info().str(name);
    c.below(|c| {
        c.bits::<1>(&TYPE, flags);
        if kind == 3 {
            for field in [&DUPLICATE, &QOS, &RETAIN] {
                c.bits::<1>(field, flags);
            }
        }
    });
    let len = length(c.rest()).map_or(0, |(len, _)| len);
    c.put(&LENGTH, c.pos(), c.pos() + digits, len as u64);
    c.skip(digits)?;
    match kind {
        1 => {
            let name = usize::from(c.peek_u16(0).ok_or_else(|| c.short(2))?);
            c.skip(2 + name)?;
            let version = c.u8(&VERSION)?;
            if let Some(slots) = c.worker.state.slots() {
                slots.entry::<Session>().version = version;
            }
        }
        3 => {
            let topic = topic(c)?;
            if qos > 0 {
                id(c)?;
            }
            c.info().str(" [").text(topic).byte(b']');
        }
        4..=7 | 9 | 11 => id(c)?,
        8 | 10 => {
            id(c)?;
            if c.worker.state.slots().is_some_and(|slots| slots.entry::<Session>().version == 5) {
                let (len, digits) = length(c.rest()).unwrap_or_default();
                c.skip(len + digits)?;
            }
            while c.reported() > 0 {
                let topic = topic(c)?;
                c.info().str(" [").text(topic).byte(b']');
                if kind == 8 {
                    c.skip(1)?;
                }
            }
        }
        _ => {}
    }
    if c.remaining() > 0 { c.bytes(&PAYLOAD, c.remaining()).map(|_| ()) } else { Ok(()) }
}

fn topic<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<&'p [u8], Stop> {
    let len = usize::from(c.u16(&TOPIC_LENGTH)?);
    c.bytes(&TOPIC, len)
}

fn id<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let id = c.u16(&ID)?;
    c.info().str(" (id=").dec(id).byte(b')');
    Ok(())
}
