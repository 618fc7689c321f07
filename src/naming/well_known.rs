//! Addresses that mean more than a vendor: groups that protocols listen to, and blocks of them.
//!
//! The addresses are those of IEEE 802.1Q, of RFC 1700's list of Ethernet multicast addresses and of the vendors'
//! manuals; the names are those that tshark shows.

/// What a block's own addresses are called: the block's first address, how many bits name it, the name. The first block
/// that fits counts.
static BLOCKS: &[(u64, u32, &str)] = &[
    (0x0180_c200_0030, 45, "OAM-Multicast-DA-Class-1"),
    (0x0180_c200_0038, 45, "OAM-Multicast-DA-Class-2"),
    (0x0180_c200_0000, 24, "Spanning-tree-(for-bridges)"),
    (0x0100_5e00_0000, 24, "IPv4mcast"),
    (0x3333_0000_0000, 16, "IPv6mcast"),
    (0x0100_0c00_0000, 24, "ISL-Frame"),
    (0x0000_0c07_ac00, 38, "All-HSRP-routers"),
    (0x0000_5e00_0100, 40, "IETF-VRRP-VRID"),
    (0x0900_0700_0000, 24, "AppleTalk-Zone-multicast-addresses"),
    (0x0900_0d00_0000, 24, "ICL-Oslan-Multicast"),
    (0x0900_56ff_0000, 32, "Stanford-V-Kernel,-version-6.0"),
    (0xab00_0401_0000, 32, "DEC-Local-Area-VAX-Cluster-groups-SCA"),
    (0x02bf_0000_0000, 16, "MS-NLB-VirtServer"),
    (0x0201_0000_0000, 16, "MS-NLB-PhysServer-01"),
    (0x0202_0000_0000, 16, "MS-NLB-PhysServer-02"),
    (0x0203_0000_0000, 16, "MS-NLB-PhysServer-03"),
    (0x0204_0000_0000, 16, "MS-NLB-PhysServer-04"),
    (0x0205_0000_0000, 16, "MS-NLB-PhysServer-05"),
    (0x0206_0000_0000, 16, "MS-NLB-PhysServer-06"),
    (0x0207_0000_0000, 16, "MS-NLB-PhysServer-07"),
    (0x0208_0000_0000, 16, "MS-NLB-PhysServer-08"),
    (0x0209_0000_0000, 16, "MS-NLB-PhysServer-09"),
    (0x020a_0000_0000, 16, "MS-NLB-PhysServer-10"),
    (0x020b_0000_0000, 16, "MS-NLB-PhysServer-11"),
    (0x020c_0000_0000, 16, "MS-NLB-PhysServer-12"),
    (0x020d_0000_0000, 16, "MS-NLB-PhysServer-13"),
    (0x020e_0000_0000, 16, "MS-NLB-PhysServer-14"),
    (0x020f_0000_0000, 16, "MS-NLB-PhysServer-15"),
    (0x0210_0000_0000, 16, "MS-NLB-PhysServer-16"),
    (0x0211_0000_0000, 16, "MS-NLB-PhysServer-17"),
    (0x0212_0000_0000, 16, "MS-NLB-PhysServer-18"),
    (0x0213_0000_0000, 16, "MS-NLB-PhysServer-19"),
    (0x0214_0000_0000, 16, "MS-NLB-PhysServer-20"),
    (0x0215_0000_0000, 16, "MS-NLB-PhysServer-21"),
    (0x0216_0000_0000, 16, "MS-NLB-PhysServer-22"),
    (0x0217_0000_0000, 16, "MS-NLB-PhysServer-23"),
    (0x0218_0000_0000, 16, "MS-NLB-PhysServer-24"),
    (0x0219_0000_0000, 16, "MS-NLB-PhysServer-25"),
    (0x021a_0000_0000, 16, "MS-NLB-PhysServer-26"),
    (0x021b_0000_0000, 16, "MS-NLB-PhysServer-27"),
    (0x021c_0000_0000, 16, "MS-NLB-PhysServer-28"),
    (0x021d_0000_0000, 16, "MS-NLB-PhysServer-29"),
    (0x021e_0000_0000, 16, "MS-NLB-PhysServer-30"),
    (0x021f_0000_0000, 16, "MS-NLB-PhysServer-31"),
    (0x0220_0000_0000, 15, "MS-NLB-PhysServer-32"),
];

