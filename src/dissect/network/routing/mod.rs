//! What routers tell each other, directly over IP or UDP.

pub mod auto_rp;
pub mod bfd;
pub mod dvmrp;
pub mod eigrp;
pub mod hsrp;
pub mod igrp;
pub mod lmp;
pub mod nhrp;
pub mod olsr;
pub mod ospf;
pub mod pim;
pub mod rip;
pub mod rsvp;
pub mod vrrp;
