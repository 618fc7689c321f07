//! Makes a graph smaller: comparisons whose outcome is known are passed by, and loads are not repeated.
//!
//! Whole packets meet the same fate as before. A truncated packet, which a load behind its end rejects, may be decided
//! before it gets to that load, as it is by libpcap's programs: comparisons of the same number are gathered, and one
//! after which everything goes on alike is left out.

use super::super::bpf::{Instruction, code};
use super::graph::{Block, Graph, Jump};
use super::test::{Operand, Value};
use std::collections::HashMap;

/// What is known on the way to a block: comparisons, by the block that makes them, and their outcomes.
type Facts = Vec<(usize, bool)>;

/// How many facts are carried along.
const MOST_FACTS: usize = 64;

/// How often to go over a graph: a second time finds what the first has uncovered.
const ROUNDS: usize = 2;

/// One of the two ways out of a comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Yes,
    No,
}

impl Graph {
    /// Optimises; `false` says that no way leads to acceptance. Unless `freely`, a truncated packet is not decided
    /// before the load that rejects it: libpcap does not touch programs that look for headers at variable offsets.
    pub(super) fn optimise(&mut self, freely: bool) -> bool {
        for _ in 0..if freely { ROUNDS } else { 0 } {
            self.drop_masked_out();
            self.thread();
            self.skip_idle();
            self.remove_unreachable();
            self.gather(Side::No);
            self.gather(Side::Yes);
        }
        self.thread();
        self.merge_equal();
        let accepted = self.remove_unreachable();
        self.reuse_registers();
        accepted
    }

    /// Leaves out the loads of numbers of which no bit is looked at.
    fn drop_masked_out(&mut self) {
        let nothing = Instruction::new(code::ALU | code::AND | code::K, 0);
        for block in self.blocks.iter_mut().filter(|block| block.value.load.last() == Some(&nothing)) {
            if let Jump::If { condition, operand: Operand::Constant(constant), yes, no } = block.jump {
                block.value = Value::computed(Vec::new());
                block.jump = Jump::Always(if holds(condition, 0, constant) { yes } else { no });
            }
        }
    }

    /// Leads each jump past comparisons whose outcome is known on that way.
    fn thread(&mut self) {
        let mut arriving: Vec<Option<Facts>> = vec![None; self.blocks.len()];
        if let Some(first) = arriving.first_mut() {
            *first = Some(Facts::new());
        }
        for at in 0..self.blocks.len() {
            // Jumps go forward: all ways to this block are known by now.
            let Some(facts) = arriving.get_mut(at).and_then(Option::take) else {
                continue;
            };
            let Some(block) = self.blocks.get(at) else {
                break;
            };
            let compares = matches!(block.jump, Jump::If { .. }) && !block.value.varies;
            let mut targets = block.targets();
            for (target, outcome) in targets.iter_mut().zip([true, false]) {
                let Some(target) = target else { continue };
                let mut known = facts.clone();
                if compares {
                    if known.len() >= MOST_FACTS {
                        self.forget(&mut known);
                    }
                    known.push((at, outcome));
                }
                *target = self.destination(*target, &known);
                if let Some(slot) = arriving.get_mut(*target) {
                    *slot = Some(match slot.take() {
                        None => known,
                        Some(mut others) => {
                            others.retain(|fact| known.contains(fact));
                            others
                        }
                    });
                }
            }
            self.redirect(at, targets);
        }
    }

    /// Drops the fact of the least use: the newest of those that a number is not some other one. The oldest of these are
    /// what the rows of a long expression have in common, such as the EtherType.
    fn forget(&self, facts: &mut Facts) {
        let unequal = |fact: &(usize, bool)| {
            let jump = self.blocks.get(fact.0).map(|block| block.jump);
            !fact.1 && matches!(jump, Some(Jump::If { condition: code::JEQ, .. }))
        };
        facts.remove(facts.iter().rposition(unequal).unwrap_or(0));
    }

