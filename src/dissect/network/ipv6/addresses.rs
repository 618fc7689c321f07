//! What the addresses of an IPv6 header tell by their form: MAC and IPv4 addresses that stand in them.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    SRC_MAC = "ipv6.src_slaac_mac", "Source SLAAC MAC", Ether;
    SRC_ISATAP = "ipv6.src_isatap_ipv4", "Source ISATAP IPv4", Ipv4;
    SRC_6TO4 = "ipv6.src_6to4_gw_ipv4", "Source 6to4 Gateway IPv4", Ipv4;
    SRC_6TO4_SLA = "ipv6.src_6to4_sla_id", "Source 6to4 SLA ID", U16;
    SRC_TEREDO_SERVER = "ipv6.src_ts_ipv4", "Source Teredo Server IPv4", Ipv4;
    SRC_TEREDO_PORT = "ipv6.src_tc_port", "Source Teredo Port", U16;
    SRC_TEREDO_CLIENT = "ipv6.src_tc_ipv4", "Source Teredo Client IPv4", Ipv4;
    SRC_EMBEDDED = "ipv6.src_embed_ipv4", "Source Embedded IPv4", Ipv4;
    DST_MAC = "ipv6.dst_slaac_mac", "Destination SLAAC MAC", Ether;
    DST_ISATAP = "ipv6.dst_isatap_ipv4", "Destination ISATAP IPv4", Ipv4;
    DST_6TO4 = "ipv6.dst_6to4_gw_ipv4", "Destination 6to4 Gateway IPv4", Ipv4;
    DST_6TO4_SLA = "ipv6.dst_6to4_sla_id", "Destination 6to4 SLA ID", U16;
    DST_TEREDO_SERVER = "ipv6.dst_ts_ipv4", "Destination Teredo Server IPv4", Ipv4;
    DST_TEREDO_PORT = "ipv6.dst_tc_port", "Destination Teredo Port", U16;
    DST_TEREDO_CLIENT = "ipv6.dst_tc_ipv4", "Destination Teredo Client IPv4", Ipv4;
    DST_EMBEDDED = "ipv6.dst_embed_ipv4", "Destination Embedded IPv4", Ipv4;
    MAC = "ipv6.slaac_mac", "SLAAC MAC", Ether;
    ISATAP = "ipv6.isatap_ipv4", "ISATAP IPv4", Ipv4;
    GATEWAY_6TO4 = "ipv6.6to4_gw_ipv4", "6to4 Gateway IPv4", Ipv4;
    SLA_6TO4 = "ipv6.6to4_sla_id", "6to4 SLA ID", U16;
    TEREDO_SERVER = "ipv6.ts_ipv4", "Teredo Server IPv4", Ipv4;
    TEREDO_PORT = "ipv6.tc_port", "Teredo Port", U16;
    TEREDO_CLIENT = "ipv6.tc_ipv4", "Teredo Client IPv4", Ipv4;
    EMBEDDED_PREFIX = "ipv6.embed_ipv4_prefix", "Embedded IPv4 Prefix", Bytes;
    EMBEDDED = "ipv6.embed_ipv4", "Embedded IPv4", Ipv4;
}

/// One of the two addresses: the fields for what it tells, and where it starts.
struct Side {
    mac: &'static Field,
    isatap: &'static Field,
    gateway: &'static Field,
    sla: &'static Field,
    server: &'static Field,
    port: &'static Field,
    client: &'static Field,
    embedded: &'static Field,
    /// Bytes from the end of the header back to the address.
    back: usize,
}

static SRC: Side = Side {
    mac: &SRC_MAC,
    isatap: &SRC_ISATAP,
    gateway: &SRC_6TO4,
    sla: &SRC_6TO4_SLA,
    server: &SRC_TEREDO_SERVER,
    port: &SRC_TEREDO_PORT,
    client: &SRC_TEREDO_CLIENT,
    embedded: &SRC_EMBEDDED,
    back: 32,
};
static DST: Side = Side {
    mac: &DST_MAC,
    isatap: &DST_ISATAP,
    gateway: &DST_6TO4,
    sla: &DST_6TO4_SLA,
    server: &DST_TEREDO_SERVER,
    port: &DST_TEREDO_PORT,
    client: &DST_TEREDO_CLIENT,
    embedded: &DST_EMBEDDED,
    back: 16,
};

