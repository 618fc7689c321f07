//! NNTP (RFC 3977).

use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("nntp", "Network News Transfer Protocol", Kind::Protocol);

fields! {
    REQUEST = "nntp.request", "Request", Bool;
    RESPONSE = "nntp.response", "Response", Bool;
    LINE = "", "Line", Str;
}

/// The client asked for TLS.
#[derive(Default)]
struct Secure(bool);

/// NNTP.
pub struct Nntp;

impl Protocol for Nntp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NNTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(119)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = lines::from_client(c, &[119]);
        c.protocol("NNTP");
        // The text tells of the first line.
        let (line, _) = lines::first_or_all(c.rest());
        c.claim().str(if client { "Request: " } else { "Response: " }).text(line);
        c.hidden(if client { &REQUEST } else { &RESPONSE }, c.pos(), c.pos(), 1);
        let slots = c.worker.state.slots();
        if client {
            let asked = line.eq_ignore_ascii_case(b"STARTTLS");
            slots.into_iter().for_each(|slots| slots.entry::<Secure>().0 = asked);
        } else if line.starts_with(b"382") && slots.is_some_and(|slots| std::mem::take(&mut slots.entry::<Secure>().0))
        {
            lines::start_tls(c);
        }
        while c.remaining() > 0 {
            let (line, len) = lines::first_or_all(c.rest());
            c.put(&LINE, c.pos(), c.pos() + line.len(), 0);
            c.skip(len)?;
        }
        Ok(())
    }
}
