//! FIX: orders and quotes between banks and exchanges.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("fix", "Financial Information eXchange Protocol", Kind::Protocol);

fields! {
    BEGIN = "fix.BeginString", "BeginString (8)", Str;
    LENGTH = "fix.BodyLength", "BodyLength (9)", Str;
    TYPE = "fix.MsgType", "MsgType (35)", Str;
    DATA = "fix.data", "Continuation Data", Bytes;
}

/// A message has no fewer bytes than these.
const LEAST: usize = 24;
/// Bytes of the checksum's field, which the length does not count.
const CHECKSUM_LEN: usize = 7;
/// What stands between fields.
const SEPARATOR: u8 = 1;
const START: &[u8] = b"8=FIX";

/// FIX.
pub struct Fix;

impl Protocol for Fix {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "FIX";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        c.rest().starts_with(START)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.worker.state.bind(Registry::named("fix"));
        let mut first = true;
        while c.reported() > 0 {
            c.await_header(LEAST)?;
            let len = length(c.rest());
            c.await_bytes(len.unwrap_or_default())?;
            c.protocol("FIX");
            if std::mem::take(&mut first) {
                c.claim();
            }
            match len {
                Some(len) => {
                    c.begin_message(len);
                    c.within(len, message)?;
                }
                None => {
                    c.info().str("[FIX continuation]");
                    c.bytes(&DATA, c.reported())?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Bytes of the message that begins here; `None` where none does.
fn length(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(START) {
        return None;
    }
    let begin = bytes.iter().position(|&byte| byte == SEPARATOR)? + 1;
    let digits = bytes.get(begin..)?.strip_prefix(b"9=")?;
    let end = digits.iter().position(|&byte| byte == SEPARATOR)?;
    let said: usize = str::from_utf8(digits.get(..end)?).ok()?.parse().ok()?;
    Some(begin + 2 + end + 1 + said.min(1 << 24) + CHECKSUM_LEN)
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let rest = c.rest();
    for (field, bytes) in [&BEGIN, &LENGTH, &TYPE].into_iter().zip(rest.split(|&byte| byte == SEPARATOR)) {
        let value = bytes.iter().position(|&byte| byte == b'=').map_or(bytes.len(), |at| at + 1);
        c.skip(value)?;
        c.bytes(field, bytes.len() - value)?;
        c.skip(1.min(c.remaining()))?;
    }
    Ok(())
}
