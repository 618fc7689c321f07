//! Packet protection (RFC 9001, 5): the keys of Initial packets, which anyone can make, those made from secrets that the
//! capture brings along, and what they open.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes128Gcm, Aes256Gcm, Nonce, Tag};
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use chacha20poly1305::ChaCha20Poly1305;
use hkdf::Hkdf;
use sha2::{Sha256, Sha384};

use super::version::Version;
use crate::dissect::application::tls::secrets::Secret;

/// Bytes of the tag behind every protected payload.
const TAG_LEN: usize = 16;

/// Bytes of ciphertext from which the mask over the header is made.
const SAMPLE_LEN: usize = 16;

/// The cipher suites of TLS 1.3 that QUIC is used with.
pub(super) mod suites {
    pub(in super::super) const AES_128_GCM: u16 = 0x1301;
    pub(in super::super) const AES_256_GCM: u16 = 0x1302;
    pub(in super::super) const CHACHA20_POLY1305: u16 = 0x1303;
}

/// What takes the protection off headers.
#[derive(Clone)]
enum HeaderKey {
    Aes128(Box<Aes128>),
    Aes256(Box<Aes256>),
    ChaCha20([u8; 32]),
}

/// What opens payloads.
enum PayloadKey {
    Aes128(Box<Aes128Gcm>),
    Aes256(Box<Aes256Gcm>),
    ChaCha20(Box<ChaCha20Poly1305>),
}

/// The keys of one direction.
pub(super) struct Keys {
    header: HeaderKey,
    payload: PayloadKey,
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

impl Bare {
    /// The key phase bit of a short header (RFC 9001, 6).
    pub(super) fn key_phase(self) -> bool {
        self.first & 0x04 != 0
    }
}

/// Copies a header without its protection into `room`.
pub(super) fn bare_header<'a>(room: &'a mut [u8], header: &[u8], bare: Bare, at: usize) -> Option<&'a [u8]> {
    let copy = room.get_mut(..header.len())?;
    copy.copy_from_slice(header);
    *copy.first_mut()? = bare.first;
    let number = bare.number.to_be_bytes();
    copy.get_mut(at..)?.copy_from_slice(number.get(4 - bare.number_len..)?);
    Some(copy)
}

/// Derives `out` from a secret (RFC 8446, 7.1), without context.
fn expand(secret: &Secret, prefix: &str, label: &str, out: &mut [u8]) {
    let len = (out.len() as u16).to_be_bytes();
    let label_len = [(prefix.len() + label.len()) as u8];
    let info: [&[u8]; 5] = [&len, &label_len, prefix.as_bytes(), label.as_bytes(), &[0]];
    // It fails for lengths of several kilobytes only.
    if secret.as_bytes().len() == SHA384_LEN {
        _ = Hkdf::<Sha384>::from_prk(secret.as_bytes()).map(|secret| secret.expand_multi_info(&info, out));
    } else {
        _ = Hkdf::<Sha256>::from_prk(secret.as_bytes()).map(|secret| secret.expand_multi_info(&info, out));
    }
}

/// Bytes of a secret of cipher suites with SHA-384.
const SHA384_LEN: usize = 48;

/// The secret after `secret` (RFC 9001, 6.1).
pub(super) fn updated(version: Version, secret: &Secret) -> Secret {
    let mut room = [0; SHA384_LEN];
    let Some(out) = room.get_mut(..secret.as_bytes().len()) else { return *secret };
    expand(secret, version.label(), "ku", out);
    Secret::of(out).unwrap_or(*secret)
}

impl Keys {
    /// The keys of Initial packets of the client, which is side 0, or of the server, made from the connection identifier
    /// that the client chose for the server (RFC 9001, 5.2).
    pub(super) fn initial(version: Version, dcid: &[u8], side: usize) -> Self {
        let (secret, _) = Hkdf::<Sha256>::extract(Some(version.salt()), dcid);
        let mut of_side = [0; 32];
        let secret = Secret::of(&secret).unwrap_or_default();
        expand(&secret, "tls13 ", if side == 0 { "client in" } else { "server in" }, &mut of_side);
        Self::from_secret(version, &Secret::of(&of_side).unwrap_or_default(), suites::AES_128_GCM)
    }
    /// The keys that a secret makes for a cipher suite (RFC 9001, 5.1).
    pub(super) fn from_secret(version: Version, secret: &Secret, suite: u16) -> Self {
        let (mut key, mut header, mut iv) = ([0; 32], [0; 32], [0; 12]);
        expand(secret, version.label(), "iv", &mut iv);
        if suite == suites::AES_128_GCM {
            let (mut key, mut header) = ([0; 16], [0; 16]);
            expand(secret, version.label(), "key", &mut key);
            expand(secret, version.label(), "hp", &mut header);
            let header = HeaderKey::Aes128(Box::new(Aes128::new(&header.into())));
            return Self { header, payload: PayloadKey::Aes128(Box::new(Aes128Gcm::new(&key.into()))), iv };
        }
        expand(secret, version.label(), "key", &mut key);
        expand(secret, version.label(), "hp", &mut header);
        if suite == suites::CHACHA20_POLY1305 {
            let payload = PayloadKey::ChaCha20(Box::new(ChaCha20Poly1305::new(&key.into())));
            return Self { header: HeaderKey::ChaCha20(header), payload, iv };
        }
        let header = HeaderKey::Aes256(Box::new(Aes256::new(&header.into())));
        Self { header, payload: PayloadKey::Aes256(Box::new(Aes256Gcm::new(&key.into()))), iv }
    }
    /// The keys after a key update, which leaves that of the headers as it is (RFC 9001, 6.1).
    pub(super) fn next(&self, version: Version, secret: &Secret, suite: u16) -> Self {
        Self { header: self.header.clone(), ..Self::from_secret(version, secret, suite) }
    }
    /// What hides the first byte and the packet number, made from a sample of the ciphertext (RFC 9001, 5.4).
    fn mask(&self, sample: [u8; SAMPLE_LEN]) -> [u8; 5] {
        let mut block = sample.into();
        match &self.header {
            HeaderKey::Aes128(key) => key.encrypt_block(&mut block),
            HeaderKey::Aes256(key) => key.encrypt_block(&mut block),
            HeaderKey::ChaCha20(key) => {
                let [a, b, c, d, nonce @ ..] = sample;
                let mut mask = [0; 5];
                let mut stream = ChaCha20::new(key.into(), (&nonce).into());
                if stream.try_seek(u64::from(u32::from_le_bytes([a, b, c, d])) * 64).is_ok() {
                    stream.apply_keystream(&mut mask);
                }
                return mask;
            }
        }
        let [a, b, c, d, e, ..]: [u8; SAMPLE_LEN] = block.into();
        [a, b, c, d, e]
    }
    /// Takes the protection off the header of a packet whose packet number stands at `at`. None where the packet is too
    /// short for that.
    pub(super) fn bare(&self, packet: &[u8], at: usize) -> Option<Bare> {
        let sample: [u8; SAMPLE_LEN] = *packet.get(at + 4..)?.first_chunk()?;
        let [of_first, of_number @ ..] = self.mask(sample);
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
        let nonce = Nonce::from(nonce);
        let outcome = match &self.payload {
            PayloadKey::Aes128(key) => key.decrypt_inout_detached(&nonce, header, text.into(), &tag),
            PayloadKey::Aes256(key) => key.decrypt_inout_detached(&nonce, header, text.into(), &tag),
            PayloadKey::ChaCha20(key) => key.decrypt_inout_detached(&nonce, header, text.into(), &tag),
        };
        let opened = outcome.is_ok();
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
