//! TCP (RFC 9293).

pub mod payload;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("tcp", "Transmission Control Protocol", Kind::Protocol);

fields! {
    SRC_PORT = "tcp.srcport", "Source Port", U16;
    DST_PORT = "tcp.dstport", "Destination Port", U16;
    SEQ = "tcp.seq", "Sequence Number", U32;
    ACK = "tcp.ack", "Acknowledgment Number", U32;
    FLAGS = "tcp.flags", "Flags", U16 mask(0x0fff) hex;
}

/// TCP.
pub struct Tcp;

impl Protocol for Tcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(6)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("TCP");
        let start = c.pos();
        let src_port = c.u16(&SRC_PORT)?;
        let dst_port = c.u16(&DST_PORT)?;
        let seq = c.u32(&SEQ)?;
        c.u32(&ACK)?;
        let flags = c.u16(&FLAGS)?;
        c.seek(start);
        c.skip(usize::from(flags >> 12) * 4)?;
        let (src, dst) = (c.row().src, c.row().dst);
        let current = c.worker.state.enter_tcp((src, src_port), (dst, dst_port));
        let own = move |l: &mut crate::dissect::line::Line| _ = l.dec(src_port).str(" → ").dec(dst_port);
        let arrival = payload::Arrival { current, seq, fin: flags & 1 != 0, stale: false, repeated: false };
        let outcome = payload::dissect(c, arrival, &own);
        if !c.row().claimed() {
            own(c.claim());
        }
        outcome
    }
}
