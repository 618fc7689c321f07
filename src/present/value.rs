//! Values of fields, written down: as the tree shows them, and bare as `-T fields` and JSON do.

use std::borrow::Cow;

use super::escape;
use super::time::{self, Civil};
use crate::dissect::field::{Base, Field, Kind, Meaning};
use crate::dissect::line::Line;
use crate::dissect::sink::{Detail, Item};
use crate::source::Time;

/// Bytes of a text that the tree may show some of.
const SHOWN_TEXT: usize = 512;
/// Bytes of a byte string that the tree shows at most.
const SHOWN_BYTES: usize = 36;

/// An item together with what its bytes and texts lie in.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    /// The item.
    pub item: &'a Item,
    /// The sink it lies in.
    pub detail: &'a Detail,
    /// The frame's bytes.
    pub frame: &'a [u8],
}

impl<'a> Value<'a> {
    /// The item's bytes.
    pub fn bytes(&self) -> &'a [u8] {
        let buffer = self.detail.buffer_bytes(self.item.buffer, self.frame);
        buffer.get(self.item.start as usize..self.item.end as usize).unwrap_or_default()
    }
    /// The item's text: its own where it has one, else its bytes.
    pub fn text(&self) -> &'a [u8] {
        if self.item.text.len > 0 { self.detail.span(self.item.text) } else { self.bytes() }
    }
    /// The item's text as formats for machines have it: what stands before the first NUL. One that is to be written first
    /// is written into `line`.
    pub fn string<'b>(&self, line: &'b mut Line) -> Cow<'b, [u8]>
    where
        'a: 'b,
    {
        if matches!(self.item.field.meaning, Meaning::Address) {
            line.clear();
            self.address(line, false);
            return line.as_bytes().into();
        }
        let text = up_to_nul(self.text());
        if self.item.field.ascii { ascii(text) } else { text.into() }
    }
    fn fixed<const N: usize>(&self) -> Option<[u8; N]> {
        self.text().first_chunk().copied()
    }
    /// The moment or span, for fields that are one.
    pub fn time(&self) -> Time {
        Time::from_nanos(self.item.num as i64)
    }

    /// Writes the value as the tree shows it: `IPv4 (0x0800)`, `Set`, `20 bytes`.
    pub fn shown(&self, line: &mut Line) {
        let (field, value) = (self.item.field, self.item.value());
        match (field.kind, field.meaning) {
            (_, Meaning::Custom(write)) => write(value, line),
            (Kind::Bool, Meaning::Flag(yes, no)) => _ = line.str(if value != 0 { yes } else { no }),
            (Kind::Bool, _) => _ = line.str(if value != 0 { "True" } else { "False" }),
            (Kind::Ether, _) => self.address(line, true),
            (Kind::Ipv4 | Kind::Ipv6, _) => self.address(line, true),
            (_, Meaning::Port(ports)) => {
                line.know(self.detail.names());
                line.port_and_number(ports, value as u16);
            }
            (Kind::Bytes, _) if field.or_none && self.bytes().is_empty() => _ = line.str("<none>"),
            (Kind::Bytes, _) => bytes(self.bytes(), line),
            (Kind::Str, Meaning::Address) => self.address(line, false),
            (Kind::Str, _) if field.ascii => {
                let text = up_to_nul(self.text());
                _ = line.text(&ascii(text.get(..SHOWN_TEXT).unwrap_or(text)));
            }
            (Kind::Str, _) => _ = line.text(up_to_nul(self.text())),
            (Kind::Eui64, _) => {
                self.bare(line);
                line.str(" (");
                self.bare(line);
                line.byte(b')');
            }
            (Kind::RelTime, _) => {
                time::seconds(i128::from(self.item.num as i64), 9, line);
                line.str(" seconds");
            }
            (_, Meaning::Names(_)) if field.base == Base::None => _ = line.str(field.name(value).unwrap_or("Unknown")),
            (_, Meaning::Names(_)) => {
                line.str(field.name(value).unwrap_or("Unknown")).str(" (");
                self.figure(line);
                line.byte(b')');
            }
            (_, Meaning::Unit(many, one)) => {
                self.figure(line);
                line.str(if value == 1 { one } else { many });
            }
            _ => {
                self.figure(line);
                second_base(field, value, line);
            }
        }
    }

    /// Writes the value without words as the tree shows it: hexadecimal digits for the bits of the mask alone.
    fn figure(&self, line: &mut Line) {
        let field = self.item.field;
        match field.base {
            Base::Hex | Base::HexDec if field.mask != 0 && is_number(field.kind) => {
                _ = line.str("0x").hex(self.item.value(), mask_width(field).div_ceil(4));
            }
            _ => self.bare(line),
        }
    }

    /// Appends the value as formats for machines have it, byte strings with `separator` between the bytes; a heading
    /// and a remark have none. Text is as it is, not escaped.
    pub fn plain(&self, separator: &[u8], line: &mut Line, out: &mut Vec<u8>) {
        match self.item.field.kind {
            Kind::Bytes => escape::hex(self.bytes(), separator, out),
            Kind::Str => out.extend_from_slice(&self.string(line)),
            Kind::None | Kind::Protocol | Kind::Expert(..) => {}
            _ => {
                line.clear();
                self.bare(line);
                out.extend_from_slice(line.as_bytes());
            }
        }
    }

    /// Writes the address in the item's bytes by its name, and where `number` says so also as a number.
    pub fn address(&self, line: &mut Line, number: bool) {
        line.know(self.detail.names());
        let bytes = self.text();
        _ = match (bytes.len(), number) {
            (4, true) => bytes.first_chunk().map(|address| line.host4_and_number(address)),
            (4, false) => bytes.first_chunk().map(|address| line.host4(address)),
            (6, true) => bytes.first_chunk().map(|address| line.ether_and_number(address)),
            (6, false) => bytes.first_chunk().map(|address| line.ether(address)),
            (16, true) => bytes.first_chunk().map(|address| line.host6_and_number(address)),
            (16, false) => bytes.first_chunk().map(|address| line.host6(address)),
            _ => Some(line.hex_bytes(bytes, ":")),
        };
    }

    /// Writes the value bare: `0x0800`, `1`, `20`.
    pub fn bare(&self, line: &mut Line) {
        let (field, value) = (self.item.field, self.item.scaled());
        match field.kind {
            Kind::Str if matches!(field.meaning, Meaning::Address) => self.address(line, false),
            Kind::Bytes => _ = line.hex_bytes(self.bytes(), ""),
            Kind::Str => _ = line.bytes(up_to_nul(self.text())),
            Kind::Ether | Kind::Eui64 => _ = line.hex_bytes(self.text(), ":"),
            Kind::Ipv4 => _ = self.fixed().map(|address| _ = line.ipv4(&address)),
            Kind::Ipv6 => _ = self.fixed().map(|address| _ = line.ipv6(&address)),
            Kind::AbsTime => date(self.time(), field.base, line),
            Kind::RelTime => time::seconds(i128::from(self.item.num as i64), 9, line),
            Kind::I8 | Kind::I16 | Kind::I24 | Kind::I32 | Kind::I64 if field.mask == 0 => {
                _ = line.int(self.item.num as i64);
            }
            Kind::F32 | Kind::F64 => float(f64::from_bits(self.item.num), field.kind, line),
            Kind::Guid => guid(self.bytes(), line),
            Kind::Oid => oid(self.bytes(), line),
            Kind::None | Kind::Protocol | Kind::Expert(..) => {}
            Kind::Bool => _ = line.dec(u64::from(value != 0)),
            Kind::Char => character(value as u8, line),
            _ => number(field, value, line),
        }
    }
}

