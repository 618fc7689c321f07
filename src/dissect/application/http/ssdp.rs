//! SSDP (UPnP Device Architecture section 1): HTTP's messages, one in a datagram.

use super::{FIELDS, head, known, message, names, session};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;

static LAYER: Field = Field::new("ssdp", "Simple Service Discovery Protocol", Kind::Protocol);

/// SSDP.
pub struct Ssdp;

impl Protocol for Ssdp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SSDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[names::FIELDS];
    const EXPERTS: &'static [&'static Field] = names::EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(1900)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !known(c, |s| s.asked) && !head::begins_message(c.rest()) {
            if head::begins_request(c.rest()) {
                session(c, |s| s.asked = true);
            }
            return Err(Stop::NotMine);
        }
        c.claim();
        // What follows the message in its datagram is left alone.
        message(c, Self::NAME)
    }
}
