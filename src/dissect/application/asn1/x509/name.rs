//! Distinguished names (X.501; RFC 5280, 4.1.2.4), and the kinds of text that attributes are (X.520).

use super::element::{At, counted, tag};
use super::oid;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("x509if", "X.509 Information Framework", Kind::Protocol);
static ATTRIBUTES_LAYER: Field = Field::new("x509sat", "X.509 Selected Attribute Types", Kind::Protocol);

fields! {
    RDN_SEQUENCE = "x509if.rdnSequence", "rdnSequence", U32;
    RDN = "x509if.RDNSequence_item", "RDNSequence item", U32;
    RELATIVE = "x509if.RelativeDistinguishedName_item_element", "RelativeDistinguishedName item", None;
    TYPE = "x509if.oid", "Object Id", Oid;
    COUNTRY = "x509sat.CountryName", "CountryName", Str;
    IA5 = "x509sat.IA5String", "IA5String", Str;
    PRINTABLE = "x509sat.PrintableString", "PrintableString", Str;
    DIRECTORY = "x509sat.DirectoryString", "DirectoryString", U32 names(DIRECTORY_STRINGS);
    TELETEX_TEXT = "x509sat.teletexString", "teletexString", Str;
    PRINTABLE_TEXT = "x509sat.printableString", "printableString", Str;
    UNIVERSAL_TEXT = "x509sat.universalString", "universalString", Str;
    BMP_TEXT = "x509sat.bmpString", "bmpString", Str;
    UTF8_TEXT = "x509sat.uTF8String", "uTF8String", Str;
    UTF8 = "x509sat.UTF8String", "UTF8String", Str;
    BMP = "x509sat.BMPString", "BMPString", Str;
    INTEGER = "x509sat.Integer", "Integer", I64;
    OCTETS = "x509sat.OctetString", "OctetString", Bytes;
    USER = "x509af.Userid", "Userid", Str;
}

names! {
    /// A name is always a sequence of relative ones.
    pub CHOICES { 0 = "rdnSequence" }
    DIRECTORY_STRINGS {
        0 = "teletexString", 1 = "printableString", 2 = "universalString", 3 = "bmpString", 4 = "uTF8String",
    }
}

/// What X.501 defines.
pub struct InformationFramework;

impl Protocol for InformationFramework {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "X509IF";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
        Err(Stop::NotMine)
    }
}

/// What X.520 defines.
pub struct Attributes;

impl Protocol for Attributes {
    const LAYER: &'static Field = &ATTRIBUTES_LAYER;
    const NAME: &'static str = "X509SAT";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
        Err(Stop::NotMine)
    }
}

/// A value of an attribute's type stands here, which is a layer without a line.
pub(super) fn layer<S: Sink>(c: &mut Cursor<'_, S>, layer: &'static Field) {
    c.hidden(layer, c.pos(), c.pos(), 0);
}

/// Records a layer of X.520's.
pub(super) fn attribute_layer<S: Sink>(c: &mut Cursor<'_, S>) {
    layer(c, &ATTRIBUTES_LAYER);
}

/// Records a name as `choice`, and its parts below that as `sequence`; gives it as one text, its last part first.
pub(super) fn dissect<S: Sink>(
    c: &mut Cursor<'_, S>,
    at: At,
    choice: &'static Field,
    sequence: &'static Field,
) -> Vec<u8> {
    c.put(choice, at.start, at.end, 0);
    c.below(|c| {
        let (mark, parts) = (c.mark(), at.children(c));
        c.put(sequence, at.start, at.end, parts.len() as u64);
        let whole = c.below(|c| relatives(c, &parts));
        c.label_at(mark, |l| {
            counted(l.str(sequence.label).str(": "), parts.len() as u64);
        });
        c.append_at(mark, |l| _ = l.str(" (").bytes(&whole).byte(b')'));
        whole
    })
}

/// Records the parts of a name; gives it as one text, its last part first.
pub(super) fn relatives<S: Sink>(c: &mut Cursor<'_, S>, parts: &[At]) -> Vec<u8> {
    let mut whole = Vec::new();
    for part in parts {
        let before = std::mem::replace(&mut whole, relative(c, *part));
        if !before.is_empty() {
            whole.push(b',');
            whole.extend_from_slice(&before);
        }
    }
    whole
}

/// A part of a name, which may have several attributes; gives it as text.
fn relative<S: Sink>(c: &mut Cursor<'_, S>, at: At) -> Vec<u8> {
    let (mark, attributes) = (c.mark(), at.children(c));
    c.put(&RDN, at.start, at.end, attributes.len() as u64);
    let mut whole = Vec::new();
    c.below(|c| {
        for attribute in &attributes {
            let parts = attribute.children(c);
            let (Some(kind), Some(value)) = (parts.first(), parts.get(1)) else { continue };
            let mut text = Line::default();
            oid::write_name(kind.content(c), &mut text);
            text.byte(b'=').text(value.content(c));
            if !whole.is_empty() {
                whole.push(b'+');
            }
            whole.extend_from_slice(text.as_bytes());
            c.put(&RELATIVE, attribute.start, attribute.end, 0);
            c.append(|l| _ = l.str(" (").bytes(text.as_bytes()).byte(b')'));
            c.below(|c| {
                kind.oid(c, &TYPE);
                attribute_value(c, &oid::dotted(kind.content(c)), *value);
            });
        }
    });
    c.label_at(mark, |l| {
        counted(l.str("RDNSequence item: "), attributes.len() as u64);
    });
    c.append_at(mark, |l| _ = l.str(" (").bytes(&whole).byte(b')'));
    whole
}

/// The value of an attribute.
fn attribute_value<S: Sink>(c: &mut Cursor<'_, S>, kind: &str, value: At) {
    let field = match kind {
        "2.5.4.6" | "1.3.6.1.4.1.311.60.2.1.3" => &COUNTRY,
        "2.5.4.5" | "2.5.4.46" => &PRINTABLE,
        "1.2.840.113549.1.9.1" | "0.9.2342.19200300.100.1.25" => &IA5,
        "0.9.2342.19200300.100.1.1" => {
            layer(c, &super::LAYER);
            return value.text(c, &USER);
        }
        _ if oid::is_named(kind) => {
            attribute_layer(c);
            return directory_string(c, value);
        }
        _ => return value.unknown(c),
    };
    attribute_layer(c);
    value.text(c, field);
}

/// A text in one of several encodings.
fn directory_string<S: Sink>(c: &mut Cursor<'_, S>, value: At) {
    let (choice, field) = match value.tag {
        tag::TELETEX => (0, &TELETEX_TEXT),
        tag::PRINTABLE => (1, &PRINTABLE_TEXT),
        tag::UNIVERSAL => (2, &UNIVERSAL_TEXT),
        tag::BMP => (3, &BMP_TEXT),
        tag::UTF8 => (4, &UTF8_TEXT),
        _ => return,
    };
    c.put(&DIRECTORY, value.start, value.end, choice);
    c.below(|c| value.text(c, field));
}
