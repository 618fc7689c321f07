//! RTCP (RFC 3550 section 6) with its feedback (RFC 4585) and extended reports (RFC 3611).

use super::media::{self, Kind as Media, Setups};
use super::rtp::VERSIONS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("rtcp", "Real-time Transport Control Protocol", Kind::Protocol);

fields! {
    VERSION = "rtcp.version", "Version", U8 mask(0xc0) names(VERSIONS);
    PADDING = "rtcp.padding", "Padding", Bool mask(0x20);
    REPORTS = "rtcp.rc", "Reception report count", U8 mask(0x1f);
    SOURCES = "rtcp.sc", "Source count", U8 mask(0x1f);
    SUBTYPE = "rtcp.app.subtype", "Subtype", U8 mask(0x1f);
    RTP_FEEDBACK = "rtcp.rtpfb.fmt", "RTCP Feedback message type (FMT)", U8 mask(0x1f) names(RTP_FEEDBACKS);
    FEEDBACK = "rtcp.psfb.fmt", "RTCP Feedback message type (FMT)", U8 mask(0x1f) names(FEEDBACKS);
    TYPE = "rtcp.pt", "Packet type", U8 names(TYPES);
    LENGTH = "rtcp.length", "Length", U16;
    SENDER = "rtcp.senderssrc", "Sender SSRC", U32 hex_dec;
    MEDIA_SOURCE = "rtcp.mediassrc", "Media source SSRC", U32 hex_dec;
    NTP_HIGH = "rtcp.timestamp.ntp.msw", "Timestamp, MSW", U32 dec_hex;
    NTP_LOW = "rtcp.timestamp.ntp.lsw", "Timestamp, LSW", U32 dec_hex;
    RTP_TIME = "rtcp.timestamp.rtp", "RTP timestamp", U32;
    PACKETS = "rtcp.sender.packetcount", "Sender's packet count", U32;
    OCTETS = "rtcp.sender.octetcount", "Sender's octet count", U32;
    SOURCE = "", "Source", None;
    IDENTIFIER = "rtcp.ssrc.identifier", "Identifier", U32 hex_dec;
    CONTENTS = "", "SSRC contents", None;
    FRACTION = "rtcp.ssrc.fraction", "Fraction lost", U8 unit(" / 256", " / 256");
    LOST = "rtcp.ssrc.cum_nr", "Cumulative number of packets lost", I24;
    HIGHEST = "rtcp.ssrc.ext_high", "Extended highest sequence number received", U32;
    CYCLES = "rtcp.ssrc.high_cycles", "Sequence number cycles count", U16;
    HIGHEST_SEQUENCE = "rtcp.ssrc.high_seq", "Highest sequence number received", U16;
    JITTER = "rtcp.ssrc.jitter", "Interarrival jitter", U32;
    LAST_REPORT = "rtcp.ssrc.lsr", "Last SR timestamp", U32 dec_hex;
    DELAY = "rtcp.ssrc.dlsr", "Delay since last SR timestamp", U32;
    CHUNK = "", "Chunk", None;
    ITEMS = "", "SDES items", None;
    ITEM_TYPE = "rtcp.sdes.type", "Type", U8 names(ITEM_TYPES);
    ITEM_LENGTH = "rtcp.sdes.length", "Length", U32;
    ITEM_TEXT = "rtcp.sdes.text", "Text", Str;
    REASON = "rtcp.sdes.text", "Text", Str;
    NAME = "rtcp.app.name", "Name (ASCII)", Str;
    APPLICATION_DATA = "rtcp.app.data", "Application specific data", Bytes;
    CONTROL_INFORMATION = "rtcp.fci", "Feedback Control Information (FCI)", Bytes;
    BLOCK_TYPE = "rtcp.xr.bt", "Type", U8 names(BLOCK_TYPES);
    BLOCK_SPECIFIC = "rtcp.xr.bs", "Type Specific", U8;
    BLOCK_LENGTH = "rtcp.xr.bl", "Length", U16;
    BLOCK_CONTENTS = "", "Contents", None;
    ENCRYPTED = "rtcp.encrypted", "Encrypted data", Bytes;
}

experts! {
    NO_NAME = "rtcp.appl.not_ascii", "Application name is not a string", Error, Protocol;
}

