//! The fields of a message's head, and which request a response belongs to.

use super::head::{Start, first_line, line};
use super::names::*;
use super::session;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::source::Time;

/// A request and its response.
#[derive(Clone, Copy, Debug, Default)]
struct Exchange {
    request: Option<u64>,
    time: Option<Time>,
    response: Option<u64>,
}

/// The exchanges of a conversation, as far as the next message needs them.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    count: u32,
    last: Exchange,
    before: Exchange,
    /// What the last request asked for.
    uri: Vec<u8>,
}

impl Exchanges {
    fn begin(&mut self) {
        self.before = std::mem::take(&mut self.last);
        self.count = self.count.saturating_add(1);
    }
}

/// Bytes of a target that are remembered at most.
const MOST_URI: usize = 8192;

/// Writes text that should be ASCII as it is; a byte that is not becomes U+FFFD.
fn ascii(text: &[u8], l: &mut Line) {
    for stretch in text.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        if stretch.is_ascii() {
            l.bytes(stretch);
        } else {
            stretch.iter().for_each(|_| _ = l.char(char::REPLACEMENT_CHARACTER));
        }
    }
}

/// Writes text that should be ASCII as the tree shows it.
fn shown(text: &[u8], l: &mut Line) {
    for stretch in text.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        if stretch.is_ascii() {
            l.text(stretch);
        } else {
            stretch.iter().for_each(|_| _ = l.char(char::REPLACEMENT_CHARACTER));
        }
    }
}

/// Records `len` bytes from `start` on as a text that should be ASCII.
fn text<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, start: usize, value: &[u8]) {
    if value.is_ascii() {
        c.put(field, start, start + value.len(), 0);
    } else {
        c.text(field, start, start + value.len(), |l| ascii(value, l));
    }
}

/// Records the head's lines, its first bytes being the next to be read.
pub(super) fn record<S: Sink>(c: &mut Cursor<'_, S>, start: &Start<'_>, len: usize) -> Result<(), Stop> {
    let (from, end) = (c.pos(), c.pos() + len);
    let Some(first) = first_line(c.rest()) else { return c.skip(len) };
    let text = c.bytes(&START_LINE, first.len.min(len))?;
    c.label(|l| shown(text, l));
    let at = c.pos() - text.len() + text.len().saturating_sub(text.trim_ascii_start().len());
    c.below(|c| {
        c.expert(&CHAT);
        c.label(|l| shown(text, l));
        match start {
            Start::Request { .. } => request_line(c, first.text, at),
            Start::Response { .. } => status_line(c, first.text, at),
            Start::Neither => {}
        }
    });
    let lines = match start {
        Start::Request { method, .. } if is_notification(method) => None,
        Start::Request { .. } => Some(&REQUEST_LINE),
        _ => Some(&RESPONSE_LINE),
    };
    let mut host: &[u8] = b"";
    while c.pos() < end {
        let len = line(c.rest()).map_or(end - c.pos(), |line| line.len).min(end - c.pos());
        let text = c.rest().get(..len).unwrap_or_default();
        if let Some(value) = header(c, text, lines) {
            host = value;
        }
        c.skip(len)?;
    }
    let here = c.pos();
    c.seek(from);
    exchange(c, start, host);
    c.seek(here);
    Ok(())
}

fn is_notification(method: &[u8]) -> bool {
    method == b"NOTIFY"
}

/// A word of a line: where it starts, and its bytes.
type Word<'p> = (usize, &'p [u8]);

/// The first word of `line`, and the rest of the line behind the spaces that follow it.
fn word(line: Word<'_>) -> (Word<'_>, Word<'_>) {
    let (at, text) = line;
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
    ((at, word), (at + end + spaces, rest.get(spaces..).unwrap_or_default()))
}

