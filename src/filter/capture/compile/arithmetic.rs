//! Comparisons of numbers computed from a packet.

use super::super::ast::{Arithmetic, Operator, Relation, Span};
use super::super::bpf::{Instruction, SCRATCH_WORDS, code};
use super::super::error::FilterError;
use super::Compiler;
use super::optimise::holds;
use super::proto::Header;
use super::test::{Comparison, Operand, Place, Test, Value, all, ip_header_length, not};

fn i(code: u16, k: u32) -> Instruction {
    Instruction::new(code, k)
}

impl Compiler {
    /// Two numbers compared, in packets that have the headers they are loaded from.
    pub(super) fn relation(
        &self,
        left: &Arithmetic,
        relation: Relation,
        right: &Arithmetic,
    ) -> Result<Test, FilterError> {
        let mut conditions = Vec::new();
        self.required(left, &mut conditions)?;
        self.required(right, &mut conditions)?;
        let left = folded(left)?;
        let right = folded(right)?;
        let (condition, negated) = match relation {
            Relation::Equal => (code::JEQ, false),
            Relation::NotEqual => (code::JEQ, true),
            Relation::Greater => (code::JGT, false),
            Relation::AtMost => (code::JGT, true),
            Relation::AtLeast => (code::JGE, false),
            Relation::Less => (code::JGE, true),
        };
        let comparison = self.comparison(&left, condition, &right)?;
        conditions.push(if negated { not(comparison) } else { comparison });
        Ok(all(conditions))
    }

    /// The conditions under which the loads in a number make sense, in the order in which they stand.
    fn required(&self, arithmetic: &Arithmetic, conditions: &mut Vec<Test>) -> Result<(), FilterError> {
        match arithmetic {
            Arithmetic::Constant(_) | Arithmetic::Length => Ok(()),
            Arithmetic::Negative(operand) => self.required(operand, conditions),
            // Libpcap forgets what the right operand is loaded from; it is still loaded.
            Arithmetic::Operation { left, right, .. } => {
                self.required(right, &mut Vec::new())?;
                self.required(left, conditions)
            }
            Arithmetic::Load { protocol, index, span, .. } => {
                self.required(index, conditions)?;
                let (condition, _) = self.header_of(*protocol).map_err(|message| FilterError::new(span, message))?;
                conditions.push(condition);
                Ok(())
            }
        }
    }

    fn comparison(&self, left: &Arithmetic, condition: u16, right: &Arithmetic) -> Result<Test, FilterError> {
        let free = self.free_word;
        match (left, right) {
            (Arithmetic::Constant(left), Arithmetic::Constant(right)) => {
                Ok(Test::Always(holds(condition, *left, *right)))
            }
            // `x & bits = 0` is one instruction.
            (Arithmetic::Operation { operator: Operator::And, left, right, .. }, Arithmetic::Constant(0))
                if condition == code::JEQ =>
            {
                match (left.as_ref(), right.as_ref()) {
                    (number, Arithmetic::Constant(bits)) => Ok(not(self.number(number, free)?.has(*bits))),
                    _ => {
                        let load = self.binary(Operator::And, left, right, free)?;
                        Ok(Value::computed(load).equals(0))
                    }
                }
            }
            (number, Arithmetic::Constant(constant)) => {
                let value = self.number(number, free)?;
                Ok(Test::Compare(Comparison { value, condition, operand: Operand::Constant(*constant) }))
            }
            (left, right) => {
                let value = Value::computed(self.both(left, right, free)?);
                Ok(Test::Compare(Comparison { value, condition, operand: Operand::Index }))
            }
        }
    }

    /// A number in the accumulator. A plain load keeps its form, so that it can be recognized.
    fn number(&self, number: &Arithmetic, free: u32) -> Result<Value, FilterError> {
        if let Arithmetic::Load { protocol, index, size, span } = number
            && let Arithmetic::Constant(offset) = index.as_ref()
        {
            return Ok(match self.header(*protocol, span)? {
                Header::At(place) => load(place.plus(*offset), *size),
                Header::BehindIp(ip) => Value::behind_ip_header(ip, *offset, size_code(*size)),
            });
        }
        if let Arithmetic::Operation { operator: Operator::And, left, right, .. } = number
            && let Arithmetic::Constant(mask) = right.as_ref()
        {
            let mut value = self.number(left, free)?;
            value.load.push(i(code::ALU | code::AND | code::K, *mask));
            return Ok(value);
        }
        Ok(Value::computed(self.code(number, free)?))
    }

    fn header(&self, protocol: super::Protocol, span: &Span) -> Result<Header, FilterError> {
        self.header_of(protocol).map(|(_, header)| header).map_err(|message| FilterError::new(span, message))
    }

    /// Code that leaves a number in the accumulator, using scratch words from `free` on.
    fn code(&self, arithmetic: &Arithmetic, free: u32) -> Result<Vec<Instruction>, FilterError> {
        Ok(match arithmetic {
            Arithmetic::Constant(number) => vec![i(code::LD | code::IMM, *number)],
            Arithmetic::Length => vec![i(code::LD | code::LEN, 0)],
            Arithmetic::Negative(operand) => {
                let mut load = self.code(operand, free)?;
                load.push(i(code::ALU | code::NEG, 0));
                load
            }
            Arithmetic::Operation { operator, left, right, .. } => self.binary(*operator, left, right, free)?,
            Arithmetic::Load { protocol, index, size, span } => {
                let header = self.header(*protocol, span)?;
                match index.as_ref() {
                    Arithmetic::Constant(_) => {
                        let value = self.number(arithmetic, free)?;
                        value.index.into_iter().chain(value.load).collect()
                    }
                    index => indexed(header, self.code(index, free)?, *size, free, span)?,
                }
            }
        })
    }

