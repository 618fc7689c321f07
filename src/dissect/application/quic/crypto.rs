//! The handshake, which CRYPTO frames carry in pieces (RFC 9000, 19.6): put together for the tree.

use super::frames::{Speaker, length, say};
use super::varint;
use crate::dissect::application::tls::handshake::{self, Carrier, Talk, fields};
use crate::dissect::application::tls::session::{Agreed, Version};
use crate::dissect::application::tls::{Tls, handshake_record};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields};

fields! {
    OFFSET = "quic.crypto.offset", "Offset", U64;
    LEN = "quic.crypto.length", "Length", U64;
    DATA = "quic.crypto.crypto_data", "Crypto Data", None;
    FRAGMENTS = "quic.crypto.fragments", "Reassembled QUIC CRYPTO Data Fragments", None;
    FRAGMENT = "quic.crypto.fragment", "QUIC CRYPTO Data Fragment", FrameNum;
    FRAGMENT_COUNT = "quic.crypto.fragment.count", "Fragment count", U32;
    AGAIN_TEXT = "", "This QUIC frame has a reused stream offset (retransmission?)", None;
    OVERLAP_TEXT = "", "This QUIC frame overlaps a previous frame in the stream", None;
}

experts! {
    AGAIN = "quic.retransmission", "This QUIC frame has a reused stream offset (retransmission?)", Note, Sequence;
    OVERLAP = "quic.overlap", "This QUIC frame overlaps a previous frame in the stream", Note, Sequence;
}

/// Bytes of a handshake that are kept until those before them come, or until a message is whole.
const MOST_KEPT: usize = 1 << 16;
/// Pieces of a handshake that are kept.
const MOST_PIECES: usize = 1 << 10;

/// A piece that came before the ones in front of it.
struct Piece {
    at: u64,
    frame: u64,
    bytes: Vec<u8>,
}

/// What one side has said of the handshake under the keys of one level.
#[derive(Default)]
pub(super) struct Stream {
    /// Bytes that have come without a gap.
    next: u64,
    /// What came behind a gap, in the stream's order.
    pieces: Vec<Piece>,
    /// The beginning of a message that goes on.
    begun: Vec<u8>,
    /// The frames that this came in, and the bytes of each.
    parts: Vec<(u64, usize)>,
}

impl Stream {
    /// Keeps a piece that came too early.
    fn keep(&mut self, at: u64, frame: u64, bytes: &[u8]) {
        let kept: usize = self.pieces.iter().map(|piece| piece.bytes.len()).sum();
        if kept.saturating_add(bytes.len()) <= MOST_KEPT && self.pieces.len() < MOST_PIECES {
            let place = self.pieces.partition_point(|piece| piece.at <= at);
            self.pieces.insert(place, Piece { at, frame, bytes: bytes.to_vec() });
        }
    }
    /// Takes what now follows without a gap.
    fn follow(&mut self) -> Vec<Piece> {
        let mut followed = Vec::new();
        while let Some(first) = self.pieces.first() {
            if first.at > self.next {
                break;
            }
            let piece = self.pieces.remove(0);
            let end = piece.at.saturating_add(piece.bytes.len() as u64);
            if piece.at == self.next && end > self.next {
                self.next = end;
                followed.push(piece);
            }
        }
        followed
    }
}

/// What came of going on with a message.
enum Progress {
    /// None had begun.
    Nothing,
    /// It goes on.
    Unfinished,
    /// It ends with the first bytes.
    Last {
        /// How many these are.
        taken: usize,
        /// All of it.
        message: Vec<u8>,
        /// The frames that it came in, and the bytes of each.
        parts: Vec<(u64, usize)>,
    },
}

