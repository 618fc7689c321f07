//! When a capture ends (`-a`) and when it goes on in another file (`-b`).

use std::path::PathBuf;

/// When a capture ends: what `-a` says, all of it together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// After this many nanoseconds.
    pub duration: Option<u64>,
    /// When a file has this many bytes.
    pub filesize: Option<u64>,
    /// After this many files.
    pub files: Option<u64>,
    /// When this many packets have been written.
    pub packets: Option<u64>,
}

/// When a capture goes on in another file: what `-b` says, all of it together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// After this many nanoseconds.
    pub duration: Option<u64>,
    /// When the file has this many bytes.
    pub filesize: Option<u64>,
    /// When the file has this many packets.
    pub packets: Option<u64>,
    /// When the time of day passes a multiple of this many nanoseconds.
    pub interval: Option<u64>,
    /// How many files there are to be at most: the oldest goes when another begins.
    pub files: Option<u64>,
    /// Where the names of finished files are told.
    pub announce: Option<Announce>,
}

/// Where the names of finished files are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announce {
    /// On standard output.
    StandardOutput,
    /// On standard error.
    StandardError,
    /// In a file, at its end.
    File(PathBuf),
}

/// One `-a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopRule {
    /// `duration:SECONDS`, here in nanoseconds.
    Duration(u64),
    /// `filesize:KB`, here in bytes.
    Filesize(u64),
    /// `files:NUMBER`
    Files(u64),
    /// `packets:NUMBER`
    Packets(u64),
}

/// One `-b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnRule {
    /// `duration:SECONDS`, here in nanoseconds.
    Duration(u64),
    /// `filesize:KB`, here in bytes.
    Filesize(u64),
    /// `files:NUMBER`
    Files(u64),
    /// `packets:NUMBER`
    Packets(u64),
    /// `interval:SECONDS`, here in nanoseconds.
    Interval(u64),
    /// `printname:FILE`, `printname:stdout` or `printname:stderr`.
    Announce(Announce),
}

impl StopRule {
    /// Reads `WHAT:NUMBER`.
    ///
    /// # Errors
    /// A message in tshark's words.
    pub fn parse(text: &str) -> Result<Self, String> {
        match split(text) {
            Some(("duration", value)) => seconds(value, "autostop duration").map(Self::Duration),
            Some(("filesize", value)) => kilobytes(value, "autostop filesize").map(Self::Filesize),
            Some(("files", value)) => positive(value, "number of autostop files").map(Self::Files),
            Some(("packets" | "events", value)) => positive(value, "packet write count").map(Self::Packets),
            _ => Err(format!("Invalid or unknown -a flag \"{text}\"")),
        }
    }
}

impl TurnRule {
    /// Reads `WHAT:NUMBER`.
    ///
    /// # Errors
    /// A message in tshark's words.
    pub fn parse(text: &str) -> Result<Self, String> {
        match split(text) {
            Some(("duration", value)) => seconds(value, "ring buffer duration").map(Self::Duration),
            Some(("filesize", value)) => kilobytes(value, "ring buffer filesize").map(Self::Filesize),
            Some(("files", value)) => positive(value, "number of ring buffer files").map(Self::Files),
            Some(("packets", value)) => positive(value, "packet count").map(Self::Packets),
            Some(("interval", value)) => seconds(value, "ring buffer interval").map(Self::Interval),
            Some(("printname", "stdout" | "-")) => Ok(Self::Announce(Announce::StandardOutput)),
            Some(("printname", "stderr")) => Ok(Self::Announce(Announce::StandardError)),
            Some(("printname", path)) => Ok(Self::Announce(Announce::File(path.into()))),
            _ => Err(format!("Invalid or unknown -b flag \"{text}\"")),
        }
    }
}

impl Stop {
    /// All rules together; of two of a kind, the last holds.
    #[must_use]
    pub fn of(rules: &[StopRule]) -> Self {
        let mut stop = Self::default();
        for rule in rules {
            match *rule {
                StopRule::Duration(span) => stop.duration = Some(span),
                StopRule::Filesize(size) => stop.filesize = Some(size),
                StopRule::Files(count) => stop.files = Some(count),
                StopRule::Packets(count) => stop.packets = Some(count),
            }
        }
        stop
    }
}

