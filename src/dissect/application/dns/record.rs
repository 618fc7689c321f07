//! Resource records: what they all have in common, and which file reads the data of which type.

use super::fields::*;
use super::header::{class_words, heading, mnemonic};
use super::name::{self, Name};
use super::{Dialect, Message, address, edns, host, security, service};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// A record whose data is being read.
pub(super) struct Record {
    /// The message it is in.
    pub(super) message: Message,
    /// Where its owner's name stands.
    owner: usize,
    /// Type number.
    pub(super) rtype: u16,
    /// Bytes of data.
    pub(super) len: usize,
    /// Where its data start.
    start: usize,
    /// Its line in the tree.
    line: usize,
}

impl Record {
    /// Bytes of data not yet read; none where more was read than the record has.
    pub(super) fn left<S: Sink>(&self, c: &Cursor<'_, S>) -> usize {
        (self.start + self.len).saturating_sub(c.pos())
    }
    /// Whether the data do not end here. A loop that reads past their end goes on until the message ends.
    pub(super) fn more<S: Sink>(&self, c: &Cursor<'_, S>) -> bool {
        c.pos() != self.start + self.len
    }
    /// Reads what is left of the data. Where one byte too many was read, that is the rest of the message; more than
    /// that cannot be.
    pub(super) fn rest<S: Sink>(&self, c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
        let len = match (self.start + self.len).checked_sub(c.pos()) {
            Some(len) => len,
            None if c.pos() == self.start + self.len + 1 => c.remaining().max(1),
            None => return Err(Stop::Malformed),
        };
        c.bytes(field, len).map(|_| ())
    }
    /// Reads a name and records it.
    pub(super) fn name<S: Sink>(&self, c: &mut Cursor<'_, S>, field: &'static Field) -> Result<Name, Stop> {
        name::field(c, self.message.base, field)
    }
    /// The owner's name.
    pub(super) fn owner<S: Sink>(&self, c: &mut Cursor<'_, S>) -> Option<Name> {
        let pos = c.pos();
        c.seek(self.owner);
        let owner = name::read(c, self.message.base).ok();
        c.seek(pos);
        owner
    }
    /// Adds to the record's line in the tree.
    pub(super) fn append<S: Sink>(&self, c: &mut Cursor<'_, S>, write: impl FnOnce(&mut Line)) {
        if S::DETAIL {
            c.append_at(self.line, write);
        }
    }
    /// Adds the owner's name to the Info text, as it is: what is not printable is not escaped.
    pub(super) fn shows_owner<S: Sink>(&self, c: &mut Cursor<'_, S>) {
        if let Some(owner) = self.owner(c) {
            c.info().byte(b' ').bytes(up_to_nul(owner.as_bytes()));
        }
    }
    /// Adds a name to the Info text, and under a title to the record's line.
    pub(super) fn shows<S: Sink>(&self, c: &mut Cursor<'_, S>, title: &str, name: &Name) {
        c.info().byte(b' ').text(name.as_bytes());
        self.append(c, |l| _ = l.str(", ").str(title).text(name.as_bytes()));
    }
}

/// What stands before the first NUL.
pub(super) fn up_to_nul(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// The type of EDNS's pseudo-record, whose class and time to live mean other things (RFC 6891).
const OPT: u16 = 41;
/// The type whose owner's name tells service and protocol (RFC 2782).
const SRV: u16 = 33;

/// Dissects a record.
pub(super) fn record<S: Sink>(c: &mut Cursor<'_, S>, m: Message) -> Result<(), Stop> {
    let owner = c.pos();
    name::skip(c, m.base)?;
    let rtype = u16::from_be_bytes(c.array()?);
    let class = u16::from_be_bytes(c.array()?);
    let ttl = u32::from_be_bytes(c.array()?);
    let len = usize::from(u16::from_be_bytes(c.array()?));
    let flush = m.dialect == Dialect::Mdns && class & 0x8000 != 0;
    let info = c.info().byte(b' ');
    mnemonic(info, rtype);
    if flush {
        info.str(", cache flush");
    }
    let start = c.pos();
    let r = Record { message: m, owner, rtype, len, start, line: c.mark() };
    if !S::DETAIL {
        data(c, &r)?;
        c.seek(start + len);
        return Ok(());
    }
    // The tree has no place for a record that says it is longer than its message.
    c.need(len)?;
    c.seek(owner);
    c.group(&RECORD, |c| {
        let name = name::read(c, m.base)?;
        c.label(|l| {
            heading(l, name.as_bytes(), rtype);
            if rtype != OPT {
                class_words(l, m.dialect, class);
            }
            l.str(if flush { ", cache flush" } else { "" });
        });
        let fixed = start - 10;
        owner_fields(c, &r, fixed, name.as_bytes());
        c.put(&RESP_TYPE, fixed, fixed + 2, rtype.into());
        class_fields(c, &r, fixed + 2, class);
        ttl_fields(c, &r, fixed + 4, ttl);
        c.put(&RESP_LEN, start - 2, start, len as u64);
        c.seek(start);
        data(c, &r)?;
        c.seek(start + len);
        Ok(())
    })
}

/// The owner's name, in parts where it names a service.
fn owner_fields<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, end: usize, name: &[u8]) {
    let start = r.owner;
    if r.rtype != SRV {
        return name::record(c, &RESP_NAME, start, end, name);
    }
    let mut parts = name.splitn(3, |&byte| byte == b'.');
    for field in [&SRV_SERVICE, &SRV_PROTO, &SRV_NAME] {
        if let Some(part) = parts.next() {
            name::record(c, field, start, end, part);
        }
    }
}

