//! Runs a program on a packet, as a kernel would.

use super::{Instruction, SCRATCH_WORDS, ancillary, code};

/// What a capturing Linux kernel knows of a packet beside its bytes; the program's ancillary loads read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ancillary {
    /// EtherType of the packet, or the small numbers that Linux gives to 802.3 frames.
    pub protocol: u16,
    /// Who it was for: 0 this host, 1 broadcast, 2 multicast, 3 another host, 4 sent by this host.
    pub packet_type: u8,
    /// Number of the interface.
    pub interface: u32,
    /// The VLAN tag (TCI) that was taken out of the frame, if there was one.
    pub vlan: Option<u16>,
    /// Where in the packet's bytes the network-layer header starts.
    pub network_offset: u32,
}

/// Runs `program` on `packet`, whose length on the wire was `wire_len`, and returns how many bytes to keep; 0 rejects.
///
/// A load that reaches outside the packet and a division by zero reject the packet; so does a program that ends
/// without a return. Without `known`, as for packets of a file, the ancillary offsets lie outside the packet. Every
/// jump goes forward, so that a run takes at most as many steps as the program has instructions.
#[must_use]
pub fn run(program: &[Instruction], packet: &[u8], wire_len: u32, known: Option<&Ancillary>) -> u32 {
    Machine { packet, wire_len, known }.run(program).unwrap_or(0)
}

/// What a program runs on.
struct Machine<'p> {
    packet: &'p [u8],
    wire_len: u32,
    known: Option<&'p Ancillary>,
}

impl Machine<'_> {
    /// What a program returns; `None` rejects the packet.
    fn run(&self, program: &[Instruction]) -> Option<u32> {
        let (mut a, mut x, mut position) = (0_u32, 0_u32, 0_usize);
        let mut scratch = [0_u32; SCRATCH_WORDS as usize];
        loop {
            let i = program.get(position)?;
            position = position.wrapping_add(1);
            let word = i.k as usize;
            match i.code {
                LD_W_ABS => a = self.word(i.k)?,
                LD_H_ABS => a = self.half(i.k)?,
                LD_B_ABS => a = self.byte(i.k)?,
                LD_W_IND => a = self.word(x.wrapping_add(i.k))?,
                LD_H_IND => a = self.half(x.wrapping_add(i.k))?,
                LD_B_IND => a = self.byte(x.wrapping_add(i.k))?,
                LD_IMM => a = i.k,
                LD_MEM => a = *scratch.get(word)?,
                LD_LEN => a = self.wire_len,
                LDX_MSH => x = (self.byte(i.k)? & 0x0f) << 2,
                LDX_IMM => x = i.k,
                LDX_MEM => x = *scratch.get(word)?,
                LDX_LEN => x = self.wire_len,
                code::ST => *scratch.get_mut(word)? = a,
                code::STX => *scratch.get_mut(word)? = x,
                TAX => x = a,
                TXA => a = x,
                RET_K => return Some(i.k),
                RET_A => return Some(a),
                JEQ_K => position = position.wrapping_add(side(*i, a == i.k)),
                JGT_K => position = position.wrapping_add(side(*i, a > i.k)),
                JGE_K => position = position.wrapping_add(side(*i, a >= i.k)),
                JSET_K => position = position.wrapping_add(side(*i, a & i.k != 0)),
                JEQ_X => position = position.wrapping_add(side(*i, a == x)),
                JGT_X => position = position.wrapping_add(side(*i, a > x)),
                JGE_X => position = position.wrapping_add(side(*i, a >= x)),
                JSET_X => position = position.wrapping_add(side(*i, a & x != 0)),
                JA => position = position.checked_add(word)?,
                AND_K => a &= i.k,
                _ if i.code & 0x07 == code::ALU => a = compute(*i, a, x)?,
                _ => return None,
            }
        }
    }

    /// Four bytes of the packet, big-endian.
    #[inline]
    fn word(&self, offset: u32) -> Option<u32> {
        match self.packet.get(offset as usize..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => Some(u32::from_be_bytes(*bytes)),
            None => self.outside(offset, 4),
        }
    }

    /// Two bytes of the packet, big-endian.
    #[inline]
    fn half(&self, offset: u32) -> Option<u32> {
        match self.packet.get(offset as usize..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => Some(u16::from_be_bytes(*bytes).into()),
            None => self.outside(offset, 2),
        }
    }

    /// One byte of the packet.
    #[inline]
    fn byte(&self, offset: u32) -> Option<u32> {
        match self.packet.get(offset as usize) {
            Some(byte) => Some((*byte).into()),
            None => self.outside(offset, 1),
        }
    }

    /// What the kernel knows, at offsets outside the packet.
    #[cold]
    fn outside(&self, offset: u32, size: u32) -> Option<u32> {
        let known = self.known?;
        let inside = match offset {
            ancillary::PROTOCOL => return Some(known.protocol.into()),
            ancillary::PKTTYPE => return Some(known.packet_type.into()),
            ancillary::IFINDEX => return Some(known.interface),
            ancillary::VLAN_TAG => return Some(known.vlan.unwrap_or(0).into()),
            ancillary::VLAN_TAG_PRESENT => return Some(known.vlan.is_some().into()),
            _ if offset >= ancillary::AD_OFF => return None,
            _ if offset >= ancillary::NET_OFF => {
                known.network_offset.checked_add(offset.wrapping_sub(ancillary::NET_OFF))?
            }
            _ if offset >= ancillary::LL_OFF => offset.wrapping_sub(ancillary::LL_OFF),
            _ => return None,
        };
        let bytes = self.packet.get(inside as usize..)?.get(..size as usize)?;
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }
}

