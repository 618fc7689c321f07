//! Extensions of hellos and other messages (RFC 8446, 4.2; IANA's registry of extension types).

mod key_share;
mod lists;
mod others;
mod quic;
pub(super) mod transparency;

pub(crate) use others::FIELDS as SRTP_FIELDS;
pub(crate) use quic::{FIELDS as QUIC_FIELDS, varint};

use super::ja3::Seen;
use super::vector::vector;
use super::{Talk, signatures};
use crate::dissect::application::tls::names::extensions::EXTENSIONS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// The extension with which a Server Hello of TLS 1.3 chooses its version.
pub(crate) const SUPPORTED_VERSIONS: u16 = 43;

/// The extension with which a client announces that it sends data at once.
const EARLY_DATA: u16 = 42;

/// The extensions of a message of type `kind` that ends before `end`.
///
/// # Errors
/// Where the window ends within.
pub(crate) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, kind: u8, end: usize) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let Some(stop) = vector::<2, S>(c, t, &t.f.extensions_len, end, 0..=0xffff)? else { return Ok(seen) };
    while stop.saturating_sub(c.pos()) >= 4 {
        let from = c.pos();
        let (number, len) = (c.peek_u16(0).unwrap_or(0), c.peek_u16(2).unwrap_or(0));
        if S::DETAIL {
            seen.types.push(number);
        }
        let len = usize::from(len);
        c.need(4 + len)?;
        c.put(&super::fields::HEADING, from, from + 4 + len, 0);
        c.label(|l| {
            l.str("Extension: ");
            match name_of(EXTENSIONS, number.into()) {
                Some(name) => l.str(name),
                None => l.str("Unknown type ").dec(number),
            };
            l.str(" (len=").dec(len as u64).byte(b')');
        });
        let held = c.below(|c| one(c, t, kind, number, stop, &mut seen))?;
        if !held {
            break;
        }
    }
    Ok(seen)
}

/// One extension; says whether there was room for it.
fn one<S: Sink>(
    c: &mut Cursor<'_, S>,
    t: &mut Talk<'_>,
    kind: u8,
    number: u16,
    end: usize,
    seen: &mut Seen,
) -> Result<bool, Stop> {
    c.u16(&t.f.extension_type)?;
    let Some(stop) = vector::<2, S>(c, t, &t.f.extension_len, end, 0..=0xffff)? else { return Ok(false) };
    content(c, t, kind, number, stop, seen)?;
    let at = c.pos();
    if at != stop {
        c.expert(&t.remarks.trailing);
        c.label(|l| match stop.checked_sub(at) {
            Some(left) => {
                l.dec(left as u64).str(" trailing byte").str(if left == 1 { " was" } else { "s were" });
                l.str(" unprocessed");
            }
            None => {
                let over = (at - stop) as u64;
                l.str("Dissector processed too much data (").dec(over).str(if over == 1 {
                    " byte)"
                } else {
                    " bytes)"
                });
            }
        });
        c.seek(stop);
    }
    Ok(true)
}

/// What an extension says, from here to `end`.
fn content<S: Sink>(
    c: &mut Cursor<'_, S>,
    t: &mut Talk<'_>,
    kind: u8,
    number: u16,
    end: usize,
    seen: &mut Seen,
) -> Result<(), Stop> {
    match number {
        0 => lists::server_names(c, t, kind, end),
        1 => c.u8(&t.f.fragment_len).map(|_| ()),
        5 => others::status_request(c, t, kind, end),
        9 | 19 | 20 => others::certificate_types(c, t, kind, end),
        10 => lists::groups(c, t, end, seen),
        11 => lists::point_formats(c, t, end, seen),
        12 => lists::srp(c, t, end),
        13 | 50 => signatures::schemes(c, t, end).map(|_| ()),
        14 if t.carrier == super::Carrier::Dtls => others::srtp(c, t, end),
        14 | 46 => Ok(()),
        15 => c.u8(&t.f.heartbeat_mode).map(|_| ()),
        16 => lists::protocols(c, t, end),
        17 => others::status_request_list(c, t, end),
        18 => transparency::dissect(c, t, kind, end),
        21 => c.bytes(&t.f.padding, end - c.pos()).map(|_| ()),
        22 | 23 | 49 => Ok(()),
        27 => lists::compressors(c, t, end),
        28 => c.u16(&t.f.record_limit).map(|_| ()),
        34 if kind == super::kind::CLIENT_HELLO => signatures::schemes(c, t, end).map(|_| ()),
        35 => others::ticket(c, t, end),
        40 | 51 => key_share::dissect(c, t, kind, end),
        41 => key_share::pre_shared(c, t, kind, end),
        EARLY_DATA => others::early_data(c, t, kind),
        SUPPORTED_VERSIONS => lists::versions(c, t, kind, end),
        44 => others::cookie(c, t, end),
        45 => lists::psk_modes(c, t, end),
        47 => super::certificates::names(c, t, end),
        48 => others::oid_filters(c, t, end),
        53 | 54 => others::connection_id(c, t, end),
        57 | 65445 => quic::dissect(c, t, number, end),
        13172 => lists::next_protocols(c, t, end),
        17513 => lists::settings(c, t, kind, end),
        65281 => others::renegotiation(c, t, end),
        65486 => others::encrypted_name(c, t, kind, end),
        _ => c.bytes(&t.f.extension_data, end - c.pos()).map(|_| ()),
    }
}