impl Turn {
    /// All rules together; of two of a kind, the last holds.
    #[must_use]
    pub fn of(rules: &[TurnRule]) -> Self {
        let mut turn = Self::default();
        for rule in rules {
            match rule {
                TurnRule::Duration(span) => turn.duration = Some(*span),
                TurnRule::Filesize(size) => turn.filesize = Some(*size),
                TurnRule::Files(count) => turn.files = Some(*count),
                TurnRule::Packets(count) => turn.packets = Some(*count),
                TurnRule::Interval(span) => turn.interval = Some(*span),
                TurnRule::Announce(announce) => turn.announce = Some(announce.clone()),
            }
        }
        turn
    }

    /// Whether there is a moment at which a file is full.
    #[must_use]
    pub fn happens(&self) -> bool {
        self.duration.or(self.filesize).or(self.packets).or(self.interval).is_some()
    }
}

/// The two sides of the first colon, neither of them empty.
fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(what, value)| !what.is_empty() && !value.is_empty())
}

/// A number above zero.
fn positive(value: &str, what: &str) -> Result<u64, String> {
    if value.starts_with('-') && value.parse::<i64>().is_ok() {
        return Err(format!("The specified {what} \"{value}\" is a negative number"));
    }
    match value.parse::<u64>() {
        Ok(0) => Err(format!("The specified {what} is zero")),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("The specified {what} \"{value}\" isn't a decimal number")),
    }
}

/// Kilobytes (of 1000) as bytes.
fn kilobytes(value: &str, what: &str) -> Result<u64, String> {
    let number = positive(value, what)?;
    number.checked_mul(1000).ok_or_else(|| format!("The specified {what} \"{value}\" is too large"))
}

/// Seconds, perhaps with a fraction, as nanoseconds.
fn seconds(value: &str, what: &str) -> Result<u64, String> {
    let invalid = || format!("The specified {what} \"{value}\" isn't a floating point number");
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if whole.starts_with('-') {
        return Err(format!("The specified {what} \"{value}\" is a negative number"));
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(invalid());
    }
    let whole = if whole.is_empty() { Ok(0) } else { whole.parse::<u64>() };
    // Nine digits of it, and zeros where there are fewer.
    let nanos = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nanos.fold(0_u64, |nanos, digit| nanos * 10 + u64::from(digit - b'0'));
    let span = whole.ok().and_then(|whole| whole.checked_mul(1_000_000_000)).and_then(|span| span.checked_add(nanos));
    match span {
        None => Err(format!("The specified {what} \"{value}\" is too large")),
        Some(0) => Err(format!("The specified {what} is zero")),
        Some(span) => Ok(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read() {
        assert_eq!(StopRule::parse("duration:1.5"), Ok(StopRule::Duration(1_500_000_000)));
        assert_eq!(StopRule::parse("filesize:2"), Ok(StopRule::Filesize(2000)));
        assert_eq!(TurnRule::parse("interval:60"), Ok(TurnRule::Interval(60_000_000_000)));
        assert_eq!(TurnRule::parse("printname:stderr"), Ok(TurnRule::Announce(Announce::StandardError)));
    }

    #[test]
    fn wrong_rules_are_refused_in_tsharks_words() {
        let refused = |text| StopRule::parse(text).unwrap_err();
        assert_eq!(refused("foo:3"), "Invalid or unknown -a flag \"foo:3\"");
        assert_eq!(refused("3"), "Invalid or unknown -a flag \"3\"");
        assert_eq!(refused("filesize:"), "Invalid or unknown -a flag \"filesize:\"");
        assert_eq!(refused("duration:-3"), "The specified autostop duration \"-3\" is a negative number");
        assert_eq!(refused("filesize:0"), "The specified autostop filesize is zero");
        assert_eq!(refused("filesize:1x"), "The specified autostop filesize \"1x\" isn't a decimal number");
        assert_eq!(refused("packets:0"), "The specified packet write count is zero");
        assert_eq!(TurnRule::parse("files:0").unwrap_err(), "The specified number of ring buffer files is zero");
    }

    #[test]
    fn the_last_of_a_kind_holds() {
        let stop = Stop::of(&[StopRule::Packets(1), StopRule::Files(2), StopRule::Packets(3)]);
        assert_eq!(stop, Stop { packets: Some(3), files: Some(2), ..Stop::default() });
    }
}
