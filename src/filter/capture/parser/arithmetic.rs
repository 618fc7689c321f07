//! Numbers and their comparison.

use super::super::ast::{Arithmetic, Expression, Operator, Primitive, Relation};
use super::super::error::FilterError;
use super::super::lexer::Token;
use super::super::words::Keyword;
use super::{OPERATORS, Parser};

/// How tightly the negative sign binds; tighter than every operator but those that take all that follows.
const SIGN: u8 = 6;

/// What a token does between two numbers, and how tightly it binds.
///
/// `%` and `^` have no rank: wherever one stands, it takes the operand right before it and everything behind it, so that
/// `1 + len % 3 * 2` is `1 + (len % (3 * 2))`. This is how libpcap reads them.
fn operator(token: Token<'_>) -> Option<(Operator, Option<u8>)> {
    Some(match token {
        Token::Bar => (Operator::Or, Some(1)),
        Token::Ampersand => (Operator::And, Some(2)),
        Token::ShiftLeft => (Operator::ShiftLeft, Some(3)),
        Token::ShiftRight => (Operator::ShiftRight, Some(3)),
        Token::Plus => (Operator::Add, Some(4)),
        Token::Minus => (Operator::Subtract, Some(4)),
        Token::Star => (Operator::Multiply, Some(5)),
        Token::Slash => (Operator::Divide, Some(5)),
        Token::Percent => (Operator::Modulo, None),
        Token::Caret => (Operator::Xor, None),
        _ => return None,
    })
}

fn relation(token: Token<'_>) -> Option<Relation> {
    Some(match token {
        Token::Equal => Relation::Equal,
        Token::NotEqual => Relation::NotEqual,
        Token::Less => Relation::Less,
        Token::AtMost => Relation::AtMost,
        Token::Greater => Relation::Greater,
        Token::AtLeast => Relation::AtLeast,
        _ => return None,
    })
}

impl Parser<'_> {
    /// Whether a number, and with it a comparison, starts at a token.
    pub(super) fn arithmetic_starts(&self, at: usize) -> bool {
        let continues = |end: usize| {
            let next = self.peek_at(end.saturating_add(1));
            next.is_some_and(|token| operator(token).is_some() || relation(token).is_some())
        };
        match self.peek_at(at) {
            Some(Token::Number(_)) => continues(at),
            Some(Token::Open) => self.closing.get(at).copied().flatten().is_some_and(continues),
            Some(Token::Minus | Token::Keyword(Keyword::Length)) => true,
            Some(Token::Keyword(Keyword::Protocol(_))) => {
                self.peek_at(at.saturating_add(1)) == Some(Token::OpenBracket)
            }
            _ => false,
        }
    }

    /// Two numbers compared.
    pub(super) fn relation(&mut self) -> Result<Expression, FilterError> {
        let start = self.span().start;
        let left = self.arithmetic(0)?;
        let Some(relation) = self.peek().and_then(relation) else {
            return Err(self.unexpected("a comparison such as '=' or '>'"));
        };
        self.advance();
        let right = self.arithmetic(0)?;
        Ok(Expression::Primitive(Primitive::Relation(left, relation, right), self.span_from(start)))
    }

    /// A number made by operators that bind tighter than `rank`.
    fn arithmetic(&mut self, rank: u8) -> Result<Arithmetic, FilterError> {
        let mut left = self.term()?;
        while let Some((operator, own)) = self.peek().and_then(operator) {
            if own.is_some_and(|own| own <= rank) {
                break;
            }
            self.operators = self.operators.saturating_add(1);
            if self.operators > OPERATORS {
                return self.error("the expression has too many operators");
            }
            self.advance();
            let start = self.span().start;
            let right = self.nested(|p| p.arithmetic(own.unwrap_or(0)))?;
            let span = self.span_from(start);
            left = Arithmetic::Operation { operator, left: Box::new(left), right: Box::new(right), span };
        }
        Ok(left)
    }

    /// A number without operators: a constant, `len`, bytes of the packet, a negative, a group.
    fn term(&mut self) -> Result<Arithmetic, FilterError> {
        let start = self.span().start;
        let found = self.peek();
        match found {
            Some(Token::Number(number)) => {
                self.advance();
                Ok(Arithmetic::Constant(number))
            }
            Some(Token::Keyword(Keyword::Length)) => {
                self.advance();
                Ok(Arithmetic::Length)
            }
            Some(Token::Minus) => {
                self.advance();
                let operand = self.nested(|p| p.arithmetic(SIGN))?;
                Ok(Arithmetic::Negative(Box::new(operand)))
            }
            Some(Token::Open) => {
                self.advance();
                let group = self.nested(|p| p.arithmetic(0))?;
                self.expect(Token::Close, "')'")?;
                Ok(group)
            }
            Some(Token::Keyword(Keyword::Protocol(protocol))) => {
                self.advance();
                self.expect(Token::OpenBracket, "'['")?;
                let index = Box::new(self.nested(|p| p.arithmetic(0))?);
                let size = self.size()?;
                self.expect(Token::CloseBracket, "']'")?;
                Ok(Arithmetic::Load { protocol, index, size, span: self.span_from(start) })
            }
            _ => Err(self.unexpected("a number")),
        }
    }

    /// How many bytes to load: what stands behind a colon, or one.
    fn size(&mut self) -> Result<u8, FilterError> {
        if !self.accept(Token::Colon) {
            return Ok(1);
        }
        match self.peek() {
            Some(Token::Number(size @ (1 | 2 | 4))) => {
                self.advance();
                Ok(u8::try_from(size).unwrap_or(1))
            }
            Some(Token::Number(_)) => self.error("one, two or four bytes can be loaded at once"),
            _ => Err(self.unexpected("the number of bytes")),
        }
    }
}
