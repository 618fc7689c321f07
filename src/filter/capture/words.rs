//! The words of the language, and the names it gives to numbers.

use super::ast::{Encapsulation, Kind, LlcFormat, WlanAddress};
use super::protocol::Protocol;

/// What a word of the language is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    Source,
    Destination,
    /// `ra`, `ta`, `addr1` …: an address of an 802.11 header by its place.
    Wlan(WlanAddress),
    /// What an id is: `host`, `net`, `port` …
    Kind(Kind),
    Mask,
    Protocol(Protocol),
    Less,
    Greater,
    Length,
    Broadcast,
    Multicast,
    Inbound,
    Outbound,
    Interface,
    Encapsulation(Encapsulation),
    PppoeDiscovery,
    Llc,
    Type,
    Subtype,
    Direction,
    /// A word of the language about links that are not covered here; the text says which.
    Unsupported(&'static str),
}

const PF: &str = "the log of OpenBSD's packet filter";
const ATM: &str = "raw ATM";
const SS7: &str = "SS7";

/// Every word that cannot be a name unless escaped by a backslash. In alphabetical order.
const KEYWORDS: &[(&str, Keyword)] = &[
    ("aarp", Keyword::Protocol(Protocol::Aarp)),
    ("action", Keyword::Unsupported(PF)),
    ("addr1", Keyword::Wlan(WlanAddress::First)),
    ("addr2", Keyword::Wlan(WlanAddress::Second)),
    ("addr3", Keyword::Wlan(WlanAddress::Third)),
    ("addr4", Keyword::Wlan(WlanAddress::Fourth)),
    ("address1", Keyword::Wlan(WlanAddress::First)),
    ("address2", Keyword::Wlan(WlanAddress::Second)),
    ("address3", Keyword::Wlan(WlanAddress::Third)),
    ("address4", Keyword::Wlan(WlanAddress::Fourth)),
    ("ah", Keyword::Protocol(Protocol::Ah)),
    ("and", Keyword::And),
    ("arp", Keyword::Protocol(Protocol::Arp)),
    ("atalk", Keyword::Protocol(Protocol::AppleTalk)),
    ("bcc", Keyword::Unsupported(ATM)),
    ("broadcast", Keyword::Broadcast),
    ("byte", Keyword::Unsupported("byte tests")),
    ("carp", Keyword::Protocol(Protocol::Carp)),
    ("clnp", Keyword::Protocol(Protocol::Clnp)),
    ("connectmsg", Keyword::Unsupported(ATM)),
    ("csnp", Keyword::Protocol(Protocol::IsisCsnp)),
    ("decnet", Keyword::Protocol(Protocol::Decnet)),
    ("dir", Keyword::Direction),
    ("direction", Keyword::Direction),
    ("dpc", Keyword::Unsupported(SS7)),
    ("dst", Keyword::Destination),
    ("es-is", Keyword::Protocol(Protocol::Esis)),
    ("esis", Keyword::Protocol(Protocol::Esis)),
    ("esp", Keyword::Protocol(Protocol::Esp)),
    ("ether", Keyword::Protocol(Protocol::Link)),
    ("fddi", Keyword::Protocol(Protocol::Link)),
    ("fisu", Keyword::Unsupported(SS7)),
    ("gateway", Keyword::Kind(Kind::Gateway)),
    ("geneve", Keyword::Encapsulation(Encapsulation::Geneve)),
    ("greater", Keyword::Greater),
    ("hdpc", Keyword::Unsupported(SS7)),
    ("hfisu", Keyword::Unsupported(SS7)),
    ("hlssu", Keyword::Unsupported(SS7)),
    ("hmsu", Keyword::Unsupported(SS7)),
    ("hopc", Keyword::Unsupported(SS7)),
    ("host", Keyword::Kind(Kind::Host)),
    ("hsio", Keyword::Unsupported(SS7)),
    ("hsls", Keyword::Unsupported(SS7)),
    ("icmp", Keyword::Protocol(Protocol::Icmp)),
    ("icmp6", Keyword::Protocol(Protocol::Icmp6)),
    ("ifindex", Keyword::Interface),
    ("ifname", Keyword::Unsupported(PF)),
    ("igmp", Keyword::Protocol(Protocol::Igmp)),
    ("igrp", Keyword::Protocol(Protocol::Igrp)),
    ("iih", Keyword::Protocol(Protocol::IsisHello)),
    ("ilmic", Keyword::Unsupported(ATM)),
    ("inbound", Keyword::Inbound),
    ("ip", Keyword::Protocol(Protocol::Ip)),
    ("ip6", Keyword::Protocol(Protocol::Ip6)),
    ("ipx", Keyword::Protocol(Protocol::Ipx)),
    ("is-is", Keyword::Protocol(Protocol::Isis)),
    ("isis", Keyword::Protocol(Protocol::Isis)),
    ("iso", Keyword::Protocol(Protocol::Iso)),
    ("l1", Keyword::Protocol(Protocol::IsisLevel1)),
    ("l2", Keyword::Protocol(Protocol::IsisLevel2)),
    ("lane", Keyword::Unsupported(ATM)),
    ("lat", Keyword::Protocol(Protocol::Lat)),
    ("len", Keyword::Length),
    ("length", Keyword::Length),
    ("less", Keyword::Less),
    ("link", Keyword::Protocol(Protocol::Link)),
    ("llc", Keyword::Llc),
    ("lsp", Keyword::Protocol(Protocol::IsisLsp)),
    ("lssu", Keyword::Unsupported(SS7)),
    ("lsu", Keyword::Unsupported(SS7)),
    ("mask", Keyword::Mask),
    ("metac", Keyword::Unsupported(ATM)),
    ("metaconnect", Keyword::Unsupported(ATM)),
    ("mopdl", Keyword::Protocol(Protocol::MopDl)),
    ("moprc", Keyword::Protocol(Protocol::MopRc)),
    ("mpls", Keyword::Encapsulation(Encapsulation::Mpls)),
    ("msu", Keyword::Unsupported(SS7)),
    ("multicast", Keyword::Multicast),
    ("net", Keyword::Kind(Kind::Net)),
    ("netbeui", Keyword::Protocol(Protocol::NetBeui)),
    ("not", Keyword::Not),
    ("oam", Keyword::Unsupported(ATM)),
    ("oamf4", Keyword::Unsupported(ATM)),
    ("oamf4ec", Keyword::Unsupported(ATM)),
    ("oamf4sc", Keyword::Unsupported(ATM)),
    ("on", Keyword::Unsupported(PF)),
    ("opc", Keyword::Unsupported(SS7)),
    ("or", Keyword::Or),
    ("outbound", Keyword::Outbound),
    ("pim", Keyword::Protocol(Protocol::Pim)),
    ("port", Keyword::Kind(Kind::Port)),
    ("portrange", Keyword::Kind(Kind::PortRange)),
    ("ppp", Keyword::Protocol(Protocol::Link)),
    ("pppoed", Keyword::PppoeDiscovery),
    ("pppoes", Keyword::Encapsulation(Encapsulation::Pppoe)),
    ("proto", Keyword::Kind(Kind::Proto)),
    ("protochain", Keyword::Kind(Kind::ProtoChain)),
    ("psnp", Keyword::Protocol(Protocol::IsisPsnp)),
    ("ra", Keyword::Wlan(WlanAddress::Receiver)),
    ("radio", Keyword::Protocol(Protocol::Radio)),
    ("rarp", Keyword::Protocol(Protocol::Rarp)),
    ("reason", Keyword::Unsupported(PF)),
    ("rnr", Keyword::Unsupported(PF)),
    ("rset", Keyword::Unsupported(PF)),
    ("rulenum", Keyword::Unsupported(PF)),
    ("ruleset", Keyword::Unsupported(PF)),
    ("sc", Keyword::Unsupported(ATM)),
    ("sca", Keyword::Protocol(Protocol::Sca)),
    ("sctp", Keyword::Protocol(Protocol::Sctp)),
    ("sio", Keyword::Unsupported(SS7)),
    ("slip", Keyword::Protocol(Protocol::Link)),
    ("sls", Keyword::Unsupported(SS7)),
    ("snp", Keyword::Protocol(Protocol::IsisSnp)),
    ("src", Keyword::Source),
    ("srnr", Keyword::Unsupported(PF)),
    ("stp", Keyword::Protocol(Protocol::Stp)),
    ("subrulenum", Keyword::Unsupported(PF)),
    ("subtype", Keyword::Subtype),
    ("ta", Keyword::Wlan(WlanAddress::Transmitter)),
    ("tcp", Keyword::Protocol(Protocol::Tcp)),
    ("tr", Keyword::Protocol(Protocol::Link)),
    ("type", Keyword::Type),
    ("udp", Keyword::Protocol(Protocol::Udp)),
    ("vci", Keyword::Unsupported(ATM)),
    ("vlan", Keyword::Encapsulation(Encapsulation::Vlan)),
    ("vpi", Keyword::Unsupported(ATM)),
    ("vrrp", Keyword::Protocol(Protocol::Vrrp)),
    ("wlan", Keyword::Protocol(Protocol::Link)),
];

