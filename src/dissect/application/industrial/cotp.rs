//! ISO transport over TCP (RFC 1006): TPKT, and COTP (X.224) within.

use super::mms::Session;
use super::s7comm::S7comm;
use crate::dissect::application::terminal::rdp::{self, Rdp, T125};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("tpkt", "TPKT, Version: 3", Kind::Protocol);
static COTP_LAYER: Field =
    Field::new("cotp", "ISO 8073/X.224 COTP Connection-Oriented Transport Protocol", Kind::Protocol);

fields! {
    VERSION = "tpkt.version", "Version", U8;
    RESERVED = "tpkt.reserved", "Reserved", U8;
    LENGTH = "tpkt.length", "Length", U16;
    CONTINUATION = "tpkt.continuation_data", "Continuation data", Bytes;
    HEADER_LENGTH = "cotp.li", "Length", U8;
    TYPE = "cotp.type", "PDU Type", U8 hex names(TYPES);
    DESTINATION = "cotp.destref", "Destination reference", U16 hex;
    SOURCE = "cotp.srcref", "Source reference", U16 hex;
    NUMBER = "cotp.tpdu-number", "TPDU number", U8 hex mask(0x7f);
    LAST = "cotp.eot", "Last data unit", Bool mask(0x80) flag("Yes", "No");
}

names! {
    TYPES {
        0x10 = "ED Expedited Data", 0x20 = "EA Expedited Data Acknowledgement", 0x50 = "RJ Reject",
        0x60 = "AK Data Acknowledgement", 0x70 = "ER TPDU Error", 0x80 = "DR Disconnect Request",
        0xc0 = "DC Disconnect Confirm", 0xd0 = "CC Connect Confirm", 0xe0 = "CR Connect Request", 0xf0 = "DT Data",
    }
    WORDS {
        0x10 = "ED", 0x20 = "EA", 0x60 = "AK", 0x70 = "ER", 0x80 = "DR", 0xc0 = "DC", 0xd0 = "CC", 0xe0 = "CR",
        0xf0 = "DT",
    }
}

/// Bytes of a TPKT header.
const HEADER_LEN: usize = 4;

/// TPKT.
pub struct Tpkt;

impl Protocol for Tpkt {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TPKT";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(102), Key::Tcp(3389)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u8(0) != Some(3) {
            c.protocol("TPKT");
            c.claim().str("Continuation");
            return c.bytes(&CONTINUATION, c.remaining()).map(|_| ());
        }
        if c.remaining() < HEADER_LEN && !c.can_desegment() {
            c.claim();
        }
        let mut first = true;
        messages(
            c,
            HEADER_LEN,
            |c| c.peek_u16(2).unwrap_or_default().into(),
            |c| {
                c.protocol("TPKT");
                if std::mem::take(&mut first) {
                    c.claim();
                } else {
                    c.info().str(" , ");
                    c.row().fence();
                }
                c.read_all(&[(&VERSION, 1), (&RESERVED, 1), (&LENGTH, 2)])?;
                if c.reported() > 0 {
                    c.call::<Cotp>()?;
                }
                c.seek(c.limit());
                Ok(())
            },
        )
    }
}

/// COTP.
pub struct Cotp;

impl Protocol for Cotp {
    const LAYER: &'static Field = &COTP_LAYER;
    const NAME: &'static str = "COTP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.need(2)?;
        c.protocol("COTP");
        let end = c.pos() + 1 + usize::from(c.u8(&HEADER_LENGTH)?);
        let kind = c.u8(&TYPE)? & 0xf0;
        let Some(word) = name_of(WORDS, kind.into()) else { return c.skip(c.remaining()) };
        match kind {
            0xf0 => data(c, end),
            0xe0 | 0xd0 | 0x80 => {
                let destination = c.u16(&DESTINATION)?;
                let source = c.u16(&SOURCE)?;
                c.info().str(word).str(" TPDU src-ref: 0x").hex(source, 4).str(" dst-ref: 0x").hex(destination, 4);
                if kind != 0x80 && c.reported() > 1 {
                    c.skip(1)?;
                    if rdp::negotiates(c.rest(), kind == 0xd0) {
                        c.layer_ends();
                        c.call::<Rdp>()?;
                    }
                }
                c.skip(c.remaining())
            }
            _ => {
                let destination = c.u16(&DESTINATION)?;
                c.info().str(word).str(" TPDU dst-ref: 0x").hex(destination, 4);
                c.skip(c.remaining())
            }
        }
    }
}

/// A data unit, whose header ends at `end`.
fn data<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    let flags = c.u8(&NUMBER)?;
    c.bits::<1>(&LAST, flags.into());
    c.seek(end);
    let len = c.reported() as u64;
    if c.remaining() == 0 && len > 0 {
        // Of what it carries nothing was captured.
        c.protocol("TPKT");
    }
    let info = c.info().str("DT TPDU (").dec(flags & 0x7f).str(") ");
    if flags & 0x80 == 0 {
        info.str("[COTP fragment, ").dec(len).str(" bytes]");
        return c.skip(c.remaining());
    }
    info.str("EOT");
    if c.peek_u8(0) == Some(0x32) && c.remaining() >= 10 {
        c.call::<S7comm>()?;
    } else if rdp::is_t125(c.rest()) {
        c.call::<T125>()?;
    } else if Session::begins(c.rest()) && !remote_desktop(c) {
        c.call::<Session>()?;
    }
    c.skip(c.reported())
}

/// Whether the connection is one to a remote desktop, whose messages may begin as a session's do.
fn remote_desktop<S: Sink>(c: &Cursor<'_, S>) -> bool {
    const PORT: u16 = 3389;
    c.worker.state.current.is_some_and(|current| current.src_port == PORT || current.dst_port == PORT)
}
