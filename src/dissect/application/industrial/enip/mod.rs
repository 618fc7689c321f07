//! EtherNet/IP: CIP's encapsulation over TCP and UDP.

mod cip;
mod io;
mod names;

pub use cip::Cip;
pub use io::CipIo;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{experts, fields};

use names::{COMMANDS, ITEMS, STATUSES};

static LAYER: Field = Field::new("enip", "EtherNet/IP (Industrial Protocol)", Kind::Protocol);

fields! {
    HEADER = "", "Encapsulation Header", None;
    SPECIFIC = "", "Command Specific Data", None;
    COMMAND = "enip.command", "Command", U16 hex names(COMMANDS);
    LENGTH = "enip.length", "Length", U16;
    SESSION = "enip.session", "Session Handle", U32 hex;
    STATUS = "enip.status", "Status", U32 hex names(STATUSES);
    CONTEXT = "enip.context", "Sender Context", Bytes;
    OPTIONS = "enip.options", "Options", U32 hex;
    VERSION = "enip.rs.version", "Protocol Version", U16;
    FLAGS = "enip.rs.flags", "Option Flags", U16 hex;
    INTERFACE = "enip.srrd.iface", "Interface Handle", U32 hex names(INTERFACES);
    UNIT_INTERFACE = "enip.sud.iface", "Interface Handle", U32 hex names(INTERFACES);
    TIMEOUT = "enip.timeout", "Timeout", U16;
    ENCAPSULATED = "enip.encap_data", "Encap Data", Bytes;
    COUNT = "enip.cpf.itemcount", "Item Count", U16;
    TYPE = "enip.cpf.typeid", "Type ID", U16 hex names(ITEMS);
    ITEM_LENGTH = "enip.cpf.length", "Length", U16;
    CONNECTION = "enip.cpf.cai.connid", "Connection ID", U32 hex;
    SEQUENCED = "enip.cpf.sai.connid", "Connection ID", U32 hex;
    SEQUENCE = "enip.cpf.sai.seq", "Encapsulation Sequence Number", U32;
    CIP_SEQUENCE = "cip.seq", "CIP Sequence Count", U16;
    DATA = "enip.cpf.data", "Data", Bytes;
    ENCAPSULATION = "enip.encapver", "Encapsulation Protocol Version", U16;
    SOCKET = "", "Socket Address", None;
    FAMILY = "enip.sinfamily", "sin_family", U16;
    PORT = "enip.sinport", "sin_port", U16;
    ADDRESS = "enip.sinaddr", "sin_addr", Ipv4;
    ZERO = "enip.sinzero", "sin_zero", Bytes;
    VENDOR = "enip.lir.vendor", "Vendor ID", U16 hex;
    DEVICE = "enip.lir.devtype", "Device Type", U16;
    PRODUCT = "enip.lir.prodcode", "Product Code", U16;
    REVISION = "enip.lir.revision", "Revision", U16;
    DEVICE_STATUS = "enip.lir.status", "Status", U16 hex;
    SERIAL = "enip.lir.serial", "Serial Number", U32 hex;
    NAME_LENGTH = "enip.lir.namelen", "Product Name Length", U8;
    NAME = "enip.lir.name", "Product Name", Str;
    STATE = "enip.lir.state", "State", U8 hex;
    CAPABILITIES = "enip.lsr.capaflags", "Capability Flags", U16 hex;
    OVER_TCP = "enip.lsr.capaflags.tcp", "Supports CIP Encapsulation via TCP", Bool bits(16) mask(0x20);
    OVER_UDP = "enip.lsr.capaflags.udp", "Supports CIP Class 0 or 1 via UDP", Bool bits(16) mask(0x100);
    SERVICE = "enip.lsr.servicename", "Name of Service", Str;
}

crate::names! {
    INTERFACES { 0 = "CIP" }
}

experts! {
    MISMATCH = "enip.malformed.cpf_item_length_mismatch", "CPF Item Length Mismatch", Error, Malformed;
    TOO_SHORT = "enip.malformed.cpf_item_minimum_size", "CPF Item Minimum Size is 4", Error, Malformed;
}

