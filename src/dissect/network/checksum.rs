//! Checksums that are verified without being asked to be.

use crate::dissect::checksum::{Report, Sum, report};
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
    pseudo: Sum,
) -> Result<u16, Stop> {
    let checksum = c.u16(fields.checksum)?;
    if S::DETAIL {
        match c.whole().get(start..end) {
            _ if c.worker.quoted => {
                c.append(|l| _ = l.str(" [unverified] [in ICMP error packet]"));
                c.generated(fields.status, 2);
            }
            Some(bytes) => verify(c, fields, checksum, pseudo.and(bytes)),
            None => {
                c.append(|l| _ = l.str(" [unverified] [fragmented datagram]"));
                c.generated(fields.status, 2);
            }
        }
    }
    Ok(checksum)
}

fn verify<S: Sink>(c: &mut Cursor<'_, S>, fields: &Fields, checksum: u16, sum: Sum) {
    let Fields { status, bad, .. } = *fields;
    let told = Report { status, calculated: None, bad, excuse: "", below: false };
    report(c, checksum, sum.wanted(checksum), &told);
}

/// The sum of the pseudo-header in front of `len` bytes of `protocol` from `src` to `dst`; where these are not
/// addresses of IP, of nothing.
pub fn pseudo_header(src: Address, dst: Address, protocol: u8, len: usize) -> Sum {
    Sum::default().and_hosts(src, dst, protocol, len as u32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Sum, pseudo_header};
    use crate::dissect::row::Address;

    #[test]
    fn a_header_with_its_checksum_expects_it() {
        let header = [0x45, 0, 0, 0x20, 0, 1, 0, 0, 0x40, 0x11, 0x66, 0xca, 10, 0, 0, 1, 10, 0, 0, 2];
        assert_eq!(Sum::default().and(&header).wanted(0x66ca), 0x66ca);
        let mut wrong = header;
        wrong[10..12].copy_from_slice(&[0x12, 0x34]);
        assert_eq!(Sum::default().and(&wrong).wanted(0x1234), 0x66ca);
    }

    #[test]
    fn a_pseudo_header_counts() {
        // From 10.0.0.1 to 10.0.0.2, port 1 to port 2, without payload: the words add up to 0x1427.
        let datagram = [0, 1, 0, 2, 0, 8, 0xeb, 0xd8];
        let sum = pseudo_header(Address::Ipv4([10, 0, 0, 1]), Address::Ipv4([10, 0, 0, 2]), 17, 8);
        assert_eq!(sum.and(&datagram).wanted(0xebd8), 0xebd8);
    }
}
