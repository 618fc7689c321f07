//! ICMPv6 (RFC 4443): errors, echoes, neighbour discovery (RFC 4861), multicast listeners (RFC 2710, RFC 3810) and
//! what else is built on it.

mod listener;
mod names;
mod node_information;
mod options;
mod others;
mod rpl;

use super::checksum;
use super::icmp::extensions;
use super::ipv6::Ipv6;
use crate::conversation::echoes::{Key as EchoKey, Request};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, joined};

static LAYER: Field = Field::new("icmpv6", "Internet Control Message Protocol v6", Kind::Protocol);

fields! {
    TYPE = "icmpv6.type", "Type", U8 names(names::TYPES);
    CODE = "icmpv6.code", "Code", U8;
    CHECKSUM = "icmpv6.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "icmpv6.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    RESERVED = "icmpv6.reserved", "Reserved", Bytes;
    DATA = "icmpv6.data", "Data", Bytes;
    MTU = "icmpv6.mtu", "MTU", U32;
    POINTER = "icmpv6.pointer", "Pointer", U32;
    IDENT = "icmpv6.echo.identifier", "Identifier", U16 hex;
    SEQ = "icmpv6.echo.sequence_number", "Sequence", U16;
    RESPONSE_TO = "icmpv6.resp_to", "Response To", FrameNum;
    RESPONSE_TIME = "icmpv6.resptime", "Response Time", F64 custom(super::write_millis);
    RA_HOP_LIMIT = "icmpv6.nd.ra.cur_hop_limit", "Cur hop limit", U8;
    RA_FLAGS = "icmpv6.nd.ra.flag", "Flags", U8 hex;
    RA_FLAG_M = "icmpv6.nd.ra.flag.m", "Managed address configuration", Bool mask(0x80) set;
    RA_FLAG_O = "icmpv6.nd.ra.flag.o", "Other configuration", Bool mask(0x40) set;
    RA_FLAG_H = "icmpv6.nd.ra.flag.h", "Home Agent", Bool mask(0x20) set;
    RA_PREFERENCE = "icmpv6.nd.ra.flag.prf", "Prf (Default Router Preference)", U8 mask(0x18) names(options::PREFERENCES);
    RA_FLAG_P = "icmpv6.nd.ra.flag.p", "Proxy", Bool mask(0x04) set;
    RA_FLAGS_RESERVED = "icmpv6.nd.ra.flag.rsv", "Reserved", U8 mask(0x03);
    RA_LIFETIME = "icmpv6.nd.ra.router_lifetime", "Router lifetime (s)", U16;
    RA_REACHABLE = "icmpv6.nd.ra.reachable_time", "Reachable time (ms)", U32;
    RA_RETRANSMIT = "icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)", U32;
    NS_TARGET = "icmpv6.nd.ns.target_address", "Target Address", Ipv6;
    NA_FLAGS = "icmpv6.nd.na.flag", "Flags", U32 hex;
    NA_FLAG_R = "icmpv6.nd.na.flag.r", "Router", Bool bits(32) mask(0x8000_0000) set;
    NA_FLAG_S = "icmpv6.nd.na.flag.s", "Solicited", Bool bits(32) mask(0x4000_0000) set;
    NA_FLAG_O = "icmpv6.nd.na.flag.o", "Override", Bool bits(32) mask(0x2000_0000) set;
    NA_FLAGS_RESERVED = "icmpv6.nd.na.flag.rsv", "Reserved", U32 mask(0x1fff_ffff);
    NA_TARGET = "icmpv6.nd.na.target_address", "Target Address", Ipv6;
    RD_TARGET = "icmpv6.rd.na.target_address", "Target Address", Ipv6;
    RD_DESTINATION = "icmpv6.rd.na.destination_address", "Destination Address", Ipv6;
    ECHO_SEQ = "icmpv6.ext.echo.seq", "Sequence number", U8 dec_hex;
    ECHO_RESERVED = "icmpv6.ext.echo.req.res", "Reserved", U8 hex mask(0xfe);
    ECHO_LOCAL = "icmpv6.ext.echo.req.local", "Local bit", Bool mask(0x01) set;
    ECHO_STATE = "icmpv6.ext.echo.rsp.state", "State", U8 mask(0xe0) names(names::ECHO_STATES);
    ECHO_REPLY_RESERVED = "icmpv6.ext.echo.rsp.res", "Reserved", U8 hex mask(0x18);
    ECHO_ACTIVE = "icmpv6.ext.echo.rsp.active", "Active bit", Bool mask(0x04) set;
    ECHO_IPV4 = "icmpv6.ext.echo.rsp.ipv4", "IPv4 bit", Bool mask(0x02) set;
    ECHO_IPV6 = "icmpv6.ext.echo.rsp.ipv6", "IPv6 bit", Bool mask(0x01) set;
}

