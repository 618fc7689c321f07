//! NetBIOS over IPX, as Novell made it, and Microsoft's name management beside it.

use crate::dissect::application::netbios::{Smb, name};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("nbipx", "NetBIOS over IPX", Kind::Protocol);
static NMPI_LAYER: Field = Field::new("nmpi", "Name Management Protocol over IPX", Kind::Protocol);

fields! {
    NAME_FLAGS = "nmpi.name_flags", "Name type flag", U8 hex;
    GROUP = "nmpi.name_flags.group", "Name", Bool mask(0x80) flag("Group name", "Unique name");
    IN_USE = "nmpi.name_flags.in_use", "In use", Bool mask(0x40) flag("Used", "Not used");
    REGISTERED = "nmpi.name_flags.registered", "Registered", Bool mask(0x4) flag("Yes", "No");
    DUPLICATED = "nmpi.name_flags.duplicated", "Duplicated", Bool mask(0x2) flag("Yes", "No");
    DEREGISTERED = "nmpi.name_flags.deregistered", "Deregistered", Bool mask(0x1) flag("Yes", "No");
    CONTROL = "nmpi.conn_control", "Connection control", U8 hex;
    SYSTEM = "nmpi.conn_control.sys_packet", "Packet", Bool mask(0x80) flag("System packet", "Non-system packet");
    ACK = "nmpi.conn_control.ack", "Acknowledgement", Bool mask(0x40) flag("Required", "Not required");
    ATTENTION = "nmpi.conn_control.attention", "Attention", Bool mask(0x20) flag("Yes", "No");
    END = "nmpi.conn_control.end_msg", "End of message", Bool mask(0x10) flag("Yes", "No");
    RESEND = "nmpi.conn_control.resend", "Resend", Bool mask(0x8) flag("Yes", "No");
    PACKET_TYPE = "nmpi.packettype", "Packet Type", U8 hex names(PACKET_TYPES);
    NAME = "", "Name", None;
    PART = "", "Part", None;
    SRC_CONNECTION = "nmpi.session.src_conn_id", "Source connection ID", U16 hex;
    DST_CONNECTION = "nmpi.session.dest_conn_id", "Destination connection ID", U16 hex;
    SEND = "nmpi.session.send_seq_number", "Send sequence number", U16;
    TOTAL = "nmpi.session.total_data_length", "Total data length", U16;
    OFFSET = "nmpi.session.offset", "Offset", U16;
    DATA_LENGTH = "nmpi.session.data_length", "Data length", U16;
    RECEIVE = "nmpi.session.recv_seq_number", "Receive sequence number", U16;
    RECEIVED = "nmpi.session.bytes_received", "Bytes received", U16;
    OPCODE = "nmpi.opcode", "Opcode", U8 hex names(OPCODES);
    NAME_TYPE = "nmpi.name_type", "Name Type", U8 hex names(NAME_TYPES);
    MESSAGE = "nmpi.messageid", "Message ID", U16 hex;
}

names! {
    PACKET_TYPES {
        1 = "Find name", 2 = "Name recognized", 3 = "Check name", 4 = "Name in use", 5 = "Deregister name",
        6 = "Session data", 7 = "Session end", 8 = "Session end ACK", 9 = "Status query", 10 = "Status response",
        11 = "Directed datagram",
    }
    OPCODES {
        0xf1 = "Claim name", 0xf2 = "Delete name", 0xf3 = "Query name", 0xf4 = "Name found",
        0xf5 = "Messenger hangup", 0xfc = "Mailslot write", 0xfd = "Find mailslot name",
        0xfe = "Mailslot name found",
    }
    NAME_TYPES { 1 = "Machine", 2 = "Workgroup", 3 = "Browser" }
}

/// The packet type of IPX whose packets routers hand on to all networks: it begins with those that have.
const BROADCAST: u8 = 0x14;
/// Bytes of the networks that a broadcast has passed.
const ROUTERS_LEN: usize = 32;
/// Bytes of a name.
const NAME_LEN: usize = 16;
const SESSION_DATA: u8 = 6;
const SESSION_END_ACK: u8 = 8;
const DATAGRAM: u8 = 11;

/// Hands a packet to NetBIOS; one that went to all begins with the networks that it passed.
pub(super) fn over_ipx<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<bool, Stop> {
    if kind == BROADCAST {
        c.protocol("NBIPX");
        c.skip(ROUTERS_LEN)?;
    }
    c.call::<NetBiosOverIpx>()
}

/// NetBIOS over IPX.
pub struct NetBiosOverIpx;

