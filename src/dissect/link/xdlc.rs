//! The control field of HDLC and its descendants: LLC, LAPB, LAPD, Frame Relay (ISO/IEC 13239).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::names;

names! {
    /// Frame types by the control field's last two bits.
    pub FRAME_TYPES { 0 = "Information frame", 1 = "Supervisory frame", 2 = "Information frame", 3 = "Unnumbered frame" }
    /// Supervisory functions.
    pub SUPERVISORY { 0 = "Receiver ready", 1 = "Receiver not ready", 2 = "Reject", 3 = "Selective reject" }
    /// Unnumbered functions of commands.
    pub COMMANDS {
        0x00 = "Unnumbered Information",
        0x01 = "Set Initialization Mode",
        0x03 = "Set Asynchronous Response Mode",
        0x08 = "Unnumbered Poll",
        0x0b = "Set Asynchronous Balanced Mode",
        0x10 = "Disconnect",
        0x13 = "Set Asynchronous Response Mode Extended",
        0x18 = "Unnumbered Acknowledge",
        0x1b = "Set Asynchronous Balanced Mode Extended",
        0x20 = "Set Normal Response Mode",
        0x21 = "Frame reject",
        0x23 = "Reset",
        0x2b = "Exchange identification",
        0x31 = "Configure",
        0x33 = "Set Normal Response Mode Extended",
        0x38 = "Test",
        0x3b = "Beacon",
    }
    /// Unnumbered functions of responses.
    pub RESPONSES {
        0x00 = "Unnumbered Information",
        0x01 = "Request Initialization Mode",
        0x03 = "Disconnected mode",
        0x08 = "Unnumbered Poll",
        0x0b = "Set Asynchronous Balanced Mode",
        0x10 = "Request Disconnect",
        0x13 = "Set Asynchronous Response Mode Extended",
        0x18 = "Unnumbered Acknowledge",
        0x1b = "Set Asynchronous Balanced Mode Extended",
        0x20 = "Set Normal Response Mode",
        0x21 = "Frame reject",
        0x23 = "Reset",
        0x2b = "Exchange identification",
        0x31 = "Configure",
        0x33 = "Set Normal Response Mode Extended",
        0x38 = "Test",
        0x3b = "Beacon",
    }
    SHORT_SUPERVISORY { 0 = "RR", 1 = "RNR", 2 = "REJ", 3 = "SREJ" }
    SHORT_COMMANDS {
        0x00 = "UI", 0x01 = "SIM", 0x03 = "SARM", 0x08 = "UP", 0x0b = "SABM", 0x10 = "DISC", 0x13 = "SARME", 0x18 = "UA",
        0x1b = "SABME", 0x20 = "SNRM", 0x21 = "FRMR", 0x23 = "RESET", 0x2b = "XID", 0x31 = "CFGR", 0x33 = "SNRME",
        0x38 = "TEST", 0x3b = "BCN",
    }
    SHORT_RESPONSES {
        0x00 = "UI", 0x01 = "RIM", 0x03 = "DM", 0x08 = "UP", 0x0b = "SABM", 0x10 = "RD", 0x13 = "SARME", 0x18 = "UA",
        0x1b = "SABME", 0x20 = "SNRM", 0x21 = "FRMR", 0x23 = "RESET", 0x2b = "XID", 0x31 = "CFGR", 0x33 = "SNRME",
        0x38 = "TEST", 0x3b = "BCN",
    }
}