    fn redirect(&mut self, at: usize, targets: [Option<usize>; 2]) {
        let Some(block) = self.blocks.get_mut(at) else {
            return;
        };
        for (slot, target) in block.targets_mut().into_iter().zip(targets) {
            if let (Some(slot), Some(target)) = (slot, target) {
                *slot = target;
            }
        }
    }

    /// Where a way leads that goes to `target` with these facts known.
    fn destination(&self, target: usize, facts: &Facts) -> usize {
        let mut target = target;
        while let Some(block) = self.blocks.get(target) {
            target = match block.jump {
                Jump::Always(next) if block.is_empty() => next,
                Jump::If { yes, no, .. } if !block.value.varies => match self.known(block, facts) {
                    Some(outcome) => {
                        if outcome {
                            yes
                        } else {
                            no
                        }
                    }
                    None => break,
                },
                _ => break,
            };
        }
        target
    }

    /// The outcome of a block's comparison, if the facts decide it.
    fn known(&self, block: &Block, facts: &Facts) -> Option<bool> {
        facts.iter().rev().find_map(|(at, outcome)| implied(self.blocks.get(*at)?, *outcome, block))
    }

    /// Leads jumps past blocks after which everything goes on alike. From the end, so that one pass is enough.
    fn skip_idle(&mut self) {
        for at in (0..self.blocks.len()).rev() {
            let Some(block) = self.blocks.get(at) else {
                break;
            };
            let targets = block.targets().map(|target| target.map(|target| self.past_idle(target)));
            self.redirect(at, targets);
        }
        // The start has no jump to it that could pass it by. Its load stays, unless the packet's fate is settled.
        let idle = self.past_idle(0);
        let settled = idle >= self.accept();
        if let Some(first) = self.blocks.first_mut().filter(|_| idle != 0) {
            first.jump = Jump::Always(idle);
            if settled {
                first.value = Value::computed(Vec::new());
            }
        }
    }

    fn past_idle(&self, target: usize) -> usize {
        match self.blocks.get(target).map(|block| (block, block.jump)) {
            Some((_, Jump::If { yes, no, .. })) if yes == no => yes,
            Some((block, Jump::Always(next))) if block.is_empty() => next,
            _ => target,
        }
    }

    /// Brings together comparisons of the same number in rows of alternatives: comparisons that one side of each leads
    /// through, while the other sides all lead to the same place.
    fn gather(&mut self, through: Side) {
        let mut entries = vec![0_usize; self.blocks.len()];
        for target in self.blocks.iter().flat_map(Block::targets).flatten() {
            if let Some(count) = entries.get_mut(target) {
                *count = count.saturating_add(1);
            }
        }
        let mut seen = vec![false; self.blocks.len()];
        for start in 0..self.blocks.len() {
            let row = self.row_from(start, through, &entries);
            if row.len() < 3 || seen.get(start) == Some(&true) {
                continue;
            }
            let mut order: HashMap<&Value, usize> = HashMap::new();
            let mut tests: Vec<(usize, Block)> = Vec::with_capacity(row.len());
            for block in row.iter().filter_map(|at| self.blocks.get(*at)) {
                let next = order.len();
                tests.push((*order.entry(&block.value).or_insert(next), block.clone()));
            }
            tests.sort_by_key(|(group, _)| *group);
            for (at, (_, block)) in row.iter().zip(tests) {
                if let Some(slot) = self.blocks.get_mut(*at) {
                    slot.take_test(block);
                }
                if let Some(slot) = seen.get_mut(*at) {
                    *slot = true;
                }
            }
        }
    }

    /// The longest row of comparisons that starts at a block, and that nothing else leads into.
    fn row_from(&self, start: usize, through: Side, entries: &[usize]) -> Vec<usize> {
        let mut row = Vec::new();
        let mut at = start;
        let mut leaving = None;
        while let Some(block) = self.blocks.get(at) {
            let Jump::If { yes, no, .. } = block.jump else {
                break;
            };
            let (next, other) = if through == Side::Yes { (yes, no) } else { (no, yes) };
            let fits = row.is_empty() || (entries.get(at) == Some(&1) && leaving == Some(other));
            if !fits || block.value.varies {
                break;
            }
            leaving = Some(other);
            row.push(at);
            at = next;
        }
        row
    }

