//! Extensions of certificates (RFC 5280, 4.2, and what others have added).

use super::element::{At, moment, tag};
use super::{general, name, oid};
use crate::dissect::application::tls::handshake;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("x509ce", "X.509 Certificate Extensions", Kind::Protocol);
static IMPLICIT_LAYER: Field = Field::new("pkix1implicit", "PKIX1Implicit", Kind::Protocol);
static EXPLICIT_LAYER: Field = Field::new("pkix1explicit", "PKIX1Explicit", Kind::Protocol);
static NETSCAPE_LAYER: Field = Field::new("ns_cert_exts", "NetScape Certificate Extensions", Kind::Protocol);

fields! {
    KEY_ID = "x509ce.SubjectKeyIdentifier", "SubjectKeyIdentifier", Bytes;
    AUTHORITY = "x509ce.AuthorityKeyIdentifier_element", "AuthorityKeyIdentifier", None;
    AUTHORITY_KEY = "x509ce.keyIdentifier", "keyIdentifier", Bytes;
    AUTHORITY_ISSUER = "x509ce.authorityCertIssuer", "authorityCertIssuer", U32;
    AUTHORITY_SERIAL = "x509ce.authorityCertSerialNumber", "authorityCertSerialNumber", Bytes;
    USAGE = "x509ce.KeyUsage", "KeyUsage", Bytes;
    USAGE_SIGNATURE = "x509ce.KeyUsage.digitalSignature", "digitalSignature", Bool mask(0x80);
    USAGE_COMMITMENT = "x509ce.KeyUsage.contentCommitment", "contentCommitment", Bool mask(0x40);
    USAGE_KEYS = "x509ce.KeyUsage.keyEncipherment", "keyEncipherment", Bool mask(0x20);
    USAGE_DATA = "x509ce.KeyUsage.dataEncipherment", "dataEncipherment", Bool mask(0x10);
    USAGE_AGREEMENT = "x509ce.KeyUsage.keyAgreement", "keyAgreement", Bool mask(0x08);
    USAGE_CERTIFICATES = "x509ce.KeyUsage.keyCertSign", "keyCertSign", Bool mask(0x04);
    USAGE_REVOCATIONS = "x509ce.KeyUsage.cRLSign", "cRLSign", Bool mask(0x02);
    USAGE_ENCIPHER = "x509ce.KeyUsage.encipherOnly", "encipherOnly", Bool mask(0x01);
    USAGE_DECIPHER = "x509ce.KeyUsage.decipherOnly", "decipherOnly", Bool mask(0x80);
    CONSTRAINTS = "x509ce.BasicConstraintsSyntax_element", "BasicConstraintsSyntax", None;
    IS_AUTHORITY = "x509ce.cA", "cA", Bool;
    PATH_LEN = "x509ce.pathLenConstraint", "pathLenConstraint", U64;
    PURPOSES = "x509ce.KeyPurposeIDs", "KeyPurposeIDs", U32;
    PURPOSE = "x509ce.KeyPurposeId", "KeyPurposeId", Oid;
    POINTS = "x509ce.CRLDistPointsSyntax", "CRLDistPointsSyntax", U32;
    POINT = "x509ce.DistributionPoint_element", "DistributionPoint", None;
    POINT_NAME = "x509ce.distributionPoint", "distributionPoint", U32 names(POINT_NAMES);
    FULL_NAME = "x509ce.fullName", "fullName", U32;
    POINT_ISSUER = "x509ce.cRLIssuer", "cRLIssuer", U32;
    POLICIES = "x509ce.CertificatePoliciesSyntax", "CertificatePoliciesSyntax", U32;
    POLICY = "x509ce.PolicyInformation_element", "PolicyInformation", None;
    POLICY_ID = "x509ce.policyIdentifier", "policyIdentifier", Oid;
    QUALIFIERS = "x509ce.policyQualifiers", "policyQualifiers", U32;
    QUALIFIER = "x509ce.PolicyQualifierInfo_element", "PolicyQualifierInfo", None;
    QUALIFIER_ID = "x509ce.id", "Id", Oid;
    STATEMENT = "pkix1explicit.DirectoryString", "DirectoryString", Str;
    NOTICE = "pkix1implicit.UserNotice_element", "UserNotice", None;
    NOTICE_TEXT = "pkix1implicit.explicitText", "explicitText", U32 names(TEXTS);
    NOTICE_IA5 = "pkix1implicit.ia5String", "ia5String", Str;
    NOTICE_VISIBLE = "pkix1implicit.visibleString", "visibleString", Str;
    NOTICE_BMP = "pkix1implicit.bmpString", "bmpString", Str;
    NOTICE_UTF8 = "pkix1implicit.utf8String", "utf8String", Str;
    ACCESS = "pkix1implicit.AuthorityInfoAccessSyntax", "AuthorityInfoAccessSyntax", U32;
    ACCESS_ONE = "pkix1implicit.AccessDescription_element", "AccessDescription", None;
    ACCESS_METHOD = "pkix1implicit.accessMethod", "accessMethod", Oid;
    ACCESS_LOCATION = "pkix1implicit.accessLocation", "accessLocation", U32;
    PERIOD = "x509ce.PrivateKeyUsagePeriod_element", "PrivateKeyUsagePeriod", None;
    PERIOD_BEGIN = "x509ce.notBefore", "notBefore", AbsTime utc;
    PERIOD_END = "x509ce.notAfter", "notAfter", AbsTime utc;
    POLICY_CONSTRAINTS = "x509ce.PolicyConstraintsSyntax_element", "PolicyConstraintsSyntax", None;
    REQUIRE_EXPLICIT = "x509ce.requireExplicitPolicy", "requireExplicitPolicy", U64;
    INHIBIT_MAPPING = "x509ce.inhibitPolicyMapping", "inhibitPolicyMapping", U64;
    NAME_CONSTRAINTS = "x509ce.NameConstraintsSyntax_element", "NameConstraintsSyntax", None;
    PERMITTED = "x509ce.permittedSubtrees", "permittedSubtrees", U32;
    EXCLUDED = "x509ce.excludedSubtrees", "excludedSubtrees", U32;
    SUBTREE = "x509ce.GeneralSubtree_element", "GeneralSubtree", None;
    FEATURES = "pkix1explicit.Features", "Features", U32;
    FEATURE = "pkix1explicit.Features_item", "Features item", U16 names(crate::dissect::application::tls::names::extensions::EXTENSIONS);
    TEMPLATE = "x509ce.CertificateTemplate_element", "CertificateTemplate", None;
    TEMPLATE_ID = "x509ce.templateID", "templateID", Oid;
    TEMPLATE_MAJOR = "x509ce.templateMajorVersion", "templateMajorVersion", U32;
    TEMPLATE_MINOR = "x509ce.templateMinorVersion", "templateMinorVersion", U32;
    NETSCAPE_TYPE = "ns_cert_exts.CertType", "CertType", Bytes;
    NETSCAPE_CLIENT = "ns_cert_exts.CertType.ssl-client", "ssl-client", Bool mask(0x80);
    NETSCAPE_SERVER = "ns_cert_exts.CertType.ssl-server", "ssl-server", Bool mask(0x40);
    NETSCAPE_MAIL = "ns_cert_exts.CertType.smime", "smime", Bool mask(0x20);
    NETSCAPE_OBJECTS = "ns_cert_exts.CertType.object-signing", "object-signing", Bool mask(0x10);
    NETSCAPE_RESERVED = "ns_cert_exts.CertType.reserved-for-future-use", "reserved-for-future-use", Bool mask(0x08);
    NETSCAPE_CA = "ns_cert_exts.CertType.ssl-ca", "ssl-ca", Bool mask(0x04);
    NETSCAPE_MAIL_CA = "ns_cert_exts.CertType.smime-ca", "smime-ca", Bool mask(0x02);
    NETSCAPE_OBJECTS_CA = "ns_cert_exts.CertType.object-signing-ca", "object-signing-ca", Bool mask(0x01);
    NETSCAPE_COMMENT = "ns_cert_exts.Comment", "Comment", Str;
    NETSCAPE_REVOCATIONS = "ns_cert_exts.CaRevocationUrl", "CaRevocationUrl", Str;
    NULL = "", "NULL", None;
}

