//! Apache Thrift: calls in its strict binary protocol, bare or in frames with their length.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::Need;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("thrift", "Thrift Protocol", Kind::Protocol);

fields! {
    FRAME_LEN = "thrift.frame_len", "Frame length", U32;
    HEADER = "", "Message", None;
    PROTOCOL = "thrift.protocol_id", "Protocol id", U8 hex names(PROTOCOLS);
    VERSION = "thrift.version", "Version", U8 mask(0x1f);
    TYPE = "thrift.mtype", "Message type", U8 hex mask(0x07) names(TYPES);
    METHOD_LEN = "thrift.str_len", "Length", U32;
    METHOD = "thrift.method", "Method", Str;
    SEQUENCE = "thrift.seq_id", "Sequence Id", I32;
    DATA = "thrift.data", "Data", None;
}

names! {
    PROTOCOLS { 0x80 = "Strict Binary Protocol" }
    TYPES { 1 = "CALL", 2 = "REPLY", 3 = "EXCEPTION", 4 = "ONEWAY" }
}

const STRICT: [u8; 3] = [0x80, 0x01, 0x00];
/// A method's name of more is not believed in.
const MOST_NAME_LEN: usize = 256;
const MOST_DEPTH: usize = 16;

/// Thrift.
pub struct Thrift;

impl Protocol for Thrift {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "THRIFT";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::TcpContent, Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        start(c).is_some()
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if start(c).is_none() {
            return Err(Stop::NotMine);
        }
        c.worker.state.bind(Registry::named(LAYER.key));
        while c.remaining() > 0 {
            let Some(prefix) = start(c) else { return Ok(()) };
            let from = c.pos();
            match message(c, prefix) {
                Err(Stop::Malformed | Stop::Snapped) if c.can_desegment() => {
                    return Err(c.more(from, Need::Segment));
                }
                outcome => outcome?,
            }
        }
        Ok(())
    }
}

/// How many bytes of length stand before the message that begins here, if one does.
fn start<S: Sink>(c: &Cursor<'_, S>) -> Option<usize> {
    [0, 4].into_iter().find(|&prefix| {
        let named = c.peek_u32(prefix + 4).is_some_and(|len| (1..=MOST_NAME_LEN).contains(&(len as usize)));
        let kind = c.peek_u8(prefix + 3).is_some_and(|kind| name_of(TYPES, kind.into()).is_some());
        named && kind && c.peek::<3>(prefix) == Some(STRICT)
    })
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, prefix: usize) -> Result<(), Stop> {
    c.protocol("THRIFT");
    if prefix > 0 {
        c.u32(&FRAME_LEN)?;
    }
    c.group(&HEADER, |c| {
        let kind = u64::from(c.peek_u8(3).unwrap_or_default());
        let name = name_of(TYPES, kind).unwrap_or_default();
        let len = c.peek_u32(4).unwrap_or_default() as usize;
        let start = c.pos() + 8;
        let method = c.whole().get(start..start + len).ok_or_else(|| c.short(8 + len))?;
        c.claim().str(name).byte(b' ').text(method);
        c.label(|l| _ = l.str(name).str(" [version: 1, method: ").text(method).byte(b']'));
        c.u8(&PROTOCOL)?;
        c.u8(&VERSION)?;
        c.skip(1)?;
        c.u8(&TYPE)?;
        c.u32(&METHOD_LEN)?;
        c.bytes(&METHOD, len)?;
        c.u32(&SEQUENCE).map(|_| ())
    })?;
    let start = c.pos();
    structure(c, 0)?;
    c.put(&DATA, start, c.pos(), 0);
    Ok(())
}

/// Passes over a structure: fields of a type and a number each, up to one of type 0.
fn structure<S: Sink>(c: &mut Cursor<'_, S>, depth: usize) -> Result<(), Stop> {
    if depth > MOST_DEPTH {
        return Err(Stop::Malformed);
    }
    loop {
        let kind = u8::from_be_bytes(c.array::<1>()?);
        if kind == 0 {
            return Ok(());
        }
        c.skip(2)?;
        value(c, kind, depth)?;
    }
}

fn value<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, depth: usize) -> Result<(), Stop> {
    let counted = |c: &mut Cursor<'_, S>| c.array::<4>().map(|bytes| u32::from_be_bytes(bytes) as usize);
    match kind {
        2 | 3 => c.skip(1),
        6 => c.skip(2),
        8 => c.skip(4),
        4 | 10 => c.skip(8),
        11 => {
            let len = counted(c)?;
            c.skip(len)
        }
        12 => structure(c, depth + 1),
        13 => {
            let [key, value_kind] = c.array::<2>()?;
            for _ in 0..counted(c)? {
                c.need(1)?;
                value(c, key, depth + 1)?;
                value(c, value_kind, depth + 1)?;
            }
            Ok(())
        }
        14 | 15 => {
            let element = u8::from_be_bytes(c.array::<1>()?);
            for _ in 0..counted(c)? {
                c.need(1)?;
                value(c, element, depth + 1)?;
            }
            Ok(())
        }
        _ => Err(Stop::Malformed),
    }
}
