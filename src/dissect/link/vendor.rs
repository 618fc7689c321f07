//! Vendors' own protocols over Ethernet of which little more than the name is shown.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static REALTEK_LAYER: Field = Field::new("realtek", "Realtek Layer 2 Protocols", Kind::Protocol);
static WRETH_LAYER: Field = Field::new("wreth", "WSE remote Ethernet", Kind::Protocol);
static NLB_LAYER: Field = Field::new("msnlb", "MS Network Load Balancing", Kind::Protocol);
static NDP_LAYER: Field = Field::new("ndp", "Nortel Networks / SynOptics Network Management Protocol", Kind::Protocol);

fields! {
    REALTEK_PROTOCOL = "realtek.protocol", "Protocol", U8 hex;
    NLB_SIGNATURE = "msnlb.signature", "Signature", U32 hex names(HEARTBEATS);
    NLB_HOST = "msnlb.unique_host_id", "Unique Host ID", U32;
    NLB_CLUSTER_IP = "msnlb.cluster_ip", "Cluster IP", Ipv4;
    NLB_HOST_IP = "msnlb.host_ip", "Host IP", Ipv4;
    NDP_ADDRESS = "ndp.ipaddress", "IP address", Ipv4;
    NDP_SEGMENT = "ndp.segmentident", "Segment Identifier", U24 hex;
    NDP_CHASSIS = "ndp.chassis", "Chassis type", U8;
    NDP_BACKPLANE = "ndp.backplane", "Backplane type", U8;
    NDP_STATE = "ndp.state", "State", U8;
    NDP_LINKS = "ndp.numberoflinks", "Number of links", U8;
}

names! {
    HEARTBEATS {
        0xc0de01bf = "NLB Cluster Membership HeartBeat",
        0xc0de01c0 = "NLB Extended HeartBeat",
        0xc0de01de = "NLB Reliable Protocol",
    }
}

/// Realtek's switch protocols.
pub struct Realtek;

impl Protocol for Realtek {
    const LAYER: &'static Field = &REALTEK_LAYER;
    const NAME: &'static str = "Realtek";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8899)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() == 0 {
            return Err(Stop::NotMine);
        }
        c.protocol("Realtek");
        c.claim();
        c.u8(&REALTEK_PROTOCOL)?;
        c.data();
        Ok(())
    }
}

/// A protocol that says nothing of frames it does not know, of which these are all.
pub struct Wreth;

impl Protocol for Wreth {
    const LAYER: &'static Field = &WRETH_LAYER;
    const NAME: &'static str = "WRETH";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Ether(0xaaaa)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.layer_hide();
        Ok(())
    }
}

/// Microsoft's network load balancing.
pub struct LoadBalancing;

impl Protocol for LoadBalancing {
    const LAYER: &'static Field = &NLB_LAYER;
    const NAME: &'static str = "MS NLB";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Ether(0x886f)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("MS NLB");
        c.claim().str("MS NLB heartbeat");
        c.need(16)?;
        let signature = c.u32_le(&NLB_SIGNATURE)?;
        c.info().str(" - ").named(name_of(HEARTBEATS, signature.into()), signature);
        if name_of(HEARTBEATS, signature.into()).is_some() {
            c.skip(4)?;
            c.u32_le(&NLB_HOST)?;
            c.fixed::<4>(&NLB_CLUSTER_IP)?;
            c.fixed::<4>(&NLB_HOST_IP)?;
            c.need(c.reported())?;
        }
        Ok(())
    }
}

/// Nortel's discovery of neighbours.
pub struct NortelDiscovery;

/// Where hellos to the segment go.
const SEGMENT: [u8; 6] = [0x01, 0x00, 0x81, 0x00, 0x01, 0x00];
/// Where hellos to the flat network go.
const FLAT_NET: [u8; 6] = [0x01, 0x00, 0x81, 0x00, 0x01, 0x01];

impl Protocol for NortelDiscovery {
    const LAYER: &'static Field = &NDP_LAYER;
    const NAME: &'static str = "NDP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Snap(0x00_0081, 0x01a1), Key::Snap(0x00_0081, 0x01a2)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NDP");
        let kind = match c.row().dst {
            Address::Mac(SEGMENT) => "Segment ",
            Address::Mac(FLAT_NET) => "FlatNet ",
            _ => "",
        };
        c.claim().str(kind).str("Hello");
        if c.remaining() < 11 {
            return Ok(());
        }
        c.fixed::<4>(&NDP_ADDRESS)?;
        c.u24(&NDP_SEGMENT)?;
        for field in [&NDP_CHASSIS, &NDP_BACKPLANE, &NDP_STATE, &NDP_LINKS] {
            c.u8(field)?;
        }
        Ok(())
    }
}
