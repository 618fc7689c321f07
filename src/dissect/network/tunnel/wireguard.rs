//! WireGuard.

use crate::conversation::slots::Slots;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("wg", "WireGuard Protocol", Kind::Protocol);

fields! {
    STREAM = "wg.stream", "Stream index", U32;
    TYPE = "wg.type", "Type", U8 names(TYPES);
    RESERVED = "wg.reserved", "Reserved", Bytes;
    SENDER = "wg.sender", "Sender", U32 hex;
    RECEIVER = "wg.receiver", "Receiver", U32 hex;
    EPHEMERAL = "wg.ephemeral", "Ephemeral", Bytes;
    STATIC = "wg.encrypted_static", "Encrypted Static", None;
    TIMESTAMP = "wg.encrypted_timestamp", "Encrypted Timestamp", None;
    EMPTY = "wg.encrypted_empty", "Encrypted Empty", None;
    MAC1 = "wg.mac1", "mac1", Bytes;
    MAC2 = "wg.mac2", "mac2", Bytes;
    NONCE = "wg.nonce", "Nonce", Bytes;
    COOKIE = "wg.encrypted_cookie", "Encrypted Cookie", Bytes;
    COUNTER = "wg.counter", "Counter", U64;
    PACKET = "wg.encrypted_packet", "Encrypted Packet", None;
}

experts! {
    KEEPALIVE = "wg.keepalive", "This is a Keepalive message", Chat, Sequence;
}

names! {
    TYPES { 1 = "Handshake Initiation", 2 = "Handshake Response", 3 = "Cookie Reply", 4 = "Transport Data" }
}

const INITIATION: u8 = 1;
const RESPONSE: u8 = 2;
const COOKIE_REPLY: u8 = 3;
const TRANSPORT: u8 = 4;
/// Bytes that the authentication of a packet takes, and the header before it.
const TAG_LEN: usize = 16;
const TRANSPORT_HEADER: usize = 16;

/// WireGuard.
pub struct WireGuard;

impl Protocol for WireGuard {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "WireGuard";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    /// Each type of message but one has its own length.
    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let Some([kind, 0, 0, 0]) = c.peek::<4>(0) else { return false };
        match kind {
            INITIATION => c.reported() == 148,
            RESPONSE => c.reported() == 92,
            COOKIE_REPLY => c.reported() == 64,
            TRANSPORT => c.reported() >= TRANSPORT_HEADER + TAG_LEN,
            _ => false,
        }
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !Self::recognise(c) {
            return Err(Stop::NotMine);
        }
        c.protocol("WireGuard");
        c.claim();
        let kind = c.u8(&TYPE)?;
        c.info().str(TYPES.iter().find(|name| name.0 == u64::from(kind)).map_or("", |name| name.2));
        c.bytes(&RESERVED, 3)?;
        if matches!(kind, INITIATION | RESPONSE) {
            let sender = c.u32_le(&SENDER)?;
            c.info().str(", sender=0x").hex_upper(sender, 8);
        }
        let mut receiver = 0;
        if kind != INITIATION {
            receiver = c.u32_le(&RECEIVER)?;
            c.info().str(", receiver=0x").hex_upper(receiver, 8);
        }
        match kind {
            INITIATION => c.read_all(&[(&EPHEMERAL, 32), (&STATIC, 48), (&TIMESTAMP, 28), (&MAC1, 16), (&MAC2, 16)]),
            RESPONSE => c.read_all(&[(&EPHEMERAL, 32), (&EMPTY, 16), (&MAC1, 16), (&MAC2, 16)]),
            COOKIE_REPLY => c.read_all(&[(&NONCE, 24), (&COOKIE, 32)]),
            _ => transport(c, receiver),
        }?;
        stream(c, kind);
        Ok(())
    }
}

/// The number of the conversation's stream: one begins with the first handshake.
#[derive(Default)]
struct Stream(Option<u32>);

/// How many streams the capture has had.
#[derive(Default)]
struct Count(u32);

/// Records which stream a message belongs to, where its handshake was seen.
fn stream<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) {
    if !S::DETAIL {
        return;
    }
    let state = &mut c.worker.state;
    let count = state.shared.entry::<Count>().0;
    let Some(Stream(number)) = state.slots().map(Slots::entry::<Stream>) else { return };
    let begins = number.is_none() && kind == INITIATION;
    if begins {
        *number = Some(count);
    }
    let number = *number;
    if begins {
        c.worker.state.shared.entry::<Count>().0 = count.wrapping_add(1);
    }
    if let Some(number) = number {
        c.generated(&STREAM, number.into());
    }
}

/// An encrypted packet; one without content keeps the path open.
fn transport<S: Sink>(c: &mut Cursor<'_, S>, receiver: u32) -> Result<(), Stop> {
    let counter = c.le::<8>(&COUNTER)?;
    let len = c.remaining().saturating_sub(TAG_LEN);
    if len == 0 {
        c.claim().str("Keepalive, receiver=0x").hex_upper(receiver, 8);
    }
    c.info().str(", counter=").dec(counter);
    if len > 0 {
        c.info().str(", datalen=").dec(len as u64);
    }
    c.bytes(&PACKET, c.remaining())?;
    if len == 0 {
        c.below(|c| c.expert(&KEEPALIVE));
    }
    Ok(())
}
