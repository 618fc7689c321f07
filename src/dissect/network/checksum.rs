//! The Internet checksum (RFC 1071), through etherparse.

use etherparse::checksum::Sum16BitWords;

use crate::dissect::row::Address;

/// What the checksum field of `bytes` should hold, which now hold `found` there.
///
/// Computed from the sum of everything but the field itself, which ones-complement arithmetic allows to take out.
pub fn expected(sum: Sum16BitWords, found: u16) -> u16 {
    sum.add_2bytes((!found).to_be_bytes()).ones_complement().to_be()
}

/// The sum of `bytes`.
pub fn of(bytes: &[u8]) -> Sum16BitWords {
    Sum16BitWords::new().add_slice(bytes)
}

/// The sum of `bytes` and of the pseudo-header in front of them: `len` bytes of `protocol` from `src` to `dst`.
///
/// `None` where the addresses are not those of IP.
pub fn with_pseudo_header(src: Address, dst: Address, protocol: u8, len: u32, bytes: &[u8]) -> Option<Sum16BitWords> {
    let sum = match (src, dst) {
        (Address::Ipv4(src), Address::Ipv4(dst)) => Sum16BitWords::new().add_4bytes(src).add_4bytes(dst),
        (Address::Ipv6(src), Address::Ipv6(dst)) => Sum16BitWords::new().add_16bytes(src).add_16bytes(dst),
        _ => return None,
    };
    Some(sum.add_2bytes([0, protocol]).add_4bytes(len.to_be_bytes()).add_slice(bytes))
}

#[cfg(test)]
mod tests {
    use super::{expected, of, with_pseudo_header};
    use crate::dissect::row::Address;

    #[test]
    fn a_header_with_its_checksum_expects_it() {
        let header = [0x45, 0, 0, 0x20, 0, 1, 0, 0, 0x40, 0x11, 0x66, 0xca, 10, 0, 0, 1, 10, 0, 0, 2];
        assert_eq!(expected(of(&header), 0x66ca), 0x66ca);
        let mut wrong = header;
        wrong[10..12].copy_from_slice(&[0x12, 0x34]);
        assert_eq!(expected(of(&wrong), 0x1234), 0x66ca);
    }

    #[test]
    fn a_pseudo_header_needs_addresses_of_one_family() {
        assert!(with_pseudo_header(Address::Ipv4([1; 4]), Address::Ipv6([1; 16]), 17, 8, &[]).is_none());
        assert!(with_pseudo_header(Address::Ipv4([1; 4]), Address::Ipv4([2; 4]), 17, 8, &[]).is_some());
    }
}
