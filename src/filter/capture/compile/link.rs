//! How each link layer announces what it carries, its broadcasts, and its LLC frames.

use super::super::ast::LlcFormat;
use super::super::protocol::{Protocol, ether};
use super::layout::Kind;
use super::test::{Place, Test, all, any, not};
use super::{Compiler, Outcome};

/// The organization and EtherType, and the start of the LLC header, that SNAP puts in front of AppleTalk, and of
/// protocols with an EtherType of their own.
const SNAP_APPLE: (u32, u32) = (0x0007_809b, 0xaaaa_0308);
const SNAP_ETHERNET: u32 = 0xaaaa_0300;

impl Compiler {
    /// The link layer announces this EtherType, or below 1501 this LLC access point.
    pub(super) fn announces(&self, ether_type: u32) -> Outcome {
        let layout = &self.layout;
        if layout.labelled {
            return self.behind_labels(ether_type);
        }
        let field = || layout.type_field.half();
        Ok(match layout.kind {
            Kind::Ethernet => self.ethernet(ether_type),
            Kind::Cooked => self.cooked(ether_type),
            Kind::TypeField => field().equals(ether_type),
            Kind::Family { little_endian } => family(layout.type_field, ether_type, little_endian),
            Kind::IpVersion => match ether_type {
                ether::IP => Place::at(0).byte().masked(0xf0).equals(0x40),
                ether::IP6 => Place::at(0).byte().masked(0xf0).equals(0x60),
                _ => Test::Always(false),
            },
            Kind::OnlyIp(version) => Test::Always(ether_type == if version == 4 { ether::IP } else { ether::IP6 }),
            Kind::Ppp => field().equals(ppp_protocol(ether_type)),
            Kind::CiscoHdlc => field().equals(if ether_type == ether::SAP_ISO { 0xfefe } else { ether_type }),
            Kind::FrameRelay => match ether_type {
                ether::IP => field().equals(0x03cc),
                ether::IP6 => field().equals(0x038e),
                ether::SAP_ISO => field().among([0x0381, 0x0382, 0x0383]),
                _ => Test::Always(false),
            },
            Kind::Llc => self.behind_llc(ether_type),
            Kind::Wlan => all([self.wlan_data()?, self.behind_llc(ether_type)]),
            Kind::Unknown => {
                let link = self.link_name();
                return Err(format!("for {link} only 'len' and 'link[…]' can be tested, not what is carried"));
            }
        })
    }

    /// Behind the last MPLS label only a version of IP can be told.
    fn behind_labels(&self, ether_type: u32) -> Outcome {
        let version = match ether_type {
            ether::IP => 0x40,
            ether::IP6 => 0x60,
            _ => return Err("only 'ip' and 'ip6' can be told behind MPLS labels".to_owned()),
        };
        let network = self.layout.network;
        Ok(all([self.last_label(), network.byte().masked(0xf0).equals(version)]))
    }

    /// The MPLS label just before the network layer has the bottom-of-stack bit (RFC 3032).
    pub(super) fn last_label(&self) -> Test {
        self.layout.network.minus(2).byte().has(1)
    }

    fn ethernet(&self, ether_type: u32) -> Test {
        let layout = &self.layout;
        let field = || layout.type_field.half();
        let length = || not(field().above(ether::LARGEST_LENGTH));
        match ether_type {
            ether::SAP_ISO | ether::SAP_IP | ether::SAP_NETBEUI => {
                all([length(), layout.llc.half().equals(ether_type << 8 | ether_type)])
            }
            // As EtherType, behind LLC with or without SNAP, or right behind the length.
            ether::SAP_IPX => any([
                field().equals(ether::IPX),
                all([
                    length(),
                    any([
                        self.snap_ethernet(ether::IPX),
                        layout.llc.byte().equals(ether::SAP_IPX),
                        layout.llc.half().equals(0xffff),
                    ]),
                ]),
            ]),
            ether::APPLETALK => any([field().equals(ether_type), all([length(), self.snap_apple()])]),
            ether::AARP => any([field().equals(ether_type), all([length(), self.snap_ethernet(ether::AARP)])]),
            access_point if access_point <= ether::LARGEST_LENGTH => {
                all([length(), layout.type_field.plus(2).byte().equals(access_point)])
            }
            ether_type => field().equals(ether_type),
        }
    }

    /// Linux gives 802.3 frames the numbers 1, where no LLC header follows, and 4, where one does.
    fn cooked(&self, ether_type: u32) -> Test {
        let layout = &self.layout;
        let field = || layout.type_field.half();
        let llc = || field().equals(4);
        match ether_type {
            ether::SAP_ISO | ether::SAP_IP | ether::SAP_NETBEUI => {
                all([llc(), layout.llc.half().equals(ether_type << 8 | ether_type)])
            }
            ether::SAP_IPX => any([
                field().equals(ether::IPX),
                field().equals(1),
                all([llc(), any([layout.llc.byte().equals(ether::SAP_IPX), self.snap_ethernet(ether::IPX)])]),
            ]),
            ether::APPLETALK => any([field().equals(ether_type), all([llc(), self.snap_apple()])]),
            ether::AARP => any([field().equals(ether_type), all([llc(), self.snap_ethernet(ether::AARP)])]),
            access_point if access_point <= ether::LARGEST_LENGTH => {
                all([llc(), layout.llc.byte().equals(access_point)])
            }
            ether_type => field().equals(ether_type),
        }
    }

