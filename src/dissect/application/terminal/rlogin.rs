//! Rlogin (RFC 1282).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("rlogin", "Rlogin Protocol", Kind::Protocol);

fields! {
    CLIENT_NUL = "rlogin.client_startup_flag", "Client startup flag", U8 hex;
    INFORMATION = "rlogin.user_info", "User Info", None;
    CLIENT_USER = "rlogin.client_user_name", "Client-user-name", Str;
    SERVER_USER = "rlogin.server_user_name", "Server-user-name", Str;
    TERMINAL = "rlogin.terminal_type", "Terminal-type", Str;
    STARTED = "rlogin.startup_info_received_flag", "Startup info received flag", U8 hex;
    ROWS = "rlogin.window_size.rows", "Rows", U16;
    COLUMNS = "rlogin.window_size.cols", "Columns", U16;
    DATA = "rlogin.data", "Data", Str;
}

const PORT: u16 = 513;
/// Bytes of data that are told of at most.
const MOST_SHOWN: usize = 128;
/// Bytes of a user's name that are kept at most.
const LONGEST_NAME: usize = 64;
/// Two of these announce the size of the client's window.
const MARK: [u8; 2] = [0xff; 2];

/// How far a conversation has come.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// The client begins with a NUL.
    #[default]
    Start,
    /// It then says who is at which terminal.
    User,
    /// The server answers with a NUL.
    Answer,
    /// Both send what is typed and shown.
    Data,
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    stage: Stage,
    user: Vec<u8>,
}

/// Rlogin.
pub struct Rlogin;

impl Protocol for Rlogin {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Rlogin";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
        c.protocol("Rlogin");
        c.claim();
        let Some(mut session) = c.worker.state.slots().map(|slots| slots.take::<Session>().unwrap_or_default()) else {
            return Ok(());
        };
        if !session.user.is_empty() {
            c.info().str("User name: ").text(&session.user).str(", ");
        }
        let outcome = packet(c, &mut session, client);
        if let Some(slots) = c.worker.state.slots() {
            slots.put(session);
        }
        outcome
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>, session: &mut Session, client: bool) -> Result<(), Stop> {
    let nul = c.peek_u8(0) == Some(0);
    match (session.stage, client) {
        (Stage::Start, true) if nul => {
            session.stage = Stage::User;
            c.info().str("Start Handshake");
            c.u8(&CLIENT_NUL)?;
            return Ok(());
        }
        (Stage::User | Stage::Answer, false) if nul => {
            session.stage = Stage::Data;
            c.info().str("Startup info received");
            c.u8(&STARTED)?;
            return Ok(());
        }
        _ => {}
    }
    let rest = c.rest();
    if rest.windows(2).any(|pair| pair == MARK) {
        c.info().str("Terminal Info");
        c.skip(4)?;
        let (rows, columns) = (c.u16(&ROWS)?, c.u16(&COLUMNS)?);
        c.info().str(" (rows=").dec(rows).str(", cols=").dec(columns).byte(b')');
        return Ok(());
    }
    c.info().str("Data: ").text(rest.get(..MOST_SHOWN).unwrap_or(rest));
    if session.stage == Stage::User && client {
        session.stage = Stage::Answer;
        return user(c, session);
    }
    c.bytes(&DATA, rest.len()).map(|_| ())
}

/// Who is at which terminal: three texts.
fn user<S: Sink>(c: &mut Cursor<'_, S>, session: &mut Session) -> Result<(), Stop> {
    c.group(&INFORMATION, |c| {
        for (i, field) in [&CLIENT_USER, &SERVER_USER, &TERMINAL].into_iter().enumerate() {
            let rest = c.rest();
            if rest.is_empty() {
                return Ok(());
            }
            let len = rest.iter().position(|&byte| byte == 0).ok_or_else(|| c.short(rest.len() + 1))?;
            let text = c.bytes(field, len)?;
            c.skip(1)?;
            if i == 0 {
                session.user = text.get(..LONGEST_NAME).unwrap_or(text).to_vec();
            }
        }
        Ok(())
    })?;
    c.info().str(", (User information)");
    Ok(())
}
