//! A line of text in the making: a fixed buffer and the few ways that packets are written down.
//!
//! Nothing here goes through `core::fmt`: this is the path of every summary row.

use std::sync::Arc;

use super::{digits, unicode};
use crate::naming::Names;

/// Bytes a line holds at most; what goes beyond is dropped, as tshark drops it.
pub const CAPACITY: usize = 4095;

/// A line of text in the making. It never grows and never fails: what does not fit is dropped.
pub struct Line {
    len: usize,
    bytes: Box<[u8; CAPACITY]>,
    /// What addresses and ports may be called; none, they are numbers.
    pub(crate) names: Option<Arc<Names>>,
}

impl Default for Line {
    fn default() -> Self {
        Self { len: 0, bytes: Box::new([0; CAPACITY]), names: None }
    }
}

/// Copies at most 16 bytes to the start of `place`; what stands behind them there is overwritten or not.
#[inline]
fn copy_few(place: &mut [u8; 16], bytes: &[u8]) {
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        place.first_chunk_mut::<8>().into_iter().for_each(|place| *place = *first);
        place.get_mut(len - 8..len).into_iter().for_each(|place| place.copy_from_slice(last));
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        place.first_chunk_mut::<4>().into_iter().for_each(|place| *place = *first);
        place.get_mut(len - 4..len).into_iter().for_each(|place| place.copy_from_slice(last));
    } else {
        place.iter_mut().zip(bytes).for_each(|(place, &byte)| *place = byte);
    }
}

