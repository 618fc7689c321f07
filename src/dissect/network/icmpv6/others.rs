//! ICMPv6 messages that are seldom met: router renumbering (RFC 2894), Mobile IPv6 (RFC 6275), secure neighbour
//! discovery (RFC 3971), fast handovers (RFC 5568), multicast router discovery (RFC 4286), ILNP (RFC 6743), 6LoWPAN
//! (RFC 6775) and MPL (RFC 7731).

use super::{name, names, options};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    RESERVED = "icmpv6.reserved", "Reserved", Bytes;
    RR_SEQUENCE = "icmpv6.rr.sequence_number", "Sequence Number", U32;
    RR_SEGMENT = "icmpv6.rr.segment_number", "Segment Number", U8;
    RR_FLAGS = "icmpv6.rr.flag", "Flags", U8 hex;
    RR_MAX_DELAY = "icmpv6.rr.maxdelay", "Max Delay", U16;
    RR_OPCODE = "icmpv6.rr.pco.mp.opcode", "OpCode", U8;
    RR_OP_LENGTH = "icmpv6.rr.pco.mp.oplength", "OpLength", U8;
    RR_ORDINAL = "icmpv6.rr.pco.mp.ordinal", "Ordinal", U8 hex;
    RR_MATCH_LEN = "icmpv6.rr.pco.mp.matchlen", "MatchLen", U8;
    RR_MIN_LEN = "icmpv6.rr.pco.mp.minlen", "MinLen", U8;
    RR_MAX_LEN = "icmpv6.rr.pco.mp.maxlen", "MaxLen", U8;
    RR_MATCH_PREFIX = "icmpv6.rr.pco.mp.matchprefix", "MatchPrefix", Ipv6;
    RR_USE_LEN = "icmpv6.rr.pco.up.uselen", "UseLen", U8;
    RR_KEEP_LEN = "icmpv6.rr.pco.up.keeplen", "KeepLen", U8;
    RR_FLAG_MASK = "icmpv6.rr.pco.up.flagmask", "FlagMask", U8 hex;
    RR_RA_FLAGS = "icmpv6.rr.pco.up.raflags", "RAFlags", U8 hex;
    RR_VALID = "icmpv6.rr.pco.up.validlifetime", "Valid Lifetime", U32;
    RR_PREFERRED = "icmpv6.rr.pco.up.preferredlifetime", "Preferred Lifetime", U32;
    RR_USE_FLAGS = "icmpv6.rr.pco.up.flag", "Flags", U32 hex;
    RR_USE_PREFIX = "icmpv6.rr.pco.up.useprefix", "UsePrefix", Ipv6;
    RR_RESULT_FLAGS = "icmpv6.rr.rm.flag", "Flags", U16 hex;
    RR_RESULT_ORDINAL = "icmpv6.rr.rm.ordinal", "Ordinal", U8 hex;
    RR_RESULT_LEN = "icmpv6.rr.rm.matchedlen", "MatchedLen", U8;
    RR_RESULT_INTERFACE = "icmpv6.rr.rm.interfaceindex", "InterfaceIndex", U32;
    RR_RESULT_PREFIX = "icmpv6.rr.rm.matchedprefix", "MatchedPrefix", Ipv6;
    IDENTIFIER = "icmpv6.mip6.identifier", "Identifier", U16 dec_hex;
    HOME_AGENT = "icmpv6.mip6.home_agent_address", "Home Agent Address", Ipv6;
    MIP_FLAGS = "icmpv6.mip6.flag", "Flag", U16 hex;
    SEND_IDENTIFIER = "icmpv6.send.identifier", "Identifier", U16;
    SEND_COMPONENT = "icmpv6.send.component", "Component", U16;
    SEND_COMPONENTS = "icmpv6.send.all_components", "All Components", U16;
    FMIP_SUBTYPE = "icmpv6.fmip6.subtype", "Subtype", U8 names(names::MOBILITY_SUBTYPES);
    FMIP_IDENTIFIER = "icmpv6.fmip6.identifier", "Identifier", U16;
    MRD_INTERVAL = "icmpv6.mcast_ra.query_interval", "Query Interval", U16;
    MRD_ROBUSTNESS = "icmpv6.mcast_ra.robustness_variable", "Robustness Variable", U16;
    ILNP_LOCATORS = "icmpv6.ilnp.nb_locs", "Num of Locs", U8;
    ILNP_OPERATION = "icmpv6.ilnp.nb_locators", "Operation", U8;
    DA_STATUS = "icmpv6.6lowpannd.da.status", "Status", U8;
    DA_LIFETIME = "icmpv6.6lowpannd.da.lifetime", "Lifetime", U16;
    DA_EUI = "icmpv6.6lowpannd.da.eui64", "EUI-64", Eui64;
    DA_ADDRESS = "icmpv6.6lowpannd.da.reg_addr", "Registered Address", Ipv6;
    MPL_SEED = "icmpv6.mpl.seed_info", "Seed Info", Bytes;
}

