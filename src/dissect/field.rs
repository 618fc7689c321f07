//! What a protocol's fields are: each declared once, as plain data, and read by every view.

use crate::naming::Ports;

/// A protocol field, declared once: its key in filters and JSON, its label in the tree, and how its value shows.
///
/// Built by the words of [`fields!`](crate::fields), which are this type's methods.
#[derive(Debug)]
pub struct Field {
    /// Wireshark's filter name: `tcp.flags.syn`.
    pub key: &'static str,
    /// The words before the colon in the tree: `Syn`.
    pub label: &'static str,
    /// The value's type and width.
    pub kind: Kind,
    /// The base a number is shown in.
    pub base: Base,
    /// The bits of the number read that are this field; 0 means all of them.
    pub mask: u64,
    /// Bits of the number that a flag was cut from; 0 where the kind says it.
    pub bits: u8,
    /// What the value means, in words.
    pub meaning: Meaning,
    /// The value is this many times the number under the mask; 0 where it is that number itself. Such a field's mask
    /// is only drawn in the tree: whoever shows its bytes shows them whole.
    pub times: u8,
    /// Text that should be ASCII: a byte that is not shows as U+FFFD.
    pub ascii: bool,
    /// Bytes of which there may be none.
    pub or_none: bool,
    /// Listed among the protocols, as an option of a header is: its name does not begin with its owner's where names
    /// are made of both.
    pub standalone: bool,
}

/// A field's type, which decides its width, its printing and what a display filter may compare it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A protocol's own layer.
    Protocol,
    /// A heading without a value.
    None,
    /// A truth value.
    Bool,
    /// A character, one byte.
    Char,
    /// Unsigned numbers, by width in bits.
    U8,
    /// 16 bits.
    U16,
    /// 24 bits.
    U24,
    /// 32 bits.
    U32,
    /// 40 bits.
    U40,
    /// 48 bits.
    U48,
    /// 56 bits.
    U56,
    /// 64 bits.
    U64,
    /// Signed numbers, by width in bits; the item's number is sign-extended.
    I8,
    /// 16 bits, signed.
    I16,
    /// 24 bits, signed.
    I24,
    /// 32 bits, signed.
    I32,
    /// 64 bits, signed.
    I64,
    /// IEEE 754, 4 bytes; the item's number holds the bits of an `f64`.
    F32,
    /// IEEE 754, 8 bytes; the item's number holds its bits.
    F64,
    /// Raw bytes.
    Bytes,
    /// Text, from the frame's bytes or written by the dissector.
    Str,
    /// A MAC address.
    Ether,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A moment; the item's number holds nanoseconds since the epoch, as `i64`.
    AbsTime,
    /// A span of time; the item's number holds nanoseconds, as `i64`.
    RelTime,
    /// Another frame's number.
    FrameNum,
    /// A GUID, 16 bytes.
    Guid,
    /// An ASN.1 object identifier.
    Oid,
    /// An EUI-64 address.
    Eui64,
    /// A remark of the analysis, with its severity and group.
    Expert(Severity, Group),
}

/// The base a number is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// As its kind says.
    None,
    /// 443
    Dec,
    /// 0x01bb
    Hex,
    /// 0673
    Oct,
    /// 443 (0x01bb)
    DecHex,
    /// 0x01bb (443)
    HexDec,
    /// A moment in UTC instead of local time.
    Utc,
    /// A moment as date, time and day of the year, UTC (`AbsTime` of some protocols).
    Doy,
}

/// How grave an expert remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A comment of the capture's author.
    Comment,
    /// The usual course of things.
    Chat,
    /// Worth knowing.
    Note,
    /// Worth a look.
    Warning,
    /// Broken.
    Error,
}

/// What an expert remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// A wrong checksum.
    Checksum,
    /// The order of things: lost, repeated, opened, closed.
    Sequence,
    /// A response's status.
    Response,
    /// A request.
    Request,
    /// Data that is not decoded.
    Undecoded,
    /// Reassembly.
    Reassemble,
    /// Bytes that break the protocol's rules.
    Malformed,
    /// Contrary to the specification.
    Protocol,
    /// Security.
    Security,
    /// A comment.
    Comment,
    /// Decryption.
    Decryption,
    /// A deprecated thing.
    Deprecated,
    /// Something assumed.
    Assumption,
}

/// What a value means, in words.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// Nothing beyond the number.
    None,
    /// The names of single values and ranges.
    Names(Names),
    /// The words for true and for false.
    Flag(&'static str, &'static str),
    /// The unit behind the number, with its space where there is one: ` bytes`. The second is for exactly 1.
    Unit(&'static str, &'static str),
    /// A port of this protocol, which may have a name.
    Port(Ports),
    /// The name of the address in the item's bytes, or the address: what a text stands for that has no bytes of its own.
    Address,
    /// The whole shown value, written by a function of the number.
    Custom(fn(u64, &mut super::line::Line)),
}

