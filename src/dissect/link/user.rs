//! Link-layer header types that are left to users: what they stand for is nowhere registered.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::experts;

static LAYER: Field = Field::new("user_dlt", "DLT User", Kind::Protocol);

experts! {
    NOT_HANDLED = "user_dlt.not_handled", "User encapsulation not handled", Warning, Undecoded;
}

/// A frame of a type that is left to users.
pub struct User;

impl Protocol for User {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DLT_USER";
    const FIELDS: &'static [&'static Field] = &[];
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &{
        let mut keys = [Key::Link(FIRST); COUNT];
        let mut i = 0;
        while i < COUNT {
            #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
            {
                keys[i] = Key::Link(FIRST + i as u16);
            }
            i += 1;
        }
        keys
    };

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("");
        c.claim();
        let link = c.worker.frame.link.0;
        let says = |l: &mut Line| {
            l.str("User encapsulation not handled: DLT=")
                .dec(link)
                .str(", check your Preferences->Protocols->DLT_USER");
        };
        c.layer_label(says);
        c.expert(&NOT_HANDLED);
        c.label(says);
        c.data();
        Ok(())
    }
}

/// The types, 147 to 162.
const FIRST: u16 = 147;
const COUNT: usize = 16;
