//! A test as blocks of straight-line code that jump to one another, always forward.

use super::super::bpf::{Instruction, code};
use super::test::{Comparison, Operand, Test, Value};

/// Straight-line code, and a jump at its end.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// What is loaded, or code that is run.
    pub(super) value: Value,
    pub(super) jump: Jump,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Jump {
    /// The code returns.
    Nowhere,
    Always(usize),
    If {
        condition: u16,
        operand: Operand,
        yes: usize,
        no: usize,
    },
}

impl Block {
    /// Code that is run, and a jump.
    fn run(code: &[Instruction], target: usize) -> Block {
        Block { value: Value { varies: true, ..Value::computed(code.to_vec()) }, jump: Jump::Always(target) }
    }

    /// Where it may go next.
    pub(super) fn targets(&self) -> [Option<usize>; 2] {
        match self.jump {
            Jump::Nowhere => [None, None],
            Jump::Always(target) => [Some(target), None],
            Jump::If { yes, no, .. } => [Some(yes), Some(no)],
        }
    }

    pub(super) fn targets_mut(&mut self) -> [Option<&mut usize>; 2] {
        match &mut self.jump {
            Jump::Nowhere => [None, None],
            Jump::Always(target) => [Some(target), None],
            Jump::If { yes, no, .. } => [Some(yes), Some(no)],
        }
    }

    /// Whether it does nothing but jump on.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.jump, Jump::Always(_)) && self.value.index.is_empty() && self.value.load.is_empty()
    }

    /// Makes the comparison of another block, and goes on as before.
    pub(super) fn take_test(&mut self, other: Block) {
        if let (
            Jump::If { condition, operand, .. },
            Jump::If { condition: other_condition, operand: other_operand, .. },
        ) = (&mut self.jump, other.jump)
        {
            *condition = other_condition;
            *operand = other_operand;
            self.value = other.value;
        }
    }
}

/// Blocks in the order in which they stand; the first is where a program starts, and targets are positions in it.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub(super) blocks: Vec<Block>,
}

impl Graph {
    /// The blocks of a test; the last two return `keep` and 0.
    pub(super) fn of(test: &Test, keep: u32) -> Graph {
        let mut emitter = Emitter::default();
        let (accept, reject) = (emitter.label(), emitter.label());
        emitter.reject = reject;
        emitter.emit(test, accept, reject);
        for (label, value) in [(accept, keep), (reject, 0)] {
            emitter.place(label);
            let code = vec![Instruction::new(code::RET | code::K, value)];
            emitter.blocks.push(Block { value: Value::computed(code), jump: Jump::Nowhere });
        }
        let Emitter { mut blocks, labels, .. } = emitter;
        for block in &mut blocks {
            for target in block.targets_mut().into_iter().flatten() {
                *target = labels.get(*target).copied().unwrap_or(usize::MAX);
            }
        }
        Graph { blocks }
    }

    /// The block that accepts a packet.
    pub(super) fn accept(&self) -> usize {
        self.blocks.len().saturating_sub(2)
    }
}

/// A place among the blocks, known when what stands there has been emitted.
type Label = usize;

#[derive(Default)]
struct Emitter {
    blocks: Vec<Block>,
    /// For each label the block it stands before.
    labels: Vec<usize>,
    reject: Label,
}

impl Emitter {
    fn label(&mut self) -> Label {
        self.labels.push(usize::MAX);
        self.labels.len().saturating_sub(1)
    }

    /// Puts a label before the next block.
    fn place(&mut self, label: Label) {
        if let Some(at) = self.labels.get_mut(label) {
            *at = self.blocks.len();
        }
    }

    /// Emits a test that jumps to `yes` or `no`, both of which are placed later.
    fn emit(&mut self, test: &Test, yes: Label, no: Label) {
        let block = match test {
            Test::Not(inner) => return self.emit(inner, no, yes),
            Test::All(tests) => return self.row(tests, true, yes, no),
            Test::Any(tests) => return self.row(tests, false, yes, no),
            Test::Always(outcome) => Block::run(&[], if *outcome { yes } else { no }),
            Test::Reject => Block::run(&[], self.reject),
            Test::Run(code) => Block::run(code, yes),
            Test::Compare(Comparison { value, condition, operand }) => {
                Block { value: value.clone(), jump: Jump::If { condition: *condition, operand: *operand, yes, no } }
            }
        };
        self.blocks.push(block);
    }

    /// A row of tests, evaluated as long as each has the outcome `going`.
    fn row(&mut self, tests: &[Test], going: bool, yes: Label, no: Label) {
        let Some((last, others)) = tests.split_last() else {
            return self.emit(&Test::Always(going), yes, no);
        };
        for test in others {
            let next = self.label();
            if going {
                self.emit(test, next, no);
            } else {
                self.emit(test, yes, next);
            }
            self.place(next);
        }
        self.emit(last, yes, no);
    }
}
