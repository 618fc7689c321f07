//! L2TP, version 2 (RFC 2661) and version 3 (RFC 3931).

mod avp;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::link::ppp::Ppp;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("l2tp", "Layer 2 Tunneling Protocol", Kind::Protocol);

fields! {
    FLAGS = "l2tp.flags", "Flags", U16 hex;
    TYPE = "l2tp.type", "Type", U16 mask(0x8000) names(TYPES);
    LENGTH_BIT = "l2tp.length_bit", "Length Bit", Bool bits(16) mask(0x4000) flag("Length field is present", "Length field is not present");
    SEQUENCE_BIT = "l2tp.seq_bit", "Sequence Bit", Bool bits(16) mask(0x0800) flag("Ns and Nr fields are present", "Ns and Nr fields are not present");
    OFFSET_BIT = "l2tp.offset_bit", "Offset bit", Bool bits(16) mask(0x0200) flag("Offset Size field is present", "Offset size field is not present");
    PRIORITY = "l2tp.priority", "Priority", Bool bits(16) mask(0x0100) flag("This data message has priority", "No priority");
    VERSION = "l2tp.version", "Version", U16 mask(0x000f);
    LENGTH = "l2tp.length", "Length", U16;
    TUNNEL = "l2tp.tunnel", "Tunnel ID", U16;
    SESSION = "l2tp.session", "Session ID", U16;
    NS = "l2tp.Ns", "Ns", U16;
    NR = "l2tp.Nr", "Nr", U16;
    OFFSET = "l2tp.offset", "Offset", U16;
    PADDING = "l2tp.offset_padding", "Offset Padding", None;
    EMPTY = "l2tp.zero_length_body_message", "Zero Length Body message", None;
    RESERVED = "l2tp.res", "Reserved", U16 hex;
    CONNECTION = "l2tp.ccid", "Control Connection ID", U32 hex;
    SESSION_3 = "l2tp.sid", "Session ID", U32 hex;
    PSEUDOWIRE = "", "Pseudowire Type: Unknown (0)", None;
}

names! {
    TYPES { 0 = "Data Message", 1 = "Control Message" }
    PSEUDOWIRES {
        1 = "Frame Relay DLCI", 2 = "ATM AAL5 SDU VCC transport", 3 = "ATM Cell transparent Port Mode",
        4 = "Ethernet VLAN", 5 = "Ethernet", 6 = "HDLC", 7 = "PPP", 9 = "ATM Cell transport VCC Mode",
        10 = "ATM Cell transport VPC Mode", 11 = "IP Transport", 12 = "MPEG-TS Payload Type (MPTPW)",
        13 = "Packet Streaming Protocol (PSPPW)", 17 = "Structure-agnostic E1 circuit",
        18 = "Structure-agnostic T1 (DS1) circuit", 19 = "Structure-agnostic E3 circuit",
        20 = "Structure-agnostic T3 (DS3) circuit", 21 = "CESoPSN basic mode", 22 = "Unassigned",
        23 = "CESoPSN TDM with CAS",
    }
    ACRONYMS {
        1 = "SCCRQ", 2 = "SCCRP", 3 = "SCCCN", 4 = "StopCCN", 5 = "Reserved", 6 = "Hello", 7 = "OCRQ", 8 = "OCRP",
        9 = "OCCN", 10 = "ICRQ", 11 = "ICRP", 12 = "ICCN", 13 = "Reserved", 14 = "CDN", 15 = "WEN", 16 = "SLI",
        17 = "MDMST", 18 = "SRRQ", 19 = "SRRP", 20 = "ACK", 21 = "FSQ", 22 = "FSR", 23 = "MSRQ", 24 = "MSRP",
        25 = "MSE", 26 = "MSI", 27 = "MSEN", 28 = "CSUN", 29 = "CSURQ",
    }
}

/// The flags' bits.
mod flag {
    pub(super) const CONTROL: u16 = 0x8000;
    pub(super) const LENGTH: u16 = 0x4000;
    pub(super) const SEQUENCE: u16 = 0x0800;
    pub(super) const OFFSET: u16 = 0x0200;
    pub(super) const VERSION: u16 = 0x000f;
}

/// What a message's length says that has nothing but a header.
const EMPTY_LEN: u16 = 12;

/// L2TP over UDP.
pub struct L2tp;

impl Protocol for L2tp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "L2TP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[avp::FIELDS];
    const EXPERTS: &'static [&'static Field] = avp::EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(1701)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() < 2 {
            return Err(Stop::NotMine);
        }
        let flags = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        match flags & flag::VERSION {
            2 => version_2(c, flags),
            3 => {
                begin_3(c);
                version_3(c, flags, 0)
            }
            _ => Err(Stop::NotMine),
        }
    }
}

/// L2TP version 3 over IP: a session of 0 announces a control message.
pub struct L2tpOverIp;

impl Protocol for L2tpOverIp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "L2TP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Ip(115)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        begin_3(c);
        match c.peek_u32(0).ok_or_else(|| c.short(4))? {
            0 => {
                let flags = c.peek_u16(4).ok_or_else(|| c.short(6))?;
                version_3(c, flags, 4)
            }
            session => data_3(c, session),
        }
    }
}

