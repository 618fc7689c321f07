//! Kerberos 5 (RFC 4120), and the beginnings of Kerberos 4's messages.

use super::ber::{self, Element, INTEGER, SEQUENCE};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("kerberos", "Kerberos", Kind::Protocol);
static OLD_LAYER: Field = Field::new("krb4", "Kerberos v4", Kind::Protocol);

fields! {
    MARK = "kerberos.rm.length", "Record Length", U32 mask(0x7fff_ffff);
    MESSAGE_TYPE = "kerberos.msg_type", "msg-type", U32 names(MESSAGES);
    ERROR_CODE = "kerberos.error_code", "error-code", U32 names(ERRORS);
    OLD_VERSION = "krb4.version", "Version", U8;
    OLD_TYPE = "krb4.auth_msg_type", "Msg Type", U8 hex;
    OLD_MESSAGE = "krb4.m_type", "M Type", U8 mask(0xfe) names(OLD_MESSAGES);
    OLD_ORDER = "krb4.byte_order", "Byte Order", U8 mask(0x01);
    OLD_NAME = "krb4.name", "Name", Str;
    OLD_INSTANCE = "krb4.instance", "Instance", Str;
    OLD_REALM = "krb4.realm", "Realm", Str;
}

names! {
    MESSAGES {
        10 = "AS-REQ", 11 = "AS-REP", 12 = "TGS-REQ", 13 = "TGS-REP", 14 = "AP-REQ", 15 = "AP-REP", 20 = "KRB-SAFE",
        21 = "KRB-PRIV", 22 = "KRB-CRED", 30 = "KRB-ERROR",
    }
    ERRORS {
        1 = "KRB5KDC_ERR_NAME_EXP", 2 = "KRB5KDC_ERR_SERVICE_EXP", 3 = "KRB5KDC_ERR_BAD_PVNO",
        4 = "KRB5KDC_ERR_C_OLD_MAST_KVNO", 5 = "KRB5KDC_ERR_S_OLD_MAST_KVNO", 6 = "KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN",
        7 = "KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN", 8 = "KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE", 9 = "KRB5KDC_ERR_NULL_KEY",
        10 = "KRB5KDC_ERR_CANNOT_POSTDATE", 11 = "KRB5KDC_ERR_NEVER_VALID", 12 = "KRB5KDC_ERR_POLICY",
        13 = "KRB5KDC_ERR_BADOPTION", 14 = "KRB5KDC_ERR_ETYPE_NOSUPP", 15 = "KRB5KDC_ERR_SUMTYPE_NOSUPP",
        16 = "KRB5KDC_ERR_PADATA_TYPE_NOSUPP", 17 = "KRB5KDC_ERR_TRTYPE_NOSUPP", 18 = "KRB5KDC_ERR_CLIENT_REVOKED",
        19 = "KRB5KDC_ERR_SERVICE_REVOKED", 20 = "KRB5KDC_ERR_TGT_REVOKED", 21 = "KRB5KDC_ERR_CLIENT_NOTYET",
        22 = "KRB5KDC_ERR_SERVICE_NOTYET", 23 = "KRB5KDC_ERR_KEY_EXP", 24 = "KRB5KDC_ERR_PREAUTH_FAILED",
        25 = "KRB5KDC_ERR_PREAUTH_REQUIRED", 26 = "KRB5KDC_ERR_SERVER_NOMATCH",
        27 = "KRB5KDC_ERR_MUST_USE_USER2USER", 28 = "KRB5KDC_ERR_PATH_NOT_ACCEPTED",
        29 = "KRB5KDC_ERR_SVC_UNAVAILABLE", 31 = "KRB5KRB_AP_ERR_BAD_INTEGRITY", 32 = "KRB5KRB_AP_ERR_TKT_EXPIRED",
        33 = "KRB5KRB_AP_ERR_TKT_NYV", 34 = "KRB5KRB_AP_ERR_REPEAT", 35 = "KRB5KRB_AP_ERR_NOT_US",
        36 = "KRB5KRB_AP_ERR_BADMATCH", 37 = "KRB5KRB_AP_ERR_SKEW", 38 = "KRB5KRB_AP_ERR_BADADDR",
        39 = "KRB5KRB_AP_ERR_BADVERSION", 40 = "KRB5KRB_AP_ERR_MSG_TYPE", 41 = "KRB5KRB_AP_ERR_MODIFIED",
        42 = "KRB5KRB_AP_ERR_BADORDER", 43 = "KRB5KRB_AP_ERR_ILL_CR_TKT", 44 = "KRB5KRB_AP_ERR_BADKEYVER",
        45 = "KRB5KRB_AP_ERR_NOKEY", 46 = "KRB5KRB_AP_ERR_MUT_FAIL", 47 = "KRB5KRB_AP_ERR_BADDIRECTION",
        48 = "KRB5KRB_AP_ERR_METHOD", 49 = "KRB5KRB_AP_ERR_BADSEQ", 50 = "KRB5KRB_AP_ERR_INAPP_CKSUM",
        51 = "KRB5KDC_AP_PATH_NOT_ACCEPTED", 52 = "KRB5KRB_ERR_RESPONSE_TOO_BIG", 60 = "KRB5KRB_ERR_GENERIC",
        61 = "KRB5KRB_ERR_FIELD_TOOLONG", 62 = "KDC_ERROR_CLIENT_NOT_TRUSTED", 63 = "KDC_ERROR_KDC_NOT_TRUSTED",
        64 = "KDC_ERROR_INVALID_SIG", 65 = "KDC_ERR_KEY_TOO_WEAK", 66 = "KDC_ERR_CERTIFICATE_MISMATCH",
        67 = "KRB_AP_ERR_NO_TGT", 68 = "KDC_ERR_WRONG_REALM", 69 = "KRB_AP_ERR_USER_TO_USER_REQUIRED",
        70 = "KDC_ERR_CANT_VERIFY_CERTIFICATE", 71 = "KDC_ERR_INVALID_CERTIFICATE",
        72 = "KDC_ERR_REVOKED_CERTIFICATE", 73 = "KDC_ERR_REVOCATION_STATUS_UNKNOWN",
        74 = "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE", 75 = "KDC_ERR_CLIENT_NAME_MISMATCH",
        76 = "KDC_ERR_KDC_NAME_MISMATCH", 90 = "KDC_ERR_PREAUTH_EXPIRED", 91 = "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED",
        92 = "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET", 93 = "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS",
    }
    OLD_MESSAGES {
        1 = "KDC Request", 2 = "KDC Reply", 3 = "Appl Request", 4 = "Appl Request Mutual", 5 = "Err Reply",
        6 = "Private", 7 = "Safe", 8 = "Appl Err",
    }
}

