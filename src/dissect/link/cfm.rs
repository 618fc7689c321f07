//! Connectivity fault management on Ethernet (IEEE 802.1ag, ITU-T Y.1731).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("cfm", "CFM EOAM 802.1ag/ITU Protocol", Kind::Protocol);
/// The parts that follow the common header, each beside it in the tree.
static TLVS: Field = Field::new("cfm.all.tlvs", "CFM TLVs", Kind::None);
static PDU: Field = Field::new("cfm.pdu", "CFM PDU", Kind::None);

fields! {
    LEVEL = "cfm.md.level", "CFM MD Level", U8 mask(0xe0);
    VERSION = "cfm.version", "CFM Version", U8 mask(0x1f);
    OPCODE = "cfm.opcode", "CFM OpCode", U8 names(OPCODES);
    FLAGS = "cfm.flags", "Flags", U8 hex;
    OFFSET = "cfm.first.tlv.offset", "First TLV Offset", U8;
    SEQUENCE = "cfm.ccm.seq.num", "Sequence Number", U32;
    END_POINT = "cfm.ccm.ma.ep.id", "Maintenance Association End Point Identifier", U16 mask(0x1fff);
    ASSOCIATION = "cfm.ccm.maid", "Maintenance Association Identifier (MEG ID)", Bytes;
    COUNTERS = "cfm.ccm.itu.t.y1731", "Defined by ITU-T Y.1731", Bytes;
    LOOPBACK = "cfm.lb.transaction.id", "Loopback Transaction Identifier", U32;
    LINKTRACE = "cfm.lt.transaction.id", "Linktrace Transaction Identifier", U32;
    TTL = "cfm.lt.ttl", "Linktrace TTL", U8;
    RELAY = "cfm.ltr.relay.action", "Linktrace Reply Relay Action", U8 names(RELAYS);
    ORIGIN = "cfm.ltm.orig.addr", "Linktrace Message: Original Address", Ether;
    TARGET = "cfm.ltm.targ.addr", "Linktrace Message:   Target Address", Ether;
    BODY = "cfm.pdu.data", "Data", Bytes;
    TLV = "", "TLV", None;
    TLV_TYPE = "cfm.tlv.type", "TLV Type", U8 names(TLVS_NAMED);
    TLV_LENGTH = "cfm.tlv.length", "TLV Length", U16;
    TLV_VALUE = "cfm.tlv.data.value", "Data Value", Bytes;
}

names! {
    OPCODES {
        0 = "Reserved for IEEE 802.1", 1 = "Continuity Check Message (CCM)", 2 = "Loopback Reply (LBR)",
        3 = "Loopback Message (LBM)", 4 = "Linktrace Reply (LTR)", 5 = "Linktrace Message (LTM)",
        32 = "Generic Notification Message (GNM)", 33 = "Alarm Indication Signal (AIS)", 35 = "Lock Signal (LCK)",
        37 = "Test Signal (TST)", 39 = "Automatic Protection Switching (APS)",
        40 = "Ring-Automatic Protection Switching (R-APS)", 41 = "Maintenance Communication Channel (MCC)",
        42 = "Loss Measurement Reply (LMR)", 43 = "Loss Measurement Message (LMM)",
        45 = "One Way Delay Measurement (1DM)", 46 = "Delay Measurement Reply (DMR)",
        47 = "Delay Measurement Message (DMM)", 48 = "Experimental OAM Reply (EXR)",
        49 = "Experimental OAM Message (EXM)", 50 = "Vendor Specific Reply (VSR)",
        51 = "Vendor Specific Message (VSM)", 52 = "Client Signal Fail (CSF)",
        53 = "One Way Synthetic Loss Measurement (1SL)", 54 = "Synthetic Loss Reply (SLR)",
        55 = "Synthetic Loss Message (SLM)",
    }
    SHORT {
        1 = "CCM", 2 = "LBR", 3 = "LBM", 4 = "LTR", 5 = "LTM", 32 = "GNM", 33 = "AIS", 35 = "LCK", 37 = "TST",
        39 = "APS", 40 = "R-APS", 41 = "MCC", 42 = "LMR", 43 = "LMM", 45 = "1DM", 46 = "DMR", 47 = "DMM", 48 = "EXR",
        49 = "EXM", 50 = "VSR", 51 = "VSM", 52 = "CSF", 53 = "1SL", 54 = "SLR", 55 = "SLM",
    }
    RELAYS { 1 = "RlyHit", 2 = "RlyFDB", 3 = "RlyMPDB" }
    TLVS_NAMED {
        0 = "End TLV", 1 = "Sender ID TLV", 2 = "Port Status TLV", 3 = "Data TLV", 4 = "Interface Status TLV",
        5 = "Reply Ingress TLV", 6 = "Reply Egress TLV", 7 = "LTM Egress Identifier TLV",
        8 = "LTR Egress Identifier TLV", 13 = "Generic Notification Message TLV", 31 = "Organizational-Specific TLV",
        32 = "Test TLV",
    }
}

