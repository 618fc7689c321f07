//! SIP (RFC 3261): requests and responses, over UDP and TCP.

mod head;
mod names;

use head::{Contacts, Head, Start};

use super::sdp::Sdp;
use crate::dissect::application::http;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;

static LAYER: Field = Field::new("sip", "Session Initiation Protocol", Kind::Protocol);

const PORT: u16 = 5060;

/// SIP.
pub struct Sip;

impl Protocol for Sip {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SIP";
    const FIELDS: &'static [&'static Field] = names::FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT), Key::UdpContent, Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        head::begins_message(c.rest())
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() {
            return stream(c);
        }
        if !head::begins_message(c.rest()) {
            return Err(Stop::NotMine);
        }
        c.protocol("SIP");
        if memchr::memchr(b'\n', c.rest()).is_none() {
            c.need(c.reported())?;
        }
        c.claim();
        // What follows the message in its datagram is left alone.
        message(c, Framing::Datagram)
    }
}

/// What a message's end is told by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Datagram,
    Stream,
}

/// Dissects messages one after the other over a stream.
fn stream<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mut first = true;
    while c.remaining() > 0 {
        if !c.peek_u8(0).is_some_and(|byte| (0x20..0x7f).contains(&byte)) {
            return if first { Err(Stop::NotMine) } else { Ok(()) };
        }
        let whole = head::len(c.rest());
        let Some(len) = whole.filter(|_| head::begins_message(c.rest())) else {
            if whole.is_none() && c.can_desegment() {
                return Err(c.more(c.pos(), Need::Segment));
            }
            if !head::begins_message(c.rest()) {
                c.protocol("SIP");
                begin(c, first).str("Continuation");
                return c.skip(c.remaining());
            }
            c.protocol("SIP");
            begin(c, first);
            return message(c, Framing::Stream);
        };
        let body = Head::parse(c.rest()).content_length;
        c.await_bytes(body.map_or(0, |body| len.saturating_add(body)))?;
        c.protocol("SIP");
        begin(c, first);
        message(c, Framing::Stream)?;
        first = false;
    }
    Ok(())
}

/// The Info text: anew for the first message, to be continued for others.
fn begin<'c, S: Sink>(c: &'c mut Cursor<'_, S>, first: bool) -> &'c mut Line {
    if first { c.claim() } else { c.info() }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, framing: Framing) -> Result<(), Stop> {
    let bytes = c.rest();
    let Some(start) = Start::parse(head::first_line(bytes)) else { return Err(Stop::NotMine) };
    let head = Head::parse(bytes);
    match start {
        Start::Request { method, uri } => {
            c.info().str(if names::METHODS.contains(&method) { "Request: " } else { "Unknown request: " });
            c.info().text(method).byte(b' ').text(uri);
            c.layer_append(|l| _ = l.str(" (").text(method).byte(b')'));
        }
        Start::Response { status, text } => {
            c.info().str("Status: ").text(status).byte(b' ').text(text);
            c.layer_append(|l| _ = l.str(" (").text(status).byte(b')'));
        }
    }
    names::record(c, &start, &head)?;
    if head::len(bytes).is_none() {
        c.need(c.reported())?;
    }
    if head.broken {
        return Err(Stop::Malformed);
    }
    if head.bad_sequence {
        return c.skip(c.remaining());
    }
    c.info();
    conclusions(c.info(), &start, &head);
    c.info().str(" | ");
    let rest = c.remaining();
    let len = head.content_length.map_or(rest, |len| len.min(rest));
    let outcome = if len == 0 { Ok(()) } else { c.within(len, |c| body(c, &head)) };
    if framing == Framing::Datagram {
        c.seek(c.end());
    }
    outcome
}

/// Says what the head fields make of the message.
fn conclusions(info: &mut Line, start: &Start<'_>, head: &Head<'_>) {
    match start {
        Start::Request { method: b"INVITE", .. } if head.to_tag => _ = info.str(", in-dialog"),
        Start::Request { method: b"REGISTER", .. } => registration(info, &head.bindings()),
        Start::Response { status: [b'2', b'0', b'0'], .. } => {
            info.str(" (").text(head.method.unwrap_or_default()).byte(b')');
            if head.method == Some(b"REGISTER") {
                info.str("  (");
                count(info, head.bindings().all, "");
            }
        }
        _ => {}
    }
}

/// `1 binding)`, `2 bindings)`
fn count(info: &mut Line, count: u64, verb: &str) {
    info.str(verb).dec(count).str(if count == 1 { " binding)" } else { " bindings)" });
}

fn registration(info: &mut Line, contacts: &Contacts) {
    info.str("  (");
    if contacts.star {
        info.str("remove all bindings)");
    } else if contacts.all == 0 {
        info.str("fetch bindings)");
    } else if contacts.removed == 0 {
        count(info, contacts.all, "");
    } else {
        count(info, contacts.removed, "remove ");
        let added = contacts.all.saturating_sub(contacts.removed);
        if added > 0 {
            info.str(" (");
            count(info, added, "add ");
        }
    }
}

/// Dissects what the message carries.
fn body<S: Sink>(c: &mut Cursor<'_, S>, head: &Head<'_>) -> Result<(), Stop> {
    let Some(kind) = head.content_type else { return c.skip(c.remaining()) };
    c.put(&names::BODY, c.pos(), c.end(), 0);
    let is = |wanted: &str| kind.eq_ignore_ascii_case(wanted.as_bytes());
    if is("application/sdp") {
        c.row().protocol_append("/SDP");
        // The description stands below the body's line.
        return c.below(|c| c.below(Cursor::call::<Sdp>)).map(|_| ());
    }
    if is("message/sipfrag") {
        return fragment(c);
    }
    http::foreign(c, Some(kind), head.parameters, "SIP");
    c.skip(c.remaining())
}

/// A message's beginning as another one's body (RFC 3420).
fn fragment<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (line, len) = crate::dissect::application::lines::first_or_all(c.rest());
    let more = c.remaining() > len;
    c.row().protocol_append("/sipfrag");
    c.info().str(", with Sipfrag(").text(line).str(if more { "...)" } else { ")" });
    c.skip(c.remaining())
}
