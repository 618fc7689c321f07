//! Key shares and pre-shared keys (RFC 8446, 4.2.8 and 4.2.11).

use super::super::vector::{opaque, vector};
use super::super::{Talk, branch, kind};
use super::lists::rest;
use crate::dissect::application::tls::names::extensions::GROUPS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// What the sender contributes to the keys: shares for several groups, one share, or the group wanted.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    let f = t.f;
    rest(c, "Key Share extension", end, |c| match kind {
        kind::CLIENT_HELLO => {
            let Some(stop) = vector::<2, S>(c, t, &f.shares_len, end, 0..=0xffff)? else { return Ok(()) };
            while stop.saturating_sub(c.pos()) >= 4 {
                if !entry(c, t, stop)? {
                    break;
                }
            }
            Ok(())
        }
        kind::SERVER_HELLO => entry(c, t, end).map(|_| ()),
        kind::HELLO_RETRY_REQUEST => c.u16(&f.share_selected).map(|_| ()),
        _ => Ok(()),
    })
}

/// One share; says whether there was room for it.
pub(super) fn entry<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<bool, Stop> {
    let f = t.f;
    let (group, len) = (c.peek_u16(0).unwrap_or(0), c.peek_u16(2).unwrap_or(0));
    let words = |l: &mut crate::dissect::line::Line| {
        let group = name_of(GROUPS, group.into());
        l.str("Key Share Entry: Group: ").str(group.unwrap_or("Unknown")).str(", Key Exchange length: ").dec(len);
    };
    branch(c, &super::super::fields::HEADING, 4 + usize::from(len), words, |c| {
        c.u16(&f.share_group)?;
        opaque::<2, S>(c, t, &f.share_len, &f.share, end, 1..=0xffff)
    })
}

/// The pre-shared keys to choose from, or the one chosen.
pub(super) fn pre_shared<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    let f = t.f;
    rest(c, "Pre-Shared Key extension", end, |c| match kind {
        kind::CLIENT_HELLO => {
            let Some(stop) = vector::<2, S>(c, t, &f.psk_ids_len, end, 7..=0xffff)? else { return Ok(()) };
            while c.pos() < stop {
                let len = c.peek_u16(0).unwrap_or(0);
                let words =
                    |l: &mut crate::dissect::line::Line| _ = l.str("PSK Identity (length: ").dec(len).byte(b')');
                let held = branch(c, &super::super::fields::HEADING, 6 + usize::from(len), words, |c| {
                    let held = opaque::<2, S>(c, t, &f.psk_id_len, &f.psk_id, stop, 1..=0xffff)?;
                    if held {
                        c.u32(&f.psk_age)?;
                    }
                    Ok(held)
                })?;
                if !held {
                    return Ok(());
                }
            }
            let Some(stop) = vector::<2, S>(c, t, &f.psk_binders_len, end, 33..=0xffff)? else { return Ok(()) };
            c.put(&f.psk_binders, c.pos(), stop, 0);
            c.seek(stop);
            Ok(())
        }
        kind::SERVER_HELLO => c.u16(&f.psk_selected).map(|_| ()),
        _ => Ok(()),
    })
}
