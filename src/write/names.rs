//! The names of files that follow each other: `trace.pcapng` begins with `trace_00001_20260131235959.pcapng`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::source::Time;

/// The name of the `number`th file, begun at a time: both stand before the last dot of `path`'s name.
pub(super) fn numbered(path: &Path, number: u64, begun: Time) -> PathBuf {
    let mut name = OsString::from(path.file_stem().unwrap_or_default());
    name.push(format!("_{number:05}_{}", stamp(begun)));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Year, month, day, hour, minute and second, local: fourteen digits.
fn stamp(time: Time) -> String {
    let moment = Timestamp::from_second(time.secs).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::system()).strftime("%Y%m%d%H%M%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_time_stand_before_the_last_dot() {
        let name = |path: &str| {
            let name = numbered(Path::new(path), 7, Time { secs: 1_700_000_000, nanos: 0 });
            // The time zone is the machine's.
            let (before, rest) =
                name.to_str().unwrap().split_once("_00007_").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
            (before, rest[..6].to_owned(), rest[14..].to_owned())
        };
        let expected = |before: &str, after: &str| (before.to_owned(), "202311".to_owned(), after.to_owned());
        assert_eq!(name("dir.d/r3.pcap.gz"), expected("dir.d/r3.pcap", ".gz"));
        assert_eq!(name("dir.d/plain"), expected("dir.d/plain", ""));
    }
}
