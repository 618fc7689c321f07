//! The protocols that the language has words for.

/// A protocol with a word of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Protocol {
    /// Whatever the link layer is: `ether`, `link`, `wlan`, `ppp`, `fddi`, `tr`, `slip`.
    Link,
    /// What a radio puts in front of an 802.11 frame.
    Radio,
    Ip,
    Ip6,
    Arp,
    Rarp,
    AppleTalk,
    Aarp,
    Decnet,
    Lat,
    Sca,
    MopRc,
    MopDl,
    Iso,
    Esis,
    Isis,
    Clnp,
    IsisLevel1,
    IsisLevel2,
    IsisHello,
    IsisLsp,
    IsisSnp,
    IsisCsnp,
    IsisPsnp,
    Stp,
    Ipx,
    NetBeui,
    Tcp,
    Udp,
    Sctp,
    Icmp,
    Icmp6,
    Igmp,
    Igrp,
    Pim,
    Vrrp,
    Carp,
    Ah,
    Esp,
}

/// EtherTypes (IEEE 802 numbers registry), and the LLC service access points that stand in for one.
pub(super) mod ether {
    pub(in super::super) const IP: u32 = 0x0800;
    pub(in super::super) const ARP: u32 = 0x0806;
    pub(in super::super) const MOP_DL: u32 = 0x6001;
    pub(in super::super) const MOP_RC: u32 = 0x6002;
    pub(in super::super) const DECNET: u32 = 0x6003;
    pub(in super::super) const LAT: u32 = 0x6004;
    pub(in super::super) const SCA: u32 = 0x6007;
    pub(in super::super) const XNS: u32 = 0x0600;
    pub(in super::super) const RARP: u32 = 0x8035;
    pub(in super::super) const APPLETALK: u32 = 0x809b;
    pub(in super::super) const AARP: u32 = 0x80f3;
    pub(in super::super) const IPX: u32 = 0x8137;
    pub(in super::super) const IP6: u32 = 0x86dd;
    pub(in super::super) const MPLS: u32 = 0x8847;
    pub(in super::super) const PPPOE_DISCOVERY: u32 = 0x8863;
    pub(in super::super) const PPPOE_SESSION: u32 = 0x8864;
    pub(in super::super) const LOOPBACK: u32 = 0x9000;
    /// The EtherTypes that announce a VLAN tag: 802.1Q, 802.1ad, and the one used before 802.1ad.
    pub(in super::super) const VLAN: [u32; 3] = [0x8100, 0x88a8, 0x9100];
    /// LLC service access points: IP, spanning tree, IPX, NetBEUI, ISO network layer.
    pub(in super::super) const SAP_IP: u32 = 0x06;
    pub(in super::super) const SAP_STP: u32 = 0x42;
    pub(in super::super) const SAP_IPX: u32 = 0xe0;
    pub(in super::super) const SAP_NETBEUI: u32 = 0xf0;
    pub(in super::super) const SAP_ISO: u32 = 0xfe;
    /// The largest value of an 802.3 length field; what is above is an EtherType.
    pub(in super::super) const LARGEST_LENGTH: u32 = 1500;
}

