//! IPv4 (RFC 791).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ip", "Internet Protocol Version 4", Kind::Protocol);

fields! {
    VERSION = "ip.version", "Version", U8 mask(0xf0);
    HEADER_LEN = "ip.hdr_len", "Header Length", U8 mask(0x0f);
    DSFIELD = "ip.dsfield", "Differentiated Services Field", U8 hex;
    LEN = "ip.len", "Total Length", U16;
    ID = "ip.id", "Identification", U16 hex_dec;
    FLAGS = "ip.flags", "Flags", U8 mask(0xe0) hex;
    OFFSET = "ip.frag_offset", "Fragment Offset", U16 mask(0x1fff);
    TTL = "ip.ttl", "Time to Live", U8;
    PROTO = "ip.proto", "Protocol", U8;
    CHECKSUM = "ip.checksum", "Header Checksum", U16 hex;
    SRC = "ip.src", "Source Address", Ipv4;
    DST = "ip.dst", "Destination Address", Ipv4;
}

/// IPv4.
pub struct Ipv4;

impl Protocol for Ipv4 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv4";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x0800), Key::Link(228), Key::Ip(4)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPv4");
        let start = c.pos();
        let first = c.be::<1>(&VERSION)?;
        let header_len = c.bits::<1>(&HEADER_LEN, first) as usize * 4;
        if header_len < 20 {
            c.claim().str("Bogus IP header length (").dec(header_len as u64).str(", must be at least 20)");
            return Ok(());
        }
        c.u8(&DSFIELD)?;
        let len = usize::from(c.u16(&LEN)?);
        if len < header_len {
            c.claim()
                .str("Bogus IP length (")
                .dec(len as u64)
                .str(", less than header length ")
                .dec(header_len as u64)
                .str(")");
            return Ok(());
        }
        c.u16(&ID)?;
        c.u16(&OFFSET)?;
        c.u8(&TTL)?;
        let protocol = c.u8(&PROTO)?;
        c.u16(&CHECKSUM)?;
        let src = c.fixed::<4>(&SRC)?;
        let dst = c.fixed::<4>(&DST)?;
        (c.row().src, c.row().dst) = (Address::Ipv4(src), Address::Ipv4(dst));
        c.seek(start);
        c.trim(len);
        c.skip(header_len)?;
        c.layer_ends();
        c.next(Key::Ip(protocol)).map(|_known| ())
    }
}
