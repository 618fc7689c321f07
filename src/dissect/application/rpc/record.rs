//! Record marking: how messages follow each other over TCP (RFC 5531 section 11).

use super::{calls, message};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    LAST = "rpc.lastfrag", "Last Fragment", Bool bits(32) mask(0x8000_0000) flag("Yes", "No");
    LENGTH = "rpc.fraglen", "Fragment Length", U32 mask(0x7fff_ffff);
}

/// Bytes of a fragment's header.
const HEADER_LEN: usize = 4;
/// Says that a fragment is its record's last.
const LAST_FLAG: u32 = 0x8000_0000;
/// A record of several fragments is put together up to this size.
const LONGEST: usize = 1 << 22;
/// A message is recognised by no fewer bytes than these, its fragment's header among them.
const LEAST: usize = 28;

/// Whether a record begins here.
pub fn begins<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.reported() >= LEAST && calls::recognise(c, HEADER_LEN)
}

/// Bytes that make no message: the text says so.
pub fn continuation<S: Sink>(c: &mut Cursor<'_, S>) {
    begin(c).str("Continuation");
    c.protocol("RPC");
    c.seek(c.limit());
}

/// Begins what is said of one more message.
pub fn begin<'c, S: Sink>(c: &'c mut Cursor<'_, S>) -> &'c mut crate::dissect::line::Line {
    if c.row().claimed() && !c.row().fresh() {
        return c.info().str("  ; ");
    }
    c.claim()
}

/// Dissects the records of a segment, one after the other.
///
/// # Errors
/// [`Stop::More`] where the last one is unfinished; otherwise none: a message that breaks off is remarked upon.
pub fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.await_header(HEADER_LEN)?;
        let Some(header) = c.peek_u32(0) else {
            continuation(c);
            return Ok(());
        };
        let goes_on = calls::with(c, |calls| calls.fragments.iter().any(|kept| !kept.is_empty()));
        if !goes_on && !calls::recognise(c, HEADER_LEN) {
            continuation(c);
            return Ok(());
        }
        let whole = (header & !LAST_FLAG) as usize + HEADER_LEN;
        c.await_bytes(whole)?;
        c.worker.state.bind(Registry::named("rpc"));
        c.message(whole, |c| fragment(c, header & LAST_FLAG != 0))?;
    }
    Ok(())
}

fn fragment<S: Sink>(c: &mut Cursor<'_, S>, last: bool) -> Result<(), Stop> {
    let header = u64::from(c.peek_u32(0).unwrap_or_default());
    c.put(&LAST, c.pos(), c.pos() + HEADER_LEN, header);
    c.u32(&LENGTH)?;
    let way = c.worker.state.current.map_or(0, |current| current.way());
    let mut record = calls::with(c, |calls| calls.fragments.get_mut(way).map(std::mem::take).unwrap_or_default());
    if last && record.is_empty() {
        return message::dissect(c);
    }
    if record.len().saturating_add(c.remaining()) <= LONGEST {
        record.extend_from_slice(c.rest());
    }
    if !last {
        calls::with(c, |calls| {
            calls.fragments.get_mut(way).into_iter().for_each(|kept| *kept = std::mem::take(&mut record));
        });
        begin(c).str("Fragment");
        c.protocol("RPC");
        return Ok(());
    }
    let mut c = c.over("Reassembled RPC", &record);
    if !calls::recognise(&c, 0) {
        continuation(&mut c);
        return Ok(());
    }
    message::dissect(&mut c)
}
