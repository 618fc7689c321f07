//! TIPC, version 2: messages between the nodes of a cluster.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("tipc", "Transparent Inter Process Communication(TIPC)", Kind::Protocol);

fields! {
    VERSION = "tipc.ver", "Version", U32 mask(0xe000_0000);
    USER = "tipc.usr", "User", U32 mask(0x1e00_0000) names(USERS);
    HEADER_SIZE = "tipc.hdr_size", "Header size", U32 mask(0x01e0_0000);
    NON_SEQUENCED = "tipc.non_sequenced", "Non-sequenced", U32 mask(0x0010_0000);
    DROPPABLE = "tipc.destdrop", "Destination Droppable", U32 mask(0x0008_0000);
    SOURCE_DROPPABLE = "tipc.srcdrop", "Source Droppable", U32 mask(0x0004_0000);
    SYN = "tipc.syn", "Connection request (SYN)", U32 mask(0x0002_0000);
    SIZE = "tipc.msg_size", "Message size", U32 mask(0x0001_ffff);
    TYPE = "tipc.data_type", "Message type", U32 mask(0xe000_0000) names(DATA_TYPES);
    ERROR = "tipcv2.errorcode", "Error code", U32 mask(0x1e00_0000) names(ERROR_NAMES);
    REROUTED = "tipcv2.rer_cnt", "Reroute Counter", U32 mask(0x01e0_0000);
    SCOPE = "tipcv2.lookup_scope", "Lookup Scope", U32 mask(0x0018_0000) names(SCOPES);
    OPTIONS = "tipcv2.opt_p", "Options Position", U32 mask(0x0007_0000);
    BROADCAST_ACK = "tipcv2.broadcast_ack_no", "Broadcast Acknowledge Number", U32 mask(0x0000_ffff);
    LINK_ACK = "tipcv2.link_level_ack_no", "Link Level Acknowledge Number", U32 mask(0xffff_0000);
    LINK_SEQUENCE = "tipcv2.link_level_seq_no", "Link Level Sequence Number", U32 mask(0x0000_ffff);
    PREVIOUS = "tipcv2.prev_node", "Previous Node", Str;
    ORIGIN_PORT = "tipc.org_port", "Originating port", U32 mask(0xffff_ffff);
    DESTINATION_PORT = "tipc.dst_port", "Destination port", U32 mask(0xffff_ffff);
    ORIGIN = "tipcv2.orig_node", "Originating Node", Str;
    DESTINATION = "tipcv2.dest_node", "Destination Node", Str;
    NAME_TYPE = "tipcv2.port_name_type", "Port name type", U32 mask(0xffff_ffff);
    INSTANCE = "tipcv2.port_name_instance", "Port name instance", U32 mask(0xffff_ffff);
    LOWER = "tipcv2.multicast_lower", "Multicast lower bound", U32 mask(0xffff_ffff);
    UPPER = "tipcv2.multicast_upper", "Multicast upper bound", U32 mask(0xffff_ffff);
}

