//! IEEE 802.1X, EAP over LANs, with the key frames of 802.1X-2001 and of IEEE 802.11 (section 12.7.2).

use super::eap::Eap;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("eapol", "802.1X Authentication", Kind::Protocol);

fields! {
    VERSION = "eapol.version", "Version", U8 names(VERSIONS);
    TYPE = "eapol.type", "Type", U8 names(TYPES);
    LEN = "eapol.len", "Length", U16;
    DESCRIPTOR = "eapol.keydes.type", "Key Descriptor Type", U8 names(DESCRIPTORS);
    BODY = "eapol.keydes.body", "Key Descriptor Body", Bytes;
    KEY_LEN = "eapol.keydes.key_len", "Key Length", U16;
    REPLAY = "eapol.keydes.replay_counter", "Replay Counter", U64;
    IV = "eapol.keydes.key_iv", "Key IV", Bytes;
    INDEX = "eapol.keydes.key_index", "Key Index", U8 hex;
    INDEX_TYPE = "eapol.keydes.key_index.type", "Type", Bool mask(0x80) flag("Unicast", "Broadcast");
    INDEX_NUMBER = "eapol.keydes.key_index.number", "Number", U8 mask(0x7f);
    SIGNATURE = "eapol.keydes.key_signature", "Key Signature", Bytes;
    KEY = "eapol.keydes.key", "Key", Bytes;
    MESSAGE = "wlan_rsna_eapol.keydes.msgnr", "Message number", U8;
    INFORMATION = "wlan_rsna_eapol.keydes.key_info", "Key Information", U16 hex;
    INFO_VERSION = "wlan_rsna_eapol.keydes.key_info.keydes_version", "Key Descriptor Version", U16 mask(0x0007) names(KEY_VERSIONS);
    INFO_TYPE = "wlan_rsna_eapol.keydes.key_info.key_type", "Key Type", Bool bits(16) mask(0x0008) flag("Pairwise Key", "Group Key");
    INFO_INDEX = "wlan_rsna_eapol.keydes.key_info.key_index", "Key Index", U16 mask(0x0030);
    INFO_INSTALL = "wlan_rsna_eapol.keydes.key_info.install", "Install", Bool bits(16) mask(0x0040) set;
    INFO_ACK = "wlan_rsna_eapol.keydes.key_info.key_ack", "Key ACK", Bool bits(16) mask(0x0080) set;
    INFO_MIC = "wlan_rsna_eapol.keydes.key_info.key_mic", "Key MIC", Bool bits(16) mask(0x0100) set;
    INFO_SECURE = "wlan_rsna_eapol.keydes.key_info.secure", "Secure", Bool bits(16) mask(0x0200) set;
    INFO_ERROR = "wlan_rsna_eapol.keydes.key_info.error", "Error", Bool bits(16) mask(0x0400) set;
    INFO_REQUEST = "wlan_rsna_eapol.keydes.key_info.request", "Request", Bool bits(16) mask(0x0800) set;
    INFO_ENCRYPTED = "wlan_rsna_eapol.keydes.key_info.encrypted_key_data", "Encrypted Key Data", Bool bits(16) mask(0x1000) set;
    INFO_SMK = "wlan_rsna_eapol.keydes.key_info.smk_message", "SMK Message", Bool bits(16) mask(0x2000) set;
    NONCE = "wlan_rsna_eapol.keydes.nonce", "WPA Key Nonce", Bytes;
    RSC = "wlan_rsna_eapol.keydes.rsc", "WPA Key RSC", Bytes;
    ID = "wlan_rsna_eapol.keydes.id", "WPA Key ID", Bytes;
    MIC = "wlan_rsna_eapol.keydes.mic", "WPA Key MIC", Bytes;
    DATA_LEN = "wlan_rsna_eapol.keydes.data_len", "WPA Key Data Length", U16;
    DATA = "wlan_rsna_eapol.keydes.data", "WPA Key Data", Bytes;
}

names! {
    VERSIONS { 1 = "802.1X-2001", 2 = "802.1X-2004", 3 = "802.1X-2010" }
    TYPES {
        0 = "EAP Packet",
        1 = "Start",
        2 = "Logoff",
        3 = "Key",
        4 = "Encapsulated ASF Alert",
        5 = "MKA",
        6 = "Announcement (Generic)",
        7 = "Announcement (Specific)",
        8 = "Announcement Request",
    }
    DESCRIPTORS { 1 = "RC4 Descriptor", 2 = "EAPOL RSN Key", 254 = "EAPOL WPA Key" }
    KEY_VERSIONS {
        1 = "RC4 Cipher, HMAC-MD5 MIC",
        2 = "AES Cipher, HMAC-SHA1 MIC",
        3 = "AES Cipher, AES-128-CMAC MIC",
    }
}

const EAP_PACKET: u8 = 0;
const KEY_FRAME: u8 = 3;
const MKA: u8 = 5;

const RC4: u8 = 1;
const RSN: u8 = 2;
const WPA: u8 = 254;

/// EAP over LANs.
pub struct Eapol;

