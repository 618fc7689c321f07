//! Remote shell (BSD's rsh): a port for errors, two names and a command, then data both ways.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("rsh", "Remote Shell", Kind::Protocol);

fields! {
    STDERR_PORT = "rsh.stderr_port", "Stderr port (optional)", Str;
    CLIENT_USER = "rsh.client_username", "Client username", Str;
    SERVER_USER = "rsh.server_username", "Server username", Str;
    COMMAND = "rsh.command", "Command to execute", Str;
    CLIENT_DATA = "rsh.client_server_data", "Client -> Server Data", Bytes;
    SERVER_DATA = "rsh.server_client_data", "Server -> Client Data", Bytes;
}

const PORT: u16 = 514;
/// Bytes of the server's user name remembered.
const MOST_KEPT: usize = 64;

/// How far a session is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// The port for errors comes next.
    #[default]
    Port,
    /// The names and the command come next.
    Names,
    /// The server's first answer comes next.
    Answer,
    /// Data alone.
    Data,
}

/// What is remembered of a session.
#[derive(Default)]
struct Session {
    stage: Stage,
    server_user: Vec<u8>,
}

/// Remote shell.
pub struct Rsh;

impl Protocol for Rsh {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RSH";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RSH");
        let asks = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
        let Some(stage) = session(c).map(|session| session.stage) else { return Err(Stop::NotMine) };
        match (asks, stage) {
            (true, Stage::Port) if c.rest().contains(&0) => {
                c.claim().str("Session Establishment");
                text(c, &STDERR_PORT)?;
                advance(c, Stage::Names);
                if c.remaining() > 0 { names(c) } else { Ok(()) }
            }
            (true, Stage::Names) => {
                c.claim().str("Session Establishment");
                names(c)
            }
            (true, _) => {
                c.claim().str("Client -> Server data");
                c.bytes(&CLIENT_DATA, c.remaining()).map(|_| ())
            }
            (false, _) => {
                let user = session(c).map(|session| std::mem::take(&mut session.server_user)).unwrap_or_default();
                c.claim();
                if stage == Stage::Answer {
                    c.info().str("Server username:").text(&user).byte(b' ');
                    advance(c, Stage::Data);
                }
                c.info().str("Server -> Client Data");
                c.bytes(&SERVER_DATA, c.remaining()).map(|_| ())
            }
        }
    }
}

fn session<'a, S: Sink>(c: &'a mut Cursor<'_, S>) -> Option<&'a mut Session> {
    Some(c.worker.state.slots()?.entry::<Session>())
}

fn advance<S: Sink>(c: &mut Cursor<'_, S>, stage: Stage) {
    if let Some(session) = session(c) {
        session.stage = stage;
    }
}

/// A text up to its NUL.
fn text<'p, S: Sink>(c: &mut Cursor<'p, S>, field: &'static Field) -> Result<&'p [u8], Stop> {
    let len = c.rest().iter().position(|&byte| byte == 0).ok_or_else(|| c.short(c.remaining() + 1))?;
    let bytes = c.bytes(field, len + 1)?;
    Ok(bytes.get(..len).unwrap_or_default())
}

fn names<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    text(c, &CLIENT_USER)?;
    let user = text(c, &SERVER_USER)?;
    if let Some(session) = session(c) {
        session.server_user = user.get(..MOST_KEPT).unwrap_or(user).to_vec();
    }
    text(c, &COMMAND)?;
    advance(c, Stage::Answer);
    Ok(())
}
