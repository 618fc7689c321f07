//! DECnet phase IV: routing, and the network services protocol it carries (DNA Routing Layer and NSP specifications).

use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("dec_dna", "DEC DNA Routing Protocol", Kind::Protocol);

fields! {
    FLAGS = "dec_dna.flags", "Routing flags", U8 hex;
    CONTROL = "dec_dna.flags.control", "Control packet", Bool mask(0x1) flag("Yes", "No");
    FORMAT = "dec_dna.flags.msglen", "Long data packet format", U8 hex mask(0x6);
    RQR = "dec_dna.flags.RQR", "Return to Sender Request", Bool mask(0x8) flag("Yes", "No");
    RTS = "dec_dna.flags.RTS", "Packet on return trip", Bool mask(0x10) flag("Yes", "No");
    INTRA = "dec_dna.flags.intra_eth", "Intra-ethernet packet", Bool mask(0x20) flag("Yes", "No");
    DISCARD = "dec_dna.flags.discard", "Discarded packet", Bool mask(0x40) flag("Yes", "No");
    DST_ADDRESS = "dec_dna.dst.address", "Destination Address", Ether;
    SRC_ADDRESS = "dec_dna.src.addr", "Source Address", Ether;
    NEXT_L2 = "dec_dna.nl2", "Next level 2 router", U8 hex;
    VISITS = "dec_dna.visit_cnt", "Visit count", U8 hex;
    CLASS = "dec_dna.svc_cls", "Service class", U8 hex;
    PROTOCOL = "dec_dna.proto_type", "Protocol type", U8 hex;
    VISITED = "dec_dna.vst_node", "Nodes visited ty this package", U8;
    DST_NODE = "dec_dna.dst_node", "Destination node", U16 hex;
    SRC_NODE = "dec_dna.src_node", "Source node", U16 hex;
    ROUTING = "dec_dna.rt.msg_type", "Routing control message", U8 hex mask(0xe) names(ROUTING_TYPES);
    NSP_TYPE = "dec_dna.nsp.msg_type", "DNA NSP message", U8 hex names(NSP_TYPES);
    ACK = "dec_dna.ctl.acknum", "Ack/Nak", None;
    NUMBER = "dec_dna.nsp.segnum", "Message number", U16 mask(0xfff);
    DELAY = "dec_dna.nsp.delay", "Delayed ACK allowed", Bool bits(16) mask(0x1000) flag("Yes", "No");
    FLOW = "dec_dna.nsp.flow_control", "Flow control", U8 hex mask(0x3) names(FLOWS);
    FLOW_VALUE = "dec_dna.nsp.fc_val", "Flow control", None;
    SERVICES = "dec_dna.nsp.services", "Requested services", U8 hex mask(0xc) names(SERVICES_NAMED);
    INFO = "dec_dna.nsp.info", "Version info", U8 hex mask(0x3) names(INFOS);
    SEGMENT_SIZE = "dec_dna.nsp.segsize", "Maximum data segment size", U16;
    SESSION = "dec_dna.sess.conn", "Session connect data", None;
    OBJECT = "dec_dna.sess.obj_type", "Session Object type", U8 hex;
    REASON = "dec_dna.nsp.disc_reason", "Reason for disconnect", U16 hex names(REASONS);
    VERSION = "dec_dna.ctl.version", "Version", None;
    ID = "dec_dna.ctl.id", "Transmitting system ID", Ether;
    INFORMATION = "dec_dna.ctl.tiinfo", "Routing information", U8 hex;
    NODE_TYPE = "dec_dna.ctl.iinfo.node_type", "Node type", U8 hex mask(0x3) names(NODE_TYPES);
    VRF = "dec_dna.ctl.iinfo.vrf", "Verification required", Bool mask(0x4) flag("Yes", "No");
    REJ = "dec_dna.ctl.iinfo.rej", "Rejected", Bool mask(0x8) flag("Yes", "No");
    VERF = "dec_dna.ctl.iinfo.verf", "Verification failed", Bool mask(0x10) flag("Yes", "No");
    MTA = "dec_dna.ctl.iinfo.mta", "Accepts multicast traffic", Bool mask(0x20) flag("Yes", "No");
    BLKREQ = "dec_dna.ctl.iinfo.blkreq", "Blocking requested", Bool mask(0x40) flag("Yes", "No");
    BLOCK_SIZE = "dec_dna.ctl.blk_size", "Block size", U16;
    PRIORITY = "dec_dna.ctl.prio", "Routing priority", U8 hex;
    TIMER = "dec_dna.ctl.timer", "Hello timer(seconds)", U16;
    SEED = "dec_dna.ctl.seed", "Verification seed", Bytes;
    NEIGHBOR = "dec_dna.ctl_neighbor", "Neighbor", Ether;
    ROUTERS = "dec_dna.ctl.elist", "List of router states", None;
    ETHERNET = "dec_dna.ctl.ename", "Ethernet name", Bytes;
    ROUTER = "dec_dna.ctl.router_id", "Router ID", Ether;
    ROUTER_PRIORITY = "dec_dna.ctl.router_prio", "Router priority", U8 hex mask(0x7f);
    RESERVED = "dec_dna.ctl.reserved", "Reserved", Bytes;
    FUNCTION = "dec_dna.ctl.fcnval", "Verification message function value", Bytes;
    TEST = "dec_dna.ctl.test_data", "Test message data", Bytes;
    SEGMENT = "dec_dna.ctl.segment", "Segment", None;
    CHECKSUM = "dec_dna.ctl.checksum", "Checksum", U16 hex;
}

