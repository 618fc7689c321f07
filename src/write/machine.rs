//! What a pcapng file says of the machine that it was captured on.

use std::fs;

/// The operating system, such as `Linux 6.1.0-18-amd64`.
pub(super) fn operating_system() -> Option<String> {
    let part = |name: &str| fs::read_to_string(format!("/proc/sys/kernel/{name}")).ok();
    let (kind, release) = (part("ostype")?, part("osrelease")?);
    Some(format!("{} {}", kind.trim(), release.trim()))
}

/// The processor.
pub(super) fn hardware() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map(|(_, name)| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The program.
pub(super) fn application() -> String {
    format!("netpeek {}", env!("CARGO_PKG_VERSION"))
}
