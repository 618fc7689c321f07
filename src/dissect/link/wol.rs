//! Wake on LAN: a frame that names the host to wake sixteen times over.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("wol", "Wake On LAN", Kind::Protocol);

fields! {
    SYNC = "wol.sync", "Sync stream", Bytes;
    MAC = "wol.mac", "MAC", Ether;
    PASSWORD = "wol.passwd", "Password", Bytes;
}

/// Bytes of the magic packet: six of 0xff, then sixteen MAC addresses.
const MAGIC_LEN: usize = 102;

/// Wake on LAN.
pub struct WakeOnLan;

impl Protocol for WakeOnLan {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "WOL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x0842), Key::UdpContent];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let Some(magic) = c.rest().get(..MAGIC_LEN) else { return Err(Stop::NotMine) };
        let Some((&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff], macs)) = magic.split_first_chunk::<6>() else {
            return Err(Stop::NotMine);
        };
        let Some(&mac) = macs.first_chunk::<6>() else { return Err(Stop::NotMine) };
        if macs.chunks(6).any(|other| other != mac) {
            return Err(Stop::NotMine);
        }
        c.protocol("WOL");
        c.claim().str("MagicPacket for ").mac(&mac);
        c.layer_append(|l| _ = l.str(", MAC: ").ether_and_number(&mac));
        let start = c.pos();
        c.bytes(&SYNC, 6)?;
        c.put(&MAC, c.pos(), start.saturating_add(MAGIC_LEN), 0);
        c.skip(MAGIC_LEN - 6)?;
        match (c.reported(), c.rest()) {
            (4, &[a, b, d, e, ..]) => _ = c.info().str(", password ").ipv4(&[a, b, d, e]),
            (6, rest) if rest.len() >= 6 => _ = c.info().str(", password ").hex_bytes(rest, ":"),
            _ => return Ok(()),
        }
        c.bytes(&PASSWORD, c.reported()).map(|_| ())
    }
}