    fn binary(
        &self,
        operator: Operator,
        left: &Arithmetic,
        right: &Arithmetic,
        free: u32,
    ) -> Result<Vec<Instruction>, FilterError> {
        let operation = operator_code(operator);
        if let Arithmetic::Constant(number) = right {
            let mut load = self.code(left, free)?;
            load.push(i(code::ALU | operation | code::K, *number));
            return Ok(load);
        }
        let mut load = self.both(left, right, free)?;
        load.push(i(code::ALU | operation | code::X, 0));
        Ok(load)
    }

    /// The left number in the accumulator, and the right one in the index register.
    fn both(&self, left: &Arithmetic, right: &Arithmetic, free: u32) -> Result<Vec<Instruction>, FilterError> {
        let mut load = self.code(right, free)?;
        if let Arithmetic::Constant(number) = left {
            load.extend([i(code::MISC | code::TAX, 0), i(code::LD | code::IMM, *number)]);
            return Ok(load);
        }
        if free >= SCRATCH_WORDS {
            return Err(FilterError::new(&(0..0), "the expression needs more scratch words than there are"));
        }
        load.push(i(code::ST, free));
        load.extend(self.code(left, free.saturating_add(1))?);
        load.push(i(code::LDX | code::MEM, free));
        Ok(load)
    }
}

fn size_code(size: u8) -> u16 {
    match size {
        1 => code::B,
        2 => code::H,
        _ => code::W,
    }
}

fn load(place: Place, size: u8) -> Value {
    match size {
        1 => place.byte(),
        2 => place.half(),
        _ => place.word(),
    }
}

/// A load whose offset into the header `index` leaves in the accumulator.
fn indexed(
    header: Header,
    mut index: Vec<Instruction>,
    size: u8,
    free: u32,
    span: &Span,
) -> Result<Vec<Instruction>, FilterError> {
    let (place, base) = match header {
        Header::At(place) => (place, place.word.map(|word| vec![i(code::LDX | code::MEM, word)])),
        Header::BehindIp(ip) => (ip, Some(ip_header_length(ip))),
    };
    if let Some(base) = base {
        // Finding an IPv4 header's length at a variable place takes the accumulator.
        let keep = base.len() > 1;
        if keep {
            if free >= SCRATCH_WORDS {
                return Err(FilterError::new(span, "the expression needs more scratch words than there are"));
            }
            index.push(i(code::ST, free));
        }
        index.extend(base);
        if keep {
            index.push(i(code::LD | code::MEM, free));
        }
        index.push(i(code::ALU | code::ADD | code::X, 0));
    }
    index.push(i(code::MISC | code::TAX, 0));
    index.push(i(code::LD | size_code(size) | code::IND, place.offset));
    Ok(index)
}

fn operator_code(operator: Operator) -> u16 {
    match operator {
        Operator::Add => code::ADD,
        Operator::Subtract => code::SUB,
        Operator::Multiply => code::MUL,
        Operator::Divide => code::DIV,
        Operator::Modulo => code::MOD,
        Operator::And => code::AND,
        Operator::Or => code::OR,
        Operator::Xor => code::XOR,
        Operator::ShiftLeft => code::LSH,
        Operator::ShiftRight => code::RSH,
    }
}

/// A number with what is constant in it computed.
fn folded(arithmetic: &Arithmetic) -> Result<Arithmetic, FilterError> {
    Ok(match arithmetic {
        Arithmetic::Constant(_) | Arithmetic::Length => arithmetic.clone(),
        Arithmetic::Negative(operand) => match folded(operand)? {
            Arithmetic::Constant(number) => Arithmetic::Constant(number.wrapping_neg()),
            operand => Arithmetic::Negative(Box::new(operand)),
        },
        Arithmetic::Load { protocol, index, size, span } => {
            let index = Box::new(folded(index)?);
            Arithmetic::Load { protocol: *protocol, index, size: *size, span: span.clone() }
        }
        Arithmetic::Operation { operator, left, right, span } => {
            let (left, right) = (folded(left)?, folded(right)?);
            let zero = |side: &Arithmetic| *side == Arithmetic::Constant(0);
            if *operator == Operator::And && (zero(&left) || zero(&right)) {
                return Ok(Arithmetic::Constant(0));
            }
            if let Arithmetic::Constant(number) = right {
                check(*operator, number, span)?;
                if let Arithmetic::Constant(left) = left {
                    return Ok(Arithmetic::Constant(compute(*operator, left, number)));
                }
            }
            Arithmetic::Operation {
                operator: *operator,
                left: Box::new(left),
                right: Box::new(right),
                span: span.clone(),
            }
        }
    })
}

/// A constant right operand that no packet could be computed with.
fn check(operator: Operator, right: u32, span: &Span) -> Result<(), FilterError> {
    match operator {
        Operator::Divide | Operator::Modulo if right == 0 => Err(FilterError::new(span, "division by zero")),
        Operator::ShiftLeft | Operator::ShiftRight if right > 31 => {
            Err(FilterError::new(span, "shift by more than 31 bits"))
        }
        _ => Ok(()),
    }
}

fn compute(operator: Operator, left: u32, right: u32) -> u32 {
    match operator {
        Operator::Add => left.wrapping_add(right),
        Operator::Subtract => left.wrapping_sub(right),
        Operator::Multiply => left.wrapping_mul(right),
        Operator::Divide => left.checked_div(right).unwrap_or(0),
        Operator::Modulo => left.checked_rem(right).unwrap_or(0),
        Operator::And => left & right,
        Operator::Or => left | right,
        Operator::Xor => left ^ right,
        Operator::ShiftLeft => left.checked_shl(right).unwrap_or(0),
        Operator::ShiftRight => left.checked_shr(right).unwrap_or(0),
    }
}
