//! Local service discovery: peers of BitTorrent in one's own network (BEP 14).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("lsd", "Local Service Discovery", Kind::Protocol);

fields! {
    HEADER = "lsd.header", "Header", Str;
    HOST = "lsd.host", "Host", Str;
    PORT = "lsd.port", "Port", Str;
    HASH = "lsd.infohash", "Infohash", Str;
    COOKIE = "lsd.cookie", "cookie", Str;
}

const FIRST_LINE: &[u8] = b"BT-SEARCH * HTTP/1.1\r\n";

/// Local service discovery.
pub struct LocalDiscovery;

impl Protocol for LocalDiscovery {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LSD";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        c.rest().starts_with(FIRST_LINE)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !c.rest().starts_with(FIRST_LINE) {
            return Err(Stop::NotMine);
        }
        c.protocol("LSD");
        c.claim();
        c.bytes(&HEADER, FIRST_LINE.len())?;
        while c.remaining() > 0 {
            let len = c.rest().iter().position(|&byte| byte == b'\n').map_or(c.remaining(), |at| at + 1);
            let line = c.rest().get(..len).unwrap_or_default();
            let field = match line.first().map(u8::to_ascii_lowercase) {
                Some(b'h') => &HOST,
                Some(b'p') => &PORT,
                Some(b'i') => &HASH,
                Some(b'c') => &COOKIE,
                _ => {
                    c.skip(len)?;
                    continue;
                }
            };
            c.bytes(field, len)?;
        }
        Ok(())
    }
}
