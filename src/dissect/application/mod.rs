//! What programs say to each other.

pub mod http;