fn request_line<S: Sink>(c: &mut Cursor<'_, S>, line: &[u8], at: usize) {
    let ((at, method), rest) = word((at, line));
    let ((uri_at, uri), version) = word(rest);
    text(c, &METHOD, at, method);
    text(c, &URI, uri_at, uri);
    if let Some(mark) = memchr::memchr(b'?', uri).filter(|mark| mark + 1 < uri.len()) {
        let (path, query) = uri.split_at(mark);
        let query = query.get(1..).unwrap_or_default();
        c.below(|c| {
            text(c, &PATH, uri_at, path);
            let mut at = uri_at + mark + 1;
            text(c, &QUERY, at, query);
            c.below(|c| {
                for parameter in query.split(|&byte| byte == b'&') {
                    text(c, &PARAMETER, at, parameter);
                    at += parameter.len() + 1;
                }
            });
        });
    }
    if !version.1.is_empty() {
        text(c, &REQUEST_VERSION, version.0, version.1);
    }
}

fn status_line<S: Sink>(c: &mut Cursor<'_, S>, line: &[u8], at: usize) {
    let ((at, version), rest) = word((at, line));
    let ((code_at, code), phrase) = word(rest);
    text(c, &VERSION, at, version);
    let digits = code.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    if digits < 3 {
        return;
    }
    let number = code.iter().take(3).fold(0, |num, &byte| num * 10 + u64::from(byte - b'0'));
    c.put(&CODE, code_at, code_at + 3, number);
    c.generated_over(&DESCRIPTION, code_at, code_at + 3, 0);
    c.set_text(|l| _ = l.named(name_of(STATUSES, number), number));
    if !phrase.1.is_empty() {
        text(c, &PHRASE, phrase.0, phrase.1);
    }
}

/// Whether a byte may stand in a header field's name (RFC 9110 section 5.6.2).
fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Records a header field that stands alone.
pub(super) fn field<S: Sink>(c: &mut Cursor<'_, S>, line: &[u8]) {
    header(c, line, None);
}

/// Records the line that is next; gives the value of a Host field.
fn header<'p, S: Sink>(c: &mut Cursor<'_, S>, line: &'p [u8], lines: Option<&'static Field>) -> Option<&'p [u8]> {
    let (start, end) = (c.pos(), c.pos() + line.len());
    let content = line.strip_suffix(b"\n").unwrap_or(line);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    if content.is_empty() {
        c.put(&EMPTY_LINE, start, end, 0);
        c.label(|l| shown(line, l));
        return None;
    }
    let colon = memchr::memchr(b':', content).unwrap_or(content.len());
    let (name, value) = content.split_at(colon);
    let value = value.get(1..).unwrap_or_default().trim_ascii_start();
    let lower = name.to_ascii_lowercase();
    let known = HEADERS.iter().find(|(known, _)| *known == lower.as_slice()).map(|(_, field)| *field);
    match known {
        Some(field) => {
            c.text(field, start, end, |l| ascii(value, l));
            c.label(|l| shown(line, l));
            c.below(|c| parts(c, field, value, start + content.len() - value.len()));
        }
        None => {
            c.text(lines.unwrap_or(&UNKNOWN), start, end, |l| ascii(line, l));
            c.label(|l| shown(line, l));
            if !name.iter().all(|&byte| in_name(byte)) {
                c.below(|c| c.expert(&BAD_NAME));
            }
        }
    }
    if let (Some(field), Some(_)) = (lines, known) {
        c.text(field, start, end, |l| ascii(line, l));
        c.label(|l| shown(line, l));
        c.hide();
    }
    known.filter(|field| std::ptr::eq(*field, &HOST)).map(|_| value)
}

/// Records what a header field's value, which starts `at`, consists of.
fn parts<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, value: &[u8], at: usize) {
    match field.key {
        "http.content_length_header" => {
            let number = std::str::from_utf8(value).ok().and_then(|digits| digits.trim_ascii().parse::<u64>().ok());
            if let Some(number) = number {
                c.generated_over(&LENGTH, c.pos(), c.pos() + line(c.rest()).map_or(0, |line| line.len), number);
            }
        }
        "http.cookie" => {
            let mut at = at;
            for pair in value.split(|&byte| byte == b';') {
                let trimmed = pair.trim_ascii_start();
                if !trimmed.is_empty() {
                    text(c, &COOKIE_PAIR, at + pair.len() - trimmed.len(), trimmed);
                }
                at += pair.len() + 1;
            }
        }
        "http.authorization" | "http.proxy_authorization" => {
            if let Some(encoded) =
                value.get(..6).filter(|start| start.eq_ignore_ascii_case(b"basic ")).and(value.get(6..))
            {
                let credentials = base64(encoded.trim_ascii());
                c.text(&CREDENTIALS, at, at, |l| ascii(&credentials, l));
            }
        }
        _ => {}
    }
}

