//! RTSP (RFC 2326), and the RTP and RTCP that it carries or sets up.

use super::media::{self, Encodings, Kind as Media, Setup};
use super::rtcp::Rtcp;
use super::rtp::Rtp;
use super::sdp::Sdp;
use crate::dissect::application::{http, lines};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("rtsp", "Real Time Streaming Protocol", Kind::Protocol);

fields! {
    REQUEST = "rtsp.request", "Request", Str;
    RESPONSE = "rtsp.response", "Response", Str;
    METHOD = "rtsp.method", "Method", Str;
    URL = "rtsp.url", "URL", Str;
    STATUS = "rtsp.status", "Status", U32;
    CONTENT_TYPE = "rtsp.content-type", "Content-type", Str;
    CONTENT_LENGTH = "rtsp.content-length", "Content-length", U32;
    TRANSPORT = "rtsp.transport", "Transport", Str;
    SESSION = "rtsp.session", "Session", Str;
    HEADER = "", "Header", None;
    MAGIC = "rtsp.magic", "Magic", U8 hex;
    CHANNEL = "rtsp.channel", "Channel", U8 hex;
    LENGTH = "rtsp.length", "Length", U16;
}

/// The methods of RFC 2326.
const METHODS: [&str; 11] = [
    "DESCRIBE",
    "ANNOUNCE",
    "GET_PARAMETER",
    "OPTIONS",
    "PAUSE",
    "PLAY",
    "RECORD",
    "REDIRECT",
    "SETUP",
    "SET_PARAMETER",
    "TEARDOWN",
];
/// What begins an interleaved packet.
const DOLLAR: u8 = b'$';
/// Bytes before an interleaved packet.
const INTERLEAVED_LEN: usize = 4;
/// Interleaved channels of a conversation at most.
const MOST_CHANNELS: usize = 256;

/// RTSP.
pub struct Rtsp;

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    /// What is carried in which channel.
    channels: Vec<(u8, Media)>,
}

impl Protocol for Rtsp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RTSP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(554), Key::Tcp(8554), Key::Tcp(7236)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut first = true;
        while c.remaining() > 0 {
            if !std::mem::replace(&mut first, false) {
                c.info().str(", ");
                c.row().fence();
            }
            if c.peek_u8(0) == Some(DOLLAR) { interleaved(c)? } else { message(c)? }
        }
        Ok(())
    }
}

/// A packet in a channel.
fn interleaved<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.await_header(INTERLEAVED_LEN)?;
    let channel = c.peek_u8(1).ok_or_else(|| c.short(2))?;
    let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(INTERLEAVED_LEN))?);
    c.await_bytes(len + INTERLEAVED_LEN)?;
    c.claim().str("Interleaved channel 0x").hex(channel, 2).str(", ").dec(len as u64).str(" bytes");
    c.read_all(&[(&MAGIC, 1), (&CHANNEL, 1), (&LENGTH, 2)])?;
    let session = c.worker.state.slots().and_then(|slots| slots.get::<Session>());
    let carried = session.and_then(|session| session.channels.iter().find(|(known, _)| *known == channel));
    let carried = carried.map(|(_, kind)| *kind);
    c.within(len, |c| {
        match carried {
            Some(Media::Data) => _ = c.call::<Rtp>()?,
            Some(Media::Control) => {
                // Its packets append to one another; the first takes the row.
                c.claim();
                c.call::<Rtcp>()?;
            }
            None => {}
        }
        c.skip(c.remaining())
    })
}

/// What the first line says.
enum Start<'p> {
    Request { method: &'p [u8], url: &'p [u8] },
    Reply { status: u64 },
}

fn start(line: &[u8]) -> Option<Start<'_>> {
    let mut words = line.split(|&byte| byte == b' ');
    let first = words.next()?;
    if first.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"RTSP/")) {
        let status = words.next().and_then(|code| str::from_utf8(code).ok()).and_then(|code| code.parse().ok());
        return Some(Start::Reply { status: status.unwrap_or_default() });
    }
    let known = METHODS.iter().any(|method| first.eq_ignore_ascii_case(method.as_bytes()));
    known.then(|| Start::Request { method: first, url: words.next().unwrap_or_default() })
}

/// The head of a message, as far as the rest depends on it.
#[derive(Default)]
struct Head<'p> {
    len: usize,
    content_length: usize,
    content_type: Option<&'p [u8]>,
    parameters: &'p [u8],
    transport: Option<&'p [u8]>,
}

impl<'p> Head<'p> {
    /// The head that `bytes` begin with: where the empty line is missing, what there is of it.
    fn parse(bytes: &'p [u8]) -> (Self, bool) {
        let mut head = Self::default();
        while let Some((line, len)) = bytes.get(head.len..).and_then(lines::first) {
            head.len += len;
            if line.is_empty() {
                return (head, true);
            }
            head.field(line);
        }
        head.len = bytes.len();
        (head, false)
    }
    fn field(&mut self, line: &'p [u8]) {
        let Some(colon) = memchr::memchr(b':', line) else { return };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"Content-Length") {
            self.content_length = number(value).map_or(0, |len| len as usize);
        } else if name.eq_ignore_ascii_case(b"Content-Type") {
            let end = memchr::memchr(b';', value).unwrap_or(value.len());
            let (kind, parameters) = value.split_at(end);
            (self.content_type, self.parameters) = (Some(kind.trim_ascii_end()), parameters);
        } else if name.eq_ignore_ascii_case(b"Transport") {
            self.transport = Some(value);
        }
    }
}

