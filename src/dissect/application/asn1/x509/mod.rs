//! Certificates (X.509; RFC 5280), as other protocols carry them.

mod element;
pub mod extension;
mod general;
pub mod name;
pub mod oid;
pub mod status;

pub use element::Ber;

use self::element::{At, moment, tag};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("x509af", "X.509 Authentication Framework", Kind::Protocol);
static KEYS_LAYER: Field = Field::new("pkcs-1", "PKCS#1", Kind::Protocol);

fields! {
    SIGNED = "x509af.signedCertificate_element", "signedCertificate", None;
    VERSION = "x509af.version", "version", I32 names(VERSIONS);
    SERIAL = "x509af.serialNumber", "serialNumber", Bytes;
    SIGNATURE = "x509af.signature_element", "signature", None;
    ALGORITHM_ID = "x509af.algorithm.id", "Algorithm Id", Oid;
    ISSUER = "x509af.issuer", "issuer", U32 names(name::CHOICES);
    VALIDITY = "x509af.validity_element", "validity", None;
    NOT_BEFORE = "x509af.notBefore", "notBefore", U32 names(TIMES);
    NOT_AFTER = "x509af.notAfter", "notAfter", U32 names(TIMES);
    UTC_TIME = "x509af.utcTime", "utcTime", Str;
    GENERAL_TIME = "x509af.generalizedTime", "generalizedTime", AbsTime utc;
    SUBJECT = "x509af.subject", "subject", U32 names(name::CHOICES);
    SUBJECT_SEQUENCE = "x509af.rdnSequence", "rdnSequence", U32;
    KEY_INFO = "x509af.subjectPublicKeyInfo_element", "subjectPublicKeyInfo", None;
    ALGORITHM = "x509af.algorithm_element", "algorithm", None;
    PUBLIC_KEY = "x509af.subjectPublicKey", "subjectPublicKey", Bytes;
    EXTENSIONS = "x509af.extensions", "extensions", U32;
    EXTENSION = "x509af.Extension_element", "Extension", None;
    EXTENSION_ID = "x509af.extension.id", "Extension Id", Oid;
    CRITICAL = "x509af.critical", "critical", Bool;
    ALGORITHM_IDENTIFIER = "x509af.algorithmIdentifier_element", "algorithmIdentifier", None;
    ENCRYPTED = "x509af.encrypted", "encrypted", Bytes;
    DSS = "x509af.DSS_Params_element", "DSS-Params", None;
    DSS_P = "x509af.p", "p", Bytes;
    DSS_Q = "x509af.q", "q", Bytes;
    DSS_G = "x509af.g", "g", Bytes;
    MODULUS = "pkcs1.modulus", "modulus", Bytes;
    EXPONENT = "pkcs1.publicExponent", "publicExponent", U64;
    EC_PARAMETERS = "pkcs1.ECParameters", "ECParameters", U32 names(EC_CHOICES);
    NAMED_CURVE = "pkcs1.namedCurve", "namedCurve", Oid;
}

names! {
    VERSIONS { 0 = "v1", 1 = "v2", 2 = "v3" }
    TIMES { 0 = "utcTime", 1 = "generalizedTime" }
    EC_CHOICES { 0 = "implicitCurve", 1 = "namedCurve", 2 = "specifiedCurve" }
}

/// Certificates themselves.
pub struct X509;

impl Protocol for X509 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "X509AF";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        certificate(c, c.end());
        c.skip(c.remaining())
    }
}

/// Public keys.
pub struct PublicKeys;

impl Protocol for PublicKeys {
    const LAYER: &'static Field = &KEYS_LAYER;
    const NAME: &'static str = "PKCS-1";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
        Err(Stop::NotMine)
    }
}

/// Records the certificate that stands from here to `end`, as far as it is one; gives its subject's name.
pub fn certificate<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Vec<u8> {
    if !S::DETAIL {
        return Vec::new();
    }
    At::find(c, c.pos(), end).filter(|at| at.tag == tag::SEQUENCE).map(|at| parts(c, at)).unwrap_or_default()
}

/// Records a certificate as `field`.
fn certificate_at<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field) {
    let mark = c.mark();
    c.put(field, at.start, at.end, 0);
    let subject = c.below(|c| parts(c, at));
    c.append_at(mark, |l| _ = l.str(" (").bytes(&subject).byte(b')'));
}

/// Records the parts of a certificate; gives its subject's name.
fn parts<S: Sink>(c: &mut Cursor<'_, S>, whole: At) -> Vec<u8> {
    let parts = whole.children(c);
    let mut subject = Vec::new();
    if let Some(signed) = parts.first() {
        signed.branch(c, &SIGNED, |c| subject = to_be_signed(c, *signed));
    }
    if let Some(signer) = parts.get(1) {
        algorithm(c, *signer, &ALGORITHM_IDENTIFIER);
    }
    if let Some(signature) = parts.get(2) {
        let start = signature.padding(c);
        c.put(&ENCRYPTED, start, signature.end, 0);
    }
    subject
}

/// Records the parts of the distinguished name that stands from here to `end`; gives it as one text.
pub fn distinguished_name<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Vec<u8> {
    let at = At::find(c, c.pos(), end).filter(|_| S::DETAIL);
    let parts = at.map(|at| at.children(c)).unwrap_or_default();
    name::relatives(c, &parts)
}

