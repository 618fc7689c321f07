//! Cisco's protocols between neighbours: ISL, CDP, UDLD, DTP, VTP, CGMP, WLCCP.

mod cdp;
pub mod isl;
mod udld;
mod vtp;
mod wlccp;

pub use cdp::Cdp;
pub use udld::{Dtp, Udld};
pub use vtp::{Cgmp, Vtp};
pub use wlccp::Wlccp;
