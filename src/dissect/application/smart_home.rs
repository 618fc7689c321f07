//! TP-Link's smart plugs: JSON behind a simple cipher.

use super::json;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("tplink-smarthome", "TP-Link Smart Home Protocol", Kind::Protocol);

fields! {
    LENGTH = "tplink_smarthome.len", "Len", U32;
    TEXT = "tplink_smarthome.msg", "Msg", Str;
}

const PORT: u16 = 9999;
/// What the first byte is enciphered with; every other with the one before.
const FIRST_KEY: u8 = 171;
/// Bytes of the length that stands before a message over TCP.
const HEADER_LEN: usize = 4;
/// A message is no longer than this.
const LONGEST: usize = 4096;

/// A message that was deciphered.
#[derive(Default)]
struct Text(Vec<u8>);

/// TP-Link Smart Home.
pub struct SmartHome;

impl Protocol for SmartHome {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TPLINK-SMARTHOME";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let over_stream = c.in_stream();
        if !begins(c, if over_stream { HEADER_LEN } else { 0 }) {
            return Err(Stop::NotMine);
        }
        if !over_stream {
            return message(c, "UDP");
        }
        while c.reported() > 0 {
            c.await_header(HEADER_LEN)?;
            let len = c.peek_u32(0).ok_or_else(|| c.short(HEADER_LEN))?;
            let whole = len as usize + HEADER_LEN;
            c.await_bytes(whole)?;
            c.u32(&LENGTH)?;
            c.within(len as usize, |c| message(c, "TCP"))?;
        }
        Ok(())
    }
}

/// Whether what is deciphered `at` bytes from here begins as an object does: the port is in use by others, too.
fn begins<S: Sink>(c: &Cursor<'_, S>, at: usize) -> bool {
    c.peek(at)
        .is_some_and(|[first, second]: [u8; 2]| matches!([first ^ FIRST_KEY, second ^ first], [b'{', b'"' | b'}']))
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, carrier: &'static str) -> Result<(), Stop> {
    let cipher = c.rest();
    let cipher = cipher.get(..LONGEST).unwrap_or(cipher);
    let keys = [FIRST_KEY].into_iter().chain(cipher.iter().copied());
    // The buffer is used again for every message.
    let mut text = c.worker.state.shared.take::<Text>().unwrap_or_default();
    text.0.clear();
    text.0.extend(cipher.iter().zip(keys).map(|(byte, key)| byte ^ key));
    let outcome = if json::looks_like(&text.0) { tell(c, carrier, &text.0) } else { Err(Stop::NotMine) };
    c.worker.state.shared.put(text);
    outcome
}

/// Writes a message that was deciphered.
fn tell<S: Sink>(c: &mut Cursor<'_, S>, carrier: &'static str, text: &[u8]) -> Result<(), Stop> {
    let answer = c.worker.state.current.is_some_and(|current| current.dst_port != PORT);
    c.protocol("TPLINK-SMARTHOME/JSON");
    c.claim().str(carrier).str(if answer { " Rsp: " } else { " Cmd: " }).text(text);
    let (start, end) = (c.pos(), c.end());
    c.text(&TEXT, start, end, |l| _ = l.bytes(text));
    c.label(|l| _ = l.str(if answer { "Rsp: " } else { "Cmd: " }).text(text));
    if S::DETAIL {
        _ = c.over("JSON Message", text).below(Cursor::call::<json::Json>);
    }
    c.seek(end);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{FIRST_KEY, begins};
    use crate::dissect::cursor::Cursor;
    use crate::dissect::registry::Registry;
    use crate::dissect::sink::Quiet;
    use crate::dissect::worker::Worker;

    #[test]
    fn other_traffic_on_its_port_is_not_its_own() {
        let enciphered = |text: &[u8]| {
            let next = |key: &mut u8, &byte: &u8| {
                *key ^= byte;
                Some(*key)
            };
            text.iter().scan(FIRST_KEY, next).collect::<Vec<u8>>()
        };
        let mut worker = Worker::new(Arc::new(Registry::default()));
        let mut is_own = |bytes: &[u8]| begins(&Cursor::<Quiet>::new(bytes, bytes.len(), &mut worker), 0);
        assert!(is_own(&enciphered(b"{\"system\":")) && is_own(&enciphered(b"{}")));
        assert!(!is_own(&enciphered(b"[{\"a\":1}]")) && !is_own(&enciphered(b"{ \"a\":1}")));
        assert!(!is_own(b"{\"id\":1,\"jsonrpc\":\"2.0\"}\n") && !is_own(b"{"));
    }
}
