//! QUIC (RFC 9000, 9001, 9369), its drafts, and the versions of Google's that have its headers.

mod connection;
mod crypto;
mod frames;
pub mod google;
mod google_frames;
mod handshake;
mod opened;
mod protection;
mod version;

use super::tls::handshake::extensions::varint;
use super::tls::names::quic::VERSIONS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::{Entry, Registry};
use crate::dissect::sink::Sink;
use crate::{experts, fields, joined, names};
use connection::{Cid, Connections, Count};
use version::{PacketType, Version};

static LAYER: Field = Field::new("quic", "QUIC IETF", Kind::Protocol);

names! {
    FORMS { 0 = "Short Header", 1 = "Long Header" }
    TYPES { 0 = "Initial", 1 = "0-RTT", 2 = "Handshake", 3 = "Retry" }
    LENGTHS { 0 = "1 bytes", 1 = "2 bytes", 2 = "3 bytes", 3 = "4 bytes" }
    TYPES_2 { 0 = "Retry", 1 = "Initial", 2 = "0-RTT", 3 = "Handshake" }
}

fields! {
    CONNECTION = "", "QUIC Connection information", None;
    CONNECTION_NUMBER = "quic.connection.number", "Connection Number", U32;
    PACKET_LEN = "quic.packet_length", "Packet Length", U32;
    HEADER_FORM = "quic.header_form", "Header Form", U8 mask(0x80) names(FORMS);
    FIXED_BIT = "quic.fixed_bit", "Fixed Bit", Bool mask(0x40);
    SPIN_BIT = "quic.spin_bit", "Spin Bit", Bool mask(0x20);
    TYPE = "quic.long.packet_type", "Packet Type", U8 mask(0x30) names(TYPES);
    TYPE_2 = "quic.long.packet_type_v2", "Packet Type", U8 mask(0x30) names(TYPES_2);
    RESERVED = "quic.long.reserved", "Reserved", U8 mask(0x0c);
    NUMBER_LEN = "quic.packet_number_length", "Packet Number Length", U8 mask(0x03) names(LENGTHS);
    UNUSED = "quic.vn.unused", "Unused", U8 hex mask(0x7f);
    VERSION = "quic.version", "Version", U32 hex names(VERSIONS);
    SUPPORTED = "quic.supported_version", "Supported Version", U32 hex names(VERSIONS);
    DCID_LEN = "quic.dcil", "Destination Connection ID Length", U8;
    DCID = "quic.dcid", "Destination Connection ID", Bytes;
    SCID_LEN = "quic.scil", "Source Connection ID Length", U8;
    SCID = "quic.scid", "Source Connection ID", Bytes;
    TOKEN_LEN = "quic.token_length", "Token Length", U64;
    TOKEN = "quic.token", "Token", Bytes;
    LENGTH = "quic.length", "Length", U64;
    NUMBER = "quic.packet_number", "Packet Number", U64;
    PAYLOAD = "quic.payload", "Payload", Bytes;
    REMAINING = "quic.remaining_payload", "Remaining Payload", Bytes;
    SHORT = "quic.short", "QUIC Short Header", None;
    SHORT_RESERVED = "quic.short.reserved", "Reserved", U8 mask(0x18);
    KEY_PHASE = "quic.key_phase", "Key Phase Bit", Bool mask(0x04);
    PROTECTED = "quic.protected_payload", "Protected Payload", Bytes;
    RETRY_TOKEN = "quic.retry_token", "Retry Token", Bytes;
    RETRY_TAG = "quic.retry_integrity_tag", "Retry Integrity Tag", Bytes;
}

experts! {
    UNKNOWN = "quic.connection.unknown", "Unknown QUIC connection. Missing Initial Packet or migrated connection?", Note, Protocol;
    NO_SECRETS = "quic.decryption_failed", "Failed to create decryption context: Secrets are not available", Warning, Decryption;
}

/// QUIC, in conversations that began with it.
pub struct Quic;

/// A packet behind the first of a datagram.
struct NextPacket;

/// QUIC recognised by the long header of a known version.
pub struct QuicByContent;

impl Protocol for Quic {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "QUIC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = joined!(EXPERTS, crypto::EXPERTS);
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[frames::FIELDS, crypto::FIELDS, google_frames::FIELDS];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("QUIC");
        if let Some(connections) = connections(c) {
            connections.first_dcid = None;
        }
        packet(c)
    }
}