/// Names of offsets and values in arithmetic. In alphabetical order.
const NUMBERS: &[(&str, u32)] = &[
    ("icmp-echo", 8),
    ("icmp-echoreply", 0),
    ("icmp-ireq", 15),
    ("icmp-ireqreply", 16),
    ("icmp-maskreply", 18),
    ("icmp-maskreq", 17),
    ("icmp-paramprob", 12),
    ("icmp-redirect", 5),
    ("icmp-routeradvert", 9),
    ("icmp-routersolicit", 10),
    ("icmp-sourcequench", 4),
    ("icmp-timxceed", 11),
    ("icmp-tstamp", 13),
    ("icmp-tstampreply", 14),
    ("icmp-unreach", 3),
    ("icmp6-certpathadvert", 149),
    ("icmp6-certpathsolicit", 148),
    ("icmp6-destinationunreach", 1),
    ("icmp6-echo", 128),
    ("icmp6-echoreply", 129),
    ("icmp6-homeagentdiscoveryreply", 145),
    ("icmp6-homeagentdiscoveryrequest", 144),
    ("icmp6-ineighbordiscoveryadvert", 142),
    ("icmp6-ineighbordiscoverysolicit", 141),
    ("icmp6-mobileprefixadvert", 147),
    ("icmp6-mobileprefixsolicit", 146),
    ("icmp6-multicastlistenerdone", 132),
    ("icmp6-multicastlistenerquery", 130),
    ("icmp6-multicastlistenerreportv1", 131),
    ("icmp6-multicastlistenerreportv2", 143),
    ("icmp6-multicastrouteradvert", 151),
    ("icmp6-multicastroutersolicit", 152),
    ("icmp6-multicastrouterterm", 153),
    ("icmp6-neighboradvert", 136),
    ("icmp6-neighborsolicit", 135),
    ("icmp6-nodeinformationquery", 139),
    ("icmp6-nodeinformationresponse", 140),
    ("icmp6-packettoobig", 2),
    ("icmp6-parameterproblem", 4),
    ("icmp6-redirect", 137),
    ("icmp6-routeradvert", 134),
    ("icmp6-routerrenum", 138),
    ("icmp6-routersolicit", 133),
    ("icmp6-timeexceeded", 3),
    ("icmp6code", 1),
    ("icmp6type", 0),
    ("icmpcode", 1),
    ("icmptype", 0),
    ("tcp-ack", 0x10),
    ("tcp-cwr", 0x80),
    ("tcp-ece", 0x40),
    ("tcp-fin", 0x01),
    ("tcp-push", 0x08),
    ("tcp-rst", 0x04),
    ("tcp-syn", 0x02),
    ("tcp-urg", 0x20),
    ("tcpflags", 13),
];