crate::names! {
    POINT_NAMES { 0 = "fullName", 1 = "nameRelativeToCRLIssuer" }
    TEXTS { 0 = "ia5String", 1 = "visibleString", 2 = "bmpString", 3 = "utf8String" }
}

/// Declares protocols that are nothing but the owners of fields, or names in the list of a frame's protocols.
macro_rules! owners {
    ($($(#[$doc:meta])* $name:ident = $layer:ident, $short:literal, $fields:expr, $more:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Protocol for $name {
            const LAYER: &'static Field = &$layer;
            const NAME: &'static str = $short;
            const FIELDS: &'static [&'static Field] = $fields;
            const MORE_FIELDS: &'static [&'static [&'static Field]] = $more;
            const KEYS: &'static [Key] = &[];

            fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
                Err(Stop::NotMine)
            }
        }
    )*};
}

owners! {
    /// Extensions that X.509 itself defines.
    CertificateExtensions = LAYER, "X509CE", FIELDS, &[general::FIELDS];
    /// What RFC 5280 adds in its implicitly tagged module.
    Implicit = IMPLICIT_LAYER, "PKIX1IMPLICIT", &[], &[];
    /// What RFC 5280 adds in its explicitly tagged module.
    Explicit = EXPLICIT_LAYER, "PKIX1EXPLICIT", &[], &[];
    /// Netscape's extensions.
    Netscape = NETSCAPE_LAYER, "NS_CERT_EXTS", &[], &[];
}

