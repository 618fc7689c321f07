//! Frame Relay (ITU-T Q.922), with RFC 2427's encapsulation and Cisco's.

use super::ether_types::ETHER_TYPES;
use super::xdlc::{self, ControlFields};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("fr", "Frame Relay", Kind::Protocol);

fields! {
    FIRST = "fr.first_addr_octet", "First address octet", U8 hex;
    UPPER = "fr.upper_dlci", "Upper DLCI", U8 hex mask(0xfc);
    DIRECTION = "fr.cr", "CR", Bool mask(0x2) flag("Command", "Response");
    EXTENDED = "fr.ea", "EA", Bool mask(0x1) flag("Last Octet", "More Follows");
    SECOND = "fr.second_addr_octet", "Second address octet", U8 hex;
    SECOND_PART = "fr.second_dlci", "Second DLCI", U8 hex mask(0xf0);
    FORWARD = "fr.fecn", "FECN", Bool mask(0x8) flag("True", "False");
    BACKWARD = "fr.becn", "BECN", Bool mask(0x4) flag("True", "False");
    DISCARD = "fr.de", "DE", Bool mask(0x2) flag("True", "False");
    THIRD = "fr.third_addr_octet", "Third address octet", U8 hex;
    THIRD_PART = "fr.third_dlci", "Third DLCI", U8 hex mask(0xfe);
    LAST = "fr.final_addr_octet", "Final address octet", U8 hex;
    LOWER = "fr.lower_dlci", "Lower DLCI", U8 hex mask(0xfc);
    CORE = "fr.dlcore_control", "DL-CORE Control", U8 hex mask(0xfc);
    IS_CORE = "fr.dc", "DC", Bool bits(16) mask(0x2) flag("DLCI Address", "Control");
    DLCI = "fr.dlci", "DLCI", U32;
    CONTROL = "fr.control", "Control Field", U8 hex;
    POLL = "fr.control.p", "Poll", Bool mask(0x10) set;
    FINAL = "fr.control.f", "Final", Bool mask(0x10) set;
    COMMAND = "fr.control.u_modifier_cmd", "Command", U8 hex mask(0xec) names(xdlc::COMMANDS);
    ANSWER = "fr.control.u_modifier_resp", "Response", U8 hex mask(0xec) names(xdlc::RESPONSES);
    FRAME_TYPE = "fr.control.ftype", "Frame type", U8 hex mask(0x03) names(xdlc::FRAME_TYPES);
    N_R = "fr.control.n_r", "N(R)", U16 mask(0xfe00);
    N_S = "fr.control.n_s", "N(S)", U16 mask(0x00fe);
    POLL_16 = "fr.control.p", "Poll", Bool bits(16) mask(0x0100) set;
    FINAL_16 = "fr.control.f", "Final", Bool bits(16) mask(0x0100) set;
    SUPERVISORY = "fr.control.s_ftype", "Supervisory frame type", U16 hex mask(0x000c) names(xdlc::SUPERVISORY);
    INFORMATION_16 = "fr.control.ftype", "Frame type", U16 hex mask(0x0001) names(xdlc::FRAME_TYPES);
    SUPERVISORY_16 = "fr.control.ftype", "Frame type", U16 hex mask(0x0003) names(xdlc::FRAME_TYPES);
    NLPID = "fr.nlpid", "NLPID", U8 hex names(NLPIDS);
    OUI = "fr.snap.oui", "Organization Code", U24 hex;
    PID = "fr.snap.pid", "Protocol ID", U16 hex;
    TYPE = "fr.chdlctype", "Type", U16 hex names(ETHER_TYPES);
}

static LAPF: Field = Field::new("", "Frame relay lapf not yet implemented", Kind::None);

experts! {
    LAPF_UNKNOWN = "fr.lapf", "Frame relay lapf not yet implemented", Warning, Undecoded;
}

names! {
    NLPIDS {
        0x00 = "NULL", 0x08 = "Q.933", 0x80 = "SNAP", 0x81 = "CLNP", 0x82 = "ESIS", 0x83 = "ISIS", 0x8e = "IPv6",
        0xb0 = "FRF.12", 0xb1 = "FRF.15", 0xcc = "IP", 0xcf = "PPP",
    }
}

static CONTROL_FIELDS: ControlFields = ControlFields {
    whole: &CONTROL,
    unnumbered: [&POLL, &FINAL, &COMMAND, &ANSWER, &FRAME_TYPE],
    numbered: [&N_R, &N_S, &POLL_16, &FINAL_16, &SUPERVISORY, &INFORMATION_16, &SUPERVISORY_16],
};

/// The control field of unnumbered information.
const UI: u8 = 0x03;
/// The padding that aligns what follows it.
const PAD: u8 = 0x00;

/// Frame Relay.
pub struct FrameRelay;

