//! Cisco MetaData: the security group of what follows, in frames and in GRE.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::link::ether_types::ETHER_TYPES;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("cmd", "Cisco MetaData", Kind::Protocol);

fields! {
    TYPE = "cmd.type", "Type", U16 hex names(ETHER_TYPES);
    VERSION = "cmd.version", "Version", U8;
    LENGTH = "cmd.length", "Length", U8;
    OPTIONS = "cmd.options", "Options", U16 hex;
    SGT = "cmd.sgt", "SGT", U16;
}

/// Cisco MetaData.
pub struct MetaData;

impl Protocol for MetaData {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CMD";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8909)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // The type of what follows stands last.
        let kind = c.peek_u16(6).ok_or_else(|| c.short(8))?;
        c.put(&TYPE, c.pos() + 6, c.pos() + 8, kind.into());
        c.u8(&VERSION)?;
        c.u8(&LENGTH)?;
        c.u16(&OPTIONS)?;
        c.u16(&SGT)?;
        c.skip(2)?;
        c.layer_ends();
        if !c.next(Key::Ether(kind))? {
            c.data();
        }
        Ok(())
    }
}
