//! Synchrophasors (IEEE C37.118): measurements of a power grid.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("synphasor", "IEEE C37.118 Synchrophasor Protocol", Kind::Protocol);

fields! {
    SYNC = "synphasor.sync", "Synchronization word", U16 hex;
    TYPE = "synphasor.frtype", "Frame Type", U16 hex mask(0x0070) names(TYPES);
    VERSION = "synphasor.version", "Version", U16 mask(0x000f);
    SIZE = "synphasor.frsize", "Framesize", U16;
    ID = "synphasor.idcode_stream_source", "PMU/DC ID number", U16;
    TIME = "synphasor.soc", "SOC time stamp", U32;
    FRACTION = "synphasor.fracsec_ms", "Fraction of second", U32;
    COMMAND = "synphasor.command", "Command", U16 hex names(COMMANDS);
    DATA = "synphasor.data", "Data", Bytes;
    CHECKSUM = "synphasor.checksum", "Checksum", U16 hex;
}

names! {
    TYPES {
        0 = "Data Frame", 1 = "Header Frame", 2 = "Configuration Frame 1", 3 = "Configuration Frame 2",
        4 = "Command Frame", 5 = "Configuration Frame 3",
    }
    COMMANDS {
        1 = "data transmission off", 2 = "data transmission on", 3 = "send HDR frame", 4 = "send CFG-1 frame",
        5 = "send CFG-2 frame", 6 = "send CFG-3 frame", 8 = "extended frame", 0x100..=0xfff = "user designation",
    }
}

/// What every frame begins with.
const START: u8 = 0xaa;
/// Bytes of a header, and of the least that tells a frame's length.
const HEADER_LEN: usize = 14;
const LEAST: usize = 4;
const CHECKSUM_LEN: usize = 2;
const COMMAND_TYPE: u8 = 4;

/// Synchrophasors.
pub struct Synchrophasor;

impl Protocol for Synchrophasor {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SYNCHROPHASOR";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(4713), Key::Tcp(4712)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() {
            return messages(c, LEAST, |c| c.peek_u16(2).unwrap_or_default().into(), frame);
        }
        if c.peek_u8(0) != Some(START) || c.reported() < HEADER_LEN {
            return Err(Stop::NotMine);
        }
        frame(c)
    }
}

/// The cyclic redundancy check over a frame: CCITT's, beginning with ones.
fn check(bytes: &[u8]) -> u16 {
    bytes.iter().fold(u16::MAX, |register, &byte| {
        (0..8).fold(register ^ u16::from(byte) << 8, |register, _| {
            if register & 0x8000 == 0 { register << 1 } else { register << 1 ^ 0x1021 }
        })
    })
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.peek_u8(0) != Some(START) {
        return c.skip(c.remaining());
    }
    let bytes = c.rest();
    let (covered, checksum) = bytes.split_at(bytes.len().saturating_sub(CHECKSUM_LEN));
    let whole = checksum == check(covered).to_be_bytes();
    let kind = c.peek_u8(1).ok_or_else(|| c.short(2))? >> 4 & 7;
    c.protocol("SYNCHROPHASOR");
    c.claim().str(TYPE.name(kind.into()).unwrap_or("invalid packet type"));
    let sync = c.u16(&SYNC)?;
    c.put(&TYPE, c.pos() - 2, c.pos(), sync.into());
    c.put(&VERSION, c.pos() - 2, c.pos(), sync.into());
    c.read_all(&[(&SIZE, 2), (&ID, 2), (&TIME, 4), (&FRACTION, 4)])?;
    if !whole {
        return Ok(());
    }
    if kind == COMMAND_TYPE {
        let command = c.u16(&COMMAND)?;
        c.info().str(", ").str(COMMAND.name(command.into()).unwrap_or("reserved codes"));
    }
    c.bytes(&DATA, c.remaining().saturating_sub(CHECKSUM_LEN))?;
    c.u16(&CHECKSUM).map(|_| ())
}
