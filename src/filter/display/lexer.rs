//! A display filter's words.

use super::error::{Fault, Span};

/// What a word is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A sign or a word that means one: `==` and `eq` are both `Sign("==")`.
    Sign(&'static str),
    /// A word as it stands: a field, a protocol, a function, a literal.
    Word,
    /// A string, its escapes resolved.
    Text(Vec<u8>),
    /// A character constant.
    Char(u8),
}

/// A word and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Span,
}

/// Signs, longest first.
const SIGNS: &[(&str, &str)] = &[
    ("===", "==="),
    ("!==", "!=="),
    ("==", "=="),
    ("!=", "!="),
    ("~=", "!=="),
    ("<=", "<="),
    (">=", ">="),
    ("&&", "and"),
    ("||", "or"),
    ("..", ".."),
    ("<", "<"),
    (">", ">"),
    ("!", "not"),
    ("&", "&"),
    ("(", "("),
    (")", ")"),
    ("{", "{"),
    ("}", "}"),
    ("[", "["),
    ("]", "]"),
    (",", ","),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("%", "%"),
    ("#", "#"),
    ("~", "matches"),
    (":", ":"),
];

/// Words that mean signs.
const WORDS: &[(&str, &str)] = &[
    ("eq", "=="),
    ("any_eq", "=="),
    ("ne", "!="),
    ("all_ne", "!="),
    ("all_eq", "==="),
    ("any_ne", "!=="),
    ("gt", ">"),
    ("lt", "<"),
    ("ge", ">="),
    ("le", "<="),
    ("and", "and"),
    ("or", "or"),
    ("not", "not"),
    ("contains", "contains"),
    ("matches", "matches"),
    ("in", "in"),
    ("any", "any"),
    ("all", "all"),
    ("bitwise_and", "&"),
];

/// Takes a filter apart.
pub(super) fn lex(filter: &str) -> Result<Vec<Lexeme>, Fault> {
    let bytes = filter.as_bytes();
    let (mut at, mut lexemes, mut slicing) = (0, Vec::new(), false);
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let (token, len) = match (byte, rest.get(1)) {
            (b'"', _) => quoted(rest, at, 1)?,
            (b'r' | b'R', Some(b'"')) => raw(rest, at)?,
            (b'\'', _) => character(rest, at)?,
            // Outside of a slice, bytes may not begin with a colon: all of them are out of place together.
            (b':', _) if !slicing && colon_bytes_len(rest) > 0 => (Token::Word, colon_bytes_len(rest)),
            _ => sign_or_word(rest, at)?,
        };
        match token {
            Token::Sign("[") => slicing = true,
            Token::Sign("]") => slicing = false,
            _ => {}
        }
        lexemes.push(Lexeme { token, span: at..at + len });
        at += len;
    }
    Ok(lexemes)
}

fn sign_or_word(rest: &[u8], at: usize) -> Result<(Token, usize), Fault> {
    let len = word_len(rest);
    if len > 0 {
        let word = rest.get(..len).unwrap_or_default();
        let sign = WORDS.iter().find(|(name, _)| name.as_bytes() == word);
        return Ok((sign.map_or(Token::Word, |&(_, sign)| Token::Sign(sign)), len));
    }
    match SIGNS.iter().find(|(text, _)| rest.starts_with(text.as_bytes())) {
        Some(&(text, sign)) => Ok((Token::Sign(sign), text.len())),
        None => {
            let shown = String::from_utf8_lossy(rest.get(..1).unwrap_or_default()).into_owned();
            Err(Fault::at(&(at..at + 1), format!("\"{shown}\" was unexpected in this context.")))
        }
    }
}

/// The length of the word that `rest` begins with: the longest of the shapes that a word may have.
fn word_len(rest: &[u8]) -> usize {
    [plain_len(rest), hex_bytes_len(rest), ipv6_len(rest), prefix_len(rest), date_len(rest)]
        .into_iter()
        .max()
        .unwrap_or(0)
}

/// Letters, digits, underscores and dots; hyphens within names that begin with a letter. Two dots end it.
fn plain_len(rest: &[u8]) -> usize {
    let named = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80);
    let mut len = 0;
    while let Some(&byte) = rest.get(len) {
        let next = rest.get(len + 1).copied().unwrap_or(b' ');
        let fits = match byte {
            b'.' => len > 0 && next != b'.' && (next.is_ascii_alphanumeric() || next == b'_'),
            b'-' => named && next.is_ascii_alphanumeric(),
            _ => byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80,
        };
        if !fits {
            break;
        }
        len += 1;
    }
    len
}

/// Pairs of hexadecimal digits with one separator throughout: `00:c0:9f`, `00-c0`.
fn hex_bytes_len(rest: &[u8]) -> usize {
    let pair = |at: usize| {
        let digit = |at: usize| rest.get(at).is_some_and(u8::is_ascii_hexdigit);
        digit(at) && digit(at + 1)
    };
    let Some(&separator) = rest.get(2).filter(|b| matches!(b, b':' | b'-')) else { return 0 };
    let mut len = if pair(0) { 2 } else { return 0 };
    while rest.get(len) == Some(&separator) && pair(len + 1) {
        len += 3;
    }
    // A single separator behind the last pair is part of it: `00:` is one byte.
    let more = rest.get(len).is_some_and(|b| b.is_ascii_alphanumeric() || *b == separator);
    if more { 0 } else { len }
}

