//! The protocol of the currency Nano: its nodes' datagrams, and how one fetches the ledger from another over TCP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("nano", "Nano Cryptocurrency Protocol", Kind::Protocol);

fields! {
    HEADER = "", "Nano Protocol Header", None;
    MAGIC = "nano.magic_number", "Magic Number", Str;
    MAXIMUM = "nano.version_max", "Maximum Version", U8 dec_hex;
    USING = "nano.version_using", "Using Version", U8 dec_hex;
    MINIMUM = "nano.version_min", "Minimum Version", U8 dec_hex;
    TYPE = "nano.packet_type", "Packet Type", U8 names(TYPES);
    EXTENSIONS = "nano.extensions", "Extensions Field", U16 hex;
    BLOCK_TYPE = "nano.extensions.block_type", "Block Type", U16 hex mask(0xf00) names(BLOCKS);
    PEERS = "", "Peer List", None;
    PEER = "", "Peer", None;
    PEER_ADDRESS = "nano.keepalive.peer_ip", "Peer IP Address", Ipv6;
    PEER_PORT = "nano.keepalive.peer_port", "Peer Port", U16;
    VOTE_ACCOUNT = "nano.vote.account", "Account", Bytes;
    VOTE_SIGNATURE = "nano.vote.signature", "Signature", Bytes;
    VOTE_SEQUENCE = "nano.vote.sequence", "Sequence", U64 dec_hex;
    PREVIOUS = "nano.block.hash_previous", "Previous Block Hash", Bytes;
    SOURCE = "nano.block.hash_source", "Source Block Hash", Bytes;
    SIGNATURE = "nano.block.signature", "Signature", Bytes;
    WORK = "nano.block.work", "Work", Bytes;
    DESTINATION = "nano.block.destination_account", "Destination Account", Bytes;
    BALANCE = "nano.block.balance", "Balance", Bytes;
    ACCOUNT = "nano.block.account", "Account", Bytes;
    REPRESENTATIVE = "nano.block.representative_account", "Representative Account", Bytes;
    LINK = "nano.block.link", "Link", Bytes;
}

names! {
    TYPES {
        0 = "Invalid", 1 = "Not A Type", 2 = "Keepalive", 3 = "Publish", 4 = "Confirm Req", 5 = "Confirm Ack",
        6 = "Bulk Pull", 7 = "Bulk Push", 8 = "Frontier Req", 9 = "Bulk Pull Blocks",
    }
    BLOCKS {
        0 = "Invalid", 1 = "Not A Block", 2 = "Send", 3 = "Receive", 4 = "Open", 5 = "Change", 6 = "State",
    }
    MAGICS {
        0x5241 = "Nano Test Network (RA)", 0x5242 = "Nano Beta Network (RB)", 0x5243 = "Nano Production Network (RC)",
    }
    REQUESTS {
        6 = "Bulk Pull Request ", 7 = "Bulk Push ", 8 = "Frontier Request ", 9 = "Bulk Pull Blocks Request ",
    }
}

mod types {
    pub(super) const KEEPALIVE: u8 = 2;
    pub(super) const PUBLISH: u8 = 3;
    pub(super) const CONFIRM_REQUEST: u8 = 4;
    pub(super) const CONFIRM: u8 = 5;
    pub(super) const BULK_PULL: u8 = 6;
    pub(super) const FRONTIER: u8 = 8;
    pub(super) const BULK_PULL_BLOCKS: u8 = 9;
}

const PORT: u16 = 7075;
const HEADER_LEN: usize = 8;
/// Where a header names its packet's type.
const TYPE_AT: usize = 5;
const PEERS_LISTED: usize = 8;
const NO_ADDRESS: [u8; 16] = [0; 16];

/// Nano.
pub struct Nano;

