//! Pragmatic General Multicast (RFC 3208).

use crate::dissect::checksum::Sum;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::checksum;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("pgm", "Pragmatic General Multicast", Kind::Protocol);

fields! {
    SRC_PORT = "pgm.hdr.sport", "Source Port", U16;
    DST_PORT = "pgm.hdr.dport", "Destination Port", U16;
    TYPE = "pgm.hdr.type", "Type", U8 hex names(TYPES);
    OPTIONS = "pgm.hdr.opts", "Options", U8 hex;
    OPTIONS_PRESENT = "pgm.hdr.opts.opt", "Options", Bool mask(0x01) flag("Present", "Not Present");
    OPTIONS_NETWORK = "pgm.hdr.opts.netsig", "Network Significant Options", Bool mask(0x02) flag("Present", "Not Present");
    OPTIONS_VARIABLE = "pgm.hdr.opts.varlen", "Variable length Parity Packet Option", Bool mask(0x40) flag("Present", "Not Present");
    OPTIONS_PARITY = "pgm.hdr.opts.parity", "Parity", Bool mask(0x80) flag("Present", "Not Present");
    CHECKSUM = "pgm.hdr.cksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "pgm.hdr.cksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    SOURCE = "pgm.hdr.gsi", "Global Source Identifier", Bytes;
    LENGTH = "pgm.hdr.tsdulen", "Transport Service Data Unit Length", U16;
    PACKET = "", "Packet", None;
    SEQUENCE = "pgm.spm.sqn", "Sequence number", U32 hex;
    TRAIL = "pgm.spm.trail", "Trailing Edge Sequence Number", U32 hex;
    LEAD = "pgm.spm.lead", "Leading Edge Sequence Number", U32 hex;
    PATH_AFI = "pgm.spm.pathafi", "Path NLA AFI", U16 names(AFIS);
    PATH_RESERVED = "pgm.spm.res", "Reserved", U16 hex;
    PATH = "pgm.spm.path.ipv4", "Path NLA", Ipv4;
    PATH6 = "pgm.spm.path.ipv6", "Path NLA", Ipv6;
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
    AFIS { 1 = "IPv4", 2 = "IPv6" }
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
            c.keep_silent();
            return Ok(());
        }
        let start = c.pos();
        let src = c.u16(&SRC_PORT)?;
        let dst = c.u16(&DST_PORT)?;
        c.tap(Layers::PORTS, (src, dst), 113);
        let kind = c.u8(&TYPE)?;
        options(c)?;
        let end = c.limit();
        let (line, found) = (c.mark(), c.peek_u16(0).unwrap_or_default());
        checksum::read(c, &CHECK, (start, end), Default::default())?;
        if S::DETAIL {
            // As in tshark, the line names the checksum's first byte as if it were the status.
            let status = name_of(checksum::STATUSES, u64::from(found >> 8)).unwrap_or("Unknown");
            let good = c.whole().get(start..end).is_some_and(|bytes| Sum::default().and(bytes).wanted(found) == found);
            if good {
                c.label_at(line, |l| _ = l.str("Checksum Status: ").str(status).str(" [correct]"));
            }
        }
        let source = c.fixed::<6>(&SOURCE)?;
        let len = c.u16(&LENGTH)?;
        let Some(name) = name_of(SHORT, kind.into()) else {
            c.keep_silent();
            return Ok(());
        };
        c.layer_append(|l| {
            l.str(": Type ").str(name.trim_ascii_end()).str(" Src Port ").dec(src).str(", Dst Port ").dec(dst);
            l.str(", GSI ").hex_bytes(&source, "");
        });
        let (sequence, branch) = (c.peek_u32(0).ok_or_else(|| c.short(4))?, c.mark());
        c.put(&PACKET, c.pos(), c.pos() + 4, 0);
        c.label(|l| _ = l.str(name.trim_ascii_end()).str(" Packet"));
        c.below(|c| c.u32(&SEQUENCE))?;
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
                c.below(|c| c.u32(&TRAIL))?;
                c.close_at(branch);
                c.data();
                return Ok(());
            }
            0 => return c.below(path),
            _ => {}
        }
        if c.remaining() > 0 { c.bytes(&REST, c.remaining()).map(|_| ()) } else { Ok(()) }
    }
}

/// The options' flags, whose line in the tree names those that are set.
fn options<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = c.be::<1>(&OPTIONS)?;
    c.label(|l| {
        l.str("Options: ");
        for (bit, name) in [(0x01, "Present"), (0x02, "NetSig"), (0x40, "VarLen"), (0x80, "Parity")] {
            if flags & bit != 0 {
                l.str(if l.as_bytes().ends_with(b" ") { "" } else { "," }).str(name);
            }
        }
        l.str(" (0x").hex(flags, 1).byte(b')');
    });
    c.below(|c| {
        for field in [&OPTIONS_PRESENT, &OPTIONS_NETWORK, &OPTIONS_VARIABLE, &OPTIONS_PARITY] {
            c.bits::<1>(field, flags);
        }
    });
    Ok(())
}

/// What a source path message says of the window and of the way to the source (RFC 3208 section 8).
fn path<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u32(&TRAIL)?;
    c.u32(&LEAD)?;
    let family = c.u16(&PATH_AFI)?;
    c.u16(&PATH_RESERVED)?;
    match family {
        1 => c.fixed::<4>(&PATH).map(|_| ()),
        2 => c.fixed::<16>(&PATH6).map(|_| ()),
        _ => Ok(()),
    }
}
