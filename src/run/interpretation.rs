//! What the command line says of how bytes are understood and named.

use super::complain;
use crate::cli::interpretation::Interpretation;
use crate::dissect::decode_as::Refusal;
use crate::dissect::preferences::truth;
use crate::dissect::protocol::Key;
use crate::dissect::registry::Registry;
use crate::naming::Wanted;

/// The letters of `-N`, as a message lists them.
const LETTERS: &str = "\
\n\t'd' to enable address resolution from captured DNS packets
\t'm' to enable MAC address resolution
\t'n' to enable network address resolution
\t'N' to enable using external resolvers (e.g., DNS)
\t    for network address resolution
\t't' to enable transport-layer port number resolution
\t'v' to enable VLAN IDs to names resolution";

/// The registry that the command line asks for.
///
/// # Errors
/// Where it asks for what is not known.
pub(super) fn registry(flags: &Interpretation) -> Result<Registry, Refusal> {
    let mut registry = Registry::default();
    registry.naming.wanted = wanted(flags)?;
    for path in &flags.hosts {
        let unreadable = || vec![format!("Can't read host entries from \"{}\"", path.display())];
        let text = std::fs::read(path).map_err(|_| unreadable())?;
        registry.naming.hosts.read(&String::from_utf8_lossy(&text));
    }
    for preference in &flags.preferences {
        set(&mut registry, preference)?;
    }
    for request in &flags.decode_as {
        if let Some(warning) = registry.decode_as(request)? {
            complain(&warning);
        }
    }
    // What is both switched on and off is off.
    let switched = [(&flags.enable_protocol, true), (&flags.disable_protocol, false)];
    for (names, enabled) in switched {
        // tshark passes over protocols that it does not know.
        names.iter().for_each(|name| _ = registry.enable(name, enabled));
    }
    let switched = [(&flags.enable_heuristic, true, "enable"), (&flags.disable_heuristic, false, "disable")];
    for (names, enabled, verb) in switched {
        if let Some(name) = names.iter().find(|name| !registry.enable_by_content(name, enabled)) {
            return Err(vec![format!("No such protocol {name}, can't {verb}")]);
        }
    }
    Ok(registry)
}

fn wanted(flags: &Interpretation) -> Result<Wanted, Refusal> {
    let Some(letters) = &flags.resolve else {
        return Ok(if flags.numeric { Wanted::NOTHING } else { Wanted::default() });
    };
    Wanted::from_letters(letters).map_err(|letter| {
        vec![format!("-N specifies unknown resolving option '{letter}'; valid options are:{LETTERS}")]
    })
}

/// Sets a preference, given as `name:value`.
fn set(registry: &mut Registry, preference: &str) -> Result<(), Refusal> {
    let invalid = || vec![format!("Invalid -o flag \"{preference}\"")];
    let (name, value) = preference.split_once(':').ok_or_else(invalid)?;
    let value = value.trim_ascii_start();
    let named = &mut registry.naming.wanted;
    match name {
        "nameres.mac_name" => named.macs = truth(value),
        "nameres.network_name" => named.hosts = truth(value),
        "nameres.transport_name" => named.ports = truth(value),
        "nameres.dns_pkt_addr_resolution" => named.answers = truth(value),
        _ if registry.preferences.set(name, value) => {}
        _ => {
            let unknown = || vec![format!("-o flag \"{preference}\" specifies unknown preference")];
            let carried = [(".tcp.port", Key::Tcp as fn(u16) -> Key), (".udp.port", Key::Udp)];
            let found = carried.into_iter().find_map(|(suffix, key)| {
                let entry = Registry::named(name.strip_suffix(suffix)?)?;
                entry.keys.iter().any(|own| matches(own, key)).then_some((key, entry))
            });
            let (key, entry) = found.ok_or_else(unknown)?;
            registry.put_at(key, entry, &ports(value).ok_or_else(invalid)?);
        }
    }
    Ok(())
}

/// Whether a key is of the table that `key` makes keys of.
fn matches(own: &Key, key: fn(u16) -> Key) -> bool {
    std::mem::discriminant(own) == std::mem::discriminant(&key(0))
}

/// Ports and ranges of ports: `80,8080-8090`.
fn ports(text: &str) -> Option<Vec<(u16, u16)>> {
    let range = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    };
    text.split(',').filter(|part| !part.trim().is_empty()).map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::{Interpretation, Key, registry};

    fn given(change: impl FnOnce(&mut Interpretation)) -> Result<super::Registry, Vec<String>> {
        let mut flags = Interpretation::default();
        change(&mut flags);
        registry(&flags)
    }

    #[test]
    fn preferences() {
        let asked =
            given(|flags| flags.preferences = vec!["http.tcp.port:8000-8001,81".into(), "ip.defragment:no".into()]);
        let registry = asked.ok().unwrap();
        for (port, found) in [(80, false), (81, true), (8000, true), (8001, true), (8002, false)] {
            let http = registry.find(Key::Tcp(port)).is_some_and(|entry| entry.layer.key == "http");
            assert_eq!(http, found, "{port}");
        }
        assert!(!registry.preferences.ipv4_defragment);
    }

    #[test]
    fn what_is_unknown_is_refused() {
        let refused = |preference: &str| given(|flags| flags.preferences = vec![preference.into()]).err().unwrap();
        assert_eq!(refused("tcp.nosuch:1"), ["-o flag \"tcp.nosuch:1\" specifies unknown preference"]);
        assert_eq!(refused("tcp.nosuch"), ["Invalid -o flag \"tcp.nosuch\""]);
        assert_eq!(refused("http.tcp.port:x"), ["Invalid -o flag \"http.tcp.port:x\""]);
        let refused = given(|flags| flags.disable_heuristic = vec!["nosuch".into()]).err().unwrap();
        assert_eq!(refused, ["No such protocol nosuch, can't disable"]);
    }
}
