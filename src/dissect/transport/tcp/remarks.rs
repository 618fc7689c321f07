//! What the Info text says of the analysis, in front of everything else.

use crate::conversation::tcp::analysis::{Remarks, Verdict};
use crate::dissect::line::Line;

/// The remarks in the order in which they are written.
const TEXTS: [(Remarks, &str); 14] = [
    (Remarks::ZERO_WINDOW_PROBE, "[TCP ZeroWindowProbe] "),
    (Remarks::ZERO_WINDOW_PROBE_ACK, "[TCP ZeroWindowProbeAck] "),
    (Remarks::ZERO_WINDOW, "[TCP ZeroWindow] "),
    (Remarks::KEEP_ALIVE, "[TCP Keep-Alive] "),
    (Remarks::WINDOW_FULL, "[TCP Window Full] "),
    (Remarks::KEEP_ALIVE_ACK, "[TCP Keep-Alive ACK] "),
    (Remarks::WINDOW_UPDATE, "[TCP Window Update] "),
    (Remarks::ACK_LOST, "[TCP ACKed unseen segment] "),
    (Remarks::LOST, "[TCP Previous segment not captured] "),
    (Remarks::SPURIOUS, "[TCP Spurious Retransmission] "),
    (Remarks::FAST, "[TCP Fast Retransmission] "),
    (Remarks::OUT_OF_ORDER, "[TCP Out-Of-Order] "),
    (Remarks::RETRANSMISSION, "[TCP Retransmission] "),
    (Remarks::PORTS_REUSED, "[TCP Port numbers reused] "),
];

/// Writes the remarks.
pub(super) fn write(verdict: &Verdict, line: &mut Line) {
    if verdict.remarks.any(Remarks::DUP_ACK) {
        let (frame, nth) = verdict.dup_ack;
        line.str("[TCP Dup ACK ").dec(frame).byte(b'#').dec(nth).str("] ");
    }
    for (remark, text) in TEXTS {
        if verdict.remarks.any(remark) {
            line.str(text);
        }
    }
}