    /// Leads jumps to one of several blocks that do the same and go on alike. From the end, so that one pass is enough.
    fn merge_equal(&mut self) {
        let mut known: HashMap<(Value, Jump), usize> = HashMap::new();
        let mut same: Vec<usize> = (0..self.blocks.len()).collect();
        for at in (0..self.blocks.len()).rev() {
            let Some(block) = self.blocks.get_mut(at) else {
                break;
            };
            for target in block.targets_mut().into_iter().flatten() {
                *target = same.get(*target).copied().unwrap_or(*target);
            }
            let equal = *known.entry((block.value.clone(), block.jump)).or_insert(at);
            if let Some(slot) = same.get_mut(at) {
                *slot = equal;
            }
        }
    }

    /// Removes blocks that no way leads to, except the two that return. Whether one leads to the accepting one.
    fn remove_unreachable(&mut self) -> bool {
        let accept = self.accept();
        let mut reached = vec![false; self.blocks.len()];
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        for (at, block) in self.blocks.iter().enumerate() {
            if reached.get(at) == Some(&true) {
                for target in block.targets().into_iter().flatten() {
                    if let Some(slot) = reached.get_mut(target) {
                        *slot = true;
                    }
                }
            }
        }
        let accepted = reached.get(accept) == Some(&true);
        let kept = |at: usize| at >= accept || reached.get(at) == Some(&true);
        let mut positions = Vec::with_capacity(self.blocks.len());
        let mut next = 0_usize;
        for at in 0..self.blocks.len() {
            positions.push(next);
            next = next.saturating_add(kept(at).into());
        }
        let mut at = 0_usize;
        self.blocks.retain(|_| {
            at = at.saturating_add(1);
            kept(at.saturating_sub(1))
        });
        for block in &mut self.blocks {
            for target in block.targets_mut().into_iter().flatten() {
                *target = positions.get(*target).copied().unwrap_or(usize::MAX);
            }
        }
        accepted
    }

    /// Leaves out loads of what the registers hold on every way to a block.
    fn reuse_registers(&mut self) {
        let mut arriving: Vec<Option<Registers>> = vec![None; self.blocks.len()];
        if let Some(first) = arriving.first_mut() {
            *first = Some(Registers::default());
        }
        for at in 0..self.blocks.len() {
            let held = arriving.get_mut(at).and_then(Option::take).unwrap_or_default();
            let Some(block) = self.blocks.get_mut(at) else {
                break;
            };
            let leaving = held.through(block);
            for target in block.targets().into_iter().flatten() {
                if let Some(slot) = arriving.get_mut(target) {
                    *slot = Some(match slot.take() {
                        None => leaving.clone(),
                        Some(other) => other.agreed(&leaving),
                    });
                }
            }
        }
    }
}

/// The outcome of a block's comparison, if that of another block decides it.
fn implied(fact: &Block, outcome: bool, block: &Block) -> Option<bool> {
    let (Jump::If { condition: known, operand: known_operand, .. }, Jump::If { condition, operand, .. }) =
        (fact.jump, block.jump)
    else {
        return None;
    };
    if fact.value != block.value {
        return None;
    }
    if known == condition && known_operand == operand {
        return Some(outcome);
    }
    let equality = known == code::JEQ && condition == code::JEQ && outcome;
    match (known_operand, operand) {
        // It equals another number.
        (Operand::Constant(_), Operand::Constant(_)) if equality => Some(false),
        _ => None,
    }
}

/// Whether a condition holds for a number.
pub(super) fn holds(condition: u16, value: u32, constant: u32) -> bool {
    match condition {
        code::JEQ => value == constant,
        code::JGT => value > constant,
        code::JGE => value >= constant,
        _ => value & constant != 0,
    }
}

