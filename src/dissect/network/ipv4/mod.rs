//! IPv4 (RFC 791).

mod options;

use super::dsfield::{self, CODEPOINTS, CONGESTION};
use super::ip_protocols::{self, IP_PROTOCOLS};
use super::ipv6::Ipv6;
use super::{IpHeader, fragments};
use crate::dissect::checksum::{self, Report, Sum};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::{experts, fields, joined, names};

static LAYER: Field = Field::new("ip", "Internet Protocol Version 4", Kind::Protocol);

fields! {
    VERSION = "ip.version", "Version", U8 mask(0xf0) times(1);
    HEADER_LEN = "ip.hdr_len", "Header Length", U8 mask(0x0f) times(4) custom(write_header_len);
    DSFIELD = "ip.dsfield", "Differentiated Services Field", U8 hex;
    DSCP = "ip.dsfield.dscp", "Differentiated Services Codepoint", U8 mask(0xfc) names(CODEPOINTS);
    ECN = "ip.dsfield.ecn", "Explicit Congestion Notification", U8 mask(0x03) names(CONGESTION);
    LEN = "ip.len", "Total Length", U16;
    ID = "ip.id", "Identification", U16 hex_dec;
    FLAGS = "ip.flags", "Flags", U8 mask(0xe0) hex;
    RESERVED = "ip.flags.rb", "Reserved bit", Bool mask(0x80) set;
    DONT_FRAGMENT = "ip.flags.df", "Don't fragment", Bool mask(0x40) set;
    MORE_FRAGMENTS = "ip.flags.mf", "More fragments", Bool mask(0x20) set;
    OFFSET = "ip.frag_offset", "Fragment Offset", U16 mask(0x1fff) custom(write_offset);
    TTL = "ip.ttl", "Time to Live", U8;
    PROTO = "ip.proto", "Protocol", U8 names(IP_PROTOCOLS);
    CHECKSUM = "ip.checksum", "Header Checksum", U16 hex;
    CHECKSUM_CALCULATED = "ip.checksum_calculated", "Calculated Checksum", U16 hex;
    CHECKSUM_STATUS = "ip.checksum.status", "Header checksum status", U8 names(CHECKSUM_STATUSES) bare;
    SRC = "ip.src", "Source Address", Ipv4;
    DST = "ip.dst", "Destination Address", Ipv4;
    CURRENT_ROUTE = "ip.cur_rt", "Current Route", Ipv4;
    ADDR = "ip.addr", "Source or Destination Address", Ipv4;
    SRC_HOST = "ip.src_host", "Source Host", Str address;
    DST_HOST = "ip.dst_host", "Destination Host", Str address;
    HOST = "ip.host", "Source or Destination Host", Str address;
    FRAGMENTS_FIELD = "ip.fragments", "IPv4 Fragments", Bytes;
    FRAGMENT = "ip.fragment", "IPv4 Fragment", FrameNum;
    FRAGMENT_OVERLAP = "ip.fragment.overlap", "Fragment overlap", Bool;
    FRAGMENT_CONFLICT = "ip.fragment.overlap.conflict", "Conflicting data in fragment overlap", Bool;
    FRAGMENT_COUNT = "ip.fragment.count", "Fragment count", U32;
    REASSEMBLED_LENGTH = "ip.reassembled.length", "Reassembled IPv4 length", U32;
    REASSEMBLED_DATA = "ip.reassembled.data", "Reassembled IPv4 data", Bytes;
}

names! {
    CHECKSUM_STATUSES { 0 = "Bad", 1 = "Good", 2 = "Unverified", 3 = "Not present" }
}

experts! {
    CHECKSUM_BAD = "ip.checksum_bad.expert", "Bad checksum", Error, Checksum;
    BOGUS_VERSION = "ip.bogus_ip_version", "Bogus IPv4 version", Error, Protocol;
    BOGUS_HEADER_LENGTH = "ip.bogus_header_length", "Bogus IP header length", Error, Protocol;
    TTL_LOCAL = "ip.ttl.lncb", "Time To Live", Note, Sequence;
    TTL_SMALL = "ip.ttl.too_small", "Time To Live", Note, Sequence;
    BOGUS_LENGTH = "ip.bogus_ip_length", "Bogus IP length", Error, Protocol;
}

