//! Which fields are shown, and their values in a frame.

use std::fmt;

use super::options::Occurrence;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::row::Row;
use crate::dissect::sink::{Detail, Item, Wanted};
use crate::present::catalog;
use crate::present::columns::Column;
use crate::present::time::Clock;
use crate::present::tree::words;
use crate::present::value::Value;
use crate::source::Frame;

/// Chosen fields that do not exist.
#[derive(Debug)]
pub struct Unknown(Vec<String>);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Some fields aren't valid:")?;
        for key in self.0.iter().rev() {
            write!(f, "\n\t{key}")?;
            let near = catalog::nearest(key, 3);
            if !near.is_empty() {
                write!(f, " (known: {})", near.join(", "))?;
            }
        }
        Ok(())
    }
}

/// The chosen fields, and the values they have in the frame at hand.
pub struct Chosen {
    names: Vec<String>,
    /// The summary's columns among them: place, and which.
    columns: Vec<(usize, Column)>,
    index: Index,
    /// The values of all fields, one behind the other.
    values: Vec<u8>,
    /// For each field where its values are.
    places: Vec<Vec<(usize, usize)>>,
    /// The words of the tree are needed.
    worded: bool,
    /// What is to be recorded.
    wanted: Wanted,
}

/// Finds a declaration's place among the chosen fields by its address.
struct Index {
    /// Address and place; no address is 0. The length is a power of two, more than twice the number of declarations.
    slots: Vec<(usize, u32)>,
    /// A bit for each address that may be there: most are not.
    may: u64,
}

impl Index {
    fn new(all: &[(&'static Field, u32)]) -> Self {
        let len = (all.len() * 4).next_power_of_two().max(16);
        let mut index = Self { slots: vec![(0, 0); len], may: 0 };
        for &(field, place) in all {
            let address = std::ptr::from_ref(field) as usize;
            index.may |= Self::bit(address);
            let mut at = index.start(address);
            while index.slots.get(at).is_some_and(|slot| slot.0 != 0) {
                at = (at + 1) & (len - 1);
            }
            if let Some(slot) = index.slots.get_mut(at) {
                *slot = (address, place);
            }
        }
        index
    }
    fn start(&self, address: usize) -> usize {
        // Declarations lie side by side: the low bits are always the same, the rest tell them apart well enough.
        (address >> 3).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20 & (self.slots.len() - 1)
    }
    fn bit(address: usize) -> u64 {
        1 << (address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
    }
    /// The places of `field`: one that is chosen twice has two.
    #[inline]
    fn each(&self, field: &'static Field, mut found: impl FnMut(usize)) {
        let address = std::ptr::from_ref(field) as usize;
        if self.may & Self::bit(address) == 0 {
            return;
        }
        let mut at = self.start(address);
        while let Some(&(known, place)) = self.slots.get(at) {
            if known == 0 {
                return;
            }
            if known == address {
                found(place as usize);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

impl Chosen {
    /// The fields of these names, in this order.
    ///
    /// # Errors
    /// Those that do not exist.
    pub fn new(names: &[String]) -> Result<Self, Unknown> {
        let (mut columns, mut declarations, mut unknown, mut worded) = (Vec::new(), Vec::new(), Vec::new(), false);
        for (place, name) in names.iter().enumerate() {
            if let Some(title) = name.strip_prefix("_ws.col.") {
                columns.extend(Column::ALL.into_iter().filter(|c| c.title() == title).map(|column| (place, column)));
                continue;
            }
            let found = catalog::named(name);
            if found.is_empty() {
                unknown.push(name.clone());
            }
            for field in found {
                worded |= matches!(field.kind, Kind::None | Kind::Protocol | Kind::Expert(..));
                worded |= field.key.starts_with("_ws.expert");
                declarations.push((field, place as u32));
            }
        }
        if !unknown.is_empty() {
            return Err(Unknown(unknown));
        }
        Ok(Self {
            names: names.to_vec(),
            columns,
            wanted: Wanted::of(&declarations.iter().map(|&(field, _)| field).collect::<Vec<_>>()),
            index: Index::new(&declarations),
            values: Vec::new(),
            places: vec![Vec::new(); names.len()],
            worded,
        })
    }

    /// Whether the words of the tree are needed.
    pub fn worded(&self) -> bool {
        self.worded
    }

    /// Whether columns of the summary are among them.
    pub fn has_columns(&self) -> bool {
        !self.columns.is_empty()
    }

    /// What has to be recorded for them.
    pub fn wanted(&self) -> Wanted {
        self.wanted.clone()
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The values of each field, in order.
    pub fn fields(&self) -> impl Iterator<Item = impl ExactSizeIterator<Item = &[u8]>> {
        let value = |&(start, end): &(usize, usize)| self.values.get(start..end).unwrap_or_default();
        self.places.iter().map(move |places| places.iter().map(value))
    }

    /// The fields that have values, with them.
    pub fn present(&self) -> impl Iterator<Item = (&str, impl ExactSizeIterator<Item = &[u8]>)> {
        self.names().zip(self.fields()).filter(|(_, values)| values.len() > 0)
    }

    /// Takes the values of a frame, and forgets those of the frame before.
    pub(super) fn collect(&mut self, detail: &Detail, frame: &Frame<'_>, wanted: Occurrence, line: &mut Line) {
        self.values.clear();
        self.places.iter_mut().for_each(Vec::clear);
        let Self { index, values, places, .. } = self;
        for item in detail.items() {
            index.each(item.field, |place| {
                let Some(place) = places.get_mut(place) else { return };
                match wanted {
                    Occurrence::First if !place.is_empty() => return,
                    Occurrence::Last => place.clear(),
                    _ => {}
                }
                let start = values.len();
                write(Value { item, detail, frame: frame.bytes }, line, values);
                place.push((start, values.len()));
            });
        }
    }

    /// Takes the summary's columns of a frame.
    pub(super) fn collect_columns(&mut self, frame: &Frame<'_>, row: &Row, clock: &mut Clock, line: &mut Line) {
        for &(place, column) in &self.columns {
            line.clear();
            column.write(frame, row, clock, line);
            let start = self.values.len();
            self.values.extend_from_slice(line.as_bytes());
            if let Some(place) = self.places.get_mut(place) {
                place.push((start, self.values.len()));
            }
        }
    }
}

/// Appends a value: a layer's is what its line in the tree says, where it says more than its name.
fn write(value: Value<'_>, line: &mut Line, out: &mut Vec<u8>) {
    let Item { field, label, .. } = *value.item;
    match field.kind {
        Kind::Protocol if label.len == 0 => out.extend_from_slice(field.key.as_bytes()),
        Kind::Protocol => {
            line.clear();
            words(value, line);
            out.extend_from_slice(line.as_bytes());
        }
        // Bytes of which there are none are missed, where there may be none.
        Kind::Bytes if value.bytes().is_empty() => {
            out.extend_from_slice(if field.or_none { b"<none>" } else { b"<MISSING>" });
        }
        // What has no value is there.
        Kind::None | Kind::Expert(..) => out.push(b'1'),
        _ => value.plain(b"", line, out),
    }
}
