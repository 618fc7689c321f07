//! Steam's discovery of computers that stream games to each other: Protocol Buffers behind a signature.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("steam_ihs_discovery", "Steam In-Home Streaming Discovery Protocol", Kind::Protocol);

fields! {
    SIGNATURE = "steam_ihs_discovery.signature_value", "Signature", U64 hex;
    HEADER_LENGTH = "steam_ihs_discovery.header_length", "Header Length", U32;
    CLIENT = "steam_ihs_discovery.header_client_id", "Client ID", U64 dec_hex;
    TYPE = "steam_ihs_discovery.header_msg_type", "Message Type", U64 names(TYPES);
    INSTANCE = "steam_ihs_discovery.header_instance_id", "Instance ID", U64 dec_hex;
    BODY_LENGTH = "steam_ihs_discovery.body_length", "Body Length", U32;
    SEQUENCE = "steam_ihs_discovery.body_discovery_seqnum", "Sequence Number", U32;
    HOSTNAME = "steam_ihs_discovery.body_status_hostname", "Hostname", Str;
}

names! {
    TYPES {
        0 = "Client Discovery", 1 = "Client Status", 2 = "Client Offline", 3 = "Device Authorization Request",
        4 = "Device Authorization Response", 5 = "Device Streaming Request", 6 = "Device Streaming Response",
        7 = "Device Proof Request", 8 = "Device Proof Response", 9 = "Device Authorization Cancel Request",
        10 = "Device Streaming Cancel Request",
    }
}

const MAGIC: u64 = 0xa05f_4c21_ffff_ffff;
const DISCOVERY: u64 = 0;
const STATUS: u64 = 1;

/// A field of a message: its number, and its value or where its bytes stand.
enum Value {
    Number(u64),
    Bytes(usize, usize),
}

/// Steam.
pub struct Steam;

impl Protocol for Steam {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "STEAMDISCOVER";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(27036)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek::<8>(0).map(u64::from_le_bytes) != Some(MAGIC) {
            return Err(Stop::NotMine);
        }
        c.protocol("STEAMDISCOVER");
        c.claim();
        c.le::<8>(&SIGNATURE)?;
        let len = c.u32_le(&HEADER_LENGTH)? as usize;
        let mut kind = u64::MAX;
        c.within(len, |c| {
            while c.remaining() > 0 {
                let start = c.pos();
                if let (number, Value::Number(value)) = field(c)? {
                    let known = match number {
                        1 => &CLIENT,
                        2 => {
                            kind = value;
                            &TYPE
                        }
                        3 => &INSTANCE,
                        _ => continue,
                    };
                    c.put(known, start, c.pos(), value);
                }
            }
            Ok(())
        })?;
        match name_of(TYPES, kind) {
            Some(name) => _ = c.claim().str(name),
            None => _ = c.claim().str("Unknown message type (0x").hex(kind, 1).byte(b')'),
        }
        let len = c.u32_le(&BODY_LENGTH)? as usize;
        c.within(len, |c| body(c, kind))
    }
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u64) -> Result<(), Stop> {
    while c.remaining() > 0 {
        let start = c.pos();
        match (kind, field(c)?) {
            (DISCOVERY, (1, Value::Number(sequence))) => {
                c.put(&SEQUENCE, start, c.pos(), sequence);
                c.info().str(" Seq=").dec(sequence);
            }
            (STATUS, (4, Value::Bytes(from, to))) => {
                c.put(&HOSTNAME, from, to, 0);
                let name = c.whole().get(from..to).unwrap_or_default();
                c.info().str(" from ").text(name);
            }
            _ => {}
        }
    }
    Ok(())
}

/// A number of variable length, least significant bits first.
fn varint<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u64, Stop> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = c.array::<1>()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Ok(value)
}

fn field<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(u64, Value), Stop> {
    let tag = varint(c)?;
    let value = match tag & 7 {
        0 => Value::Number(varint(c)?),
        1 => Value::Number(c.array::<8>().map(u64::from_le_bytes)?),
        2 => {
            let len = usize::try_from(varint(c)?).unwrap_or(usize::MAX);
            let start = c.pos();
            c.skip(len)?;
            Value::Bytes(start, c.pos())
        }
        5 => Value::Number(c.array::<4>().map(u32::from_le_bytes)?.into()),
        _ => return Err(Stop::Malformed),
    };
    Ok((tag >> 3, value))
}
