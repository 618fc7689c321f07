//! The headers that Prism and AVS drivers put before an 802.11 frame.

use super::Bare;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static PRISM_LAYER: Field = Field::new("prism", "Prism capture header", Kind::Protocol);
static AVS_LAYER: Field = Field::new("wlancap", "AVS WLAN Capture header", Kind::Protocol);

fields! {
    MESSAGE_CODE = "prism.msgcode", "Message Code", U32;
    MESSAGE_LEN = "prism.msglen", "Message Length", U32;
    AVS_MAGIC = "wlancap.magic", "Header magic", U32 hex;
    AVS_LEN = "wlancap.length", "Header length", U32;
}

/// The first 20 bits of an AVS header.
const AVS: u32 = 0x8021_1000;
/// Bytes of the smallest header of either kind that is believed.
const LEAST: usize = 8;

/// Prism's header, or an AVS header in its place.
pub struct Prism;

impl Protocol for Prism {
    const LAYER: &'static Field = &PRISM_LAYER;
    const NAME: &'static str = "Prism";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(119)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u32(0).is_some_and(|magic| magic & 0xffff_f000 == AVS) {
            c.layer_hide();
            return c.call::<Avs>().map(|_taken| ());
        }
        c.protocol("Prism");
        c.claim();
        let start = c.pos();
        c.u32_le(&MESSAGE_CODE)?;
        let len = c.u32_le(&MESSAGE_LEN)? as usize;
        frame(c, start, len)
    }
}

/// The AVS header.
pub struct Avs;

impl Protocol for Avs {
    const LAYER: &'static Field = &AVS_LAYER;
    const NAME: &'static str = "AVS WLANCAP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(163)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("WLAN");
        c.claim();
        let start = c.pos();
        let magic = c.u32(&AVS_MAGIC)?;
        let len = c.u32(&AVS_LEN)? as usize;
        let version = magic & 0xfff;
        c.claim().str("AVS WLAN Capture v").hex(version, 1).str(", Length ").dec(len as u64);
        frame(c, start, len)
    }
}

/// Passes over the rest of a header of `len` bytes from `start`.
fn frame<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: usize) -> Result<(), Stop> {
    c.seek(start);
    c.skip(len.max(LEAST))?;
    c.layer_ends();
    c.call::<Bare>().map(|_taken| ())
}
