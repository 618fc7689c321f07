//! 6LoWPAN: IPv6 over IEEE 802.15.4, its headers compressed (RFC 4944, RFC 6282).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ipv6::Ipv6;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("6lowpan", "6LoWPAN", Kind::Protocol);

fields! {
    PATTERN = "6lowpan.pattern", "Pattern", U8 hex;
    IPHC = "", "IPHC Header", None;
    IPHC_FLAGS = "6lowpan.iphc.nh", "Next header", U16;
    FRAG_SIZE = "6lowpan.frag.size", "Datagram size", U16;
    FRAG_TAG = "6lowpan.frag.tag", "Datagram tag", U16 hex;
    FRAG_OFFSET = "6lowpan.frag.offset", "Datagram offset", U8;
    BROADCAST_SEQUENCE = "6lowpan.bcast.seqnum", "Sequence number", U8;
    TRAFFIC = "6lowpan.traffic_class", "Traffic class", Bytes;
    NEXT = "6lowpan.next", "Next header", U8 hex names(NEXT_HEADERS);
    HOPS = "6lowpan.hops", "Hop limit", U8;
    INLINE = "6lowpan.address", "Address", Bytes;
    UDP_HEADER = "6lowpan.udp", "UDP header compression", None;
}

names! {
    NEXT_HEADERS { 0 = "IPv6 Hop-by-Hop Option", 6 = "TCP", 17 = "UDP", 58 = "ICMPv6", 59 = "No Next Header for IPv6" }
}

/// What the first byte says: a packet as it is, and the broadcast header before one.
const UNCOMPRESSED: u8 = 0x41;
const BROADCAST: u8 = 0x50;
/// Bytes of an IPv6 header, and of a UDP header.
const IPV6_LEN: usize = 40;
const UDP_LEN: usize = 8;
/// The longest packet that fits behind the headers.
const MOST: usize = 2048;

/// 6LoWPAN.
pub struct SixLowPan;

impl Protocol for SixLowPan {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "6LoWPAN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        matches!(c.peek_u8(0), Some(UNCOMPRESSED | BROADCAST | 0x42 | 0x60..=0x7f | 0xc0..=0xc7 | 0xe0..=0xe7))
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !Self::recognise(c) {
            return Err(Stop::NotMine);
        }
        c.protocol("6LoWPAN");
        packet(c, 0)
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    match c.peek_u8(0).ok_or_else(|| c.short(1))? {
        UNCOMPRESSED => {
            c.u8(&PATTERN)?;
            c.layer_ends();
            c.give_way(Cursor::call::<Ipv6>).map(|_| ())
        }
        BROADCAST if depth == 0 => {
            c.read_all(&[(&PATTERN, 1), (&BROADCAST_SEQUENCE, 1)])?;
            packet(c, 1)
        }
        0x60..=0x7f => compressed(c),
        first @ (0xc0..=0xc7 | 0xe0..=0xe7) => {
            c.read_all(&[(&FRAG_SIZE, 2), (&FRAG_TAG, 2)])?;
            if first & 0x20 != 0 {
                c.u8(&FRAG_OFFSET)?;
                c.data();
                return Ok(());
            }
            if depth == 0 { packet(c, 1) } else { Ok(()) }
        }
        0x42 => Err(Stop::Malformed),
        _ => {
            c.data();
            Ok(())
        }
    }
}

/// How an address is abbreviated.
struct Abbreviation {
    multicast: bool,
    stateful: bool,
    mode: u8,
}

/// Takes a compressed header apart (RFC 6282 section 3), and hands on the packet that it stands for.
fn compressed<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (src, dst) = (c.row().src, c.row().dst);
    let mut header = [0_u8; IPV6_LEN];
    let flags = c.u16(&IPHC_FLAGS)?;
    c.change_last(|item| item.field = &IPHC);
    let bit = |at: u16| flags >> at & 1 == 1;
    if bit(7) {
        c.skip(1)?;
    }
    let (class, flow) = traffic(c, flags >> 11 & 3)?;
    let word = 6 << 28 | u32::from(class) << 20 | flow;
    put(&mut header, 0, &word.to_be_bytes());
    let inline_next = if bit(10) { None } else { Some(c.u8(&NEXT)?) };
    let hops = match flags >> 8 & 3 {
        0 => c.u8(&HOPS)?,
        1 => 1,
        2 => 64,
        _ => 255,
    };
    let from = Abbreviation { multicast: false, stateful: bit(6), mode: (flags >> 4 & 3) as u8 };
    let to = Abbreviation { multicast: bit(3), stateful: bit(2), mode: (flags & 3) as u8 };
    put(&mut header, 8, &expand(c, &from, src)?);
    put(&mut header, 24, &expand(c, &to, dst)?);
    let (next, udp) = match inline_next {
        Some(next) => (next, None),
        None => next_header(c)?,
    };
    put(&mut header, 6, &[next, hops]);
    let payload = if inline_next.is_none() && udp.is_none() { &[] } else { c.rest() };
    let whole = if inline_next.is_none() && udp.is_none() { 0 } else { c.reported() };
    c.layer_ends();
    handed_on(c, header, udp, payload, whole)
}

/// Puts `bytes` into `header` at `at`.
fn put(header: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = header.get_mut(at..at.saturating_add(bytes.len())) {
        place.copy_from_slice(bytes);
    }
}

