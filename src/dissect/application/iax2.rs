//! IAX2, by which Asterisk exchanges calls (RFC 5456).

use crate::conversation::recent::Recent;
use crate::conversation::slots::Slots;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("iax2", "Inter-Asterisk eXchange v2", Kind::Protocol);

fields! {
    PACKET_TYPE = "iax2.packet_type", "Packet type", None;
    SRC_CALL = "iax2.src_call", "Source call", U16 mask(0x7fff);
    DST_CALL = "iax2.dst_call", "Destination call", U16 mask(0x7fff);
    RETRANSMISSION = "iax2.retransmission", "Retransmission", Bool bits(16) mask(0x8000);
    TIMESTAMP = "iax2.timestamp", "Timestamp", U32;
    OUT_SEQUENCE = "iax2.oseqno", "Outbound seq.no.", U16;
    IN_SEQUENCE = "iax2.iseqno", "Inbound seq.no.", U16;
    TYPE = "iax2.type", "Type", U8 names(TYPES);
    IAX_SUBCLASS = "iax2.iax.subclass", "IAX subclass", U8 names(COMMANDS);
    CONTROL_SUBCLASS = "iax2.control.subclass", "Control subclass", U8 names(CONTROLS);
    MODEM_SUBCLASS = "iax2.modem.subclass", "Modem subclass", U8 names(MODEMS);
    DTMF_SUBCLASS = "iax2.dtmf.subclass", "DTMF subclass (digit)", Str;
    VOICE_SUBCLASS = "iax2.voice.subclass", "Voice Subclass (compressed codec no)", U8;
    VIDEO_SUBCLASS = "iax2.video.subclass", "Video Subclass (compressed codec no)", U8;
    SUBCLASS = "iax2.subclass", "Unknown subclass", U8;
    ELEMENT = "", "Information Element", None;
    ELEMENT_ID = "iax2.ie_id", "IE id", U8 names(ELEMENTS);
    ELEMENT_LENGTH = "iax2.length", "Length", U8;
    ELEMENT_VALUE = "iax2.iax.unknowndata", "Value", Bytes;
    TEXT = "iax2.iax.text_data", "Text", Str;
    PAYLOAD = "iax2.payload_data", "IAX2 payload", Bytes;
    TRUNK_COMMAND = "iax2.trunk.cmddata", "Trunk command data", U8 hex;
    TRUNK_TIMESTAMP = "iax2.trunk.timestamp", "Timestamp", U32;
    TRUNK_CALL = "iax2.trunk.call.scallno", "Source call", U16;
    TRUNK_LENGTH = "iax2.trunk.call.len", "Data length", U16;
}

