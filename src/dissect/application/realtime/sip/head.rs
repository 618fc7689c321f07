//! The head of a message: its first line and its header fields (RFC 3261 section 7).

/// What the first line makes of a message.
pub(super) enum Start<'p> {
    /// A request.
    Request {
        /// The method.
        method: &'p [u8],
        /// The target.
        uri: &'p [u8],
    },
    /// A response.
    Response {
        /// Three digits.
        status: &'p [u8; 3],
        /// The reason phrase.
        text: &'p [u8],
    },
}

const VERSION: &[u8] = b"SIP/2.0";

impl<'p> Start<'p> {
    /// The first line, if it is one.
    pub(super) fn parse(line: &'p [u8]) -> Option<Self> {
        if line.contains(&0) {
            return None;
        }
        let space = |bytes: &[u8]| bytes.iter().position(|&byte| byte == b' ');
        let (first, rest) = line.split_at_checked(space(line)?)?;
        let rest = rest.get(1..)?;
        let (second, third) = rest.split_at_checked(space(rest)?)?;
        let third = third.get(1..)?;
        if first == VERSION {
            let status = second.first_chunk::<3>().filter(|_| second.len() == 3)?;
            return status.iter().all(u8::is_ascii_digit).then_some(Self::Response { status, text: third });
        }
        let uri = second.contains(&b':');
        (uri && third == VERSION && !first.is_empty()).then_some(Self::Request { method: first, uri: second })
    }
}

/// The first line, without its end.
pub(super) fn first_line(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or(bytes)
}

/// Whether `bytes` begin with a message.
pub(super) fn begins_message(bytes: &[u8]) -> bool {
    Start::parse(first_line(bytes)).is_some()
}

/// How many bytes the head takes with the empty line that ends it; `None` where that is missing.
pub(super) fn len(bytes: &[u8]) -> Option<usize> {
    Lines { bytes, at: 0 }.find(|line| line.text.is_empty()).map(|line| line.end)
}

/// A header field's line as it stands, folded lines with it.
pub(super) struct HeadLine<'p> {
    pub(super) start: usize,
    pub(super) text: &'p [u8],
    /// Behind its end.
    pub(super) end: usize,
    /// It has no end: the message breaks off.
    pub(super) unended: bool,
}

/// The lines of a head, the first one included, up to the empty line.
pub(super) struct Lines<'p> {
    pub(super) bytes: &'p [u8],
    pub(super) at: usize,
}

impl<'p> Iterator for Lines<'p> {
    type Item = HeadLine<'p>;

    fn next(&mut self) -> Option<HeadLine<'p>> {
        let start = self.at;
        let mut end = start;
        loop {
            let rest = self.bytes.get(end..).filter(|rest| !rest.is_empty());
            let Some(newline) = rest.and_then(|rest| memchr::memchr(b'\n', rest)) else {
                let text = self.bytes.get(start..).filter(|text| !text.is_empty())?;
                self.at = self.bytes.len();
                return Some(HeadLine { start, text, end: self.bytes.len(), unended: true });
            };
            let empty = self.bytes.get(end..end + newline).is_some_and(|line| line.trim_ascii_end().is_empty());
            end += newline + 1;
            if empty || !matches!(self.bytes.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        self.at = end;
        let text = self.bytes.get(start..end).unwrap_or_default();
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        Some(HeadLine { start, text: text.strip_suffix(b"\r").unwrap_or(text), end, unended: false })
    }
}

/// Bindings that a registration asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Contacts {
    pub(super) all: u64,
    /// Those with an expiry of 0.
    pub(super) removed: u64,
    /// Those that do not say when they expire.
    pub(super) open: u64,
    /// All that there are, and they are to go.
    pub(super) star: bool,
}

/// The head of a message, as far as the rest depends on it.
#[derive(Default)]
pub(super) struct Head<'p> {
    /// Length in bytes, the empty line included.
    pub(super) len: usize,
    pub(super) content_length: Option<usize>,
    /// Media type without parameters.
    pub(super) content_type: Option<&'p [u8]>,
    /// The media type's parameters.
    pub(super) parameters: &'p [u8],
    /// The method that CSeq names.
    pub(super) method: Option<&'p [u8]>,
    /// CSeq holds a number and no more.
    pub(super) bad_sequence: bool,
    /// The last line has no end.
    pub(super) broken: bool,
    pub(super) to_tag: bool,
    contacts: Contacts,
    expires_now: bool,
}