    /// Behind an LLC header that is always there.
    fn behind_llc(&self, ether_type: u32) -> Test {
        let layout = &self.layout;
        match ether_type {
            ether::SAP_ISO | ether::SAP_IP | ether::SAP_NETBEUI => {
                layout.llc.half().equals(ether_type << 8 | ether_type)
            }
            ether::APPLETALK => self.snap_apple(),
            access_point if access_point <= ether::LARGEST_LENGTH => layout.llc.byte().equals(access_point),
            ether_type => layout.type_field.half().equals(ether_type),
        }
    }

    fn snap_ethernet(&self, ether_type: u32) -> Test {
        let llc = self.layout.llc;
        all([llc.plus(4).word().equals(ether_type), llc.word().equals(SNAP_ETHERNET)])
    }

    fn snap_apple(&self) -> Test {
        let llc = self.layout.llc;
        let (organization, header) = SNAP_APPLE;
        all([llc.plus(4).word().equals(organization), llc.word().equals(header)])
    }

    /// `llc`: there is an LLC header, possibly of this kind of frame.
    pub(super) fn llc(&self, format: Option<LlcFormat>) -> Outcome {
        let layout = &self.layout;
        if !layout.llc_test {
            return Err(format!("'llc' is not supported for {}", self.link_name()));
        }
        let present = match layout.kind {
            Kind::Ethernet => {
                all([not(layout.type_field.half().above(ether::LARGEST_LENGTH)), not(layout.llc.half().equals(0xffff))])
            }
            Kind::Wlan => self.wlan_data()?,
            _ => Test::Always(true),
        };
        let control = || layout.llc.plus(2).byte();
        let fits = match format {
            None => Test::Always(true),
            Some(LlcFormat::Information) => not(control().has(1)),
            Some(LlcFormat::AnySupervisory) => control().masked(3).equals(1),
            Some(LlcFormat::AnyUnnumbered) => control().masked(3).equals(3),
            // Without the number of the expected frame, and without the poll bit.
            Some(LlcFormat::Supervisory(kind)) => control().masked(0x0f).equals(kind),
            Some(LlcFormat::Unnumbered(kind)) => control().masked(0xef).equals(kind),
        };
        Ok(all([present, fits]))
    }

    /// `broadcast`, of the link layer or of IPv4.
    pub(super) fn broadcast(&self, protocol: Option<Protocol>) -> Outcome {
        match protocol {
            None | Some(Protocol::Link) => match self.mac_destination(&[0xff; 6]) {
                Some(test) => test,
                None => Err(format!("{} has no broadcast", self.link_name())),
            },
            Some(Protocol::Ip) => {
                let host_bits = !self.environment.netmask;
                let destination = || self.layout.network.plus(16).word().masked(host_bits);
                Ok(all([self.announces(ether::IP)?, any([destination().equals(0), destination().equals(host_bits)])]))
            }
            Some(protocol) => Err(format!("'{}' has no broadcast, only the link layer and 'ip' have", protocol.word())),
        }
    }

    /// `multicast`, of the link layer, IPv4 or IPv6.
    pub(super) fn multicast(&self, protocol: Option<Protocol>) -> Outcome {
        let network = self.layout.network;
        match protocol {
            None | Some(Protocol::Link) => self.mac_multicast(),
            Some(Protocol::Ip) => Ok(all([self.announces(ether::IP)?, network.plus(16).byte().at_least(224)])),
            Some(Protocol::Ip6) => Ok(all([self.announces(ether::IP6)?, network.plus(24).byte().equals(0xff)])),
            Some(protocol) => {
                Err(format!("'{}' has no multicast, only the link layer, 'ip' and 'ip6' have", protocol.word()))
            }
        }
    }
}

/// The protocol family of BSD's sockets that stands for an EtherType; IPv6 has three values.
fn family(field: Place, ether_type: u32, little_endian: bool) -> Test {
    let stored = |family: u32| {
        if little_endian { family.swap_bytes() } else { family }
    };
    match ether_type {
        ether::IP => field.word().equals(stored(2)),
        ether::IP6 => field.word().among([30, 24, 28].map(stored)),
        _ => Test::Always(false),
    }
}

/// The PPP protocol number (IANA's "PPP DLL Protocol Numbers") that stands for an EtherType or access point.
fn ppp_protocol(ether_type: u32) -> u32 {
    match ether_type {
        ether::IP => 0x0021,
        ether::SAP_ISO => 0x0023,
        ether::XNS => 0x0025,
        ether::DECNET => 0x0027,
        ether::APPLETALK => 0x0029,
        ether::SAP_IPX => 0x002b,
        ether::SAP_STP => 0x0031,
        ether::IP6 => 0x0057,
        other => other,
    }
}
