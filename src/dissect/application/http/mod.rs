//! HTTP/1.0 and 1.1 (RFC 9112): requests and responses, one after the other over a stream.

mod body;
mod coding;
pub(in crate::dissect::application) mod entity;
mod head;
mod kinds;
mod media;
mod names;
mod ssdp;
mod tree;

use body::Framing;
pub use coding::Decoder;
pub(in crate::dissect) use entity::{Media, TextLines};
use head::{Head, Start};
pub(in crate::dissect) use kinds::{Form, Gif, Jpeg, Png, Xml};
pub(crate) use media::foreign;
pub(crate) use names::STATUSES;
pub use ssdp::Ssdp;

use crate::conversation::Transport;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::registry::{Entry, Registry};
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::fields;

static LAYER: Field = Field::new("http", "Hypertext Transfer Protocol", Kind::Protocol);

fields! {
    FILE_DATA = "http.file_data", "File Data", Str ascii custom(write_length);
    CHUNKED = "", "HTTP chunked response", None;
    CHUNK = "", "Data chunk", None;
    LAST_CHUNK = "", "End of chunked encoding", None;
    CHUNK_END = "", "\\r\\n", None;
    CHUNK_SIZE = "http.chunk_size", "Chunk size", U32 unit(" octets", " octets");
    CHUNK_DATA = "http.chunk_data", "Chunk data", Bytes;
    CHUNK_BOUNDARY = "http.chunk_boundary", "Chunk boundary", Bytes;
    TRAILER = "http.chunked_trailer_part", "trailer-part", Str;
    ENCODED = "", "Content-encoded entity body", None;
}

/// HTTP/1.0 and 1.1.
pub struct Http;

/// What is remembered of a conversation in which HTTP is spoken.
#[derive(Default)]
pub(super) struct Session {
    /// A message has been seen: nobody else is asked about what follows.
    spoken: bool,
    /// A request has been seen: what is no message continues one.
    asked: bool,
    /// The last request was a HEAD: its response has no body.
    head: bool,
    /// The last request was a CONNECT, to this port.
    connect: Option<u16>,
    /// The tunnel that CONNECT asked for is open, to this port.
    tunnel: Option<u16>,
    /// The server agreed to speak another protocol.
    upgraded: Option<Entered>,
    /// Which requests have been answered, for the detail.
    exchanges: tree::Exchanges,
    /// Where in the chunks of an unfinished body to go on: the body's first bytes need no second look.
    chunks: Option<body::Progress>,
}

/// A protocol that took the conversation over.
struct Entered(&'static Entry);

impl Protocol for Http {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "HTTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[names::FIELDS];
    const EXPERTS: &'static [&'static Field] = names::EXPERTS;
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[
        Key::Tcp(80),
        Key::Tcp(631),
        Key::Tcp(1900),
        Key::Tcp(2710),
        Key::Tcp(2869),
        Key::Tcp(3128),
        Key::Tcp(3132),
        Key::Tcp(3689),
        Key::Tcp(5985),
        Key::Tcp(8080),
        Key::Tcp(8088),
        Key::Tcp(11371),
        Key::Sctp(80),
        Key::TcpContent,
    ];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if let Some(inner) = other_protocol(c) {
            return inner;
        }
        // As in tshark, nobody else is asked about what stands on HTTP's own ports.
        if !by_port(c) && !known(c, |s| s.spoken) {
            if !head::recognises(c.rest()) {
                return Err(Stop::NotMine);
            }
            session(c, |s| s.spoken = true);
            c.worker.state.bind(Registry::named(LAYER.key));
        }
        if S::DETAIL && on_encrypted_port(c) {
            c.expert(&names::UNENCRYPTED);
        }
        while c.reported() > 0 {
            message(c, Http::NAME)?;
            if other_protocol_agreed(c) {
                return Ok(());
            }
            if c.reported() > 0 {
                c.need(1)?;
            }
        }
        Ok(())
    }
}

