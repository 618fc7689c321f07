//! NetBIOS over UDP (RFC 1001, RFC 1002): names, datagrams, and the browser service that lives in them.

mod browser;
mod commands;
mod datagram;
mod frames;
mod mailslot;
pub mod name;
mod names;
mod nbss;
mod smb1;
mod smb1_names;
mod smb2;
mod status;

pub use browser::Browser;
pub use datagram::Datagrams;
pub use frames::Frames;
pub use mailslot::{Mailslot, Smb};
pub use names::Names;
pub use nbss::Sessions;
pub use smb2::Smb2;