/// The decimal number that `digits` begin with.
fn number(digits: &[u8]) -> Option<u32> {
    let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    str::from_utf8(digits.get(..len)?).ok()?.parse().ok()
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (line, line_len) = lines::first_or_all(c.rest());
    let Some(start) = start(line) else {
        c.protocol("RTSP");
        c.info().str("Continuation");
        return c.skip(c.remaining());
    };
    let (head, whole) = Head::parse(c.rest());
    if !whole && c.can_desegment() {
        return Err(c.more(c.pos(), Need::Segment));
    }
    c.await_bytes(head.len.saturating_add(head.content_length))?;
    c.protocol("RTSP");
    let reply = matches!(start, Start::Reply { .. });
    c.info().str(if reply { "Reply: " } else { "" }).text(line);
    record(c, &start, line_len, head.len)?;
    if let (true, Some(transport)) = (reply, head.transport) {
        set_up(c, transport);
    }
    let len = head.content_length.min(c.remaining());
    if len == 0 { Ok(()) } else { c.within(len, |c| body(c, &head)) }
}

/// Records the head's lines, and passes over them.
fn record<S: Sink>(c: &mut Cursor<'_, S>, start: &Start<'_>, first: usize, len: usize) -> Result<(), Stop> {
    if !S::DETAIL {
        return c.skip(len);
    }
    let (from, end) = (c.pos(), c.pos() + len);
    c.put(if matches!(start, Start::Reply { .. }) { &RESPONSE } else { &REQUEST }, from, from + first, 0);
    c.below(|c| match start {
        Start::Request { method, url } => {
            c.put(&METHOD, from, from + method.len(), 0);
            c.put(&URL, from + method.len() + 1, from + method.len() + 1 + url.len(), 0);
        }
        Start::Reply { status } => c.put(&STATUS, from + 9, from + 12, *status),
    });
    c.skip(first)?;
    while c.pos() < end {
        let (line, len) = lines::first_or_all(c.rest());
        let is = |name: &str| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
        let (field, name) = match () {
            () if is("Transport:") => (&TRANSPORT, 10),
            () if is("Session:") => (&SESSION, 8),
            () if is("Content-Type:") => (&CONTENT_TYPE, 13),
            () if is("Content-Length:") => (&CONTENT_LENGTH, 15),
            () => (&HEADER, 0),
        };
        let value = line.get(name..).unwrap_or_default().trim_ascii_start();
        let at = c.pos() + line.len() - value.len();
        c.put(field, at, at + value.len(), number(value).unwrap_or_default().into());
        let text = c.rest().get(..len).unwrap_or_default();
        if name == 0 {
            c.label(|l| _ = l.text(text));
        }
        c.skip(len)?;
    }
    Ok(())
}

/// A pair of numbers, the second one's being optional: `7000-7001`.
fn pair(value: &[u8]) -> Option<(u16, Option<u16>)> {
    let mut numbers = value.splitn(2, |&byte| byte == b'-');
    let mut next = || numbers.next().and_then(number).and_then(|number| u16::try_from(number).ok());
    next().map(|first| (first, next()))
}

/// What a reply's Transport field agrees upon.
fn set_up<S: Sink>(c: &mut Cursor<'_, S>, transport: &[u8]) {
    let parameters = || transport.split(|&byte| byte == b';').map(<[u8]>::trim_ascii);
    let find = |name: &str| parameters().find_map(|one| one.strip_prefix(name.as_bytes()));
    let kind = parameters().next().unwrap_or_default();
    if let Some((data, control)) = find("interleaved=").and_then(pair) {
        let Some(slots) = c.worker.state.slots() else { return };
        let channels = &mut slots.entry::<Session>().channels;
        for (channel, kind) in [(Some(data), Media::Data), (control, Media::Control)] {
            let Some(channel) = channel.and_then(|channel| u8::try_from(channel).ok()) else { continue };
            channels.retain(|(known, _)| *known != channel);
            if channels.len() < MOST_CHANNELS {
                channels.push((channel, kind));
            }
        }
        return;
    }
    let rtp = [b"RTP/AVP".as_slice(), b"RTP/AVP/UDP"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    let (Some(client), Some(server), true) =
        (find("client_port=").and_then(pair), find("server_port=").and_then(pair), rtp)
    else {
        return;
    };
    let (src, dst) = (c.row().src, c.row().dst);
    let frame = c.worker.frame.number;
    let setup =
        |peer| Setup { frame, method: "RTSP", secure: false, peer: Some(peer), encodings: Encodings::default() };
    media::announce(c, (dst, client.0), Media::Data, setup((src, server.0)));
    if let (Some(client), Some(server)) = (client.1, server.1) {
        media::announce(c, (dst, client), Media::Control, setup((src, server)));
    }
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, head: &Head<'_>) -> Result<(), Stop> {
    let Some(kind) = head.content_type else { return c.skip(c.remaining()) };
    if kind.eq_ignore_ascii_case(b"application/sdp") {
        c.row().protocol_append("/SDP");
        return c.below(Cursor::call::<Sdp>).map(|_| ());
    }
    http::foreign(c, Some(kind), head.parameters, "RTSP");
    c.skip(c.remaining())
}
