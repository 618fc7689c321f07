//! Multi-part extensions of ICMP messages (RFC 4884): MPLS label stacks (RFC 4950), interface information (RFC 5837)
//! and interface identification (RFC 8335).

use crate::dissect::checksum::Sum;

use super::super::checksum;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

/// Headings without a key.
static OBJECT: Field = Field::new("", "Object", Kind::None);
static LABEL_ENTRY: Field = Field::new("", "Label", Kind::None);
static ADDRESS_PART: Field = Field::new("", "IP Address Sub-Object", Kind::None);
static NAME_PART: Field = Field::new("", "Interface Name Sub-Object", Kind::None);

fields! {
    EXTENSIONS = "icmp.ext", "ICMP Multi-Part Extensions", None;
    VERSION = "icmp.ext.version", "Version", U8;
    RESERVED = "icmp.ext.res", "Reserved", U16 hex mask(0x0fff);
    CHECKSUM = "icmp.ext.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "icmp.ext.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    LENGTH = "icmp.ext.length", "Length", U16;
    CLASS = "icmp.ext.class", "Class", U8 names(CLASSES);
    C_TYPE = "icmp.ext.ctype", "C-Type", U8;
    DATA = "icmp.ext.data", "Data", Bytes;
    LABEL = "icmp.mpls.label", "Label", U24 mask(0xff_fff0);
    EXPERIMENTAL = "icmp.mpls.exp", "Experimental", U24 mask(0x0e);
    STACK_BIT = "icmp.mpls.s", "Stack bit", Bool bits(24) mask(0x01) set;
    LABEL_TTL = "icmp.mpls.ttl", "Time to live", U8;
    MPLS_DATA = "icmp.mpls.data", "Data", Bytes;
    ROLE = "icmp.int_info.role", "Interface Role", U8 mask(0xc0) names(ROLES);
    INFO_RESERVED = "icmp.int_info.reserved", "Reserved", U8 mask(0x30);
    INFO_HAS_INDEX = "icmp.int_info.ifindex", "ifIndex", Bool mask(0x08);
    INFO_HAS_ADDRESS = "icmp.int_info.ipaddr", "IP Address", Bool mask(0x04) flag("Present", "Not Present");
    INFO_HAS_NAME = "icmp.int_info.name_present", "Interface Name", Bool mask(0x02) flag("Present", "Not Present");
    INFO_HAS_MTU = "icmp.int_info.mtu_present", "MTU", Bool mask(0x01) flag("Present", "Not Present");
    INFO_INDEX = "icmp.int_info.index", "Interface Index", U32;
    INFO_FAMILY = "icmp.int_info.afi", "Address Family Identifier", U16;
    INFO_FAMILY_RESERVED = "icmp.reserved", "Reserved", Bytes;
    INFO_IPV4 = "icmp.int_info.ipv4", "Source", Ipv4;
    INFO_IPV6 = "icmp.int_info.ipv6", "Source", Ipv6;
    INFO_NAME_LENGTH = "icmp.int_info.name_length", "Name Length", U8;
    INFO_NAME = "icmp.int_info.name", "Name", Str;
    INFO_MTU = "icmp.int_info.mtu", "Maximum Transmission Unit", U32;
    IDENT_NAME = "icmp.int_ident.name", "Name", Str;
    IDENT_INDEX = "icmp.int_ident.index", "Interface Index", U32;
    IDENT_FAMILY = "icmp.int_ident.afi", "Address Family Identifier", U16 names(FAMILIES);
    IDENT_ADDRESS_LENGTH = "icmp.int_ident.addr_length", "Address Length", U8;
    IDENT_RESERVED = "icmp.int_ident.reserved", "Reserved", Bytes;
    IDENT_IPV4 = "icmp.int_ident.ipv4", "Address", Ipv4;
    IDENT_IPV6 = "icmp.int_ident.ipv6", "Address", Ipv6;
    IDENT_ADDRESS = "icmp.int_ident.address", "Address", Bytes;
}

