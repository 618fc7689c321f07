//! memcached: its commands in words, and in binary.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("memcache", "Memcache Protocol", Kind::Protocol);

fields! {
    COMMAND = "memcache.command", "Command", Str;
    MAGIC = "memcache.magic", "Magic", U8 names(MAGICS);
    OPCODE = "memcache.opcode", "Opcode", U8 names(OPCODES);
    KEY_LEN = "memcache.key.length", "Key Length", U16;
    EXTRAS_LEN = "memcache.extras.length", "Extras length", U8;
    DATA_TYPE = "memcache.data_type", "Data type", U8;
    STATUS = "memcache.status", "Status", U16 names(STATES);
    RESERVED = "memcache.reserved", "Reserved", U16;
    BODY_LEN = "memcache.total_body_length", "Total body length", U32;
    OPAQUE = "memcache.opaque", "Opaque", U32;
    CAS = "memcache.cas", "CAS", U64;
}

names! {
    MAGICS { 0x80 = "Request", 0x81 = "Response" }
    OPCODES {
        0 = "Get", 1 = "Set", 2 = "Add", 3 = "Replace", 4 = "Delete", 5 = "Increment", 6 = "Decrement", 7 = "Quit",
        8 = "Flush", 9 = "Get Quietly", 10 = "No-op", 11 = "Version", 12 = "Get Key", 13 = "Get Key Quietly",
        14 = "Append", 15 = "Prepend", 16 = "Statistics", 17 = "Set Quietly", 18 = "Add Quietly",
        19 = "Replace Quietly", 20 = "Delete Quietly", 21 = "Increment Quietly", 22 = "Decrement Quietly",
        23 = "Quit Quietly", 24 = "Flush Quietly", 25 = "Append Quietly", 26 = "Prepend Quietly",
    }
    STATES {
        0 = "No error", 1 = "Key not found", 2 = "Key exists", 3 = "Value too big", 4 = "Invalid arguments",
        5 = "Item not stored", 129 = "Unknown command", 130 = "Out of memory",
    }
}

const PORT: u16 = 11211;
const REQUEST: u8 = 0x80;
const RESPONSE: u8 = 0x81;

/// memcached.
pub struct Memcached;

impl Protocol for Memcached {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MEMCACHE";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        match c.peek_u8(0) {
            Some(REQUEST | RESPONSE) => binary(c),
            Some(first) if first.is_ascii_alphabetic() => words(c),
            _ => Err(Stop::NotMine),
        }
    }
}

/// A command's or answer's first line; the data behind it is passed over.
fn words<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let Some(len) = c.rest().windows(2).position(|pair| pair == b"\r\n") else { return Err(Stop::NotMine) };
    c.protocol("MEMCACHE");
    let line = c.rest().get(..len).unwrap_or_default();
    c.claim().text(line).byte(b' ');
    let command = line.iter().position(|&byte| byte == b' ').unwrap_or(len);
    c.bytes(&COMMAND, command)?;
    c.skip(c.remaining())
}

fn binary<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("MEMCACHE");
    let magic = c.u8(&MAGIC)?;
    let opcode = c.u8(&OPCODE)?;
    let line = c.claim().str(name_of(OPCODES, opcode.into()).unwrap_or("Unknown opcode"));
    line.str(if magic == REQUEST { " Request" } else { " Response" });
    c.read_all(&[(&KEY_LEN, 2), (&EXTRAS_LEN, 1), (&DATA_TYPE, 1)])?;
    c.u16(if magic == REQUEST { &RESERVED } else { &STATUS })?;
    c.read_all(&[(&BODY_LEN, 4), (&OPAQUE, 4), (&CAS, 8)])
}
