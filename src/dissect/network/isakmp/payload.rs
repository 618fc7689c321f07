//! What stands in the payloads (RFC 2408, 3; RFC 2409; RFC 7296, 3).

use super::names::{
    ATTRIBUTES_1, ATTRIBUTES_2, CIPHERS, CIPHERS_1, FUNCTIONS, GROUPS, HASHES, IDENTITIES, IDENTITIES_2, INTEGRITIES,
    LIFE_TYPES, METHODS, NOTICES, PROTOCOLS_2, SEQUENCES, TRANSFORM_TYPES,
};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::network::ip_protocols::IP_PROTOCOLS;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    RESERVED = "isakmp.reserved", "Reserved", Bytes;
    TRANSFORM_NUMBER = "isakmp.trans.number", "Transform number", U8;
    TRANSFORM_ID = "isakmp.trans.id", "Transform ID", U8;
    ATTRIBUTE_1 = "isakmp.ike.attr", "IKE Attribute", None;
    FORMAT_1 = "isakmp.ike.attr.format", "Format", Bool bits(16) mask(0x8000) flag("Type/Value (TV)", "Type/Length/Value (TLV)");
    TYPE_1 = "isakmp.ike.attr.type", "Type", U16 names(ATTRIBUTES_1);
    LENGTH_1 = "isakmp.ike.attr.length", "Length", U16;
    VALUE_1 = "isakmp.ike.attr.value", "Value", Bytes;
    CIPHER_1 = "isakmp.ike.attr.encryption_algorithm", "Encryption Algorithm", U16 names(CIPHERS_1);
    HASH_1 = "isakmp.ike.attr.hash_algorithm", "HASH Algorithm", U16 names(HASHES);
    METHOD_1 = "isakmp.ike.attr.authentication_method", "Authentication Method", U16 names(METHODS);
    GROUP_1 = "isakmp.ike.attr.group_description", "Group Description", U16 names(GROUPS);
    LIFE_TYPE_1 = "isakmp.ike.attr.life_type", "Life Type", U16 names(LIFE_TYPES);
    LIFE_1 = "isakmp.ike.attr.life_duration", "Life Duration", U32;
    KEY_LENGTH_1 = "isakmp.ike.attr.key_length", "Key Length", U16;
    TRANSFORM_TYPE = "isakmp.tf.type", "Transform Type", U8 names(TRANSFORM_TYPES);
    CIPHER = "isakmp.tf.id.encr", "Transform ID (ENCR)", U16 names(CIPHERS);
    FUNCTION = "isakmp.tf.id.prf", "Transform ID (PRF)", U16 names(FUNCTIONS);
    INTEGRITY = "isakmp.tf.id.integ", "Transform ID (INTEG)", U16 names(INTEGRITIES);
    GROUP = "isakmp.tf.id.dh", "Transform ID (D-H)", U16 names(GROUPS);
    SEQUENCE = "isakmp.tf.id.esn", "Transform ID (ESN)", U16 names(SEQUENCES);
    OTHER_ID = "isakmp.trans.id_v2", "Transform ID", U16;
    ATTRIBUTE = "isakmp.ike2.attr", "Transform Attribute", None;
    FORMAT = "isakmp.ike2.attr.format", "Format", Bool bits(16) mask(0x8000) flag("Type/Value (TV)", "Type/Length/Value (TLV)");
    TYPE = "isakmp.ike2.attr.type", "Type", U16 names(ATTRIBUTES_2);
    LENGTH = "isakmp.ike2.attr.length", "Length", U16;
    VALUE = "isakmp.ike2.attr.value", "Value", Bytes;
    KEY_LENGTH = "isakmp.ike2.attr.key_length", "Key Length", U16;
    EXCHANGE_GROUP = "isakmp.key_exchange.dh_group", "DH Group #", U16 names(GROUPS);
    EXCHANGE_DATA = "isakmp.key_exchange.data", "Key Exchange Data", Bytes;
    NONCE = "isakmp.nonce", "Nonce DATA", Bytes;
    NAT_HASH = "isakmp.ike.nat_hash", "HASH of the address and port", Bytes;
    VENDOR = "isakmp.vid_bytes", "Vendor ID", Bytes;
    VENDOR_NAME = "isakmp.vid_string", "Vendor ID", Str;
    UNITY_MAJOR = "isakmp.vid.cisco_unity.major", "CISCO-UNITY Major version", U8;
    UNITY_MINOR = "isakmp.vid.cisco_unity.minor", "CISCO-UNITY Minor version", U8;
    NOTICE_PROTOCOL = "isakmp.notify.protoid", "Protocol ID", U8 names(PROTOCOLS_2);
    SPI_SIZE = "isakmp.spisize", "SPI Size", U8;
    SPI = "isakmp.spi", "SPI", Bytes;
    NOTICE = "isakmp.notify.msgtype", "Notify Message Type", U16 names(NOTICES);
    NOTICE_DATA = "isakmp.notify.data", "Notification DATA", Bytes;
    ACCEPTED_GROUP = "isakmp.notify.data.accepted_dh_group", "Accepted DH group number", U16 names(GROUPS);
    INITIALIZATION = "isakmp.enc.iv", "Initialization Vector", Bytes;
    SEALED = "isakmp.enc.data", "Encrypted Data", None;
    IDENTITY_TYPE = "isakmp.id.type", "ID type", U8 names(IDENTITIES);
    IDENTITY_TYPE_2 = "isakmp.id.type", "ID type", U8 names(IDENTITIES_2);
    IDENTITY_PROTOCOL = "isakmp.id.protoid", "Protocol ID", U8 names(IP_PROTOCOLS);
    IDENTITY_PORT = "isakmp.id.port", "Port", U16;
    IDENTITY = "isakmp.id.data", "Identification Data:", None;
    IDENTITY_IP = "isakmp.id.data.ipv4_addr", "ID_IPV4_ADDR", Ipv4;
    IDENTITY_IP6 = "isakmp.id.data.ipv6_addr", "ID_IPV6_ADDR", Ipv6;
    IDENTITY_FQDN = "isakmp.id.data.fqdn", "ID_FQDN", Str;
    IDENTITY_USER = "isakmp.id.data.user_fqdn", "ID_FQDN", Str;
    IDENTITY_KEY = "isakmp.id.data.key_id", "ID_KEY_ID", Bytes;
    DATA = "isakmp.datapayload", "Data Payload", Bytes;
}

