//! IEEE 802.15.4: low-rate wireless networks, as sensors and lamps use them.

mod beacon;
mod commands;
mod elements;
mod names;
mod physical;
mod security;

pub use physical::{NonAsk, Tap, WithoutChecksum};

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::network::sixlowpan::SixLowPan;
use crate::dissect::network::zigbee::ZigBee;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{experts, fields};

use names::{ADDRESSING, COMMANDS, FRAME_TYPES, VERSIONS};

/// The layer of every frame, however it was captured.
pub(super) static LAYER: Field = Field::new("wpan", "IEEE 802.15.4", Kind::Protocol);

fields! {
    FCF = "wpan.fcf", "Frame Control Field", U16 hex;
    FRAME_TYPE = "wpan.frame_type", "Frame Type", U16 hex mask(0x7) names(FRAME_TYPES);
    SECURITY = "wpan.security", "Security Enabled", Bool bits(16) mask(0x8);
    PENDING = "wpan.pending", "Frame Pending", Bool bits(16) mask(0x10);
    ACK_REQUEST = "wpan.ack_request", "Acknowledge Request", Bool bits(16) mask(0x20);
    COMPRESSION = "wpan.pan_id_compression", "PAN ID Compression", Bool bits(16) mask(0x40);
    FCF_RESERVED = "wpan.fcf.reserved", "Reserved", Bool bits(16) mask(0x80);
    SUPPRESSION = "wpan.seqno_suppression", "Sequence Number Suppression", Bool bits(16) mask(0x100);
    IE_PRESENT = "wpan.ie_present", "Information Elements Present", Bool bits(16) mask(0x200);
    DST_MODE = "wpan.dst_addr_mode", "Destination Addressing Mode", U16 hex mask(0xc00) names(ADDRESSING);
    VERSION = "wpan.version", "Frame Version", U16 mask(0x3000) names(VERSIONS);
    SRC_MODE = "wpan.src_addr_mode", "Source Addressing Mode", U16 hex mask(0xc000) names(ADDRESSING);
    SEQUENCE = "wpan.seq_no", "Sequence Number", U8;
    DST_PAN = "wpan.dst_pan", "Destination PAN", U16 hex;
    DST16 = "wpan.dst16", "Destination", U16 hex;
    DST64 = "wpan.dst64", "Destination", Eui64;
    SRC_PAN = "wpan.src_pan", "Source PAN", U16 hex;
    SRC16 = "wpan.src16", "Source", U16 hex;
    SRC64 = "wpan.src64", "Extended Source", Eui64;
    ADDR16 = "wpan.addr16", "Address", U16 hex;
    ADDR64 = "wpan.addr64", "Extended Address", Eui64;
    FCS = "wpan.fcs", "FCS", U16 hex;
    FCS_OK = "wpan.fcs_ok", "FCS Valid", Bool;
}

experts! {
    BAD_FCS = "wpan.fcs.bad", "Bad FCS", Warning, Checksum;
    BAD_COMPRESSION = "wpan.pan_id_compression_invalid", "Invalid Setting for PAN ID Compression", Error, Malformed;
    BAD_DST = "wpan.dst_invalid", "Invalid Destination Address Mode", Error, Malformed;
    BAD_SRC = "wpan.src_invalid", "Invalid Source Address Mode", Error, Malformed;
    BAD_VERSION = "wpan.frame_version_unknown", "Frame Version Unknown Cannot Dissect", Error, Malformed;
    UNKNOWN_COMMAND = "wpan.cmd.unknown_cmd", "Unknown Command Id (cf. IEEE 802.15.4-2015 Table 7-49)", Warning, Protocol;
    ENCRYPTED = "wpan.payload_encrypted", "Encrypted Payload", Warning, Undecoded;
}

/// Types of frames.
const BEACON: u16 = 0;
const DATA: u16 = 1;
const COMMAND: u16 = 3;
const MULTIPURPOSE: u16 = 5;
/// Addressing modes.
const NO_ADDRESS: u16 = 0;
const SHORT: u16 = 2;
const LONG: u16 = 3;
/// The short address of all.
const BROADCAST: u16 = 0xffff;
/// Bytes of the checksum.
const FCS_LEN: usize = 2;

/// A frame with its checksum.
pub struct Ieee802154;

impl Protocol for Ieee802154 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IEEE 802.15.4";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] =
        &[beacon::FIELDS, commands::FIELDS, elements::FIELDS, security::FIELDS];
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Link(195), Key::Ether(0x809a)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        frame(c, true)
    }
}

