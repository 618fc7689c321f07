//! General names (RFC 5280, 4.2.1.6).

use super::element::{At, tag};
use super::name;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    NAMES = "x509ce.GeneralNames", "GeneralNames", U32;
    NAME = "x509ce.GeneralName", "GeneralName", U32 names(CHOICES);
    BASE = "x509ce.base", "base", U32 names(CHOICES);
    OTHER = "x509ce.otherName_element", "otherName", None;
    OTHER_TYPE = "x509ce.type_id", "type-id", Oid;
    MAIL = "x509ce.rfc822Name", "rfc822Name", Str;
    DNS = "x509ce.dNSName", "dNSName", Str;
    X400 = "x509ce.x400Address_element", "x400Address", None;
    DIRECTORY = "x509ce.directoryName", "directoryName", U32 names(name::CHOICES);
    EDI = "x509ce.ediPartyName_element", "ediPartyName", None;
    URI = "x509ce.uniformResourceIdentifier", "uniformResourceIdentifier", Str;
    IP = "x509ce.IPAddress.ipv4", "iPAddress", Ipv4;
    IP6 = "x509ce.IPAddress.ipv6", "iPAddress", Ipv6;
    REGISTERED = "x509ce.registeredID", "registeredID", Oid;
}

names! {
    CHOICES {
        0 = "otherName",
        1 = "rfc822Name",
        2 = "dNSName",
        3 = "x400Address",
        4 = "directoryName",
        5 = "ediPartyName",
        6 = "uniformResourceIdentifier",
        7 = "iPAddress",
        8 = "registeredID",
    }
}

/// A list of names, as `field`.
pub(super) fn list<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field) {
    at.list(c, field, one);
}

/// One name, and which kind of name it is.
pub(super) fn one<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    chosen(c, at, &NAME);
}

/// One name, as `field`.
pub(super) fn chosen<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field) {
    c.put(field, at.start, at.end, (at.tag & 0x1f).into());
    c.below(|c| value(c, at));
}

fn value<S: Sink>(c: &mut Cursor<'_, S>, at: At) {
    match at.tag & 0x1f {
        0 => at.branch(c, &OTHER, |c| {
            let parts = at.children(c);
            let (Some(kind), Some(value)) = (parts.first(), parts.get(1)) else { return };
            kind.oid(c, &OTHER_TYPE);
            match value.inner(c) {
                Some(text) if text.tag == tag::UTF8 && super::oid::dotted(kind.content(c)) == PRINCIPAL => {
                    name::attribute_layer(c);
                    text.text(c, &name::UTF8);
                }
                _ => value.unknown(c),
            }
        }),
        1 => at.text(c, &MAIL),
        2 => at.text(c, &DNS),
        3 => at.put(c, &X400, 0),
        4 => {
            if let Some(inner) = at.inner(c) {
                name::dissect(c, inner, &DIRECTORY, &name::RDN_SEQUENCE);
            }
        }
        5 => at.put(c, &EDI, 0),
        6 => at.text(c, &URI),
        7 if at.end - at.body == 4 => at.put(c, &IP, 0),
        7 if at.end - at.body == 16 => at.put(c, &IP6, 0),
        8 => at.oid(c, &REGISTERED),
        _ => {}
    }
}

/// The name of a user of Microsoft's directory.
const PRINCIPAL: &str = "1.3.6.1.4.1.311.20.2.3";

/// Where further information is to be had: the kind of name stands there as a number alone.
pub(super) fn location<S: Sink>(c: &mut Cursor<'_, S>, at: At, field: &'static Field) {
    c.put(field, at.start, at.end, (at.tag & 0x1f).into());
    c.below(|c| value(c, at));
}
