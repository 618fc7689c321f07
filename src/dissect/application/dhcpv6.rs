//! DHCP for IPv6 (RFC 8415).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("dhcpv6", "DHCPv6", Kind::Protocol);

fields! {
    TYPE = "dhcpv6.msgtype", "Message type", U8 names(TYPES);
    TRANSACTION = "dhcpv6.xid", "Transaction ID", U24 hex;
    HOPS = "dhcpv6.hopcount", "Hopcount", U8;
    LINK = "dhcpv6.linkaddr", "Link address", Ipv6;
    PEER = "dhcpv6.peeraddr", "Peer address", Ipv6;
    OPTION = "", "Option", None;
    OPTION_TYPE = "dhcpv6.option.type", "Option", U16 names(OPTIONS);
    OPTION_LENGTH = "dhcpv6.option.length", "Length", U16;
    OPTION_VALUE = "dhcpv6.option.value", "Value", Bytes;
    DUID = "dhcpv6.duid.bytes", "DUID", Bytes;
    IDENTITY = "dhcpv6.iaid", "IAID", Bytes;
    T1 = "dhcpv6.iaid.t1", "T1", U32;
    T2 = "dhcpv6.iaid.t2", "T2", U32;
    ADDRESS = "dhcpv6.iaaddr.ip", "IPv6 address", Ipv6;
    PREFERRED = "dhcpv6.iaaddr.pref_lifetime", "Preferred lifetime", U32;
    VALID = "dhcpv6.iaaddr.valid_lifetime", "Valid lifetime", U32;
    PREFIX_PREFERRED = "dhcpv6.iaprefix.pref_lifetime", "Preferred lifetime", U32;
    PREFIX_VALID = "dhcpv6.iaprefix.valid_lifetime", "Valid lifetime", U32;
    PREFIX_LENGTH = "dhcpv6.iaprefix.pref_len", "Prefix length", U8;
    PREFIX = "dhcpv6.iaprefix.pref_addr", "Prefix address", Ipv6;
    REQUESTED = "dhcpv6.requested_option_code", "Requested Option code", U16 names(OPTIONS);
    PREFERENCE = "dhcpv6.option_preference", "Pref-value", U8;
    ELAPSED = "dhcpv6.elapsed_time", "Elapsed time", U16;
    STATUS = "dhcpv6.status_code", "Status Code", U16 names(STATUSES);
    STATUS_MESSAGE = "dhcpv6.status_message", "Status Message", Str;
    DNS_SERVER = "dhcpv6.dns_server", " DNS server address", Ipv6;
}

