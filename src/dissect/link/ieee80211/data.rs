//! Data frames (IEEE 802.11 section 9.3.2).

use super::{
    BSSID, DESTINATION, DURATION, FRAGMENT, FROM_DS, Frame, HT_CONTROL, MORE_FRAGMENTS, ORDER, PROTECTED, RECEIVER,
    SOURCE, TO_DS, TRANSMITTER, address, numbered,
};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::link::ethernet::{Ethernet, llc_or_ipx};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static AGGREGATE_LAYER: Field = Field::new("wlan_aggregate", "IEEE 802.11 Aggregate MSDU", Kind::Protocol);

fields! {
    QOS = "wlan.qos", "Qos Control", U16 hex;
    TID = "wlan.qos.tid", "TID", U16 mask(0x000f);
    EOSP = "wlan.qos.eosp", "EOSP", Bool bits(16) mask(0x0010) set;
    ACK_POLICY = "wlan.qos.ack", "Ack Policy", U16 hex mask(0x0060);
    AGGREGATE = "wlan.qos.amsdupresent", "Payload Type", Bool bits(16) mask(0x0080) flag("A-MSDU", "MSDU");
    IV = "wlan.ccmp.extiv", "CCMP Ext. Initialization Vector", Bytes;
    SUBFRAME_DESTINATION = "wlan_aggregate.a_mdsu.da", "Destination address", Ether;
    SUBFRAME_SOURCE = "wlan_aggregate.a_mdsu.sa", "Source address", Ether;
    SUBFRAME_LEN = "wlan_aggregate.a_mdsu.length", "A-MSDU Length", U16;
}

/// The bit of the subtype that means quality of service.
const QOS_BIT: u8 = 0x8;
/// The bit of the subtype that means that there is no data.
const NULL_BIT: u8 = 0x4;

/// Reads a data frame from behind its frame control field.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, frame: Frame) -> Result<(), Stop> {
    c.le::<2>(&DURATION)?;
    let sequence = addresses(c, frame)?;
    let qos = frame.subtype & QOS_BIT != 0;
    let control = if qos { quality(c)? } else { 0 };
    if qos && frame.flags.has(&ORDER) {
        c.le::<4>(&HT_CONTROL)?;
    }
    let header_len = c.pos().saturating_sub(frame.start);
    if frame.padded && !header_len.is_multiple_of(4) {
        c.skip(4 - header_len % 4)?;
    }
    c.layer_ends();
    if frame.subtype & NULL_BIT != 0 || c.reported() == 0 {
        return Ok(());
    }
    if frame.flags.has(&PROTECTED) {
        c.data();
        return Ok(());
    }
    if frame.flags.has(&MORE_FRAGMENTS) || FRAGMENT.cut(sequence) > 0 {
        c.claim().str("Fragmented IEEE 802.11 frame");
        c.data();
        return Ok(());
    }
    if control & AGGREGATE.mask != 0 {
        return c.call::<Aggregate>().map(|_taken| ());
    }
    payload(c)
}

/// The three or four addresses, of which the flags say whose they are, and the sequence control between them.
fn addresses<S: Sink>(c: &mut Cursor<'_, S>, frame: Frame) -> Result<u64, Stop> {
    let (to, from) = (frame.flags.has(&TO_DS), frame.flags.has(&FROM_DS));
    let roles: [&[&'static Field]; 3] = match (to, from) {
        (false, false) => [&[&RECEIVER, &DESTINATION], &[&TRANSMITTER, &SOURCE], &[&BSSID]],
        (true, false) => [&[&RECEIVER, &BSSID], &[&TRANSMITTER, &SOURCE], &[&DESTINATION]],
        (false, true) => [&[&RECEIVER, &DESTINATION], &[&TRANSMITTER, &BSSID], &[&SOURCE]],
        (true, true) => [&[&RECEIVER], &[&TRANSMITTER], &[&DESTINATION]],
    };
    let [first, second, third] = roles;
    let first = address(c, first)?;
    let second = address(c, second)?;
    let third = address(c, third)?;
    let (dst, src) = match (to, from) {
        (false, false) => (first, second),
        (true, false) => (third, second),
        (false, true) => (first, third),
        (true, true) => (third, c.peek::<6>(2).unwrap_or(second)),
    };
    (c.row().dst, c.row().src) = (Address::Mac(dst), Address::Mac(src));
    let sequence = numbered(c, frame)?;
    if to && from {
        address(c, &[&SOURCE])?;
    }
    Ok(sequence)
}

fn quality<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u64, Stop> {
    let control = c.le::<2>(&QOS)?;
    c.below(|c| {
        for field in [&TID, &EOSP, &ACK_POLICY, &AGGREGATE] {
            c.bits::<2>(field, control);
        }
    });
    Ok(control)
}

/// The payload: IEEE 802.2, or, where it repeats the frame's addresses, an Ethernet frame.
fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (src, dst) = (c.row().src, c.row().dst);
    let repeats = |offset, address| c.peek::<6>(offset).is_some_and(|bytes| Address::Mac(bytes) == address);
    let ethernet = repeats(6, src) || repeats(0, dst);
    c.give_way(|c| if ethernet { c.call::<Ethernet>().map(|_taken| ()) } else { llc_or_ipx(c) })
}

/// Several frames in one.
struct Aggregate;

impl Protocol for Aggregate {
    const LAYER: &'static Field = &AGGREGATE_LAYER;
    const NAME: &'static str = "802.11 Aggregate";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        while c.reported() >= 14 {
            let start = c.pos();
            c.fixed::<6>(&SUBFRAME_DESTINATION)?;
            c.fixed::<6>(&SUBFRAME_SOURCE)?;
            let len = usize::from(c.u16(&SUBFRAME_LEN)?);
            if len > c.reported() {
                return Err(Stop::Overrun);
            }
            c.give_way(|c| c.within(len, llc_or_ipx))?;
            let past = c.pos().saturating_sub(start) % 4;
            if past > 0 {
                c.seek(c.pos().saturating_add(4 - past));
            }
        }
        Ok(())
    }
}
