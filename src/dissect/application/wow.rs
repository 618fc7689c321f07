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

const PORT: u16 = 3724;
const CHALLENGE: u8 = 0;
const REALM_LIST: u8 = 0x10;

/// World of Warcraft.
pub struct Wow;

impl Protocol for Wow {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "WOW";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // The client's challenge and the list of realms say how long they are.
        let asks = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
        let at = match c.peek_u8(0) {
            Some(CHALLENGE) if asks => Some(2),
            Some(REALM_LIST) => Some(1),
            _ => None,
        };
        if let Some(at) = at {
            c.await_header(at + 1)?;
            let len = c.peek::<2>(at).map_or(0, |bytes| usize::from(u16::from_le_bytes(bytes)));
            c.await_bytes(at + 2 + len)?;
        }
        c.protocol("WOW");
        c.claim();
        let command = c.u8(&COMMAND)?;
        c.claim().str(name_of(COMMANDS, command.into()).unwrap_or("Unrecognized packet type"));
        Ok(())
    }
}
