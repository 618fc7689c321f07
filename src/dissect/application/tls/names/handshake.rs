//! Names of the record and handshake layers.

use crate::names;

names! {
    /// Record content types.
    pub(crate) CONTENT_TYPES {
        20 = "Change Cipher Spec",
        21 = "Alert",
        22 = "Handshake",
        23 = "Application Data",
        24 = "Heartbeat",
        25 = "Connection ID",
    }

    /// Protocol versions.
    pub(crate) VERSIONS {
        0x0002 = "SSL 2.0",
        0x0100 = "DTLS 1.0 (OpenSSL pre 0.9.8f)",
        0x0101 = "GMTLS",
        0x0300 = "SSL 3.0",
        0x0301 = "TLS 1.0",
        0x0302 = "TLS 1.1",
        0x0303 = "TLS 1.2",
        0x0304 = "TLS 1.3",
        0x0a0a = "Reserved (GREASE)",
        0x1a1a = "Reserved (GREASE)",
        0x2a2a = "Reserved (GREASE)",
        0x3a3a = "Reserved (GREASE)",
        0x4a4a = "Reserved (GREASE)",
        0x5a5a = "Reserved (GREASE)",
        0x6a6a = "Reserved (GREASE)",
        0x7a7a = "Reserved (GREASE)",
        0x7f0e = "TLS 1.3 (draft 14)",
        0x7f0f = "TLS 1.3 (draft 15)",
        0x7f10 = "TLS 1.3 (draft 16)",
        0x7f11 = "TLS 1.3 (draft 17)",
        0x7f12 = "TLS 1.3 (draft 18)",
        0x7f13 = "TLS 1.3 (draft 19)",
        0x7f14 = "TLS 1.3 (draft 20)",
        0x7f15 = "TLS 1.3 (draft 21)",
        0x7f16 = "TLS 1.3 (draft 22)",
        0x7f17 = "TLS 1.3 (draft 23)",
        0x7f18 = "TLS 1.3 (draft 24)",
        0x7f19 = "TLS 1.3 (draft 25)",
        0x7f1a = "TLS 1.3 (draft 26)",
        0x7f1b = "TLS 1.3 (draft 27)",
        0x7f1c = "TLS 1.3 (draft 28)",
        0x8a8a = "Reserved (GREASE)",
        0x9a9a = "Reserved (GREASE)",
        0xaaaa = "Reserved (GREASE)",
        0xbaba = "Reserved (GREASE)",
        0xcaca = "Reserved (GREASE)",
        0xdada = "Reserved (GREASE)",
        0xeaea = "Reserved (GREASE)",
        0xfafa = "Reserved (GREASE)",
        0xfb17 = "TLS 1.3 (Facebook draft 23)",
        0xfb1a = "TLS 1.3 (Facebook draft 26)",
        0xfefd = "DTLS 1.2",
        0xfeff = "DTLS 1.0",
    }

    /// Handshake message types.
    pub(crate) HANDSHAKE_TYPES {
        0 = "Hello Request",
        1 = "Client Hello",
        2 = "Server Hello",
        3 = "Hello Verify Request",
        4 = "New Session Ticket",
        5 = "End of Early Data",
        6 = "Hello Retry Request",
        8 = "Encrypted Extensions",
        11 = "Certificate",
        12 = "Server Key Exchange",
        13 = "Certificate Request",
        14 = "Server Hello Done",
        15 = "Certificate Verify",
        16 = "Client Key Exchange",
        20 = "Finished",
        21 = "Client Certificate URL",
        22 = "Certificate Status",
        23 = "Supplemental Data",
        24 = "Key Update",
        25 = "Compressed Certificate",
        67 = "Encrypted Extensions",
    }

    /// Alert levels.
    pub(crate) ALERT_LEVELS {
        1 = "Warning",
        2 = "Fatal",
    }

    /// Alert descriptions.
    pub(crate) ALERTS {
        0 = "Close Notify",
        1 = "End of Early Data",
        10 = "Unexpected Message",
        20 = "Bad Record MAC",
        21 = "Decryption Failed",
        22 = "Record Overflow",
        30 = "Decompression Failure",
        40 = "Handshake Failure",
        41 = "No Certificate",
        42 = "Bad Certificate",
        43 = "Unsupported Certificate",
        44 = "Certificate Revoked",
        45 = "Certificate Expired",
        46 = "Certificate Unknown",
        47 = "Illegal Parameter",
        48 = "Unknown CA",
        49 = "Access Denied",
        50 = "Decode Error",
        51 = "Decrypt Error",
        60 = "Export Restriction",
        70 = "Protocol Version",
        71 = "Insufficient Security",
        80 = "Internal Error",
        86 = "Inappropriate Fallback",
        90 = "User Canceled",
        100 = "No Renegotiation",
        109 = "Missing Extension",
        110 = "Unsupported Extension",
        111 = "Certificate Unobtainable",
        112 = "Unrecognized Name",
        113 = "Bad Certificate Status Response",
        114 = "Bad Certificate Hash Value",
        115 = "Unknown PSK Identity",
        116 = "Certificate Required",
        120 = "No application Protocol",
        121 = "ECH Required",
    }

    /// Compression methods.
    pub(crate) COMPRESSION_METHODS {
        0 = "null",
        1 = "DEFLATE",
        64 = "LZS",
    }

    /// Client certificate types.
    pub(crate) CLIENT_CERTIFICATES {
        1 = "RSA Sign",
        2 = "DSS Sign",
        3 = "RSA Fixed DH",
        4 = "DSS Fixed DH",
        21 = "GOST R 34.10-94",
        22 = "GOST R 34.10-2001",
        64 = "ECDSA Sign",
        65 = "RSA Fixed ECDH",
        66 = "ECDSA Fixed ECDH",
        80 = "IBC Params",
    }

    /// EC curve types.
    pub(crate) CURVE_TYPES {
        0x01 = "explicit_prime",
        0x02 = "explicit_char2",
        0x03 = "named_curve",
    }

    /// Certificate URL chain types.
    pub(crate) URL_TYPES {
        1 = "Individual Certificates",
        2 = "PKI Path",
    }

    /// Key update requests.
    pub(crate) KEY_UPDATES {
        0 = "update_not_requested",
        1 = "update_requested",
    }

    /// Heartbeat message types.
    pub(crate) HEARTBEATS {
        1 = "Request",
        2 = "Response",
    }
}
