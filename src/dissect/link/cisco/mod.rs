//! Cisco's protocols between neighbours: ISL, CDP, UDLD, DTP, VTP, CGMP.

mod cdp;
pub mod isl;
mod udld;
mod vtp;

pub use cdp::Cdp;
pub use udld::{Dtp, Udld};
pub use vtp::{Cgmp, Vtp};