/// What the frame control field says.
#[derive(Clone, Copy)]
pub(super) struct Control {
    kind: u16,
    security: bool,
    compressed: bool,
    unnumbered: bool,
    elements: bool,
    dst_mode: u16,
    src_mode: u16,
    version: u16,
    /// The network, once it was read.
    pan: u16,
}

impl Control {
    fn of(fcf: u16) -> Self {
        let bit = |at: u16| fcf >> at & 1 == 1;
        if fcf & 7 == MULTIPURPOSE {
            // Its control field is laid out otherwise, and has one byte only unless bit 3 says so.
            let fcf = if bit(3) { fcf } else { fcf & 0xff };
            let bit = |at: u16| fcf >> at & 1 == 1;
            return Self {
                kind: MULTIPURPOSE,
                security: bit(9),
                compressed: !bit(8),
                unnumbered: bit(10),
                elements: bit(15),
                dst_mode: fcf >> 4 & 3,
                src_mode: fcf >> 6 & 3,
                version: fcf >> 12 & 3,
                pan: 0,
            };
        }
        Self {
            kind: fcf & 7,
            security: bit(3),
            compressed: bit(6),
            unnumbered: bit(8),
            elements: bit(9),
            dst_mode: fcf >> 10 & 3,
            src_mode: fcf >> 14 & 3,
            version: fcf >> 12 & 3,
            pan: 0,
        }
    }
    /// Which of the PAN identifiers are there: the destination's and the source's. `None` where the flag contradicts
    /// the addresses.
    fn pans(&self) -> Option<(bool, bool)> {
        let (dst, src, compressed) = (self.dst_mode != NO_ADDRESS, self.src_mode != NO_ADDRESS, self.compressed);
        if self.kind == MULTIPURPOSE {
            return Some((dst && !compressed, false));
        }
        if self.version < 2 {
            return match (dst, src) {
                (true, true) => Some((true, !compressed)),
                _ if compressed => None,
                _ => Some((dst, src)),
            };
        }
        // IEEE 802.15.4-2015 table 7-2.
        Some(match (self.dst_mode, self.src_mode) {
            (NO_ADDRESS, NO_ADDRESS) => (compressed, false),
            (_, NO_ADDRESS) => (!compressed, false),
            (NO_ADDRESS, _) => (false, !compressed),
            (LONG, LONG) => (!compressed, false),
            _ => (true, !compressed),
        })
    }
}

/// Takes one frame apart, which ends with its checksum if `checked`.
pub(super) fn frame<S: Sink>(c: &mut Cursor<'_, S>, checked: bool) -> Result<(), Stop> {
    c.protocol("IEEE 802.15.4");
    c.claim();
    // What carries the frame, be it Ethernet, is nobody's address here.
    (c.row().src, c.row().dst) = (Address::None, Address::None);
    let start = c.pos();
    let fcs = if checked { checksum(c, start) } else { Checksum::None };
    if checked {
        let len = c.reported().saturating_sub(FCS_LEN);
        let outcome = c.within(len, |c| body(c, fcs));
        return outcome;
    }
    body(c, fcs)
}

/// What is known of a frame's checksum.
#[derive(Clone, Copy)]
enum Checksum {
    /// There is none, or it was not captured.
    None,
    /// Where it stands, what it is, and what it should be.
    At(usize, u16, u16),
}

fn checksum<S: Sink>(c: &Cursor<'_, S>, start: usize) -> Checksum {
    let at = c.limit().saturating_sub(FCS_LEN).max(start);
    let (Some(covered), Some(found)) = (c.whole().get(start..at), c.peek::<FCS_LEN>(at.saturating_sub(start))) else {
        return Checksum::None;
    };
    Checksum::At(at, u16::from_le_bytes(found), crc(covered))
}

/// The checksum of ITU-T that frames end with, least significant bit first.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0x8408 } else { crc >> 1 })
    })
}