impl Stream {
    /// A message begins with these bytes, and goes on.
    fn begin(&mut self, bytes: &[u8], frame: u64) {
        self.begun.extend_from_slice(bytes.get(..MOST_KEPT).unwrap_or(bytes));
        self.parts.push((frame, bytes.len()));
    }
    /// Goes on with the message that has begun, if one has.
    fn go_on(&mut self, bytes: &[u8], frame: u64) -> Progress {
        if self.begun.is_empty() {
            return Progress::Nothing;
        }
        let had = self.begun.len();
        for &byte in bytes {
            if message_len(&self.begun).is_some_and(|len| len <= self.begun.len()) {
                break;
            }
            self.begun.push(byte);
        }
        let taken = self.begun.len() - had;
        self.parts.push((frame, taken));
        if message_len(&self.begun).is_some_and(|len| len <= self.begun.len()) {
            let (message, parts) = (std::mem::take(&mut self.begun), std::mem::take(&mut self.parts));
            return Progress::Last { taken, message, parts };
        }
        if self.parts.len() >= MOST_PIECES || self.begun.len() >= MOST_KEPT {
            (self.begun, self.parts) = (Vec::new(), Vec::new());
        }
        Progress::Unfinished
    }
}

/// A piece of the handshake.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, speaker: &mut Speaker<'_>) -> Result<(), Stop> {
    say(c, "CRYPTO");
    let offset = varint(c, &OFFSET)?;
    let len = length(varint(c, &LEN)?).min(c.remaining());
    c.put(&DATA, c.pos(), c.pos() + len, 0);
    carried(c, speaker, offset, len)
}

/// What a frame carries of the handshake: `len` bytes, which stand at `offset` in it.
pub(super) fn carried<S: Sink>(
    c: &mut Cursor<'_, S>,
    speaker: &mut Speaker<'_>,
    offset: u64,
    len: usize,
) -> Result<(), Stop> {
    let piece = c.rest().get(..len).unwrap_or_default();
    speaker.connection.hear((speaker.side, speaker.level), offset, piece);
    if !S::DETAIL {
        return c.skip(len);
    }
    let frame = c.worker.frame.number;
    let Some(stream) = speaker.connection.crypto(speaker.side, speaker.level) else { return c.skip(len) };
    let end = offset.saturating_add(len as u64);
    if offset > stream.next {
        stream.keep(offset, frame, piece);
        return c.skip(len);
    }
    if offset < stream.next {
        let repeats = end <= stream.next;
        let (text, remark) = if repeats { (&AGAIN_TEXT, &AGAIN) } else { (&OVERLAP_TEXT, &OVERLAP) };
        c.put(text, c.pos(), c.pos(), 0);
        c.below(|c| c.expert(remark));
        stream.next = stream.next.max(end);
        return c.skip(len);
    }
    stream.next = end;
    let more = stream.follow();
    if more.is_empty() {
        c.within(len, |c| messages(c, stream, frame))
    } else {
        let (mut all, mut parts) = (piece.to_vec(), vec![(frame, len)]);
        for piece in &more {
            all.extend_from_slice(&piece.bytes);
            parts.push((piece.frame, piece.bytes.len()));
        }
        let mut whole = c.over("Reassembled QUIC CRYPTO", &all);
        fragments(&mut whole, &parts);
        let outcome = messages(&mut whole, stream, frame);
        c.skip(len)?;
        outcome
    }
}

/// Records which frames the data came in.
fn fragments<S: Sink>(c: &mut Cursor<'_, S>, parts: &[(u64, usize)]) {
    let end = c.end();
    c.generated_over(&FRAGMENTS, 0, end, 0);
    handshake_record::list(c, parts, " Reassembled QUIC CRYPTO Data Fragments", (&FRAGMENT, &FRAGMENT_COUNT));
}