names! {
    TYPES {
        0 = "(0?)", 1 = "DTMF End", 2 = "Voice", 3 = "Video", 4 = "Control", 5 = "NULL", 6 = "IAX", 7 = "Text",
        8 = "Image", 9 = "HTML", 10 = "Comfort Noise", 11 = "Modem", 12 = "DTMF Begin",
    }
    COMMANDS {
        0 = "(0?)", 1 = "NEW", 2 = "PING", 3 = "PONG", 4 = "ACK", 5 = "HANGUP", 6 = "REJECT", 7 = "ACCEPT",
        8 = "AUTHREQ", 9 = "AUTHREP", 10 = "INVAL", 11 = "LAGRQ", 12 = "LAGRP", 13 = "REGREQ", 14 = "REGAUTH",
        15 = "REGACK", 16 = "REGREJ", 17 = "REGREL", 18 = "VNAK", 19 = "DPREQ", 20 = "DPREP", 21 = "DIAL",
        22 = "TXREQ", 23 = "TXCNT", 24 = "TXACC", 25 = "TXREADY", 26 = "TXREL", 27 = "TXREJ", 28 = "QUELCH",
        29 = "UNQULCH", 30 = "POKE", 31 = "PAGE", 32 = "MWI", 33 = "UNSUPPORTED", 34 = "TRANSFER", 35 = "PROVISION",
        36 = "FWDOWNL", 37 = "FWDATA", 38 = "TXMEDIA", 39 = "RTKEY", 40 = "CALLTOKEN",
    }
    CONTROLS {
        0 = "(0?)", 1 = "HANGUP", 2 = "RING", 3 = "RINGING", 4 = "ANSWER", 5 = "BUSY", 6 = "TKOFFHK", 7 = "OFFHOOK",
        255 = "stop sounds",
    }
    MODEMS {
        0 = "(0?)", 1 = "T.38", 2 = "V.150",
    }
    ELEMENTS {
        1 = "Number/extension being called", 2 = "Calling number", 3 = "Calling number ANI for billing",
        4 = "Name of caller", 5 = "Context for number", 6 = "Username (peer or user) for authentication",
        7 = "Password for authentication", 8 = "Actual codec capability", 9 = "Desired codec format",
        10 = "Desired language", 11 = "Protocol version", 12 = "CPE ADSI capability", 13 = "Originally dialed DNID",
        14 = "Authentication method(s)", 15 = "Challenge data for MD5/RSA", 16 = "MD5 challenge result",
        17 = "RSA challenge result", 18 = "Apparent address of peer", 19 = "When to refresh registration",
        20 = "Dialplan status", 21 = "Call number of peer", 22 = "Cause", 23 = "Unknown IAX command",
        24 = "How many messages waiting", 25 = "Request auto-answering", 26 = "Request musiconhold with QUELCH",
        27 = "Transfer Request Identifier", 28 = "Referring DNIS", 29 = "Provisioning info",
        30 = "AES Provisioning info", 31 = "Date/Time", 32 = "Device type", 33 = "Service Identifier",
        34 = "Firmware revision", 35 = "Firmware block description", 36 = "Firmware block of data",
        37 = "Provisioning version", 38 = "Calling presentation", 39 = "Calling type of number",
        40 = "Calling transit network select", 41 = "Supported sampling rates", 42 = "Hangup cause",
        43 = "Encryption format", 44 = "Raw encryption key", 45 = "Codec preferences", 46 = "Received jitter",
        47 = "Received loss", 48 = "Received frames", 49 = "Max playout delay in ms for received frames",
        50 = "Dropped frames", 51 = "Frames received out of order", 52 = "IAX2 variable", 53 = "OSP Token",
        54 = "Call Token", 55 = "64-bit codec capability", 56 = "64-bit codec format", 255 = "Data call format",
    }
    CODECS {
        0x1 = "G.723.1 compression",
        0x2 = "GSM compression",
        0x4 = "Raw mu-law data (G.711)",
        0x8 = "Raw A-law data (G.711)",
        0x10 = "ADPCM (G.726), 32kbps, AAL2 codeword packing)",
        0x20 = "ADPCM (IMA)",
        0x40 = "Raw 16-bit Signed Linear (8000 Hz) PCM",
        0x80 = "LPC10, 180 samples/frame",
        0x100 = "G.729a Audio",
        0x200 = "SpeeX Free Compression",
        0x400 = "iLBC Free Compression",
        0x800 = "ADPCM (G.726, 32kbps, RFC3551 codeword packing)",
        0x1000 = "G.722",
        0x2000 = "G.722.1 (also known as Siren7, 32kbps assumed)",
        0x4000 = "G.722.1 Annex C (also known as Siren14, 48kbps assumed)",
        0x8000 = "Raw 16-bit Signed Linear (16000 Hz) PCM",
        0x10000 = "JPEG Images",
        0x20000 = "PNG Images",
        0x40000 = "H.261 Video",
        0x80000 = "H.263 Video",
        0x100000 = "H.263+ Video",
        0x200000 = "H.264 Video",
        0x400000 = "MPEG4 Video",
        0x800000 = "VP8 Video",
        0x4000000 = "T.140 RED Text format RFC 4103",
        0x8000000 = "T.140 Text format - ITU T.140, RFC 4103",
        0x100000000 = "G.719 (64 kbps assumed)",
        0x200000000 = "SpeeX Wideband (16kHz) Free Compression",
        0x400000000 = "Opus audio (8kHz, 16kHz, 24kHz, 48Khz)",
        0x800000000000 = "Raw testing-law data (G.711)",
    }
}

