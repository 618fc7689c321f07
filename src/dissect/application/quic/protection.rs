//! Packet protection (RFC 9001, 5): the keys of Initial packets, which anyone can make, and what they open.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes128Gcm, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;

use super::version::Version;

/// Bytes of the tag behind every protected payload.
const TAG_LEN: usize = 16;

/// Bytes of ciphertext from which the mask over the header is made.
const SAMPLE_LEN: usize = 16;

/// The keys of one direction.
pub(super) struct Keys {
    header: Aes128,
    payload: Aes128Gcm,
    iv: [u8; 12],
}

/// A header without its protection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bare {
    /// The first byte.
    pub(super) first: u8,
    /// Bytes of the packet number.
    pub(super) number_len: usize,
    /// The packet number as it was sent, truncated.
    pub(super) number: u32,
}

/// Derives `out` from a secret (RFC 8446, 7.1), without context.
fn expand(secret: &Hkdf<Sha256>, prefix: &str, label: &str, out: &mut [u8]) {
    let len = (out.len() as u16).to_be_bytes();
    let label_len = [(prefix.len() + label.len()) as u8];
    // It fails for lengths of several kilobytes only.
    _ = secret.expand_multi_info(&[&len, &label_len, prefix.as_bytes(), label.as_bytes(), &[0]], out);
}

impl Keys {
    /// The keys of Initial packets of the client, which is side 0, or of the server, made from the connection identifier
    /// that the client chose for the server (RFC 9001, 5.2).
    pub(super) fn initial(version: Version, dcid: &[u8], side: usize) -> Self {
        let secret = Hkdf::<Sha256>::new(Some(version.salt()), dcid);
        let mut of_side = [0; 32];
        expand(&secret, "tls13 ", if side == 0 { "client in" } else { "server in" }, &mut of_side);
        Self::from_secret(version, &of_side)
    }
    fn from_secret(version: Version, secret: &[u8; 32]) -> Self {
        let (mut key, mut header, mut iv) = ([0; 16], [0; 16], [0; 12]);
        if let Ok(secret) = Hkdf::<Sha256>::from_prk(secret) {
            expand(&secret, version.label(), "key", &mut key);
            expand(&secret, version.label(), "hp", &mut header);
            expand(&secret, version.label(), "iv", &mut iv);
        }
        Self { header: Aes128::new(&header.into()), payload: Aes128Gcm::new(&key.into()), iv }
    }
    /// Takes the protection off the header of a packet whose packet number stands at `at`. None where the packet is too
    /// short for that.
    pub(super) fn bare(&self, packet: &[u8], at: usize) -> Option<Bare> {
        let sample: [u8; SAMPLE_LEN] = *packet.get(at + 4..)?.first_chunk()?;
        let mut block = sample.into();
        self.header.encrypt_block(&mut block);
        let mask: [u8; SAMPLE_LEN] = block.into();
        let [of_first, of_number @ .., _, _, _, _, _, _, _, _, _, _, _] = mask;
        let first = *packet.first()?;
        let first = first ^ of_first & if first & 0x80 != 0 { 0x0f } else { 0x1f };
        let number_len = usize::from(first & 3) + 1;
        let bytes = packet.get(at..at + number_len)?;
        let number = bytes.iter().zip(of_number).fold(0, |number, (byte, mask)| number << 8 | u32::from(byte ^ mask));
        Some(Bare { first, number_len, number })
    }
    /// Opens the payload of a packet: `header` is all before it, without protection. Gives whether it is authentic;
    /// `payload`, which ends with the tag, is then the plain text.
    pub(super) fn open(&self, number: u64, header: &[u8], payload: &mut Vec<u8>) -> bool {
        let Some(len) = payload.len().checked_sub(TAG_LEN) else { return false };
        let mut nonce = self.iv;
        nonce.iter_mut().rev().zip(number.to_le_bytes()).for_each(|(place, byte)| *place ^= byte);
        let Some((text, tag)) = payload.split_at_mut_checked(len) else { return false };
        let Ok(tag) = Tag::try_from(&*tag) else { return false };
        let opened = self.payload.decrypt_inout_detached(&Nonce::from(nonce), header, text.into(), &tag).is_ok();
        payload.truncate(len);
        opened
    }
}

/// The whole packet number, given how many bits of it were sent and the largest seen before (RFC 9000, A.3).
pub(super) fn whole_number(largest: Option<u64>, bare: Bare) -> u64 {
    let window = 1_u64 << (8 * bare.number_len);
    let expected = largest.map_or(0, |largest| largest + 1);
    let candidate = expected & !(window - 1) | u64::from(bare.number);
    if candidate + window / 2 <= expected && candidate < (1 << 62) - window {
        candidate + window
    } else if candidate > expected + window / 2 && candidate >= window {
        candidate - window
    } else {
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::{Bare, Keys, whole_number};
    use crate::dissect::application::quic::version::Version;

    /// RFC 9001, A.3: the server's Initial packet.
    const SERVER: &str = "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee";

    fn hex(text: &str) -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn the_example_of_rfc_9001() {
        let packet = hex(SERVER);
        let server = Keys::initial(Version(1), &hex("8394c8f03e515708"), 1);
        let at = 18;
        let bare = server.bare(&packet, at).unwrap();
        assert_eq!((bare.first, bare.number_len, bare.number), (0xc1, 2, 1));
        let mut header = packet[..at].to_vec();
        header[0] = bare.first;
        header.extend([0, 1]);
        let mut payload = packet[at + 2..].to_vec();
        assert!(server.open(1, &header, &mut payload));
        assert_eq!(payload[..5], hex("0200000000"));
        assert!(!server.open(2, &header, &mut packet[at + 2..].to_vec()));
    }

    #[test]
    fn packet_numbers_grow_from_what_was_seen() {
        let bare = Bare { first: 0, number_len: 2, number: 0x9b32 };
        assert_eq!(whole_number(Some(0xa82f_30ea), bare), 0xa82f_9b32);
        assert_eq!(whole_number(None, bare), 0x9b32);
    }
}