names! {
    ROUTING_TYPES {
        0 = "Initialization message", 1 = "Verification message", 2 = "Hello and test message",
        3 = "Level 1 routing message", 4 = "Level 2 routing message", 5 = "Ethernet router hello message",
        6 = "Ethernet endnode hello message",
    }
    ROUTING_ROWS {
        0 = "initialization message", 1 = "verification message", 2 = "hello/test message",
        3 = "Level 1 routing message", 4 = "Level 2 routing message", 5 = "Ethernet Router Hello  message",
        6 = "Endnode Hello message",
    }
    NSP_TYPES {
        0 = "Data segment continuation", 4 = "Data acknowledgement message", 8 = "NOP", 16 = "Link service message",
        20 = "Other data acknowledgement message", 24 = "Connect initiate", 32 = "Beginning of segment message",
        36 = "Connect acknowledgement message", 40 = "Connect confirm", 48 = "Interrupt message",
        56 = "Disconnect initiate", 64 = "End of segment message", 72 = "Disconnect confirm",
        96 = "Begin of segment / End of segment", 104 = "Retransmitted connect initiate",
    }
    FLOWS { 0 = "no change", 1 = "do not send data", 2 = "send data", 3 = "reserved" }
    SERVICES_NAMED { 0 = "none" }
    INFOS { 0 = "version 3.2", 1 = "version 3.1", 2 = "version 4.0", 3 = "reserved" }
    NODE_TYPES { 1 = "Level 2 router", 2 = "Level 1 router", 3 = "End node" }
    REASONS {
        0 = "no error", 3 = "The node is shutting down", 4 = "The destination end user does not exist",
        5 = "A connect message contains an invalid end user name",
        6 = "Destination end user has insufficient resources", 7 = "Unspecified error",
        8 = "A third party has disconnected the link", 9 = "An end user has aborted the logical link",
        32 = "The node has insufficient resources", 33 = "Destination end user has insufficient resources",
        34 = "Connect request rejected because incorrect RQSTRID or PASSWORD",
        36 = "Connect request rejected because of unacceptable ACCOUNT info",
        38 = "End user has timed out, aborted or cancelled a connect request",
        43 = "Connect request RQSTRID, PASSWORD, ACCOUNT or USRDATA too long",
    }
}

/// The flag that says that what follows in the first byte is padding before the packet.
const PADDING: u8 = 0x80;
/// Messages of NSP.
const DATA: u8 = 0x00;
const DATA_ACK: u8 = 0x04;
const NO_OPERATION: u8 = 0x08;
const RETRANSMITTED: u8 = 0x68;
const LINK_SERVICE: u8 = 0x10;
const OTHER_ACK: u8 = 0x14;
const BEGIN: u8 = 0x20;
const CONNECT_ACK: u8 = 0x24;
const INTERRUPT: u8 = 0x30;
const DISCONNECT: u8 = 0x38;
const END: u8 = 0x40;
const DISCONNECT_CONFIRM: u8 = 0x48;
const SINGLE: u8 = 0x60;
/// What the Ethernet addresses of DECnet nodes begin with; the node's own address follows.
const PREFIX: [u8; 4] = [0xaa, 0x00, 0x04, 0x00];
/// Logical links that are remembered at most.
const MOST_LINKS: usize = 256;