names! {
    TYPES {
        1 = "Solicit", 2 = "Advertise", 3 = "Request", 4 = "Confirm", 5 = "Renew", 6 = "Rebind", 7 = "Reply",
        8 = "Release", 9 = "Decline", 10 = "Reconfigure", 11 = "Information-request", 12 = "Relay-forw",
        13 = "Relay-reply", 14 = "Leasequery", 15 = "Leasequery-reply", 16 = "Leasequery-done",
        17 = "Leasequery-data", 18 = "Reconfigure-request", 19 = "Reconfigure-reply", 20 = "DHCPv4-query",
        21 = "DHCPv4-response",
    }
    STATUSES {
        0 = "Success", 1 = "UnspecFail", 2 = "NoAddrAvail", 3 = "NoBinding", 4 = "NotOnLink", 5 = "UseMulticast",
        6 = "NoPrefixAvail",
    }
    OPTIONS {
        1 = "Client Identifier", 2 = "Server Identifier", 3 = "Identity Association for Non-temporary Address",
        4 = "Identity Association for Temporary Address", 5 = "IA Address", 6 = "Option Request", 7 = "Preference",
        8 = "Elapsed time", 9 = "Relay Message", 11 = "Authentication", 12 = "Server unicast", 13 = "Status code",
        14 = "Rapid Commit", 15 = "User Class", 16 = "Vendor Class", 17 = "Vendor-specific Information",
        18 = "Interface-Id", 19 = "Reconfigure Message", 20 = "Reconfigure Accept",
        21 = "SIP Server Domain Name List", 22 = "SIP Servers IPv6 Address List", 23 = "DNS recursive name server",
        24 = "Domain Search List", 25 = "Identity Association for Prefix Delegation", 26 = "IA Prefix",
        27 = "Network Information Server", 28 = "Network Information Server V2",
        29 = "Network Information Server Domain Name", 30 = "Network Information Server V2 Domain Name",
        31 = "Simple Network Time Protocol Server", 32 = "Lifetime", 33 = "BCMCS Server Domain",
        34 = "BCMCS Servers IPv6 Address List", 36 = "Geoconf Civic Address", 37 = "Remote Identifier",
        38 = "Subscriber Identifier", 39 = "Client Fully Qualified Domain Name", 40 = "PANA Agents IPv6 Address List",
        41 = "Time Zone", 42 = "Time Zone Database", 43 = "Echo Request Option", 44 = "Leasequery Query",
        45 = "Leasequery Client Data", 46 = "Client Last Transaction Time", 47 = "Leasequery Relay Data",
        48 = "Leasequery Client Link Address List", 49 = "Home Network Identifier FQDN",
        50 = "Visited Home Network Information", 51 = "LoST Server", 52 = "CAPWAP Access Controllers",
        53 = "Relay-ID", 54 = "MoS IPv6 Address", 55 = "MoS Domain Name List", 56 = "NTP Server",
        57 = "Access Network Domain Name", 58 = "SIP User Agent Configuration Service Domains", 59 = "Boot File URL",
        60 = "Boot File Parameters", 61 = "Client System Architecture Type",
        62 = "Client Network Interface Identifier", 63 = "Geolocation", 64 = "Dual-Stack Lite AFTR Name",
        65 = "ERP Local Domain Name", 66 = "Relay-Supplied Options", 67 = "Prefix Exclude",
        68 = "Virtual Subnet Selection", 69 = "Identified Home Network Information",
        70 = "Unrestricted Home Network Information", 71 = "Home Network Prefix", 72 = "Home Agent Address",
        73 = "Home Agent FQDN", 74 = "RDNSS Selection", 75 = "Kerberos Principal Name", 76 = "Kerberos Realm Name",
        77 = "Kerberos Default Realm Name", 78 = "Kerberos KDC", 79 = "Client Link-Layer Address",
        80 = "Link Address", 81 = "RADIUS", 82 = "SOL_MAX_RT", 83 = "INF_MAX_RT", 84 = "Address Selection",
        85 = "Address Selection table", 86 = "PCP Server", 87 = "DHCPv4 Message", 88 = "DHCP 4o6 Servers Address",
        89 = "S46 Rule", 90 = "S46 BR", 91 = "S46 DMR", 92 = "S46 IPv4/IPv6 Address Binding",
        93 = "S46 Port Parameters", 94 = "S46 MAP-E Container", 95 = "S46 MAP-T Container",
        96 = "S46 Lightweight 4over6 Container", 97 = "4rd Options", 98 = "4rd Mapping Rule",
        99 = "4rd Non-Mapping Rule", 100 = "LQ Server Base Time", 101 = "LQ Server Query Start Time",
        102 = "LQ Server Query End Time", 103 = "Captive Portal", 104 = "MPL Parameter Configuration",
        105 = "Access Technology Type", 106 = "Access Network Name", 107 = "Access Point Name",
        108 = "Access Point BSSID", 109 = "Access Network Operator ID", 110 = "Access Network Operator Realm",
        111 = "S46 Priority", 112 = "Manufacturer Usage Description", 113 = "IPv4/IPv6 Multicast Prefixes",
        114 = "Failover Binding Status", 115 = "Failover Connect Flags", 116 = "Failover DNS Removal Info",
        117 = "Failover DNS Hostname", 118 = "Failover DNS Zone Name", 119 = "Failover DNS Flags",
        120 = "Failover Expiration Time", 121 = "Failover Maximum Number Unacked BNDUPD Messages",
        122 = "Failover Maximum Client Lead Time (MCLT)", 123 = "Failover Partner Lifetime",
        124 = "Failover Partner Lifetime Sent", 125 = "Failover Partner Down Time",
        126 = "Failover Partner Raw Client Time", 127 = "Failover Protocol Version", 128 = "Failover Keepalive Time",
        129 = "Failover Reconfigure Data", 130 = "Failover Relationship Name", 131 = "Failover Server Flags",
        132 = "Failover Server State", 133 = "Failover Start Time of State", 134 = "Failover State Expiration Time",
        135 = "Relay Source Port", 136 = "SZTP Redirect", 137 = "Softwire Source Binding Prefix Hint",
        143 = "ANDSF IPv6 Address", 165 = "Mobile IPv6 Home Agent", 166 = "Mobile IPv6 Home Address",
        167 = "Network Access Identifier",
    }
}

