//! Extensions of a shape of their own.

use super::super::vector::{opaque, vector};
use super::super::{Talk, branch, kind};
use super::key_share;
use super::lists::rest;
use crate::dissect::application::tls::names::extensions::SRTP_PROFILES;
use crate::dissect::application::tls::session::Version;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    SRTP_LEN = "dtls.use_srtp.protection_profiles_length", "SRTP Protection Profiles Length", U16;
    SRTP_PROFILE = "dtls.use_srtp.protection_profile", "SRTP Protection Profile", U16 hex names(SRTP_PROFILES);
    SRTP_MKI_LEN = "dtls.use_srtp.mki_length", "MKI Length", U8;
    SRTP_MKI = "dtls.use_srtp.mki", "MKI", Bytes;
}

/// The wish for the state of the server's certificate (RFC 6066, 8); within a Certificate of TLS 1.3, the state.
pub(super) fn status_request<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    match kind {
        kind::CLIENT_HELLO => {
            let status = c.u8(&t.f.status_type)?;
            status_ids(c, t, status, end)
        }
        kind::CERTIFICATE => super::super::certificates::status(c, t, end),
        _ => Ok(()),
    }
}

/// Whom to ask, and how.
fn status_ids<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, status: u8, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if !matches!(status, 1 | 2) {
        return Ok(());
    }
    for len in [&f.status_ids_len, &f.status_exts_len] {
        let Some(stop) = vector::<2, S>(c, t, len, end, 0..=0xffff)? else { return Ok(()) };
        if stop > c.pos() {
            c.expert(&t.remarks.undecoded);
            c.seek(stop);
        }
    }
    Ok(())
}

/// The wish for the states of all certificates (RFC 6961).
pub(super) fn status_request_list<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let Some(stop) = vector::<2, S>(c, t, &t.f.status_list_len, end, 1..=0xffff)? else { return Ok(()) };
    while c.pos() < stop {
        let status = c.u8(&t.f.status_type)?;
        let Some(one) = vector::<2, S>(c, t, &t.f.status_len, stop, 0..=0xffff)? else { return Ok(()) };
        status_ids(c, t, status, one)?;
        c.seek(one);
    }
    Ok(())
}

/// The kinds of certificate to choose from, or the one chosen (RFC 7250).
pub(super) fn certificate_types<S: Sink>(
    c: &mut Cursor<'_, S>,
    t: &Talk<'_>,
    kind: u8,
    end: usize,
) -> Result<(), Stop> {
    if kind != kind::CLIENT_HELLO {
        return c.u8(&t.f.format).map(|_| ());
    }
    let Some(stop) = vector::<1, S>(c, t, &t.f.formats_len, end, 1..=255)? else { return Ok(()) };
    let len = stop - c.pos();
    let words = |l: &mut crate::dissect::line::Line| _ = l.str("Certificate Type List (").dec(len as u64).byte(b')');
    branch(c, &t.f.formats, len, words, |c| {
        while c.pos() < stop {
            c.u8(&t.f.format)?;
        }
        Ok(())
    })
}

/// A session ticket (RFC 5077, 3.2).
pub(super) fn ticket<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let len = end - c.pos();
    c.bytes(&t.f.extension_data, len)?;
    c.label(|l| _ = l.str("Data (").dec(len as u64).str(if len == 1 { " byte)" } else { " bytes)" }));
    Ok(())
}

/// Early data: from here on, the client speaks TLS 1.3; in a ticket, how much of it may come (RFC 8446, 4.2.10).
pub(super) fn early_data<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, kind: u8) -> Result<(), Stop> {
    match kind {
        kind::CLIENT_HELLO => t.agreed.version = Version::TLS13,
        kind::NEW_SESSION_TICKET => _ = c.u32(&t.f.early_data_max)?,
        _ => {}
    }
    Ok(())
}

/// A cookie (RFC 8446, 4.2.2).
pub(super) fn cookie<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    opaque::<2, S>(c, t, &t.f.retry_cookie_len, &t.f.retry_cookie, end, 1..=0xffff).map(|_| ())
}

/// What a client's certificate must have (RFC 8446, 4.2.5).
pub(super) fn oid_filters<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    let Some(stop) = vector::<2, S>(c, t, &f.psk_modes_len, end, 0..=0xffff)? else { return Ok(()) };
    while stop.saturating_sub(c.pos()) >= 4 {
        if !opaque::<1, S>(c, t, &f.oid_len, &f.oid, stop, 1..=255)? {
            break;
        }
        let Some(after) = vector::<2, S>(c, t, &f.oid_values_len, stop, 0..=0xffff)? else { break };
        c.seek(after);
    }
    Ok(())
}

/// A connection identifier (RFC 9146, 3).
pub(super) fn connection_id<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    opaque::<1, S>(c, t, &t.f.connection_id_len, &t.f.connection_id, end, 0..=255).map(|_| ())
}

/// Proof that a renegotiation is of the same connection (RFC 5746, 3.2).
pub(super) fn renegotiation<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    rest(c, "Renegotiation Info extension", end, |c| {
        opaque::<1, S>(c, t, &t.f.reneg_len, &t.f.reneg, end, 0..=255).map(|_| ())
    })
}

/// The server's name, encrypted (draft-ietf-tls-esni-01).
pub(super) fn encrypted_name<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, kind: u8, end: usize) -> Result<(), Stop> {
    let f = t.f;
    match kind {
        kind::CLIENT_HELLO => {
            c.u16(&f.esni_suite)?;
            if key_share::entry(c, t, end)?
                && opaque::<2, S>(c, t, &f.esni_digest_len, &f.esni_digest, end, 0..=0xffff)?
            {
                opaque::<2, S>(c, t, &f.esni_len, &f.esni, end, 1..=0xffff)?;
            }
            Ok(())
        }
        kind::ENCRYPTED_EXTENSIONS => c.bytes(&f.esni_nonce, 16).map(|_| ()),
        _ => Ok(()),
    }
}

/// Protection profiles for media (RFC 5764, 4.1.1).
pub(super) fn srtp<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let Some(stop) = vector::<2, S>(c, t, &SRTP_LEN, end, 2..=0xffff)? else { return Ok(()) };
    while c.pos() + 2 <= stop {
        c.u16(&SRTP_PROFILE)?;
    }
    c.seek(stop);
    let Some(stop) = vector::<1, S>(c, t, &SRTP_MKI_LEN, end, 0..=255)? else { return Ok(()) };
    if stop > c.pos() {
        c.bytes(&SRTP_MKI, stop - c.pos())?;
    }
    Ok(())
}
