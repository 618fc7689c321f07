//! Elements of ASN.1 by where they stand, and what is recorded of those that every part of a certificate has.

use super::super::ber;
use super::oid;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields};

static LAYER: Field = Field::new("ber", "Basic Encoding Rules (ASN.1 X.690)", Kind::Protocol);

/// What stands where a value's type is not known.
static UNKNOWN_TEXT: Field = Field::new("", UNKNOWN.label, Kind::None);

fields! {
    PADDING = "ber.bitstring.padding", "Padding", U8;
}

experts! {
    UNKNOWN = "ber.error.oid_not_implemented", "BER: Dissector for OID not implemented. Contact Wireshark developers if you want this supported", Warning, Undecoded;
}

/// The rules themselves, as the owner of what they alone say.
pub struct Ber;

impl Protocol for Ber {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BER";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
        Err(Stop::NotMine)
    }
}

/// Universal tags that the reader of a certificate meets.
pub(super) mod tag {
    pub(in super::super) const BOOLEAN: u8 = 0x01;
    pub(in super::super) const INTEGER: u8 = 0x02;
    pub(in super::super) const OCTETS: u8 = 0x04;
    pub(in super::super) const NULL: u8 = 0x05;
    pub(in super::super) const OID: u8 = 0x06;
    pub(in super::super) const ENUMERATED: u8 = 0x0a;
    pub(in super::super) const UTF8: u8 = 0x0c;
    pub(in super::super) const SEQUENCE: u8 = 0x30;
    pub(in super::super) const PRINTABLE: u8 = 0x13;
    pub(in super::super) const TELETEX: u8 = 0x14;
    pub(in super::super) const IA5: u8 = 0x16;
    pub(in super::super) const VISIBLE: u8 = 0x1a;
    pub(in super::super) const UNIVERSAL: u8 = 0x1c;
    pub(in super::super) const BMP: u8 = 0x1e;
    pub(in super::super) const UTC_TIME: u8 = 0x17;
    pub(in super::super) const GENERAL_TIME: u8 = 0x18;
}

/// An element: its tag, and where it starts, where its content does, and where both end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) tag: u8,
    pub(super) start: usize,
    pub(super) body: usize,
    pub(super) end: usize,
}

