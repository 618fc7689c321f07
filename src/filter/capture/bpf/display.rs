//! A program as text, one instruction a line, in the notation of `tcpdump -d`.

use super::{Instruction, ancillary, code};
use std::fmt;

/// Shows a program as `tcpdump -d` does: `(000) ldh      [12]`.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'p>(pub &'p [Instruction]);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, instruction) in self.0.iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            line(f, position, *instruction)?;
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, position: usize, instruction: Instruction) -> fmt::Result {
    let (name, operand) = match instruction.code & 0x07 {
        code::LD | code::LDX => load(instruction),
        code::ST => ("st", format!("M[{}]", instruction.k)),
        code::STX => ("stx", format!("M[{}]", instruction.k)),
        code::ALU => arithmetic(instruction),
        code::JMP => return jump(f, position, instruction),
        code::RET if instruction.code & 0x18 == code::A => ("ret", String::new()),
        code::RET => ("ret", format!("#{}", instruction.k)),
        _ if instruction.code & 0xf8 == code::TXA => ("txa", String::new()),
        _ => ("tax", String::new()),
    };
    if operand.is_empty() {
        write!(f, "({position:03}) {name}")
    } else {
        write!(f, "({position:03}) {name:<8} {operand}")
    }
}

fn load(instruction: Instruction) -> (&'static str, String) {
    let k = instruction.k;
    let index = instruction.code & 0x07 == code::LDX;
    let name = match (instruction.code & 0x18, index) {
        (code::H, _) => "ldh",
        (code::B, false) => "ldb",
        (code::B, true) => "ldxb",
        (_, false) => "ld",
        (_, true) => "ldx",
    };
    let operand = match instruction.code & 0xe0 {
        code::IMM => format!("#{k:#x}"),
        code::ABS => match k {
            ancillary::PROTOCOL => "[proto]".to_owned(),
            ancillary::PKTTYPE => "[type]".to_owned(),
            ancillary::IFINDEX => "[ifidx]".to_owned(),
            ancillary::VLAN_TAG => "[vlan_tci]".to_owned(),
            ancillary::VLAN_TAG_PRESENT => "[vlanp]".to_owned(),
            _ => format!("[{}]", k.cast_signed()),
        },
        code::IND => format!("[x + {}]", k.cast_signed()),
        code::MEM => format!("M[{k}]"),
        code::LEN => "#pktlen".to_owned(),
        _ => format!("4*([{}]&0xf)", k.cast_signed()),
    };
    (name, operand)
}

fn arithmetic(instruction: Instruction) -> (&'static str, String) {
    let operator = instruction.code & 0xf0;
    let name = match operator {
        code::ADD => "add",
        code::SUB => "sub",
        code::MUL => "mul",
        code::DIV => "div",
        code::OR => "or",
        code::AND => "and",
        code::LSH => "lsh",
        code::RSH => "rsh",
        code::NEG => "neg",
        code::MOD => "mod",
        _ => "xor",
    };
    let bits = matches!(operator, code::AND | code::OR | code::XOR);
    let operand = match (operator, instruction.code & code::X) {
        (code::NEG, _) => String::new(),
        (_, code::X) => "x".to_owned(),
        _ if bits => format!("#{:#x}", instruction.k),
        _ => format!("#{}", instruction.k),
    };
    (name, operand)
}

fn jump(f: &mut fmt::Formatter<'_>, position: usize, instruction: Instruction) -> fmt::Result {
    let next = position.saturating_add(1);
    let name = match instruction.code & 0xf0 {
        code::JA => {
            let target = next.saturating_add(instruction.k as usize);
            return write!(f, "({position:03}) {:<8} {target}", "ja");
        }
        code::JEQ => "jeq",
        code::JGT => "jgt",
        code::JGE => "jge",
        _ => "jset",
    };
    let operand = if instruction.code & code::X != 0 { "x".to_owned() } else { format!("#{:#x}", instruction.k) };
    let (yes, no) = (next.saturating_add(instruction.jt.into()), next.saturating_add(instruction.jf.into()));
    write!(f, "({position:03}) {name:<8} {operand:<16} jt {yes}\tjf {no}")
}
