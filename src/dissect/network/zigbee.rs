//! ZigBee's network layer over IEEE 802.15.4, and the beginning of what it carries. Keys are not looked for: what is
//! encrypted stays so.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("zbee_nwk", "ZigBee Network Layer", Kind::Protocol);
static APS_LAYER: Field = Field::new("zbee_aps", "ZigBee Application Support Layer", Kind::Protocol);
static BEACON_LAYER: Field = Field::new("zbee_beacon", "ZigBee Beacon", Kind::Protocol);

fields! {
    FCF = "zbee_nwk.fcf", "Frame Control Field", U16 hex;
    TYPE = "zbee_nwk.frame_type", "Frame Type", U16 hex mask(0x0003) names(FRAME_TYPES);
    VERSION = "zbee_nwk.proto_version", "Protocol Version", U16 mask(0x003c);
    DISCOVERY = "zbee_nwk.discovery", "Discover Route", U16 hex mask(0x00c0) names(DISCOVERIES);
    MULTICAST = "zbee_nwk.multicast", "Multicast", Bool bits(16) mask(0x0100);
    SECURITY = "zbee_nwk.security", "Security", Bool bits(16) mask(0x0200);
    SOURCE_ROUTE = "zbee_nwk.src_route", "Source Route", Bool bits(16) mask(0x0400);
    LONG_DST = "zbee_nwk.ext_dst", "Destination", Bool bits(16) mask(0x0800);
    LONG_SRC = "zbee_nwk.ext_src", "Extended Source", Bool bits(16) mask(0x1000);
    INITIATOR = "zbee_nwk.end_device_initiator", "End Device Initiator", Bool bits(16) mask(0x2000);
    DST = "zbee_nwk.dst", "Destination", U16 hex;
    SRC = "zbee_nwk.src", "Source", U16 hex;
    RADIUS = "zbee_nwk.radius", "Radius", U8;
    SEQUENCE = "zbee_nwk.seqno", "Sequence Number", U8;
    DST64 = "zbee_nwk.dst64", "Destination", Eui64;
    SRC64 = "zbee_nwk.src64", "Extended Source", Eui64;
    MULTICAST_CONTROL = "zbee_nwk.multicast.control", "Multicast Control", U8 hex;
    RELAY_COUNT = "zbee_nwk.relay.count", "Relay Count", U8;
    RELAY_INDEX = "zbee_nwk.relay.index", "Relay Index", U8;
    RELAY = "zbee_nwk.relay", "Relay", U16 hex;
    COMMAND = "zbee_nwk.cmd.id", "Command Identifier", U8 hex names(COMMANDS);
    COMMAND_DATA = "zbee_nwk.cmd.data", "Data", Bytes;
    SECURITY_HEADER = "", "ZigBee Security Header", None;
    CONTROL = "zbee.sec.field", "Security Control Field", U8 hex;
    KEY_ID = "zbee.sec.key_id", "Key Id", U8 hex mask(0x18) names(KEY_IDS);
    NONCE = "zbee.sec.ext_nonce", "Extended Nonce", Bool mask(0x20);
    COUNTER = "zbee.sec.counter", "Frame Counter", U32;
    SECURITY_SRC = "zbee.sec.src64", "Extended Source", Eui64;
    KEY_SEQUENCE = "zbee.sec.key_seqno", "Key Sequence Number", U8;
    MIC = "zbee.sec.mic", "Message Integrity Code", Bytes;
    APS_CONTROL = "zbee_aps.fcf", "Frame Control Field", U8 hex;
    APS_DST = "zbee_aps.dst", "Destination Endpoint", U8;
    APS_GROUP = "zbee_aps.group", "Group", U16 hex;
    APS_CLUSTER = "zbee_aps.cluster", "Cluster", U16 hex;
    APS_PROFILE = "zbee_aps.profile", "Profile", U16 hex;
    APS_SRC = "zbee_aps.src", "Source Endpoint", U8;
    APS_COUNTER = "zbee_aps.counter", "Counter", U8;
    APS_DATA = "zbee_aps.data", "Data", Bytes;
    BEACON_PROTOCOL = "zbee_beacon.protocol", "Protocol ID", U8;
    BEACON_PROFILE = "zbee_beacon.profile", "Stack Profile", U16 hex mask(0x000f) names(PROFILES);
    BEACON_VERSION = "zbee_beacon.version", "Protocol Version", U16 mask(0x00f0);
    BEACON_EPID = "zbee_beacon.ext_panid", "Extended PAN ID", Eui64;
    BEACON_OFFSET = "zbee_beacon.tx_offset", "Tx Offset", U24;
    BEACON_UPDATE = "zbee_beacon.update_id", "Update ID", U8;
}

experts! {
    ENCRYPTED = "zbee_sec.encrypted_payload", "Encrypted Payload", Warning, Undecoded;
}

