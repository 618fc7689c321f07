//! SSLv2 (draft-hickman-netscape-ssl): long dead, but old clients said hello in it, and old traffic looks like it.

use super::names::ssl2::{CERTIFICATES, CIPHERS, MESSAGES};
use super::session::{Agreed, Version};
use super::{record, say, unfinished};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    KIND = "tls.handshake.type", "Handshake Message Type", U8 names(MESSAGES);
    LENGTH = "tls.record.length", "Length", U16;
    VERSION = "tls.handshake.version", "Version", U16 hex names(super::names::handshake::VERSIONS);
    SPECS_LEN = "tls.handshake.cipher_spec_len", "Cipher Spec Length", U16;
    SPEC = "tls.handshake.cipherspec", "Cipher Spec", U24 hex names(CIPHERS);
    ID_LEN = "tls.handshake.session_id_length", "Session ID Length", U16;
    ID = "tls.handshake.session_id", "Session ID", Bytes;
    CHALLENGE_LEN = "tls.handshake.challenge_length", "Challenge Length", U16;
    CHALLENGE = "tls.handshake.challenge", "Challenge", None;
    CLEAR_LEN = "tls.handshake.clear_key_length", "Clear Key Data Length", U16;
    CLEAR = "tls.handshake.clear_key_data", "Clear Key Data", None;
    ENCRYPTED_LEN = "tls.handshake.encrypted_key_length", "Encrypted Key Data Length", U16;
    ENCRYPTED = "tls.handshake.encrypted_key", "Encrypted Key", None;
    ARGUMENT_LEN = "tls.handshake.key_arg_length", "Key Argument Length", U16;
    ARGUMENT = "tls.handshake.key_arg", "Key Argument", None;
    HIT = "tls.handshake.session_id_hit", "Session ID Hit", Bool;
    CERT_TYPE = "tls.handshake.cert_type", "Certificate Type", U8 names(CERTIFICATES);
    CERT_LEN = "tls.handshake.certificate_length", "Certificate Length", U24;
    CERT = "tls.handshake.certificate", "Certificate", Bytes;
    CONNECTION_LEN = "tls.handshake.connection_id_length", "Connection ID Length", U16;
    CONNECTION = "tls.handshake.connection_id", "Connection ID", None;
}

const CLIENT_HELLO: u8 = 1;
const CLIENT_MASTER_KEY: u8 = 2;
const SERVER_HELLO: u8 = 4;

/// A record's header.
#[derive(Clone, Copy)]
struct Header {
    /// Bytes of the header itself.
    size: usize,
    /// Bytes behind it.
    len: usize,
}

impl Header {
    /// Two bytes where the highest bit is set; else three, of which the last is the length of the padding.
    fn of(high: u8, low: u8) -> Self {
        let (size, mask) = if high & 0x80 != 0 { (2, 0x7f) } else { (3, 0x3f) };
        Self { size, len: usize::from(u16::from_be_bytes([high & mask, low])) }
    }
}

/// Whether a record's header is not all here.
pub(super) fn lacks_header<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.reported() < 2 || c.reported() == 2 && c.peek_u8(0).is_some_and(|high| high & 0x80 == 0)
}

/// Whether an SSLv2 record begins here: it does where SSLv2 is spoken, and where nothing is known yet but a message
/// of the first ones begins.
pub(super) fn begins<S: Sink>(c: &Cursor<'_, S>, agreed: Version) -> bool {
    agreed == Version::SSL2
        || !agreed.is_settled()
            && matches!(c.peek(0), Some([0x80..=0xff, _, 0 | CLIENT_HELLO | CLIENT_MASTER_KEY | SERVER_HELLO]))
}

