//! Local service discovery: peers of BitTorrent in one's own network (BEP 14).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
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

/// Whom all searches are sent to.
const GROUP: [u8; 4] = [239, 192, 152, 143];
const GROUP_6: [u8; 16] = [0xff, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xef, 0xc0, 0x98, 0x8f];
const GROUP_PORT: u16 = 6771;
const FIRST_LINE: &[u8] = b"BT-SEARCH * HTTP/1.1\r\n";

/// Local service discovery.
pub struct LocalDiscovery;

impl Protocol for LocalDiscovery {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LSD";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let to_group = matches!(c.worker.row.dst, Address::Ipv4(GROUP) | Address::Ipv6(GROUP_6));
        let port = c.worker.state.current.is_some_and(|current| current.dst_port == GROUP_PORT);
        to_group && port && c.rest().starts_with(FIRST_LINE)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !Self::recognise(c) {
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
