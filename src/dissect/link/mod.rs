//! What carries a packet over one link.

pub mod ether_types;
pub mod ethernet;
pub mod llc;
pub mod mac;
pub mod stp;
pub mod vlan;
pub mod xdlc;
