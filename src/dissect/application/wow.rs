//! World of Warcraft: logging in.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("wow", "World of Warcraft", Kind::Protocol);

fields! {
    COMMAND = "wow.cmd", "Command", U8 hex names(COMMANDS);
}

names! {
    COMMANDS {
        0x0 = "Authentication Logon Challenge", 0x1 = "Authentication Logon Proof",
        0x2 = "Authentication Reconnect Challenge", 0x3 = "Authentication Reconnect Proof", 0x10 = "Realm List",
        0x30 = "Transfer Initiate", 0x31 = "Transfer Data", 0x32 = "Transfer Accept", 0x33 = "Transfer Resume",
        0x34 = "Transfer Cancel",
    }
}

/// World of Warcraft.
pub struct Wow;

impl Protocol for Wow {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "WOW";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(3724)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("WOW");
        c.claim();
        let command = c.u8(&COMMAND)?;
        c.claim().str(name_of(COMMANDS, command.into()).unwrap_or("Unrecognized packet type"));
        Ok(())
    }
}