/// The bit that tells a full frame, and in the next field a repetition.
const FULL: u16 = 0x8000;
/// Types of frames.
const DTMF_END: u8 = 1;
const VOICE: u8 = 2;
const VIDEO: u8 = 3;
const CONTROL: u8 = 4;
const IAX: u8 = 6;
const TEXT_FRAME: u8 = 7;
const HTML: u8 = 9;
const MODEM: u8 = 11;
const DTMF_BEGIN: u8 = 12;
/// Marks the last frame of a picture.
const MARK: u8 = 0x40;
/// The command of a trunk.
const TRUNK: u8 = 1;
/// Calls that are remembered of two hosts at most.
const MOST_CALLS: usize = 64;
/// Calls of a trunk that are counted at most.
const MOST_TRUNKED: usize = 64;

/// The codec last heard on each call, by its number and the direction.
#[derive(Default)]
struct Calls(Recent<(u16, usize), u64, MOST_CALLS>);

/// IAX2.
pub struct Iax2;

impl Protocol for Iax2 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IAX2";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(4569)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IAX2");
        c.claim();
        let first = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        c.group(&PACKET_TYPE, |c| {
            if first & FULL != 0 {
                c.label(|l| _ = l.str("Packet type: Full packet (1)"));
                return full(c);
            }
            if first != 0 {
                c.label(|l| _ = l.str("Packet type: Mini voice packet (0)"));
                return mini(c, "Mini packet");
            }
            let second = c.peek_u16(2).ok_or_else(|| c.short(4))?;
            if second & FULL != 0 {
                c.label(|l| _ = l.str("Packet type: Mini video packet (2)"));
                c.skip(2)?;
                return mini(c, "Mini video packet");
            }
            c.label(|l| _ = l.str("Packet type: Meta packet (3)"));
            c.skip(2)?;
            trunk(c)
        })
    }
}

/// A frame with all that there is to say of it.
fn full<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.need(12)?;
    let src = c.u16(&SRC_CALL)? & !FULL;
    let dst = c.u16(&DST_CALL)?;
    c.bits::<2>(&RETRANSMISSION, dst.into());
    let time = c.u32(&TIMESTAMP)?;
    c.read_all(&[(&OUT_SEQUENCE, 1), (&IN_SEQUENCE, 1)])?;
    let kind = c.u8(&TYPE)?;
    let line = c.info();
    match name_of(TYPES, kind.into()) {
        Some(name) => line.str(name),
        None => line.str("Unknown (0x").hex(kind, 2).byte(b')'),
    };
    line.str(", source call# ").dec(src).str(", timestamp ").dec(time).str("ms");
    c.below(|c| match kind {
        IAX => {
            let subclass = c.u8(&IAX_SUBCLASS)?;
            named(c.info(), &IAX_SUBCLASS, subclass);
            elements(c)
        }
        CONTROL => {
            let subclass = c.u8(&CONTROL_SUBCLASS)?;
            named(c.info(), &CONTROL_SUBCLASS, subclass);
            Ok(())
        }
        MODEM => {
            let subclass = c.u8(&MODEM_SUBCLASS)?;
            named(c.info(), &MODEM_SUBCLASS, subclass);
            Ok(())
        }
        DTMF_BEGIN | DTMF_END => {
            let digit = c.bytes(&DTMF_SUBCLASS, 1)?;
            c.info().str(" digit ");
            if digit != [0] {
                c.info().bytes(digit);
            }
            Ok(())
        }
        VOICE | VIDEO => media(c, kind, src),
        TEXT_FRAME | HTML => {
            c.skip(1)?;
            if kind == TEXT_FRAME && c.remaining() > 0 { c.bytes(&TEXT, c.remaining()).map(|_| ()) } else { Ok(()) }
        }
        _ => {
            let subclass = c.u8(&SUBCLASS)?;
            c.info().str(" subclass ").dec(subclass);
            Ok(())
        }
    })?;
    payload(c)
}

