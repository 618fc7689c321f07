//! The service location protocol, versions 1 (RFC 2165) and 2 (RFC 2608).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("srvloc", "Service Location Protocol", Kind::Protocol);

fields! {
    VERSION = "srvloc.version", "Version", U8;
    FUNCTION = "srvloc.function", "Function", U8 names(FUNCTIONS);
    LENGTH = "srvloc.pktlen", "Packet Length", U24;
    FLAGS1 = "srvloc.flags_v1", "Flags", U8 hex;
    FLAG1_OVERFLOW = "srvloc.flags_v1.overflow", "Overflow", Bool mask(0x80) flag(TOO_LONG, FITS);
    FLAG1_MONOLINGUAL = "srvloc.flags_v1.monolingual", "Monolingual", Bool mask(0x40) flag("Only responses in specified language will be accepted", "Responses in any language will be accepted");
    FLAG1_URL = "srvloc.flags_v1.url_auth", "URL Authentication", Bool mask(0x20) flag("URL Authentication Block is present", "URL Authentication Block is absent");
    FLAG1_ATTRIBUTE = "srvloc.flags_v1.attribute_auth", "Attribute Authentication", Bool mask(0x10) flag("Attribute Authentication Block is present", "Attribute Authentication Block is absent");
    FLAG1_FRESH = "srvloc.flags_v1.fresh", "Fresh Registration", Bool mask(0x08) flag(NEW, OLD);
    FLAGS2 = "srvloc.flags_v2", "Flags", U16 hex;
    FLAG2_OVERFLOW = "srvloc.flags_v2.overflow", "Overflow", Bool bits(16) mask(0x8000) flag(TOO_LONG, FITS);
    FLAG2_FRESH = "srvloc.flags_v2.fresh", "Fresh Registration", Bool bits(16) mask(0x4000) flag(NEW, OLD);
    FLAG2_MULTICAST = "srvloc.flags_v2.reqmulti", "Multicast requested", Bool bits(16) mask(0x2000) flag("Multicast (or broadcast) request", "Not multicast or broadcast");
    NEXT = "srvloc.nextextoff", "Next Extension Offset", U24;
    XID = "srvloc.xid", "XID", U24;
    LANGUAGE_LEN = "srvloc.langtaglen", "Lang Tag Len", U16;
    LANGUAGE = "srvloc.langtag", "Lang Tag", Str;
    DIALECT = "srvloc.dialect", "Dialect", U8;
    LANGUAGE1 = "srvloc.language", "Language", Str;
    ENCODING = "srvloc.encoding", "Encoding", U16 names(ENCODINGS);
    TRANSACTION = "srvloc.transaction_id", "Transaction ID", U16;
    ERROR1 = "srvloc.err", "Error Code", U16 names(ERRORS1);
    ERROR2 = "srvloc.errv2", "Error Code", U16 names(ERRORS2);
    RESERVED = "srvloc.url.reserved", "Reserved", U8 hex;
    LIFETIME = "srvloc.url.lifetime", "URL lifetime", U16;
    URL_LEN = "srvloc.url.urllen", "URL Length", U16;
    URL = "srvloc.url.url", "URL", Str;
    VOUCHERS = "srvloc.url.numauths", "Num Auths", U8;
    VOUCHER_KIND = "srvloc.authblkv2_bsd", "BSD", U16 hex;
    VOUCHER_LEN = "srvloc.authblkv2_len", "Length", U16;
    VOUCHER_TIME = "srvloc.authblkv2.timestamp", "Timestamp", AbsTime utc;
    VOUCHER_SPI_LEN = "srvloc.authblkv2.slpspilen", "SLP SPI Length", U16;
    VOUCHER_SPI = "srvloc.authblkv2.slpspi", "SLP SPI", Str;
    URLS = "srvloc.srvreq.urlcount", "Number of URLs", U16;
    REGISTER_VOUCHERS = "srvloc.srvreq.attrauthcount", "Attr Auths", U8;
    DIRECTORY_TIME = "srvloc.daadvert.timestamp", "DAADVERT Timestamp", AbsTime utc;
    DIRECTORY_VOUCHERS = "srvloc.daadvert.authcount", "Auths", U8;
    AGENT_VOUCHERS = "srvloc.saadvert.authcount", "Auths", U8;
    REQUEST_RESPONDERS_LEN = "srvloc.srvreq.prlistlen", "Previous Response List Length", U16;
    REQUEST_RESPONDERS = "srvloc.srvreq.prlist", "Previous Response List", Str;
    REQUEST_TYPES_LEN = "srvloc.srvreq.srvtypelen", "Service Type Length", U16;
    REQUEST_TYPES = "srvloc.srvreq.srvtypelist", "Service Type List", Str;
    REQUEST_SCOPES_LEN = "srvloc.srvreq.scopelistlen", "Scope List Length", U16;
    REQUEST_SCOPES = "srvloc.srvreq.scopelist", "Scope List", Str;
    REQUEST_PREDICATE_LEN = "srvloc.srvreq.predicatelen", "Predicate Length", U16;
    REQUEST_PREDICATE = "srvloc.srvreq.predicate", "Predicate", Str;
    REQUEST_SPI_LEN = "srvloc.srvreq.slpspilen", "SLP SPI Length", U16;
    REQUEST_SPI = "srvloc.srvreq.slpspi", "SLP SPI", Str;
    REGISTER_TYPE = "srvloc.srvreq.srvtype", "Service Type", Str;
    REGISTER_ATTRIBUTES_LEN = "srvloc.srvreq.attrlistlen", "Attribute List Length", U16;
    REGISTER_ATTRIBUTES = "srvloc.srvreq.attrlist", "Attribute List", Str;
    DEREGISTER_SCOPES_LEN = "srvloc.srvdereq.scopelistlen", "Scope List Length", U16;
    DEREGISTER_SCOPES = "srvloc.srvdereq.scopelist", "Scope List", Str;
    DEREGISTER_TAGS_LEN = "srvloc.srvdereq.taglistlen", "Tag List Length", U16;
    DEREGISTER_TAGS = "srvloc.srvdereq.taglist", "Tag List", Str;
    ATTRIBUTE_RESPONDERS_LEN = "srvloc.attrreq.prlistlen", "Previous Response List Length", U16;
    ATTRIBUTE_RESPONDERS = "srvloc.attrreq.prlist", "Previous Response List", Str;
    ATTRIBUTE_URL_LEN = "srvloc.attrreq.urllen", "URL Length", U16;
    ATTRIBUTE_URL = "srvloc.attrreq.url", "Service URL", Str;
    ATTRIBUTE_SCOPES_LEN = "srvloc.attrreq.scopelistlen", "Scope List Length", U16;
    ATTRIBUTE_SCOPES = "srvloc.attrreq.scopelist", "Scope List", Str;
    ATTRIBUTE_LIST_LEN = "srvloc.attrreq.attrlistlen", "Attribute List Length", U16;
    ATTRIBUTE_LIST = "srvloc.attrreq.attrlist", "Attribute List", Str;
    ATTRIBUTE_TAGS_LEN = "srvloc.attrreq.taglistlen", "Tag List Length", U16;
    ATTRIBUTE_TAGS = "srvloc.attrreq.taglist", "Tag List", Str;
    ATTRIBUTE_SPI_LEN = "srvloc.attrreq.slpspilen", "SLP SPI Length", U16;
    ATTRIBUTE_SPI = "srvloc.attrreq.slpspi", "SLP SPI", Str;
    ATTRIBUTES_LEN = "srvloc.attrrply.attrlistlen", "Attribute List Length", U16;
    ATTRIBUTES = "srvloc.attrrply.attrlist", "Attribute List", Str;
    DIRECTORY_URL_LEN = "srvloc.daadvert.urllen", "URL Length", U16;
    DIRECTORY_URL = "srvloc.daadvert.url", "URL", Str;
    DIRECTORY_SCOPES_LEN = "srvloc.daadvert.scopelistlen", "Scope List Length", U16;
    DIRECTORY_SCOPES = "srvloc.daadvert.scopelist", "Scope List", Str;
    DIRECTORY_ATTRIBUTES_LEN = "srvloc.daadvert.attrlistlen", "Attribute List Length", U16;
    DIRECTORY_ATTRIBUTES = "srvloc.daadvert.attrlist", "Attribute List", Str;
    DIRECTORY_SPI_LEN = "srvloc.daadvert.slpspilen", "SLP SPI Length", U16;
    DIRECTORY_SPI = "srvloc.daadvert.slpspi", "SLP SPI", Str;
    TYPE_RESPONDERS_LEN = "srvloc.srvtypereq.prlistlen", "Previous Response List Length", U16;
    TYPE_RESPONDERS = "srvloc.srvtypereq.prlist", "Previous Response List", Str;
    TYPE_AUTHORITY_LEN = "srvloc.srvtypereq.nameauthlistlen", "Naming Authority List Length", U16;
    TYPE_AUTHORITY = "srvloc.srvtypereq.nameauthlist", "Naming Authority List", Str;
    TYPE_SCOPES_LEN = "srvloc.srvtypereq.scopelistlen", "Scope List Length", U16;
    TYPE_SCOPES = "srvloc.srvtypereq.scopelist", "Scope List", Str;
    TYPES_LEN = "srvloc.srvtypereq.srvtypelistlen", "Service Type List Length", U16;
    TYPES = "srvloc.srvtyperply.srvtypelist", "Service Type List", Str;
    AGENT_URL_LEN = "srvloc.saadvert.urllen", "URL Length", U16;
    AGENT_URL = "srvloc.saadvert.url", "URL", Str;
    AGENT_SCOPES_LEN = "srvloc.saadvert.scopelistlen", "Scope List Length", U16;
    AGENT_SCOPES = "srvloc.saadvert.scopelist", "Scope List", Str;
    AGENT_ATTRIBUTES_LEN = "srvloc.saadvert.attrlistlen", "Attribute List Length", U16;
    AGENT_ATTRIBUTES = "srvloc.saadvert.attrlist", "Attribute List", Str;
}

