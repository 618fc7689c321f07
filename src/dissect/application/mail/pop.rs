//! POP version 3 (RFC 1939).

use super::imf::Imf;
use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("pop", "Post Office Protocol", Kind::Protocol);

fields! {
    REQUEST = "pop.request", "Request", Str;
    COMMAND = "pop.request.command", "Request command", Str;
    PARAMETER = "pop.request.parameter", "Request parameter", Str;
    RESPONSE = "pop.response", "Response", Str;
    INDICATOR = "pop.response.indicator", "Response indicator", Str;
    DESCRIPTION = "pop.response.description", "Response description", Str;
    DATA = "pop.response.data", "Response data", Str;
}

const PORTS: &[u16] = &[110];

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    /// The client asked for a mail.
    asked: bool,
    /// Bytes that the mail has, where the response said so; 0 otherwise.
    expected: usize,
    /// Bytes of it that have come.
    have: usize,
    /// These bytes, as far as they are kept.
    mail: Vec<u8>,
    /// The client asked for TLS.
    secure: bool,
}

/// POP.
pub struct Pop;

impl Protocol for Pop {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "POP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(110)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = lines::from_client(c, PORTS);
        c.protocol("POP");
        c.claim();
        let rest = c.rest();
        let (line, len) = lines::first_or_all(rest);
        let start = c.pos();
        let expected = session(c, |s| s.expected);
        if !client && (expected > 0 || !(rest.starts_with(b"+OK") || rest.starts_with(b"-ERR"))) {
            return mail(c, expected);
        }
        c.info().str(if client { "C: " } else { "S: " }).text(line);
        let word = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
        let fields = if client { [&REQUEST, &COMMAND, &PARAMETER] } else { [&RESPONSE, &INDICATOR, &DESCRIPTION] };
        let [whole, first, second] = fields;
        c.put(whole, start, start + line.len(), 0);
        c.below(|c| {
            c.put(first, start, start + word, 0);
            if word < line.len() {
                c.put(second, start + word + 1, start + line.len(), 0);
            }
        });
        let command = line.get(..word).unwrap_or_default();
        if client {
            session(c, |s| {
                s.secure = command.eq_ignore_ascii_case(b"STLS");
                s.asked = command.eq_ignore_ascii_case(b"RETR") || command.eq_ignore_ascii_case(b"TOP");
                (s.expected, s.have) = (0, 0);
                s.mail.clear();
            });
        } else if command == b"+OK" && session(c, |s| std::mem::take(&mut s.secure)) {
            lines::start_tls(c);
        }
        if !client && command == b"+OK" && session(c, |s| std::mem::take(&mut s.asked)) {
            let said = line.get(word + 1..).unwrap_or_default();
            let digits = said.split(|byte| !byte.is_ascii_digit()).next().unwrap_or_default();
            let len = str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or_default();
            session(c, |s| s.expected = len);
        }
        c.skip(len)?;
        while c.remaining() > 0 {
            let (line, len) = lines::first_or_all(c.rest());
            c.put(if client { &REQUEST } else { &DATA }, c.pos(), c.pos() + line.len(), 0);
            c.skip(len)?;
        }
        Ok(())
    }
}

fn session<S: Sink, T: Default>(c: &mut Cursor<'_, S>, body: impl FnOnce(&mut Session) -> T) -> T {
    c.worker.state.slots().map(|slots| body(slots.entry::<Session>())).unwrap_or_default()
}

/// A segment of a mail: all of it is shown where its length was said, and what has come otherwise.
fn mail<S: Sink>(c: &mut Cursor<'_, S>, expected: usize) -> Result<(), Stop> {
    let (rest, len) = (c.rest(), c.reported());
    if expected == 0 {
        return c.call::<Imf>().map(|_taken| ());
    }
    let whole = session(c, |s| {
        super::keep(&mut s.mail, rest);
        s.have = s.have.saturating_add(len);
        let whole = s.have >= s.expected;
        if whole {
            (s.expected, s.have) = (0, 0);
        }
        whole.then(|| std::mem::take(&mut s.mail))
    });
    match whole {
        Some(mail) => {
            c.over("Reassembled DATA", &mail).call::<Imf>()?;
            c.skip(c.remaining())
        }
        None => {
            c.info().str("S: DATA fragment, ").dec(len as u64).str(" bytes");
            c.bytes(&DATA, c.remaining()).map(|_| ())
        }
    }
}