impl<'p> Head<'p> {
    pub(super) fn parse(bytes: &'p [u8]) -> Self {
        let mut head = Self { len: bytes.len(), ..Self::default() };
        let mut lines = Lines { bytes, at: 0 };
        lines.next();
        for line in lines {
            if line.text.is_empty() {
                head.len = line.end;
                break;
            }
            if line.unended {
                head.broken = true;
                break;
            }
            if !head.bad_sequence {
                head.field(line.text);
            }
        }
        head
    }
    fn field(&mut self, text: &'p [u8]) {
        let Some(colon) = memchr::memchr(b':', text) else { return };
        let (name, value) = text.split_at(colon);
        let (name, value) = (name.trim_ascii_end(), value.get(1..).unwrap_or_default().trim_ascii());
        let is = |long: &str, short: &str| {
            name.eq_ignore_ascii_case(long.as_bytes()) || name.eq_ignore_ascii_case(short.as_bytes())
        };
        if is("Content-Length", "l") {
            self.content_length = Some(number(value));
        } else if is("Content-Type", "c") {
            let end = memchr::memchr(b';', value).unwrap_or(value.len());
            let (kind, parameters) = value.split_at(end);
            (self.content_type, self.parameters) = (Some(kind.trim_ascii_end()), parameters);
        } else if is("CSeq", "CSeq") {
            let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let method = value.get(digits..).unwrap_or_default().trim_ascii_start();
            self.bad_sequence = method.is_empty();
            self.method = Some(method);
        } else if is("To", "t") {
            self.to_tag = memchr::memmem::find(value, b";tag=").is_some();
        } else if is("Contact", "m") {
            contacts(value, &mut self.contacts);
        } else if is("Expires", "Expires") {
            self.expires_now = value.first() == Some(&b'0') && number(value) == 0;
        }
    }
    /// What a registration's contacts come to.
    pub(super) fn bindings(&self) -> Contacts {
        let mut contacts = self.contacts;
        if self.expires_now {
            // One that says so itself counts twice, as in tshark.
            contacts.removed = 2 * contacts.removed + contacts.open;
        } else {
            contacts.star = false;
        }
        contacts
    }
}

/// The decimal number that `digits` begin with.
fn number(digits: &[u8]) -> usize {
    let digits = digits.iter().take_while(|b| b.is_ascii_digit());
    digits.fold(0, |num: usize, &b| num.saturating_mul(10).saturating_add(usize::from(b - b'0')))
}

/// Counts the contacts in one header field.
fn contacts(value: &[u8], found: &mut Contacts) {
    if value == b"*" {
        found.star = true;
        return;
    }
    let (mut quoted, mut angled, mut start) = (false, false, 0);
    let ends = value.iter().enumerate().filter(|&(_, &byte)| {
        match byte {
            b'"' => quoted = !quoted,
            b'<' if !quoted => angled = true,
            b'>' if !quoted => angled = false,
            _ => {}
        }
        byte == b',' && !quoted && !angled
    });
    let mut one = |from: usize, to: usize| {
        let contact = value.get(from..to).unwrap_or_default().trim_ascii();
        if contact.is_empty() {
            return;
        }
        found.all += 1;
        match expiry(contact) {
            Some(0) => found.removed += 1,
            None => found.open += 1,
            Some(_) => {}
        }
    };
    for (end, _) in ends {
        one(start, end);
        start = end + 1;
    }
    one(start, value.len());
}

/// The seconds after which a contact says that it expires.
fn expiry(contact: &[u8]) -> Option<usize> {
    let parameters = contact.iter().rposition(|&byte| byte == b'>').map_or(0, |at| at + 1);
    contact.get(parameters..)?.split(|&byte| byte == b';').find_map(|parameter| {
        let (name, value) = parameter.trim_ascii().split_at_checked(8)?;
        name.eq_ignore_ascii_case(b"expires=").then(|| number(value))
    })
}

#[cfg(test)]
mod tests {
    use super::{Contacts, Start, contacts, len};

    #[test]
    fn first_lines() {
        let request = |line: &[u8]| matches!(Start::parse(line), Some(Start::Request { .. }));
        assert!(request(b"INVITE sip:a@b SIP/2.0"));
        assert!(!request(b"INVITE sip:a@b SIP/3.0"));
        assert!(!request(b"INVITE a SIP/2.0"));
        assert!(!request(b"INVITE  sip:a SIP/2.0"));
        assert!(matches!(Start::parse(b"SIP/2.0 200 "), Some(Start::Response { .. })));
        assert!(Start::parse(b"SIP/2.0 200").is_none());
        assert!(Start::parse(b"SIP/2.0 99 Text").is_none());
    }

    #[test]
    fn heads_end_with_an_empty_line() {
        assert_eq!(len(b"A\r\nB: c\r\n d\r\n\r\nx"), Some(15));
        assert_eq!(len(b"A\nB: c\n\nx"), Some(8));
        assert_eq!(len(b"A\r\nB: c\r\n"), None);
    }

    #[test]
    fn contacts_are_told_apart() {
        let mut found = Contacts::default();
        contacts(b"\"a,b\" <sip:a;x=1,2>;expires=0, sip:c;expires=5,<sip:d>", &mut found);
        assert_eq!((found.all, found.removed, found.open, found.star), (3, 1, 1, false));
    }
}
