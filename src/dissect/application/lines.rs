//! Protocols of text lines over TCP: what they have in common.

use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::{Key, Need, Stop};
use crate::dissect::sink::Sink;

/// The first line of `bytes` without its end, and how many bytes it takes with it; `None` where it has no end yet.
pub fn first(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let line = bytes.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1))
}

/// The first line, whether or not it has an end.
pub fn first_or_all(bytes: &[u8]) -> (&[u8], usize) {
    first(bytes).unwrap_or((bytes, bytes.len()))
}

/// Asks for more where the window's last line has no end yet, and more may come.
///
/// # Errors
/// [`Stop::More`] in that case.
pub fn whole<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.can_desegment() && c.rest().last().is_some_and(|&byte| byte != b'\n') {
        return Err(c.more(c.pos(), Need::Segment));
    }
    Ok(())
}

/// Whether the segment comes from the client: whether it goes to one of `ports`.
pub fn from_client<S: Sink>(c: &Cursor<'_, S>, ports: &[u16]) -> bool {
    c.worker.state.current.is_some_and(|current| ports.contains(&current.dst_port))
}

/// Hands the conversation to TLS from the next segment on: both sides agreed.
pub fn start_tls<S: Sink>(c: &mut Cursor<'_, S>) {
    let tls = c.worker.registry.find(Key::Tcp(443));
    c.worker.state.bind(tls);
}