/// Bytes that have come of the message under way on each logical link.
#[derive(Default)]
struct Links(Recent<(u16, u16), u64, MOST_LINKS>);

/// DECnet.
pub struct Decnet;

impl Protocol for Decnet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DEC_DNA";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x6003)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("DEC DNA");
        c.claim();
        let (src, dst) = (c.row().src, c.row().dst);
        (c.row().src, c.row().dst) = (node(src), node(dst));
        c.skip(2)?;
        if let Some(padding @ PADDING..) = c.peek_u8(0) {
            c.skip(usize::from(padding & !PADDING))?;
        }
        let flags = c.u8(&FLAGS)?;
        c.below(|c| flag_bits(c, flags));
        if flags & 1 == 1 {
            return control(c, flags);
        }
        match flags >> 1 & 3 {
            3 => {
                c.skip(2)?;
                ethernet(c, &DST_ADDRESS)?;
                c.skip(2)?;
                ethernet(c, &SRC_ADDRESS)?;
                c.read_all(&[(&NEXT_L2, 1), (&VISITS, 1), (&CLASS, 1), (&PROTOCOL, 1)])?;
            }
            1 => {
                c.u16_le(&DST_NODE)?;
                c.u16_le(&SRC_NODE)?;
                c.u8(&VISITED)?;
            }
            _ => {}
        }
        services(c)
    }
}

/// A station's address within DECnet, where it has one.
fn node(address: Address) -> Address {
    match address {
        Address::Mac([a, b, c, d, low, high]) if [a, b, c, d] == PREFIX => {
            Address::Decnet(u16::from_le_bytes([low, high]))
        }
        _ => address,
    }
}

fn flag_bits<S: Sink>(c: &mut Cursor<'_, S>, flags: u8) {
    if flags & 1 == 1 {
        c.bits::<1>(&CONTROL, flags.into());
        c.bits::<1>(&ROUTING, flags.into());
        return;
    }
    c.bits::<1>(&FORMAT, flags.into());
    let long = flags & 6 == 6;
    if !long {
        c.label(|l| {
            l.str(if flags >> 1 & 3 == 1 { ".... .01." } else { ".... .00." }).str(" = Short data packet format: 0x");
            l.hex(flags >> 1 & 3, 1);
        });
    }
    c.bits::<1>(&RQR, flags.into());
    c.bits::<1>(&RTS, flags.into());
    if long {
        c.bits::<1>(&INTRA, flags.into());
        c.bits::<1>(&DISCARD, flags.into());
    }
}

/// Reads an Ethernet address, and shows the node's own behind it.
fn ethernet<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let address: [u8; 6] = c.fixed(field)?;
    if S::DETAIL
        && let own @ Address::Decnet(_) = node(Address::Mac(address))
    {
        c.label(|l| {
            own.write(l.str(field.label).str(": ").mac(&address).str(" ("));
            l.byte(b')');
        });
    }
    Ok(())
}

/// Messages between routers and to those who look for them.
fn control<S: Sink>(c: &mut Cursor<'_, S>, flags: u8) -> Result<(), Stop> {
    let kind = flags >> 1 & 7;
    if let Some(name) = name_of(ROUTING_ROWS, kind.into()) {
        c.info().str("Routing control, ").str(name);
    }
    match kind {
        0 => {
            c.u16_le(&SRC_NODE)?;
            c.u8(&INFORMATION)?;
            c.u16_le(&BLOCK_SIZE)?;
            version(c, "Routing Layer version: ", ".")?;
            c.u16_le(&TIMER)?;
            let len = c.peek_u8(0).map_or(0, |len| usize::from(len) + 1).min(c.remaining());
            c.bytes(&RESERVED, len).map(|_| ())
        }
        1 => {
            c.u16_le(&SRC_NODE)?;
            let len = c.peek_u8(0).map_or(0, usize::from).min(c.remaining().saturating_sub(1));
            c.skip(1)?;
            c.bytes(&FUNCTION, len).map(|_| ())
        }
        2 => {
            c.u16_le(&SRC_NODE)?;
            c.bytes(&TEST, c.remaining()).map(|_| ())
        }
        3 | 4 => routes(c, kind),
        5 => {
            version(c, "Routing Layer Version: ", "")?;
            ethernet(c, &ID)?;
            information(c)?;
            c.u16_le(&BLOCK_SIZE)?;
            c.u8(&PRIORITY)?;
            c.skip(1)?;
            c.u16_le(&TIMER)?;
            c.skip(1)?;
            routers(c)
        }
        6 => {
            version(c, "Routing Layer Version: ", "")?;
            ethernet(c, &ID)?;
            information(c)?;
            c.u16_le(&BLOCK_SIZE)?;
            c.skip(1)?;
            c.bytes(&SEED, 8)?;
            ethernet(c, &NEIGHBOR)?;
            c.u16_le(&TIMER).map(|_| ())
        }
        _ => Ok(()),
    }
}