/// The kinds of LLC frame: by the low bits of the first control byte.
const LLC_FORMATS: &[(&str, LlcFormat)] = &[
    ("disc", LlcFormat::Unnumbered(0x43)),
    ("frmr", LlcFormat::Unnumbered(0x87)),
    ("i", LlcFormat::Information),
    ("rej", LlcFormat::Supervisory(0x09)),
    ("rnr", LlcFormat::Supervisory(0x05)),
    ("rr", LlcFormat::Supervisory(0x01)),
    ("s", LlcFormat::AnySupervisory),
    ("sabme", LlcFormat::Unnumbered(0x6f)),
    ("test", LlcFormat::Unnumbered(0xe3)),
    ("u", LlcFormat::AnyUnnumbered),
    ("ua", LlcFormat::Unnumbered(0x63)),
    ("ui", LlcFormat::Unnumbered(0x03)),
    ("xid", LlcFormat::Unnumbered(0xaf)),
];

/// 802.11 frame types: bits 2 and 3 of the first byte.
const WLAN_TYPES: &[(&str, u32)] =
    &[("control", 0x04), ("ctl", 0x04), ("data", 0x08), ("management", 0x00), ("mgt", 0x00)];

/// 802.11 frame subtypes with the type each belongs to: bits 2 to 7 of the first byte.
const WLAN_SUBTYPES: &[(&str, u32)] = &[
    ("ack", 0xd4),
    ("assoc-req", 0x00),
    ("assoc-resp", 0x10),
    ("assocreq", 0x00),
    ("assocresp", 0x10),
    ("atim", 0x90),
    ("auth", 0xb0),
    ("authentication", 0xb0),
    ("beacon", 0x80),
    ("cf-ack", 0x58),
    ("cf-ack-poll", 0x78),
    ("cf-end", 0xe4),
    ("cf-end-ack", 0xf4),
    ("cf-poll", 0x68),
    ("cts", 0xc4),
    ("data", 0x08),
    ("data-cf-ack", 0x18),
    ("data-cf-ack-poll", 0x38),
    ("data-cf-poll", 0x28),
    ("deauth", 0xc0),
    ("deauthentication", 0xc0),
    ("disassoc", 0xa0),
    ("disassociation", 0xa0),
    ("null", 0x48),
    ("probe-req", 0x40),
    ("probe-resp", 0x50),
    ("probereq", 0x40),
    ("proberesp", 0x50),
    ("ps-poll", 0xa4),
    ("qos", 0xc8),
    ("qos-cf-ack-poll", 0xf8),
    ("qos-cf-poll", 0xe8),
    ("qos-data", 0x88),
    ("qos-data-cf-ack", 0x98),
    ("qos-data-cf-ack-poll", 0xb8),
    ("qos-data-cf-poll", 0xa8),
    ("reassoc-req", 0x20),
    ("reassoc-resp", 0x30),
    ("reassocreq", 0x20),
    ("reassocresp", 0x30),
    ("rts", 0xb4),
];

