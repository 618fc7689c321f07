//! "Decode as": a protocol found where it usually is not, in tshark's words: `tcp.port==8888,http`.

use super::PROTOCOLS;
use super::protocol::Key;
use super::registry::{Entry, Registry};

/// A table whose entries can be replaced.
struct Layer {
    /// Wireshark's name of it.
    name: &'static str,
    /// What that is.
    words: &'static str,
    /// The key of a value, where the table has one for it.
    key: fn(u32) -> Option<Key>,
    /// Whether a key is one of the table's, or of what is recognised by content beside it.
    holds: fn(&Key) -> bool,
}

static LAYERS: &[Layer] = &[
    Layer {
        name: "dccp.port",
        words: "DCCP port",
        key: |v| v.try_into().ok().map(Key::Dccp),
        holds: |key| matches!(key, Key::Dccp(_)),
    },
    Layer {
        name: "ethertype",
        words: "Ethertype",
        key: |v| v.try_into().ok().map(Key::Ether),
        holds: |key| matches!(key, Key::Ether(_)),
    },
    Layer {
        name: "ip.proto",
        words: "IP protocol",
        key: |v| v.try_into().ok().map(Key::Ip),
        holds: |key| matches!(key, Key::Ip(_)),
    },
    Layer {
        name: "llc.dsap",
        words: "LLC SAP",
        key: |v| v.try_into().ok().map(Key::Sap),
        holds: |key| matches!(key, Key::Sap(_)),
    },
    Layer {
        name: "ppp.protocol",
        words: "PPP protocol",
        key: |v| v.try_into().ok().map(Key::Ppp),
        holds: |key| matches!(key, Key::Ppp(_)),
    },
    Layer {
        name: "sctp.port",
        words: "SCTP port",
        key: |v| v.try_into().ok().map(Key::Sctp),
        holds: |key| matches!(key, Key::Sctp(_)),
    },
    Layer {
        name: "tcp.port",
        words: "TCP port",
        key: |v| v.try_into().ok().map(Key::Tcp),
        holds: |key| matches!(key, Key::Tcp(_) | Key::TcpContent),
    },
    Layer {
        name: "udp.port",
        words: "UDP port",
        key: |v| v.try_into().ok().map(Key::Udp),
        holds: |key| matches!(key, Key::Udp(_) | Key::UdpContent),
    },
];

/// What is wrong with a request: the lines that say so.
pub type Refusal = Vec<String>;

impl Registry {
    /// Finds a protocol elsewhere, as `request` says: `layer==values,protocol`. Values are a number in any base, a range
    /// `5000-5010`, or a first one and how many, `5000:11`. Gives a warning, where there is one.
    ///
    /// # Errors
    /// Where the request is not of that form, or names what is not known.
    pub fn decode_as(&mut self, request: &str) -> Result<Option<String>, Refusal> {
        let template = || {
            format!(
                "Parameter \"{request}\" doesn't follow the template \"<layer_type>==<selector>,<decode_as_protocol>\""
            )
        };
        let (name, rest, warning) = match (request.split_once("=="), request.split_once('=')) {
            (Some((name, rest)), _) => (name, Some(rest), None),
            (None, Some((name, rest))) => {
                let meant = format!("{name}=={rest}");
                let words = "WARNING: -d requires \"==\" instead of \"=\". Option will be treated as";
                (name, Some(rest), Some(format!("{words} \"{meant}\"")))
            }
            (None, None) => (request, None, None),
        };
        let mut refusal: Refusal = if rest.is_none() { vec![template()] } else { Vec::new() };
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
            let unknown = format!("Unknown layer type -- {name}");
            refusal.push(if name.is_empty() { "No layer type specified".to_owned() } else { unknown });
            refusal.push(layers());
            return Err(refusal);
        };
        let Some(rest) = rest else { return Err(refusal) };
        let (selector, protocol) = rest.split_once(',').map_or((rest, None), |(s, p)| (s, Some(p)));
        let (first, last) = range(selector)?;
        let entry = layer.entry(protocol.ok_or_else(|| vec![template(), layer.protocols()])?)?;
        for value in first..=last.min(u32::from(u16::MAX)) {
            if let Some(key) = (layer.key)(value) {
                self.put(key, entry);
            }
        }
        Ok(warning)
    }
}

impl Layer {
    /// The protocol of this name, where it can stand in the table.
    fn entry(&self, name: &str) -> Result<&'static Entry, Refusal> {
        let own = |entry: &&Entry| entry.layer.key == name && entry.keys.iter().any(self.holds);
        let why = match PROTOCOLS.iter().find(own).or_else(|| Registry::named(name)) {
            Some(entry) if self.fits(entry) => return Ok(entry),
            Some(_) => format!("Protocol \"{name}\" isn't valid for layer type \"{}\"", self.name),
            None if name.is_empty() => "No protocol name specified".to_owned(),
            None => format!("Unknown protocol -- \"{name}\""),
        };
        Err(vec![why, self.protocols()])
    }
    fn fits(&self, entry: &Entry) -> bool {
        // Several entries may be one protocol: found by port, and by content.
        let same = PROTOCOLS.iter().filter(|other| other.layer.key == entry.layer.key);
        entry.layer.key == "data" || same.flat_map(|other| other.keys).any(self.holds)
    }
    /// The protocols that can stand in the table.
    fn protocols(&self) -> String {
        let mut lines: Vec<_> = PROTOCOLS.iter().filter(|entry| self.fits(entry)).map(line).collect();
        lines.sort();
        lines.dedup();
        format!("Valid protocols for layer type \"{}\" are:{}", self.name, lines.concat())
    }
}