impl Line {
    /// From now on addresses and ports may be written by these names.
    pub fn know(&mut self, names: Option<&Arc<Names>>) {
        if names.map(Arc::as_ptr) != self.names.as_ref().map(Arc::as_ptr) {
            self.names = names.cloned();
        }
    }
    /// What has been written so far.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// Whether nothing more fits.
    pub fn is_full(&self) -> bool {
        self.len >= CAPACITY
    }
    /// Forgets what was written after the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
    /// What was written from `start` on moves to the front.
    pub fn bring_forward(&mut self, start: usize) {
        let behind = self.len.saturating_sub(start);
        if let Some(written) = self.bytes.get_mut(..self.len) {
            written.rotate_right(behind);
        }
    }
    /// Forgets all.
    pub fn clear(&mut self) {
        self.len = 0;
    }
    /// Appends bytes as they are.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        // Most pieces are a few bytes long, for which a call to copy memory costs more than the copy.
        if bytes.len() <= 16
            && let Some(place) = self.bytes.get_mut(self.len..).and_then(|rest| rest.first_chunk_mut::<16>())
        {
            copy_few(place, bytes);
            self.len += bytes.len();
            return self;
        }
        self.many_bytes(bytes)
    }
    #[inline(never)]
    fn many_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let room = CAPACITY - self.len;
        let fits = bytes.get(..room).unwrap_or(bytes);
        if let Some(place) = self.bytes.get_mut(self.len..self.len + fits.len()) {
            place.copy_from_slice(fits);
            self.len += fits.len();
        }
        self
    }
    /// Appends text.
    #[inline]
    pub fn str(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }
    /// Appends one byte.
    #[inline]
    pub fn byte(&mut self, byte: u8) -> &mut Self {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
        self
    }
    /// Appends one character.
    pub fn char(&mut self, char: char) -> &mut Self {
        self.str(char.encode_utf8(&mut [0; 4]))
    }
    /// The next `N` bytes of the buffer, to be written at once; those that do not count are written over later.
    #[inline]
    fn place<const N: usize>(&mut self) -> Option<&mut [u8; N]> {
        self.bytes.get_mut(self.len..)?.first_chunk_mut()
    }
    /// Appends the first `len` of eight bytes.
    #[inline]
    fn digits(&mut self, (digits, len): ([u8; 8], usize)) -> &mut Self {
        match self.place::<8>() {
            Some(place) => {
                *place = digits;
                self.len += len;
                self
            }
            None => self.many_bytes(digits.get(..len).unwrap_or_default()),
        }
    }
    /// A number's name, or `Unknown (N)` for one that has none.
    pub fn named(&mut self, name: Option<&str>, num: impl Into<u64>) -> &mut Self {
        match name {
            Some(name) => self.str(name),
            None => self.str("Unknown (").dec(num).byte(b')'),
        }
    }
    /// Appends a number in decimal.
    #[inline]
    pub fn dec(&mut self, num: impl Into<u64>) -> &mut Self {
        let num = num.into();
        if num < 10 {
            self.byte(b'0' + num as u8)
        } else if num < digits::EIGHT_DIGITS {
            self.digits(digits::decimal(num as u32))
        } else {
            self.dec_long(num)
        }
    }
    #[inline(never)]
    fn dec_long(&mut self, num: u64) -> &mut Self {
        self.dec(num / digits::EIGHT_DIGITS);
        self.digits((digits::decimal_all((num % digits::EIGHT_DIGITS) as u32), 8))
    }
    /// Appends a number in decimal, right-justified in `width` characters.
    #[inline]
    pub fn dec_right(&mut self, num: u64, width: usize) -> &mut Self {
        if num < digits::EIGHT_DIGITS && width <= 8 {
            return self.digits(digits::decimal_wide(num as u32, width, false));
        }
        let start = self.len;
        self.dec(num).justify_right(start, width)
    }
    /// Appends a signed number in decimal.
    pub fn int(&mut self, num: i64) -> &mut Self {
        if num < 0 {
            self.byte(b'-');
        }
        self.dec(num.unsigned_abs())
    }
    /// Appends a number in decimal, at least `width` digits with zeros in front.
    #[inline]
    pub fn dec_wide(&mut self, num: impl Into<u64>, width: usize) -> &mut Self {
        let num = num.into();
        if num < digits::EIGHT_DIGITS && width <= 8 {
            return self.digits(digits::decimal_wide(num as u32, width, true));
        }
        self.dec_wide(num / digits::EIGHT_DIGITS, width.saturating_sub(8).max(1));
        self.digits((digits::decimal_all((num % digits::EIGHT_DIGITS) as u32), 8))
    }
    /// Appends a number in lower-case hexadecimal, at least `width` digits, without `0x`.
    #[inline]
    pub fn hex(&mut self, num: impl Into<u64>, width: usize) -> &mut Self {
        let num = num.into();
        if let (Ok(num), true) = (u32::try_from(num), width <= 8) {
            return self.digits(digits::hexadecimal(num, width));
        }
        self.digits(digits::hexadecimal((num >> 32) as u32, width.min(16).saturating_sub(8).max(1)));
        self.digits(digits::hexadecimal(num as u32, 8))
    }
    /// Appends a number in upper-case hexadecimal, at least `digits` digits, without `0x`.
    pub fn hex_upper(&mut self, num: impl Into<u64>, digits: usize) -> &mut Self {
        let start = self.len;
        self.hex(num, digits);
        if let Some(written) = self.bytes.get_mut(start..self.len) {
            written.make_ascii_uppercase();
        }
        self
    }
    /// Appends bytes as hexadecimal pairs with `separator` between them.
    pub fn hex_bytes(&mut self, bytes: &[u8], separator: &str) -> &mut Self {
        for (i, &byte) in bytes.iter().enumerate() {
            if i > 0 {
                self.str(separator);
            }
            self.bytes(&digits::pair(byte));
        }
        self
    }
    /// Appends a MAC address: `78:4f:43:68:5f:52`.
    pub fn mac(&mut self, address: &[u8; 6]) -> &mut Self {
        let [[a, b], [c, d], [e, f], [g, h], [i, j], [k, l]] = address.map(digits::pair);
        let text = [a, b, b':', c, d, b':', e, f, b':', g, h, b':', i, j, b':', k, l];
        match self.place() {
            Some(place) => {
                *place = text;
                self.len += text.len();
                self
            }
            None => self.many_bytes(&text),
        }
    }
    /// Appends an IPv4 address: `192.168.86.190`.
    #[inline]
    pub fn ipv4(&mut self, address: &[u8; 4]) -> &mut Self {
        let (text, len) = digits::ipv4(*address);
        self.first_of(text, len)
    }
    /// Appends an IPv4 address, right-justified in `width` characters, which are 16 at most.
    #[inline]
    pub fn ipv4_right(&mut self, address: &[u8; 4], width: usize) -> &mut Self {
        let (text, len) = digits::ipv4(*address);
        self.first_of([b' '; 16], width.saturating_sub(len));
        self.first_of(text, len)
    }
    /// Appends the first `len` bytes of `text`.
    #[inline]
    fn first_of(&mut self, text: [u8; 16], len: usize) -> &mut Self {
        match self.place::<16>() {
            Some(place) => {
                *place = text;
                self.len += len.min(16);
                self
            }
            None => self.many_bytes(text.get(..len).unwrap_or_default()),
        }
    }
    /// Appends an IPv6 address in the form of RFC 5952: `2001:db8::1`, `::ffff:192.0.2.1`.
    pub fn ipv6(&mut self, address: &[u8; 16]) -> &mut Self {
        if let [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, mark1, mark2, a, b, c, d] = *address
            && ((mark1, mark2) == (0xff, 0xff) || ((mark1, mark2) == (0, 0) && (a, b) != (0, 0)))
        {
            self.str(if mark1 == 0 { "::" } else { "::ffff:" });
            return self.ipv4(&[a, b, c, d]);
        }
        let mut groups = [0_u16; 8];
        for (group, pair) in groups.iter_mut().zip(address.as_chunks::<2>().0) {
            *group = u16::from_be_bytes(*pair);
        }
        let (gap_start, gap_len) = longest_zeros(&groups);
        for (i, &group) in groups.iter().enumerate() {
            if i >= gap_start && i < gap_start + gap_len {
                if i == gap_start {
                    self.str("::");
                }
                continue;
            }
            if i > 0 && i != gap_start + gap_len {
                self.byte(b':');
            }
            self.hex(group, 1);
        }
        self
    }
    /// Appends a number as C's `%g` does: six significant digits, in scientific notation where it is very large or
    /// very small. For details; too slow for summaries.
    pub fn general(&mut self, num: f64) -> &mut Self {
        let scientific = format!("{num:.5e}");
        let Some((digits, exponent)) = scientific.split_once('e') else { return self.str(&scientific) };
        let exponent: i32 = exponent.parse().unwrap_or_default();
        if (-4..6).contains(&exponent) {
            let plain = format!("{num:.*}", (5 - exponent) as usize);
            return self.str(shortest(&plain));
        }
        self.str(shortest(digits)).byte(b'e').byte(if exponent < 0 { b'-' } else { b'+' });
        self.dec_wide(exponent.unsigned_abs(), 2)
    }
    /// Appends text from a packet, with what is not printable escaped as tshark escapes it: `\r\n`, `\033`, `\u200E`.
    ///
    /// A sequence that is not UTF-8 becomes U+FFFD.
    pub fn text(&mut self, bytes: &[u8]) -> &mut Self {
        let mut rest = bytes;
        loop {
            let (head, tail) = rest.split_at(plain(rest));
            self.bytes(head);
            let (char, len) = unicode::decode(tail);
            match tail.first() {
                None => return self,
                Some(&byte) if len == 1 && byte < 0x80 => self.escape(byte),
                Some(_) if unicode::is_print(char) => _ = self.char(char),
                Some(_) => self.escape_wide(char),
            }
            rest = tail.get(len..).unwrap_or_default();
        }
    }
    /// As [`text`](Self::text), but every white space is a space.
    pub fn spaced(&mut self, bytes: &[u8]) -> &mut Self {
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\t'..=b'\r')) {
            match piece.split_last() {
                Some((b'\t'..=b'\r', rest)) => _ = self.text(rest).byte(b' '),
                _ => _ = self.text(piece),
            }
        }
        self
    }
    fn escape(&mut self, byte: u8) {
        match byte {
            7 => self.str("\\a"),
            8 => self.str("\\b"),
            9 => self.str("\\t"),
            10 => self.str("\\n"),
            11 => self.str("\\v"),
            12 => self.str("\\f"),
            13 => self.str("\\r"),
            _ => self.byte(b'\\').byte(b'0' + (byte >> 6)).byte(b'0' + (byte >> 3 & 7)).byte(b'0' + (byte & 7)),
        };
    }
    fn escape_wide(&mut self, char: char) {
        let (mark, digits) = if char < '\u{10000}' { ("\\u", 4) } else { ("\\U", 8) };
        self.str(mark).hex_upper(char, digits);
    }
    /// Text that should be ASCII, as it is; a byte that is not becomes U+FFFD.
    pub fn ascii(&mut self, bytes: &[u8]) -> &mut Self {
        for stretch in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
            if stretch.is_ascii() {
                self.bytes(stretch);
            } else {
                stretch.iter().for_each(|_| _ = self.char(char::REPLACEMENT_CHARACTER));
            }
        }
        self
    }
    /// Appends a span of time in words: `1 day, 2 hours, 3 minutes, 4.005 seconds`, `0 seconds`.
    pub fn duration(&mut self, seconds: u64, millis: u16) -> &mut Self {
        let start = self.len();
        for (count, unit) in [(seconds / 86400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute")] {
            if count > 0 {
                self.separate(start).dec(count).byte(b' ').str(unit).str(if count == 1 { "" } else { "s" });
            }
        }
        let seconds = seconds % 60;
        if seconds > 0 || millis > 0 || self.len() == start {
            self.separate(start).dec(seconds);
            if millis > 0 {
                self.byte(b'.').dec_wide(millis, 3);
            }
            self.str(if seconds == 1 && millis == 0 { " second" } else { " seconds" });
        }
        self
    }
    /// Appends `, ` if anything has been appended since `start`.
    fn separate(&mut self, start: usize) -> &mut Self {
        if self.len() > start { self.str(", ") } else { self }
    }
    /// Appends plain text, and spaces up to a width of `width` characters.
    pub fn padded(&mut self, text: &str, width: usize) -> &mut Self {
        self.str(text);
        for _ in text.len()..width {
            self.byte(b' ');
        }
        self
    }
    /// Puts as many spaces before the text that began at `start` as make it `width` bytes wide.
    pub fn justify_right(&mut self, start: usize, width: usize) -> &mut Self {
        let end = self.len;
        for _ in end.saturating_sub(start)..width {
            self.byte(b' ');
        }
        if let Some(text) = self.bytes.get_mut(start..self.len) {
            text.rotate_right(self.len - end);
        }
        self
    }
}

/// How many bytes of `text` from its start are printable ASCII.
fn plain(text: &[u8]) -> usize {
    let chunks = text.as_chunks().0.iter().take_while(|chunk| digits::printable(**chunk)).count() * 8;
    let rest = text.get(chunks..).unwrap_or_default();
    chunks + rest.iter().position(|byte| !(0x20..0x7f).contains(byte)).unwrap_or(rest.len())
}

/// A number without the zeros at the end of its fraction.
fn shortest(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// Where the longest run of two or more zero groups starts, the first of equals, and its length.
fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut run) = ((8, 0), (0, 0));
    for (i, &group) in groups.iter().enumerate() {
        run = if group != 0 { (i + 1, 0) } else { (run.0, run.1 + 1) };
        if run.1 > best.1 && run.1 > 1 {
            best = run;
        }
    }
    best
}

#[cfg(test)]
mod tests;
