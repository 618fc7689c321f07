//! Filters: which frames to keep.
//!
//! [`capture`] filters speak the pcap-filter language (`tcp port 80 and not host 192.0.2.1`). They are compiled to BPF
//! bytecode and decide on the raw bytes, before anything is dissected: in the kernel while capturing, in a small
//! interpreter while reading a file.
//!
//! [`display`] filters speak Wireshark's language (`tcp.flags.syn == 1 && ip.addr == 192.0.2.0/24`). They ask the fields
//! of a frame that has been dissected.

pub mod capture;
pub mod display;
