//! ATA over Ethernet.

use hashbrown::HashMap;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::source::Time;
use crate::{fields, names};

static LAYER: Field = Field::new("aoe", "ATAoverEthernet", Kind::Protocol);

fields! {
    VERSION = "aoe.version", "Version", U8;
    FLAGS = "", "Flags", None;
    RESPONSE = "aoe.response", "Response flag", Bool mask(0x08) flag("Response", "Request");
    ERROR_FLAG = "aoe.flags_error", "Error flag", Bool mask(0x04) flag("Error", "No error");
    ERROR = "aoe.error", "Error", U8 names(ERRORS);
    MAJOR = "aoe.major", "Major", U16 hex;
    MINOR = "aoe.minor", "Minor", U8 hex;
    COMMAND = "aoe.cmd", "Command", U8 names(COMMANDS);
    TAG = "aoe.tag", "Tag", U32 hex;
    RESPONSE_TO = "aoe.response_to", "Response To", FrameNum;
    TIME = "aoe.time", "Time from request", RelTime;
    DEVICE_HEAD = "aoe.aflags.d", "D", Bool mask(0x10);
    EXTENDED = "aoe.aflags.e", "E", Bool mask(0x40) flag("LBA48 extended command", "Normal command");
    WRITE = "aoe.aflags.w", "W", Bool mask(0x01) flag("WRITE to the device", "No write to device");
    FEATURE = "aoe.err_feature", "Err/Feature", U8 hex;
    SECTORS = "aoe.sector_count", "Sector Count", U8;
    ATA_COMMAND = "aoe.ata.cmd", "ATA Cmd", U8 hex names(ATA_COMMANDS);
    ATA_STATUS = "aoe.ata.status", "ATA Status", U8 hex;
    LBA = "aoe.lba", "Lba", U64 hex;
}

names! {
    COMMANDS { 0 = "Issue ATA Command", 1 = "Query Config Information" }
    ERRORS {
        1 = "Unrecognized command code",
        2 = "Bad argument parameter",
        3 = "Device unavailable",
        4 = "Config string present",
        5 = "Unsupported version",
    }
    ATA_COMMANDS {
        0x00 = "NOP",
        0x08 = "Atapi soft reset",
        0x10 = "Recalibrate",
        0x20 = "Read sectors (with retry)",
        0x21 = "Read sectors (no retry)",
        0x22 = "Read long (with retry)",
        0x23 = "Read long (no retry)",
        0x24 = "Read ext",
        0x30 = "Write sectors (with retry)",
        0x31 = "Write sectors (no retry)",
        0x32 = "Write long (with retry)",
        0x33 = "Write long (no retry)",
        0x34 = "Write ext",
        0x3c = "Write verify",
        0x40 = "Read verify sectors (with retry)",
        0x41 = "Read verify sectors (no retry)",
        0x50 = "Format track",
        0x70 = "Seek",
        0x90 = "Execute device diagnostics",
        0x91 = "Initialize device parameters",
        0x92 = "Download microcode",
        0x94 = "Standy immediate",
        0x95 = "Idle immediate",
        0x96 = "Standby",
        0x97 = "Idle",
        0x98 = "Check power mode",
        0x99 = "Sleep",
        0xa0 = "Atapi packet",
        0xa1 = "Atapi identify device",
        0xa2 = "Atapi service",
        0xb0 = "Smart",
        0xc4 = "Read multiple",
        0xc5 = "Write multiple",
        0xc6 = "Set multiple mode",
        0xc8 = "Read dma (with retry)",
        0xc9 = "Read dma (no retry)",
        0xca = "Write dma (with retry)",
        0xcb = "Write dma (no retry)",
        0xde = "Door lock",
        0xdf = "Door unlock",
        0xe0 = "Standy immediate",
        0xe1 = "Idle immediate",
        0xe2 = "Standby",
        0xe3 = "Idle",
        0xe4 = "Read buffer",
        0xe5 = "Check power mode",
        0xe6 = "Sleep",
        0xe8 = "Write buffer",
        0xec = "Identify Device",
        0xed = "Media eject",
        0xee = "Identify device dma",
        0xef = "Set features",
        0xf1 = "Security set password",
        0xf2 = "Security unlock",
        0xf3 = "Security erase prepare",
        0xf4 = "Security erase unit",
        0xf5 = "Security freeze",
        0xf6 = "Security disable password",
    }
}