names! {
    USERS {
        0 = "Low Priority Payload Data", 1 = "Normal Priority Payload Data", 2 = "High Priority Payload Data",
        3 = "Non-Rejectable Payload Data", 5 = "Broadcast Maintenance Protocol", 6 = "Message Bundler Protocol",
        7 = "Link State Maintenance Protocol", 8 = "Connection Manager", 9 = "Routing Table Update Protocol",
        10 = "Link Changeover Protocol", 11 = "Name Table Update Protocol", 12 = "Message Fragmentation Protocol",
        13 = "Neighbour Discovery Protocol",
    }
    /// The users as the Info column calls them.
    USER_WORDS {
        0 = "Payld:Low   ", 1 = "Payld:Normal", 2 = "Payld:High  ", 3 = "Payld:NoRej ", 5 = "Broadcast   ",
        6 = "Bundler     ", 7 = "Link State  ", 8 = "Conn Mgr    ", 9 = "Route Dist  ", 10 = "Changeover  ",
        11 = "Name Dist   ", 12 = "Fragmenter  ", 13 = "Ngbr Disc   ",
    }
    DATA_TYPES { 0 = "CONN_MSG", 2 = "NAMED_MSG", 3 = "DIRECT_MSG", 4 = "OVERLOAD_W_MSG" }
    DATA_WORDS { 0 = "ConnMsg", 1 = "McastMsg", 2 = "NamedMsg", 3 = "DirectMsg" }
    BROADCASTS { 0 = "Bcast" }
    LINK_STATES { 0 = "State", 1 = "Reset", 2 = "Activate" }
    CONNECTIONS { 0 = "Probe", 1 = "ProbeReply", 2 = "Ack" }
    ROUTES { 0 = "Dist Publish", 1 = "Dist Withdraw", 2 = "Dist Purge" }
    CHANGEOVERS { 0 = "Duplicate", 1 = "Original" }
    PUBLICATIONS { 0 = "Publication", 1 = "Withdrawal" }
    FRAGMENTS { 0 = "First", 1 = "Fragment", 2 = "Last" }
    DISCOVERIES { 0 = "Request", 1 = "Response" }
    SCOPES { 0 = "Zone Scope", 1 = "Cluster Scope", 2 = "Node Scope" }
    ERROR_NAMES {
        0 = "No error (TIPC_OK)", 1 = "Destination port name unknown (TIPC_ERR_NO_NAME)",
        2 = "Destination port does not exist (TIPC_ERR_NO_PORT)",
        3 = "Destination node unavailable (TIPC_ERR_NO_NODE)", 4 = "Destination node overloaded (TIPC_ERR_OVERLOAD)",
        5 = "Connection Shutdown (No error) (TIPC_CONN_SHUTDOWN)", 6 = "Communication Error (TIPC_CONN_ERROR)",
    }
    ERROR_WORDS {
        1 = "ErrNoName", 2 = "ErrNoPort", 3 = "ErrNoNode", 4 = "ErrOverload", 5 = "ConnShutdown", 6 = "ConnError",
    }
}

/// The users of the protocol.
mod user {
    pub(super) const LAST_DATA: u32 = 3;
    pub(super) const BUNDLER: u32 = 6;
    pub(super) const LINK_STATE: u32 = 7;
    pub(super) const NAMES: u32 = 11;
    pub(super) const FRAGMENTER: u32 = 12;
    pub(super) const DISCOVERY: u32 = 13;
}

/// The words of the header that all users have; data between nodes that know each other needs no more.
const SHORT_HEADER: u32 = 6;
/// Bundles within bundles that are followed.
const MOST_NESTED: u8 = 4;

/// What each type of message is called, by its user.
fn types(user: u32) -> Option<Names> {
    Some(match user {
        0..=user::LAST_DATA => DATA_WORDS,
        5 => BROADCASTS,
        user::LINK_STATE => LINK_STATES,
        8 => CONNECTIONS,
        9 => ROUTES,
        10 => CHANGEOVERS,
        user::NAMES => PUBLICATIONS,
        user::FRAGMENTER => FRAGMENTS,
        user::DISCOVERY => DISCOVERIES,
        _ => return None,
    })
}

/// TIPC.
pub struct Tipc;

impl Protocol for Tipc {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TIPC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x88ca), Key::Udp(6118)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("TIPC");
        c.claim();
        message(c, 0)
    }
}

fn word<S: Sink>(c: &Cursor<'_, S>, index: usize) -> Result<u32, Stop> {
    c.peek_u32(index * 4).ok_or_else(|| c.short(index * 4 + 4))
}