const LD_W_ABS: u16 = code::LD | code::W | code::ABS;
const LD_H_ABS: u16 = code::LD | code::H | code::ABS;
const LD_B_ABS: u16 = code::LD | code::B | code::ABS;
const LD_W_IND: u16 = code::LD | code::W | code::IND;
const LD_H_IND: u16 = code::LD | code::H | code::IND;
const LD_B_IND: u16 = code::LD | code::B | code::IND;
const LD_IMM: u16 = code::LD | code::IMM;
const LD_MEM: u16 = code::LD | code::MEM;
const LD_LEN: u16 = code::LD | code::LEN;
const LDX_MSH: u16 = code::LDX | code::B | code::MSH;
const LDX_IMM: u16 = code::LDX | code::IMM;
const LDX_MEM: u16 = code::LDX | code::MEM;
const LDX_LEN: u16 = code::LDX | code::LEN;
const TAX: u16 = code::MISC | code::TAX;
const TXA: u16 = code::MISC | code::TXA;
const RET_K: u16 = code::RET | code::K;
const RET_A: u16 = code::RET | code::A;
const JA: u16 = code::JMP | code::JA;
const JEQ_K: u16 = code::JMP | code::JEQ | code::K;
const JGT_K: u16 = code::JMP | code::JGT | code::K;
const JGE_K: u16 = code::JMP | code::JGE | code::K;
const JSET_K: u16 = code::JMP | code::JSET | code::K;
const JEQ_X: u16 = code::JMP | code::JEQ | code::X;
const JGT_X: u16 = code::JMP | code::JGT | code::X;
const JGE_X: u16 = code::JMP | code::JGE | code::X;
const JSET_X: u16 = code::JMP | code::JSET | code::X;
const AND_K: u16 = code::ALU | code::AND | code::K;

/// The accumulator after an arithmetic instruction; `None` after a division by zero.
#[inline]
fn compute(i: Instruction, a: u32, x: u32) -> Option<u32> {
    let operand = if i.code & code::X != 0 { x } else { i.k };
    Some(match i.code & 0xf0 {
        code::AND => a & operand,
        code::ADD => a.wrapping_add(operand),
        code::SUB => a.wrapping_sub(operand),
        code::MUL => a.wrapping_mul(operand),
        code::DIV => a.checked_div(operand)?,
        code::MOD => a.checked_rem(operand)?,
        code::OR => a | operand,
        code::XOR => a ^ operand,
        code::LSH => a.checked_shl(operand).unwrap_or(0),
        code::RSH => a.checked_shr(operand).unwrap_or(0),
        code::NEG => a.wrapping_neg(),
        _ => return None,
    })
}

