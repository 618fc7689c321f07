//! How far a long file has been read, on standard error, where somebody waits for statistics of it.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::views;
use crate::cli::Cli;

/// A file that is read sooner shows nothing.
const LONG: Duration = Duration::from_millis(500);
/// Bytes after which the clock is looked at.
const STEP: u64 = 1 << 20;
/// The first bytes of compressed files: of those the captured bytes tell nothing of what is left.
const COMPRESSED: [&[u8]; 3] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd], &[0x04, 0x22, 0x4d, 0x18]];

/// Shows how far a file has been read; or nothing at all.
pub(super) struct Progress {
    started: Instant,
    read: u64,
    frames: u64,
    /// When to look again, in bytes read.
    next: u64,
    /// The file's bytes, where they are known.
    total: Option<u64>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// What is to be shown for this command line: nothing unless rows are quiet, a file is read, and standard error is
    /// a terminal.
    pub(super) fn new(cli: &Cli) -> Self {
        let path = cli.read.as_deref().filter(|path| *path != Path::new("-"));
        let shown = path.filter(|_| views::silent(cli) && io::stderr().is_terminal());
        let next = if shown.is_some() { STEP } else { u64::MAX };
        Self { started: Instant::now(), read: 0, frames: 0, next, total: shown.and_then(length), bar: None }
    }

    /// A frame with its record of so many bytes has been read.
    #[inline]
    pub(super) fn frame(&mut self, record: usize) {
        self.read = self.read.saturating_add(record as u64);
        self.frames += 1;
        if self.read >= self.next {
            self.look();
        }
    }

    #[cold]
    fn look(&mut self) {
        self.next = self.read.saturating_add(STEP);
        if self.started.elapsed() < LONG {
            return;
        }
        let total = self.total;
        let bar = self.bar.get_or_insert_with(|| bar(total));
        bar.set_position(self.read);
        bar.set_message(format!("{} packets", self.frames));
    }

    /// Leaves standard error as it was.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// A file's length in bytes, where what is read of it tells how far one is.
fn length(path: &Path) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut start = [0; 4];
    let read = file.read(&mut start).ok()?;
    let start = start.get(..read)?;
    (!COMPRESSED.iter().any(|magic| start.starts_with(magic))).then_some(metadata.len())
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => {
            (ProgressBar::new(total), "{bar:40} {percent:>3} %  {bytes} of {total_bytes}  {msg}  {eta} left")
        }
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}  {msg}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    // A template that is not understood is not worth stopping for.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn only_plain_files_tell_how_far_one_is() {
        let path = std::env::temp_dir().join(format!("netpeek-progress-{}", std::process::id()));
        for (bytes, expected) in [
            (&b"\xd4\xc3\xb2\xa1 rest"[..], Some(9)),
            (b"\x1f\x8b rest", None),
            (b"\x28\xb5\x2f\xfd", None),
            (b"", Some(0)),
        ] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(length(&path), expected, "{bytes:?}");
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(length(&path), None);
    }
}
