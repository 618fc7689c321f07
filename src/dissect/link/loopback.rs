//! The configuration test protocol, known as loopback (the Ethernet specification of 1982, section 8).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("loop", "Configuration Test Protocol (loopback)", Kind::Protocol);

fields! {
    SKIP_COUNT = "loop.skipcount", "skipCount", U16;
    FUNCTION = "loop.function", "Function", U16 names(FUNCTIONS);
    RECEIPT = "loop.receipt_number", "Receipt number", U16;
    FORWARD = "loop.forwarding_address", "Forwarding address", Ether;
}

names! {
    FUNCTIONS { 1 = "Reply", 2 = "Forward Data" }
}

const REPLY: u16 = 1;
const FORWARD_DATA: u16 = 2;

/// Loopback.
pub struct Loopback;

impl Protocol for Loopback {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LOOP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x9000)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LOOP");
        c.claim();
        let skip = usize::from(c.u16_le(&SKIP_COUNT)?);
        let current = c.pos().saturating_add(skip);
        let mut said = false;
        loop {
            let start = c.pos();
            let function = c.u16_le(&FUNCTION)?;
            if start == current {
                said = true;
                match function {
                    REPLY => c.claim().str("Reply"),
                    FORWARD_DATA => c.claim().str("Forward Data"),
                    _ => c.claim().str("Unknown function (").dec(function).byte(b')'),
                };
            }
            match function {
                FORWARD_DATA => _ = c.fixed::<6>(&FORWARD)?,
                REPLY => {
                    c.u16_le(&RECEIPT)?;
                    break;
                }
                _ => break,
            }
        }
        if !said {
            c.claim().str("No valid function found");
        }
        c.layer_ends();
        c.data();
        Ok(())
    }
}