/// 802.11 directions: the To DS and From DS bits of the second byte.
const WLAN_DIRECTIONS: &[(&str, u32)] = &[("dstods", 3), ("fromds", 2), ("nods", 0), ("tods", 1)];

/// The value that a sorted table gives to a name.
fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    let at = table.binary_search_by(|(entry, _)| (*entry).cmp(name)).ok()?;
    table.get(at).map(|(_, value)| *value)
}

pub(super) fn keyword(word: &str) -> Option<Keyword> {
    find(KEYWORDS, word)
}

pub(super) fn named_number(word: &str) -> Option<u32> {
    find(NUMBERS, word)
}

pub(super) fn llc_format(word: &str) -> Option<LlcFormat> {
    find(LLC_FORMATS, word)
}

pub(super) fn wlan_type(word: &str) -> Option<u32> {
    find(WLAN_TYPES, word)
}

pub(super) fn wlan_subtype(word: &str) -> Option<u32> {
    find(WLAN_SUBTYPES, word)
}

pub(super) fn wlan_direction(word: &str) -> Option<u32> {
    find(WLAN_DIRECTIONS, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_order<T>(table: &[(&str, T)]) {
        for pair in table.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} stands before {}", pair[0].0, pair[1].0);
        }
    }

    #[test]
    fn tables_are_in_order_for_the_binary_search() {
        in_order(KEYWORDS);
        in_order(NUMBERS);
        in_order(LLC_FORMATS);
        in_order(WLAN_TYPES);
        in_order(WLAN_SUBTYPES);
        in_order(WLAN_DIRECTIONS);
    }
}
