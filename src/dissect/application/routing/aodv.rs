//! AODV (RFC 3561): routes in networks without infrastructure, found when they are needed.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("aodv", "Ad hoc On-demand Distance Vector Routing Protocol", Kind::Protocol);

fields! {
    TYPE = "aodv.type", "Type", U8 names(TYPES);
    FLAGS = "aodv.flags", "Flags", U16 hex;
    FLAGS_8 = "aodv.flags", "Flags", U8 hex;
    PREFIX = "aodv.prefix_sz", "Prefix Size", U8 mask(0x1f);
    HOPS = "aodv.hopcount", "Hop Count", U8;
    RREQ_ID = "aodv.rreq_id", "RREQ Id", U32;
    DESTINATION = "aodv.dest_ip", "Destination IP", Ipv4;
    DESTINATION_SEQUENCE = "aodv.dest_seqno", "Destination Sequence Number", U32;
    ORIGINATOR = "aodv.orig_ip", "Originator IP", Ipv4;
    ORIGINATOR_SEQUENCE = "aodv.orig_seqno", "Originator Sequence Number", U32;
    LIFETIME = "aodv.lifetime", "Lifetime", U32;
    COUNT = "aodv.destcount", "Destination Count", U8;
    UNREACHABLE = "aodv.unreach_dest_ip", "Unreachable Destination IP", Ipv4;
}

names! {
    TYPES {
        1 = "Route Request", 2 = "Route Reply", 3 = "Route Error", 4 = "Route Reply Acknowledgment",
        16 = "draft-perkins-manet-aodv6-01 IPv6 Route Request", 17 = "draft-perkins-manet-aodv6-01 IPv6 Route Reply",
        18 = "draft-perkins-manet-aodv6-01 IPv6 Route Error",
        19 = "draft-perkins-manet-aodv6-01 IPv6 Route Reply Acknowledgment",
    }
}

mod types {
    pub(super) const REQUEST: u8 = 1;
    pub(super) const REPLY: u8 = 2;
    pub(super) const ERROR: u8 = 3;
    pub(super) const ACKNOWLEDGEMENT: u8 = 4;
    pub(super) const ERROR_6: u8 = 18;
}

/// AODV.
pub struct Aodv;

impl Protocol for Aodv {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "AODV";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(654)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        let Some(name) = name_of(TYPES, kind.into()) else { return Err(Stop::NotMine) };
        c.protocol("AODV");
        c.claim().str(name);
        c.u8(&TYPE)?;
        match kind {
            types::REQUEST => request(c),
            types::REPLY => reply(c),
            types::ERROR | types::ERROR_6 => {
                c.u8(&FLAGS_8)?;
                c.skip(1)?;
                let count = c.u8(&COUNT)?;
                c.info().str(", Dest Count=").dec(count);
                let listed = if kind == types::ERROR { count } else { 0 };
                for _ in 0..listed {
                    c.fixed::<4>(&UNREACHABLE)?;
                    c.u32(&DESTINATION_SEQUENCE)?;
                }
                Ok(())
            }
            types::ACKNOWLEDGEMENT => c.skip(1),
            _ => Ok(()),
        }
    }
}

fn request<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&FLAGS)?;
    let hops = c.u8(&HOPS)?;
    let id = c.u32(&RREQ_ID)?;
    let destination = c.fixed::<4>(&DESTINATION)?;
    let sequence = c.u32(&DESTINATION_SEQUENCE)?;
    let originator = c.fixed::<4>(&ORIGINATOR)?;
    let own = c.u32(&ORIGINATOR_SEQUENCE)?;
    let line = c.info().str(", D: ").ipv4(&destination).str(", O: ").ipv4(&originator).str(" Id=").dec(id);
    line.str(" Hcnt=").dec(hops).str(" DSN=").dec(sequence).str(" OSN=").dec(own);
    Ok(())
}

fn reply<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&FLAGS_8)?;
    c.u8(&PREFIX)?;
    let hops = c.u8(&HOPS)?;
    let destination = c.fixed::<4>(&DESTINATION)?;
    let sequence = c.u32(&DESTINATION_SEQUENCE)?;
    let originator = c.fixed::<4>(&ORIGINATOR)?;
    let lifetime = c.u32(&LIFETIME)?;
    let line = c.info().str(", D: ").ipv4(&destination).str(", O: ").ipv4(&originator);
    line.str(" Hcnt=").dec(hops).str(" DSN=").dec(sequence).str(" Lifetime=").dec(lifetime);
    // Whatever follows is an extension: a type, a length, and that many bytes.
    while c.reported() > 0 {
        c.skip(1)?;
        let len = u8::from_be_bytes(c.array::<1>()?);
        c.skip(len.into())?;
    }
    Ok(())
}