/// Single addresses, in ascending order.
static ADDRESSES: &[(u64, &str)] = &[
    (0x0000_0000_fe21, "Checkpoint-Uninitialized-Cluster-Member"),
    (0x00e0_2b00_0000, "Extreme-EDP"),
    (0x00e0_2b00_0001, "Extreme-EEP"),
    (0x00e0_2b00_0002, "Extreme-ESRP-Client"),
    (0x00e0_2b00_0004, "Extreme-EAPS"),
    (0x0100_0ccc_cccc, "CDP/VTP/DTP/PAgP/UDLD"),
    (0x0100_0ccc_cccd, "PVST+"),
    (0x0100_0ccd_cdcd, "STP-UplinkFast"),
    (0x0100_0ccd_cdce, "VLAN-bridge"),
    (0x0100_0cdd_dddd, "CGMP"),
    (0x0100_10ff_ff20, "Hughes-Lan-Systems-Terminal-Server-S/W-request"),
    (0x0100_1d00_0000, "Cabletron-PC-OV-PC-discover-(on-demand)"),
    (0x0100_1d00_0005, "Cabletron-PVST-BPDU"),
    (0x0100_1d00_0006, "Cabletron-QCSTP-BPDU"),
    (0x0100_8100_0000, "Nortel-Network-Management"),
    (0x0100_8100_0100, "Nortel-autodiscovery"),
    (0x0100_8100_0101, "Nortel-autodiscovery"),
    (0x0180_c200_0001, "MAC-specific-ctrl-proto-01"),
    (0x0180_c200_0002, "Slow-Protocols"),
    (0x0180_c200_0003, "Nearest-non-TPMR-bridge"),
    (0x0180_c200_0004, "MAC-specific-ctrl-proto-04"),
    (0x0180_c200_0005, "Reserved-future-std-05"),
    (0x0180_c200_0006, "Reserved-future-std-06"),
    (0x0180_c200_0007, "MEF-Forum-ELMI-proto"),
    (0x0180_c200_0008, "Provider-Bridge"),
    (0x0180_c200_0009, "Reserved-future-std-09"),
    (0x0180_c200_000a, "Reserved-future-std-0a"),
    (0x0180_c200_000b, "EDE-SS-PEP"),
    (0x0180_c200_000c, "Reserved-future-std-0c"),
    (0x0180_c200_000d, "Provider-Bridge-MVRP"),
    (0x0180_c200_000e, "LLDP_Multicast"),
    (0x0180_c200_000f, "Reserved-future-std-0f"),
    (0x0180_c200_0010, "Bridge-Management"),
    (0x0180_c200_0011, "Load-Server"),
    (0x0180_c200_0012, "Loadable-Device"),
    (0x0180_c200_0013, "IEEE-1905.1-Control"),
    (0x0180_c200_0014, "ISIS-all-level-1-IS's"),
    (0x0180_c200_0015, "ISIS-all-level-2-IS's"),
    (0x0180_c200_0018, "IEEE-802.1B-All-Manager-Stations"),
    (0x0180_c200_0019, "IEEE-802.11aa-groupcast-with-retries"),
    (0x0180_c200_001a, "IEEE-802.1B-All-Agent-Stations"),
    (0x0180_c200_001b, "ESIS-all-multicast-capable-ES's"),
    (0x0180_c200_0040, "All-RBridges"),
    (0x0180_c200_0041, "All-IS-IS-RBridges"),
    (0x0180_c200_0046, "All-Edge-RBridges"),
    (0x0180_c200_0100, "FDDI-RMT-Directed-Beacon"),
    (0x0180_c200_0110, "FDDI-status-report-frame"),
    (0x01dd_00ff_ffff, "Ungermann-Bass-boot-me-requests"),
    (0x01dd_0100_0000, "Ungermann-Bass-Spanning-Tree"),
    (0x01e0_52cc_cccc, "Foundry-DP"),
    (0x0300_0000_0001, "NETBIOS-"),
    (0x0300_0000_0002, "Locate-Directory-Server"),
    (0x0300_0000_0004, "Synchronous-Bandwidth-Manager-"),
    (0x0300_0000_0008, "Configuration-Report-Server-"),
    (0x0300_0000_0010, "(OS/2-1.3-EE+Communications-Manager)"),
    (0x0300_0000_0020, "Network-Server-Heartbeat-"),
    (0x0300_0000_0040, "(OS/2-1.3-EE+Communications-Manager)"),
    (0x0300_0000_0080, "Active-Monitor"),
    (0x0300_0000_0100, "OSI-All-IS-Token-Ring-Multicast"),
    (0x0300_0000_0200, "OSI-All-ES-Token-Ring-Multicast"),
    (0x0300_0000_0400, "LAN-Manager"),
    (0x0300_0000_0800, "Ring-Wiring-Concentrator"),
    (0x0300_0000_1000, "LAN-Gateway"),
    (0x0300_0000_2000, "Ring-Authorization-Server"),
    (0x0300_0000_4000, "IMPL-Server"),
    (0x0300_0000_8000, "Bridge"),
    (0x0300_0020_0000, "IP-Token-Ring-Multicast"),
    (0x0300_0080_0000, "Discovery-Client"),
    (0x0900_07ff_ffff, "AppleTalk-broadcast-address"),
    (0x0900_0900_0001, "HP-Probe"),
    (0x0900_0900_0004, "HP-DTC"),
    (0x0900_0d02_0000, "ICL-Oslan-Service-discover-only-on-boot"),
    (0x0900_1e00_0000, "Apollo-DOMAIN"),
    (0x0900_2b00_0001, "DEC-DSM/DDP"),
    (0x0900_2b00_0002, "DEC-VAXELN?"),
    (0x0900_2b00_0003, "DEC-Lanbridge-Traffic-Monitor-(LTM)"),
    (0x0900_2b00_0004, "DEC-MAP-(or-OSI?)-End-System-Hello?"),
    (0x0900_2b00_0005, "DEC-MAP-(or-OSI?)-Intermediate-System-Hello?"),
    (0x0900_2b00_0006, "DEC-CSMA/CD-Encryption?"),
    (0x0900_2b00_0007, "DEC-NetBios-Emulator?"),
    (0x0900_2b00_000f, "DEC-Local-Area-Transport-(LAT)"),
    (0x0900_2b01_0000, "DEC-LanBridge-Copy-packets-(All-bridges)"),
    (0x0900_2b01_0001, "DEC-LanBridge-Hello-packets-(All-local-bridges)"),
    (0x0900_2b02_0000, "DEC-DNA-Level-2-Routing-Layer-routers?"),
    (0x0900_2b02_0100, "DEC-DNA-Naming-Service-Advertisement?"),
    (0x0900_2b02_0101, "DEC-DNA-Naming-Service-Solicitation?"),
    (0x0900_2b02_0102, "DEC-Distributed-Time-Service"),
    (0x0900_2b02_0109, "DEC-Availability-Manager-for-Distributed-Systems-DECamds"),
    (0x0900_2b04_0000, "DEC-Local-Area-System-Transport-(LAST)?"),
    (0x0900_4c00_0000, "BICC-802.1-management"),
    (0x0900_4c00_0002, "BICC-802.1-management"),
    (0x0900_4c00_0006, "BICC-Local-bridge-STA-802.1(D)-Rev6"),
    (0x0900_4c00_000c, "BICC-Remote-bridge-STA-802.1(D)-Rev8"),
    (0x0900_4c00_000f, "BICC-Remote-bridge-ADAPTIVE-ROUTING"),
    (0x0900_6a00_0100, "TOP-NetBIOS."),
    (0x0900_7700_0000, "Retix-Bridge-Local-Management-System"),
    (0x0900_7700_0001, "Retix-spanning-tree-bridges"),
    (0x0900_7700_0002, "Retix-Bridge-Adaptive-routing"),
    (0x0900_7c01_0001, "Vitalink-DLS-Multicast"),
    (0x0900_7c01_0003, "Vitalink-DLS-Inlink"),
    (0x0900_7c01_0004, "Vitalink-DLS-and-non-DLS-Multicast"),
    (0x0900_7c02_0005, "Vitalink-diagnostics"),
    (0x0900_7c05_0001, "Vitalink-gateway?"),
    (0x0d1e_15ba_dd06, "HP"),
    (0x3333_0000_0000, "IPv6-Neighbor-Discovery"),
    (0xab00_0001_0000, "DEC-MOP-Dump/Load-Assistance"),
    (0xab00_0002_0000, "DEC-MOP-Remote-Console"),
    (0xab00_0003_0000, "DECNET-Phase-IV-end-node-Hello-packets"),
    (0xab00_0004_0000, "DECNET-Phase-IV-Router-Hello-packets"),
    (0xab00_0300_0000, "DEC-Local-Area-Transport-(LAT)-old"),
    (0xcf00_0000_0000, "Ethernet-Configuration-Test-protocol-(Loopback)"),
    (0xffff_0040_0001, "Lantastic"),
    (0xffff_0060_0004, "Lantastic"),
    (0xffff_01e0_0004, "Lantastic"),
    (0xffff_ffff_ffff, "Broadcast"),
];

