//! Certificates, and what is asked and said about them (RFC 5246, 7.4.2 and 7.4.4; RFC 8446, 4.3.2 and 4.4.2).

use super::vector::{opaque, vector};
use super::{Talk, branch, counted, extensions, heading, kind, signatures};
use crate::dissect::application::asn1::x509;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// A Certificate: the sender's, and those of its issuers.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if t.is_13() && !opaque::<1, S>(c, t, &f.request_context_len, &f.request_context, end, 0..=255)? {
        return Ok(());
    }
    let Some(stop) = vector::<3, S>(c, t, &f.certificates_len, end, 0..=0xff_ffff)? else { return Ok(()) };
    let len = stop - c.pos();
    if len == 0 {
        return Ok(());
    }
    branch(
        c,
        &f.certificates,
        len,
        |l| counted(l, "Certificates", len, "byte", "bytes"),
        |c| {
            while c.pos() < stop {
                let Some(after) = vector::<3, S>(c, t, &f.certificate_len, stop, 1..=0xff_ffff)? else { break };
                certificate(c, t, after)?;
                if t.is_13() {
                    extensions::dissect(c, t, kind::CERTIFICATE, stop)?;
                }
            }
            Ok(())
        },
    )
}

/// One certificate, which ends at `after`.
fn certificate<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, after: usize) -> Result<(), Stop> {
    let (mark, start) = (c.mark(), c.pos());
    c.bytes(&t.f.certificate, after - start)?;
    if S::DETAIL {
        c.seek(start);
        let subject = c.below(|c| x509::certificate(c, after));
        if !subject.is_empty() {
            c.append_at(mark, |l| _ = l.str(" (").bytes(&subject).byte(b')'));
        }
        c.seek(after);
    }
    Ok(())
}

/// A Certificate Request.
pub(super) fn request<S: Sink>(c: &mut Cursor<'_, S>, t: &mut Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    if t.is_13() {
        if opaque::<1, S>(c, t, &f.request_context_len, &f.request_context, end, 0..=255)? {
            extensions::dissect(c, t, kind::CERTIFICATE_REQUEST, end)?;
        }
        return Ok(());
    }
    let Some(stop) = vector::<1, S>(c, t, &f.client_types_count, end, 1..=255)? else { return Ok(()) };
    let count = stop - c.pos();
    branch(
        c,
        &f.client_types,
        count,
        |l| counted(l, "Certificate types", count, "type", "types"),
        |c| {
            while c.pos() < stop {
                c.u8(&f.client_type)?;
            }
            Ok(())
        },
    )?;
    if t.is_12() && !signatures::schemes(c, t, end)? {
        return Ok(());
    }
    names(c, t, end)
}

/// The names of the authorities that are trusted.
pub(super) fn names<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    let Some(stop) = vector::<2, S>(c, t, &f.dnames_len, end, 0..=0xffff)? else { return Ok(()) };
    let len = stop - c.pos();
    if len == 0 {
        return Ok(());
    }
    branch(
        c,
        &f.dnames,
        len,
        |l| counted(l, "Distinguished Names", len, "byte", "bytes"),
        |c| {
            while c.pos() < stop {
                let Some(after) = vector::<2, S>(c, t, &f.dname_len, stop, 1..=0xffff)? else { break };
                let mark = c.mark();
                c.put(&f.dname, c.pos(), after, 0);
                let name = c.below(|c| x509::distinguished_name(c, after));
                c.label_at(mark, |l| _ = l.str("Distinguished Name: ("));
                c.append_at(mark, |l| _ = l.bytes(&name).byte(b')'));
                c.seek(after);
            }
            Ok(())
        },
    )
}

/// A Certificate URL (RFC 6066, 5).
pub(super) fn url<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>) -> Result<(), Stop> {
    let f = t.f;
    c.u8(&f.url_type)?;
    let len = usize::from(c.u16(&f.url_hashes_len)?);
    let stop = c.pos() + len;
    while c.pos() < stop {
        c.group(&f.url_hash, |c| {
            let len = c.u16(&f.url_len)?;
            c.bytes(&f.url, len.into())?;
            c.put(&f.url_padding, c.pos(), c.pos() + 1, 0);
            c.skip(1)?;
            c.bytes(&f.url_sha1, 20)
        })?;
    }
    Ok(())
}

/// A Certificate Status (RFC 6066, 8; RFC 6961).
pub(super) fn status<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    match c.u8(&f.status_type)? {
        OCSP => response(c, t, end),
        OCSP_MULTI => {
            let Some(stop) = vector::<3, S>(c, t, &f.ocsp_list_len, end, 1..=0xff_ffff)? else { return Ok(()) };
            while c.pos() < stop {
                response(c, t, stop)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

const OCSP: u8 = 1;
const OCSP_MULTI: u8 = 2;

fn response<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let Some(stop) = vector::<3, S>(c, t, &t.f.ocsp_len, end, 0..=0xff_ffff)? else { return Ok(()) };
    let len = stop - c.pos();
    if len > 0 {
        heading(c, "OCSP Response", len, |c| {
            x509::status::dissect(c, stop);
            Ok(())
        })?;
    }
    c.seek(stop);
    Ok(())
}

/// A Compressed Certificate (RFC 8879).
pub(super) fn compressed<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, end: usize) -> Result<(), Stop> {
    let f = t.f;
    c.u16(&f.compressor)?;
    c.u24(&f.uncompressed_len)?;
    opaque::<3, S>(c, t, &f.compressed_len, &f.compressed, end, 1..=0xff_ffff).map(|_| ())
}
