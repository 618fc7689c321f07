//! Fields of the options, apart from those of Multipath TCP and of Riverbed's.

use crate::dissect::field::{Field, Kind};
use crate::{experts, fields, names};

/// What stands in place of an option whose length cannot be.
pub(super) static BROKEN: Field = Field::new("", "", Kind::None);

fields! {
    OPTIONS = "tcp.options", "Options", Bytes;
    KIND = "tcp.option_kind", "Kind", U8 names(KINDS);
    LEN = "tcp.option_len", "Length", U8;
    EOL = "tcp.options.eol", "TCP Option - End of Option List (EOL)", Bytes standalone;
    PADDING_TEXT = "", "Non-zero header padding", None;
    NOP = "tcp.options.nop", "TCP Option - No-Operation (NOP)", Bytes standalone;
    UNKNOWN = "tcp.options.unknown", "TCP Option - Unknown", Bytes standalone;
    UNKNOWN_PAYLOAD = "tcp.options.unknown.payload", "Payload", Bytes;
    MSS = "tcp.options.mss", "TCP Option - Maximum segment size", Bytes standalone;
    MSS_VALUE = "tcp.options.mss_val", "MSS Value", U16;
    SCALE = "tcp.options.wscale", "TCP Option - Window scale", Bytes standalone;
    SHIFT = "tcp.options.wscale.shift", "Shift count", U8;
    MULTIPLIER = "tcp.options.wscale.multiplier", "Multiplier", U16;
    SACK_PERMITTED = "tcp.options.sack_perm", "TCP Option - SACK permitted", Bytes standalone;
    SACK = "tcp.options.sack", "TCP Option - SACK", Bytes standalone;
    SACK_LEFT = "tcp.options.sack_le", "TCP SACK Left Edge", U32;
    SACK_RIGHT = "tcp.options.sack_re", "TCP SACK Right Edge", U32;
    SACK_COUNT = "tcp.options.sack.count", "TCP SACK Count", U8;
    DSACK_LEFT = "tcp.options.sack.dsack_le", "TCP D-SACK Left Edge", U32;
    DSACK_RIGHT = "tcp.options.sack.dsack_re", "TCP D-SACK Right Edge", U32;
    ECHO = "tcp.options.echo", "TCP Option - Echo", Bytes standalone;
    ECHO_VALUE = "tcp.options.echo_value", "TCP Echo Option", U32;
    TIMESTAMP = "tcp.options.timestamp", "TCP Option - Timestamps", Bytes standalone;
    TS_VALUE = "tcp.options.timestamp.tsval", "Timestamp value", U32;
    TS_ECHO = "tcp.options.timestamp.tsecr", "Timestamp echo reply", U32;
    CC = "tcp.options.cc", "TCP Option - CC", Bytes standalone;
    CC_VALUE = "tcp.options.cc_value", "TCP CC Option", U32;
    MD5 = "tcp.options.md5", "TCP Option - TCP MD5 signature", Bytes;
    MD5_DIGEST = "tcp.options.md5.digest", "MD5 digest", Bytes;
    SCPS = "tcp.options.scps", "TCP Option - SCPS capabilities", Bytes standalone;
    SCPS_VECTOR = "tcp.options.scps.vector", "TCP SCPS Capabilities Vector", U8 hex;
    SCPS_BETS = "tcp.options.scpsflags.bets", "Partial Reliability Capable (BETS)", Bool mask(0x80) set;
    SCPS_SNACK1 = "tcp.options.scpsflags.snack1", "Short Form SNACK Capable (SNACK1)", Bool mask(0x40) set;
    SCPS_SNACK2 = "tcp.options.scpsflags.snack2", "Long Form SNACK Capable (SNACK2)", Bool mask(0x20) set;
    SCPS_COMPRESS = "tcp.options.scpsflags.compress", "Lossless Header Compression (COMP)", Bool mask(0x10) set;
    SCPS_NLTS = "tcp.options.scpsflags.nlts", "Network Layer Timestamp (NLTS)", Bool mask(0x08) set;
    SCPS_RESERVED = "tcp.options.scpsflags.reserved", "Reserved", U8 mask(0x07);
    SCPS_BINDING = "tcp.options.scps.binding", "Connection ID", U8;
    SNACK = "tcp.options.snack", "TCP Option - Selective Negative Acknowledgment", Bytes standalone;
    SNACK_OFFSET = "tcp.options.snack.offset", "TCP SNACK Offset", U16;
    SNACK_SIZE = "tcp.options.snack.size", "TCP SNACK Size", U16;
    RECORD_BOUNDARY = "tcp.options.scpsrec", "TCP Option - SCPS record boundary", Bytes standalone;
    CORRUPTION = "tcp.options.scpscor", "TCP Option - SCPS corruption experienced", Bytes standalone;
    QUICK_START = "tcp.options.qs", "TCP Option - Quick-Start", Bytes standalone;
    QS_RATE = "tcp.options.qs.rate", "QS Rate", U8 mask(0x0f) names(RATES);
    QS_TTL = "tcp.options.qs.ttl_diff", "QS Rate", U8;
    USER_TIMEOUT = "tcp.options.user_to", "TCP Option - User Timeout", Bytes standalone;
    TIMEOUT_MINUTES = "tcp.options.user_to_granularity", "Granularity", Bool bits(16) mask(0x8000) flag("Minutes", "Seconds");
    TIMEOUT = "tcp.options.user_to_val", "User Timeout", U16 mask(0x7fff);
    AO = "tcp.options.ao", "TCP Option - TCP AO", Bytes standalone;
    AO_KEY = "tcp.options.ao.keyid", "AO KeyID", U8;
    AO_NEXT_KEY = "tcp.options.ao.rnextkeyid", "AO RNextKeyID", U8;
    AO_MAC = "tcp.options.ao.mac", "AO MAC", Bytes;
    FAST_OPEN = "tcp.options.tfo", "TCP Option - TCP Fast Open", Bytes standalone;
    FAST_OPEN_REQUEST = "tcp.options.tfo.request", "Fast Open Cookie Request", None;
    FAST_OPEN_COOKIE = "tcp.options.tfo.cookie", "Fast Open Cookie", Bytes;
    ACC_ECN = "tcp.options.acc_ecn", "TCP Option - Accurate ECN", Bytes standalone;
    ECT0_BYTES = "tcp.options.acc_ecn.ee0b", "Accurate ECN Echo ECT(0) Byte Counter", U24;
    CE_BYTES = "tcp.options.acc_ecn.eceb", "Accurate ECN Echo CE Byte Counter", U24;
    ECT1_BYTES = "tcp.options.acc_ecn.ee1b", "Accurate ECN Echo ECT(1) Byte Counter", U24;
    EXPERIMENT = "tcp.options.experimental", "TCP Option - Experimental", Bytes standalone;
    EXPERIMENT_ID = "tcp.options.experimental.exid", "Experiment Identifier", U16 hex names(EXPERIMENTS);
    EXPERIMENT_DATA = "tcp.options.experimental.data", "Data", Bytes;
    ACK_RATE = "tcp.options.tarr.rate", "TARR Rate", U8 mask(0xfe);
    ACK_RATE_RESERVED = "tcp.options.tar.reserved", "TARR Reserved", U8 mask(0x01);
}