/// A colon and pairs of hexadecimal digits with colons between: `:c0:9f`.
fn colon_bytes_len(rest: &[u8]) -> usize {
    let triples = rest
        .chunks(3)
        .take_while(|triple| matches!(triple, [b':', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()));
    let len = triples.count() * 3;
    if rest.get(len).is_some_and(u8::is_ascii_alphanumeric) { 0 } else { len }
}

/// What may be an IPv6 address, with or without a prefix length.
fn ipv6_len(rest: &[u8]) -> usize {
    let len = rest.iter().take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.')).count();
    let text = rest.get(..len).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
    if text.contains(':') && text.parse::<std::net::Ipv6Addr>().is_ok() { len + slash_len(rest, len) } else { 0 }
}

/// What may be an IPv4 address with a prefix length.
fn prefix_len(rest: &[u8]) -> usize {
    let len = rest.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    let dots = rest.get(..len).unwrap_or_default().iter().filter(|b| **b == b'.').count();
    let slash = slash_len(rest, len);
    if dots == 3 && slash > 0 { len + slash } else { 0 }
}

fn slash_len(rest: &[u8], at: usize) -> usize {
    let digits = rest.get(at + 1..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
    if rest.get(at) == Some(&b'/') && digits > 0 { digits + 1 } else { 0 }
}

/// What may be a date, with or without a time: `2017-01-01`, `2017-01-01T00:00:00`.
fn date_len(rest: &[u8]) -> usize {
    let shape = b"dddd-dd-dd";
    let fits = rest.len() >= shape.len()
        && rest.iter().zip(shape).all(|(b, s)| if *s == b'd' { b.is_ascii_digit() } else { b == s });
    if !fits {
        return 0;
    }
    let time = rest.get(10) == Some(&b'T');
    let more = rest
        .iter()
        .skip(10)
        .take_while(|b| time && (b.is_ascii_digit() || matches!(b, b'T' | b':' | b'.' | b'Z')))
        .count();
    10 + more
}

fn unterminated(rest: &[u8], at: usize) -> Fault {
    let end = at + rest.len();
    Fault::at(&(end..end + 1), "The final quote was missing from a quoted string.")
}

fn raw(rest: &[u8], at: usize) -> Result<(Token, usize), Fault> {
    let text = rest.get(2..).unwrap_or_default();
    let end = memchr::memchr(b'"', text).ok_or_else(|| unterminated(rest, at))?;
    Ok((Token::Text(text.get(..end).unwrap_or_default().to_vec()), end + 3))
}

fn quoted(rest: &[u8], at: usize, mut len: usize) -> Result<(Token, usize), Fault> {
    let mut text = Vec::new();
    loop {
        match rest.get(len) {
            None => return Err(unterminated(rest, at)),
            Some(b'"') => return Ok((Token::Text(text), len + 1)),
            Some(b'\\') => {
                let (byte, used) = escape(rest.get(len..).unwrap_or_default(), at + len)?;
                text.push(byte);
                len += used;
            }
            Some(&byte) => {
                text.push(byte);
                len += 1;
            }
        }
    }
}

fn character(rest: &[u8], at: usize) -> Result<(Token, usize), Fault> {
    let (byte, len) = match rest.get(1) {
        Some(b'\\') => escape(rest.get(1..).unwrap_or_default(), at + 1)?,
        Some(&byte) => (byte, 1),
        None => return Err(unterminated(rest, at)),
    };
    if rest.get(len + 1) == Some(&b'\'') {
        return Ok((Token::Char(byte), len + 2));
    }
    let all = rest.iter().skip(1).position(|b| *b == b'\'').map_or(rest.len(), |end| end + 2);
    let shown = String::from_utf8_lossy(rest.get(..all).unwrap_or(rest)).into_owned();
    Err(Fault::at(&(at..at + all), format!("{shown} is too long to be a valid character constant.")))
}

/// The byte that a backslash and what follows it stand for, and how many bytes they are.
fn escape(rest: &[u8], at: usize) -> Result<(u8, usize), Fault> {
    let simple = |byte| Ok((byte, 2));
    match rest.get(1) {
        Some(b'a') => simple(7),
        Some(b'b') => simple(8),
        Some(b't') => simple(9),
        Some(b'n') => simple(10),
        Some(b'v') => simple(11),
        Some(b'f') => simple(12),
        Some(b'r') => simple(13),
        Some(&byte @ (b'"' | b'\\' | b'\'')) => simple(byte),
        Some(b'x') => digits(rest, 2, 2, 16, at),
        Some(b'0'..=b'7') => digits(rest, 1, 3, 8, at),
        other => {
            let shown = String::from_utf8_lossy(other.map_or(&[][..], std::slice::from_ref)).into_owned();
            Err(Fault::at(&(at..at + 2), format!("\\{shown} is not a valid character escape sequence")))
        }
    }
}

fn digits(rest: &[u8], from: usize, most: usize, base: u32, at: usize) -> Result<(u8, usize), Fault> {
    let digits = rest.iter().skip(from).take(most).map_while(|b| char::from(*b).to_digit(base));
    let (count, value) = digits.fold((0, 0), |(count, value), digit| (count + 1, value * base + digit));
    if count == 0 {
        return Err(Fault::at(&(at..at + 2), "\\x is not a valid character escape sequence"));
    }
    Ok((value as u8, from + count))
}
