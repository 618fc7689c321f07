//! What carries a packet over one link.

pub mod ethernet;
pub mod vlan;