impl Protocol {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Protocol::Link => "link",
            Protocol::Radio => "radio",
            Protocol::Ip => "ip",
            Protocol::Ip6 => "ip6",
            Protocol::Arp => "arp",
            Protocol::Rarp => "rarp",
            Protocol::AppleTalk => "atalk",
            Protocol::Aarp => "aarp",
            Protocol::Decnet => "decnet",
            Protocol::Lat => "lat",
            Protocol::Sca => "sca",
            Protocol::MopRc => "moprc",
            Protocol::MopDl => "mopdl",
            Protocol::Iso => "iso",
            Protocol::Esis => "esis",
            Protocol::Isis => "isis",
            Protocol::Clnp => "clnp",
            Protocol::IsisLevel1 => "l1",
            Protocol::IsisLevel2 => "l2",
            Protocol::IsisHello => "iih",
            Protocol::IsisLsp => "lsp",
            Protocol::IsisSnp => "snp",
            Protocol::IsisCsnp => "csnp",
            Protocol::IsisPsnp => "psnp",
            Protocol::Stp => "stp",
            Protocol::Ipx => "ipx",
            Protocol::NetBeui => "netbeui",
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Sctp => "sctp",
            Protocol::Icmp => "icmp",
            Protocol::Icmp6 => "icmp6",
            Protocol::Igmp => "igmp",
            Protocol::Igrp => "igrp",
            Protocol::Pim => "pim",
            Protocol::Vrrp => "vrrp",
            Protocol::Carp => "carp",
            Protocol::Ah => "ah",
            Protocol::Esp => "esp",
        }
    }

    /// The EtherType, or LLC service access point, by which a link layer announces it.
    pub(super) fn ether_type(self) -> Option<u32> {
        Some(match self {
            Protocol::Ip => ether::IP,
            Protocol::Ip6 => ether::IP6,
            Protocol::Arp => ether::ARP,
            Protocol::Rarp => ether::RARP,
            Protocol::AppleTalk => ether::APPLETALK,
            Protocol::Aarp => ether::AARP,
            Protocol::Decnet => ether::DECNET,
            Protocol::Lat => ether::LAT,
            Protocol::Sca => ether::SCA,
            Protocol::MopRc => ether::MOP_RC,
            Protocol::MopDl => ether::MOP_DL,
            Protocol::Iso => ether::SAP_ISO,
            Protocol::Stp => ether::SAP_STP,
            Protocol::Ipx => ether::SAP_IPX,
            Protocol::NetBeui => ether::SAP_NETBEUI,
            _ => return None,
        })
    }

    /// The number by which an IP header announces it, and which versions of IP may carry it.
    pub(super) fn over_ip(self) -> Option<(u8, IpVersions)> {
        Some(match self {
            Protocol::Icmp => (1, IpVersions::Four),
            Protocol::Igmp => (2, IpVersions::Four),
            Protocol::Tcp => (6, IpVersions::Both),
            Protocol::Igrp => (9, IpVersions::Four),
            Protocol::Udp => (17, IpVersions::Both),
            Protocol::Esp => (50, IpVersions::Both),
            Protocol::Ah => (51, IpVersions::Both),
            Protocol::Icmp6 => (58, IpVersions::Six),
            Protocol::Pim => (103, IpVersions::Both),
            Protocol::Vrrp | Protocol::Carp => (112, IpVersions::Four),
            Protocol::Sctp => (132, IpVersions::Both),
            _ => return None,
        })
    }

    /// The network-layer protocol identifier (ISO/IEC TR 9577) by which an ISO packet announces it.
    pub(super) fn over_iso(self) -> Option<u8> {
        match self {
            Protocol::Clnp => Some(0x81),
            Protocol::Esis => Some(0x82),
            Protocol::Isis => Some(0x83),
            _ => None,
        }
    }

    /// The IS-IS PDU types that the word covers.
    pub(super) fn isis_types(self) -> Option<&'static [u8]> {
        Some(match self {
            Protocol::IsisLevel1 => &[0x1a, 0x18, 0x12, 0x0f, 0x11],
            Protocol::IsisLevel2 => &[0x1b, 0x19, 0x14, 0x10, 0x11],
            Protocol::IsisHello => &[0x11, 0x0f, 0x10],
            Protocol::IsisLsp => &[0x12, 0x14],
            Protocol::IsisSnp => &[0x1b, 0x1a, 0x18, 0x19],
            Protocol::IsisCsnp => &[0x18, 0x19],
            Protocol::IsisPsnp => &[0x1a, 0x1b],
            _ => return None,
        })
    }
}

/// Versions of IP that a transport protocol is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IpVersions {
    Four,
    Six,
    Both,
}
