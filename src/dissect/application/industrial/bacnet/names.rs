//! Names of BACnet: messages of its layers, services, objects.

use crate::names;

names! {
    pub(super) LINK_TYPES {
        129 = "BACnet/IP (Annex J)", 130 = "BACnet/IPV6 (Annex U)",
    }
    pub(super) LINK_FUNCTIONS {
        0 = "BVLC-Result", 1 = "Write-Broadcast-Distribution-Table", 2 = "Read-Broadcast-Distribution-Table",
        3 = "Read-Broadcast-Distribution-Table-Ack", 4 = "Forwarded-NPDU", 5 = "Register-Foreign-Device",
        6 = "Read-Foreign-Device-Table", 7 = "Read-Foreign-Device-Table-Ack", 8 = "Delete-Foreign-Device-Table-Entry",
        9 = "Distribute-Broadcast-To-Network", 10 = "Original-Unicast-NPDU", 11 = "Original-Broadcast-NPDU",
        12 = "Secured-BVLL",
    }
    pub(super) NETWORK_MESSAGES {
        0 = "Who-Is-Router-To-Network", 1 = "I-Am-Router-To-Network", 2 = "I-Could-Be-Router-To-Network",
        3 = "Reject-Message-To-Network", 4 = "Router-Busy-To-Network", 5 = "Router-Available-To-Network",
        6 = "Initialize-Routing-Table", 7 = "Initialize-Routing-Table-Ack", 8 = "Establish-Connection-To-Network",
        9 = "Disconnect-Connection-To-Network", 10 = "Challenge-Request", 11 = "Security-Payload",
        12 = "Security-Response", 13 = "Request-Key-Update", 14 = "Update-Keyset", 15 = "Update-distribution-Key",
        16 = "Request-Masterkey", 17 = "Set-Masterkey", 18 = "What-Is-Networknumber", 19 = "Networknumber-Is",
        20..=127 = "Reserved for Use by ASHRAE", 128..=255 = "Vendor Proprietary Message",
    }
    pub(super) TYPES {
        0 = "Confirmed-REQ", 1 = "Unconfirmed-REQ", 2 = "Simple-ACK", 3 = "Complex-ACK", 4 = "Segment-ACK",
        5 = "Error", 6 = "Reject", 7 = "Abort",
    }
    pub(super) CONFIRMED {
        0 = "acknowledgeAlarm", 1 = "confirmedCOVNotification", 2 = "confirmedEventNotification",
        3 = "getAlarmSummary", 4 = "getEnrollmentSummary", 5 = "subscribeCOV", 6 = "atomicReadFile",
        7 = "atomicWriteFile", 8 = "addListElement", 9 = "removeListElement", 10 = "createObject",
        11 = "deleteObject", 12 = "readProperty", 13 = "readPropertyConditional", 14 = "readPropertyMultiple",
        15 = "writeProperty", 16 = "writePropertyMultiple", 17 = "deviceCommunicationControl",
        18 = "confirmedPrivateTransfer", 19 = "confirmedTextMessage", 20 = "reinitializeDevice", 21 = "vtOpen",
        22 = "vtClose", 23 = "vtData", 24 = "authenticate", 25 = "requestKey", 26 = "readRange",
        27 = "lifeSafetyOperation", 28 = "subscribeCOVProperty", 29 = "getEventInformation",
        30 = "subscribeCovPropertyMultiple", 31 = "confirmedCovNotificationMultiple",
        32 = "confirmedAuditNotification", 33 = "auditLogQuery",
    }
    pub(super) UNCONFIRMED {
        0 = "i-Am", 1 = "i-Have", 2 = "unconfirmedCOVNotification", 3 = "unconfirmedEventNotification",
        4 = "unconfirmedPrivateTransfer", 5 = "unconfirmedTextMessage", 6 = "timeSynchronization", 7 = "who-Has",
        8 = "who-Is", 9 = "utcTimeSynchronization", 10 = "writeGroup", 11 = "unconfirmedCovNotificationMultiple",
        12 = "unconfirmedAuditNotification", 13 = "who-am-I", 14 = "you-are",
    }
    pub(super) REJECTS {
        0 = "other", 1 = "buffer-overflow", 2 = "inconsistent-parameters", 3 = "invalid-parameter-data-type",
        4 = "invalid-tag", 5 = "missing-required-parameter", 6 = "parameter-out-of-range", 7 = "too-many-arguments",
        8 = "undefined-enumeration", 9 = "unrecognized-service",
    }
    pub(super) ABORTS {
        0 = "other", 1 = "buffer-overflow", 2 = "invalid-apdu-in-this-state", 3 = "preempted-by-higher-priority-task",
        4 = "segmentation-not-supported", 5 = "security-error", 6 = "insufficient-security",
        7 = "window-size-out-of-range", 8 = "application-exceeded-reply-time", 9 = "out-of-resources",
        10 = "tsm-timeout", 11 = "apdu-too-long",
    }
    pub(super) OBJECTS {
        0 = "analog-input", 1 = "analog-output", 2 = "analog-value", 3 = "binary-input", 4 = "binary-output",
        5 = "binary-value", 6 = "calendar", 7 = "command", 8 = "device", 9 = "event-enrollment", 10 = "file",
        11 = "group", 12 = "loop", 13 = "multi-state-input", 14 = "multi-state-output", 15 = "notification-class",
        16 = "program", 17 = "schedule", 18 = "averaging", 19 = "multi-state-value", 20 = "trend-log",
        21 = "life-safety-point", 22 = "life-safety-zone", 23 = "accumulator", 24 = "pulse-converter",
        25 = "event-log", 26 = "global-group", 27 = "trend-log-multiple", 28 = "load-control", 29 = "structured-view",
        30 = "access-door", 31 = "timer", 32 = "access-credential", 33 = "access-point", 34 = "access-rights",
        35 = "access-user", 36 = "access-zone", 37 = "credential-data-input", 38 = "network-security",
        39 = "bitstring-value", 40 = "characterstring-value", 41 = "date-pattern-value", 42 = "date-value",
        43 = "datetime-pattern-value", 44 = "datetime-value", 45 = "integer-value", 46 = "large-analog-value",
        47 = "octetstring-value", 48 = "positive-integer-value", 49 = "time-pattern-value", 50 = "time-value",
        51 = "notification-forwarder", 52 = "alert-enrollment", 53 = "channel", 54 = "lighting-output",
        55 = "binary-lighting-output", 56 = "network-port", 57 = "elevator-group", 58 = "escalator", 59 = "lift",
        60 = "staging", 61 = "audit-log", 62 = "audit-reporter", 63 = "color", 64 = "color-temperature",
    }
    pub(super) SIZES {
        0 = "Up to MinimumMessageSize (50 octets)", 1 = "Up to 128 octets",
        2 = "Up to 206 octets (fits in a LonTalk frame)", 3 = "Up to 480 octets (fits in an ARCNET frame)",
        4 = "Up to 1024 octets", 5 = "Up to 1476 octets (fits in an ISO 8802-3 frame)", 6 = "reserved by ASHRAE",
        7 = "reserved by ASHRAE", 8 = "reserved by ASHRAE", 9 = "reserved by ASHRAE", 10 = "reserved by ASHRAE",
        11 = "reserved by ASHRAE", 12 = "reserved by ASHRAE", 13 = "reserved by ASHRAE", 14 = "reserved by ASHRAE",
        15 = "reserved by ASHRAE",
    }
    pub(super) SEGMENTS {
        0 = "Unspecified", 1 = "2 segments", 2 = "4 segments", 3 = "8 segments", 4 = "16 segments", 5 = "32 segments",
        6 = "64 segments", 7 = "Greater than 64 segments",
    }
}
