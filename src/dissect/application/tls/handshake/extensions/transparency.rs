//! Signed certificate timestamps (RFC 6962, 3.2 and 3.3).

use super::super::vector::{opaque, vector};
use super::super::{Talk, branch, kind, signatures};
use crate::dissect::application::tls::names::logs::name_of_log;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// The timestamps, which a Client Hello only asks for.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    if kind == kind::CLIENT_HELLO || kind == kind::CERTIFICATE_REQUEST {
        return Ok(());
    }
    list(c, t, end)
}

/// The timestamps that end before `end`.
pub(in super::super) fn list<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let Some(stop) = vector::<2, S>(c, t, &t.f.scts_len, end, 1..=0xffff)? else { return Ok(()) };
    while stop.saturating_sub(c.pos()) >= 2 {
        // Behind the length stand a version and the log's identifier.
        let log = c.rest().get(3..35).unwrap_or_default();
        let words = |l: &mut crate::dissect::line::Line| {
            _ = l.str("Signed Certificate Timestamp (").str(name_of_log(log)).byte(b')');
        };
        let len = usize::from(c.peek_u16(0).unwrap_or(0));
        let held = branch(c, &super::super::fields::HEADING, 2 + len, words, |c| {
            let Some(after) = vector::<2, S>(c, t, &t.f.sct_len, stop, 1..=0xffff)? else { return Ok(false) };
            one(c, t, after)?;
            c.seek(after);
            Ok(true)
        })?;
        if !held {
            break;
        }
    }
    Ok(())
}

/// One timestamp.
fn one<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if c.u8(&f.sct_version)? != 0 {
        return Ok(());
    }
    c.bytes(&f.sct_log, 32)?;
    let start = c.pos();
    let milliseconds = u64::from_be_bytes(c.array::<8>()?);
    c.put(&f.sct_time, start, start + 8, milliseconds.wrapping_mul(1_000_000));
    if !opaque::<2, S>(c, t, &f.sct_exts_len, &f.sct_exts, end, 0..=0xffff)? {
        return Ok(());
    }
    signatures::scheme(c, t)?;
    opaque::<2, S>(c, t, &f.sct_sig_len, &f.sct_sig, end, 0..=0xffff).map(|_| ())
}
