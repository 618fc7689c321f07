//! Says whether a kernel would take a program.

use super::{Instruction, MAX_INSTRUCTIONS, ancillary, code};
use std::fmt;

/// Why a program is not valid, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Index of the instruction.
    pub position: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "instruction {}: {}", self.position, self.reason)
    }
}

impl std::error::Error for Invalid {}

/// Checks a program by the rules of the Linux kernel: 1 to 4096 known instructions, the last of them a return; jumps
/// that stay inside; no constant division by zero nor shift by 32 or more; and no scratch word that is read on a path
/// on which it was never written.
///
/// # Errors
/// The first instruction that breaks a rule.
pub fn validate(program: &[Instruction]) -> Result<(), Invalid> {
    let invalid = |position, reason| Err(Invalid { position, reason });
    if program.is_empty() || program.len() > MAX_INSTRUCTIONS {
        return invalid(program.len(), "a program has 1 to 4096 instructions");
    }
    if program.last().is_none_or(|last| last.code & 0x07 != code::RET) {
        return invalid(program.len().saturating_sub(1), "the last instruction must be a return");
    }
    // Which scratch words are written on every path that reaches an instruction, one bit each; all, where none does.
    let mut written = vec![u16::MAX; program.len()];
    if let Some(first) = written.first_mut() {
        *first = 0;
    }
    for (position, instruction) in program.iter().enumerate() {
        let mut words = written.get(position).copied().unwrap_or(0);
        if let Err(reason) = check(*instruction, &mut words) {
            return invalid(position, reason);
        }
        let [first, second] = successors(*instruction);
        for distance in [first, second].into_iter().flatten() {
            let target = position.checked_add(1).and_then(|next| next.checked_add(distance as usize));
            match target.and_then(|target| written.get_mut(target)) {
                Some(reached) => *reached &= words,
                None => return invalid(position, "it jumps out of the program"),
            }
        }
    }
    Ok(())
}

/// How far ahead the instructions are that may follow, 0 for the next one.
fn successors(i: Instruction) -> [Option<u32>; 2] {
    match i.code & 0x07 {
        code::RET => [None, None],
        code::JMP if i.code & 0xf0 == code::JA => [Some(i.k), None],
        code::JMP => [Some(i.jt.into()), Some(i.jf.into())],
        _ => [Some(0), None],
    }
}

/// Checks one instruction by itself, and keeps the set of scratch words written.
fn check(i: Instruction, words: &mut u16) -> Result<(), &'static str> {
    let bit = 1_u16.checked_shl(i.k); // None past the sixteenth word
    match i.code & 0x07 {
        code::LD | code::LDX if i.code & 0xe0 == code::MEM => match bit {
            Some(bit) if *words & bit != 0 => {}
            Some(_) => return Err("it reads a scratch word that was not written"),
            None => return Err("there is no such scratch word"),
        },
        code::ST | code::STX => *words |= bit.ok_or("there is no such scratch word")?,
        _ => {}
    }
    if !known(i.code) {
        return Err("there is no such instruction");
    }
    match i.code {
        _ if i.code & 0xe7 == code::LD | code::ABS && i.k >= ancillary::AD_OFF && !ANCILLARY.contains(&i.k) => {
            Err("the kernel has nothing at this offset")
        }
        DIVIDE | MODULO if i.k == 0 => Err("it divides by zero"),
        SHIFT_LEFT | SHIFT_RIGHT if i.k > 31 => Err("it shifts by more than 31 bits"),
        _ => Ok(()),
    }
}

/// The ancillary offsets that programs here use; the kernel has some more.
const ANCILLARY: [u32; 5] =
    [ancillary::PROTOCOL, ancillary::PKTTYPE, ancillary::IFINDEX, ancillary::VLAN_TAG, ancillary::VLAN_TAG_PRESENT];

