//! Lines of the tree that come again and again, as they were written the first time.
//!
//! Most lines of a tree say of a flag that it is not set, of a version that it is 4: to copy such a line is much cheaper
//! than to write it.

use std::ptr;

use crate::dissect::field::{Field, Kind, Meaning};
use crate::dissect::sink::Item;

/// How many lines are remembered; a power of two.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 12;
/// Bytes of the longest line that is remembered: with the rest of a slot two lines of the processor's cache.
const LONGEST: usize = 104;

/// A line, and what it was written of.
#[derive(Clone, Copy)]
struct Slot {
    field: Option<&'static Field>,
    num: u64,
    depth: u8,
    generated: bool,
    len: u8,
    text: [u8; LONGEST],
}

/// Lines that were written before, each in the one place that its field and number have: the newest stays.
pub(super) struct Repeated(Vec<Slot>);

impl Default for Repeated {
    fn default() -> Self {
        let empty = Slot { field: None, num: 0, depth: 0, generated: false, len: 0, text: [0; LONGEST] };
        Self(vec![empty; SLOTS])
    }
}

impl Repeated {
    /// Whether the line depends on nothing but the item's field, number and place.
    pub(super) fn suits(item: &Item) -> bool {
        item.label.len == 0
            && item.text.len == 0
            && !matches!(item.field.meaning, Meaning::Address)
            && !matches!(
                item.field.kind,
                Kind::Str
                    | Kind::Bytes
                    | Kind::Ether
                    | Kind::Eui64
                    | Kind::Ipv4
                    | Kind::Ipv6
                    | Kind::AbsTime
                    | Kind::Guid
                    | Kind::Oid
            )
    }

    /// Where the line of `item` is, if it is remembered.
    fn place(item: &Item) -> usize {
        // Fibonacci hashing: the product's upper bits depend on all bits.
        let key = (ptr::from_ref(item.field).addr() as u64) ^ item.num.rotate_left(20);
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SLOT_BITS)) as usize
    }

    /// Appends the line of `item` as it was written before; says whether it was.
    pub(super) fn recall(&self, item: &Item, out: &mut Vec<u8>) -> bool {
        let Some(slot) = self.0.get(Self::place(item)) else { return false };
        let same = slot.field.is_some_and(|field| ptr::eq(field, item.field))
            && (slot.num, slot.depth, slot.generated) == (item.num, item.depth, item.generated);
        if same {
            // A copy of fixed length takes a few instructions; what does not count is cut off again.
            let end = out.len() + usize::from(slot.len);
            out.extend_from_slice(&slot.text);
            out.truncate(end);
        }
        same
    }

    /// Remembers the line of `item`, unless it is too long.
    pub(super) fn keep(&mut self, item: &Item, line: &[u8]) {
        if let Some(slot) = self.0.get_mut(Self::place(item))
            && let Some(text) = slot.text.get_mut(..line.len())
        {
            text.copy_from_slice(line);
            (slot.field, slot.num, slot.len) = (Some(item.field), item.num, line.len() as u8);
            (slot.depth, slot.generated) = (item.depth, item.generated);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Repeated};
    use crate::dissect::sink::Item;

    crate::fields! {
        ONE = "one", "One", U8;
        TWO = "two", "Two", U8;
        TEXT = "text", "Text", Str;
    }

    fn recalled(lines: &Repeated, item: &Item) -> Option<String> {
        let mut out = b"before".to_vec();
        lines.recall(item, &mut out).then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_line_is_recalled_for_the_same_field_number_and_place_only() {
        let mut lines = Repeated::default();
        let item = Item::new(&ONE, 0, 1, 7, 1, 0);
        lines.keep(&item, b" line\n");
        assert_eq!(recalled(&lines, &item).as_deref(), Some("before line\n"));
        for other in [
            Item { num: 8, ..item },
            Item { field: &TWO, ..item },
            Item { depth: 2, ..item },
            Item { generated: true, ..item },
        ] {
            assert_eq!(recalled(&lines, &other), None);
        }
        assert_eq!(FIELDS.len(), 3);
    }

    #[test]
    fn long_lines_are_not_remembered() {
        let mut lines = Repeated::default();
        let item = Item::new(&ONE, 0, 1, 7, 1, 0);
        lines.keep(&item, &[b'x'; LONGEST + 1]);
        assert_eq!(recalled(&lines, &item), None);
    }

    #[test]
    fn lines_that_depend_on_more_do_not_suit() {
        let item = Item::new(&ONE, 0, 1, 7, 1, 0);
        assert!(Repeated::suits(&item));
        assert!(!Repeated::suits(&Item { label: crate::dissect::sink::Span { start: 0, len: 1 }, ..item }));
        assert!(!Repeated::suits(&Item::new(&TEXT, 0, 1, 7, 1, 0)));
    }
}
