//! UDP (RFC 768).

use crate::conversation::Transport;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("udp", "User Datagram Protocol", Kind::Protocol);

fields! {
    SRC_PORT = "udp.srcport", "Source Port", U16;
    DST_PORT = "udp.dstport", "Destination Port", U16;
    PORT = "udp.port", "Source or Destination Port", U16;
    LENGTH = "udp.length", "Length", U16;
    CHECKSUM = "udp.checksum", "Checksum", U16 hex;
    STREAM = "udp.stream", "Stream index", U32;
    PAYLOAD = "udp.payload", "UDP payload", Bytes;
}

/// UDP.
pub struct Udp;

impl Protocol for Udp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "UDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(17)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("UDP");
        let start = c.pos();
        let src_port = c.u16(&SRC_PORT)?;
        let dst_port = c.u16(&DST_PORT)?;
        c.hidden(&PORT, start, start + 2, src_port.into());
        c.hidden(&PORT, start + 2, start + 4, dst_port.into());
        c.layer_append(|l| _ = l.str(", Src Port: ").dec(src_port).str(", Dst Port: ").dec(dst_port));
        let ports = |l: &mut crate::dissect::line::Line| _ = l.dec(src_port).str(" → ").dec(dst_port);
        let rest = header(c);
        let Ok(len) = rest else {
            ports(c.claim());
            return rest.map(|_| ());
        };
        c.layer_ends();
        let ip_payload = c.limit().saturating_sub(start);
        if usize::from(len) < HEADER_LEN && (len != 0 || ip_payload <= 0xffff) {
            ports(c.claim());
            c.info().str(" [BAD UDP LENGTH ").dec(len).str(" < 8]");
            return Ok(());
        }
        let overlong = usize::from(len) > ip_payload;
        c.trim(usize::from(len).saturating_sub(HEADER_LEN));
        let outcome = payload(c, src_port, dst_port);
        if !c.row().claimed() {
            ports(c.claim());
            if overlong {
                c.info().str(" [BAD UDP LENGTH ").dec(len).str(" > IP PAYLOAD LENGTH]");
            }
            c.info().str(" Len=").dec(len - 8);
        }
        outcome
    }
}

/// Bytes of a UDP header.
const HEADER_LEN: usize = 8;

/// The rest of the header behind the ports: the length.
fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    let len = c.u16(&LENGTH)?;
    c.u16(&CHECKSUM)?;
    Ok(len)
}

/// Hands the payload to the protocol of the conversation, of the lower port, of the higher one, or to one that
/// recognises it.
fn payload<S: Sink>(c: &mut Cursor<'_, S>, src_port: u16, dst_port: u16) -> Result<(), Stop> {
    let (src, dst) = (c.row().src, c.row().dst);
    let current = c.worker.state.enter_udp((src, src_port), (dst, dst_port));
    debug_assert_eq!(current.transport, Transport::Udp);
    c.generated(&STREAM, current.index as u64);
    if c.reported() == 0 {
        return Ok(());
    }
    c.put(&PAYLOAD, c.pos(), c.end(), 0);
    let known = c.worker.state.udp.get_mut(current.index).and_then(|conversation| conversation.protocol);
    if let Some(entry) = known
        && c.enter(entry)?
    {
        return Ok(());
    }
    let (low, high) = (src_port.min(dst_port), src_port.max(dst_port));
    if c.next(Key::Udp(low))? || c.next(Key::Udp(high))? || c.next_by_content(Key::UdpContent)? {
        return Ok(());
    }
    c.data();
    Ok(())
}
