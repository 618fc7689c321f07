//! The Link Aggregation Control Protocol and its marker protocol (IEEE 802.1AX section 6).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LACP_LAYER: Field = Field::new("lacp", "Link Aggregation Control Protocol", Kind::Protocol);
static MARKER_LAYER: Field = Field::new("marker", "Link Aggregation Marker Protocol", Kind::Protocol);

fields! {
    VERSION = "lacp.version", "LACP Version", U8 hex;
    TLV_TYPE = "lacp.tlv_type", "TLV Type", U8 hex;
    TLV_LEN = "lacp.tlv_length", "TLV Length", U8 hex;
    PRIORITY = "lacp.actor.sys_priority", "System Priority", U16;
    SYSTEM = "lacp.actor.sysid", "System ID", Ether;
    KEY = "lacp.actor.key", "Key", U16;
    PORT_PRIORITY = "lacp.actor.port_priority", "Port Priority", U16;
    PORT = "lacp.actor.port", "Port", U16;
    STATE = "lacp.actor.state", "State", U8 hex;
    RESERVED = "lacp.reserved", "Reserved", Bytes;
    MARKER_VERSION = "marker.version", "Version", U8 hex;
    MARKER_TYPE = "marker.tlv_type", "TLV Type", U8 hex;
    MARKER_LEN = "marker.tlv_length", "TLV Length", U8 hex;
    MARKER_PORT = "marker.requesterPort", "Requester Port", U16;
    MARKER_SYSTEM = "marker.requesterSystem", "Requester System", Ether;
    MARKER_TRANSACTION = "marker.requesterTransId", "Requester Transaction ID", U32;
    MARKER_PADDING = "marker.reserved", "Reserved", Bytes;
}

/// LACP.
pub struct Lacp;

/// What one side of a link tells of itself, or of the other.
struct Side {
    system: [u8; 6],
    key: u16,
    port: u16,
    state: u8,
}

impl Protocol for Lacp {
    const LAYER: &'static Field = &LACP_LAYER;
    const NAME: &'static str = "Link Aggregation Control Protocol";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LACP");
        c.claim().str("Link Aggregation Control Protocol");
        let version = c.u8(&VERSION)?;
        c.need(2)?;
        c.claim().byte(b'v').dec(version);
        let actor = side(c)?;
        write_side(c.info().str(" ACTOR "), &actor);
        let partner = side(c)?;
        write_side(c.info().str(" PARTNER "), &partner);
        Ok(())
    }
}

fn side<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Side, Stop> {
    c.u8(&TLV_TYPE)?;
    c.u8(&TLV_LEN)?;
    c.u16(&PRIORITY)?;
    let system = c.fixed::<6>(&SYSTEM)?;
    let key = c.u16(&KEY)?;
    c.u16(&PORT_PRIORITY)?;
    let port = c.u16(&PORT)?;
    let state = c.u8(&STATE)?;
    c.bytes(&RESERVED, 3)?;
    Ok(Side { system, key, port, state })
}

fn write_side(line: &mut Line, side: &Side) {
    line.mac(&side.system).str(" P: ").dec(side.port).str(" K: ").dec(side.key).byte(b' ');
    // Expired, defaulted, distributing, collecting, synchronised, aggregating, short timeout, active.
    for (i, &letter) in b"EFDCSGSA".iter().enumerate() {
        line.byte(if side.state & 0x80 >> i != 0 { letter } else { b'*' });
    }
}

/// The marker protocol.
pub struct Marker;

impl Protocol for Marker {
    const LAYER: &'static Field = &MARKER_LAYER;
    const NAME: &'static str = "Link Aggregation Marker Protocol";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Marker");
        c.claim();
        c.u8(&MARKER_VERSION)?;
        let kind = c.u8(&MARKER_TYPE)?;
        c.claim().str(match kind {
            1 => "Information ",
            2 => "Response ",
            _ => "Unknown ",
        });
        c.u8(&MARKER_LEN)?;
        let port = c.u16(&MARKER_PORT)?;
        let system = c.fixed::<6>(&MARKER_SYSTEM)?;
        let transaction = c.u32(&MARKER_TRANSACTION)?;
        let line = c.info();
        line.str("SysId=").mac(&system).str(", P=").dec(port).str(", TId=").dec(transaction);
        c.bytes(&MARKER_PADDING, 2 + 2 + 90).map(|_| ())
    }
}
