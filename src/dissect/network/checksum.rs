//! The Internet checksum (RFC 1071), through etherparse.

use etherparse::checksum::Sum16BitWords;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::names;

names! {
    /// What is known of a checksum.
    pub STATUSES { 0 = "Bad", 1 = "Good", 2 = "Unverified", 3 = "Not present" }
}

/// The fields that tell of a checksum.
pub struct Fields {
    /// The checksum itself.
    pub checksum: &'static Field,
    /// What is known of it.
    pub status: &'static Field,
    /// The remark where it is wrong.
    pub bad: &'static Field,
}

/// Reads a checksum over bytes `start..end` of the buffer and, in front of them, the `pseudo` header's sum; for
/// detail, verifies it.
///
/// # Errors
/// Where it was not captured.
pub fn read<S: Sink>(
    c: &mut Cursor<'_, S>,
    fields: &Fields,
    (start, end): (usize, usize),
    pseudo: Sum16BitWords,
) -> Result<u16, Stop> {
    let checksum = c.u16(fields.checksum)?;
    if S::DETAIL {
        match c.whole().get(start..end) {
            Some(bytes) => verify(c, fields, checksum, pseudo.add_slice(bytes)),
            None => {
                c.append(|l| _ = l.str(" [unverified] [fragmented datagram]"));
                c.generated(fields.status, 2);
            }
        }
    }
    Ok(checksum)
}

fn verify<S: Sink>(c: &mut Cursor<'_, S>, fields: &Fields, checksum: u16, sum: Sum16BitWords) {
    let should = expected(sum, checksum);
    if should == checksum {
        c.append(|l| _ = l.str(" [correct]"));
    } else {
        c.append(|l| _ = l.str(" incorrect, should be 0x").hex(should, 4));
        c.below(|c| c.expert(fields.bad));
        c.label(|l| _ = l.str("Bad checksum [should be 0x").hex(should, 4).byte(b']'));
    }
    c.generated(fields.status, (should == checksum).into());
}

/// What a checksum field should hold that now holds `found`, in bytes of this sum.
fn expected(sum: Sum16BitWords, found: u16) -> u16 {
    sum.add_2bytes((!found).to_be_bytes()).ones_complement().to_be()
}

/// The sum of the pseudo-header in front of `len` bytes of `protocol` from `src` to `dst`; where these are not
/// addresses of IP, of nothing.
pub fn pseudo_header(src: Address, dst: Address, protocol: u8, len: usize) -> Sum16BitWords {
    let sum = match (src, dst) {
        (Address::Ipv4(src), Address::Ipv4(dst)) => Sum16BitWords::new().add_4bytes(src).add_4bytes(dst),
        (Address::Ipv6(src), Address::Ipv6(dst)) => Sum16BitWords::new().add_16bytes(src).add_16bytes(dst),
        _ => return Sum16BitWords::new(),
    };
    sum.add_2bytes([0, protocol]).add_4bytes((len as u32).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Sum16BitWords, expected, pseudo_header};
    use crate::dissect::row::Address;

    #[test]
    fn a_header_with_its_checksum_expects_it() {
        let header = [0x45, 0, 0, 0x20, 0, 1, 0, 0, 0x40, 0x11, 0x66, 0xca, 10, 0, 0, 1, 10, 0, 0, 2];
        assert_eq!(expected(Sum16BitWords::new().add_slice(&header), 0x66ca), 0x66ca);
        let mut wrong = header;
        wrong[10..12].copy_from_slice(&[0x12, 0x34]);
        assert_eq!(expected(Sum16BitWords::new().add_slice(&wrong), 0x1234), 0x66ca);
    }

    #[test]
    fn a_pseudo_header_counts() {
        // From 10.0.0.1 to 10.0.0.2, port 1 to port 2, without payload: the words add up to 0x1427.
        let datagram = [0, 1, 0, 2, 0, 8, 0xeb, 0xd8];
        let sum = pseudo_header(Address::Ipv4([10, 0, 0, 1]), Address::Ipv4([10, 0, 0, 2]), 17, 8);
        assert_eq!(expected(sum.add_slice(&datagram), 0xebd8), 0xebd8);
    }
}