/// Whether a kind is an unsigned number.
fn is_number(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::U8 | Kind::U16 | Kind::U24 | Kind::U32 | Kind::U40 | Kind::U48 | Kind::U56 | Kind::U64 | Kind::FrameNum
    )
}

/// Text that should be ASCII: a byte that is not becomes U+FFFD.
fn ascii(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return text.into();
    }
    let mut whole = Vec::with_capacity(text.len() * 2);
    for &byte in text {
        match byte {
            ..0x80 => whole.push(byte),
            _ => whole.extend_from_slice("\u{fffd}".as_bytes()),
        }
    }
    whole.into()
}

/// A string's value: what stands before the first NUL.
fn up_to_nul(text: &[u8]) -> &[u8] {
    memchr::memchr(0, text).and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Bits from the first of a field's mask to the last.
fn mask_width(field: &Field) -> usize {
    (u64::BITS - field.mask.leading_zeros()).saturating_sub(field.mask.trailing_zeros()) as usize
}

/// Digits of a number in base 16, by the field's width.
fn hex_digits(field: &Field) -> usize {
    usize::from(field.width()).div_ceil(4)
}

fn number(field: &Field, value: u64, line: &mut Line) {
    match field.base {
        Base::Hex | Base::HexDec => _ = line.str("0x").hex(value, hex_digits(field)),
        Base::Oct => octal(value, line),
        _ => _ = line.dec(value),
    }
}

fn octal(value: u64, line: &mut Line) {
    line.byte(b'0');
    let digits = (64 - value.leading_zeros()).div_ceil(3);
    for i in (0..digits).rev() {
        line.byte(b'0' + (value >> (3 * i) & 7) as u8);
    }
}

/// The number once more in the second base of a field that is shown in two.
fn second_base(field: &Field, value: u64, line: &mut Line) {
    match field.base {
        Base::HexDec => _ = line.str(" (").dec(value).byte(b')'),
        Base::DecHex => _ = line.str(" (0x").hex(value, hex_digits(field)).byte(b')'),
        _ => {}
    }
}

fn bytes(bytes: &[u8], line: &mut Line) {
    if bytes.is_empty() {
        line.str("<MISSING>");
        return;
    }
    line.hex_bytes(bytes.get(..SHOWN_BYTES).unwrap_or(bytes), "");
    if bytes.len() > SHOWN_BYTES {
        line.char('…');
    }
}

fn character(byte: u8, line: &mut Line) {
    line.byte(b'\'').text(&[byte]).byte(b'\'');
}

/// Digits that tell apart all values of the type.
fn float(value: f64, kind: Kind, line: &mut Line) {
    // Rare enough, and hard enough to get right, for the standard library's printing.
    let text = if kind == Kind::F32 { format!("{}", value as f32) } else { format!("{value}") };
    line.str(&text);
}

fn guid(bytes: &[u8], line: &mut Line) {
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            line.byte(b'-');
        }
        line.hex(*byte, 2);
    }
}