/// Records the messages of a window, the first of which may have begun before.
fn messages<S: Sink>(c: &mut Cursor<'_, S>, stream: &mut Stream, frame: u64) -> Result<(), Stop> {
    let begun = match stream.go_on(c.rest(), frame) {
        Progress::Nothing => None,
        Progress::Unfinished => return Ok(()),
        Progress::Last { taken, message, parts } => Some((taken, message, parts)),
    };
    let from = c.pos() + begun.as_ref().map_or(0, |begun| begun.0);
    let rest = c.whole().get(from..).unwrap_or_default();
    let (count, left) = whole_messages(rest);
    let left = rest.get(rest.len() - left..).unwrap_or_default();
    if !left.is_empty() {
        stream.begin(left, frame);
    }
    let count = count + usize::from(begun.is_some()) + usize::from(!left.is_empty());
    let (mark, end) = (c.mark(), c.end());
    c.below(Cursor::call::<Piecewise>)?;
    let words = match &begun {
        _ if count > 1 => "Multiple Handshake Messages",
        Some((_, message, _)) => name_of_message(message),
        None => name_of_message(rest),
    };
    c.label_at(mark, |l| {
        l.str("TLSv1.3 Record Layer: Handshake Protocol: ").str(words);
        l.str(if count == 1 && !left.is_empty() { " (fragment)" } else { "" });
    });
    c.below(|c| {
        if let Some((_, message, parts)) = &begun {
            c.put(&fields::TLS.handshake, c.pos(), from, 0);
            let words = name_of_message(message);
            c.label(|l| _ = l.str("Handshake Protocol: ").str(words).str(" (last fragment)"));
            handshake_record::fragments(c, parts);
            one(&mut c.over("Reassembled TLS Handshake", message))?;
            c.seek(from);
        }
        while c.pos() + left.len() < end {
            one(c)?;
        }
        if !left.is_empty() {
            c.put(&fields::TLS.handshake, c.pos(), end, 0);
            c.label(|l| _ = l.str("Handshake Protocol: ").str(name_of_message(left)).str(" (fragment)"));
        }
        Ok(())
    })?;
    c.seek(end);
    Ok(())
}

/// How many whole messages these bytes begin with, and how many bytes are left behind them.
fn whole_messages(mut bytes: &[u8]) -> (usize, usize) {
    let mut count = 0;
    while let Some(rest) = message_len(bytes).and_then(|len| bytes.get(len..)) {
        (bytes, count) = (rest, count + 1);
    }
    (count, bytes.len())
}

/// Bytes of the message that these begin with, its header included.
fn message_len(bytes: &[u8]) -> Option<usize> {
    let [_, a, b, d] = bytes.first_chunk::<4>()?;
    Some(4 + u32::from_be_bytes([0, *a, *b, *d]) as usize)
}

/// The name of the message that these bytes begin with.
fn name_of_message(bytes: &[u8]) -> &'static str {
    let kind = bytes.first().copied().unwrap_or_default();
    match bytes.get(4..message_len(bytes).unwrap_or_default()) {
        Some(body) => handshake::name_with(kind, body),
        None => handshake::name(kind).unwrap_or("Unknown"),
    }
}

/// Records the message under the cursor, which is whole.
fn one<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let Some([kind, a, b, d]) = c.peek::<4>(0) else { return Err(Stop::NotMine) };
    let end = c.pos() + 4 + u32::from_be_bytes([0, a, b, d]) as usize;
    if end > c.end() {
        return Err(Stop::NotMine);
    }
    let words = handshake::name_with(kind, c.whole().get(c.pos() + 4..end).unwrap_or_default());
    c.put(&fields::TLS.handshake, c.pos(), end, 0);
    c.label(|l| _ = l.str("Handshake Protocol: ").str(words));
    let mut agreed = Agreed { version: Version::TLS13, ..Agreed::default() };
    c.below(|c| {
        c.u8(&fields::TLS.kind)?;
        c.u24(&fields::TLS.len)?;
        handshake::body(c, &mut Talk::tls(&mut agreed, Carrier::Tls), kind, end)
    })?;
    c.seek(end);
    Ok(())
}

/// The layer of what a frame holds of messages, whose contents are recorded by whom it calls (RFC 9001, 4).
struct Piecewise;

impl Protocol for Piecewise {
    const LAYER: &'static Field = Tls::LAYER;
    const NAME: &'static str = Tls::NAME;
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.skip(c.remaining())
    }
}
