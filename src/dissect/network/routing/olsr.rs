//! OLSR (RFC 3626), with the messages that olsr.org and NRL have added to it.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("olsr", "Optimized Link State Routing Protocol", Kind::Protocol);

fields! {
    PACKET_LEN = "olsr.packet_len", "Packet Length", U16;
    PACKET_NUMBER = "olsr.packet_seq_num", "Packet Sequence Number", U16;
    MESSAGE = "olsr.message", "Message", Bytes;
    MESSAGE_TYPE = "olsr.message_type", "Message Type", U8 names(TYPES);
    MESSAGE_LEN = "olsr.message_size", "Message", U16;
    MESSAGE_NUMBER = "olsr.message_seq_num", "Message Sequence Number", U16;
    VALIDITY = "olsr.vtime", "Validity Time", F64;
    ADVERTISED = "olsr.ansn", "Advertised Neighbor Sequence Number (ANSN)", U16;
    INTERVAL = "olsr.htime", "Hello Emission Interval", F64;
    WILLINGNESS = "olsr.willingness", "Willingness to forward messages", U8 names(WILLINGNESSES);
    TTL = "olsr.ttl", "TTL", U8;
    LINK_TYPE = "olsr.link_type", "Link Type", U8 names(LINKS);
    LINK_LEN = "olsr.link_message_size", "Link Message Size", U16;
    HOPS = "olsr.hop_count", "Hop Count", U8;
    NEIGHBOUR = "olsr.neighbor", "Neighbor Address", Bytes;
    ORIGINATOR = "olsr.origin_addr", "Originator Address", Ipv4;
    ORIGINATOR_6 = "olsr.origin6_addr", "Originator Address", Ipv6;
    NEIGHBOUR_ADDRESS = "olsr.neighbor_addr", "Neighbor Address", Ipv4;
    NEIGHBOUR_ADDRESS_6 = "olsr.neighbor6_addr", "Neighbor Address", Ipv6;
    NETWORK = "olsr.network_addr", "Network Address", Ipv4;
    NETWORK_6 = "olsr.network6_addr", "Network Address", Ipv6;
    INTERFACE = "olsr.interface_addr", "Interface Address", Ipv4;
    INTERFACE_6 = "olsr.interface6_addr", "Interface Address", Ipv6;
    NETMASK = "olsr.netmask", "Netmask", Ipv4;
    NETMASK_6 = "olsr.netmask6", "Netmask", Ipv6;
    DATA = "olsr.data", "Data", Bytes;
    QUALITY = "olsr.lq", "LQ", U8;
    NEIGHBOUR_QUALITY = "olsr.nlq", "NLQ", U8;
    NAME_SERVICE = "olsr.ns", "Nameservice", Bytes;
    NAME_VERSION = "olsr.ns.version", "Version", U16;
    NAME_COUNT = "olsr.ns.count", "Count", U16;
    NAME_TYPE = "olsr.ns.type", "Message Type", U16 names(NAME_TYPES);
    NAME_LEN = "olsr.ns.length", "Length", U16;
    NAME_ADDRESS = "olsr.ns.ip", "Address", Ipv4;
    NAME_ADDRESS_6 = "olsr.ns.ip6", "Address", Ipv6;
    NAME_CONTENT = "olsr.ns.content", "Content", Str;
    MIN_MAX = "olsr.nrl.minmax", "NRL MINMAX", U8;
    SPF = "olsr.nrl.spf", "NRL SPF", U8;
    LACKING = "", "Not enough bytes", None;
}

names! {
    TYPES {
        1 = "HELLO", 2 = "TC", 3 = "MID", 4 = "HNA", 130 = "Nameservice (olsr.org)", 201 = "HELLO (LQ, olsr.org)",
        202 = "TC (LQ, olsr.org)", 241 = "TC (LQ, nrlolsr)",
    }
    WILLINGNESSES { 0 = "never", 7 = "always" }
    LINKS {
        0 = "Unspecified Link", 1 = "Asymmetric Link", 3 = "Lost Link", 5 = "Pending Link", 6 = "Symmetric Link",
        10 = "MPR Link",
    }
    NAME_TYPES { 0 = "HOST", 1 = "FORWARDER", 2 = "SERVICE", 3 = "LATLON" }
}

