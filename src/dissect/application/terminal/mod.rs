//! Terminals far away.

pub mod rlogin;
pub mod ssh;
pub mod telnet;
