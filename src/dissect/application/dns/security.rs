//! Data that secure names (RFC 4034, RFC 5155), and data that secure others by their help.

use super::fields::*;
use super::names::TYPES;
use super::record::Record;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// A signature over records: RRSIG, SIG.
pub(super) fn rrsig<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u16(&RRSIG_TYPE_COVERED)?;
    c.u8(&RRSIG_ALGORITHM)?;
    c.u8(&RRSIG_LABELS)?;
    c.u32(&RRSIG_ORIGINAL_TTL)?;
    moment(c, &RRSIG_SIGNATURE_EXPIRATION)?;
    moment(c, &RRSIG_SIGNATURE_INCEPTION)?;
    c.u16(&RRSIG_KEY_TAG)?;
    r.name(c, &RRSIG_SIGNERS_NAME)?;
    trailing(c, r, &RRSIG_SIGNATURE)
}

/// What is left of the data, where anything is.
fn trailing<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, field: &'static Field) -> Result<(), Stop> {
    if r.more(c) { r.rest(c, field) } else { Ok(()) }
}

/// Reads a moment: 32 bits of seconds.
fn moment<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let at = c.pos();
    let seconds = u32::from_be_bytes(c.array()?);
    c.put(field, at, at + 4, u64::from(seconds) * 1_000_000_000);
    Ok(())
}

/// Public keys of RFC 2535.
pub(super) fn key<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    const NO_KEY: u64 = 0xc000;
    let start = c.pos();
    let flags = c.be::<2>(&KEY_FLAGS)?;
    c.below(|c| {
        c.bits::<2>(&KEY_FLAGS_AUTHENTICATION, flags);
        c.bits::<2>(&KEY_FLAGS_CONFIDENTIALITY, flags);
        if flags & NO_KEY == NO_KEY {
            return;
        }
        let others: [&'static Field; 6] = [
            &KEY_FLAGS_REQUIRED,
            &KEY_FLAGS_ASSOCIATED_USER,
            &KEY_FLAGS_ASSOCIATED_NAMED_ENTITY,
            &KEY_FLAGS_IPSEC,
            &KEY_FLAGS_MIME,
            &KEY_FLAGS_SIGNATORY,
        ];
        for field in others {
            c.bits::<2>(field, flags);
        }
    });
    c.u8(&KEY_PROTOCOL)?;
    let algorithm = c.u8(&KEY_ALGORITHM)?;
    key_id(c, r, start, algorithm, &KEY_KEY_ID)?;
    trailing(c, r, &KEY_PUBLIC_KEY)
}

/// Public keys of zones.
pub(super) fn dnskey<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let start = c.pos();
    let flags = c.be::<2>(&DNSKEY_FLAGS)?;
    c.below(|c| {
        c.bits::<2>(&DNSKEY_FLAGS_ZONE_KEY, flags);
        c.bits::<2>(&DNSKEY_FLAGS_KEY_REVOKED, flags);
        c.bits::<2>(&DNSKEY_FLAGS_SECURE_ENTRY_POINT, flags);
        c.bits::<2>(&DNSKEY_FLAGS_RESERVED, flags);
    });
    c.u8(&DNSKEY_PROTOCOL)?;
    let algorithm = c.u8(&DNSKEY_ALGORITHM)?;
    key_id(c, r, start, algorithm, &DNSKEY_KEY_ID)?;
    r.rest(c, &DNSKEY_PUBLIC_KEY)
}

/// A key's number, as signatures name it (RFC 4034, appendix B): computed over all of the record's data.
fn key_id<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    start: usize,
    algorithm: u8,
    field: &'static Field,
) -> Result<(), Stop> {
    const RSA_MD5: u8 = 1;
    let (here, len) = (c.pos(), r.len);
    c.seek(start);
    c.need(len)?;
    let data = c.rest().get(..len).unwrap_or_default();
    c.seek(here);
    if len < 4 {
        c.generated(&NO_KEY_ID, 0);
        c.below(|c| c.expert(&KEY_ID_TOO_SHORT));
        return Ok(());
    }
    let id = if algorithm == RSA_MD5 {
        data.get(len - 3..len - 1).map_or(0, |pair| pair.iter().fold(0, |num, &byte| num << 8 | u32::from(byte)))
    } else {
        let sum: u32 =
            data.iter().enumerate().map(|(i, &byte)| u32::from(byte) << if i % 2 == 0 { 8 } else { 0 }).sum();
        sum.wrapping_add(sum >> 16)
    };
    c.generated(field, u64::from(id & 0xffff));
    Ok(())
}