/// Key exchange without any more to it.
const KEY_IKE: u64 = 1;
/// The notice that another group is wanted.
const INVALID_KE: u16 = 17;

/// The rest of the window as one field, if there is any.
fn rest<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    if c.reported() > 0 { c.bytes(field, c.reported()).map(|_| ()) } else { Ok(()) }
}

/// The contents of a payload of type `kind`, whose line stands at `mark`.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, major: u8, kind: u8, mark: usize) -> Result<(), Stop> {
    match kind {
        3 if major == 1 => transform_1(c, mark),
        3 => transform(c),
        4 => rest(c, &EXCHANGE_DATA),
        34 => {
            c.u16(&EXCHANGE_GROUP)?;
            c.bytes(&RESERVED, 2)?;
            rest(c, &EXCHANGE_DATA)
        }
        5 | 35 | 36 => identity(c, major),
        10 | 40 => rest(c, &NONCE),
        13 | 43 => vendor(c, mark),
        20 | 130 => rest(c, &NAT_HASH),
        41 => notice(c, mark),
        46 => sealed(c),
        _ => rest(c, &DATA),
    }
}

/// A transform of version 1, with what is asked of it.
fn transform_1<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    let number = c.u8(&TRANSFORM_NUMBER)?;
    c.append_at(mark, |l| _ = l.str(" # ").dec(number));
    let id = c.u8(&TRANSFORM_ID)?;
    if u64::from(id) == KEY_IKE {
        c.label(|l| _ = l.str("Transform ID: KEY_IKE (1)"));
    }
    c.bytes(&RESERVED, 2)?;
    while c.reported() >= 4 {
        c.group(&ATTRIBUTE_1, attribute_1)?;
    }
    Ok(())
}