experts! {
    NOT_ENOUGH = "olsr.not_enough_bytes", "Not enough bytes for field", Error, Malformed;
}

/// Message types.
mod kind {
    pub(super) const HELLO: u8 = 1;
    pub(super) const TC: u8 = 2;
    pub(super) const MID: u8 = 3;
    pub(super) const HNA: u8 = 4;
    pub(super) const NAMES: u8 = 130;
    pub(super) const HELLO_QUALITY: u8 = 201;
    pub(super) const TC_QUALITY: u8 = 202;
    pub(super) const TC_NRL: u8 = 241;
}

/// Bytes of a packet's header.
const HEADER_LEN: usize = 4;
/// Bytes of a message's header without the originator's address.
const MESSAGE_HEADER_LEN: usize = 8;

/// A field for an address of either family.
type Pair = (&'static Field, &'static Field);
const NEIGHBOURS: Pair = (&NEIGHBOUR_ADDRESS, &NEIGHBOUR_ADDRESS_6);
const INTERFACES: Pair = (&INTERFACE, &INTERFACE_6);

/// OLSR.
pub struct Olsr;

impl Protocol for Olsr {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OLSR";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(698)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let there = c.reported();
        let said = if there < HEADER_LEN { there } else { usize::from(c.peek_u16(0).ok_or_else(|| c.short(2))?) };
        if there < HEADER_LEN || said > there {
            c.claim().str("OLSR Packet,  Length: ").dec(said as u64).str(" Bytes (not enough data in packet)");
            return Err(Stop::NotMine);
        }
        let (family, wide) = match c.row().src {
            Address::Ipv6(_) => ("IPv6", true),
            _ => ("IPv4", false),
        };
        c.protocol("OLSR v1");
        c.claim().str("OLSR (").str(family).str(") Packet,  Length: ").dec(said as u64).str(" Bytes");
        let end = c.pos() + said;
        c.read_all(&[(&PACKET_LEN, 2), (&PACKET_NUMBER, 2)])?;
        while c.pos() < end {
            if !message(c, wide)? {
                break;
            }
        }
        Ok(())
    }
}

/// Reads a message; says whether another may follow.
fn message<S: Sink>(c: &mut Cursor<'_, S>, wide: bool) -> Result<bool, Stop> {
    let width = if wide { 16 } else { 4 };
    c.need(4)?;
    let len = usize::from(c.peek_u16(2).unwrap_or_default());
    c.need(len)?;
    let kind = c.peek_u8(0).unwrap_or_default();
    let (start, mark) = (c.pos(), c.mark());
    let outcome = c.within(len, |c| {
        c.group(&MESSAGE, |c| {
            c.label_at(mark, |l| {
                _ = l
                    .str("Message: ")
                    .str(MESSAGE_TYPE.name(kind.into()).unwrap_or("UNKNOWN"))
                    .str(" (")
                    .dec(kind)
                    .byte(b')');
            });
            c.u8(&MESSAGE_TYPE)?;
            time(c, &VALIDITY)?;
            let at = c.pos();
            c.put(&MESSAGE_LEN, at, at + 2, len as u64);
            if len < MESSAGE_HEADER_LEN + width {
                let least = (MESSAGE_HEADER_LEN + width) as u64;
                c.below(|c| c.expert(&NOT_ENOUGH));
                c.label(|l| _ = l.str("(too short, must be >= ").dec(least).byte(b')'));
                return Ok(false);
            }
            c.skip(2)?;
            address(c, wide, (&ORIGINATOR, &ORIGINATOR_6))?;
            c.read_all(&[(&TTL, 1), (&HOPS, 1), (&MESSAGE_NUMBER, 2)])?;
            body(c, kind, wide).map(|()| true)
        })
    })?;
    c.seek(start + len);
    Ok(outcome)
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, wide: bool) -> Result<(), Stop> {
    match kind {
        kind::HELLO | kind::HELLO_QUALITY => hello(c, wide, kind == kind::HELLO_QUALITY),
        kind::TC | kind::TC_QUALITY | kind::TC_NRL => {
            if c.reported() < 4 {
                return lacking(c, "Not enough bytes for Olsr TC");
            }
            c.u16(&ADVERTISED)?;
            c.skip(2)?;
            match kind {
                kind::TC_QUALITY => qualities(c, wide),
                kind::TC_NRL => nrl(c, wide),
                _ => addresses(c, wide, NEIGHBOURS, "Not enough bytes for last Neighbor"),
            }
        }
        kind::MID => addresses(c, wide, INTERFACES, "Not enough bytes for last MID entry"),
        kind::HNA => networks(c, wide),
        kind::NAMES => names_of(c, wide),
        _ => rest(c),
    }
}

