//! The compiler's own form of a condition: a tree of comparisons, each of which loads one number and jumps.

use super::super::bpf::{Instruction, code};

/// Where in a packet something is: a constant offset, or one from what a scratch word holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The scratch word that is added.
    pub(super) word: Option<u32>,
    /// Bytes from there; it may wrap around to reach the kernel's negative offsets.
    pub(super) offset: u32,
}

impl Place {
    pub(super) const fn at(offset: u32) -> Place {
        Place { word: None, offset }
    }

    pub(super) const fn in_word(word: u32, offset: u32) -> Place {
        Place { word: Some(word), offset }
    }

    /// So many bytes further on.
    pub(super) const fn plus(self, bytes: u32) -> Place {
        Place { word: self.word, offset: self.offset.wrapping_add(bytes) }
    }

    /// So many bytes further back.
    pub(super) const fn minus(self, bytes: u32) -> Place {
        Place { word: self.word, offset: self.offset.wrapping_sub(bytes) }
    }

    /// The byte there.
    pub(super) fn byte(self) -> Value {
        Value::load(self, code::B)
    }

    /// The two bytes there, big-endian.
    pub(super) fn half(self) -> Value {
        Value::load(self, code::H)
    }

    /// The four bytes there, big-endian.
    pub(super) fn word(self) -> Value {
        Value::load(self, code::W)
    }
}

/// A number that is loaded into the accumulator.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Value {
    /// Instructions that first set the index register, if the load needs it.
    pub(super) index: Vec<Instruction>,
    /// Instructions that set the accumulator.
    pub(super) load: Vec<Instruction>,
    /// Whether it may be another number when it is loaded again.
    pub(super) varies: bool,
}

impl Value {
    /// What straight-line code leaves in the accumulator.
    pub(super) fn computed(load: Vec<Instruction>) -> Value {
        Value { index: Vec::new(), load, varies: false }
    }

    /// A scratch word that changes while the program runs.
    pub(super) fn scratch(word: u32) -> Value {
        Value { index: Vec::new(), load: vec![Instruction::new(code::LD | code::MEM, word)], varies: true }
    }

    fn load(place: Place, size: u16) -> Value {
        match place.word {
            None => Value::computed(vec![Instruction::new(code::LD | size | code::ABS, place.offset)]),
            Some(word) => Value {
                index: vec![Instruction::new(code::LDX | code::MEM, word)],
                load: vec![Instruction::new(code::LD | size | code::IND, place.offset)],
                varies: false,
            },
        }
    }

    /// Bytes at an offset behind the IPv4 header at `header`.
    pub(super) fn behind_ip_header(header: Place, offset: u32, size: u16) -> Value {
        let load = vec![Instruction::new(code::LD | size | code::IND, header.offset.wrapping_add(offset))];
        Value { index: ip_header_length(header), load, varies: false }
    }

    /// Only some of its bits.
    pub(super) fn masked(mut self, mask: u32) -> Value {
        if mask != u32::MAX {
            self.load.push(Instruction::new(code::ALU | code::AND | code::K, mask));
        }
        self
    }

    fn compared(self, condition: u16, constant: u32) -> Test {
        Test::Compare(Comparison { value: self, condition, operand: Operand::Constant(constant) })
    }

    pub(super) fn equals(self, constant: u32) -> Test {
        self.compared(code::JEQ, constant)
    }

    pub(super) fn above(self, constant: u32) -> Test {
        self.compared(code::JGT, constant)
    }

    pub(super) fn at_least(self, constant: u32) -> Test {
        self.compared(code::JGE, constant)
    }

    /// Whether any of these bits is set.
    pub(super) fn has(self, bits: u32) -> Test {
        self.compared(code::JSET, bits)
    }

    /// Whether it is one of several numbers.
    pub(super) fn among(self, constants: impl IntoIterator<Item = u32>) -> Test {
        any(constants.into_iter().map(|constant| self.clone().equals(constant)))
    }
}

/// Instructions that leave in the index register the length of the IPv4 header at `header`, plus the scratch word of
/// its place.
pub(super) fn ip_header_length(header: Place) -> Vec<Instruction> {
    match header.word {
        None => vec![Instruction::new(code::LDX | code::B | code::MSH, header.offset)],
        Some(word) => vec![
            Instruction::new(code::LDX | code::MEM, word),
            Instruction::new(code::LD | code::B | code::IND, header.offset),
            Instruction::new(code::ALU | code::AND | code::K, 0x0f),
            Instruction::new(code::ALU | code::LSH | code::K, 2),
            Instruction::new(code::ALU | code::ADD | code::X, 0),
            Instruction::new(code::MISC | code::TAX, 0),
        ],
    }
}

/// What a value is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operand {
    Constant(u32),
    /// The index register, which the value's code has set.
    Index,
}

/// A load and a conditional jump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) value: Value,
    /// One of `JEQ`, `JGT`, `JGE` and `JSET`.
    pub(super) condition: u16,
    pub(super) operand: Operand,
}

/// A condition. The parts of a row are evaluated from the left, as far as needed.
///
/// A load that reaches outside the packet rejects it whatever stands around, so the order matters, and nothing may be
/// evaluated that the expression does not ask for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Always(bool),
    Compare(Comparison),
    /// Runs code that sets scratch words; holds always.
    Run(Vec<Instruction>),
    /// Rejects the packet whatever stands around.
    Reject,
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
}

/// The row of several tests.
pub(super) fn all(tests: impl IntoIterator<Item = Test>) -> Test {
    Test::All(tests.into_iter().collect())
}

/// The row of alternatives.
pub(super) fn any(tests: impl IntoIterator<Item = Test>) -> Test {
    Test::Any(tests.into_iter().collect())
}

/// The opposite.
pub(super) fn not(test: Test) -> Test {
    Test::Not(Box::new(test))
}

/// Runs code where a condition holds; holds always.
pub(super) fn when(condition: Test, run: Test) -> Test {
    any([not(condition), run])
}

impl Test {
    /// Whether it reads a scratch word.
    pub(super) fn reads(&self, word: u32) -> bool {
        let reads = |code: &[Instruction]| {
            let memory = |i: &Instruction| matches!(i.code & 0x07, code::LD | code::LDX) && i.code & 0xe0 == code::MEM;
            code.iter().any(|i| memory(i) && i.k == word)
        };
        match self {
            Test::Always(_) | Test::Reject => false,
            Test::Compare(comparison) => reads(&comparison.value.index) || reads(&comparison.value.load),
            Test::Run(code) => reads(code),
            Test::Not(test) => test.reads(word),
            Test::All(tests) | Test::Any(tests) => tests.iter().any(|test| test.reads(word)),
        }
    }
}