/// What flags mean, in either version.
const TOO_LONG: &str = "Message will not fit in datagram";
const FITS: &str = "Message will fit in a datagram";
const NEW: &str = "New Service Registration";
const OLD: &str = "Not a new Service Registration";

names! {
    ERRORS1 {
        0 = "No Error", 1 = "Language not supported", 2 = "Protocol parse error", 3 = "Invalid registration",
        4 = "Scope not supported", 5 = "Character set not understood", 6 = "Authentication absent",
        7 = "Authentication failed",
    }
    ERRORS2 {
        0 = "No Error", 1 = "No data in the requested language", 2 = "The message fails to obey SLP syntax.",
        3 = "The SrvReg has problems", 4 = "Scope list not supported", 5 = "Unsupported SLP SPI.",
        6 = "URL and ATTR authentication not provided", 7 = "Authentication error",
        9 = "Unsupported version number in message header", 10 = "The DA (or SA) is too sick to respond",
        11 = "UA or SA SHOULD retry", 12 = "Unknown option from the mandatory range", 13 = "Invalid SrvReg",
        14 = "No support for AttrRqst or SrvTypeRqst", 15 = "SrvReg sent too soon",
    }
    FUNCTIONS {
        1 = "Service Request", 2 = "Service Reply", 3 = "Service Registration", 4 = "Service Deregister",
        5 = "Service Acknowledge", 6 = "Attribute Request", 7 = "Attribute Reply", 8 = "DA Advertisement",
        9 = "Service Type Request", 10 = "Service Type Reply", 11 = "SA Advertisement",
    }
    ENCODINGS {
        0x3 = "US-ASCII", 0x4 = "ISO 8859-1", 0x1b = "ISO 10646 UTF-1", 0x1c = "ISO 646 basic:1983",
        0x1e = "ISO 646 IRV:1983", 0x6a = "UTF-8", 0x3e8 = "Unicode", 0x3f4 = "UTF-7",
    }
}

