//! What carries data from program to program.

pub mod dccp;
pub mod pgm;
pub mod sctp;
pub mod tcp;
pub mod udp;
pub mod udplite;
