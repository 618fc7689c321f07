//! IP of whichever version its first bits say.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ip_any", "Internet Protocol", Kind::Protocol);

fields! {
    VERSION = "ip.version", "Version", U8 mask(0xf0);
}

/// IP of any version.
pub struct AnyIp;

impl Protocol for AnyIp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Sap(0x06)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        let version = first >> 4;
        let key = match version {
            4 => Key::Ether(0x0800),
            6 => Key::Ether(0x86dd),
            _ => {
                c.protocol("IP");
                c.be::<1>(&VERSION)?;
                c.claim().str("Bogus IP version (").dec(version).byte(b')');
                return Ok(());
            }
        };
        c.layer_hide();
        if c.next(key)? { Ok(()) } else { Err(Stop::NotMine) }
    }
}