fn class_fields<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, at: usize, class: u16) {
    let mdns = r.message.dialect == Dialect::Mdns;
    let field: &'static Field = match (r.rtype == OPT, mdns) {
        (true, true) => &MDNS_PAYLOAD_SIZE,
        (true, false) => &UDP_PAYLOAD_SIZE,
        (false, true) => &MDNS_RESP_CLASS,
        (false, false) => &RESP_CLASS,
    };
    c.put(field, at, at + 2, class.into());
    if mdns {
        c.put(&RESP_CACHE_FLUSH, at, at + 2, class.into());
    }
}

fn ttl_fields<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, at: usize, ttl: u32) {
    if r.rtype != OPT {
        c.put(&RESP_TTL, at, at + 4, ttl.into());
        if ttl & 0x8000_0000 != 0 {
            c.below(|c| c.expert(&TTL_HIGH_BIT));
        }
        return;
    }
    c.put(&RESP_EXT_RCODE, at, at + 1, (ttl >> 24).into());
    c.put(&RESP_EDNS0_VERSION, at + 1, at + 2, (ttl >> 16 & 0xff).into());
    c.put(&RESP_Z, at + 2, at + 4, (ttl & 0xffff).into());
    c.below(|c| {
        c.put(&RESP_Z_DO, at + 2, at + 4, (ttl & 0xffff).into());
        c.put(&RESP_Z_RESERVED, at + 2, at + 4, (ttl & 0xffff).into());
    });
}

/// Reads a record's data by its type.
fn data<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    if r.len == 0 {
        return Ok(());
    }
    match r.rtype {
        1 => address::a(c, r),
        2 => host::named(c, r, &NS, "ns "),
        3 => host::mailbox(c, r, &MD),
        4 => host::mailbox(c, r, &MF),
        5 => host::named(c, r, &CNAME, "cname "),
        6 => host::soa(c, r),
        7 => host::mailbox(c, r, &MB),
        8 => host::mailbox(c, r, &MG),
        9 => host::mailbox(c, r, &MR),
        10 => host::opaque(c, r, &NULL),
        11 => address::wks(c, r),
        12 => host::named(c, r, &PTR_DOMAIN_NAME, ""),
        13 => host::hinfo(c, r),
        14 => host::two_names(c, r, &MINFO_R, &MINFO_E),
        15 => host::exchange(c, r, [&MX_PREFERENCE, &MX_MAIL_EXCHANGE], "mx "),
        16 => host::strings(c, r, &TXT_LENGTH, &TXT),
        17 => host::two_names(c, r, &RP_MAILBOX, &RP_TXT_RR),
        18 => host::preferred(c, r, &AFSDB_SUBTYPE, &AFSDB_HOSTNAME),
        19..=27 => old(c, r),
        28 => address::aaaa(c, r),
        29 => address::loc(c, r),
        30 | 47 => security::next(c, r),
        33 => service::srv(c, r),
        35 => service::naptr(c, r),
        36 => host::exchange(c, r, [&KX_PREFERENCE, &KX_KEY_EXCHANGE], "kx "),
        37 => security::cert(c, r),
        38 => address::a6(c, r),
        39 => host::named(c, r, &DNAME, "dname "),
        OPT => edns::options(c, r),
        42 => address::apl(c, r),
        43..=63 | 249 | 250 | 32769 => modern(c, r),
        64 | 65 => service::svcb(c, r),
        99 => host::strings(c, r, &SPF_LENGTH, &SPF),
        104..=109 => address::locator(c, r),
        257 => service::caa(c, r),
        65281 => service::wins(c, r),
        65282 => service::wins_reverse(c, r),
        65422 => address::xpf(c, r),
        _ => undecoded(c, r),
    }
}

/// Types of the nineties that hardly anyone uses.
fn old<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    match r.rtype {
        19 => host::owned_strings(c, r, &[(&X25_LENGTH, &X25_PSDN_ADDRESS)]),
        20 => host::owned_strings(c, r, &[(&IDSN_LENGTH, &IDSN_ADDRESS), (&IDSN_SA_LENGTH, &IDSN_SA_ADDRESS)]),
        21 => host::preferred(c, r, &RT_SUBTYPE, &RT_INTERMEDIATE_HOST),
        22 => host::opaque(c, r, &NSAP_RDATA),
        23 => host::mailbox(c, r, &NSAP_PTR_OWNER),
        24 => security::rrsig(c, r),
        25 => security::key(c, r),
        26 => host::px(c, r),
        _ => host::gpos(c, r),
    }
}

/// Types that secure names, or secure others with their help.
fn modern<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    match r.rtype {
        43 | 59 | 32769 => security::ds(c, r),
        44 => security::sshfp(c, r),
        45 => security::ipseckey(c, r),
        46 => security::rrsig(c, r),
        48 | 60 => security::dnskey(c, r),
        49 => host::opaque(c, r, &DHCID_RDATA),
        50 => security::nsec3(c, r),
        51 => security::nsec3param(c, r),
        52 => security::tlsa(c, r),
        55 => security::hip(c, r),
        61 => security::openpgpkey(c, r),
        62 => security::csync(c, r),
        63 => security::zonemd(c, r),
        249 => security::tkey(c, r),
        250 => security::tsig(c, r),
        _ => undecoded(c, r),
    }
}

/// A type of which only the bytes can be shown.
fn undecoded<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.expert(&UNDECODED_TYPE);
    c.label(|l| {
        l.str("Dissector for DNS Type (").dec(r.rtype);
        l.str(") code not implemented, Contact Wireshark developers if you want this supported");
    });
    r.rest(c, &DATA)
}
