//! Organisations by the codes that SNAP headers and vendors' fields carry (IEEE registration authority).

/// Codes and names, by code.
static NAMES: &[(u32, &str)] = &[
    (0x00_0000, "Officially Xerox, but 0:0:0:0:0:0 is more common"),
    (0x00_000c, "Cisco Systems, Inc"),
    (0x00_0081, "Bay Networks"),
    (0x00_00a2, "Bay Networks"),
    (0x00_00bb, "TRI-DATA Systems Inc."),
    (0x00_00f8, "Digital Equipment Corporation"),
    (0x00_0142, "Cisco Systems, Inc"),
    (0x00_01e8, "Force10 Networks, Inc."),
    (0x00_055d, "D-Link Systems, Inc."),
    (0x00_0f83, "Brainium Technologies Inc."),
    (0x00_1018, "Broadcom"),
    (0x00_17f2, "Apple, Inc."),
    (0x00_1958, "Bluetooth SIG, Inc."),
    (0x00_20d6, "Breezecom, Ltd."),
    (0x00_4096, "Cisco Systems, Inc"),
    (0x00_50c2, "IEEE Registration Authority"),
    (0x00_005e, "ICANN, IANA Department"),
    (0x00_80c2, "IEEE"),
    (0x00_c0ca, "Alfa, Inc."),
    (0x00_e01e, "Cisco Systems, Inc"),
    (0x00_e02b, "Extreme Networks Headquarters"),
    (0x00_e052, "Brocade Communications Systems LLC"),
    (0x00_e0bb, "Nbx Corporation"),
    (0x08_0007, "Apple, Inc."),
    (0x08_0009, "Hewlett Packard"),
    (0x50_6f9a, "Wi-Fi Alliance"),
];

/// The name of the organisation with code `oui`.
pub fn name(oui: u32) -> Option<&'static str> {
    NAMES.iter().find(|&&(code, _)| code == oui).map(|&(_, name)| name)
}

/// The same, cut where the tree has room no longer.
pub fn short_name(oui: u32) -> Option<&'static str> {
    match oui {
        0 => Some("Officially Xerox, but"),
        _ => name(oui),
    }
}
