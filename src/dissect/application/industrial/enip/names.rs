//! Names of EtherNet/IP and CIP: commands, items, services, classes, statuses.

use crate::names;

names! {
    pub(super) COMMANDS {
        0 = "NOP", 4 = "List Services", 99 = "List Identity", 100 = "List Interfaces", 101 = "Register Session",
        102 = "Unregister Session", 111 = "Send RR Data", 112 = "Send Unit Data", 200 = "StartDTLS",
    }
    pub(super) STATUSES {
        0 = "Success", 1 = "Invalid Command", 2 = "No Memory Resources", 3 = "Incorrect Data",
        100 = "Invalid Session Handle", 101 = "Invalid Length", 105 = "Unsupported Protocol Revision",
        106 = "Encapsulated CIP service not allowed on this port",
    }
    pub(super) ITEMS {
        0x0000 = "Null Address Item", 0x000c = "CIP Identity", 0x0086 = "CIP Security Information",
        0x0087 = "EtherNet/IP Capability", 0x0088 = "EtherNet/IP Usage", 0x00a1 = "Connected Address Item",
        0x00b1 = "Connected Data Item", 0x00b2 = "Unconnected Data Item", 0x0100 = "List Services Response",
        0x8000 = "Socket Address Info O->T", 0x8001 = "Socket Address Info T->O", 0x8002 = "Sequenced Address Item",
        0x8003 = "Unconnected Message over UDP",
    }
    pub(super) SERVICES {
        1 = "Get Attributes All", 2 = "Set Attributes All", 3 = "Get Attribute List", 4 = "Set Attribute List",
        5 = "Reset", 6 = "Start", 7 = "Stop", 8 = "Create", 9 = "Delete", 10 = "Multiple Service Packet",
        13 = "Apply Attributes", 14 = "Get Attribute Single", 16 = "Set Attribute Single",
        17 = "Find Next Object Instance", 21 = "Restore", 22 = "Save", 23 = "Nop", 24 = "Get Member",
        25 = "Set Member", 26 = "Insert Member", 27 = "Remove Member", 28 = "Group Sync",
    }
    pub(super) GENERAL_STATUSES {
        0 = "Success", 1 = "Connection failure", 2 = "Resource unavailable", 3 = "Invalid parameter value",
        4 = "Path segment error", 5 = "Path destination unknown", 6 = "Partial transfer", 7 = "Connection lost",
        8 = "Service not supported", 9 = "Invalid attribute value", 10 = "Attribute list error",
        11 = "Already in requested mode/state", 12 = "Object state conflict", 13 = "Object already exists",
        14 = "Attribute not settable", 15 = "Privilege violation", 16 = "Device state conflict",
        17 = "Reply data too large", 18 = "Fragmentation of a primitive value", 19 = "Not enough data",
        20 = "Attribute not supported", 21 = "Too much data", 22 = "Object does not exist",
        23 = "Service fragmentation sequence not in progress", 24 = "No stored attribute data",
        25 = "Store operation failure", 26 = "Routing failure, request packet too large",
        27 = "Routing failure, response packet too large", 28 = "Missing attribute list entry data",
        29 = "Invalid attribute value list", 30 = "Embedded service error", 31 = "Vendor specific error",
        32 = "Invalid parameter", 33 = "Write-once value or medium already written", 34 = "Invalid reply received",
        35 = "Buffer overflow", 36 = "Invalid message format", 37 = "Key failure in path", 38 = "Path size invalid",
        39 = "Unexpected attribute in list", 40 = "Invalid Member ID", 41 = "Member not settable",
        42 = "Group 2 only server general failure", 43 = "Unknown Modbus error", 44 = "Attribute not gettable",
    }
    pub(super) CLASSES {
        1 = "Identity", 2 = "Message Router", 3 = "DeviceNet", 4 = "Assembly", 5 = "Connection",
        6 = "Connection Manager", 7 = "Register", 8 = "Discrete Input Point", 9 = "Discrete Output Point",
        10 = "Analog Input Point", 11 = "Analog Output Point", 14 = "Presence Sensing", 15 = "Parameter",
        16 = "Parameter Group", 18 = "Group", 29 = "Discrete Input Group", 30 = "Discrete Output Group",
        31 = "Discrete Group", 32 = "Analog Input Group", 33 = "Analog Output Group", 34 = "Analog Group",
        35 = "Position Sensor", 36 = "Position Controller Supervisor", 37 = "Position Controller",
        38 = "Block Sequencer", 39 = "Command Block", 40 = "Motor Data", 41 = "Control Supervisor",
        42 = "AC/DC Drive", 43 = "Acknowledge Handler", 44 = "Overload", 45 = "Softstart", 46 = "Selection",
        48 = "S-Device Supervisor", 49 = "S-Analog Sensor", 50 = "S-Analog Actuator",
        51 = "S-Single Stage Controller", 52 = "S-Gas Calibration", 53 = "Trip Point", 55 = "File",
        56 = "S-Partial Pressure", 57 = "Safety Supervisor", 58 = "Safety Validator",
        59 = "Safety Discrete Output Point", 60 = "Safety Discrete Output Group", 61 = "Safety Discrete Input Point",
        62 = "Safety Discrete Input Group", 63 = "Safety Dual Channel Output", 64 = "S-Sensor Calibration",
        65 = "Event Log", 66 = "Motion Device Axis", 67 = "Time Sync", 68 = "Modbus",
        69 = "Originator Connection List", 70 = "Modbus Serial Link", 71 = "Device Level Ring (DLR)", 72 = "QoS",
        73 = "Safety Analog Input Point", 74 = "Safety Analog Input Group", 75 = "Safety Dual Channel Analog Input",
        76 = "SERCOS III Link", 77 = "Target Connection List", 78 = "Base Energy", 79 = "Electrical Energy",
        80 = "Non-Electrical Energy", 81 = "Base Switch", 82 = "SNMP", 83 = "Power Management", 84 = "RSTP Bridge",
        85 = "RSTP Port", 86 = "PRP/HSR Protocol", 87 = "PRP/HSR Nodes Table", 88 = "Safety Feedback",
        89 = "Safety Dual Channel Feedback", 90 = "Safety Stop Functions", 91 = "Safety Limit Functions",
        92 = "Power Curtailment", 93 = "CIP Security", 94 = "EtherNet/IP Security", 95 = "Certificate Management",
        96 = "Authority", 97 = "Password Authenticator", 98 = "Certificate Authenticator", 103 = "PCCC Class",
        240 = "ControlNet", 241 = "ControlNet Keeper", 242 = "ControlNet Scheduling",
        243 = "Connection Configuration", 244 = "Port", 245 = "TCP/IP Interface", 246 = "Ethernet Link",
        247 = "CompoNet", 248 = "CompoNet Repeater", 249 = "HART Master Port", 250 = "I/O Aggregation",
        256 = "Protection Trip", 257 = "Protection Alarm", 258 = "Circuit Breaker Supervisor",
        259 = "Circuit Breaker Statistics", 260 = "Electrical Demand", 261 = "Electrical Statistics",
        262 = "Machine Base Data", 263 = "HART Process Device", 264 = "Process Device Diagnostics",
        265 = "LLDP Management", 266 = "LLDP Data Table", 267 = "IO-Link Service Parameter",
        268 = "IO-Link Master PHY", 269 = "IO-Link Device PHY", 270 = "Pilot Light Supervisor",
        271 = "Select Line Link", 272 = "In-Cabinet Actual Topology", 273 = "In-Cabinet Commissioning",
    }
    /// Services of classes that are dissected on their own.
    pub(super) MANAGER_SERVICES {
        78 = "Forward Close", 82 = "Unconnected Send", 84 = "Forward Open", 86 = "Get Connection Data",
        87 = "Search Connection Data", 90 = "Get Connection Owner", 91 = "Large Forward Open",
    }
    pub(super) PCCC_SERVICES { 75 = "Execute PCCC" }
    pub(super) MODBUS_SERVICES {
        75 = "Read Discrete", 76 = "Read Coils", 77 = "Read Input Registers", 78 = "Read Holding Registers",
        79 = "Write Coils", 80 = "Write Holding Registers", 81 = "Modbus Passthrough",
    }
    pub(super) CONFIGURATION_SERVICES {
        75 = "Kick Timer", 76 = "Open Connection", 77 = "Close Connection", 78 = "Stop Connection",
        79 = "Change Start", 80 = "Get Status", 81 = "Change Complete", 82 = "Audit Changes",
    }
}
