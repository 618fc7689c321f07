//! IS-IS (ISO/IEC 10589).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field =
    Field::new("isis", "ISO 10589 ISIS InTRA Domain Routeing Information Exchange Protocol", Kind::Protocol);

fields! {
    HELLO = "isis.hello", "ISIS HELLO", Protocol;
    LSP = "isis.lsp", "ISO 10589 ISIS Link State Protocol Data Unit", Protocol;
    CSNP = "isis.csnp", "ISO 10589 ISIS Complete Sequence Numbers Protocol Data Unit", Protocol;
    PSNP = "isis.psnp", "ISO 10589 ISIS Partial Sequence Numbers Protocol Data Unit", Protocol;
    DISCRIMINATOR = "isis.irpd", "Intradomain Routeing Protocol Discriminator", U8 hex;
    LENGTH = "isis.len", "Length Indicator", U8;
    VERSION = "isis.version", "Version/Protocol ID Extension", U8;
    SYSTEM_ID_LEN = "isis.sysid_len", "ID Length", U8;
    RESERVED = "isis.reserved", "Reserved", U8 mask(0xe0);
    TYPE = "isis.type", "PDU Type", U8 mask(0x1f) names(TYPES);
    VERSION_2 = "isis.version2", "Version", U8;
    RESERVED_2 = "isis.reserved2", "Reserved", U8;
    MAX_AREAS = "isis.max_area_adr", "Maximum Area Addresses", U8;
    CIRCUIT = "isis.hello.circuit_type", "Circuit type", U8 hex mask(0x03);
    SOURCE = "isis.hello.source_id", "SystemID {Sender of PDU}", Bytes;
    HOLDING = "isis.hello.holding_timer", "Holding timer", U16;
    PDU_LEN = "isis.hello.pdu_length", "PDU length", U16;
    PRIORITY = "isis.hello.priority", "Priority", U8 mask(0x7f);
    LAN = "isis.hello.lan_id", "SystemID {Designated IS}", Bytes;
    LOCAL_CIRCUIT = "isis.hello.local_circuit_id", "Local circuit ID", U8;
    LIFETIME = "isis.lsp.remaining_life", "Remaining lifetime", U16;
    LSP_ID = "isis.lsp.lsp_id", "LSP-ID", Bytes;
    SEQUENCE = "isis.lsp.sequence_number", "Sequence number", U32 hex;
    CHECKSUM = "isis.lsp.checksum", "Checksum", U16 hex;
    LSP_FLAGS = "isis.lsp.type_block", "Type block", U8 hex;
    CSNP_SOURCE = "isis.csnp.source_id", "Source-ID", Bytes;
    CSNP_START = "isis.csnp.start_lsp_id", "Start LSP-ID", Bytes;
    CSNP_END = "isis.csnp.end_lsp_id", "End LSP-ID", Bytes;
    TLV_TYPE = "isis.clv.type", "Type", U8;
    TLV_LEN = "isis.clv.length", "Length", U8;
    TLV_DATA = "isis.clv.data", "Value", Bytes;
}

names! {
    TYPES {
        15 = "L1 HELLO",
        16 = "L2 HELLO",
        17 = "P2P HELLO",
        18 = "L1 LSP",
        20 = "L2 LSP",
        24 = "L1 CSNP",
        25 = "L2 CSNP",
        26 = "L1 PSNP",
        27 = "L2 PSNP",
    }
}

const P2P_HELLO: u8 = 17;

/// IS-IS.
pub struct Isis;

impl Protocol for Isis {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ISIS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x22f4)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ISIS");
        c.claim();
        let start = c.pos();
        c.u8(&DISCRIMINATOR)?;
        c.u8(&LENGTH)?;
        c.u8(&VERSION)?;
        let id_len = id_len(c.u8(&SYSTEM_ID_LEN)?);
        let kind = c.be::<1>(&RESERVED)?;
        let kind = c.bits::<1>(&TYPE, kind) as u8;
        match name_of(TYPES, kind.into()) {
            Some(name) => c.claim().str(name),
            None => {
                c.claim().str("Unknown (0x").hex(kind, 1).byte(b')');
                return Ok(());
            }
        };
        c.u8(&VERSION_2)?;
        c.u8(&RESERVED_2)?;
        c.u8(&MAX_AREAS)?;
        match kind {
            15..=17 => hello(c, start, kind, id_len),
            18..=20 => link_state(c, start, id_len),
            24 | 25 => complete(c, start, id_len),
            _ => partial(c, start, id_len),
        }
    }
}

/// Bytes of a system's identifier, of which 0 stands for 6 and 255 for none.
fn id_len(coded: u8) -> usize {
    match coded {
        0 => 6,
        255 => 0,
        len => len.into(),
    }
}

/// Writes a system's identifier: `1111.2222.3333`.
fn write_id(line: &mut Line, id: &[u8]) {
    if id.is_empty() {
        line.str("<Invalid length of SYSTEM ID>");
        return;
    }
    for (i, pair) in id.chunks(2).enumerate() {
        line.str(if i > 0 { "." } else { "" }).hex_bytes(pair, "");
    }
}

