//! Reads an expression into its tree.
//!
//! `and` and `or` bind alike and from the left, `not` binds tighter. An id that stands alone behind `and` or `or` takes
//! the qualifiers of the primitive before it: `tcp port 80 or 443`. Behind a group in parentheses, the qualifiers are
//! those that held before the group.

mod arithmetic;
mod primitive;

use super::ast::{Expression, Id, Primitive, Qualifiers, Span};
use super::error::FilterError;
use super::lexer::{self, Token};
use super::words::Keyword;

/// The tree of an expression.
pub(super) fn parse(text: &str) -> Result<Expression, FilterError> {
    let tokens = lexer::tokens(text)?;
    if tokens.is_empty() {
        return Ok(Expression::Everything);
    }
    let closing = matching_parentheses(&tokens);
    let mut parser = Parser { text, tokens, closing, at: 0, depth: 0, alternations: 0, operators: 0 };
    let (expression, _) = parser.expression(None)?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected("'and' or 'or'")),
    }
}

/// How deep groups, negations and operands may nest: what follows recurses over the tree.
const DEEPEST: usize = 100;
/// How often a row of operands may change between `and` and `or`, which nests as well.
const ALTERNATIONS: usize = 400;
/// How many operators the arithmetic of an expression may have.
const OPERATORS: usize = 400;

struct Parser<'e> {
    text: &'e str,
    tokens: Vec<(Token<'e>, Span)>,
    /// For each opening parenthesis, where its closing one is.
    closing: Vec<Option<usize>>,
    at: usize,
    depth: usize,
    alternations: usize,
    operators: usize,
}

/// What a piece of an expression is, and the qualifiers that an id behind it would take.
type Qualified = (Expression, Option<Qualifiers>);