/// Says which of the optional fields are there, behind the flags' number.
fn flags_tree<S: Sink>(c: &mut Cursor<'_, S>, flags: u16) -> Result<(), Stop> {
    let num = u64::from(c.u16(&FLAGS)?);
    let two = flags & flag::VERSION == 2;
    c.append(|l| {
        l.str(", Type: ").str(TYPE.name(num >> 15).unwrap_or_default());
        let present =
            [(flag::LENGTH, ", Length Bit"), (flag::SEQUENCE, ", Sequence Bit"), (flag::OFFSET, ", Offset bit")];
        present.iter().filter(|(bit, _)| flags & bit != 0).for_each(|(_, name)| _ = l.str(name));
    });
    c.below(|c| {
        [&TYPE, &LENGTH_BIT, &SEQUENCE_BIT].into_iter().for_each(|field| _ = c.bits::<2>(field, num));
        if two {
            [&OFFSET_BIT, &PRIORITY].into_iter().for_each(|field| _ = c.bits::<2>(field, num));
        }
        c.bits::<2>(&VERSION, num);
    });
    Ok(())
}

/// Writes what a control message is: its name, where its first pair says it.
fn control_name<S: Sink>(c: &mut Cursor<'_, S>, kind: Option<u16>) {
    c.info().str("Control Message");
    if let Some(kind) = kind {
        c.info().str(" - ").named(crate::dissect::field::name_of(ACRONYMS, kind.into()), kind);
    }
}

fn version_2<S: Sink>(c: &mut Cursor<'_, S>, flags: u16) -> Result<(), Stop> {
    let start = c.pos();
    let has = |bit: u16| flags & bit != 0;
    c.protocol("L2TP");
    c.claim();
    let mut at = 2;
    let mut next = |c: &Cursor<'_, S>| {
        at += 2;
        c.peek_u16(at - 2).ok_or_else(|| c.short(at))
    };
    let len = if has(flag::LENGTH) { Some(next(c)?) } else { None };
    let (tunnel, session) = (next(c)?, next(c)?);
    if has(flag::SEQUENCE) {
        next(c)?;
        next(c)?;
    }
    let offset = if has(flag::OFFSET) { next(c)? } else { 0 };
    let header = at;
    let mut kind = None;
    if has(flag::CONTROL) {
        if len == Some(EMPTY_LEN) {
            c.info().str("Control Message - ZLB     ");
        } else {
            kind = avp::message_type(c, header)?;
            control_name(c, kind);
        }
    } else {
        c.info().str("Data    Message           ");
    }
    c.info().str(" (tunnel id=").dec(tunnel).str(", session id=").dec(session).byte(b')');
    flags_tree(c, flags)?;
    if has(flag::LENGTH) {
        c.u16(&LENGTH)?;
    }
    c.read_all(&[(&TUNNEL, 2), (&SESSION, 2)])?;
    if has(flag::SEQUENCE) {
        c.read_all(&[(&NS, 2), (&NR, 2)])?;
    }
    if has(flag::OFFSET) {
        c.u16(&OFFSET)?;
        if offset > 0 {
            c.bytes(&PADDING, offset.into())?;
        }
    }
    if len == Some(EMPTY_LEN) {
        c.put(&EMPTY, c.pos(), c.pos(), 0);
    }
    if has(flag::CONTROL) {
        return pairs(c, start, len, kind);
    }
    c.layer_ends();
    if c.reported() > 0 {
        c.give_way(Cursor::call::<Ppp>)?;
    }
    Ok(())
}

/// The pairs of a control message that begins at `start` and is `len` bytes long.
fn pairs<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: Option<u16>, kind: Option<u16>) -> Result<(), Stop> {
    let end = start + usize::from(len.unwrap_or_default());
    let left = end.saturating_sub(c.pos());
    if left <= c.reported() {
        return c.within(left, |c| avp::all(c, kind.unwrap_or_default()));
    }
    avp::all(c, kind.unwrap_or_default())?;
    Err(c.short(1))
}

fn begin_3<S: Sink>(c: &mut Cursor<'_, S>) {
    c.protocol("L2TPv3");
    c.claim();
    c.layer_label(|l| _ = l.str(LAYER.label).str(" version 3"));
}

/// A message of version 3 whose flags stand `at` bytes from here.
fn version_3<S: Sink>(c: &mut Cursor<'_, S>, flags: u16, at: usize) -> Result<(), Stop> {
    let has = |bit: u16| flags & bit != 0;
    if !has(flag::CONTROL) {
        let session = c.peek_u32(at + 4).ok_or_else(|| c.short(at + 8))?;
        if at == 0 {
            flags_tree(c, flags)?;
            c.u16(&RESERVED)?;
        }
        return data_3(c, session);
    }
    let start = c.pos() + at;
    let len = c.peek_u16(at + 2).ok_or_else(|| c.short(at + 4))?;
    let connection = c.peek_u32(at + 4).ok_or_else(|| c.short(at + 8))?;
    let mut kind = None;
    if len == EMPTY_LEN {
        c.info().str("Control Message - ZLB");
    } else {
        kind = avp::message_type(c, at + usize::from(EMPTY_LEN))?;
        control_name(c, kind);
    }
    c.info().str(" (ccid=0x").hex(connection, 8).byte(b')');
    if at > 0 {
        c.u32(&SESSION_3)?;
    }
    flags_tree(c, flags)?;
    c.read_all(&[(&LENGTH, 2), (&CONNECTION, 4), (&NS, 2), (&NR, 2)])?;
    if len == EMPTY_LEN {
        c.put(&EMPTY, c.pos(), c.pos(), 0);
    }
    pairs(c, start, Some(len), kind)
}

/// What a session carries; of which kind it is, the connection's control messages said.
fn data_3<S: Sink>(c: &mut Cursor<'_, S>, session: u32) -> Result<(), Stop> {
    c.info().str("D[S:0x").hex_upper(session, 8).byte(b']');
    c.u32(&SESSION_3)?;
    c.generated(&PSEUDOWIRE, 0);
    c.layer_ends();
    c.data();
    Ok(())
}
