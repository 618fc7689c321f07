//! HL7 version 2: what the systems of hospitals tell each other, framed as MLLP does it.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("hl7", "Health Level Seven", Kind::Protocol);

fields! {
    SEGMENT = "hl7.segment", "Segment", Str;
    FIELD = "hl7.field", "Field", Str;
}

/// What a message stands between.
const START: u8 = 0x0b;
const END: [u8; 2] = [0x1c, 0x0d];
/// What ends a segment of a message.
const SEGMENT_END: u8 = b'\r';
/// The field of the first segment that names the message, counted from the segment's name.
const MESSAGE_TYPE: usize = 8;

/// HL7.
pub struct Hl7;

impl Protocol for Hl7 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "HL7";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(2575), Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        matches!(c.peek::<5>(0), Some([START, b'M', b'S', b'H', b'|'] | [START, b'F' | b'B', b'H', b'S', b'|']))
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !bound(c) {
            // The segment that it is recognised by is not yet shown as its own.
            c.worker.state.bind(Registry::named(LAYER.key));
            return Err(Stop::NotMine);
        }
        let mut first = true;
        while c.reported() > 0 {
            let Some(len) = c.rest().windows(END.len()).position(|end| end == END).map(|at| at + END.len()) else {
                if c.can_desegment() {
                    return Err(c.more(c.pos(), Need::Segment));
                }
                return if first { Err(Stop::NotMine) } else { Ok(()) };
            };
            if c.peek_u8(0) != Some(START) {
                return if first { Err(Stop::NotMine) } else { Ok(()) };
            }
            c.protocol("HL7");
            if first && c.row().fresh() {
                c.claim();
            } else {
                c.info().str(", ");
            }
            first = false;
            c.begin_message(len);
            c.message(len, message)?;
        }
        Ok(())
    }
}

/// Whether the conversation is known to be HL7's, or the port says so.
fn bound<S: Sink>(c: &mut Cursor<'_, S>) -> bool {
    let Some(current) = c.worker.state.current else { return true };
    if [current.src_port, current.dst_port].contains(&2575) {
        return true;
    }
    let known = c.worker.state.tcp.get_mut(current.index).and_then(|conversation| conversation.protocol);
    known.is_some_and(|entry| entry.layer.key == LAYER.key)
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let text = c.rest();
    let Some(text) = text.get(1..text.len().saturating_sub(END.len())).filter(|text| text.len() >= 4) else {
        return Err(Stop::Malformed);
    };
    let separator = text.get(3).copied().unwrap_or(b'|');
    let first = text.split(|&byte| byte == SEGMENT_END).next().unwrap_or_default();
    let kind = first.split(|&byte| byte == separator).nth(MESSAGE_TYPE).unwrap_or_default();
    let mut parts = kind.split(|&byte| byte == b'^');
    let line = c.info().text(parts.next().unwrap_or_default());
    if let Some(event) = parts.next() {
        line.str(" (").text(event).byte(b')');
    }
    if S::DETAIL {
        tree(c, text, separator);
    }
    c.seek(c.end());
    Ok(())
}

/// Records every segment with its fields that are not empty.
fn tree<S: Sink>(c: &mut Cursor<'_, S>, text: &[u8], separator: u8) {
    let mut at = c.pos() + 1;
    for segment in text.split(|&byte| byte == SEGMENT_END) {
        if segment.len() >= 3 {
            c.put(&SEGMENT, at, at + segment.len(), 0);
            c.label(|l| _ = l.text(segment.get(..3).unwrap_or_default()));
            c.below(|c| {
                let mut from = at;
                for (number, field) in segment.split(|&byte| byte == separator).enumerate() {
                    if !field.is_empty() {
                        c.put(&FIELD, from, from + field.len(), 0);
                        c.label(|l| _ = l.str("field ").dec(number as u64 + 1).str(": ").text(field));
                    }
                    from += field.len() + 1;
                }
            });
        }
        at += segment.len() + 1;
    }
}