names! {
    TYPES {
        192 = "Full Intra-frame Request (H.261)", 193 = "Negative Acknowledgement (H.261)",
        194 = "SMPTE time-code mapping", 195 = "Extended inter-arrival jitter report",
        200 = "Sender Report", 201 = "Receiver Report", 202 = "Source description", 203 = "Goodbye",
        204 = "Application specific", 205 = "Generic RTP Feedback", 206 = "Payload-specific Feedback",
        207 = "Extended report (RFC 3611)", 208 = "AVB RTCP packet (IEEE1733)",
        209 = "Receiver Summary Information", 210 = "Port Mapping",
    }
    RTP_FEEDBACKS {
        1 = "Generic negative acknowledgement (NACK)",
        3 = "Temporary Maximum Media Stream Bit Rate Request (TMMBR)",
        4 = "Temporary Maximum Media Stream Bit Rate Notification (TMMBN)",
        15 = "Transport-wide Congestion Control (Transport-cc)", 31 = "Reserved for future extensions",
    }
    FEEDBACKS {
        1 = "Picture Loss Indication", 2 = "Slice Loss Indication", 3 = "Reference Picture Selection Indication",
        4 = "Full Intra Request (FIR) Command", 5 = "Temporal-Spatial Trade-off Request (TSTR)",
        6 = "Temporal-Spatial Trade-off Notification (TSTN)", 7 = "Video Back Channel Message (VBCM)",
        15 = "Application Layer Feedback", 31 = "Reserved for future extensions",
    }
    /// Feedback as the Info column names it.
    FEEDBACK_WORDS {
        1 = "PLI", 2 = "SLI", 3 = "RPSI", 4 = "FIR", 5 = "TSTR", 6 = "TSTN", 7 = "VBCM", 15 = "ALFB", 31 = "Reserved",
    }
    ITEM_TYPES {
        0 = "END", 1 = "CNAME (user and domain)", 2 = "NAME (common name)", 3 = "EMAIL (e-mail address)",
        4 = "PHONE (phone number)", 5 = "LOC (geographic location)", 6 = "TOOL (name/version of source app)",
        7 = "NOTE (note about source)", 8 = "PRIV (private extensions)", 9 = "H323-CADDR (H.323 callable address)",
        10 = "Application Specific Identifier",
    }
    BLOCK_TYPES {
        1 = "Loss Run Length Encoding Report Block", 2 = "Duplicate Run Length Encoding Report Block",
        3 = "Packet Receipt Times Report Block", 4 = "Receiver Reference Time Report Block",
        5 = "DLRR Report Block", 6 = "Statistics Summary Report Block", 7 = "VoIP Metrics Report Block",
    }
    /// Extensions of a report by Microsoft's types.
    EXTENSIONS {
        1 = "MS - Estimated Bandwidth", 4 = "MS - Packet Loss Notification", 5 = "MS - Video Preference",
        6 = "MS - Padding", 7 = "MS - Policy Server Bandwidth", 8 = "MS - TURN Server Bandwidth",
        9 = "MS - Audio Healer Metrics",
    }
}

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
/// Bytes of a report on one source.
const REPORT_LEN: usize = 24;
/// Feedback about every packet received, by its format.
const CONGESTION: u8 = 15;
/// Bytes of that feedback's header.
const CONGESTION_LEN: usize = 8;
/// The packet types that a packet found by content may begin with.
const FIRST_TYPES: [u8; 5] = [200, 201, 203, 204, 206];

/// Whether a packet at an RTP port is RTCP (RFC 5761 section 4).
pub fn shares_port(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80..=0xbf, 192..=195 | 200..=213, ..])
}

/// RTCP: packets one after the other.
pub struct Rtcp;

impl Protocol for Rtcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RTCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let (Some(first), Some(kind)) = (c.peek_u8(0), c.peek_u8(1)) else { return false };
        first >> 6 == 2 && FIRST_TYPES.contains(&kind) && c.reported().is_multiple_of(4)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let secure = match media::ends(c).and_then(|(src, dst)| setup(c, src, dst)) {
            Some(None) => return Err(Stop::NotMine),
            Some(Some(secure)) => secure,
            None => false,
        };
        c.protocol(if secure { "SRTCP" } else { "RTCP" });
        let version = c.peek_u8(0).unwrap_or_default() >> 6;
        if version != 2 {
            c.claim().str("Unknown RTCP version ").dec(version);
            c.put(&VERSION, c.pos(), c.pos() + 1, u64::from(version) << 6);
            return c.skip(c.remaining());
        }
        c.keep_silent();
        while c.reported() > 0 && c.peek_u8(1).is_none_or(known) {
            let start = c.pos();
            let words = c.peek_u16(2).unwrap_or_default();
            c.call::<Packet>()?;
            c.seek(start + (usize::from(words) + 1) * 4);
            if secure {
                // What follows is encrypted.
                break;
            }
        }
        c.seek(c.end());
        Ok(())
    }
}

