//! The head of a message: its first line and its header fields (RFC 9112 sections 2 to 5).

/// Methods of HTTP and its extensions (IANA's registry, WebDAV, UPnP and others in use), in order.
const METHODS: &[&[u8]] = &[
    b"ACL",
    b"BASELINE-CONTROL",
    b"BCOPY",
    b"BDELETE",
    b"BIND",
    b"BMOVE",
    b"BPROPFIND",
    b"BPROPPATCH",
    b"CCM_POST",
    b"CHECKIN",
    b"CHECKOUT",
    b"CONNECT",
    b"COPY",
    b"DELETE",
    b"GET",
    b"HEAD",
    b"LABEL",
    b"LINK",
    b"LOCK",
    b"M-SEARCH",
    b"MERGE",
    b"MKACTIVITY",
    b"MKCALENDAR",
    b"MKCOL",
    b"MKREDIRECTREF",
    b"MKWORKSPACE",
    b"MOVE",
    b"NOTIFY",
    b"OPTIONS",
    b"ORDERPATCH",
    b"PATCH",
    b"POLL",
    b"POST",
    b"PROPFIND",
    b"PROPPATCH",
    b"PUT",
    b"REBIND",
    b"REPORT",
    b"RPC_CONNECT",
    b"RPC_IN_DATA",
    b"RPC_OUT_DATA",
    b"SEARCH",
    b"SUBSCRIBE",
    b"TRACE",
    b"UNBIND",
    b"UNCHECKOUT",
    b"UNLINK",
    b"UNLOCK",
    b"UNSUBSCRIBE",
    b"UPDATE",
    b"UPDATEREDIRECTREF",
    b"VERSION-CONTROL",
    b"X-MS-ENUMATTS",
];

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
        /// The status code.
        status: u16,
    },
    /// Neither: these are no message's first bytes.
    Neither,
}

impl<'p> Start<'p> {
    pub(super) fn parse(line: &'p [u8]) -> Self {
        if let Some(rest) = line.strip_prefix(b"HTTP/") {
            let status = rest.split(|&b| b == b' ').nth(1).map_or(0, |code| number(code) as u16);
            return Self::Response { status };
        }
        let mut words = line.split(|&b| b == b' ');
        match (words.next(), words.find(|word| !word.is_empty())) {
            (Some(method), Some(uri)) if METHODS.binary_search(&method).is_ok() => Self::Request { method, uri },
            _ => Self::Neither,
        }
    }
}

/// The decimal number that `digits` begin with.
fn number(digits: &[u8]) -> u64 {
    let digits = digits.iter().take_while(|b| b.is_ascii_digit());
    digits.fold(0, |num, &b| u64::from(b - b'0').saturating_add(num.saturating_mul(10)))
}

/// The port behind the colon of `host:port`.
pub(super) fn port_of(authority: &[u8]) -> Option<u16> {
    let colon = authority.iter().rposition(|&b| b == b':')?;
    u16::try_from(number(authority.get(colon + 1..)?)).ok().filter(|&port| port != 0)
}

/// A line: its text, and its length with the line end.
pub(super) struct TextLine<'p> {
    pub(super) text: &'p [u8],
    pub(super) len: usize,
}

/// The line that `bytes` begin with, if it is there whole. Lines end with CR LF, with LF, or with a CR behind which
/// something else follows.
pub(super) fn line(bytes: &[u8]) -> Option<TextLine<'_>> {
    let end = memchr::memchr2(b'\r', b'\n', bytes)?;
    let (text, behind) = bytes.split_at_checked(end)?;
    let len = match behind {
        [b'\r'] => return None,
        [b'\r', b'\n', ..] => end + 2,
        _ => end + 1,
    };
    Some(TextLine { text, len })
}

/// Bytes before a message's first line, where `reported` are said to follow: an empty line may stand there (RFC 9112
/// section 2.2).
pub(super) fn empty_line(bytes: &[u8], reported: usize) -> usize {
    if reported > 2 && bytes.starts_with(b"\r\n") { 2 } else { 0 }
}

/// Whether a line of which the end is not here begins with a request's method.
pub(super) fn begins_request(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\r\n").unwrap_or(bytes);
    text.split(|&b| b == b' ').next().is_some_and(|method| METHODS.binary_search(&method).is_ok())
}

/// The message's first line, and the empty line before it.
pub(super) fn first_line(bytes: &[u8]) -> Option<TextLine<'_>> {
    let skipped = empty_line(bytes, bytes.len());
    line(bytes.get(skipped..)?).map(|line| TextLine { text: line.text, len: line.len + skipped })
}

/// Whether `bytes` look like the beginning of a message where nobody expects one: the version stands at one end of
/// their first line, which is there whole.
pub(super) fn recognises(bytes: &[u8]) -> bool {
    const VERSION: &[u8] = b"HTTP/1.";
    if !bytes.first().is_some_and(u8::is_ascii_graphic) {
        return false;
    }
    let Some(text) = line(bytes).map(|line| line.text) else { return false };
    text.len() > VERSION.len() + 1
        && (text.starts_with(VERSION) || text.get(text.len() - 8..text.len() - 1) == Some(VERSION))
}

