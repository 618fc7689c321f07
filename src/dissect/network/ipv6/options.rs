//! The hop-by-hop and destination options headers (RFC 8200 sections 4.2, 4.3 and 4.6), and the options in them.

use super::super::ip_protocols::IP_PROTOCOLS;
use super::{follow, heading};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{experts, fields, joined, names};

static HOP_BY_HOP: Field = Field::new("ipv6.hopopts", "IPv6 Hop-by-Hop Option", Kind::Protocol);
static DESTINATION: Field = Field::new("ipv6.dstopts", "Destination Options for IPv6", Kind::Protocol);

mod hop_by_hop {
    use super::*;
    fields! {
        NEXT = "ipv6.hopopts.nxt", "Next Header", U8 names(IP_PROTOCOLS);
        LEN = "ipv6.hopopts.len", "Length", U8;
        LEN_BYTES = "ipv6.hopopts.len_oct", "Length", U16 unit(" byte", " bytes");
    }
    pub(super) static HEAD: Head = Head { next: &NEXT, len: &LEN, len_bytes: &LEN_BYTES };
}

mod destination {
    use super::*;
    fields! {
        NEXT = "ipv6.dstopts.nxt", "Next Header", U8 names(IP_PROTOCOLS);
        LEN = "ipv6.dstopts.len", "Length", U8;
        LEN_BYTES = "ipv6.dstopts.len_oct", "Length", U16 unit(" byte", " bytes");
    }
    pub(super) static HEAD: Head = Head { next: &NEXT, len: &LEN, len_bytes: &LEN_BYTES };
}

fields! {
    OPTION = "ipv6.opt", "IPv6 Option", None;
    TYPE = "ipv6.opt.type", "Type", U8 hex names(TYPES);
    TYPE_ACTION = "ipv6.opt.type.action", "Action", U8 mask(0xc0) names(ACTIONS);
    TYPE_CHANGE = "ipv6.opt.type.change", "May Change", Bool mask(0x20) flag("Yes", "No");
    TYPE_REST = "ipv6.opt.type.rest", "Low-Order Bits", U8 hex mask(0x1f);
    LENGTH = "ipv6.opt.length", "Length", U8;
    PAD1 = "ipv6.opt.pad1", "Pad1", None;
    PADN = "ipv6.opt.padn", "PadN", Bytes or_none;
    TUNNEL_LIMIT = "ipv6.opt.tel", "Tunnel Encapsulation Limit", U8;
    ROUTER_ALERT = "ipv6.opt.router_alert", "Router Alert", U16 names(ALERTS);
    DOI = "ipv6.opt.calipso.doi", "CALIPSO Domain of Interpretation", U32;
    COMPARTMENT_LEN = "ipv6.opt.calipso.cmpt.length", "Compartment Length", U8;
    SENSITIVITY = "ipv6.opt.calipso.sens_level", "Sensitivity Level", U8;
    CALIPSO_CHECKSUM = "ipv6.opt.calipso.checksum", "Checksum", U16 hex;
    COMPARTMENTS = "ipv6.opt.calipso.cmpt_bitmap", "Compartment Bitmap", Bytes;
    SCALE_RECEIVED = "ipv6.opt.pdm.scale_dtlr", "Scale DTLR", U8;
    SCALE_SENT = "ipv6.opt.pdm.scale_dtls", "Scale DTLS", U8;
    PSN_THIS = "ipv6.opt.pdm.psn_this_pkt", "PSN This Packet", U16;
    PSN_LAST = "ipv6.opt.pdm.psn_last_recv", "PSN Last Received", U16;
    DELTA_RECEIVED = "ipv6.opt.pdm.delta_last_recv", "Delta Time Last Received", U16;
    DELTA_SENT = "ipv6.opt.pdm.delta_last_sent", "Delta Time Last Sent", U16;
    PMTU_MIN = "ipv6.opt.pmtu.min", "Minimum Reported PMTU", U16;
    PMTU_RETURN = "ipv6.opt.pmtu.rtn", "Return Minimum PMTU", U16 mask(0xfffe);
    PMTU_FLAG = "ipv6.opt.pmtu.r_flag", "Return Flag", Bool;
    RPL_FLAG = "ipv6.opt.rpl.flag", "Flag", U8 hex;
    RPL_DOWN = "ipv6.opt.rpl.flag.o", "Down", Bool mask(0x80);
    RPL_RANK_ERROR = "ipv6.opt.rpl.flag.r", "Rank Error", Bool mask(0x40);
    RPL_FORWARDING_ERROR = "ipv6.opt.rpl.flag.f", "Forwarding Error", Bool mask(0x20);
    RPL_RESERVED = "ipv6.opt.rpl.flag.rsv", "Reserved", U8 hex mask(0x1f);
    RPL_INSTANCE = "ipv6.opt.rpl.instance_id", "RPLInstanceID", U8 hex;
    RPL_RANK = "ipv6.opt.rpl.sender_rank", "Sender Rank", U16 hex;
    NONCE = "ipv6.opt.ilnp_nonce", "ILNP Nonce", Bytes;
    LINE_LEN = "ipv6.opt.lio.length", "LineIDLen", U8;
    LINE_ID = "ipv6.opt.lio.line_id", "Line ID", Str;
    JUMBO = "ipv6.opt.jumbo", "Payload Length", U32;
    HOME_ADDRESS = "ipv6.opt.mipv6.home_address", "MIPv6 Home Address", Ipv6;
    EXPERIMENTAL = "ipv6.opt.experimental", "Experimental Option", Bytes;
    UNKNOWN = "ipv6.opt.unknown", "Unknown Option Payload", Bytes;
}