/// A time as RFC 3626 section 18.3 writes it: mantissa and exponent, in units of 1/16 of a second.
fn time<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let [byte] = c.array::<1>()?;
    let units = (u64::from(byte >> 4) + 16) << (byte & 0x0f);
    let at = c.pos();
    c.put(field, at - 1, at, (units as f64 / 256.0).to_bits());
    c.label(|l| {
        // Exact halves are rounded to even, as numbers are that are written with `%.3f`.
        let (whole, rest) = (units * 125 / 32, units * 125 % 32);
        let thousandths = whole + u64::from(rest > 16 || (rest == 16 && whole % 2 == 1));
        l.str(field.label).str(": ").dec(thousandths / 1000).byte(b'.').dec_wide(thousandths % 1000, 3);
        l.str(" (in seconds)");
    });
    Ok(())
}

/// An address of the packet's family; its bytes.
fn address<S: Sink>(c: &mut Cursor<'_, S>, wide: bool, fields: Pair) -> Result<Address, Stop> {
    Ok(if wide { Address::Ipv6(c.fixed::<16>(fields.1)?) } else { Address::Ipv4(c.fixed::<4>(fields.0)?) })
}

/// Remarks that the message ends within something.
fn lacking<S: Sink>(c: &mut Cursor<'_, S>, words: &'static str) -> Result<(), Stop> {
    let (start, end) = (c.pos(), c.end());
    c.put(&LACKING, start, end, 0);
    c.label(|l: &mut Line| _ = l.str(words));
    c.below(|c| c.expert(&NOT_ENOUGH));
    c.label(|l: &mut Line| _ = l.str(words));
    c.skip(c.remaining())
}

fn addresses<S: Sink>(c: &mut Cursor<'_, S>, wide: bool, fields: Pair, words: &'static str) -> Result<(), Stop> {
    let width = if wide { 16 } else { 4 };
    while c.reported() >= width {
        address(c, wide, fields)?;
    }
    if c.reported() > 0 { lacking(c, words) } else { Ok(()) }
}

/// Neighbours, each with the quality of the link in both directions.
fn qualities<S: Sink>(c: &mut Cursor<'_, S>, wide: bool) -> Result<(), Stop> {
    let width = if wide { 20 } else { 8 };
    while c.reported() >= width {
        let mark = c.mark();
        c.within(width, |c| {
            c.group(&NEIGHBOUR, |c| {
                let neighbour = address(c, wide, NEIGHBOURS)?;
                let quality = c.u8(&QUALITY)?;
                let other = c.u8(&NEIGHBOUR_QUALITY)?;
                c.label_at(mark, |l| {
                    l.str("Neighbor Address: ");
                    neighbour.write(l);
                    l.str(" (").dec(quality).byte(b'/').dec(other).byte(b')');
                });
                c.skip(2)
            })
        })?;
    }
    if c.reported() > 0 { lacking(c, "Not enough bytes for last Hello entry") } else { Ok(()) }
}

