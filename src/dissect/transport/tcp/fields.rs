//! TCP's fields, apart from those of the options.

use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::naming::Ports;
use crate::{experts, fields, names};

/// The heading over the times.
pub(super) static TIMESTAMPS: Field = Field::new("", "Timestamps", Kind::None);
/// What is said of a segment with less than a whole header.
pub(super) static SHORT_TEXT: Field = Field::new("", SHORT_SEGMENT.label, Kind::None);

fields! {
    SRC_PORT = "tcp.srcport", "Source Port", U16 port(Ports::Tcp);
    DST_PORT = "tcp.dstport", "Destination Port", U16 port(Ports::Tcp);
    PORT = "tcp.port", "Source or Destination Port", U16 port(Ports::Tcp);
    STREAM = "tcp.stream", "Stream index", U32;
    COMPLETENESS = "tcp.completeness", "Conversation completeness", U8 custom(write_completeness);
    LEN = "tcp.len", "TCP Segment Len", U32;
    SEQ = "tcp.seq", "Sequence Number", U32;
    SEQ_RAW = "tcp.seq_raw", "Sequence Number (raw)", U32;
    NEXT_SEQ = "tcp.nxtseq", "Next Sequence Number", U32;
    ACK = "tcp.ack", "Acknowledgment Number", U32;
    ACK_RAW = "tcp.ack_raw", "Acknowledgment number (raw)", U32;
    HEADER_LEN = "tcp.hdr_len", "Header Length", U8 mask(0xf0) times(4) custom(write_header_len);
    FLAGS = "tcp.flags", "Flags", U16 hex;
    FLAG_RESERVED = "tcp.flags.res", "Reserved", Bool bits(12) mask(0xe00) set;
    FLAG_AE = "tcp.flags.ae", "Accurate ECN", Bool bits(12) mask(0x100) set;
    FLAG_CWR = "tcp.flags.cwr", "Congestion Window Reduced", Bool bits(12) mask(0x080) set;
    FLAG_ECE = "tcp.flags.ece", "ECN-Echo", Bool bits(12) mask(0x040) set;
    FLAG_ACE = "tcp.flags.ace", "ACE", U16 bits(12) mask(0x1c0);
    FLAG_URG = "tcp.flags.urg", "Urgent", Bool bits(12) mask(0x020) set;
    FLAG_ACK = "tcp.flags.ack", "Acknowledgment", Bool bits(12) mask(0x010) set;
    FLAG_PSH = "tcp.flags.push", "Push", Bool bits(12) mask(0x008) set;
    FLAG_RST = "tcp.flags.reset", "Reset", Bool bits(12) mask(0x004) set;
    FLAG_SYN = "tcp.flags.syn", "Syn", Bool bits(12) mask(0x002) set;
    FLAG_FIN = "tcp.flags.fin", "Fin", Bool bits(12) mask(0x001) set;
    FLAG_TEXT = "tcp.flags.str", "TCP Flags", Str;
    WINDOW = "tcp.window_size_value", "Window", U16;
    WINDOW_BYTES = "tcp.window_size", "Calculated window size", U32;
    WINDOW_FACTOR = "tcp.window_size_scalefactor", "Window size scaling factor", I32;
    CHECKSUM = "tcp.checksum", "Checksum", U16 hex;
    CHECKSUM_CALCULATED = "tcp.checksum_calculated", "Calculated Checksum", U16 hex;
    CHECKSUM_STATUS = "tcp.checksum.status", "Checksum Status", U8 custom(write_status);
    URGENT = "tcp.urgent_pointer", "Urgent Pointer", U16;
    TIME_RELATIVE = "tcp.time_relative", "Time since first frame in this TCP stream", RelTime;
    TIME_DELTA = "tcp.time_delta", "Time since previous frame in this TCP stream", RelTime;
    ANALYSIS = "tcp.analysis", "SEQ/ACK analysis", None;
    ACKS_FRAME = "tcp.analysis.acks_frame", "This is an ACK to the segment in frame", FrameNum;
    ACK_RTT = "tcp.analysis.ack_rtt", "The RTT to ACK the segment was", RelTime;
    INITIAL_RTT = "tcp.analysis.initial_rtt", "iRTT", RelTime;
    IN_FLIGHT = "tcp.analysis.bytes_in_flight", "Bytes in flight", U32;
    PUSH_BYTES = "tcp.analysis.push_bytes_sent", "Bytes sent since last PSH flag", U32;
    ANALYSIS_FLAGS = "tcp.analysis.flags", "TCP Analysis Flags", None;
    RTO = "tcp.analysis.rto", "The RTO for this segment was", RelTime;
    RTO_FRAME = "tcp.analysis.rto_frame", "RTO based on delta from frame", FrameNum;
    DUP_ACK = "tcp.analysis.duplicate_ack", "This is a TCP duplicate ack", None;
    DUP_ACK_NUMBER = "tcp.analysis.duplicate_ack_num", "Duplicate ACK #", U32;
    DUP_ACK_FRAME = "tcp.analysis.duplicate_ack_frame", "Duplicate to the ACK in frame", FrameNum;
    PAYLOAD = "tcp.payload", "TCP payload", Bytes;
    MESSAGE_SIZE = "tcp.pdu.size", "PDU Size", U32;
    SEGMENT_DATA = "tcp.segment_data", "TCP segment data", Bytes;
    SEGMENTS = "tcp.segments", "Reassembled TCP Segments", None;
    SEGMENT = "tcp.segment", "TCP Segment", FrameNum;
    SEGMENT_COUNT = "tcp.segment.count", "Segment count", U32;
    REASSEMBLED_LEN = "tcp.reassembled.length", "Reassembled TCP length", U32;
    REASSEMBLED_DATA = "tcp.reassembled.data", "Reassembled TCP Data", Bytes;
    RESET_CAUSE = "tcp.reset_cause", "Reset cause", Str;
}