/// Asks or changes what is remembered of the conversation.
fn session<S: Sink, T: Default>(c: &mut Cursor<'_, S>, body: impl FnOnce(&mut Session) -> T) -> T {
    c.worker.state.slots().map(|slots| body(slots.entry::<Session>())).unwrap_or_default()
}

/// Asks what is remembered of the conversation, if anything is: where no HTTP is spoken, nothing is kept.
fn known<S: Sink, T: Default>(c: &mut Cursor<'_, S>, body: impl FnOnce(&Session) -> T) -> T {
    c.worker.state.slots().and_then(|slots| slots.get()).map(body).unwrap_or_default()
}

/// Whether one of the conversation's ports is HTTP's own.
fn by_port<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.worker.state.current.is_some_and(|current| {
        let own = |port| c.worker.registry.find(Key::Tcp(port)).is_some_and(|entry| entry.name == Http::NAME);
        own(current.src_port) || own(current.dst_port)
    })
}

/// Whether one of the conversation's ports is the one of HTTP over TLS.
fn on_encrypted_port<S: Sink>(c: &Cursor<'_, S>) -> bool {
    const HTTPS: u16 = 443;
    c.worker.state.current.is_some_and(|current| {
        current.transport == Transport::Tcp && [current.src_port, current.dst_port].contains(&HTTPS)
    })
}

/// Whether a tunnel was opened or another protocol agreed upon with the message just dissected.
fn other_protocol_agreed<S: Sink>(c: &mut Cursor<'_, S>) -> bool {
    known(c, |s| s.tunnel.is_some() || s.upgraded.is_some())
}

/// Hands the bytes to the protocol that took the conversation over, if one did.
fn other_protocol<S: Sink>(c: &mut Cursor<'_, S>) -> Option<Result<(), Stop>> {
    let (tunnel, upgraded) = known(c, |s| (s.tunnel, s.upgraded.as_ref().map(|entered| entered.0)));
    if let Some(entry) = upgraded {
        return Some(c.enter(entry).map(|_taken| ()));
    }
    let port = tunnel?;
    if !c.row().claimed() {
        c.protocol("HTTP");
    }
    let taken = match c.worker.registry.find(Key::Tcp(port)).filter(|entry| entry.layer.key != LAYER.key) {
        Some(entry) => c.enter(entry),
        None => Ok(false),
    };
    Some(taken.and_then(|taken| if taken { Ok(()) } else { Err(Stop::NotMine) }))
}

/// One request or response of protocol `name`, or what stands in its place.
fn message<S: Sink>(c: &mut Cursor<'_, S>, name: &'static str) -> Result<(), Stop> {
    let from = c.pos();
    let text = from + head::empty_line(c.rest(), c.reported());
    let Some(&first) = c.whole().get(text) else { return Err(c.short(c.reported())) };
    // What begins a line is printable: for anything else no line's end is looked for.
    if !(0x20..0x7f).contains(&first) {
        continuation(c, name);
        return Ok(());
    }
    let Some(line) = head::first_line(c.rest()) else { return unended(c, name, text) };
    let start = Start::parse(line.text);
    if matches!(start, Start::Neither) {
        if line.text.contains(&b':') && !known(c, |s| s.asked || s.spoken) {
            return fields_alone(c);
        }
        // It may be header fields.
        let here = c.remaining() == c.reported();
        let broken = here && known(c, |s| s.asked) && head::breaks_off(c.rest());
        let whole = c.need(c.reported().saturating_add(broken.into()));
        continuation(c, name);
        return whole;
    }
    c.protocol(name);
    if c.row().fresh() {
        c.claim();
    }
    c.info().text(line.text).byte(b' ');
    let mut cut = Ok(());
    let head = match Head::parse(c.rest()) {
        Some(head) => head,
        None if c.can_desegment() => return Err(c.more(from, Need::Segment)),
        None => {
            // The name of a field is looked for beyond the capture's end; its value is not.
            let fields = c.rest().get(line.len..).unwrap_or_default();
            if fields.last().is_none_or(|last| b"\r\n".contains(last)) || head::breaks_off(fields) {
                cut = c.need(c.reported());
            }
            Head::cut_short(c.rest())
        }
    };
    let framing = session(c, |s| Framing::of(&start, &head, s));
    let body = match body::measure(c, head.len, framing) {
        Ok(body) => body,
        Err(need) => {
            let telling = media::telling(&head).filter(|_| !c.worker.taps.wanted.any(Layers::HTTP_BODIES));
            let wanted = telling.map_or(usize::MAX, |len| head.len + len);
            return Err(c.more_in_short(from, need, wanted));
        }
    };
    note(c, &start, &head);
    tell(c, &head);
    if S::DETAIL {
        tree::record(c, &start, head.len)?;
    } else {
        c.skip(head.len)?;
    }
    media::dissect(c, &head, body, name)?;
    cut
}

