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

/// A piece of the handshake.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, speaker: &mut Speaker<'_>) -> Result<(), Stop> {
    say(c, "CRYPTO");
    let offset = varint(c, &OFFSET)?;
    let len = length(varint(c, &LEN)?).min(c.remaining());
    c.put(&DATA, c.pos(), c.pos() + len, 0);
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
    if stream.begun.is_empty() && message_len(c.rest()).is_some_and(|len| len <= c.remaining()) {
        return c.below(Cursor::call::<Whole>).map(|_taken| ());
    }
    let (bytes, room) = (c.rest(), MOST_KEPT.saturating_sub(stream.begun.len()));
    let first = stream.begun.is_empty();
    stream.begun.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    stream.parts.push((frame, bytes.len()));
    let whole = message_len(&stream.begun).is_some_and(|len| len <= stream.begun.len());
    if !whole {
        if stream.parts.len() >= MOST_PIECES || stream.begun.len() >= MOST_KEPT {
            (stream.begun, stream.parts) = (Vec::new(), Vec::new());
        }
        let kind = stream.begun.first().copied().unwrap_or_default();
        return if first { piece(c, kind) } else { Ok(()) };
    }
    let (begun, parts) = (std::mem::take(&mut stream.begun), std::mem::take(&mut stream.parts));
    last(c, &begun, &parts)
}

/// Bytes of the message that these begin with, its header included.
fn message_len(bytes: &[u8]) -> Option<usize> {
    let [_, a, b, d] = bytes.first_chunk::<4>()?;
    Some(4 + u32::from_be_bytes([0, *a, *b, *d]) as usize)
}

/// Records the first piece of a message.
fn piece<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let (mark, start, end) = (c.mark(), c.pos(), c.end());
    let words = handshake::name(kind).unwrap_or("Unknown");
    c.below(Cursor::call::<Piecewise>)?;
    c.label_at(mark, |l| _ = l.str("TLSv1.3 Record Layer: Handshake Protocol: ").str(words).str(" (fragment)"));
    c.below(|c| {
        c.put(&fields::TLS.handshake, start, end, 0);
        c.label(|l| _ = l.str("Handshake Protocol: ").str(words).str(" (fragment)"));
    });
    c.seek(end);
    Ok(())
}

/// Records the last piece of a message, and the message.
fn last<S: Sink>(c: &mut Cursor<'_, S>, message: &[u8], parts: &[(u64, usize)]) -> Result<(), Stop> {
    let (mark, start, end) = (c.mark(), c.pos(), c.end());
    let kind = message.first().copied().unwrap_or_default();
    let words = handshake::name_with(kind, message.get(4..).unwrap_or_default());
    c.below(Cursor::call::<Piecewise>)?;
    c.label_at(mark, |l| _ = l.str("TLSv1.3 Record Layer: Handshake Protocol: ").str(words));
    c.below(|c| {
        c.put(&fields::TLS.handshake, start, end, 0);
        c.label(|l| _ = l.str("Handshake Protocol: ").str(words).str(" (last fragment)"));
        handshake_record::fragments(c, parts);
        one(&mut c.over("Reassembled TLS Handshake", message))
    })?;
    c.seek(end);
    Ok(())
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

/// Handshake messages of TLS that one frame holds whole (RFC 9001, 4).
struct Whole;

impl Protocol for Whole {
    const LAYER: &'static Field = Tls::LAYER;
    const NAME: &'static str = Tls::NAME;
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.peek_u8(0).unwrap_or_default();
        let first = c.rest().get(4..message_len(c.rest()).unwrap_or_default()).unwrap_or_default();
        let several = c.remaining() > first.len() + 4;
        let words = if several { "Multiple Handshake Messages" } else { handshake::name_with(kind, first) };
        c.layer_label(|l| _ = l.str("TLSv1.3 Record Layer: Handshake Protocol: ").str(words));
        while c.remaining() > 0 {
            if message_len(c.rest()).is_none_or(|len| len > c.remaining()) {
                let words = handshake::name(c.peek_u8(0).unwrap_or_default()).unwrap_or("Unknown");
                c.put(&fields::TLS.handshake, c.pos(), c.end(), 0);
                c.label(|l| _ = l.str("Handshake Protocol: ").str(words).str(" (fragment)"));
                return c.skip(c.remaining());
            }
            one(c)?;
        }
        Ok(())
    }
}

/// The layer of a piece of a message, whose contents are recorded elsewhere.
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
