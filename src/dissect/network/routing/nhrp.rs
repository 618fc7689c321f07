//! NHRP (RFC 2332).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::checksum;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("nhrp", "Next Hop Resolution Protocol", Kind::Protocol);

fields! {
    FIXED = "", "NHRP Fixed Header", None;
    FAMILY = "nhrp.hdr.afn", "Address Family Number", U16 hex;
    SHORT_TYPE = "nhrp.hdr.pro.type", "Protocol Type (short form)", U16 hex;
    LONG_TYPE = "nhrp.hdr.pro.snap", "Protocol Type (long form)", Bytes;
    HOPS = "nhrp.hdr.hopcnt", "Hop Count", U8;
    LENGTH = "nhrp.hdr.pktsz", "Packet Length", U16;
    CHECKSUM = "nhrp.hdr.chksum", "NHRP Packet Checksum", U16 hex;
    CHECKSUM_STATUS = "nhrp.hdr.chksum.status", "NHRP Packet Checksum Status", U8 names(checksum::STATUSES) bare;
    EXTENSIONS = "nhrp.hdr.extoff", "Extension Offset", U16;
    VERSION = "nhrp.hdr.version", "Version", U8;
    TYPE = "nhrp.hdr.op.type", "NHRP Packet Type", U8 names(TYPES);
    SOURCE_TYPE = "nhrp.hdr.shtl", "Source Address Type/Len", U8;
    SOURCE_SUB_TYPE = "nhrp.hdr.sstl", "Source SubAddress Type/Len", U8;
    MANDATORY = "", "NHRP Mandatory Part", None;
    SOURCE_LENGTH = "nhrp.src.prot.len", "Source Protocol Len", U8;
    DESTINATION_LENGTH = "nhrp.dst.prot.len", "Destination Protocol Len", U8;
    FLAGS = "nhrp.flags", "Flags", U16 hex;
    ID = "nhrp.reqid", "Request ID", U32 hex_dec;
    SOURCE = "nhrp.src.nbma.addr", "Source NBMA Address", Bytes;
    SOURCE_PROTOCOL = "nhrp.src.prot.addr", "Source Protocol Address", Bytes;
    DESTINATION_PROTOCOL = "nhrp.dst.prot.addr", "Destination Protocol Address", Bytes;
    CODE = "nhrp.code", "Code", U8 names(CODES);
    REST = "nhrp.data", "Data", Bytes;
}

experts! {
    BAD_CHECKSUM = "nhrp.hdr.bad_checksum", "Bad checksum", Error, Checksum;
}

names! {
    TYPES {
        1 = "NHRP Resolution Request", 2 = "NHRP Resolution Reply", 3 = "NHRP Registration Request",
        4 = "NHRP Registration Reply", 5 = "NHRP Purge Request", 6 = "NHRP Purge Reply", 7 = "NHRP Error Indication",
        8 = "NHRP Traffic Indication",
    }
    CODES {
        0 = "Success", 4 = "Administratively Prohibited", 5 = "Insufficient Resources",
        11 = "No Interworking Capability", 12 = "No Internetworking Layer Address to NBMA Address Binding Exists",
        13 = "Binding Exists But Is Not Unique", 14 = "Unique Internetworking Layer Address Already Registered",
    }
}

static CHECK: checksum::Fields = checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &BAD_CHECKSUM };

/// NHRP.
pub struct Nhrp;

impl Protocol for Nhrp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NHRP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(54), Key::Snap(0x00_005e, 0x0003)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NHRP");
        c.claim();
        let start = c.pos();
        let len = usize::from(c.peek_u16(10).ok_or_else(|| c.short(12))?);
        let kind = c.peek_u8(17).ok_or_else(|| c.short(18))?;
        let name = name_of(TYPES, kind.into()).unwrap_or("Unknown");
        c.info().str(name);
        c.layer_append(|l| _ = l.str(" (").str(name).byte(b')'));
        c.trim(len.max(20));
        let addresses = c.group(&FIXED, |c| {
            c.read_all(&[(&FAMILY, 2), (&SHORT_TYPE, 2), (&LONG_TYPE, 5), (&HOPS, 1), (&LENGTH, 2)])?;
            let end = c.limit();
            checksum::read(c, &CHECK, (start, end), Default::default())?;
            c.read_all(&[(&EXTENSIONS, 2), (&VERSION, 1), (&TYPE, 1)])?;
            let source = usize::from(c.u8(&SOURCE_TYPE)? & 0x3f);
            let sub = usize::from(c.u8(&SOURCE_SUB_TYPE)? & 0x3f);
            Ok(source + sub)
        })?;
        if kind > 6 {
            return if c.remaining() > 0 { c.bytes(&REST, c.remaining()).map(|_| ()) } else { Ok(()) };
        }
        c.group(&MANDATORY, |c| mandatory(c, kind, addresses))
    }
}

fn mandatory<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, addresses: usize) -> Result<(), Stop> {
    let source = usize::from(c.u8(&SOURCE_LENGTH)?);
    let destination = usize::from(c.u8(&DESTINATION_LENGTH)?);
    c.u16(&FLAGS)?;
    let id = c.u32(&ID)?;
    c.info().str(", ID=").dec(id);
    for (field, len) in [(&SOURCE, addresses), (&SOURCE_PROTOCOL, source), (&DESTINATION_PROTOCOL, destination)] {
        if len > 0 {
            c.bytes(field, len)?;
        }
    }
    if matches!(kind, 2 | 4) && c.remaining() > 0 {
        let code = c.u8(&CODE)?;
        c.info().str(", Code=").str(name_of(CODES, code.into()).unwrap_or("Unknown"));
    }
    if c.remaining() > 0 { c.bytes(&REST, c.remaining()).map(|_| ()) } else { Ok(()) }
}
