//! NetBIOS sessions over TCP (RFC 1002 section 4.3), and SMB's direct transport, which looks the same.

use super::mailslot::Smb;
use super::name::NetbiosName;
use super::smb2::Smb2;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("nbss", "NetBIOS Session Service", Kind::Protocol);

fields! {
    TYPE = "nbss.type", "Message Type", U8 hex names(TYPES);
    LENGTH = "nbss.length", "Length", U24;
    ERROR = "nbss.error_code", "Error code", U8 hex names(ERRORS);
    CONTINUATION = "nbss.continuation_data", "Continuation data", Bytes;
}

names! {
    TYPES {
        0x00 = "Session message", 0x81 = "Session request", 0x82 = "Positive session response",
        0x83 = "Negative session response", 0x84 = "Retarget session response", 0x85 = "Session keep-alive",
    }
    ERRORS {
        0x80 = "Not listening on called name", 0x81 = "Not listening for called name",
        0x82 = "Called name not present", 0x83 = "Called name present, but insufficient resources",
        0x8f = "Unspecified error",
    }
}

/// Bytes of a header.
const HEADER_LEN: usize = 4;
const MESSAGE: u8 = 0;
const REQUEST: u8 = 0x81;
const REFUSED: u8 = 0x83;
/// Bytes of an encoded name with its length and its end.
const NAME_LEN: usize = 34;

/// NBSS.
pub struct Sessions;

impl Protocol for Sessions {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NBSS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(139), Key::Tcp(445)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        while c.remaining() > 0 {
            let Some(len) = length(c.rest()) else {
                c.protocol("NBSS");
                c.claim().str("NBSS Continuation Message");
                return c.bytes(&CONTINUATION, c.remaining()).map(|_| ());
            };
            let whole = len + HEADER_LEN;
            c.protocol("NBSS");
            let kind = c.peek_u8(0).unwrap_or_default();
            c.claim().str(name_of(TYPES, kind.into()).unwrap_or("Unknown"));
            c.await_bytes(whole)?;
            c.u8(&TYPE)?;
            c.u24(&LENGTH)?;
            c.within(len, |c| packet(c, kind))?;
        }
        Ok(())
    }
}

/// How long the content is of the packet that `bytes` begin with, if they do begin with one.
fn length(bytes: &[u8]) -> Option<usize> {
    let [kind, flags, high, low] = *bytes.first_chunk()?;
    let len = usize::from(flags) << 16 | usize::from(high) << 8 | usize::from(low);
    let fits = match kind {
        MESSAGE => len > 0 && (flags <= 1 || matches!(bytes.get(4..8), Some([0xfc..=0xff, b'S', b'M', b'B']))),
        REQUEST => len >= 2 * NAME_LEN && flags <= 1,
        0x82 | 0x85 => len == 0,
        REFUSED => len == 1,
        0x84 => len == 6,
        _ => false,
    };
    fits.then_some(len)
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    match kind {
        MESSAGE => match c.peek::<4>(0) {
            Some([0xff, b'S', b'M', b'B']) => _ = c.call::<Smb>()?,
            Some([0xfc..=0xfe, b'S', b'M', b'B']) => _ = c.call::<Smb2>()?,
            _ => {}
        },
        REQUEST => {
            for (words, at) in [(", to ", 0), (" from ", NAME_LEN)] {
                // A length of 32 stands before the letters.
                let name = c.rest().get(at + 1..at + NAME_LEN).unwrap_or_default();
                NetbiosName::decode(name).write(c.info().str(words));
            }
        }
        REFUSED => {
            let error = c.u8(&ERROR)?;
            c.info().str(", ").str(name_of(ERRORS, error.into()).unwrap_or("Unknown"));
        }
        _ => {}
    }
    c.skip(c.remaining())
}