static FRAGMENTS: fragments::Fields = fragments::Fields {
    title: "Reassembled IPv4",
    name: " IPv4 Fragments",
    fragments: &FRAGMENTS_FIELD,
    fragment: &FRAGMENT,
    overlap: &FRAGMENT_OVERLAP,
    conflict: &FRAGMENT_CONFLICT,
    count: &FRAGMENT_COUNT,
    length: &REASSEMBLED_LENGTH,
    data: &REASSEMBLED_DATA,
};

fn write_header_len(words: u64, line: &mut Line) {
    line.dec(words * 4).str(" bytes (").dec(words).byte(b')');
}
fn write_offset(units: u64, line: &mut Line) {
    line.dec(units * 8);
}

/// Bytes of a header without options.
const LEAST_HEADER: usize = 20;
/// The flag that says that more fragments follow, in the byte before the fragment offset's last.
const MORE: u64 = 0x20;

/// IPv4.
pub struct Ipv4;

impl Protocol for Ipv4 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv4";
    const FIELDS: &'static [&'static Field] = joined!(FIELDS, options::FIELDS);
    const EXPERTS: &'static [&'static Field] = joined!(EXPERTS, options::EXPERTS);
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[Key::Ether(0x0800)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPv4");
        c.claim();
        let start = c.pos();
        if let Some(first) = c.peek_u8(0).filter(|first| first >> 4 == 6) {
            c.put(&VERSION, start, start + 1, first.into());
            c.below(|c| c.expert(&BOGUS_VERSION));
            return c.lend(Cursor::call::<Ipv6>).map(|_| ());
        }
        let first = c.be::<1>(&VERSION)?;
        if first >> 4 != 4 {
            c.below(|c| c.expert(&BOGUS_VERSION));
            c.info().str("Bogus IPv4 version (").dec(first >> 4).str(", must be 4)");
            return Ok(());
        }
        let header_len = c.bits::<1>(&HEADER_LEN, first) as usize * 4;
        if header_len < LEAST_HEADER {
            let words = |l: &mut Line| {
                _ = l.str("Bogus IP header length (").dec(header_len as u64).str(", must be at least 20)");
            };
            remark(c, &BOGUS_HEADER_LENGTH, words);
            words(c.info());
            return Ok(());
        }
        dsfield(c)?;
        let Some(len) = total_length(c, start, header_len)? else { return Ok(()) };
        let fragment = identification(c)?;
        let ttl = time_to_live(c)?;
        let protocol = c.u8(&PROTO)?;
        addresses(c, header_len)?;
        c.tap(Layers::IPV4, (protocol.into(), 0), 0);
        c.layer_ends();
        c.worker.state.ip = IpHeader { version: 4, ttl: Some(ttl), protocol, fragment: false, branch: false };
        let read = c.pos();
        c.seek(start);
        let complete = len <= c.reported() && c.remaining() >= len;
        c.trim(len);
        c.seek(read);
        c.lend(|c| data(c, protocol, fragment, complete))
    }
}

/// Records a remark on the item before, in words of its own.
fn remark<S: Sink>(c: &mut Cursor<'_, S>, remark: &'static Field, words: impl FnOnce(&mut Line)) {
    c.below(|c| c.expert(remark));
    c.label(words);
}

fn dsfield<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let field = c.u8(&DSFIELD)?;
    c.append(|l| dsfield::write_summary(field, l));
    c.below(|c| {
        c.bits::<1>(&DSCP, field.into());
        c.bits::<1>(&ECN, field.into());
    });
    Ok(())
}