static USAGES: [&Field; 8] = [
    &USAGE_SIGNATURE,
    &USAGE_COMMITMENT,
    &USAGE_KEYS,
    &USAGE_DATA,
    &USAGE_AGREEMENT,
    &USAGE_CERTIFICATES,
    &USAGE_REVOCATIONS,
    &USAGE_ENCIPHER,
];
static NETSCAPE_TYPES: [&Field; 8] = [
    &NETSCAPE_CLIENT,
    &NETSCAPE_SERVER,
    &NETSCAPE_MAIL,
    &NETSCAPE_OBJECTS,
    &NETSCAPE_RESERVED,
    &NETSCAPE_CA,
    &NETSCAPE_MAIL_CA,
    &NETSCAPE_OBJECTS_CA,
];

/// The value of the extension with the object identifier `kind`.
pub(super) fn value<S: Sink>(c: &mut Cursor<'_, S>, kind: &[u8], at: At) {
    let dotted = oid::dotted(kind);
    if at.tag == tag::NULL && !oid::is_named(&dotted) {
        return;
    }
    match dotted.as_str() {
        "2.5.29.14" | "2.5.29.15" | "2.5.29.16" | "2.5.29.17" | "2.5.29.18" | "2.5.29.19" | "2.5.29.30"
        | "2.5.29.31" | "2.5.29.32" | "2.5.29.35" | "2.5.29.36" | "2.5.29.37" | "2.5.29.46" => {
            name::layer(c, &LAYER);
            standard(c, &dotted, at);
        }
        "1.3.6.1.4.1.311.21.7" | "1.3.6.1.4.1.311.21.10" => {
            name::layer(c, &LAYER);
            if dotted.ends_with(".10") { at.list(c, &POLICIES, policy) } else { template(c, at) }
        }
        "1.3.6.1.5.5.7.1.1" | "1.3.6.1.5.5.7.1.11" if oid::is_named(&dotted) => {
            name::layer(c, &IMPLICIT_LAYER);
            at.list(c, &ACCESS, access);
        }
        "1.3.6.1.5.5.7.1.24" => {
            name::layer(c, &EXPLICIT_LAYER);
            at.list(c, &FEATURES, |c, one| one.put(c, &FEATURE, one.number(c)));
        }
        "1.3.6.1.5.5.7.48.1.5" => c.put(&NULL, at.start, at.end, 0),
        "1.3.6.1.4.1.11129.2.4.2" => timestamps(c, at),
        "1.3.6.1.4.1.311.20.2" | "1.3.6.1.4.1.311.21.1" | "1.3.6.1.4.1.311.21.2" => {
            name::attribute_layer(c);
            match at.tag {
                tag::INTEGER => at.put(c, &name::INTEGER, at.number(c)),
                tag::OCTETS => at.put(c, &name::OCTETS, 0),
                _ => at.text(c, &name::BMP),
            }
        }
        "2.16.840.1.113730.1.1" => {
            name::layer(c, &NETSCAPE_LAYER);
            bits(c, at, &NETSCAPE_TYPE, &NETSCAPE_TYPES);
        }
        "2.16.840.1.113730.1.4" | "2.16.840.1.113730.1.13" => {
            name::layer(c, &NETSCAPE_LAYER);
            at.text(c, if dotted.ends_with(".4") { &NETSCAPE_REVOCATIONS } else { &NETSCAPE_COMMENT });
        }
        _ if oid::is_named(&dotted) => {}
        _ => at.unknown(c),
    }
}

