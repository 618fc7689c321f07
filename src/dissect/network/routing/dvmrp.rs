//! DVMRP (RFC 1075 and draft-ietf-idmr-dvmrp-v3), whose messages are of a type of IGMP.

use crate::dissect::checksum::Sum;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::network::checksum;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("dvmrp", "Distance Vector Multicast Routing Protocol", Kind::Protocol);

fields! {
    VERSION = "dvmrp.version", "DVMRP Version", U8;
    TYPE = "dvmrp.type", "Type", U8 hex names(TYPES);
    CODE_1 = "dvmrp.v1.code", "Code", U8 hex names(CODES_1);
    CODE_3 = "dvmrp.v3.code", "Code", U8 hex names(CODES_3);
    CHECKSUM = "dvmrp.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "dvmrp.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    RESERVED = "dvmrp.reserved", "Reserved", U16 hex;
    COMMANDS = "dvmrp.commands", "Commands", None;
    COMMAND = "dvmrp.command", "Command", U8 hex names(COMMAND_NAMES);
    FAMILY = "dvmrp.afi", "Address Family", U8 hex names(FAMILIES);
    CAPABILITIES = "dvmrp.capabilities", "Capabilities", U8 hex;
    CAN_NETMASK = "dvmrp.cap.netmask", "Netmask", Bool mask(0x20) flag("Netmask capable", "NOT Netmask capable");
    CAN_SNMP = "dvmrp.cap.snmp", "SNMP", Bool mask(0x10) flag("SNMP capable", "NOT SNMP capable");
    CAN_TRACE = "dvmrp.cap.mtrace", "Mtrace", Bool mask(0x08) flag("Multicast Traceroute capable", "NOT Multicast Traceroute capable");
    CAN_GENERATION = "dvmrp.cap.genid", "Genid", Bool mask(0x04) flag("Genid capable", "NOT Genid capable");
    CAN_PRUNE = "dvmrp.cap.prune", "Prune", Bool mask(0x02) flag("Prune capable", "NOT Prune capable");
    LEAF = "dvmrp.cap.leaf", "Leaf", Bool mask(0x01) flag("Leaf", "NOT Leaf");
    MINOR = "dvmrp.min_ver", "Minor Version", U8 hex;
    MAJOR = "dvmrp.maj_ver", "Major Version", U8 hex;
    GENERATION = "dvmrp.genid", "Generation ID", U32;
    ROUTE = "dvmrp.route", "Route", None;
    NETMASK = "dvmrp.netmask", "Netmask", Ipv4;
    NETWORK = "", "Source Network", None;
    METRIC = "dvmrp.metric", "Metric", U8;
    SOURCE = "dvmrp.saddr", "Source Addr", Ipv4;
    GROUP = "dvmrp.maddr", "Multicast Addr", Ipv4;
    LIFETIME = "dvmrp.lifetime", "Prune lifetime", U32;
    LOCAL = "dvmrp.local", "Local Addr", Ipv4;
    THRESHOLD = "dvmrp.threshold", "Threshold", U8;
    FLAGS = "dvmrp.flags", "Flags", None;
    TUNNEL = "dvmrp.flag.tunnel", "Tunnel", Bool mask(0x01);
    SOURCE_ROUTE = "dvmrp.flag.srcroute", "Source Route", Bool mask(0x02);
    DOWN = "dvmrp.flag.down", "Down", Bool mask(0x10);
    DISABLED = "dvmrp.flag.disabled", "Disabled", Bool mask(0x20);
    QUERIER = "dvmrp.flag.querier", "Querier", Bool mask(0x40);
    LEAF_FLAG = "dvmrp.flag.leaf", "Leaf", Bool mask(0x80);
    NEIGHBOURS = "dvmrp.ncount", "Neighbor Count", U8;
    NEIGHBOUR = "dvmrp.neighbor", "Neighbor Addr", Ipv4;
}

names! {
    TYPES { 0x13 = "DVMRP" }
    CODES_1 { 1 = "Response", 2 = "Request", 3 = "Non-membership report", 4 = "Non-membership cancellation" }
    CODES_3 {
        1 = "Probe", 2 = "Report", 3 = "Ask Neighbors", 4 = "Neighbors", 5 = "Ask Neighbors 2", 6 = "Neighbors 2",
        7 = "Prune", 8 = "Graft", 9 = "Graft ACK",
    }
    COMMAND_NAMES {
        0 = "NULL", 2 = "Address Family Indicator", 3 = "Subnetmask", 4 = "Metric", 5 = "Flags0", 6 = "Infinity",
        7 = "Destination Address", 8 = "Requested Destination Address", 9 = "Non-Membership Report",
        10 = "Non-Membership Report Cancel",
    }
    FAMILIES { 2 = "IP v4 Family" }
}

experts! {
    CHECKSUM_BAD = "dvmrp.bad_checksum", "Bad checksum", Error, Checksum;
}

static CHECKSUM_FIELDS: checksum::Fields =
    checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &CHECKSUM_BAD };

/// Codes of version 3.
mod codes {
    pub(super) const PROBE: u8 = 1;
    pub(super) const REPORT: u8 = 2;
    pub(super) const NEIGHBOURS_2: u8 = 6;
    pub(super) const PRUNE: u8 = 7;
    pub(super) const GRAFT: u8 = 8;
    pub(super) const GRAFT_ACK: u8 = 9;
}

/// Messages shorter than this are of version 1.
const HEADER_3_LEN: usize = 8;
/// The command that says what family addresses are of.
const FAMILY_COMMAND: u8 = 2;