/// Reads the total length, which is 0 where the sender's network card would have filled it in; `None` where it is
/// less than the header's.
fn total_length<S: Sink>(c: &mut Cursor<'_, S>, start: usize, header_len: usize) -> Result<Option<usize>, Stop> {
    let len = usize::from(c.u16(&LEN)?);
    let there = c.limit().saturating_sub(start);
    if len == 0 {
        c.label(|l| {
            l.str("Total Length: ").dec(there as u64);
            l.str(" bytes (reported as 0, presumed to be because of \"TCP segmentation offload\" (TSO))");
        });
        c.change_last(|item| (item.generated, item.num) = (true, there as u64));
        return Ok(Some(there));
    }
    if len < header_len {
        c.label(|l| {
            _ = l
                .str("Total Length: ")
                .dec(len as u64)
                .str(" bytes (bogus, less than header length ")
                .dec(header_len as u64)
                .byte(b')');
        });
        c.below(|c| c.expert(&BOGUS_LENGTH));
        c.info()
            .str("Bogus IP length (")
            .dec(len as u64)
            .str(", less than header length ")
            .dec(header_len as u64)
            .byte(b')');
        return Ok(None);
    }
    // What another packet quotes is seldom quoted whole, and has been on its way.
    if len > there && !c.worker.quoted {
        remark(c, &BOGUS_LENGTH, |l| {
            _ = l.str("IPv4 total length exceeds packet length (").dec(there as u64).str(" bytes)");
        });
    }
    Ok(Some(len))
}

/// What the header says of fragmentation.
#[derive(Clone, Copy)]
struct Fragment {
    id: u16,
    /// In bytes.
    offset: usize,
    more: bool,
}

fn identification<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Fragment, Stop> {
    let id = c.u16(&ID)?;
    let flags = u64::from(c.peek_u8(0).ok_or_else(|| c.short(2))?);
    c.put(&FLAGS, c.pos(), c.pos() + 1, flags);
    c.append(|l| {
        for (bit, name) in [(0x80, ", Reserved bit"), (0x40, ", Don't fragment"), (MORE, ", More fragments")] {
            if flags & bit != 0 {
                l.str(name);
            }
        }
    });
    c.below(|c| {
        for field in [&RESERVED, &DONT_FRAGMENT, &MORE_FRAGMENTS] {
            c.put(field, c.pos(), c.pos() + 1, flags);
        }
    });
    let offset = OFFSET.cut(c.be::<2>(&OFFSET)?) as usize * 8;
    Ok(Fragment { id, offset, more: flags & MORE != 0 })
}

/// Reads the time to live, which control packets among neighbours have to have whole, or none of to spare.
fn time_to_live<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u8, Stop> {
    let ttl = c.u8(&TTL)?;
    const IGMP: u8 = 2;
    const OSPF: u8 = 89;
    const PIM: u8 = 103;
    let protocol = c.peek_u8(0).unwrap_or_default();
    // The destination address is 7 bytes ahead.
    let expected = match c.peek::<4>(7) {
        None => return Ok(ttl),
        Some([224, 0, 0, _]) if protocol == IGMP => Some(1),
        Some([224, 0, 0, 252]) => return Ok(ttl),
        Some([224, 0, 0, 18 | 102 | 251]) => Some(255),
        Some([224, 0, 0, _]) => Some(1),
        Some([224..=239, ..]) => return Ok(ttl),
        // Routers speak so to their neighbours.
        Some(_) if matches!(protocol, OSPF | PIM) => return Ok(ttl),
        Some(_) => None,
    };
    match expected {
        Some(expected) if ttl != expected => remark(c, &TTL_LOCAL, |l| {
            l.str("\"Time To Live\" != ").dec(expected as u64);
            l.str(" for a packet sent to the Local Network Control Block (see RFC 3171)");
        }),
        None if ttl < 5 => remark(c, &TTL_SMALL, |l| _ = l.str("\"Time To Live\" only ").dec(ttl)),
        _ => {}
    }
    Ok(ttl)
}

