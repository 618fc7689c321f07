//! What a certificate's authority is asked, and says, about its being revoked (RFC 6960, 4).

use super::element::{At, moment, tag};
use super::{algorithm, certificate_at, name, oid};
use crate::dissect::application::asn1::ocsp::Ocsp;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Protocol;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    REQUEST = "ocsp.tbsRequest_element", "tbsRequest", None;
    REQUESTS = "ocsp.requestList", "requestList", U32;
    ONE_REQUEST = "ocsp.Request_element", "Request", None;
    ASKED = "ocsp.reqCert_element", "reqCert", None;
    REQUEST_EXTENSIONS = "ocsp.requestExtensions", "requestExtensions", U32;
    STATUS = "ocsp.responseStatus", "responseStatus", U32 names(STATUSES);
    BYTES = "ocsp.responseBytes_element", "responseBytes", None;
    TYPE = "ocsp.responseType.id", "ResponseType Id", Str;
    BASIC = "ocsp.BasicOCSPResponse_element", "BasicOCSPResponse", None;
    DATA = "ocsp.tbsResponseData_element", "tbsResponseData", None;
    RESPONDER = "ocsp.responderID", "responderID", U32 names(RESPONDERS);
    BY_NAME = "ocsp.byName", "byName", U32;
    BY_KEY = "ocsp.byKey", "byKey", Bytes;
    PRODUCED = "ocsp.producedAt", "producedAt", AbsTime utc;
    RESPONSES = "ocsp.responses", "responses", U32;
    RESPONSE = "ocsp.SingleResponse_element", "SingleResponse", None;
    CERTIFICATE_ID = "ocsp.certID_element", "certID", None;
    HASH = "ocsp.hashAlgorithm_element", "hashAlgorithm", None;
    NAME_HASH = "ocsp.issuerNameHash", "issuerNameHash", Bytes;
    KEY_HASH = "ocsp.issuerKeyHash", "issuerKeyHash", Bytes;
    SERIAL = "ocsp.serialNumber", "serialNumber", Bytes;
    STATE = "ocsp.certStatus", "certStatus", U32 names(STATES);
    GOOD = "ocsp.good_element", "good", None;
    REVOKED = "ocsp.revoked_element", "revoked", None;
    UNKNOWN = "ocsp.unknown_element", "unknown", None;
    REVOKED_AT = "ocsp.revocationTime", "revocationTime", AbsTime utc;
    REASON = "ocsp.revocationReason", "revocationReason", U32 names(REASONS);
    THIS_UPDATE = "ocsp.thisUpdate", "thisUpdate", AbsTime utc;
    NEXT_UPDATE = "ocsp.nextUpdate", "nextUpdate", AbsTime utc;
    SINGLE_EXTENSIONS = "ocsp.singleExtensions", "singleExtensions", U32;
    EXTENSIONS = "ocsp.responseExtensions", "responseExtensions", U32;
    SIGNED_BY = "ocsp.signatureAlgorithm_element", "signatureAlgorithm", None;
    SIGNATURE = "ocsp.signature", "signature", Bytes;
    CERTIFICATES = "ocsp.certs", "certs", U32;
    CERTIFICATE = "ocsp.Certificate_element", "Certificate", None;
}

names! {
    STATUSES {
        0 = "successful", 1 = "malformedRequest", 2 = "internalError", 3 = "tryLater", 5 = "sigRequired",
        6 = "unauthorized",
    }
    RESPONDERS { 1 = "byName", 2 = "byKey" }
    STATES { 0 = "good", 1 = "revoked", 2 = "unknown" }
    REASONS {
        0 = "unspecified", 1 = "keyCompromise", 2 = "cACompromise", 3 = "affiliationChanged", 4 = "superseded",
        5 = "cessationOfOperation", 6 = "certificateHold", 8 = "removeFromCRL", 9 = "privilegeWithdrawn",
        10 = "aaCompromise",
    }
}

/// Records the question or the answer that stands from here to `end`.
pub fn dissect<S: Sink>(c: &mut Cursor<'_, S>, end: usize) {
    let Some(whole) = At::find(c, c.pos(), end).filter(|_| S::DETAIL) else { return };
    for part in whole.children(c) {
        match part.tag {
            tag::SEQUENCE => part.branch(c, &REQUEST, |c| request(c, part)),
            tag::ENUMERATED => part.put(c, &STATUS, part.number(c)),
            _ => {
                if let Some(bytes) = part.inner(c) {
                    bytes.branch(c, &BYTES, |c| typed(c, bytes));
                }
            }
        }
    }
}