/// One attribute of version 1 (RFC 2409, appendix A).
fn attribute_1<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mark = c.mark().wrapping_sub(1);
    let (kind, len) = attribute_head(c, [&FORMAT_1, &TYPE_1, &LENGTH_1])?;
    let field = match kind {
        1 => &CIPHER_1,
        2 => &HASH_1,
        3 => &METHOD_1,
        4 => &GROUP_1,
        11 => &LIFE_TYPE_1,
        12 => &LIFE_1,
        14 => &KEY_LENGTH_1,
        _ => &VALUE_1,
    };
    attribute_value(c, (&VALUE_1, field), (kind, len), (mark, ATTRIBUTES_1))
}

/// A transform of version 2.
fn transform<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u8(&TRANSFORM_TYPE)?;
    c.bytes(&RESERVED, 1)?;
    c.u16(match kind {
        1 => &CIPHER,
        2 => &FUNCTION,
        3 => &INTEGRITY,
        4 => &GROUP,
        5 => &SEQUENCE,
        _ => &OTHER_ID,
    })?;
    while c.reported() >= 4 {
        c.group(&ATTRIBUTE, |c| {
            let mark = c.mark().wrapping_sub(1);
            let (kind, len) = attribute_head(c, [&FORMAT, &TYPE, &LENGTH])?;
            let field = if kind == 14 { &KEY_LENGTH } else { &VALUE };
            attribute_value(c, (&VALUE, field), (kind, len), (mark, ATTRIBUTES_2))
        })?;
    }
    Ok(())
}

