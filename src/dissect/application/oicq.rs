//! OICQ: instant messages, as QQ sent them at first.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("oicq", "OICQ - IM software, popular in China", Kind::Protocol);

fields! {
    FLAG = "oicq.flag", "Flag", U8 hex names(FLAGS);
    VERSION = "oicq.version", "Version", U16 hex;
    COMMAND = "oicq.command", "Command", U16 names(COMMANDS);
    SEQUENCE = "oicq.seq", "Sequence", U16;
    NUMBER = "oicq.qqid", "Data(OICQ Number,if sender is client)", U32;
    DATA = "oicq.data", "Data", Str;
}

names! {
    FLAGS { 2 = "Oicq packet" }
    COMMANDS {
        1 = "Log out", 2 = "Heart Message", 4 = "Update User information", 5 = "Search user",
        6 = "Get User informationBroadcast", 9 = "Add friend no auth", 10 = "Delete user", 11 = "Add friend by auth",
        13 = "Set status", 18 = "Confirmation of receiving message from server", 22 = "Send message",
        23 = "Receive message", 24 = "Retrieve information", 26 = "Reserved ", 28 = "Delete Me", 29 = "Request KEY",
        33 = "Cell Phone", 34 = "Log in", 38 = "Get friend list", 39 = "Get friend online", 41 = "Cell PHONE",
        48 = "Operation on group", 49 = "Log in test", 60 = "Group name operation", 61 = "Upload group friend",
        62 = "MEMO Operation", 88 = "Download group friend", 92 = "Get level", 98 = "Request login",
        101 = "Request extra information", 103 = "Signature operation", 128 = "Receive system message",
        129 = "Get status of friend", 181 = "Get friend's status of group", 1015 = "Withdraw message",
    }
}

const PACKET: u8 = 2;

/// OICQ.
pub struct Oicq;

impl Protocol for Oicq {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OICQ";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(8000)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u8(0) != Some(PACKET) {
            return Err(Stop::NotMine);
        }
        c.protocol("OICQ");
        c.claim().str("OICQ Protocol ");
        c.read_all(&[(&FLAG, 1), (&VERSION, 2), (&COMMAND, 2), (&SEQUENCE, 2), (&NUMBER, 4)])?;
        c.bytes(&DATA, c.remaining()).map(|_| ())
    }
}