names! {
    CLASSES { 1 = "MPLS Label Stack Class", 2 = "Interface Information Object", 3 = "Interface Identification Object" }
    ROLES {
        0 = "IP interface upon which datagram arrived",
        1 = "sub-IP component of an IP interface upon which datagram arrived",
        2 = "IP interface through which datagram would be forwarded",
        3 = "IP next-hop to which datagram would be forwarded",
    }
    FAMILIES { 0 = "Reserved", 1 = "IPv4", 2 = "IPv6", 6 = "802 (includes all 802 media plus Ethernet)" }
    IDENT_TYPES {
        1 = "Identifies Interface By Name",
        2 = "Identifies Interface By Index",
        3 = "Identifies Interface By Address",
    }
}

experts! {
    CHECKSUM_BAD = "icmp.ext.checksum_bad", "Bad checksum", Warning, Checksum;
}

static CHECKSUM_FIELDS: checksum::Fields =
    checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &CHECKSUM_BAD };

/// Bytes that a quoted packet fills at least where extensions follow it.
const LEAST_QUOTE: usize = 128;
/// The version whose objects are known.
const KNOWN_VERSION: u16 = 2;
/// Bytes of the structure's header, and of an object's.
const HEADER_LEN: usize = 4;

/// Takes the quoted packet apart, and the extensions behind it: `len` says where they are, or is 0 where the sender
/// does not know that it has to say so.
pub(super) fn behind_quote<S: Sink>(
    c: &mut Cursor<'_, S>,
    len: usize,
    quote: impl FnOnce(&mut Cursor<'_, S>, usize) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let start = c.pos();
    // Of a packet that is longer the quote may be, too.
    let fits = c.peek_u8(0).is_some_and(|first| first >> 4 != 4)
        || c.peek_u16(2).is_some_and(|total| usize::from(total) <= LEAST_QUOTE);
    let extended = c.reported() > LEAST_QUOTE && (len > 0 || fits);
    if extended && len > c.reported() {
        return Err(Stop::Malformed);
    }
    let place = if len > 0 { len.max(LEAST_QUOTE) } else { LEAST_QUOTE };
    quote(c, if len > 0 { len } else { c.reported() })?;
    if extended && start + place < c.limit() {
        c.seek(start + place);
        return structure(c);
    }
    Ok(())
}

/// Records an extension structure, which fills the rest of the window.
pub fn structure<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.reported() < HEADER_LEN {
        return Ok(());
    }
    c.group(&EXTENSIONS, |c| {
        let (start, end) = (c.pos(), c.limit());
        let word = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        c.put(&VERSION, start, start + 1, (word >> 12).into());
        if c.peek_u16(2).ok_or_else(|| c.short(HEADER_LEN))? != 0 {
            // There is a checksum, and it is verified over all of it.
            c.need(c.reported())?;
        }
        c.be::<2>(&RESERVED)?;
        checksum::read(c, &CHECKSUM_FIELDS, (start, end), Sum::default())?;
        while word >> 12 == KNOWN_VERSION && c.reported() >= HEADER_LEN {
            if !object(c)? {
                break;
            }
        }
        Ok(())
    })
}

/// Records one object; says whether another may follow.
fn object<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let heading = c.mark();
    c.group(&OBJECT, |c| {
        let there = c.reported();
        let len = usize::from(c.u16(&LENGTH)?);
        let class = c.u8(&CLASS)?;
        let kind = c.u8(&C_TYPE)?;
        let truncated = len > there;
        c.label_at(heading, |l| {
            match class {
                1 => l.str("MPLS Stack Entry"),
                2 | 3 => l.str(CLASS.name(class.into()).unwrap_or_default()),
                _ => l.str("Unknown object (").dec(class).byte(b'/').dec(kind).byte(b')'),
            };
            if truncated {
                l.str(" (truncated)");
            }
        });
        if len < HEADER_LEN {
            return Ok(false);
        }
        c.within(len - HEADER_LEN, |c| match (class, kind) {
            (1, 1) => label_stack(c),
            (2, _) => interface_information(c, kind),
            (3, _) => interface_identification(c, kind, len - HEADER_LEN),
            _ => c.bytes(&DATA, c.reported()).map(|_| ()),
        })?;
        Ok(!truncated)
    })
}

