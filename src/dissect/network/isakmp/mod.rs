//! ISAKMP: IKE versions 1 (RFC 2408, RFC 2409) and 2 (RFC 7296), and both with ESP over UDP (RFC 3948).

mod names;
mod payload;

use super::ipsec::esp::Esp;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Meaning, Names, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("isakmp", "Internet Security Association and Key Management Protocol", Kind::Protocol);
static ENCAPSULATION: Field = Field::new("udpencap", "UDP Encapsulation of IPsec Packets", Kind::Protocol);

fields! {
    INITIATOR_SPI = "isakmp.ispi", "Initiator SPI", Bytes;
    RESPONDER_SPI = "isakmp.rspi", "Responder SPI", Bytes;
    NEXT = "isakmp.nextpayload", "Next payload", U8 names(PAYLOADS);
    VERSION = "isakmp.version", "Version", U8 hex;
    MAJOR = "isakmp.version.major", "MjVer", U8 hex mask(0xf0);
    MINOR = "isakmp.version.minor", "MnVer", U8 hex mask(0x0f);
    EXCHANGE = "isakmp.exchangetype", "Exchange type", U8 names(EXCHANGES);
    FLAGS = "isakmp.flags", "Flags", U8 hex;
    ENCRYPTION = "isakmp.flag_e", "Encryption", Bool mask(0x1) flag("Encrypted", "Not encrypted");
    COMMIT = "isakmp.flag_c", "Commit", Bool mask(0x2) flag("Commit", "No commit");
    AUTHENTICATION = "isakmp.flag_a", "Authentication", Bool mask(0x4) flag("Authentication", "No authentication");
    INITIATOR = "isakmp.flag_i", "Initiator", Bool mask(0x8) flag("Initiator", "Responder");
    HIGHER = "isakmp.flag_v", "Version", Bool mask(0x10) flag("A higher version enabled", "No higher version");
    RESPONSE = "isakmp.flag_r", "Response", Bool mask(0x20) flag("Response", "Request");
    MESSAGE = "isakmp.messageid", "Message ID", U32 hex;
    LENGTH = "isakmp.length", "Length", U32;
    ENCRYPTED = "isakmp.enc.data", "Encrypted Data", None;
    PAYLOAD = "isakmp.typepayload", "Payload", U8 names(PAYLOADS);
    CRITICAL = "isakmp.criticalpayload", "Critical Bit", Bool mask(0x80) flag("Critical", "Not critical");
    RESERVED_BITS = "isakmp.reserved7", "Reserved", U8 hex mask(0x7f);
    RESERVED = "isakmp.reserved", "Reserved", Bytes;
    PAYLOAD_LENGTH = "isakmp.payloadlength", "Payload length", U16;
    DOMAIN = "isakmp.sa.doi", "Domain of interpretation", U32 names(names::DOMAINS);
    SITUATION = "isakmp.sa.situation", "Situation", Bytes;
    PROPOSAL = "isakmp.prop.number", "Proposal number", U8;
    PROTOCOL_ID = "isakmp.prop.protoid", "Protocol ID", U8 names(names::PROTOCOLS);
    PROTOCOL_ID_2 = "isakmp.prop.protoid", "Protocol ID", U8 names(names::PROTOCOLS_2);
    SPI_SIZE = "isakmp.spisize", "SPI Size", U8;
    TRANSFORMS = "isakmp.prop.transforms", "Proposal transforms", U8;
    SPI = "isakmp.spi", "SPI", Bytes;
    IDENTITY_ONLY = "isakmp.sa.situation.identity_only", "Identity Only", Bool bits(32) mask(0x1);
    SECRECY = "isakmp.sa.situation.secrecy", "Secrecy", Bool bits(32) mask(0x2);
    INTEGRITY = "isakmp.sa.situation.integrity", "Integrity", Bool bits(32) mask(0x4);
    EXTRA = "isakmp.extradata", "Extra data", Bytes;
    KEEPALIVE = "udpencap.nat_keepalive", "NAT-keepalive packet", None;
    NON_ESP = "udpencap.non_esp_marker", "Non-ESP Marker", None;
}

experts! {
    BAD_LENGTH = "isakmp.payloadlength.invalid", "Invalid payload length", Error, Malformed;
}

