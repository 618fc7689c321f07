//! RTMP (Adobe's specification 1.0): messages in chunks, after a handshake, with commands in AMF0.

use hashbrown::HashMap;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::names;

static LAYER: Field = Field::new("rtmpt", "Real Time Messaging Protocol", Kind::Protocol);

names! {
    TYPES { 8 = "Audio Data", 9 = "Video Data", 16 = "AMF3 Shared Object", 19 = "AMF0 Shared Object", 22 = "Aggregate" }
    EVENTS { 0 = "Stream Begin", 1 = "Stream EOF", 2 = "Stream Dry", 4 = "Stream Is Recorded" }
    LIMITS { 0 = "Hard", 1 = "Soft", 2 = "Dynamic" }
}

/// Bytes of the handshake's pieces: version, and twice as many random ones.
const VERSION_LEN: usize = 1;
const RANDOM_LEN: usize = 1536;
/// Chunks' length until it is set.
const CHUNK_LEN: usize = 128;
/// Bytes of an unfinished message that are kept: those beyond say nothing to the summary.
const MOST_KEPT: usize = 1 << 12;
/// Chunk streams remembered of a direction.
const MOST_STREAMS: usize = 64;
/// Bytes of a chunk's longest header.
const MOST_HEADER: usize = 18;

/// A message's type, and how far it has come.
#[derive(Clone, Default)]
struct ChunkStream {
    kind: u8,
    len: usize,
    extended: bool,
    have: usize,
    kept: Vec<u8>,
}

/// What is remembered of one direction.
struct Way {
    /// Bytes of the handshake that have come.
    shaken: usize,
    chunk: usize,
    streams: HashMap<u32, ChunkStream>,
    /// The beginning of a chunk's header that has not come whole.
    header: Vec<u8>,
    /// The chunk at hand: its stream, and how much of it is missing.
    current: (u32, usize),
}

impl Default for Way {
    fn default() -> Self {
        let (header, streams) = (Vec::new(), HashMap::new());
        Self { shaken: 0, chunk: CHUNK_LEN, streams, header, current: (0, 0) }
    }
}

/// What is remembered of a conversation, by direction.
#[derive(Default)]
struct Session([Way; 2]);

/// RTMP.
pub struct Rtmp;

impl Protocol for Rtmp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RTMP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Tcp(1935)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let Some(current) = c.worker.state.current else { return Err(Stop::NotMine) };
        let server = current.src_port == 1935;
        let Some(slots) = c.worker.state.slots() else { return Err(Stop::NotMine) };
        slots.entry::<Session>();
        let Some(mut session) = slots.take::<Session>() else { return Err(Stop::NotMine) };
        let mut said = Said { any: false };
        if let Some(way) = session.0.get_mut(current.way()) {
            let bytes = c.rest();
            segment(c, way, bytes, server, &mut said);
        }
        if let Some(slots) = c.worker.state.slots() {
            slots.put(session);
        }
        if !said.any {
            c.keep_silent();
        }
        c.skip(c.remaining())
    }
}

/// Whether a message has ended in the segment.
struct Said {
    any: bool,
}

impl Said {
    /// Begins a message's words.
    fn line<'a, S: Sink>(&mut self, c: &'a mut Cursor<'_, S>) -> &'a mut Line {
        if std::mem::replace(&mut self.any, true) {
            c.info().byte(b'|')
        } else {
            c.protocol("RTMP");
            c.claim()
        }
    }
}

/// Takes a segment's bytes: the rest of the handshake, then chunks.
fn segment<S: Sink>(c: &mut Cursor<'_, S>, way: &mut Way, bytes: &[u8], server: bool, said: &mut Said) {
    let mut bytes = bytes;
    // The server's three pieces count as one.
    let ends: &[(usize, &str)] = if server {
        &[(VERSION_LEN + 2 * RANDOM_LEN, "Handshake S0+S1+S2")]
    } else {
        &[(VERSION_LEN + RANDOM_LEN, "Handshake C0+C1"), (VERSION_LEN + 2 * RANDOM_LEN, "Handshake C2")]
    };
    for &(end, words) in ends {
        if way.shaken < end {
            let taken = (end - way.shaken).min(bytes.len());
            way.shaken += taken;
            bytes = bytes.get(taken..).unwrap_or_default();
            if way.shaken < end {
                return;
            }
            said.line(c).str(words);
        }
    }
    loop {
        // A message without a body has ended with its header.
        let (id, missing) = way.current;
        let empty = missing > 0 && way.streams.get(&id).is_some_and(|stream| stream.len == 0);
        if bytes.is_empty() && !empty {
            return;
        }
        bytes = if missing == 0 { header(way, bytes) } else { body(c, way, bytes, said) };
    }
}

/// Takes a chunk's header, or what there is of it; gives the bytes behind it.
fn header<'b>(way: &mut Way, bytes: &'b [u8]) -> &'b [u8] {
    let before = way.header.len();
    let room = MOST_HEADER.saturating_sub(before);
    way.header.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    let kept = std::mem::take(&mut way.header);
    let Some(len) = chunk(way, &kept) else {
        way.header = kept;
        return bytes.get(room..).unwrap_or_default();
    };
    bytes.get(len.saturating_sub(before)..).unwrap_or_default()
}