impl Protocol for NextPacket {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "QUIC";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.layer_again();
        packet(c)
    }
}

impl Protocol for QuicByContent {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "QUIC";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !begins(c) {
            return Err(Stop::NotMine);
        }
        let entry: Option<&'static Entry> = Registry::named("quic");
        c.worker.state.bind(entry);
        Quic::dissect(c)
    }
}

/// Bytes of a datagram that can be recognised at least.
const LEAST_LEN: usize = 13;

/// Bytes of a datagram with a short header at least (RFC 9000, 10.3).
const LEAST_SHORT_LEN: usize = 21;

/// Whether a packet with a long header of a known version begins here.
fn begins<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let version = c.peek_u32(1).map(Version);
    if c.remaining() < LEAST_LEN || !c.peek_u8(0).is_some_and(is_long) || !version.is_some_and(Version::is_known) {
        return false;
    }
    let short = |len: u8| usize::from(len) <= Cid::MOST_LEN;
    let Some(dcid_len) = c.peek_u8(5).filter(|&len| short(len)) else { return false };
    c.peek_u8(6 + usize::from(dcid_len)).is_some_and(short)
}

fn is_long(first: u8) -> bool {
    first & 0x80 != 0
}

/// The packets from here to the end of the datagram. The row shows the last of them.
fn packet<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let Some(first) = c.peek_u8(0) else { return Err(c.short(1)) };
    let first_dcid = connections(c).and_then(|connections| connections.first_dcid);
    if !is_long(first) {
        return opened::short(c, first_dcid);
    }
    let Some(version) = c.peek_u32(1).map(Version) else { return Err(c.short(5)) };
    let ids = peek_ids(c)?;
    // What is for another receiver than the first packet was put there by somebody else (RFC 9000, 12.2).
    if first_dcid.is_some_and(|dcid| dcid != ids.0) {
        c.keep_silent();
        c.seek(c.end());
        return Ok(());
    }
    if let Some(connections) = connections(c) {
        connections.first_dcid = Some(ids.0);
    }
    if version.0 == 0 {
        return negotiation(c, ids);
    }
    long(c, (version, version.packet_type(first)), ids, first_dcid.is_none())?;
    if c.reported() > 0 { c.call::<NextPacket>().map(|_taken| ()) } else { Ok(()) }
}

/// Records which connection a datagram belongs to, and the length of its packet that ends at `end`.
fn information<S: Sink>(c: &mut Cursor<'_, S>, number: Option<u32>, first: bool, end: usize) {
    if !S::DETAIL {
        return;
    }
    if first {
        c.put(&CONNECTION, c.pos(), c.pos(), 0);
        c.below(|c| match number {
            Some(number) => c.generated(&CONNECTION_NUMBER, number.into()),
            None => c.expert(&UNKNOWN),
        });
    }
    let (start, end) = (c.pos(), end.min(c.end()));
    c.generated_over(&PACKET_LEN, start, end, end.saturating_sub(start) as u64);
}

/// The connection identifiers of the long header here, the receiver's and the sender's.
fn peek_ids<S: Sink>(c: &Cursor<'_, S>) -> Result<(Cid, Cid), Stop> {
    let id = |at: usize| {
        let len = usize::from(c.peek_u8(at).ok_or_else(|| c.short(at + 1))?);
        let start = c.pos() + at + 1;
        let bytes = c.whole().get(start..start + len).ok_or_else(|| c.short(at + 1 + len))?;
        // What is too long for an identifier is passed over.
        Ok((Cid::of(bytes).unwrap_or_default(), at + 1 + len))
    };
    let (dcid, next) = id(5)?;
    let (scid, _) = id(next)?;
    Ok((dcid, scid))
}

/// Begins the Info text with a packet's type and connection identifiers.
fn say<'a, S: Sink>(c: &'a mut Cursor<'_, S>, words: &str, (dcid, scid): (&Cid, &Cid)) -> &'a mut Line {
    let line = c.claim().str(words);
    for (name, cid) in [(", DCID=", dcid), (", SCID=", scid)] {
        if !cid.as_bytes().is_empty() {
            line.str(name).hex_bytes(cid.as_bytes(), "");
        }
    }
    line
}

