//! Cuts an expression into tokens.

use super::ast::Span;
use super::error::FilterError;
use super::words::{self, Keyword};
use std::net::Ipv6Addr;

/// The smallest piece of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'e> {
    Keyword(Keyword),
    Number(u32),
    /// A name, possibly escaped by a backslash, which is not part of it.
    Name(&'e str),
    /// Two to four numbers with dots between: an IPv4 address, or the start of one.
    Dotted(&'e str),
    Ip6(Ipv6Addr),
    Mac([u8; 6]),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Colon,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Ampersand,
    Bar,
    Caret,
    ShiftLeft,
    ShiftRight,
}

/// Operators and punctuation; of two that begin alike the longer stands first.
const SYMBOLS: &[(&str, Token<'static>)] = &[
    ("&&", Token::Keyword(Keyword::And)),
    ("||", Token::Keyword(Keyword::Or)),
    ("!=", Token::NotEqual),
    ("!", Token::Keyword(Keyword::Not)),
    ("==", Token::Equal),
    ("=", Token::Equal),
    ("<=", Token::AtMost),
    ("<<", Token::ShiftLeft),
    ("<", Token::Less),
    (">=", Token::AtLeast),
    (">>", Token::ShiftRight),
    (">", Token::Greater),
    ("(", Token::Open),
    (")", Token::Close),
    ("[", Token::OpenBracket),
    ("]", Token::CloseBracket),
    (":", Token::Colon),
    ("+", Token::Plus),
    ("-", Token::Minus),
    ("*", Token::Star),
    ("/", Token::Slash),
    ("%", Token::Percent),
    ("&", Token::Ampersand),
    ("|", Token::Bar),
    ("^", Token::Caret),
];

/// The tokens of an expression, each with the bytes it stands in.
pub(super) fn tokens(expression: &str) -> Result<Vec<(Token<'_>, Span)>, FilterError> {
    let mut found = Vec::new();
    let mut rest = expression.trim_start_matches(SPACE);
    while !rest.is_empty() {
        let start = expression.len().saturating_sub(rest.len());
        let (token, length) = token(rest, start)?;
        found.push((token, start..start.saturating_add(length)));
        rest = rest.get(length..).unwrap_or("").trim_start_matches(SPACE);
    }
    Ok(found)
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The token that `text` begins with, and its length in bytes.
fn token(text: &str, start: usize) -> Result<(Token<'_>, usize), FilterError> {
    if let Some(found) = colons(text, start)? {
        return Ok(found);
    }
    if let Some(escaped) = text.strip_prefix('\\') {
        let name = until(escaped, |c| !SPACE.contains(&c) && !"!()".contains(c));
        if name.is_empty() {
            return Err(FilterError::new(&(start..start.saturating_add(1)), "a backslash with no name behind it"));
        }
        return Ok((Token::Name(name), name.len().saturating_add(1)));
    }
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let word = word(text);
        return Ok((classify(word, start)?, word.len()));
    }
    if let Some((symbol, token)) = SYMBOLS.iter().find(|(symbol, _)| text.starts_with(symbol)) {
        return Ok((*token, symbol.len()));
    }
    let character = text.chars().next().unwrap_or(' ');
    let message = match character {
        '$' => "ARCnet addresses are not supported".to_owned(),
        _ => format!("'{character}' has no place in a filter expression"),
    };
    Err(FilterError::new(&(start..start.saturating_add(character.len_utf8())), message))
}

/// The part of `text` up to the first character that does not fit.
fn until(text: &str, fits: impl Fn(char) -> bool) -> &str {
    text.find(|c| !fits(c)).and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The word that `text` begins with: letters, digits, dots, hyphens and underscores, not ending in one of the last two.
fn word(text: &str) -> &str {
    until(text, |c| c.is_ascii_alphanumeric() || "-_.".contains(c)).trim_end_matches(['-', '_'])
}

/// An IPv6 or link-layer address written with colons, if `text` begins with one.
fn colons(text: &str, start: usize) -> Result<Option<(Token<'_>, usize)>, FilterError> {
    let run = until(text, |c| c.is_ascii_hexdigit() || c == ':');
    // One colon alone, not doubled, separates offset and size in `ip[2:2]`.
    if !run.contains("::") && run.matches(':').count() < 2 {
        return Ok(None);
    }
    // An IPv6 address may end in an IPv4 address.
    let run = until(text, |c| c.is_ascii_hexdigit() || c == ':' || c == '.');
    if let Ok(address) = run.parse() {
        return Ok(Some((Token::Ip6(address), run.len())));
    }
    match mac(run) {
        Some(address) => Ok(Some((Token::Mac(address), run.len()))),
        None => Err(FilterError::new(&(start..start.saturating_add(run.len())), format!("'{run}' is no address"))),
    }
}

/// A link-layer address: six bytes separated by colons, hyphens or dots, three groups of two bytes separated by dots,
/// or twelve hexadecimal digits.
fn mac(text: &str) -> Option<[u8; 6]> {
    let mut address = [0; 6];
    if let Some(separator) = text.chars().find(|c| !c.is_ascii_hexdigit()).filter(|c| ":-.".contains(*c)) {
        let groups = text.split(separator);
        if groups.clone().count() == 3 && separator == '.' {
            for (bytes, group) in address.chunks_exact_mut(2).zip(groups) {
                bytes.copy_from_slice(&hexadecimal::<u16>(group, 4..=4)?.to_be_bytes());
            }
            return Some(address);
        }
        if groups.clone().count() != address.len() {
            return None;
        }
        for (byte, group) in address.iter_mut().zip(groups) {
            *byte = hexadecimal::<u8>(group, 1..=2)?;
        }
        return Some(address);
    }
    let digits = hexadecimal::<u64>(text, 12..=12)?.to_be_bytes();
    digits.last_chunk().copied()
}

/// A hexadecimal number of so many digits.
fn hexadecimal<T: TryFrom<u64>>(digits: &str, length: std::ops::RangeInclusive<usize>) -> Option<T> {
    if !length.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    T::try_from(u64::from_str_radix(digits, 16).ok()?).ok()
}

/// What a word is.
fn classify(word: &str, start: usize) -> Result<Token<'_>, FilterError> {
    if let Some(address) = mac(word) {
        return Ok(Token::Mac(address));
    }
    if let Some(keyword) = words::keyword(word) {
        return Ok(Token::Keyword(keyword));
    }
    if let Some(value) = words::named_number(word) {
        return Ok(Token::Number(value));
    }
    let span = start..start.saturating_add(word.len());
    if let Some(value) = number(word, &span)? {
        return Ok(Token::Number(value));
    }
    let parts = word.split('.');
    if (2..=4).contains(&parts.clone().count()) && parts.clone().all(is_number) {
        return Ok(Token::Dotted(word));
    }
    Ok(Token::Name(word))
}

/// Whether it is written like a number.
fn is_number(word: &str) -> bool {
    let (digits, radix) = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (word, 10),
    };
    !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix))
}