/// Sound or picture in a full frame, which says how it is coded.
fn media<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, src: u16) -> Result<(), Stop> {
    let subclass = c.u8(if kind == VOICE { &VOICE_SUBCLASS } else { &VIDEO_SUBCLASS })?;
    let mut code = subclass;
    if kind == VIDEO && subclass & MARK != 0 {
        code &= !MARK;
        c.info().str(", Mark");
    }
    // Large values are given as powers of two.
    let codec = if code & 0x80 == 0 { code.into() } else { 1 << (code & 0x1f) };
    write_codec(c.info(), codec);
    let way = c.worker.state.current.map_or(0, |current| current.way());
    if kind == VOICE
        && let Some(slots) = c.worker.state.slots()
    {
        slots.entry::<Calls>().0.insert((src, way), codec);
    }
    Ok(())
}

fn write_codec(line: &mut Line, codec: u64) {
    line.str(", ").str(name_of(CODECS, codec).unwrap_or("unknown (0x0000)"));
}

fn named(line: &mut Line, field: &'static Field, subclass: u8) {
    match field.name(subclass.into()) {
        Some(name) => line.byte(b' ').str(name),
        None => line.str(" unknown (0x").hex(subclass, 2).byte(b')'),
    };
}

/// A frame of a call whose codec a full frame told before.
fn mini<S: Sink>(c: &mut Cursor<'_, S>, name: &str) -> Result<(), Stop> {
    let call = c.u16(&SRC_CALL)? & !FULL;
    let time = c.be::<2>(&TIMESTAMP)?;
    let way = c.worker.state.current.map_or(0, |current| current.way());
    let calls = c.worker.state.slots().map(Slots::entry::<Calls>);
    let codec = calls.and_then(|calls| calls.0.get(&(call, way)).copied()).unwrap_or(1);
    let line = c.info().str(name).str(", source call# ").dec(call).str(", timestamp ").dec(time).str("ms");
    write_codec(line, codec);
    payload(c)
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.remaining() > 0 {
        c.bytes(&PAYLOAD, c.remaining())?;
    }
    Ok(())
}

/// Reads what a message says, element by element.
fn elements<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.group(&ELEMENT, |c| {
            c.u8(&ELEMENT_ID)?;
            let len = c.u8(&ELEMENT_LENGTH)?;
            c.bytes(&ELEMENT_VALUE, len.into())?;
            Ok(())
        })?;
    }
    Ok(())
}

/// Frames of several calls between the same hosts, in one packet.
fn trunk<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let command = c.array::<1>()?[0];
    let flags = c.u8(&TRUNK_COMMAND)?;
    if command != TRUNK {
        c.info().str("Trunk packet with 0 media frames for 0 calls");
        return Ok(());
    }
    let mut calls = [0_u16; MOST_TRUNKED];
    let (mut distinct, mut frames) = (0_usize, 0_u64);
    if c.remaining() >= 4 {
        c.u32(&TRUNK_TIMESTAMP)?;
    }
    let timed = flags & 1 != 0;
    while c.remaining() >= if timed { 6 } else { 4 } {
        let (call, len) = if timed {
            let len = c.u16(&TRUNK_LENGTH)?;
            let call = c.u16(&TRUNK_CALL)?;
            c.be::<2>(&TIMESTAMP)?;
            (call, len)
        } else {
            let call = c.u16(&TRUNK_CALL)?;
            (call, c.u16(&TRUNK_LENGTH)?)
        };
        let len = usize::from(len);
        if len > c.remaining() {
            break;
        }
        c.bytes(&PAYLOAD, len)?;
        frames += 1;
        if !calls.iter().take(distinct).any(|&known| known == call)
            && let Some(place) = calls.get_mut(distinct)
        {
            *place = call;
            distinct += 1;
        }
    }
    let line = c.info().str("Trunk packet with ").dec(frames);
    line.str(if frames == 1 { " media frame for " } else { " media frames for " }).dec(distinct as u64);
    line.str(if distinct == 1 { " call" } else { " calls" });
    Ok(())
}