/// An attribute's type, and the length of its value, which is said where it is not two bytes.
fn attribute_head<S: Sink>(
    c: &mut Cursor<'_, S>,
    [format, kind, length]: [&'static Field; 3],
) -> Result<(u16, usize), Stop> {
    let start = c.pos();
    let word = u16::from_be_bytes(c.array()?);
    c.put(format, start, start + 2, word.into());
    let number = word & 0x7fff;
    c.put(kind, start, start + 2, number.into());
    let len = if word & 0x8000 == 0 { usize::from(c.u16(length)?) } else { 2 };
    Ok((number, len))
}

/// An attribute's value: as it is, and by its meaning, which also stands in the attribute's line.
fn attribute_value<S: Sink>(
    c: &mut Cursor<'_, S>,
    (raw, field): (&'static Field, &'static Field),
    (kind, len): (u16, usize),
    (mark, names): (usize, Names),
) -> Result<(), Stop> {
    let start = c.pos();
    let bytes = c.bytes(raw, len)?;
    let num = bytes.iter().fold(0, |num: u64, &byte| num << 8 | u64::from(byte));
    c.append_at(mark, |l| {
        l.str(" (t=").dec(kind).str(",l=").dec(len as u64).str("): ");
        l.str(name_of(names, kind.into()).unwrap_or("Unknown"));
    });
    if field.kind != Kind::Bytes {
        c.put(field, start, start + len, num);
        c.append_at(mark, |l| {
            l.str(": ");
            match field.name(num) {
                Some(name) => l.str(name),
                None => l.dec(num),
            };
        });
    }
    Ok(())
}

/// Who somebody says to be.
fn identity<S: Sink>(c: &mut Cursor<'_, S>, major: u8) -> Result<(), Stop> {
    let kind = c.u8(if major == 2 { &IDENTITY_TYPE_2 } else { &IDENTITY_TYPE })?;
    if major == 2 {
        c.bytes(&RESERVED, 3)?;
    } else {
        if c.u8(&IDENTITY_PROTOCOL)? == 0 {
            c.label(|l| _ = l.str("Protocol ID: Unused"));
        }
        if c.u16(&IDENTITY_PORT)? == 0 {
            c.label(|l| _ = l.str("Port: Unused"));
        }
    }
    let content = c.rest();
    c.group(&IDENTITY, |c| {
        let mark = c.mark().wrapping_sub(1);
        c.label_at(mark, |l| _ = l.str("Identification Data:"));
        match kind {
            1 => {
                let address = c.fixed::<4>(&IDENTITY_IP)?;
                c.append_at(mark, |l| _ = l.ipv4(&address));
            }
            5 => {
                let address = c.fixed::<16>(&IDENTITY_IP6)?;
                c.append_at(mark, |l| _ = l.ipv6(&address));
            }
            2 | 3 => {
                let field = if kind == 2 { &IDENTITY_FQDN } else { &IDENTITY_USER };
                c.bytes(field, content.len())?;
                c.append_at(mark, |l| _ = l.text(content.split(|&byte| byte == 0).next().unwrap_or_default()));
            }
            11 => _ = c.bytes(&IDENTITY_KEY, content.len())?,
            _ => c.skip(content.len())?,
        }
        Ok(())
    })
}

/// Who made the software, or what it can do.
fn vendor<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    let start = c.pos();
    let id = c.bytes(&VENDOR, c.reported())?;
    let unity = id.starts_with(&UNITY).then(|| id.get(UNITY.len()..)).flatten();
    let name = match unity {
        Some(_) => "CISCO-UNITY",
        None => VENDORS.iter().find(|(known, _)| id.starts_with(known)).map_or("Unknown Vendor ID", |(_, name)| name),
    };
    let end = c.pos();
    c.text(&VENDOR_NAME, start, end, |l| _ = l.str(name));
    c.append_at(mark, |l| _ = l.str(" : ").str(name));
    if let Some(&[major, minor, ..]) = unity {
        c.put(&UNITY_MAJOR, end - 2, end - 1, major.into());
        c.put(&UNITY_MINOR, end - 1, end, minor.into());
        c.append_at(mark, |l| _ = l.byte(b' ').dec(major).byte(b'.').dec(minor));
    }
    Ok(())
}

/// A notice of version 2.
fn notice<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    c.u8(&NOTICE_PROTOCOL)?;
    let size = usize::from(c.u8(&SPI_SIZE)?);
    let kind = c.u16(&NOTICE)?;
    c.append_at(mark, |l| _ = l.str(" - ").str(NOTICE.name(kind.into()).unwrap_or("Unknown")));
    if size > 0 {
        c.bytes(&SPI, size)?;
    }
    let start = c.pos();
    rest(c, &NOTICE_DATA)?;
    if kind == INVALID_KE && c.pos() - start == 2 {
        c.seek(start);
        c.u16(&ACCEPTED_GROUP)?;
    }
    Ok(())
}

/// Payloads that are encrypted; how long the initialization vector is, is not known.
fn sealed<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.bytes(&INITIALIZATION, c.reported().min(4))?;
    c.put(&SEALED, c.pos(), c.end(), 0);
    c.skip(c.reported())
}

/// What Cisco's clients begin theirs with.
const UNITY: [u8; 14] = [0x12, 0xf5, 0xf2, 0x8c, 0x45, 0x71, 0x68, 0xa9, 0x70, 0x2d, 0x9f, 0xe2, 0x74, 0xcc];