fn nrl<S: Sink>(c: &mut Cursor<'_, S>, wide: bool) -> Result<(), Stop> {
    let width = if wide { 20 } else { 8 };
    while c.reported() >= width {
        address(c, wide, NEIGHBOURS)?;
        c.read_all(&[(&MIN_MAX, 1), (&SPF, 1)])?;
        c.skip(2)?;
    }
    if c.reported() > 0 { lacking(c, "Not enough bytes for last Olsr TC entry") } else { Ok(()) }
}

fn hello<S: Sink>(c: &mut Cursor<'_, S>, wide: bool, quality: bool) -> Result<(), Stop> {
    if c.reported() < 4 {
        return lacking(c, "Not enough bytes for Hello");
    }
    c.skip(2)?;
    time(c, &INTERVAL)?;
    c.u8(&WILLINGNESS)?;
    while c.reported() >= 4 {
        let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(4))?);
        let kind = c.be::<1>(&LINK_TYPE)?;
        c.label(|l| {
            _ = l.str("Link Type: ").str(LINK_TYPE.name(kind).unwrap_or("Unknown")).str(" (").dec(kind).byte(b')');
        });
        c.skip(1)?;
        let goes_on = c.below(|c| {
            c.u16(&LINK_LEN)?;
            if len < 4 {
                c.below(|c| c.expert(&NOT_ENOUGH));
                c.label(|l| _ = l.str("(too short, must be >= 4)"));
                return Ok(false);
            }
            c.within((len - 4).min(c.reported()), |c| {
                if quality {
                    qualities(c, wide)
                } else {
                    addresses(c, wide, NEIGHBOURS, "Not enough bytes for last Hello entry")
                }
            })?;
            Ok(true)
        })?;
        if !goes_on {
            return Ok(());
        }
    }
    if c.reported() > 0 { lacking(c, "Not enough bytes for last Hello entry") } else { Ok(()) }
}

fn networks<S: Sink>(c: &mut Cursor<'_, S>, wide: bool) -> Result<(), Stop> {
    let width = if wide { 32 } else { 8 };
    while c.reported() >= width {
        address(c, wide, (&NETWORK, &NETWORK_6))?;
        address(c, wide, (&NETMASK, &NETMASK_6))?;
    }
    if c.reported() > 0 { lacking(c, "Not enough bytes for last HNA entry") } else { Ok(()) }
}

/// Names of hosts, as olsr.org's nameservice spreads them.
fn names_of<S: Sink>(c: &mut Cursor<'_, S>, wide: bool) -> Result<(), Stop> {
    if c.reported() < 4 {
        return lacking(c, "Not enough bytes for Nameservice message");
    }
    c.read_all(&[(&NAME_VERSION, 2), (&NAME_COUNT, 2)])?;
    while c.reported() >= 20 {
        let Some([kind, len]) =
            c.peek::<4>(0).map(|[a, b, c, d]| [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])])
        else {
            return Err(c.short(4));
        };
        // Content is filled up to a multiple of four bytes.
        let mark = c.mark();
        c.group(&NAME_SERVICE, |c| {
            c.label_at(mark, |l| {
                _ = l
                    .str("Nameservice: ")
                    .str(NAME_TYPE.name(kind.into()).unwrap_or("UNKNOWN"))
                    .str(" (")
                    .dec(kind)
                    .byte(b')');
            });
            c.read_all(&[(&NAME_TYPE, 2), (&NAME_LEN, 2)])?;
            if wide {
                c.fixed::<16>(&NAME_ADDRESS_6)?;
            } else {
                c.fixed::<4>(&NAME_ADDRESS)?;
                c.skip(12)?;
            }
            let len = usize::from(len).min(c.reported());
            c.bytes(&NAME_CONTENT, len)?;
            c.skip((len.next_multiple_of(4) - len).min(c.reported()))
        })?;
    }
    Ok(())
}

/// What is not known.
fn rest<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = c.reported();
    if len == 0 {
        return Ok(());
    }
    c.bytes(&DATA, len)?;
    c.label(|l| _ = l.str("Data (").dec(len as u64).str(if len == 1 { " byte)" } else { " bytes)" }));
    Ok(())
}