fn version<S: Sink>(c: &mut Cursor<'_, S>, label: &str, end: &str) -> Result<(), Stop> {
    let [major, minor, patch] = c.fixed(&VERSION)?;
    c.label(|l| {
        l.str(label).dec(major).byte(b'.').dec(minor).byte(b'.').dec(patch).str(end);
    });
    Ok(())
}

fn information<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let information = c.u8(&INFORMATION)?;
    if S::DETAIL {
        c.append(|l| {
            l.str(", Node type: ").str(name_of(NODE_TYPES, u64::from(information & 3)).unwrap_or("Unknown"));
            for field in [&VRF, &REJ, &VERF, &MTA, &BLKREQ] {
                if field.cut(information.into()) == 1 {
                    l.str(", ").str(field.label);
                }
            }
        });
        c.below(|c| {
            for field in [&NODE_TYPE, &VRF, &REJ, &VERF, &MTA, &BLKREQ] {
                c.bits::<1>(field, information.into());
            }
        });
    }
    Ok(())
}

/// Distances to nodes, or to areas.
fn routes<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.u16_le(&SRC_NODE)?;
    c.skip(1)?;
    while c.remaining() >= 6 {
        let at = c.pos();
        let [count, start, cost] = [c.array::<2>()?, c.array::<2>()?, c.array::<2>()?].map(u16::from_le_bytes);
        c.put(&SEGMENT, at, at + 6, 0);
        c.label(|l| {
            l.str("Segment: count:").dec(count).str(if kind == 3 { ", start Id: " } else { ", start area: " });
            l.dec(start).str(", hops:").dec(cost >> 10 & 0x1f).str(", cost: ").dec(cost & 0x3ff);
        });
    }
    if c.remaining() >= 2 {
        c.u16_le(&CHECKSUM)?;
    }
    Ok(())
}