impl Protocol for Eapol {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "EAPOL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x888e), Key::Ether(0x88c7), Key::Snap(0x00_1958, 3)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("EAPOL");
        c.claim();
        c.u8(&VERSION)?;
        let kind = c.u8(&TYPE)?;
        if kind != EAP_PACKET && kind != MKA {
            match name_of(TYPES, kind.into()) {
                Some(name) => c.claim().str(name),
                None => c.claim().str("Unknown Type (0x").hex_upper(kind, 2).byte(b')'),
            };
        }
        let len = c.u16(&LEN)?;
        c.trim(len.into());
        c.layer_ends();
        match kind {
            EAP_PACKET => c.call::<Eap>().map(|_taken| ()),
            KEY_FRAME => key(c),
            _ => {
                c.data();
                Ok(())
            }
        }
    }
}

fn key<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    match c.u8(&DESCRIPTOR)? {
        RC4 => rc4(c),
        RSN | WPA => rsn(c),
        _ => c.bytes(&BODY, c.remaining()).map(|_| ()),
    }
}

/// The key frame of 802.1X-2001 (section 7.6).
fn rc4<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = usize::from(c.u16(&KEY_LEN)?);
    c.u64(&REPLAY)?;
    c.bytes(&IV, 16)?;
    let index = c.u8(&INDEX)?;
    c.below(|c| {
        c.bits::<1>(&INDEX_TYPE, index.into());
        c.bits::<1>(&INDEX_NUMBER, index.into());
    });
    c.bytes(&SIGNATURE, 16)?;
    // Without a key, the receiver is to derive it.
    if len > 0 && c.reported() > 0 {
        c.bytes(&KEY, len)?;
    }
    Ok(())
}

/// What the flags of a key frame say.
mod flag {
    pub(super) const PAIRWISE: u16 = 0x0008;
    pub(super) const ACK: u16 = 0x0080;
    pub(super) const MIC: u16 = 0x0100;
    pub(super) const REQUEST: u16 = 0x0800;
}

/// Bytes behind the information that come before the integrity code.
const BEFORE_MIC: usize = 2 + 8 + 32 + 16 + 8 + 8;
/// Lengths of the integrity code: which it is, the authentication suite decides, which the frame does not tell.
const MIC_LENS: [usize; 3] = [16, 24, 32];

/// The length of the integrity code with which the key data's length fits the frame, else the usual one.
fn mic_len<S: Sink>(c: &Cursor<'_, S>) -> usize {
    let fits = |&len: &usize| {
        let at = 2 + BEFORE_MIC + len;
        c.peek_u16(at).is_some_and(|data| at + 2 + usize::from(data) == c.reported())
    };
    MIC_LENS.into_iter().find(fits).unwrap_or(16)
}

/// The key frame of the four-way and group key handshakes.
fn rsn<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let information = c.peek_u16(0).ok_or_else(|| c.short(2))?;
    let mic_len = mic_len(c);
    let data_len = c.peek_u16(2 + BEFORE_MIC + mic_len).unwrap_or_default();
    let message = message(information, data_len > 0);
    if let Some((number, _)) = message {
        c.generated(&MESSAGE, number.into());
    }
    information_flags(c)?;
    c.u16(&KEY_LEN)?;
    c.u64(&REPLAY)?;
    c.bytes(&NONCE, 32)?;
    c.bytes(&IV, 16)?;
    c.bytes(&RSC, 8)?;
    c.bytes(&ID, 8)?;
    c.bytes(&MIC, mic_len)?;
    let len = usize::from(c.u16(&DATA_LEN)?);
    c.info().str(match message {
        Some((_, words)) => words,
        None => " (Request)",
    });
    if len > 0 {
        c.bytes(&DATA, len)?;
    }
    Ok(())
}

/// Which message of a handshake a frame is, and the words for it; `None` for a request of the supplicant.
fn message(information: u16, data: bool) -> Option<(u8, &'static str)> {
    let has = |flag| information & flag != 0;
    Some(match (has(flag::PAIRWISE), has(flag::ACK)) {
        _ if has(flag::REQUEST) => return None,
        (true, true) if has(flag::MIC) => (3, " (Message 3 of 4)"),
        (true, true) => (1, " (Message 1 of 4)"),
        (true, false) if data => (2, " (Message 2 of 4)"),
        (true, false) => (4, " (Message 4 of 4)"),
        (false, true) => (1, " (Group Message 1 of 2)"),
        (false, false) => (2, " (Group Message 2 of 2)"),
    })
}

fn information_flags<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = c.be::<2>(&INFORMATION)?;
    c.below(|c| {
        let parts = [
            &INFO_VERSION,
            &INFO_TYPE,
            &INFO_INDEX,
            &INFO_INSTALL,
            &INFO_ACK,
            &INFO_MIC,
            &INFO_SECURE,
            &INFO_ERROR,
            &INFO_REQUEST,
            &INFO_ENCRYPTED,
            &INFO_SMK,
        ];
        parts.into_iter().for_each(|field| _ = c.bits::<2>(field, flags));
    });
    Ok(())
}
