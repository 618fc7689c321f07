//! Slow protocols (IEEE 802.3 annex 57A): link aggregation, its markers, and Ethernet OAM.

mod esmc;
mod lacp;
mod oam;

pub use lacp::{Lacp, Marker};
pub use oam::{Oam, Organisation};

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("slow", "Slow Protocols", Kind::Protocol);

fields! {
    SUBTYPE = "slow.subtype", "Slow Protocols subtype", U8 hex names(SUBTYPES);
}

names! {
    SUBTYPES { 1 = "LACP", 2 = "Marker Protocol", 3 = "OAM", 10 = "Organization Specific Slow Protocol" }
}

/// Slow protocols.
pub struct Slow;

impl Protocol for Slow {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "802.3 Slow protocols";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8809)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Slow Protocols");
        let subtype = c.u8(&SUBTYPE)?;
        c.layer_ends();
        match subtype {
            1 => c.call::<Lacp>()?,
            2 => c.call::<Marker>()?,
            3 => c.call::<Oam>()?,
            10 => c.call::<Organisation>()?,
            _ => {
                c.claim().str("Subtype = ").dec(subtype);
                c.data();
                true
            }
        };
        Ok(())
    }
}
