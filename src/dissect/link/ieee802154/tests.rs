//! Headers as their control fields shape them.

use super::{Control, crc};

#[test]
fn the_checksum_is_that_of_itu() {
    assert_eq!(crc(b"123456789"), 0x2189);
}

#[test]
fn which_pans_are_there() {
    for (fcf, pans) in [
        (0x8841, Some((true, false))),
        (0x8801, Some((true, true))),
        (0x0841, None),
        (0xec21, Some((true, false))),
        (0xec61, Some((false, false))),
        (0xea01, Some((true, true))),
        (0x2042, Some((true, false))),
    ] {
        assert_eq!(Control::of(fcf).pans(), pans, "{fcf:#06x}");
    }
}
