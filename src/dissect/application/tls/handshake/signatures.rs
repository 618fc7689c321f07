//! Signature schemes, and the signature of a Certificate Verify.

use super::vector::{opaque, vector};
use super::{Talk, branch, counted};
use crate::dissect::application::tls::names::signatures::{HASHES, SCHEMES, SIGNATURES};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// One signature scheme, and what its two bytes meant in TLS 1.2.
pub(super) fn scheme<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>) -> Result<(), Stop> {
    let start = c.pos();
    let scheme = c.u16(&t.f.scheme)?;
    if S::DETAIL {
        let [hash, signature] = scheme.to_be_bytes();
        if name_of(SCHEMES, scheme.into()).is_none() {
            let name = |names, value: u8| name_of(names, value.into()).unwrap_or("Unknown");
            c.label(|l| {
                l.str("Signature Algorithm: ").str(name(HASHES, hash)).byte(b' ').str(name(SIGNATURES, signature));
                l.str(" (0x").hex(scheme, 4).byte(b')');
            });
        }
        c.below(|c| {
            c.put(&t.f.hash, start, start + 1, hash.into());
            c.put(&t.f.signature, start + 1, start + 2, signature.into());
        });
    }
    Ok(())
}

/// A list of signature schemes; says whether there was room for it.
pub(super) fn schemes<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<bool, Stop> {
    let Some(stop) = vector::<2, S>(c, t, &t.f.schemes_len, end, 2..=0xfffe)? else { return Ok(false) };
    let len = stop - c.pos();
    let words = "Signature Hash Algorithms";
    branch(
        c,
        &t.f.schemes,
        len,
        |l| counted(l, words, len / 2, "algorithm", "algorithms"),
        |c| {
            while c.pos() + 2 <= stop {
                scheme(c, t)?;
            }
            Ok(())
        },
    )?;
    c.seek(stop);
    Ok(true)
}

/// A Certificate Verify.
pub(super) fn verify<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    if t.is_12() || t.is_13() {
        scheme(c, t)?;
    }
    opaque::<2, S>(c, t, &t.f.verify_len, &t.f.verify, end, 0..=0xffff).map(|_| ())
}

/// The signature of a Server Key Exchange.
pub(super) fn of_params<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    if t.is_12() {
        scheme(c, t)?;
    }
    opaque::<2, S>(c, t, &t.f.sig_len, &t.f.sig, end, 0..=0xffff).map(|_| ())
}