/// A digest of a key: DS, CDS, DLV.
pub(super) fn ds<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u16(&DS_KEY_ID)?;
    c.u8(&DS_ALGORITHM)?;
    c.u8(&DS_DIGEST_TYPE)?;
    trailing(c, r, &DS_DIGEST)
}

/// The fingerprint of a host's SSH key (RFC 4255).
pub(super) fn sshfp<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u8(&SSHFP_ALGORITHM)?;
    c.u8(&SSHFP_FINGERPRINT_TYPE)?;
    trailing(c, r, &SSHFP_FINGERPRINT)
}

/// The gateway to a host, and its key (RFC 4025).
pub(super) fn ipseckey<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u8(&IPSECKEY_GATEWAY_PRECEDENCE)?;
    let gateway = c.u8(&IPSECKEY_GATEWAY_TYPE)?;
    c.u8(&IPSECKEY_GATEWAY_ALGORITHM)?;
    match gateway {
        1 => _ = c.fixed::<4>(&IPSECKEY_GATEWAY_IPV4)?,
        2 => _ = c.fixed::<16>(&IPSECKEY_GATEWAY_IPV6)?,
        3 => _ = r.name(c, &IPSECKEY_GATEWAY_DNS)?,
        _ => {}
    }
    trailing(c, r, &IPSECKEY_PUBLIC_KEY)
}

/// Certificates and revocations (RFC 4398).
pub(super) fn cert<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u16(&CERT_TYPE)?;
    c.u16(&CERT_KEY_TAG)?;
    c.u8(&CERT_ALGORITHM)?;
    trailing(c, r, &CERT_CERTIFICATE)
}

/// The next name of a zone and the types that this one has: NSEC, and NXT (RFC 2535) before it.
pub(super) fn next<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    const NXT: u16 = 30;
    let field: &'static Field = if r.rtype == NXT { &NXT_NEXT_DOMAIN_NAME } else { &NSEC_NEXT_DOMAIN_NAME };
    let name = r.name(c, field)?;
    r.shows(c, "next domain name ", &name);
    match r.rtype {
        NXT => {
            let mut first = 0_u16;
            while r.more(c) {
                bits(c, first, 1)?;
                first = first.wrapping_add(8);
            }
            Ok(())
        }
        _ => bitmap(c, r),
    }
}

/// Types in windows of 256, each with as many bytes as it needs (RFC 4034, 4.1.2).
fn bitmap<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    while r.more(c) {
        let [window] = c.array()?;
        let [len] = c.array()?;
        bits(c, u16::from(window) << 8, len.into())?;
    }
    Ok(())
}

/// A bit for each type, the first of `len` bytes beginning with type `first`.
fn bits<S: Sink>(c: &mut Cursor<'_, S>, first: u16, len: usize) -> Result<(), Stop> {
    let mut rtype = first;
    for _ in 0..len {
        let [byte] = c.array()?;
        for bit in 0..8 {
            if S::DETAIL && byte << bit & 0x80 != 0 {
                c.put(&BITMAP_TYPE, c.pos() - 1, c.pos(), rtype.into());
                c.label(|l| _ = l.str("RR type in bit map: ").named(name_of(TYPES, rtype.into()), rtype));
            }
            rtype = rtype.wrapping_add(1);
        }
    }
    Ok(())
}

/// The next hashed name of a zone (RFC 5155).
pub(super) fn nsec3<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u8(&NSEC3_ALGO)?;
    let flags = c.be::<1>(&NSEC3_FLAGS)?;
    c.below(|c| c.bits::<1>(&NSEC3_FLAGS_OPT_OUT, flags));
    c.u16(&NSEC3_ITERATIONS)?;
    let len = c.u8(&NSEC3_SALT_LENGTH)?;
    c.bytes(&NSEC3_SALT_VALUE, len.into())?;
    let len = usize::from(c.u8(&NSEC3_HASH_LENGTH)?);
    let at = c.pos();
    // The last digit may reach into the byte behind, which then has to be there.
    let digits = (8 * len).div_ceil(5);
    c.need((5 * digits).div_ceil(8))?;
    let rest = c.rest();
    c.skip(len)?;
    c.text(&NSEC3_HASH_VALUE, at, at + len, |l| base32(l, rest, digits));
    if S::DETAIL {
        c.change_last(|item| item.generated = true);
    }
    bitmap(c, r)
}

