//! CAPWAP (RFC 5415): what a wireless network's access points and their controller say to each other.

use crate::dissect::application::dtls::Dtls;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::link::ethernet::Ethernet;
use crate::dissect::link::ieee80211::Bare;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static CONTROL_LAYER: Field =
    Field::new("capwap", "Control And Provisioning of Wireless Access Points - Control", Kind::Protocol);
static DATA_LAYER: Field =
    Field::new("capwap.data", "Control And Provisioning of Wireless Access Points - Data", Kind::Protocol);

fields! {
    PREAMBLE = "capwap.preamble", "Preamble", U8 hex;
    HEADER = "capwap.header", "Header", U24 hex;
    FRAGMENT = "capwap.header.fragment.id", "Fragment ID", U16;
    OFFSET = "capwap.header.fragment.offset", "Fragment Offset", U16 mask(0xfff8);
    OPTIONS = "capwap.header.options", "Optional header", Bytes;
    TYPE = "capwap.control.header.message_type", "Message Type", U32 names(TYPES);
    SEQUENCE = "capwap.control.header.sequence_number", "Sequence Number", U8;
    LENGTH = "capwap.control.header.message_element_length", "Message Element Length", U16;
    FLAGS = "capwap.control.header.flags", "Flags", U8;
    ELEMENTS = "capwap.control.message_element", "Message Element", Bytes;
}

names! {
    TYPES {
        1 = "Discovery Request", 2 = "Discovery Response", 3 = "Join Request", 4 = "Join Response",
        5 = "Configuration Status Request", 6 = "Configuration Status Response", 7 = "Configuration Update Request",
        8 = "Configuration Update Response", 9 = "WTP Event Request", 10 = "WTP Event Response",
        11 = "Change State Request", 12 = "Change State Response", 13 = "Echo Request", 14 = "Echo Response",
        15 = "Image Data Request", 16 = "Image Data Response", 17 = "Reset Request", 18 = "Reset Response",
        19 = "Primary Discovery Request", 20 = "Primary Discovery Response", 21 = "Data Transfer Request",
        22 = "Data Transfer Response", 23 = "Clear Configuration Request", 24 = "Clear Configuration Response",
        25 = "Station Configuration Request", 26 = "Station Configuration Response",
    }
}

/// Bytes that stand before DTLS.
const DTLS_HEADER_LEN: usize = 4;
/// Bytes of the part of a header that is always there.
const HEADER_LEN: usize = 8;
/// Flags of a header: the payload's own kind, and a packet that only says that the path is still needed.
const NATIVE: u32 = 0x100;
const KEEP_ALIVE: u32 = 0x008;

/// A wireless frame whose first bytes were turned round; the buffer is used again for every frame.
#[derive(Default)]
struct Turned(Vec<u8>);

/// CAPWAP's control channel.
pub struct CapwapControl;

impl Protocol for CapwapControl {
    const LAYER: &'static Field = &CONTROL_LAYER;
    const NAME: &'static str = "CAPWAP-CONTROL";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(5246)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CAPWAP-Control");
        c.claim().str("CAPWAP-Control");
        let Some(_) = header(c)? else { return Ok(()) };
        let kind = c.u32(&TYPE)?;
        match TYPE.name(kind.into()) {
            Some(name) => _ = c.info().str(" - ").str(name),
            None => _ = c.info().str(" - Unknown Message Type (0x").hex(kind, 2).byte(b')'),
        }
        c.read_all(&[(&SEQUENCE, 1), (&LENGTH, 2), (&FLAGS, 1)])?;
        c.bytes(&ELEMENTS, c.remaining()).map(|_| ())
    }
}

/// CAPWAP's data channel.
pub struct CapwapData;

impl Protocol for CapwapData {
    const LAYER: &'static Field = &DATA_LAYER;
    const NAME: &'static str = "CAPWAP-DATA";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(5247)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CAPWAP-Data");
        c.claim().str("CAPWAP-Data");
        let Some(word) = header(c)? else { return Ok(()) };
        if word & KEEP_ALIVE != 0 {
            c.info().str(" Keep-Alive");
            return c.bytes(&ELEMENTS, c.remaining()).map(|_| ());
        }
        c.layer_ends();
        if word & NATIVE == 0 {
            return c.lend(Cursor::call::<Ethernet>).map(|_taken| ());
        }
        c.lend(wireless)
    }
}

/// Hands a wireless frame on, whose first two bytes controllers send the other way round.
pub(super) fn wireless<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mut frame = c.worker.state.shared.take::<Turned>().unwrap_or_default();
    frame.0.clear();
    frame.0.extend_from_slice(c.rest());
    if let Some(control) = frame.0.get_mut(..2) {
        control.reverse();
    }
    let limit = c.reported();
    let outcome = c.over_part("802.11", &frame.0, limit).call::<Bare>().map(|_taken| ());
    c.worker.state.shared.put(frame);
    outcome
}

/// Reads a header; gives its flags, or nothing where DTLS came behind it.
fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Option<u32>, Stop> {
    let preamble = c.u8(&PREAMBLE)?;
    if preamble & 0x0f == 1 {
        c.skip(DTLS_HEADER_LEN - 1)?;
        c.layer_ends();
        return c.lend(Cursor::call::<Dtls>).map(|_taken| None);
    }
    let word = c.u24(&HEADER)?;
    c.read_all(&[(&FRAGMENT, 2), (&OFFSET, 2)])?;
    let len = (word >> 19) as usize * 4;
    c.bytes(&OPTIONS, len.saturating_sub(HEADER_LEN))?;
    Ok(Some(word))
}