/// DVMRP.
pub struct Dvmrp;

impl Protocol for Dvmrp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DVMRP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (start, end) = (c.pos(), c.limit());
        let version_3 = c.reported() >= HEADER_3_LEN;
        let code = c.peek_u8(1).ok_or_else(|| c.short(2))?;
        let field = if version_3 { &CODE_3 } else { &CODE_1 };
        c.protocol("DVMRP");
        c.claim().str(if version_3 { "V3 " } else { "V1 " });
        match field.name(code.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown Type:0x").hex(code, 2),
        }
        let at = c.pos();
        c.put(&VERSION, at, at, if version_3 { 3 } else { 1 });
        c.u8(&TYPE)?;
        c.u8(field)?;
        checksum::read(c, &CHECKSUM_FIELDS, (start, end), Sum::default())?;
        if version_3 { version_3_body(c, code) } else { commands(c) }
    }
}

/// The commands of version 1, of which a message that short has one at most.
fn commands<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.reported() == 0 || c.peek_u8(0) != Some(FAMILY_COMMAND) {
        return Ok(());
    }
    let mark = c.mark();
    c.group(&COMMANDS, |c| {
        c.u8(&COMMAND)?;
        let family = c.be::<1>(&FAMILY)?;
        let name = FAMILY.name(family).unwrap_or("Unknown Family");
        c.label_at(mark, |l| _ = l.str("Address Family Indicator: ").str(name));
        Ok(())
    })
}

fn version_3_body<S: Sink>(c: &mut Cursor<'_, S>, code: u8) -> Result<(), Stop> {
    if matches!(code, codes::PROBE | codes::NEIGHBOURS_2) {
        capabilities(c)?;
    } else {
        c.u16(&RESERVED)?;
    }
    c.u8(&MINOR)?;
    c.u8(&MAJOR)?;
    match code {
        codes::PROBE => {
            c.u32(&GENERATION)?;
            while c.reported() > 0 {
                c.fixed::<4>(&NEIGHBOUR)?;
            }
            Ok(())
        }
        codes::REPORT => {
            while c.reported() > 0 {
                c.group(&ROUTE, route)?;
            }
            Ok(())
        }
        codes::NEIGHBOURS_2 => {
            while c.reported() >= 4 {
                neighbours(c)?;
            }
            Ok(())
        }
        codes::PRUNE => {
            c.read_all(&[(&SOURCE, 4), (&GROUP, 4), (&LIFETIME, 4)])?;
            netmask(c)
        }
        codes::GRAFT | codes::GRAFT_ACK => {
            c.read_all(&[(&SOURCE, 4), (&GROUP, 4)])?;
            netmask(c)
        }
        _ => Ok(()),
    }
}

/// The netmask that may end a message.
fn netmask<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.reported() >= 4 {
        c.fixed::<4>(&NETMASK)?;
    }
    Ok(())
}

/// What the router can do; the byte stands in the place of the reserved ones.
fn capabilities<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&RESERVED)?;
    let Some(num) = c.whole().get(c.pos().wrapping_sub(1)).copied() else { return Ok(()) };
    let at = c.pos();
    c.put(&CAPABILITIES, at - 1, at, num.into());
    let all = [
        (&CAN_NETMASK, ", Netmask"),
        (&CAN_SNMP, ", SNMP"),
        (&CAN_TRACE, ", Mtrace"),
        (&CAN_GENERATION, ", Genid"),
        (&CAN_PRUNE, ", Prune"),
        (&LEAF, ", Leaf"),
    ];
    c.append(|l: &mut Line| {
        all.iter().filter(|(flag, _)| flag.cut(num.into()) == 1).for_each(|(_, name)| _ = l.str(name));
    });
    c.below(|c| all.iter().for_each(|(flag, _)| _ = c.bits::<1>(flag, num.into())));
    Ok(())
}

/// The routes with one netmask; of the mask and of each network only the bytes that count are there.
fn route<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let [second, third, fourth] = c.array::<3>()?;
    let mask = [0xff, second, third, fourth];
    let at = c.pos();
    c.put(&NETMASK, at - 3, at, 0);
    c.label(|l| _ = l.str("Netmask: ").ipv4(&mask));
    loop {
        let start = c.pos();
        let mut network = [0; 4];
        for (byte, mask) in network.iter_mut().zip(mask) {
            if mask != 0 {
                let [read] = c.array::<1>()?;
                *byte = read;
            }
        }
        let end = c.pos();
        c.put(&NETWORK, start, end, 0);
        c.label(|l| _ = l.str("Source Network ").ipv4(&network).str(" (netmask ").ipv4(&mask).byte(b')'));
        let [metric] = c.array::<1>()?;
        c.put(&METRIC, end, end + 1, (metric & 0x7f).into());
        if metric & 0x80 != 0 {
            return Ok(());
        }
    }
}

/// An interface and the routers that are heard on it.
fn neighbours<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&LOCAL, 4), (&METRIC, 1), (&THRESHOLD, 1)])?;
    c.group(&FLAGS, |c| {
        let flags = c.be::<1>(&TUNNEL)?;
        [&SOURCE_ROUTE, &DOWN, &DISABLED, &QUERIER, &LEAF_FLAG]
            .into_iter()
            .for_each(|flag| _ = c.bits::<1>(flag, flags));
        Ok(())
    })?;
    let count = c.u8(&NEIGHBOURS)?;
    for _ in 0..count {
        c.fixed::<4>(&NEIGHBOUR)?;
    }
    Ok(())
}
