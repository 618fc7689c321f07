//! Terminals far away.

pub mod ssh;
pub mod telnet;
