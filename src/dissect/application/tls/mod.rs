//! TLS over TCP: SSLv3 (RFC 6101), TLS 1.0 to 1.3 (RFC 2246, 4346, 5246, 8446), and what is left of SSLv2.

pub(crate) mod handshake;
pub(in crate::dissect) mod handshake_record;
pub(crate) mod names;
mod record;
pub mod secrets;
pub mod session;
mod ssl2;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, join};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::registry::{Entry, Registry};
use crate::dissect::sink::Sink;
use handshake::extensions::QUIC_FIELDS;
use handshake::fields::{TLS_EXPERTS, TLS_FIELDS};
use record::Header;
use session::{Agreed, Version};

static LAYER: Field = Field::new("tls", "Transport Layer Security", Kind::Protocol);

/// TLS, on the ports and over the conversations that are its own.
pub struct Tls;

/// TLS recognised by content on any other port.
pub struct TlsByContent;

impl Protocol for Tls {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TLS";
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[ssl2::FIELDS, handshake_record::FIELDS];
    const FIELDS: &'static [&'static Field] =
        &join::<{ record::FIELDS.len() + TLS_FIELDS.len() + QUIC_FIELDS.len() }>(&[
            record::FIELDS,
            TLS_FIELDS,
            QUIC_FIELDS,
        ]);
    const EXPERTS: &'static [&'static Field] =
        &join::<{ record::EXPERTS.len() + TLS_EXPERTS.len() }>(&[record::EXPERTS, TLS_EXPERTS]);
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[
        Key::Tcp(324),
        Key::Tcp(443),
        Key::Tcp(465),
        Key::Tcp(636),
        Key::Tcp(802),
        Key::Tcp(853),
        Key::Tcp(993),
        Key::Tcp(995),
        Key::Tcp(1300),
        Key::Tcp(2221),
        Key::Tcp(2443),
        Key::Tcp(3249),
        Key::Tcp(3250),
        Key::Tcp(3251),
        Key::Tcp(3252),
        Key::Tcp(3496),
        Key::Tcp(5061),
        Key::Tcp(5671),
        Key::Tcp(5684),
        Key::Tcp(5868),
        Key::Tcp(8883),
        Key::Tcp(11207),
        Key::Tcp(19999),
        Key::Tcp(27017),
    ];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // Four printable characters begin no record: plain text on TLS's port is another protocol's.
        if c.reported() >= record::HEADER_LEN && c.peek::<4>(0).is_some_and(|head| head.iter().all(printable)) {
            return Err(Stop::NotMine);
        }
        let before = session::agreed(c);
        let mut agreed = before;
        let outcome = records(c, &mut agreed);
        if agreed != before
            && let Some(session) = session::session(c)
        {
            session.agreed = agreed;
        }
        outcome
    }
}

impl Protocol for TlsByContent {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TLS";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::TcpContent];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !c.peek::<5>(0).is_some_and(|head| record::unmistakable(Header::of(head))) {
            return Err(Stop::NotMine);
        }
        start(c);
        Tls::dissect(c)
    }
}

fn printable(byte: &u8) -> bool {
    (0x20..0x7f).contains(byte)
}

/// From here on, the current conversation speaks TLS: for protocols that begin in the clear and change over (STARTTLS,
/// CONNECT), once the answer that agrees to it has been seen.
pub fn start<S: Sink>(c: &mut Cursor<'_, S>) {
    let entry: Option<&'static Entry> = Registry::named("tls");
    c.worker.state.bind(entry);
}

/// The records of a window, one after the other.
fn records<S: Sink>(c: &mut Cursor<'_, S>, agreed: &mut Agreed) -> Result<(), Stop> {
    while c.reported() > 0 {
        let from = c.pos();
        if !c.row().claimed() {
            c.protocol(agreed.version.column());
            c.claim();
        }
        let lacks_header = match agreed.version {
            Version::SSL2 => ssl2::lacks_header(c),
            _ => c.reported() < record::HEADER_LEN,
        };
        if lacks_header && may_wait(c) {
            return Err(wait(c, from, Need::Segment));
        }
        if c.remaining() < 3 && c.peek_u8(0).is_some_and(|first| !record::is_content(first) && first & 0x80 == 0) {
            return record::unknown(c, agreed.version);
        }
        c.need(if agreed.version == Version::SSL2 { 2 } else { 3 })?;
        let one = if ssl2::begins(c, agreed.version) {
            ssl2::dissect(c, agreed)
        } else if record::begins(c, agreed.version) {
            record::dissect(c, agreed)
        } else {
            return record::unknown(c, agreed.version);
        };
        one?;
    }
    Ok(())
}

/// Says in the Info column what was found, behind what was found before.
fn say<'a, S: Sink>(c: &'a mut Cursor<'_, S>, words: &str) -> &'a mut crate::dissect::line::Line {
    let line = c.info();
    if !line.is_empty() {
        line.str(", ");
    }
    line.str(words)
}

/// An unfinished record: waits for the rest of it, or, where nothing can be put together, leaves it at that.
///
/// # Errors
/// [`Stop::More`] where the rest may come.
fn unfinished<S: Sink>(c: &mut Cursor<'_, S>, from: usize, len: usize) -> Result<(), Stop> {
    if may_wait(c) {
        let missing = len.saturating_sub(c.limit().saturating_sub(from));
        return Err(wait(c, from, Need::Bytes(missing)));
    }
    c.seek(c.limit());
    Ok(())
}

/// Asks for the rest of the record that starts at `from`; the layer stands in the tree already.
fn wait<S: Sink>(c: &mut Cursor<'_, S>, from: usize, need: Need) -> Stop {
    let stop = c.more(from, need);
    c.worker.unfinished.shown = true;
    stop
}

/// Whether a record may go on in later segments.
fn may_wait<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.can_desegment() && c.worker.preferences.tls_desegment
}
