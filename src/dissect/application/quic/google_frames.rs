//! The frames of Google's versions that have QUIC's headers: Q050, T050 and T051.

use super::crypto;
use super::frames::Speaker;
use super::varint;
use super::version::Version;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::names;

names! {
    TYPES {
        0x00 = "PADDING",
        0x01 = "RST_STREAM",
        0x02 = "CONNECTION_CLOSE",
        0x03 = "GOAWAY",
        0x04 = "WINDOW_UPDATE",
        0x05 = "BLOCKED",
        0x06 = "STOP_WAITING",
        0x07 = "PING",
        0x08 = "CRYPTO",
        0x09..=0x1f = "Unknown",
        0x20..=0x3f = "CONGESTION_FEEDBACK (Special Frame Type)",
        0x40..=0x7f = "ACK (Special Frame Type)",
        0x80..=0xff = "STREAM (Special Frame Type)",
    }
    LENGTHS { 0 = "1 Byte", 1 = "2 Bytes", 2 = "4 Bytes", 3 = "6 Bytes" }
}

crate::fields! {
    FRAME = "", "Frame", None;
    TYPE = "gquic.frame_type", "Frame Type", U8 hex names(TYPES);
    STREAM = "gquic.frame_type.stream", "Stream", Bool mask(0x80);
    ACK_BIT = "gquic.frame_type.ack", "ACK", Bool mask(0x40);
    NACK = "gquic.frame_type.ack.n", "NACK", Bool mask(0x20);
    UNUSED = "gquic.frame_type.ack.u", "Unused", Bool mask(0x10);
    LARGEST_LEN = "gquic.frame_type.ack.ll", "Largest Observed Length", U8 mask(0x0c) names(LENGTHS);
    BLOCK_LEN = "gquic.frame_type.ack.mm", "Missing Packet Length", U8 mask(0x03) names(LENGTHS);
    LARGEST = "gquic.frame_type.ack.largest_acked", "Largest Acked", U64;
    LARGEST_DELTA = "gquic.frame_type.ack.largest_acked_delta_time", "Largest Acked Delta Time", U16;
    BLOCKS = "gquic.frame_type.ack.num_blocks", "Num blocks", U8;
    FIRST_BLOCK = "gquic.frame_type.ack.first_ack_block_length", "First Ack block length", U64;
    GAP = "gquic.frame_type.ack.gap_to_next_block", "Gap to next block", U8;
    BLOCK = "gquic.frame_type.ack.ack_block_length", "Ack block length", U64;
    TIMESTAMPS = "gquic.frame_type.ack.num_timestamp", "Num Timestamp", U8;
    DELTA = "gquic.frame_type.ack.delta_largest_acked", "Delta Largest Observed", U8;
    FIRST_TIME = "gquic.frame_type.ack.time_since_largest_acked", "Time Since Largest Acked", U32;
    TIME = "gquic.frame_type.ack.time_since_previous_timestamp", "Time since Previous timestamp", U16;
    PADDING_LEN = "gquic.frame_type.padding.length", "Padding Length", U32;
    PADDING_BYTES = "gquic.frame_type.padding", "Padding", Bytes;
    OFFSET = "gquic.crypto.offset", "Offset", U64;
    LENGTH = "gquic.crypto.length", "Length", U64;
    CRYPTO_DATA = "gquic.crypto.crypto_data", "Crypto Data", None;
    TAG = "gquic.tag", "Tag", Str;
}

const PADDING: u8 = 0x00;
const CRYPTO: u8 = 0x08;
const ACK: u8 = 0x40;