experts! {
    MANY_NOPS = "tcp.nop", "4 NOP in a row - a router may have removed some options", Warning, Protocol;
    WRONG_LEN = "tcp.option.len.invalid", "Invalid length for option", Note, Sequence;
    MSS_ABSENT = "tcp.options.mss.absent", "The SYN packet does not contain a MSS option", Note, Protocol;
    MSS_PRESENT = "tcp.options.mss.present", "The non-SYN packet does contain a MSS option", Warning, Protocol;
    SHIFT_TOO_GREAT = "tcp.options.wscale.shift.invalid", "Window scale shift exceeds 14", Warning, Protocol;
    DSACK_SEEN = "tcp.options.sack.dsack", "D-SACK Sequence", Warning, Sequence;
    SUBOPTION = "tcp.suboption_malformed", "suboption would go past end of option", Error, Malformed;
    PADDING = "tcp.non_zero_bytes_after_eol", "Non-zero header padding", Error, Protocol;
}

names! {
    /// Kinds of option (IANA's registry).
    KINDS {
        0 = "End of Option List", 1 = "No-Operation", 2 = "Maximum Segment Size", 3 = "Window Scale",
        4 = "SACK Permitted", 5 = "SACK", 6 = "Echo", 7 = "Echo Reply", 8 = "Time Stamp Option",
        9 = "Partial Order Connection Permitted", 10 = "Partial Order Service Profile", 11 = "CC", 12 = "CC.NEW",
        13 = "CC.ECHO", 14 = "TCP Alternate Checksum Request", 15 = "TCP Alternate Checksum Data", 16 = "Skeeter",
        17 = "Bubba", 18 = "Trailer Checksum Option", 19 = "MD5 Signature Option", 20 = "SCPS Capabilities",
        21 = "Selective Negative Acknowledgements", 22 = "Record Boundaries", 23 = "Corruption experienced",
        24 = "SNAP", 25 = "Unassigned", 26 = "TCP Compression Filter", 27 = "Quick-Start Response",
        28 = "User Timeout Option", 29 = "The TCP Authentication Option", 30 = "Multipath TCP",
        34 = "TCP Fast Open Cookie", 76 = "Riverbed Probe", 78 = "Riverbed Transparency",
        172 = "Accurate ECN Order 0", 174 = "Accurate ECN Order 1", 253 = "RFC3692-style Experiment 1",
        254 = "RFC3692-style Experiment 2",
    }
    /// Rates of Quick-Start (RFC 4782 section 3.1).
    RATES {
        0 = "0 bit/s", 1 = "80 Kbit/s", 2 = "160 Kbit/s", 3 = "320 Kbit/s", 4 = "640 Kbit/s", 5 = "1.28 Mbit/s",
        6 = "2.56 Mbit/s", 7 = "5.12 Mbit/s", 8 = "10.24 Mbit/s", 9 = "20.48 Mbit/s", 10 = "40.96 Mbit/s",
        11 = "81.92 Mbit/s", 12 = "163.84 Mbit/s", 13 = "327.68 Mbit/s", 14 = "655.36 Mbit/s", 15 = "1.31072 Gbit/s",
    }
    /// Experiments that have a form of their own (IANA's registry of experiment identifiers).
    EXPERIMENTS {
        0x00ac = "TCP ACK Rate Request", 0xacc0 = "Accurate ECN - Order 0", 0xacc1 = "Accurate ECN - Order 1",
        0xf989 = "Fast Open",
    }
}
