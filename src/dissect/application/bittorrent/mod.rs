//! BitTorrent: what peers say to each other (BEP 3, BEP 6, BEP 10), and how they find each other.

pub mod bencode;
pub mod dht;
pub mod local;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("bittorrent", "BitTorrent", Kind::Protocol);

fields! {
    MESSAGE = "bittorrent.msg", "Message", None;
    NAME_LENGTH = "bittorrent.protocol.name.length", "Protocol Name Length", U8;
    NAME = "bittorrent.protocol.name", "Protocol Name", Str;
    EXTENSIONS = "bittorrent.reserved", "Reserved Extension Bytes", Bytes;
    HASH = "bittorrent.info_hash", "SHA1 Hash of info dictionary", Bytes;
    PEER = "bittorrent.peer_id", "Peer ID", Bytes;
    LENGTH = "bittorrent.msg.length", "Message Length", U32;
    TYPE = "bittorrent.msg.type", "Message Type", U8 names(TYPES);
    INDEX = "bittorrent.piece.index", "Piece index", U32 hex;
    BEGIN = "bittorrent.piece.begin", "Begin offset of piece", U32 hex;
    PIECE_LENGTH = "bittorrent.piece.length", "Piece Length", U32 hex;
    BITFIELD = "bittorrent.msg.bitfield", "Bitfield data", Bytes;
    DATA = "bittorrent.piece.data", "Data in a piece", Bytes;
    PORT = "bittorrent.port", "Port", U16;
    EXTENDED_ID = "bittorrent.extended.id", "Extended Message ID", U8;
    EXTENDED = "bittorrent.extended", "Extended Message", Bytes;
    CONTINUATION = "bittorrent.continuous_data", "Extended Message", Bytes;
}

names! {
    TYPES {
        0 = "Choke", 1 = "Unchoke", 2 = "Interested", 3 = "Not Interested", 4 = "Have", 5 = "Bitfield", 6 = "Request",
        7 = "Piece", 8 = "Cancel", 9 = "Port", 13 = "Suggest Piece", 14 = "Have All", 15 = "Have None",
        16 = "Reject Request", 17 = "Allowed Fast", 20 = "Extended",
    }
}

/// What a handshake begins with: a length, and so many letters.
const GREETING: &[u8] = b"\x13BitTorrent protocol";
const HANDSHAKE_LEN: usize = 68;
/// Bytes of a message's length, which does not count them.
const HEADER_LEN: usize = 4;
/// A message that says it is longer is none.
const LONGEST: usize = 0x7fff;

/// BitTorrent between peers.
pub struct BitTorrent;

impl Protocol for BitTorrent {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BitTorrent";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[
        Key::Tcp(6881),
        Key::Tcp(6882),
        Key::Tcp(6883),
        Key::Tcp(6884),
        Key::Tcp(6885),
        Key::Tcp(6886),
        Key::Tcp(6887),
        Key::Tcp(6888),
        Key::Tcp(6889),
        Key::TcpContent,
    ];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        c.rest().starts_with(GREETING)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.rest().starts_with(GREETING) {
            c.worker.state.bind(Registry::named("bittorrent"));
        }
        let mut first = true;
        while c.reported() > 0 {
            c.need(1)?;
            let have = c.remaining();
            let whole = length(c);
            match whole {
                None => {
                    c.await_header(have + 1)?;
                    c.need(have.max(HEADER_LEN).min(c.reported()))?;
                }
                Some(whole) => c.await_bytes(whole)?,
            }
            c.protocol("BitTorrent");
            if std::mem::take(&mut first) {
                c.claim();
            }
            let whole = whole.unwrap_or(have);
            c.begin_message(whole);
            c.within(whole, message)?;
            c.info().str("  ");
        }
        Ok(())
    }
}

/// Bytes of the message that begins here, which is all there is where it is none; `None` where that is not known yet.
fn length<S: Sink>(c: &Cursor<'_, S>) -> Option<usize> {
    if c.rest().starts_with(GREETING) {
        return Some(HANDSHAKE_LEN);
    }
    let len = c.peek_u32(0)? as usize;
    let known =
        len == 0 || (len <= LONGEST && c.peek_u8(HEADER_LEN).is_none_or(|kind| name_of(TYPES, kind.into()).is_some()));
    if !known {
        return Some(c.reported());
    }
    Some(len + HEADER_LEN)
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.rest().starts_with(GREETING) {
        c.info().str("Handshake");
        c.u8(&NAME_LENGTH)?;
        for (field, len) in [(&NAME, GREETING.len() - 1), (&EXTENSIONS, 8), (&HASH, 20), (&PEER, 20)] {
            c.bytes(field, len)?;
        }
        return Ok(());
    }
    let len = c.peek_u32(0).unwrap_or_default() as usize;
    let kind = c.peek_u8(HEADER_LEN).and_then(|kind| Some((kind, name_of(TYPES, kind.into())?)));
    match (len, kind) {
        (0, _) => {
            c.info().str("BitTorrent ");
            c.u32(&LENGTH).map(|_| ())
        }
        (1..=LONGEST, Some((kind, name))) => {
            let (mark, said) = (c.mark(), c.row().info_column().len());
            let outcome = c.group(&MESSAGE, |c| {
                c.info().str(name);
                c.u32(&LENGTH)?;
                c.u8(&TYPE)?;
                body(c, kind)
            });
            if S::DETAIL {
                // The tree says of a message what the row does.
                let said = c.row().info_column().get(said..).unwrap_or_default().to_vec();
                c.label_at(mark, |l| _ = l.str("Message: Len:").dec(len as u64).str(", ").bytes(&said));
            }
            outcome
        }
        _ => {
            c.info().str("Continuation data");
            c.bytes(&CONTINUATION, c.remaining()).map(|_| ())
        }
    }
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    match kind {
        4 | 13 | 17 => {
            let index = c.u32(&INDEX)?;
            c.info().str(", Piece (Idx:0x").hex(index, 1).byte(b')');
        }
        5 => {
            let len = c.remaining();
            c.info().str(", Len:0x").hex(len as u64, 1);
            c.bytes(&BITFIELD, len)?;
        }
        6 | 8 | 16 => {
            let (index, begin, len) = (c.u32(&INDEX)?, c.u32(&BEGIN)?, c.u32(&PIECE_LENGTH)?);
            let info = c.info().str(", Piece (Idx:0x").hex(index, 1);
            info.str(",Begin:0x").hex(begin, 1).str(",Len:0x").hex(len, 1).byte(b')');
        }
        7 => {
            let (index, begin, len) = (c.u32(&INDEX)?, c.u32(&BEGIN)?, c.reported());
            let info = c.info().str(", Idx:0x").hex(index, 1);
            info.str(",Begin:0x").hex(begin, 1).str(",Len:0x").hex(len as u64, 1);
            c.bytes(&DATA, len)?;
        }
        9 => _ = c.u16(&PORT)?,
        20 => extended(c)?,
        _ => {}
    }
    Ok(())
}

/// A message of an extension (BEP 10): the handshake, which is number 0, says what the others are.
fn extended<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let id = c.u8(&EXTENDED_ID)?;
    if id == 0 && S::DETAIL {
        return bencode::record(c);
    }
    c.bytes(&EXTENDED, c.reported()).map(|_| ())
}
