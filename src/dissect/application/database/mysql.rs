//! MySQL's and MariaDB's client and server protocol.

use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("mysql", "MySQL Protocol", Kind::Protocol);

fields! {
    LENGTH = "mysql.packet_length", "Packet Length", U24;
    NUMBER = "mysql.packet_number", "Packet Number", U8;
    PROTOCOL = "mysql.protocol", "Protocol", U8;
    VERSION = "mysql.version", "Version", Str;
    USER = "mysql.user", "Username", Str;
    SCHEMA = "mysql.schema", "Schema", Str;
    COMMAND = "mysql.command", "Command", U8 names(COMMANDS);
    RESPONSE = "mysql.response_code", "Response Code", U8 hex;
    ERROR = "mysql.error_code", "Error Code", U16;
}

names! {
    COMMANDS {
        0 = "SLEEP", 1 = "Quit", 2 = "Use Database", 3 = "Query", 4 = "Show Fields", 5 = "Create Database",
        6 = "Drop Database", 7 = "Refresh", 8 = "Shutdown", 9 = "Statistics", 10 = "Process List", 11 = "Connect",
        12 = "Kill Server Thread", 13 = "Dump Debuginfo", 14 = "Ping", 15 = "Time", 16 = "Insert Delayed",
        17 = "Change User", 18 = "Send Binlog", 19 = "Send Table", 20 = "Slave Connect", 21 = "Register Slave",
        22 = "Prepare Statement", 23 = "Execute Statement", 24 = "Send BLOB", 25 = "Close Statement",
        26 = "Reset Statement", 27 = "Set Option", 28 = "Fetch Data", 29 = "Daemon", 30 = "Send Binlog GTID",
        31 = "Reset Connection", 250 = "Execute Bulk Statement",
    }
}

const PORT: u16 = 3306;
/// Bytes before a packet: its length, and its number.
const HEADER_LEN: usize = 4;
/// A packet that begins like the end of a list is one only if it is shorter.
const LONGEST_END: usize = 9;
/// Bytes of the shortest answer that may stand at a list's end.
const SHORTEST_ANSWER: usize = 7;
/// A capability of the client's: it names a database.
const WITH_SCHEMA: u32 = 1 << 3;
/// A capability of the client's: TLS follows.
const WITH_TLS: u32 = 1 << 11;

/// MySQL.
pub struct MySql;

/// What the server's next packet will be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expect {
    /// A greeting.
    #[default]
    Greeting,
    /// The answer to a login, or to a request that is answered by a word.
    Answer,
    /// Something without words of its own.
    Plain,
    /// The number of columns, or an answer.
    Count,
    /// Columns.
    Columns,
    /// The first row.
    FirstRow,
    /// Further rows.
    Rows,
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    expect: Expect,
    /// The client has said who it is.
    logged_in: bool,
}

impl Protocol for MySql {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MySQL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = lines::from_client(c, &[PORT]);
        let mut first = true;
        messages(
            c,
            HEADER_LEN,
            |c| c.peek(0).map_or(0, |[a, b, c]| u32::from_le_bytes([a, b, c, 0]) as usize) + HEADER_LEN,
            |c| {
                c.protocol("MySQL");
                if std::mem::take(&mut first) {
                    c.claim();
                }
                let len = c.le::<3>(&LENGTH)? as usize;
                c.u8(&NUMBER)?;
                if client {
                    request(c)?;
                } else {
                    response(c, len)?;
                }
                c.skip(c.remaining())
            },
        )
    }
}

/// Asks or changes what is remembered of the conversation.
fn session<S: Sink, T: Default>(c: &mut Cursor<'_, S>, body: impl FnOnce(&mut Session) -> T) -> T {
    c.worker.state.slots().map(|slots| body(slots.entry::<Session>())).unwrap_or_default()
}

/// Reads a string up to its NUL.
fn string<'p, S: Sink>(c: &mut Cursor<'p, S>, field: &'static Field) -> Result<&'p [u8], Stop> {
    let len = c.rest().iter().position(|&byte| byte == 0).ok_or_else(|| c.short(c.remaining() + 1))?;
    let text = c.bytes(field, len)?;
    c.skip(1)?;
    Ok(text)
}

fn request<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if session(c, |session| session.expect == Expect::Answer && !session.logged_in) {
        return login(c);
    }
    let command = c.u8(&COMMAND)?;
    let info = c.info().str("Request ");
    match name_of(COMMANDS, command.into()) {
        Some(name) => _ = info.str(name),
        None => _ = info.str("Unknown (").dec(command).str(") "),
    }
    let expect = match command {
        3 | 23 => Expect::Count,
        4 | 9 | 22 => Expect::Plain,
        _ => Expect::Answer,
    };
    session(c, |session| (session.expect, session.logged_in) = (expect, true));
    Ok(())
}

/// The client says who it is, or asks for TLS first.
fn login<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let capabilities = c.peek(0).map(u32::from_le_bytes).ok_or_else(|| c.short(4))?;
    if capabilities & WITH_TLS != 0 {
        c.info().str("Response: SSL Handshake user= ");
        lines::start_tls(c);
        return Ok(());
    }
    c.skip(32)?;
    let user = string(c, &USER)?;
    c.info().str("Login Request user=").text(user).byte(b' ');
    session(c, |session| session.logged_in = true);
    let secret = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    c.skip(1 + usize::from(secret))?;
    if capabilities & WITH_SCHEMA != 0 && c.remaining() > 0 {
        let schema = string(c, &SCHEMA)?;
        c.info().str("db=").text(schema).byte(b' ');
    }
    Ok(())
}

/// Appends `words`, unless the row ends with them.
fn append<S: Sink>(c: &mut Cursor<'_, S>, words: &str) {
    if !c.row().info_column().ends_with(words.as_bytes()) {
        c.info().str(words);
    }
}

/// A packet of the server's, `len` bytes long.
fn response<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    let expect = session(c, |session| session.expect);
    if expect == Expect::Greeting {
        return greeting(c);
    }
    let code = c.u8(&RESPONSE)?;
    append(c, "Response ");
    let next = match (code, expect) {
        (0xff, _) => {
            error(c)?;
            Expect::Answer
        }
        (0xfe, Expect::Columns) if len < SHORTEST_ANSWER => Expect::FirstRow,
        (0xfe, _) if len < SHORTEST_ANSWER => Expect::Answer,
        (0xfe, Expect::Columns | Expect::FirstRow | Expect::Rows) if len < LONGEST_END => {
            c.info().str(" OK ");
            Expect::Answer
        }
        (0, Expect::Answer | Expect::Count) => {
            c.info().str(" OK ");
            expect
        }
        (_, Expect::Count) => {
            c.info().str("TABULAR ");
            Expect::Columns
        }
        (_, Expect::FirstRow) => {
            c.info().str("TABULAR ");
            Expect::Rows
        }
        _ => expect,
    };
    session(c, |session| session.expect = next);
    Ok(())
}

/// The server's first packet.
fn greeting<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.info().str("Server Greeting ");
    let protocol = c.u8(&PROTOCOL)?;
    if protocol == 0xff {
        return error(c);
    }
    c.info().str(" proto=").dec(protocol);
    let version = string(c, &VERSION)?;
    // MariaDB's own version stands behind one that older clients accept.
    let version = version.strip_prefix(b"5.5.5-").unwrap_or(version);
    c.info().str(" version=").text(version).byte(b' ');
    session(c, |session| session.expect = Expect::Answer);
    Ok(())
}

fn error<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let code = c.u16_le(&ERROR)?;
    c.info().str(" Error ").dec(code).byte(b' ');
    Ok(())
}
