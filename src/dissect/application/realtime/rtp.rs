//! RTP (RFC 3550), where it was announced.

use super::media::{self, Kind as Media, Setups};
use super::rtcp::{self, Rtcp};
use super::rtp_event::RtpEvent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::worker::Worker;
use crate::{fields, names};

static LAYER: Field = Field::new("rtp", "Real-Time Transport Protocol", Kind::Protocol);

fields! {
    SETUP = "rtp.setup", "Stream setup", Str;
    SETUP_FRAME = "rtp.setup-frame", "Setup frame", FrameNum;
    SETUP_METHOD = "rtp.setup-method", "Setup Method", Str;
    VERSION = "rtp.version", "Version", U8 mask(0xc0) names(VERSIONS);
    PADDING = "rtp.padding", "Padding", Bool mask(0x20);
    EXTENSION = "rtp.ext", "Extension", Bool mask(0x10);
    SOURCES = "rtp.cc", "Contributing source identifiers count", U8 mask(0x0f);
    MARKER = "rtp.marker", "Marker", Bool mask(0x80);
    TYPE = "rtp.p_type", "Payload type", U8 names(TYPES);
    EXTENDED_SEQUENCE = "rtp.extseq", "Extended sequence number", U32;
    SEQUENCE = "rtp.seq", "Sequence number", U16;
    TIMESTAMP = "rtp.timestamp", "Timestamp", U32;
    SSRC = "rtp.ssrc", "Synchronization Source identifier", U32 hex_dec;
    CSRC_ITEMS = "rtp.csrc.items", "Contributing Source identifiers", None;
    CSRC = "rtp.csrc.item", "CSRC item", U32 hex_dec;
    PROFILE = "rtp.ext.profile", "Defined by profile", U16 hex_dec;
    EXTENSION_LENGTH = "rtp.ext.len", "Extension length", U16;
    HEADER_EXTENSIONS = "rtp.hdr_exts", "Header extensions", None;
    HEADER_EXTENSION = "rtp.hdr_ext", "Header extension", U32 hex_dec;
    PAYLOAD = "rtp.payload", "Payload", Bytes;
    PADDING_DATA = "rtp.padding.data", "Padding data", Bytes;
    PADDING_COUNT = "rtp.padding.count", "Padding count", U8;
}

names! {
    pub(super) VERSIONS {
        0 = "Old VAT Version", 1 = "First Draft Version", 2 = "RFC 1889 Version", 3 = "Reserved",
    }
    TYPES {
        0 = "ITU-T G.711 PCMU", 1 = "USA Federal Standard FS-1016", 2 = "ITU-T G.721", 3 = "GSM 06.10",
        4 = "ITU-T G.723", 5 = "DVI4 8000 samples/s", 6 = "DVI4 16000 samples/s",
        7 = "Experimental linear predictive encoding from Xerox PARC", 8 = "ITU-T G.711 PCMA", 9 = "ITU-T G.722",
        10 = "16-bit uncompressed audio, stereo", 11 = "16-bit uncompressed audio, monaural",
        12 = "Qualcomm Code Excited Linear Predictive coding", 13 = "Comfort noise", 14 = "MPEG-I/II Audio",
        15 = "ITU-T G.728", 16 = "DVI4 11025 samples/s", 17 = "DVI4 22050 samples/s", 18 = "ITU-T G.729",
        19 = "Comfort noise (old)", 20..=24 = "Unassigned", 25 = "Sun CellB video encoding",
        26 = "JPEG-compressed video", 27 = "Unassigned", 28 = "'nv' program", 29..=30 = "Unassigned",
        31 = "ITU-T H.261", 32 = "MPEG-I/II Video", 33 = "MPEG-II transport streams", 34 = "ITU-T H.263",
        35..=71 = "Unassigned", 72..=76 = "Reserved for RTCP conflict avoidance", 77..=95 = "Unassigned",
        96 = "DynamicRTP-Type-96", 97 = "DynamicRTP-Type-97", 98 = "DynamicRTP-Type-98", 99 = "DynamicRTP-Type-99",
        100 = "DynamicRTP-Type-100", 101 = "DynamicRTP-Type-101", 102 = "DynamicRTP-Type-102",
        103 = "DynamicRTP-Type-103", 104 = "DynamicRTP-Type-104", 105 = "DynamicRTP-Type-105",
        106 = "DynamicRTP-Type-106", 107 = "DynamicRTP-Type-107", 108 = "DynamicRTP-Type-108",
        109 = "DynamicRTP-Type-109", 110 = "DynamicRTP-Type-110", 111 = "DynamicRTP-Type-111",
        112 = "DynamicRTP-Type-112", 113 = "DynamicRTP-Type-113", 114 = "DynamicRTP-Type-114",
        115 = "DynamicRTP-Type-115", 116 = "DynamicRTP-Type-116", 117 = "DynamicRTP-Type-117",
        118 = "DynamicRTP-Type-118", 119 = "DynamicRTP-Type-119", 120 = "DynamicRTP-Type-120",
        121 = "DynamicRTP-Type-121", 122 = "DynamicRTP-Type-122", 123 = "DynamicRTP-Type-123",
        124 = "DynamicRTP-Type-124", 125 = "DynamicRTP-Type-125", 126 = "DynamicRTP-Type-126",
        127 = "DynamicRTP-Type-127",
    }
}

