//! RDP (MS-RDPBCGR): how a connection begins, and T.125 under it, which carries its channels.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("rdp", "Remote Desktop Protocol", Kind::Protocol);
static T125_LAYER: Field = Field::new("t125", "MULTIPOINT-COMMUNICATION-SERVICE T.125", Kind::Protocol);

fields! {
    COOKIE = "rdp.rt_cookie", "Routing Token/Cookie", Str;
    TYPE = "rdp.neg_type", "Type", U8 hex names(TYPES);
    REQUEST_FLAGS = "rdp.negReq.flags", "Flags", U8 hex;
    ADMIN = "rdp.negReq.flags.restricted_admin_mode_req", "Restricted admin mode required", Bool mask(0x01);
    CORRELATION = "rdp.negReq.flags.correlation_info_present", "Correlation info present", Bool mask(0x08);
    LENGTH = "rdp.neg_length", "Length", U16;
    REQUESTED = "rdp.negReq.requestedProtocols", "requestedProtocols", U32 hex;
    REQUESTED_TLS = "rdp.negReq.requestedProtocols.ssl", "TLS security supported", Bool bits(32) mask(0x1);
    REQUESTED_CREDSSP = "rdp.negReq.requestedProtocols.hybrid", "CredSSP supported", Bool bits(32) mask(0x2);
    REQUESTED_RDSTLS = "rdp.negReq.requestedProtocols.rdstls", "RDSTLS supported", Bool bits(32) mask(0x4);
    REQUESTED_EARLY = "rdp.negReq.requestedProtocols.hybrid_ex", "CredSSP with Early User Authorization Result PDU supported", Bool bits(32) mask(0x8);
    RESPONSE_FLAGS = "rdp.negRsp.flags", "Flags", U8 hex;
    EXTENDED = "rdp.negRsp.flags.extended_client_data_supported", "Extended Client Data Blocks supported", Bool mask(0x01);
    GRAPHICS = "rdp.negRsp.flags.dynvc_gfx_protocol_supported", "Graphics Pipeline Extension Protocol supported", Bool mask(0x02);
    ADMIN_SUPPORTED = "rdp.negRsp.flags.restricted_admin_mode_supported", "Restricted admin mode supported", Bool mask(0x08);
    AUTHENTICATION = "rdp.negRsp.flags.restricted_authentication_mode_supported", "Restricted authentication mode supported", Bool mask(0x10);
    SELECTED = "rdp.negReq.selectedProtocol", "selectedProtocol", U32 hex names(PROTOCOLS);
    FAILURE = "rdp.negFailure.failureCode", "failureCode", U32 hex names(FAILURES);
}

names! {
    TYPES {
        1 = "RDP Negotiation Request", 2 = "RDP Negotiation Response", 3 = "RDP Negotiation Failure",
        6 = "RDP Correlation Info",
    }
    PROTOCOLS {
        0 = "Standard RDP Security", 1 = "TLS 1.0, 1.1 or 1.2", 2 = "CredSSP", 4 = "RDSTLS protocol",
        8 = "CredSSP with Early User Authorization Result PDU",
    }
    FAILURES {
        1 = "TLS required by server", 2 = "TLS not allowed by server", 3 = "TLS certificate not on server",
        4 = "Inconsistent flags", 5 = "Server requires Enhanced RDP Security with CredSSP",
        6 = "Server requires Enhanced RDP Security with TLS and certificate-based client authentication",
    }
    METHODS { 0 = "None", 1 = "40-bit RC4", 2 = "128-bit RC4", 8 = "56-bit RC4", 16 = "FIPS140-1 3DES" }
    LEVELS { 0 = "None", 1 = "Low", 2 = "Client Compatible", 3 = "High", 4 = "FIPS140-1" }
    /// T.125's messages, by the index of their choice.
    DOMAIN_PDUS {
        1 = "erectDomainRequest", 8 = "disconnectProviderUltimatum", 10 = "attachUserRequest",
        11 = "attachUserConfirm", 14 = "channelJoinRequest", 15 = "channelJoinConfirm", 25 = "sendDataRequest",
        26 = "sendDataIndication",
    }
}

/// What a cookie or a routing token begins with.
const COOKIE_START: &[u8] = b"Cookie: ";
/// Negotiation structures.
const REQUEST: u8 = 1;
const RESPONSE: u8 = 2;
const FAILED: u8 = 3;
/// Bytes of a negotiation structure.
const NEGOTIATION_LEN: usize = 8;

