//! GTP: user data of mobile networks, and the messages that govern it (3GPP TS 29.060, TS 29.274, TS 29.281).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::link::ppp::Ppp;
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("gtp", "GPRS Tunneling Protocol", Kind::Protocol);
static SECOND_LAYER: Field = Field::new("gtpv2", "GPRS Tunneling Protocol V2", Kind::Protocol);

fields! {
    FLAGS = "gtp.flags", "Flags", U8 hex;
    VERSION = "gtp.flags.version", "Version", U8 mask(0xe0) names(VERSIONS);
    PAYLOAD = "gtp.flags.payload", "Protocol type", U8 mask(0x10) names(PAYLOADS);
    RESERVED = "gtp.flags.reserved", "Reserved", U8 mask(0x08);
    RESERVED_WIDE = "gtp.flags.reserved", "Reserved", U8 mask(0x0e);
    EXTENDED = "gtp.flags.e", "Is Next Extension Header present?", Bool mask(0x4) flag("Yes", "No");
    NUMBERED = "gtp.flags.s", "Is Sequence Number present?", Bool mask(0x2) flag("Yes", "No");
    PDU_NUMBERED = "gtp.flags.pn", "Is N-PDU number present?", Bool mask(0x1) flag("Yes", "No");
    SHORT_HEADER = "gtp.flags.hdr_length", "Header length", Bool mask(0x1) flag("6-Octet Header", "20-Octet Header");
    MESSAGE = "gtp.message", "Message Type", U8 hex names(MESSAGES);
    LENGTH = "gtp.length", "Length", U16;
    TEID = "gtp.teid", "TEID", U32 hex_dec;
    SEQUENCE = "gtp.seq_number", "Sequence number", U16 hex_dec;
    PDU_NUMBER = "gtp.npdu_number", "N-PDU Number", U8 hex;
    NEXT = "gtp.ext_hdr.next", "Next extension header type", U8 hex names(EXTENSIONS);
    EXTENSION = "gtp.ext_hdr", "Extension header", None;
    EXTENSION_LENGTH = "gtp.ext_hdr.length", "Extension Header Length", U8;
    SECOND_FLAGS = "gtpv2.flags", "Flags", U8 hex;
    SECOND_VERSION = "gtpv2.version", "Version", U8 mask(0xe0);
    PIGGYBACKING = "gtpv2.p", "Piggybacking flag (P)", U8 mask(0x10);
    TEID_FLAG = "gtpv2.t", "TEID flag (T)", U8 mask(0x8);
    SECOND_MESSAGE = "gtpv2.message_type", "Message Type", U8 names(SECOND_MESSAGES);
    SECOND_LENGTH = "gtpv2.msg_length", "Message Length", U16;
    SECOND_TEID = "gtpv2.teid", "Tunnel Endpoint Identifier", U32 hex_dec;
    SECOND_SEQUENCE = "gtpv2.seq", "Sequence Number", U24 hex_dec;
    SPARE = "gtpv2.spare", "Spare", U8;
}