names! {
    TYPES {
        0 = "Pad1",
        1 = "PadN",
        4 = "Tunnel Encapsulation Limit",
        5 = "Router Alert",
        7 = "CALIPSO",
        8 = "SMF_DPD",
        15 = "Performance and Diagnostic Metrics",
        30 = "Experimental (0x1E)",
        38 = "Quick-Start",
        48 = "Path MTU Option",
        49 = "IOAM Option",
        62 = "Experimental (0x3E)",
        65 = "Tunnel Payload Forwarding (TPF) Information",
        94 = "Experimental (0x5E)",
        99 = "RPL Option",
        109 = "MPL Option",
        126 = "Experimental (0x7E)",
        138 = "Endpoint Identification",
        139 = "ILNP Nonce",
        140 = "Line-Identification Option",
        158 = "Experimental (0x9E)",
        190 = "Experimental (0xBE)",
        194 = "Jumbo Payload",
        201 = "Home Address",
        222 = "Experimental (0xDE)",
        238 = "IP_DFF",
        254 = "Experimental (0xFE)",
    }
    ACTIONS {
        0 = "Skip and continue",
        1 = "Discard",
        2 = "Discard and send ICMP Parameter Problem",
        3 = "Discard and send ICMP if not multicast",
    }
    ALERTS { 0 = "MLD", 1 = "RSVP", 2 = "Active Network" }
}

experts! {
    BAD_LENGTH = "ipv6.opt.invalid_len", "Invalid IPv6 option length", Error, Malformed;
    UNKNOWN_DATA = "ipv6.opt.unknown_data.expert", "Unknown Data (not interpreted)", Note, Undecoded;
}

/// The types of options that the code below asks for by name.
mod kind {
    pub(super) const PAD1: u8 = 0;
    pub(super) const PADN: u8 = 1;
    pub(super) const TUNNEL_LIMIT: u8 = 4;
    pub(super) const ROUTER_ALERT: u8 = 5;
    pub(super) const CALIPSO: u8 = 7;
    pub(super) const METRICS: u8 = 15;
    pub(super) const PATH_MTU: u8 = 48;
    pub(super) const RPL: u8 = 99;
    pub(super) const NONCE: u8 = 139;
    pub(super) const LINE: u8 = 140;
    pub(super) const JUMBO: u8 = 194;
    pub(super) const HOME_ADDRESS: u8 = 201;
}