experts! {
    CHECKSUM_BAD = "icmpv6.checksum_bad.expert", "Bad checksum", Warning, Checksum;
}

static CHECKSUM_FIELDS: checksum::Fields =
    checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &CHECKSUM_BAD };

/// Its number as an IP protocol, which the checksum counts.
const NUMBER: u8 = 58;
/// What a reply's checksum stands above its request's: the difference of their types, negative in ones' complement.
const REPLY_STEP: u16 = !0x0100;

/// ICMPv6.
pub struct Icmpv6;

impl Protocol for Icmpv6 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ICMPv6";
    const FIELDS: &'static [&'static Field] =
        joined!(FIELDS, listener::FIELDS, node_information::FIELDS, options::FIELDS, others::FIELDS, rpl::FIELDS);
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(NUMBER)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ICMPv6");
        c.claim();
        let (start, end) = (c.pos(), c.limit());
        let kind = c.u8(&TYPE)?;
        c.label(|l| {
            _ = l.str("Type: ").str(TYPE.name(kind.into()).unwrap_or("Unknown")).str(" (").dec(kind).byte(b')');
        });
        c.info().named(TYPE.name(kind.into()), kind);
        let code = c.u8(&CODE)?;
        if let Some(name) = names::of_code(kind, code) {
            c.append(|l| _ = l.str(" (").str(name.unwrap_or("Unknown")).byte(b')'));
            c.info().str(" (");
            c.info().named(name, code);
            c.info().byte(b')');
        }
        let (src, dst) = (c.row().src, c.row().dst);
        let pseudo = checksum::pseudo_header(src, dst, NUMBER, end.saturating_sub(start));
        let checksum = checksum::read(c, &CHECKSUM_FIELDS, (start, end), pseudo)?;
        body(c, kind, code, checksum)
    }
}

/// What stands behind the checksum.
fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, code: u8, checksum: u16) -> Result<(), Stop> {
    match kind {
        1 | 3 => error(c, &RESERVED),
        2 => error(c, &MTU),
        4 => error(c, &POINTER),
        128 | 129 => echo(c, kind, checksum),
        130..=132 => listener::version_1(c, kind),
        133 => {
            c.bytes(&RESERVED, 4)?;
            options::all(c)
        }
        134 => router_advertisement(c),
        135 => {
            c.bytes(&RESERVED, 4)?;
            let target = c.fixed::<16>(&NS_TARGET)?;
            c.info().str(" for ").ipv6(&target);
            options::all(c)
        }
        136 => neighbor_advertisement(c),
        137 => {
            c.read_all(&[(&RESERVED, 4), (&RD_TARGET, 16), (&RD_DESTINATION, 16)])?;
            options::all(c)
        }
        138 => others::renumbering(c, code),
        139 => node_information::query(c, code),
        140 => node_information::reply(c, code),
        141 | 142 => {
            c.bytes(&RESERVED, 4)?;
            options::all(c)
        }
        143 => listener::report_2(c),
        144..=147 => others::mobile(c, kind),
        148 | 149 => others::certification_path(c, kind),
        150 | 154 => others::fast_handover(c),
        151..=153 => others::multicast_router(c, kind),
        155 => rpl::control(c, code),
        156 => others::locator_update(c),
        157 | 158 => others::duplicate_address(c),
        159 => others::multicast_protocol(c),
        160 | 161 => extended_echo(c, kind),
        _ => {
            // Nobody knows what it is, but there has to be something.
            c.need(1)?;
            c.bytes(&DATA, c.remaining()).map(|_| ())
        }
    }
}

/// A message about a packet, which it quotes behind the four bytes of `field`.
fn error<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    c.read_all(&[(field, 4)])?;
    if c.reported() == 0 {
        return Err(Stop::Malformed);
    }
    quote(c)
}

