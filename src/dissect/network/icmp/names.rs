//! The names of ICMP's types and codes (IANA: ICMP Parameters).

use crate::dissect::field::{Names, name_of};
use crate::names;

names! {
    /// Message types.
    pub(super) TYPES {
        0 = "Echo (ping) reply",
        1..=2 = "Reserved",
        3 = "Destination unreachable",
        4 = "Source quench (flow control)",
        5 = "Redirect",
        6 = "Alternate host address",
        8 = "Echo (ping) request",
        9 = "Router advertisement",
        10 = "Router solicitation",
        11 = "Time-to-live exceeded",
        12 = "Parameter problem",
        13 = "Timestamp request",
        14 = "Timestamp reply",
        15 = "Information request",
        16 = "Information reply",
        17 = "Address mask request",
        18 = "Address mask reply",
        19 = "Reserved (for security)",
        30 = "Traceroute",
        31 = "Datagram Conversion Error",
        32 = "Mobile Host Redirect",
        33 = "IPv6 Where-Are-You",
        34 = "IPv6 I-Am-Here",
        35 = "Mobile Registration Request",
        36 = "Mobile Registration Reply",
        37 = "Domain Name Request",
        38 = "Domain Name Reply",
        39 = "SKIP",
        40 = "Photuris",
        41 = "Experimental mobility protocols",
        42 = "Extended Echo request",
        43 = "Extended Echo reply",
    }
    UNREACHABLE_CODES {
        0 = "Network unreachable",
        1 = "Host unreachable",
        2 = "Protocol unreachable",
        3 = "Port unreachable",
        4 = "Fragmentation needed",
        5 = "Source route failed",
        6 = "Destination network unknown",
        7 = "Destination host unknown",
        8 = "Source host isolated",
        9 = "Network administratively prohibited",
        10 = "Host administratively prohibited",
        11 = "Network unreachable for TOS",
        12 = "Host unreachable for TOS",
        13 = "Communication administratively filtered",
        14 = "Host precedence violation",
        15 = "Precedence cutoff in effect",
    }
    REDIRECT_CODES {
        0 = "Redirect for network",
        1 = "Redirect for host",
        2 = "Redirect for TOS and network",
        3 = "Redirect for TOS and host",
    }
    ALTERNATE_CODES { 0 = "Alternate address for host" }
    ADVERTISEMENT_CODES { 0 = "Normal router advertisement", 16 = "Does not route common traffic" }
    EXCEEDED_CODES { 0 = "Time to live exceeded in transit", 1 = "Fragment reassembly time exceeded" }
    PROBLEM_CODES { 0 = "Pointer indicates the error", 1 = "Required option missing", 2 = "Bad length" }
    PHOTURIS_CODES {
        0 = "Bad SPI",
        1 = "Authentication Failed",
        2 = "Decompression Failed",
        3 = "Decryption Failed",
        4 = "Need Authentication",
        5 = "Need Authorization",
    }
    EXTENDED_REQUEST_CODES { 0 = "No error" }
    EXTENDED_REPLY_CODES {
        0 = "No error",
        1 = "Malformed Query",
        2 = "No Such Interface",
        3 = "No Such Table Entry",
        4 = "Multiple Interfaces Satisfy Query",
    }
    /// What an extended echo's answer says of the interface.
    pub(super) ECHO_STATES {
        0 = "Reserved",
        1 = "Incomplete",
        2 = "Reachable",
        3 = "Stale",
        4 = "Delay",
        5 = "Probe",
        6 = "Failed",
    }
}

/// The name of a message type. Router advertisements have another one if their code is Mobile IP's.
pub(super) fn of_type(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (9, 0 | 16) => "Mobile IP Advertisement",
        _ => name_of(TYPES, kind.into()).unwrap_or("Unknown ICMP (obsolete or malformed?)"),
    }
}

/// The name of a code, if its type has codes, and if it is one of them.
pub(super) fn of_code(kind: u8, code: u8) -> Option<Option<&'static str>> {
    let names: Names = match kind {
        3 => UNREACHABLE_CODES,
        5 => REDIRECT_CODES,
        6 => ALTERNATE_CODES,
        9 => ADVERTISEMENT_CODES,
        11 => EXCEEDED_CODES,
        12 => PROBLEM_CODES,
        40 => PHOTURIS_CODES,
        42 => EXTENDED_REQUEST_CODES,
        43 => EXTENDED_REPLY_CODES,
        _ => return None,
    };
    Some(name_of(names, code.into()))
}