/// One record.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, agreed: &mut Agreed) -> Result<(), Stop> {
    let from = c.pos();
    let Some([high, low]) = c.peek(0) else { return Err(c.short(2)) };
    let header = Header::of(high, low);
    let len = header.size + header.len;
    if c.reported() < len {
        return unfinished(c, from, len);
    }
    c.protocol(Version::SSL2.column());
    record::branch(c, from, from + len);
    let known = agreed.version == Version::SSL2;
    c.below(|c| {
        c.put(&LENGTH, from, from + 2, header.len as u64);
        c.skip(header.size)?;
        let Some(kind) = c.peek_u8(0) else { return Err(c.short(1)) };
        match kind {
            CLIENT_MASTER_KEY | SERVER_HELLO if !known => agreed.version = Version::SSL2,
            _ => {}
        }
        if known && kind != CLIENT_HELLO || !plausible(c, kind, header.len)? {
            say(c, "Encrypted Data");
            return Ok(());
        }
        say(c, crate::dissect::field::name_of(MESSAGES, kind.into()).unwrap_or("Encrypted Data"));
        match kind {
            CLIENT_HELLO => client_hello(c, header.len),
            CLIENT_MASTER_KEY => client_master_key(c),
            _ => server_hello(c),
        }
    })?;
    c.seek(from + len);
    Ok(())
}

/// Whether a message can be what its first byte says: the lengths in it fit into the record's.
fn plausible<S: Sink>(c: &Cursor<'_, S>, kind: u8, len: usize) -> Result<bool, Stop> {
    let number = |offset| c.peek_u16(offset).ok_or_else(|| c.short(offset + 2));
    Ok(match kind {
        CLIENT_HELLO => known_version(number(1)?),
        CLIENT_MASTER_KEY => lengths(c, 4)? <= len,
        SERVER_HELLO => known_version(number(3)?),
        _ => false,
    })
}

/// The sum of the three lengths at `offset`.
fn lengths<S: Sink>(c: &Cursor<'_, S>, offset: usize) -> Result<usize, Stop> {
    let Some([a, b, d, e, f, g]) = c.peek(offset) else { return Err(c.short(offset + 6)) };
    Ok([[a, b], [d, e], [f, g]].into_iter().map(|pair| usize::from(u16::from_be_bytes(pair))).sum())
}

/// Whether a hello may name this version.
fn known_version(version: u16) -> bool {
    super::names::handshake::VERSIONS.iter().any(|&(number, _, _)| number == u64::from(version))
}

/// A Client Hello: what old clients said to reach any server.
fn client_hello<S: Sink>(c: &mut Cursor<'_, S>, _len: usize) -> Result<(), Stop> {
    c.u8(&KIND)?;
    c.u16(&VERSION)?;
    let specs = usize::from(c.u16(&SPECS_LEN)?);
    let id = usize::from(c.u16(&ID_LEN)?);
    let challenge = usize::from(c.u16(&CHALLENGE_LEN)?);
    ciphers(c, specs)?;
    if id > MOST_ID {
        return Ok(());
    }
    if id > 0 {
        c.bytes(&ID, id)?;
    }
    c.put(&CHALLENGE, c.pos(), c.pos() + challenge, 0);
    c.skip(challenge)
}

/// Bytes of a session identifier at most.
const MOST_ID: usize = 16;

/// A list of cipher kinds of `len` bytes. Where that is no multiple of three, there is no end to it for who shows them.
fn ciphers<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    if !S::DETAIL {
        c.seek(c.pos() + len);
        return Ok(());
    }
    let stop = if len.is_multiple_of(3) { c.pos() + len } else { usize::MAX };
    while c.pos() < stop {
        c.u24(&SPEC)?;
    }
    Ok(())
}

/// A Client Master Key.
fn client_master_key<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&KIND)?;
    c.u24(&SPEC)?;
    let lengths = [c.u16(&CLEAR_LEN)?, c.u16(&ENCRYPTED_LEN)?, c.u16(&ARGUMENT_LEN)?];
    for (len, field) in lengths.into_iter().zip([&CLEAR, &ENCRYPTED, &ARGUMENT]) {
        c.put(field, c.pos(), c.pos() + usize::from(len), 0);
        c.skip(len.into())?;
    }
    Ok(())
}

/// A Server Hello.
fn server_hello<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&KIND)?;
    c.u8(&HIT)?;
    c.u8(&CERT_TYPE)?;
    c.u16(&VERSION)?;
    let cert = c.u16(&CERT_LEN)?;
    let specs = usize::from(c.u16(&SPECS_LEN)?);
    let connection = usize::from(c.u16(&CONNECTION_LEN)?);
    if cert > 0 {
        c.bytes(&CERT, cert.into())?;
    }
    ciphers(c, specs)?;
    c.put(&CONNECTION, c.pos(), c.pos() + connection, 0);
    c.skip(connection)
}
