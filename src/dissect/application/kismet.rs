//! Kismet: what a watcher of wireless networks tells its clients, line by line.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("kismet", "Kismet Client/Server Protocol", Kind::Protocol);

fields! {
    REQUEST = "kismet.request", "Request", Bool;
    RESPONSE = "kismet.response", "Response", Bool;
    LINE = "", "Line", None;
}

const PORT: u16 = 2501;

/// Kismet.
pub struct Kismet;

impl Protocol for Kismet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "kismet";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // Requests begin with an exclamation mark, responses with an asterisk.
        if !matches!(c.peek_u8(0), Some(b'!' | b'*')) {
            return Err(Stop::NotMine);
        }
        c.protocol("kismet");
        let asks = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
        let end = c.rest().iter().position(|&byte| byte == b'\n').unwrap_or(c.remaining());
        let first = c.rest().get(..end).unwrap_or_default();
        c.claim().str(if asks { "Request: " } else { "Response: " }).text(first.strip_suffix(b"\r").unwrap_or(first));
        c.generated(if asks { &REQUEST } else { &RESPONSE }, 1);
        while c.remaining() > 0 {
            let len = c.rest().iter().position(|&byte| byte == b'\n').map_or(c.remaining(), |at| at + 1);
            let line = c.rest().get(..len).unwrap_or_default();
            c.put(&LINE, c.pos(), c.pos() + len, 0);
            c.label(|l| _ = l.text(line.trim_ascii_end()));
            c.skip(len)?;
        }
        Ok(())
    }
}
