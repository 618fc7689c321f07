//! What is known of the radio that heard a frame: a layer between what the driver says and the frame itself.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;

static LAYER: Field = Field::new("wlan_radio", "802.11 radio information", Kind::Protocol);

/// The radio's layer, which has no bytes of its own.
pub struct Radio;

impl Protocol for Radio {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "802.11 Radio";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
        Ok(())
    }
}
