//! VLAN tags: 802.1Q, and 802.1ad's service tag (IEEE 802.1Q section 9).

mod service;

pub use service::ServiceTag;

use super::ether_types::ETHER_TYPES;
use super::ethernet::trailer::{self, Fcs};
use super::ethernet::{LAST_LEN, counted_payload, ether_type};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("vlan", "802.1Q Virtual LAN", Kind::Protocol);

fields! {
    PRIORITY = "vlan.priority", "Priority", U16 mask(0xe000) names(PRIORITIES);
    DEI = "vlan.dei", "DEI", Bool bits(16) mask(0x1000) flag("Eligible", "Ineligible");
    ID = "vlan.id", "ID", U16 mask(0x0fff);
    TYPE = "vlan.etype", "Type", U16 hex names(ETHER_TYPES);
    LEN = "vlan.len", "Length", U16;
    TRAILER = "vlan.trailer", "Trailer", Bytes;
}

experts! {
    LEN_REMARK = "vlan.len.past_end", "Length field value goes past the end of the payload", Error, Malformed;
}

names! {
    PRIORITIES {
        0 = "Best Effort (default)",
        1 = "Background",
        2 = "Excellent Effort",
        3 = "Critical Applications",
        4 = "Video, < 100ms latency and jitter",
        5 = "Voice, < 10ms latency and jitter",
        6 = "Internetwork Control",
        7 = "Network Control",
    }
}

/// 802.1Q tags.
pub struct Vlan;

/// Where the Ethernet frame began that this tag stands in.
fn frame_start<S: Sink>(c: &Cursor<'_, S>) -> usize {
    c.worker.state.ethernet
}

impl Protocol for Vlan {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "VLAN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8100), Key::Ether(0x9100)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("VLAN");
        c.claim();
        let start = frame_start(c);
        let tag = c.be::<2>(&PRIORITY)?;
        let priority = PRIORITY.cut(tag);
        let dei = c.bits::<2>(&DEI, tag);
        let id = c.bits::<2>(&ID, tag) as u16;
        c.worker.state.vlan.get_or_insert(id);
        c.layer_append(|l| _ = l.str(", PRI: ").dec(priority).str(", DEI: ").dec(dei).str(", ID: ").dec(id));
        let own = |l: &mut Line| _ = l.str("PRI: ").dec(priority).str("  DEI: ").dec(dei).str("  ID: ").dec(id);
        own(c.claim());
        let kind = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        if kind <= LAST_LEN {
            return counted(c, start);
        }
        c.u16(&TYPE)?;
        c.layer_ends();
        let mark = c.mark();
        c.claim();
        c.row().set_claimed(false);
        ether_type(c, kind, own);
        trailer::after_type(c, mark, start, &TRAILER, Fcs::Absent)
    }
}

/// A tagged 802.3 frame: a length follows the tag.
fn counted<S: Sink>(c: &mut Cursor<'_, S>, start: usize) -> Result<(), Stop> {
    let len = c.u16(&LEN)?;
    if usize::from(len) > c.reported() {
        c.below(|c| c.expert(&LEN_REMARK));
    }
    c.layer_ends();
    counted_payload(c, start, len, &TRAILER, Fcs::Absent)
}