/// The bytes that Base 64 stands for (RFC 4648 section 4), up to what is none.
fn base64(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u32> = text.iter().map_while(|&byte| digit(byte)).collect();
    let group = |four: &[u32]| {
        let number = four.iter().fold(0, |num, digit| num << 6 | digit) << (6 * (4 - four.len()));
        let [_, bytes @ ..] = number.to_be_bytes();
        bytes.into_iter().take(four.len() * 3 / 4)
    };
    digits.chunks(4).flat_map(group).collect()
}

/// Records which exchange the message belongs to, and remembers it.
fn exchange<S: Sink>(c: &mut Cursor<'_, S>, start: &Start<'_>, host: &[u8]) {
    let (frame, time) = (c.worker.frame.number, c.worker.frame.time);
    match start {
        Start::Request { method, uri } => {
            let full = full_uri(uri, host);
            if !host.is_empty() {
                c.generated(&FULL_URI, 0);
                c.set_text(|l| ascii(&full, l));
            }
            if is_notification(method) {
                session(c, |s| s.exchanges.uri = full);
                c.generated(&NOTIFICATION, 1);
                return c.hide();
            }
            let (number, before) = session(c, |s| {
                s.exchanges.begin();
                (s.exchanges.last.request, s.exchanges.last.time) = (Some(frame), time);
                s.exchanges.uri = full;
                (s.exchanges.count, s.exchanges.before)
            });
            c.generated(&REQUEST, 1);
            c.hide();
            numbered(c, &REQUEST_NUMBER, "HTTP request ", number);
            if let Some(request) = before.request {
                c.generated(&PREVIOUS_REQUEST, request);
            }
        }
        Start::Response { .. } => response(c, frame, time),
        Start::Neither => {}
    }
}

fn response<S: Sink>(c: &mut Cursor<'_, S>, frame: u64, time: Option<Time>) {
    let (number, last, before, uri) = session(c, |s| {
        if s.exchanges.count == 0 || s.exchanges.last.response.is_some() {
            s.exchanges.begin();
        }
        s.exchanges.last.response = Some(frame);
        (s.exchanges.count, s.exchanges.last, s.exchanges.before, s.exchanges.uri.clone())
    });
    c.generated(&RESPONSE, 1);
    c.hide();
    numbered(c, &RESPONSE_NUMBER, "HTTP response ", number);
    if let (Some(asked), Some(now), Some(_)) = (last.time, time, last.request) {
        let nanos = |time: Time| time.secs.wrapping_mul(1_000_000_000).wrapping_add(time.nanos.into());
        c.generated(&TIME, nanos(now).wrapping_sub(nanos(asked)) as u64);
    }
    for (field, frame) in
        [(&PREVIOUS_REQUEST, before.request), (&PREVIOUS_RESPONSE, before.response), (&REQUEST_IN, last.request)]
    {
        if let Some(frame) = frame {
            c.generated(field, frame);
        }
    }
    if !uri.is_empty() {
        c.generated(&RESPONSE_FOR, 0);
        c.set_text(|l| ascii(&uri, l));
    }
}

fn numbered<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, words: &str, number: u32) {
    c.generated(field, number.into());
    c.label(|l| _ = l.str(words).dec(number).byte(b'/').dec(number));
}

/// The target with the host that it is asked of, unless it names one itself.
fn full_uri(uri: &[u8], host: &[u8]) -> Vec<u8> {
    let absolute = !uri.starts_with(b"/") && memchr::memmem::find(uri, b"://").is_some();
    let (scheme, host): (&[u8], &[u8]) = if absolute || host.is_empty() { (b"", b"") } else { (b"http://", host) };
    let mut full = [scheme, host, uri].concat();
    full.truncate(MOST_URI);
    full
}
