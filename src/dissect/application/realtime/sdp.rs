//! SDP (RFC 8866): what is to be sent where, and as what.

use super::media::{self, Encodings, Kind as Media, Setup};
use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("sdp", "Session Description Protocol", Kind::Protocol);

fields! {
    VERSION = "sdp.version", "Session Description Protocol Version (v)", Str;
    OWNER = "sdp.owner", "Owner/Creator, Session Id (o)", Str;
    NAME = "sdp.session_name", "Session Name (s)", Str;
    INFORMATION = "sdp.session_info", "Session Information (i)", Str;
    URI = "sdp.uri", "URI of Description (u)", Str;
    EMAIL = "sdp.email", "E-mail Address (e)", Str;
    PHONE = "sdp.phone", "Phone Number (p)", Str;
    CONNECTION = "sdp.connection_info", "Connection Information (c)", Str;
    NETWORK_TYPE = "sdp.connection_info.network_type", "Connection Network Type", Str;
    ADDRESS_TYPE = "sdp.connection_info.address_type", "Connection Address Type", Str;
    ADDRESS = "sdp.connection_info.address", "Connection Address", Str;
    BANDWIDTH = "sdp.bandwidth", "Bandwidth Information (b)", Str;
    TIME = "sdp.time", "Time Description, active time (t)", Str;
    REPEAT = "sdp.repeat_time", "Repeat Time (r)", Str;
    ZONES = "sdp.timezone", "Time Zone Adjustments (z)", Str;
    ENCRYPTION_KEY = "sdp.encryption_key", "Encryption Key (k)", Str;
    MEDIA = "sdp.media", "Media Description, name and address (m)", Str;
    MEDIA_TYPE = "sdp.media.media", "Media Type", Str;
    MEDIA_PORT = "sdp.media.port_string", "Media Port", Str;
    MEDIA_PROTOCOL = "sdp.media.proto", "Media Protocol", Str;
    MEDIA_FORMAT = "sdp.media.format", "Media Format", Str;
    MEDIA_TITLE = "sdp.media_title", "Media Title (i)", Str;
    SESSION_ATTRIBUTE = "sdp.session_attr", "Session Attribute (a)", Str;
    MEDIA_ATTRIBUTE = "sdp.media_attr", "Media Attribute (a)", Str;
    UNKNOWN = "sdp.unknown", "Unknown", Str;
}

/// Media of one description that are followed at most.
const MOST_MEDIA: usize = 16;

/// SDP.
pub struct Sdp;

/// One medium: where its packets are to go, and what they hold.
#[derive(Clone, Default)]
struct Medium {
    address: Option<Address>,
    port: u16,
    /// The port for RTCP, where it is not the next one.
    control: Option<u16>,
    /// Whether it is RTP, and whether that is encrypted.
    rtp: Option<bool>,
    encodings: Encodings,
}

impl Protocol for Sdp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Media("application/sdp")];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut session = None;
        let mut media: Vec<Medium> = Vec::new();
        while c.remaining() > 0 {
            let (line, len) = lines::first_or_all(c.rest());
            let start = c.pos();
            if let [kind, b'=', value @ ..] = line {
                record(c, *kind, start, line.len(), !media.is_empty());
                let room = media.len() < MOST_MEDIA;
                match (kind, media.last_mut()) {
                    (b'c', None) => session = address(value),
                    (b'c', Some(medium)) => medium.address = address(value),
                    (b'm', _) if room => media.push(medium(value)),
                    (b'a', Some(medium)) => attribute(medium, value),
                    _ => {}
                }
            }
            c.skip(len)?;
        }
        for medium in media {
            announce(c, &medium, session);
        }
        Ok(())
    }
}

/// Records one line, whose `len` bytes begin at `start`.
fn record<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, start: usize, len: usize, in_media: bool) {
    let field = match kind {
        b'v' => &VERSION,
        b'o' => &OWNER,
        b's' => &NAME,
        b'i' if in_media => &MEDIA_TITLE,
        b'i' => &INFORMATION,
        b'u' => &URI,
        b'e' => &EMAIL,
        b'p' => &PHONE,
        b'c' => &CONNECTION,
        b'b' => &BANDWIDTH,
        b't' => &TIME,
        b'r' => &REPEAT,
        b'z' => &ZONES,
        b'k' => &ENCRYPTION_KEY,
        b'm' => &MEDIA,
        b'a' if in_media => &MEDIA_ATTRIBUTE,
        b'a' => &SESSION_ATTRIBUTE,
        _ => &UNKNOWN,
    };
    c.put(field, start + 2, start + len, 0);
    match kind {
        b'c' => words(c, start + 2, start + len, &[&NETWORK_TYPE, &ADDRESS_TYPE, &ADDRESS]),
        b'm' => words(c, start + 2, start + len, &[&MEDIA_TYPE, &MEDIA_PORT, &MEDIA_PROTOCOL, &MEDIA_FORMAT]),
        _ => {}
    }
}

