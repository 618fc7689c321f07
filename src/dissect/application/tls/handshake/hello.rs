//! The hellos (RFC 5246, 7.4.1; RFC 8446, 4.1).

use super::vector::{opaque, vector};
use super::{Carrier, Talk, branch, counted, extensions, ja3, kind};
use crate::dissect::application::tls::session::Version;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Bytes of the random.
const RANDOM_LEN: usize = 32;

/// The random of a Hello Retry Request: SHA-256 of that name (RFC 8446, 4.1.3).
const RETRY: [u8; RANDOM_LEN] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
    0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Whether a Server Hello is a Hello Retry Request: it has that random, and chooses its version by extension.
pub(crate) fn is_retry(body: &[u8]) -> bool {
    body.get(2..2 + RANDOM_LEN) == Some(&RETRY) && chosen_version(body).is_some()
}

/// The version that a Server Hello chooses in its extension supported_versions, if it has one (RFC 8446, 4.2.1).
fn chosen_version(body: &[u8]) -> Option<u16> {
    chosen(body, extensions::SUPPORTED_VERSIONS)
        .filter(|data| data.len() == 2)?
        .as_array()
        .copied()
        .map(u16::from_be_bytes)
}

/// The application protocol that a Server Hello chooses in its extension ALPN (RFC 7301, 3.1), as it is shown.
fn chosen_application(body: &[u8]) -> Option<&'static str> {
    match chosen(body, ALPN)?.get(3..)? {
        b"h2" => Some("HyperText Transfer Protocol 2"),
        b"http/1.0" | b"http/1.1" => Some("Hypertext Transfer Protocol"),
        name if name.starts_with(b"spdy/") => Some("SPDY"),
        _ => None,
    }
}

/// The number of the extension ALPN.
const ALPN: u16 = 16;

/// What a Server Hello's extension of this number holds, if it is there.
fn chosen(body: &[u8], number: u16) -> Option<&[u8]> {
    let id_len = usize::from(*body.get(2 + RANDOM_LEN)?);
    let mut rest = body.get(2 + RANDOM_LEN + 1 + id_len + 2 + 1 + 2..)?;
    while let Some((&[a, b, c, d], tail)) = rest.split_first_chunk() {
        let (data, tail) = tail.split_at_checked(u16::from_be_bytes([c, d]).into())?;
        if u16::from_be_bytes([a, b]) == number {
            return Some(data);
        }
        rest = tail;
    }
    None
}

/// Whether a Server Hello of this version has neither session identifier nor compression: those of the drafts before
/// number 22 do not.
fn without_id(version: u16) -> bool {
    (0x7f01..0x7f16).contains(&version)
}

/// The draft number in a version, 0 for a finished one.
fn draft(version: u16) -> u8 {
    match version.to_be_bytes() {
        [0x7f | 0xfb, draft] => draft,
        _ => 0,
    }
}

/// A Client Hello.
pub(super) fn client<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    let version = c.u16(&f.version)?;
    // In TLS 1.3 the time is no part of it any more.
    random(c, t, !t.is_13())?;
    session_id(c, t)?;
    if t.carrier == Carrier::Dtls {
        opaque::<1, S>(c, t, &f.cookie_len, &f.cookie, end, 0..=255)?;
    }
    let Some(stop) = vector::<2, S>(c, t, &f.suites_len, end, 2..=0xfffe)? else { return Ok(()) };
    let suites = c.pos()..stop;
    let count = suites.len() / 2;
    branch(
        c,
        &f.suites,
        suites.len(),
        |l| counted(l, "Cipher Suites", count, "suite", "suites"),
        |c| {
            while c.pos() + 2 <= stop {
                c.u16(&f.suite)?;
            }
            Ok(())
        },
    )?;
    c.seek(stop);
    let Some(stop) = vector::<1, S>(c, t, &f.compressions_len, end, 1..=255)? else { return Ok(()) };
    let count = stop - c.pos();
    branch(
        c,
        &f.compressions,
        count,
        |l| counted(l, "Compression Methods", count, "method", "methods"),
        |c| {
            while c.pos() < stop {
                c.u8(&f.compression)?;
            }
            Ok(())
        },
    )?;
    let mut seen = ja3::Seen::default();
    if c.pos() < end {
        seen = extensions::dissect(c, t, kind::CLIENT_HELLO, end)?;
    }
    if S::DETAIL {
        ja3::client(c, t, version, suites, &seen);
    }
    Ok(())
}

