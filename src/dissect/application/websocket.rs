//! WebSocket (RFC 6455), once HTTP has agreed upon it.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("websocket", "WebSocket", Kind::Protocol);

fields! {
    FIN = "websocket.fin", "Fin", Bool mask(0x80);
    RESERVED = "websocket.rsv", "Reserved", U8 hex mask(0x70);
    OPCODE = "websocket.opcode", "Opcode", U8 mask(0x0f) names(OPCODES);
    MASK = "websocket.mask", "Mask", Bool mask(0x80);
    LENGTH = "websocket.payload_length", "Payload length", U8 mask(0x7f);
    LENGTH_16 = "websocket.payload_length_ext_16", "Extended Payload length (16 bits)", U16;
    LENGTH_64 = "websocket.payload_length_ext_64", "Extended Payload length (64 bits)", U64;
    MASKING_KEY = "websocket.masking_key", "Masking-Key", Bytes;
    PAYLOAD = "websocket.payload", "Payload", None;
}

names! {
    OPCODES { 0 = "Continuation", 1 = "Text", 2 = "Binary", 8 = "Connection Close", 9 = "Ping", 10 = "Pong" }
}

/// WebSocket.
pub struct WebSocket;

/// How long the frame that `bytes` begin with is: its header, and its payload.
fn lengths(bytes: &[u8]) -> Option<(usize, u64)> {
    let second = *bytes.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    match second & 0x7f {
        126 => Some((4 + mask, u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?).into())),
        127 => Some((10 + mask, u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?))),
        len => Some((2 + mask, len.into())),
    }
}

impl Protocol for WebSocket {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "WebSocket";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        while c.remaining() > 0 {
            let Some((header, len)) = lengths(c.rest()) else {
                let more = c.remaining() + 1;
                return Err(c.await_header(more).err().unwrap_or_else(|| c.short(more)));
            };
            let whole = usize::try_from(len).unwrap_or(usize::MAX).saturating_add(header);
            c.await_bytes(whole)?;
            c.protocol("WebSocket");
            c.within(whole, |c| frame(c, header))?;
        }
        Ok(())
    }
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>, header: usize) -> Result<(), Stop> {
    let end = c.pos() + header;
    let first = c.u8(&FIN)?;
    c.bits::<1>(&RESERVED, first.into());
    c.bits::<1>(&OPCODE, first.into());
    let second = c.u8(&MASK)?;
    c.bits::<1>(&LENGTH, second.into());
    match second & 0x7f {
        126 => _ = c.u16(&LENGTH_16)?,
        127 => _ = c.u64(&LENGTH_64)?,
        _ => {}
    }
    let masked = second & 0x80 != 0;
    let info = c.claim().str("WebSocket ").str(name_of(OPCODES, u64::from(first & 0x0f)).unwrap_or("Unknown Opcode"));
    info.str(if first & 0x80 != 0 { " [FIN] " } else { "[FRAGMENT]  " }).str(if masked { "[MASKED]" } else { "" });
    if masked {
        c.bytes(&MASKING_KEY, 4)?;
    }
    c.seek(end);
    c.put(&PAYLOAD, end, c.end(), 0);
    c.skip(c.reported())
}
