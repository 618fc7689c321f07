//! Link-layer header types: which are known, and how large their frames may be.

/// A link-layer header type, by its number in the LINKTYPE_ registry (<https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinkType(pub u16);

/// The numbers that tshark 4.0 knows, as runs from and to.
const KNOWN: [(u16, u16); 41] = [
    (0, 3),
    (6, 14),
    (16, 16),
    (18, 19),
    (32, 32),
    (50, 51),
    (99, 101),
    (104, 109),
    (112, 114),
    (117, 119),
    (121, 123),
    (127, 131),
    (133, 133),
    (135, 144),
    (147, 163),
    (165, 165),
    (167, 167),
    (169, 173),
    (177, 181),
    (183, 184),
    (186, 190),
    (192, 192),
    (195, 197),
    (199, 204),
    (209, 215),
    (220, 220),
    (224, 231),
    (235, 237),
    (239, 243),
    (245, 245),
    (248, 256),
    (258, 260),
    (264, 264),
    (266, 266),
    (268, 268),
    (270, 276),
    (279, 280),
    (283, 283),
    (287, 288),
    (290, 290),
    (292, 295),
];

/// The types that interfaces have, with their names in libpcap and what they are.
const CAPTURED: [(u16, &str, &str); 13] = [
    (1, "EN10MB", "Ethernet"),
    (6, "IEEE802", "Token ring"),
    (10, "FDDI", "FDDI"),
    (101, "RAW", "Raw IP"),
    (105, "IEEE802_11", "802.11"),
    (113, "LINUX_SLL", "Linux cooked v1"),
    (119, "PRISM_HEADER", "802.11 plus Prism header"),
    (127, "IEEE802_11_RADIO", "802.11 plus radiotap header"),
    (143, "DOCSIS", "DOCSIS"),
    (195, "IEEE802_15_4", "IEEE 802.15.4 with FCS"),
    (253, "NETLINK", "Linux netlink"),
    (271, "VSOCK", "Linux vsock"),
    (276, "LINUX_SLL2", "Linux cooked v2"),
];

impl LinkType {
    /// No link type: that of records that are no packets.
    pub const NONE: Self = Self(u16::MAX);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// Cable modems' frames, which a cable modem termination system sends as Ethernet's.
    pub const DOCSIS: Self = Self(143);
    /// Linux "cooked": packets from the network layer up, behind a header of the capture's own.
    pub const LINUX_SLL: Self = Self(113);
    /// The second version of that header, which tells the interface.
    pub const LINUX_SLL2: Self = Self(276);
    /// Token Ring.
    pub(super) const TOKEN_RING: Self = Self(6);
    /// FDDI.
    pub(super) const FDDI: Self = Self(10);

    /// Whether tshark 4.0 knows this type. A pcap file of another is refused; in pcapng its frames are shown as
    /// unknown.
    #[must_use]
    pub fn is_known(self) -> bool {
        KNOWN.iter().any(|&(from, to)| (from..=to).contains(&self.0))
    }

    /// Whether the link layer's own header is replaced by the capture's.
    #[must_use]
    pub fn is_cooked(self) -> bool {
        matches!(self, Self::LINUX_SLL | Self::LINUX_SLL2)
    }

    /// What those types are called that interfaces have: a name for the command line, and a description.
    #[must_use]
    pub fn name(self) -> Option<(&'static str, &'static str)> {
        CAPTURED.iter().find(|known| known.0 == self.0).map(|&(_, name, description)| (name, description))
    }

    /// The type of this name, or of this number.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let known = CAPTURED.iter().find(|known| known.1.eq_ignore_ascii_case(name)).map(|known| known.0);
        known.or_else(|| name.parse().ok()).map(Self)
    }

    /// The number by which tshark's own list of encapsulations calls this type where it says that no dissector
    /// claims it (`WTAP_ENCAP = 184`); 0 stands for a type unknown to it.
    #[must_use]
    pub fn unclaimed_number(self) -> u16 {
        match self.0 {
            2 => 184,
            8 => 3,
            118 => 29,
            121 => 32,
            172 => 77,
            173 => 78,
            188 => 93,
            190 => 109,
            211 => 108,
            213 => 111,
            214 => 105,
            245 => 140,
            287 => 211,
            _ => 0,
        }
    }

    /// The most bytes that one frame may hold: more for buses, whose transfers are longer than any packet.
    #[must_use]
    pub fn max_captured(self) -> u32 {
        match self.0 {
            // USB in its several forms, and D-Bus.
            186 | 189 | 220 | 231 | 249 | 266 => 128 << 20,
            // Elektrobit high-speed capture and replay.
            279 => 8 << 20,
            _ => 256 << 10,
        }
    }
}
