//! The file formats that are written, by tshark's names.

use std::fmt;

/// A file format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// pcap with microseconds.
    Pcap,
    /// pcapng.
    #[default]
    PcapNg,
    /// pcap with nanoseconds.
    NanosecondPcap,
}

impl Format {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Pcap, Self::PcapNg, Self::NanosecondPcap];

    /// The name that `-F` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pcap => "pcap",
            Self::PcapNg => "pcapng",
            Self::NanosecondPcap => "nsecpcap",
        }
    }

    /// What it is.
    fn description(self) -> &'static str {
        match self {
            Self::Pcap => "Wireshark/tcpdump/... - pcap",
            Self::PcapNg => "Wireshark/... - pcapng",
            Self::NanosecondPcap => "Wireshark/tcpdump/... - nanosecond pcap",
        }
    }

    /// Finds a format by its name, or by the name that it had in older versions.
    ///
    /// # Errors
    /// A message that lists the names that there are.
    pub fn parse(name: &str) -> Result<Self, String> {
        let name = match name {
            "libpcap" => "pcap",
            "nseclibpcap" => "nsecpcap",
            other => other,
        };
        if name.is_empty() {
            return Err(format!("no capture file type is given\n{Listing}"));
        }
        let found = Self::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| format!("\"{name}\" isn't a valid capture file type\n{Listing}"))
    }
}

/// The list of formats, for who asked for another.
struct Listing;

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The available capture file types for the \"-F\" flag are:")?;
        for format in Format::ALL {
            write!(f, "\n    {} - {}", format.name(), format.description())?;
        }
        Ok(())
    }
}