fn request<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    for part in at.children(c) {
        match part.tag {
            tag::SEQUENCE => part.list(c, &REQUESTS, |c, one| {
                one.branch(c, &ONE_REQUEST, |c| {
                    if let Some(asked) = one.inner(c) {
                        asked.branch(c, &ASKED, |c| certificate_id(c, asked));
                    }
                });
            }),
            0xa2 => {
                if let Some(list) = part.inner(c) {
                    list.list(c, &REQUEST_EXTENSIONS, super::extension);
                }
            }
            _ => {}
        }
    }
}

/// An answer of the type that its object identifier says.
fn typed<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    let parts = at.children(c);
    let (Some(kind), Some(body)) = (parts.first(), parts.get(1)) else { return };
    let name = kind.content(c);
    let words = |l: &mut Line| {
        super::super::ber::write_oid(name, l);
        oid::write_name(name, l.str(" ("));
        l.byte(b')');
    };
    kind.put(c, &TYPE, 0);
    c.set_text(words);
    if let Some(basic) = body.inner(c) {
        name::layer(c, <Ocsp as Protocol>::LAYER);
        basic.branch(c, &BASIC, |c| basic_response(c, basic));
    }
}

fn basic_response<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    for (place, part) in at.children(c).into_iter().enumerate() {
        match place {
            0 => part.branch(c, &DATA, |c| data(c, part)),
            1 => algorithm(c, part, &SIGNED_BY),
            2 => {
                let start = part.padding(c);
                c.put(&SIGNATURE, start, part.end, 0);
            }
            _ => {
                if let Some(list) = part.inner(c) {
                    list.list(c, &CERTIFICATES, |c, one| certificate_at(c, one, &CERTIFICATE));
                }
            }
        }
    }
}

/// What is signed of an answer. What has the same tag in two places is told apart by its place: whoever answers stands
/// before the time.
fn data<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    let mut timed = false;
    for part in at.children(c) {
        match (part.tag, part.inner(c)) {
            (0xa1, Some(extensions)) if timed => extensions.list(c, &EXTENSIONS, super::extension),
            (0xa1, Some(inner)) => {
                c.put(&RESPONDER, part.start, part.end, 1);
                c.below(|c| _ = name::dissect(c, inner, &BY_NAME, &name::RDN_SEQUENCE));
            }
            (0xa2, Some(key)) => {
                c.put(&RESPONDER, part.start, part.end, 2);
                c.below(|c| key.put(c, &BY_KEY, 0));
            }
            (tag::GENERAL_TIME, _) => {
                timed = true;
                time(c, part, &PRODUCED);
            }
            (tag::SEQUENCE, _) => {
                part.list(c, &RESPONSES, |c, one| one.branch(c, &RESPONSE, |c| response(c, one)));
            }
            _ => {}
        }
    }
}

fn time<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field) {
    let nanoseconds = moment(at.content(c)).unwrap_or_default();
    at.put(c, field, nanoseconds);
}

/// The answer about one certificate.
fn response<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    for (place, part) in at.children(c).into_iter().enumerate() {
        match (place, part.tag) {
            (0, _) => part.branch(c, &CERTIFICATE_ID, |c| certificate_id(c, part)),
            (1, tag) => {
                let state = tag & 0x1f;
                c.put(&STATE, part.start, part.end, state.into());
                c.below(|c| match state {
                    0 => c.put(&GOOD, part.start, part.end, 0),
                    1 => part.branch(c, &REVOKED, |c| revoked(c, part)),
                    _ => c.put(&UNKNOWN, part.start, part.end, 0),
                });
            }
            (2, _) => time(c, part, &THIS_UPDATE),
            (_, 0xa0) => {
                if let Some(next) = part.inner(c) {
                    time(c, next, &NEXT_UPDATE);
                }
            }
            _ => {
                if let Some(list) = part.inner(c) {
                    list.list(c, &SINGLE_EXTENSIONS, super::extension);
                }
            }
        }
    }
}

fn revoked<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    for part in at.children(c) {
        match part.tag {
            tag::GENERAL_TIME => time(c, part, &REVOKED_AT),
            _ => {
                if let Some(reason) = part.inner(c) {
                    reason.put(c, &REASON, reason.number(c));
                }
            }
        }
    }
}

/// Which certificate is meant: its issuer by hashes, and its number.
fn certificate_id<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    for (place, part) in at.children(c).into_iter().enumerate() {
        match place {
            0 => algorithm(c, part, &HASH),
            1 => part.put(c, &NAME_HASH, 0),
            2 => part.put(c, &KEY_HASH, 0),
            _ => part.long_number(c, &SERIAL),
        }
    }
}
