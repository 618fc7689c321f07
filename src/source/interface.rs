//! What a capture says of an interface that it was made on.

use super::LinkType;
use super::options::Options;
use super::pseudo::Pseudo;

/// An interface of a capture. A pcap file has one, of which it tells the link type and the snaplen.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its position within its section, from 0: what `frame.interface_id` shows.
    pub id: u32,
    /// The section it belongs to, counted from 1; 0 in a pcap file, which has none.
    pub section: u32,
    /// The link type of its frames.
    pub link: LinkType,
    /// The most bytes of a frame that were kept; 0 for no limit.
    pub snaplen: u32,
    /// How its clock counts.
    pub clock: Ticks,
    /// Bytes of frame check sequence at each frame's end, where it says so.
    pub fcs_len: Option<u8>,
    /// Its options, in its section's byte order; empty where they are too many to be kept.
    pub(super) options: Box<[u8]>,
    /// Whether its section is big-endian.
    pub(super) big_endian: bool,
    /// What stands before each of its frames.
    pub(super) pseudo: Option<Pseudo>,
}

impl Interface {
    /// An interface that is captured on, with nanoseconds; its options are added with [`Interface::with`].
    #[must_use]
    pub fn live(id: u32, link: LinkType, snaplen: u32) -> Self {
        Self {
            id,
            section: 1,
            link,
            snaplen,
            clock: Ticks::NANOSECONDS,
            fcs_len: None,
            options: Box::default(),
            big_endian: cfg!(target_endian = "big"),
            pseudo: None,
        }
    }

    /// Adds an option, such as the interface's name (2), or its filter (11: a zero byte, then the text).
    #[must_use]
    pub fn with(mut self, code: u16, value: &[u8]) -> Self {
        let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
        let len = u16::try_from(value.len()).unwrap_or(u16::MAX);
        let mut options = std::mem::take(&mut self.options).into_vec();
        options.extend(code.to_ne_bytes().iter().chain(&len.to_ne_bytes()).chain(value));
        options.resize(options.len().next_multiple_of(4), 0);
        self.options = options.into_boxed_slice();
        self
    }

    /// All of its options (codes as in the Interface Description Block).
    #[must_use]
    pub fn options(&self) -> Options<'_> {
        Options { bytes: &self.options, big_endian: self.big_endian }
    }

    /// Its name, such as `eth0`.
    #[must_use]
    pub fn name(&self) -> Option<&[u8]> {
        self.options().find(2)
    }

    /// What it is, such as `Broadcom NetXtreme`.
    #[must_use]
    pub fn description(&self) -> Option<&[u8]> {
        self.options().find(3)
    }

    /// The capture filter, where it is given as text.
    #[must_use]
    pub fn filter(&self) -> Option<&[u8]> {
        self.options().find(11)?.strip_prefix(&[0])
    }

    /// The operating system of the machine it is in.
    #[must_use]
    pub fn os(&self) -> Option<&[u8]> {
        self.options().find(12)
    }

    /// Whether a record of it begins with bytes that are not its frame's and not to be kept either.
    #[must_use]
    pub fn is_padded(&self) -> bool {
        matches!(self.pseudo, Some(Pseudo::Padding { .. }))
    }

    /// Its hardware.
    #[must_use]
    pub fn hardware(&self) -> Option<&[u8]> {
        self.options().find(15)
    }
}

/// How a clock counts: ticks to a second, and seconds to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// Ticks to one second (`if_tsresol`), at least 1.
    pub per_second: u64,
    /// Seconds to add to every time (`if_tsoffset`).
    pub offset: i64,
    /// Decimal digits that are shown of a second: 0 to 3, 6 or 9.
    pub precision: u8,
}

impl Ticks {
    /// Microseconds since the epoch, unless an interface says otherwise.
    pub const MICROSECONDS: Self = Self { per_second: 1_000_000, offset: 0, precision: 6 };
    /// Nanoseconds since the epoch.
    pub const NANOSECONDS: Self = Self { per_second: 1_000_000_000, offset: 0, precision: 9 };