/// A control field's fields: those of the one-byte form and of the two-byte form, which is read least significant
/// byte first. A form that the protocol does not have may name any fields.
pub struct ControlFields {
    /// The whole.
    pub whole: &'static Field,
    /// Of unnumbered frames: poll, final, the function of a command and of a response, the frame type.
    pub unnumbered: [&'static Field; 5],
    /// Of numbered frames: N(R), N(S), poll, final, supervisory function, frame type of I and of S frames.
    pub numbered: [&'static Field; 7],
}

/// A control field, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// An information frame.
    Information {
        /// N(R).
        receive: u8,
        /// N(S).
        send: u8,
        /// The poll bit.
        poll: bool,
    },
    /// A supervisory frame.
    Supervisory {
        /// Which function: 0 is RR.
        function: u8,
        /// N(R).
        receive: u8,
        /// The poll or final bit.
        poll: bool,
    },
    /// An unnumbered frame.
    Unnumbered {
        /// The function, as the six modifier bits.
        function: u8,
        /// The poll or final bit.
        poll: bool,
    },
}

/// The function of unnumbered information.
pub const UI: u8 = 0x00;
/// The function of an exchange of identification.
pub const XID: u8 = 0x2b;

impl Control {
    /// Whether user data follows that the payload's protocol is to see.
    pub fn carries_data(self) -> bool {
        matches!(self, Self::Information { .. } | Self::Unnumbered { function: UI, .. })
    }
    /// Writes the field down: `S F, func=RR, N(R)=4`.
    pub fn write(self, response: bool, line: &mut Line) {
        let bit = |set: bool, response: bool| {
            if !set {
                ""
            } else if response {
                " F"
            } else {
                " P"
            }
        };
        match self {
            Self::Information { receive, send, poll } => {
                line.byte(b'I').str(bit(poll, false)).str(", N(R)=").dec(receive).str(", N(S)=").dec(send);
            }
            Self::Supervisory { function, receive, poll } => {
                let name = name_of(SHORT_SUPERVISORY, function.into()).unwrap_or_default();
                line.byte(b'S').str(bit(poll, response)).str(", func=").str(name).str(", N(R)=").dec(receive);
            }
            Self::Unnumbered { function, poll } => {
                let names = if response { SHORT_RESPONSES } else { SHORT_COMMANDS };
                line.byte(b'U')
                    .str(bit(poll, response))
                    .str(", func=")
                    .str(name_of(names, function.into()).unwrap_or("Unknown"));
            }
        }
    }
}

/// Reads a control field; `extended` where numbered frames have the two-byte form.
///
/// # Errors
/// As [`Cursor::need`].
pub fn read<S: Sink>(
    c: &mut Cursor<'_, S>,
    fields: &ControlFields,
    extended: bool,
    response: bool,
) -> Result<Control, Stop> {
    let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    let wide = extended && first & 3 != 3;
    let raw = if wide { c.le::<2>(fields.whole)? } else { c.be::<1>(fields.whole)? };
    let control = decode(raw, wide);
    if S::DETAIL {
        c.label(|l| {
            control.write(response, l.str("Control field: "));
            l.str(" (0x").hex_upper(raw, if wide { 4 } else { 2 }).byte(b')');
        });
        c.below(|c| parts(c, fields, control, raw, wide, response));
    }
    Ok(control)
}

fn decode(raw: u64, wide: bool) -> Control {
    let low = raw as u8;
    let (receive, send, poll) = if wide {
        ((raw >> 9) as u8 & 0x7f, low >> 1, raw & 0x100 != 0)
    } else {
        (low >> 5, low >> 1 & 7, low & 0x10 != 0)
    };
    match low & 3 {
        3 => Control::Unnumbered { function: low >> 2 & 0x3b, poll: low & 0x10 != 0 },
        1 => Control::Supervisory { function: low >> 2 & 3, receive, poll },
        _ => Control::Information { receive, send, poll },
    }
}

fn parts<S: Sink>(
    c: &mut Cursor<'_, S>,
    fields: &ControlFields,
    control: Control,
    raw: u64,
    wide: bool,
    response: bool,
) {
    let end = c.pos();
    let start = end.saturating_sub(if wide { 2 } else { 1 });
    let mut put = |field| c.put(field, start, end, raw);
    let [u_poll, u_final, command, answer, u_type] = fields.unnumbered;
    let [receive, send, poll, last, function, i_type, s_type] = fields.numbered;
    match control {
        Control::Information { poll: set, .. } => {
            put(receive);
            put(send);
            if set {
                put(poll);
            }
            put(i_type);
        }
        Control::Supervisory { poll: set, .. } => {
            put(receive);
            if set {
                put(if response { last } else { poll });
            }
            put(function);
            put(s_type);
        }
        Control::Unnumbered { poll: set, .. } => {
            if set {
                put(if response { u_final } else { u_poll });
            }
            put(if response { answer } else { command });
            put(u_type);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Control, decode};

    #[test]
    fn both_forms_decode() {
        assert_eq!(decode(0x03, false), Control::Unnumbered { function: 0, poll: false });
        assert_eq!(decode(0x7f, false), Control::Unnumbered { function: 0x1b, poll: true });
        assert_eq!(decode(0x0502, true), Control::Information { receive: 2, send: 1, poll: true });
        assert_eq!(decode(0x0805, true), Control::Supervisory { function: 1, receive: 4, poll: false });
        assert_eq!(decode(0xb1, false), Control::Supervisory { function: 0, receive: 5, poll: true });
    }
}