/// The value of a word written like a number: decimal, hexadecimal behind `0x`, octal behind `0`.
fn number(word: &str, span: &Span) -> Result<Option<u32>, FilterError> {
    if !is_number(word) {
        return Ok(None);
    }
    let (digits, radix) = match word.get(..2) {
        Some("0x" | "0X") => (word.get(2..).unwrap_or(""), 16),
        Some(_) if word.starts_with('0') => (word, 8),
        _ => (word, 10),
    };
    if radix == 8 && digits.contains(['8', '9']) {
        return Err(FilterError::new(
            span,
            format!("'{word}' begins with 0 like an octal number, but has other digits"),
        ));
    }
    match u32::from_str_radix(digits, radix) {
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(FilterError::new(span, format!("{word} is more than 32 bits hold"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ast::Kind;
    use super::*;

    fn kinds(expression: &str) -> Vec<Token<'_>> {
        tokens(expression).unwrap().into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn spans_are_bytes_of_the_expression() {
        let spans: Vec<Span> = tokens("  tcp&&port\t80 ").unwrap().into_iter().map(|(_, span)| span).collect();
        assert_eq!(spans, [2..5, 5..7, 7..11, 12..14]);
    }

    #[test]
    fn numbers_are_decimal_octal_or_hexadecimal() {
        assert_eq!(kinds("10 010 0x10 0X1f 0"), [10, 8, 16, 31, 0].map(Token::Number));
        assert_eq!(tokens("len > 080").unwrap_err().span, 6..9);
        assert_eq!(tokens("len > 4294967296").unwrap_err().span, 6..16);
    }

    #[test]
    fn a_hyphen_between_letters_or_digits_belongs_to_the_word() {
        assert_eq!(kinds("ftp-data 6000-6008"), [Token::Name("ftp-data"), Token::Name("6000-6008")]);
        assert_eq!(kinds("5 - 3"), [Token::Number(5), Token::Minus, Token::Number(3)]);
        assert_eq!(kinds("foo- 1"), [Token::Name("foo"), Token::Minus, Token::Number(1)]);
    }

    #[test]
    fn link_layer_addresses_come_in_many_forms() {
        let address = Token::Mac([1, 2, 3, 4, 5, 0xab]);
        for text in ["1:2:3:4:5:ab", "01-02-03-04-05-AB", "1.2.3.4.5.ab", "0102.0304.05ab", "0102030405ab"] {
            assert_eq!(kinds(text), [address], "{text}");
        }
        assert!(tokens("1:2:3:4:5").is_err());
        assert_eq!(kinds("0102.0304"), [Token::Dotted("0102.0304")]);
    }

    #[test]
    fn colons_are_told_apart() {
        assert_eq!(kinds("ip[2:2]").len(), 6);
        assert_eq!(kinds("::1"), [Token::Ip6("::1".parse().unwrap())]);
        assert_eq!(kinds("2001:DB8::1"), [Token::Ip6("2001:db8::1".parse().unwrap())]);
        assert_eq!(kinds("::ffff:192.0.2.1"), [Token::Ip6("::ffff:192.0.2.1".parse().unwrap())]);
        assert!(tokens("1::2::3").is_err());
    }

    #[test]
    fn a_backslash_makes_any_word_a_name() {
        assert_eq!(kinds("\\tcp"), [Token::Name("tcp")]);
        assert_eq!(kinds("(\\tcp)"), [Token::Open, Token::Name("tcp"), Token::Close]);
        assert_eq!(kinds("tcp-syn host"), [Token::Number(2), Token::Keyword(Keyword::Kind(Kind::Host))]);
    }
}
