//! What stands in a packet behind its header's visible part: its number and its frames, where there are keys for them.

use super::connection::{Cid, Connection, Connections, Level, Opened, Sealed};
use super::frames::{self, Speaker};
use super::version::PacketType;
use super::{
    DCID, FIXED_BIT, HEADER_FORM, KEY_PHASE, LEAST_SHORT_LEN, NO_SECRETS, NUMBER, NUMBER_LEN, PAYLOAD, PROTECTED,
    REMAINING, RESERVED, SHORT, SHORT_RESERVED, SPIN_BIT, connections, information, say, way,
};
use crate::conversation::slots::Slots;
use crate::dissect::application::tls::secrets::KeyLog;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Takes what is remembered of the connections out of its place for `body` to work with.
fn with<S: Sink, T>(
    c: &mut Cursor<'_, S>,
    body: impl FnOnce(&mut Cursor<'_, S>, &mut Connections) -> Result<T, Stop>,
) -> Result<Option<T>, Stop> {
    let Some(mut connections) = c.worker.state.slots().and_then(Slots::take::<Connections>) else { return Ok(None) };
    let outcome = body(c, &mut connections);
    if let Some(slots) = c.worker.state.slots() {
        slots.put(connections);
    }
    outcome.map(Some)
}

/// The number and payload of a packet with a long header, which starts at `start` and ends at `end`; what its first byte
/// hides goes to `mark`.
pub(super) fn long<S: Sink>(
    c: &mut Cursor<'_, S>,
    kind: PacketType,
    ids: (Cid, Cid),
    (start, mark, end): (usize, usize, usize),
) -> Result<(), Stop> {
    let (way, level) = (way(c), Level::of(kind));
    let sealed = c.whole().get(start..end).unwrap_or_default();
    let at = c.pos() - start;
    let found = with(c, |c, connections| {
        let mut text = std::mem::take(&mut connections.scratch);
        let Some(connection) = connections.of_long(way, super::Version(0), ids, (false, 0)) else { return Ok(false) };
        let side = connection.side(way);
        let opened = connection.open(Sealed { packet: sealed, at, side, level }, log(c), &mut text);
        let outcome = match opened {
            Ok(None) => Ok(false),
            Err(stop) => Err(stop),
            Ok(Some(opened)) => {
                revealed(c, &opened, (start, mark, end));
                c.info().str(", PKN: ").dec(opened.number);
                payload(c, connection, (side, level), &text, &opened).map(|()| true)
            }
        };
        connections.scratch = text;
        outcome
    })?;
    if found != Some(true) && end > c.pos() {
        c.expert(&NO_SECRETS);
        c.bytes(&REMAINING, end - c.pos())?;
    }
    Ok(())
}

/// The secrets that the capture has brought along.
fn log<'a, S: Sink>(c: &'a Cursor<'_, S>) -> Option<&'a KeyLog> {
    c.worker.state.shared.get()
}

/// Records what the protection hid of a long header.
fn revealed<S: Sink>(c: &mut Cursor<'_, S>, opened: &Opened, (start, mark, end): (usize, usize, usize)) {
    let (at, bare) = (c.pos(), opened.bare);
    _ = c.insert_at(mark, |c| {
        for field in [&RESERVED, &NUMBER_LEN] {
            c.put(field, start, start + 1, bare.first.into());
        }
        Ok(())
    });
    c.put(&NUMBER, at, at + bare.number_len, opened.number);
    c.put(&PAYLOAD, at + bare.number_len, end, 0);
}

/// The frames of a payload that was opened.
fn payload<S: Sink>(
    c: &mut Cursor<'_, S>,
    connection: &mut Connection,
    (side, level): (usize, Level),
    text: &[u8],
    opened: &Opened,
) -> Result<(), Stop> {
    if !opened.authentic {
        return Ok(());
    }
    let version = connection.version;
    let mut inner = c.over("Decrypted QUIC", text);
    let mut speaker = Speaker { connection, side, level, piece: frames::Piece::default() };
    if version.is_google() {
        super::google_frames::dissect(&mut inner, version, &mut speaker)
    } else {
        frames::dissect(&mut inner, &mut speaker)
    }
}

/// A packet with a short header (RFC 9000, 17.3).
pub(super) fn short<S: Sink>(c: &mut Cursor<'_, S>, first_dcid: Option<Cid>) -> Result<(), Stop> {
    let way = way(c);
    let rest = c.rest().get(1..).unwrap_or_default();
    let known = connections(c).and_then(|connections| connections.of_short(way, rest));
    let (dcid, number) = known.unzip();
    match first_dcid {
        None if c.reported() < LEAST_SHORT_LEN => return Err(Stop::Malformed),
        Some(first) if dcid != Some(first) => {
            c.keep_silent();
            c.seek(c.end());
            return Ok(());
        }
        _ => {}
    }
    let dcid = dcid.unwrap_or_default();
    information(c, number, first_dcid.is_none(), c.end());
    let start = c.pos();
    let opened = with(c, |c, connections| {
        let Some(connection) = number.and_then(|number| connections.numbered(number)) else { return Ok(false) };
        let (side, level) = (connection.side(way), Level::Application);
        let sealed =
            Sealed { packet: c.whole().get(start..).unwrap_or_default(), at: 1 + dcid.as_bytes().len(), side, level };
        let mut text = Vec::new();
        let Ok(Some(opened)) = connection.open(sealed, log(c), &mut text) else { return Ok(false) };
        short_header(c, &dcid, Some(&opened))?;
        let phase = if opened.bare.key_phase() { "Protected Payload (KP1)" } else { "Protected Payload (KP0)" };
        say(c, phase, (&dcid, &Cid::default())).str(", PKN: ").dec(opened.number);
        payload(c, connection, (side, level), &text, &opened).map(|()| true)
    });
    let opened = opened?;
    if opened != Some(true) {
        short_header(c, &dcid, None)?;
        say(c, "Protected Payload (KP0)", (&dcid, &Cid::default()));
        if c.remaining() > 0 {
            let missed = number.zip(connections(c)).is_some_and(|(number, known)| known.misses_keys(number));
            if missed {
                c.expert(&NO_SECRETS);
            }
            c.bytes(&REMAINING, c.remaining())?;
        }
    }
    c.seek(c.end());
    Ok(())
}

/// Records a short header, and what its protection hid if that is known.
fn short_header<S: Sink>(c: &mut Cursor<'_, S>, dcid: &Cid, opened: Option<&Opened>) -> Result<(), Stop> {
    let heading = c.mark();
    c.group(&SHORT, |c| {
        let start = c.pos();
        let first = c.be::<1>(&HEADER_FORM)?;
        c.bits::<1>(&FIXED_BIT, first);
        c.bits::<1>(&SPIN_BIT, first);
        if let Some(opened) = opened {
            for field in [&SHORT_RESERVED, &KEY_PHASE, &NUMBER_LEN] {
                c.put(field, start, start + 1, opened.bare.first.into());
            }
        }
        if !dcid.as_bytes().is_empty() {
            c.bytes(&DCID, dcid.as_bytes().len())?;
        }
        if let Some(opened) = opened {
            let at = c.pos();
            c.put(&NUMBER, at, at + opened.bare.number_len, opened.number);
            c.put(&PROTECTED, at + opened.bare.number_len, c.end(), 0);
        }
        Ok(())
    })?;
    if !dcid.as_bytes().is_empty() {
        c.append_at(heading, |l| _ = l.str(" DCID=").hex_bytes(dcid.as_bytes(), ""));
    }
    if let Some(opened) = opened {
        c.append_at(heading, |l| _ = l.str(" PKN=").dec(opened.number));
    }
    Ok(())
}