/// Whether the variable part of a connection request or confirm is RDP's.
pub(in super::super) fn negotiates(bytes: &[u8], confirm: bool) -> bool {
    match bytes.first() {
        Some(&REQUEST) => !confirm && bytes.len() >= NEGOTIATION_LEN,
        Some(&(RESPONSE | FAILED)) => confirm && bytes.len() >= NEGOTIATION_LEN,
        _ => !confirm && bytes.starts_with(COOKIE_START),
    }
}

/// RDP, in a connection's request or confirm.
pub struct Rdp;

impl Protocol for Rdp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RDP");
        c.claim();
        let rest = c.rest();
        if rest.starts_with(COOKIE_START) {
            let len = rest.windows(2).position(|pair| pair == b"\r\n").unwrap_or(rest.len());
            let cookie = c.bytes(&COOKIE, len)?;
            c.info().text(cookie);
            c.skip(c.remaining().min(2))?;
        }
        match c.peek_u8(0) {
            Some(REQUEST) => request(c),
            Some(RESPONSE) => response(c),
            Some(FAILED) => {
                c.read_all(&[(&TYPE, 1), (&RESPONSE_FLAGS, 1)])?;
                c.u16_le(&LENGTH)?;
                let code = c.u32_le(&FAILURE)?;
                c.info().str("Negotiate Failure, failureCode ");
                c.info().named(name_of(FAILURES, code.into()), code);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn request<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&TYPE)?;
    let flags = c.be::<1>(&REQUEST_FLAGS)?;
    c.below(|c| [&ADMIN, &CORRELATION].into_iter().for_each(|flag| _ = c.bits::<1>(flag, flags)));
    c.u16_le(&LENGTH)?;
    let requested = c.u32_le(&REQUESTED)?;
    let separator = if c.row().fresh() { "" } else { ", " };
    c.info().str(separator).str("Negotiate Request");
    let all = [
        (&REQUESTED_TLS, ", TLS security supported"),
        (&REQUESTED_CREDSSP, ", CredSSP supported"),
        (&REQUESTED_RDSTLS, ", RDSTLS supported"),
        (&REQUESTED_EARLY, ", CredSSP with Early User Authorization Result PDU supported"),
    ];
    c.append(|l| {
        all.iter().filter(|(flag, _)| flag.cut(requested.into()) == 1).for_each(|(_, words)| _ = l.str(words));
    });
    c.below(|c| all.iter().for_each(|(flag, _)| _ = c.bits::<4>(flag, requested.into())));
    Ok(())
}

fn response<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&TYPE)?;
    let flags = c.be::<1>(&RESPONSE_FLAGS)?;
    let all = [&EXTENDED, &GRAPHICS, &ADMIN_SUPPORTED, &AUTHENTICATION];
    c.below(|c| all.into_iter().for_each(|flag| _ = c.bits::<1>(flag, flags)));
    c.u16_le(&LENGTH)?;
    c.u32_le(&SELECTED)?;
    c.info().str("Negotiate Response");
    Ok(())
}

/// T.125's connect messages are of BER's application classes 101 and 102.
const CONNECT: [[u8; 2]; 2] = [[0x7f, 0x65], [0x7f, 0x66]];

/// Whether data over COTP is T.125's.
pub(in super::super) fn is_t125(bytes: &[u8]) -> bool {
    let Some(&[first, second]) = bytes.first_chunk() else { return bytes.first() == Some(&0x28) };
    CONNECT.contains(&[first, second]) || name_of(DOMAIN_PDUS, (first >> 2).into()).is_some()
}

/// What is remembered of a conversation: that RDP encrypts what its channels carry.
#[derive(Default)]
struct Session(bool);

/// T.125.
pub struct T125;

