//! Google's QUIC before the IETF's: versions up to Q046.

use super::{FORMS, LENGTHS, TYPES};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("gquic", "GQUIC (Google Quick UDP Internet Connections)", Kind::Protocol);

fields! {
    FLAGS = "gquic.puflags", "Public Flags", U8 hex;
    FLAG_VERSION = "gquic.puflags.version", "Version", Bool mask(0x01) flag("Yes", "No");
    FLAG_RESET = "gquic.puflags.reset", "Reset", Bool mask(0x02) flag("Yes", "No");
    FLAG_NONCE = "gquic.puflags.nonce", "Diversification nonce", Bool mask(0x04) flag("Yes", "No");
    FLAG_CID = "gquic.puflags.cid", "CID Length", Bool mask(0x08) flag("8 Bytes", "0 Byte");
    FLAG_CID_OLD = "gquic.puflags.cid.old", "CID Length", U8 hex mask(0x0c) names(CID_LENGTHS);
    FLAG_NUMBER = "gquic.puflags.pkn", "Packet Number Length", U8 hex mask(0x30) names(NUMBER_LENGTHS);
    FLAG_MULTIPATH = "gquic.puflags.mpth", "Multipath", Bool mask(0x40) flag("Yes", "No");
    FLAG_RESERVED = "gquic.puflags.rsv", "Reserved", U8 hex mask(0x80);
    HEADER_FORM = "gquic.header_form", "Header Form", U8 mask(0x80) names(FORMS);
    FIXED_BIT = "gquic.fixed_bit", "Fixed Bit", Bool mask(0x40);
    TYPE = "gquic.long.packet_type", "Packet Type", U8 mask(0x30) names(TYPES);
    LONG_RESERVED = "gquic.long.reserved", "Reserved", U8 mask(0x0c);
    NUMBER_LEN = "gquic.packet_number_length", "Packet Number Length", U8 mask(0x03) names(LENGTHS);
    DCID_LEN = "gquic.dcil", "Destination Connection ID Length", U8 mask(0xf0) names(ID_LENGTHS);
    SCID_LEN = "gquic.scil", "Source Connection ID Length", U8 mask(0x0f) names(ID_LENGTHS);
    CID = "gquic.cid", "CID", U64;
    VERSION = "gquic.version", "Version", Str;
    NONCE = "gquic.diversification_nonce", "Diversification nonce", Bytes;
    NUMBER = "gquic.packet_number", "Packet Number", U64;
    HASH = "gquic.message_authentication_hash", "Message Authentication Hash", Bytes;
    TAG = "gquic.tag", "Tag", Str;
    PAYLOAD = "gquic.payload", "Payload", Bytes;
}

names! {
    CID_LENGTHS { 0 = "0 Byte", 1 = "1 Bytes", 2 = "4 Bytes", 3 = "8 Bytes" }
    NUMBER_LENGTHS { 0 = "1 Byte", 1 = "2 Bytes", 2 = "4 Bytes", 3 = "6 Bytes" }
    ID_LENGTHS { 0 = "0 bytes", 5 = "8 bytes" }
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    /// The version's number, 24 of Q024.
    version: u8,
}

/// The version whose header is the IETF's in the making.
const LONG_HEADERS: u8 = 46;
/// From this version on, numbers come in network order; from the other, servers add a nonce.
const NETWORK_ORDER: u8 = 39;
const NONCES: u8 = 33;
const NONCE_LEN: usize = 32;
const HASH_LEN: usize = 12;
/// Bytes behind the hash within which a handshake message begins: only short frames may stand before it.
const HANDSHAKE_WITHIN: usize = 96;
const SERVER_PORTS: [u16; 2] = [80, 443];

/// Google's QUIC.
pub struct GoogleQuic;

impl Protocol for GoogleQuic {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "GQUIC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        announced(c).is_some()
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if let Some(version) = announced(c) {
            if let Some(slots) = c.worker.state.slots() {
                slots.entry::<Session>().version = version;
            }
            if let Some(entry) = Registry::named(LAYER.key) {
                c.worker.state.bind(Some(entry));
            }
        }
        let version = c.worker.state.slots().map_or(0, |slots| slots.entry::<Session>().version);
        if version == 0 {
            return Err(Stop::NotMine);
        }
        let server = c.worker.state.current.is_some_and(|current| SERVER_PORTS.contains(&current.src_port));
        c.protocol("GQUIC");
        c.claim();
        let (number, cid) = if version >= LONG_HEADERS { late(c, server)? } else { early(c, version, server)? };
        let kind = payload(c)?;
        let info = c.info().str(kind).str(", PKN: ").dec(number);
        if let Some(cid) = cid {
            info.str(", CID: ").dec(cid);
        }
        Ok(())
    }
}