/// Extensions that X.509 itself defines.
fn standard<S: Sink>(c: &mut Cursor<'_, S>, kind: &str, at: At) {
    match kind {
        "2.5.29.14" => at.put(c, &KEY_ID, 0),
        "2.5.29.15" => {
            bits(c, at, &USAGE, &USAGES);
            let second = at.content(c).get(2).copied().unwrap_or_default();
            c.below(|c| c.put(&USAGE_DECIPHER, at.end - 1, at.end, second.into()));
        }
        "2.5.29.16" => at.branch(c, &PERIOD, |c| {
            for part in at.children(c) {
                let field = if part.tag & 0x1f == 0 { &PERIOD_BEGIN } else { &PERIOD_END };
                part.put(c, field, moment(part.content(c)).unwrap_or_default());
            }
        }),
        "2.5.29.17" | "2.5.29.18" => general::list(c, at, &general::NAMES),
        "2.5.29.19" => basic_constraints(c, at),
        "2.5.29.30" => at.branch(c, &NAME_CONSTRAINTS, |c| {
            for part in at.children(c) {
                let field = if part.tag & 0x1f == 0 { &PERMITTED } else { &EXCLUDED };
                part.list(c, field, |c, tree| {
                    tree.branch(c, &SUBTREE, |c| {
                        if let Some(base) = tree.inner(c) {
                            general::chosen(c, base, &general::BASE);
                        }
                    });
                });
            }
        }),
        "2.5.29.31" | "2.5.29.46" => at.list(c, &POINTS, |c, point| {
            point.branch(c, &POINT, |c| distribution_point(c, point));
        }),
        "2.5.29.32" => at.list(c, &POLICIES, policy),
        "2.5.29.35" => at.branch(c, &AUTHORITY, |c| {
            for part in at.children(c) {
                match part.tag & 0x1f {
                    0 => part.put(c, &AUTHORITY_KEY, 0),
                    1 => general::list(c, part, &AUTHORITY_ISSUER),
                    _ => part.long_number(c, &AUTHORITY_SERIAL),
                }
            }
        }),
        "2.5.29.36" => at.branch(c, &POLICY_CONSTRAINTS, |c| {
            for part in at.children(c) {
                let field = if part.tag & 0x1f == 0 { &REQUIRE_EXPLICIT } else { &INHIBIT_MAPPING };
                part.put(c, field, part.number(c));
            }
        }),
        _ => at.list(c, &PURPOSES, |c, purpose| purpose.oid(c, &PURPOSE)),
    }
}

