//! What carries data from program to program.

pub mod tcp;
pub mod udp;
pub mod udplite;