fn label_stack<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() >= 4 {
        c.group(&LABEL_ENTRY, |c| {
            let heading = c.mark().wrapping_sub(1);
            let word = c.be::<3>(&LABEL)?;
            c.bits::<3>(&EXPERIMENTAL, word);
            c.bits::<3>(&STACK_BIT, word);
            let ttl = c.u8(&LABEL_TTL)?;
            c.label_at(heading, |l| {
                l.str("Label: ").dec(LABEL.cut(word)).str(", Exp: ").dec(EXPERIMENTAL.cut(word));
                l.str(", S: ").dec(word & 1).str(", TTL: ").dec(ttl);
            });
            Ok(())
        })?;
    }
    if c.reported() > 0 {
        c.bytes(&MPLS_DATA, c.reported())?;
    }
    Ok(())
}

fn interface_information<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let place = c.pos();
    c.append(|l| {
        l.str(", Interface Role: ").str(ROLE.name((kind >> 6).into()).unwrap_or_default());
        for field in [&INFO_HAS_INDEX, &INFO_HAS_ADDRESS, &INFO_HAS_NAME, &INFO_HAS_MTU] {
            if field.cut(kind.into()) != 0 {
                l.str(", ").str(field.label);
            }
        }
    });
    c.below(|c| {
        for field in [&ROLE, &INFO_RESERVED, &INFO_HAS_INDEX, &INFO_HAS_ADDRESS, &INFO_HAS_NAME, &INFO_HAS_MTU] {
            c.put(field, place.saturating_sub(1), place, kind.into());
        }
    });
    if INFO_HAS_INDEX.cut(kind.into()) != 0 {
        c.u32(&INFO_INDEX)?;
    }
    if INFO_HAS_ADDRESS.cut(kind.into()) != 0 {
        c.group(&ADDRESS_PART, |c| {
            let family = c.u16(&INFO_FAMILY)?;
            c.bytes(&INFO_FAMILY_RESERVED, 2)?;
            match family {
                1 => _ = c.fixed::<4>(&INFO_IPV4)?,
                2 => _ = c.fixed::<16>(&INFO_IPV6)?,
                _ => {}
            }
            Ok(())
        })?;
    }
    if INFO_HAS_NAME.cut(kind.into()) != 0 {
        c.group(&NAME_PART, |c| {
            // The length counts itself.
            let len = c.u8(&INFO_NAME_LENGTH)?.checked_sub(1).ok_or(Stop::Malformed)?;
            c.bytes(&INFO_NAME, len.into()).map(|_| ())
        })?;
    }
    if INFO_HAS_MTU.cut(kind.into()) != 0 && c.reported() > 0 {
        c.u32(&INFO_MTU)?;
    }
    Ok(())
}

fn interface_identification<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, len: usize) -> Result<(), Stop> {
    c.append(|l| {
        _ = l.str(" (").str(crate::dissect::field::name_of(IDENT_TYPES, kind.into()).unwrap_or("Unknown")).byte(b')');
    });
    match kind {
        1 if c.reported() > 0 => _ = c.bytes(&IDENT_NAME, len)?,
        1 => {}
        2 => _ = c.u32(&IDENT_INDEX)?,
        3 => {
            let family = c.u16(&IDENT_FAMILY)?;
            let len = c.u8(&IDENT_ADDRESS_LENGTH)?;
            c.bytes(&IDENT_RESERVED, 1)?;
            match family {
                1 if c.reported() >= 4 => _ = c.fixed::<4>(&IDENT_IPV4)?,
                2 if c.reported() >= 16 => _ = c.fixed::<16>(&IDENT_IPV6)?,
                1 | 2 => {}
                _ => _ = c.bytes(&IDENT_ADDRESS, len.into())?,
            }
        }
        _ => _ = c.bytes(&DATA, c.reported())?,
    }
    Ok(())
}