/// Writes a node's or a link state's identifier: a system's with one byte behind a dot, and another behind a dash.
fn write_long_id(line: &mut Line, id: &[u8], len: usize) {
    let (system, rest) = id.split_at_checked(len).unwrap_or((id, &[]));
    write_id(line, system);
    for (byte, mark) in rest.iter().zip([b'.', b'-']) {
        line.byte(mark).hex(*byte, 2);
    }
}

fn hello<S: Sink>(c: &mut Cursor<'_, S>, start: usize, kind: u8, id_len: usize) -> Result<(), Stop> {
    c.protocol("ISIS HELLO");
    c.next_layer(&HELLO);
    c.u8(&CIRCUIT)?;
    let id = c.bytes(&SOURCE, id_len)?;
    write_id(c.info().str(", System-ID: "), id);
    c.u16(&HOLDING)?;
    let len = c.u16(&PDU_LEN)?;
    if kind == P2P_HELLO {
        c.u8(&LOCAL_CIRCUIT)?;
    } else {
        c.u8(&PRIORITY)?;
        c.bytes(&LAN, id_len + 1)?;
    }
    records(c, start, len)
}

fn link_state<S: Sink>(c: &mut Cursor<'_, S>, start: usize, id_len: usize) -> Result<(), Stop> {
    c.protocol("ISIS LSP");
    c.next_layer(&LSP);
    let len = c.u16(&PDU_LEN)?;
    let lifetime = c.u16(&LIFETIME)?;
    let summed = c.pos();
    let id = c.bytes(&LSP_ID, id_len + 2)?;
    write_long_id(c.info().str(", LSP-ID: "), id, id_len);
    let sequence = c.u32(&SEQUENCE)?;
    let line = c.info().str(", Sequence: 0x").hex(sequence, 8).str(", Lifetime: ");
    for _ in 0..4 - lifetime.checked_ilog10().unwrap_or(0) {
        line.byte(b' ');
    }
    line.dec(lifetime).byte(b's');
    let checksum = c.u16(&CHECKSUM)?;
    let covered = c.whole().get(summed..start.saturating_add(len.into()));
    if checksum != 0 && lifetime != 0 && covered.is_some_and(|bytes| !checksum_holds(bytes)) {
        c.info().str(" [ISIS CHECKSUM INCORRECT]");
    }
    c.u8(&LSP_FLAGS)?;
    records(c, start, len)
}

/// Whether Fletcher's sums over bytes that hold their checksum come out as zero (ISO 8473 annex C).
pub(super) fn checksum_holds(bytes: &[u8]) -> bool {
    let sums = bytes.iter().fold((0, 0), |(low, high): (u32, u32), &byte| {
        let low = (low + u32::from(byte)) % 255;
        (low, (high + low) % 255)
    });
    sums == (0, 0)
}

fn complete<S: Sink>(c: &mut Cursor<'_, S>, start: usize, id_len: usize) -> Result<(), Stop> {
    c.protocol("ISIS CSNP");
    c.next_layer(&CSNP);
    let len = c.u16(&PDU_LEN)?;
    let source = c.bytes(&CSNP_SOURCE, id_len + 1)?;
    write_long_id(c.info().str(", Source-ID: "), source, id_len);
    let first = c.bytes(&CSNP_START, id_len + 2)?;
    write_long_id(c.info().str(", Start LSP-ID: "), first, id_len);
    let last = c.bytes(&CSNP_END, id_len + 2)?;
    write_long_id(c.info().str(", End LSP-ID: "), last, id_len);
    records(c, start, len)
}

fn partial<S: Sink>(c: &mut Cursor<'_, S>, start: usize, id_len: usize) -> Result<(), Stop> {
    c.protocol("ISIS PSNP");
    c.next_layer(&PSNP);
    let len = c.u16(&PDU_LEN)?;
    let source = c.bytes(&CSNP_SOURCE, id_len + 1)?;
    write_long_id(c.info().str(", Source-ID: "), source, id_len);
    records(c, start, len)
}

/// The records that fill a packet of `len` bytes from `start`. One that does not fit ends them.
fn records<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: u16) -> Result<(), Stop> {
    let mut left = usize::from(len).saturating_sub(c.pos().saturating_sub(start));
    while left > 0 {
        c.u8(&TLV_TYPE)?;
        left -= 1;
        if left == 0 {
            break;
        }
        let value = usize::from(c.u8(&TLV_LEN)?);
        left -= 1;
        if value > left {
            break;
        }
        c.bytes(&TLV_DATA, value)?;
        left -= value;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::checksum_holds;

    #[test]
    fn a_checksum_that_holds_sums_to_zero() {
        // The checksum's place in these three bytes is the last two: x = 1, so y + z = -1 and 2y + z = -3 (mod 255).
        assert!(checksum_holds(&[1, 253, 1]));
        assert!(!checksum_holds(&[1, 253, 2]));
    }
}