/// Writes the first digits of bytes in base 32 (RFC 4648, extended hex alphabet).
fn base32(line: &mut Line, bytes: &[u8], digits: usize) {
    for i in 0..digits {
        let (byte, bit) = (5 * i / 8, 5 * i % 8);
        let pair = [byte, byte + 1].map(|at| u16::from(bytes.get(at).copied().unwrap_or_default()));
        let digit = ((pair[0] << 8 | pair[1]) >> (11 - bit) & 31) as u8;
        line.byte(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    }
}

/// How a zone's names are hashed (RFC 5155).
pub(super) fn nsec3param<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.shows_owner(c);
    c.u8(&NSEC3_ALGO)?;
    c.u8(&NSEC3_FLAGS)?;
    c.u16(&NSEC3_ITERATIONS)?;
    let len = c.u8(&NSEC3_SALT_LENGTH)?;
    c.bytes(&NSEC3_SALT_VALUE, len.into()).map(|_| ())
}

/// The certificate that a server must have (RFC 6698).
pub(super) fn tlsa<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.shows_owner(c);
    c.u8(&TLSA_CERTIFICATE_USAGE)?;
    c.u8(&TLSA_SELECTOR)?;
    c.u8(&TLSA_MATCHING_TYPE)?;
    r.rest(c, &TLSA_CERTIFICATE_ASSOCIATION_DATA)
}

/// A host's identity, and where to meet it (RFC 8005).
pub(super) fn hip<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.shows_owner(c);
    let tag_len = c.u8(&HIP_HIT_LENGTH)?;
    c.u8(&HIP_HIT_PK_ALGO)?;
    let key_len = c.u16(&HIP_PK_LENGTH)?;
    c.bytes(&HIP_HIT, tag_len.into())?;
    c.bytes(&HIP_PK, key_len.into())?;
    while r.left(c) > 1 {
        r.name(c, &HIP_RENDEZVOUS_SERVER)?;
    }
    Ok(())
}

/// A key for mail (RFC 7929).
pub(super) fn openpgpkey<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.rest(c, &OPENPGPKEY)
}

/// What a parent zone should take over (RFC 7477).
pub(super) fn csync<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u32(&CSYNC_SOA)?;
    let flags = c.be::<2>(&CSYNC_FLAGS)?;
    c.below(|c| {
        c.bits::<2>(&CSYNC_FLAGS_IMMEDIATE, flags);
        c.bits::<2>(&CSYNC_FLAGS_SOAMINIMUM, flags);
    });
    let at = c.pos();
    r.rest(c, &CSYNC_TYPE_BITMAP)?;
    c.seek(at);
    bitmap(c, r)
}

/// A digest of a whole zone (RFC 8976).
pub(super) fn zonemd<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u32(&ZONEMD_SERIAL)?;
    c.u8(&ZONEMD_SCHEME)?;
    c.u8(&ZONEMD_HASH_ALGO)?;
    r.rest(c, &ZONEMD_DIGEST)
}

/// An exchange of keys (RFC 2930).
pub(super) fn tkey<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.name(c, &TKEY_ALGO_NAME)?;
    moment(c, &TKEY_SIGNATURE_INCEPTION)?;
    moment(c, &TKEY_SIGNATURE_EXPIRATION)?;
    c.u16(&TKEY_MODE)?;
    c.u16(&TKEY_ERROR)?;
    sized(c, &TKEY_KEY_SIZE, &TKEY_KEY_DATA)?;
    sized(c, &TKEY_OTHER_SIZE, &TKEY_OTHER_DATA)
}

/// Bytes behind their length, where there are any.
fn sized<S: Sink>(c: &mut Cursor<'_, S>, len: &'static Field, data: &'static Field) -> Result<(), Stop> {
    let len = c.u16(len)?;
    if len > 0 {
        c.bytes(data, len.into())?;
    }
    Ok(())
}

/// A message's authentication (RFC 8945).
pub(super) fn tsig<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let algorithm = r.name(c, &TSIG_ALGORITHM_NAME)?;
    let at = c.pos();
    let high = u16::from_be_bytes(c.array()?);
    let seconds = u64::from(high) << 32 | u64::from(u32::from_be_bytes(c.array()?));
    c.put(&TSIG_TIME_SIGNED, at, at + 6, seconds.wrapping_mul(1_000_000_000));
    c.u16(&TSIG_FUDGE)?;
    let len = c.u16(&TSIG_MAC_SIZE)?;
    if len > 0 {
        c.bytes(&TSIG_MAC, len.into())?;
        c.below(|c| {
            c.expert(&TSIG_NO_ALGORITHM);
            c.append(|l| _ = l.byte(b':').text(algorithm.as_bytes()));
        });
    }
    c.u16(&TSIG_ORIGINAL_ID)?;
    c.u16(&TSIG_ERROR)?;
    sized(c, &TSIG_OTHER_LEN, &TSIG_OTHER_DATA)
}