const RELAY_FORWARD: u8 = 12;
const RELAY_REPLY: u8 = 13;
/// Relays within relays beyond which nothing is looked for, and options within options.
const DEEPEST: u8 = 16;

/// DHCPv6.
pub struct Dhcpv6;

impl Protocol for Dhcpv6 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DHCPv6";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(546), Key::Udp(547)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("DHCPv6");
        c.claim();
        message(c, 0)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    if depth > DEEPEST {
        return Err(Stop::Malformed);
    }
    let kind = c.u8(&TYPE)?;
    match name_of(TYPES, kind.into()) {
        Some(name) => _ = c.info().str(name).byte(b' '),
        None => _ = c.info().str("Message Type ").dec(kind).byte(b' '),
    }
    if matches!(kind, RELAY_FORWARD | RELAY_REPLY) {
        c.u8(&HOPS)?;
        let link = c.fixed::<16>(&LINK)?;
        c.info().str("L: ").ipv6(&link).byte(b' ');
        c.fixed::<16>(&PEER)?;
    } else {
        let transaction = c.u24(&TRANSACTION)?;
        c.info().str("XID: 0x").hex(transaction, 6).byte(b' ');
    }
    options(c, depth)
}

fn options<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    if depth > DEEPEST {
        return Err(Stop::Malformed);
    }
    while c.reported() > 0 {
        let kind = c.peek_u16(0).ok_or_else(|| c.short(4))?;
        c.group(&OPTION, |c| {
            c.label(|l| _ = l.str(name_of(OPTIONS, kind.into()).unwrap_or("Unknown")));
            c.u16(&OPTION_TYPE)?;
            let len = usize::from(c.u16(&OPTION_LENGTH)?);
            if len > c.reported() {
                return Err(Stop::Malformed);
            }
            c.within(len, |c| option(c, kind, depth))
        })?;
    }
    Ok(())
}

fn option<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, depth: u8) -> Result<(), Stop> {
    let len = c.reported();
    match kind {
        1 | 2 if len > 0 => {
            let duid = c.bytes(&DUID, len)?;
            if kind == 1 {
                c.info().str("CID: ").hex_bytes(duid, "").byte(b' ');
            }
            Ok(())
        }
        3 | 25 if len >= 12 => {
            c.read_all(&[(&IDENTITY, 4), (&T1, 4), (&T2, 4)])?;
            options(c, depth + 1)
        }
        4 if len >= 4 => {
            c.bytes(&IDENTITY, 4)?;
            options(c, depth + 1)
        }
        5 if len >= 24 => {
            let address = c.fixed::<16>(&ADDRESS)?;
            c.info().str("IAA: ").ipv6(&address).byte(b' ');
            c.read_all(&[(&PREFERRED, 4), (&VALID, 4)])?;
            options(c, depth + 1)
        }
        6 => {
            while c.reported() >= 2 {
                c.u16(&REQUESTED)?;
            }
            Ok(())
        }
        7 if len == 1 => c.u8(&PREFERENCE).map(|_| ()),
        8 if len == 2 => c.u16(&ELAPSED).map(|_| ()),
        9 if len > 0 => message(c, depth + 1),
        13 if len >= 2 => {
            c.u16(&STATUS)?;
            if len > 2 { c.bytes(&STATUS_MESSAGE, len - 2).map(|_| ()) } else { Ok(()) }
        }
        23 if len.is_multiple_of(16) => {
            while c.reported() > 0 {
                c.fixed::<16>(&DNS_SERVER)?;
            }
            Ok(())
        }
        26 if len >= 25 => {
            c.read_all(&[(&PREFIX_PREFERRED, 4), (&PREFIX_VALID, 4), (&PREFIX_LENGTH, 1), (&PREFIX, 16)])?;
            options(c, depth + 1)
        }
        _ if len > 0 => c.bytes(&OPTION_VALUE, len).map(|_| ()),
        _ => Ok(()),
    }
}
