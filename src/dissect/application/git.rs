//! Git's own protocol: lines behind their length in hexadecimal digits.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::fields;

static LAYER: Field = Field::new("git", "Git Smart Protocol", Kind::Protocol);

fields! {
    LENGTH = "git.packet_len", "Packet length", U16 hex;
    TERMINATOR = "git.packet_terminator", "Terminator packet", U16 hex;
    DATA = "git.packet_data", "Packet data", Bytes;
}

/// Digits of a length, which counts them.
const HEADER_LEN: usize = 4;

/// Git.
pub struct Git;

impl Protocol for Git {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Git";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(9418)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        messages(c, HEADER_LEN, |c| length(c).map_or(0, |len| len.max(HEADER_LEN)), line)
    }
}

/// The length of the line that begins here, as far as there are digits; `None` where there are none.
fn length<S: Sink>(c: &Cursor<'_, S>) -> Option<usize> {
    let field = c.peek::<4>(0)?;
    let digits = field.iter().map_while(|&byte| char::from(byte).to_digit(16));
    digits.fold(None, |num: Option<usize>, digit| Some(num.unwrap_or(0) << 4 | digit as usize))
}

fn line<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = length(c);
    c.protocol("Git");
    c.claim().str("Git Smart Protocol");
    let start = c.pos();
    c.skip(HEADER_LEN)?;
    match len {
        Some(0) => c.put(&TERMINATOR, start, start + HEADER_LEN, 0),
        Some(len) => {
            c.put(&LENGTH, start, start + HEADER_LEN, len as u64);
            if len == HEADER_LEN {
                return Err(Stop::Malformed);
            }
            c.bytes(&DATA, len.saturating_sub(HEADER_LEN))?;
        }
        None => {}
    }
    Ok(())
}