const DIVIDE: u16 = code::ALU | code::DIV | code::K;
const MODULO: u16 = code::ALU | code::MOD | code::K;
const SHIFT_LEFT: u16 = code::ALU | code::LSH | code::K;
const SHIFT_RIGHT: u16 = code::ALU | code::RSH | code::K;

/// Whether the kernel knows an instruction code.
fn known(instruction: u16) -> bool {
    let mode = instruction & 0xe0;
    let size = instruction & 0x18;
    match instruction & 0x07 {
        _ if instruction > 0xff => false,
        code::LD => match mode {
            code::ABS | code::IND => size != 0x18,
            code::IMM | code::MEM | code::LEN => size == code::W,
            _ => false,
        },
        code::LDX => match mode {
            code::IMM | code::MEM | code::LEN => size == code::W,
            code::MSH => size == code::B,
            _ => false,
        },
        code::ST | code::STX => instruction & 0xf8 == 0,
        code::ALU => match instruction & 0xf0 {
            code::NEG => instruction & code::X == 0,
            operator => operator <= code::XOR,
        },
        code::JMP => match instruction & 0xf0 {
            code::JA => instruction & code::X == 0,
            condition => condition <= code::JSET,
        },
        code::RET => matches!(instruction & 0xf8, code::K | code::A),
        _ => matches!(instruction & 0xf8, code::TAX | code::TXA),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETURN: Instruction = Instruction::new(code::RET, 0);

    fn reason(program: &[Instruction]) -> Option<&'static str> {
        validate(program).err().map(|e| e.reason)
    }

    #[test]
    fn a_program_ends_with_a_return_and_fits_the_kernel() {
        assert!(reason(&[]).is_some());
        assert!(reason(&[Instruction::new(code::LD | code::IMM, 0)]).is_some());
        assert_eq!(reason(&vec![RETURN; MAX_INSTRUCTIONS]), None);
        assert!(reason(&vec![RETURN; MAX_INSTRUCTIONS + 1]).is_some());
    }

    #[test]
    fn jumps_stay_inside() {
        let jump = |jt, jf| Instruction { code: code::JMP | code::JEQ, jt, jf, k: 0 };
        assert_eq!(reason(&[jump(0, 1), RETURN, RETURN]), None);
        assert!(reason(&[jump(0, 2), RETURN, RETURN]).is_some());
        assert!(reason(&[jump(2, 0), RETURN, RETURN]).is_some());
        assert!(reason(&[Instruction::new(code::JMP | code::JA, u32::MAX), RETURN]).is_some());
    }

    #[test]
    fn scratch_is_written_before_it_is_read() {
        let store = Instruction::new(code::ST, 3);
        let load = Instruction::new(code::LD | code::MEM, 3);
        let jump = Instruction { code: code::JMP | code::JEQ, jt: 0, jf: 1, k: 0 };
        assert_eq!(reason(&[store, load, RETURN]), None);
        assert!(reason(&[load, RETURN]).is_some());
        assert!(reason(&[jump, store, load, RETURN]).is_some(), "one path skips the store");
        assert!(reason(&[Instruction::new(code::ST, 16), RETURN]).is_some());
    }

    #[test]
    fn what_a_kernel_does_not_know_is_refused() {
        assert!(reason(&[Instruction::new(code::LD | code::MSH, 0), RETURN]).is_some());
        assert!(reason(&[Instruction::new(code::ALU | 0xb0, 0), RETURN]).is_some());
        assert!(reason(&[Instruction::new(DIVIDE, 0), RETURN]).is_some());
        assert!(reason(&[Instruction::new(SHIFT_LEFT, 32), RETURN]).is_some());
        assert_eq!(reason(&[Instruction::new(SHIFT_LEFT | code::X, 0), RETURN]), None);
        let absolute = |k| reason(&[Instruction::new(code::LD | code::H | code::ABS, k), RETURN]);
        assert_eq!(absolute(ancillary::VLAN_TAG), None);
        assert_eq!(absolute(ancillary::NET_OFF), None);
        assert!(absolute(u32::MAX).is_some());
    }
}