impl Checksum {
    fn bad(self) -> bool {
        matches!(self, Self::At(_, found, wanted) if found != wanted)
    }
    /// Records it, and remarks upon it where it is wrong.
    fn record<S: Sink>(self, c: &mut Cursor<'_, S>) {
        let Self::At(at, found, wanted) = self else { return };
        let good = found == wanted;
        // It stands behind the window that what it covers was read in.
        if S::DETAIL {
            c.put(&FCS, at, at.saturating_add(FCS_LEN), found.into());
            c.change_last(|item| (item.start, item.end) = (at as u32, at as u32 + FCS_LEN as u32));
            if good {
                c.append(|l| _ = l.str(" (Correct)"));
            } else {
                c.append(|l| _ = l.str(" (Incorrect, expected FCS=0x").hex(wanted, 4).byte(b')'));
            }
            c.generated(&FCS_OK, good.into());
            c.hide();
        }
        if !good {
            c.expert(&BAD_FCS);
            c.info().str(", Bad FCS");
            c.layer_append(|l| _ = l.str(", Bad FCS"));
        }
    }
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, fcs: Checksum) -> Result<(), Stop> {
    let mut control = control(c)?;
    if control.version == 3 {
        c.expert(&BAD_VERSION);
        return Ok(());
    }
    if !control.unnumbered || (control.version != 2 && control.kind != MULTIPURPOSE) {
        c.u8(&SEQUENCE)?;
    }
    if !addresses(c, &mut control)? {
        return Ok(());
    }
    let protected = match (control.security, control.version) {
        (false, _) => None,
        (true, 0) => Some(security::first_edition(c, control.kind)?),
        (true, _) => Some(security::header(c)?),
    };
    let mut payload_elements = false;
    if control.elements && control.version == 2 {
        payload_elements = elements::header(c)?;
    }
    let mut command = None;
    if let Some(known) = protected.as_ref().and_then(|protected| protected.command) {
        c.claim().str(commands::name(known, control.version));
    }
    // Of the older frames the beginning is not encrypted.
    if control.version == 1 || (control.version == 0 && protected.is_none()) {
        match control.kind {
            BEACON => beacon::fixed(c)?,
            COMMAND => command = Some(command_identifier(c, control.version)?),
            _ => {}
        }
    }
    if let Some(protected) = &protected {
        let mic = protected.mic_len();
        let len = c.reported().saturating_sub(mic);
        security::integrity(c, len, mic);
        c.trim(len);
        if protected.level > 0 {
            fcs.record(c);
            if c.reported() > 0 {
                c.expert(&ENCRYPTED);
            }
            c.data();
            return Ok(());
        }
    }
    if payload_elements {
        elements::payload(c)?;
    }
    if control.version == 2 && control.kind == COMMAND {
        command = Some(command_identifier(c, control.version)?);
    }
    payload(c, &control, command, fcs)
}

/// Hands on, or takes apart, what follows the header.
fn payload<S: Sink>(c: &mut Cursor<'_, S>, control: &Control, command: Option<u8>, fcs: Checksum) -> Result<(), Stop> {
    match control.kind {
        COMMAND => {
            let outcome = commands::command(c, control, command.unwrap_or_default());
            outcome?;
            if c.reported() > 0 {
                c.below(Cursor::data);
                c.seek(c.end());
            }
            fcs.record(c);
            Ok(())
        }
        BEACON => {
            fcs.record(c);
            if c.remaining() > 0 && !fcs.bad() {
                return beacon::payload(c);
            }
            c.data();
            Ok(())
        }
        DATA if !fcs.bad() => {
            fcs.record(c);
            if c.remaining() > 0 && !c.give_way(upper)? {
                c.data();
            }
            Ok(())
        }
        _ => {
            fcs.record(c);
            c.data();
            Ok(())
        }
    }
}

/// Hands a frame's content to the protocol that it looks like.
fn upper<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    Ok(c.call::<ZigBee>()? || c.call::<SixLowPan>()?)
}

/// Reads the frame control field, and begins the texts with what it says.
fn control<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Control, Stop> {
    let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    if u16::from(first & 7) == MULTIPURPOSE && first & 8 == 0 {
        let control = Control::of(first.into());
        c.array::<1>()?;
        name_frame(c, &control);
        return Ok(control);
    }
    let fcf = c.u16_le(&FCF)?;
    let control = Control::of(fcf);
    if S::DETAIL {
        c.append(|l| describe(l, fcf, &control));
        c.below(|c| {
            let fields: [&'static Field; 11] = [
                &FRAME_TYPE,
                &SECURITY,
                &PENDING,
                &ACK_REQUEST,
                &COMPRESSION,
                &FCF_RESERVED,
                &SUPPRESSION,
                &IE_PRESENT,
                &DST_MODE,
                &VERSION,
                &SRC_MODE,
            ];
            for field in fields {
                c.bits::<2>(field, fcf.into());
            }
        });
    }
    name_frame(c, &control);
    Ok(control)
}

