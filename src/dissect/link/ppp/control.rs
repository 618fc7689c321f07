//! PPP's control protocols: packets of a code, an identifier, a length and options (RFC 1661 section 5).

use super::PROTOCOLS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    CODE = "ppp.code", "Code", U8;
    IDENTIFIER = "ppp.identifier", "Identifier", U8 dec_hex;
    LENGTH = "ppp.length", "Length", U16;
    MAGIC = "ppp.magic_number", "Magic Number", U32 hex;
    OUI = "ppp.oui", "OUI", U24 hex;
    DATA = "ppp.data", "Data", Bytes;
    OPTIONS = "", "Options", None;
    OPTION = "", "Option", None;
    OPTION_TYPE = "ppp.opt.type", "Type", U8;
    OPTION_LEN = "ppp.opt.length", "Length", U8;
    OPTION_DATA = "ppp.opt.data", "Data", Bytes;
    REJECTED = "lcp.rej_proto", "Rejected Protocol", U16 hex names(PROTOCOLS);
    SECONDS = "lcp.secs_remaining", "Seconds Remaining", U32 unit(" second", " seconds");
    MESSAGE = "lcp.message", "Message", Str;
}

names! {
    LCP_CODES {
        0 = "Vendor Specific",
        1 = "Configuration Request",
        2 = "Configuration Ack",
        3 = "Configuration Nak",
        4 = "Configuration Reject",
        5 = "Termination Request",
        6 = "Termination Ack",
        7 = "Code Reject",
        8 = "Protocol Reject",
        9 = "Echo Request",
        10 = "Echo Reply",
        11 = "Discard Request",
        12 = "Identification",
        13 = "Time Remaining",
    }
    NETWORK_CODES {
        0 = "Vendor Specific",
        1 = "Configuration Request",
        2 = "Configuration Ack",
        3 = "Configuration Nak",
        4 = "Configuration Reject",
        5 = "Termination Request",
        6 = "Termination Ack",
        7 = "Code Reject",
    }
    COMPRESSION_CODES {
        0 = "Vendor Specific",
        1 = "Configuration Request",
        2 = "Configuration Ack",
        3 = "Configuration Nak",
        4 = "Configuration Reject",
        5 = "Termination Request",
        6 = "Termination Ack",
        7 = "Code Reject",
        14 = "Reset Request",
        15 = "Reset Ack",
    }
    CALLBACK_CODES { 1 = "Callback Request", 2 = "Callback Response", 3 = "Callback Ack" }
    MULTIPLEX_CODES { 1 = "Configuration Request", 2 = "Configuration Ack" }
    LCP_OPTIONS {
        0 = "Vendor Specific",
        1 = "Maximum Receive Unit",
        2 = "Async Control Character Map",
        3 = "Authentication Protocol",
        4 = "Quality Protocol",
        5 = "Magic Number",
        7 = "Protocol Field Compression",
        8 = "Address and Control Field Compression",
        9 = "FCS Alternatives",
        10 = "Self-Describing Padding",
        11 = "Numbered Mode",
        13 = "Callback",
        17 = "Multilink MRRU",
        18 = "Multilink Short Sequence Number Header",
        19 = "Multilink Endpoint Discriminator",
        23 = "Link Discriminator for BAP",
    }
    IPCP_OPTIONS {
        0 = "Vendor Specific",
        1 = "IP Addresses (deprecated)",
        2 = "IP Compression Protocol",
        3 = "IP Address",
        4 = "Mobile Node's Home IP Address",
        129 = "Primary DNS Server IP Address",
        130 = "Primary NBNS Server IP Address",
        131 = "Secondary DNS Server IP Address",
        132 = "Secondary NBNS Server IP Address",
    }
    IPV6CP_OPTIONS { 1 = "Interface Identifier", 2 = "IPv6 Compression Protocol" }
    CCP_OPTIONS {
        0 = "OUI",
        1 = "Predictor type 1",
        2 = "Predictor type 2",
        3 = "Puddle Jumper",
        16 = "Hewlett-Packard PPC",
        17 = "Stac Electronics LZS",
        18 = "Microsoft PPE/PPC",
        19 = "Gandalf FZA",
        20 = "V.42bis compression",
        21 = "BSD Compress",
        23 = "LZS-DCP",
        24 = "Deflate",
        26 = "MVRCA (Magnalink)",
    }
    NO_OPTIONS {}
}

/// What tells the control protocols apart.
trait Control {
    /// The Protocol column.
    const SHORT: &'static str;
    /// The names of its codes.
    const CODES: Names;
    /// The names of its options.
    const OPTIONS: Names;
}

/// Declares control protocols: type, column, key, full name, number, codes, options.
macro_rules! control_protocols {
    ($($(#[$doc:meta])* $Type:ident, $short:literal, $key:literal, $label:literal, $number:literal, $codes:ident, $options:ident;)*) => {
        $(
            $(#[$doc])*
            pub struct $Type;
            impl Control for $Type {
                const SHORT: &'static str = $short;
                const CODES: Names = $codes;
                const OPTIONS: Names = $options;
            }
            impl Protocol for $Type {
                const LAYER: &'static Field = {
                    static LAYER: Field = Field::new($key, $label, Kind::Protocol);
                    &LAYER
                };
                const NAME: &'static str = $short;
                const FIELDS: &'static [&'static Field] = FIELDS;
                const KEYS: &'static [Key] = &[Key::Ppp($number)];
                fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
                    packet::<Self, S>(c)
                }
            }
        )*
    };
}

