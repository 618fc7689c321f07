//! Secrets that a capture brings along (a Decryption Secrets Block of pcapng), in the format of `SSLKEYLOGFILE`
//! (draft-ietf-tls-keylogfile): lines of a label, a client's random value, and a secret.

use std::collections::HashMap;

/// Secrets kept at most: a long capture of a busy browser has some thousands.
const MOST_SECRETS: usize = 1 << 16;

/// Bytes of a Client Hello's random value.
pub const RANDOM_LEN: usize = 32;

/// Bytes of the longest secret: a hash of SHA-384, and TLS 1.2's master secret.
const MOST_LEN: usize = 48;

/// Which of a session's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// What a client sends at once, resuming a session (TLS 1.3).
    ClientEarly,
    /// The client's part of the handshake.
    ClientHandshake,
    /// The server's part of the handshake.
    ServerHandshake,
    /// What the client sends then, under its first keys.
    ClientTraffic,
    /// What the server sends then, under its first keys.
    ServerTraffic,
}

impl Label {
    fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"CLIENT_EARLY_TRAFFIC_SECRET" | b"QUIC_CLIENT_EARLY_TRAFFIC_SECRET" => Self::ClientEarly,
            b"CLIENT_HANDSHAKE_TRAFFIC_SECRET" | b"QUIC_CLIENT_HANDSHAKE_TRAFFIC_SECRET" => Self::ClientHandshake,
            b"SERVER_HANDSHAKE_TRAFFIC_SECRET" | b"QUIC_SERVER_HANDSHAKE_TRAFFIC_SECRET" => Self::ServerHandshake,
            b"CLIENT_TRAFFIC_SECRET_0" | b"QUIC_CLIENT_TRAFFIC_SECRET_0" => Self::ClientTraffic,
            b"SERVER_TRAFFIC_SECRET_0" | b"QUIC_SERVER_TRAFFIC_SECRET_0" => Self::ServerTraffic,
            _ => return None,
        })
    }
}

/// A secret of some length.
#[derive(Clone, Copy, Debug)]
pub struct Secret {
    bytes: [u8; MOST_LEN],
    len: usize,
}

impl Default for Secret {
    fn default() -> Self {
        Self { bytes: [0; MOST_LEN], len: 0 }
    }
}

impl Secret {
    /// The secret of these bytes; none if they are too many.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self { len: bytes.len(), ..Self::default() };
        secret.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(secret)
    }
    fn of_hex(text: &[u8]) -> Option<Self> {
        let mut secret = Self { len: text.len() / 2, ..Self::default() };
        read_hex(text, secret.bytes.get_mut(..text.len() / 2)?)?;
        Some(secret)
    }
    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Reads as many bytes as `out` has room for.
fn read_hex(text: &[u8], out: &mut [u8]) -> Option<()> {
    if text.len() != out.len() * 2 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, _) = text.as_chunks::<2>();
    for (&[high, low], place) in pairs.iter().zip(out) {
        *place = digit(high)? << 4 | digit(low)?;
    }
    Some(())
}

/// All secrets known so far.
#[derive(Debug, Default)]
pub struct KeyLog(HashMap<(Label, [u8; RANDOM_LEN]), Secret>);

impl KeyLog {
    /// Takes in a Decryption Secrets Block: type and length of the secrets, then the secrets themselves.
    pub fn learn_block(&mut self, block: &[u8], big_endian: bool) {
        const TLS_KEY_LOG: u32 = 0x544c_534b;
        let number = |at: usize| {
            let bytes = *block.get(at..)?.first_chunk::<4>()?;
            Some(if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
        };
        let (Some(TLS_KEY_LOG), Some(len)) = (number(8), number(12)) else { return };
        self.learn(block.get(16..).and_then(|text| text.get(..len as usize)).unwrap_or_default());
    }
    fn learn(&mut self, text: &[u8]) {
        for line in text.split(|&byte| byte == b'\n') {
            _ = self.learn_line(line.trim_ascii_end());
        }
    }
    fn learn_line(&mut self, line: &[u8]) -> Option<()> {
        let mut words = line.split(|&byte| byte == b' ');
        let label = Label::of(words.next()?)?;
        let mut random = [0; RANDOM_LEN];
        read_hex(words.next()?, &mut random)?;
        // Whatever follows the digits does not matter.
        let secret = words.next()?;
        let digits = secret.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let secret = Secret::of_hex(secret.get(..digits)?)?;
        if self.0.len() < MOST_SECRETS {
            self.0.insert((label, random), secret);
        }
        Some(())
    }
    /// A secret of the session that began with this random value of its client.
    pub fn find(&self, label: Label, random: &[u8; RANDOM_LEN]) -> Option<Secret> {
        self.0.get(&(label, *random)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyLog, Label};

    #[test]
    fn lines_that_are_none_are_passed_over() {
        let mut log = KeyLog::default();
        let random = "ab".repeat(32);
        let text = format!("# a comment\nCLIENT_TRAFFIC_SECRET_0 {random} 0102\\\r\nCLIENT_TRAFFIC_SECRET_0 12 34\n");
        log.learn(text.as_bytes());
        assert_eq!(log.find(Label::ClientTraffic, &[0xab; 32]).unwrap().as_bytes(), [1, 2]);
        assert!(log.find(Label::ServerTraffic, &[0xab; 32]).is_none());
    }
}