names! {
    VERSIONS {
        0 = "GTP release 97/98 version", 1 = "GTP release 99 version", 2 = "GTPv2-C", 3..=7 = "None",
    }
    PAYLOADS { 0 = "GTP'", 1 = "GTP" }
    MESSAGES {
        0 = "For future use", 1 = "Echo request", 2 = "Echo response", 3 = "Version not supported",
        4 = "Node alive request", 5 = "Node alive response", 6 = "Redirection request", 7 = "Redirection response",
        16 = "Create PDP context request", 17 = "Create PDP context response", 18 = "Update PDP context request",
        19 = "Update PDP context response", 20 = "Delete PDP context request", 21 = "Delete PDP context response",
        22 = "Initiate PDP Context Activation Request", 23 = "Initiate PDP Context Activation Response",
        24 = "Delete AA PDP Context Request", 25 = "Delete AA PDP Context Response", 26 = "Error indication",
        27 = "PDU notification request", 28 = "PDU notification response", 29 = "PDU notification reject request",
        30 = "PDU notification reject response", 31 = "Supported extension header notification",
        32 = "Send routing information for GPRS request", 33 = "Send routing information for GPRS response",
        34 = "Failure report request", 35 = "Failure report response", 36 = "Note MS GPRS present request",
        37 = "Note MS GPRS present response", 48 = "Identification request", 49 = "Identification response",
        50 = "SGSN context request", 51 = "SGSN context response", 52 = "SGSN context acknowledgement",
        53 = "Forward relocation request", 54 = "Forward relocation response", 55 = "Forward relocation complete",
        56 = "Relocation cancel request", 57 = "Relocation cancel response", 58 = "Forward SRNS context",
        59 = "Forward relocation complete acknowledge", 60 = "Forward SRNS context acknowledge",
        61 = "UE Registration Query Request", 62 = "UE Registration Query Response", 70 = "RAN Information Relay",
        96 = "MBMS Notification Request", 97 = "MBMS Notification Response", 98 = "MBMS Notification Reject Request",
        99 = "MBMS Notification Reject Response", 100 = "Create MBMS Context Request",
        101 = "Create MBMS Context Response", 102 = "Update MBMS Context Request",
        103 = "Update MBMS Context Response", 104 = "Delete MBMS Context Request",
        105 = "Delete MBMS Context Response", 112 = "MBMS Registration Request", 113 = "MBMS Registration Response",
        114 = "MBMS De-Registration Request", 115 = "MBMS De-Registration Response",
        116 = "MBMS Session Start Request", 117 = "MBMS Session Start Response", 118 = "MBMS Session Stop Request",
        119 = "MBMS Session Stop Response", 120 = "MBMS Session Update Request", 121 = "MBMS Session Update Response",
        128 = "MS Info Change Notification Request", 129 = "MS Info Change Notification Response",
        240 = "Data record transfer request", 241 = "Data record transfer response", 254 = "End Marker",
        255 = "T-PDU",
    }
    EXTENSIONS {
        0 = "No more extension headers", 1 = "MBMS support indication",
        2 = "MS Info Change Reporting support indication", 3 = "Long PDCP PDU Number", 32 = "Service Class Indicator",
        64 = "UDP Port number", 129 = "RAN container", 130 = "Long PDCP PDU number", 131 = "Xw RAN container",
        132 = "NR RAN container", 133 = "PDU Session container", 192 = "PDCP PDU number", 193 = "Suspend Request",
        194 = "Suspend Response",
    }
    SECOND_MESSAGES {
        0 = "Reserved", 1 = "Echo Request", 2 = "Echo Response", 3 = "Version Not Supported Indication",
        4 = "Node Alive Request", 5 = "Node Alive Response", 6 = "Redirection Request", 7 = "Redirection Response",
        25 = "SRVCC PS to CS Request", 26 = "SRVCC PS to CS Response", 27 = "SRVCC PS to CS Complete Notification",
        28 = "SRVCC PS to CS Complete Acknowledge", 29 = "SRVCC PS to CS Cancel Notification",
        30 = "SRVCC PS to CS Cancel Acknowledge", 31 = "SRVCC CS to PS Request", 32 = "Create Session Request",
        33 = "Create Session Response", 34 = "Modify Bearer Request", 35 = "Modify Bearer Response",
        36 = "Delete Session Request", 37 = "Delete Session Response", 38 = "Change Notification Request",
        39 = "Change Notification Response", 40 = "Remote UE Report Notification",
        41 = "Remote UE Report Acknowledge", 64 = "Modify Bearer Command", 65 = "Modify Bearer Failure Indication",
        66 = "Delete Bearer Command", 67 = "Delete Bearer Failure Indication", 68 = "Bearer Resource Command",
        69 = "Bearer Resource Failure Indication", 70 = "Downlink Data Notification Failure Indication",
        71 = "Trace Session Activation", 72 = "Trace Session Deactivation", 73 = "Stop Paging Indication",
        95 = "Create Bearer Request", 96 = "Create Bearer Response", 97 = "Update Bearer Request",
        98 = "Update Bearer Response", 99 = "Delete Bearer Request", 100 = "Delete Bearer Response",
        101 = "Delete PDN Connection Set Request", 102 = "Delete PDN Connection Set Response",
        103 = "PGW Downlink Triggering Notification", 104 = "PGW Downlink Triggering Acknowledge",
        128 = "Identification Request", 129 = "Identification Response", 130 = "Context Request",
        131 = "Context Response", 132 = "Context Acknowledge", 133 = "Forward Relocation Request",
        134 = "Forward Relocation Response", 135 = "Forward Relocation Complete Notification",
        136 = "Forward Relocation Complete Acknowledge", 137 = "Forward Access Context Notification",
        138 = "Forward Access Context Acknowledge", 139 = "Relocation Cancel Request",
        140 = "Relocation Cancel Response", 141 = "Configuration Transfer Tunnel", 149 = "Detach Notification",
        150 = "Detach Acknowledge", 151 = "CS Paging Indication", 152 = "RAN Information Relay",
        153 = "Alert MME Notification", 154 = "Alert MME Acknowledge", 155 = "UE Activity Notification",
        156 = "UE Activity Acknowledge", 157 = "ISR Status Indication", 158 = "UE Registration Query Request",
        159 = "UE Registration Query Response", 160 = "Create Forwarding Tunnel Request",
        161 = "Create Forwarding Tunnel Response", 162 = "Suspend Notification", 163 = "Suspend Acknowledge",
        164 = "Resume Notification", 165 = "Resume Acknowledge",
        166 = "Create Indirect Data Forwarding Tunnel Request",
        167 = "Create Indirect Data Forwarding Tunnel Response",
        168 = "Delete Indirect Data Forwarding Tunnel Request",
        169 = "Delete Indirect Data Forwarding Tunnel Response", 170 = "Release Access Bearers Request",
        171 = "Release Access Bearers Response", 176 = "Downlink Data Notification",
        177 = "Downlink Data Notification Acknowledgement",
        178 = "Reserved. Allocated in earlier version of the specification.", 179 = "PGW Restart Notification",
        180 = "PGW Restart Notification Acknowledge", 200 = "Update PDN Connection Set Request",
        201 = "Update PDN Connection Set Response", 211 = "Modify Access Bearers Request",
        212 = "Modify Access Bearers Response", 231 = "MBMS Session Start Request",
        232 = "MBMS Session Start Response", 233 = "MBMS Session Update Request",
        234 = "MBMS Session Update Response", 235 = "MBMS Session Stop Request", 236 = "MBMS Session Stop Response",
        240 = "SRVCC CS to PS Response", 241 = "SRVCC CS to PS Complete Notification",
        242 = "SRVCC CS to PS Complete Acknowledge", 243 = "SRVCC CS to PS Cancel Notification",
        244 = "SRVCC CS to PS Cancel Acknowledge",
    }
}