/// Bytes before which the packet's length does not stand yet.
const LEAST: usize = 5;

/// SLP.
pub struct Srvloc;

impl Protocol for Srvloc {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SRVLOC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(427), Key::Tcp(427)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !c.in_stream() {
            return packet(c);
        }
        while c.reported() > 0 {
            c.await_header(LEAST)?;
            let len = length(c).ok_or_else(|| c.short(LEAST))?;
            if len < LEAST {
                return Err(Stop::Malformed);
            }
            c.await_bytes(len)?;
            c.message(len, packet)?;
        }
        Ok(())
    }
}

/// Bytes of the packet that begins here.
fn length<S: Sink>(c: &Cursor<'_, S>) -> Option<usize> {
    if c.peek_u8(0)? == 2 {
        let [a, b, d] = c.peek::<3>(2)?;
        return Some(u32::from_be_bytes([0, a, b, d]) as usize);
    }
    c.peek_u16(2).map(usize::from)
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("SRVLOC");
    c.claim();
    let (version, function) = (c.u8(&VERSION)?, c.u8(&FUNCTION)?);
    match FUNCTION.name(function.into()) {
        Some(name) => _ = c.info().str(name),
        None => _ = c.info().str("Unknown Function (").dec(function).byte(b')'),
    }
    if version < 2 {
        let number = header1(c)?;
        c.info().str(", V1 Transaction ID - ").dec(number);
        return body1(c, function);
    }
    let number = header2(c)?;
    if version > 2 {
        return Err(Stop::Malformed);
    }
    c.info().str(", V2 XID - ").dec(number);
    text(c, &LANGUAGE_LEN, &LANGUAGE, Empty::Shown)?;
    body2(c, function)
}

