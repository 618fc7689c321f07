//! The fragment header (RFC 8200 section 4.5).

use super::super::fragments::{self, Place};
use super::super::ip_protocols::IP_PROTOCOLS;
use super::follow;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::fields;

static LAYER: Field = Field::new("ipv6.fraghdr", "Fragment Header for IPv6", Kind::Protocol);

fields! {
    NEXT = "ipv6.fraghdr.nxt", "Next header", U8 names(IP_PROTOCOLS);
    RESERVED = "ipv6.fraghdr.reserved_octet", "Reserved octet", U8 hex;
    OFFSET = "ipv6.fraghdr.offset", "Offset", U16 mask(0xfff8) custom(write_offset);
    RESERVED_BITS = "ipv6.fraghdr.reserved_bits", "Reserved bits", U16 mask(0x0006);
    MORE = "ipv6.fraghdr.more", "More Fragments", Bool bits(16) mask(0x0001) flag("Yes", "No");
    IDENT = "ipv6.fraghdr.ident", "Identification", U32 hex;
    FRAGMENTS_FIELD = "ipv6.fragments", "IPv6 Fragments", None;
    FRAGMENT = "ipv6.fragment", "IPv6 Fragment", FrameNum;
    FRAGMENT_OVERLAP = "ipv6.fragment.overlap", "Fragment overlap", Bool;
    FRAGMENT_CONFLICT = "ipv6.fragment.overlap.conflict", "Conflicting data in fragment overlap", Bool;
    FRAGMENT_COUNT = "ipv6.fragment.count", "Fragment count", U32;
    REASSEMBLED_LENGTH = "ipv6.reassembled.length", "Reassembled IPv6 length", U32;
    REASSEMBLED_DATA = "ipv6.reassembled.data", "Reassembled IPv6 data", Bytes;
}

static FRAGMENTS: fragments::Fields = fragments::Fields {
    title: "Reassembled IPv6",
    name: " IPv6 Fragments",
    fragments: &FRAGMENTS_FIELD,
    fragment: &FRAGMENT,
    overlap: &FRAGMENT_OVERLAP,
    conflict: &FRAGMENT_CONFLICT,
    count: &FRAGMENT_COUNT,
    length: &REASSEMBLED_LENGTH,
    data: &REASSEMBLED_DATA,
};

fn write_offset(units: u64, line: &mut Line) {
    line.dec(units).str(" (").dec(units * 8).str(" bytes)");
}

/// Bytes of the header.
const HEADER_LEN: usize = 8;

/// The fragment header.
pub struct Fragment;

impl Protocol for Fragment {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv6 Fragment";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(44)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // Of a header that is not whole nothing is said.
        if let Err(stop) = c.need(HEADER_LEN) {
            c.layer_hide();
            return Err(stop);
        }
        let next = c.u8(&NEXT)?;
        c.u8(&RESERVED)?;
        let word = c.be::<2>(&OFFSET)?;
        c.bits::<2>(&RESERVED_BITS, word);
        let more = c.bits::<2>(&MORE, word) != 0;
        let offset = OFFSET.cut(word) as usize * 8;
        let id = c.u32(&IDENT)?;
        c.layer_ends();
        c.claim().str("IPv6 fragment (off=").dec(offset as u64).str(" more=").byte(if more { b'y' } else { b'n' });
        c.info().str(" ident=0x").hex(id, 8).str(" nxt=").dec(next).byte(b')');
        if (offset == 0 && !more) || c.worker.state.ip.version != 6 {
            return follow(c, next);
        }
        if c.reported() == 0 {
            return Err(Stop::Malformed);
        }
        if !c.worker.preferences.ipv6_defragment && offset == 0 {
            c.worker.state.ip.fragment = more;
            return follow(c, next);
        }
        if c.remaining() == c.reported() && c.worker.preferences.ipv6_defragment {
            let place = Place { id, protocol: 0, offset, more };
            if fragments::add(c, place, &FRAGMENTS, |c| follow(c, next))? {
                return Ok(());
            }
        }
        // Statistics count the packet, not its parts.
        c.worker.taps.retract(Layers::IPV6);
        c.above(Cursor::data);
        Ok(())
    }
}
