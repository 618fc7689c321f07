//! RSVP (RFC 2205), with its traffic engineering (RFC 3209).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::checksum;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("rsvp", "Resource ReserVation Protocol (RSVP)", Kind::Protocol);

fields! {
    VERSION = "rsvp.version", "RSVP Version", U8 mask(0xf0);
    FLAGS = "rsvp.flags", "Flags", U8 hex mask(0x0f);
    MESSAGE = "rsvp.msg", "Message Type", U8 names(MESSAGES);
    CHECKSUM = "rsvp.checksum", "Message Checksum", U16 hex;
    CHECKSUM_STATUS = "rsvp.checksum.status", "Message Checksum Status", U8 names(checksum::STATUSES) bare;
    TTL = "rsvp.sending_ttl", "Sending TTL", U8;
    LENGTH = "rsvp.msg.length", "Message length", U16;
    OBJECT = "rsvp.object", "Object", None;
    OBJECT_LENGTH = "rsvp.length", "Length", U16;
    CLASS = "rsvp.class", "Object class", U8;
    CLASS_TYPE = "rsvp.ctype", "C-type", U8;
    SESSION_ADDRESS = "rsvp.session.ip", "Destination address", Ipv4;
    SESSION_PROTOCOL = "rsvp.session.proto", "Protocol", U8;
    SESSION_PORT = "rsvp.session.port", "Port number", U16;
    TUNNEL = "rsvp.session.tunnel_id", "Tunnel ID", U16;
    EXTENDED = "rsvp.session.ext_tunnel_id", "Extended tunnel ID", U32;
    SENDER = "rsvp.sender.ip", "Sender IPv4 address", Ipv4;
    SENDER_PORT = "rsvp.sender.port", "Sender port number", U16;
    SENDER_PATH = "rsvp.sender.lsp_id", "Sender LSP ID", U16;
    DATA = "rsvp.data", "Data", Bytes;
}

experts! {
    BAD_CHECKSUM = "rsvp.bad_checksum", "Bad checksum", Error, Checksum;
}

names! {
    MESSAGES {
        1 = "PATH Message. ", 2 = "RESV Message. ", 3 = "PATH ERROR Message. ", 4 = "RESV ERROR Message. ",
        5 = "PATH TEAR Message. ", 6 = "RESV TEAR Message. ", 7 = "CONFIRM Message. ",
        10 = "RESV TEAR CONFIRM Message. ", 12 = "BUNDLE Message. ", 13 = "ACK Message. ", 15 = "SREFRESH Message. ",
        20 = "HELLO Message. ", 21 = "NOTIFY Message. ",
    }
}

static CHECK: checksum::Fields = checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &BAD_CHECKSUM };

const HEADER_LEN: usize = 8;
const OBJECT_HEADER: usize = 4;
const SESSION: u8 = 1;
const FILTER: u8 = 10;
const TEMPLATE: u8 = 11;

/// RSVP.
pub struct Rsvp;

impl Protocol for Rsvp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RSVP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(46)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RSVP");
        c.claim();
        let start = c.pos();
        let first = c.be::<1>(&VERSION)?;
        c.bits::<1>(&FLAGS, first);
        let kind = c.u8(&MESSAGE)?;
        c.info().str(name_of(MESSAGES, kind.into()).unwrap_or("Unknown (). "));
        let end = c.limit();
        checksum::read(c, &CHECK, (start, end), Default::default())?;
        c.u8(&TTL)?;
        c.skip(1)?;
        let len = usize::from(c.u16(&LENGTH)?);
        c.trim(len.saturating_sub(HEADER_LEN));
        while c.reported() > 0 {
            let len = usize::from(c.peek_u16(0).ok_or_else(|| c.short(OBJECT_HEADER))?);
            if len < OBJECT_HEADER {
                return Ok(());
            }
            c.group(&OBJECT, |c| c.within(len, object))?;
        }
        Ok(())
    }
}

fn object<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&OBJECT_LENGTH)?;
    let class = c.u8(&CLASS)?;
    let kind = c.u8(&CLASS_TYPE)?;
    match (class, kind) {
        (SESSION, 1) => {
            let address = c.fixed::<4>(&SESSION_ADDRESS)?;
            let protocol = c.u8(&SESSION_PROTOCOL)?;
            c.skip(1)?;
            let port = c.u16(&SESSION_PORT)?;
            let info = c.info().str("SESSION: IPv4, Destination ").ipv4(&address);
            info.str(", Protocol ").dec(protocol).str(", Port ").dec(port).str(". ");
        }
        (SESSION, 7) => {
            let address = c.fixed::<4>(&SESSION_ADDRESS)?;
            c.skip(2)?;
            let tunnel = c.u16(&TUNNEL)?;
            let extended = c.u32(&EXTENDED)?;
            let info = c.info().str("SESSION: IPv4-LSP, Destination ").ipv4(&address);
            info.str(", Short Call ID 0, Tunnel ID ").dec(tunnel).str(", Ext ID ").hex(extended, 1).str(". ");
        }
        (FILTER | TEMPLATE, 1 | 7) => {
            let name = if class == FILTER { "FILTERSPEC: " } else { "SENDER TEMPLATE: " };
            let address = c.fixed::<4>(&SENDER)?;
            c.skip(2)?;
            let number = c.u16(if kind == 1 { &SENDER_PORT } else { &SENDER_PATH })?;
            let info = c.info().str(name);
            match kind {
                1 => _ = info.str("IPv4, Sender ").ipv4(&address).str(", Port ").dec(number),
                _ => {
                    info.str("IPv4-LSP, Tunnel Source: ").ipv4(&address);
                    info.str(", Short Call ID: 0, LSP ID: ").dec(number);
                }
            }
            c.info().str(". ");
        }
        _ if c.reported() > 0 => _ = c.bytes(&DATA, c.reported())?,
        _ => {}
    }
    Ok(())
}