/// Takes the quoted packet apart. That it is cut short is no wonder, but the capture's end is.
fn quote<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    match c.quoted(Cursor::call::<Ipv6>) {
        Err(Stop::Snapped) => Err(Stop::Snapped),
        _ => Ok(()),
    }
}

fn echo<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, checksum: u16) -> Result<(), Stop> {
    c.need(4)?;
    let (id, seq) = (c.u16(&IDENT)?, c.u16(&SEQ)?);
    let (ip, src, dst) = (c.worker.state.ip, c.row().src, c.row().dst);
    let now = Request { frame: c.worker.frame.number, time: c.worker.frame.time };
    let line = c.info();
    line.str(" id=0x").hex(id, 4).str(", seq=").dec(seq);
    if let Some(hops) = ip.ttl.filter(|_| ip.version == 6) {
        line.str(", hop limit=").dec(hops);
    }
    if c.worker.quoted {
        // It is told of, and has been seen before.
    } else if kind == 128 {
        c.worker.state.echoes.ask(EchoKey::new(src, dst, id, seq, checksum, 0), now);
    } else if let Some(request) = c.worker.state.echoes.answer(EchoKey::new(src, dst, id, seq, checksum, REPLY_STEP)) {
        c.info().str(" (request in ").dec(request.frame).byte(b')');
        c.generated(&RESPONSE_TO, request.frame);
        if let Some(millis) = request.millis_until(now.time) {
            c.generated(&RESPONSE_TIME, millis.to_bits());
        }
    }
    c.below(Cursor::data);
    Ok(())
}

fn router_advertisement<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&RA_HOP_LIMIT)?;
    let flags = c.be::<1>(&RA_FLAGS)?;
    c.append(|l| {
        for field in [&RA_FLAG_M, &RA_FLAG_O, &RA_FLAG_H].iter().filter(|field| field.cut(flags) != 0) {
            l.str(", ").str(field.label);
        }
        let preference = RA_PREFERENCE.cut(flags);
        l.str(", Prf (Default Router Preference): ").str(RA_PREFERENCE.name(preference).unwrap_or("Unknown"));
        if RA_FLAG_P.cut(flags) != 0 {
            l.str(", Proxy");
        }
    });
    c.below(|c| {
        for field in [&RA_FLAG_M, &RA_FLAG_O, &RA_FLAG_H, &RA_PREFERENCE, &RA_FLAG_P, &RA_FLAGS_RESERVED] {
            c.bits::<1>(field, flags);
        }
    });
    c.read_all(&[(&RA_LIFETIME, 2), (&RA_REACHABLE, 4), (&RA_RETRANSMIT, 4)])?;
    options::all(c)
}

fn neighbor_advertisement<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = c.be::<4>(&NA_FLAGS)?;
    let named = [(&NA_FLAG_R, "rtr"), (&NA_FLAG_S, "sol"), (&NA_FLAG_O, "ovr")];
    let set = move || named.into_iter().filter(move |(field, _)| field.cut(flags) != 0);
    c.append(|l| set().for_each(|(field, _)| _ = l.str(", ").str(field.label)));
    c.below(|c| {
        for field in [&NA_FLAG_R, &NA_FLAG_S, &NA_FLAG_O, &NA_FLAGS_RESERVED] {
            c.bits::<4>(field, flags);
        }
    });
    let target = c.fixed::<16>(&NA_TARGET)?;
    let line = c.info();
    line.byte(b' ').ipv6(&target).str(" (");
    for (i, (_, name)) in set().enumerate() {
        line.str(if i > 0 { ", " } else { "" }).str(name);
    }
    line.str(if flags >> 29 == 0 { "none)" } else { ")" });
    options::all(c)
}

fn extended_echo<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.need(4)?;
    c.u16(&IDENT)?;
    c.u8(&ECHO_SEQ)?;
    if kind == 161 {
        let flags = c.be::<1>(&ECHO_STATE)?;
        for field in [&ECHO_REPLY_RESERVED, &ECHO_ACTIVE, &ECHO_IPV4, &ECHO_IPV6] {
            c.bits::<1>(field, flags);
        }
        return Ok(());
    }
    let flags = c.be::<1>(&ECHO_RESERVED)?;
    c.bits::<1>(&ECHO_LOCAL, flags);
    extensions::structure(c)
}

/// The name of a value in `names`, for the tree.
fn name(names: crate::dissect::field::Names, value: u8) -> &'static str {
    name_of(names, value.into()).unwrap_or("Unknown")
}