fn name_frame<S: Sink>(c: &mut Cursor<'_, S>, control: &Control) {
    let name = match (control.kind, control.version) {
        (BEACON, 2) => "Enhanced Beacon",
        (kind, _) => name_of(FRAME_TYPES, kind.into()).unwrap_or_default(),
    };
    c.info().str(name);
    c.layer_append(|l| _ = l.byte(b' ').str(name));
}

/// The flags of the control field in words.
fn describe(l: &mut Line, fcf: u16, control: &Control) {
    let name = |names, value: u16| name_of(names, value.into()).unwrap_or_default();
    l.str(", Frame Type: ").str(name(FRAME_TYPES, control.kind));
    for (bit, words) in [
        (3, ", Security Enabled"),
        (4, ", Frame Pending"),
        (5, ", Acknowledge Request"),
        (6, ", PAN ID Compression"),
        (7, ", Reserved"),
        (8, ", Sequence Number Suppression"),
        (9, ", Information Elements Present"),
    ] {
        if fcf >> bit & 1 == 1 {
            l.str(words);
        }
    }
    l.str(", Destination Addressing Mode: ").str(name(ADDRESSING, control.dst_mode));
    l.str(", Frame Version: ").str(name(VERSIONS, control.version));
    l.str(", Source Addressing Mode: ").str(name(ADDRESSING, control.src_mode));
}

/// Reads the addresses; says whether what follows can be made out.
fn addresses<S: Sink>(c: &mut Cursor<'_, S>, control: &mut Control) -> Result<bool, Stop> {
    let Some((dst_pan, src_pan)) = control.pans() else {
        c.expert(&BAD_COMPRESSION);
        return Ok(false);
    };
    if control.dst_mode == 1 {
        c.expert(&BAD_DST);
        return Ok(false);
    }
    if control.src_mode == 1 {
        c.expert(&BAD_SRC);
        return Ok(false);
    }
    if dst_pan {
        control.pan = c.u16_le(&DST_PAN)?;
    }
    if let Some(address) = address(c, control.dst_mode, &DST16, &DST64, &ADDR16, &ADDR64)? {
        c.row().dst = address;
        told(c, ", Dst: ", address);
    }
    if src_pan {
        c.u16_le(&SRC_PAN)?;
    }
    if let Some(address) = address(c, control.src_mode, &SRC16, &SRC64, &ADDR16, &ADDR64)? {
        c.row().src = address;
        told(c, ", Src: ", address);
    }
    Ok(true)
}

fn told<S: Sink>(c: &mut Cursor<'_, S>, role: &str, address: Address) {
    let info = c.info().str(role);
    address.write(info);
    c.layer_append(|l| address.write(l.str(role)));
}

/// Reads one address of the mode that the control field says.
fn address<S: Sink>(
    c: &mut Cursor<'_, S>,
    mode: u16,
    short: &'static Field,
    long: &'static Field,
    any_short: &'static Field,
    any_long: &'static Field,
) -> Result<Option<Address>, Stop> {
    let at = c.pos();
    match mode {
        SHORT => {
            let address = c.u16_le(short)?;
            c.hidden(any_short, at, at + 2, address.into());
            Ok(Some(if address == BROADCAST { Address::Words("Broadcast") } else { Address::Short(address) }))
        }
        LONG => Ok(Some(Address::Eui64(long_address(c, long, any_long)?))),
        _ => Ok(None),
    }
}

/// Reads a long address, which comes with its last byte first.
pub(super) fn long_address<S: Sink>(
    c: &mut Cursor<'_, S>,
    field: &'static Field,
    any: &'static Field,
) -> Result<[u8; 8], Stop> {
    let at = c.pos();
    let number = c.le::<8>(field)?;
    let address = number.to_be_bytes();
    c.label(|l| {
        l.str(field.label).str(": ").hex_bytes(&address, ":").str(" (").hex_bytes(&address, ":").byte(b')');
    });
    c.hidden(any, at, at + 8, number);
    Ok(address)
}

/// Reads which command it is, whose name the row then shows.
fn command_identifier<S: Sink>(c: &mut Cursor<'_, S>, version: u16) -> Result<u8, Stop> {
    let command = c.u8(&commands::CMD)?;
    if name_of(COMMANDS, command.into()).is_none() {
        c.expert(&UNKNOWN_COMMAND);
    }
    c.claim().str(commands::name(command, version));
    Ok(command)
}

#[cfg(test)]
mod tests;
