//! What programs say to each other.

pub mod dhcp;
pub mod dhcpv6;
pub mod dns;
pub mod dropbox;
pub mod dtls;
pub mod http;
pub mod json;
pub mod netbios;
pub mod ntp;
pub mod quic;
pub mod radius;
pub mod realtime;
pub mod routing;
pub mod tftp;
pub mod tls;
