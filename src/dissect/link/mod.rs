//! What carries a packet over one link.

pub mod any_ip;
pub mod aoe;
pub mod chdlc;
pub mod cisco;
pub mod eap;
pub mod eapol;
pub mod ether_types;
pub mod ethernet;
pub mod llc;
pub mod lldp;
pub mod loopback;
pub mod mac;
pub mod mac_control;
pub mod macsec;
pub mod mpls;
pub mod null;
pub mod ppp;
pub mod pppoe;
pub mod raw;
pub mod sll;
pub mod slow;
pub mod stp;
pub mod vendor;
pub mod vlan;
pub mod wol;
pub mod xdlc;