/// What is signed of a certificate; gives its subject's name.
fn to_be_signed<S: Sink>(c: &mut Cursor<'_, S>, at: At) -> Vec<u8> {
    let mut subject = Vec::new();
    let mut place = 0;
    for part in at.children(c) {
        match (part.tag, place) {
            (0xa0, 0) => {
                if let Some(version) = part.inner(c) {
                    version.put(c, &VERSION, version.number(c));
                }
                continue;
            }
            (_, 0) => part.long_number(c, &SERIAL),
            (_, 1) => algorithm(c, part, &SIGNATURE),
            (_, 2) => _ = name::dissect(c, part, &ISSUER, &name::RDN_SEQUENCE),
            (_, 3) => part.branch(c, &VALIDITY, |c| {
                for (time, field) in part.children(c).into_iter().zip([&NOT_BEFORE, &NOT_AFTER]) {
                    when(c, time, field);
                }
            }),
            (_, 4) => subject = name::dissect(c, part, &SUBJECT, &SUBJECT_SEQUENCE),
            (_, 5) => part.branch(c, &KEY_INFO, |c| public_key(c, part)),
            (0xa3, _) => {
                if let Some(list) = part.inner(c) {
                    list.list(c, &EXTENSIONS, extension);
                }
            }
            _ => {}
        }
        place += 1;
    }
    subject
}

/// An algorithm and its parameters, as `field`.
fn algorithm<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field) {
    let parts = at.children(c);
    let Some(id) = parts.first() else { return };
    let name = id.content(c);
    c.put(field, at.start, at.end, 0);
    c.append(|l| {
        oid::write_name(name, l.str(" ("));
        l.byte(b')');
    });
    c.below(|c| {
        id.oid(c, &ALGORITHM_ID);
        match (oid::dotted(name).as_str(), parts.get(1)) {
            (_, None | Some(At { tag: tag::NULL, .. })) => {}
            ("1.2.840.10045.2.1", Some(curve)) => {
                name::layer(c, &KEYS_LAYER);
                let choice = match curve.tag {
                    tag::OID => 1,
                    tag::NULL => 0,
                    _ => 2,
                };
                c.put(&EC_PARAMETERS, curve.start, curve.end, choice);
                if choice == 1 {
                    c.below(|c| curve.oid(c, &NAMED_CURVE));
                }
            }
            ("1.2.840.10040.4.1", Some(numbers)) => numbers.branch(c, &DSS, |c| {
                for (number, field) in numbers.children(c).into_iter().zip([&DSS_P, &DSS_Q, &DSS_G]) {
                    number.long_number(c, field);
                }
            }),
            _ => {}
        }
    });
}

/// One end of a certificate's validity.
fn when<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field) {
    let content = at.content(c);
    let general = at.tag == tag::GENERAL_TIME;
    c.put(field, at.start, at.end, general.into());
    c.below(|c| match at.tag {
        tag::GENERAL_TIME => at.put(c, &GENERAL_TIME, moment(content).unwrap_or_default()),
        tag::UTC_TIME => {
            at.put(c, &UTC_TIME, 0);
            let part = |at: usize| content.get(at..at + 2).unwrap_or_default();
            // Years are of the 20th century from 50 on (RFC 5280, 4.1.2.5.1).
            let century = if part(0) < b"50".as_slice() { "20" } else { "19" };
            c.set_text(|l| {
                l.str(century).text(part(0)).byte(b'-').text(part(2)).byte(b'-').text(part(4)).byte(b' ');
                l.text(part(6)).byte(b':').text(part(8)).byte(b':').text(part(10)).str(" (UTC)");
            });
        }
        _ => {}
    });
}

/// A public key and what it is for.
fn public_key<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    let parts = at.children(c);
    let (Some(kind), Some(key)) = (parts.first(), parts.get(1)) else { return };
    algorithm(c, *kind, &ALGORITHM);
    let is_rsa = kind.inner(c).is_some_and(|id| oid::dotted(id.content(c)) == "1.2.840.113549.1.1.1");
    let start = if is_rsa { key.body + 1 } else { key.padding(c) };
    c.put(&PUBLIC_KEY, start, key.end, 0);
    if is_rsa && let Some(numbers) = At::find(c, start, key.end) {
        c.below(|c| {
            let numbers = numbers.children(c);
            if let Some(modulus) = numbers.first() {
                modulus.long_number(c, &MODULUS);
            }
            if let Some(exponent) = numbers.get(1) {
                exponent.put(c, &EXPONENT, exponent.number(c));
            }
        });
    }
}

/// One extension.
fn extension<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    let parts = at.children(c);
    let Some(id) = parts.first() else { return };
    let name = id.content(c);
    c.put(&EXTENSION, at.start, at.end, 0);
    c.append(|l| {
        oid::write_name(name, l.str(" ("));
        l.byte(b')');
    });
    c.below(|c| {
        id.oid(c, &EXTENSION_ID);
        for part in parts.iter().skip(1) {
            match (part.tag, part.inner(c)) {
                (tag::BOOLEAN, _) => part.put(c, &CRITICAL, u64::from(part.number(c) != 0)),
                (_, Some(value)) => extension::value(c, name, value),
                _ => {}
            }
        }
    });
}
