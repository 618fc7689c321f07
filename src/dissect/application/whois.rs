//! WHOIS (RFC 3912): one line is asked, and all that comes until the end is the answer.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::Need;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields};

static LAYER: Field = Field::new("whois", "whois", Kind::Protocol);

fields! {
    QUERY = "whois.query", "Query", Str;
    ANSWER = "whois.answer", "Answer", Str;
}

static ASSUMED: Field =
    Field::new("", "WHOIS has no mechanism to indicate encoding (RFC 3912), assuming UTF-8", Kind::None);

experts! {
    ENCODING = "whois.encoding", "WHOIS has no mechanism to indicate encoding (RFC 3912), assuming UTF-8", Chat, Assumption;
}

const PORT: u16 = 43;
/// Bytes of a query remembered.
const MOST_KEPT: usize = 256;

/// What was asked.
#[derive(Default)]
struct Asked(Vec<u8>);

/// WHOIS.
pub struct Whois;

impl Protocol for Whois {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "WHOIS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.worker.state.current.is_some_and(|current| current.dst_port == PORT) {
            return query(c);
        }
        answer(c)
    }
}

/// A line without its end.
fn first_line(text: &[u8]) -> &[u8] {
    let len = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    text.get(..len).unwrap_or_default()
}

fn query<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let text = c.rest();
    if !text.ends_with(b"\r\n") && c.can_desegment() {
        return Err(c.more(c.pos(), Need::Segment));
    }
    c.protocol("WHOIS");
    let line = first_line(text);
    c.layer_append(|l| _ = l.str(": Query"));
    c.claim().str("Query: ").text(line);
    if let Some(slots) = c.worker.state.slots() {
        let kept = &mut slots.entry::<Asked>().0;
        kept.clear();
        kept.extend_from_slice(line.get(..MOST_KEPT).unwrap_or(line));
    }
    c.bytes(&QUERY, c.remaining()).map(|_| ())
}

fn answer<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("WHOIS");
    c.layer_append(|l| _ = l.str(": Answer"));
    let asked = c.worker.state.slots().map(|slots| std::mem::take(slots.entry::<Asked>())).unwrap_or_default();
    let named = if asked.0.is_empty() { first_line(c.rest()) } else { asked.0.as_slice() };
    c.claim().str("Answer: ").text(named);
    if let Some(slots) = c.worker.state.slots() {
        *slots.entry::<Asked>() = asked;
    }
    if c.can_desegment() {
        return Err(c.more(c.pos(), Need::Close));
    }
    while c.remaining() > 0 {
        let len = c.rest().iter().position(|&byte| byte == b'\n').map_or(c.remaining(), |at| at + 1);
        c.bytes(&ANSWER, len)?;
    }
    c.put(&ASSUMED, c.pos(), c.pos(), 0);
    c.below(|c| c.expert(&ENCODING));
    Ok(())
}