names! {
    EXCHANGES {
        0 = "NONE", 1 = "Base", 2 = "Identity Protection (Main Mode)", 3 = "Authentication Only", 4 = "Aggressive",
        5 = "Informational", 6 = "Transaction (Config Mode)", 32 = "Quick Mode", 33 = "New Group Mode",
        34 = "IKE_SA_INIT", 35 = "IKE_AUTH", 36 = "CREATE_CHILD_SA", 37 = "INFORMATIONAL", 38 = "IKE_SESSION_RESUME",
    }
    /// The exchanges that version 1 has.
    EXCHANGES_1 {
        0 = "NONE", 1 = "Base", 2 = "Identity Protection (Main Mode)", 3 = "Authentication Only", 4 = "Aggressive",
        5 = "Informational", 6 = "Transaction (Config Mode)", 32 = "Quick Mode", 33 = "New Group Mode",
    }
    EXCHANGES_2 {
        34 = "IKE_SA_INIT", 35 = "IKE_AUTH", 36 = "CREATE_CHILD_SA", 37 = "INFORMATIONAL", 38 = "IKE_SESSION_RESUME",
    }
    PAYLOADS {
        0 = "NONE / No Next Payload ", 1 = "Security Association", 2 = "Proposal", 3 = "Transform",
        4 = "Key Exchange", 5 = "Identification", 6 = "Certificate", 7 = "Certificate Request", 8 = "Hash",
        9 = "Signature", 10 = "Nonce", 11 = "Notification", 12 = "Delete", 13 = "Vendor ID", 14 = "Attributes",
        15 = "SA KEK Payload", 16 = "SA TEK Payload", 17 = "Key Download", 18 = "Sequence Number",
        19 = "Proof of Possession", 20 = "NAT-D (RFC 3947)", 21 = "NAT-OA (RFC 3947)", 22 = "Group Associated Policy",
        33 = "Security Association", 34 = "Key Exchange", 35 = "Identification - Initiator",
        36 = "Identification - Responder", 37 = "Certificate", 38 = "Certificate Request", 39 = "Authentication",
        40 = "Nonce", 41 = "Notify", 42 = "Delete", 43 = "Vendor ID", 44 = "Traffic Selector - Initiator",
        45 = "Traffic Selector - Responder", 46 = "Encrypted and Authenticated", 47 = "Configuration",
        48 = "Extensible Authentication", 49 = "Generic Secure Password Method", 50 = "Group Identification",
        51 = "Group Security Association", 52 = "Key Download", 53 = "Encrypted and Authenticated Fragment",
        54..=127 = "Unassigned", 128..=129 = "Private Use", 130 = "NAT-D (draft-ietf-ipsec-nat-t-ike-01 to 03)",
        131 = "NAT-OA (draft-ietf-ipsec-nat-t-ike-01 to 03)", 132 = "Cisco-Fragmentation", 133..=255 = "Private Use",
    }
}

/// Bytes of the header, and of each payload's.
const HEADER_LEN: usize = 28;
const PAYLOAD_HEADER: usize = 4;

/// ISAKMP.
pub struct Isakmp;

impl Protocol for Isakmp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ISAKMP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[payload::FIELDS];
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(500), Key::Tcp(500)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ISAKMP");
        c.claim();
        let start = c.pos();
        c.read_all(&[(&INITIATOR_SPI, 8), (&RESPONDER_SPI, 8)])?;
        let mut next = c.u8(&NEXT)?;
        let version = c.be::<1>(&VERSION)?;
        c.label(|l| _ = l.str("Version: ").dec(version >> 4).byte(b'.').dec(version & 15));
        c.below(|c| {
            c.bits::<1>(&MAJOR, version);
            c.bits::<1>(&MINOR, version);
        });
        let major = (version >> 4) as u8;
        let exchange = c.u8(&EXCHANGE)?;
        let flags = c.be::<1>(&FLAGS)?;
        flag_tree(c, major, flags);
        if major == 2 {
            let mark = c.mark().wrapping_sub(4);
            c.append_at(mark, |l| flag_words(flags, l));
        }
        c.need(8)?;
        let message = c.u32(&MESSAGE)?;
        summary(c, major, exchange, flags, message);
        let len = c.u32(&LENGTH)? as usize;
        if len < HEADER_LEN {
            return Ok(());
        }
        let there = c.limit().saturating_sub(start);
        if len < there {
            c.trim(len - HEADER_LEN);
        }
        if major == 1 && ENCRYPTION.cut(flags) == 1 {
            let len = c.reported() as u64;
            if len > 0 {
                c.bytes(&ENCRYPTED, c.reported())?;
                c.label(|l| _ = l.str("Encrypted Data (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" }));
            }
            return Ok(());
        }
        while next != 0 && c.reported() > 0 {
            match payload(c, major, next)? {
                Some(following) => next = following,
                None => return Ok(()),
            }
        }
        if c.remaining() > 0 {
            c.bytes(&EXTRA, c.remaining())?;
        }
        Ok(())
    }
}

/// Writes what the flags of version 2 say: ` (Initiator, No higher version, Request)`.
fn flag_words(flags: u64, line: &mut Line) {
    let words = |field: &Field| match field.meaning {
        Meaning::Flag(yes, _) if field.cut(flags) == 1 => yes,
        Meaning::Flag(_, no) => no,
        _ => "",
    };
    line.str(" (").str(words(&INITIATOR)).str(", ").str(words(&HIGHER)).str(", ").str(words(&RESPONSE)).byte(b')');
}