experts! {
    CHECKSUM_BAD = "tcp.checksum_bad.expert", "Bad checksum", Error, Checksum;
    BOGUS_HEADER = "tcp.bogus_header_length", "Bogus TCP header length", Error, Protocol;
    SHORT_SEGMENT = "tcp.short_segment", "Short segment. Segment/fragment does not contain a full TCP header (might be NMAP or someone else deliberately sending unusual packets)", Warning, Malformed;
    SYN_SEEN = "tcp.connection.syn", "Connection establish request (SYN)", Chat, Sequence;
    SYN_ACK_SEEN = "tcp.connection.synack", "Connection establish acknowledge (SYN+ACK)", Chat, Sequence;
    FIN_SEEN = "tcp.connection.fin", "Connection finish (FIN)", Chat, Sequence;
    RST_SEEN = "tcp.connection.rst", "Connection reset (RST)", Warning, Sequence;
    FIN_ACTIVE = "tcp.connection.fin_active", "This frame initiates the connection closing", Note, Sequence;
    FIN_PASSIVE = "tcp.connection.fin_passive", "This frame undergoes the connection closing", Note, Sequence;
    ACK_NONZERO = "tcp.ack.nonzero", "The acknowledgment number field is nonzero while the ACK flag is not set", Note, Protocol;
    URGENT_NONZERO = "tcp.urgent_pointer.non_zero", "The urgent pointer field is nonzero while the URG flag is not set", Note, Protocol;
    TFO_ACK = "tcp.analysis.tfo_ack", "TCP SYN-ACK accepting TFO data", Note, Sequence;
    TFO_SYN = "tcp.analysis.tfo_syn", "TCP SYN with TFO Cookie", Note, Sequence;
    REUSED = "tcp.analysis.reused_ports", "A new tcp session is started with the same ports as an earlier session in this trace", Note, Sequence;
    RETRANSMISSION = "tcp.analysis.retransmission", "This frame is a (suspected) retransmission", Note, Sequence;
    FAST = "tcp.analysis.fast_retransmission", "This frame is a (suspected) fast retransmission", Note, Sequence;
    SPURIOUS = "tcp.analysis.spurious_retransmission", "This frame is a (suspected) spurious retransmission", Note, Sequence;
    OUT_OF_ORDER = "tcp.analysis.out_of_order", "This frame is a (suspected) out-of-order segment", Warning, Sequence;
    LOST = "tcp.analysis.lost_segment", "Previous segment(s) not captured (common at capture start)", Warning, Sequence;
    ACK_LOST = "tcp.analysis.ack_lost_segment", "ACKed segment that wasn't captured (common at capture start)", Warning, Sequence;
    WINDOW_UPDATE = "tcp.analysis.window_update", "TCP window update", Chat, Sequence;
    WINDOW_FULL = "tcp.analysis.window_full", "TCP window specified by the receiver is now completely full", Warning, Sequence;
    KEEP_ALIVE = "tcp.analysis.keep_alive", "TCP keep-alive segment", Note, Sequence;
    KEEP_ALIVE_ACK = "tcp.analysis.keep_alive_ack", "ACK to a TCP keep-alive segment", Note, Sequence;
    DUPLICATE_ACK = "tcp.analysis.duplicate_ack", "Duplicate ACK", Note, Sequence;
    ZERO_WINDOW_PROBE = "tcp.analysis.zero_window_probe", "TCP Zero Window Probe", Note, Sequence;
    ZERO_WINDOW = "tcp.analysis.zero_window", "TCP Zero Window segment", Warning, Sequence;
    ZERO_WINDOW_PROBE_ACK = "tcp.analysis.zero_window_probe_ack", "ACK to a TCP Zero Window Probe", Note, Sequence;
}

names! {
    STATUSES { 0 = "Bad", 1 = "Good", 2 = "Unverified", 3 = "Not present", 4 = "Illegal" }
    /// How much of a connection was seen, as the sum of 1 for a SYN, 2 for its answer, 4 for an acknowledgment, 8 for
    /// data, 16 for a FIN and 32 for a RST.
    COMPLETE {
        1 = "Incomplete, SYN_SENT", 3 = "Incomplete, CLIENT_ESTABLISHED", 7 = "Incomplete, ESTABLISHED",
        15 = "Incomplete, DATA", 23 = "Complete, NO_DATA", 31 = "Complete, WITH_DATA", 39 = "Complete, NO_DATA",
        47 = "Complete, WITH_DATA", 55 = "Complete, NO_DATA", 63 = "Complete, WITH_DATA",
    }
}

fn write_header_len(words: u64, line: &mut Line) {
    line.dec(words * 4).str(" bytes (").dec(words).byte(b')');
}

fn write_status(status: u64, line: &mut Line) {
    line.str(crate::dissect::field::name_of(STATUSES, status).unwrap_or("Unknown"));
}

fn write_completeness(seen: u64, line: &mut Line) {
    line.str(crate::dissect::field::name_of(COMPLETE, seen).unwrap_or("Incomplete")).str(" (").dec(seen).byte(b')');
}
