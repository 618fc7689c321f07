//! The format of mail (RFC 5322): header fields and a body, which may be made of parts (RFC 2046).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("imf", "Internet Message Format", Kind::Protocol);

fields! {
    FROM = "imf.from", "From", Str;
    SUBJECT = "imf.subject", "Subject", Str;
    DATE = "imf.date", "Date", Str;
    TO = "imf.to", "To", Str;
    CC = "imf.cc", "Cc", Str;
    REPLY_TO = "imf.reply_to", "Reply-To", Str;
    MESSAGE_ID = "imf.message_id", "Message-ID", Str;
    RECEIVED = "imf.received", "Received", Str;
    RETURN_PATH = "imf.return_path", "Return-Path", Str;
    MIME_VERSION = "imf.mime_version", "MIME-Version", Str;
    CONTENT_TYPE = "imf.content.type", "Content-Type", Str;
    CONTENT_ENCODING = "imf.content.transfer_encoding", "Content-Transfer-Encoding", Str;
    MAILER = "imf.ext.mailer", "X-Mailer", Str;
    EXTENSION = "imf.extension", "Unknown-Extension", Str;
    EXTENSION_TYPE = "imf.extension.type", "Type", Str;
    EXTENSION_VALUE = "imf.extension.value", "Value", Str;
    TEXT = "imf.message_text", "Message-Text", None;
    TEXT_LINE = "", "Line", None;
}

/// Header fields that are known by name.
const KNOWN: &[(&[u8], &Field)] = &[
    (b"from", &FROM),
    (b"subject", &SUBJECT),
    (b"date", &DATE),
    (b"to", &TO),
    (b"cc", &CC),
    (b"reply-to", &REPLY_TO),
    (b"message-id", &MESSAGE_ID),
    (b"received", &RECEIVED),
    (b"return-path", &RETURN_PATH),
    (b"mime-version", &MIME_VERSION),
    (b"content-type", &CONTENT_TYPE),
    (b"content-transfer-encoding", &CONTENT_ENCODING),
    (b"x-mailer", &MAILER),
];

/// Parts within parts that are followed.
const MOST_NESTED: u8 = 8;

/// A header field: its name and its value, by their places, and where the next one begins.
struct HeaderField {
    name: usize,
    value: (usize, usize),
    next: usize,
    last: bool,
}

/// The header field that begins at `from`; none where no name does, or where its end has not come.
fn header_field(bytes: &[u8], from: usize) -> Option<HeaderField> {
    let rest = bytes.get(from..)?;
    let colon = from + rest.iter().position(|&byte| byte == b':')?;
    let mut at = colon + 1;
    loop {
        let line = bytes.get(at..)?;
        let end = at + line.windows(2).position(|pair| pair == b"\r\n")?;
        let next = end + 2;
        match bytes.get(next..).unwrap_or_default() {
            // A line that begins with a space goes on with the field.
            [b' ' | b'\t', ..] => at = next,
            // The empty line that ends the header counts as part of its last field, even where it has not come.
            [b'\r', b'\n', ..] => {
                return Some(HeaderField { name: colon, value: (colon + 1, end), next: next + 2, last: true });
            }
            [] => {
                let value = (colon + 1, end.saturating_sub(2));
                return Some(HeaderField { name: colon, value, next, last: true });
            }
            _ => return Some(HeaderField { name: colon, value: (colon + 1, end), next, last: false }),
        }
    }
}

/// A mail, or as much of one as there is.
pub struct Imf;

impl Protocol for Imf {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IMF";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.row().protocol_append("/IMF");
        c.claim();
        let (bytes, base) = (c.rest(), c.pos());
        let (mut at, mut body, mut content) = (0, 0, None);
        while let Some(field) = header_field(bytes, at) {
            let name = bytes.get(at..field.name).unwrap_or_default();
            let mut value = bytes.get(field.value.0..field.value.1).unwrap_or_default();
            while let [b' ' | b'\t', rest @ ..] = value {
                value = rest;
            }
            tell(c, name, value, (base + at, base + field.value.1));
            if name.eq_ignore_ascii_case(b"content-type") {
                content = media_type(value);
            }
            at = field.next;
            if field.last {
                body = at;
                break;
            }
        }
        c.seek(base + body);
        match content {
            Some((kind, parameters)) => media(c, kind, parameters, 0),
            None => text(c),
        }
        c.seek(c.end());
        Ok(())
    }
}