/// The payload types whose meaning is announced.
const DYNAMIC: std::ops::RangeInclusive<u8> = 96..=127;
/// The payload types that are events unless something else was announced.
const EVENTS: [u8; 2] = [100, 101];

/// The payload type of redundant data unless something else was announced.
const REDUNDANT: u8 = 99;

/// What the Protocol column calls a payload, and what the Info column says of it in place of RTP's own words.
struct Codec {
    name: &'static str,
    words: Option<&'static str>,
}

/// RTP.
pub struct Rtp;

impl Protocol for Rtp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let ends = media::ends(c);
        let find = |c: &Cursor<'_, S>| ends.and_then(|(src, dst)| find(c, src, dst).map(|found| found.is_some()));
        if find(c) == Some(false) {
            return Err(Stop::NotMine);
        }
        if rtcp::shares_port(c.rest()) {
            c.keep_silent();
            return c.call::<Rtcp>().map(|_| ());
        }
        dissect(c)
    }
}

/// The announcement for what goes from `src` to `dst`.
fn find<'c, S: Sink>(c: &'c Cursor<'_, S>, src: media::End, dst: media::End) -> Option<Option<&'c media::Setup>> {
    c.worker.state.shared.get::<Setups>()?.find(src, dst, Media::Data)
}

/// Records who announced this.
fn setup<S: Sink>(c: &mut Cursor<'_, S>) -> bool {
    let found = media::ends(c).and_then(|(src, dst)| find(c, src, dst).flatten());
    let Some((frame, method, secure)) = found.map(|setup| (setup.frame, setup.method, setup.secure)) else {
        return false;
    };
    if S::DETAIL {
        c.generated(&SETUP, 0);
        c.label(|l| _ = l.str("Stream setup by ").str(method).str(" (frame ").dec(frame).byte(b')'));
        c.set_text(|_| {});
        c.below(|c| {
            c.generated(&SETUP_FRAME, frame);
            c.generated(&SETUP_METHOD, 0);
            c.set_text(|l| _ = l.str(method));
        });
    }
    secure
}

fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.need(1)?;
    c.protocol("RTP");
    let version = c.peek_u8(0).unwrap_or_default() >> 6;
    if version != 2 {
        c.claim().str("Unknown RTP version ").dec(version);
        c.put(&VERSION, c.pos(), c.pos() + 1, u64::from(version) << 6);
        return c.skip(c.remaining());
    }
    let secure = setup(c);
    if secure {
        c.protocol("SRTP");
    }
    let first = c.u8(&VERSION)?;
    c.bits::<1>(&PADDING, first.into());
    c.bits::<1>(&EXTENSION, first.into());
    c.bits::<1>(&SOURCES, first.into());
    let second = c.u8(&MARKER)?;
    let kind = second & 0x7f;
    c.put(&TYPE, c.pos() - 1, c.pos(), kind.into());
    let seq = c.u16(&SEQUENCE)?;
    extended_sequence(c, seq);
    let time = c.u32(&TIMESTAMP)?;
    let ssrc = c.u32(&SSRC)?;
    say(c, kind, (ssrc, seq, time), second & 0x80 != 0);
    sources(c, first & 0x0f)?;
    if first & 0x10 != 0 {
        extension(c)?;
    }
    if secure {
        return c.bytes(&PAYLOAD, c.remaining()).map(|_| ());
    }
    let padding = if first & 0x20 == 0 { 0 } else { usize::from(c.rest().last().copied().unwrap_or_default()) };
    let len = c.reported();
    if padding > len {
        return c.bytes(&PAYLOAD, len.min(c.remaining())).map(|_| ());
    }
    if len > padding {
        c.within(len - padding, |c| payload(c, kind))?;
    }
    if padding > 0 {
        if padding > 1 {
            c.bytes(&PADDING_DATA, padding - 1)?;
        }
        c.u8(&PADDING_COUNT)?;
    }
    Ok(())
}