    /// Reads `if_tsresol`: a power of ten, or of two where the top bit is set.
    ///
    /// A resolution beyond 64 bits counts as the finest that fits.
    #[must_use]
    pub fn from_resolution(resolution: u8, offset: i64) -> Self {
        let exponent = u32::from(resolution & 0x7f);
        let base: u64 = if resolution & 0x80 == 0 { 10 } else { 2 };
        let per_second = base.checked_pow(exponent).unwrap_or(u64::MAX);
        let digits = per_second.checked_ilog10().unwrap_or(0);
        // What is shown steps from milliseconds to microseconds to nanoseconds.
        let precision = match digits {
            0..=3 => u8::try_from(digits).unwrap_or(3),
            4..=5 => 3,
            6..=8 => 6,
            _ => 9,
        };
        Self { per_second, offset, precision }
    }

    /// A count of ticks as a time.
    #[inline]
    #[must_use]
    pub fn time(self, ticks: u64) -> super::Time {
        // The two common divisors are constants, for a division by a variable takes as long as all the rest.
        let (secs, nanos) = match self.per_second {
            1_000_000 => (ticks / 1_000_000, (ticks % 1_000_000).wrapping_mul(1000)),
            1_000_000_000 => (ticks / 1_000_000_000, ticks % 1_000_000_000),
            per_second => {
                let rest = ticks.checked_rem(per_second).unwrap_or(0);
                // Wraps for ticks finer than a tenth of a nanosecond, as tshark's do.
                let nanos = rest.wrapping_mul(1_000_000_000).checked_div(per_second).unwrap_or(0);
                (ticks.checked_div(per_second).unwrap_or(0), nanos)
            }
        };
        super::Time { secs: secs.cast_signed().wrapping_add(self.offset), nanos: u32::try_from(nanos).unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_shown_step_with_the_resolution() {
        let shown = |resolution| Ticks::from_resolution(resolution, 0).precision;
        let of_ten: Vec<u8> = (0..=20).map(shown).collect();
        assert_eq!(of_ten, [0, 1, 2, 3, 3, 3, 6, 6, 6, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
        let of_two: Vec<u8> = [0, 3, 4, 6, 7, 9, 10, 19, 20, 29, 30, 63, 64, 127].map(|n| shown(0x80 | n)).to_vec();
        assert_eq!(of_two, [0, 0, 1, 1, 2, 2, 3, 3, 6, 6, 9, 9, 9, 9]);
    }

    #[test]
    fn ticks_become_time() {
        let time = |resolution, ticks| {
            let time = Ticks::from_resolution(resolution, 0).time(ticks);
            (time.secs, time.nanos)
        };
        let ticks = 1_234_567_890_123_456_789;
        assert_eq!(time(0, ticks), (1_234_567_890_123_456_789, 0));
        assert_eq!(time(6, ticks), (1_234_567_890_123, 456_789_000));
        assert_eq!(time(9, ticks), (1_234_567_890, 123_456_789));
        assert_eq!(time(10, ticks), (123_456_789, 12_345_678));
        assert_eq!(time(11, ticks), (12_345_678, 163_364_804));
        assert_eq!(time(18, ticks), (1, 14));
        assert_eq!(time(20, ticks), (0, 0));
        assert_eq!(time(20, u64::MAX), (1, 0));
        assert_eq!(time(0x80 | 30, ticks), (1_149_780_945, 967_376_966));
        assert_eq!(time(0x80 | 63, u64::MAX), (1, 1));
        assert_eq!(time(0xff, u64::MAX), (1, 0));
        assert_eq!(time(0, u64::MAX), (-1, 0));
    }

    #[test]
    fn seconds_are_offset() {
        let time = Ticks::from_resolution(6, -1_700_000_001).time(1_700_000_000_123_456);
        assert_eq!((time.secs, time.nanos), (-1, 123_456_000));
    }
}
