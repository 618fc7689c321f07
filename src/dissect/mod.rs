//! Takes frames apart. The folders are the encapsulation model: frame ⊃ packet ⊃ segment ⊃ message.

pub mod cursor;
pub mod data;
mod expert;
pub mod field;
mod frame;
pub mod line;
pub mod protocol;
pub mod registry;
pub mod row;
pub mod sink;
pub mod tap;
pub mod unicode;
pub mod worker;

pub mod application;
pub mod link;
pub mod network;
pub mod transport;

pub use worker::Worker;

use registry::Entry;

/// Every protocol that netpeek knows: a new one is one more line here.
///
pub static PROTOCOLS: &[Entry] = &[
    Entry::of::<frame::Layer>(),
    Entry::of::<expert::Remark>(),
    Entry::of::<data::Data>(),
    // link
    Entry::of::<link::ethernet::Ethernet>(),
    Entry::of::<link::vlan::Vlan>(),
    Entry::of::<link::vlan::ServiceTag>(),
    Entry::of::<link::llc::Llc>(),
    Entry::of::<link::llc::BasicXid>(),
    Entry::of::<link::stp::Stp>(),
    Entry::of::<link::stp::PvstPlus>(),
    Entry::of::<link::chdlc::Chdlc>(),
    Entry::of::<link::chdlc::Slarp>(),
    Entry::of::<link::mpls::Mpls>(),
    Entry::of::<link::null::Null>(),
    Entry::of::<link::null::Loop>(),
    Entry::of::<link::raw::Raw>(),
    Entry::of::<link::raw::ClassicalIp>(),
    Entry::of::<link::sll::Sll>(),
    Entry::of::<link::sll::Sll2>(),
    Entry::of::<link::ppp::Ppp>(),
    Entry::of::<link::ppp::PppHdlc>(),
    Entry::of::<link::ppp::control::Lcp>(),
    Entry::of::<link::ppp::control::Ipcp>(),
    Entry::of::<link::ppp::control::Ipv6cp>(),
    Entry::of::<link::ppp::control::Ccp>(),
    Entry::of::<link::ppp::control::Cbcp>(),
    Entry::of::<link::ppp::control::Bacp>(),
    Entry::of::<link::ppp::control::Cdpcp>(),
    Entry::of::<link::ppp::control::Mplscp>(),
    Entry::of::<link::ppp::control::Bcp>(),
    Entry::of::<link::ppp::control::Osinlcp>(),
    Entry::of::<link::ppp::control::PppMuxCp>(),
    Entry::of::<link::ppp::authentication::Pap>(),
    Entry::of::<link::ppp::authentication::Chap>(),
    Entry::of::<link::ppp::multilink::Multilink>(),
    Entry::of::<link::ppp::multilink::Compressed>(),
    Entry::of::<link::pppoe::Discovery>(),
    Entry::of::<link::pppoe::Session>(),
    Entry::of::<link::aoe::Aoe>(),
    Entry::of::<link::cisco::Cdp>(),
    Entry::of::<link::cisco::Cgmp>(),
    Entry::of::<link::cisco::Dtp>(),
    Entry::of::<link::cisco::Udld>(),
    Entry::of::<link::cisco::isl::Isl>(),
    Entry::of::<link::cisco::Vtp>(),
    Entry::of::<link::eap::Eap>(),
    Entry::of::<link::eapol::Eapol>(),
    Entry::of::<link::ieee80211::Bare>(),
    Entry::of::<link::ieee80211::prefix::Avs>(),
    Entry::of::<link::ieee80211::prefix::Prism>(),
    Entry::of::<link::ieee80211::radiotap::Radiotap>(),
    Entry::of::<link::lldp::Lldp>(),
    Entry::of::<link::loopback::Loopback>(),
    Entry::of::<link::mac_control::MacControl>(),
    Entry::of::<link::macsec::Macsec>(),
    Entry::of::<link::slow::Lacp>(),
    Entry::of::<link::slow::Marker>(),
    Entry::of::<link::slow::Oam>(),
    Entry::of::<link::slow::Organisation>(),
    Entry::of::<link::slow::Slow>(),
    Entry::of::<link::osi::Esis>(),
    Entry::of::<link::osi::Isis>(),
    Entry::of::<link::osi::Osi>(),
    Entry::of::<link::ptp::Ptp>(),
    Entry::of::<link::vendor::LoadBalancing>(),
    Entry::of::<link::vendor::NortelDiscovery>(),
    Entry::of::<link::vendor::Realtek>(),
    Entry::of::<link::vendor::Wreth>(),
    Entry::of::<link::wol::WakeOnLan>(),
    // network
    Entry::of::<network::arp::Arp>(),
    Entry::of::<network::arp::AtmArp>(),
    Entry::of::<network::icmp::Icmp>(),
    Entry::of::<network::icmpv6::Icmpv6>(),
    Entry::of::<network::igmp::Igmp>(),
    Entry::of::<network::ip::Ip>(),
    Entry::of::<network::ipv4::Ipv4>(),
    Entry::of::<network::ipv6::Ipv6>(),
    Entry::of::<network::ipv6::Ipv6IfSo>(),
    Entry::of::<network::ipv6::options::HopByHop>(),
    Entry::of::<network::ipv6::options::Destination>(),
    Entry::of::<network::ipv6::routing::Routing>(),
    Entry::of::<network::ipv6::fragment::Fragment>(),
    Entry::of::<network::ipsec::ah::Ah>(),
    Entry::of::<network::ipsec::esp::Esp>(),
    Entry::of::<network::ipsec::ipcomp::IpComp>(),
    Entry::of::<network::routing::bfd::Bfd>(),
    Entry::of::<network::routing::bfd::Echo>(),
    Entry::of::<network::routing::eigrp::Eigrp>(),
    Entry::of::<network::routing::hsrp::Hsrp>(),
    Entry::of::<network::routing::ospf::Ospf>(),
    Entry::of::<network::routing::pim::Pim>(),
    Entry::of::<network::routing::rip::Rip>(),
    Entry::of::<network::routing::rip::RipNg>(),
    Entry::of::<network::routing::vrrp::Vrrp>(),
    Entry::of::<network::tunnel::erspan::Erspan>(),
    Entry::of::<network::tunnel::geneve::Geneve>(),
    Entry::of::<network::tunnel::gre::Gre>(),
    Entry::of::<network::tunnel::gtp::Gtp>(),
    Entry::of::<network::tunnel::gtp::GtpPrime>(),
    Entry::of::<network::tunnel::gtp::GtpV2>(),
    Entry::of::<network::tunnel::metadata::MetaData>(),
    Entry::of::<network::tunnel::teredo::Teredo>(),
    Entry::of::<network::tunnel::vxlan::Vxlan>(),
    Entry::of::<network::tunnel::vxlan::Generic>(),
    Entry::of::<network::tunnel::vxlan::nsh::Nsh>(),
    // transport
    Entry::of::<transport::tcp::Tcp>(),
    Entry::of::<transport::udp::Udp>(),
    Entry::of::<transport::udplite::UdpLite>(),
    // application
    Entry::of::<application::dhcp::Dhcp>(),
    Entry::of::<application::dns::Dns>(),
    Entry::of::<application::dns::Llmnr>(),
    Entry::of::<application::dns::Mdns>(),
    Entry::of::<application::dtls::Dtls>(),
    Entry::of::<application::dtls::DtlsByContent>(),
    Entry::of::<application::http::Http>(),
    Entry::of::<application::http::Ssdp>(),
    Entry::of::<application::netbios::Browser>(),
    Entry::of::<application::netbios::Datagrams>(),
    Entry::of::<application::netbios::Mailslot>(),
    Entry::of::<application::netbios::Names>(),
    Entry::of::<application::netbios::Smb>(),
    Entry::of::<application::ntp::Ntp>(),
    Entry::of::<application::routing::bgp::Bgp>(),
    Entry::of::<application::routing::ldp::Ldp>(),
    Entry::of::<application::tftp::Tftp>(),
    Entry::of::<application::tls::Tls>(),
    Entry::of::<application::quic::Quic>(),
    Entry::of::<application::quic::QuicByContent>(),
    Entry::of::<application::tls::TlsByContent>(),
];
