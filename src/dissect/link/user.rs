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
    /// 149 is not among them: it came to stand for what a Mac captures on all interfaces.
    const KEYS: &'static [Key] = &[
        Key::Link(147),
        Key::Link(148),
        Key::Link(150),
        Key::Link(151),
        Key::Link(152),
        Key::Link(153),
        Key::Link(154),
        Key::Link(155),
        Key::Link(156),
        Key::Link(157),
        Key::Link(158),
        Key::Link(159),
        Key::Link(160),
        Key::Link(161),
        Key::Link(162),
    ];

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
