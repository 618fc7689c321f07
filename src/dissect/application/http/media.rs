//! What a body is: by its media type, or by its first bytes.

use std::borrow::Cow;

use super::body::{self, Body, join_chunks};
use super::coding::Coding;
use super::head::Head;
use super::kinds::{FORM_TYPE, Form, Gif, Jpeg, Png, Xml};
use super::{ENCODED, FILE_DATA, entity};
use crate::dissect::application::asn1::ocsp::{self, Ocsp};
use crate::dissect::application::ipp::{self, Ipp};
use crate::dissect::application::realtime::sdp::Sdp;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;

/// Bytes a body is decoded to at most.
const MOST_DECODED: usize = 1 << 24;
/// Bytes that tell what a body is, where nothing shows more of it.
const FIRST_BYTES: usize = 64;
/// Bytes of a body in any coding that are enough for those.
const FIRST_BYTES_CODED: usize = 1 << 10;

/// Bytes of a text that may be recognised as XML.
const LEAST_XML: usize = 39;

/// What the Info and Protocol columns say of a kind of body.
enum Note {
    /// ` (type)`
    Type,
    /// `, JavaScript Object Notation (type)`, and `/JSON` behind the protocol.
    Json,
    /// `/XML` behind the protocol.
    Xml,
    /// These words.
    Words(&'static str),
    /// This behind the protocol, and what it is.
    Suffix(&'static str),
    /// IPP, which takes the row.
    Printing,
    /// OCSP, which takes the row: these words.
    Status(&'static str),
    /// Nothing.
    Nothing,
}

/// Media types that hold XML, besides those that say so themselves.
const XML: &[&[u8]] = &[
    b"text/xml",
    b"application/xml",
    b"application/soap+xml",
    b"image/svg+xml",
    b"application/rss+xml",
    b"application/atom+xml",
    b"application/xml-dtd",
    b"text/vnd.wap.wml",
    b"application/vnd.wv.csp+xml",
    b"application/rdf+xml",
    b"application/xspf+xml",
    b"application/auth-policy+xml",
    b"application/cpl+xml",
    b"application/dash+xml",
    b"application/mathml+xml",
    b"application/pidf+xml",
    b"application/xcap-diff+xml",
    b"application/xop+xml",
    b"application/x-crd+xml",
    b"application/x-wms-logconnectstats",
    b"application/wsdl+xml",
    b"application/smil",
    b"application/smil+xml",
    b"application/problem+xml",
    b"application/patch-ops-error+xml",
    b"application/x-ws+xml",
    b"application/x-xmlplist",
];

/// Media types that hold JSON.
const JSON: &[&[u8]] = &[
    b"application/json",
    b"application/problem+json",
    b"application/json-rpc",
    b"application/jsonrequest",
    b"application/dds-web+json",
    b"application/vnd.oma.drm.roap-trigger+json",
    b"application/3gpphal+json",
    b"application/3gpphalforms+json",
    b"application/merge-patch+json",
    b"application/json-patch+json",
];

/// Bytes of a media type that hardly any is longer than.
const USUAL: usize = 96;

/// A media type in lower case, in `small` if it fits there.
fn lower<'a>(kind: &[u8], small: &'a mut [u8; USUAL]) -> Cow<'a, [u8]> {
    match small.get_mut(..kind.len()) {
        Some(place) => {
            place.copy_from_slice(kind);
            place.make_ascii_lowercase();
            Cow::Borrowed(place)
        }
        None => Cow::Owned(kind.to_ascii_lowercase()),
    }
}

fn note_of(head: &Head<'_>, start: &[u8]) -> Note {
    if start.starts_with(b"GIF87a") {
        return Note::Words(" (GIF87a)");
    }
    let (typed, mut small) = (head.content_type, [0; USUAL]);
    let lower = lower(typed.unwrap_or_default(), &mut small);
    let kind = lower.as_ref();
    let images = typed.is_none() || kind.starts_with(b"image/");
    let text = kind.starts_with(b"text/");
    match kind {
        b"application/octet-stream" => Note::Nothing,
        _ if JSON.contains(&kind) => Note::Json,
        _ if XML.contains(&kind) && !text || kind == b"text/xml" => Note::Xml,
        b"application/cbor" | b"application/dtmf-relay" | b"application/simple-message-summary" => Note::Nothing,
        b"application/cose" | b"application/cose-key" | b"application/cose-key-set" => Note::Nothing,
        _ if entity::is_lines(kind) && begins_xml(start) => Note::Xml,
        b"application/sdp" => Note::Suffix("/SDP"),
        _ if kind == ipp::MEDIA_TYPE.as_bytes() => Note::Printing,
        _ if kind == ocsp::REQUEST_TYPE.as_bytes() => Note::Status("Request"),
        _ if kind == ocsp::RESPONSE_TYPE.as_bytes() => Note::Status("Response"),
        _ if kind.starts_with(b"multipart/") => Note::Nothing,
        _ if images && start.starts_with(b"GIF89a") => Note::Words(" (GIF89a)"),
        _ if images && start.starts_with(b"\x89PNG\r\n\x1a\n") && start.len() > 12 => Note::Words(" (PNG)"),
        _ if images && start.starts_with(b"\xff\xd8\xff") => Note::Words(" (JPEG JFIF image)"),
        _ if typed.is_none() => Note::Nothing,
        _ => Note::Type,
    }
}

/// Whether text looks like XML; of short ones that is not asked.
fn begins_xml(text: &[u8]) -> bool {
    const MARK: &[u8] = b"<?xml";
    text.len() >= LEAST_XML && text.get(..MARK.len()).is_some_and(|start| start.eq_ignore_ascii_case(MARK))
}

/// How many of the body's first bytes tell what the summary says of it; `None` where all of them may.
pub(super) fn telling(head: &Head<'_>) -> Option<usize> {
    (!head.chunked && !is_multipart(head)).then_some(FIRST_BYTES_CODED)
}

fn is_multipart(head: &Head<'_>) -> bool {
    let kind = head.content_type.unwrap_or_default();
    kind.get(..10).is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"))
}

/// Reads the body, or of one that was not kept whole what was.
fn take<'p, S: Sink>(c: &mut Cursor<'p, S>, body: Body) -> Result<&'p [u8], Stop> {
    let bytes = c.rest();
    if S::DETAIL {
        let bytes = bytes.get(..body.len).ok_or_else(|| c.short(body.len))?;
        if body.chunked && !body.broken {
            body::record_chunks(c, body.len)?;
        } else {
            c.skip(body.len)?;
        }
        return Ok(bytes);
    }
    c.seek(c.pos().saturating_add(body.len));
    Ok(bytes.get(..body.len).unwrap_or(bytes))
}