/// Which values the registers hold.
#[derive(Clone, Default)]
struct Registers {
    /// Code whose result the index register is.
    index: Option<Vec<Instruction>>,
    /// What the accumulator is.
    accumulator: Option<Value>,
}

impl Registers {
    /// Takes out of a block what need not be loaded again; what the registers hold behind it.
    fn through(self, block: &mut Block) -> Registers {
        let Jump::If { operand: Operand::Constant(_), .. } = block.jump else {
            return Registers::default();
        };
        if self.accumulator.as_ref() == Some(&block.value) {
            block.value.index.clear();
            block.value.load.clear();
            return self;
        }
        let loaded = block.value.clone();
        let index = if loaded.index.is_empty() { self.index.clone() } else { Some(loaded.index.clone()) };
        if self.index.as_ref() == Some(&loaded.index) {
            block.value.index.clear();
        }
        // Code that computes may use the index register for itself.
        let clobbers =
            |i: &Instruction| i.code & 0x07 == code::LDX || (i.code & 0x07 == code::MISC && i.code & 0xf8 == code::TAX);
        let index = index.filter(|_| !loaded.load.iter().any(clobbers));
        Registers { index, accumulator: Some(loaded) }
    }

    fn agreed(self, other: &Registers) -> Registers {
        Registers {
            index: self.index.filter(|index| other.index.as_ref() == Some(index)),
            accumulator: self.accumulator.filter(|held| other.accumulator.as_ref() == Some(held)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::{Place, Test, all, any, not};
    use super::*;

    fn ether_type(number: u32) -> Test {
        Place::at(12).half().equals(number)
    }

    fn byte(offset: u32) -> Test {
        Place::at(offset).byte().equals(1)
    }

    /// How many blocks are left beside the two that return, or `None` where nothing is accepted.
    fn left(test: &Test) -> Option<usize> {
        let mut graph = Graph::of(test, 1);
        let accepted = graph.optimise(true);
        let count = graph.blocks.iter().filter(|block| !block.is_empty()).count() - 2;
        accepted.then_some(count)
    }

    #[test]
    fn what_was_compared_is_not_compared_again() {
        assert_eq!(left(&all([ether_type(0x800), byte(20), ether_type(0x800), byte(21)])), Some(3));
        let either = any([all([ether_type(0x800), byte(20)]), all([ether_type(0x806), byte(20)])]);
        assert_eq!(left(&all([ether_type(0x806), either])), Some(2));
    }

    #[test]
    fn a_number_is_not_two_numbers() {
        assert_eq!(left(&all([ether_type(0x800), ether_type(0x806)])), None);
        let one = any([all([ether_type(0x800), byte(20)]), all([ether_type(0x86dd), byte(21)])]);
        assert_eq!(left(&all([one, ether_type(0x806)])), None, "on whichever way");
    }

    #[test]
    fn facts_hold_on_their_way_only() {
        let test = any([all([ether_type(0x800), byte(20)]), all([ether_type(0x800), byte(21)])]);
        assert_eq!(left(&test), Some(3), "the second row is entered behind the first comparison");
        let test = all([any([byte(1), byte(2)]), byte(1)]);
        assert_eq!(left(&test), Some(1), "the second byte no longer matters");
    }

    #[test]
    fn what_changes_nothing_goes() {
        assert_eq!(left(&any([ether_type(0x800), not(ether_type(0x800))])), Some(0));
        assert_eq!(left(&all([byte(1), Test::Always(false)])), None);
        assert_eq!(left(&any([byte(1), Test::Always(true)])), Some(0));
        assert_eq!(left(&all([Test::Run(vec![Instruction::new(code::ST, 1)]), byte(1)])), Some(2));
    }

    #[test]
    fn a_number_that_varies_is_loaded_again() {
        let word = || Value::scratch(3).equals(6);
        assert_eq!(left(&all([word(), byte(1), word()])), Some(3));
    }
}