/// Records what both addresses tell; the cursor stands behind them.
pub(super) fn record<S: Sink>(c: &mut Cursor<'_, S>, src: &[u8; 16], dst: &[u8; 16]) {
    for (side, address) in [(&SRC, src), (&DST, dst)] {
        transition(c, side, address);
    }
    for (side, address) in [(&SRC, src), (&DST, dst)] {
        interface(c, side, address);
    }
}

impl Side {
    /// Records bytes `from..to` of the address under this side's field, and hidden under the one for both sides.
    fn part<S: Sink>(
        &self,
        c: &mut Cursor<'_, S>,
        fields: (&'static Field, &'static Field),
        (from, to): (usize, usize),
        num: u16,
        words: Option<&dyn Fn(&mut Line)>,
    ) {
        let start = c.pos().saturating_sub(self.back);
        c.generated_over(fields.0, start + from, start + to, num.into());
        if let Some(words) = words {
            c.label(|l| {
                l.str(fields.0.label).str(": ");
                words(l);
            });
        }
        c.hidden(fields.1, start + from, start + to, num.into());
    }
}

/// Addresses of the ways from IPv4 to IPv6: 6to4 (RFC 3056), Teredo (RFC 4380), embedded addresses (RFC 6052).
fn transition<S: Sink>(c: &mut Cursor<'_, S>, side: &Side, address: &[u8; 16]) {
    match *address {
        [0x20, 0x02, _, _, _, _, a, b, ..] => {
            side.part(c, (side.gateway, &GATEWAY_6TO4), (2, 6), 0, None);
            side.part(c, (side.sla, &SLA_6TO4), (6, 8), u16::from_be_bytes([a, b]), None);
        }
        [0x20, 0x01, 0, 0, _, _, _, _, _, _, p0, p1, a0, a1, a2, a3] => {
            side.part(c, (side.server, &TEREDO_SERVER), (4, 8), 0, None);
            let port = !u16::from_be_bytes([p0, p1]);
            side.part(c, (side.port, &TEREDO_PORT), (10, 12), port, None);
            let client = [!a0, !a1, !a2, !a3];
            let words = move |l: &mut Line| _ = l.ipv4(&client);
            side.part(c, (side.client, &TEREDO_CLIENT), (12, 16), 0, Some(&words));
        }
        [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ..] => {
            let start = c.pos().saturating_sub(side.back);
            c.generated_over(&EMBEDDED_PREFIX, start, start + 12, 0);
            c.generated_over(side.embedded, start + 12, start + 16, 0);
            c.generated_over(&EMBEDDED, start + 12, start + 16, 0);
        }
        _ => {}
    }
}

/// Interface identifiers made from a MAC address (RFC 4291 appendix A) or an IPv4 address (RFC 5214).
fn interface<S: Sink>(c: &mut Cursor<'_, S>, side: &Side, address: &[u8; 16]) {
    match *address {
        [_, _, _, _, _, _, _, _, a, b, d, 0xff, 0xfe, e, f, g] if a & 2 != 0 => {
            let mac = [a ^ 2, b, d, e, f, g];
            let start = c.pos().saturating_sub(side.back);
            c.generated_over(side.mac, start + 8, start + 16, 0);
            c.set_text(|l| _ = l.bytes(&mac));
            c.hidden(&MAC, start + 8, start + 16, 0);
            c.set_text(|l| _ = l.bytes(&mac));
        }
        [_, _, _, _, _, _, _, _, 0 | 2, 0, 0x5e, 0xfe, ..] => side.part(c, (side.isatap, &ISATAP), (12, 16), 0, None),
        _ => {}
    }
}
