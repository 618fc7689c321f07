//! The options of a pcapng block: code, length, value, padded to four bytes (draft-ietf-opsawg-pcapng, section 3.5).

/// The options of one record, undecoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The option list as it stands in the file.
    pub bytes: &'a [u8],
    /// Whether its section is big-endian.
    pub big_endian: bool,
}

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt<'a> {
    /// Its code; what it means depends on the block.
    pub code: u16,
    /// Its value without padding.
    pub value: &'a [u8],
}

impl<'a> Options<'a> {
    /// The option `code`, the first of several.
    #[must_use]
    pub fn find(self, code: u16) -> Option<&'a [u8]> {
        self.into_iter().find(|option| option.code == code).map(|option| option.value)
    }

    /// Comments (`opt_comment`), in order.
    pub fn comments(self) -> impl Iterator<Item = &'a [u8]> {
        self.into_iter().filter(|option| option.code == 1).map(|option| option.value)
    }

    /// A 32-bit option in the section's byte order; `None` where it is of another length.
    #[must_use]
    pub fn u32(self, code: u16) -> Option<u32> {
        let value = self.find(code)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(value) } else { u32::from_le_bytes(value) })
    }

    /// A 64-bit option in the section's byte order; `None` where it is of another length.
    #[must_use]
    pub fn u64(self, code: u16) -> Option<u64> {
        let value = self.find(code)?.try_into().ok()?;
        Some(if self.big_endian { u64::from_be_bytes(value) } else { u64::from_le_bytes(value) })
    }
}

impl<'a> IntoIterator for Options<'a> {
    type Item = Opt<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        Iter { left: self }
    }
}

/// Goes over options, to `opt_endofopt` or to where the list breaks.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    left: Options<'a>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = Opt<'a>;

    fn next(&mut self) -> Option<Opt<'a>> {
        let (head, rest) = self.left.bytes.split_first_chunk::<4>()?;
        let [a, b, c, d] = *head;
        let read = if self.left.big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
        let (code, len) = (read([a, b]), usize::from(read([c, d])));
        if code == 0 {
            self.left.bytes = &[];
            return None;
        }
        let value = rest.get(..len)?;
        self.left.bytes = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some(Opt { code, value })
    }
}