/// Reads a chunk's header; gives its length, where it is whole.
fn chunk(way: &mut Way, header: &[u8]) -> Option<usize> {
    let first = *header.first()?;
    let (stream, mut at) = match first & 0x3f {
        0 => (64 + u32::from(*header.get(1)?), 2),
        1 => (64 + u32::from(*header.get(1)?) + 256 * u32::from(*header.get(2)?), 3),
        stream => (stream.into(), 1),
    };
    let byte = |at: usize| header.get(at).map(|&byte| usize::from(byte));
    let three = |at: usize| Some(byte(at)? << 16 | byte(at + 1)? << 8 | byte(at + 2)?);
    let format = first >> 6;
    let mut known = way.streams.get(&stream).cloned().unwrap_or_default();
    if format < 3 {
        known.extended = three(at)? == 0x00ff_ffff;
        at += 3;
    }
    if format < 2 {
        known.len = three(at)?;
        known.kind = *header.get(at + 3)?;
        at += 4;
    }
    if format < 1 {
        header.get(at + 3)?;
        at += 4;
    }
    if known.extended {
        header.get(at + 3)?;
        at += 4;
    }
    // What was left of a message that another one takes the place of is lost.
    if known.have > known.len {
        known.have = 0;
        known.kept.clear();
    }
    way.current = (stream, way.chunk.min(known.len - known.have).max(1));
    if way.streams.len() >= MOST_STREAMS && !way.streams.contains_key(&stream) {
        way.streams.clear();
    }
    way.streams.insert(stream, known);
    Some(at)
}

/// Takes a chunk's body, or what there is of it; gives the bytes behind it.
fn body<'b, S: Sink>(c: &mut Cursor<'_, S>, way: &mut Way, bytes: &'b [u8], said: &mut Said) -> &'b [u8] {
    let (id, missing) = way.current;
    let Some(stream) = way.streams.get_mut(&id) else {
        way.current.1 = 0;
        return bytes;
    };
    let taken = missing.min(bytes.len()).min(stream.len.saturating_sub(stream.have));
    let piece = bytes.get(..taken).unwrap_or_default();
    let room = MOST_KEPT.saturating_sub(stream.kept.len());
    stream.kept.extend_from_slice(piece.get(..room).unwrap_or(piece));
    stream.have += taken;
    way.current.1 = if stream.have >= stream.len { 0 } else { missing - taken };
    if stream.have >= stream.len {
        let (kind, message) = (stream.kind, std::mem::take(&mut stream.kept));
        stream.have = 0;
        if kind == 1
            && let Some(len) = number(&message)
        {
            way.chunk = (len as usize & 0x7fff_ffff).max(1);
        }
        // A chunk of a stream of which nothing is known yet says nothing.
        if kind != 0 {
            describe(said.line(c), kind, &message);
        }
    }
    bytes.get(taken..).unwrap_or_default()
}

/// The number that a message begins with.
fn number(message: &[u8]) -> Option<u32> {
    message.first_chunk().copied().map(u32::from_be_bytes)
}

/// Writes what a message says.
fn describe(line: &mut Line, kind: u8, message: &[u8]) {
    let first = number(message).unwrap_or_default();
    match kind {
        1 => _ = line.str("Set Chunk Size ").dec(first),
        2 => _ = line.str("Abort Message ").dec(first),
        3 => _ = line.str("Acknowledgement ").dec(first),
        4 => event(line, message),
        5 => _ = line.str("Window Acknowledgement Size ").dec(first),
        6 => {
            let limit = message.get(4).copied().unwrap_or_default();
            line.str("Set Peer Bandwidth ").dec(first).byte(b',').named(name_of(LIMITS, limit.into()), limit);
        }
        15 | 17 => {
            command(line, message.get(1..).unwrap_or_default(), if kind == 15 { "AMF3 Data" } else { "AMF3 Command" });
        }
        18 => command(line, message, "AMF0 Data"),
        20 => command(line, message, "AMF0 Command"),
        _ => match name_of(TYPES, kind.into()) {
            Some(name) => _ = line.str(name),
            None => _ = line.str("Unknown (0x").hex(kind, 2).byte(b')'),
        },
    }
}

/// A user control message (section 7.1.7).
fn event(line: &mut Line, message: &[u8]) {
    let kind = message.first_chunk().copied().map_or(0, u16::from_be_bytes);
    let at = |at: usize| message.get(at..).and_then(number).unwrap_or_default();
    match (kind, name_of(EVENTS, kind.into())) {
        (_, Some(name)) => _ = line.str(name).byte(b' ').dec(at(2)),
        (3, _) => _ = line.str("Set Buffer Length ").dec(at(2)).byte(b',').dec(at(6)).str("ms"),
        (6, _) => _ = line.str("Ping Request"),
        (7, _) => _ = line.str("Ping Response"),
        _ => _ = line.str("User Control Message 0x").hex(kind, 1),
    }
}