/// The routers that the sender has heard, for each Ethernet.
fn routers<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    const NAME_AND_LENGTH: u32 = 8;
    const ROUTER_LEN: u32 = 7;
    let mut left = u32::from(c.array::<1>()?[0]);
    c.group(&ROUTERS, |c| {
        // A list that is longer than it says never comes to its end, but to the packet's.
        while left > 0 {
            c.group(&ETHERNET, |c| {
                c.skip(7)?;
                let len = usize::from(c.array::<1>()?[0]);
                let end = c.pos().saturating_add(len);
                left = left.wrapping_sub(NAME_AND_LENGTH);
                while c.pos() < end {
                    ethernet(c, &ROUTER)?;
                    c.u8(&ROUTER_PRIORITY)?;
                    left = left.wrapping_sub(ROUTER_LEN);
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

/// Network services: what end nodes say to each other.
fn services<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u8(&NSP_TYPE)?;
    if name_of(NSP_TYPES, kind.into()).is_none() || matches!(kind, NO_OPERATION | RETRANSMITTED) {
        return Ok(());
    }
    c.need(2)?;
    let dst = c.u16_le(&DST_NODE)?;
    if kind == CONNECT_ACK {
        c.info().str("NSP connect acknowledgement");
        return Ok(());
    }
    let src = c.u16_le(&SRC_NODE)?;
    match kind {
        DATA | BEGIN | END | SINGLE => {
            acknowledgements(c)?;
            let number = number(c)?;
            segment(c, kind, number, (src, dst));
            Ok(())
        }
        DATA_ACK => {
            let number = c.peek::<2>(0).map_or(0, u16::from_le_bytes) & 0xfff;
            c.info().str("NSP data ACK message(").dec(number).byte(b')');
            acknowledgements(c)
        }
        OTHER_ACK => {
            c.info().str("NSP other data ACK message");
            acknowledgements(c)
        }
        LINK_SERVICE => {
            c.info().str("NSP link control message");
            let acknowledges = c.peek_u8(1).unwrap_or_default() & 0x80 != 0;
            acknowledgements(c)?;
            number(c)?;
            if acknowledges { flow(c) } else { Ok(()) }
        }
        INTERRUPT => {
            c.info().str("NSP interrupt message");
            acknowledgements(c)?;
            number(c).map(|_| ())
        }
        DISCONNECT | DISCONNECT_CONFIRM => {
            c.info().str("NSP disconnect initiate/confirm message");
            c.u16_le(&REASON).map(|_| ())
        }
        _ => connect(c),
    }
}

fn number<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    let word = c.u16_le(&NUMBER)?;
    c.bits::<2>(&DELAY, word.into());
    Ok(word & 0xfff)
}

/// Up to two acknowledgements, each told by its first bit.
fn acknowledgements<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    for _ in 0..2 {
        if c.peek::<2>(0).map_or(0, u16::from_le_bytes) & 0x8000 == 0 {
            break;
        }
        let at = c.pos();
        let ack = c.array::<2>().map(u16::from_le_bytes)?;
        c.put(&ACK, at, at + 2, 0);
        c.label(|l| {
            l.str(match ack >> 12 & 7 {
                0 => "Last data segment positively acknowledged: ",
                1 => "Last data segment negatively acknowledged: ",
                2 => "Cross sub-channel ACK of other data msg ",
                _ => "Cross sub-channel NAK of other data msg ",
            });
            l.dec(ack & 0xfff);
        });
    }
    Ok(())
}

/// Says which piece of a message this is, and how much of it has come.
fn segment<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, number: u16, link: (u16, u16)) {
    let len = c.reported() as u64;
    let links = &mut c.worker.state.shared.entry::<Links>().0;
    let before = if matches!(kind, BEGIN | SINGLE) { 0 } else { links.get(&link).copied().unwrap_or_default() };
    let total = before.wrapping_add(len);
    links.insert(link, total);
    let line = c.info().str("msg nr. ").dec(number);
    line.str(match kind {
        DATA => ": continuation segment ",
        BEGIN => ": start of segment",
        END => ": end of segment",
        _ => " single segment",
    });
    line.str(", bytes this segment: ").dec(len).str(", total so far:").dec(total);
}

fn flow<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let service = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    if service & 0xc != 0 {
        // A request for interrupts, not for data.
        return Ok(());
    }
    c.u8(&FLOW)?;
    match service & 3 {
        0 => _ = c.info().str("(no change)"),
        1 => _ = c.info().str("(stop)"),
        2 => _ = c.info().str("(go)"),
        _ => {}
    }
    c.below(|c| {
        let more = c.u8(&FLOW_VALUE)?;
        c.label(|l| {
            l.str("Request for additional ").dec(more).str(" data msgs");
        });
        Ok(())
    })
}

/// What a connection begins with, and who wants to talk to whom.
fn connect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.info().str("NSP connect confirm/initiate message");
    c.u8(&SERVICES)?;
    c.u8(&INFO)?;
    c.u16_le(&SEGMENT_SIZE)?;
    c.group(&SESSION, |c| {
        end_user(c)?;
        end_user(c)?;
        let menu = c.array::<1>()?[0];
        if menu & 1 != 0 {
            for _ in 0..3 {
                counted(c)?;
            }
        }
        if menu & 2 != 0 {
            counted(c)?;
        }
        Ok(())
    })
}

/// Passes over a text behind its length.
fn counted<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = c.array::<1>()?[0];
    c.skip(len.into())
}

/// An end user: by number, by name, or by group, user and name.
fn end_user<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let format = c.array::<1>()?[0];
    c.u8(&OBJECT)?;
    match format {
        0 => Ok(()),
        2 => {
            c.skip(4)?;
            counted(c)
        }
        _ => counted(c),
    }
}
