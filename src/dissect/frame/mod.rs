//! The frame itself, before any protocol: when it was captured, how long it is, and what its first byte belongs to.

mod encapsulation;
mod sysdig;

use encapsulation::{ENCAPSULATIONS, number_of};

use super::cursor::Cursor;
use super::field::Field;
use super::line::Line;
use super::protocol::{Key, Protocol, Stop};
use super::sink::{Detail, Item, Sink};
use super::worker::Worker;
use crate::source::{Frame, Interface, Kind as Record, Time};
use crate::{experts, fields};

fields! {
    LAYER = "frame", "Frame", Protocol;
    COMMENTS = "pkt_comment", "Packet comments", Protocol;
    COMMENT = "frame.comment", "Comment", Str;
    SECTION = "frame.section_number", "Section number", U32;
    INTERFACE_ID = "frame.interface_id", "Interface id", U32;
    INTERFACE_NAME = "frame.interface_name", "Interface name", Str;
    INTERFACE_DESCRIPTION = "frame.interface_description", "Interface description", Str;
    FLAGS = "frame.packet_flags", "Packet flags", U32 hex;
    DIRECTION = "frame.packet_flags_direction", "Direction", U32 hex mask(0x0000_0003) names(DIRECTIONS);
    RECEPTION = "frame.packet_flags_reception_type", "Reception type", U32 mask(0x0000_001c) names(RECEPTIONS);
    FCS_LEN = "frame.packet_flags_fcs_length", "FCS length", U32 mask(0x0000_01e0);
    RESERVED = "frame.packet_flags_reserved", "Reserved", U32 mask(0x0000_fe00);
    CRC_ERROR = "frame.packet_flags_crc_error", "CRC error", Bool bits(32) mask(0x0100_0000) set;
    TOO_LONG = "frame.packet_flags_packet_too_error", "Packet too long error", Bool bits(32) mask(0x0200_0000) set;
    TOO_SHORT = "frame.packet_flags_packet_too_short_error", "Packet too short error", Bool bits(32) mask(0x0400_0000) set;
    GAP_ERROR = "frame.packet_flags_wrong_inter_frame_gap_error", "Wrong interframe gap error", Bool bits(32) mask(0x0800_0000) set;
    UNALIGNED = "frame.packet_flags_unaligned_frame_error", "Unaligned frame error", Bool bits(32) mask(0x1000_0000) set;
    DELIMITER = "frame.packet_flags_start_frame_delimiter_error", "Start frame delimiter error", Bool bits(32) mask(0x2000_0000) set;
    PREAMBLE = "frame.packet_flags_preamble_error", "Preamble error", Bool bits(32) mask(0x4000_0000) set;
    SYMBOL = "frame.packet_flags_symbol_error", "Symbol error", Bool bits(32) mask(0x8000_0000) set;
    ENCAPSULATION = "frame.encap_type", "Encapsulation type", U16 names(ENCAPSULATIONS);
    TIME = "frame.time", "Arrival Time", AbsTime;
    SHIFT = "frame.offset_shift", "Time shift for this packet", RelTime;
    EPOCH = "frame.time_epoch", "Epoch Time", RelTime;
    DELTA = "frame.time_delta", "Time delta from previous captured frame", RelTime;
    DELTA_DISPLAYED = "frame.time_delta_displayed", "Time delta from previous displayed frame", RelTime;
    RELATIVE = "frame.time_relative", "Time since reference or first frame", RelTime;
    NUMBER = "frame.number", "Frame Number", U32;
    LEN = "frame.len", "Frame Length", U32;
    CAPTURED_LEN = "frame.cap_len", "Capture Length", U32;
    DROPS = "frame.drop_count", "Drop Count", U64;
    MARKED = "frame.marked", "Frame is marked", Bool;
    IGNORED = "frame.ignored", "Frame is ignored", Bool;
    POINT_TO_POINT = "frame.p2p_dir", "Point-to-Point Direction", U8 names(P2P_DIRECTIONS);
    PROTOCOLS = "frame.protocols", "Protocols in frame", Str;
    MALFORMED = "_ws.malformed", "Malformed Packet", Protocol;
    SHORT = "_ws.short", "Short Frame", Protocol;
    UNREASSEMBLED = "_ws.unreassembled", "Unreassembled Fragmented Packet", Protocol;
}

