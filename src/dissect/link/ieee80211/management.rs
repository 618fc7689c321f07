//! Management frames (IEEE 802.11 section 9.3.3).

use super::names::AUTHENTICATIONS;
use super::{
    BSSID, DESTINATION, DURATION, Frame, HT_CONTROL, ORDER, PROTECTED, RECEIVER, SOURCE, TRANSMITTER, address, numbered,
};
use super::{action, elements};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("wlan.mgt", "IEEE 802.11 Wireless Management", Kind::Protocol);

fields! {
    FIXED = "wlan.fixed.all", "Fixed parameters", None;
    TIMESTAMP = "wlan.fixed.timestamp", "Timestamp", U64;
    INTERVAL = "wlan.fixed.beacon", "Beacon Interval", U32;
    CAPABILITIES = "wlan.fixed.capabilities", "Capabilities Information", U16 hex;
    LISTEN = "wlan.fixed.listen_ival", "Listen Interval", U16 hex;
    CURRENT_AP = "wlan.fixed.current_ap", "Current AP", Ether;
    STATUS = "wlan.fixed.status_code", "Status code", U16 hex;
    REASON = "wlan.fixed.reason_code", "Reason code", U16 hex;
    ASSOCIATION = "wlan.fixed.aid", "Association ID", U16 hex mask(0x3fff);
    ALGORITHM = "wlan.fixed.auth.alg", "Authentication Algorithm", U16 names(AUTHENTICATIONS);
    AUTH_SEQUENCE = "wlan.fixed.auth_seq", "Authentication SEQ", U16 hex;
    DATA = "data.data", "Data", Bytes;
}

const ASSOCIATION_REQUEST: u8 = 0;
const ASSOCIATION_RESPONSE: u8 = 1;
const REASSOCIATION_REQUEST: u8 = 2;
const REASSOCIATION_RESPONSE: u8 = 3;
const PROBE_REQUEST: u8 = 4;
const PROBE_RESPONSE: u8 = 5;
const BEACON: u8 = 8;
const DISASSOCIATION: u8 = 10;
const AUTHENTICATION: u8 = 11;
const DEAUTHENTICATION: u8 = 12;
const ACTION: u8 = 13;
const ACTION_NO_ACK: u8 = 14;

/// Simultaneous authentication of equals.
const SAE: u16 = 3;

/// Reads a management frame from behind its frame control field.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, frame: Frame) -> Result<(), Stop> {
    c.le::<2>(&DURATION)?;
    let to = address(c, &[&RECEIVER, &DESTINATION])?;
    let from = address(c, &[&TRANSMITTER, &SOURCE])?;
    address(c, &[&BSSID])?;
    (c.row().dst, c.row().src) = (Address::Mac(to), Address::Mac(from));
    numbered(c, frame)?;
    if frame.flags.has(&ORDER) {
        c.le::<4>(&HT_CONTROL)?;
    }
    c.layer_ends();
    if frame.flags.has(&PROTECTED) {
        c.data();
        return Ok(());
    }
    match frame.subtype {
        ASSOCIATION_REQUEST => c.call::<Body<ASSOCIATION_REQUEST>>(),
        ASSOCIATION_RESPONSE => c.call::<Body<ASSOCIATION_RESPONSE>>(),
        REASSOCIATION_REQUEST => c.call::<Body<REASSOCIATION_REQUEST>>(),
        REASSOCIATION_RESPONSE => c.call::<Body<REASSOCIATION_RESPONSE>>(),
        PROBE_REQUEST => c.call::<Body<PROBE_REQUEST>>(),
        PROBE_RESPONSE => c.call::<Body<PROBE_RESPONSE>>(),
        BEACON => c.call::<Body<BEACON>>(),
        DISASSOCIATION => c.call::<Body<DISASSOCIATION>>(),
        AUTHENTICATION => c.call::<Body<AUTHENTICATION>>(),
        DEAUTHENTICATION => c.call::<Body<DEAUTHENTICATION>>(),
        ACTION | ACTION_NO_ACK => c.call::<Body<ACTION>>(),
        _ => Ok(false),
    }
    .map(|_taken| ())
}

/// What a frame of one subtype says: fixed fields, then elements.
struct Body<const SUBTYPE: u8>;

impl<const SUBTYPE: u8> Protocol for Body<SUBTYPE> {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "802.11 MGT";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[super::action::FIELDS, super::elements::FIELDS];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        match SUBTYPE {
            ASSOCIATION_REQUEST => fixed(c, |c| little(c, &[&CAPABILITIES, &LISTEN]))?,
            ASSOCIATION_RESPONSE | REASSOCIATION_RESPONSE => {
                fixed(c, |c| little(c, &[&CAPABILITIES, &STATUS, &ASSOCIATION]))?;
            }
            REASSOCIATION_REQUEST => fixed(c, |c| {
                little(c, &[&CAPABILITIES, &LISTEN])?;
                c.fixed::<6>(&CURRENT_AP).map(|_| ())
            })?,
            PROBE_RESPONSE | BEACON => fixed(c, beacon)?,
            DISASSOCIATION | DEAUTHENTICATION => fixed(c, |c| little(c, &[&REASON]))?,
            AUTHENTICATION if fixed(c, authentication)? => return Ok(()),
            ACTION => return action::dissect(c),
            _ => {}
        }
        elements::dissect(c)
    }
}

fn fixed<T, S: Sink>(
    c: &mut Cursor<'_, S>,
    body: impl FnOnce(&mut Cursor<'_, S>) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let start = c.pos();
    let mark = c.mark();
    let outcome = c.group(&FIXED, body);
    let len = c.pos().saturating_sub(start) as u64;
    if S::DETAIL {
        c.append_at(mark, |l| _ = l.str(" (").dec(len).str(" bytes)"));
    }
    outcome
}

/// Reads fields of two bytes.
fn little<S: Sink>(c: &mut Cursor<'_, S>, which: &[&'static Field]) -> Result<(), Stop> {
    which.iter().try_for_each(|field| c.le::<2>(field).map(|_| ()))
}

fn beacon<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.le::<8>(&TIMESTAMP)?;
    let interval = c.le::<2>(&INTERVAL)?;
    c.info().str(", BI=").dec(interval);
    c.le::<2>(&CAPABILITIES)?;
    // Without any element it is not whole.
    c.need(1)
}

/// Says whether the rest is not elements.
fn authentication<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let algorithm = c.le::<2>(&ALGORITHM)? as u16;
    c.le::<2>(&AUTH_SEQUENCE)?;
    let status = c.le::<2>(&STATUS)?;
    if algorithm == SAE && status == 0 {
        c.need(1)?;
        c.bytes(&DATA, c.remaining())?;
        return Ok(true);
    }
    Ok(false)
}
