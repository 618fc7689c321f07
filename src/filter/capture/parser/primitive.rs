//! The conditions that begin with a word of the language.

use super::super::ast::{Direction, Encapsulation, Expression, Kind, Primitive, Qualifiers};
use super::super::error::FilterError;
use super::super::lexer::Token;
use super::super::protocol::Protocol;
use super::super::words::{self, Keyword};
use super::{Parser, Qualified};

impl Parser<'_> {
    /// A condition that begins with a word of the language.
    pub(super) fn primitive(&mut self) -> Result<Qualified, FilterError> {
        let start = self.span().start;
        let Some(Token::Keyword(keyword)) = self.peek() else {
            return Err(self.unexpected("a condition"));
        };
        let primitive = match keyword {
            Keyword::Source | Keyword::Destination | Keyword::Wlan(_) | Keyword::Kind(_) => {
                return self.qualified(None);
            }
            Keyword::Protocol(protocol) => {
                self.advance();
                match self.peek() {
                    Some(Token::Keyword(
                        Keyword::Source | Keyword::Destination | Keyword::Wlan(_) | Keyword::Kind(_),
                    )) => return self.qualified(Some(protocol)),
                    _ => self.protocol(protocol),
                }
            }
            keyword => {
                let span = self.span();
                self.advance();
                self.special(keyword).map_err(|error| error.unwrap_or_else(|| misplaced(keyword, &span, self.text)))?
            }
        };
        Ok((Expression::Primitive(primitive, self.span_from(start)), None))
    }

    /// A protocol alone, or what is broadcast or multicast in it.
    fn protocol(&mut self, protocol: Protocol) -> Primitive {
        if self.accept(Token::Keyword(Keyword::Broadcast)) {
            Primitive::Broadcast(Some(protocol))
        } else if self.accept(Token::Keyword(Keyword::Multicast)) {
            Primitive::Multicast(Some(protocol))
        } else {
            Primitive::Protocol(protocol)
        }
    }

    /// Direction, kind, and the ids that they qualify.
    fn qualified(&mut self, protocol: Option<Protocol>) -> Result<Qualified, FilterError> {
        let direction = self.direction();
        let kind = match self.peek() {
            Some(Token::Keyword(Keyword::Kind(kind))) => {
                if direction.is_some() && matches!(kind, Kind::Proto | Kind::ProtoChain | Kind::Gateway) {
                    return self.error(format!("'{}' has no direction", kind.word()));
                }
                self.advance();
                kind
            }
            _ => Kind::Host,
        };
        let qualifiers = Qualifiers { protocol, direction: direction.unwrap_or(Direction::Either), kind };
        Ok((self.ids(qualifiers)?, Some(qualifiers)))
    }

    /// `src`, `dst`, both of them joined, or an address of an 802.11 header.
    fn direction(&mut self) -> Option<Direction> {
        let (direction, other) = match self.peek() {
            Some(Token::Keyword(Keyword::Source)) => (Direction::Source, Keyword::Destination),
            Some(Token::Keyword(Keyword::Destination)) => (Direction::Destination, Keyword::Source),
            Some(Token::Keyword(Keyword::Wlan(address))) => {
                self.advance();
                return Some(Direction::Wlan(address));
            }
            _ => return None,
        };
        self.advance();
        let joined = match self.peek() {
            Some(Token::Keyword(Keyword::And)) => Direction::Both,
            Some(Token::Keyword(Keyword::Or)) => Direction::Either,
            _ => return Some(direction),
        };
        if self.peek_at(self.at.saturating_add(1)) != Some(Token::Keyword(other)) {
            return Some(direction);
        }
        self.advance();
        self.advance();
        Some(joined)
    }

    /// A condition that takes no qualifiers. The word itself is read already. An error that is `None` says that the
    /// word cannot begin a condition.
    fn special(&mut self, keyword: Keyword) -> Result<Primitive, Option<FilterError>> {
        Ok(match keyword {
            Keyword::Broadcast => Primitive::Broadcast(None),
            Keyword::Multicast => Primitive::Multicast(None),
            Keyword::Less => Primitive::AtMost(self.number("a number of bytes")?),
            Keyword::Greater => Primitive::AtLeast(self.number("a number of bytes")?),
            Keyword::Inbound => Primitive::Inbound(true),
            Keyword::Outbound => Primitive::Inbound(false),
            Keyword::Interface => Primitive::Interface(self.number("the number of an interface")?),
            Keyword::Encapsulation(encapsulation) => self.encapsulation(encapsulation)?,
            Keyword::PppoeDiscovery => Primitive::PppoeDiscovery,
            Keyword::Llc => self.llc()?,
            Keyword::Type => self.wlan_type()?,
            Keyword::Subtype => {
                let value = self.named("an 802.11 subtype", words::wlan_subtype)?;
                Primitive::WlanType { value, mask: TYPE | SUBTYPE }
            }
            Keyword::Direction => Primitive::WlanDirection(match self.peek() {
                Some(Token::Number(_)) => self.number("a direction")?,
                _ => self.named("an 802.11 direction", words::wlan_direction)?,
            }),
            _ => return Err(None),
        })
    }

    /// `vlan`, `mpls`, `pppoes` or `geneve`, with the number behind it, if there is one.
    fn encapsulation(&mut self, encapsulation: Encapsulation) -> Result<Primitive, FilterError> {
        let mut parentheses = 0_usize;
        while self.accept(Token::Open) {
            parentheses = parentheses.saturating_add(1);
        }
        let number = match self.peek() {
            Some(Token::Number(_)) => Some((self.span(), self.number("a number")?)),
            _ if parentheses > 0 => return Err(self.unexpected("a number")),
            _ => None,
        };
        for _ in 0..parentheses {
            self.expect(Token::Close, "')'")?;
        }
        let (word, what, largest) = match encapsulation {
            Encapsulation::Vlan => ("vlan", "VLAN identifier", 0xfff),
            Encapsulation::Mpls => ("mpls", "MPLS label", 0xf_ffff),
            Encapsulation::Pppoe => ("pppoes", "PPPoE session", 0xffff),
            Encapsulation::Geneve => ("geneve", "Geneve network identifier", 0xff_ffff),
        };
        match number {
            Some((span, number)) if number > largest => {
                Err(FilterError::new(&span, format!("'{word}': the largest {what} is {largest}")))
            }
            number => Ok(Primitive::Encapsulation(encapsulation, number.map(|(_, number)| number))),
        }
    }

    fn llc(&mut self) -> Result<Primitive, FilterError> {
        // 'rnr' is a word of the language by itself, too.
        let name = matches!(self.peek(), Some(Token::Name(_))) || self.word() == "rnr";
        if !name {
            return Ok(Primitive::Llc(None));
        }
        let Some(format) = words::llc_format(self.word()) else {
            return self.error(format!("'{}' is no kind of LLC frame", self.word()));
        };
        self.advance();
        Ok(Primitive::Llc(Some(format)))
    }

    /// An 802.11 type, with or without a subtype.
    fn wlan_type(&mut self) -> Result<Primitive, FilterError> {
        let value = match self.peek() {
            Some(Token::Number(number)) if number & !TYPE == 0 => self.number("a type")?,
            Some(Token::Number(_)) => {
                return self.error("an 802.11 type is 0, 4, 8 or 12: two bits of the first byte");
            }
            _ => self.named("an 802.11 type", words::wlan_type)?,
        };
        if !self.accept(Token::Keyword(Keyword::Subtype)) {
            return Ok(Primitive::WlanType { value, mask: TYPE });
        }
        let subtype = match self.peek() {
            Some(Token::Number(number)) if number & !SUBTYPE == 0 => self.number("a subtype")?,
            Some(Token::Number(_)) => {
                return self.error("an 802.11 subtype is a multiple of 16 up to 240: four bits of the first byte");
            }
            _ => {
                let (span, word) = (self.span(), self.word());
                let both = self.named("an 802.11 subtype", words::wlan_subtype)?;
                if both & TYPE != value {
                    return Err(FilterError::new(&span, format!("'{word}' is a subtype of another 802.11 type")));
                }
                both
            }
        };
        Ok(Primitive::WlanType { value: value | subtype, mask: TYPE | SUBTYPE })
    }

    /// A name out of a table.
    fn named(&mut self, what: &str, find: impl Fn(&str) -> Option<u32>) -> Result<u32, FilterError> {
        let Some(Token::Name(name)) = self.peek() else {
            return Err(self.unexpected(what));
        };
        let Some(value) = find(name) else {
            return self.error(format!("'{name}' is not {what}"));
        };
        self.advance();
        Ok(value)
    }
}

/// Bits of the first byte of an 802.11 header that hold the type, and those that hold the subtype.
const TYPE: u32 = 0x0c;
const SUBTYPE: u32 = 0xf0;

/// A word of the language where no condition can begin with it.
fn misplaced(keyword: Keyword, span: &std::ops::Range<usize>, text: &str) -> FilterError {
    let word = text.get(span.clone()).unwrap_or("");
    let message = match keyword {
        Keyword::Unsupported(what) => format!("'{word}': {what} is not supported"),
        _ => format!("'{word}' stands where a condition is expected"),
    };
    FilterError::new(span, message)
}
