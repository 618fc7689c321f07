//! Turns a graph into a row of instructions, whose jumps are distances.

use super::super::bpf::{Instruction, code};
use super::graph::{Block, Graph, Jump};
use super::test::Operand;
use std::collections::HashMap;

impl Graph {
    /// The blocks in a row, put together from the end, where the distances of all jumps are known.
    pub(super) fn assemble(&self) -> Vec<Instruction> {
        let mut row = Row { backwards: Vec::new(), blocks: vec![0; self.blocks.len()], islands: HashMap::new() };
        for (at, block) in self.blocks.iter().enumerate().rev() {
            row.put(at, block);
        }
        row.backwards.reverse();
        row.backwards
    }
}

/// Instructions from the end of a program. A place in it is how many instructions stand from there to the end.
struct Row {
    backwards: Vec<Instruction>,
    /// The places of blocks.
    blocks: Vec<usize>,
    /// For a block, the place of the last unconditional jump put that goes there.
    islands: HashMap<usize, usize>,
}

impl Row {
    fn put(&mut self, at: usize, block: &Block) {
        match block.jump {
            Jump::Nowhere => {}
            Jump::Always(target) => {
                if self.place(target) != self.backwards.len() {
                    self.put_island(target);
                }
            }
            Jump::If { condition, operand, yes, no } => self.put_conditional(condition, operand, yes, no),
        }
        self.backwards.extend(block.value.load.iter().rev());
        self.backwards.extend(block.value.index.iter().rev());
        if let Some(place) = self.blocks.get_mut(at) {
            *place = self.backwards.len();
        }
    }

    fn place(&self, block: usize) -> usize {
        self.blocks.get(block).copied().unwrap_or(0)
    }

    /// An unconditional jump.
    fn put_island(&mut self, target: usize) {
        let distance = self.backwards.len().saturating_sub(self.place(target));
        let k = u32::try_from(distance).unwrap_or(u32::MAX);
        self.backwards.push(Instruction::new(code::JMP | code::JA, k));
        self.islands.insert(target, self.backwards.len());
    }

    /// A conditional jump reaches 255 instructions. Where its target is further, it goes by way of an unconditional
    /// jump: one that is near already, or a new one right behind it.
    fn put_conditional(&mut self, condition: u16, operand: Operand, yes: usize, no: usize) {
        let (mode, k) = match operand {
            Operand::Constant(constant) => (code::K, constant),
            Operand::Index => (code::X, 0),
        };
        // A new jump moves the others away by one, at most two of them are needed.
        for target in [yes, no, yes] {
            if self.reach(target).is_none() {
                self.put_island(target);
            }
        }
        let (jt, jf) = (self.reach(yes).unwrap_or(0), self.reach(no).unwrap_or(0));
        self.backwards.push(Instruction { code: code::JMP | condition | mode, jt, jf, k });
    }

    /// The distance from here to a block, or to a jump that leads there, if it is short enough.
    fn reach(&self, block: usize) -> Option<u8> {
        let distance = |place: usize| u8::try_from(self.backwards.len().saturating_sub(place)).ok();
        distance(self.place(block)).or_else(|| distance(*self.islands.get(&block)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::bpf::{run, validate};
    use super::super::test::{Place, Test, all, any, not};
    use super::*;

    fn assemble(test: &Test) -> Vec<Instruction> {
        let mut graph = Graph::of(test, 1);
        graph.optimise(true);
        graph.assemble()
    }

    fn byte(offset: u32, value: u32) -> Test {
        Place::at(offset).byte().equals(value)
    }

    fn keeps(test: &Test, packet: &[u8]) -> bool {
        let program = assemble(test);
        assert_eq!(validate(&program), Ok(()));
        run(&program, packet, 0, None) == 1
    }

    #[test]
    fn rows_are_evaluated_from_the_left_as_far_as_needed() {
        let test = all([any([byte(0, 1), byte(0, 2)]), not(byte(1, 7))]);
        assert!(keeps(&test, &[1, 8]) && keeps(&test, &[2, 8]));
        assert!(!keeps(&test, &[3, 8]) && !keeps(&test, &[1, 7]));
        assert!(!keeps(&test, &[1]), "a load outside the packet rejects, negated or not");
        assert!(keeps(&any([byte(0, 1), byte(9, 1)]), &[1]), "what is not needed is not loaded");
        assert!(keeps(&all([]), &[]) && !keeps(&any([]), &[]));
    }

    #[test]
    fn comparisons_of_one_number_come_together() {
        let test = any([byte(0, 1), byte(9, 1), byte(0, 2)]);
        assert!(keeps(&test, &[2]), "the first byte is enough");
        let mut graph = Graph::of(&test, 1);
        graph.optimise(false);
        assert_eq!(run(&graph.assemble(), &[2], 0, None), 0, "in the order written, the tenth byte is needed");
    }

    #[test]
    fn rows_that_end_alike_are_there_once() {
        let ports = || all([byte(20, 7), byte(21, 8), byte(22, 9)]);
        let test = any([all([byte(9, 6), ports()]), all([byte(9, 17), ports()]), all([byte(9, 132), ports()])]);
        assert_eq!(assemble(&test).len(), 2 * (1 + 3) + 2 + 2);
    }

    #[test]
    fn what_the_registers_hold_is_not_loaded_again() {
        let program = assemble(&any([byte(0, 1), byte(0, 2), byte(0, 3)]));
        assert_eq!(program.iter().filter(|i| i.code & 0x07 == code::LD).count(), 1);
        let behind = |offset| super::super::test::Value::behind_ip_header(Place::at(14), offset, code::H).equals(80);
        let program = assemble(&any([behind(0), behind(2)]));
        assert_eq!(program.iter().filter(|i| i.code & 0x07 == code::LDX).count(), 1);
    }

    #[test]
    fn far_jumps_go_by_way_of_unconditional_ones() {
        let many = |n: u32| any((0..n).map(|value| all([byte(0, value / 256), byte(1, value % 256)])));
        for n in [100, 127, 128, 129, 200, 500] {
            let test = many(n);
            assert!(keeps(&test, &[0, 0]), "first of {n}");
            let last = [u8::try_from((n - 1) / 256).unwrap(), u8::try_from((n - 1) % 256).unwrap()];
            assert!(keeps(&test, &last), "last of {n}");
            assert!(!keeps(&test, &[u8::try_from(n / 256).unwrap(), u8::try_from(n % 256).unwrap()]), "{n}");
            assert!(!keeps(&not(test), &[0, 5]), "negated, {n}");
        }
    }
}
