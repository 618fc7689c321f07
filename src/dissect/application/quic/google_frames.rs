//! The frames of Google's versions that have QUIC's headers: Q050, T050 and T051.

use super::varint;
use super::version::Version;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

crate::fields! {
    FRAME = "gquic.frame_type", "Frame Type", U8 hex;
    OFFSET = "gquic.crypto.offset", "Offset", U64;
    LENGTH = "gquic.crypto.length", "Length", U64;
    CRYPTO_DATA = "gquic.crypto.crypto_data", "Crypto Data", None;
    TAG = "gquic.tag", "Tag", Str;
}

const PADDING: u8 = 0x00;
const CRYPTO: u8 = 0x08;
const ACK: u8 = 0x40;

/// The frames of a payload, as far as they belong to the handshake.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, version: Version) -> Result<(), Stop> {
    while let Some(kind) = c.peek_u8(0) {
        match kind {
            PADDING => c.seek(c.pos() + c.rest().iter().take_while(|&&byte| byte == PADDING).count()),
            CRYPTO => {
                c.u8(&FRAME)?;
                varint(c, &OFFSET)?;
                let len = usize::try_from(varint(c, &LENGTH)?).unwrap_or(usize::MAX).min(c.remaining());
                c.put(&CRYPTO_DATA, c.pos(), c.pos() + len, 0);
                if version.speaks_tls() {
                    c.info().str(", CRYPTO");
                    c.skip(len)?;
                } else {
                    c.within(len, message)?;
                }
            }
            ACK..0x80 => ack(c, kind)?,
            // What the others hold is not to be had without knowing their length.
            _ => break,
        }
    }
    Ok(())
}

/// An acknowledgement, whose type says how long its numbers are.
fn ack<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let number_len = |bits: u8| [1, 2, 4, 6].get(usize::from(bits & 3)).copied().unwrap_or(6);
    let (largest_len, block_len) = (number_len(kind >> 2), number_len(kind));
    c.u8(&FRAME)?;
    c.skip(largest_len + 2)?;
    let blocks = if kind & 0x20 != 0 { usize::from(u8::from_be_bytes(c.array::<1>()?)) } else { 0 };
    c.skip(block_len + blocks * (1 + block_len))?;
    let [timestamps] = c.array::<1>()?;
    if timestamps > 0 {
        c.skip(5 + (usize::from(timestamps) - 1) * 3)?;
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
    Ok(())
}
