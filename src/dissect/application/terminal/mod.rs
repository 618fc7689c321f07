//! Terminals far away.

pub mod rdp;
pub mod rlogin;
pub mod rsh;
pub mod ssh;
pub mod telnet;