/// The name of an address that has one of its own.
pub(super) fn address(address: u64) -> Option<&'static str> {
    let at = ADDRESSES.binary_search_by_key(&address, |&(known, _)| known).ok()?;
    ADDRESSES.get(at).map(|&(_, name)| name)
}

/// The name of the block that an address is in, and how many bits name the block.
pub(super) fn block(address: u64) -> Option<(&'static str, u32)> {
    let fits = |first: u64, bits: u32| (address ^ first) >> 48_u32.saturating_sub(bits) == 0;
    BLOCKS.iter().find(|&&(first, bits, _)| fits(first, bits)).map(|&(_, bits, name)| (name, bits))
}

#[cfg(test)]
mod tests {
    use super::{ADDRESSES, address, block};

    #[test]
    fn addresses_ascend() {
        assert!(ADDRESSES.is_sorted_by_key(|(address, _)| address));
        assert_eq!(address(0xffff_ffff_ffff), Some("Broadcast"));
        assert_eq!(address(0xffff_ffff_fffe), None);
    }

    #[test]
    fn the_first_block_that_fits_counts() {
        assert_eq!(block(0x0180_c200_0031), Some(("OAM-Multicast-DA-Class-1", 45)));
        assert_eq!(block(0x0180_c200_003f), Some(("OAM-Multicast-DA-Class-2", 45)));
        assert_eq!(block(0x0180_c2ff_ffff), Some(("Spanning-tree-(for-bridges)", 24)));
        assert_eq!(block(0x0220_0000_0001), Some(("MS-NLB-PhysServer-32", 15)));
        assert_eq!(block(0x0000_5e00_0201), None);
    }
}
