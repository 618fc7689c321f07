//! What MSTP and SPT add to a BPDU (IEEE 802.1Q section 14.4).

use super::{identifier, rapid_flags};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    VERSION_3_LEN = "mstp.version_3_length", "Version 3 Length", U16;
    MST = "", "MST Extension", None;
    SELECTOR = "mstp.config_format_selector", "MST Config ID format selector", U8;
    NAME = "mstp.config_name", "MST Config name", Str;
    REVISION = "mstp.config_revision_level", "MST Config revision", U16;
    DIGEST = "mstp.config_digest", "MST Config digest", Bytes;
    COST = "mstp.cist_internal_root_path_cost", "CIST Internal Root Path Cost", U32;
    BRIDGE = "", "CIST Bridge Identifier", None;
    BRIDGE_PRIORITY = "mstp.cist_bridge.prio", "CIST Bridge Priority", U16;
    BRIDGE_EXTENSION = "mstp.cist_bridge.ext", "CIST Bridge Identifier System ID Extension", U16;
    BRIDGE_MAC = "mstp.cist_bridge.hw", "CIST Bridge Identifier System ID", Ether;
    HOPS = "mstp.cist_remaining_hops", "CIST Remaining hops", U8;
    MSTI = "", "MSTID", None;
    MSTI_FLAGS = "mstp.msti.flags", "MSTI flags", U8 hex;
    MSTI_PRIORITY = "mstp.msti.priority", "Priority", U8 hex mask(0xf0);
    MSTI_ID = "mstp.msti.msti_id", "MSTID", U16 mask(0x0fff);
    MSTI_ROOT = "mstp.msti.root.hw", "Regional Root", Ether;
    MSTI_COST = "mstp.msti.root_cost", "Internal root path cost", U32;
    MSTI_BRIDGE_PRIORITY = "mstp.msti.bridge_priority", "Bridge Identifier Priority", U8;
    MSTI_PORT_PRIORITY = "mstp.msti.port_priority", "Port identifier priority", U8;
    MSTI_HOPS = "mstp.msti.remaining_hops", "Remaining hops", U8;
    VERSION_4_LEN = "mstp.version_4_length", "Version 4 Length", U16;
    SPT = "", "SPT Extension", None;
    MCID = "", "MCID Data", None;
    SPT_SELECTOR = "mstp.config_format_selector", "SPT Config ID format selector", U8;
    SPT_NAME = "mstp.config_name", "SPT Config name", Str;
    SPT_REVISION = "mstp.config_revision_level", "SPT Config revision", U16;
    SPT_DIGEST = "mstp.config_digest", "SPT Config digest", Bytes;
    AGREEMENT = "", "Agreement Data", None;
    AGREE_NUMBER = "mstp.agree_flags.agreement_num", "Agreement Number", U8 mask(0x03);
    DISAGREE_NUMBER = "mstp.agree_flags.dagreement_num", "Disagreement Number", U8 mask(0x0c);
    AGREE_VALID = "mstp.agree_flags.agreement_valid", "Agreement Valid Flag", Bool mask(0x10) flag("Yes", "No");
    RESTRICTED = "mstp.agree_flags.rest_role", "Restricted Role", Bool mask(0x20) flag("Yes", "No");
    DIGEST_FORMAT = "", "Agreement Digest Format Id", U8 mask(0xf0);
    DIGEST_CAPABILITIES = "", "Agreement Digest Format Capabilities", U8 mask(0x0f);
    CONVENTION = "", "Agreement Digest Convention Id", U8 mask(0xf0);
    CONVENTION_CAPABILITIES = "", "Agreement Digest Convention Capabilities", U8 mask(0x0f);
    EDGES = "", "Agreement Digest Edge Count", U16;
    AGREEMENT_DIGEST = "mstp.agreement_digest", "Agreement Digest", Bytes;
}

/// Bytes of the shortest BPDU with an MST part; in a shorter one none is looked for.
const SHORTEST: usize = 102;
/// The same with an SPT part.
const SHORTEST_SPT: usize = 106;
/// Bytes of the MST part before its instances.
const CIST_LEN: usize = 64;
/// Bytes of an instance.
const MSTI_LEN: usize = 16;
/// Bytes of the configuration's name, with zeros behind it.
const NAME_LEN: usize = 32;

