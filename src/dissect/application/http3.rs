//! HTTP/3 (RFC 9114): frames on streams of QUIC. Their header fields are compressed (QPACK, RFC 9204) and not read.

use std::collections::HashMap;

use super::tls::handshake::extensions::varint;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("http3", "Hypertext Transfer Protocol Version 3", Kind::Protocol);

fields! {
    STREAM_TYPE = "http3.stream_type", "Stream Type", U64 hex names(STREAM_TYPES);
    PUSH_ID = "http3.push_id", "Push ID", U64;
    TYPE = "http3.frame_type", "Type", U64 hex names(TYPES);
    LENGTH = "http3.frame_length", "Length", U64;
    PAYLOAD = "http3.frame_payload", "Frame Payload", Bytes;
    SETTINGS = "http3.settings", "Settings", None;
    SETTING = "http3.settings.id", "Settings Identifier", U64 hex names(SETTING_NAMES);
    VALUE = "http3.settings.value", "Settings Value", U64;
    TABLE_CAPACITY = "http3.settings.qpack.max_table_capacity", "Max Table Capacity", U64;
    SECTION_SIZE = "http3.settings.max_field_section_size", "Max header list size", U64;
    BLOCKED = "http3.settings.qpack.blocked_streams", "Blocked Streams", U64;
    EXTENDED_CONNECT = "http3.settings.extended_connect", "Extended CONNECT", U64;
    ELEMENT = "http3.priority_update_element_id", "Priority Update Element ID", U64;
    PRIORITY = "http3.priority_update_field_value", "Priority Update Field Value", Str;
}

names! {
    STREAM_TYPES { 0 = "Control Stream", 1 = "Push Stream", 2 = "QPACK Encoder Stream", 3 = "QPACK Decoder Stream" }
    TYPES {
        0 = "DATA", 1 = "HEADERS", 2 = "Reserved", 3 = "CANCEL_PUSH", 4 = "SETTINGS", 5 = "PUSH_PROMISE", 6 = "Reserved",
        7 = "GOAWAY", 8 = "Reserved", 9 = "Reserved", 13 = "MAX_PUSH_ID", 14 = "Reserved", 0xf0700 = "PRIORITY_UPDATE",
        0xf0701 = "PRIORITY_UPDATE",
    }
    SETTING_NAMES {
        1 = "Max Table Capacity", 6 = "Max Field Section Size", 7 = "Blocked Streams", 8 = "Extended CONNECT",
    }
}

/// Stream types.
const CONTROL: u64 = 0;
const PUSH: u64 = 1;

/// Frame types.
const SETTINGS_TYPE: u64 = 4;
const PRIORITY_UPDATES: std::ops::RangeInclusive<u64> = 0xf0700..=0xf0701;

/// Streams remembered of a conversation at most.
const MOST_STREAMS: usize = 4096;

/// A stream: its connection, which side sends, its number.
type Id = (u32, usize, u64);

/// What is remembered of a stream.
#[derive(Clone, Copy, Default)]
struct Stream {
    /// What a stream in one direction begins with.
    kind: Option<u64>,
    /// The frame that goes on in later packets: where it starts, and where it ends.
    unfinished: (u64, u64),
}

/// What is remembered of the streams of a conversation, and which of them is at hand.
#[derive(Default)]
pub struct Streams {
    all: HashMap<Id, Stream>,
    at: Option<(Id, u64)>,
}

impl Streams {
    /// A piece of a stream is next, which starts at this offset.
    pub fn enter(&mut self, id: Id, offset: u64) {
        self.at = Some((id, offset));
        if self.all.len() >= MOST_STREAMS && !self.all.contains_key(&id) {
            self.all.clear();
        }
    }
    fn stream(&mut self) -> Option<(&mut Stream, Id, u64)> {
        let (id, offset) = self.at?;
        Some((self.all.entry(id).or_default(), id, offset))
    }
}

/// HTTP/3, on a piece of one stream.
pub struct Http3;