fn header1<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    c.u16(&LENGTH)?;
    let flags = c.u8(&FLAGS1)?;
    c.below(|c| {
        for field in [&FLAG1_OVERFLOW, &FLAG1_MONOLINGUAL, &FLAG1_URL, &FLAG1_ATTRIBUTE, &FLAG1_FRESH] {
            c.bits::<1>(field, flags.into());
        }
    });
    c.read_all(&[(&DIALECT, 1), (&LANGUAGE1, 2), (&ENCODING, 2)])?;
    c.u16(&TRANSACTION)
}

fn header2<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    c.u24(&LENGTH)?;
    let flags = c.u16(&FLAGS2)?;
    for (field, words) in [
        (&FLAG2_OVERFLOW, ", Overflow"),
        (&FLAG2_FRESH, ", Fresh Registration"),
        (&FLAG2_MULTICAST, ", Multicast requested"),
    ] {
        if field.cut(flags.into()) != 0 {
            c.append(|l| _ = l.str(words));
        }
    }
    c.below(|c| {
        for field in [&FLAG2_OVERFLOW, &FLAG2_FRESH, &FLAG2_MULTICAST] {
            c.bits::<2>(field, flags.into());
        }
    });
    c.u24(&NEXT)?;
    c.u16(&XID)
}

/// Whether a text of no length has a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Empty {
    Shown,
    Silent,
}

fn text<S: Sink>(
    c: &mut Cursor<'_, S>,
    length: &'static Field,
    field: &'static Field,
    empty: Empty,
) -> Result<(), Stop> {
    let len = c.u16(length)?;
    if len == 0 && empty == Empty::Silent {
        return Ok(());
    }
    c.ascii(field, len.into())
}

/// Texts behind their lengths.
type Texts = &'static [(&'static Field, &'static Field)];

fn texts<S: Sink>(c: &mut Cursor<'_, S>, all: Texts, empty: Empty) -> Result<(), Stop> {
    all.iter().try_for_each(|&(length, field)| text(c, length, field, empty))
}

/// All naming authorities are asked for by a length that is none.
fn authority<S: Sink>(c: &mut Cursor<'_, S>, empty: Empty) -> Result<(), Stop> {
    if c.peek_u16(0) != Some(u16::MAX) {
        return text(c, &TYPE_AUTHORITY_LEN, &TYPE_AUTHORITY, empty);
    }
    c.u16(&TYPE_AUTHORITY_LEN)?;
    c.label(|l| _ = l.str("Naming Authority List Length (All Naming Authorities): 65535"));
    Ok(())
}

/// A service's address: how long it holds, and by whom it is vouched for.
fn entry<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&RESERVED, 1), (&LIFETIME, 2)])?;
    text(c, &URL_LEN, &URL, Empty::Silent)?;
    vouchers(c, &VOUCHERS)
}

/// Authentication blocks behind their count (RFC 2608 section 9.2).
fn vouchers<S: Sink>(c: &mut Cursor<'_, S>, count: &'static Field) -> Result<(), Stop> {
    let count = c.u8(count)?;
    for _ in 0..count {
        let from = c.pos();
        c.u16(&VOUCHER_KIND)?;
        let len = c.u16(&VOUCHER_LEN)?;
        time(c, &VOUCHER_TIME)?;
        text(c, &VOUCHER_SPI_LEN, &VOUCHER_SPI, Empty::Shown)?;
        c.seek(c.pos().max(from.saturating_add(len.into())));
        c.need(0)?;
    }
    Ok(())
}

/// Reads seconds since the epoch.
fn time<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let seconds = c.u32(field)?;
    c.change_last(|item| item.num = u64::from(seconds) * 1_000_000_000);
    Ok(())
}