/// Reads what stands behind the version 1 length of a BPDU that began at `start`.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, start: usize, version: u8) -> Result<(), Stop> {
    if c.limit().saturating_sub(start) < if version >= 4 { SHORTEST_SPT } else { SHORTEST } {
        return Ok(());
    }
    let len = usize::from(c.u16(&VERSION_3_LEN)?);
    c.group(&MST, |c| cist(c, len))?;
    if version >= 4 && c.reported() > 0 {
        c.u16(&VERSION_4_LEN)?;
        c.group(&SPT, spt)?;
    }
    Ok(())
}

/// The common tree, then `len` bytes in all with the instances.
fn cist<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    c.u8(&SELECTOR)?;
    name(c, &NAME)?;
    c.u16(&REVISION)?;
    c.bytes(&DIGEST, 16)?;
    c.u32(&COST)?;
    identifier(c, &BRIDGE, [&BRIDGE_PRIORITY, &BRIDGE_EXTENSION, &BRIDGE_MAC])?;
    c.u8(&HOPS)?;
    // A length too small for the common part wraps around: instances are read until the bytes run out.
    let instances = if len > 0 && len < CIST_LEN { usize::MAX } else { len.saturating_sub(CIST_LEN) / MSTI_LEN };
    for _ in 0..instances {
        c.group(&MSTI, instance)?;
    }
    Ok(())
}

fn name<S: Sink>(c: &mut Cursor<'_, S>, field: &'static crate::dissect::field::Field) -> Result<(), Stop> {
    c.need(NAME_LEN)?;
    let start = c.pos();
    let bytes = c.rest().get(..NAME_LEN).unwrap_or_default();
    let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(NAME_LEN);
    c.text(field, start, start.saturating_add(NAME_LEN), |l| _ = l.bytes(bytes.get(..len).unwrap_or_default()));
    c.skip(NAME_LEN)
}

fn instance<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.need(MSTI_LEN)?;
    let id = c.peek_u16(1).unwrap_or_default();
    let mac = c.peek::<6>(3).unwrap_or_default();
    c.append(|l| {
        l.byte(b' ').dec(id & 0x0fff).str(", Regional Root Identifier ").dec(id & 0xf000).str(" / ").mac(&mac);
    });
    let flags = c.u8(&MSTI_FLAGS)?;
    rapid_flags(c, flags);
    let at = c.pos();
    c.put(&MSTI_PRIORITY, at, at.saturating_add(1), u64::from(id >> 8));
    c.put(&MSTI_ID, at, at.saturating_add(2), id.into());
    c.skip(2)?;
    c.fixed::<6>(&MSTI_ROOT)?;
    c.u32(&MSTI_COST)?;
    for field in [&MSTI_BRIDGE_PRIORITY, &MSTI_PORT_PRIORITY] {
        let at = c.pos();
        let [byte] = c.array()?;
        c.put(field, at, at.saturating_add(1), u64::from(byte >> 4));
    }
    c.u8(&MSTI_HOPS)?;
    Ok(())
}

fn spt<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.group(&MCID, |c| {
        c.u8(&SPT_SELECTOR)?;
        name(c, &SPT_NAME)?;
        c.u16(&SPT_REVISION)?;
        c.bytes(&SPT_DIGEST, 16)
    })?;
    c.group(&AGREEMENT, |c| {
        let flags = u64::from(c.peek_u8(0).unwrap_or_default());
        let (number, other) = (AGREE_NUMBER.cut(flags), DISAGREE_NUMBER.cut(flags));
        c.append(|l| _ = l.str(" (AN: ").dec(number).str(", DAN: ").dec(other).byte(b')'));
        c.be::<1>(&AGREE_NUMBER)?;
        for field in [&DISAGREE_NUMBER, &AGREE_VALID, &RESTRICTED] {
            c.bits::<1>(field, flags);
        }
        c.skip(1)?;
        let format = c.be::<1>(&DIGEST_FORMAT)?;
        c.bits::<1>(&DIGEST_CAPABILITIES, format);
        let convention = c.be::<1>(&CONVENTION)?;
        c.bits::<1>(&CONVENTION_CAPABILITIES, convention);
        c.u16(&EDGES)?;
        c.skip(8)?;
        c.bytes(&AGREEMENT_DIGEST, 20).map(|_| ())
    })
}
