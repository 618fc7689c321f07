//! The datagrams of remote desktops (MS-RDPEUDP, MS-RDPEUDP2): a transport of its own over UDP, with TLS in it.

use super::tls::Tls;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("rdpudp", "UDP Remote Desktop Protocol", Kind::Protocol);

fields! {
    SOURCE_ACK = "rdpudp.snsourceack", "snSourceAck", U32 hex;
    WINDOW = "rdpudp.receivewindowsize", "ReceiveWindowSize", U16;
    FLAGS = "rdpudp.flags", "Flags", U16 hex;
    SYN = "rdpudp.flags.syn", "Syn", Bool mask(0x0001) bits(16);
    FIN = "rdpudp.flags.fin", "Fin", Bool mask(0x0002) bits(16);
    ACK = "rdpudp.flags.ack", "Ack", Bool mask(0x0004) bits(16);
    DATA = "rdpudp.flags.data", "Data", Bool mask(0x0008) bits(16);
    FEC = "rdpudp.flags.fec", "FECData", Bool mask(0x0010) bits(16);
    CN = "rdpudp.flags.cn", "CN", Bool mask(0x0020) bits(16);
    CWR = "rdpudp.flags.cwr", "CWR", Bool mask(0x0040) bits(16);
    AOA = "rdpudp.flags.aoa", "Ack of Acks", Bool mask(0x0100) bits(16);
    LOSSY = "rdpudp.flags.synlossy", "Syn lossy", Bool mask(0x0200) bits(16);
    DELAYED = "rdpudp.flags.ackdelayed", "Ack delayed", Bool mask(0x0400) bits(16);
    CORRELATION = "rdpudp.flags.correlationid", "Correlation id", Bool mask(0x0800) bits(16);
    SYNEX = "rdpudp.flags.synex", "SynEx", Bool mask(0x1000) bits(16);
    INITIAL = "rdpudp.initialsequencenumber", "Initial SequenceNumber", U32 hex;
    UPSTREAM = "rdpudp.upstreammtu", "Upstream MTU", U16;
    DOWNSTREAM = "rdpudp.downstreammtu", "DownStream MTU", U16;
    CORRELATION_ID = "rdpudp.correlationid", "Correlation Id", Bytes;
    SYNEX_PART = "", "SynEx", None;
    SYNEX_FLAGS = "rdpudp.synex.flags", "Flags", U16 hex;
    SYNEX_HAS_VERSION = "rdpudp.synex.flags.versioninfo", "Version info", Bool mask(0x01);
    SYNEX_VERSION = "rdpudp.synex.version", "Version", U16 hex names(VERSIONS);
    COOKIE = "rdpudp.synex.cookiehash", "Cookie Hash", Bytes;
    ACK_PART = "", "Ack", None;
    DATA_PART = "", "Data", None;
    CODED = "rdpudp.data.sncoded", "snCoded", U32 hex;
    SOURCE_START = "rdpudp.data.sourceStart", "snSourceStart", U32 hex;
    PREFIX = "rdpudp2.prefixbyte", "PacketPrefixByte", U8 hex;
    FLAGS_2 = "rdpudp2.flags", "Flags", U16 hex mask(0x0fff);
}

names! {
    VERSIONS { 0x1 = "UDPv1-1", 0x2 = "UDPv1-2", 0x101 = "UDPv2" }
    FLAG_WORDS {
        0x0001 = "Syn", 0x0002 = "Fin", 0x0004 = "Ack", 0x0008 = "Data", 0x0010 = "FECData", 0x0020 = "CN",
        0x0040 = "CWR", 0x0100 = "Ack of Acks", 0x0200 = "Syn lossy", 0x0400 = "Ack delayed",
        0x0800 = "Correlation id", 0x1000 = "SynEx",
    }
}

mod flags {
    pub(super) const SYN: u16 = 0x0001;
    pub(super) const ACK: u16 = 0x0004;
    pub(super) const DATA: u16 = 0x0008;
    pub(super) const FEC: u16 = 0x0010;
    pub(super) const AOA: u16 = 0x0100;
    pub(super) const CORRELATION: u16 = 0x0800;
    pub(super) const SYNEX: u16 = 0x1000;
}

/// The flags of version 2.
mod parts {
    pub(super) const ACK: u16 = 0x001;
    pub(super) const DATA: u16 = 0x004;
    pub(super) const ACK_VECTOR: u16 = 0x008;
    pub(super) const AOA: u16 = 0x010;
    pub(super) const OVERHEAD: u16 = 0x040;
    pub(super) const DELAYED: u16 = 0x100;
}

const VERSION_2: u16 = 0x101;
const HAS_VERSION: u16 = 1;
const DUMMY: u8 = 8;
/// Where the byte stands that version 2 puts first, and its first byte in return.
const SWAPPED_AT: usize = 7;

/// Which ends of a conversation have said that they speak version 2.
#[derive(Clone, Copy, Default)]
struct Versions {
    second: [bool; 2],
}

/// Remote desktop over UDP.
pub struct RdpUdp;

impl Protocol for RdpUdp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RDPUDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(3389)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let second = c.worker.state.slots().and_then(|slots| slots.get::<Versions>().copied());
        if second.is_some_and(|versions| versions.second == [true; 2]) {
            return version_2(c);
        }
        c.protocol("RDPUDP");
        c.claim();
        version_1(c)
    }
}