/// Names of values: ranges in ascending order, both ends included.
pub type Names = &'static [(u64, u64, &'static str)];

/// The name of `value` in `names`, if it has one.
pub fn name_of(names: Names, value: u64) -> Option<&'static str> {
    let at = names.partition_point(|&(_, last, _)| last < value);
    names.get(at).filter(|&&(first, _, _)| first <= value).map(|&(_, _, name)| name)
}

impl Field {
    /// A field of `kind`, numbers shown in decimal.
    pub const fn new(key: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            key,
            label,
            kind,
            base: Base::Dec,
            mask: 0,
            bits: 0,
            meaning: Meaning::None,
            times: 0,
            ascii: false,
            or_none: false,
            standalone: false,
        }
    }
    /// A remark of the analysis; its label is the remark.
    pub const fn expert(key: &'static str, label: &'static str, severity: Severity, group: Group) -> Self {
        Self::new(key, label, Kind::Expert(severity, group))
    }
    const fn base(mut self, base: Base) -> Self {
        self.base = base;
        self
    }
    /// Shown as 0x01bb.
    #[must_use]
    pub const fn hex(self) -> Self {
        self.base(Base::Hex)
    }
    /// Shown as 0673.
    #[must_use]
    pub const fn oct(self) -> Self {
        self.base(Base::Oct)
    }
    /// Shown as 443 (0x01bb).
    #[must_use]
    pub const fn dec_hex(self) -> Self {
        self.base(Base::DecHex)
    }
    /// Shown as 0x01bb (443).
    #[must_use]
    pub const fn hex_dec(self) -> Self {
        self.base(Base::HexDec)
    }
    /// Shown by its name alone, without the number.
    #[must_use]
    pub const fn bare(self) -> Self {
        self.base(Base::None)
    }
    /// A moment shown in UTC.
    #[must_use]
    pub const fn utc(self) -> Self {
        self.base(Base::Utc)
    }
    /// Only these bits of the number read.
    #[must_use]
    pub const fn mask(mut self, mask: u64) -> Self {
        self.mask = mask;
        self
    }
    /// A flag cut from a number of this many bits.
    #[must_use]
    pub const fn bits(mut self, bits: u8) -> Self {
        self.bits = bits;
        self
    }
    /// The names of its values.
    #[must_use]
    pub const fn names(mut self, names: Names) -> Self {
        self.meaning = Meaning::Names(names);
        self
    }
    /// The words for true and for false.
    #[must_use]
    pub const fn flag(mut self, yes: &'static str, no: &'static str) -> Self {
        self.meaning = Meaning::Flag(yes, no);
        self
    }
    /// A flag shown as `Set` and `Not set`.
    #[must_use]
    pub const fn set(self) -> Self {
        self.flag("Set", "Not set")
    }
    /// The unit behind the number: for one, and for any other count.
    #[must_use]
    pub const fn unit(mut self, one: &'static str, many: &'static str) -> Self {
        self.meaning = Meaning::Unit(many, one);
        self
    }
    /// A port of this protocol.
    #[must_use]
    pub const fn port(mut self, ports: Ports) -> Self {
        self.meaning = Meaning::Port(ports);
        self
    }
    /// A text that is the name of the address in its bytes.
    #[must_use]
    pub const fn address(mut self) -> Self {
        self.meaning = Meaning::Address;
        self
    }
    /// The whole shown value, written by a function of the number.
    #[must_use]
    pub const fn custom(mut self, write: fn(u64, &mut super::line::Line)) -> Self {
        self.meaning = Meaning::Custom(write);
        self
    }
    /// The value is so many times the number under the mask, which is only drawn.
    #[must_use]
    pub const fn times(mut self, times: u8) -> Self {
        self.times = times;
        self
    }
    /// Text that should be ASCII.
    #[must_use]
    pub const fn ascii(mut self) -> Self {
        self.ascii = true;
        self
    }
    /// Bytes of which there may be none.
    #[must_use]
    pub const fn or_none(mut self) -> Self {
        self.or_none = true;
        self
    }
    /// Listed among the protocols.
    #[must_use]
    pub const fn standalone(mut self) -> Self {
        self.standalone = true;
        self
    }
    /// This field's part of a number as read: the bits of its mask, moved down.
    pub const fn cut(&self, num: u64) -> u64 {
        if self.mask == 0 { num } else { (num & self.mask) >> self.mask.trailing_zeros() }
    }
    /// The name of `value`, where the field names its values.
    pub fn name(&self, value: u64) -> Option<&'static str> {
        match self.meaning {
            Meaning::Names(names) => name_of(names, value),
            _ => None,
        }
    }
    /// Width of the number that the field is, or is cut from, in bits; 0 for what is not a number.
    pub const fn width(&self) -> u8 {
        if self.bits != 0 {
            return self.bits;
        }
        match self.kind {
            Kind::U8 | Kind::I8 | Kind::Bool | Kind::Char => 8,
            Kind::U16 | Kind::I16 => 16,
            Kind::U24 | Kind::I24 => 24,
            Kind::U32 | Kind::I32 | Kind::FrameNum | Kind::F32 => 32,
            Kind::U40 => 40,
            Kind::U48 => 48,
            Kind::U56 => 56,
            Kind::U64 | Kind::I64 | Kind::F64 => 64,
            _ => 0,
        }
    }
}

