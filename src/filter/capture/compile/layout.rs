//! Where the link layers put things.

use super::super::bpf::ancillary;
use super::test::Place;
use crate::source::LinkType;

/// How a link layer says what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An EtherType, or a length that announces an LLC header (IEEE 802.3).
    Ethernet,
    /// An EtherType, or a small number that announces an LLC header (Linux "cooked" captures).
    Cooked,
    /// An EtherType, whatever its value.
    TypeField,
    /// A protocol family of the socket interface; whether its bytes are in the little-endian order of most hosts.
    Family { little_endian: bool },
    /// Nothing: IPv4 or IPv6 by the version number of the header.
    IpVersion,
    /// Nothing: always this version of IP.
    OnlyIp(u8),
    /// A PPP protocol number (RFC 1661).
    Ppp,
    /// An EtherType, or two equal access points (Cisco's HDLC framing).
    CiscoHdlc,
    /// A network-layer protocol identifier (RFC 2427).
    FrameRelay,
    /// An LLC header, and behind it possibly a SNAP header.
    Llc,
    /// The same, in data frames only (IEEE 802.11).
    Wlan,
    /// Bytes that nothing is known of.
    Unknown,
}

/// What stands in front of an 802.11 header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RadioHeader {
    None,
    /// Its length is in bytes 2 and 3, little-endian; flags tell of padding behind the 802.11 header.
    Radiotap,
    /// Its length is in bytes 4 to 7.
    Avs,
    /// 144 bytes, or an AVS header by its magic number.
    Prism,
    /// Its length is in bytes 2 and 3, little-endian, and the link type behind it in bytes 4 to 7.
    PerPacket,
}

/// Where the parts of a packet are for the condition being compiled. Conditions such as `vlan` move them for those
/// that follow.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) kind: Kind,
    /// The link-layer header, if its bytes can be loaded.
    pub(super) header: Option<Place>,
    /// The field that says what is carried.
    pub(super) type_field: Place,
    /// Where the LLC header is, if there is one.
    pub(super) llc: Place,
    /// The network-layer header.
    pub(super) network: Place,
    /// The network-layer header of ISO protocols, which stand behind LLC without SNAP.
    pub(super) iso: Place,
    /// The PDU type of IS-IS.
    pub(super) isis: Place,
    /// Offsets of destination and source address in the link-layer header.
    pub(super) addresses: Option<(u32, u32)>,
    /// Whether the network layer stands behind MPLS labels.
    pub(super) labelled: bool,
    /// Where Geneve carries something, the scratch words of header and payload: equal, where it is no Ethernet frame.
    pub(super) carried: Option<(u32, u32)>,
    /// Whether `vlan` makes sense.
    pub(super) vlan: bool,
    /// Whether `mpls` makes sense.
    pub(super) mpls: bool,
    /// Whether `llc` makes sense.
    pub(super) llc_test: bool,
}

impl Layout {
    /// A link layer whose type field and payload are at constant offsets.
    fn fixed(kind: Kind, type_field: u32, payload: u32) -> Layout {
        Layout {
            kind,
            header: Some(Place::at(0)),
            type_field: Place::at(type_field),
            llc: Place::at(payload),
            network: Place::at(payload),
            iso: Place::at(payload),
            isis: Place::at(payload).plus(4),
            addresses: None,
            labelled: false,
            carried: None,
            vlan: false,
            mpls: false,
            llc_test: false,
        }
    }

    /// Ethernet with so many bytes in front.
    fn ethernet(before: u32) -> Layout {
        let iso = Place::at(before).plus(17);
        Layout {
            header: Some(Place::at(before)),
            iso,
            isis: iso.plus(4),
            addresses: Some((0, 6)),
            vlan: true,
            mpls: true,
            llc_test: before == 0,
            ..Layout::fixed(Kind::Ethernet, before.saturating_add(12), before.saturating_add(14))
        }
    }

    /// An LLC header at a place, and a SNAP header behind it.
    pub(super) fn llc(kind: Kind, llc: Place) -> Layout {
        Layout {
            type_field: llc.plus(6),
            llc,
            network: llc.plus(8),
            iso: llc.plus(3),
            isis: llc.plus(7),
            llc_test: true,
            ..Layout::fixed(kind, 0, 0)
        }
    }

    /// What Linux knows of packets from any interface, whose link-layer headers differ.
    fn of_any_interface(kind: Kind) -> Layout {
        Layout { header: None, ..Layout::fixed(kind, ancillary::PROTOCOL, ancillary::NET_OFF) }
    }

    /// PPP carried by PPPoE, whose header starts at a place.
    pub(super) fn ppp_over_ethernet(session: Place) -> Layout {
        let protocol = session.plus(6);
        let payload = session.plus(8);
        Layout {
            header: Some(protocol),
            type_field: protocol,
            llc: payload,
            network: payload,
            iso: payload,
            isis: payload.plus(4),
            mpls: true,
            ..Layout::fixed(Kind::Ppp, 0, 0)
        }
    }

