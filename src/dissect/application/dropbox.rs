//! Dropbox's discovery in the local network: JSON in datagrams.

use super::json;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("db-lsp-disc", "Dropbox LAN sync Discovery Protocol", Kind::Protocol);

fields! {
    TEXT = "db-lsp.text", "Text", Str;
}

/// Dropbox's discovery.
pub struct Discovery;

impl Protocol for Discovery {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DB-LSP-DISC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(17500)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("DB-LSP-DISC");
        c.claim().str("Dropbox LAN sync Discovery Protocol");
        if json::looks_like(c.rest()) {
            c.protocol("DB-LSP-DISC/JSON");
            c.info().str(", JavaScript Object Notation");
            if S::DETAIL {
                _ = c.below(Cursor::call::<json::Json>);
            }
            return c.skip(c.remaining());
        }
        c.ascii(&TEXT, c.remaining())
    }
}
