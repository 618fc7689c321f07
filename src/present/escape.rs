//! Text as formats for machines have it: JSON's escapes, XML's entities, the few of a separated line.

use crate::dissect::digits::{pair, printable};
use crate::dissect::unicode;

/// Appends bytes as pairs of hexadecimal digits with `separator` between them.
pub(super) fn hex(bytes: &[u8], separator: &[u8], out: &mut Vec<u8>) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    out.extend_from_slice(&pair(first));
    // Room for all is made at once: asking for it byte by byte would cost more than the digits.
    let start = out.len();
    match *separator {
        [separator] => {
            out.resize(start + rest.len() * 3, separator);
            let places = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<3>().0;
            places.iter_mut().zip(rest).for_each(|([_, places @ ..], &byte)| *places = pair(byte));
        }
        [] => {
            out.resize(start + rest.len() * 2, 0);
            let places = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<2>().0;
            places.iter_mut().zip(rest).for_each(|(places, &byte)| *places = pair(byte));
        }
        _ => rest.iter().for_each(|&byte| {
            out.extend_from_slice(separator);
            out.extend_from_slice(&pair(byte));
        }),
    }
}

/// Appends `text`, each stretch of bytes that `plain` lets pass as it is, every other ASCII byte as `write` has it.
/// What is not UTF-8 becomes U+FFFD.
fn escaped(text: &[u8], out: &mut Vec<u8>, plain: impl Fn(u8) -> bool, write: impl Fn(u8, &mut Vec<u8>)) {
    let mut rest = text;
    loop {
        let stretch = rest.iter().position(|&byte| byte >= 0x80 || !plain(byte)).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(stretch);
        out.extend_from_slice(head);
        let (char, len) = unicode::decode(tail);
        match tail.first() {
            None => return,
            Some(&byte) if byte < 0x80 => write(byte, out),
            // A character written longer than need be may be any.
            Some(_) => match u8::try_from(char) {
                Ok(byte) if byte < 0x80 && !plain(byte) => write(byte, out),
                _ => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            },
        }
        rest = tail.get(len.max(1)..).unwrap_or_default();
    }
}

/// Whether text is printable ASCII without quotes and backslashes, as nearly all is.
fn is_simple(text: &[u8]) -> bool {
    let (chunks, rest) = text.as_chunks();
    chunks.iter().all(|chunk| printable(*chunk))
        && rest.iter().all(|byte| (0x20..0x7f).contains(byte))
        && memchr::memchr2(b'"', b'\\', text).is_none()
}

/// Appends `text` as it stands between the quotes of a JSON string (RFC 8259 section 7).
pub(super) fn json(text: &[u8], out: &mut Vec<u8>) {
    if is_simple(text) {
        return out.extend_from_slice(text);
    }
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    escaped(text, out, plain, |byte, out| match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        8 => out.extend_from_slice(b"\\b"),
        9 => out.extend_from_slice(b"\\t"),
        10 => out.extend_from_slice(b"\\n"),
        12 => out.extend_from_slice(b"\\f"),
        13 => out.extend_from_slice(b"\\r"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&pair(byte));
        }
    });
}

/// Appends `text` as it stands in an XML attribute or element. Control characters, which XML 1.0 cannot hold, are
/// written as C writes them.
pub(super) fn xml(text: &[u8], out: &mut Vec<u8>) {
    let plain = |byte: u8| !matches!(byte, 0..=8 | 11..=12 | 14..=31 | b'<' | b'>' | b'&' | b'"' | b'\'');
    escaped(text, out, plain, |byte, out| match byte {
        b'<' => out.extend_from_slice(b"&lt;"),
        b'>' => out.extend_from_slice(b"&gt;"),
        b'&' => out.extend_from_slice(b"&amp;"),
        b'"' => out.extend_from_slice(b"&quot;"),
        b'\'' => out.extend_from_slice(b"&#x27;"),
        _ => {
            out.extend_from_slice(b"\\x");
            out.extend_from_slice(&pair(byte));
        }
    });
}

/// Appends `text` as a value on a line of separated values: ends of lines and tabs would break the line, and so would
/// what else moves the place where one writes.
pub(super) fn separated(text: &[u8], out: &mut Vec<u8>) {
    let plain = |byte: u8| !matches!(byte, 8..=10 | 12..=13);
    escaped(text, out, plain, |byte, out| {
        out.push(b'\\');
        out.push(match byte {
            8 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            12 => b'f',
            _ => b'r',
        });
    });
}

#[cfg(test)]
mod tests {
    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_strings_are_escaped() {
        assert_eq!(
            written(|o| super::json(b"a\"b\\c/\t\r\n\x0c\x08\x1b\x7f", o)),
            "a\\\"b\\\\c/\\t\\r\\n\\f\\b\\u001b\u{7f}"
        );
    }

    #[test]
    fn characters_written_too_long_are_escaped_too() {
        assert_eq!(written(|o| super::json(b"\xc0\x87\xc1\x81", o)), "\\u0007A");
    }

    #[test]
    fn what_is_not_utf8_is_replaced() {
        assert_eq!(written(|o| super::json(b"caf\xc3\xa9 \xff|\xe2\x82", o)), "café \u{fffd}|\u{fffd}");
    }

    #[test]
    fn xml_holds_no_markup() {
        assert_eq!(written(|o| super::xml(b"<a b=\"c\">'&\x01", o)), "&lt;a b=&quot;c&quot;&gt;&#x27;&amp;\\x01");
    }

    #[test]
    fn values_stay_on_their_line() {
        assert_eq!(written(|o| super::separated(b"\x07\x08\x0b\x0c\x01", o)), "\x07\\b\x0b\\f\x01");
        assert_eq!(written(|o| super::separated(b"a\tb\r\nc\\\x1b\"", o)), "a\\tb\\r\\nc\\\x1b\"");
    }

    #[test]
    fn bytes_in_pairs() {
        assert_eq!(written(|o| super::hex(&[0, 0xab, 0x10], b":", o)), "00:ab:10");
        assert_eq!(written(|o| super::hex(&[], b":", o)), "");
    }
}
