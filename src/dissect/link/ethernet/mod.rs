//! Ethernet II and IEEE 802.3 (IEEE 802.3 section 3).

pub mod trailer;

use self::trailer::Fcs;
use super::cisco::isl::{self, Isl};
use super::ether_types::ETHER_TYPES;
use super::llc::{self, Llc};
use super::mac::{self, MacFields};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::{experts, fields};

static LAYER: Field = Field::new("eth", "Ethernet", Kind::Protocol);

fields! {
    DST = "eth.dst", "Destination", Ether;
    DST_RESOLVED = "eth.dst_resolved", "Destination (resolved)", Str address;
    DST_OUI = "eth.dst.oui", "Destination OUI", U24 custom(mac::write_oui);
    DST_LG = "eth.dst.lg", "LG bit", Bool bits(24) mask(0x02_0000) flag(mac::LOCAL, mac::GLOBAL);
    DST_IG = "eth.dst.ig", "IG bit", Bool bits(24) mask(0x01_0000) flag(mac::GROUP, mac::INDIVIDUAL);
    SRC = "eth.src", "Source", Ether;
    SRC_RESOLVED = "eth.src_resolved", "Source (resolved)", Str address;
    SRC_OUI = "eth.src.oui", "Source OUI", U24 custom(mac::write_oui);
    SRC_LG = "eth.src.lg", "LG bit", Bool bits(24) mask(0x02_0000) flag(mac::LOCAL, mac::GLOBAL);
    SRC_IG = "eth.src.ig", "IG bit", Bool bits(24) mask(0x01_0000) flag(mac::GROUP, mac::INDIVIDUAL);
    ADDR = "eth.addr", "Address", Ether;
    ADDR_RESOLVED = "eth.addr_resolved", "Address (resolved)", Str address;
    ADDR_OUI = "eth.addr.oui", "Address OUI", U24 custom(mac::write_oui);
    LG = "eth.lg", "LG bit", Bool bits(24) mask(0x02_0000) flag(mac::LOCAL, mac::GLOBAL);
    IG = "eth.ig", "IG bit", Bool bits(24) mask(0x01_0000) flag(mac::GROUP, mac::INDIVIDUAL);
    TYPE = "eth.type", "Type", U16 hex names(ETHER_TYPES);
    LEN = "eth.len", "Length", U16;
    INVALID = "eth.invalid_lentype", "Invalid length/type", U16 hex_dec;
    PADDING = "eth.padding", "Padding", Bytes;
    TRAILER = "eth.trailer", "Trailer", Bytes;
    FCS = "eth.fcs", "Frame check sequence", U32 hex;
    FCS_STATUS = "eth.fcs.status", "FCS Status", U8 names(trailer::CHECKSUM_STATUS);
}

experts! {
    INVALID_REMARK = "eth.invalid_lentype.expert", "Invalid length/type", Warning, Protocol;
    LEN_REMARK = "eth.len.past_end", "Length field value goes past the end of the payload", Error, Malformed;
    SRC_REMARK = "eth.src_not_group", "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)", Warning, Protocol;
    PADDING_REMARK = "eth.padding_bad", "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros.", Note, Protocol;
}

static DST_FIELDS: MacFields = MacFields {
    whole: &DST,
    resolved: &DST_RESOLVED,
    oui: &DST_OUI,
    lg: &DST_LG,
    ig: &DST_IG,
    any: &ADDR,
    any_resolved: &ADDR_RESOLVED,
    any_oui: &ADDR_OUI,
    any_lg: &LG,
    any_ig: &IG,
};
static SRC_FIELDS: MacFields =
    MacFields { whole: &SRC, resolved: &SRC_RESOLVED, oui: &SRC_OUI, lg: &SRC_LG, ig: &SRC_IG, ..DST_FIELDS };

/// Bytes of the header: two addresses and a type or length.
const HEADER_LEN: usize = 14;
/// The smallest value of the type field that is a type.
const FIRST_TYPE: u16 = 0x0600;
/// The largest value of the type field that is a length.
pub const LAST_LEN: u16 = 1500;

/// Ethernet II and IEEE 802.3.
pub struct Ethernet;