/// Whether what goes from `src` to `dst` was announced: for others, or encrypted or not.
fn setup<S: Sink>(c: &Cursor<'_, S>, src: media::End, dst: media::End) -> Option<Option<bool>> {
    let setups = c.worker.state.shared.get::<Setups>()?;
    let control = setups.find(src, dst, Media::Control);
    let found = if control.is_some() { control } else { setups.find(src, dst, Media::Data) };
    found.map(|fits| fits.map(|setup| setup.secure))
}

/// Whether a packet type is one that may follow another.
fn known(kind: u8) -> bool {
    matches!(kind, 192..=210)
}

/// One packet of a compound one.
struct Packet;

impl Protocol for Packet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RTCP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let first = c.u8(&VERSION)?;
        c.bits::<1>(&PADDING, first.into());
        let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        let end = c.pos() + 3 + usize::from(c.peek_u16(1).unwrap_or_default()) * 4;
        let name = name_of(TYPES, kind.into());
        c.layer_append(|l| _ = l.str(" (").str(name.unwrap_or("Unknown")).byte(b')'));
        if c.row().fresh() || !c.row().claimed() {
            c.claim();
        }
        if kind != 204 {
            c.info().str(name.unwrap_or("Unknown")).str("   ");
        }
        body(c, kind, first, end)
    }
}

/// Reads the rest of a packet's header.
fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&TYPE)?;
    let words = c.u16(&LENGTH)?;
    c.append(|l| _ = l.str(" (").dec((u64::from(words) + 1) * 4).str(" bytes)"));
    Ok(())
}

/// Dissects a packet's content, which by its own length ends at `end`.
fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, first: u8, end: usize) -> Result<(), Stop> {
    let count = first & 0x1f;
    match kind {
        SENDER_REPORT | RECEIVER_REPORT => {
            c.bits::<1>(&REPORTS, first.into());
            header(c)?;
            report(c, kind, count, end)
        }
        202 | 203 => {
            c.bits::<1>(&SOURCES, first.into());
            header(c)?;
            if kind == 202 { descriptions(c, count) } else { goodbye(c, count, end) }
        }
        204 => {
            c.bits::<1>(&SUBTYPE, first.into());
            application(c, count, end)
        }
        205 | 206 => feedback(c, kind, first, end),
        207 => {
            header(c)?;
            c.u32(&SENDER)?;
            blocks(c, end)
        }
        208 => {
            header(c)?;
            c.skip(28)
        }
        209 => {
            header(c)?;
            c.u32(&SENDER)?;
            c.skip(12)
        }
        _ => {
            header(c)?;
            c.skip(c.remaining())
        }
    }
}

fn report<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, count: u8, end: usize) -> Result<(), Stop> {
    c.u32(&SENDER)?;
    if kind == SENDER_REPORT {
        c.read_all(&[(&NTP_HIGH, 4), (&NTP_LOW, 4), (&RTP_TIME, 4), (&PACKETS, 4), (&OCTETS, 4)])?;
    }
    for at in 1..=count {
        c.group(&SOURCE, |c| {
            c.label(|l| _ = l.str("Source ").dec(at));
            c.u32(&IDENTIFIER)?;
            if !S::DETAIL {
                return c.skip(REPORT_LEN - 4);
            }
            c.group(&CONTENTS, |c| {
                c.u8(&FRACTION)?;
                c.u24(&LOST).map(|_| ())
            })?;
            c.u32(&HIGHEST)?;
            let start = c.pos() - 4;
            c.below(|c| {
                c.seek(start);
                c.u16(&CYCLES)?;
                c.u16(&HIGHEST_SEQUENCE)
            })?;
            c.u32(&JITTER)?;
            c.u32(&LAST_REPORT)?;
            let delay = c.u32(&DELAY)?;
            let millis = u64::from(delay) * 1000 / 65536;
            c.append(|l| _ = l.str(" (").dec(millis).str(" milliseconds)"));
            Ok(())
        })?;
    }
    if c.pos() < end { extensions(c, end) } else { Ok(()) }
}

