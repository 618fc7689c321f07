//! IEEE 802.11 frames, and the headers that captures put before them.

mod action;
mod control;
mod data;
mod elements;
mod management;
mod names;
pub mod prefix;
pub mod radio;
pub mod radiotap;
mod tags;

use names::FRAME_TYPES;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("wlan", "IEEE 802.11", Kind::Protocol);

fields! {
    TYPE_SUBTYPE = "wlan.fc.type_subtype", "Type/Subtype", U16 hex;
    VERSION = "wlan.fc.version", "Version", U8 mask(0x03);
    TYPE = "wlan.fc.type", "Type", U8 mask(0x0c) names(TYPES);
    SUBTYPE = "wlan.fc.subtype", "Subtype", U8 mask(0xf0);
    FLAGS = "wlan.flags", "Flags", U8 hex;
    DS = "wlan.fc.ds", "DS status", U8 hex mask(0x03);
    TO_DS = "wlan.fc.tods", "To DS", Bool mask(0x01) set;
    FROM_DS = "wlan.fc.fromds", "From DS", Bool mask(0x02) set;
    MORE_FRAGMENTS = "wlan.fc.frag", "More Fragments", Bool mask(0x04) flag("More fragments follow", "This is the last fragment");
    RETRY = "wlan.fc.retry", "Retry", Bool mask(0x08) flag("Frame is being retransmitted", "Frame is not being retransmitted");
    POWER = "wlan.fc.pwrmgt", "PWR MGT", Bool mask(0x10) flag("STA will go to sleep", "STA will stay up");
    MORE_DATA = "wlan.fc.moredata", "More Data", Bool mask(0x20) flag("Data is buffered for STA at AP", "No data buffered");
    PROTECTED = "wlan.fc.protected", "Protected flag", Bool mask(0x40) flag("Data is protected", "Data is not protected");
    ORDER = "wlan.fc.order", "+HTC/Order flag", Bool mask(0x80) flag("Strictly ordered", "Not strictly ordered");
    DURATION = "wlan.duration", "Duration", U16 mask(0x7fff) unit(" microsecond", " microseconds");
    AID = "wlan.aid", "Association ID", U16 mask(0x3fff);
    RECEIVER = "wlan.ra", "Receiver address", Ether;
    TRANSMITTER = "wlan.ta", "Transmitter address", Ether;
    DESTINATION = "wlan.da", "Destination address", Ether;
    SOURCE = "wlan.sa", "Source address", Ether;
    BSSID = "wlan.bssid", "BSS Id", Ether;
    ADDRESS = "wlan.addr", "Hardware address", Ether;
    FRAGMENT = "wlan.frag", "Fragment number", U16 mask(0x000f);
    SEQUENCE = "wlan.seq", "Sequence number", U16 mask(0xfff0);
    HT_CONTROL = "wlan.htc", "HT Control (+HTC)", U32 hex;
    FCS = "wlan.fcs", "Frame check sequence", U32 hex;
    FCS_STATUS = "wlan.fcs.status", "FCS Status", U8;
}

experts! {
    RETRANSMISSION = "wlan.fc.retry.expert", "Retransmission (retry)", Note, Sequence;
}

names! {
    TYPES { 0 = "Management frame", 1 = "Control frame", 2 = "Data frame", 3 = "Extension frame" }
}

const MANAGEMENT: u8 = 0;
const CONTROL: u8 = 1;
const DATA: u8 = 2;

/// The flags of a frame, in the second byte of its control field.
#[derive(Clone, Copy)]
struct Flags(u8);

impl Flags {
    fn has(self, flag: &Field) -> bool {
        u64::from(self.0) & flag.mask != 0
    }
    /// Writes a letter for each flag that is set: `.p..R.F.`.
    fn write(self, line: &mut Line) {
        for (i, &letter) in b"opmPRMFT".iter().enumerate() {
            line.byte(if self.0 & 0x80 >> i != 0 { letter } else { b'.' });
        }
    }
}

/// What is known of a frame once its header's first two bytes are read.
#[derive(Clone, Copy)]
struct Frame {
    kind: u8,
    subtype: u8,
    flags: Flags,
    /// A frame check sequence was captured.
    fcs: bool,
    /// The header is padded to four bytes.
    padded: bool,
    start: usize,
}

