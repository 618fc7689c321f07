//! Cisco's protocols between neighbours: CDP, UDLD, DTP, VTP, CGMP.

mod cdp;
mod udld;
mod vtp;

pub use cdp::Cdp;
pub use udld::{Dtp, Udld};
pub use vtp::{Cgmp, Vtp};