impl Protocol for Http3 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "HTTP3";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let Some((stream, id, offset)) = stream(c) else { return Err(Stop::NotMine) };
        let (start, until) = stream.unfinished;
        let (base, len) = (c.pos(), c.remaining() as u64);
        if (start..until).contains(&offset) {
            // Frames in several packets are not put together: what is left of one is passed over.
            if until - offset >= len {
                return Err(Stop::NotMine);
            }
            c.skip((until - offset) as usize)?;
        }
        if offset == 0 && id.2 & 2 != 0 {
            c.protocol("HTTP3");
            let kind = varint(c, &STREAM_TYPE)?;
            if kind == PUSH {
                varint(c, &PUSH_ID)?;
            }
            remember(c, |stream| stream.kind = Some(kind));
        }
        let kind = self::stream(c).and_then(|(stream, ..)| stream.kind);
        if id.2 & 2 != 0 && !matches!(kind, Some(CONTROL | PUSH)) {
            c.protocol("HTTP3");
            c.seek(c.end());
            return Ok(());
        }
        while c.remaining() > 0 {
            if let Some(len) = frame(c)? {
                let start = offset.saturating_add((c.pos() - base) as u64);
                remember(c, |stream| stream.unfinished = (start, start.saturating_add(len)));
                c.seek(c.end());
            }
        }
        Ok(())
    }
}

fn stream<'a, S: Sink>(c: &'a mut Cursor<'_, S>) -> Option<(&'a mut Stream, Id, u64)> {
    c.worker.state.slots()?.entry::<Streams>().stream()
}

fn remember<S: Sink>(c: &mut Cursor<'_, S>, change: impl FnOnce(&mut Stream)) {
    if let Some((stream, ..)) = stream(c) {
        change(stream);
    }
}

/// A number of QUIC's variable length at `at` from here, and how many bytes it takes.
fn peek_varint<S: Sink>(c: &Cursor<'_, S>, at: usize) -> Option<(u64, usize)> {
    let first = c.peek_u8(at)?;
    let len = 1_usize << (first >> 6);
    let rest = c.rest().get(at + 1..at + len)?;
    Some((rest.iter().fold(u64::from(first & 0x3f), |number, byte| number << 8 | u64::from(*byte)), len))
}

/// A frame (RFC 9114, 7.1). Of one that is not whole, its length is given and nothing is read.
fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Option<u64>, Stop> {
    let Some((kind, kind_len)) = peek_varint(c, 0) else { return Ok(Some(2)) };
    let Some((len, len_len)) = peek_varint(c, kind_len) else { return Ok(Some(kind_len as u64 + 1)) };
    let whole = len.saturating_add((kind_len + len_len) as u64);
    if whole > c.remaining() as u64 {
        return Ok(Some(whole));
    }
    c.protocol("HTTP3");
    if let Some(words) = name_of(TYPES, kind) {
        c.info().str(", ").str(words);
    }
    varint(c, &TYPE)?;
    varint(c, &LENGTH)?;
    let start = c.pos();
    let end = start + len as usize;
    if len > 0 {
        c.bytes(&PAYLOAD, len as usize)?;
        c.seek(start);
        c.within(len as usize, |c| if S::DETAIL { body(c, kind) } else { Ok(()) })?;
    }
    c.seek(end);
    Ok(None)
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u64) -> Result<(), Stop> {
    if kind == SETTINGS_TYPE {
        let mark = c.mark();
        c.put(&SETTINGS, c.pos(), c.end(), 0);
        c.below(|c| {
            while c.remaining() > 0 {
                let setting = varint(c, &SETTING)?;
                let value = match setting {
                    1 => &TABLE_CAPACITY,
                    6 => &SECTION_SIZE,
                    7 => &BLOCKED,
                    8 => &EXTENDED_CONNECT,
                    _ => &VALUE,
                };
                varint(c, value)?;
            }
            Ok(())
        })?;
        c.close_at(mark);
    } else if PRIORITY_UPDATES.contains(&kind) {
        varint(c, &ELEMENT)?;
        c.bytes(&PRIORITY, c.remaining())?;
    }
    Ok(())
}