/// Records the words from `start` to `end` below the line, the last field for all that are left.
fn words<S: Sink>(c: &mut Cursor<'_, S>, start: usize, end: usize, fields: &[&'static Field]) {
    if !S::DETAIL {
        return;
    }
    let text = c.whole().get(start..end).unwrap_or_default();
    let mut at = start;
    for (i, word) in text.split(|&byte| byte == b' ').enumerate() {
        if let Some(field) = fields.get(i).or(fields.last()) {
            c.below(|c| c.put(field, at, at + word.len(), 0));
        }
        at += word.len() + 1;
    }
}

/// The address of a connection line: `IN IP4 192.0.2.1`.
fn address(value: &[u8]) -> Option<Address> {
    let mut words = value.split(|&byte| byte == b' ');
    let (net, kind) = (words.next()?, words.next()?);
    // Behind a slash stand a multicast address's time to live and the number of addresses.
    let text = str::from_utf8(words.next()?.split(|&byte| byte == b'/').next()?).ok()?;
    match (net, kind) {
        (b"IN", b"IP4") => text.parse().ok().map(|ip: std::net::Ipv4Addr| Address::Ipv4(ip.octets())),
        (b"IN", b"IP6") => text.parse().ok().map(|ip: std::net::Ipv6Addr| Address::Ipv6(ip.octets())),
        _ => None,
    }
}

/// A media line: `audio 49170 RTP/AVP 0 8`.
fn medium(value: &[u8]) -> Medium {
    let mut words = value.split(|&byte| byte == b' ').skip(1);
    let (port, protocol) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let port = port.split(|&byte| byte == b'/').next().unwrap_or_default();
    let port = str::from_utf8(port).ok().and_then(|port| port.parse().ok()).unwrap_or_default();
    let rtp = match protocol {
        b"RTP/AVP" | b"RTP/AVPF" => Some(false),
        b"RTP/SAVP" | b"RTP/SAVPF" | b"UDP/TLS/RTP/SAVP" | b"UDP/TLS/RTP/SAVPF" => Some(true),
        _ => None,
    };
    Medium { port, rtp, ..Medium::default() }
}

/// An attribute of a medium: what a payload type stands for, or where RTCP goes.
fn attribute(medium: &mut Medium, value: &[u8]) {
    if let Some(map) = value.strip_prefix(b"rtpmap:") {
        let mut words = map.trim_ascii_start().splitn(2, |&byte| byte == b' ');
        let kind = words.next().and_then(|kind| str::from_utf8(kind).ok()).and_then(|kind| kind.parse().ok());
        let name = words.next().and_then(|name| name.trim_ascii_start().split(|&byte| byte == b'/').next());
        if let (Some(kind), Some(name)) = (kind, name) {
            medium.encodings.add(kind, name);
        }
    } else if let Some(port) = value.strip_prefix(b"rtcp:") {
        let port = port.trim_ascii_start().split(|&byte| byte == b' ').next().unwrap_or_default();
        medium.control = str::from_utf8(port).ok().and_then(|port| port.parse().ok());
    }
}

/// Makes the medium's packets known.
fn announce<S: Sink>(c: &mut Cursor<'_, S>, medium: &Medium, session: Option<Address>) {
    let (Some(address), Some(secure)) = (medium.address.or(session), medium.rtp) else { return };
    if medium.port == 0 {
        return;
    }
    let setup =
        Setup { frame: c.worker.frame.number, method: "SDP", secure, peer: None, encodings: medium.encodings.clone() };
    let control = medium.control.unwrap_or(medium.port.wrapping_add(1));
    media::announce(c, (address, control), Media::Control, Setup { encodings: Encodings::default(), ..setup.clone() });
    media::announce(c, (address, medium.port), Media::Data, setup);
}
