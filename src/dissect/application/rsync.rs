//! The rsync daemon's protocol.

use crate::conversation::slots::Slots;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("rsync", "RSYNC File Synchroniser", Kind::Protocol);

fields! {
    MAGIC = "rsync.hdr_magic", "Magic Header", Str;
    VERSION = "rsync.hdr_version", "Header Version", Str;
    QUERY = "rsync.query", "Client Query String", Str;
    COMMAND = "rsync.command", "Command String", Str;
    DATA = "rsync.data", "rsync data", Bytes;
}

const PORT: u16 = 873;
/// What both sides begin with: a word and a blank, and then the version.
const MAGIC_LEN: usize = 8;
const VERSION_AT: usize = MAGIC_LEN + 1;

/// How far each side has come: begun, and asked.
#[derive(Default)]
struct Session {
    server_begun: bool,
    client_begun: bool,
    asked: bool,
}

/// rsync.
pub struct Rsync;

impl Protocol for Rsync {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RSYNC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
        c.protocol("RSYNC");
        c.claim();
        let rest = c.remaining();
        let Some(session) = c.worker.state.slots().map(Slots::entry::<Session>) else { return Ok(()) };
        let begun = if client { &mut session.client_begun } else { &mut session.server_begun };
        if !std::mem::replace(begun, true) {
            return begin(c, client);
        }
        if !client {
            c.info().str("Data");
            return c.bytes(&DATA, rest).map(|_| ());
        }
        let first = !std::mem::replace(&mut session.asked, true);
        c.info().str(if first { "Client Query" } else { "Client Command" });
        c.bytes(if first { &QUERY } else { &COMMAND }, rest).map(|_| ())
    }
}

fn begin<S: Sink>(c: &mut Cursor<'_, S>, client: bool) -> Result<(), Stop> {
    c.need(VERSION_AT)?;
    c.bytes(&MAGIC, MAGIC_LEN)?;
    c.skip(1)?;
    let rest = c.rest();
    let version = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    c.bytes(&VERSION, version.len())?;
    let info = c.info().str(if client { "Client" } else { "Server" });
    info.str(" Initialisation (Version ").text(version).byte(b')');
    Ok(())
}