/// What follows the reports: extensions of the profile, as Microsoft has them.
fn extensions<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    c.info().byte(b'(');
    while c.pos() < end {
        let (Some(kind), Some(len)) = (c.peek_u16(0), c.peek_u16(2)) else { return Err(c.short(4)) };
        c.info().str("PSE:").str(name_of(EXTENSIONS, kind.into()).unwrap_or("Unknown")).str("  ");
        let least = match kind {
            5 => 32,
            9 => 24,
            1 => 8,
            _ => 4,
        };
        c.need(least)?;
        c.skip(usize::from(len).max(4).min(end - c.pos()))?;
    }
    c.info().str(")  ");
    Ok(())
}

fn descriptions<S: Sink>(c: &mut Cursor<'_, S>, count: u8) -> Result<(), Stop> {
    for at in 1..=count {
        c.group(&CHUNK, |c| {
            let source = c.u32(&IDENTIFIER)?;
            c.label_at(c.mark().saturating_sub(2), |l| {
                _ = l.str("Chunk ").dec(at).str(", SSRC/CSRC 0x").hex_upper(source, 1);
            });
            let start = c.pos();
            c.group(&ITEMS, items)?;
            let used = c.pos() - start;
            c.skip((4 - used % 4) % 4)
        })?;
    }
    Ok(())
}

/// Reads a chunk's items, up to the one that ends them.
fn items<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let kind = c.u8(&ITEM_TYPE)?;
        if kind == 0 {
            break;
        }
        let len = c.be::<1>(&ITEM_LENGTH)?;
        if len > 0 {
            c.bytes(&ITEM_TEXT, len as usize)?;
        }
    }
    Ok(())
}

fn goodbye<S: Sink>(c: &mut Cursor<'_, S>, count: u8, end: usize) -> Result<(), Stop> {
    for _ in 0..count {
        c.u32(&IDENTIFIER)?;
    }
    if c.pos() < end {
        let len = c.be::<1>(&ITEM_LENGTH)?;
        c.bytes(&REASON, len as usize)?;
    }
    Ok(())
}

fn application<S: Sink>(c: &mut Cursor<'_, S>, subtype: u8, end: usize) -> Result<(), Stop> {
    c.info().str("Application specific   ");
    header(c)?;
    c.u32(&SENDER)?;
    let name = c.bytes(&NAME, 4)?;
    if name.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        c.info().str("( ").text(name).str(" ) ");
    } else {
        c.label(|l| _ = l.str(NO_NAME.label));
        c.below(|c| c.expert(&NO_NAME));
    }
    c.info().str("subtype=").dec(subtype);
    if c.pos() < end {
        c.bytes(&APPLICATION_DATA, end - c.pos())?;
    }
    Ok(())
}

fn feedback<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, first: u8, end: usize) -> Result<(), Stop> {
    let format = first & 0x1f;
    c.bits::<1>(if kind == 205 { &RTP_FEEDBACK } else { &FEEDBACK }, first.into());
    if kind == 206 {
        c.info().str(name_of(FEEDBACK_WORDS, format.into()).unwrap_or("Unknown")).str("  ");
    }
    header(c)?;
    c.u32(&SENDER)?;
    c.u32(&MEDIA_SOURCE)?;
    // A picture loss has nothing to add, congestion control has at least a header.
    let len = end.saturating_sub(c.pos());
    if kind == 206 && format == 1 && len > 0 || kind == 205 && format == CONGESTION && len < CONGESTION_LEN {
        return Err(Stop::Malformed);
    }
    if c.pos() < end {
        c.bytes(&CONTROL_INFORMATION, end - c.pos())?;
    }
    Ok(())
}

/// Extended reports (RFC 3611 section 4).
fn blocks<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    while c.pos() < end {
        let kind = c.u8(&BLOCK_TYPE)?;
        c.u8(&BLOCK_SPECIFIC)?;
        let len = usize::from(c.u16(&BLOCK_LENGTH)?) * 4;
        // What the summary can tell is only whether it is there.
        if len > end.saturating_sub(c.pos()) || matches!(kind, 6 if len != 36) || matches!(kind, 7 if len != 32) {
            return Err(Stop::Malformed);
        }
        c.group(&BLOCK_CONTENTS, |c| c.skip(len))?;
    }
    Ok(())
}