/// The version that a packet announces: Q and three digits, in one of the two places where a header has it.
fn announced<S: Sink>(c: &Cursor<'_, S>) -> Option<u8> {
    let flags = c.peek_u8(0)?;
    let at = match flags {
        0xc0.. => 1,
        _ if flags & 0x89 == 0x09 => 9,
        _ => return None,
    };
    let [b'Q', b'0', tens @ b'0'..=b'4', ones @ b'0'..=b'9'] = c.peek::<4>(at)? else { return None };
    let version = (tens - b'0') * 10 + (ones - b'0');
    ((at == 1) == (version >= LONG_HEADERS) && version > 0).then_some(version)
}

fn flags<S: Sink>(c: &mut Cursor<'_, S>, parts: &[&'static Field]) -> Result<u64, Stop> {
    let flags = c.be::<1>(&FLAGS)?;
    c.below(|c| parts.iter().for_each(|field| _ = c.bits::<1>(field, flags)));
    Ok(flags)
}

/// The parts of the first byte: of versions with nonces, of those before, of a long and of a short header.
static PARTS: &[&Field] =
    &[&FLAG_VERSION, &FLAG_RESET, &FLAG_NONCE, &FLAG_CID, &FLAG_NUMBER, &FLAG_MULTIPATH, &FLAG_RESERVED];
static OLD_PARTS: &[&Field] =
    &[&FLAG_VERSION, &FLAG_RESET, &FLAG_CID_OLD, &FLAG_NUMBER, &FLAG_MULTIPATH, &FLAG_RESERVED];
static LONG_PARTS: &[&Field] = &[&HEADER_FORM, &FIXED_BIT, &TYPE, &LONG_RESERVED, &NUMBER_LEN];
static SHORT_PARTS: &[&Field] = &[&HEADER_FORM, &FIXED_BIT, &NUMBER_LEN];

/// A number of `len` bytes.
fn number<S: Sink>(c: &mut Cursor<'_, S>, len: usize, network_order: bool) -> Result<u64, Stop> {
    let start = c.pos();
    let bytes = c.rest().get(..len).ok_or_else(|| c.short(len))?;
    let join = |num, byte: &u8| num << 8 | u64::from(*byte);
    let value = if network_order { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) };
    c.put(&NUMBER, start, start + len, value);
    c.skip(len)?;
    Ok(value)
}

/// The header of the versions before Q046; gives the packet's number and connection.
fn early<S: Sink>(c: &mut Cursor<'_, S>, version: u8, server: bool) -> Result<(u64, Option<u64>), Stop> {
    let flags = flags(c, if version >= NONCES { PARTS } else { OLD_PARTS })?;
    let network_order = version >= NETWORK_ORDER;
    let cid = match (flags & 0x08, network_order) {
        (0, _) => None,
        (_, true) => Some(c.be::<8>(&CID)?),
        (_, false) => Some(c.le::<8>(&CID)?),
    };
    if flags & 0x01 != 0 && !server {
        c.bytes(&VERSION, 4)?;
    }
    if flags & 0x04 != 0 && server && version >= NONCES {
        c.bytes(&NONCE, NONCE_LEN)?;
    }
    let len = match flags >> 4 & 3 {
        0 => 1,
        1 => 2,
        2 => 4,
        _ => 6,
    };
    Ok((number(c, len, network_order)?, cid))
}

/// The header of Q046.
fn late<S: Sink>(c: &mut Cursor<'_, S>, server: bool) -> Result<(u64, Option<u64>), Stop> {
    let long = c.peek_u8(0).is_some_and(|first| first & 0x80 != 0);
    let flags = flags(c, if long { LONG_PARTS } else { SHORT_PARTS })?;
    let mut cid = None;
    if flags & 0x80 != 0 {
        c.bytes(&VERSION, 4)?;
        let lens = c.u8(&DCID_LEN)?;
        c.bits::<1>(&SCID_LEN, lens.into());
        for len in [lens >> 4, lens & 15] {
            if len != 0 {
                cid = Some(c.be::<8>(&CID)?);
            }
        }
    } else if !server {
        cid = Some(c.be::<8>(&CID)?);
    }
    let len = (flags & 3) as usize + 1;
    Ok((number(c, len, true)?, cid))
}

/// The payload: handshake messages are in the clear, all else is encrypted.
fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<&'static str, Stop> {
    let start = c.pos() + HASH_LEN;
    let clear = c.whole().get(start..).unwrap_or_default();
    let clear = clear.get(..HANDSHAKE_WITHIN).unwrap_or(clear);
    let tag = clear.windows(4).enumerate().find_map(|(at, tag)| match tag {
        b"CHLO" => Some((at, "Client Hello")),
        b"REJ\0" => Some((at, "Rejection")),
        _ => None,
    });
    let Some((at, kind)) = tag else {
        c.bytes(&PAYLOAD, c.remaining())?;
        return Ok("Payload (Encrypted)");
    };
    c.bytes(&HASH, HASH_LEN)?;
    c.put(&TAG, start + at, start + at + 4, 0);
    c.seek(start + at + 4);
    if kind == "Client Hello"
        && let Err(stop) = super::google_frames::values(c)
    {
        c.claim().str(kind);
        return Err(stop);
    }
    c.seek(c.limit());
    Ok(kind)
}
