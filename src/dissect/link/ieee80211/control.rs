//! Control frames (IEEE 802.11 section 9.3.1).

use super::{AID, BSSID, DURATION, Frame, RECEIVER, TRANSMITTER, address};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;

const TRIGGER: u8 = 2;
const BEAMFORMING_POLL: u8 = 4;
const NDP_ANNOUNCEMENT: u8 = 5;
const BLOCK_ACK_REQUEST: u8 = 8;
const BLOCK_ACK: u8 = 9;
const PS_POLL: u8 = 10;
const RTS: u8 = 11;
const CF_END: u8 = 14;
const CF_END_ACK: u8 = 15;

/// Reads a control frame from behind its frame control field.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, frame: Frame) -> Result<(), Stop> {
    frame.write_flags(c.claim().str(frame.name()));
    let (receiver, transmitter) = match frame.subtype {
        PS_POLL => ("BSSID", Some("TA")),
        CF_END => ("RA", Some("BSSID")),
        TRIGGER | 3 | BEAMFORMING_POLL | NDP_ANNOUNCEMENT | BLOCK_ACK_REQUEST | BLOCK_ACK | RTS | CF_END_ACK => {
            ("RA", Some("TA"))
        }
        _ => ("RA", None),
    };
    c.le::<2>(if frame.subtype == PS_POLL { &AID } else { &DURATION })?;
    let to = address(c, &[if frame.subtype == PS_POLL { &BSSID } else { &RECEIVER }])?;
    c.row().dst = Address::Station(to, receiver);
    if let Some(role) = transmitter {
        let from = address(c, &[if role == "BSSID" { &BSSID } else { &TRANSMITTER }])?;
        c.row().src = Address::Station(from, role);
    }
    Ok(())
}