impl Frame {
    fn name(self) -> &'static str {
        name_of(FRAME_TYPES, u64::from(self.kind) << 4 | u64::from(self.subtype))
            .unwrap_or("Unrecognized (Reserved frame)")
    }
    /// Writes the end of every frame's text.
    fn write_flags(self, line: &mut Line) {
        line.str(", Flags=");
        self.flags.write(line);
        if self.fcs {
            line.byte(b'C');
        }
    }
}

/// IEEE 802.11: `FCS` with a frame check sequence at the end, `PADDED` with the header padded to four bytes.
pub struct Wlan<const FCS: bool, const PADDED: bool>;

/// As captures without any prefix hold it.
pub type Bare = Wlan<false, false>;

impl<const FCS: bool, const PADDED: bool> Protocol for Wlan<FCS, PADDED> {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IEEE 802.11";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Link(105)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("802.11");
        c.claim();
        c.need(2)?;
        let (control, flags) = (c.peek_u8(0).unwrap_or_default(), Flags(c.peek_u8(1).unwrap_or_default()));
        let frame =
            Frame { kind: control >> 2 & 3, subtype: control >> 4, flags, fcs: FCS, padded: PADDED, start: c.pos() };
        if control & 3 != 0 {
            c.claim().str("Unknown protocol version: ").dec(control & 3);
            return if FCS { Ok(()) } else { Err(c.short(c.remaining().saturating_add(1))) };
        }
        c.layer_append(|l| {
            l.byte(b' ').str(frame.name());
            l.str(", Flags: ");
            flags.write(l);
            l.str(if FCS { "C" } else { "" });
        });
        frame_control(c, frame)?;
        let fcs_len = if FCS { 4 } else { 0 };
        let outcome = c.within(c.reported().saturating_sub(fcs_len), |c| match frame.kind {
            MANAGEMENT => management::dissect(c, frame),
            CONTROL => control::dissect(c, frame),
            DATA => data::dissect(c, frame),
            _ => {
                frame.write_flags(c.claim().str(frame.name()));
                Ok(())
            }
        });
        if FCS && outcome.is_ok() && c.remaining() >= 4 && S::DETAIL {
            let mark = c.mark();
            _ = c.insert_at(mark, |c| c.le::<4>(&FCS_FIELD));
        }
        outcome
    }
}

static FCS_FIELD: Field = Field::new("wlan.fcs", "Frame check sequence", Kind::U32).hex();

fn frame_control<S: Sink>(c: &mut Cursor<'_, S>, frame: Frame) -> Result<(), Stop> {
    let start = c.pos();
    let combined = u64::from(frame.kind) << 4 | u64::from(frame.subtype);
    c.put(&TYPE_SUBTYPE, start, start.saturating_add(1), combined);
    c.label(|l| _ = l.str("Type/Subtype: ").str(frame.name()).str(" (0x").hex(combined, 4).byte(b')'));
    c.below(|c| {
        let first = c.be::<1>(&VERSION)?;
        c.bits::<1>(&TYPE, first);
        c.bits::<1>(&SUBTYPE, first);
        let flags = c.be::<1>(&FLAGS)?;
        c.below(|c| {
            for field in [&MORE_FRAGMENTS, &RETRY, &POWER, &MORE_DATA, &PROTECTED, &ORDER] {
                c.bits::<1>(field, flags);
                if std::ptr::eq(field, &RETRY) && RETRY.cut(flags) != 0 {
                    c.below(|c| c.expert(&RETRANSMISSION));
                }
            }
        });
        Ok(())
    })
}

/// Reads the sequence control field and writes the text that data and management frames share.
fn numbered<S: Sink>(c: &mut Cursor<'_, S>, frame: Frame) -> Result<u64, Stop> {
    let sequence = c.le::<2>(&FRAGMENT)?;
    c.bits::<2>(&SEQUENCE, sequence);
    let line = c.claim();
    line.str(frame.name()).str(", SN=").dec(SEQUENCE.cut(sequence)).str(", FN=").dec(FRAGMENT.cut(sequence));
    frame.write_flags(line);
    Ok(sequence)
}

/// Reads an address that stands for one role or for two.
fn address<S: Sink>(c: &mut Cursor<'_, S>, roles: &[&'static Field]) -> Result<[u8; 6], Stop> {
    let start = c.pos();
    let address = c.array::<6>()?;
    if S::DETAIL {
        for role in roles {
            c.put(role, start, c.pos(), 0);
        }
        c.hidden(&ADDRESS, start, c.pos(), 0);
    }
    Ok(address)
}