impl At {
    /// The element that begins at `pos`, if it is whole before `end`.
    pub(super) fn find<S: Sink>(c: &Cursor<'_, S>, pos: usize, end: usize) -> Option<Self> {
        let (tag, header, len) = ber::header(c.whole().get(pos..end)?)?;
        let body = pos + header;
        let stop = body.checked_add(len?)?;
        (stop <= end).then_some(Self { tag, start: pos, body, end: stop })
    }
    /// What it holds.
    pub(super) fn content<'p, S: Sink>(&self, c: &Cursor<'p, S>) -> &'p [u8] {
        c.whole().get(self.body..self.end).unwrap_or_default()
    }
    /// The elements within, as far as they are whole.
    pub(super) fn children<S: Sink>(&self, c: &Cursor<'_, S>) -> Vec<Self> {
        let mut children = Vec::new();
        let mut pos = self.body;
        while let Some(child) = Self::find(c, pos, self.end) {
            pos = child.end;
            children.push(child);
        }
        children
    }
    /// The only element within.
    pub(super) fn inner<S: Sink>(&self, c: &Cursor<'_, S>) -> Option<Self> {
        Self::find(c, self.body, self.end)
    }
    /// Its content as a number, as far as 64 bits go.
    pub(super) fn number<S: Sink>(&self, c: &Cursor<'_, S>) -> u64 {
        self.content(c).iter().fold(0, |num, &octet| num << 8 | u64::from(octet))
    }
    /// Records `field` over it, with this value.
    pub(super) fn put<S: Sink>(&self, c: &mut Cursor<'_, S>, field: &'static Field, num: u64) {
        c.put(field, self.body, self.end, num);
    }
    /// Records `field` over it, and what `body` records below that.
    pub(super) fn branch<S: Sink>(
        &self,
        c: &mut Cursor<'_, S>,
        field: &'static Field,
        body: impl FnOnce(&mut Cursor<'_, S>),
    ) {
        c.put(field, self.start, self.end, 0);
        c.below(body);
    }
    /// Records `field` as a list, and each of its elements below that by `one`: `extensions: 7 items`.
    pub(super) fn list<S: Sink>(
        &self,
        c: &mut Cursor<'_, S>,
        field: &'static Field,
        mut one: impl FnMut(&mut Cursor<'_, S>, Self),
    ) {
        let children = self.children(c);
        let count = children.len() as u64;
        c.put(field, self.start, self.end, count);
        c.label(|l| _ = counted(l.str(field.label).str(": "), count));
        c.below(|c| children.into_iter().for_each(|child| one(c, child)));
    }
    /// Records `field` over an object identifier, with its name.
    pub(super) fn oid<S: Sink>(&self, c: &mut Cursor<'_, S>, field: &'static Field) {
        let content = self.content(c);
        c.put(field, self.body, self.end, 0);
        c.label(|l| {
            l.str(field.label).str(": ");
            ber::write_oid(content, l);
            oid::write_name(content, l.str(" ("));
            l.byte(b')');
        });
    }
    /// Records `field` over a whole number of any length: `serialNumber: 0x01`.
    pub(super) fn long_number<S: Sink>(&self, c: &mut Cursor<'_, S>, field: &'static Field) {
        let content = self.content(c);
        c.put(field, self.body, self.end, 0);
        c.label(|l| {
            l.str(field.label).str(": 0x").hex_bytes(content.get(..MOST_SHOWN).unwrap_or(content), "");
            l.str(if content.len() > MOST_SHOWN { "…" } else { "" });
        });
    }
    /// Records a text, in the encoding that the tag says.
    pub(super) fn text<S: Sink>(&self, c: &mut Cursor<'_, S>, field: &'static Field) {
        let content = self.content(c);
        c.put(field, self.body, self.end, 0);
        if self.tag & 0x1f == tag::BMP {
            c.set_text(|l| {
                for unit in content.as_chunks::<2>().0 {
                    l.char(char::from_u32(u16::from_be_bytes(*unit).into()).unwrap_or('\u{fffd}'));
                }
            });
        }
    }
    /// Records how many bits at a bit string's end are not its own; gives where its bits start.
    pub(super) fn padding<S: Sink>(&self, c: &mut Cursor<'_, S>) -> usize {
        let padding = self.content(c).first().copied().unwrap_or_default();
        c.put(&PADDING, self.body, self.body + 1, padding.into());
        self.body + 1
    }
    /// Says that the type of a value is not known.
    pub(super) fn unknown<S: Sink>(&self, c: &mut Cursor<'_, S>) {
        c.put(&UNKNOWN_TEXT, self.start, self.end, 0);
        c.below(|c| c.expert(&UNKNOWN));
    }
}

/// Bytes of a long number that are shown.
const MOST_SHOWN: usize = 36;

/// Writes how many there are: `1 item`, `2 items`.
pub(super) fn counted(line: &mut Line, count: u64) -> &mut Line {
    line.dec(count).str(if count == 1 { " item" } else { " items" })
}

/// The nanoseconds since the epoch of a time in Greenwich: `20720831172401Z`.
pub(super) fn moment(text: &[u8]) -> Option<u64> {
    let part = |at: usize, len: usize| -> Option<i64> {
        let digits = text.get(at..at + len)?;
        digits.iter().try_fold(0, |num, &digit| digit.is_ascii_digit().then(|| num * 10 + i64::from(digit - b'0')))
    };
    let (year, month, day) = (part(0, 4)?, part(4, 2)?, part(6, 2)?);
    let seconds = part(8, 2)? * 3600 + part(10, 2)? * 60 + part(12, 2).unwrap_or(0);
    // Days since 1 March of the year 0 of the Gregorian calendar, whose years begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    const EPOCH: i64 = 719_468;
    Some((((days - EPOCH) * 86400 + seconds).wrapping_mul(1_000_000_000)) as u64)
}

#[cfg(test)]
mod tests {
    #[test]
    fn moments() {
        assert_eq!(super::moment(b"19700101000000Z"), Some(0));
        assert_eq!(super::moment(b"20000229120001Z"), Some(951_825_601_000_000_000));
        assert_eq!(super::moment(b"2000"), None);
    }
}
