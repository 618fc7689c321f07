//! Session tickets (RFC 5077; RFC 8446, 4.6.1).

use super::vector::opaque;
use super::{Talk, extensions, heading, kind};
use crate::dissect::cursor::Cursor;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// A New Session Ticket.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, end: usize) -> Result<(), Stop> {
    let len = end.saturating_sub(c.pos());
    heading(c, "TLS Session Ticket", len, |c| {
        let f = t.f;
        c.u32(&f.ticket_lifetime)?;
        if t.is_13() {
            c.u32(&f.ticket_age_add)?;
            if t.agreed.draft == 0 || t.agreed.draft >= 21 {
                let empty = c.peek_u8(0) == Some(0);
                if !opaque::<1, S>(c, t, &f.ticket_nonce_len, &f.ticket_nonce, end, 0..=255)? {
                    return Ok(());
                }
                if empty {
                    c.put(&f.ticket_nonce, c.pos(), c.pos(), 0);
                }
            }
        }
        if opaque::<2, S>(c, t, &f.ticket_len, &f.ticket, end, 0..=0xffff)? && t.is_13() {
            extensions::dissect(c, t, kind::NEW_SESSION_TICKET, end)?;
        }
        Ok(())
    })
}

/// Writes a span of time: `7200 seconds (2 hours)`.
pub(super) fn lifetime(seconds: u64, line: &mut Line) {
    line.dec(seconds).str(if seconds == 1 { " second" } else { " seconds" });
    let mut parts = [
        (seconds / 86400, " day"),
        (seconds / 3600 % 24, " hour"),
        (seconds / 60 % 60, " minute"),
        (seconds % 60, " second"),
    ]
    .into_iter()
    .filter(|&(count, _)| count > 0)
    .peekable();
    line.str(" (");
    if parts.peek().is_none() {
        line.str("0 seconds");
    }
    for (i, (count, unit)) in parts.enumerate() {
        line.str(if i > 0 { ", " } else { "" }).dec(count).str(unit).str(if count == 1 { "" } else { "s" });
    }
    line.byte(b')');
}
