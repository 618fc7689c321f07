//! NetBIOS over UDP (RFC 1001, RFC 1002): names, datagrams, and the browser service that lives in them.

mod browser;
mod commands;
mod datagram;
mod mailslot;
pub mod name;
mod names;

pub use browser::Browser;
pub use datagram::Datagrams;
pub use mailslot::{Mailslot, Smb};
pub use names::Names;