static REQUEST: Texts = &[
    (&REQUEST_RESPONDERS_LEN, &REQUEST_RESPONDERS),
    (&REQUEST_TYPES_LEN, &REQUEST_TYPES),
    (&REQUEST_SCOPES_LEN, &REQUEST_SCOPES),
    (&REQUEST_PREDICATE_LEN, &REQUEST_PREDICATE),
    (&REQUEST_SPI_LEN, &REQUEST_SPI),
];
static REGISTRATION: Texts = &[
    (&REQUEST_TYPES_LEN, &REGISTER_TYPE),
    (&REQUEST_SCOPES_LEN, &REQUEST_SCOPES),
    (&REGISTER_ATTRIBUTES_LEN, &REGISTER_ATTRIBUTES),
];
static ATTRIBUTE_REQUEST: Texts = &[
    (&ATTRIBUTE_RESPONDERS_LEN, &ATTRIBUTE_RESPONDERS),
    (&ATTRIBUTE_URL_LEN, &ATTRIBUTE_URL),
    (&ATTRIBUTE_SCOPES_LEN, &ATTRIBUTE_SCOPES),
    (&ATTRIBUTE_TAGS_LEN, &ATTRIBUTE_TAGS),
    (&ATTRIBUTE_SPI_LEN, &ATTRIBUTE_SPI),
];
static ATTRIBUTE_REQUEST1: Texts = &[
    (&ATTRIBUTE_RESPONDERS_LEN, &ATTRIBUTE_RESPONDERS),
    (&ATTRIBUTE_URL_LEN, &ATTRIBUTE_URL),
    (&ATTRIBUTE_SCOPES_LEN, &ATTRIBUTE_SCOPES),
    (&ATTRIBUTE_LIST_LEN, &ATTRIBUTE_LIST),
];
static DIRECTORY: Texts = &[
    (&DIRECTORY_URL_LEN, &DIRECTORY_URL),
    (&DIRECTORY_SCOPES_LEN, &DIRECTORY_SCOPES),
    (&DIRECTORY_ATTRIBUTES_LEN, &DIRECTORY_ATTRIBUTES),
    (&DIRECTORY_SPI_LEN, &DIRECTORY_SPI),
];
static AGENT: Texts =
    &[(&AGENT_URL_LEN, &AGENT_URL), (&AGENT_SCOPES_LEN, &AGENT_SCOPES), (&AGENT_ATTRIBUTES_LEN, &AGENT_ATTRIBUTES)];

/// What version 1 says behind its header, as far as the summary's reach goes in version 2, too.
fn body1<S: Sink>(c: &mut Cursor<'_, S>, function: u8) -> Result<(), Stop> {
    if !S::DETAIL {
        return Ok(());
    }
    match function {
        5 => c.u16(&ERROR1).map(|_| ()),
        6 => texts(c, ATTRIBUTE_REQUEST1, Empty::Shown),
        7 => {
            c.u16(&ERROR1)?;
            text(c, &ATTRIBUTES_LEN, &ATTRIBUTES, Empty::Shown)
        }
        9 => {
            text(c, &TYPE_RESPONDERS_LEN, &TYPE_RESPONDERS, Empty::Shown)?;
            authority(c, Empty::Shown)?;
            text(c, &TYPE_SCOPES_LEN, &TYPE_SCOPES, Empty::Shown)
        }
        _ => Ok(()),
    }
}

fn body2<S: Sink>(c: &mut Cursor<'_, S>, function: u8) -> Result<(), Stop> {
    match function {
        1 => texts(c, REQUEST, Empty::Silent),
        2 => {
            c.u16(&ERROR2)?;
            let count = c.u16(&URLS)?;
            (0..count).try_for_each(|_| entry(c))
        }
        3 => {
            entry(c)?;
            texts(c, REGISTRATION, Empty::Silent)?;
            vouchers(c, &REGISTER_VOUCHERS)
        }
        4 => {
            text(c, &DEREGISTER_SCOPES_LEN, &DEREGISTER_SCOPES, Empty::Silent)?;
            entry(c)?;
            text(c, &DEREGISTER_TAGS_LEN, &DEREGISTER_TAGS, Empty::Silent)
        }
        5 => c.u16(&ERROR2).map(|_| ()),
        6 => texts(c, ATTRIBUTE_REQUEST, Empty::Silent),
        7 => {
            c.u16(&ERROR2)?;
            text(c, &ATTRIBUTES_LEN, &ATTRIBUTES, Empty::Silent)?;
            vouchers(c, &REGISTER_VOUCHERS)
        }
        8 => {
            c.u16(&ERROR2)?;
            time(c, &DIRECTORY_TIME)?;
            texts(c, DIRECTORY, Empty::Silent)?;
            vouchers(c, &DIRECTORY_VOUCHERS)
        }
        9 => {
            text(c, &TYPE_RESPONDERS_LEN, &TYPE_RESPONDERS, Empty::Silent)?;
            authority(c, Empty::Silent)?;
            text(c, &TYPE_SCOPES_LEN, &TYPE_SCOPES, Empty::Silent)
        }
        10 => {
            c.u16(&ERROR2)?;
            text(c, &TYPES_LEN, &TYPES, Empty::Silent)
        }
        11 => {
            texts(c, AGENT, Empty::Silent)?;
            vouchers(c, &AGENT_VOUCHERS)
        }
        _ => Ok(()),
    }
}
