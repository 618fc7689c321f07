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

/// Cisco MetaData in a frame, where the type of what follows stands last.
pub struct MetaData;

impl Protocol for MetaData {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Cisco MetaData";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8909)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        header(c)?;
        let kind = c.u16(&TYPE)?;
        payload(c, kind)
    }
}

/// Cisco MetaData in GRE, where it stands first.
pub struct InGre;

impl Protocol for InGre {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Cisco MetaData";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.u16(&TYPE)?;
        header(c)?;
        payload(c, kind)
    }
}

fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&VERSION, 1), (&LENGTH, 1), (&OPTIONS, 2), (&SGT, 2)])
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<(), Stop> {
    c.layer_ends();
    if !c.next(Key::Ether(kind))? {
        c.data();
    }
    Ok(())
}
