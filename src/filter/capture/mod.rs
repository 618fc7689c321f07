//! Capture filters: the language of the pcap-filter manual page, compiled to BPF.
//!
//! ```
//! use netpeek::filter::capture::{CaptureFilter, Target};
//! use netpeek::source::LinkType;
//!
//! let filter = CaptureFilter::compile("arp or icmp", LinkType(1), 262_144, Target::File)?;
//! let mut frame = [0; 60];
//! frame[12..14].copy_from_slice(&[0x08, 0x06]);
//! assert!(filter.matches(&frame, 60));
//! # Ok::<(), netpeek::filter::capture::FilterError>(())
//! ```
//!
//! An expression goes through a `lexer`, a `parser` that makes a tree (`ast`), and `compile`, which turns the
//! tree into a program for one link type. The same program runs in a Linux kernel and, by [`bpf::run`], on the packets
//! of files.
//!
//! What a filter matches is what libpcap 1.10 matches: the same bytes are compared, a packet too short for a comparison
//! is rejected, and the quirks of the language are kept (`%` and `^` take everything to their right; the first `vlan`
//! moves the offsets of everything behind it, in whatever way it is joined; of an arithmetic operation, only what the left
//! operand is loaded from must be there). Where libpcap's programs read scratch words that they have not written, as for
//! Geneve behind 802.11, filters here do what is meant. Not supported are the conditions on raw ATM, SS7 and the log of
//! OpenBSD's packet filter, ARCnet, and `gateway`.
//!
//! In BSD loopback captures (link type 0) the protocol family is in the byte order of the capturing host, taken to be
//! little-endian; for a big-endian one, compile for link type 108.

mod ast;
pub mod bpf;
mod compile;
mod error;
mod lexer;
mod names;
mod parser;
mod protocol;
mod registry;
mod words;

use crate::source::LinkType;
use bpf::{Ancillary, Instruction, Listing};
use std::fmt;
use std::net::Ipv4Addr;

pub use error::FilterError;

/// Where a filter is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// On the packets of a file.
    File,
    /// In a Linux kernel that captures. VLAN tags are then out of the frame, and the direction, the interface and, for
    /// the link types of "any" interface, the protocol come from the kernel.
    LinuxLive,
}

/// A filter, compiled for one link type.
#[derive(Clone, Debug)]
pub struct CaptureFilter {
    program: Vec<Instruction>,
    target: Target,
}

/// How many bytes a program returns where the snapshot length is not limited.
const UNLIMITED: u32 = 262_144;

impl CaptureFilter {
    /// Compiles an expression; the empty one matches every packet. `snaplen` is how many bytes of a matching packet the
    /// kernel is to keep, 0 for all.
    ///
    /// Names of hosts are looked up now.
    ///
    /// # Errors
    /// What is wrong with the expression, or makes no sense for the link type. An expression that no packet can match
    /// is refused as well.
    pub fn compile(
        expression: &str,
        link: LinkType,
        snaplen: u32,
        target: Target,
    ) -> Result<CaptureFilter, FilterError> {
        CaptureFilter::compile_for_network(expression, link, snaplen, target, Ipv4Addr::UNSPECIFIED)
    }

    /// The same, for an interface whose network has this mask: `ip broadcast` goes by it.
    ///
    /// # Errors
    /// As [`compile`](CaptureFilter::compile).
    pub fn compile_for_network(
        expression: &str,
        link: LinkType,
        snaplen: u32,
        target: Target,
        netmask: Ipv4Addr,
    ) -> Result<CaptureFilter, FilterError> {
        let tree = parser::parse(expression)?;
        let environment = compile::Environment { link, target, netmask: netmask.to_bits() };
        let keep = if snaplen == 0 { UNLIMITED } else { snaplen };
        let program = compile::compile(expression, &tree, environment, keep)?;
        Ok(CaptureFilter { program, target })
    }

    /// Whether the filter keeps a packet: `packet` are the bytes captured, `wire_len` is the length it had.
    #[must_use]
    pub fn matches(&self, packet: &[u8], wire_len: u32) -> bool {
        bpf::run(&self.program, packet, wire_len, None) != 0
    }

    /// Whether the filter keeps a packet just captured, of which the kernel knows more than its bytes.
    #[must_use]
    pub fn matches_live(&self, packet: &[u8], wire_len: u32, known: &Ancillary) -> bool {
        let known = (self.target == Target::LinuxLive).then_some(known);
        bpf::run(&self.program, packet, wire_len, known) != 0
    }

    /// The program, as the kernel takes it.
    #[must_use]
    pub fn instructions(&self) -> &[Instruction] {
        &self.program
    }
}

/// Shows the program as `tcpdump -d` does.
impl fmt::Display for CaptureFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Listing(&self.program).fmt(f)
    }
}