/// A string of bits, the first eight of which have names.
fn bits<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field, names: &[&'static Field; 8]) {
    let start = at.padding(c);
    let first = at.content(c).get(1).copied().unwrap_or_default();
    c.put(field, start, at.end, 0);
    c.below(|c| names.iter().for_each(|name| c.put(name, start, start + 1, first.into())));
}

fn basic_constraints<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    c.put(&CONSTRAINTS, at.start, at.end, 0);
    if at.body == at.end {
        c.append(|l| _ = l.str(" [0 length]"));
    }
    c.below(|c| {
        for part in at.children(c) {
            match part.tag {
                tag::BOOLEAN => part.put(c, &IS_AUTHORITY, u64::from(part.number(c) != 0)),
                _ => part.put(c, &PATH_LEN, part.number(c)),
            }
        }
    });
}

fn distribution_point<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    for part in at.children(c) {
        match (part.tag & 0x1f, part.inner(c)) {
            (0, Some(chosen)) => {
                let choice = chosen.tag & 0x1f;
                c.put(&POINT_NAME, part.start, part.end, choice.into());
                if choice == 0 {
                    c.below(|c| general::list(c, chosen, &FULL_NAME));
                }
            }
            (2, _) => general::list(c, part, &POINT_ISSUER),
            _ => {}
        }
    }
}

/// One policy under which a certificate was issued.
fn policy<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    at.branch(c, &POLICY, |c| {
        let parts = at.children(c);
        if let Some(id) = parts.first() {
            id.oid(c, &POLICY_ID);
        }
        if let Some(qualifiers) = parts.get(1) {
            qualifiers.list(c, &QUALIFIERS, |c, one| one.branch(c, &QUALIFIER, |c| qualifier(c, one)));
        }
    });
}

fn qualifier<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    let parts = at.children(c);
    let (Some(id), Some(value)) = (parts.first(), parts.get(1)) else { return };
    id.oid(c, &QUALIFIER_ID);
    match oid::dotted(id.content(c)).as_str() {
        "1.3.6.1.5.5.7.2.1" => {
            name::layer(c, &EXPLICIT_LAYER);
            value.text(c, &STATEMENT);
        }
        "1.3.6.1.5.5.7.2.2" => {
            name::layer(c, &IMPLICIT_LAYER);
            value.branch(c, &NOTICE, |c| notice(c, *value));
        }
        _ => value.unknown(c),
    }
}

fn notice<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    for part in at.children(c) {
        let (choice, field) = match part.tag {
            tag::IA5 => (0, &NOTICE_IA5),
            tag::VISIBLE => (1, &NOTICE_VISIBLE),
            tag::BMP => (2, &NOTICE_BMP),
            tag::UTF8 => (3, &NOTICE_UTF8),
            _ => continue,
        };
        c.put(&NOTICE_TEXT, part.start, part.end, choice);
        c.below(|c| part.text(c, field));
    }
}

fn access<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    at.branch(c, &ACCESS_ONE, |c| {
        let parts = at.children(c);
        if let Some(method) = parts.first() {
            method.oid(c, &ACCESS_METHOD);
        }
        if let Some(location) = parts.get(1) {
            general::location(c, *location, &ACCESS_LOCATION);
        }
    });
}

/// The template that a certificate was made from by Microsoft's authority.
fn template<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    at.branch(c, &TEMPLATE, |c| {
        let mut versions = [&TEMPLATE_MAJOR, &TEMPLATE_MINOR].into_iter();
        for part in at.children(c) {
            if part.tag == tag::OID {
                part.oid(c, &TEMPLATE_ID);
            } else if let Some(version) = versions.next() {
                part.put(c, version, part.number(c));
            }
        }
    });
}

/// Signed certificate timestamps, as TLS has them (RFC 6962, 3.3).
fn timestamps<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    let here = c.pos();
    name::layer(c, <crate::dissect::application::tls::Tls as Protocol>::LAYER);
    c.seek(at.body);
    _ = handshake::timestamps(c, at.end);
    c.seek(here);
}
