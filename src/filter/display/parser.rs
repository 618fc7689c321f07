//! From words to a logical expression.

use super::ast::{Expr, Op, Relation, Right, Slice, SliceEnd, Term, TermKind};
use super::error::{Fault, Span};
use super::lexer::{Lexeme, Token, lex};

/// Parentheses, slices and signs within each other at most.
const MOST_NESTED: usize = 200;

/// Parses a filter; `None` is the empty one.
pub(super) fn parse(filter: &str) -> Result<Option<Expr>, Fault> {
    let lexemes = lex(filter)?;
    if lexemes.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { filter, lexemes, at: 0, nested: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(Some(expr)),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser<'a> {
    filter: &'a str,
    lexemes: Vec<Lexeme>,
    at: usize,
    nested: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Lexeme> {
        self.lexemes.get(self.at)
    }
    fn sign(&self) -> Option<&'static str> {
        match self.peek()?.token {
            Token::Sign(sign) => Some(sign),
            _ => None,
        }
    }
    fn accept(&mut self, sign: &str) -> bool {
        let found = self.sign() == Some(sign);
        self.at += usize::from(found);
        found
    }
    fn expect(&mut self, sign: &str) -> Result<Span, Fault> {
        let span = self.peek().map(|lexeme| lexeme.span.clone());
        if self.accept(sign) { Ok(span.unwrap_or_default()) } else { Err(self.unexpected()) }
    }
    fn unexpected(&self) -> Fault {
        match self.peek() {
            None => Fault::nowhere("Unexpected end of filter expression."),
            Some(lexeme) => {
                let text = self.filter.get(lexeme.span.clone()).unwrap_or_default();
                Fault::at(&lexeme.span, format!("\"{text}\" was unexpected in this context."))
            }
        }
    }
    fn nest<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(Fault::nowhere("The filter expression is nested too deeply."));
        }
        let outcome = body(self);
        self.nested -= 1;
        outcome
    }

    fn or(&mut self) -> Result<Expr, Fault> {
        let mut left = self.and()?;
        while self.accept("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }
    fn and(&mut self) -> Result<Expr, Fault> {
        let mut left = self.not()?;
        while self.accept("and") {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }
    fn not(&mut self) -> Result<Expr, Fault> {
        if self.accept("not") {
            return self.nest(|p| Ok(Expr::Not(Box::new(p.not()?))));
        }
        if self.accept("(") {
            let inner = self.nest(Self::or)?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.relation()
    }

    fn relation(&mut self) -> Result<Expr, Fault> {
        let all = self.accept("all");
        let quantified = all || self.accept("any");
        let left = self.term()?;
        if self.sign() == Some("not")
            && self.lexemes.get(self.at + 1).is_some_and(|next| next.token == Token::Sign("in"))
        {
            self.at += 2;
            let relation = Relation { left, op: Op::In, right: Right::Set(self.set()?), all };
            return Ok(Expr::Not(Box::new(Expr::Relation(relation))));
        }
        let Some(op) = self.op() else {
            return if quantified { Err(self.unexpected()) } else { Ok(Expr::Exists(left)) };
        };
        if let Op::In = op {
            let set = self.set()?;
            return Ok(Expr::Relation(Relation { left, op, right: Right::Set(set), all }));
        }
        let right = self.term()?;
        // `a < b < c` means `a < b and b < c`.
        if let Some(next) = self.comparison_ahead() {
            let between = self.at;
            let middle = self.again(&right, between)?;
            self.at = between;
            let first = Expr::Relation(Relation { left, op, right: Right::Term(right), all });
            let rest = self.chain(middle, next)?;
            return Ok(Expr::And(Box::new(first), Box::new(rest)));
        }
        Ok(Expr::Relation(Relation { left, op, right: Right::Term(right), all }))
    }
    fn comparison_ahead(&self) -> Option<Op> {
        comparison(self.sign()?)
    }
    /// The term that ends before lexeme `end`, once more.
    fn again(&mut self, term: &Term, end: usize) -> Result<Term, Fault> {
        let start = self.lexemes.iter().take(end).position(|lexeme| lexeme.span.start == term.span.start);
        self.at = start.unwrap_or(end);
        self.term()
    }
    fn chain(&mut self, left: Term, op: Op) -> Result<Expr, Fault> {
        self.at += 1;
        let right = self.term()?;
        match self.comparison_ahead() {
            None => Ok(Expr::Relation(Relation { left, op, right: Right::Term(right), all: false })),
            Some(next) => self.nest(|p| {
                let between = p.at;
                let middle = p.again(&right, between)?;
                p.at = between;
                let first = Expr::Relation(Relation { left, op, right: Right::Term(right), all: false });
                Ok(Expr::And(Box::new(first), Box::new(p.chain(middle, next)?)))
            }),
        }
    }
    fn op(&mut self) -> Option<Op> {
        let sign = self.sign()?;
        let op = match sign {
            "contains" => Op::Contains,
            "matches" => Op::Matches,
            "in" => Op::In,
            _ => comparison(sign)?,
        };
        self.at += 1;
        Some(op)
    }
    fn set(&mut self) -> Result<Vec<(Term, Option<Term>)>, Fault> {
        self.expect("{")?;
        let mut elements = Vec::new();
        loop {
            let first = self.term()?;
            let last = if self.accept("..") { Some(self.term()?) } else { None };
            elements.push((first, last));
            if self.accept("}") {
                return Ok(elements);
            }
            self.expect(",")?;
        }
    }

    fn term(&mut self) -> Result<Term, Fault> {
        self.binary(&[&["&"], &["+", "-"], &["*", "/", "%"]])
    }
    /// Terms joined by the signs of the first level; between them those of the levels below.
    fn binary(&mut self, levels: &[&[&'static str]]) -> Result<Term, Fault> {
        let Some((signs, below)) = levels.split_first() else { return self.unary() };
        let mut left = self.binary(below)?;
        while let Some(sign) = self.sign().filter(|sign| signs.contains(sign)) {
            self.at += 1;
            let right = self.binary(below)?;
            let span = left.span.start..right.span.end;
            left = Term { kind: TermKind::Arithmetic(sign, Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }
    fn unary(&mut self) -> Result<Term, Fault> {
        let start = self.peek().map(|lexeme| lexeme.span.start);
        if self.accept("-") {
            let inner = self.nest(Self::unary)?;
            let span = start.unwrap_or_default()..inner.span.end;
            return Ok(Term { kind: TermKind::Negative(Box::new(inner)), span });
        }
        if self.accept("+") {
            return self.nest(Self::unary);
        }
        if self.accept("{") {
            let inner = self.nest(Self::term)?;
            self.expect("}")?;
            return Ok(inner);
        }
        self.postfix()
    }
    fn postfix(&mut self) -> Result<Term, Fault> {
        let mut term = self.primary()?;
        loop {
            if self.accept("#") {
                let ranges = if self.sign() == Some("[") { self.ranges()?.0 } else { vec![self.layer()?] };
                let span = term.span.clone();
                term = Term { kind: TermKind::Layer(Box::new(term), ranges), span };
            } else if self.sign() == Some("[") {
                let (ranges, end) = self.ranges()?;
                let span = term.span.start..end;
                term = Term { kind: TermKind::Slice(Box::new(term), ranges), span };
            } else {
                return Ok(term);
            }
        }
    }
    fn primary(&mut self) -> Result<Term, Fault> {
        let Some(Lexeme { token, span }) = self.peek().cloned() else { return Err(self.unexpected()) };
        let kind = match token {
            Token::Sign(_) => return Err(self.unexpected()),
            Token::Text(text) => TermKind::Text(text),
            Token::Char(byte) => TermKind::Char(byte),
            Token::Word => TermKind::Word(self.filter.get(span.clone()).unwrap_or_default().to_owned()),
        };
        self.at += 1;
        if let TermKind::Word(name) = &kind
            && self.accept("(")
        {
            return self.call(name.clone(), span);
        }
        Ok(Term { kind, span })
    }
    fn call(&mut self, name: String, span: Span) -> Result<Term, Fault> {
        let mut arguments = Vec::new();
        if !self.accept(")") {
            loop {
                arguments.push(self.nest(Self::term)?);
                if self.accept(")") {
                    break;
                }
                self.expect(",")?;
            }
        }
        Ok(Term { kind: TermKind::Call(name, span.clone(), arguments), span })
    }

    /// A layer's number behind `#`.
    fn layer(&mut self) -> Result<Slice, Fault> {
        let start = self.position()?;
        Ok(Slice { start, end: SliceEnd::Length(1) })
    }
    fn ranges(&mut self) -> Result<(Vec<Slice>, usize), Fault> {
        self.expect("[")?;
        let mut ranges = Vec::new();
        loop {
            ranges.push(self.range()?);
            if self.sign() == Some("]") {
                return Ok((ranges, self.expect("]")?.end));
            }
            self.expect(",")?;
        }
    }
    /// `i:length`, `i-last`, `:length`, `i:`, `i`.
    fn range(&mut self) -> Result<Slice, Fault> {
        let start = if self.sign() == Some(":") { 0 } else { self.position()? };
        if self.accept(":") {
            if matches!(self.sign(), Some("]" | ",")) {
                return Ok(Slice { start, end: SliceEnd::Open });
            }
            return Ok(Slice { start, end: SliceEnd::Length(self.position()?) });
        }
        if self.accept("-") {
            return Ok(Slice { start, end: SliceEnd::Last(self.position()?) });
        }
        Ok(Slice { start, end: SliceEnd::Length(1) })
    }
    fn position(&mut self) -> Result<i64, Fault> {
        let negative = self.accept("-");
        let Some(Lexeme { token: Token::Word, span }) = self.peek() else { return Err(self.unexpected()) };
        let text = self.filter.get(span.clone()).unwrap_or_default();
        let number = super::literal::unsigned(text).and_then(|number| i64::try_from(number).ok());
        let number = number.ok_or_else(|| self.unexpected())?;
        self.at += 1;
        Ok(if negative { -number } else { number })
    }
}

fn comparison(sign: &str) -> Option<Op> {
    Some(match sign {
        "==" => Op::AnyEq,
        "!=" => Op::AllNe,
        "===" => Op::AllEq,
        "!==" => Op::AnyNe,
        "<" => Op::Lt,
        "<=" => Op::Le,
        ">" => Op::Gt,
        ">=" => Op::Ge,
        _ => return None,
    })
}
