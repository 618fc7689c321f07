//! QUIC versions, and what differs between them.

/// A QUIC version as it stands on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Version(pub(super) u32);

/// What a long header's packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PacketType {
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
}

impl PacketType {
    /// What the Info column says.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Initial => "Initial",
            Self::ZeroRtt => "0-RTT",
            Self::Handshake => "Handshake",
            Self::Retry => "Retry",
        }
    }
}

impl Version {
    /// QUIC version 2 (RFC 9369).
    pub(super) const V2: Self = Self(0x6b33_43cf);

    /// The number of the draft that the version is, or is like; version 1 is like the last one.
    fn draft(self) -> Option<u8> {
        match self.0 {
            0x0000_0001 => Some(34),
            0xff00_000b..=0xff00_00ff => Some(self.0 as u8),
            0xface_b001 => Some(22),
            0xface_b002 | 0xface_b00e => Some(27),
            0x5130_3530 | 0x5430_3530 | 0x5430_3531 => Some(27),
            _ if self == Self::V2 => Some(100),
            // Reserved to force a version negotiation (RFC 9000, 15).
            number if number & 0x0f0f_0f0f == 0x0a0a_0a0a => Some(29),
            _ => None,
        }
    }
    /// Whether packets of this version can be taken apart.
    pub(super) fn is_known(self) -> bool {
        self.draft().is_some()
    }
    /// Whether the version is one of Google's that has QUIC's headers around GQUIC's frames.
    pub(super) fn is_google(self) -> bool {
        matches!(self.0, 0x5130_3530 | 0x5430_3530 | 0x5430_3531)
    }
    /// Whether a version of Google's has TLS for its handshake, not one of its own.
    pub(super) fn speaks_tls(self) -> bool {
        self.0 != 0x5130_3530
    }
    /// The salt from which an Initial packet's keys are made (RFC 9001, 5.2, and each version's own).
    pub(super) fn salt(self) -> &'static [u8; 20] {
        match (self.0, self.draft()) {
            (0x5130_3530, _) => &SALT_Q050,
            (0x5430_3530, _) => &SALT_T050,
            (0x5430_3531, _) => &SALT_T051,
            (_, Some(..=22)) => &SALT_22,
            (_, Some(23..=28)) => &SALT_23,
            (_, Some(29..=32)) => &SALT_29,
            (_, Some(33..=34)) => &SALT_1,
            _ => &SALT_2,
        }
    }
    /// The words before the labels from which keys are made.
    pub(super) fn label(self) -> &'static str {
        if self == Self::V2 { "tls13 quicv2 " } else { "tls13 quic " }
    }
    /// What a long header's type bits mean.
    pub(super) fn packet_type(self, first: u8) -> PacketType {
        let types = [PacketType::Initial, PacketType::ZeroRtt, PacketType::Handshake, PacketType::Retry];
        let bits = usize::from(first >> 4 & 3);
        let at = if self == Self::V2 { (bits + 3) % 4 } else { bits };
        types.get(at).copied().unwrap_or(PacketType::Initial)
    }
}

const SALT_22: [u8; 20] = [
    0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64,
    0x4a,
];
const SALT_23: [u8; 20] = [
    0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5,
    0x02,
];
const SALT_29: [u8; 20] = [
    0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8,
    0x99,
];
const SALT_1: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f,
    0x0a,
];
const SALT_2: [u8; 20] = [
    0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e,
    0xd9,
];
const SALT_Q050: [u8; 20] = [
    0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b,
    0x45,
];
const SALT_T050: [u8; 20] = [
    0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83,
    0x10,
];
const SALT_T051: [u8; 20] = [
    0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03,
    0x3d,
];