experts! {
    COMMENT_REMARK = "frame.comment.expert", "Formatted comment", Comment, Comment;
    LENGTH_REMARK = "frame.len_lt_caplen", "Frame length is less than captured length", Error, Malformed;
    FRACTION_REMARK = "frame.time_invalid", "Arrival Time", Note, Sequence;
    MALFORMED_REMARK = "_ws.malformed.expert", "Malformed Packet (Exception occurred)", Error, Malformed;
    UNREASSEMBLED_REMARK = "_ws.unreassembled.expert", "Unreassembled fragment (change preferences to enable reassembly)", Note, Reassemble;
    STRAY = "_ws.string.trailing_stray_characters", "Trailing stray characters", Warning, Undecoded;
    OVERLAP_REMARK = "_ws.malformed.reassembly", "New fragment overlaps old data (retransmission?)", Error, Malformed;
}

/// The frame's own layer. It stands in the registry for its fields; frames come to it from the worker alone.
pub(super) struct Layer;

impl Protocol for Layer {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Frame";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
        Err(Stop::NotMine)
    }
}

crate::names! {
    DIRECTIONS { 0 = "Unknown", 1 = "Inbound", 2 = "Outbound" }
    RECEPTIONS { 0 = "Not specified", 1 = "Unicast", 2 = "Multicast", 3 = "Broadcast", 4 = "Promiscuous" }
    P2P_DIRECTIONS { 0 = "Sent", 1 = "Received" }
}

/// Hands the frame to the protocol of its link-layer header type.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, frame: &Frame<'_>) -> Result<(), Stop> {
    // Inner layers stand beside each other, at the top of the tree.
    match frame.kind {
        Record::Packet => {
            if !c.below(|c| c.next(Key::Link(frame.link.0)))? {
                c.protocol("UNKNOWN");
                c.claim().str("WTAP_ENCAP = ").dec(frame.link.unclaimed_number());
                c.below(Cursor::data);
            }
        }
        Record::Custom { enterprise } => {
            c.protocol("PCAPNG");
            custom_block(c.claim(), enterprise, frame);
        }
        Record::Journal => {
            c.protocol("systemd Journal");
            c.claim();
        }
        Record::SystemEvent { .. } => {
            c.protocol("Sysdig Event");
            sysdig::describe(frame.raw, c.claim());
        }
        Record::Scrap => {
            c.below(Cursor::data);
            c.claim();
        }
    }
    Ok(())
}

/// The enterprise number that documentation uses (RFC 5612).
const DOCUMENTATION: u32 = 32473;

fn custom_block(line: &mut Line, enterprise: u32, frame: &Frame<'_>) {
    let name = if enterprise == DOCUMENTATION { "Example Enterprise Number for Documentation Use" } else { "Unknown" };
    // Of the two block types, the one with the high bit is not to be copied by programs that do not know it.
    let fixed = matches!(frame.raw, [0x40, ..] | [_, _, _, 0x40, ..]);
    line.str("Custom Block: PEN = ").str(name).str(" (").dec(enterprise).str("), will ");
    line.str(if fixed { "not " } else { "" }).str("be copied");
}

/// Records the frame's own layer. What only the end shows is left to [`finish`].
pub(super) fn record(worker: &mut Worker, frame: &Frame<'_>) {
    if !worker.wanted.has(&LAYER) {
        return;
    }
    let mut c = Cursor::<Detail>::new(frame.bytes, frame.wire_len as usize, worker);
    comments(&mut c, frame);
    c.put(&LAYER, 0, frame.bytes.len(), 0);
    c.label(|l| headline(frame, l));
    c.below(|c| {
        origin(c, frame);
        c.put(&ENCAPSULATION, 0, 0, number_of(frame.link.0).into());
        times(c, frame);
        lengths(c, frame);
        if let Some(direction @ 1..=2) = frame.flags().map(|flags| flags & 3) {
            c.put(&POINT_TO_POINT, 0, 0, u64::from(direction == 1));
        }
        c.generated(&PROTOCOLS, 0);
    });
}

