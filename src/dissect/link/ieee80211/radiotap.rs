//! Radiotap: what the radio says of a frame (<https://www.radiotap.org>).

use super::Wlan;
use super::radio::Radio;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("radiotap", "Radiotap Header", Kind::Protocol);

fields! {
    VERSION = "radiotap.version", "Header revision", U8;
    PAD = "radiotap.pad", "Header pad", U8;
    LENGTH = "radiotap.length", "Header length", U16;
    PRESENT = "radiotap.present", "Present flags", None;
    PRESENT_WORD = "radiotap.present.word", "Present flags word", U32 hex;
    TIMER = "radiotap.mactime", "MAC timestamp", U64;
    FLAGS = "radiotap.flags", "Flags", U8 hex;
    FLAG_CFP = "radiotap.flags.cfp", "CFP", Bool mask(0x01);
    FLAG_PREAMBLE = "radiotap.flags.preamble", "Preamble", Bool mask(0x02) flag("Short", "Long");
    FLAG_WEP = "radiotap.flags.wep", "WEP", Bool mask(0x04);
    FLAG_FRAGMENTED = "radiotap.flags.frag", "Fragmentation", Bool mask(0x08);
    FLAG_FCS = "radiotap.flags.fcs", "FCS at end", Bool mask(0x10);
    FLAG_PADDED = "radiotap.flags.datapad", "Data Pad", Bool mask(0x20);
    FLAG_BAD_FCS = "radiotap.flags.badfcs", "Bad FCS", Bool mask(0x40);
    FLAG_SHORT_GI = "radiotap.flags.shortgi", "Short GI", Bool mask(0x80);
}

/// Bits of a presence word: which fields follow, and whether another word does.
mod present {
    pub(super) const TIMER: u32 = 1;
    pub(super) const FLAGS: u32 = 1 << 1;
    pub(super) const NO_FRAME: u32 = 1 << 26;
    pub(super) const MORE: u32 = 1 << 31;
}

const FCS: u8 = 0x10;
const PADDED: u8 = 0x20;

/// Radiotap.
pub struct Radiotap;

impl Protocol for Radiotap {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "802.11 Radiotap";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(127)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("WLAN");
        c.claim();
        let start = c.pos();
        c.need(4)?;
        let version = c.u8(&VERSION)?;
        c.u8(&PAD)?;
        let len = c.le::<2>(&LENGTH)?;
        c.layer_append(|l| _ = l.str(" v").dec(version).str(", Length ").dec(len));
        c.claim().str("Radiotap Capture v").dec(version).str(", Length ").dec(len);
        let len = len as usize;
        if len < 8 {
            return Ok(());
        }
        let end = start.saturating_add(len);
        let first = c.group(&PRESENT, words)?;
        let flags = flags(c, start, end, first)?;
        c.seek(start);
        c.skip(len)?;
        c.layer_ends();
        if first & present::NO_FRAME != 0 && c.reported() == 0 {
            return Ok(());
        }
        if S::DETAIL {
            c.call::<Radio>()?;
        }
        match (flags & FCS != 0, flags & PADDED != 0) {
            (false, false) => c.call::<Wlan<false, false>>(),
            (false, true) => c.call::<Wlan<false, true>>(),
            (true, false) => c.call::<Wlan<true, false>>(),
            (true, true) => c.call::<Wlan<true, true>>(),
        }
        .map(|_taken| ())
    }
}

/// Reads the presence words; gives the first.
fn words<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    let first = c.u32_le(&PRESENT_WORD)?;
    let mut word = first;
    while word & present::MORE != 0 {
        word = c.u32_le(&PRESENT_WORD)?;
    }
    Ok(first)
}

/// The flags field, if it lies in the header; 0 else.
fn flags<S: Sink>(c: &mut Cursor<'_, S>, start: usize, end: usize, first: u32) -> Result<u8, Stop> {
    if first & present::TIMER != 0 {
        let past = c.pos().saturating_sub(start) % 8;
        c.seek(c.pos().saturating_add(if past > 0 { 8 - past } else { 0 }));
        if c.pos().saturating_add(8) > end {
            return Ok(0);
        }
        c.le::<8>(&TIMER)?;
    }
    if first & present::FLAGS == 0 || c.pos() >= end {
        return Ok(0);
    }
    let flags = c.u8(&FLAGS)?;
    c.below(|c| {
        let parts = [
            &FLAG_CFP,
            &FLAG_PREAMBLE,
            &FLAG_WEP,
            &FLAG_FRAGMENTED,
            &FLAG_FCS,
            &FLAG_PADDED,
            &FLAG_BAD_FCS,
            &FLAG_SHORT_GI,
        ];
        parts.into_iter().for_each(|field| _ = c.bits::<1>(field, flags.into()));
    });
    Ok(flags)
}