fn line(entry: &Entry) -> String {
    format!("\n\t{} ({})", entry.layer.key, entry.layer.label)
}

/// The tables that there are.
fn layers() -> String {
    let lines: String = LAYERS.iter().map(|layer| format!("\n\t{} ({})", layer.name, layer.words)).collect();
    format!("Valid layer types are:{lines}")
}

/// A number in any base, a range, or a first number and how many.
fn range(text: &str) -> Result<(u32, u32), Refusal> {
    let number = |digits: &str| {
        let lower = digits.to_ascii_lowercase();
        match (lower.strip_prefix("0x"), lower.strip_prefix('0').filter(|rest| !rest.is_empty())) {
            (Some(hex), _) => u32::from_str_radix(hex, 16).ok(),
            (None, Some(octal)) => u32::from_str_radix(octal, 8).ok(),
            (None, None) => lower.parse().ok(),
        }
    };
    let first_digits = text.split(['-', ':']).next().unwrap_or_default();
    let Some(first) = number(first_digits) else { return Err(vec![format!("Invalid selector number \"{text}\"")]) };
    let bad = || vec![format!("Invalid selector numeric range \"{text}\"")];
    match text.get(first_digits.len()..).unwrap_or_default().split_at_checked(1) {
        None => Ok((first, first)),
        Some(("-", last)) => number(last).filter(|last| *last >= first).map(|last| (first, last)).ok_or_else(bad),
        Some((_, count)) => match number(count) {
            Some(0) | None => Err(bad()),
            Some(count) => Ok((first, first.saturating_add(count - 1))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::Key;
    use super::super::registry::Registry;
    use super::range;

    fn refused(request: &str) -> String {
        Registry::default().decode_as(request).unwrap_err().first().unwrap().clone()
    }

    #[test]
    fn values() {
        assert_eq!(range("5000"), Ok((5000, 5000)));
        assert_eq!(range("0x1389"), Ok((5001, 5001)));
        assert_eq!(range("5000-5002"), Ok((5000, 5002)));
        assert_eq!(range("5000:3"), Ok((5000, 5002)));
        assert_eq!(range("10-5"), Err(vec!["Invalid selector numeric range \"10-5\"".to_owned()]));
        assert_eq!(range("1-2-3"), Err(vec!["Invalid selector numeric range \"1-2-3\"".to_owned()]));
        assert_eq!(range("-1"), Err(vec!["Invalid selector number \"-1\"".to_owned()]));
        assert_eq!(range(""), Err(vec!["Invalid selector number \"\"".to_owned()]));
    }

    #[test]
    fn a_protocol_is_found_elsewhere() {
        let mut registry = Registry::default();
        assert_eq!(registry.decode_as("tcp.port==8886-8887,http"), Ok(None));
        assert_eq!(registry.find(Key::Tcp(8886)).unwrap().layer.key, "http");
        assert_eq!(registry.find(Key::Tcp(8887)).unwrap().layer.key, "http");
        let warning = registry.decode_as("udp.port=9999,dns").unwrap().unwrap();
        assert_eq!(
            warning,
            "WARNING: -d requires \"==\" instead of \"=\". Option will be treated as \"udp.port==9999,dns\""
        );
        assert_eq!(registry.find(Key::Udp(9999)).unwrap().layer.key, "dns");
        assert_eq!(registry.decode_as("tcp.port==99999,http"), Ok(None));
    }

    #[test]
    fn what_is_refused_is_refused_in_tsharks_words() {
        assert_eq!(refused("nosuch.port==1,http"), "Unknown layer type -- nosuch.port");
        assert_eq!(refused("tcp.port==5001,nosuch"), "Unknown protocol -- \"nosuch\"");
        assert_eq!(refused("tcp.port==5001,"), "No protocol name specified");
        assert_eq!(refused("==5001,http"), "No layer type specified");
        assert_eq!(refused("udp.port==1,http"), "Protocol \"http\" isn't valid for layer type \"udp.port\"");
        let template = "doesn't follow the template \"<layer_type>==<selector>,<decode_as_protocol>\"";
        assert_eq!(refused("tcp.port"), format!("Parameter \"tcp.port\" {template}"));
        assert_eq!(refused("tcp.port==5001"), format!("Parameter \"tcp.port==5001\" {template}"));
    }
}