/// The message that carries a user's packet.
const T_PDU: u8 = 255;
/// No more extension headers.
const NO_MORE: u8 = 0;

/// GTP, versions 0 and 1, and GTP' where its own port does not tell.
pub struct Gtp;

impl Protocol for Gtp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "GTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(2123), Key::Udp(2152), Key::Tcp(2123), Key::Tcp(2152)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let flags = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        match flags >> 5 {
            0 | 1 => {}
            2 => return second(c),
            _ => return Err(Stop::NotMine),
        }
        dissect(c)
    }
}

/// GTP', which carries charging data.
pub struct GtpPrime;

impl Protocol for GtpPrime {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "GTP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(3386), Key::Tcp(3386)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let flags = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if flags >> 5 > 2 || flags & 0x10 != 0 {
            return Err(Stop::NotMine);
        }
        dissect(c)
    }
}

fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = u64::from(c.peek_u8(0).ok_or_else(|| c.short(1))?);
    let kind = c.peek_u8(1).ok_or_else(|| c.short(2))?;
    let (version, prime) = (VERSION.cut(flags), PAYLOAD.cut(flags) == 0);
    c.protocol("GTP");
    c.claim().str(name_of(MESSAGES, kind.into()).unwrap_or("Unknown"));
    c.u8(&FLAGS)?;
    c.below(|c| {
        let fields: &[&Field] = match (version, prime) {
            (_, true) => &[&VERSION, &PAYLOAD, &RESERVED_WIDE, &SHORT_HEADER],
            (0, _) => &[&VERSION, &PAYLOAD, &RESERVED_WIDE, &PDU_NUMBERED],
            _ => &[&VERSION, &PAYLOAD, &RESERVED, &EXTENDED, &NUMBERED, &PDU_NUMBERED],
        };
        for &field in fields {
            c.bits::<1>(field, flags);
        }
    });
    c.u8(&MESSAGE)?;
    let len = usize::from(c.u16(&LENGTH)?);
    if prime {
        c.u16(&SEQUENCE)?;
        return Ok(());
    }
    // The length counts what follows the first 8 bytes, or in version 0, the first 20.
    let end = c.pos().saturating_add(len + if version == 0 { 16 } else { 4 });
    if version == 0 {
        c.u16(&SEQUENCE)?;
        c.skip(14)?;
    } else {
        c.u32(&TEID)?;
        optional(c, flags)?;
    }
    c.layer_ends();
    if kind != T_PDU || c.pos() >= end.min(c.limit()) {
        return Ok(());
    }
    c.trim(end.saturating_sub(c.pos()));
    carried(c)
}

