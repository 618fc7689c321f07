//! What programs say to each other.

pub mod dhcp;
pub mod dhcpv6;
pub mod dns;
pub mod dropbox;
pub mod dtls;
pub mod ftp;
pub mod http;
pub mod industrial;
pub mod json;
pub mod lines;
pub mod mail;
pub mod mqtt;
pub mod netbios;
pub mod ntp;
pub mod openflow;
pub mod quic;
pub mod radius;
pub mod realtime;
pub mod routing;
pub mod rpc;
pub mod sflow;
pub mod syslog;
pub mod terminal;
pub mod tftp;
pub mod tls;
