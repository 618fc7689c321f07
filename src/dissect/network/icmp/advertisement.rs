//! Router advertisements (RFC 1256), with the extensions of Mobile IP (RFC 5944 section 2.1).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

/// The heading over one extension.
static EXTENSION: Field = Field::new("", "Ext", Kind::None);

fields! {
    ADDRESSES = "icmp.num_addrs", "Number of addresses", U8;
    ENTRY_SIZE = "icmp.addr_entry_size", "Address entry size", U8;
    LIFETIME = "icmp.lifetime", "Lifetime", U16 custom(write_lifetime);
    ROUTER = "icmp.router_address", "Router address", Ipv4;
    PREFERENCE = "icmp.pref_level", "Preference level", I32;
    EXT_TYPE = "icmp.mip.type", "Extension Type", U8 names(EXT_TYPES);
    EXT_LENGTH = "icmp.mip.length", "Length", U8;
    PREFIX_LENGTH = "icmp.mip.prefixlength", "Prefix Length", U8;
    SEQ = "icmp.mip.seq", "Sequence Number", U16;
    REGISTRATION = "icmp.mip.life", "Registration Lifetime", U16;
    FLAGS = "icmp.mip.flags", "Flags", U16 hex;
    FLAG_R = "icmp.mip.r", "Registration Required", Bool bits(16) mask(0x8000);
    FLAG_B = "icmp.mip.b", "Busy", Bool bits(16) mask(0x4000);
    FLAG_H = "icmp.mip.h", "Home Agent", Bool bits(16) mask(0x2000);
    FLAG_F = "icmp.mip.f", "Foreign Agent", Bool bits(16) mask(0x1000);
    FLAG_M = "icmp.mip.m", "Minimal Encapsulation", Bool bits(16) mask(0x0800);
    FLAG_G = "icmp.mip.g", "GRE", Bool bits(16) mask(0x0400);
    FLAG_V = "icmp.mip.v", "VJ Comp", Bool bits(16) mask(0x0200);
    FLAG_T = "icmp.mip.rt", "Reverse tunneling", Bool bits(16) mask(0x0100);
    FLAG_U = "icmp.mip.u", "UDP tunneling", Bool bits(16) mask(0x0080);
    FLAG_X = "icmp.mip.x", "Revocation support", Bool bits(16) mask(0x0040);
    FLAGS_RESERVED = "icmp.mip.reserved", "Reserved", U16 hex mask(0x003f);
    CARE_OF = "icmp.mip.coa", "Care-Of-Address", Ipv4;
    CHALLENGE = "icmp.mip.challenge", "Challenge", Bytes;
    CONTENT = "icmp.mip.content", "Content", Bytes;
}

names! {
    EXT_TYPES {
        0 = "One byte padding extension",
        16 = "Mobility Agent Advertisement Extension",
        19 = "Prefix Lengths Extension",
        24 = "Challenge Extension",
    }
}

/// The extension types by name.
mod ext {
    pub(super) const PADDING: u8 = 0;
    pub(super) const AGENT: u8 = 16;
    pub(super) const PREFIXES: u8 = 19;
    pub(super) const CHALLENGE: u8 = 24;
}

fn write_lifetime(seconds: u64, line: &mut Line) {
    line.dec(seconds).str(" (").duration(seconds, 0).byte(b')');
}

/// Records an advertisement behind its checksum.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.need(4)?;
    let addresses = c.u8(&ADDRESSES)?;
    let entry_size = c.u8(&ENTRY_SIZE)?;
    c.u16(&LIFETIME)?;
    if entry_size != 2 {
        // In words of four bytes; of any other size nobody knows what they hold.
        return Ok(());
    }
    for _ in 0..addresses {
        c.fixed::<4>(&ROUTER)?;
        let preference = c.be::<4>(&PREFERENCE)?;
        c.label(|l| _ = l.str("Preference level: ").int(preference as u32 as i32 as i64));
    }
    while c.remaining() > 0 {
        extension(c)?;
    }
    Ok(())
}

fn extension<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let heading = c.mark();
    c.group(&EXTENSION, |c| {
        let kind = c.u8(&EXT_TYPE)?;
        c.label_at(heading, |l| {
            match EXT_TYPE.name(kind.into()) {
                Some(name) => l.str("Ext: ").str(name),
                None => l.str("Ext: Unknown ext ").dec(kind),
            };
        });
        if kind == ext::PADDING {
            return Ok(());
        }
        let len = usize::from(c.u8(&EXT_LENGTH)?);
        let end = c.pos() + len;
        match kind {
            ext::AGENT => agent(c, end)?,
            ext::PREFIXES => {
                while c.pos() < end {
                    c.u8(&PREFIX_LENGTH)?;
                }
            }
            ext::CHALLENGE => _ = c.bytes(&CHALLENGE, len)?,
            _ => _ = c.bytes(&CONTENT, len)?,
        }
        c.seek(end);
        Ok(())
    })
}

fn agent<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    c.u16(&SEQ)?;
    c.u16(&REGISTRATION)?;
    let flags = c.be::<2>(&FLAGS)?;
    let all = [&FLAG_R, &FLAG_B, &FLAG_H, &FLAG_F, &FLAG_M, &FLAG_G, &FLAG_V, &FLAG_T, &FLAG_U, &FLAG_X];
    c.append(|l| {
        for field in all.iter().filter(|field| field.cut(flags) != 0) {
            l.str(", ").str(field.label);
        }
    });
    c.below(|c| {
        for field in all {
            c.bits::<2>(field, flags);
        }
        c.bits::<2>(&FLAGS_RESERVED, flags);
    });
    while c.pos() + 4 <= end {
        c.fixed::<4>(&CARE_OF)?;
    }
    Ok(())
}
