//! DHCP (RFC 2131), and BOOTP (RFC 951) before it.

mod options;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::network::arp::HARDWARE_TYPES;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("dhcp", "Dynamic Host Configuration Protocol", Kind::Protocol);

fields! {
    TYPE = "dhcp.type", "Message type", U8 names(OPERATIONS);
    HARDWARE_TYPE = "dhcp.hw.type", "Hardware type", U8 hex names(HARDWARE_TYPES);
    HARDWARE_LEN = "dhcp.hw.len", "Hardware address length", U8;
    HOPS = "dhcp.hops", "Hops", U8;
    ID = "dhcp.id", "Transaction ID", U32 hex;
    SECONDS = "dhcp.secs", "Seconds elapsed", U16;
    FLAGS = "dhcp.flags", "Bootp flags", U16 hex;
    BROADCAST = "dhcp.flags.bc", "Broadcast flag", Bool bits(16) mask(0x8000) flag("Broadcast", "Unicast");
    RESERVED = "dhcp.flags.reserved", "Reserved flags", U16 hex mask(0x7fff);
    CLIENT = "dhcp.ip.client", "Client IP address", Ipv4;
    YOUR = "dhcp.ip.your", "Your (client) IP address", Ipv4;
    SERVER = "dhcp.ip.server", "Next server IP address", Ipv4;
    RELAY = "dhcp.ip.relay", "Relay agent IP address", Ipv4;
    MAC = "dhcp.hw.mac_addr", "Client MAC address", Ether;
    HARDWARE = "dhcp.client_hardware_address", "Client hardware address", Bytes;
    PADDING = "dhcp.hw.addr_padding", "Client hardware address padding", Bytes;
    SERVER_NAME = "dhcp.server", "Server host name", Str;
    FILE = "dhcp.file", "Boot file name", Str;
    COOKIE = "dhcp.cookie", "Magic cookie", Ipv4;
    VENDOR = "dhcp.vendor", "Vendor-specific", Bytes;
    OPTION = "dhcp.option.type", "Option", U8;
    OPTION_LEN = "dhcp.option.length", "Length", U8;
    OPTION_VALUE = "dhcp.option.value", "Value", Bytes;
}

experts! {
    SWAPPED_SECONDS = "dhcp.secs_le", "Seconds elapsed appears to be encoded as little-endian", Note, Protocol;
}

names! {
    OPERATIONS { 1 = "Boot Request", 2 = "Boot Reply" }
    MESSAGES {
        1 = "Discover", 2 = "Offer", 3 = "Request", 4 = "Decline", 5 = "ACK", 6 = "NAK", 7 = "Release", 8 = "Inform",
        9 = "Force Renew", 10 = "Lease query", 11 = "Lease Unassigned", 12 = "Lease Unknown", 13 = "Lease Active",
        14 = "Bulk Lease Query", 15 = "Lease Query Done", 16 = "Active LeaseQuery", 17 = "Lease Query Status",
        18 = "TLS",
    }
}

const ETHERNET: u8 = 1;
/// Characters that a message's name takes up at least in the summary.
const NAME_WIDTH: usize = 8;

/// DHCP.
pub struct Dhcp;

impl Protocol for Dhcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DHCP/BOOTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[options::FIELDS];
    const KEYS: &'static [Key] = &[Key::Udp(67), Key::Udp(68)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BOOTP");
        c.claim();
        let id = header(c)?;
        let message = vendor_area(c)?;
        let Some(message) = message else { return Ok(()) };
        c.protocol("DHCP");
        c.layer_append(|l| {
            l.str(" (").str(name_of(MESSAGES, message.into()).unwrap_or("Unknown Message Type")).byte(b')');
        });
        let line = c.claim().str("DHCP ");
        message_name(line, message);
        line.str(" - Transaction ID 0x").hex(id, 1);
        options::dissect(c)
    }
}

/// Writes what a message is, wide enough for the most frequent ones to stand in a column.
fn message_name(line: &mut Line, message: u8) {
    let start = line.len();
    match name_of(MESSAGES, message.into()) {
        Some(name) => _ = line.str(name),
        None => _ = line.str("Unknown Message Type (0x").hex(message, 2).byte(b')'),
    }
    while line.len() < start + NAME_WIDTH {
        line.byte(b' ');
    }
}

/// Bytes between the seconds elapsed and the vendor's area.
const AFTER_SECONDS: usize = 226;