impl<'e> Parser<'e> {
    fn peek(&self) -> Option<Token<'e>> {
        self.peek_at(self.at)
    }

    fn peek_at(&self, at: usize) -> Option<Token<'e>> {
        self.tokens.get(at).map(|(token, _)| *token)
    }

    fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// Steps over a token if it comes next.
    fn accept(&mut self, token: Token<'_>) -> bool {
        let found = self.peek() == Some(token);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, token: Token<'_>, what: &str) -> Result<(), FilterError> {
        if self.accept(token) { Ok(()) } else { Err(self.unexpected(what)) }
    }

    /// Where the next token stands; at the end, the empty place behind the expression.
    fn span(&self) -> Span {
        let end = self.text.len();
        self.tokens.get(self.at).map_or(end..end, |(_, span)| span.clone())
    }

    /// From `start` to the end of the token just read.
    fn span_from(&self, start: usize) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        start..last.map_or(start, |(_, span)| span.end.max(start))
    }

    /// The text of the next token.
    fn word(&self) -> &'e str {
        self.text.get(self.span()).unwrap_or("")
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, FilterError> {
        Err(FilterError::new(&self.span(), message))
    }

    /// The next token is not what must stand here.
    fn unexpected(&self, wanted: &str) -> FilterError {
        let message = match self.peek() {
            None => format!("the expression breaks off where {wanted} is expected"),
            Some(_) => format!("'{}' stands where {wanted} is expected", self.word()),
        };
        FilterError::new(&self.span(), message)
    }

    /// Reads one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, FilterError>) -> Result<T, FilterError> {
        if self.depth >= DEEPEST {
            return self.error("the expression is nested too deeply");
        }
        self.depth = self.depth.saturating_add(1);
        let result = read(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    /// Operands joined by `and` and `or`. `before` are the qualifiers that hold where it starts.
    fn expression(&mut self, before: Option<Qualifiers>) -> Result<Qualified, FilterError> {
        let (mut joined, mut qualifiers) = self.operand(before, false)?;
        while let Some(Token::Keyword(operator @ (Keyword::And | Keyword::Or))) = self.peek() {
            self.advance();
            let (operand, taken) = self.operand(qualifiers, true)?;
            qualifiers = taken;
            joined = self.join(joined, operator, operand)?;
        }
        Ok((joined, qualifiers))
    }

    /// Two operands joined; a row of the same operator stays one level.
    fn join(&mut self, left: Expression, operator: Keyword, right: Expression) -> Result<Expression, FilterError> {
        match (left, operator) {
            (Expression::And(mut operands), Keyword::And) => {
                operands.push(right);
                Ok(Expression::And(operands))
            }
            (Expression::Or(mut operands), Keyword::Or) => {
                operands.push(right);
                Ok(Expression::Or(operands))
            }
            (left, operator) => {
                self.alternations = self.alternations.saturating_add(1);
                if self.alternations > ALTERNATIONS {
                    return self.error("the expression changes between 'and' and 'or' too often");
                }
                let operands = vec![left, right];
                Ok(if operator == Keyword::And { Expression::And(operands) } else { Expression::Or(operands) })
            }
        }
    }

    /// One operand of `and` and `or`. Behind one of them an id may stand alone: `bare`.
    fn operand(&mut self, before: Option<Qualifiers>, bare: bool) -> Result<Qualified, FilterError> {
        match self.peek() {
            Some(Token::Keyword(Keyword::Not)) => {
                self.advance();
                let (operand, qualifiers) = self.nested(|p| p.operand(before, bare))?;
                Ok((Expression::Not(Box::new(operand)), qualifiers))
            }
            _ if self.arithmetic_starts(self.at) => Ok((self.relation()?, None)),
            Some(Token::Open) if bare && self.ids_start(self.at) => self.inheriting(before),
            Some(Token::Open) => {
                self.advance();
                let (group, _) = self.nested(|p| p.expression(before))?;
                self.expect(Token::Close, "')'")?;
                Ok((group, before))
            }
            Some(token) if is_id(token) && bare => self.inheriting(before),
            Some(token) if is_id(token) => {
                let message = format!("'{}' needs a word before it that says what it is, like 'host'", self.word());
                self.error(message)
            }
            _ => self.primitive(),
        }
    }

    /// An id, or a group of ids, with the qualifiers of what stands before.
    fn inheriting(&mut self, before: Option<Qualifiers>) -> Result<Qualified, FilterError> {
        match before {
            Some(qualifiers) => Ok((self.ids(qualifiers)?, before)),
            None => self.error(format!(
                "'{}' needs a word before it that says what it is: what stands before has none to pass on",
                self.word()
            )),
        }
    }

    /// One id, its negation, or a group of ids in parentheses.
    fn ids(&mut self, qualifiers: Qualifiers) -> Result<Expression, FilterError> {
        match self.peek() {
            Some(Token::Keyword(Keyword::Not)) => {
                self.advance();
                let operand = self.nested(|p| p.ids(qualifiers))?;
                Ok(Expression::Not(Box::new(operand)))
            }
            Some(Token::Open) => {
                self.advance();
                let group = self.nested(|p| p.ids_joined(qualifiers))?;
                self.expect(Token::Close, "')'")?;
                Ok(group)
            }
            _ => {
                let start = self.span().start;
                let id = self.id(qualifiers)?;
                Ok(Expression::Primitive(Primitive::Qualified(qualifiers, id), self.span_from(start)))
            }
        }
    }

    /// Ids joined by `and` and `or`.
    fn ids_joined(&mut self, qualifiers: Qualifiers) -> Result<Expression, FilterError> {
        let mut joined = self.ids(qualifiers)?;
        while let Some(Token::Keyword(operator @ (Keyword::And | Keyword::Or))) = self.peek() {
            self.advance();
            let operand = self.ids(qualifiers)?;
            joined = self.join(joined, operator, operand)?;
        }
        Ok(joined)
    }

    /// One id, with what belongs to a network.
    fn id(&mut self, qualifiers: Qualifiers) -> Result<Id, FilterError> {
        let Some(token) = self.peek().filter(|token| is_id(*token)) else {
            return Err(self.unexpected(&format!("what '{}' is to match", qualifiers.kind.word())));
        };
        self.advance();
        Ok(match token {
            Token::Number(_) if self.peek() == Some(Token::Slash) => {
                return self.error("a network with a mask needs its dots, as in 10.0.0.0/8");
            }
            Token::Number(number) => Id::Number(number),
            Token::Dotted(address) => {
                if self.accept(Token::Slash) {
                    Id::DottedLength(address.to_owned(), self.number("the length of the mask")?)
                } else if self.accept(Token::Keyword(Keyword::Mask)) {
                    let Some(Token::Dotted(mask)) = self.peek() else {
                        return Err(self.unexpected("a mask with dots, as in 255.255.0.0"));
                    };
                    self.advance();
                    Id::DottedMask(address.to_owned(), mask.to_owned())
                } else {
                    Id::Dotted(address.to_owned())
                }
            }
            Token::Ip6(address) if self.accept(Token::Slash) => {
                Id::Ip6Length(address, self.number("the length of the mask")?)
            }
            Token::Ip6(address) => Id::Ip6(address),
            Token::Mac(address) => Id::Mac(address),
            Token::Name(name) => Id::Name(name.to_owned()),
            _ => return Err(self.unexpected("a name or an address")),
        })
    }

    /// A number.
    fn number(&mut self, what: &str) -> Result<u32, FilterError> {
        match self.peek() {
            Some(Token::Number(number)) => {
                self.advance();
                Ok(number)
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// Whether the parenthesis at `at` opens a group of ids.
    fn ids_start(&self, at: usize) -> bool {
        let mut at = at;
        loop {
            match self.peek_at(at) {
                Some(_) if self.arithmetic_starts(at) => return false,
                Some(Token::Open | Token::Keyword(Keyword::Not)) => at = at.saturating_add(1),
                Some(token) => return is_id(token),
                None => return false,
            }
        }
    }
}

/// Whether a token is something that qualifiers can qualify.
fn is_id(token: Token<'_>) -> bool {
    matches!(token, Token::Number(_) | Token::Name(_) | Token::Dotted(_) | Token::Ip6(_) | Token::Mac(_))
}

/// For each opening parenthesis the position of its closing one.
fn matching_parentheses(tokens: &[(Token<'_>, Span)]) -> Vec<Option<usize>> {
    let mut closing = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Open => open.push(at),
            Token::Close => {
                if let Some(slot) = open.pop().and_then(|start: usize| closing.get_mut(start)) {
                    *slot = Some(at);
                }
            }
            _ => {}
        }
    }
    closing
}

#[cfg(test)]
mod tests;
