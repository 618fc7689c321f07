//! Names of IEEE 802.15.4.

use crate::names;

names! {
    pub(super) FRAME_TYPES {
        0 = "Beacon", 1 = "Data", 2 = "Ack", 3 = "Command", 4 = "Reserved", 5 = "Multipurpose",
        6 = "Fragment or Frak", 7 = "Extended",
    }
    pub(super) ADDRESSING { 0 = "None", 1 = "Reserved", 2 = "Short/16-bit", 3 = "Long/64-bit" }
    pub(super) VERSIONS {
        0 = "IEEE Std 802.15.4-2003", 1 = "IEEE Std 802.15.4-2006", 2 = "IEEE Std 802.15.4-2015", 3 = "Reserved",
    }
    pub(super) COMMANDS {
        1 = "Association Request", 2 = "Association Response", 3 = "Disassociation Notification", 4 = "Data Request",
        5 = "PAN ID Conflict", 6 = "Orphan Notification", 7 = "Beacon Request", 8 = "Coordinator Realignment",
        9 = "GTS Request", 10 = "TRLE Management Request", 11 = "TRLE Management Response",
        19 = "DSME Association Request", 20 = "DSME Association Response", 21 = "DSME GTS Request",
        22 = "DSME GTS Response", 23 = "DSME GTS Notify", 24 = "DSME Information Request",
        25 = "DSME Information Response", 26 = "DSME Beacon Allocation Notification",
        27 = "DSME Beacon Collision Notification", 28 = "DSME Link Report", 32 = "RIT Data Request",
        33 = "DBS Request", 34 = "DBS Response", 35 = "RIT Data Response", 36 = "Vendor Specific",
    }
    pub(super) HEADER_IES {
        0 = "Vendor Specific IE", 26 = "CSL IE", 27 = "RIT IE", 28 = "DSME PAN descriptor IE",
        29 = "Rendezvous Time IE", 30 = "Time Correction IE", 33 = "Extended DSME PAN descriptor IE",
        34 = "Fragment Sequence Context Description (FSCD) IE", 35 = "Simplified Superframe Specification IE",
        36 = "Simplified GTS Specification IE", 37 = "LECIM Capabilities IE", 38 = "TRLE Descriptor",
        39 = "RCC Capabilities IE", 40 = "RCCN Descriptor IE", 41 = "Global Time IE", 42 = "Wi-SUN IE", 43 = "DA IE",
        126 = "Header Termination 1 IE", 127 = "Header Termination 2 IE",
    }
    pub(super) PAYLOAD_IES {
        0 = "ESDU IE", 1 = "MLME IE", 2 = "Vendor Specific IE", 3 = "MPX IE", 4 = "Wi-SUN IE", 5 = "IETF IE",
        15 = "Payload Termination IE",
    }
    pub(super) IE_TYPES { 0 = "Header", 1 = "Payload" }
    pub(super) SECURITY_LEVELS {
        0 = "No Security", 1 = "32-bit Message Integrity Code", 2 = "64-bit Message Integrity Code",
        3 = "128-bit Message Integrity Code", 4 = "Encryption", 5 = "Encryption with 32-bit Message Integrity Code",
        6 = "Encryption with 64-bit Message Integrity Code", 7 = "Encryption with 128-bit Message Integrity Code",
    }
    pub(super) KEY_MODES {
        0 = "Implicit Key", 1 = "Indexed Key using the Default Key Source",
        2 = "Explicit Key with 4-octet Key Source", 3 = "Explicit Key with 8-octet Key Source",
    }
}
