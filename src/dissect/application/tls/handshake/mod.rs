//! Handshake messages, the same in TLS, DTLS and QUIC (RFC 5246, 7.4; RFC 8446, 4).

mod certificates;
pub(crate) mod extensions;
pub(crate) mod fields;
mod hello;
mod ja3;
mod key_exchange;
mod signatures;
mod ticket;
mod vector;

pub(crate) use hello::is_retry;

use super::names::handshake::HANDSHAKE_TYPES;
use super::session::{Agreed, Version};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use fields::{Fields, HEADING, Remarks};

/// Handshake message types by their numbers.
pub(crate) mod kind {
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const SERVER_HELLO: u8 = 2;
    pub(crate) const SERVER_HELLO_DONE: u8 = 14;
    pub(crate) const HELLO_VERIFY_REQUEST: u8 = 3;
    pub(crate) const NEW_SESSION_TICKET: u8 = 4;
    pub(crate) const HELLO_RETRY_REQUEST: u8 = 6;
    pub(crate) const ENCRYPTED_EXTENSIONS: u8 = 8;
    pub(crate) const CERTIFICATE: u8 = 11;
    pub(crate) const SERVER_KEY_EXCHANGE: u8 = 12;
    pub(crate) const CERTIFICATE_REQUEST: u8 = 13;
    pub(crate) const CERTIFICATE_VERIFY: u8 = 15;
    pub(crate) const CLIENT_KEY_EXCHANGE: u8 = 16;
    pub(crate) const FINISHED: u8 = 20;
    pub(crate) const CERTIFICATE_URL: u8 = 21;
    pub(crate) const CERTIFICATE_STATUS: u8 = 22;
    pub(crate) const KEY_UPDATE: u8 = 24;
    pub(crate) const COMPRESSED_CERTIFICATE: u8 = 25;
    pub(crate) const NEXT_PROTOCOL: u8 = 67;
}

/// Which protocol's records carry the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// TLS.
    Tls,
    /// DTLS.
    Dtls,
}

/// A handshake as a message's dissector sees it: how its fields are named, and what was agreed upon so far.
pub(crate) struct Talk<'a> {
    /// The fields.
    pub(crate) f: &'static Fields,
    /// The remarks.
    pub(crate) remarks: &'static Remarks,
    /// What was agreed upon.
    pub(crate) agreed: &'a mut Agreed,
    /// What carries the handshake.
    pub(crate) carrier: Carrier,
}

impl<'a> Talk<'a> {
    /// A handshake over TLS or within QUIC.
    pub(crate) fn tls(agreed: &'a mut Agreed, carrier: Carrier) -> Self {
        Self { f: &fields::TLS, remarks: &fields::TLS_REMARKS, agreed, carrier }
    }
    /// A handshake over DTLS.
    pub(crate) fn dtls(agreed: &'a mut Agreed) -> Self {
        Self { f: &fields::DTLS, remarks: &fields::DTLS_REMARKS, agreed, carrier: Carrier::Dtls }
    }
    /// Whether TLS 1.3 is spoken.
    pub(crate) fn is_13(&self) -> bool {
        self.agreed.version == Version::TLS13
    }
    /// Whether TLS 1.2 or DTLS 1.2 is spoken.
    pub(crate) fn is_12(&self) -> bool {
        matches!(self.agreed.version, Version::TLS12 | Version::DTLS12)
    }
}

/// The name of a message type, if there is such a type.
pub(crate) fn name(kind: u8) -> Option<&'static str> {
    name_of(HANDSHAKE_TYPES, kind.into())
}

/// Signed certificate timestamps that stand in a certificate, from here to `end`.
///
/// # Errors
/// Where the window ends within.
pub(crate) fn timestamps<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    let mut agreed = Agreed::default();
    extensions::transparency::list(c, &Talk::tls(&mut agreed, Carrier::Tls), end)
}

/// What a message without a name is called: most likely it is encrypted.
pub(crate) const ENCRYPTED: &str = "Encrypted Handshake Message";

