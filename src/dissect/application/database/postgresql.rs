//! PostgreSQL's frontend and backend protocol, version 3.

use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("pgsql", "PostgreSQL", Kind::Protocol);

fields! {
    TYPE = "pgsql.type", "Type", Char;
    LENGTH = "pgsql.length", "Length", U32;
}

const PORT: u16 = 5432;
/// Bytes of a message's type and length.
const HEADER_LEN: usize = 5;

/// What a client's first message says that asks for TLS.
const TLS_REQUEST: u32 = 80_877_103;

/// PostgreSQL.
pub struct PostgreSql;

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    /// The client asked for encryption, and waits for one letter.
    asked: bool,
}

impl Protocol for PostgreSql {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PGSQL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = lines::from_client(c, &[PORT]);
        c.protocol("PGSQL");
        c.claim();
        if !client && answer(c)? {
            return Ok(());
        }
        let mut first = true;
        while c.remaining() > 0 {
            // The client's first messages have no type: the length's first byte is 0.
            let typed = c.peek_u8(0) != Some(0);
            let start = usize::from(typed);
            if first {
                c.claim().byte(if client { b'>' } else { b'<' });
            }
            c.await_header(HEADER_LEN)?;
            let len = c.peek(start).map(u32::from_be_bytes).ok_or_else(|| c.short(HEADER_LEN))?;
            let whole = (len as usize).saturating_add(start);
            c.await_bytes(whole)?;
            if !std::mem::take(&mut first) {
                c.info().byte(b'/');
            }
            c.begin_message(whole);
            c.within(whole.max(HEADER_LEN), |c| message(c, typed))?;
        }
        Ok(())
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, typed: bool) -> Result<(), Stop> {
    if typed {
        let kind = c.u8(&TYPE)?;
        c.info().text(&[kind]);
    }
    let len = c.u32(&LENGTH)?;
    let asked = !typed && len == 8 && c.peek(0).map(u32::from_be_bytes) == Some(TLS_REQUEST);
    if asked && let Some(slots) = c.worker.state.slots() {
        slots.entry::<Session>().asked = true;
    }
    c.skip(c.remaining())
}

/// Whether the server's one letter about encryption is all there is.
fn answer<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let asked = c.worker.state.slots().and_then(|slots| slots.get_mut::<Session>());
    if !asked.is_some_and(|session| std::mem::take(&mut session.asked)) || c.remaining() != 1 {
        return Ok(false);
    }
    c.claim().byte(b'<');
    if c.peek_u8(0) == Some(b'S') {
        lines::start_tls(c);
    }
    c.u8(&TYPE)?;
    Ok(true)
}