/// The port that devices listen at.
const PORT_NUMBER: u16 = 44818;
/// Bytes of the header that every message begins with.
const HEADER_LEN: usize = 24;
/// Bytes of an item's type and length.
const ITEM_HEADER_LEN: usize = 4;
/// Commands.
const LIST_SERVICES: u16 = 0x04;
const LIST_IDENTITY: u16 = 0x63;
const LIST_INTERFACES: u16 = 0x64;
const REGISTER: u16 = 0x65;
const UNREGISTER: u16 = 0x66;
const SEND_RR_DATA: u16 = 0x6f;
const SEND_UNIT_DATA: u16 = 0x70;
/// Items.
const IDENTITY_ITEM: u16 = 0x0c;
const CONNECTED_ADDRESS: u16 = 0xa1;
const CONNECTED_DATA: u16 = 0xb1;
const UNCONNECTED_DATA: u16 = 0xb2;
const SERVICES_ITEM: u16 = 0x100;
const SEQUENCED_ADDRESS: u16 = 0x8002;

/// EtherNet/IP.
pub struct Enip;

impl Protocol for Enip {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ENIP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[cip::FIELDS];
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT_NUMBER), Key::Udp(PORT_NUMBER)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !c.in_stream() {
            if c.remaining() < 4 {
                return Err(Stop::NotMine);
            }
            return message(c);
        }
        let len = |c: &Cursor<'_, S>| usize::from(c.peek::<2>(2).map_or(0, u16::from_le_bytes)) + HEADER_LEN;
        messages(c, HEADER_LEN, len, message)
    }
}

/// What tells a request from others, and finds it again for its response.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Ticket {
    /// The session, or the connection.
    pub(super) channel: u32,
    /// The sender's context, or the connection's sequence number.
    pub(super) number: u64,
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("ENIP");
    if c.row().fresh() || !c.in_stream() {
        c.claim();
    }
    // What was said before, be it of the segment, is parted from this.
    if c.in_stream() && !c.row().info_column().is_empty() {
        c.info().str(" | ");
        c.row().fence();
    }
    let response = c.worker.state.current.is_some_and(|current| current.src_port == PORT_NUMBER);
    let command = c.peek::<2>(0).map(u16::from_le_bytes).ok_or_else(|| c.short(2))?;
    match name_of(COMMANDS, command.into()) {
        Some(name) => c.info().str(name),
        None => c.info().str("Unknown Command (0x").hex(command, 4).byte(b')'),
    };
    c.info().str(if response { " (Rsp)" } else { " (Req)" });
    let mut ticket = Ticket::default();
    let len = c.group(&HEADER, |c| {
        c.u16_le(&COMMAND)?;
        let len = c.u16_le(&LENGTH)?;
        ticket.channel = c.u32_le(&SESSION)?;
        c.u32_le(&STATUS)?;
        ticket.number = u64::from_be_bytes(c.fixed(&CONTEXT)?);
        c.u32_le(&OPTIONS)?;
        if matches!(command, REGISTER | UNREGISTER) {
            c.info().str(", Session: 0x").hex_upper(ticket.channel, 8);
        }
        Ok(usize::from(len))
    })?;
    c.layer_append(|l| {
        l.str(", Session: 0x").hex_upper(ticket.channel, 8).str(", ");
        match name_of(COMMANDS, command.into()) {
            Some(name) => l.str(name),
            None => l.str("Unknown Command (0x").hex(command, 4).byte(b')'),
        };
    });
    if len == 0 {
        return Ok(());
    }
    let short = c.reported() < len;
    if c.in_stream() {
        c.trim(len);
    }
    c.lend(|c| specific(c, command, ticket, response))?;
    if short { Err(Stop::Malformed) } else { Ok(()) }
}

/// What follows the header, by the command.
fn specific<S: Sink>(c: &mut Cursor<'_, S>, command: u16, ticket: Ticket, response: bool) -> Result<(), Stop> {
    c.group(&SPECIFIC, |c| match command {
        LIST_SERVICES | LIST_IDENTITY | LIST_INTERFACES => items(c, ticket, response),
        REGISTER => {
            c.u16_le(&VERSION)?;
            c.u16_le(&FLAGS).map(|_| ())
        }
        SEND_RR_DATA | SEND_UNIT_DATA => {
            c.u32_le(if command == SEND_RR_DATA { &INTERFACE } else { &UNIT_INTERFACE })?;
            c.u16_le(&TIMEOUT)?;
            items(c, ticket, response)
        }
        _ => c.bytes(&ENCAPSULATED, c.reported()).map(|_| ()),
    })
}

