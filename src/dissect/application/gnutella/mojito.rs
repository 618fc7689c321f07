//! Mojito: the distributed hash table of LimeWire, a Kademlia in messages of Gnutella's form, over UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mojito", "Mojito DHT", Kind::Protocol);

fields! {
    HEADER = "", "Gnutella Header", None;
    ID = "mojito.messageid", "Message ID", Bytes;
    MESSAGE = "mojito.fdhtmessage", "FDHTMessage", U8 hex;
    VERSION = "", "Version", None;
    MAJOR = "mojito.majorversion", "Major Version", U8;
    MINOR = "mojito.minorversion", "Minor Version", U8;
    LENGTH = "mojito.payloadlength", "Payload Length", U32;
    OPCODE = "mojito.opcode", "OPCode", U8 names(OPCODES);
    ORIGIN = "", "Originating Contact", None;
    VENDOR = "mojito.vendor", "Vendor", Str;
    OWN_VERSION = "", "Contact Version", None;
    KUID = "mojito.kuid", "Kademlia Unique ID (KUID)", Bytes;
    TARGET = "mojito.kuid", "Target Kademlia Unique ID (KUID)", Bytes;
    SOCKET = "", "Socket Address", None;
    EXTERNAL = "", "Requester's External Socket Address", None;
    SOCKET_VERSION = "mojito.socketaddressversion", "IP Version", U8;
    SOCKET_4 = "mojito.socketaddressipv4", "IP Address", Ipv4;
    SOCKET_6 = "mojito.socketaddressipv6", "IP Address", Ipv6;
    SOCKET_PORT = "mojito.socketaddressport", "IP Port", U16;
    INSTANCE = "mojito.instanceid", "Instance ID", U8;
    FLAGS = "mojito.flags", "Flags", U8 hex;
    SHUTDOWN = "mojito.shutdownflag", "SHUTDOWN", Bool mask(2);
    FIREWALLED = "mojito.firewalledflag", "Firewalled", Bool mask(1);
    EXTENDED = "mojito.extlength", "Extended Length", U16;
    DATA = "mojito.opcode.data", "Data", Bytes;
    BODY = "", "Opcode specific data", None;
    ESTIMATE = "", "Estimated DHT size", None;
    BIG_LENGTH = "mojito.bigintegerlen", "Big Integer Length", U8;
    BIG_DECIMAL = "mojito.bigintegerval", "Big Integer DEC Value", U32;
    BIG = "mojito.bigintegerhexval", "Big Integer HEX Value", Bytes;
    TOKEN_LENGTH = "mojito.sectokenlen", "Security Token Length", U8;
    TOKEN = "mojito.sectoken", "Security Token", Bytes;
    CONTACTS = "mojito.contactcount", "Contact Count", U8;
    CONTACT = "", "Contact", None;
    CONTACT_VENDOR = "mojito.contactvendor", "Vendor", Str;
    CONTACT_VERSION = "mojito.contactversion", "Contact Version", U16;
    CONTACT_KUID = "mojito.contactkuid", "KUID of the Contact", Bytes;
    KUIDS = "mojito.kuidcount", "Secondary KUID Count", U8;
    LOAD = "mojito.requestload", "Request Load", U32;
    VALUES = "mojito.dhtvaluecount", "DHTValue Count", U8;
    VALUE = "", "DHTValue", None;
    VALUE_TYPE = "mojito.dhtvaluevaluetype", "DHTValue ValueType", Str;
    VALUE_VERSION = "mojito.dhtvalueversion", "DHTValue Version", U16;
    VALUE_LENGTH = "mojito.dhtvaluelength", "DHTValue Length", U16;
    VALUE_BYTES = "mojito.dhtvaluehexvalue", "DHTValue", Bytes;
    ASKED_TYPE = "mojito.dhtvaluetype", "DHT Value Type", Str;
    STATUSES = "mojito.statuscodecount", "Status Code Count", U8;
    PRIMARY = "mojito.statuscodekuid", "Primary KUID of the Status Code", Bytes;
    SECONDARY = "mojito.statuscodesecondarykuid", "Secondary KUID of the Status Code", Bytes;
    STATUS = "mojito.statuscodecode", "StatusCode", U16 names(STATUS_CODES);
}

names! {
    OPCODES {
        1 = "PING REQUEST", 2 = "PING RESPONSE", 3 = "STORE REQUEST", 4 = "STORE RESPONSE", 5 = "FIND NODE REQUEST",
        6 = "FIND NODE RESPONSE", 7 = "FIND VALUE REQUEST", 8 = "FIND VALUE RESPONSE",
        9 = "STATS REQUEST (DEPRECATED)", 10 = "STATS RESPONSE (DEPRECATED)",
    }
    STATUS_CODES { 1 = "OK", 2 = "Error" }
}

mod opcodes {
    pub(super) const PING_RESPONSE: u8 = 2;
    pub(super) const STORE_REQUEST: u8 = 3;
    pub(super) const STORE_RESPONSE: u8 = 4;
    pub(super) const FIND_NODE_REQUEST: u8 = 5;
    pub(super) const FIND_NODE_RESPONSE: u8 = 6;
    pub(super) const FIND_VALUE_REQUEST: u8 = 7;
    pub(super) const FIND_VALUE_RESPONSE: u8 = 8;
}

/// What marks a message of the hash table among Gnutella's, and where.
const MARK: u8 = 0x44;
const MARK_AT: usize = 16;
/// Where the payload's length stands, and where that payload begins.
const LENGTH_AT: usize = 19;
const PAYLOAD_AT: usize = 23;
/// Fewer bytes than these are no message.
const LEAST: usize = 50;
const KUID_LEN: usize = 20;

/// Mojito.
pub struct Mojito;

