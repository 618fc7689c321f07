//! What routers tell each other over TCP.

pub mod bgp;
pub mod ldp;