/// Reads the rest of the header: checksum, addresses, and options, one of which may say that the packet has farther
/// to go than its destination address.
fn addresses<S: Sink>(c: &mut Cursor<'_, S>, header_len: usize) -> Result<(), Stop> {
    checksum(c, header_len)?;
    let src = c.fixed::<4>(&SRC)?;
    let end = c.pos();
    for field in [&ADDR, &SRC_HOST, &HOST] {
        c.hidden(field, end - 4, end, 0);
    }
    c.row().src = Address::Ipv4(src);
    let options_len = header_len - LEAST_HEADER;
    c.need(4)?;
    let Ok(route) = options::last_of_route(c.rest().get(4..).unwrap_or_default(), options_len) else {
        return Err(c.short(4 + options_len));
    };
    let via = c.fixed::<4>(if route.is_some() { &CURRENT_ROUTE } else { &DST })?;
    let dst = route.unwrap_or(via);
    if route.is_none() {
        let end = c.pos();
        for field in [&ADDR, &DST_HOST, &HOST] {
            c.hidden(field, end - 4, end, 0);
        }
    }
    c.row().dst = Address::Ipv4(dst);
    c.layer_append(|l| {
        l.str(", Src: ").host4_and_number(&src).str(", Dst: ").host4_and_number(&dst);
        if route.is_some() {
            l.str(", Via: ").host4_and_number(&via);
        }
    });
    if options_len > 0 {
        // Options that are not all here are not looked at.
        c.need(options_len)?;
        c.within(options_len, options::dissect)?;
    }
    Ok(())
}

/// What is said of a checksum that was verified.
static REPORT: Report = Report {
    status: &CHECKSUM_STATUS,
    calculated: Some(&CHECKSUM_CALCULATED),
    bad: &CHECKSUM_BAD,
    excuse: "(may be caused by \"IP checksum offload\"?)",
    below: false,
};

/// Bytes of a header before its checksum.
const BEFORE_CHECKSUM: usize = 10;

/// Reads the checksum, which tshark does not verify of itself.
fn checksum<S: Sink>(c: &mut Cursor<'_, S>, header_len: usize) -> Result<(), Stop> {
    let start = c.pos().saturating_sub(BEFORE_CHECKSUM);
    let found = c.u16(&CHECKSUM)?;
    if !c.worker.preferences.ipv4_checksum {
        c.append(|l| _ = l.str(" [validation disabled]"));
        c.generated(&CHECKSUM_STATUS, 2);
    } else if let Some(header) = c.whole().get(start..start.saturating_add(header_len)) {
        checksum::report(c, found, Sum::default().and(header).wanted(found), &REPORT);
    } else {
        c.append(|l| _ = l.str(" [not all data available]"));
        c.generated(&CHECKSUM_STATUS, 2);
    }
    Ok(())
}

/// Hands the payload on: whole, or once all its fragments are here, if this one is `complete`.
fn data<S: Sink>(c: &mut Cursor<'_, S>, protocol: u8, fragment: Fragment, complete: bool) -> Result<(), Stop> {
    let Fragment { id, offset, more } = fragment;
    let complete = complete && c.worker.preferences.ipv4_defragment;
    if (more || offset > 0) && c.reported() > 0 && complete {
        let place = fragments::Place { id: id.into(), protocol, offset, more };
        if fragments::add(c, place, &FRAGMENTS, |c| payload(c, protocol))? {
            return Ok(());
        }
    } else if offset == 0 {
        c.worker.state.ip.fragment = more;
        c.row().fragmented |= more;
        return payload(c, protocol);
    }
    let name = ip_protocols::name(protocol);
    c.claim().str("Fragmented IP protocol (proto=").str(name).byte(b' ').dec(protocol);
    c.info().str(", off=").dec(offset as u64).str(", ID=").hex(id, 4).byte(b')');
    c.data();
    Ok(())
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>, protocol: u8) -> Result<(), Stop> {
    if c.reported() == 0 {
        return Ok(());
    }
    if !super::payload(c, protocol)? {
        c.claim().str(ip_protocols::name(protocol)).str(" (").dec(protocol).byte(b')');
        c.data();
    }
    Ok(())
}
