//! CAN-ETH: frames of a CAN bus in UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("caneth", "Controller Area Network over Ethernet", Kind::Protocol);

fields! {
    MAGIC = "caneth.magic", "Magic", Str;
    VERSION = "caneth.version", "Version", U8;
    FRAMES = "caneth.frames", "CAN Frames", U8;
    OPTIONS = "caneth.options", "Options (Reserved)", Bytes;
}

const MAGIC_WORD: [u8; 8] = *b"ISO11898";

/// CAN-ETH.
pub struct CanEthernet;

impl Protocol for CanEthernet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CAN-ETH";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(11898), Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        c.peek::<8>(0) == Some(MAGIC_WORD)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek::<8>(0) != Some(MAGIC_WORD) {
            return Err(Stop::NotMine);
        }
        c.protocol("CAN-ETH");
        c.claim();
        c.bytes(&MAGIC, MAGIC_WORD.len())?;
        c.read_all(&[(&VERSION, 1), (&FRAMES, 1)])?;
        if c.remaining() > 0 { c.bytes(&OPTIONS, c.remaining()).map(|_| ()) } else { Ok(()) }
    }
}
