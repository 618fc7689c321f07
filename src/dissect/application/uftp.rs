//! UFTP, which sends files to many at once, versions 4 and 5.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("uftp", "UDP based FTP w/ multicast", Kind::Protocol);

fields! {
    VERSION = "uftp.version", "Protocol Version", U8 hex;
    FUNCTION = "uftp.func", "Type", U8 names(FUNCTIONS);
    SEQUENCE = "uftp.seq", "Sequence Number", U16;
    SOURCE = "uftp.src_id", "Source ID", U32 hex;
    GROUP = "uftp.group_id", "Group ID", U32 hex;
    INSTANCE = "uftp.group_inst", "Group Instance ID", U8 hex;
    GRTT = "uftp.grtt", "GRTT", U8;
    SIZE = "uftp.gsize", "Group Size", U8;
    RESERVED = "uftp.reserved", "Reserved", U8 hex;
    KIND = "uftp.message_type", "Message Type", U8;
    LENGTH = "uftp.hlen", "Header Length", U8;
    FILE = "uftp.file_id", "File ID", U16 hex;
    DATA = "uftp.data", "Data", Bytes;
}

names! {
    FUNCTIONS {
        1 = "ANNOUNCE", 2 = "REGISTER", 3 = "CLIENT_KEY", 4 = "REG_CONF", 5 = "KEYINFO", 6 = "KEYINFO_ACK",
        7 = "FILEINFO", 8 = "FILEINFO_ACK", 9 = "FILESEG", 10 = "DONE", 11 = "STATUS", 12 = "COMPLETE",
        13 = "DONE_CONF", 14 = "HB_REQ", 15 = "HB_RESP", 16 = "KEY_REQ", 17 = "PROXY_KEY", 18 = "ENCRYPTED",
        19 = "ABORT", 20 = "CONG_CTRL", 21 = "CC_ACK",
    }
}

/// The versions, as their first bytes say.
const VERSION_4: u8 = 0x40;
const VERSION_5: u8 = 0x50;
/// In version 5 nobody asks for keys this way any more.
const KEY_REQUEST: u8 = 16;
/// Columns that a function's name takes.
const WIDTH: usize = 12;

/// UFTP.
pub struct Uftp;

impl Protocol for Uftp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "UFTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(1044)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let version = c.peek_u8(0).unwrap_or_default();
        if !matches!(version, VERSION_4 | VERSION_5) {
            return Err(Stop::NotMine);
        }
        c.protocol("UFTP");
        c.claim();
        c.u8(&VERSION)?;
        let function = c.u8(&FUNCTION)?;
        let start = c.info().len();
        c.info().named(FUNCTION.name(function.into()), function);
        if version == VERSION_5 && function == KEY_REQUEST {
            c.info().str(" (obsolete)");
        }
        while c.info().len() < start + WIDTH {
            c.info().byte(b' ');
        }
        c.read_all(&[(&SEQUENCE, 2), (&SOURCE, 4)])?;
        let group = c.u32(&GROUP)?;
        c.read_all(&[(&INSTANCE, 1), (&GRTT, 1), (&SIZE, 1), (&RESERVED, 1)])?;
        // A heartbeat is no session's.
        if !matches!(function, 14 | 15) {
            c.info().str(" ID=").hex_upper(group, 8);
        }
        c.read_all(&[(&KIND, 1), (&LENGTH, 1)])?;
        file(c, function)?;
        c.bytes(&DATA, c.remaining()).map(|_| ())
    }
}

/// Which file a message is about, and which part of it.
fn file<S: Sink>(c: &mut Cursor<'_, S>, function: u8) -> Result<(), Stop> {
    if !matches!(function, 7..=12) {
        return Ok(());
    }
    let file = c.u16(&FILE)?;
    if file == 0 {
        return Ok(());
    }
    c.info().byte(b':').hex_upper(file, 4);
    let parts: &[&str] = match function {
        9 => &["  Section=", "  Block="],
        11 => &["  Section="],
        10 => {
            c.skip(2)?;
            &["  Section="]
        }
        _ => &[],
    };
    for part in parts {
        let number = c.array().map(u16::from_be_bytes)?;
        c.info().str(part).dec(number);
    }
    Ok(())
}