/// The version that is taken apart.
const KNOWN_VERSION: u8 = 1;
const ISSUE_ATA: u8 = 0;

/// A request that no response has been seen to.
#[derive(Clone, Copy)]
struct Request {
    command: u8,
    frame: u64,
    time: Option<Time>,
}

/// Requests remembered at most; with more, all are forgotten.
const MOST: usize = 1 << 14;

/// ATA requests by the two hosts, the lower first, and the tag.
#[derive(Default)]
struct Requests(HashMap<([u8; 6], [u8; 6], u32), Request>);

/// ATA over Ethernet.
pub struct Aoe;

impl Protocol for Aoe {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "AOE";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x88a2)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("AoE");
        c.claim();
        let Some(first) = c.peek_u8(0) else { return Err(c.short(1)) };
        c.put(&VERSION, c.pos(), c.pos() + 1, u64::from(first >> 4));
        c.skip(1)?;
        if first >> 4 != KNOWN_VERSION {
            return Ok(());
        }
        let response = first & 0x08 != 0;
        c.group(&FLAGS, |c| {
            c.append(|l| _ = l.str(if response { ": Response" } else { ": Request" }));
            c.bits::<1>(&RESPONSE, first.into());
            c.bits::<1>(&ERROR_FLAG, first.into());
            Ok(())
        })?;
        if first & 0x04 != 0 {
            let error = c.u8(&ERROR)?;
            match name_of(ERRORS, error.into()) {
                Some(name) => c.info().str("Error:").str(name).byte(b' '),
                None => c.info().str("Error:Unknown error<").dec(error).str("> "),
            };
        } else {
            c.skip(1)?;
        }
        c.u16(&MAJOR)?;
        c.u8(&MINOR)?;
        let command = c.u8(&COMMAND)?;
        match name_of(COMMANDS, command.into()) {
            Some(name) => c.info().str(name),
            None => c.info().str("Unknown command<").dec(command).byte(b'>'),
        };
        c.info().str(if response { " Response" } else { " Request" });
        let tag = c.u32(&TAG)?;
        if command == ISSUE_ATA { ata(c, response, tag) } else { Ok(()) }
    }
}

fn ata<S: Sink>(c: &mut Cursor<'_, S>, response: bool, tag: u32) -> Result<(), Stop> {
    let value = c.peek_u8(3).ok_or_else(|| c.short(4))?;
    let command = match request(c, response, tag, value) {
        Some(request) if response => {
            c.generated(&RESPONSE_TO, request.frame);
            if let (Some(asked), Some(now)) = (request.time, c.worker.frame.time) {
                c.generated(&TIME, now.since(asked) as u64);
            }
            Some(request.command)
        }
        _ if response => None,
        _ => Some(value),
    };
    let flags = c.be::<1>(&EXTENDED)?;
    if flags & 0x40 != 0 {
        c.bits::<1>(&DEVICE_HEAD, flags);
    }
    c.bits::<1>(&WRITE, flags);
    c.u8(&FEATURE)?;
    c.u8(&SECTORS)?;
    c.u8(if response { &ATA_STATUS } else { &ATA_COMMAND })?;
    if let Some(command) = command.filter(|_| response) {
        c.generated(&ATA_COMMAND, command.into());
    }
    if let Some(command) = command {
        match name_of(ATA_COMMANDS, command.into()) {
            Some(name) => c.info().str(" ATA:").str(name),
            None => c.info().str(" ATA: Unknown ATA<0x").hex(command, 2).byte(b'>'),
        };
    }
    let start = c.pos();
    let low = c.array::<6>()?.iter().rev().fold(0, |lba, &byte| lba << 8 | u64::from(byte));
    c.put(&LBA, start, start.saturating_add(6), low);
    Ok(())
}

/// Notes a request, or finds the one that a response answers.
fn request<S: Sink>(c: &mut Cursor<'_, S>, response: bool, tag: u32, command: u8) -> Option<Request> {
    let (Address::Mac(src), Address::Mac(dst)) = (c.row().src, c.row().dst) else { return None };
    let (frame, time) = (c.worker.frame.number, c.worker.frame.time);
    let Requests(open) = c.worker.state.shared.entry::<Requests>();
    let key = (src.min(dst), src.max(dst), tag);
    if response {
        return open.remove(&key);
    }
    if open.len() >= MOST {
        open.clear();
    }
    open.insert(key, Request { command, frame, time })
}