impl Protocol for Mojito {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Mojito";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let len = c.peek::<4>(LENGTH_AT).map(u32::from_le_bytes).map(|len| (len as usize).saturating_add(PAYLOAD_AT));
        c.peek_u8(MARK_AT) == Some(MARK) && c.reported() >= LEAST && len == Some(c.reported())
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Mojito");
        c.claim();
        let opcode = header(c)?;
        let name = name_of(OPCODES, opcode.into()).unwrap_or("Unknown");
        c.info().str(name);
        c.group(&BODY, |c| {
            c.label(|l| _ = l.str("Opcode specific data (").str(name).byte(b')'));
            body(c, opcode)
        })
    }
}

fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u8, Stop> {
    c.group(&HEADER, |c| {
        c.bytes(&ID, MARK_AT)?;
        c.u8(&MESSAGE)?;
        c.group(&VERSION, |c| c.read_all(&[(&MAJOR, 1), (&MINOR, 1)]))?;
        c.u32_le(&LENGTH)?;
        let opcode = c.u8(&OPCODE)?;
        c.group(&ORIGIN, |c| {
            c.bytes(&VENDOR, 4)?;
            c.group(&OWN_VERSION, |c| c.read_all(&[(&MAJOR, 1), (&MINOR, 1)]))?;
            c.bytes(&KUID, KUID_LEN)?;
            socket(c, &SOCKET)
        })?;
        c.u8(&INSTANCE)?;
        let flags = c.u8(&FLAGS)?;
        c.below(|c| {
            c.bits::<1>(&SHUTDOWN, flags.into());
            c.bits::<1>(&FIREWALLED, flags.into());
        });
        let extended = c.u16_le(&EXTENDED)?;
        c.skip(extended.into())?;
        Ok(opcode)
    })
}

/// An address and a port.
fn socket<S: Sink>(c: &mut Cursor<'_, S>, heading: &'static Field) -> Result<(), Stop> {
    c.group(heading, |c| {
        match c.u8(&SOCKET_VERSION)? {
            4 => _ = c.fixed::<4>(&SOCKET_4)?,
            6 => _ = c.fixed::<16>(&SOCKET_6)?,
            _ => c.skip(4)?,
        }
        c.u16(&SOCKET_PORT).map(|_| ())
    })
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, opcode: u8) -> Result<(), Stop> {
    match opcode {
        opcodes::PING_RESPONSE => {
            socket(c, &EXTERNAL)?;
            c.group(&ESTIMATE, |c| {
                let len = c.u8(&BIG_LENGTH)?;
                let start = c.pos();
                let number = c.rest().iter().take(len.min(8).into()).fold(0, |num, &byte| num << 8 | u64::from(byte));
                c.put(&BIG_DECIMAL, start, start + usize::from(len), number);
                c.bytes(&BIG, len.into()).map(|_| ())
            })
        }
        opcodes::STORE_REQUEST => {
            token(c)?;
            values(c)
        }
        opcodes::STORE_RESPONSE => {
            for _ in 0..c.u8(&STATUSES)? {
                c.bytes(&PRIMARY, KUID_LEN)?;
                c.bytes(&SECONDARY, KUID_LEN)?;
                c.u16(&STATUS)?;
                let len = c.array::<2>().map(u16::from_be_bytes)?;
                c.skip(len.into())?;
            }
            Ok(())
        }
        opcodes::FIND_NODE_REQUEST => c.bytes(&TARGET, KUID_LEN).map(|_| ()),
        opcodes::FIND_NODE_RESPONSE => {
            token(c)?;
            let count = c.u8(&CONTACTS)?;
            (1..=count).try_for_each(|number| contact(c, number))
        }
        opcodes::FIND_VALUE_REQUEST => {
            c.bytes(&TARGET, KUID_LEN)?;
            for _ in 0..c.u8(&KUIDS)? {
                c.bytes(&KUID, KUID_LEN)?;
            }
            c.bytes(&ASKED_TYPE, 4).map(|_| ())
        }
        opcodes::FIND_VALUE_RESPONSE => {
            c.u32(&LOAD)?;
            values(c)?;
            for _ in 0..c.u8(&KUIDS)? {
                c.bytes(&KUID, KUID_LEN)?;
            }
            Ok(())
        }
        _ => {
            if c.remaining() > 0 {
                c.bytes(&DATA, c.remaining())?;
            }
            Ok(())
        }
    }
}

fn token<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = c.u8(&TOKEN_LENGTH)?;
    c.bytes(&TOKEN, len.into()).map(|_| ())
}

fn contact<S: Sink>(c: &mut Cursor<'_, S>, number: u8) -> Result<(), Stop> {
    c.group(&CONTACT, |c| {
        c.label(|l| _ = l.str("Contact #").dec(number));
        c.bytes(&CONTACT_VENDOR, 4)?;
        c.u16(&CONTACT_VERSION)?;
        c.seek(c.pos() - 2);
        c.below(|c| c.read_all(&[(&MAJOR, 1), (&MINOR, 1)]))?;
        c.bytes(&CONTACT_KUID, KUID_LEN)?;
        socket(c, &SOCKET)
    })
}

fn values<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    for number in 1..=c.u8(&VALUES)? {
        c.group(&VALUE, |c| {
            c.label(|l| _ = l.str("DHTValue #").dec(number));
            contact(c, number)?;
            c.bytes(&KUID, KUID_LEN)?;
            c.bytes(&VALUE_TYPE, 4)?;
            c.u16(&VALUE_VERSION)?;
            let len = c.u16(&VALUE_LENGTH)?;
            c.bytes(&VALUE_BYTES, len.into()).map(|_| ())
        })?;
    }
    Ok(())
}