fn flag_tree<S: Sink>(c: &mut Cursor<'_, S>, major: u8, flags: u64) {
    c.below(|c| match major {
        1 => {
            for field in [&ENCRYPTION, &COMMIT, &AUTHENTICATION] {
                c.bits::<1>(field, flags);
            }
        }
        2 => {
            for field in [&INITIATOR, &HIGHER, &RESPONSE] {
                c.bits::<1>(field, flags);
            }
        }
        _ => {}
    });
}

fn summary<S: Sink>(c: &mut Cursor<'_, S>, major: u8, exchange: u8, flags: u64, message: u32) {
    let names: Names = match major {
        1 => EXCHANGES_1,
        2 => EXCHANGES_2,
        _ => return,
    };
    match name_of(names, exchange.into()) {
        Some(name) => _ = c.info().str(name),
        None => _ = c.info().str("Unknown ").dec(exchange),
    }
    if major == 2 {
        let (side, kind) = (INITIATOR.cut(flags) == 1, RESPONSE.cut(flags) == 1);
        c.info().str(" MID=").dec_wide(message, 2).str(if side { " Initiator" } else { " Responder" });
        c.info().str(if kind { " Response" } else { " Request" });
    }
}

/// One payload of type `kind`; gives the type of the next one, or nothing if none can be found.
fn payload<S: Sink>(c: &mut Cursor<'_, S>, major: u8, kind: u8) -> Result<Option<u8>, Stop> {
    let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(PAYLOAD_HEADER))?);
    let (start, mark) = (c.pos(), c.mark());
    c.group(&PAYLOAD, |c| {
        c.label(|l| {
            l.str("Payload: ").str(name_of(PAYLOADS, kind.into()).unwrap_or("Unknown")).str(" (").dec(kind).byte(b')');
        });
        let next = c.u8(&NEXT)?;
        if major == 2 && !matches!(kind, 2 | 3) {
            let bits = c.be::<1>(&CRITICAL)?;
            c.bits::<1>(&RESERVED_BITS, bits);
        } else {
            c.bytes(&RESERVED, 1)?;
        }
        c.u16(&PAYLOAD_LENGTH)?;
        if len < PAYLOAD_HEADER {
            c.below(|c| c.expert(&BAD_LENGTH));
            return Ok(None);
        }
        let body = len - PAYLOAD_HEADER;
        if body > c.reported() {
            // The payload's own fields are read as far as they go; the payload as a whole is not there.
            contents(c, major, kind, mark)?;
            return Err(c.short(start + len - c.pos()));
        }
        c.within(body, |c| contents(c, major, kind, mark))?;
        // What is encrypted holds the payloads that would follow.
        Ok(if matches!(kind, 46 | 53) { None } else { Some(next) })
    })
}

fn contents<S: Sink>(c: &mut Cursor<'_, S>, major: u8, kind: u8, mark: usize) -> Result<(), Stop> {
    match kind {
        1 | 33 => {
            if major == 1 {
                c.u32(&DOMAIN)?;
                let situation = c.bytes(&SITUATION, 4)?.iter().fold(0, |num, &byte| num << 8 | u64::from(byte));
                c.below(|c| {
                    for bit in [&IDENTITY_ONLY, &SECRECY, &INTEGRITY] {
                        c.bits::<4>(bit, situation);
                    }
                });
            }
            nested(c, major, 2)
        }
        2 => {
            let number = c.u8(&PROPOSAL)?;
            c.append_at(mark, |l| _ = l.str(" # ").dec(number));
            c.u8(if major == 2 { &PROTOCOL_ID_2 } else { &PROTOCOL_ID })?;
            let size = usize::from(c.u8(&SPI_SIZE)?);
            c.u8(&TRANSFORMS)?;
            if size > 0 {
                c.bytes(&SPI, size)?;
            }
            nested(c, major, 3)
        }
        _ => payload::dissect(c, major, kind, mark),
    }
}

/// Payloads of the same type within another one.
fn nested<S: Sink>(c: &mut Cursor<'_, S>, major: u8, kind: u8) -> Result<(), Stop> {
    while c.reported() > 0 {
        match payload(c, major, kind)? {
            Some(0) | None => return Ok(()),
            Some(_) => {}
        }
    }
    Ok(())
}

/// IPsec over UDP: keepalives, ISAKMP behind a marker, and ESP.
pub struct Encapsulated;

impl Protocol for Encapsulated {
    const LAYER: &'static Field = &ENCAPSULATION;
    const NAME: &'static str = "UDPENCAP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(4500)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("UDPENCAP");
        c.claim();
        if c.reported() == 1 && c.peek_u8(0) == Some(0xff) {
            c.info().str("NAT-keepalive");
            c.put(&KEEPALIVE, c.pos(), c.pos() + 1, 0);
            return c.skip(1);
        }
        let marker = c.peek_u32(0).ok_or_else(|| c.short(4))?;
        if marker == 0 {
            c.put(&NON_ESP, c.pos(), c.pos() + 4, 0);
            c.skip(4)?;
            c.layer_ends();
            return c.call::<Isakmp>().map(|_taken| ());
        }
        c.layer_ends();
        c.call::<Esp>().map(|_taken| ())
    }
}
