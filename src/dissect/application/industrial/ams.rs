//! AMS, the message router of Beckhoff's controllers, over TCP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ams", "AMS", Kind::Protocol);

fields! {
    LENGTH = "ams.tcp_length", "Length", U32;
    TARGET = "ams.targetnetid", "AMS Target Net Id", Bytes;
    TARGET_PORT = "ams.targetport", "AMS Target port", U16;
    SENDER = "ams.sendernetid", "AMS Sender Net Id", Bytes;
    SENDER_PORT = "ams.senderport", "AMS Sender port", U16;
    COMMAND = "ams.cmdid", "CmdId", U16;
    FLAGS = "ams.stateflags", "StateFlags", U16 hex;
    DATA_LENGTH = "ams.cbdata", "cbData", U32;
    ERROR = "ams.errorcode", "ErrorCode", U32 hex;
    INVOKE = "ams.invokeid", "InvokeId", U32 hex;
    DATA = "ams.data", "Data", Bytes;
}

/// Bytes of what stands before a message over TCP, and of its header.
const PREFIX_LEN: usize = 6;
const HEADER_LEN: usize = 32;

/// AMS.
pub struct Ams;

impl Protocol for Ams {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "AMS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(48898)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() < PREFIX_LEN + HEADER_LEN {
            return Err(Stop::NotMine);
        }
        c.protocol("AMS");
        c.claim().str("AMS Request");
        c.skip(2)?;
        c.u32_le(&LENGTH)?;
        c.bytes(&TARGET, 6)?;
        c.u16_le(&TARGET_PORT)?;
        c.bytes(&SENDER, 6)?;
        for field in [&SENDER_PORT, &COMMAND, &FLAGS] {
            c.u16_le(field)?;
        }
        for field in [&DATA_LENGTH, &ERROR, &INVOKE] {
            c.u32_le(field)?;
        }
        c.bytes(&DATA, c.remaining()).map(|_| ())
    }
}