/// Writes what the message is, then takes its header apart.
fn message<S: Sink>(c: &mut Cursor<'_, S>, nested: u8) -> Result<(), Stop> {
    let first = word(c, 0)?;
    let (user, header) = (first >> 25 & 15, first >> 21 & 15);
    c.info().str(name_of(USER_WORDS, user.into()).unwrap_or("unknown     "));
    if user != user::BUNDLER {
        c.trim((first & 0x1_ffff) as usize);
    }
    let second = word(c, 1)?;
    if let Some(names) = types(user) {
        c.info().byte(b' ').str(name_of(names, (second >> 29).into()).unwrap_or("unknown"));
        if user <= user::LAST_DATA
            && let error @ 1.. = second >> 25 & 15
        {
            c.info().byte(b' ').str(name_of(ERROR_WORDS, error.into()).unwrap_or("unknown"));
        }
    }
    if nested == 0 {
        addresses(c, user, header)?;
    }
    if user <= user::LAST_DATA {
        return data(c, header);
    }
    if user == user::NAMES {
        let (kind, instance) = (word(c, 10)?, word(c, 11)?);
        c.info().str(" type:").dec(kind).str(" inst:").dec(instance);
    }
    if user == user::FRAGMENTER {
        let numbers = word(c, 4)?;
        c.info().str(" (Message fragment ").dec(numbers >> 16).byte(b')');
    }
    common(c)?;
    c.skip(c.remaining().min((header as usize * 4).saturating_sub(16)))?;
    if user == user::BUNDLER && nested < MOST_NESTED {
        while c.reported() > 0 {
            c.info().str(" | ");
            let len = (word(c, 0)? & 0x1_ffff) as usize;
            if len > c.reported() {
                return Err(Stop::Overrun);
            }
            c.within(len.max(4), |c| message(c, nested + 1))?;
        }
    }
    c.skip(c.remaining())
}

/// Says which nodes speak.
fn addresses<S: Sink>(c: &mut Cursor<'_, S>, user: u32, header: u32) -> Result<(), Stop> {
    match user {
        user::DISCOVERY => {
            c.row().src = Address::Tipc(word(c, 3)?);
            c.row().dst = Address::Tipc(word(c, 2)?);
        }
        0..=user::LAST_DATA if header <= SHORT_HEADER => c.row().src = Address::Tipc(word(c, 3)?),
        _ => {
            c.row().src = Address::Tipc(word(c, 6)?);
            c.row().dst = Address::Tipc(word(c, 7)?);
        }
    }
    Ok(())
}

/// Reads a word, and records the fields that it is made of.
fn parts<S: Sink>(c: &mut Cursor<'_, S>, fields: &[&'static Field]) -> Result<u32, Stop> {
    let num = u32::from_be_bytes(c.array()?);
    fields.iter().for_each(|field| _ = c.bits::<4>(field, num.into()));
    Ok(num)
}

/// Reads a node's address.
fn node<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let num = u32::from_be_bytes(c.array()?);
    let at = c.pos();
    c.text(field, at - 4, at, |l| Address::Tipc(num).write(l));
    Ok(())
}

/// The words that all users have alike.
fn common<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let first = parts(c, &[&VERSION, &USER, &HEADER_SIZE])?;
    c.append(|l| _ = l.str(" = ").dec((first >> 21 & 15) * 4).str(" bytes"));
    let rest = [&NON_SEQUENCED, &DROPPABLE, &SOURCE_DROPPABLE, &SYN, &SIZE];
    rest.into_iter().for_each(|field| _ = c.bits::<4>(field, first.into()));
    parts(c, &[&TYPE, &ERROR, &REROUTED, &SCOPE, &OPTIONS, &BROADCAST_ACK])?;
    parts(c, &[&LINK_ACK, &LINK_SEQUENCE])?;
    node(c, &PREVIOUS)
}

/// Data, addressed by a port or by a name.
fn data<S: Sink>(c: &mut Cursor<'_, S>, header: u32) -> Result<(), Stop> {
    for (least, words, index) in [(9, " type:", 8), (10, " inst:", 9), (11, "-", 10)] {
        if header >= least {
            let num = word(c, index)?;
            c.info().str(words).dec(num);
        }
    }
    common(c)?;
    parts(c, &[&ORIGIN_PORT])?;
    parts(c, &[&DESTINATION_PORT])?;
    if header > SHORT_HEADER {
        node(c, &ORIGIN)?;
        node(c, &DESTINATION)?;
    }
    if header > 8 {
        parts(c, &[&NAME_TYPE])?;
    }
    if header > 9 {
        parts(c, &[if header == 10 { &INSTANCE } else { &LOWER }])?;
    }
    if header > 10 {
        parts(c, &[&UPPER])?;
        c.skip((header as usize - 11) * 4)?;
    }
    c.layer_ends();
    c.data();
    Ok(())
}
