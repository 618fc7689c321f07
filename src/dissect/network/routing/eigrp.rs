//! EIGRP (RFC 7868).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::network::checksum;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("eigrp", "Enhanced Interior Gateway Routing Protocol", Kind::Protocol);

fields! {
    VERSION = "eigrp.version", "Version", U8;
    OPCODE = "eigrp.opcode", "Opcode", U8 names(OPCODES);
    CHECKSUM = "eigrp.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "eigrp.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    FLAGS = "eigrp.flags", "Flags", U32 hex;
    INIT = "eigrp.flags.init", "Init", Bool bits(32) mask(0x1) set;
    CONDITIONAL = "eigrp.flags.condrecv", "Conditional Receive", Bool bits(32) mask(0x2) set;
    RESTART = "eigrp.flags.restart", "Restart", Bool bits(32) mask(0x4) set;
    END = "eigrp.flags.eot", "End Of Table", Bool bits(32) mask(0x8) set;
    SEQUENCE = "eigrp.seq", "Sequence", U32;
    ACKNOWLEDGE = "eigrp.ack", "Acknowledge", U32;
    ROUTER = "eigrp.vrid", "Virtual Router ID", U16 custom(write_router);
    SYSTEM = "eigrp.as", "Autonomous System", U16;
    ELEMENT = "", "TLV", None;
    TYPE = "eigrp.tlv_type", "Type", U16 hex names(TYPES);
    LENGTH = "eigrp.tlv.len", "Length", U16;
    K1 = "eigrp.par.k1", "K1", U8;
    K2 = "eigrp.par.k2", "K2", U8;
    K3 = "eigrp.par.k3", "K3", U8;
    K4 = "eigrp.par.k4", "K4", U8;
    K5 = "eigrp.par.k5", "K5", U8;
    K6 = "eigrp.par.k6", "K6", U8;
    HOLD = "eigrp.par.holdtime", "Hold Time", U16;
    RELEASE = "eigrp.release_version", "EIGRP Release", U16 custom(write_release);
    TLV_VERSION = "eigrp.tlv_version", "EIGRP TLV version", U16 custom(write_release);
    VALUE = "eigrp.nullpad", "Value", Bytes;
}

experts! {
    BAD_CHECKSUM = "eigrp.checksum.bad", "Bad Checksum", Warning, Checksum;
    BAD_LENGTH = "eigrp.tlv.len.invalid", "Corrupt TLV (Length field less than 4)", Error, Malformed;
}

names! {
    OPCODES {
        1 = "Update", 2 = "Request", 3 = "Query", 4 = "Reply", 5 = "Hello", 6 = "IPX/SAP Update", 7 = "Route Probe",
        8 = "Hello (Ack)", 9 = "Stub-Info", 10 = "SIA-Query", 11 = "SIA-Reply",
    }
    ROUTERS { 0 = "Address-Family", 1 = "Multicast-Family", 0x8000 = "Service-Family" }
    TYPES {
        0x0001 = "Parameters", 0x0002 = "Authentication", 0x0003 = "Sequence", 0x0004 = "Software Version",
        0x0005 = "Next multicast sequence", 0x0006 = "Peer Stub Information", 0x0007 = "Peer Termination",
        0x0008 = "Peer Topology ID List", 0x00f1 = "Request(MTR)", 0x00f2 = "Internal Route(MTR)",
        0x00f3 = "External Route(MTR)", 0x00f4 = "Ext-Community(MTR)", 0x00f5 = "TopologyID List",
        0x0102 = "Internal Route(IPv4)", 0x0103 = "External Route(IPv4)", 0x0104 = "Ext-Community(IPv4)",
        0x0202 = "Internal Route(ATALK)", 0x0203 = "External Route(ATALK)", 0x0204 = "Cable Configuration(ATALK)",
        0x0302 = "IPX Internal Route(IPX)", 0x0303 = "IPX External Route(IPX)", 0x0402 = "Internal Route(IPv6)",
        0x0403 = "External Route(IPv6)", 0x0404 = "Ext-Community(IPv6)", 0x0601 = "Request",
        0x0602 = "Internal Route", 0x0603 = "External Route", 0x0604 = "Ext-Community",
    }
}

static CHECK: checksum::Fields = checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &BAD_CHECKSUM };

fn write_router(value: u64, line: &mut Line) {
    line.dec(value).str(" (").str(name_of(ROUTERS, value).unwrap_or("Unknown")).byte(b')');
}
fn write_release(value: u64, line: &mut Line) {
    line.dec(value >> 8).byte(b'.').dec_wide(value & 0xff, 2);
}

const HELLO: u8 = 5;
const HEADER_LEN: usize = 4;

/// EIGRP.
pub struct Eigrp;

impl Protocol for Eigrp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "EIGRP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(88)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        c.protocol("EIGRP");
        c.claim();
        c.layer_label(|l| _ = l.str("Cisco EIGRP"));
        c.u8(&VERSION)?;
        let opcode = c.u8(&OPCODE)?;
        // A hello that acknowledges is told from others by what it acknowledges, 12 bytes on.
        let acknowledges = c.peek_u32(10).is_some_and(|number| number != 0);
        let shown = if opcode == HELLO && acknowledges { 8 } else { opcode };
        match name_of(OPCODES, shown.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown OpCode (0x").hex(opcode, 4).byte(b')'),
        }
        let end = c.limit();
        checksum::read(c, &CHECK, (start, end), Default::default())?;
        let flags = c.be::<4>(&FLAGS)?;
        c.below(|c| {
            for field in [&INIT, &CONDITIONAL, &RESTART, &END] {
                c.bits::<4>(field, flags);
            }
        });
        c.read_all(&[(&SEQUENCE, 4), (&ACKNOWLEDGE, 4), (&ROUTER, 2), (&SYSTEM, 2)])?;
        while c.reported() > 0 {
            let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(HEADER_LEN))?);
            if len < HEADER_LEN {
                c.generated(&BAD_LENGTH, 0);
                return Ok(());
            }
            c.within(len, element)?;
        }
        Ok(())
    }
}

fn element<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (kind, mark) = (c.peek_u16(0).unwrap_or_default(), c.mark());
    c.group(&ELEMENT, |c| {
        c.label(|l| _ = l.str(name_of(TYPES, kind.into()).unwrap_or("Unknown")));
        c.u16(&TYPE)?;
        c.u16(&LENGTH)?;
        match kind {
            1 => c.read_all(&[(&K1, 1), (&K2, 1), (&K3, 1), (&K4, 1), (&K5, 1), (&K6, 1), (&HOLD, 2)]),
            4 => {
                let release = c.u16(&RELEASE)?.to_be_bytes();
                let version = c.u16(&TLV_VERSION)?.to_be_bytes();
                c.append_at(mark, |l| {
                    l.str(": EIGRP=").dec(release[0]).byte(b'.').dec(release[1]);
                    l.str(", TLV=").dec(version[0]).byte(b'.').dec(version[1]);
                });
                Ok(())
            }
            _ if c.reported() > 0 => c.bytes(&VALUE, c.reported()).map(|_| ()),
            _ => Ok(()),
        }
    })
}
