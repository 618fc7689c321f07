//! Key exchange until TLS 1.2 (RFC 5246, 7.4.3 and 7.4.7; RFC 8422; RFC 4279).

use super::vector::opaque;
use super::{Talk, heading, signatures};
use crate::dissect::application::tls::names::cipher_suites::CIPHER_SUITES;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// How keys are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    /// RSA; for export, with a key of its own.
    Rsa,
    /// Diffie-Hellman; with or without a signature.
    Dh { signed: bool },
    /// The same over elliptic curves.
    Ecdh { signed: bool },
    /// A pre-shared key alone.
    Psk,
    /// A pre-shared key and RSA.
    RsaPsk,
    /// Another way.
    Other,
}

/// The key exchange that a cipher suite's name says.
fn exchange(suite: u16) -> Exchange {
    let name = name_of(CIPHER_SUITES, suite.into()).unwrap_or("");
    let Some((way, _)) = name.strip_prefix("TLS_").and_then(|rest| rest.split_once("_WITH_")) else {
        return Exchange::Other;
    };
    match way.trim_end_matches("_EXPORT").trim_end_matches("_EXPORT1024") {
        "RSA" | "RSA_FIPS" => Exchange::Rsa,
        "DH_anon" => Exchange::Dh { signed: false },
        "DH_DSS" | "DH_RSA" | "DHE_DSS" | "DHE_RSA" => Exchange::Dh { signed: true },
        "ECDH_anon" => Exchange::Ecdh { signed: false },
        "ECDH_ECDSA" | "ECDH_RSA" | "ECDHE_ECDSA" | "ECDHE_RSA" => Exchange::Ecdh { signed: true },
        "PSK" => Exchange::Psk,
        "RSA_PSK" => Exchange::RsaPsk,
        _ => Exchange::Other,
    }
}

/// A length and that many bytes, wherever they end.
fn counted<const N: usize, S: Sink>(
    c: &mut Cursor<'_, S>,
    len: &'static Field,
    field: &'static Field,
) -> Result<(), Stop> {
    let len = c.be::<N>(len)? as usize;
    c.bytes(field, len).map(|_| ())
}

/// A Server Key Exchange.
pub(super) fn server<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let len = end.saturating_sub(c.pos());
    let f = t.f;
    match exchange(t.agreed.cipher) {
        Exchange::Rsa => heading(c, "RSA-EXPORT Server Params", len, |c| {
            counted::<2, S>(c, &f.modulus_len, &f.modulus)?;
            counted::<2, S>(c, &f.exponent_len, &f.exponent)?;
            signatures::of_params(c, t, end)
        }),
        Exchange::Dh { signed } => heading(c, "Diffie-Hellman Server Params", len, |c| {
            counted::<2, S>(c, &f.p_len, &f.p)?;
            counted::<2, S>(c, &f.g_len, &f.g)?;
            counted::<2, S>(c, &f.ys_len, &f.ys)?;
            if signed { signatures::of_params(c, t, end) } else { Ok(()) }
        }),
        Exchange::Ecdh { signed } => heading(c, "EC Diffie-Hellman Server Params", len, |c| {
            if c.u8(&f.curve_type)? != NAMED_CURVE {
                return Ok(());
            }
            c.u16(&f.curve)?;
            if c.pos() >= end {
                return Ok(());
            }
            counted::<1, S>(c, &f.server_point_len, &f.server_point)?;
            if signed { signatures::of_params(c, t, end) } else { Ok(()) }
        }),
        Exchange::Psk | Exchange::RsaPsk => heading(c, "PSK Server Params", len, |c| {
            opaque::<2, S>(c, t, &f.hint_len, &f.hint, end, 0..=0xffff).map(|_| ())
        }),
        Exchange::Other => Ok(()),
    }
}

/// The curve is told by its number; the ways of spelling it out were never used.
const NAMED_CURVE: u8 = 3;

/// A Client Key Exchange.
pub(super) fn client<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let len = end.saturating_sub(c.pos());
    let f = t.f;
    match exchange(t.agreed.cipher) {
        Exchange::Rsa => heading(c, "RSA Encrypted PreMaster Secret", len, |c| {
            if t.agreed.version.0 == 0x0300 {
                return c.bytes(&f.epms, len).map(|_| ());
            }
            counted::<2, S>(c, &f.epms_len, &f.epms)
        }),
        Exchange::Dh { .. } => {
            heading(c, "Diffie-Hellman Client Params", len, |c| counted::<2, S>(c, &f.yc_len, &f.yc))
        }
        Exchange::Ecdh { .. } => heading(c, "EC Diffie-Hellman Client Params", len, |c| {
            counted::<1, S>(c, &f.client_point_len, &f.client_point)
        }),
        Exchange::Psk => heading(c, "PSK Client Params", len, |c| {
            opaque::<2, S>(c, t, &f.identity_len, &f.identity, end, 0..=0xffff).map(|_| ())
        }),
        Exchange::RsaPsk => heading(c, "RSA PSK Client Params", len, |c| {
            counted::<2, S>(c, &f.identity_len, &f.identity)?;
            counted::<2, S>(c, &f.epms_len, &f.epms)
        }),
        Exchange::Other => Ok(()),
    }
}
