//! Classic BPF: the instruction set that the kernel's socket filters and every capture library share.
//!
//! A machine has an accumulator A, an index register X and sixteen scratch words M[0..16], all 32 bits wide. A program
//! may load bytes of the packet (big-endian), compute, jump forwards, and return how many bytes of the packet to keep:
//! 0 rejects it. The instruction set is that of McCanne and Jacobson, "The BSD Packet Filter" (USENIX 1993), with the
//! modulo and exclusive-or operations that Linux 3.7 added.

mod display;
mod interpret;
mod validate;

pub use display::Listing;
pub use interpret::{Ancillary, run};
pub use validate::{Invalid, validate};

/// The most instructions that the Linux kernel takes (`BPF_MAXINSNS`).
pub const MAX_INSTRUCTIONS: usize = 4096;
/// Words of scratch memory.
pub const SCRATCH_WORDS: u32 = 16;

/// One instruction, laid out as the kernel's `struct sock_filter`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// Operation: class, size or operator, and addressing mode, or-ed together.
    pub code: u16,
    /// Of a conditional jump: how many instructions to skip where the condition holds.
    pub jt: u8,
    /// Of a conditional jump: how many instructions to skip where it does not hold.
    pub jf: u8,
    /// Constant: a value, an offset into the packet, a scratch word, or the distance of an unconditional jump.
    pub k: u32,
}

impl Instruction {
    /// An instruction that is no conditional jump.
    pub const fn new(code: u16, k: u32) -> Instruction {
        Instruction { code, jt: 0, jf: 0, k }
    }
}

/// The numbers that make up an instruction's code.
#[allow(missing_docs)] // The names are those of every BPF manual; the groups say what they are.
pub mod code {
    // Instruction classes.
    pub const LD: u16 = 0x00;
    pub const LDX: u16 = 0x01;
    pub const ST: u16 = 0x02;
    pub const STX: u16 = 0x03;
    pub const ALU: u16 = 0x04;
    pub const JMP: u16 = 0x05;
    pub const RET: u16 = 0x06;
    pub const MISC: u16 = 0x07;
    // Sizes of a load: 4, 2 and 1 bytes.
    pub const W: u16 = 0x00;
    pub const H: u16 = 0x08;
    pub const B: u16 = 0x10;
    // Addressing modes of a load: constant, packet at k, packet at X + k, scratch word, packet length, IPv4 header length.
    pub const IMM: u16 = 0x00;
    pub const ABS: u16 = 0x20;
    pub const IND: u16 = 0x40;
    pub const MEM: u16 = 0x60;
    pub const LEN: u16 = 0x80;
    pub const MSH: u16 = 0xa0;
    // Operators of arithmetic.
    pub const ADD: u16 = 0x00;
    pub const SUB: u16 = 0x10;
    pub const MUL: u16 = 0x20;
    pub const DIV: u16 = 0x30;
    pub const OR: u16 = 0x40;
    pub const AND: u16 = 0x50;
    pub const LSH: u16 = 0x60;
    pub const RSH: u16 = 0x70;
    pub const NEG: u16 = 0x80;
    pub const MOD: u16 = 0x90;
    pub const XOR: u16 = 0xa0;
    // Jumps: always, A equal to, greater than, at least, or sharing a bit with the operand.
    pub const JA: u16 = 0x00;
    pub const JEQ: u16 = 0x10;
    pub const JGT: u16 = 0x20;
    pub const JGE: u16 = 0x30;
    pub const JSET: u16 = 0x40;
    // Where the operand of arithmetic or a jump is: k, or X; for a return also A.
    pub const K: u16 = 0x00;
    pub const X: u16 = 0x08;
    pub const A: u16 = 0x10;
    // Register transfers.
    pub const TAX: u16 = 0x00;
    pub const TXA: u16 = 0x80;
}

/// Offsets at which a Linux kernel answers from what it knows of the packet, instead of from the packet's bytes
/// (`linux/filter.h`). They are negative numbers; a file's packet never reaches that far.
#[allow(missing_docs)] // One constant per kernel constant, without its SKF_ prefix.
pub mod ancillary {
    /// Start of the ancillary area (`SKF_AD_OFF`).
    pub const AD_OFF: u32 = 0xffff_f000;
    pub const PROTOCOL: u32 = AD_OFF;
    pub const PKTTYPE: u32 = AD_OFF + 4;
    pub const IFINDEX: u32 = AD_OFF + 8;
    pub const VLAN_TAG: u32 = AD_OFF + 44;
    pub const VLAN_TAG_PRESENT: u32 = AD_OFF + 48;
    /// Offsets from here count from the network-layer header (`SKF_NET_OFF`).
    pub const NET_OFF: u32 = 0xfff0_0000;
    /// Offsets from here count from the link-layer header (`SKF_LL_OFF`).
    pub const LL_OFF: u32 = 0xffe0_0000;
    /// The packet type of frames that this host sends (`PACKET_OUTGOING`).
    pub const OUTGOING: u32 = 4;
}
