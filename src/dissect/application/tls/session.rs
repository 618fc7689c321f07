//! What the two sides have agreed upon so far, as far as it can be seen from outside.

use crate::dissect::cursor::Cursor;
use crate::dissect::sink::Sink;

/// A protocol version as it stands on the wire; 0 where none is known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version(pub u16);

impl Version {
    /// SSL 2.0.
    pub const SSL2: Self = Self(0x0002);
    /// TLS 1.2.
    pub const TLS12: Self = Self(0x0303);
    /// TLS 1.3.
    pub const TLS13: Self = Self(0x0304);
    /// DTLS 1.2.
    pub const DTLS12: Self = Self(0xfefd);

    /// Whether a version is known.
    pub fn is_known(self) -> bool {
        self.0 != 0
    }
    /// Whether a version is known that speaks for every record after it. TLS 1.3 does not: its records pretend to be
    /// of other versions, and are looked at as warily as the first.
    pub fn is_settled(self) -> bool {
        self.is_known() && self != Self::TLS13
    }
    /// The version, or `other` where none is known.
    pub fn or(self, other: Self) -> Self {
        if self.is_known() { self } else { other }
    }
    /// The version that a Server Hello of TLS chooses, drafts counting as what they became; none where nobody knows
    /// it.
    pub fn chosen(number: u16) -> Self {
        match number {
            0x0300..=0x0304 => Self(number),
            0x7f01..=0x7fff | 0xfb17 | 0xfb1a => Self::TLS13,
            _ => Self(0),
        }
    }
    /// The same in DTLS.
    pub fn chosen_over_datagrams(number: u16) -> Self {
        match number {
            0xfefd | 0xfeff | 0x0100 => Self(number),
            _ => Self(0),
        }
    }
    /// What the Protocol column says.
    pub fn column(self) -> &'static str {
        match self.0 {
            0x0002 => "SSLv2",
            0x0300 => "SSLv3",
            0x0301 => "TLSv1",
            0x0302 => "TLSv1.1",
            0x0303 => "TLSv1.2",
            0x0304 => "TLSv1.3",
            _ => "SSL",
        }
    }
}

/// What was agreed upon: small, so that it is copied out, worked with, and put back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    /// The version.
    pub version: Version,
    /// The number of the TLS 1.3 draft, 0 for a finished version.
    pub draft: u8,
    /// The cipher suite, 0 where none is known.
    pub cipher: u16,
    /// The application protocol that the server chose by name, as it is shown.
    pub application: Option<&'static str>,
    /// For each direction, whether its sender has switched to encryption with a Change Cipher Spec.
    pub changed: [bool; 2],
    /// The direction of the server's hello.
    pub server: Option<usize>,
    /// The server has said that its part of the handshake is done: new keys are agreed upon.
    pub hello_done: bool,
}

/// A handshake message that goes on in later records.
#[derive(Debug, Default)]
pub struct Unfinished {
    /// Its bytes so far, as many as are kept.
    pub bytes: Vec<u8>,
    /// How many bytes of it have come.
    pub have: usize,
    /// The frames that they came in, and how many in each, for views that show every field.
    pub parts: Vec<(u64, usize)>,
}

/// What is remembered of a conversation.
#[derive(Debug, Default)]
pub struct Session {
    /// What was agreed upon.
    pub agreed: Agreed,
    /// The unfinished handshake message of each direction.
    pub unfinished: [Unfinished; 2],
}

/// What is known of the current conversation.
pub fn agreed<S: Sink>(c: &mut Cursor<'_, S>) -> Agreed {
    c.worker
        .state
        .slots()
        .and_then(|slots| slots.get::<Session>())
        .map_or_else(Agreed::default, |session| session.agreed)
}

/// What is remembered of the current conversation, begun if there is nothing yet.
pub fn session<'a, S: Sink>(c: &'a mut Cursor<'_, S>) -> Option<&'a mut Session> {
    Some(c.worker.state.slots()?.entry::<Session>())
}
