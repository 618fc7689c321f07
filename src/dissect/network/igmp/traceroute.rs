//! Multicast traceroute (draft-ietf-idmr-traceroute-ipm), whose messages are of two types of IGMP.

use super::{CHECKSUM_FIELDS, GROUP, TYPE};
use crate::dissect::checksum::Sum;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    HOPS = "igmp.mtrace.max_hops", "# hops", U8;
    SOURCE = "igmp.mtrace.saddr", "Source Address", Ipv4;
    RECEIVER = "igmp.mtrace.raddr", "Receiver Address", Ipv4;
    RESPONSE = "igmp.mtrace.rspaddr", "Response Address", Ipv4;
    RESPONSE_TTL = "igmp.mtrace.resp_ttl", "Response TTL", U8;
    QUERY_ID = "igmp.mtrace.q_id", "Query ID", U24;
    BLOCK = "", "Response data block", None;
    ARRIVAL = "igmp.mtrace.q_arrival", "Query Arrival", U32;
    INCOMING = "igmp.mtrace.q_inaddr", "In itf addr", Ipv4;
    OUTGOING = "igmp.mtrace.q_outaddr", "Out itf addr", Ipv4;
    PREVIOUS = "igmp.mtrace.q_prevrtr", "Previous rtr addr", Ipv4;
    PACKETS_IN = "igmp.mtrace.q_inpkt", "In pkts", U32;
    PACKETS_OUT = "igmp.mtrace.q_outpkt", "Out pkts", U32;
    PACKETS_TOTAL = "igmp.mtrace.q_total", "S,G pkt count", U32;
    PROTOCOL = "igmp.mtrace.q_rtg_proto", "Rtg Protocol", U8 names(PROTOCOLS);
    FORWARD_TTL = "igmp.mtrace.q_fwd_ttl", "FwdTTL", U8;
    ZERO = "igmp.mtrace.q_mbz", "MBZ", U8 hex mask(0x80);
    STATISTICS = "igmp.mtrace.q_s", "S", U8 hex mask(0x40);
    SOURCE_MASK = "igmp.mtrace.q_src_mask", "Src Mask", U8 hex mask(0x3f);
    CODE = "igmp.mtrace.q_fwd_code", "Forwarding Code", U8 hex names(CODES);
}

names! {
    PROTOCOLS {
        1 = "DVMRP", 2 = "MOSPF", 3 = "PIM", 4 = "CBT", 5 = "PIM using special routing table",
        6 = "PIM using a static route", 7 = "DVMRP using a static route", 8 = "PIM using MBGP (aka BGP4+) route",
        9 = "CBT using special routing table", 10 = "CBT using a static route",
        11 = "PIM using state created by Assert processing",
    }
    CODES {
        0x00 = "NO_ERROR", 0x01 = "WRONG_IF", 0x02 = "PRUNE_SENT", 0x03 = "PRUNE_RCVD", 0x04 = "SCOPED",
        0x05 = "NO_ROUTE", 0x06 = "WRONG_LAST_HOP", 0x07 = "NOT_FORWARDING", 0x08 = "REACHED_RP", 0x09 = "RPF_IF",
        0x0a = "NO_MULTICAST", 0x0b = "INFO_HIDDEN", 0x81 = "NO_SPACE", 0x82 = "OLD_ROUTER", 0x83 = "ADMIN_PROHIB",
    }
}

/// Bytes of a query, with which requests and responses begin.
const QUERY_LEN: usize = 24;
/// Bytes of what each router adds.
const BLOCK_LEN: usize = 32;

/// Takes the message apart; `response` says which of the two types it is of.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, response: bool) -> Result<(), Stop> {
    let (start, end) = (c.pos(), c.limit());
    let added = c.reported().saturating_sub(QUERY_LEN);
    let name = if response {
        "Traceroute Response"
    } else if added == 0 {
        "Traceroute Query"
    } else {
        "Traceroute Request"
    };
    c.protocol("IGMP");
    c.claim().str(name);
    if response {
        let blocks = (added / BLOCK_LEN) as u64;
        c.info().str(", ").dec(blocks).str(if blocks == 1 { " block" } else { " blocks" });
    }
    let kind = c.u8(&TYPE)?;
    c.label(|l| _ = l.str("Type: ").str(name).str(" (0x").hex(kind, 2).byte(b')'));
    c.u8(&HOPS)?;
    super::checksum::read(c, &CHECKSUM_FIELDS, (start, end), Sum::default())?;
    c.read_all(&[(&GROUP, 4), (&SOURCE, 4), (&RECEIVER, 4), (&RESPONSE, 4), (&RESPONSE_TTL, 1), (&QUERY_ID, 3)])?;
    while c.reported() >= BLOCK_LEN {
        block(c)?;
    }
    Ok(())
}

/// What one router says of the way.
fn block<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mark = c.mark();
    c.group(&BLOCK, |c| {
        c.u32(&ARRIVAL)?;
        let incoming = c.fixed::<4>(&INCOMING)?;
        let outgoing = c.fixed::<4>(&OUTGOING)?;
        c.read_all(&[(&PREVIOUS, 4), (&PACKETS_IN, 4), (&PACKETS_OUT, 4), (&PACKETS_TOTAL, 4)])?;
        let protocol = c.u8(&PROTOCOL)?;
        c.u8(&FORWARD_TTL)?;
        let flags = c.be::<1>(&ZERO)?;
        c.bits::<1>(&STATISTICS, flags);
        c.bits::<1>(&SOURCE_MASK, flags);
        let code = c.u8(&CODE)?;
        c.label(|l| {
            _ = l
                .str("Forwarding Code: ")
                .str(CODE.name(code.into()).unwrap_or("Unknown"))
                .str(" (0x")
                .hex(code, 2)
                .byte(b')');
        });
        c.label_at(mark, |l| {
            l.str("Response data block: ").ipv4(&incoming).str(" -> ").ipv4(&outgoing).str(",  Proto: ");
            l.str(PROTOCOL.name(protocol.into()).unwrap_or("Unknown")).str(",  Forwarding Code: ");
            l.str(CODE.name(code.into()).unwrap_or("Unknown"));
        });
        Ok(())
    })
}