/// Markers of AMF0's values.
mod amf {
    pub(super) const NUMBER: u8 = 0;
    pub(super) const BOOLEAN: u8 = 1;
    pub(super) const STRING: u8 = 2;
    pub(super) const OBJECT: u8 = 3;
    pub(super) const NULL: u8 = 5;
    pub(super) const UNDEFINED: u8 = 6;
    pub(super) const ARRAY: u8 = 8;
}

/// Objects within objects that are followed.
const MOST_NESTED: u8 = 8;

/// A string behind its length, and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = usize::from(u16::from_be_bytes(*bytes.first_chunk()?));
    Some((bytes.get(2..2 + len)?, bytes.get(2 + len..)?))
}

/// What follows a value.
fn behind(bytes: &[u8], nested: u8) -> Option<&[u8]> {
    let (&marker, rest) = bytes.split_first()?;
    match marker {
        amf::NUMBER => rest.get(8..),
        amf::BOOLEAN => rest.get(1..),
        amf::STRING => string(rest).map(|(_, rest)| rest),
        amf::NULL | amf::UNDEFINED => Some(rest),
        amf::OBJECT | amf::ARRAY if nested < MOST_NESTED => {
            let mut rest = if marker == amf::ARRAY { rest.get(4..)? } else { rest };
            loop {
                let (name, value) = string(rest)?;
                if name.is_empty() {
                    return value.get(1..);
                }
                rest = behind(value, nested + 1)?;
            }
        }
        _ => None,
    }
}

/// The string property of this name of the object that begins here.
fn property<'b>(bytes: &'b [u8], wanted: &[u8]) -> Option<&'b [u8]> {
    let (&amf::OBJECT, mut rest) = bytes.split_first()? else { return None };
    loop {
        let (name, value) = string(rest)?;
        if name.is_empty() {
            return None;
        }
        if name == wanted && value.first() == Some(&amf::STRING) {
            return string(value.get(1..)?).map(|(text, _)| text);
        }
        rest = behind(value, 1)?;
    }
}

/// A command or data: its name, and what tells most of what it is about. Without a name, `otherwise`.
fn command(line: &mut Line, message: &[u8], otherwise: &str) {
    let name = message.split_first().filter(|(marker, _)| **marker == amf::STRING).and_then(|(_, rest)| string(rest));
    let Some((name, rest)) = name.filter(|(name, _)| !name.is_empty()) else {
        line.str(otherwise);
        return;
    };
    let arguments = if rest.first() == Some(&amf::NUMBER) { behind(rest, 0).unwrap_or_default() } else { rest };
    line.text(name).byte(b'(');
    let second = behind(arguments, 0).unwrap_or_default();
    let about = match name {
        b"connect" => property(arguments, b"app"),
        b"play" | b"publish" | b"releaseStream" | b"FCPublish" => second
            .split_first()
            .filter(|(marker, _)| **marker == amf::STRING)
            .and_then(|(_, rest)| string(rest))
            .map(|(text, _)| text),
        b"_result" | b"_error" | b"onStatus" if second.is_empty() => property(arguments, b"code"),
        b"_result" | b"_error" | b"onStatus" => property(second, b"code"),
        _ => None,
    };
    if let Some(about) = about {
        line.byte(b'\'').text(about).byte(b'\'');
    }
    line.byte(b')');
}

#[cfg(test)]
mod tests {
    use super::{Line, Way, chunk, command};

    fn words(message: &[u8]) -> String {
        let mut line = Line::default();
        command(&mut line, message, "AMF0 Command");
        String::from_utf8_lossy(line.as_bytes()).into_owned()
    }

    #[test]
    fn commands_tell_what_they_are_about() {
        let connect = b"\x02\0\x07connect\0\x3f\xf0\0\0\0\0\0\0\x03\0\x03app\x02\0\x04live\0\0\x09";
        assert_eq!(words(connect), "connect('live')");
        assert_eq!(words(b"\x02\0\x04play\0\0\0\0\0\0\0\0\0\x05\x02\0\x01a"), "play('a')");
        assert_eq!(words(b"\x02\0\x04seek\0\0\0\0\0\0\0\0\0\x05\x02\0\x01a"), "seek()");
        assert_eq!(words(b"\x03"), "AMF0 Command");
        // An object that never ends.
        assert_eq!(words(b"\x02\0\x07connect\0\0\0\0\0\0\0\0\0\x03\0\x03app"), "connect()");
    }

    #[test]
    fn headers_of_all_formats() {
        let mut way = Way::default();
        assert_eq!(chunk(&mut way, b"\x03\0\0\0\0\0\x05\x14\0\0\0\0"), Some(12));
        assert_eq!(way.current, (3, 5));
        assert_eq!(chunk(&mut way, b"\xc3"), Some(1));
        assert_eq!(chunk(&mut way, b"\x00\x01\0\0"), None);
        assert_eq!(chunk(&mut way, b"\x81\x01\x01\0\0\0"), Some(6));
        assert_eq!(way.current.0, 64 + 1 + 256);
    }
}