const PORT: u16 = 88;
/// Bytes of the length before a message over TCP.
const MARK_LEN: usize = 4;

/// Kerberos 5.
pub struct Kerberos;

impl Protocol for Kerberos {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "KRB5";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() {
            return stream(c);
        }
        if !begins_message(c.rest()) {
            if !is_version_4(c.rest()) {
                return Err(Stop::NotMine);
            }
            c.keep_silent();
            return c.call::<Kerberos4>().map(|_| ());
        }
        c.protocol("KRB5");
        c.claim();
        message(c)
    }
}

/// Messages over TCP, each behind its length.
fn stream<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("KRB5");
    c.claim();
    while c.remaining() > 0 {
        c.await_header(MARK_LEN)?;
        let mark = c.peek_u32(0).ok_or_else(|| c.short(MARK_LEN))?;
        let len = (mark & 0x7fff_ffff) as usize;
        c.await_bytes(len + MARK_LEN)?;
        c.begin_message(len + MARK_LEN);
        c.u32(&MARK)?;
        c.claim();
        if len > c.reported() && !begins_message(c.rest()) {
            c.info().str("Continuation");
        }
        c.within(len, |c| if begins_message(c.rest()) { message(c) } else { Ok(()) })?;
    }
    Ok(())
}

/// Whether `bytes` begin with the tag of a message or of one of its parts.
fn begins_message(bytes: &[u8]) -> bool {
    let Some((tag, _, _)) = ber::header(bytes) else { return false };
    tag >> 5 == 3 && matches!(tag & 0x1f, 1..=3 | 10..=15 | 20 | 21 | 25..=30)
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (outer, _) = Element::first(c.rest()).ok_or(Stop::Malformed)?;
    let Some(sequence) = outer.children().next().filter(|inner| inner.tag == SEQUENCE) else {
        return Err(Stop::Malformed);
    };
    // A request to the KDC numbers its parts from 1, other messages from 0.
    let request = matches!(outer.tag & 0x1f, 10 | 12);
    let parts = || sequence.children();
    let number = |tag: u8| {
        let part = parts().find(|part| part.tag == tag).and_then(|part| part.children().next());
        part.filter(|value| value.tag == INTEGER).and_then(|value| value.number())
    };
    let kind = number(if request { 0xa2 } else { 0xa1 });
    if let Some(name) = kind.and_then(|kind| name_of(MESSAGES, kind as u64)) {
        c.put(&MESSAGE_TYPE, c.pos(), c.pos() + 1, kind.unwrap_or_default() as u64);
        c.claim().str(name);
    }
    let code = if outer.tag & 0x1f == 30 { number(0xa6) } else { None };
    if let Some(code) = code.filter(|code| *code != 0) {
        c.put(&ERROR_CODE, c.pos(), c.pos() + 1, code as u64);
        c.claim().str("KRB Error: ");
        match name_of(ERRORS, code as u64) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown error code 0x").hex(code as u32, 1),
        }
    }
    if !outer.whole || !sequence.whole {
        return Err(c.short(outer.len.unwrap_or_default().saturating_add(outer.header)));
    }
    c.skip(c.remaining())
}

/// Whether `bytes` begin with a message of version 4.
fn is_version_4(bytes: &[u8]) -> bool {
    matches!(bytes, [4, 2..=17, ..])
}

/// Kerberos 4.
pub struct Kerberos4;

impl Protocol for Kerberos4 {
    const LAYER: &'static Field = &OLD_LAYER;
    const NAME: &'static str = "KRB4";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(750)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !is_version_4(c.rest()) {
            return Err(Stop::NotMine);
        }
        c.protocol("KRB4");
        c.u8(&OLD_VERSION)?;
        let kind = c.u8(&OLD_TYPE)?;
        c.bits::<1>(&OLD_MESSAGE, kind.into());
        c.bits::<1>(&OLD_ORDER, kind.into());
        let name = name_of(OLD_MESSAGES, u64::from(kind >> 1)).unwrap_or("Unknown");
        c.claim().str(name);
        if kind >> 1 != 1 {
            return c.skip(c.remaining());
        }
        for field in [&OLD_NAME, &OLD_INSTANCE, &OLD_REALM] {
            string(c, field)?;
        }
        c.skip(5)?;
        for field in [&OLD_NAME, &OLD_INSTANCE] {
            string(c, field)?;
        }
        Ok(())
    }
}

/// Reads a string up to its NUL.
fn string<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let len = c.rest().iter().position(|&byte| byte == 0).ok_or_else(|| c.short(c.remaining() + 1))?;
    c.bytes(field, len)?;
    c.skip(1)
}
