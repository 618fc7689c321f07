//! MAC control (IEEE 802.3 section 31): pause frames and their relatives.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("macc", "MAC Control", Kind::Protocol);

fields! {
    OPCODE = "macc.opcode", "Opcode", U16 hex names(OPCODES);
    PAUSE_TIME = "macc.pause_time", "pause_time", U16;
    ENABLED = "macc.cbfc.enbv", "CBFC Class Enable Vector", U16 hex;
    CLASS_TIME = "macc.cbfc.pause_time", "CBFC Class Pause Time", U16;
}

names! {
    OPCODES {
        0x0001 = "Pause",
        0x0002 = "Gate",
        0x0003 = "Report",
        0x0004 = "Register Req",
        0x0005 = "Register",
        0x0006 = "Register Ack",
        0x0101 = "Class Based Flow Control [CBFC] Pause",
    }
}

const PAUSE: u16 = 0x0001;
const CLASS_BASED: u16 = 0x0101;
/// Priorities that can be paused on their own.
const CLASSES: usize = 8;

/// MAC control.
pub struct MacControl;

impl Protocol for MacControl {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MACC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8808)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("MAC CTRL");
        c.claim();
        let opcode = c.u16(&OPCODE)?;
        c.claim().str(name_of(OPCODES, opcode.into()).unwrap_or("Unknown"));
        match opcode {
            PAUSE => {
                let time = c.u16(&PAUSE_TIME)?;
                c.info().str(": pause_time: ").dec(time).str(" quanta");
            }
            CLASS_BASED => {
                c.u16(&ENABLED)?;
                for _ in 0..CLASSES {
                    c.u16(&CLASS_TIME)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}
