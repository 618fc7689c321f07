//! Filters: which frames to keep.
//!
//! [`capture`] filters speak the pcap-filter language (`tcp port 80 and not host 192.0.2.1`). They are compiled to BPF
//! bytecode and decide on the raw bytes, before anything is dissected: in the kernel while capturing, in a small
//! interpreter while reading a file.

pub mod capture;