/// Reads what stands before the vendor's area, and writes BOOTP's own text; gives the transaction's number.
fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    let start = c.pos();
    if let Some([operation, kind, len]) = c.peek::<3>(0)
        && c.remaining() > ADDRESS_AT + ADDRESS_AREA
    {
        c.seek(start + ADDRESS_AT);
        let address = c.peek::<ADDRESS_AREA>(0).unwrap_or_default();
        let server = c.peek_u8(ADDRESS_AREA).map_or(0, usize::from);
        c.seek(start);
        match operation {
            1 => sender(c.info(), (kind, len), &address, server as u8),
            2 => _ = c.info().str("Boot Reply"),
            _ => _ = c.info().str("Unknown BOOTP message type (").dec(operation).byte(b')'),
        }
    }
    c.u8(&TYPE)?;
    let kind = c.u8(&HARDWARE_TYPE)?;
    let len = c.u8(&HARDWARE_LEN)?;
    c.u8(&HOPS)?;
    let id = c.u32(&ID)?;
    let seconds = c.u16(&SECONDS)?;
    if seconds > 0xff && seconds & 0xff == 0 {
        // Some senders write the number the wrong way round.
        c.change_last(|item| item.num = seconds.swap_bytes().into());
        if c.remaining() >= AFTER_SECONDS {
            c.below(|c| c.expert(&SWAPPED_SECONDS));
        }
    }
    let flags = c.u16(&FLAGS)?;
    c.append(|l| _ = l.str(if flags & 0x8000 == 0 { " (Unicast)" } else { " (Broadcast)" }));
    c.below(|c| {
        c.bits::<2>(&BROADCAST, flags.into());
        c.bits::<2>(&RESERVED, flags.into());
    });
    for field in [&CLIENT, &YOUR, &SERVER, &RELAY] {
        c.fixed::<4>(field)?;
    }
    let address = usize::from(len).min(ADDRESS_AREA);
    if (kind, address) == (ETHERNET, 6) {
        c.fixed::<6>(&MAC)?;
    } else {
        c.bytes(&HARDWARE, address)?;
    }
    c.bytes(&PADDING, ADDRESS_AREA - address)?;
    given(c, &SERVER_NAME, 64)?;
    given(c, &FILE, 128)?;
    Ok(id)
}

/// Reads a text that may not be given.
fn given<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, len: usize) -> Result<(), Stop> {
    let text = c.bytes(field, len)?;
    if text.first() == Some(&0) {
        c.label(|l| _ = l.str(field.label).str(" not given"));
    }
    Ok(())
}

/// Where the client's hardware address stands, and how many bytes there are for it.
const ADDRESS_AT: usize = 28;
const ADDRESS_AREA: usize = 16;

/// Writes who asks.
fn sender(line: &mut Line, (kind, len): (u8, u8), address: &[u8; ADDRESS_AREA], behind: u8) {
    line.str("Boot Request from ");
    match (kind, len, address) {
        (_, 0, _) => _ = line.str("<No address>"),
        (ETHERNET, 6, &[a, b, c, d, e, f, ..]) => {
            let mac = [a, b, c, d, e, f];
            line.mac(&mac).str(" (").mac(&mac).byte(b')');
        }
        _ => {
            let len = usize::from(len);
            line.hex_bytes(address.get(..len).unwrap_or(address), "");
            if len > ADDRESS_AREA {
                line.hex(behind, 2);
            }
        }
    }
}

/// Reads the cookie, and looks ahead for the option that says what a DHCP message is; without the cookie, the area is
/// the vendor's own.
fn vendor_area<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Option<u8>, Stop> {
    const COOKIE_VALUE: [u8; 4] = [0x63, 0x82, 0x53, 0x63];
    const VENDOR_LEN: usize = 64;
    let cookie = c.peek::<4>(0).ok_or_else(|| c.short(4))?;
    if cookie != COOKIE_VALUE {
        return c.bytes(&VENDOR, VENDOR_LEN).map(|_| None);
    }
    c.fixed::<4>(&COOKIE)?;
    c.label(|l| _ = l.str("Magic cookie: DHCP"));
    let start = c.pos();
    let mut message = None;
    while let Some(option) = c.peek_u8(0) {
        match option {
            0 => c.skip(1)?,
            255 => break,
            _ => {
                let len = usize::from(c.peek_u8(1).ok_or_else(|| c.short(2))?);
                if option == 53 {
                    message = c.peek_u8(2);
                }
                c.seek(c.pos() + 2 + len);
            }
        }
    }
    c.seek(start);
    if message.is_none() {
        options::dissect(c)?;
    }
    Ok(message)
}
