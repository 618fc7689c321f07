//! What programs say to each other.

pub mod dhcp;
pub mod dns;
pub mod dtls;
pub mod http;
pub mod netbios;
pub mod ntp;
pub mod quic;
pub mod routing;
pub mod tftp;
pub mod tls;
