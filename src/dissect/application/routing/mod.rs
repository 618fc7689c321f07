//! What routers tell each other over TCP.

pub mod aodv;
pub mod babel;
pub mod bgp;
pub mod dlep;
pub mod ldp;
pub mod mpls_echo;
pub mod rpki;
