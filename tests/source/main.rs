//! Stored captures, made by the tests themselves: every variant of the formats, every truncation, every compression.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

mod damage;
mod make;
mod pcap;
mod pcapng;
mod stream;