/// What the items of a message have told so far.
struct Told {
    ticket: Ticket,
    response: bool,
    /// The connection, and its sequence number where an item gives one.
    connection: Option<(u32, Option<u32>)>,
    /// Whether an item was a message of CIP.
    taken: bool,
}

/// Reads items in the common format, and hands on what is in them.
fn items<S: Sink>(c: &mut Cursor<'_, S>, ticket: Ticket, response: bool) -> Result<(), Stop> {
    let count = c.u16_le(&COUNT)?;
    let mut told = Told { ticket, response, connection: None, taken: false };
    for _ in 0..count {
        if c.reported() < ITEM_HEADER_LEN {
            c.expert(&TOO_SHORT);
            break;
        }
        let kind = c.u16_le(&TYPE)?;
        c.below(|c| {
            let len = usize::from(c.u16_le(&ITEM_LENGTH)?);
            if len > c.reported() {
                c.expert(&MISMATCH);
            }
            let len = len.min(c.reported());
            c.within(len, |c| item(c, kind, &mut told))
        })?;
    }
    if let (Some((id, sequence)), false) = (told.connection, told.taken) {
        let line = c.info().str(", Connection: ID=0x").hex_upper(id, 8);
        if let Some(sequence) = sequence {
            line.str(", SEQ=").dec_wide(sequence, 10);
        }
    }
    Ok(())
}

fn item<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, told: &mut Told) -> Result<(), Stop> {
    match kind {
        CONNECTED_ADDRESS => {
            let id = c.u32_le(&CONNECTION)?;
            (told.ticket.channel, told.connection) = (id, Some((id, None)));
            c.layer_append(|l| _ = l.str(", Connection ID: 0x").hex_upper(id, 8));
            Ok(())
        }
        SEQUENCED_ADDRESS => {
            let id = c.u32_le(&SEQUENCED)?;
            let sequence = c.u32_le(&SEQUENCE)?;
            (told.ticket.channel, told.connection) = (id, Some((id, Some(sequence))));
            Ok(())
        }
        CONNECTED_DATA | UNCONNECTED_DATA => {
            let connected = kind == CONNECTED_DATA;
            c.need(c.reported())?;
            if c.reported() < if connected { 2 } else { 1 } {
                return Ok(());
            }
            if connected {
                told.ticket.number = c.u16_le(&CIP_SEQUENCE)?.into();
            }
            told.taken = true;
            cip::message(c, cip::Channel { ticket: told.ticket, response: told.response, connected })
        }
        IDENTITY_ITEM => identity(c),
        SERVICES_ITEM => services(c),
        _ if c.reported() > 0 => c.bytes(&DATA, c.reported()).map(|_| ()),
        _ => Ok(()),
    }
}

/// A device says what it is.
fn identity<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16_le(&ENCAPSULATION)?;
    c.group(&SOCKET, |c| c.read_all(&[(&FAMILY, 2), (&PORT, 2), (&ADDRESS, 4), (&ZERO, 8)]))?;
    for field in [&VENDOR, &DEVICE, &PRODUCT] {
        c.u16_le(field)?;
    }
    let [major, minor] = c.fixed(&REVISION)?;
    c.label(|l| {
        l.str("Revision: ").dec(major).byte(b'.').dec_wide(minor, 2);
    });
    c.u16_le(&DEVICE_STATUS)?;
    c.u32_le(&SERIAL)?;
    let len = c.u8(&NAME_LENGTH)?;
    let name = c.bytes(&NAME, len.into())?;
    c.info().str(", ").text(name);
    c.u8(&STATE).map(|_| ())
}

fn services<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16_le(&ENCAPSULATION)?;
    let flags = c.u16_le(&CAPABILITIES)?;
    c.append(|l| {
        for field in [&OVER_TCP, &OVER_UDP] {
            if field.cut(flags.into()) == 1 {
                l.str(", ").str(field.label);
            }
        }
    });
    c.below(|c| {
        c.bits::<2>(&OVER_TCP, flags.into());
        c.bits::<2>(&OVER_UDP, flags.into());
    });
    let name = c.bytes(&SERVICE, c.reported())?;
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    c.info().str(", ").text(name);
    Ok(())
}