/// Records what the capture's author says of the frame.
fn comments<S: Sink>(c: &mut Cursor<'_, S>, frame: &Frame<'_>) {
    let mut first = true;
    for comment in frame.options.comments() {
        if first {
            c.put(&COMMENTS, 0, 0, 0);
        }
        first = false;
        c.below(|c| {
            c.text(&COMMENT, 0, 0, |l| _ = l.bytes(comment));
            c.label(|l| _ = l.bytes(comment));
            c.below(|c| {
                c.expert(&COMMENT_REMARK);
                c.label(|l| _ = l.bytes(comment));
            });
        });
    }
}

/// An interface's name, up to its first NUL.
fn name_of(interface: &Interface) -> &[u8] {
    let name = interface.name().unwrap_or(b"unknown");
    name.split(|&byte| byte == 0).next().unwrap_or_default()
}

fn headline(frame: &Frame<'_>, line: &mut Line) {
    let length = |line: &mut Line, len: usize| {
        let len = len as u64;
        line.dec(len).str(if len == 1 { " byte" } else { " bytes" });
    };
    let bits = |line: &mut Line, len: usize| _ = line.str(" (").dec(len as u64 * 8).str(" bits)");
    line.str("Frame ").dec(frame.number).str(": ");
    length(line, frame.wire_len as usize);
    line.str(" on wire");
    bits(line, frame.wire_len as usize);
    line.str(", ");
    length(line, frame.bytes.len());
    line.str(" captured");
    bits(line, frame.bytes.len());
    if let Some(interface) = frame.origin.filter(|interface| interface.section > 0) {
        line.str(" on interface ").text(name_of(interface));
        line.str(", id ").dec(interface.id);
    }
    match frame.flags().map(|flags| flags & 3) {
        Some(1) => _ = line.str(" (inbound)"),
        Some(2) => _ = line.str(" (outbound)"),
        _ => {}
    }
}

fn origin<S: Sink>(c: &mut Cursor<'_, S>, frame: &Frame<'_>) {
    if let Some(interface) = frame.origin.filter(|interface| interface.section > 0) {
        let name = name_of(interface);
        c.put(&SECTION, 0, 0, interface.section.into());
        c.put(&INTERFACE_ID, 0, 0, interface.id.into());
        c.append(|l| _ = l.str(" (").text(name).byte(b')'));
        c.below(|c| {
            c.text(&INTERFACE_NAME, 0, 0, |l| _ = l.bytes(name));
            if let Some(description) = interface.description() {
                c.text(&INTERFACE_DESCRIPTION, 0, 0, |l| _ = l.bytes(description));
            }
        });
    }
    if let Some(flags) = frame.flags() {
        c.put(&FLAGS, 0, 0, flags.into());
        let parts = [
            &DIRECTION, &RECEPTION, &FCS_LEN, &RESERVED, &CRC_ERROR, &TOO_LONG, &TOO_SHORT, &GAP_ERROR, &UNALIGNED,
            &DELIMITER, &PREAMBLE, &SYMBOL,
        ];
        c.below(|c| parts.into_iter().for_each(|field| c.put(field, 0, 0, flags.into())));
    }
}

/// Nanoseconds of a second: a damaged record may count more of them.
const NANOS: u32 = 1_000_000_000;

fn times<S: Sink>(c: &mut Cursor<'_, S>, frame: &Frame<'_>) {
    let Some(time) = frame.time else { return };
    let since = |other: Option<Time>| other.map_or(0, |other| time.since(other)) as u64;
    let past = c.worker.past;
    c.put(&TIME, 0, 0, time.as_nanos() as u64);
    if time.nanos >= NANOS {
        c.expert(&FRACTION_REMARK);
        c.label(|l| {
            _ = l
                .str("Arrival Time: Fractional second ")
                .int(i64::from(time.nanos.cast_signed()))
                .str(" is invalid, the valid range is 0-")
                .dec(NANOS);
        });
    }
    c.generated(&SHIFT, 0);
    c.put(&EPOCH, 0, 0, time.as_nanos() as u64);
    c.generated(&DELTA, since(past.captured));
    c.generated(&DELTA_DISPLAYED, since(past.displayed));
    c.generated(&RELATIVE, since(past.first));
}