const CCM: u8 = 1;
const LBR: u8 = 2;
const LBM: u8 = 3;
const LTR: u8 = 4;
const LTM: u8 = 5;
/// Bytes of the association's name in a continuity check, and of the counters behind it.
const ASSOCIATION_LEN: usize = 48;
const COUNTERS_LEN: usize = 16;

/// CFM.
pub struct Cfm;

impl Protocol for Cfm {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CFM";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8902)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CFM");
        c.claim();
        c.need(2)?;
        let start = c.pos();
        let opcode = c.peek_u8(1).unwrap_or_default();
        let name = name_of(OPCODES, opcode.into());
        let line = c.info().str("Type ");
        match name {
            Some(name) => line.str(name),
            None => line.str("Unknown (0x").hex(opcode, 2).byte(b')'),
        };
        c.layer_append(|l| {
            match name {
                Some(name) => l.str(", Type ").str(name),
                None => l.str(", Type Unknown (0x").hex(opcode, 2).byte(b')'),
            };
        });
        let first = c.u8(&LEVEL)?;
        c.bits::<1>(&VERSION, first.into());
        c.u8(&OPCODE)?;
        if let Some(short) = name_of(SHORT, opcode.into()) {
            c.next_layer(&PDU);
            c.layer_label(|l| _ = l.str("CFM ").str(short).str(" PDU"));
            c.u8(&FLAGS)?;
            let offset = usize::from(c.u8(&OFFSET)?);
            let end = c.pos().saturating_add(offset);
            body(c, opcode, offset)?;
            c.seek(end);
        }
        if c.pos() == start || c.reported() == 0 {
            return Ok(());
        }
        c.next_layer(&TLVS);
        tlvs(c)
    }
}

/// What the message says before its elements.
fn body<S: Sink>(c: &mut Cursor<'_, S>, opcode: u8, len: usize) -> Result<(), Stop> {
    match opcode {
        CCM => {
            c.u32(&SEQUENCE)?;
            c.u16(&END_POINT)?;
            c.bytes(&ASSOCIATION, ASSOCIATION_LEN)?;
            c.bytes(&COUNTERS, COUNTERS_LEN).map(|_| ())
        }
        LBR | LBM => c.u32(&LOOPBACK).map(|_| ()),
        LTR => c.read_all(&[(&LINKTRACE, 4), (&TTL, 1), (&RELAY, 1)]),
        LTM => c.read_all(&[(&LINKTRACE, 4), (&TTL, 1), (&ORIGIN, 6), (&TARGET, 6)]),
        _ if len > 0 => c.bytes(&BODY, len).map(|_| ()),
        _ => Ok(()),
    }
}

/// Reads elements up to the one that ends them.
fn tlvs<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        c.need(if kind == 0 { 1 } else { 3 })?;
        let len = if kind == 0 { 0 } else { c.peek_u16(1).unwrap_or_default() };
        c.need(usize::from(len))?;
        c.group(&TLV, |c| {
            let name = name_of(TLVS_NAMED, kind.into()).unwrap_or("Unknown");
            c.label(|l| {
                l.str("TLV: ").str(name).str(" (t=").dec(kind).str(",l=").dec(len).byte(b')');
            });
            c.u8(&TLV_TYPE)?;
            if kind != 0 {
                c.u16(&TLV_LENGTH)?;
                if len > 0 {
                    c.bytes(&TLV_VALUE, len.into())?;
                }
            }
            Ok(())
        })?;
        if kind == 0 {
            break;
        }
    }
    Ok(())
}