/// The fields in front of the options, which each of the two headers has of its own.
struct Head {
    next: &'static Field,
    len: &'static Field,
    len_bytes: &'static Field,
}

/// The hop-by-hop options header.
pub struct HopByHop;

impl Protocol for HopByHop {
    const LAYER: &'static Field = &HOP_BY_HOP;
    const NAME: &'static str = "IPv6 Hop-by-Hop";
    const FIELDS: &'static [&'static Field] = joined!(hop_by_hop::FIELDS, FIELDS);
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(0)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        header(c, "IPv6 hop-by-hop options", &hop_by_hop::HEAD)
    }
}

/// The destination options header.
pub struct Destination;

impl Protocol for Destination {
    const LAYER: &'static Field = &DESTINATION;
    const NAME: &'static str = "IPv6 Destination";
    const FIELDS: &'static [&'static Field] = destination::FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(60)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        header(c, "IPv6 destination options", &destination::HEAD)
    }
}

fn header<S: Sink>(c: &mut Cursor<'_, S>, words: &str, head: &Head) -> Result<(), Stop> {
    heading(c, words);
    let start = c.pos();
    let next = c.u8(head.next)?;
    let len = (usize::from(c.u8(head.len)?) + 1) * 8;
    c.generated(head.len_bytes, len as u64);
    // An option may claim bytes behind the header; it is believed as long as the packet has them.
    while c.pos() < start + len {
        option(c)?;
    }
    c.seek(start + len);
    c.layer_ends();
    follow(c, next)
}

/// The payload length that a jumbo option says, in the hop-by-hop header `bytes` starts with (RFC 2675 section 2).
pub(super) fn jumbo_length(bytes: &[u8]) -> Option<usize> {
    let len = (usize::from(*bytes.get(1)?) + 1) * 8;
    let mut options = bytes.get(2..len).or_else(|| bytes.get(2..))?;
    loop {
        options = match *options {
            [kind::JUMBO, 4, a, b, c, d, ..] => {
                let len = u32::from_be_bytes([a, b, c, d]) as usize;
                return (len > 0xffff).then_some(len);
            }
            [kind::PAD1, ref rest @ ..] => rest,
            [_, len, ref rest @ ..] => rest.get(usize::from(len)..)?,
            _ => return None,
        };
    }
}

fn option<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.group(&OPTION, |c| {
        let kind = c.u8(&TYPE)?;
        match TYPE.name(kind.into()) {
            _ if !S::DETAIL => {}
            Some(name) => c.label_at(c.mark().wrapping_sub(2), |l| _ = l.str(name)),
            None => c.label_at(c.mark().wrapping_sub(2), |l| _ = l.str("Unknown IPv6 Option (").dec(kind).byte(b')')),
        }
        if kind == kind::PAD1 {
            c.put(&PAD1, c.pos(), c.pos(), 0);
            return Ok(());
        }
        c.below(|c| {
            for field in [&TYPE_ACTION, &TYPE_CHANGE, &TYPE_REST] {
                c.bits::<1>(field, kind.into());
            }
        });
        let len = c.u8(&LENGTH)?;
        let end = c.pos() + usize::from(len);
        if fixed_length(kind).is_some_and(|fixed| fixed != len) {
            c.below(|c| c.expert(&BAD_LENGTH));
            let name = match kind {
                kind::ROUTER_ALERT => "Router alert",
                kind::PATH_MTU => "PMTU Option",
                _ => TYPE.name(kind.into()).unwrap_or_default(),
            };
            c.label(|l| _ = l.str(name).str(": Invalid Length (").dec(len).str(" bytes)"));
        }
        body(c, kind, len)?;
        c.need(end.saturating_sub(c.pos()))?;
        c.seek(end);
        Ok(())
    })
}

/// The length that an option of this type has.
fn fixed_length(kind: u8) -> Option<u8> {
    Some(match kind {
        kind::TUNNEL_LIMIT => 1,
        kind::ROUTER_ALERT => 2,
        kind::JUMBO | kind::PATH_MTU | kind::RPL => 4,
        kind::METRICS => 10,
        kind::HOME_ADDRESS => 16,
        _ => return None,
    })
}