/// A first line that begins at `text`, and whose end is not here.
fn unended<S: Sink>(c: &mut Cursor<'_, S>, name: &'static str, text: usize) -> Result<(), Stop> {
    if c.can_desegment() {
        return Err(c.more(text, Need::Segment));
    }
    let (whole, asks) = (c.need(c.reported()), head::begins_request(c.rest()));
    continuation(c, name);
    session(c, |s| s.asked |= asks);
    whole
}

/// Header fields that stand alone, where nobody has asked for anything yet: the row does not speak of them.
fn fields_alone<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let Some(line) = head::line(c.rest()) else { return Err(c.short(c.remaining() + 1)) };
        let last = line.text.is_empty();
        if !last && !line.text.contains(&b':') {
            break;
        }
        if S::DETAIL {
            tree::field(c, c.rest().get(..line.len).unwrap_or_default());
        }
        c.skip(line.len)?;
        if last {
            break;
        }
    }
    let (start, end) = (c.pos(), c.end());
    if start < end {
        c.put(&FILE_DATA, start, end, (end - start) as u64);
        c.below(Cursor::data);
    }
    c.seek(c.limit());
    Ok(())
}

/// Tells statistics of the head, and of the name that the client asks for.
fn tell<S: Sink>(c: &mut Cursor<'_, S>, head: &Head<'_>) {
    if let Some(host) = head.host {
        c.tell(Layers::NAMES, host);
    }
    c.tell(Layers::HTTP_HEADS, c.rest().get(..head.len).unwrap_or_default());
}

/// Bytes that are no message: the rest of the window. Where nobody has asked for anything yet, nothing is said of them.
fn continuation<S: Sink>(c: &mut Cursor<'_, S>, name: &'static str) {
    if !known(c, |s| s.asked) {
        if !known(c, |s| s.spoken) {
            c.keep_silent();
        }
        c.seek(c.limit());
        return;
    }
    c.protocol(name);
    if c.row().fresh() {
        c.claim();
    }
    c.info().str("Continuation");
    let len = c.remaining();
    media::file_data(c, c.pos(), len);
    c.seek(c.limit());
}

/// Remembers what the message means for the next ones.
fn note<S: Sink>(c: &mut Cursor<'_, S>, start: &Start<'_>, head: &Head<'_>) {
    let websocket = head.upgrade.is_some_and(|name| name.eq_ignore_ascii_case(b"websocket"));
    let entry = if websocket { Registry::named("websocket") } else { None };
    session(c, |s| {
        s.spoken = true;
        s.asked |= matches!(start, Start::Request { .. });
        s.chunks = None;
        match start {
            Start::Request { method, uri } => {
                s.head = *method == b"HEAD";
                s.connect = if *method == b"CONNECT" { Some(head::port_of(uri).unwrap_or(443)) } else { None };
            }
            Start::Response { status } => {
                if (200..300).contains(status) {
                    s.tunnel = s.connect.take();
                }
                if *status == 101 {
                    s.upgraded = entry.map(Entered);
                }
            }
            Start::Neither => {}
        }
    });
}

/// Writes a length in bytes.
fn write_length(len: u64, line: &mut Line) {
    line.dec(len).str(if len == 1 { " byte" } else { " bytes" });
}
