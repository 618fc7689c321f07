//! HART over IP: instruments of a process plant.

use crate::conversation::Transport;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("hart_ip", "HART_IP Protocol", Kind::Protocol);

fields! {
    VERSION = "hart_ip.version", "Version", U8;
    TYPE = "hart_ip.message_type", "Message Type", U8 mask(0x0f) names(TYPES);
    ID = "hart_ip.message_id", "Message ID", U8 names(IDS);
    STATUS = "hart_ip.status", "Status", U8;
    SEQUENCE = "hart_ip.transaction_id", "Sequence Number", U16;
    LENGTH = "hart_ip.msg_length", "Message Length", U16;
    BODY = "hart_ip.data", "Message Data", Bytes;
}

experts! {
    NO_DATA = "hart_ip.data.none", "No data", Note, Protocol;
}

names! {
    TYPES { 0 = "Request", 1 = "Response", 2 = "Publish", 15 = "Error" }
    IDS { 0 = "Session Initiate", 1 = "Session Close", 2 = "Keep Alive", 3 = "Pass Through" }
}

const PORT: u16 = 5094;
/// Bytes of a header, which the length counts.
const HEADER_LEN: usize = 8;

/// HART over IP.
pub struct HartIp;

impl Protocol for HartIp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "HART_IP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut first = true;
        while c.reported() > 0 {
            c.await_header(HEADER_LEN)?;
            let (Some(kind), Some(id), Some(len)) = (c.peek_u8(1), c.peek_u8(2), c.peek_u16(6)) else {
                return Err(if first { Stop::NotMine } else { c.short(HEADER_LEN) });
            };
            let known = name_of(TYPES, (kind & 0x0f).into()).zip(name_of(IDS, id.into()));
            let Some((kind, id)) = known else {
                return if first { Err(Stop::NotMine) } else { Ok(()) };
            };
            let len = usize::from(len).max(HEADER_LEN);
            c.await_bytes(len)?;
            c.protocol("HART_IP");
            if std::mem::take(&mut first) {
                c.claim();
            } else {
                c.info().str(" | ");
            }
            c.info().str(id).byte(b' ').str(kind);
            answers_from_anywhere(c);
            c.begin_message(len);
            c.within(len, message)?;
        }
        Ok(())
    }
}

/// A server may answer from another port than the one it was asked at.
fn answers_from_anywhere<S: Sink>(c: &mut Cursor<'_, S>) {
    let Some(current) = c.worker.state.current else { return };
    if current.transport == Transport::Udp
        && current.dst_port == PORT
        && let Some(entry) = Registry::named(LAYER.key)
    {
        let (client, server) = (c.row().src, c.row().dst);
        c.worker.state.expected.announce(Transport::Udp, (client, current.src_port), Some(server), entry);
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&VERSION, 1), (&TYPE, 1), (&ID, 1), (&STATUS, 1)])?;
    let number = c.u16(&SEQUENCE)?;
    c.info().str(", Sequence Number ").dec(number);
    c.u16(&LENGTH)?;
    let len = c.remaining();
    c.bytes(&BODY, len)?;
    if len == 0 {
        c.below(|c| c.expert(&NO_DATA));
    }
    Ok(())
}