/// Identifiers of vendors and of what they offer: hashes of texts, or texts.
static VENDORS: &[(&[u8], &str)] = &[
    (&[0x09, 0x00, 0x26, 0x89, 0xdf, 0xd6, 0xb7, 0x12], "XAUTH"),
    (
        &[0x27, 0xba, 0xb5, 0xdc, 0x01, 0xea, 0x07, 0x60, 0xea, 0x4e, 0x31, 0x90, 0xac, 0x27, 0xc0, 0xd0],
        "draft-stenberg-ipsec-nat-traversal-01",
    ),
    (
        &[
            0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25, 0xe7, 0xde, 0x7f, 0x00, 0xd6, 0xc2, 0xd3, 0x80, 0x00,
            0x00, 0x00,
        ],
        "Cisco Fragmentation",
    ),
    (
        &[
            0x43, 0x49, 0x53, 0x43, 0x4f, 0x2d, 0x44, 0x45, 0x4c, 0x45, 0x54, 0x45, 0x2d, 0x52, 0x45, 0x41, 0x53, 0x4f,
            0x4e,
        ],
        "Cisco Delete Reason Supported",
    ),
    (
        &[
            0x43, 0x49, 0x53, 0x43, 0x4f, 0x2d, 0x44, 0x59, 0x4e, 0x41, 0x4d, 0x49, 0x43, 0x2d, 0x52, 0x4f, 0x55, 0x54,
            0x45,
        ],
        "Cisco Dynamic Route Supported",
    ),
    (
        &[0x43, 0x49, 0x53, 0x43, 0x4f, 0x56, 0x50, 0x4e, 0x2d, 0x52, 0x45, 0x56, 0x2d, 0x30, 0x32],
        "Cisco VPN Revision 2",
    ),
    (
        &[0x43, 0x9b, 0x59, 0xf8, 0xba, 0x67, 0x6c, 0x4c, 0x77, 0x37, 0xae, 0x22, 0xea, 0xb8, 0xf5, 0x82],
        "draft-ietf-ipsec-nat-t-ike-07",
    ),
    (
        &[0x44, 0x85, 0x15, 0x2d, 0x18, 0xb6, 0xbb, 0xcd, 0x0b, 0xe8, 0xa8, 0x46, 0x95, 0x79, 0xdd, 0xcc],
        "draft-ietf-ipsec-nat-t-ike-00",
    ),
    (
        &[0x46, 0x4c, 0x45, 0x58, 0x56, 0x50, 0x4e, 0x2d, 0x53, 0x55, 0x50, 0x50, 0x4f, 0x52, 0x54, 0x45, 0x44],
        "Cisco FlexVPN Supported",
    ),
    (
        &[0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45, 0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f],
        "RFC 3947 Negotiation of NAT-Traversal in the IKE",
    ),
    (
        &[0x61, 0x05, 0xc4, 0x22, 0xe7, 0x68, 0x47, 0xe4, 0x3f, 0x96, 0x84, 0x80, 0x12, 0x92, 0xae, 0xcd],
        "draft-stenberg-ipsec-nat-traversal-02",
    ),
    (
        &[0x7d, 0x94, 0x19, 0xa6, 0x53, 0x10, 0xca, 0x6f, 0x2c, 0x17, 0x9d, 0x92, 0x15, 0x52, 0x9d, 0x56],
        "draft-ietf-ipsec-nat-t-ike-03",
    ),
    (
        &[0x90, 0xcb, 0x80, 0x91, 0x3e, 0xbb, 0x69, 0x6e, 0x08, 0x63, 0x81, 0xb5, 0xec, 0x42, 0x7b, 0x1f],
        "draft-ietf-ipsec-nat-t-ike-02\\n",
    ),
    (
        &[0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 0x01, 0x00],
        "RFC 3706 DPD (Dead Peer Detection)",
    ),
    (
        &[0xcd, 0x60, 0x46, 0x43, 0x35, 0xdf, 0x21, 0xf8, 0x7c, 0xfd, 0xb2, 0xfc, 0x68, 0xb6, 0xa4, 0x48],
        "draft-ietf-ipsec-nat-t-ike-02",
    ),
];