/// An object identifier from its BER content (ITU-T X.690 section 8.19).
fn oid(bytes: &[u8], line: &mut Line) {
    let (mut arc, mut first) = (0_u64, true);
    for &byte in bytes {
        arc = arc << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if first {
                let top = (arc / 40).min(2);
                line.dec(top).byte(b'.').dec(arc - top * 40);
            } else {
                line.byte(b'.').dec(arc);
            }
            (arc, first) = (0, false);
        }
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Writes a moment as fields show it: `Mar 30, 2005 08:50:54.366527000 UTC`.
pub(super) fn date(time: Time, base: Base, line: &mut Line) {
    let zone = if base == Base::Utc { jiff::tz::TimeZone::UTC } else { jiff::tz::TimeZone::system() };
    let civil = Civil::new(time, &zone);
    let month = MONTHS.get(usize::from(civil.month).saturating_sub(1)).copied().unwrap_or_default();
    line.str(month).byte(b' ');
    if civil.day < 10 {
        line.byte(b' ');
    }
    line.dec(civil.day).str(", ").int(civil.year).byte(b' ');
    civil.clock(time.nanos, 9, line);
    line.byte(b' ');
    if base == Base::Utc {
        line.str("UTC");
    } else {
        line.str(&civil.zone_name(time, &zone));
    }
}

/// Writes the bits of `num` that are `field`'s, as the tree shows them before a masked field: `.... ..1.`.
pub fn bit_pattern(field: &Field, num: u64, line: &mut Line) {
    let width = u32::from(field.width().max(1));
    // The last group may have fewer than four bits.
    let spare = (4 - width % 4) % 4;
    let nibble = |of: u64, at: u32| (of << spare >> (4 * at) & 15) as usize;
    for at in (0..width.div_ceil(4)).rev() {
        let marks = MARKS.get(nibble(field.mask, at) << 4 | nibble(num, at)).copied().unwrap_or_default();
        let end = if at > 0 { 5 } else { 4 - spare as usize };
        line.bytes(marks.get(..end).unwrap_or_default());
    }
}

/// Four bits as they are drawn, with a space behind, by their mask and their number: a dot for each that is not in the
/// mask.
static MARKS: [[u8; 5]; 256] = {
    let mut marks = [[b' '; 5]; 256];
    let mut i = 0;
    while i < 256 {
        let mut bit = 0;
        while bit < 4 {
            let (mask, num) = (i >> 4 >> (3 - bit) & 1, i >> (3 - bit) & 1);
            #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
            {
                marks[i][bit] = if mask == 0 { b'.' } else { b'0' + num as u8 };
            }
            bit += 1;
        }
        i += 1;
    }
    marks
};
