//! IMAP (RFC 3501).

use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("imap", "Internet Message Access Protocol", Kind::Protocol);

fields! {
    LINE = "imap.line", "Line", Str;
    TAG = "imap.request_tag", "Request Tag", Str;
    COMMAND = "imap.request.command", "Request Command", Str;
    RESPONSE_TAG = "imap.response_tag", "Response Tag", Str;
    STATUS = "imap.response.status", "Response Status", Str;
}

const PORTS: &[u16] = &[143];

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    /// The client asked for TLS.
    secure: bool,
}

/// IMAP.
pub struct Imap;

impl Protocol for Imap {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IMAP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(143)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = lines::from_client(c, PORTS);
        lines::whole(c)?;
        c.protocol("IMAP");
        let (line, _) = lines::first_or_all(c.rest());
        let words = line.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
        let slots = c.worker.state.slots();
        if client {
            if let Some(slots) = slots {
                slots.entry::<Session>().secure = words.eq_ignore_ascii_case(b"STARTTLS");
            }
        } else if words == b"OK" && slots.is_some_and(|slots| std::mem::take(&mut slots.entry::<Session>().secure)) {
            lines::start_tls(c);
        }
        while c.remaining() > 0 {
            // Of a line that the capture breaks off nothing is said.
            if c.remaining() < c.reported() && memchr::memchr(b'\n', c.rest()).is_none() {
                return Ok(());
            }
            let (line, len) = lines::first_or_all(c.rest());
            // The text tells of the last line.
            c.claim().str(if client { "Request: " } else { "Response: " }).text(line);
            let (start, tag) = (c.pos(), line.iter().position(|&byte| byte == b' ').unwrap_or(line.len()));
            c.put(&LINE, start, start + line.len(), 0);
            let fields = if client { (&TAG, &COMMAND) } else { (&RESPONSE_TAG, &STATUS) };
            c.below(|c| {
                c.put(fields.0, start, start + tag, 0);
                let rest = line.get(tag + 1..).unwrap_or_default();
                let word = rest.iter().position(|&byte| byte == b' ').unwrap_or(rest.len());
                if word > 0 {
                    c.put(fields.1, start + tag + 1, start + tag + 1 + word, 0);
                }
            });
            c.skip(len)?;
        }
        Ok(())
    }
}
