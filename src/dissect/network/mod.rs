//! What carries a packet from host to host.

pub mod arp;
pub mod ipv4;
pub mod ipv6;