/// Sequence numbers count on where they begin anew: the first of a stream counts as if that had happened once.
#[derive(Default)]
struct Extended([Option<u32>; 2]);

/// Records how many packets a stream has come to (RFC 3550 section 6.4.1).
fn extended_sequence<S: Sink>(c: &mut Cursor<'_, S>, seq: u16) {
    if !S::DETAIL {
        return;
    }
    let way = c.worker.state.current.map_or(0, |current| current.way());
    let Some(slots) = c.worker.state.slots() else { return };
    let Some(last) = slots.entry::<Extended>().0.get_mut(way) else { return };
    let before = last.unwrap_or(1 << 16 | u32::from(seq));
    let step = seq.wrapping_sub(before as u16) as i16;
    let extended = before.wrapping_add_signed(step.into());
    *last = Some(extended);
    c.generated(&EXTENDED_SEQUENCE, extended.into());
}

/// Writes the row.
fn say<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, (ssrc, seq, time): (u32, u16, u32), marker: bool) {
    let ends = media::ends(c);
    let Worker { row, state, .. } = &mut *c.worker;
    let setup = ends.and_then(|(src, dst)| state.shared.get::<Setups>()?.find(src, dst, Media::Data).flatten());
    let named = setup.filter(|_| DYNAMIC.contains(&kind)).and_then(|setup| setup.encodings.get(kind));
    let info = row.claim();
    info.str("PT=");
    match named {
        Some(name) => info.text(name),
        None => info.str(name_of(TYPES, kind.into()).unwrap_or("Unknown")),
    };
    info.str(", SSRC=0x").hex_upper(ssrc, 1).str(", Seq=").dec(seq).str(", Time=").dec(time);
    if marker {
        info.str(", Mark");
    }
}

fn sources<S: Sink>(c: &mut Cursor<'_, S>, count: u8) -> Result<(), Stop> {
    if count == 0 {
        return Ok(());
    }
    c.group(&CSRC_ITEMS, |c| {
        for at in 0..count {
            let source = c.u32(&CSRC)?;
            c.label(|l| _ = l.str("CSRC item ").dec(at).str(": 0x").hex_upper(source, 1));
        }
        Ok(())
    })
}

fn extension<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&PROFILE)?;
    let words = c.u16(&EXTENSION_LENGTH)?;
    if words == 0 {
        return Ok(());
    }
    c.group(&HEADER_EXTENSIONS, |c| {
        for _ in 0..words {
            c.u32(&HEADER_EXTENSION)?;
        }
        Ok(())
    })
}

/// What a payload's encoding shows as.
fn codec(kind: u8, name: Option<&[u8]>) -> Option<Codec> {
    let by_type = |name, words| Some(Codec { name, words });
    if let Some(name) = name {
        let names: [(&[u8], &'static str); 4] =
            [(b"opus", "OPUS"), (b"AMR", "AMR"), (b"AMR-WB", "AMR-WB"), (b"MP4V-ES", "MP4V-ES")];
        let found = names.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        return found.map(|(_, name)| Codec { name, words: None });
    }
    match kind {
        4 => by_type("G.723.1", None),
        26 => by_type("JPEG", Some("JPEG message")),
        31 => by_type("H.261", Some("H.261 message")),
        32 => by_type("MPEG-1", Some("MPEG-1 message")),
        _ => None,
    }
}

/// Hands on what the packet carries.
fn payload<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.put(&PAYLOAD, c.pos(), c.end(), 0);
    let found = media::ends(c).and_then(|(src, dst)| find(c, src, dst).flatten());
    let name = found.filter(|_| DYNAMIC.contains(&kind)).and_then(|setup| setup.encodings.get(kind));
    let event = name.map_or(EVENTS.contains(&kind), |name| name.eq_ignore_ascii_case(b"telephone-event"));
    if event {
        return c.call::<RtpEvent>().map(|_| ());
    }
    if kind == REDUNDANT && name.is_none() {
        return redundant(c);
    }
    if let Some(codec) = codec(kind, name) {
        c.protocol(codec.name);
        if let Some(words) = codec.words {
            c.claim().str(words);
        }
    }
    c.skip(c.remaining())
}

/// Redundant data (RFC 2198): headers, the last of which does not say how long its block is, and the blocks.
fn redundant<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mut blocks = 0;
    loop {
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if first & 0x80 == 0 {
            c.skip(1)?;
            break;
        }
        blocks += usize::from(c.peek_u16(2).ok_or_else(|| c.short(4))? & 0x3ff);
        c.skip(4)?;
    }
    c.skip(blocks)?;
    c.skip(c.remaining())
}