/// Says what one header field says.
fn tell<S: Sink>(c: &mut Cursor<'_, S>, name: &[u8], value: &[u8], (start, end): (usize, usize)) {
    for (known, words) in [(b"from".as_slice(), "from: "), (b"subject", "subject: ")] {
        if name.eq_ignore_ascii_case(known) {
            c.info().str(words).text(value).str(", ");
        }
    }
    if !S::DETAIL {
        return;
    }
    let known = KNOWN.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    let text = |l: &mut crate::dissect::line::Line| _ = l.bytes(value);
    match known {
        Some((_, field)) => c.text(field, start, end, text),
        None => {
            c.text(&EXTENSION, start, end, |l| _ = l.bytes(name).str(": ").bytes(value));
            c.append(|l| _ = l.str(" (Contact Wireshark developers if you want this supported.)"));
            c.below(|c| {
                c.text(&EXTENSION_TYPE, start, start + name.len(), |l| _ = l.bytes(name));
                c.text(&EXTENSION_VALUE, start + name.len() + 1, end, text);
            });
        }
    }
}

/// The media type and its parameters, which there have to be.
fn media_type(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = value.iter().position(|&byte| byte == b';')?;
    Some((value.get(..end)?, value.get(end + 1..)?))
}

/// The boundary that the parameters of a media type name.
fn boundary(parameters: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"boundary=";
    let at = parameters.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let rest = parameters.get(at + NAME.len()..)?;
    match rest {
        [b'"', quoted @ ..] => quoted.split(|&byte| byte == b'"').next(),
        _ => rest.split(|&byte| matches!(byte, b';' | b' ' | b'\t' | b'\r' | b'\n')).next(),
    }
}

/// Names the media type of a body, or of its parts.
fn media<S: Sink>(c: &mut Cursor<'_, S>, kind: &[u8], parameters: &[u8], nested: u8) {
    if !kind.get(..10).is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/")) {
        c.info().str(" (").text(&kind.to_ascii_lowercase()).byte(b')');
        return;
    }
    let Some(boundary) = boundary(parameters).filter(|boundary| !boundary.is_empty()) else { return };
    if nested >= MOST_NESTED {
        return;
    }
    let bytes = c.rest();
    let mut mark = b"--".to_vec();
    mark.extend_from_slice(boundary);
    let mut parts = bytes.windows(mark.len()).enumerate().filter(|(_, window)| *window == mark).map(|(at, _)| at);
    let Some(mut from) = parts.next() else { return };
    let base = c.pos();
    for to in parts {
        let start = from + mark.len();
        from = to;
        if bytes.get(start..start + 2) == Some(b"--") {
            break;
        }
        part(c, bytes.get(start + 2..to).unwrap_or_default(), base + start + 2, nested);
    }
}

/// One part, whose header may say what it is.
fn part<S: Sink>(c: &mut Cursor<'_, S>, bytes: &[u8], base: usize, nested: u8) {
    let mut at = 0;
    let mut content = None;
    while !bytes.get(at..).unwrap_or_default().starts_with(b"\r\n")
        && let Some(field) = header_field(bytes, at)
    {
        let name = bytes.get(at..field.name).unwrap_or_default();
        let value = bytes.get(field.value.0..field.value.1).unwrap_or_default().trim_ascii_start();
        if name.eq_ignore_ascii_case(b"content-type") {
            content = Some(media_type(value).unwrap_or((value, b"")));
        }
        at = field.next;
        if field.last {
            break;
        }
    }
    if let Some((kind, parameters)) = content {
        c.seek(base + at);
        media(c, kind, parameters, nested + 1);
    }
}

/// A body of plain text, line by line.
fn text<S: Sink>(c: &mut Cursor<'_, S>) {
    if c.remaining() == 0 {
        return;
    }
    c.put(&TEXT, c.pos(), c.end(), 0);
    let mut first = c.row().fresh();
    c.below(|c| {
        while c.remaining() > 0 && !c.row().is_full() {
            let rest = c.rest();
            let len = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end + 1);
            let line = rest.get(..len).unwrap_or_default();
            if !std::mem::take(&mut first) {
                c.info().str(", ");
            }
            c.info().spaced(line);
            c.put(&TEXT_LINE, c.pos(), c.pos() + len, 0);
            c.label(|l| _ = l.spaced(line));
            c.seek(c.pos() + len);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{boundary, header_field, media_type};

    #[test]
    fn fields_end_where_the_next_line_begins_in_the_first_column() {
        let bytes = b"From: a\r\n b\r\nTo: c\r\n\r\ntext";
        let first = header_field(bytes, 0).unwrap();
        assert_eq!((first.name, first.value, first.next, first.last), (4, (5, 11), 13, false));
        let second = header_field(bytes, first.next).unwrap();
        assert_eq!((second.next, second.last), (bytes.len() - 4, true));
        assert!(header_field(b"no colon\r\n", 0).is_none() && header_field(b"To: unfinished", 0).is_none());
    }

    #[test]
    fn a_media_type_without_parameters_is_not_followed() {
        assert_eq!(media_type(b"text/plain; a=b"), Some((b"text/plain".as_slice(), b" a=b".as_slice())));
        assert_eq!(media_type(b"text/plain"), None);
        assert_eq!(boundary(b" boundary=\"a b\"; c=d"), Some(b"a b".as_slice()));
        assert_eq!(boundary(b" Boundary=ab; c=d"), Some(b"ab".as_slice()));
    }
}
