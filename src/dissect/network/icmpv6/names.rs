//! The names of ICMPv6's types and codes (IANA: ICMPv6 Parameters).

use crate::dissect::field::{Names, name_of};
use crate::names;

names! {
    /// Message types.
    pub(super) TYPES {
        1 = "Destination Unreachable",
        2 = "Packet Too Big",
        3 = "Time Exceeded",
        4 = "Parameter Problem",
        100..=101 = "Private experimentation",
        127 = "Reserved for expansion of ICMPv6 error messages",
        128 = "Echo (ping) request",
        129 = "Echo (ping) reply",
        130 = "Multicast Listener Query",
        131 = "Multicast Listener Report",
        132 = "Multicast Listener Done",
        133 = "Router Solicitation",
        134 = "Router Advertisement",
        135 = "Neighbor Solicitation",
        136 = "Neighbor Advertisement",
        137 = "Redirect",
        138 = "Router Renumbering",
        139 = "Node Information Query",
        140 = "Node Information Reply",
        141 = "Inverse Neighbor Discovery Solicitation",
        142 = "Inverse Neighbor Discovery Advertisement",
        143 = "Multicast Listener Report Message v2",
        144 = "Home Agent Address Discovery Request",
        145 = "Home Agent Address Discovery Reply",
        146 = "Mobile Prefix Solicitation",
        147 = "Mobile Prefix Advertisement",
        148 = "Certification Path Solicitation",
        149 = "Certification Path Advertisement",
        150 = "Experimental Mobility",
        151 = "Multicast Router Advertisement",
        152 = "Multicast Router Solicitation",
        153 = "Multicast Router Termination",
        154 = "FMIPv6",
        155 = "RPL Control",
        156 = "Locator Update",
        157 = "Duplicate Address Request",
        158 = "Duplicate Address Confirmation",
        159 = "MPL Control Message",
        160 = "Extended Echo request",
        161 = "Extended Echo reply",
        200..=201 = "Private experimentation",
        255 = "Reserved for expansion of ICMPv6 informational messages",
    }
    UNREACHABLE_CODES {
        0 = "no route to destination",
        1 = "Administratively prohibited",
        2 = "Beyond scope of source address",
        3 = "Address unreachable",
        4 = "Port unreachable",
        5 = "Source address failed ingress/egress policy",
        6 = "Reject route to destination",
        7 = "Error in Source Routing Header",
    }
    EXCEEDED_CODES { 0 = "hop limit exceeded in transit", 1 = "fragment reassembly time exceeded" }
    PROBLEM_CODES {
        0 = "erroneous header field encountered",
        1 = "unrecognized Next Header type encountered",
        2 = "unrecognized IPv6 option encountered",
        3 = "IPv6 First Fragment has incomplete IPv6 Header Chain",
    }
    RENUMBERING_CODES { 0 = "Command", 1 = "Result", 255 = "Sequence number reset" }
    QUERY_CODES {
        0 = "Query subject = IPv6 addresses",
        1 = "Query subject = DNS name or empty",
        2 = "Query subject = IPv4 addresses",
    }
    REPLY_CODES { 0 = "Successful", 1 = "Refused", 2 = "Unknown query type" }
    RPL_CODES {
        0 = "DODAG Information Solicitation",
        1 = "DODAG Information Object",
        2 = "Destination Advertisement Object",
        3 = "Destination Advertisement Object Acknowledgment",
        4 = "P2P Discovery Reply Object",
        5 = "P2P Discovery Reply Object Acknowledgement",
        128 = "Secure DODAG Information Solicitation",
        129 = "Secure DODAG Information Object",
        130 = "Secure Destination Advertisement Object",
        131 = "Secure Destination Advertisement Object Acknowledgment",
        132 = "P2P Secure Discovery Reply Object",
        133 = "P2P Secure Discovery Reply Object Acknowledgement",
        138 = "Consistency Check",
    }
    EXTENDED_REQUEST_CODES { 0 = "No error" }
    EXTENDED_REPLY_CODES {
        0 = "No error",
        1 = "Malformed Query",
        2 = "No Such Interface",
        3 = "No Such Table Entry",
        4 = "Multiple Interfaces Satisfy Query",
    }
    /// Messages of fast handovers (RFC 5568), in the byte behind the checksum.
    pub(super) MOBILITY_SUBTYPES {
        2 = "Router Solicitation for Proxy Advertisement",
        3 = "Proxy Router Advertisement",
        4 = "Handover Initiate",
        5 = "Handover Acknowledge",
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

/// The name of a code, if its type has codes, and if it is one of them.
pub(super) fn of_code(kind: u8, code: u8) -> Option<Option<&'static str>> {
    let names: Names = match kind {
        1 => return Some(Some(name_of(UNREACHABLE_CODES, code.into()).unwrap_or("Unknown"))),
        3 => EXCEEDED_CODES,
        4 => PROBLEM_CODES,
        138 => RENUMBERING_CODES,
        139 => QUERY_CODES,
        140 => REPLY_CODES,
        155 => RPL_CODES,
        160 => EXTENDED_REQUEST_CODES,
        161 => EXTENDED_REPLY_CODES,
        _ => return None,
    };
    Some(name_of(names, code.into()))
}