fn word<S: Sink>(c: &mut Cursor<'_, S>, word: &str) {
    let first = c.row().fresh();
    c.info().str(if first { "" } else { "," }).str(word);
}

fn version_1<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u32(&SOURCE_ACK)?;
    c.u16(&WINDOW)?;
    let flags = c.u16(&FLAGS)?;
    c.append(|l| {
        for &(bit, _, name) in FLAG_WORDS {
            if u64::from(flags) & bit != 0 {
                l.str(", ").str(name);
            }
        }
    });
    c.below(|c| {
        let all = [&SYN, &FIN, &ACK, &DATA, &FEC, &CN, &CWR, &AOA, &LOSSY, &DELAYED, &CORRELATION, &SYNEX];
        for field in all {
            c.bits::<2>(field, flags.into());
        }
    });
    if flags & flags::SYN != 0 {
        opening(c, flags)?;
    } else if flags & flags::ACK != 0 {
        c.group(&ACK_PART, |c| {
            let len = c.array::<2>().map(u16::from_be_bytes)?;
            // Elements and their count are padded to a multiple of four bytes.
            let padded = usize::from(len).saturating_add(2).next_multiple_of(4) - 2;
            c.skip(padded)
        })?;
        word(c, "ACK");
    }
    if flags & flags::FEC != 0 {
        c.skip(12)?;
        word(c, "FEC");
    }
    if flags & flags::AOA != 0 {
        c.skip(4)?;
        word(c, "AOA");
    }
    if flags & flags::DATA != 0 {
        word(c, "DATA");
        return c.group(&DATA_PART, |c| {
            c.u32(&CODED)?;
            c.u32(&SOURCE_START)?;
            payload(c)
        });
    }
    Ok(())
}

/// What a packet that opens a conversation says of its sender.
fn opening<S: Sink>(c: &mut Cursor<'_, S>, flags: u16) -> Result<(), Stop> {
    c.u32(&INITIAL)?;
    c.u16(&UPSTREAM)?;
    c.u16(&DOWNSTREAM)?;
    word(c, "SYN");
    if flags & flags::CORRELATION != 0 {
        c.bytes(&CORRELATION_ID, 16)?;
        c.skip(16)?;
        word(c, "CORRELATIONID");
    }
    let mut second = false;
    if flags & flags::SYNEX != 0 {
        word(c, "SYNEX");
        c.group(&SYNEX_PART, |c| {
            let has = c.u16(&SYNEX_FLAGS)?;
            c.put(&SYNEX_HAS_VERSION, c.pos() - 1, c.pos(), (has & 0xff).into());
            if has & HAS_VERSION != 0 {
                second = c.u16(&SYNEX_VERSION)? == VERSION_2;
                if second && c.remaining() >= 32 {
                    c.bytes(&COOKIE, 32)?;
                }
            }
            Ok(())
        })?;
    }
    let way = c.worker.state.current.map_or(0, |current| current.way());
    if let Some(slots) = c.worker.state.slots()
        && let Some(place) = slots.entry::<Versions>().second.get_mut(way)
    {
        *place = second;
    }
    Ok(())
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.remaining() == 0 {
        return Ok(());
    }
    // What TLS says takes the place of what was said so far.
    c.row().offer();
    if !c.in_one_piece(Cursor::call::<Tls>)? {
        c.info().str("DATA");
        c.data();
    }
    Ok(())
}

/// A packet of version 2: its first byte and its eighth have changed places.
fn version_2<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mut bytes = c.rest().to_vec();
    if bytes.len() <= SWAPPED_AT {
        return Err(c.short(SWAPPED_AT + 1));
    }
    bytes.swap(0, SWAPPED_AT);
    let limit = c.reported();
    c.protocol("RDPUDP2");
    c.claim();
    let outcome = parts(&mut c.over_part("RDP-UDP", &bytes, limit));
    c.skip(c.remaining())?;
    outcome
}

fn parts<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let prefix = c.u8(&PREFIX)?;
    let flags = c.u16_le(&FLAGS_2)?;
    if flags & parts::ACK != 0 {
        c.skip(6)?;
        let [delayed] = c.array::<1>()?;
        c.skip((delayed & 0xf).into())?;
        word(c, "ACK");
    }
    for (part, len, name) in [(parts::OVERHEAD, 1, "OVERHEAD"), (parts::DELAYED, 3, "DELAYACK"), (parts::AOA, 2, "AOA")]
    {
        if flags & part != 0 {
            c.skip(len)?;
            word(c, name);
        }
    }
    let dummy = prefix >> 1 & 0xf == DUMMY;
    if flags & parts::DATA != 0 {
        c.skip(2)?;
        if dummy {
            word(c, "DUMMY");
            return c.skip(c.remaining());
        }
        word(c, "DATA");
        if flags & parts::ACK_VECTOR == 0 {
            c.skip(2)?;
            return payload(c);
        }
    }
    if flags & parts::ACK_VECTOR != 0 {
        c.skip(2)?;
        let [size] = c.array::<1>()?;
        c.skip(if size & 0x80 == 0 { 0 } else { 3 })?;
        c.skip((size & 0x7f).into())?;
        word(c, "ACKVEC");
        if flags & parts::DATA != 0 {
            c.skip(2)?;
            return payload(c);
        }
    }
    Ok(())
}