impl Protocol for T125 {
    const LAYER: &'static Field = &T125_LAYER;
    const NAME: &'static str = "T.125";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("T.125");
        c.claim();
        let bytes = c.rest();
        let number = |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).copied().map(u16::from_be_bytes);
        let first = bytes.first().copied().unwrap_or_default();
        if bytes.first_chunk::<2>().is_some_and(|start| CONNECT.contains(start)) {
            conference(c, bytes);
            return c.skip(c.remaining());
        }
        let kind = first >> 2;
        match kind {
            25 | 26 => {
                let channel = number(3).ok_or_else(|| c.short(5))?;
                c.info().dec(channel);
                carried(c, bytes.get(6..).unwrap_or_default());
            }
            _ => {
                c.info().str(name_of(DOMAIN_PDUS, kind.into()).unwrap_or_default()).byte(b' ');
                let channel = match kind {
                    14 => Some(number(3).ok_or_else(|| c.short(5))?),
                    // The channel is there where the join has been granted.
                    15 if first & 2 != 0 => Some(number(6).ok_or_else(|| c.short(8))?),
                    _ => None,
                };
                if let Some(channel) = channel {
                    c.info().dec(channel);
                }
            }
        }
        c.skip(c.remaining())
    }
}

/// The data that a conference is created with.
fn conference<S: Sink>(c: &mut Cursor<'_, S>, bytes: &[u8]) {
    if memchr::memmem::find(bytes, b"Duca").is_some() {
        c.protocol("RDP");
        c.info().str("ClientData");
        return;
    }
    let Some(at) = memchr::memmem::find(bytes, b"McDn") else { return };
    c.protocol("RDP");
    c.info().str("ServerData");
    let rest = bytes.get(at + 4..).unwrap_or_default();
    let mut blocks = match rest.first() {
        Some(len) if len & 0x80 != 0 => rest.get(2..),
        _ => rest.get(1..),
    }
    .unwrap_or_default();
    while let Some(&[a, b, low, high]) = blocks.first_chunk() {
        let len = usize::from(u16::from_le_bytes([low, high]));
        let number = |at: usize| blocks.get(at..).and_then(<[u8]>::first_chunk).copied().map(u32::from_le_bytes);
        // The server's security data (section 2.2.1.4.3).
        if let ([0x02, 0x0c], Some(method), Some(level)) = ([a, b], number(4), number(8)) {
            let names = (name_of(METHODS, method.into()), name_of(LEVELS, level.into()));
            c.info().str(" Encryption: ").named(names.0, method).str(" (").named(names.1, level).byte(b')');
            if let Some(slots) = c.worker.state.slots() {
                slots.entry::<Session>().0 = method != 0;
            }
        }
        if len < 4 {
            return;
        }
        blocks = blocks.get(len..).unwrap_or_default();
    }
}

/// Flags of RDP's security header.
mod security {
    pub(super) const EXCHANGE: u16 = 0x0001;
    pub(super) const ENCRYPTED: u16 = 0x0008;
    pub(super) const CLIENT_INFO: u16 = 0x0040;
}

/// What a channel carries: RDP, where it is known to be encrypted.
fn carried<S: Sink>(c: &mut Cursor<'_, S>, bytes: &[u8]) {
    if !c.worker.state.slots().is_some_and(|slots| slots.entry::<Session>().0) {
        return;
    }
    let skipped = if bytes.first().is_some_and(|len| len & 0x80 != 0) { 2 } else { 1 };
    let Some(flags) = bytes.get(skipped..).and_then(<[u8]>::first_chunk).copied().map(u16::from_le_bytes) else {
        return;
    };
    c.protocol("RDP");
    let line = c.claim();
    if flags & security::EXCHANGE != 0 {
        line.str("SecurityExchange");
    } else if flags & security::CLIENT_INFO != 0 {
        line.str("ClientInfo");
    }
    if flags & security::ENCRYPTED != 0 {
        let separator = if line.is_empty() { "" } else { ", " };
        line.str(separator).str("[Encrypted]");
    }
}

#[cfg(test)]
mod tests {
    use super::{is_t125, negotiates};

    #[test]
    fn what_begins_a_connection() {
        assert!(negotiates(b"Cookie: mstshash=a\r\n", false) && negotiates(&[1, 0, 8, 0, 3, 0, 0, 0], false));
        assert!(!negotiates(&[2, 0, 8, 0, 3, 0, 0, 0], false) && negotiates(&[2, 0, 8, 0, 3, 0, 0, 0], true));
        assert!(!negotiates(&[0xc0, 1, 10], false) && !negotiates(&[1, 0, 8], false) && !negotiates(b"", true));
    }

    #[test]
    fn messages_of_t125() {
        assert!(is_t125(&[0x04, 1]) && is_t125(&[0x7f, 0x65, 0x82]) && is_t125(&[0x28]) && is_t125(&[0x3e, 0]));
        assert!(!is_t125(&[0x32, 1]) && !is_t125(&[0, 0]) && !is_t125(b""));
    }
}