control_protocols! {
    /// The link control protocol (RFC 1661).
    Lcp, "PPP LCP", "lcp", "PPP Link Control Protocol", 0xc021, LCP_CODES, LCP_OPTIONS;
    /// IP (RFC 1332).
    Ipcp, "PPP IPCP", "ipcp", "PPP IP Control Protocol", 0x8021, NETWORK_CODES, IPCP_OPTIONS;
    /// IPv6 (RFC 5072).
    Ipv6cp, "PPP IPV6CP", "ipv6cp", "PPP IPv6 Control Protocol", 0x8057, NETWORK_CODES, IPV6CP_OPTIONS;
    /// Compression (RFC 1962).
    Ccp, "PPP CCP", "ccp", "PPP Compression Control Protocol", 0x80fd, COMPRESSION_CODES, CCP_OPTIONS;
    /// Microsoft's callback.
    Cbcp, "PPP CBCP", "cbcp", "PPP Callback Control Protocol", 0xc029, CALLBACK_CODES, NO_OPTIONS;
    /// Bandwidth allocation (RFC 2125).
    Bacp, "PPP BACP", "bacp", "PPP Bandwidth Allocation Control Protocol", 0xc02b, NETWORK_CODES, NO_OPTIONS;
    /// Cisco Discovery Protocol.
    Cdpcp, "PPP CDPCP", "cdpcp", "PPP CDP Control Protocol", 0x8207, NETWORK_CODES, NO_OPTIONS;
    /// MPLS (RFC 3032).
    Mplscp, "PPP MPLSCP", "mplscp", "PPP MPLS Control Protocol", 0x8281, NETWORK_CODES, NO_OPTIONS;
    /// Bridging (RFC 3518).
    Bcp, "PPP BCP NCP", "bcp_ncp", "PPP Bridging Control Protocol Network Control Protocol", 0x8031, LCP_CODES, NO_OPTIONS;
    /// OSI network layer (RFC 1377).
    Osinlcp, "PPP OSINLCP", "osinlcp", "PPP OSI Network Layer Control Protocol", 0x8023, NETWORK_CODES, NO_OPTIONS;
    /// Multiplexing (RFC 3153).
    PppMuxCp, "PPP PPPMuxCP", "pppmuxcp", "PPPMux Control Protocol", 0x8059, MULTIPLEX_CODES, NO_OPTIONS;
}

fn packet<P: Control, S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.need(4)?;
    let code = c.peek_u8(0).unwrap_or_default();
    let name = name_of(P::CODES, code.into()).unwrap_or("Unknown");
    c.protocol(P::SHORT);
    c.claim().str(name);
    c.u8(&CODE)?;
    c.label(|l| _ = l.str("Code: ").str(name).str(" (").dec(code).byte(b')'));
    c.u8(&IDENTIFIER)?;
    let len = usize::from(c.u16(&LENGTH)?).saturating_sub(4);
    if len > c.reported() {
        return Err(c.short(len));
    }
    c.trim(len);
    body(c, code, P::OPTIONS)
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, code: u8, names: Names) -> Result<(), Stop> {
    match code {
        0 => {
            c.u32(&MAGIC)?;
            c.u24(&OUI)?;
            c.skip(1)?;
            rest(c, &DATA)
        }
        1..=4 if c.reported() > 0 => c.group(&OPTIONS, |c| options(c, names)),
        8 => {
            c.u16(&REJECTED)?;
            rest(c, &DATA)
        }
        9..=11 => {
            c.u32(&MAGIC)?;
            rest(c, &DATA)
        }
        12 => {
            c.u32(&MAGIC)?;
            rest(c, &MESSAGE)
        }
        13 => {
            c.u32(&MAGIC)?;
            c.u32(&SECONDS)?;
            rest(c, &MESSAGE)
        }
        _ => rest(c, &DATA),
    }
}

fn rest<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    if c.reported() == 0 {
        return Ok(());
    }
    c.bytes(field, c.remaining()).map(|_| ())
}

/// Options: type, length with these two bytes, data. One that contradicts itself ends the list.
fn options<S: Sink>(c: &mut Cursor<'_, S>, names: Names) -> Result<(), Stop> {
    let count = c.reported() as u64;
    c.append(|l| _ = l.str(": (").dec(count).str(if count == 1 { " byte)" } else { " bytes)" }));
    while c.reported() > 0 {
        c.need(1)?;
        let (kind, len) = (c.peek_u8(0).unwrap_or_default(), usize::from(c.peek_u8(1).unwrap_or_default()));
        if len < 2 || len > c.reported() {
            break;
        }
        c.group(&OPTION, |c| {
            let name = name_of(names, kind.into()).unwrap_or("Unknown");
            c.label(|l| _ = l.str(name));
            c.u8(&OPTION_TYPE)?;
            c.label(|l| _ = l.str("Type: ").str(name).str(" (").dec(kind).byte(b')'));
            c.u8(&OPTION_LEN)?;
            if len > 2 {
                c.bytes(&OPTION_DATA, len - 2)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