/// A Server Hello, or a Hello Retry Request in the guise of one.
pub(super) fn server<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    let body = c.whole().get(c.pos()..end.min(c.end())).unwrap_or_default();
    let retry = t.carrier != Carrier::Dtls && is_retry(body);
    let extended = chosen_version(body);
    let version = c.u16(&f.version)?;
    choose(t, extended.unwrap_or(version));
    if without_id(version) {
        c.bytes(&f.random, RANDOM_LEN)?;
    } else {
        // In TLS 1.3 the time is no part of it any more.
        random(c, t, !t.is_13())?;
        session_id(c, t)?;
    }
    let suite = c.u16(&f.suite)?;
    t.agreed.cipher = suite;
    t.agreed.application = chosen_application(body);
    if !without_id(version) {
        c.u8(&f.compression)?;
    }
    let mut seen = ja3::Seen::default();
    if c.pos() < end {
        seen = extensions::dissect(c, t, if retry { kind::HELLO_RETRY_REQUEST } else { kind::SERVER_HELLO }, end)?;
    }
    if S::DETAIL {
        ja3::server(c, t, version, suite, &seen);
    }
    Ok(())
}

/// A Hello Retry Request as TLS 1.3 drafts had it.
pub(super) fn retry_request<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, end: usize) -> Result<(), Stop> {
    let version = c.u16(&t.f.version)?;
    if !(0x7f00..0x7f13).contains(&version) {
        t.agreed.cipher = c.u16(&t.f.suite)?;
    }
    extensions::dissect(c, t, kind::HELLO_RETRY_REQUEST, end).map(|_| ())
}

/// A Hello Verify Request, which only DTLS has (RFC 6347, 4.2.1).
pub(super) fn verify_request<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, end: usize) -> Result<(), Stop> {
    if t.carrier != Carrier::Dtls {
        return Ok(());
    }
    c.u16(&t.f.version)?;
    opaque::<1, S>(c, t, &t.f.cookie_len, &t.f.cookie, end, 0..=255).map(|_| ())
}

/// The version is chosen.
fn choose(t: &mut Talk<'_>, version: u16) {
    let chosen = match t.carrier {
        Carrier::Dtls => Version::chosen_over_datagrams(version),
        Carrier::Tls => Version::chosen(version),
    };
    if chosen.is_known() {
        t.agreed.version = chosen;
        t.agreed.draft = draft(version);
    }
}

/// The random, whose first four bytes used to be the time.
fn random<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, timed: bool) -> Result<(), Stop> {
    let start = c.pos();
    let bytes = c.bytes(&t.f.random, RANDOM_LEN)?;
    if t.carrier != Carrier::Dtls && *bytes == RETRY {
        c.append(|l| _ = l.str(" (HelloRetryRequest magic)"));
    }
    if S::DETAIL && timed {
        c.seek(start);
        c.below(|c| {
            let seconds = c.peek_u32(0).unwrap_or(0);
            c.put(&t.f.random_time, start, start + 4, u64::from(seconds) * 1_000_000_000);
            c.seek(start + 4);
            c.bytes(&t.f.random_bytes, RANDOM_LEN - 4)
        })?;
    }
    Ok(())
}

/// The session identifier.
fn session_id<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>) -> Result<(), Stop> {
    let len = c.u8(&t.f.session_id_len)?;
    if len > 32 {
        c.below(|c| {
            c.expert(&t.remarks.id_len);
            c.label(|l| _ = l.str("Invalid session ID length: ").dec(len));
        });
    }
    if len > 0 {
        c.bytes(&t.f.session_id, len.into())?;
    }
    Ok(())
}
