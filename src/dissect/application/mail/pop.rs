//! POP version 3 (RFC 1939).

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
    /// A message is on its way, of which lines come that are no responses.
    message: bool,
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
        let message = session(c, |s| s.message);
        if !client && message {
            let len = c.reported() as u64;
            c.info().str("S: DATA fragment, ").dec(len).str(" bytes");
            session(c, |s| s.message = !(rest.ends_with(b"\r\n.\r\n") || rest == b".\r\n"));
            return c.bytes(&DATA, c.remaining()).map(|_| ());
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
            session(c, |s| s.secure = command.eq_ignore_ascii_case(b"STLS"));
        } else if command == b"+OK" && session(c, |s| std::mem::take(&mut s.secure)) {
            lines::start_tls(c);
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