/// What an option of `len` bytes says.
fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, len: u8) -> Result<(), Stop> {
    match kind {
        kind::PADN => {
            c.bytes(&PADN, len.into())?;
        }
        kind::TUNNEL_LIMIT => _ = c.u8(&TUNNEL_LIMIT)?,
        kind::ROUTER_ALERT => _ = c.u16(&ROUTER_ALERT)?,
        kind::CALIPSO => {
            // RFC 5570 section 5.
            c.u32(&DOI)?;
            c.u8(&COMPARTMENT_LEN)?;
            c.u8(&SENSITIVITY)?;
            c.u16(&CALIPSO_CHECKSUM)?;
            c.bytes(&COMPARTMENTS, usize::from(len).checked_sub(8).ok_or(Stop::Malformed)?)?;
        }
        kind::METRICS => {
            c.u8(&SCALE_RECEIVED)?;
            c.u8(&SCALE_SENT)?;
            for field in [&PSN_THIS, &PSN_LAST, &DELTA_RECEIVED, &DELTA_SENT] {
                c.u16(field)?;
            }
        }
        kind::PATH_MTU => {
            c.u16(&PMTU_MIN)?;
            let word = c.be::<2>(&PMTU_RETURN)?;
            c.label(|l| _ = l.str("Return Minimum PMTU: ").dec(word & 0xfffe));
            c.put(&PMTU_FLAG, c.pos().saturating_sub(1), c.pos(), word & 1);
        }
        kind::RPL => rpl(c)?,
        kind::NONCE => _ = c.bytes(&NONCE, len.into())?,
        kind::LINE => {
            let len = c.u8(&LINE_LEN)?;
            c.bytes(&LINE_ID, len.into())?;
        }
        kind::JUMBO => _ = c.u32(&JUMBO)?,
        kind::HOME_ADDRESS => {
            // Whoever sends is away from home: this is who it is (RFC 6275 section 6.3).
            let address = c.fixed::<16>(&HOME_ADDRESS)?;
            c.row().src = Address::Ipv6(address);
        }
        30 | 62 | 94 | 126 | 158 | 190 | 222 | 254 => _ = c.bytes(&EXPERIMENTAL, len.into())?,
        _ => {
            c.bytes(&UNKNOWN, len.into())?;
            c.below(|c| c.expert(&UNKNOWN_DATA));
        }
    }
    Ok(())
}

fn rpl<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = c.u8(&RPL_FLAG)?;
    c.append(|l| {
        for (bit, name) in [(0x80, ", Down"), (0x40, ", Rank Error"), (0x20, ", Forwarding Error")] {
            if flags & bit != 0 {
                l.str(name);
            }
        }
    });
    c.below(|c| {
        for field in [&RPL_DOWN, &RPL_RANK_ERROR, &RPL_FORWARDING_ERROR, &RPL_RESERVED] {
            c.bits::<1>(field, flags.into());
        }
    });
    c.u8(&RPL_INSTANCE)?;
    c.u16(&RPL_RANK)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::jumbo_length;

    #[test]
    fn a_jumbo_option_says_the_length_if_it_is_beyond_16_bits() {
        assert_eq!(jumbo_length(&[17, 0, 0xc2, 4, 0, 1, 0x11, 0x70]), Some(70_000));
        assert_eq!(jumbo_length(&[17, 0, 0xc2, 4, 0, 0, 0xff, 0xff]), None);
        assert_eq!(jumbo_length(&[17, 1, 1, 2, 0, 0, 0, 0xc2, 4, 0, 1, 0, 0, 0, 0, 0]), Some(65_536));
        assert_eq!(jumbo_length(&[17, 0, 1, 4, 0, 0, 0, 0]), None);
        assert_eq!(jumbo_length(&[17, 0, 1, 200, 0, 0, 0, 0]), None);
        assert_eq!(jumbo_length(&[17]), None);
    }
}
