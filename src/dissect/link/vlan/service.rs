//! 802.1ad's service tags (IEEE 802.1Q section 9).

use super::super::ether_types::ETHER_TYPES;
use super::super::ethernet::ether_type;
use super::super::ethernet::trailer::{self, Fcs};
use super::frame_start;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ieee8021ad", "IEEE 802.1ad", Kind::Protocol);

fields! {
    PRIORITY = "ieee8021ad.priority", "Priority", U16 mask(0xe000);
    DEI = "ieee8021ad.dei", "DEI", U16 mask(0x1000);
    ID = "ieee8021ad.id", "ID", U16 mask(0x0fff);
    TYPE = "ieee8021ad.etype", "Type", U16 hex names(ETHER_TYPES);
    TRAILER = "ieee8021ad.trailer", "Trailer", Bytes;
}

/// 802.1ad service tags.
pub struct ServiceTag;

impl Protocol for ServiceTag {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IEEE 802.1AD";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x88a8)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("802.1ad");
        c.claim();
        let start = frame_start(c);
        let tag = c.be::<2>(&PRIORITY)?;
        let priority = PRIORITY.cut(tag);
        let dei = c.bits::<2>(&DEI, tag);
        let id = c.bits::<2>(&ID, tag);
        c.layer_append(|l| _ = l.str(", ID: ").dec(id));
        let own = |l: &mut Line| _ = l.str("PRI: ").dec(priority).str("  DROP: ").dec(dei).str(" ID: ").dec(id);
        own(c.claim());
        let kind = c.u16(&TYPE)?;
        c.layer_ends();
        let mark = c.mark();
        c.claim();
        c.row().set_claimed(false);
        ether_type(c, kind, own);
        trailer::after_type(c, mark, start, &TRAILER, Fcs::Absent)
    }
}
