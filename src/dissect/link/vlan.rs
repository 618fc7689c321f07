//! 802.1Q tags (IEEE 802.1Q section 9).

use super::ethernet::{ETHER_TYPES, ether_type};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("vlan", "802.1Q Virtual LAN", Kind::Protocol);

fields! {
    PRIORITY = "vlan.priority", "Priority", U16 mask(0xe000);
    DEI = "vlan.dei", "DEI", Bool bits(16) mask(0x1000) flag("Eligible", "Ineligible");
    ID = "vlan.id", "ID", U16 mask(0x0fff);
    TYPE = "vlan.etype", "Type", U16 hex names(ETHER_TYPES);
}

/// 802.1Q tags.
pub struct Vlan;

impl Protocol for Vlan {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "VLAN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8100)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("VLAN");
        let tag = c.be::<2>(&PRIORITY)?;
        c.bits::<2>(&DEI, tag);
        let id = c.bits::<2>(&ID, tag) as u16;
        c.worker.state.vlan.get_or_insert(id);
        let kind = c.u16(&TYPE)?;
        c.layer_ends();
        ether_type(c, kind)
    }
}