/// Dissects the body, and says in the row what it is.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, head: &Head<'_>, body: Body, name: &str) -> Result<(), Stop> {
    let bytes = take(c, body)?;
    if bytes.is_empty() || body.broken {
        return Ok(());
    }
    let mut decoder = std::mem::take(&mut c.worker.state.http_decoder);
    let mut joined = std::mem::take(&mut decoder.joined);
    joined.clear();
    let plain = if body.chunked {
        join_chunks(bytes, &mut joined);
        joined.as_slice()
    } else {
        bytes
    };
    let wanted = S::DETAIL || c.worker.taps.wanted.any(Layers::HTTP_BODIES);
    let most = if wanted { MOST_DECODED } else { FIRST_BYTES };
    match decoder.undo(head.encoding, plain, most) {
        Coding::Plain => {
            record(c, head, body, plain, None);
            c.tell(Layers::HTTP_BODIES, plain);
            say(c, head, plain, name, 0);
        }
        Coding::Undone => {
            record(c, head, body, plain, Some(&decoder.decoded));
            c.tell(Layers::HTTP_BODIES, &decoder.decoded);
            if !decoder.decoded.is_empty() {
                say(c, head, &decoder.decoded, name, 0);
            }
        }
        Coding::Unknown => {
            record(c, head, body, plain, None);
            c.tell(Layers::HTTP_BODIES, plain);
        }
    }
    decoder.joined = joined;
    c.worker.state.http_decoder = decoder;
    Ok(())
}

/// Records the body, which has just been passed over: `plain` without chunks, `decoded` without its coding.
fn record<S: Sink>(c: &mut Cursor<'_, S>, head: &Head<'_>, body: Body, plain: &[u8], decoded: Option<&[u8]>) {
    if !S::DETAIL {
        return;
    }
    let start = c.pos().saturating_sub(body.len);
    if body.chunked {
        body_of(&mut c.over("De-chunked entity body", plain), 0, plain.len(), head, decoded);
    } else {
        body_of(c, start, body.len, head, decoded);
    }
}

/// Records the entity of `len` bytes from `start` on, and what it was before it was coded.
fn body_of<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: usize, head: &Head<'_>, decoded: Option<&[u8]>) {
    let Some(decoded) = decoded else {
        file_data(c, start, len);
        return unknown(c, start, len, head);
    };
    c.put(&ENCODED, start, start + len, 0);
    c.label(|l| {
        l.str("Content-encoded entity body (").text(head.encoding.unwrap_or_default()).str("): ").dec(len as u64);
        l.str(" bytes -> ").dec(decoded.len() as u64).str(" bytes");
    });
    let mut c = c.over("Uncompressed entity body", decoded);
    file_data(&mut c, 0, decoded.len());
    unknown(&mut c, 0, decoded.len(), head);
}

