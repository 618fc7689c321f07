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
pub fn run(program: &[Instruction], packet: &[u8], wire_len: u32, known: Option<&Ancillary>) -> u32 {
    let mut machine = Machine { a: 0, x: 0, scratch: [0; SCRATCH_WORDS as usize], packet, wire_len, known };
    let mut rest = program.iter();
    while let Some(instruction) = rest.next() {
        match machine.step(*instruction) {
            Some(Step::Next) => {}
            Some(Step::Skip(0)) => {}
            Some(Step::Skip(count)) => {
                rest.nth((count as usize).saturating_sub(1));
            }
            Some(Step::Keep(bytes)) => return bytes,
            None => return 0,
        }
    }
    0
}

/// What to do after an instruction.
enum Step {
    Next,
    Skip(u32),
    Keep(u32),
}

struct Machine<'p> {
    a: u32,
    x: u32,
    scratch: [u32; SCRATCH_WORDS as usize],
    packet: &'p [u8],
    wire_len: u32,
    known: Option<&'p Ancillary>,
}

impl Machine<'_> {
    /// Executes one instruction; `None` rejects the packet.
    #[inline]
    fn step(&mut self, i: Instruction) -> Option<Step> {
        match i.code & 0x07 {
            code::LD => self.a = self.load(i)?,
            code::LDX => self.x = self.load(i)?,
            code::ST => *self.scratch.get_mut(i.k as usize)? = self.a,
            code::STX => *self.scratch.get_mut(i.k as usize)? = self.x,
            code::ALU => self.a = self.compute(i)?,
            code::JMP => return Some(Step::Skip(self.jump(i))),
            code::RET => {
                return Some(Step::Keep(if i.code & 0x18 == code::A { self.a } else { i.k }));
            }
            _ if i.code & 0xf8 == code::TXA => self.a = self.x,
            _ => self.x = self.a,
        }
        Some(Step::Next)
    }

    fn load(&self, i: Instruction) -> Option<u32> {
        let size = i.code & 0x18;
        match i.code & 0xe0 {
            code::IMM => Some(i.k),
            code::ABS => self.fetch(i.k, size),
            code::IND => self.fetch(self.x.wrapping_add(i.k), size),
            code::MEM => self.scratch.get(i.k as usize).copied(),
            code::LEN => Some(self.wire_len),
            code::MSH => Some((self.fetch(i.k, code::B)? & 0x0f) << 2),
            _ => None,
        }
    }

    /// Bytes of the packet at `offset`, big-endian, or what the kernel knows.
    #[inline]
    fn fetch(&self, offset: u32, size: u16) -> Option<u32> {
        if offset < ancillary::LL_OFF {
            return self.bytes(offset, size);
        }
        let known = self.known?;
        match offset {
            ancillary::PROTOCOL => Some(known.protocol.into()),
            ancillary::PKTTYPE => Some(known.packet_type.into()),
            ancillary::IFINDEX => Some(known.interface),
            ancillary::VLAN_TAG => Some(known.vlan.unwrap_or(0).into()),
            ancillary::VLAN_TAG_PRESENT => Some(known.vlan.is_some().into()),
            _ if offset >= ancillary::AD_OFF => None,
            _ if offset >= ancillary::NET_OFF => {
                self.bytes(known.network_offset.checked_add(offset.wrapping_sub(ancillary::NET_OFF))?, size)
            }
            _ => self.bytes(offset.wrapping_sub(ancillary::LL_OFF), size),
        }
    }

    /// Bytes of the packet at `offset`, big-endian.
    #[inline]
    fn bytes(&self, offset: u32, size: u16) -> Option<u32> {
        let bytes = self.packet.get(offset as usize..)?;
        match size {
            code::W => bytes.first_chunk().map(|b| u32::from_be_bytes(*b)),
            code::H => bytes.first_chunk().map(|b| u16::from_be_bytes(*b).into()),
            _ => bytes.first().map(|b| (*b).into()),
        }
    }

    fn compute(&self, i: Instruction) -> Option<u32> {
        let a = self.a;
        let operand = if i.code & code::X != 0 { self.x } else { i.k };
        Some(match i.code & 0xf0 {
            code::ADD => a.wrapping_add(operand),
            code::SUB => a.wrapping_sub(operand),
            code::MUL => a.wrapping_mul(operand),
            code::DIV => a.checked_div(operand)?,
            code::MOD => a.checked_rem(operand)?,
            code::OR => a | operand,
            code::AND => a & operand,
            code::XOR => a ^ operand,
            code::LSH => a.checked_shl(operand).unwrap_or(0),
            code::RSH => a.checked_shr(operand).unwrap_or(0),
            code::NEG => a.wrapping_neg(),
            _ => return None,
        })
    }

    /// How many instructions a jump skips.
    #[inline]
    fn jump(&self, i: Instruction) -> u32 {
        let operand = if i.code & code::X != 0 { self.x } else { i.k };
        let holds = match i.code & 0xf0 {
            code::JEQ => self.a == operand,
            code::JGT => self.a > operand,
            code::JGE => self.a >= operand,
            code::JSET => self.a & operand != 0,
            _ => return i.k,
        };
        u32::from(if holds { i.jt } else { i.jf })
    }
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