impl Protocol for Nano {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Nano";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() {
            return bootstrap(c);
        }
        if c.remaining() < HEADER_LEN {
            return Err(Stop::NotMine);
        }
        c.protocol("Nano");
        c.claim();
        let (kind, block) = header(c)?;
        match kind {
            types::KEEPALIVE => keepalive(c),
            types::PUBLISH | types::CONFIRM_REQUEST | types::CONFIRM => {
                let name = name_of(TYPES, kind.into()).unwrap_or_default();
                c.info().str(name).str(" (").str(name_of(BLOCKS, block.into()).unwrap_or("Unknown")).byte(b')');
                if kind == types::CONFIRM {
                    c.bytes(&VOTE_ACCOUNT, 32)?;
                    c.bytes(&VOTE_SIGNATURE, 64)?;
                    c.le::<8>(&VOTE_SEQUENCE)?;
                }
                contents(c, block)
            }
            _ => {
                c.info().named(name_of(TYPES, kind.into()), kind);
                Ok(())
            }
        }
    }
}

/// Reads the header: the packet's type, and that of the block it carries.
fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(u8, u8), Stop> {
    c.group(&HEADER, |c| {
        let magic = c.peek_u16(0).unwrap_or_default();
        c.bytes(&MAGIC, 2)?;
        if let Some(name) = name_of(MAGICS, magic.into()) {
            c.set_text(|l| _ = l.str(name));
        }
        for field in [&MAXIMUM, &USING, &MINIMUM] {
            c.u8(field)?;
        }
        let kind = c.u8(&TYPE)?;
        let extensions = c.u16_le(&EXTENSIONS)?;
        let block = (extensions >> 8 & 0xf) as u8;
        c.append(|l| _ = l.str(", Block Type: ").str(name_of(BLOCKS, block.into()).unwrap_or("Unknown")));
        c.below(|c| c.bits::<2>(&BLOCK_TYPE, extensions.into()));
        Ok((kind, block))
    })
}

/// Reads what a block of this type consists of.
fn contents<S: Sink>(c: &mut Cursor<'_, S>, block: u8) -> Result<(), Stop> {
    match block {
        2 => c.read_all(&[(&PREVIOUS, 32), (&DESTINATION, 32), (&BALANCE, 16)])?,
        3 => c.read_all(&[(&PREVIOUS, 32), (&SOURCE, 32)])?,
        4 => c.read_all(&[(&SOURCE, 32), (&REPRESENTATIVE, 32), (&ACCOUNT, 32)])?,
        5 => c.read_all(&[(&PREVIOUS, 32), (&REPRESENTATIVE, 32)])?,
        6 => c.read_all(&[(&ACCOUNT, 32), (&PREVIOUS, 32), (&REPRESENTATIVE, 32), (&BALANCE, 16), (&LINK, 32)])?,
        _ => return Ok(()),
    }
    c.read_all(&[(&SIGNATURE, 64), (&WORK, 8)])
}

/// A keepalive names eight peers, or leaves their places empty.
fn keepalive<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mut count = 0u8;
    c.group(&PEERS, |c| {
        for _ in 0..PEERS_LISTED {
            let (address, port) =
                (c.peek::<16>(0).ok_or_else(|| c.short(16))?, c.peek::<2>(16).map(u16::from_le_bytes));
            c.need(18)?;
            if address == NO_ADDRESS {
                c.skip(18)?;
                continue;
            }
            count += 1;
            c.group(&PEER, |c| {
                let port = port.unwrap_or_default();
                c.label(|l| _ = l.str("Peer: [").ipv6(&address).str("]:").dec(port));
                c.fixed::<16>(&PEER_ADDRESS)?;
                c.u16_le(&PEER_PORT).map(|_| ())
            })?;
        }
        Ok(())
    })?;
    c.info().str("Keepalive (").dec(count).str(if count == 1 { " peer)" } else { " peers)" });
    Ok(())
}

/// What a client asks for over TCP; what it gets in return is not told apart.
fn bootstrap<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let client = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
    c.claim();
    if !client {
        c.begin_message(c.remaining());
        c.protocol("Nano Bootstrap");
        return Ok(());
    }
    c.await_header(HEADER_LEN)?;
    let kind = c.peek_u8(TYPE_AT).unwrap_or_default();
    let body = match kind {
        types::BULK_PULL => 64,
        types::FRONTIER => 40,
        types::BULK_PULL_BLOCKS => 69,
        _ => 0,
    };
    c.await_bytes(HEADER_LEN + body)?;
    c.begin_message(if body == 0 { c.remaining() } else { HEADER_LEN + body });
    c.protocol("Nano Bootstrap");
    c.claim().str(name_of(REQUESTS, kind.into()).unwrap_or_default());
    header(c).map(|_| ())
}
