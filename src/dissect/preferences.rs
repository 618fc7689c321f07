//! What a user may decide about the dissection, by Wireshark's names: `-o tcp.relative_sequence_numbers:FALSE`.

/// Decisions about the dissection: what tshark decides of itself, unless something else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Sequence numbers count from a connection's first ones.
    pub tcp_relative: bool,
    /// TCP segments are judged by those before them.
    pub tcp_analyze: bool,
    /// Messages may span several TCP segments.
    pub tcp_desegment: bool,
    /// TCP's checksums are verified.
    pub tcp_checksum: bool,
    /// UDP's checksums are verified.
    pub udp_checksum: bool,
    /// IPv4's header checksums are verified.
    pub ipv4_checksum: bool,
    /// IPv4 fragments are put together.
    pub ipv4_defragment: bool,
    /// IPv6 fragments are put together.
    pub ipv6_defragment: bool,
    /// TLS records may span several TCP segments.
    pub tls_desegment: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            tcp_relative: true,
            tcp_analyze: true,
            tcp_desegment: true,
            tcp_checksum: false,
            udp_checksum: false,
            ipv4_checksum: false,
            ipv4_defragment: true,
            ipv6_defragment: true,
            tls_desegment: true,
        }
    }
}

/// The place of a preference.
type Place = fn(&mut Preferences) -> &mut bool;

/// Wireshark's names of the preferences.
static NAMES: &[(&str, Place)] = &[
    ("tcp.relative_sequence_numbers", |p| &mut p.tcp_relative),
    ("tcp.analyze_sequence_numbers", |p| &mut p.tcp_analyze),
    ("tcp.desegment_tcp_streams", |p| &mut p.tcp_desegment),
    ("tcp.check_checksum", |p| &mut p.tcp_checksum),
    ("udp.check_checksum", |p| &mut p.udp_checksum),
    ("ip.check_checksum", |p| &mut p.ipv4_checksum),
    ("ip.defragment", |p| &mut p.ipv4_defragment),
    ("ipv6.defragment", |p| &mut p.ipv6_defragment),
    ("tls.desegment_ssl_records", |p| &mut p.tls_desegment),
];

impl Preferences {
    /// Sets the preference of this name; says whether there is one.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let Some((_, place)) = NAMES.iter().find(|(known, _)| *known == name) else { return false };
        *place(self) = truth(value);
        true
    }
}

/// What a word says: only `TRUE`, in whatever case, says yes.
pub fn truth(word: &str) -> bool {
    word.eq_ignore_ascii_case("true")
}

#[cfg(test)]
mod tests {
    use super::Preferences;

    #[test]
    fn only_true_is_true() {
        let mut preferences = Preferences::default();
        for (word, yes) in [("TRUE", true), ("true", true), ("FALSE", false), ("1", false), ("", false), ("x", false)] {
            assert!(preferences.set("tcp.relative_sequence_numbers", word));
            assert_eq!(preferences.tcp_relative, yes, "{word}");
        }
        assert!(!preferences.set("tcp.nosuch", "TRUE"));
    }
}