fn lengths<S: Sink>(c: &mut Cursor<'_, S>, frame: &Frame<'_>) {
    let bytes = |len: usize| {
        move |l: &mut Line| {
            l.str(if len == 1 { " byte (" } else { " bytes (" }).dec(len as u64 * 8).str(" bits)");
        }
    };
    c.put(&NUMBER, 0, 0, frame.number);
    c.put(&LEN, 0, 0, frame.wire_len.into());
    c.append(bytes(frame.wire_len as usize));
    if (frame.wire_len as usize) < frame.bytes.len() {
        c.below(|c| c.expert(&LENGTH_REMARK));
    }
    c.put(&CAPTURED_LEN, 0, 0, frame.bytes.len() as u64);
    c.append(bytes(frame.bytes.len()));
    if let Some(drops) = frame.options.u64(4) {
        c.put(&DROPS, 0, 0, drops);
    }
    c.generated(&MARKED, 0);
    c.generated(&IGNORED, 0);
}

/// Records why a dissector stopped, as a layer of its own at `depth`.
pub(super) fn remark(worker: &mut Worker, stop: Stop, depth: u8) {
    if !worker.wanted.has(&LAYER) {
        return;
    }
    let failed = std::mem::take(&mut worker.failed);
    let (field, before, after) = match stop {
        Stop::Snapped => (&SHORT, "[Packet size limited during capture: ", " truncated]"),
        Stop::Overrun => {
            (&MALFORMED, "[Malformed Packet: ", ": length of contained item exceeds length of containing item]")
        }
        _ if worker.row.fragmented => (&UNREASSEMBLED, "[BoundError Unreassembled Packet: ", "]"),
        _ => (&MALFORMED, "[Malformed Packet: ", "]"),
    };
    stopped(worker, field, depth, |l| _ = l.str(before).str(failed).str(after));
}

/// Records that a message cannot be put together because the same bytes came twice.
pub(super) fn overlapping(worker: &mut Worker, depth: u8) {
    if !worker.wanted.has(&LAYER) {
        return;
    }
    let message = OVERLAP_REMARK.label;
    let mark =
        stopped(worker, &MALFORMED, depth, |l| _ = l.str("[Reassembly error, protocol TCP: ").str(message).byte(b']'));
    worker.sink.change(mark + 1, |item| item.field = &OVERLAP_REMARK);
}

/// Records a layer that says why dissection ended, and the remark on that.
fn stopped(worker: &mut Worker, field: &'static Field, depth: u8, words: impl FnOnce(&mut Line)) -> usize {
    let (mark, below) = (worker.sink.mark(), depth.saturating_add(1));
    worker.sink.put(Item::new(field, 0, 0, 0, depth, 0));
    worker.sink.label(mark, false, words);
    if std::ptr::eq(field, &SHORT) {
        return mark;
    }
    let malformed = std::ptr::eq(field, &MALFORMED);
    let remark = if malformed { &MALFORMED_REMARK } else { &UNREASSEMBLED_REMARK };
    worker.sink.put(Item { generated: true, ..Item::new(remark, 0, 0, 0, below, 0) });
    mark
}

/// Records what only the end of the frame shows: why dissection stopped early, and the protocols found.
pub(super) fn finish(worker: &mut Worker, frame: &Frame<'_>, outcome: Result<(), Stop>) {
    if let Err(stop) = outcome {
        remark(worker, stop, 0);
    }
    worker.failed = "";
    if worker.wanted.has(&LAYER) {
        worker.sink.list_layers(&PROTOCOLS);
        worker.sink.drop_empty_layers();
        worker.sink.remark_strays(frame.bytes, &STRAY);
    }
    worker.sink.spread_remarks();
}
