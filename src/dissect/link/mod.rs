//! What carries a packet over one link.

pub mod any_ip;
pub mod chdlc;
pub mod ether_types;
pub mod ethernet;
pub mod llc;
pub mod mac;
pub mod mpls;
pub mod null;
pub mod ppp;
pub mod pppoe;
pub mod raw;
pub mod sll;
pub mod stp;
pub mod vlan;
pub mod xdlc;
