//! Tables that are text: sorted lines of a key, a tab and a name, searched as they stand.

/// The IEEE's registries of MAC address blocks: 6, 7 or 9 hexadecimal digits and who has the block. `vendors.py` wrote
/// it.
pub(super) static VENDORS: &str = include_str!("vendors.txt");

/// IANA's registry of service names: the first that is registered for a port.
pub(super) static SERVICES: &str = include_str!("services.txt");

/// The name that stands behind `key`.
pub(super) fn find(table: &'static str, key: &[u8]) -> Option<&'static str> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes.get(low..middle)?.iter().rposition(|&byte| byte == b'\n').map_or(low, |at| low + at + 1);
        let len = bytes.get(start..)?.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len() - start);
        let line = bytes.get(start..start + len)?;
        let tab = line.iter().position(|&byte| byte == b'\t')?;
        match line.get(..tab)?.cmp(key) {
            std::cmp::Ordering::Equal => return table.get(start + tab + 1..start + len),
            std::cmp::Ordering::Less => low = start + len + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{SERVICES, VENDORS, find};

    #[test]
    fn every_line_is_found_by_its_key() {
        for table in [VENDORS, SERVICES] {
            let mut before = "";
            for line in table.lines() {
                let (key, name) = line.split_once('\t').unwrap();
                assert!(before < key, "{before} stands before {key}");
                assert!(!name.is_empty() && name.trim() == name, "{line:?}");
                before = key;
            }
            for line in table.lines().step_by(97) {
                let (key, name) = line.split_once('\t').unwrap();
                assert_eq!(find(table, key.as_bytes()), Some(name));
            }
        }
        assert_eq!(find(VENDORS, b"FFFFFF"), None);
        assert_eq!(find(VENDORS, b""), None);
        assert_eq!(find(SERVICES, b"99999/udp"), None);
    }
}
