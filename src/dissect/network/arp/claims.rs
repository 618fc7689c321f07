//! Who said to use which IPv4 address.

use hashbrown::HashMap;

/// A host's claim to an address, as last heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) mac: [u8; 6],
    /// The frame that made it.
    pub(super) frame: u64,
    /// When, in seconds.
    pub(super) time: i64,
}

/// Addresses remembered at most; those first heard of after that are not watched.
const MOST: usize = 1 << 16;

/// The first host heard to claim each address.
#[derive(Default)]
pub(super) struct Claims(HashMap<[u8; 4], Claim>);

impl Claims {
    /// Notes a claim; gives the earlier one of another host, which then stands.
    pub(super) fn claim(&mut self, address: [u8; 4], claim: Claim) -> Option<Claim> {
        match self.0.get_mut(&address) {
            Some(earlier) if earlier.mac == claim.mac => {
                *earlier = claim;
                None
            }
            Some(earlier) => Some(*earlier),
            None => {
                if self.0.len() < MOST {
                    self.0.insert(address, claim);
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, Claims};

    #[test]
    fn the_first_host_keeps_the_address() {
        let claim = |mac, frame| Claim { mac: [mac; 6], frame, time: 0 };
        let mut claims = Claims::default();
        assert_eq!(claims.claim([1; 4], claim(1, 1)), None);
        assert_eq!(claims.claim([1; 4], claim(2, 2)), Some(claim(1, 1)));
        assert_eq!(claims.claim([1; 4], claim(1, 3)), None);
        assert_eq!(claims.claim([1; 4], claim(2, 4)), Some(claim(1, 3)));
        assert_eq!(claims.claim([2; 4], claim(2, 5)), None);
    }
}