names! {
    FRAME_TYPES { 0 = "Data", 1 = "Command", 3 = "Interpan" }
    DISCOVERIES { 0 = "Suppress", 1 = "Enable", 3 = "Force" }
    KEY_IDS { 0 = "Link Key", 1 = "Network Key", 2 = "Key-Transport Key", 3 = "Key-Load Key" }
    PROFILES { 0 = "Network Specific", 1 = "ZigBee Home", 2 = "ZigBee PRO" }
    COMMANDS {
        1 = "Route Request", 2 = "Route Reply", 3 = "Network Status", 4 = "Leave", 5 = "Route Record",
        6 = "Rejoin Request", 7 = "Rejoin Response", 8 = "Link Status", 9 = "Network Report", 10 = "Network Update",
    }
    APS_TYPES { 0 = "Data", 1 = "Command", 2 = "Ack" }
}

const DATA: u16 = 0;
const NETWORK_COMMAND: u16 = 1;
const INTERPAN: u16 = 3;
/// Addresses from here on are those of all, or of all of a kind.
const FIRST_BROADCAST: u16 = 0xfff8;
/// Bytes of the integrity code that the usual level of security adds.
const MIC_LEN: usize = 4;
/// Bytes of a beacon's content.
const BEACON_LEN: usize = 11;
/// Key identifier of the key that all of a network share.
const NETWORK_KEY: u8 = 1;

/// ZigBee's network layer.
pub struct ZigBee;

impl Protocol for ZigBee {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ZigBee";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let fcf = c.peek::<2>(0).map(u16::from_le_bytes).ok_or(Stop::NotMine)?;
        let (kind, version) = (fcf & 3, fcf >> 2 & 0xf);
        let short = |address: Address| matches!(address, Address::Short(_) | Address::Words(_));
        let (src, dst) = (c.row().src, c.row().dst);
        let addressed = kind == INTERPAN || (short(src) && short(dst));
        if !matches!(version, 1 | 2) || kind == 2 || !addressed {
            return Err(Stop::NotMine);
        }
        c.protocol("ZigBee");
        c.claim();
        control(c, fcf, kind)?;
        if kind == INTERPAN {
            c.layer_ends();
            return c.lend(Cursor::call::<Support>).map(|_| ());
        }
        let destination = addresses(c, fcf, version)?;
        if SECURITY.cut(fcf.into()) == 1 {
            return protected(c);
        }
        c.layer_ends();
        match kind {
            DATA if c.reported() > 0 => c.lend(Cursor::call::<Support>).map(|_| ()),
            NETWORK_COMMAND => command(c, destination),
            _ => Ok(()),
        }
    }
}

fn control<S: Sink>(c: &mut Cursor<'_, S>, fcf: u16, kind: u16) -> Result<(), Stop> {
    let name = name_of(FRAME_TYPES, kind.into()).unwrap_or_default();
    c.u16_le(&FCF)?;
    if S::DETAIL {
        c.append(|l| {
            l.str(", Frame Type: ").str(name).str(", Discover Route: ");
            l.str(DISCOVERY.name(DISCOVERY.cut(fcf.into())).unwrap_or("Unknown"));
            for field in [&MULTICAST, &SECURITY, &SOURCE_ROUTE, &LONG_DST, &LONG_SRC, &INITIATOR] {
                if field.cut(fcf.into()) == 1 {
                    l.str(", ").str(field.label);
                }
            }
        });
        c.below(|c| {
            let fields: [&'static Field; 9] =
                [&TYPE, &VERSION, &DISCOVERY, &MULTICAST, &SECURITY, &SOURCE_ROUTE, &LONG_DST, &LONG_SRC, &INITIATOR];
            for field in fields {
                c.bits::<2>(field, fcf.into());
            }
        });
    }
    c.info().str(name);
    c.layer_append(|l| _ = l.byte(b' ').str(name));
    Ok(())
}

fn shown(address: u16) -> Address {
    if address >= FIRST_BROADCAST { Address::Words("Broadcast") } else { Address::Short(address) }
}

/// Reads everything up to the payload; gives the destination.
fn addresses<S: Sink>(c: &mut Cursor<'_, S>, fcf: u16, version: u16) -> Result<u16, Stop> {
    let dst = c.u16_le(&DST)?;
    c.row().dst = shown(dst);
    told(c, ", Dst: ", shown(dst));
    let src = c.u16_le(&SRC)?;
    c.row().src = shown(src);
    told(c, ", Src: ", shown(src));
    c.read_all(&[(&RADIUS, 1), (&SEQUENCE, 1)])?;
    if version >= 2 {
        let has = |field: &Field| field.cut(fcf.into()) == 1;
        if has(&LONG_DST) {
            long(c, &DST64)?;
        }
        if has(&LONG_SRC) {
            long(c, &SRC64)?;
        }
        if has(&MULTICAST) {
            c.u8(&MULTICAST_CONTROL)?;
        }
        if has(&SOURCE_ROUTE) {
            let count = c.u8(&RELAY_COUNT)?;
            c.u8(&RELAY_INDEX)?;
            (0..count).try_for_each(|_| c.u16_le(&RELAY).map(|_| ()))?;
        }
    }
    Ok(dst)
}

fn told<S: Sink>(c: &mut Cursor<'_, S>, role: &str, address: Address) {
    address.write(c.info().str(role));
    c.layer_append(|l| address.write(l.str(role)));
}

/// Reads a long address, which comes with its last byte first.
fn long<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<[u8; 8], Stop> {
    let address = c.le::<8>(field)?.to_be_bytes();
    c.label(|l| {
        l.str(field.label).str(": ").hex_bytes(&address, ":").str(" (").hex_bytes(&address, ":").byte(b')');
    });
    Ok(address)
}

/// What of an encrypted packet can be read.
fn protected<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.group(&SECURITY_HEADER, |c| {
        let control = c.u8(&CONTROL)?;
        let key = control >> 3 & 3;
        c.append(|l| {
            l.str(", Key Id: ").str(name_of(KEY_IDS, key.into()).unwrap_or_default());
            if control & 0x20 != 0 {
                l.str(", Extended Nonce");
            }
        });
        c.below(|c| {
            c.bits::<1>(&KEY_ID, control.into());
            c.bits::<1>(&NONCE, control.into());
        });
        c.u32_le(&COUNTER)?;
        if control & 0x20 != 0 {
            long(c, &SECURITY_SRC)?;
        }
        if key == NETWORK_KEY {
            c.u8(&KEY_SEQUENCE)?;
        }
        if c.reported() < MIC_LEN {
            return Err(Stop::Malformed);
        }
        let at = c.limit().saturating_sub(MIC_LEN);
        if c.end() >= at + MIC_LEN {
            c.put(&MIC, at, at + MIC_LEN, 0);
        }
        c.expert(&ENCRYPTED);
        Ok(())
    })?;
    c.trim(c.reported().saturating_sub(MIC_LEN));
    c.below(Cursor::data);
    Ok(())
}