/// Whether `bytes` begin with a message's first line.
pub(super) fn begins_message(bytes: &[u8]) -> bool {
    first_line(bytes).is_some_and(|line| !matches!(Start::parse(line.text), Start::Neither))
}

/// Whether `bytes` are header fields of which the last breaks off within its name.
pub(super) fn breaks_off(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        let line = line(rest);
        let text = line.as_ref().map_or(rest, |line| line.text);
        let field = memchr::memchr(b':', text).is_some();
        match line.and_then(|line| rest.get(line.len..)) {
            Some(behind) if field => rest = behind,
            ended => return ended.is_none() && !field && !rest.is_empty(),
        }
    }
}

/// The head of a message, as far as the rest of it depends on it.
#[derive(Default)]
pub(super) struct Head<'p> {
    /// Length in bytes, the empty line included.
    pub(super) len: usize,
    /// The message is a response.
    pub(super) response: bool,
    pub(super) content_length: Option<u64>,
    pub(super) chunked: bool,
    /// Media type without parameters.
    pub(super) content_type: Option<&'p [u8]>,
    /// The media type's parameters.
    pub(super) parameters: &'p [u8],
    pub(super) encoding: Option<&'p [u8]>,
    pub(super) upgrade: Option<&'p [u8]>,
    /// The server that the client asks for.
    pub(super) host: Option<&'p [u8]>,
}

impl<'p> Head<'p> {
    /// The head that `bytes` begin with, if it is there whole.
    pub(super) fn parse(bytes: &'p [u8]) -> Option<Self> {
        let response = bytes.starts_with(b"HTTP/");
        Some(Self { response, ..Self::fields(bytes, first_line(bytes)?.len)? })
    }
    /// The head of a part of a multipart body; `bytes` begin behind the boundary.
    pub(super) fn of_part(bytes: &'p [u8]) -> Option<Self> {
        Self::fields(bytes, line(bytes)?.len)
    }
    /// The header fields from `at` on, up to the empty line.
    fn fields(bytes: &'p [u8], mut at: usize) -> Option<Self> {
        let mut head = Self::default();
        loop {
            let TextLine { text, len } = line(bytes.get(at..)?)?;
            at += len;
            if text.is_empty() {
                head.len = at;
                return Some(head);
            }
            head.field(text);
        }
    }
    /// A head that the capture or the sender broke off: the lines that are there.
    pub(super) fn cut_short(bytes: &'p [u8]) -> Self {
        let mut head = Self { len: bytes.len(), ..Self::default() };
        bytes.split(|&b| b == b'\n').skip(1).for_each(|text| head.field(text.trim_ascii_end()));
        head
    }
    fn field(&mut self, text: &'p [u8]) {
        let Some(colon) = memchr::memchr(b':', text) else { return };
        let (name, value) = text.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
        match name.len() {
            4 if is(b"Host") => self.host = Some(value),
            7 if is(b"Upgrade") => self.upgrade = Some(value),
            12 if is(b"Content-Type") => {
                let end = memchr::memchr(b';', value).unwrap_or(value.len());
                let (kind, parameters) = value.split_at(end);
                (self.content_type, self.parameters) = (Some(kind.trim_ascii_end()), parameters);
            }
            14 if is(b"Content-Length") => self.content_length = Some(number(value)),
            16 if is(b"Content-Encoding") => self.encoding = Some(value),
            17 if is(b"Transfer-Encoding") => {
                self.chunked = value.get(..7).is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{METHODS, begins_message, begins_request, breaks_off, recognises};

    #[test]
    fn methods_stand_in_order() {
        assert!(METHODS.is_sorted());
    }

    #[test]
    fn messages_are_told_by_their_first_lines() {
        for begins in ["GET / HTTP/1.1\r\n", "CCM_POST /x HTTP/1.0\r\n", "\r\nHTTP/1.1 200 OK\r\n", "GET /\r\n"] {
            assert!(begins_message(begins.as_bytes()), "{begins}");
        }
        for other in ["GETS / HTTP/1.1\r\n", "GET HTTP/1.1", "Knock knock\n", ""] {
            assert!(!begins_message(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn where_nobody_expects_one_the_version_tells() {
        for begins in ["GET / HTTP/1.1\r\n", "ANY / HTTP/1.0\n", "HTTP/1.1 200 OK\r\n"] {
            assert!(recognises(begins.as_bytes()), "{begins}");
        }
        for other in ["GET /\r\n", "HTTP/2 200\r\n", "\r\nHTTP/1.1 200 OK\r\n", "GET / HTTP/1.1", "Knock knock\n"] {
            assert!(!recognises(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_field_breaks_off_within_its_name_alone() {
        assert!(breaks_off(b"Host: a\r\nAcce"));
        assert!(!breaks_off(b"Host: a\r\nAccept: tex"));
        assert!(!breaks_off(b"Host: a\r\n"));
        assert!(!breaks_off(b"no field\r\nAcce"));
    }

    #[test]
    fn a_method_alone_begins_a_request() {
        assert!(begins_request(b"GET"));
        assert!(begins_request(b"\r\nPUT a"));
        assert!(!begins_request(b"GETX"));
        assert!(!begins_request(b"HTTP/1.1"));
    }
}
