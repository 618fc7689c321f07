//! What packets with secret keys need to know of the handshake: the client's random value, the cipher suite, and the
//! application protocol.

use super::protection::suites;
use crate::dissect::application::tls::secrets::RANDOM_LEN;

/// Bytes kept of each side's handshake: hellos say what is asked for in fewer.
const MOST_KEPT: usize = 2048;

/// Bytes of a handshake message's header: its type and length.
const HEADER_LEN: usize = 4;

/// What is spoken over a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Application {
    /// Something that is not known.
    #[default]
    Other,
    /// HTTP/3.
    Http3,
    /// DNS (RFC 9250).
    Dns,
}

/// The beginning of a stream of handshake messages, whose pieces come in any order.
#[derive(Default)]
pub(super) struct Beginning {
    /// Each byte, once it has come.
    bytes: Vec<Option<u8>>,
}

impl Beginning {
    /// Takes in a piece.
    pub(super) fn put(&mut self, offset: u64, piece: &[u8]) {
        let Some(start) = usize::try_from(offset).ok().filter(|&start| start < MOST_KEPT) else { return };
        let end = (start + piece.len()).min(MOST_KEPT);
        if self.bytes.len() < end {
            self.bytes.resize(end, None);
        }
        let places = self.bytes.get_mut(start..end).unwrap_or_default();
        places.iter_mut().zip(piece).for_each(|(place, byte)| *place = Some(*byte));
    }
    /// The bytes from `at` on, if all of them have come.
    fn part<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let places = self.bytes.get(at..)?.first_chunk::<N>()?;
        let mut part = [0; N];
        for (byte, place) in part.iter_mut().zip(places) {
            *byte = (*place)?;
        }
        Some(part)
    }
    fn number(&self, at: usize) -> Option<usize> {
        self.part::<2>(at).map(|bytes| usize::from(u16::from_be_bytes(bytes)))
    }
    /// The random value of the Client Hello that this begins with (RFC 8446, 4.1.2).
    pub(super) fn random(&self) -> Option<[u8; RANDOM_LEN]> {
        self.part::<1>(0).filter(|kind| *kind == [1])?;
        self.part(HEADER_LEN + 2)
    }
    /// The cipher suite of the Server Hello that this begins with (RFC 8446, 4.1.3).
    pub(super) fn suite(&self) -> Option<u16> {
        self.part::<1>(0).filter(|kind| *kind == [2])?;
        let [session_len] = self.part(HEADER_LEN + 2 + RANDOM_LEN)?;
        self.part(HEADER_LEN + 2 + RANDOM_LEN + 1 + usize::from(session_len)).map(u16::from_be_bytes)
    }
    /// What the Encrypted Extensions that this begins with choose to be spoken (RFC 7301, 3.1).
    pub(super) fn application(&self) -> Option<Application> {
        const ALPN: usize = 16;
        self.part::<1>(0).filter(|kind| *kind == [8])?;
        let end = HEADER_LEN + 2 + self.number(HEADER_LEN)?;
        let mut at = HEADER_LEN + 2;
        while at < end {
            let (kind, len) = (self.number(at)?, self.number(at + 2)?);
            if kind == ALPN {
                let [_, _, name_len, first, second] = self.part(at + 4)?;
                let begins = |len: u8| Some(name_len == len || self.part(at + 7 + usize::from(len))? == [b'-']);
                return Some(match [first, second] {
                    [b'h', b'3'] if begins(2)? => Application::Http3,
                    [b'd', b'o'] if self.part(at + 9)? == [b'q'] && begins(3)? => Application::Dns,
                    _ => Application::Other,
                });
            }
            at += 4 + len;
        }
        Some(Application::Other)
    }
}

/// The cipher suite that a secret is for whose session has not chosen one yet.
pub(super) fn likely_suite(secret_len: usize) -> u16 {
    if secret_len > 32 { suites::AES_256_GCM } else { suites::AES_128_GCM }
}

#[cfg(test)]
mod tests {
    use super::Beginning;

    #[test]
    fn pieces_come_in_any_order() {
        let mut hello = Beginning::default();
        hello.put(6, &[7; 32]);
        assert_eq!(hello.random(), None);
        hello.put(0, &[1, 0, 0, 200, 3, 3]);
        assert_eq!(hello.random(), Some([7; 32]));
        assert_eq!(hello.suite(), None);
    }
}
