//! The distributed hash table by which peers find each other (BEP 5).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("bt-dht", "BitTorrent DHT Protocol", Kind::Protocol);

fields! {
    DICTIONARY = "bt-dht.bencoded.dict", "Dictionary", None;
    LIST = "bt-dht.bencoded.list", "List", None;
    STRING = "bt-dht.bencoded.string", "String", Str;
    INTEGER = "bt-dht.bencoded.int", "Int", I32;
}

/// Dictionaries and lists within each other at most.
const DEEPEST: u8 = 32;
/// Bytes of a node: its identifier, address and port, with IPv4 and with IPv6.
const NODE_LEN: usize = 26;
const NODE6_LEN: usize = 38;

/// The DHT.
pub struct Dht;

impl Protocol for Dht {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BT-DHT";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    /// A dictionary that begins with arguments, a response or an error, or with the sender's address.
    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let starts: [&[u8]; 4] = [b"d1:ad", b"d1:rd", b"d1:el", b"d2:ip"];
        starts.iter().any(|start| c.rest().starts_with(start))
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BT-DHT");
        c.claim().str("BitTorrent DHT Protocol");
        dictionary(c, 0)
    }
}

/// Reads a number up to its end mark.
fn number<S: Sink>(c: &mut Cursor<'_, S>, end: u8) -> Result<usize, Stop> {
    let mut number = 0_usize;
    loop {
        match c.array()? {
            [digit @ b'0'..=b'9'] => number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0')),
            [byte] if byte == end => return Ok(number),
            [b'-'] => {}
            _ => return Err(Stop::Malformed),
        }
    }
}

fn string<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<&'p [u8], Stop> {
    let len = number(c, b':')?;
    c.bytes(&STRING, len)
}

/// Reads a dictionary, and tells of what is in it.
fn dictionary<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    c.group(&DICTIONARY, |c| {
        c.skip(1)?;
        while c.peek_u8(0).ok_or_else(|| c.short(1))? != b'e' {
            let key = string(c)?;
            match (key, c.peek_u8(0)) {
                (b"nodes", Some(b'0'..=b'9')) => nodes(c, NODE_LEN)?,
                (b"nodes6", Some(b'0'..=b'9')) => nodes(c, NODE6_LEN)?,
                (b"values", Some(b'l')) => {
                    let count = list(c, depth + 1)?;
                    c.info().str(" reply=").dec(count as u64).str(" peers");
                }
                (b"e", Some(b'l')) => error(c)?,
                _ => value(c, depth + 1)?,
            }
        }
        c.skip(1)
    })
}

fn nodes<S: Sink>(c: &mut Cursor<'_, S>, each: usize) -> Result<(), Stop> {
    let len = string(c)?.len();
    c.info().str(" reply=").dec((len / each) as u64).str(" nodes");
    Ok(())
}

/// Reads a list; gives how many elements it has.
fn list<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<usize, Stop> {
    c.group(&LIST, |c| {
        c.skip(1)?;
        let mut count = 0;
        while c.peek_u8(0).ok_or_else(|| c.short(1))? != b'e' {
            value(c, depth + 1)?;
            count += 1;
        }
        c.skip(1)?;
        Ok(count)
    })
}

/// A list of a number and a message.
fn error<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.skip(1)?;
    if c.peek_u8(0) == Some(b'i') {
        c.skip(1)?;
        let code = number(c, b'e')?;
        c.info().str("error_no=").dec(code as u64);
    }
    if c.peek_u8(0).is_some_and(|byte| byte.is_ascii_digit()) {
        let message = string(c)?;
        c.info().str(" error_msg=").text(message).byte(b' ');
    }
    while c.peek_u8(0).ok_or_else(|| c.short(1))? != b'e' {
        value(c, 1)?;
    }
    c.skip(1)
}

fn value<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    if depth > DEEPEST {
        return Err(Stop::Malformed);
    }
    match c.peek_u8(0).ok_or_else(|| c.short(1))? {
        b'd' => dictionary(c, depth),
        b'l' => list(c, depth).map(|_| ()),
        b'i' => {
            let start = c.pos();
            c.skip(1)?;
            let value = number(c, b'e')?;
            c.put(&INTEGER, start, c.pos(), value as u64);
            Ok(())
        }
        _ => string(c).map(|_| ()),
    }
}