/// Reads version and connection identifiers, behind the first byte.
fn long_header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let version = c.u32(&VERSION)?;
    if version & 0x0f0f_0f0f == 0x0a0a_0a0a {
        c.append(|l| _ = l.str(" (Forcing Version Negotiation)"));
    }
    for (len, id) in [(&DCID_LEN, &DCID), (&SCID_LEN, &SCID)] {
        let len = c.u8(len)?;
        if len > 0 {
            c.bytes(id, len.into())?;
        }
    }
    Ok(())
}

/// A Version Negotiation packet (RFC 9000, 17.2.1).
fn negotiation<S: Sink>(c: &mut Cursor<'_, S>, ids: (Cid, Cid)) -> Result<(), Stop> {
    let way = way(c);
    let number = connections(c).and_then(|known| known.of_long(way, Version(0), ids, (false, 0)).map(|one| one.number));
    information(c, number, true, c.end());
    let first = c.be::<1>(&HEADER_FORM)?;
    c.bits::<1>(&UNUSED, first);
    long_header(c)?;
    say(c, "Version Negotiation", (&ids.0, &ids.1));
    while c.reported() >= 4 {
        c.u32(&SUPPORTED)?;
    }
    c.seek(c.end());
    Ok(())
}

/// The connection's number of a packet with a long header; an Initial packet may begin one.
fn connect<S: Sink>(c: &mut Cursor<'_, S>, version: Version, ids: (Cid, Cid), kind: PacketType) -> Option<u32> {
    let way = way(c);
    let count = c.worker.state.shared.entry::<Count>().0;
    let connections = connections(c)?;
    let number = connections.of_long(way, version, ids, (kind == PacketType::Initial, count)).map(|one| one.number);
    if kind == PacketType::Retry {
        connections.retry(way, ids.0);
    }
    if number == Some(count) {
        c.worker.state.shared.entry::<Count>().0 = count.wrapping_add(1);
    }
    number
}

/// A packet with a long header (RFC 9000, 17.2), the first of its datagram or not.
fn long<S: Sink>(
    c: &mut Cursor<'_, S>,
    (version, kind): (Version, PacketType),
    ids: (Cid, Cid),
    first: bool,
) -> Result<(), Stop> {
    let start = c.pos();
    let number = connect(c, version, ids, kind);
    let mark = c.mark();
    let byte = c.be::<1>(&HEADER_FORM)?;
    c.bits::<1>(&FIXED_BIT, byte);
    c.bits::<1>(if version == Version::V2 { &TYPE_2 } else { &TYPE }, byte);
    let behind_type = c.mark();
    long_header(c)?;
    let outcome = long_body(c, kind, ids, (start, behind_type));
    let end = c.pos();
    c.seek(start);
    _ = c.insert_at(mark, |c| {
        information(c, number, first, end);
        Ok(())
    });
    c.seek(end);
    outcome
}

/// What stands behind the identifiers of a packet that starts at `start`; what its first byte hides goes to `mark`.
fn long_body<S: Sink>(
    c: &mut Cursor<'_, S>,
    kind: PacketType,
    ids: (Cid, Cid),
    (start, mark): (usize, usize),
) -> Result<(), Stop> {
    if kind == PacketType::Retry {
        say(c, kind.words(), (&ids.0, &ids.1));
        return retry(c);
    }
    if kind == PacketType::Initial {
        let len = varint(c, &TOKEN_LEN)?;
        if len > 0 {
            c.bytes(&TOKEN, usize::try_from(len).unwrap_or(usize::MAX))?;
        }
    }
    let len = usize::try_from(varint(c, &LENGTH)?).unwrap_or(usize::MAX);
    let end = c.pos().saturating_add(len).min(c.limit());
    say(c, kind.words(), (&ids.0, &ids.1));
    let outcome = opened::long(c, kind, ids, (start, mark, end.min(c.end())));
    c.seek(end);
    outcome
}

/// A Retry packet (RFC 9000, 17.2.5).
fn retry<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let Some(len) = c.remaining().checked_sub(16) else { return Err(Stop::Malformed) };
    if len > 0 {
        c.bytes(&RETRY_TOKEN, len)?;
    }
    c.bytes(&RETRY_TAG, 16)?;
    Ok(())
}

/// The datagram's direction, as an index.
fn way<S: Sink>(c: &Cursor<'_, S>) -> usize {
    c.worker.state.current.map_or(0, |current| current.way())
}

/// What is remembered of the connections between these endpoints.
fn connections<'a, S: Sink>(c: &'a mut Cursor<'_, S>) -> Option<&'a mut Connections> {
    Some(c.worker.state.slots()?.entry::<Connections>())
}