impl Protocol for FrameRelay {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "FR";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Link(107)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("FR");
        c.claim();
        (c.row().src, c.row().dst) = (Address::None, Address::None);
        let (dlci, core) = address(c)?;
        c.put(&DLCI, c.pos(), c.pos(), dlci.into());
        c.info().str("DLCI ").dec(dlci);
        if core {
            let start = c.pos();
            xdlc::read(c, &CONTROL_FIELDS, true, false).map(|control| control.write(false, c.info().str(", ")))?;
            c.layer_ends();
            c.seek(start);
            c.above(|c| {
                c.put(&LAPF, start, c.end(), 0);
                c.below(|c| c.expert(&LAPF_UNKNOWN));
            });
            c.data();
            return Ok(());
        }
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if first == UI {
            let control = xdlc::read(c, &CONTROL_FIELDS, true, false)?;
            control.write(false, c.info().str(", "));
            return encapsulated(c);
        }
        match c.peek_u16(0) {
            Some(kind) if name_of(ETHER_TYPES, kind.into()).is_some() => {
                c.u16(&TYPE)?;
                c.layer_ends();
                cisco(c, kind)
            }
            _ if first & 1 == 0 => {
                let control = xdlc::read(c, &CONTROL_FIELDS, true, false)?;
                control.write(false, c.info().str(", "));
                encapsulated(c)
            }
            _ => {
                c.layer_ends();
                c.data();
                Ok(())
            }
        }
    }
}

/// Reads the address, two to four bytes; gives the connection, and whether the last byte is not part of its number.
fn address<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(u32, bool), Stop> {
    let first = c.be::<1>(&FIRST)?;
    c.below(|c| {
        for field in [&UPPER, &DIRECTION, &EXTENDED] {
            c.bits::<1>(field, first);
        }
    });
    let mut dlci = UPPER.cut(first) as u32;
    if EXTENDED.cut(first) == 1 {
        return Ok((dlci, false));
    }
    let second = c.be::<1>(&SECOND)?;
    c.append(|l| {
        for (bit, name) in [(8, ", FECN"), (4, ", BECN"), (2, ", DE"), (1, ", EA")] {
            if second & bit != 0 {
                l.str(name);
            }
        }
    });
    c.below(|c| {
        for field in [&SECOND_PART, &FORWARD, &BACKWARD, &DISCARD, &EXTENDED] {
            c.bits::<1>(field, second);
        }
    });
    dlci = dlci << 4 | SECOND_PART.cut(second) as u32;
    if EXTENDED.cut(second) == 1 {
        return Ok((dlci, false));
    }
    if c.peek_u8(0).is_some_and(|third| third & 1 == 0) {
        let third = c.be::<1>(&THIRD)?;
        c.below(|c| {
            c.bits::<1>(&THIRD_PART, third);
            c.bits::<1>(&EXTENDED, third);
        });
        dlci = dlci << 7 | THIRD_PART.cut(third) as u32;
        while c.peek_u8(0).is_some_and(|byte| byte & 1 == 0) {
            c.skip(1)?;
        }
    }
    let last = c.be::<1>(&LAST)?;
    let core = IS_CORE.cut(last) == 1;
    c.below(|c| {
        for field in [if core { &CORE } else { &LOWER }, &IS_CORE, &EXTENDED] {
            c.bits::<1>(field, last);
        }
    });
    if !core {
        dlci = dlci << 6 | LOWER.cut(last) as u32;
    }
    Ok((dlci, core))
}

/// RFC 2427: what follows says what it is, by a network layer's identifier.
fn encapsulated<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.peek_u8(0) == Some(PAD) {
        c.skip(1)?;
    }
    let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    let osi = matches!(kind, 0x81..=0x83);
    if !osi {
        c.u8(&NLPID)?;
    }
    let snap = match kind {
        0x80 => Some((c.u24(&OUI)?, c.u16(&PID)?)),
        _ => None,
    };
    c.layer_ends();
    let taken = c.give_way(|c| match (kind, snap) {
        (_, Some((0, pid))) => c.next(Key::Ether(pid)),
        (_, Some((0x00_80c2, 1 | 7))) => c.call::<super::ethernet::Ethernet>(),
        (_, Some((oui, pid))) => c.next(Key::Snap(oui, pid)),
        (0x81..=0x83, _) => c.next(Key::Sap(0xfe)),
        (0x8e, _) => c.next(Key::Ether(0x86dd)),
        (0xcc, _) => c.call::<Ip>(),
        (0xcf, _) => c.call::<super::ppp::Ppp>(),
        _ => Ok(false),
    })?;
    if !taken {
        c.data();
    }
    Ok(())
}

/// Cisco's encapsulation: an EtherType.
fn cisco<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<(), Stop> {
    let taken = c.give_way(|c| match kind {
        0x0800 => c.call::<Ip>(),
        0xfefe => c.next(Key::Sap(0xfe)),
        0x2000 | 0x0111 => c.next(Key::Snap(super::llc::CISCO, kind)),
        _ => c.next(Key::Ether(kind)),
    })?;
    if !taken {
        c.data();
    }
    Ok(())
}