/// A body that no other protocol takes stands behind the message: as data, as lines, or as its media type alone.
fn unknown<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: usize, head: &Head<'_>) {
    let bytes = c.whole().get(start..start + len).unwrap_or_default();
    let mut small = [0; USUAL];
    let kind = lower(head.content_type.unwrap_or_default(), &mut small);
    let data = head.content_type.is_none() || kind.as_ref() == b"application/octet-stream";
    let note = note_of(head, bytes);
    let told = matches!(note, Note::Type | Note::Json | Note::Xml | Note::Words(_));
    if bytes.is_empty() || !(told || data && matches!(note, Note::Nothing)) {
        return;
    }
    let here = c.pos();
    c.seek(start);
    _ = c.within(len, |c| {
        match note {
            Note::Json => entity::json(c, &kind),
            Note::Xml => return c.call::<Xml>().map(|_| ()),
            Note::Words(" (PNG)") => return c.call::<Png>().map(|_| ()),
            Note::Words(" (JPEG JFIF image)") => return c.call::<Jpeg>().map(|_| ()),
            Note::Words(_) => return c.call::<Gif>().map(|_| ()),
            _ if kind.as_ref() == FORM_TYPE => return c.call::<Form>().map(|_| ()),
            _ if data => c.data(),
            _ => entity::record(c, &kind),
        }
        Ok(())
    });
    c.seek(here);
}

/// Records `len` bytes from `start` on as what the message carries.
pub(super) fn file_data<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: usize) {
    c.put(&FILE_DATA, start, start + len, len as u64);
}

/// Says in the row what the rest of the window is, the body of another protocol's message, which is called `name`.
pub(crate) fn foreign<S: Sink>(c: &mut Cursor<'_, S>, content_type: Option<&[u8]>, parameters: &[u8], name: &str) {
    let head = Head { content_type, parameters, ..Head::default() };
    let bytes = c.rest();
    say(c, &head, bytes, name, 0);
}

/// Says in the row what the body is.
fn say<S: Sink>(c: &mut Cursor<'_, S>, head: &Head<'_>, start: &[u8], name: &str, depth: u8) {
    if start.is_empty() {
        return;
    }
    if is_multipart(head) && depth < MOST_NESTED {
        return parts(c, head, start, name, depth);
    }
    let kind = head.content_type.unwrap_or_default();
    let mut small = [0; USUAL];
    let note = note_of(head, start);
    let info = c.info();
    let suffix = match note {
        Note::Type => {
            info.str(" (").text(&lower(kind, &mut small)).byte(b')');
            ""
        }
        Note::Json => {
            info.str(", JavaScript Object Notation (").text(&lower(kind, &mut small)).byte(b')');
            "/JSON"
        }
        Note::Xml => "/XML",
        Note::Words(words) => {
            info.str(words);
            ""
        }
        Note::Suffix(suffix) => suffix,
        Note::Status(words) => {
            c.claim().str(words);
            c.protocol("OCSP");
            _ = c.over("Part", start).call::<Ocsp>();
            ""
        }
        Note::Printing => {
            c.worker.state.shared.entry::<ipp::Carrier>().response = head.response;
            if let Err(stop) = c.over("Part", start).call::<Ipp>() {
                c.row().remark(stop);
            }
            ""
        }
        Note::Nothing => "",
    };
    if let Note::Suffix("/SDP") = note {
        _ = c.over("Part", start).call::<Sdp>();
    }
    if !suffix.is_empty() {
        c.row().protocol_text().str(name).str(suffix);
    }
}

/// Parts within parts at most.
const MOST_NESTED: u8 = 4;

/// Says in the row what the parts of a multipart body are (RFC 2046 section 5.1.1).
fn parts<S: Sink>(c: &mut Cursor<'_, S>, head: &Head<'_>, body: &[u8], name: &str, depth: u8) {
    let Some(boundary) = boundary(head.parameters) else { return };
    // A delimiter is the boundary behind two dashes.
    let dashed = |&at: &usize| at.checked_sub(2).and_then(|start| body.get(start..at)) == Some(b"--");
    let mut boundaries = memchr::memmem::find_iter(body, boundary).filter(dashed).peekable();
    while let Some(at) = boundaries.next() {
        let end = boundaries.peek().map_or(body.len(), |next| next - 2);
        let part = body.get(at + boundary.len()..end).unwrap_or_default();
        if let Some(part_head) = Head::of_part(part)
            && part_head.content_type.is_some()
        {
            let content = part.get(part_head.len..).unwrap_or_default();
            say(c, &part_head, content.strip_suffix(b"\r\n").unwrap_or(content), name, depth + 1);
        }
    }
}

/// The boundary among a media type's parameters.
fn boundary(parameters: &[u8]) -> Option<&[u8]> {
    let mut all = parameters.split(|&b| b == b';').map(<[u8]>::trim_ascii);
    let value =
        all.find_map(|one| one.get(..9).filter(|name| name.eq_ignore_ascii_case(b"boundary=")).and(one.get(9..)))?;
    let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    (!value.is_empty()).then_some(value)
}