impl Protocol for Ethernet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Ethernet";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const SELF_CONTAINED: bool = true;
    const KEYS: &'static [Key] = &[Key::Link(1), Key::Ether(0x6558), Key::Ip(143)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if isl::begins(c) {
            c.layer_hide();
            return c.call::<Isl>().map(|_taken| ());
        }
        // Of a header that is not whole only the row says anything.
        if S::DETAIL && c.remaining() < HEADER_LEN {
            c.layer_hide();
            let mark = c.mark();
            let outcome = frame(c);
            c.cut(mark);
            return outcome;
        }
        frame(c)
    }
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("Ethernet");
    let start = c.pos();
    c.worker.state.ethernet = start;
    let dst = mac::read(c, &DST_FIELDS)?;
    c.row().dst = Address::Mac(dst);
    let group = S::DETAIL && c.peek_u8(0).is_some_and(|first| first & 1 != 0);
    let src = mac::read_remarked(c, &SRC_FIELDS, group.then_some(&SRC_REMARK))?;
    c.row().src = Address::Mac(src);
    let kind = c.peek_u16(0).ok_or_else(|| c.short(2))?;
    c.tap(Layers::ETHERNET, (0, 0), 0);
    c.claim();
    let ends = move |l: &mut Line| _ = l.str(", Src: ").ether_and_number(&src).str(", Dst: ").ether_and_number(&dst);
    match kind {
        // An empty 802.3 frame makes no sense; this is taken for a type.
        0 | FIRST_TYPE.. => {
            c.u16(&TYPE)?;
            c.layer_label(|l| ends(l.str("Ethernet II")));
            typed(c, start, kind)
        }
        ..=LAST_LEN => {
            let len = c.u16(&LEN)?;
            c.layer_label(|l| _ = l.str("IEEE 802.3 Ethernet "));
            counted(c, start, len)
        }
        _ => {
            c.u16(&INVALID)?;
            c.below(|c| {
                c.expert(&INVALID_REMARK);
                c.append(|l| _ = l.str(": 0x").hex(kind, 4).str(" (").dec(kind).byte(b')'));
            });
            c.layer_label(|l| ends(l.str("Ethernet Unknown")));
            c.layer_ends();
            c.claim().str("Ethernet Unknown: Invalid length/type: 0x").hex(kind, 4).str(" (").dec(kind).byte(b')');
            c.data();
            Ok(())
        }
    }
}

/// Bytes of frame check sequence behind the payload. Only the frame's own is at its end; an Ethernet frame within
/// another packet travels without.
fn fcs<S: Sink>(c: &Cursor<'_, S>, start: usize) -> Fcs {
    if start > 0 || c.buffer() > 0 {
        return Fcs::Absent;
    }
    match c.worker.frame.fcs_len {
        None => Fcs::Perhaps { reserved: 0 },
        Some(0) => Fcs::Absent,
        Some(4) => Fcs::Present,
        Some(len) => Fcs::Perhaps { reserved: len },
    }
}

/// The payload of an Ethernet II frame, and what follows it.
fn typed<S: Sink>(c: &mut Cursor<'_, S>, start: usize, kind: u16) -> Result<(), Stop> {
    c.layer_ends();
    let (mark, fcs) = (c.mark(), fcs(c, start));
    c.row().set_claimed(false);
    let payload_len = c.reported().saturating_sub(fcs.reserved());
    _ = c.within(payload_len, |c| {
        ether_type(c, kind, |l| _ = l.str("Ethernet II"));
        Ok(())
    });
    trailer::after_type(c, mark, start, &TRAILER, fcs)
}

/// The payload of an 802.3 frame, and what follows it.
fn counted<S: Sink>(c: &mut Cursor<'_, S>, start: usize, len: u16) -> Result<(), Stop> {
    let fcs = fcs(c, start);
    if usize::from(len) > c.reported().saturating_sub(fcs.reserved()) {
        c.below(|c| c.expert(&LEN_REMARK));
    }
    c.layer_ends();
    counted_payload(c, start, len, &TRAILER, fcs)
}

/// The payload behind a length field, and what follows it in a frame that began at `start`.
///
/// # Errors
/// Where the payload or what follows it was captured in part only.
pub fn counted_payload<S: Sink>(
    c: &mut Cursor<'_, S>,
    start: usize,
    len: u16,
    trailer: &'static Field,
    fcs: Fcs,
) -> Result<(), Stop> {
    let mark = c.mark();
    let len = usize::from(len).min(c.reported().saturating_sub(fcs.reserved()));
    let end = c.pos().saturating_add(len);
    let mut broken = false;
    _ = c.within(len, |c| {
        if let Err(stop) = llc_or_ipx(c) {
            c.remark(stop);
            broken = true;
        }
        Ok(())
    });
    if end > c.end() {
        return if broken { Ok(()) } else { Err(Stop::Snapped) };
    }
    trailer::dissect(c, mark, start, end, trailer, fcs)
}

/// Hands on what follows a length: IEEE 802.2, or IPX as Novell first put it on Ethernet, without any header between.
///
/// # Errors
/// Those of the payload.
pub fn llc_or_ipx<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.peek_u16(0) == Some(0xffff) {
        if !c.next(Key::Sap(llc::NETWARE))? {
            c.data();
        }
        return Ok(());
    }
    c.call::<Llc>().map(|_taken| ())
}

/// Hands the payload on by its EtherType; one that is unknown shows as a number in the Protocol column.
///
/// `own` writes the caller's Info text where nothing in the payload claimed the row. What went wrong in the payload
/// is remarked here: the caller goes on with what follows the payload.
pub fn ether_type<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, own: impl FnOnce(&mut Line)) {
    let outcome = match c.next(Key::Ether(kind)) {
        Ok(false) => {
            c.row().protocol_text().str("0x").hex(kind, 4);
            if let Some(name) = name_of(ETHER_TYPES, kind.into()) {
                c.claim().str(name);
            }
            c.data();
            Ok(())
        }
        other => other.map(|_taken| ()),
    };
    if !c.row().claimed() {
        own(c.info());
    }
    if let Err(stop) = outcome {
        c.remark(stop);
    }
}