/// Bytes of a prefix control operation's use-prefix part, and of one result.
const USE_PART: usize = 32;

/// Router renumbering: commands, their results, or a reset of the sequence.
pub(super) fn renumbering<S: Sink>(c: &mut Cursor<'_, S>, code: u8) -> Result<(), Stop> {
    c.read_all(&[(&RR_SEQUENCE, 4), (&RR_SEGMENT, 1), (&RR_FLAGS, 1), (&RR_MAX_DELAY, 2), (&RESERVED, 4)])?;
    while code == 1 && c.reported() > 0 {
        c.read_all(&[
            (&RR_RESULT_FLAGS, 2),
            (&RR_RESULT_ORDINAL, 1),
            (&RR_RESULT_LEN, 1),
            (&RR_RESULT_INTERFACE, 4),
            (&RR_RESULT_PREFIX, 16),
        ])?;
    }
    if code != 0 || c.reported() == 0 {
        return Ok(());
    }
    c.read_all(&[
        (&RR_OPCODE, 1),
        (&RR_OP_LENGTH, 1),
        (&RR_ORDINAL, 1),
        (&RR_MATCH_LEN, 1),
        (&RR_MIN_LEN, 1),
        (&RR_MAX_LEN, 1),
        (&RESERVED, 2),
        (&RR_MATCH_PREFIX, 16),
    ])?;
    while c.reported() > 0 {
        c.need(USE_PART)?;
        c.read_all(&[
            (&RR_USE_LEN, 1),
            (&RR_KEEP_LEN, 1),
            (&RR_FLAG_MASK, 1),
            (&RR_RA_FLAGS, 1),
            (&RR_VALID, 4),
            (&RR_PREFERRED, 4),
            (&RR_USE_FLAGS, 4),
            (&RR_USE_PREFIX, 16),
        ])?;
    }
    Ok(())
}

/// Mobile IPv6: home agents asked for and told, prefixes solicited and advertised.
pub(super) fn mobile<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.u16(&IDENTIFIER)?;
    match kind {
        145 => {
            c.bytes(&RESERVED, 2)?;
            while c.remaining() > 0 {
                c.fixed::<16>(&HOME_AGENT)?;
            }
            Ok(())
        }
        147 if c.reported() >= 2 => {
            c.u16(&MIP_FLAGS)?;
            options::all(c)
        }
        147 => Ok(()),
        _ => c.bytes(&RESERVED, 2).map(|_| ()),
    }
}

/// Secure neighbour discovery: a certification path asked for or told.
pub(super) fn certification_path<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    if kind == 148 {
        c.read_all(&[(&SEND_IDENTIFIER, 2), (&SEND_COMPONENT, 2)])?;
    } else {
        c.read_all(&[(&SEND_IDENTIFIER, 2), (&SEND_COMPONENTS, 2), (&SEND_COMPONENT, 2), (&RESERVED, 2)])?;
    }
    options::all(c)
}

/// Fast handovers, told apart by a subtype.
pub(super) fn fast_handover<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let subtype = c.u8(&FMIP_SUBTYPE)?;
    c.info().str(" (");
    c.info().named(FMIP_SUBTYPE.name(subtype.into()), subtype);
    c.info().byte(b')');
    c.label(|l| _ = l.str("Subtype: ").str(name(names::MOBILITY_SUBTYPES, subtype)).str(" (").dec(subtype).byte(b')'));
    c.read_all(&[(&RESERVED, 1), (&FMIP_IDENTIFIER, 2)])?;
    options::all(c)
}

/// Multicast router discovery: only advertisements say more than that they are.
pub(super) fn multicast_router<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    if kind == 151 { c.read_all(&[(&MRD_INTERVAL, 2), (&MRD_ROBUSTNESS, 2)]) } else { Ok(()) }
}

/// ILNP's locator updates.
pub(super) fn locator_update<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&ILNP_LOCATORS, 1), (&ILNP_OPERATION, 1), (&RESERVED, 2)])
}

/// 6LoWPAN's duplicate address requests and confirmations.
pub(super) fn duplicate_address<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&DA_STATUS, 1), (&RESERVED, 1), (&DA_LIFETIME, 2), (&DA_EUI, 8), (&DA_ADDRESS, 16)])
}

/// MPL control messages.
pub(super) fn multicast_protocol<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.bytes(&MPL_SEED, c.remaining()).map(|_| ())
}
