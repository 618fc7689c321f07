//! Digits of numbers, eight at a time in one register: the first digit in the lowest byte, as memory has it.
//!
//! A summary row holds a dozen numbers; written digit by digit they would be a good part of its cost.

/// `'0'` in every byte.
const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
/// `' '` in every byte.
const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);

/// Numbers below this have eight decimal digits or fewer.
pub(super) const EIGHT_DIGITS: u64 = 100_000_000;

/// The values of the eight decimal digits of `num`, which is below [`EIGHT_DIGITS`].
#[inline]
const fn values(num: u32) -> u64 {
    // Two halves of four digits, then four pairs, then eight digits: every step divides all its parts at once, by a
    // multiplication whose rounding is right for all values that a part may have.
    let halves = (num / 10_000) as u64 | ((num % 10_000) as u64) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds + ((halves - 100 * hundreds) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens + ((pairs - 10 * tens) << 8)
}

/// How many of the eight digits are zeros in front; the last digit always counts.
#[inline]
const fn leading(values: u64) -> u32 {
    (values | 1 << 56).trailing_zeros() / 8
}

/// The decimal digits of `num`, which is below [`EIGHT_DIGITS`], and how many there are.
#[inline]
pub(super) const fn decimal(num: u32) -> ([u8; 8], usize) {
    let values = values(num);
    let skip = leading(values);
    (((values + ZEROS) >> (8 * skip)).to_le_bytes(), 8 - skip as usize)
}

/// All eight decimal digits of `num`, which is below [`EIGHT_DIGITS`], zeros in front included.
#[inline]
pub(super) const fn decimal_all(num: u32) -> [u8; 8] {
    (values(num) + ZEROS).to_le_bytes()
}

/// The last `width` (at most eight) decimal digits of `num`, or all its digits where there are more; spaces stand for
/// zeros in front, or zeros if `zeros` says so. Gives the bytes, and how many count.
#[inline]
pub(super) const fn decimal_wide(num: u32, width: usize, zeros: bool) -> ([u8; 8], usize) {
    let values = values(num);
    let skip = leading(values);
    let blank = if zeros { ZEROS } else { SPACES };
    let shown = u64::MAX << (8 * skip);
    let text = ((values + ZEROS) & shown) | (blank & !shown);
    let digits = 8 - skip as usize;
    let len = if digits > width { digits } else { width };
    ((text >> (8 * (8 - len as u32))).to_le_bytes(), len)
}

/// The lower-case hexadecimal digits of `num`, at least `width` (at most eight) of them, and how many there are.
#[inline]
pub(crate) const fn hexadecimal(num: u32, width: usize) -> ([u8; 8], usize) {
    // Spread the nibbles out, the first into the lowest byte.
    let num = num as u64;
    let pairs = (num >> 16) | ((num & 0xffff) << 32);
    let bytes = ((pairs >> 8) & 0x0000_00ff_0000_00ff) | ((pairs & 0x0000_00ff_0000_00ff) << 16);
    let values = ((bytes >> 4) & 0x000f_000f_000f_000f) | ((bytes & 0x000f_000f_000f_000f) << 8);
    // Beyond 9 the letters begin, which stand 39 places further on.
    let letters = ((values + 6 * (ZEROS / b'0' as u64)) >> 4) & (ZEROS / b'0' as u64);
    let text = values + ZEROS + letters * (b'a' - b'9' - 1) as u64;
    let digits = 8 - leading(values) as usize;
    let len = if digits > width { digits } else { width };
    ((text >> (8 * (8 - len as u32))).to_le_bytes(), len)
}

/// Whether all bytes are printable ASCII, `0x20` to `0x7e`.
#[inline]
pub(crate) const fn printable(bytes: [u8; 8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let word = u64::from_ne_bytes(bytes);
    // A byte's high bit comes out set where it was set, where adding 1 carries into it, or where there was less than
    // 0x20 to take away.
    let high = word | word.wrapping_add(ONES) | (word | ONES << 7).wrapping_sub(ONES * 0x20) ^ ONES << 7;
    high & ONES << 7 == 0
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The digits of 0 to 255 with a dot behind them, the first in the lowest byte.
static OCTETS: [u32; 256] = {
    let mut octets = [0; 256];
    let mut i = 0;
    while i < 256 {
        let (a, b, c) = (b'0' + (i / 100) as u8, b'0' + (i / 10 % 10) as u8, b'0' + (i % 10) as u8);
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            octets[i] = u32::from_le_bytes(match i {
                0..10 => [c, b'.', 0, 0],
                10..100 => [b, c, b'.', 0],
                _ => [a, b, c, b'.'],
            });
        }
        i += 1;
    }
    octets
};

/// Every byte as two hexadecimal digits.
static PAIRS: [[u8; 2]; 256] = {
    let mut pairs = [[0; 2]; 256];
    let mut i = 0;
    while i < 256 {
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            pairs[i] = [HEX[i >> 4], HEX[i & 15]];
        }
        i += 1;
    }
    pairs
};

/// A byte's two hexadecimal digits.
#[inline]
pub(crate) fn pair(byte: u8) -> [u8; 2] {
    PAIRS.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The text of an IPv4 address, and how many bytes of it count.
#[inline]
pub(super) fn ipv4(address: [u8; 4]) -> ([u8; 16], usize) {
    let (mut text, mut len) = ([0; 16], 0);
    for octet in address {
        let dotted = OCTETS.get(usize::from(octet)).copied().unwrap_or_default();
        if let Some(place) = text.get_mut(len..).and_then(|rest| rest.first_chunk_mut::<4>()) {
            *place = dotted.to_le_bytes();
        }
        len += 4 - dotted.leading_zeros() as usize / 8;
    }
    // The last dot does not count.
    (text, len - 1)
}

#[cfg(test)]
mod tests {
    use super::{decimal, decimal_all, decimal_wide, hexadecimal, printable};

    fn text((bytes, len): ([u8; 8], usize)) -> String {
        String::from_utf8(bytes[..len].to_vec()).unwrap()
    }

    #[test]
    fn decimal_digits_are_those_of_the_standard_library() {
        let some = (0..20_000).chain((20_000..100_000_000).step_by(9973)).chain([99_999_999, 10_000_000, 99_990_000]);
        for num in some {
            assert_eq!(text(decimal(num)), num.to_string());
            assert_eq!(text((decimal_all(num), 8)), format!("{num:08}"));
            assert_eq!(text(decimal_wide(num, 6, true)), format!("{num:06}"));
            assert_eq!(text(decimal_wide(num, 5, false)), format!("{num:5}"));
        }
    }

    #[test]
    fn hexadecimal_digits_are_those_of_the_standard_library() {
        for num in (0..u32::MAX).step_by(65_521).chain([0, 9, 10, 15, 16, 0xffff_ffff, 0x9a9a_a9a9]) {
            assert_eq!(text(hexadecimal(num, 1)), format!("{num:x}"));
            assert_eq!(text(hexadecimal(num, 4)), format!("{num:04x}"));
            assert_eq!(text(hexadecimal(num, 8)), format!("{num:08x}"));
        }
    }

    #[test]
    fn printable_is_asked_of_every_byte_by_itself() {
        for byte in 0..=255_u8 {
            for at in 0..8 {
                for others in [b' ', b'~', b'A', 0x7f, 0x1f] {
                    let mut bytes = [others; 8];
                    bytes[at] = byte;
                    assert_eq!(printable(bytes), bytes.iter().all(|byte| (0x20..0x7f).contains(byte)), "{bytes:?}");
                }
            }
        }
    }
}