/// What stands in the header if any of three flags says so.
fn optional<S: Sink>(c: &mut Cursor<'_, S>, flags: u64) -> Result<(), Stop> {
    if flags & 7 == 0 {
        return Ok(());
    }
    if NUMBERED.cut(flags) == 1 {
        c.u16(&SEQUENCE).map(|_| ())?;
    } else {
        c.skip(2)?;
    }
    if PDU_NUMBERED.cut(flags) == 1 {
        c.u8(&PDU_NUMBER).map(|_| ())?;
    } else {
        c.skip(1)?;
    }
    if EXTENDED.cut(flags) == 0 {
        return c.skip(1);
    }
    let mut next = c.u8(&NEXT)?;
    while next != NO_MORE {
        c.group(&EXTENSION, |c| {
            c.append(|l| _ = l.str(" (").str(name_of(EXTENSIONS, next.into()).unwrap_or("Unknown")).byte(b')'));
            let words = usize::from(c.u8(&EXTENSION_LENGTH)?);
            if words == 0 {
                return Err(Stop::Malformed);
            }
            c.skip(words * 4 - 2)?;
            next = c.u8(&NEXT)?;
            Ok(())
        })?;
    }
    Ok(())
}

/// A user's packet: IP, PPP, or what is not known.
fn carried<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    c.lend(|c| match (first >> 4, first) {
        (4 | 6, _) => c.call::<Ip>(),
        (_, 0xff) => c.call::<Ppp>(),
        _ => {
            c.data();
            Ok(false)
        }
    })?;
    // The column tells of both: the tunnel, and what it carries.
    let mut inner = [0; 32];
    let column = c.row().protocol_column();
    let len = column.len().min(inner.len());
    for (place, &byte) in inner.iter_mut().zip(column) {
        *place = byte;
    }
    if let Some(inner) = inner.get(..len).filter(|inner| *inner != b"GTP") {
        c.row().protocol_text().str("GTP <").bytes(inner).byte(b'>');
    }
    Ok(())
}

/// GTPv2-C: as many messages as there are, the first of which says whether another one follows.
fn second<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.forget_layer();
    c.call::<GtpV2>().map(|_taken| ())
}

/// GTPv2-C.
pub struct GtpV2;

impl Protocol for GtpV2 {
    const LAYER: &'static Field = &SECOND_LAYER;
    const NAME: &'static str = "GTPv2";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("GTPv2");
        c.claim();
        loop {
            let flags = u64::from(c.peek_u8(0).ok_or_else(|| c.short(1))?);
            let kind = c.peek_u8(1).ok_or_else(|| c.short(2))?;
            if !c.row().fresh() {
                c.info().str(" / ");
            }
            c.begin_layer();
            c.info().str(name_of(SECOND_MESSAGES, kind.into()).unwrap_or("Unknown"));
            c.u8(&SECOND_FLAGS)?;
            c.below(|c| {
                for field in [&SECOND_VERSION, &PIGGYBACKING, &TEID_FLAG] {
                    c.bits::<1>(field, flags);
                }
            });
            c.u8(&SECOND_MESSAGE)?;
            let end = c.pos() + 2 + usize::from(c.u16(&SECOND_LENGTH)?);
            if TEID_FLAG.cut(flags) == 1 {
                c.u32(&SECOND_TEID)?;
            }
            c.u24(&SECOND_SEQUENCE)?;
            c.u8(&SPARE)?;
            if PIGGYBACKING.cut(flags) == 0 || end >= c.limit() {
                return Ok(());
            }
            c.seek(end);
        }
    }
}
