//! Reads the basic encoding rules of ASN.1 (X.690): bounded, and without recursion of its own.

use crate::dissect::line::Line;

/// One element: its identifier, its content, and how long it says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'p> {
    /// The identifier's first octet: class, form, and number below 31.
    pub tag: u8,
    /// Bytes before the content.
    pub header: usize,
    /// The content's length as the element says it; `None` where it is indefinite.
    pub len: Option<usize>,
    /// The content, as far as it is there.
    pub content: &'p [u8],
    /// Whether all of the content is there.
    pub whole: bool,
}

/// Universal: an integer.
pub const INTEGER: u8 = 0x02;
/// Universal: an octet string.
pub const OCTETS: u8 = 0x04;
/// Universal: an object identifier.
pub const OID: u8 = 0x06;
/// Universal: an enumeration.
pub const ENUMERATED: u8 = 0x0a;
/// Universal, constructed: a sequence.
pub const SEQUENCE: u8 = 0x30;

/// The identifier and length that `bytes` begin with: the identifier's first octet, the bytes both take, and the
/// content's length. `None` where they are not there whole, or cannot be.
pub fn header(bytes: &[u8]) -> Option<(u8, usize, Option<usize>)> {
    let tag = *bytes.first()?;
    let mut at = 1;
    if tag & 0x1f == 0x1f {
        // A number of 31 and more stands in octets of its own.
        let more = bytes.iter().skip(1).take(4).take_while(|&&octet| octet & 0x80 != 0).count();
        at += more + 1;
    }
    let first = *bytes.get(at)?;
    at += 1;
    if first < 0x80 {
        return Some((tag, at, Some(first.into())));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 {
        return Some((tag, at, None));
    }
    if count > 4 {
        return None;
    }
    let octets = bytes.get(at..at + count)?;
    let len = octets.iter().fold(0, |len, &octet| len << 8 | usize::from(octet));
    Some((tag, at + count, Some(len)))
}

impl<'p> Element<'p> {
    /// The element that `bytes` begin with, and what follows it.
    pub fn first(bytes: &'p [u8]) -> Option<(Self, &'p [u8])> {
        let (tag, header, len) = header(bytes)?;
        let there = bytes.get(header..)?;
        let wanted = len.unwrap_or(there.len());
        let (content, rest) = there.split_at_checked(wanted).unwrap_or((there, &[]));
        Some((Self { tag, header, len, content, whole: wanted <= there.len() }, rest))
    }
    /// The elements of its content, one after the other.
    pub fn children(&self) -> Elements<'p> {
        Elements(self.content)
    }
    /// Its content as a number, as far as 64 bits go.
    pub fn number(&self) -> Option<i64> {
        let first = *self.content.first()?;
        let start = if first & 0x80 == 0 { 0 } else { -1 };
        (self.content.len() <= 8).then(|| self.content.iter().fold(start, |num, &octet| num << 8 | i64::from(octet)))
    }
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Elements<'p>(pub &'p [u8]);

impl<'p> Iterator for Elements<'p> {
    type Item = Element<'p>;

    fn next(&mut self) -> Option<Element<'p>> {
        let (element, rest) = Element::first(self.0)?;
        self.0 = rest;
        Some(element)
    }
}

/// The arcs of an object identifier.
fn arcs(content: &[u8]) -> impl Iterator<Item = u64> {
    let mut octets = content.iter();
    let mut pending = None;
    let mut first = true;
    std::iter::from_fn(move || {
        if let Some(arc) = pending.take() {
            return Some(arc);
        }
        let mut arc = 0_u64;
        loop {
            let octet = *octets.next()?;
            arc = arc << 7 | u64::from(octet & 0x7f);
            if octet & 0x80 == 0 {
                break;
            }
        }
        if std::mem::take(&mut first) {
            let top = (arc / 40).min(2);
            pending = Some(arc - top * 40);
            return Some(top);
        }
        Some(arc)
    })
}

/// Writes an object identifier in numbers: `1.3.6.1`.
pub fn write_oid(content: &[u8], line: &mut Line) {
    for (at, arc) in arcs(content).enumerate() {
        if at > 0 {
            line.byte(b'.');
        }
        line.dec(arc);
    }
}

/// Writes an object identifier whose first arc has a name: `iso.3.6.1`.
pub fn write_named_oid(content: &[u8], line: &mut Line) {
    for (at, arc) in arcs(content).enumerate() {
        match at {
            0 => _ = line.str(name_of_root(arc)),
            _ => _ = line.byte(b'.').dec(arc),
        }
    }
}

/// What the first arc is called.
pub fn name_of_root(arc: u64) -> &'static str {
    match arc {
        0 => "itu-t",
        1 => "iso",
        _ => "joint-iso-itu-t",
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, header, write_oid};
    use crate::dissect::line::Line;

    #[test]
    fn lengths_in_each_form() {
        assert_eq!(header(&[0x30, 5]), Some((0x30, 2, Some(5))));
        assert_eq!(header(&[0x30, 0x82, 1, 2]), Some((0x30, 4, Some(0x102))));
        assert_eq!(header(&[0x30, 0x80]), Some((0x30, 2, None)));
        assert_eq!(header(&[0x30, 0x85, 1, 2, 3, 4, 5]), None);
        assert_eq!(header(&[0x30, 0x82, 1]), None);
    }

    #[test]
    fn numbers_have_signs() {
        let number = |bytes: &[u8]| Element::first(bytes).and_then(|(element, _)| element.number());
        assert_eq!(number(&[2, 1, 0xff]), Some(-1));
        assert_eq!(number(&[2, 2, 0, 0xff]), Some(255));
        assert_eq!(number(&[2, 0]), None);
    }

    #[test]
    fn object_identifiers() {
        let mut line = Line::default();
        write_oid(&[0x2b, 6, 1, 4, 1, 0x82, 0x37], &mut line);
        assert_eq!(line.as_bytes(), b"1.3.6.1.4.1.311");
    }
}
