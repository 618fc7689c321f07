//! Bitcoin's peer-to-peer protocol.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{experts, fields};

static LAYER: Field = Field::new("bitcoin", "Bitcoin protocol", Kind::Protocol);

fields! {
    MAGIC = "bitcoin.magic", "Packet magic", U32 hex;
    COMMAND = "bitcoin.command", "Command name", Str;
    LENGTH = "bitcoin.length", "Payload Length", U32;
    CHECKSUM = "bitcoin.checksum", "Payload checksum", U32 hex;
    DATA = "bitcoin.data", "Payload", Bytes;
}

experts! {
    UNKNOWN = "bitcoin.command.unknown", "Unknown command", Warning, Protocol;
}

/// What a message begins with in the main network and in two for tests.
const MAGICS: [u32; 3] = [0xf9be_b4d9, 0x0b11_0907, 0xfabf_b5da];
/// Bytes of a header, which the length does not count.
const HEADER_LEN: usize = 24;
/// Messages that are known, and the least bytes of what they carry.
const COMMANDS: &[(&str, usize)] = &[
    ("version", 46),
    ("verack", 0),
    ("addr", 1),
    ("inv", 1),
    ("getdata", 1),
    ("notfound", 1),
    ("getblocks", 5),
    ("getheaders", 5),
    ("headers", 1),
    ("tx", 10),
    ("block", 80),
    ("mempool", 0),
    ("ping", 8),
    ("pong", 8),
    ("alert", 0),
    ("filterload", 1),
    ("filteradd", 0),
    ("filterclear", 0),
    ("merkleblock", 84),
    ("reject", 1),
    ("getaddr", 0),
];

/// Bitcoin.
pub struct Bitcoin;

impl Protocol for Bitcoin {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Bitcoin";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        c.peek_u32(0).is_some_and(|magic| MAGICS.contains(&magic))
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let own = crate::dissect::registry::Registry::named("bitcoin");
        c.worker.state.bind(own);
        c.claim();
        let len_of = |c: &Cursor<'_, S>| c.peek::<4>(16).map_or(0, u32::from_le_bytes) as usize + HEADER_LEN;
        messages(c, HEADER_LEN, len_of, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("Bitcoin");
    c.u32(&MAGIC)?;
    let command = c.bytes(&COMMAND, 12)?;
    let command = command.split(|&byte| byte == 0).next().unwrap_or_default();
    c.u32_le(&LENGTH)?;
    c.u32(&CHECKSUM)?;
    let known = COMMANDS.iter().find(|(name, _)| name.as_bytes() == command);
    let info = c.info();
    if !info.is_empty() {
        info.str(", ");
    }
    info.str(known.map_or("[unknown command]", |(name, _)| name));
    if known.is_none() {
        c.expert(&UNKNOWN);
    }
    c.need(known.map_or(0, |&(_, least)| least))?;
    c.bytes(&DATA, c.remaining()).map(|_| ())
}