/// The frames of a payload, as far as they belong to the handshake.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, version: Version, speaker: &mut Speaker<'_>) -> Result<(), Stop> {
    while let Some(kind) = c.peek_u8(0) {
        // What the others hold is not to be had without knowing their length.
        if !matches!(kind, PADDING | CRYPTO | ACK..0x80) {
            break;
        }
        let mark = c.mark();
        c.group(&FRAME, |c| {
            c.u8(&TYPE)?;
            if kind != PADDING {
                c.below(|c| _ = c.bits::<1>(&STREAM, kind.into()));
            }
            c.label_at(mark, |l| _ = l.str(TYPE.name(kind.into()).unwrap_or_default()));
            match kind {
                PADDING => padding(c, mark),
                CRYPTO => crypto(c, version, speaker),
                _ => ack(c, kind),
            }
        })?;
    }
    Ok(())
}

/// Zeros, as many as there are.
fn padding<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    let len = c.rest().iter().take_while(|&&byte| byte == PADDING).count();
    c.label_at(mark, |l| _ = l.str("PADDING Length: ").dec(len as u64));
    c.generated(&PADDING_LEN, len as u64);
    if len > 0 {
        c.bytes(&PADDING_BYTES, len)?;
    }
    Ok(())
}

/// A piece of the handshake: TLS's, or Google's own.
fn crypto<S: Sink>(c: &mut Cursor<'_, S>, version: Version, speaker: &mut Speaker<'_>) -> Result<(), Stop> {
    let offset = varint(c, &OFFSET)?;
    let len = usize::try_from(varint(c, &LENGTH)?).unwrap_or(usize::MAX).min(c.remaining());
    c.put(&CRYPTO_DATA, c.pos(), c.pos() + len, 0);
    if version.speaks_tls() {
        c.info().str(", CRYPTO");
        crypto::carried(c, speaker, offset, len)
    } else {
        c.within(len, message)
    }
}

/// Reads a number of 1, 2, 4 or 6 bytes.
fn number<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, bits: u8) -> Result<(), Stop> {
    let len = [1, 2, 4, 6].get(usize::from(bits & 3)).copied().unwrap_or(6);
    c.read_all(&[(field, len)])
}

/// An acknowledgement, whose type says how long its numbers are.
fn ack<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.below(|c| {
        for field in [&ACK_BIT, &NACK, &UNUSED, &LARGEST_LEN, &BLOCK_LEN] {
            c.bits::<1>(field, kind.into());
        }
    });
    number(c, &LARGEST, kind >> 2)?;
    c.u16(&LARGEST_DELTA)?;
    let blocks = if kind & 0x20 != 0 { c.u8(&BLOCKS)? } else { 0 };
    number(c, &FIRST_BLOCK, kind)?;
    for _ in 0..blocks {
        c.u8(&GAP)?;
        number(c, &BLOCK, kind)?;
    }
    let timestamps = c.u8(&TIMESTAMPS)?;
    if timestamps > 0 {
        c.u8(&DELTA)?;
        c.u32(&FIRST_TIME)?;
        for _ in 1..timestamps {
            c.u8(&DELTA)?;
            c.u16(&TIME)?;
        }
    }
    Ok(())
}

/// A message of Google's own handshake, which its tag names.
fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let words = match &c.fixed::<4>(&TAG)? {
        b"CHLO" => "Client Hello",
        b"SHLO" => "Server Hello",
        b"REJ\0" | b"SREJ" => "Rejection",
        b"SCFG" => "Server Config",
        b"PRST" => "Public Reset",
        _ => {
            c.claim().str("Unknown");
            return Err(Stop::Malformed);
        }
    };
    c.claim().str(words);
    // Longer messages go on in other packets.
    if words == "Client Hello" { values(c) } else { Ok(()) }
}

/// The values of a message, behind the table that says where each ends; the cursor stands behind the message's tag.
pub(super) fn values<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    const ENTRY_LEN: usize = 8;
    let count = usize::from(c.array().map(u16::from_le_bytes)?);
    c.skip(2)?;
    let table = c.pos();
    let first = table + count * ENTRY_LEN;
    for at in 0..count {
        c.seek(table + at * ENTRY_LEN + 4);
        let end = c.array().map(u32::from_le_bytes)? as usize;
        c.seek(first);
        c.need(end)?;
    }
    c.seek(c.limit());
    Ok(())
}
