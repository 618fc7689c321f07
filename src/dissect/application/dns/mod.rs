//! DNS (RFC 1034, RFC 1035), and the two that speak its language on the local link: mDNS (RFC 6762) and LLMNR
//! (RFC 4795).

mod address;
mod edns;
mod fields;
mod header;
mod history;
mod host;
pub(super) mod name;
mod names;
mod record;
mod security;
mod service;
mod stateful;

use self::fields::{EXPERTS, FIELDS, LENGTH};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;

static LAYER: Field = Field::new("dns", "Domain Name System", Kind::Protocol);
static MDNS_LAYER: Field = Field::new("mdns", "Multicast Domain Name System", Kind::Protocol);
static LLMNR_LAYER: Field = Field::new("llmnr", "Link-local Multicast Name Resolution", Kind::Protocol);

/// Which of the three is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Dns,
    Mdns,
    Llmnr,
}

/// A message being read.
#[derive(Clone, Copy)]
struct Message {
    /// Where it starts in its buffer: pointers in names count from here.
    base: usize,
    dialect: Dialect,
}

/// DNS.
pub struct Dns;

impl Protocol for Dns {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DNS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[Key::Udp(53), Key::Tcp(53), Key::Tcp(5353), Key::Sctp(53), Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        header::plausible(c)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() { over_stream(c) } else { header::message(c, Dialect::Dns, "DNS") }
    }
}

/// Messages over TCP stand behind their length (RFC 1035, 4.2.2).
fn over_stream<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len_of = |c: &Cursor<'_, S>| 2 + usize::from(c.peek_u16(0).unwrap_or_default());
    messages(c, 2, len_of, |c| {
        c.u16(&LENGTH)?;
        header::message(c, Dialect::Dns, "DNS")
    })
}

/// mDNS.
pub struct Mdns;

impl Protocol for Mdns {
    const LAYER: &'static Field = &MDNS_LAYER;
    const NAME: &'static str = "mDNS";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(5353)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        header::message(c, Dialect::Mdns, "MDNS")
    }
}

/// LLMNR.
pub struct Llmnr;

impl Protocol for Llmnr {
    const LAYER: &'static Field = &LLMNR_LAYER;
    const NAME: &'static str = "LLMNR";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(5355)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        header::message(c, Dialect::Llmnr, "LLMNR")
    }
}
