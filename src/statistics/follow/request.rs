//! What is to be followed, and how it is to be shown: `,ascii,STREAM`, `,raw,10.0.0.1:4711,10.0.0.2:80,3-7`.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use super::Node;
use crate::dissect::row::Address;
use crate::statistics::Refused;

/// What is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Followed {
    /// The bytes of a TCP connection.
    #[default]
    Tcp,
    /// Datagrams.
    Udp,
    /// HTTP's messages: heads, and bodies with their codings undone.
    Http,
    /// What TLS protects, where it has been decrypted.
    Tls,
}

impl Followed {
    /// Its name on the command line and in the heading.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Http => "http",
            Self::Tls => "tls",
        }
    }
    /// The transport's name in filters.
    fn transport(self) -> &'static str {
        if self == Self::Udp { "udp" } else { "tcp" }
    }
}

/// How bytes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// As text, a dot for what is none.
    #[default]
    Ascii,
    /// As a hex dump.
    Hex,
    /// As hex digits, a line for each piece.
    Raw,
    /// As a YAML document.
    Yaml,
}

/// The modes by their names.
const MODES: [(&str, Mode); 4] = [("ascii", Mode::Ascii), ("hex", Mode::Hex), ("raw", Mode::Raw), ("yaml", Mode::Yaml)];

impl Mode {
    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        MODES.iter().find(|&&(_, mode)| mode == self).map_or("", |&(name, _)| name)
    }
}

/// Which conversation is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// The one with this number.
    Stream(u32),
    /// The one between these ends.
    Ends([Node; 2]),
}

impl Default for Selection {
    fn default() -> Self {
        Self::Stream(0)
    }
}

/// What is to be followed, and how it is to be shown.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) followed: Followed,
    pub(super) mode: Mode,
    pub(super) selection: Selection,
    /// The pieces that are shown, counted from 1.
    pub(super) range: RangeInclusive<usize>,
}

impl Default for Request {
    fn default() -> Self {
        let (followed, mode, selection) = (Followed::Tcp, Mode::Ascii, Selection::default());
        Self { followed, mode, selection, range: 1..=usize::MAX }
    }
}

fn refused(what: &str) -> Refused {
    format!("follow - Invalid {what}.")
}

impl Request {
    /// Understands what stands behind the statistic's name.
    pub(super) fn parse(followed: Followed, text: &str) -> Result<Self, Refused> {
        let mode = |text: &'_ str| {
            let text = text.strip_prefix(',')?;
            MODES.iter().find_map(|&(name, mode)| Some((mode, text.strip_prefix(name)?.to_owned())))
        };
        let (mode, rest) = mode(text).ok_or_else(|| refused("display mode"))?;
        let rest = rest.strip_prefix(',').ok_or_else(|| refused("address"))?;
        let mut words = rest.split(',');
        let mut word = || words.next();
        let first = word().unwrap_or_default();
        let selection = match first.parse() {
            Ok(stream) => Selection::Stream(stream),
            Err(_) => {
                let ends = end(first).zip(word().and_then(end));
                let same_kind = |a: &Node, b: &Node| std::mem::discriminant(&a.0) == std::mem::discriminant(&b.0);
                let (one, two) = ends.filter(|(a, b)| same_kind(a, b)).ok_or_else(|| refused("address"))?;
                Selection::Ends([one, two])
            }
        };
        let range = word().map_or(Ok(1..=usize::MAX), range)?;
        if word().is_some() {
            return Err(refused("parameter"));
        }
        Ok(Self { followed, mode, selection, range })
    }
}

/// `10.0.0.1:80` or `[::1]:80`.
fn end(text: &str) -> Option<Node> {
    let (host, port) = text.rsplit_once(':')?;
    let address = match host.strip_prefix('[') {
        Some(rest) => Address::Ipv6(rest.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?.octets()),
        None => Address::Ipv4(host.parse::<Ipv4Addr>().ok()?.octets()),
    };
    Some((address, port.parse().ok()?))
}

/// `3` or `3-7`.
fn range(text: &str) -> Result<RangeInclusive<usize>, Refused> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.parse::<usize>().map_err(|_| refused("range"));
    let (first, last) = (number(first)?, number(last)?);
    if first == 0 || last < first { Err(refused("range value")) } else { Ok(first..=last) }
}

impl fmt::Display for Request {
    /// The display filter that keeps the conversation, as tshark words it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = self.followed.transport();
        let [one, two] = match self.selection {
            Selection::Stream(stream) => return write!(f, "{transport}.stream eq {stream}"),
            Selection::Ends(ends) => ends,
        };
        let ip = if matches!(one.0, Address::Ipv6(_)) { "ipv6" } else { "ip" };
        let way = |from: Node, to: Node| {
            let ((src, src_port), (dst, dst_port)) = ((host(from.0), from.1), (host(to.0), to.1));
            format!(
                "(({ip}.src eq {src} and {transport}.srcport eq {src_port}) and \
                 ({ip}.dst eq {dst} and {transport}.dstport eq {dst_port}))"
            )
        };
        write!(f, "{} or {}", way(one, two), way(two, one))
    }
}

/// An address as it is written.
pub(super) fn host(address: Address) -> String {
    match address {
        Address::Ipv4(address) => Ipv4Addr::from(address).to_string(),
        Address::Ipv6(address) => {
            let mut line = crate::dissect::line::Line::default();
            line.ipv6(&address);
            String::from_utf8_lossy(line.as_bytes()).into_owned()
        }
        _ => String::new(),
    }
}