impl Protocol for NetBiosOverIpx {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NBIPX";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NBIPX");
        c.claim();
        let kind = c.peek_u8(1).ok_or_else(|| c.short(2))?;
        c.info().str(name_of(PACKET_TYPES, kind.into()).unwrap_or("Unknown"));
        match kind {
            1..=5 => {
                flags(c, &NAME_FLAGS, &[&GROUP, &IN_USE, &REGISTERED, &DUPLICATED, &DEREGISTERED])?;
                c.u8(&PACKET_TYPE)?;
                let name = read_name(c, "Name")?;
                name::write(&name, c.info().byte(b' '));
                Ok(())
            }
            SESSION_DATA..=SESSION_END_ACK => {
                connection_control(c)?;
                c.u8(&PACKET_TYPE)?;
                c.u16_le(&SRC_CONNECTION)?;
                c.u16_le(&DST_CONNECTION)?;
                for field in [&SEND, &TOTAL, &OFFSET, &DATA_LENGTH, &RECEIVE, &RECEIVED] {
                    c.u16_le(field)?;
                }
                c.layer_ends();
                payload(c)
            }
            DATAGRAM => {
                connection_control(c)?;
                c.u8(&PACKET_TYPE)?;
                read_name(c, "Receiver's Name")?;
                read_name(c, "Sender's Name")?;
                c.layer_ends();
                payload(c)
            }
            _ => {
                connection_control(c)?;
                c.u8(&PACKET_TYPE).map(|_| ())
            }
        }
    }
}

/// Hands on what a session or a datagram carries.
fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.reported() == 0 {
        return Ok(());
    }
    let smb = c.peek(0) == Some(*b"\xffSMB");
    if !smb || !c.lend(Cursor::call::<Smb>)? {
        c.data();
    }
    Ok(())
}

fn connection_control<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    flags(c, &CONTROL, &[&SYSTEM, &ACK, &ATTENTION, &END, &RESEND])
}

fn flags<S: Sink>(c: &mut Cursor<'_, S>, whole: &'static Field, parts: &[&'static Field]) -> Result<(), Stop> {
    let flags = c.u8(whole)?;
    c.below(|c| {
        for part in parts {
            c.bits::<1>(part, flags.into());
        }
    });
    Ok(())
}

/// Reads a name, which stands in the tree with what bears it.
pub(crate) fn read_name<S: Sink>(c: &mut Cursor<'_, S>, label: &str) -> Result<[u8; NAME_LEN], Stop> {
    let at = c.pos();
    let bytes = c.array::<NAME_LEN>()?;
    if S::DETAIL {
        let number = bytes.last().copied().unwrap_or_default();
        let end = at.saturating_add(NAME_LEN);
        c.put(&NAME, at, end, 0);
        c.label(|l| {
            name::write(&bytes, l.str(label).str(": "));
            l.str(" (").str(name::purpose(number)).byte(b')');
        });
        c.below(|c| {
            c.put(&PART, at, end.saturating_sub(1), 0);
            c.label(|l| {
                name::write(&bytes, l);
                l.truncate(l.len().saturating_sub(4));
            });
            c.put(&PART, end.saturating_sub(1), end, 0);
            c.label(|l| {
                l.str("0x").hex(number, 2).str(" (").str(name::purpose(number)).byte(b')');
            });
        });
    }
    Ok(bytes)
}

/// Name management.
pub struct NameManagement;

impl Protocol for NameManagement {
    const LAYER: &'static Field = &NMPI_LAYER;
    const NAME: &'static str = "NMPI";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NMPI");
        c.skip(ROUTERS_LEN)?;
        c.claim();
        c.need(1)?;
        let opcode = c.u8(&OPCODE)?;
        c.u8(&NAME_TYPE)?;
        c.u16_le(&MESSAGE)?;
        let requested = read_name(c, "Requested name")?;
        let line = c.info();
        match opcode {
            0xf4 | 0xfe => {
                line.str(if opcode == 0xf4 { "Name " } else { "Mailslot name " });
                name::write(&requested, line);
                line.str(" found");
            }
            _ => {
                match name_of(OPCODES, opcode.into()) {
                    Some(words) => line.str(words),
                    None => line.str("Unknown NMPI op 0x").hex(opcode, 2).str(": name"),
                };
                line.str(match opcode {
                    0xf5 => " on ",
                    0xfc => " to ",
                    _ => " ",
                });
                name::write(&requested, line);
            }
        }
        read_name(c, "Source name")?;
        c.layer_ends();
        if opcode == 0xfc {
            return payload(c);
        }
        Ok(())
    }
}