/// How many instructions a conditional jump skips.
#[inline]
fn side(i: Instruction, holds: bool) -> usize {
    usize::from(if holds { i.jt } else { i.jf })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn op(code: u16, k: u32) -> Instruction {
        Instruction::new(code, k)
    }

    /// What A is after `body`, as the program returns it.
    fn a_after(body: &[Instruction], packet: &[u8]) -> u32 {
        let mut program = body.to_vec();
        program.push(op(code::RET | code::A, 0));
        run(&program, packet, 1514, None)
    }

    #[test]
    fn loads_are_big_endian_and_bounded() {
        let packet = [0x12, 0x34, 0x56, 0x78, 0x9a];
        assert_eq!(a_after(&[op(code::LD | code::W | code::ABS, 1)], &packet), 0x3456_789a);
        assert_eq!(a_after(&[op(code::LD | code::H | code::ABS, 3)], &packet), 0x789a);
        assert_eq!(a_after(&[op(code::LD | code::B | code::ABS, 4)], &packet), 0x9a);
        for (size, first_outside) in [(code::W, 2), (code::H, 4), (code::B, 5)] {
            let body = [op(code::LD | size | code::ABS, first_outside), op(code::LD | code::IMM, 7)];
            assert_eq!(a_after(&body, &packet), 0, "the load at {first_outside} must reject");
        }
        let indexed = [op(code::LDX | code::IMM, 2), op(code::LD | code::B | code::IND, 1)];
        assert_eq!(a_after(&indexed, &packet), 0x78);
        let wrapped = [op(code::LDX | code::IMM, 2), op(code::LD | code::B | code::IND, u32::MAX)];
        assert_eq!(a_after(&wrapped, &packet), 0x34, "an index may lower the offset");
        let header = [op(code::LDX | code::B | code::MSH, 0), op(code::MISC | code::TXA, 0)];
        assert_eq!(a_after(&header, &[0x45]), 20);
        assert_eq!(a_after(&[op(code::LD | code::LEN, 0)], &packet), 1514);
    }

    #[test]
    fn arithmetic_wraps_and_division_by_zero_rejects() {
        let compute = |a: u32, operator: u16, k: u32| {
            a_after(&[op(code::LD | code::IMM, a), op(code::ALU | operator, k), op(code::ALU | code::ADD, 1)], &[])
        };
        assert_eq!(compute(5, code::SUB, 6), 0);
        assert_eq!(compute(1 << 31, code::MUL, 3), (1 << 31) + 1);
        assert_eq!(compute(7, code::DIV, 0), 0);
        assert_eq!(compute(7, code::MOD, 0), 0);
        assert_eq!(compute(7, code::DIV, 2), 4);
        assert_eq!(compute(7, code::MOD, 4), 4);
        assert_eq!(compute(7, code::XOR, 2), 6);
        assert_eq!(compute(3, code::NEG, 0), u32::MAX - 1);
        let shift = |by: u32| {
            let x = [op(code::LD | code::IMM, 1), op(code::LDX | code::IMM, by)];
            a_after(&[x[0], x[1], op(code::ALU | code::LSH | code::X, 0), op(code::ALU | code::OR, 1 << 4)], &[])
        };
        assert_eq!((shift(3), shift(32), shift(40)), (0x18, 0x10, 0x10));
    }

    #[test]
    fn jumps_go_forward_and_running_out_rejects() {
        let jump = |a: u32, condition: u16| {
            let program = [
                op(code::LD | code::IMM, a),
                Instruction { code: code::JMP | condition, jt: 0, jf: 1, k: 6 },
                op(code::RET, 1),
                op(code::JMP | code::JA, 1),
                op(code::RET, 3),
                op(code::RET, 2),
            ];
            run(&program, &[], 0, None)
        };
        assert_eq!([5, 6, 7].map(|a| jump(a, code::JEQ)), [2, 1, 2]);
        assert_eq!([5, 6, 7].map(|a| jump(a, code::JGT)), [2, 2, 1]);
        assert_eq!([5, 6, 7].map(|a| jump(a, code::JGE)), [2, 1, 1]);
        assert_eq!([8, 2, 1].map(|a| jump(a, code::JSET)), [2, 1, 2]);
        assert_eq!(run(&[op(code::JMP | code::JA, u32::MAX)], &[], 0, None), 0);
        assert_eq!(run(&[], &[], 0, None), 0);
    }

    #[test]
    fn ancillary_loads_read_what_the_kernel_knows() {
        let known = Ancillary { protocol: 0x800, packet_type: 4, interface: 9, vlan: Some(0x2005), network_offset: 2 };
        let value = |offset: u32, known: Option<&Ancillary>| {
            run(&[op(code::LD | code::H | code::ABS, offset), op(code::RET | code::A, 0)], &[1, 2, 3, 4], 0, known)
        };
        let all = [
            (ancillary::PROTOCOL, 0x800),
            (ancillary::PKTTYPE, 4),
            (ancillary::IFINDEX, 9),
            (ancillary::VLAN_TAG, 0x2005),
            (ancillary::VLAN_TAG_PRESENT, 1),
            (ancillary::NET_OFF, 0x0304),
            (ancillary::LL_OFF + 1, 0x0203),
            (ancillary::AD_OFF + 12, 0),
        ];
        for (offset, expected) in all {
            assert_eq!(value(offset, Some(&known)), expected, "{offset:#x}");
            assert_eq!(value(offset, None), 0, "{offset:#x} lies outside a file's packet");
        }
    }
}
