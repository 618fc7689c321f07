//! Extensions that are lists: of names, groups, versions, protocols.

use super::super::fields::HEADING;
use super::super::ja3::Seen;
use super::super::vector::{opaque, vector};
use super::super::{Talk, branch, counted, heading, kind};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;

/// The names of the server that the client wants to reach (RFC 6066, 3).
pub(super) fn server_names<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, _kind: u8, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if c.pos() == end {
        return Ok(());
    }
    let len = end - c.pos();
    heading(c, "Server Name Indication extension", len, |c| {
        let Some(stop) = vector::<2, S>(c, t, &f.names_len, end, 1..=0xffff)? else { return Ok(()) };
        while c.pos() < stop {
            c.u8(&f.name_type)?;
            let from = c.pos() + 2;
            if !opaque::<2, S>(c, t, &f.name_len, &f.name, stop, 1..=0xffff)? {
                break;
            }
            c.tell(Layers::NAMES, c.whole().get(from..c.pos()).unwrap_or_default());
        }
        Ok(())
    })
}

/// The groups that the sender can exchange keys in (RFC 8446, 4.2.7).
pub(super) fn groups<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize, seen: &mut Seen) -> Result<(), Stop> {
    let Some(stop) = vector::<2, S>(c, t, &t.f.groups_len, end, 2..=0xffff)? else { return Ok(()) };
    let len = stop - c.pos();
    seen.groups = c.pos()..stop;
    branch(
        c,
        &t.f.groups,
        len,
        |l| counted(l, "Supported Groups", len / 2, "group", "groups"),
        |c| {
            while c.pos() + 2 <= stop {
                c.u16(&t.f.group)?;
            }
            Ok(())
        },
    )
}

/// The ways of writing points down that the sender knows (RFC 8422, 5.1.2).
pub(super) fn point_formats<S: Sink>(
    c: &mut Cursor<'_, S>,
    t: &Talk<'_>,
    end: usize,
    seen: &mut Seen,
) -> Result<(), Stop> {
    let Some(stop) = vector::<1, S>(c, t, &t.f.point_formats_len, end, 1..=255)? else { return Ok(()) };
    let len = stop - c.pos();
    seen.point_formats = c.pos()..stop;
    let words = |l: &mut crate::dissect::line::Line| {
        l.str("Elliptic curves point formats (").dec(len as u64).byte(b')');
    };
    branch(c, &t.f.point_formats, len, words, |c| {
        while c.pos() < stop {
            c.u8(&t.f.point_format)?;
        }
        Ok(())
    })
}

/// A user's name for SRP (RFC 5054, 2.8.1).
pub(super) fn srp<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    opaque::<1, S>(c, t, &t.f.srp_len, &t.f.srp_name, end, 1..=255).map(|_| ())
}

/// The application protocols to choose from, or the one chosen (RFC 7301).
pub(super) fn protocols<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    let Some(stop) = vector::<2, S>(c, t, &f.alpn_len, end, 2..=0xffff)? else { return Ok(()) };
    let len = stop - c.pos();
    branch(
        c,
        &f.alpn_list,
        len,
        |l| _ = l.str("ALPN Protocol"),
        |c| {
            while c.pos() < stop {
                if !opaque::<1, S>(c, t, &f.alpn_name_len, &f.alpn_name, stop, 1..=255)? {
                    break;
                }
            }
            Ok(())
        },
    )
}

/// The protocols of ALPN's predecessor (draft-agl-tls-nextprotoneg).
pub(super) fn next_protocols<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if c.pos() == end {
        return Ok(());
    }
    let len = end - c.pos();
    heading(c, "Next Protocol Negotiation", len, |c| {
        while c.pos() < end {
            if !opaque::<1, S>(c, t, &f.npn_len, &f.npn, end, 0..=255)? {
                break;
            }
        }
        Ok(())
    })
}

/// The protocols with settings of their own (draft-vvv-tls-alps).
pub(super) fn settings<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if kind != kind::CLIENT_HELLO {
        return c.bytes(&f.alps_settings, end - c.pos()).map(|_| ());
    }
    let Some(stop) = vector::<2, S>(c, t, &f.alps_len, end, 2..=0xffff)? else { return Ok(()) };
    let len = stop - c.pos();
    branch(
        c,
        &f.alps_list,
        len,
        |l| _ = l.str("Supported ALPN List"),
        |c| {
            while c.pos() < stop {
                if !opaque::<1, S>(c, t, &f.alps_name_len, &f.alps_name, stop, 1..=255)? {
                    break;
                }
            }
            Ok(())
        },
    )
}

/// The versions to choose from, or the one chosen (RFC 8446, 4.2.1).
pub(super) fn versions<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if kind != kind::CLIENT_HELLO {
        return c.u16(&f.supported_version).map(|_| ());
    }
    let Some(stop) = vector::<1, S>(c, t, &f.versions_len, end, 2..=254)? else { return Ok(()) };
    while c.pos() + 2 <= stop {
        c.u16(&f.supported_version)?;
    }
    Ok(())
}

/// How a pre-shared key may be used (RFC 8446, 4.2.9).
pub(super) fn psk_modes<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let Some(stop) = vector::<1, S>(c, t, &t.f.psk_modes_len, end, 1..=255)? else { return Ok(()) };
    while c.pos() < stop {
        c.u8(&t.f.psk_mode)?;
    }
    Ok(())
}

/// The ways of compressing certificates that the sender knows (RFC 8879, 3).
pub(super) fn compressors<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let Some(stop) = vector::<1, S>(c, t, &t.f.compressors_len, end, 2..=254)? else { return Ok(()) };
    while c.pos() + 2 <= stop {
        c.u16(&t.f.compressor)?;
    }
    Ok(())
}

/// Opens a heading over the rest of an extension.
pub(super) fn rest<'p, S: Sink, T>(
    c: &mut Cursor<'p, S>,
    words: &'static str,
    end: usize,
    body: impl FnOnce(&mut Cursor<'p, S>) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let len = end.saturating_sub(c.pos());
    branch(c, &HEADING, len, |l| _ = l.str(words), body)
}
