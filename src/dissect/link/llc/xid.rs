//! What an exchange of identification tells (IEEE 802.2 section 5.4.1.1.2).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("basicxid", "Logical-Link Control Basic Format XID", Kind::Protocol);

fields! {
    FORMAT = "basicxid.llc.xid.format", "XID Format", U8 hex names(FORMATS);
    TYPES = "basicxid.llc.xid.types", "LLC Types/Classes", U8 hex names(CLASSES);
    WINDOW = "basicxid.llc.xid.wsize", "Receive Window Size", U8;
}

names! {
    FORMATS { 0x81 = "LLC basic format" }
    CLASSES {
        1 = "Type 1 LLC (Class I LLC)",
        2 = "Type 2 LLC",
        3 = "Type 1 and Type 2 LLCs (Class II LLC)",
        4 = "Type 3 LLC",
        5 = "Type 1 and Type 3 LLCs (Class III LLC)",
        6 = "Type 2 and Type 3 LLCs",
        7 = "Type 1 and Type 2 and Type 3 LLCs (Class IV LLC)",
    }
}

/// The first byte of the basic format.
const BASIC: u8 = 0x81;

/// The basic format of XID.
pub struct BasicXid;

impl Protocol for BasicXid {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Basic Format XID";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u8(0) != Some(BASIC) {
            return Err(Stop::NotMine);
        }
        c.protocol("XID");
        c.claim().str("Basic Format");
        c.u8(&FORMAT)?;
        let types = c.u8(&TYPES)? & 0x1f;
        c.info().str("; ").str(name_of(CLASSES, types.into()).unwrap_or("Unknown"));
        let start = c.pos();
        let [window] = c.array::<1>()?;
        c.put(&WINDOW, start, start.saturating_add(1), u64::from(window >> 1));
        c.info().str("; Window Size ").dec(window >> 1);
        Ok(())
    }
}