/// Commands between routers.
fn command<S: Sink>(c: &mut Cursor<'_, S>, dst: u16) -> Result<(), Stop> {
    const ROUTE_REQUEST: u8 = 1;
    const ROUTE_RECORD: u8 = 5;
    let command = c.u8(&COMMAND)?;
    let options = c.peek_u8(0).unwrap_or_default();
    let src = c.row().src;
    let line = c.claim();
    if command == ROUTE_REQUEST && options & 0x18 != 0 {
        line.str("Many-to-One ");
    }
    line.str(name_of(COMMANDS, command.into()).unwrap_or("Unknown Command"));
    if matches!(command, ROUTE_REQUEST | ROUTE_RECORD) {
        line.str(", Dst: 0x").hex(dst, 4);
    }
    if command == ROUTE_REQUEST {
        src.write(line.str(", Src: "));
    }
    if c.remaining() > 0 {
        c.bytes(&COMMAND_DATA, c.remaining())?;
    }
    Ok(())
}

/// ZigBee's application support: from endpoint to endpoint.
pub struct Support;

impl Protocol for Support {
    const LAYER: &'static Field = &APS_LAYER;
    const NAME: &'static str = "ZigBee";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ZigBee");
        c.claim();
        let control = c.u8(&APS_CONTROL)?;
        let kind = control & 3;
        c.info().str("APS: ").str(name_of(APS_TYPES, kind.into()).unwrap_or("Reserved"));
        if kind != 1 {
            // The mode of delivery: to one, to all, or to a group.
            if control >> 2 & 3 == 3 {
                let group = c.u16_le(&APS_GROUP)?;
                c.info().str(", Group: 0x").hex(group, 4);
            } else {
                let dst = c.u8(&APS_DST)?;
                c.info().str(", Dst Endpt: ").dec(dst);
            }
            c.u16_le(&APS_CLUSTER)?;
            c.u16_le(&APS_PROFILE)?;
            let src = c.u8(&APS_SRC)?;
            c.info().str(", Src Endpt: ").dec(src);
        }
        c.u8(&APS_COUNTER)?;
        c.layer_ends();
        if c.remaining() > 0 {
            c.bytes(&APS_DATA, c.remaining())?;
        }
        Ok(())
    }
}

/// A network's beacon.
pub struct Beacon;

impl Protocol for Beacon {
    const LAYER: &'static Field = &BEACON_LAYER;
    const NAME: &'static str = "ZigBee Beacon";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u8(0) != Some(0) || c.remaining() < BEACON_LEN {
            return Err(Stop::NotMine);
        }
        c.protocol("ZigBee");
        c.u8(&BEACON_PROTOCOL)?;
        let word = u64::from(c.u16_le(&BEACON_PROFILE)?);
        c.bits::<2>(&BEACON_VERSION, word);
        let epid = long(c, &BEACON_EPID)?;
        c.info().str(", EPID: ").hex_bytes(&epid, ":");
        c.layer_append(|l| _ = l.str(", EPID: ").hex_bytes(&epid, ":"));
        if c.remaining() >= 3 {
            c.le::<3>(&BEACON_OFFSET)?;
        }
        if c.remaining() >= 1 {
            c.u8(&BEACON_UPDATE)?;
        }
        Ok(())
    }
}