    /// What Geneve carries, its places in scratch words: those of its EtherType, its header and its payload.
    pub(super) fn inside_geneve([type_field, header, payload]: [u32; 3]) -> Layout {
        let payload_place = Place::in_word(payload, 0);
        Layout {
            header: Some(Place::in_word(header, 0)),
            type_field: Place::in_word(type_field, 0),
            llc: payload_place,
            network: payload_place,
            iso: payload_place.plus(3),
            isis: payload_place.plus(7),
            carried: Some((header, payload)),
            ..Layout::ethernet(0)
        }
    }

    /// Every place that a tag in front of the type field moves.
    pub(super) fn behind_type_field(&mut self) -> [&mut Place; 5] {
        [&mut self.type_field, &mut self.llc, &mut self.network, &mut self.iso, &mut self.isis]
    }

    /// The layout of a link type as it is captured, and what stands in front if it is 802.11. Words of 802.11 are not
    /// filled in yet. `live` are packets that a Linux kernel filters.
    pub(super) fn of(link: LinkType, live: bool) -> (Layout, Option<RadioHeader>) {
        let layout = match link.0 {
            0 => Layout::fixed(Kind::Family { little_endian: true }, 0, 4),
            1 => Layout::ethernet(0),
            6 => Layout { addresses: Some((2, 8)), ..Layout::llc(Kind::Llc, Place::at(14)) },
            8 => Layout::fixed(Kind::IpVersion, 0, 16),
            9 => Layout { mpls: true, ..Layout::fixed(Kind::Ppp, 2, 4) },
            10 => Layout { addresses: Some((1, 7)), ..Layout::llc(Kind::Llc, Place::at(13)) },
            12 | 14 | 101 => Layout::fixed(Kind::IpVersion, 0, 0),
            50 | 166 => Layout::fixed(Kind::Ppp, 2, 4),
            51 => Layout::fixed(Kind::Ppp, 6, 8),
            11 | 100 => Layout::llc(Kind::Llc, Place::at(0)),
            // Behind the padding byte; libpcap takes the PDU type from one byte earlier than it is.
            104 => Layout { iso: Place::at(5), mpls: true, ..Layout::fixed(Kind::CiscoHdlc, 2, 4) },
            106 => Layout { llc_test: false, ..Layout::llc(Kind::Llc, Place::at(0)) },
            107 => Layout::fixed(Kind::FrameRelay, 2, 0),
            108 => Layout::fixed(Kind::Family { little_endian: false }, 0, 4),
            109 => Layout::fixed(Kind::Family { little_endian: true }, 0, 12),
            113 if live => Layout::of_any_interface(Kind::Cooked),
            113 => Layout::fixed(Kind::Cooked, 14, 16),
            122 => Layout { addresses: Some((2, 10)), llc_test: false, ..Layout::llc(Kind::Llc, Place::at(16)) },
            138 => Layout::fixed(Kind::TypeField, 16, 18),
            228 => Layout::fixed(Kind::OnlyIp(4), 0, 0),
            229 => Layout::fixed(Kind::OnlyIp(6), 0, 0),
            240 => Layout::ethernet(4),
            241 => Layout::ethernet(12),
            276 if live => Layout::of_any_interface(Kind::TypeField),
            276 => Layout::fixed(Kind::TypeField, 0, 20),
            105 => return (Layout::wlan(), Some(RadioHeader::None)),
            119 => return (Layout::wlan(), Some(RadioHeader::Prism)),
            127 => return (Layout::wlan(), Some(RadioHeader::Radiotap)),
            163 => return (Layout::wlan(), Some(RadioHeader::Avs)),
            192 => return (Layout::wlan(), Some(RadioHeader::PerPacket)),
            _ => Layout::fixed(Kind::Unknown, 0, 0),
        };
        (layout, None)
    }

    fn wlan() -> Layout {
        Layout { vlan: true, ..Layout::llc(Kind::Wlan, Place::at(0)) }
    }
}

/// The name of a link type, for messages.
pub(super) fn link_name(link: LinkType) -> String {
    let name = match link.0 {
        0 => "BSD loopback",
        1 => "Ethernet",
        6 => "Token Ring",
        8 => "SLIP",
        9 => "PPP",
        10 => "FDDI",
        12 | 14 | 101 => "raw IP",
        50 => "PPP over serial lines",
        51 => "PPP over Ethernet",
        11 | 100 => "ATM (RFC 1483)",
        104 => "Cisco HDLC",
        105 => "802.11",
        106 => "Linux classical IP over ATM",
        107 => "Frame Relay",
        108 => "OpenBSD loopback",
        113 => "Linux cooked capture",
        119 => "802.11 with Prism header",
        122 => "IP over Fibre Channel",
        127 => "802.11 with radiotap header",
        192 => "802.11 with per-packet information",
        138 => "Apple IP over IEEE 1394",
        163 => "802.11 with AVS header",
        166 => "PPP with direction",
        228 => "raw IPv4",
        229 => "raw IPv6",
        240 | 241 => "Ethernet with netANALYZER header",
        276 => "Linux cooked capture v2",
        number => return format!("link type {number}"),
    };
    name.to_owned()
}
