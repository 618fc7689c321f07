//! PPP Multilink (RFC 1990) and compressed datagrams.

use super::Ppp;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("mp", "PPP Multilink Protocol", Kind::Protocol);
static COMPRESSED_LAYER: Field = Field::new("comp_data", "PPP Compressed Datagram", Kind::Protocol);

fields! {
    FRAGMENT = "mp.frag", "Fragment", U8 hex mask(0xfc);
    FIRST = "mp.first", "First fragment", Bool mask(0x80) flag("Yes", "No");
    LAST = "mp.last", "Last fragment", Bool mask(0x40) flag("Yes", "No");
    CLASS = "mp.class", "Class", U8 mask(0x3c);
    SEQUENCE = "mp.seq", "Sequence number", U24;
    PAYLOAD = "mp.payload", "Fragment data", Bytes;
}

/// PPP Multilink. Packets that are whole are followed; fragments are shown as such.
pub struct Multilink;

impl Protocol for Multilink {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PPP MP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ppp(0x003d)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PPP MP");
        c.claim().str("PPP Multilink");
        let flags = c.be::<1>(&FRAGMENT)?;
        let whole = flags & 0xc0 == 0xc0;
        c.below(|c| [&FIRST, &LAST, &CLASS].into_iter().for_each(|field| _ = c.bits::<1>(field, flags)));
        let sequence = c.u24(&SEQUENCE)?;
        c.layer_ends();
        if c.reported() == 0 {
            return Ok(());
        }
        if whole {
            return c.give_way(Cursor::call::<Ppp>).map(|_taken| ());
        }
        c.info().str(" (PPP MP Unreassembled fragment ").dec(sequence).byte(b')');
        c.bytes(&PAYLOAD, c.remaining())?;
        Ok(())
    }
}

/// A compressed datagram (RFC 1962 section 2).
pub struct Compressed;

impl Protocol for Compressed {
    const LAYER: &'static Field = &COMPRESSED_LAYER;
    const NAME: &'static str = "PPP Comp";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Ppp(0x00fd)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PPP Comp");
        c.claim().str("Compressed data");
        c.skip(c.remaining())
    }
}