/// Declares a protocol's fields, and `FIELDS`, the list of them.
///
/// Each line is `NAME = "key", "label", Kind` and then words, which are the methods of [`Field`]:
/// `hex`, `mask(0x0f)`, `names(TYPES)`, `set`, `unit(" byte", " bytes")`.
///
/// ```
/// use netpeek::{fields, dissect::field::Field};
/// fields! {
///     LENGTH = "udp.length", "Length", U16;
///     CHECKSUM = "udp.checksum", "Checksum", U16 hex;
///     SYN = "tcp.flags.syn", "Syn", Bool bits(12) mask(0x002) set;
/// }
/// assert_eq!(SYN.cut(0x12), 1);
/// assert_eq!(FIELDS.len(), 3);
/// ```
#[macro_export]
macro_rules! fields {
    ($($name:ident = $key:literal, $label:literal, $kind:ident $($word:ident $( ( $($arg:expr),* ) )?)*;)*) => {
        $( pub(crate) static $name: $crate::dissect::field::Field =
            $crate::dissect::field::Field::new($key, $label, $crate::dissect::field::Kind::$kind)
            $(.$word($($($arg),*)?))*; )*
        /// The fields declared here.
        pub(crate) const FIELDS: &[&$crate::dissect::field::Field] = &[$(&$name),*];
    };
}

/// The fields of a protocol that are declared in several files, as one list: `joined!(FIELDS, options::FIELDS)`.
#[macro_export]
macro_rules! joined {
    ($($list:expr),+ $(,)?) => {{
        const LEN: usize = 0 $(+ $list.len())+;
        const ALL: [&$crate::dissect::field::Field; LEN] = $crate::dissect::field::join(&[$($list),+]);
        &ALL
    }};
}

/// Lists of fields, one after the other; for [`joined!`](crate::joined), which knows their length.
#[must_use]
#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub const fn join<const N: usize>(lists: &[&[&'static Field]]) -> [&'static Field; N] {
    static NOTHING: Field = Field::new("", "", Kind::None);
    let mut all = [&NOTHING; N];
    let (mut list, mut at) = (0, 0);
    while list < lists.len() {
        let mut i = 0;
        while i < lists[list].len() {
            all[at] = lists[list][i];
            (i, at) = (i + 1, at + 1);
        }
        list += 1;
    }
    all
}

/// Declares tables of [`Names`]: `names! { TYPES { 0 = "Echo reply", 3 = "Unreachable", 40..=50 = "Reserved" } }`.
#[macro_export]
macro_rules! names {
    ($($(#[$meta:meta])* $vis:vis $name:ident { $($first:literal $(..= $last:literal)? = $text:expr),* $(,)? })*) => {
        $( $(#[$meta])* $vis static $name: $crate::dissect::field::Names =
            &[$(($first, $crate::names!(@last $first $($last)?), $text)),*]; )*
    };
    (@last $first:literal) => { $first };
    (@last $first:literal $last:literal) => { $last };
}

/// Declares remarks of the analysis: `experts! { BAD = "ip.checksum_bad.expert", "Bad checksum", Error, Checksum; }`,
/// and `EXPERTS`, the list of them.
#[macro_export]
macro_rules! experts {
    ($($name:ident = $key:literal, $label:literal, $severity:ident, $group:ident;)*) => {
        $( pub(crate) static $name: $crate::dissect::field::Field = $crate::dissect::field::Field::expert(
            $key, $label, $crate::dissect::field::Severity::$severity, $crate::dissect::field::Group::$group); )*
        /// The remarks declared here.
        pub(crate) const EXPERTS: &[&$crate::dissect::field::Field] = &[$(&$name),*];
    };
}

#[cfg(test)]
mod tests {
    use super::name_of;

    names! { SOME { 0 = "none", 3 = "three", 10..=20 = "teens" } }

    #[test]
    fn names_of_values_and_ranges() {
        assert_eq!(name_of(SOME, 0), Some("none"));
        assert_eq!(name_of(SOME, 1), None);
        assert_eq!(name_of(SOME, 3), Some("three"));
        assert_eq!(name_of(SOME, 10), Some("teens"));
        assert_eq!(name_of(SOME, 20), Some("teens"));
        assert_eq!(name_of(SOME, 21), None);
    }
}
