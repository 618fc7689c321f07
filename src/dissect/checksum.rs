//! The Internet checksum (RFC 1071), and what is said of one that was verified.

use etherparse::checksum::Sum16BitWords;

use super::cursor::Cursor;
use super::field::Field;
use super::line::Line;
use super::row::Address;
use super::sink::Sink;

/// A checksum in the making: the sum of all 16-bit words so far.
#[derive(Clone, Debug, Default)]
pub struct Sum(Sum16BitWords);

impl Sum {
    /// Adds bytes, of which only the last addition may be of an odd number.
    #[must_use]
    pub fn and(self, bytes: &[u8]) -> Self {
        Self(self.0.add_slice(bytes))
    }
    /// Adds the pseudo-header of `len` bytes of `protocol` between two hosts (RFC 9293 section 3.1, RFC 8200 section
    /// 8.1); `None` where they have no IP addresses.
    #[must_use]
    pub fn and_hosts(self, src: Address, dst: Address, protocol: u8, len: u32) -> Option<Self> {
        let ends = match (src, dst) {
            (Address::Ipv4(src), Address::Ipv4(dst)) => self.and(&src).and(&dst),
            (Address::Ipv6(src), Address::Ipv6(dst)) => self.and(&src).and(&dst),
            _ => return None,
        };
        Some(ends.and(&[0, protocol]).and(&len.to_be_bytes()))
    }
    /// The checksum.
    pub fn finish(self) -> u16 {
        self.0.ones_complement().to_be()
    }
    /// What the field had to say, where the sum is of everything and the field said `found`.
    pub fn wanted(self, found: u16) -> u16 {
        self.and(&(!found).to_be_bytes()).finish()
    }
}

/// The fields and words that tell of a verified checksum.
pub struct Report {
    /// Whether it is right.
    pub status: &'static Field,
    /// What it should be, where that is told.
    pub calculated: Option<&'static Field>,
    /// The remark on a wrong one.
    pub bad: &'static Field,
    /// What may have caused a wrong one.
    pub excuse: &'static str,
    /// Whether what it should be stands below the checksum.
    pub below: bool,
}

/// The status of a wrong checksum.
const BAD: u64 = 0;
/// The status of a right one.
const GOOD: u64 = 1;

/// Says of the checksum read last, `found`, that it should be `wanted`; whether it is right.
pub fn report<S: Sink>(c: &mut Cursor<'_, S>, found: u16, wanted: u16, report: &Report) -> bool {
    let good = found == wanted;
    if !S::DETAIL {
        return good;
    }
    let (start, end) = (c.pos().saturating_sub(2), c.pos());
    c.append(|l: &mut Line| match good {
        true => _ = l.str(" [correct]"),
        false => _ = l.str(" incorrect, should be 0x").hex(wanted, 4).str(report.excuse),
    });
    c.below(|c| {
        if !good && !c.worker.quoted {
            c.expert(report.bad);
            c.label(|l| _ = l.str("Bad checksum [should be 0x").hex(wanted, 4).byte(b']'));
        }
        if let Some(calculated) = report.calculated.filter(|_| report.below) {
            c.generated_over(calculated, start, end, wanted.into());
        }
    });
    c.generated(report.status, if good { GOOD } else { BAD });
    if let Some(calculated) = report.calculated.filter(|_| !report.below) {
        c.generated_over(calculated, start, end, wanted.into());
    }
    good
}

#[cfg(test)]
mod tests {
    use super::{Address, Sum};

    #[test]
    fn a_header_sums_up() {
        let header = [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
        assert_eq!(Sum::default().and(&header).finish(), 0);
        assert_eq!(Sum::default().and(&header).wanted(0xb861), 0xb861);
        let mut wrong = header;
        wrong[10..12].copy_from_slice(&[0x12, 0x34]);
        assert_eq!(Sum::default().and(&wrong).wanted(0x1234), 0xb861);
    }

    #[test]
    fn only_hosts_have_a_pseudo_header() {
        let v4 = Address::Ipv4([192, 0, 2, 1]);
        assert!(Sum::default().and_hosts(v4, Address::None, 6, 20).is_none());
        assert!(Sum::default().and_hosts(v4, v4, 6, 20).is_some());
    }
}