/// The name of a message whose body is `body`: a Server Hello may be a Hello Retry Request in disguise.
pub(crate) fn name_with(kind: u8, body: &[u8]) -> &'static str {
    if kind == kind::SERVER_HELLO && is_retry(body) {
        return "Hello Retry Request";
    }
    name(kind).unwrap_or(ENCRYPTED)
}

/// The body of a message, from here to `end`.
///
/// Reads are bounded by the cursor's window, not by `end`, as far as Wireshark's are; what has a length of its own is
/// held to `end`.
///
/// # Errors
/// Where the window ends within.
pub(crate) fn body<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    match kind {
        kind::CLIENT_HELLO => hello::client(c, t, end),
        kind::SERVER_HELLO => hello::server(c, t, end),
        kind::HELLO_VERIFY_REQUEST => hello::verify_request(c, t, end),
        kind::HELLO_RETRY_REQUEST => hello::retry_request(c, t, end),
        kind::NEW_SESSION_TICKET => ticket::dissect(c, t, end),
        kind::ENCRYPTED_EXTENSIONS => extensions::dissect(c, t, kind, end).map(|_| ()),
        kind::CERTIFICATE => certificates::dissect(c, t, end),
        kind::SERVER_KEY_EXCHANGE => key_exchange::server(c, t, end),
        kind::CLIENT_KEY_EXCHANGE => key_exchange::client(c, t, end),
        kind::CERTIFICATE_REQUEST => certificates::request(c, t, end),
        kind::CERTIFICATE_VERIFY => signatures::verify(c, t, end),
        kind::CERTIFICATE_URL => certificates::url(c, t),
        kind::CERTIFICATE_STATUS => certificates::status(c, t, end),
        kind::COMPRESSED_CERTIFICATE if t.carrier != Carrier::Dtls => certificates::compressed(c, t, end),
        kind::FINISHED => {
            finished(c, t, end);
            Ok(())
        }
        kind::KEY_UPDATE => c.u8(&t.f.key_update).map(|_| ()),
        kind::NEXT_PROTOCOL => next_protocol(c, t),
        _ => Ok(()),
    }
}

/// A Finished message: hashes of the handshake so far.
fn finished<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) {
    let start = c.pos();
    if t.agreed.version.0 == 0x0300 {
        c.put(&t.f.md5_hash, start, start + 16, 0);
        c.put(&t.f.sha_hash, start + 16, start + 36, 0);
    } else {
        c.put(&t.f.verify_data, start, end, 0);
    }
}

/// The application protocol chosen, in the draft that came before ALPN (draft-agl-tls-nextprotoneg).
fn next_protocol<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>) -> Result<(), Stop> {
    let len = c.u8(&t.f.npn_selected_len)?;
    c.bytes(&t.f.npn_selected, len.into())?;
    let len = c.u8(&t.f.npn_padding_len)?;
    c.bytes(&t.f.npn_padding, len.into())?;
    Ok(())
}

/// A branch of the tree over the next `len` bytes whose line has words of its own.
fn branch<'p, S: Sink, T>(
    c: &mut Cursor<'p, S>,
    field: &'static Field,
    len: usize,
    words: impl FnOnce(&mut Line),
    body: impl FnOnce(&mut Cursor<'p, S>) -> Result<T, Stop>,
) -> Result<T, Stop> {
    c.put(field, c.pos(), c.pos().saturating_add(len), 0);
    c.label(words);
    c.below(body)
}

/// A branch of the tree whose line is `words` alone.
fn heading<'p, S: Sink, T>(
    c: &mut Cursor<'p, S>,
    words: &'static str,
    len: usize,
    body: impl FnOnce(&mut Cursor<'p, S>) -> Result<T, Stop>,
) -> Result<T, Stop> {
    branch(c, &HEADING, len, |l| _ = l.str(words), body)
}

/// Appends ` (3 suites)` to a line.
fn counted(line: &mut Line, words: &str, count: usize, one: &str, many: &str) {
    line.str(words).str(" (").dec(count as u64).byte(b' ').str(if count == 1 { one } else { many }).byte(b')');
}
