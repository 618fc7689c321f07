//! Pragmatic General Multicast (RFC 3208).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::checksum;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("pgm", "Pragmatic General Multicast", Kind::Protocol);

fields! {
    SRC_PORT = "pgm.hdr.sport", "Source Port", U16;
    DST_PORT = "pgm.hdr.dport", "Destination Port", U16;
    TYPE = "pgm.hdr.type", "Type", U8 hex names(TYPES);
    OPTIONS = "pgm.hdr.opts", "Options", U8 hex;
    CHECKSUM = "pgm.hdr.cksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "pgm.hdr.cksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    SOURCE = "pgm.hdr.gsi", "Global Source Identifier", Bytes;
    LENGTH = "pgm.hdr.tsdulen", "Transport Service Data Unit Length", U16;
    SEQUENCE = "pgm.data.sqn", "Data Packet Sequence Number", U32 hex;
    TRAIL = "pgm.data.trail", "Trailing Edge Sequence Number", U32 hex;
    ROUND = "pgm.poll.round", "Round", U16;
    SUBTYPE = "pgm.poll.subtype", "Subtype", U16 hex names(SUBTYPES);
    REST = "pgm.data", "Data", Bytes;
}

experts! {
    BAD_CHECKSUM = "pgm.bad_checksum", "Bad checksum", Error, Checksum;
}

names! {
    TYPES {
        0 = "SPM", 1 = "POLL", 2 = "POLR", 4 = "ODATA", 5 = "RDATA", 8 = "NAK", 9 = "NNAK", 10 = "NCF", 13 = "ACK",
    }
    /// As the Info column has them, all of one width.
    SHORT {
        0 = "SPM  ", 1 = "POLL ", 2 = "POLR ", 4 = "ODATA", 5 = "RDATA", 8 = "NAK  ", 9 = "NNAK ", 10 = "NCF  ", 13 = "ACK  ",
    }
    SUBTYPES { 0 = "General", 1 = "DLR" }
}

static CHECK: checksum::Fields = checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &BAD_CHECKSUM };

/// PGM.
pub struct Pgm;

impl Protocol for Pgm {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PGM";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(113)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PGM");
        c.claim();
        // A header that was not captured whole is not looked at.
        if c.remaining() < 18 {
            return Ok(());
        }
        let start = c.pos();
        let src = c.u16(&SRC_PORT)?;
        let dst = c.u16(&DST_PORT)?;
        let kind = c.u8(&TYPE)?;
        c.u8(&OPTIONS)?;
        let end = c.limit();
        checksum::read(c, &CHECK, (start, end), Default::default())?;
        let source = c.fixed::<6>(&SOURCE)?;
        let len = c.u16(&LENGTH)?;
        let Some(name) = name_of(SHORT, kind.into()) else { return Ok(()) };
        c.layer_append(|l| {
            l.str(": Type ").str(name.trim_ascii_end()).str(" Src Port ").dec(src).str(", Dst Port ").dec(dst);
            l.str(", GSI ").hex_bytes(&source, "");
        });
        let sequence = c.u32(&SEQUENCE)?;
        let info = c.info();
        info.str(name).str(" sqn 0x").hex(sequence, 1).str(" gsi ").hex_bytes(&source, "");
        match kind {
            1 => {
                c.u16(&ROUND)?;
                let subtype = c.u16(&SUBTYPE)?;
                c.info().str(" subtype ").str(name_of(SUBTYPES, subtype.into()).unwrap_or("Unknown"));
            }
            4 | 5 => {
                c.info().str(" tsdulen ").dec(len);
                c.u32(&TRAIL)?;
            }
            _ => {}
        }
        if c.remaining() > 0 { c.bytes(&REST, c.remaining()).map(|_| ()) } else { Ok(()) }
    }
}