/// Reads the traffic class and the flow label.
fn traffic<S: Sink>(c: &mut Cursor<'_, S>, mode: u16) -> Result<(u8, u32), Stop> {
    // The congestion bits come first here, and last in IPv6.
    let class = |byte: u8| byte.rotate_left(2);
    let [a, b, c4, d] = match mode {
        0 => [c.u8(&TRAFFIC)?, c.u8(&TRAFFIC)?, c.u8(&TRAFFIC)?, c.u8(&TRAFFIC)?],
        1 => {
            let first = c.u8(&TRAFFIC)?;
            [first & 0xc0, first, c.u8(&TRAFFIC)?, c.u8(&TRAFFIC)?]
        }
        2 => [c.u8(&TRAFFIC)?, 0, 0, 0],
        _ => [0; 4],
    };
    Ok((class(a), u32::from(b & 0xf) << 16 | u32::from(c4) << 8 | u32::from(d)))
}

/// An address from what of it is there, and the link's own.
fn expand<S: Sink>(c: &mut Cursor<'_, S>, how: &Abbreviation, link: Address) -> Result<[u8; 16], Stop> {
    let mut address = [0_u8; 16];
    if how.multicast {
        let len = match (how.stateful, how.mode) {
            (false, 0) => 16,
            (false, 1) | (true, 0) => 6,
            (false, 2) => 4,
            (false, _) => 1,
            (true, _) => 0,
        };
        let bytes = c.bytes(&INLINE, len)?;
        match *bytes {
            [last] => (address[0], address[1], address[15]) = (0xff, 0x02, last),
            [scope, a, b, d] => {
                put(&mut address, 0, &[0xff, scope]);
                put(&mut address, 13, &[a, b, d]);
            }
            [scope, ref rest @ ..] if len == 6 => {
                put(&mut address, 0, &[0xff, scope]);
                put(&mut address, 11, rest);
            }
            _ => put(&mut address, 0, bytes),
        }
        return Ok(address);
    }
    if how.mode == 0 {
        if !how.stateful {
            put(&mut address, 0, c.bytes(&INLINE, 16)?);
        }
        return Ok(address);
    }
    if !how.stateful {
        put(&mut address, 0, &[0xfe, 0x80]);
    }
    match how.mode {
        1 => put(&mut address, 8, c.bytes(&INLINE, 8)?),
        2 => {
            put(&mut address, 11, &[0xff, 0xfe]);
            put(&mut address, 14, c.bytes(&INLINE, 2)?);
        }
        _ => put(&mut address, 8, &interface(link)),
    }
    Ok(address)
}

/// The interface identifier that a link's address stands for.
fn interface(link: Address) -> [u8; 8] {
    match link {
        Address::Eui64([first, rest @ ..]) => {
            let mut identifier = [first ^ 2; 8];
            put(&mut identifier, 1, &rest);
            identifier
        }
        Address::Short(short) => {
            let [high, low] = short.to_be_bytes();
            [0, 0, 0, 0xff, 0xfe, 0, high, low]
        }
        Address::Words(_) => [0, 0, 0, 0xff, 0xfe, 0, 0xff, 0xff],
        _ => [0; 8],
    }
}

/// Reads a compressed next header; gives its protocol, and the UDP header that it stands for.
fn next_header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(u8, Option<[u8; UDP_LEN]>), Stop> {
    const NOTHING: u8 = 59;
    const UDP: u8 = 17;
    let Some(first @ 0xf0..=0xf7) = c.peek_u8(0) else { return Ok((NOTHING, None)) };
    c.group(&UDP_HEADER, |c| {
        c.skip(1)?;
        let (src, dst) = match first & 3 {
            0 => (c.array::<2>()?, c.array::<2>()?),
            1 => (c.array::<2>()?, [0xf0, c.array::<1>()?[0]]),
            2 => ([0xf0, c.array::<1>()?[0]], c.array::<2>()?),
            _ => {
                let [both] = c.array::<1>()?;
                ([0xf0, 0xb0 | both >> 4], [0xf0, 0xb0 | both & 0xf])
            }
        };
        let checksum = if first & 4 == 0 { c.array::<2>()? } else { [0; 2] };
        let mut header = [0; UDP_LEN];
        put(&mut header, 0, &src);
        put(&mut header, 2, &dst);
        put(&mut header, 6, &checksum);
        Ok((UDP, Some(header)))
    })
}

/// Hands on the packet: the header, the UDP header if there is one, and the payload.
fn handed_on<S: Sink>(
    c: &mut Cursor<'_, S>,
    mut header: [u8; IPV6_LEN],
    udp: Option<[u8; UDP_LEN]>,
    payload: &[u8],
    whole: usize,
) -> Result<(), Stop> {
    let udp_len = if udp.is_some() { UDP_LEN } else { 0 };
    let len = whole.saturating_add(udp_len);
    put(&mut header, 4, &(len as u16).to_be_bytes());
    let mut packet = [0_u8; MOST];
    put(&mut packet, 0, &header);
    if let Some(mut udp) = udp {
        put(&mut udp, 4, &(len as u16).to_be_bytes());
        put(&mut packet, IPV6_LEN, &udp);
    }
    let start = IPV6_LEN + udp_len;
    let payload = payload.get(..MOST - start).unwrap_or(payload);
    put(&mut packet, start, payload);
    let Some(data) = packet.get(..start.saturating_add(payload.len())) else { return Ok(()) };
    c.give_way(|c| {
        let mut inner = c.over_part("Decompressed 6LoWPAN IPHC", data, start.saturating_add(whole));
        inner.above(Cursor::call::<Ipv6>)
    })
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::interface;
    use crate::dissect::row::Address;

    #[test]
    fn identifiers_of_links() {
        assert_eq!(interface(Address::Short(0x1234)), [0, 0, 0, 0xff, 0xfe, 0, 0x12, 0x34]);
        assert_eq!(interface(Address::Eui64([0, 2, 0, 2, 0x40, 2, 0x10, 2])), [2, 2, 0, 2, 0x40, 2, 0x10, 2]);
    }
}
