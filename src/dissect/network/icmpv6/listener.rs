//! Multicast listener discovery, versions 1 (RFC 2710) and 2 (RFC 3810).

use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    RESPONSE_DELAY = "icmpv6.mld.maximum_response_delay", "Maximum Response Delay [ms]", U16;
    RESPONSE_CODE = "icmpv6.mld.maximum_response_code", "Maximum Response Code", U16;
    RESERVED = "icmpv6.reserved", "Reserved", Bytes;
    GROUP = "icmpv6.mld.multicast_address", "Multicast Address", Ipv6;
    FLAGS = "icmpv6.mld.flag", "Flags", U8 hex;
    FLAG_S = "icmpv6.mld.flag.s", "Suppress Router-Side Processing", Bool mask(0x08);
    ROBUSTNESS = "icmpv6.mld.flag.qrv", "QRV (Querier's Robustness Variable)", U8 mask(0x07);
    FLAGS_RESERVED = "icmpv6.mld.flag.reserved", "Reserved", U8 mask(0xf0);
    INTERVAL = "icmpv6.mld.qqi", "QQIC (Querier's Query Interval Code)", U8;
    SOURCES = "icmpv6.mld.nb_sources", "Number of Sources", U16;
    SOURCE = "icmpv6.mld.source_address", "Source Address", Ipv6;
    RECORDS = "icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records", U16;
    RECORD = "icmpv6.mldr.mar", "Multicast Address Record", None;
    RECORD_TYPE = "icmpv6.mldr.mar.record_type", "Record Type", U8 names(RECORD_TYPES);
    RECORD_AUXILIARY_LEN = "icmpv6.mldr.mar.aux_data_len", "Aux Data Len", U8;
    RECORD_SOURCES = "icmpv6.mldr.mar.nb_sources", "Number of Sources", U16;
    RECORD_GROUP = "icmpv6.mldr.mar.multicast_address", "Multicast Address", Ipv6;
    RECORD_SOURCE = "icmpv6.mldr.mar.source_address", "Source Address", Ipv6;
    RECORD_AUXILIARY = "icmpv6.mldr.mar.auxiliary_data", "Auxiliary Data", Bytes;
}

names! {
    RECORD_TYPES {
        1 = "Include",
        2 = "Exclude",
        3 = "Changed to include",
        4 = "Changed to exclude",
        5 = "Allow new sources",
        6 = "Block old sources",
    }
}

/// The message type of queries, the only ones that version 2 has made longer.
const QUERY: u8 = 130;
/// Bytes behind the checksum that a query of version 2 has at least.
const QUERY_2_LEN: usize = 24;

/// Queries of either version, reports and dones of version 1.
pub(super) fn version_1<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let version_2 = kind == QUERY && c.remaining() >= QUERY_2_LEN;
    let first = if version_2 { &RESPONSE_CODE } else { &RESPONSE_DELAY };
    c.read_all(&[(first, 2), (&RESERVED, 2), (&GROUP, 16)])?;
    if !version_2 {
        return Ok(());
    }
    let flags = c.be::<1>(&FLAGS)?;
    c.below(|c| {
        for field in [&FLAG_S, &ROBUSTNESS, &FLAGS_RESERVED] {
            c.bits::<1>(field, flags);
        }
    });
    c.u8(&INTERVAL)?;
    for _ in 0..c.u16(&SOURCES)? {
        c.fixed::<16>(&SOURCE)?;
    }
    Ok(())
}

/// Reports of version 2.
pub(super) fn report_2<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.bytes(&RESERVED, 2)?;
    for _ in 0..c.u16(&RECORDS)? {
        if c.reported() == 0 {
            break;
        }
        let heading = c.mark();
        c.group(&RECORD, |c| {
            let kind = c.u8(&RECORD_TYPE)?;
            let auxiliary = usize::from(c.u8(&RECORD_AUXILIARY_LEN)?) * 4;
            let sources = c.u16(&RECORD_SOURCES)?;
            let group = c.fixed::<16>(&RECORD_GROUP)?;
            c.append_at(heading, |l| {
                l.str(" ").str(RECORD_TYPE.name(kind.into()).unwrap_or("Unknown")).str(": ").ipv6(&group);
            });
            for _ in 0..sources {
                c.fixed::<16>(&RECORD_SOURCE)?;
            }
            if auxiliary > 0 {
                c.bytes(&RECORD_AUXILIARY, auxiliary)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
