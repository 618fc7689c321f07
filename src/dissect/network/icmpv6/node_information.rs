//! Node information queries (RFC 4620).

use super::options::labels;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    QUERY_TYPE = "icmpv6.ni.qtype", "Qtype", U16 names(QUERY_TYPES);
    FLAGS = "icmpv6.ni.flag", "Flags", U16 hex;
    FLAG_G = "icmpv6.ni.flag.g", "Global-scope addresses", Bool bits(16) mask(0x20) set;
    FLAG_S = "icmpv6.ni.flag.s", "Site-local addresses", Bool bits(16) mask(0x10) set;
    FLAG_L = "icmpv6.ni.flag.l", "Link-local addresses", Bool bits(16) mask(0x08) set;
    FLAG_C = "icmpv6.ni.flag.c", "Compression", Bool bits(16) mask(0x04) set;
    FLAG_A = "icmpv6.ni.flag.a", "Unicast Addresses", Bool bits(16) mask(0x02) flag("All unicast address", "Unicast addresses on the queried interface");
    FLAG_T = "icmpv6.ni.flag.t", "Truncated", Bool bits(16) mask(0x01) set;
    FLAGS_RESERVED = "icmpv6.ni.flag.rsv", "Reserved", U16 hex mask(0xffc0);
    NONCE = "icmpv6.ni.nonce", "Nonce", U64 hex;
    SUBJECT_IPV6 = "icmpv6.ni.query.subject_ipv6", "IPv6 subject address", Ipv6;
    SUBJECT_NAME = "icmpv6.ni.query.subject_fqdn", "FQDN subject", Str;
    SUBJECT_IPV4 = "icmpv6.ni.query.subject_ipv4", "IPv4 subject address", Ipv4;
    TTL = "icmpv6.ni.reply.node_ttl", "TTL", U32;
    NODE_NAME = "icmpv6.ni.reply.node_name", "Name Node", Str;
    NODE_ADDRESS = "icmpv6.ni.reply.node_address", "IPv6 Node address", Ipv6;
    NODE_IPV4 = "icmpv6.ni.reply.ipv4_address", "IPv4 Node address", Ipv4;
}

names! {
    QUERY_TYPES {
        0 = "NOOP",
        1 = "Supported query types (Obsolete)",
        2 = "Node Name",
        3 = "Node addresses",
        4 = "IPv4 node addresses",
    }
}

/// Reads the fields that both messages have; gives the query type.
fn head<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    let kind = c.u16(&QUERY_TYPE)?;
    let flags = c.be::<2>(&FLAGS)?;
    c.append(|l| {
        for field in [&FLAG_G, &FLAG_S, &FLAG_L, &FLAG_C, &FLAG_A, &FLAG_T].iter().filter(|f| f.cut(flags) != 0) {
            l.str(", ").str(field.label);
        }
    });
    c.below(|c| {
        for field in [&FLAG_G, &FLAG_S, &FLAG_L, &FLAG_C, &FLAG_A, &FLAG_T, &FLAGS_RESERVED] {
            c.bits::<2>(field, flags);
        }
    });
    c.u64(&NONCE)?;
    Ok(kind)
}

/// A query, whose subject is of the kind that the code says.
pub(super) fn query<S: Sink>(c: &mut Cursor<'_, S>, code: u8) -> Result<(), Stop> {
    head(c)?;
    if c.reported() > 0 {
        match code {
            0 => _ = c.fixed::<16>(&SUBJECT_IPV6)?,
            1 => labels(c, &SUBJECT_NAME)?,
            2 => _ = c.fixed::<4>(&SUBJECT_IPV4)?,
            _ => {}
        }
    }
    Ok(())
}

/// A reply, which says what the query's type asked for if the code is success.
pub(super) fn reply<S: Sink>(c: &mut Cursor<'_, S>, code: u8) -> Result<(), Stop> {
    let kind = head(c)?;
    if code != 0 {
        return Ok(());
    }
    match kind {
        2 if c.reported() > 0 => {
            c.u32(&TTL)?;
            while c.remaining() > 0 {
                labels(c, &NODE_NAME)?;
            }
        }
        3 => {
            while c.reported() > 0 {
                c.read_all(&[(&TTL, 4), (&NODE_ADDRESS, 16)])?;
            }
        }
        4 => {
            while c.reported() > 0 {
                c.read_all(&[(&TTL, 4), (&NODE_IPV4, 4)])?;
            }
        }
        _ => {}
    }
    Ok(())
}
