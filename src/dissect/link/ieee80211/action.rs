//! Action frames (IEEE 802.11 section 9.6).

use super::elements;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    CATEGORY = "wlan.fixed.category_code", "Category code", U8 names(CATEGORIES);
    ACTION = "wlan.fixed.action_code", "Action code", U8 hex;
    TOKEN = "wlan.fixed.dialog_token", "Dialog token", U8 hex;
    PARAMETERS = "wlan.fixed.baparams", "Block Ack Parameters", U16 hex;
    TIMEOUT = "wlan.fixed.batimeout", "Block Ack Timeout", U16 hex;
    SEQUENCE = "wlan.fixed.ssc", "Block Ack Starting Sequence Control (SSC)", U16 hex;
    STATUS = "wlan.fixed.status_code", "Status code", U16 hex;
    REASON = "wlan.fixed.reason_code", "Reason code", U16 hex;
}

names! {
    CATEGORIES {
        0 = "Spectrum Management (SM)",
        1 = "Quality of Service (QoS)",
        2 = "Direct-Link Setup (DLS)",
        3 = "Block Ack",
        4 = "Public Action",
        5 = "Radio Measurement",
        6 = "Fast BSS Transition",
        7 = "High Throughput",
        8 = "SA Query",
        9 = "Protected Dual of Public Action",
        10 = "WNM",
        11 = "Unprotected WNM",
        12 = "TDLS",
        13 = "Mesh",
        14 = "Multihop",
        15 = "Self-protected",
        21 = "VHT",
        126 = "Vendor-specific Protected",
        127 = "Vendor Specific",
    }
}

const SPECTRUM: u8 = 0;
const BLOCK_ACK: u8 = 3;
const RADIO_MEASUREMENT: u8 = 5;
const HIGH_THROUGHPUT: u8 = 7;

/// Reads an action frame's body.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    match c.u8(&CATEGORY)? {
        SPECTRUM => {
            c.u8(&ACTION)?;
            token(c)?;
            elements::dissect(c)
        }
        BLOCK_ACK => block_ack(c),
        RADIO_MEASUREMENT => {
            c.u8(&ACTION)?;
            c.u8(&TOKEN)?;
            elements::dissect(c)
        }
        HIGH_THROUGHPUT => c.u8(&ACTION).map(|_| ()),
        _ => Ok(()),
    }
}

fn token<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let token = c.u8(&TOKEN)?;
    c.info().str(", Dialog Token=").dec(token);
    Ok(())
}

fn block_ack<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    match c.u8(&ACTION)? {
        0 => {
            token(c)?;
            c.le::<2>(&PARAMETERS)?;
            c.le::<2>(&TIMEOUT)?;
            c.le::<2>(&SEQUENCE)?;
        }
        1 => {
            token(c)?;
            c.le::<2>(&STATUS)?;
            c.le::<2>(&PARAMETERS)?;
            c.le::<2>(&TIMEOUT)?;
        }
        2 => {
            c.le::<2>(&PARAMETERS)?;
            c.le::<2>(&REASON)?;
        }
        _ => {}
    }
    elements::dissect(c)
}
