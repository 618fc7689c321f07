//! One file that is being written: bytes wait until there are many, and reach the file in whole records.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use super::WriteError;

/// How many bytes wait before they are written.
const BLOCK: usize = 256 << 10;

/// A file that is being written.
pub(super) struct Out {
    path: PathBuf,
    file: File,
    /// A regular file, which can be cut back to its last whole record.
    regular: bool,
    /// Records that are not written yet, the last of them perhaps unfinished.
    pub(super) waiting: Vec<u8>,
    /// Where the frames among them end.
    ends: Vec<usize>,
    /// Bytes in the file.
    written: u64,
    /// Frames in the file.
    frames: u64,
}

impl Out {
    /// Makes a file, or opens one that is there and empties it; `-` is standard output.
    ///
    /// Packets are nobody else's business: a new file is its owner's alone, or its group's too with `group`. Behind
    /// sudo it belongs to the user who called it. `read` is what is being read meanwhile.
    pub(super) fn create(path: &Path, group: bool, read: Option<&Path>) -> Result<Self, WriteError> {
        let opened = if path.as_os_str() == "-" {
            io::stdout().as_fd().try_clone_to_owned().map(File::from)
        } else if read.is_some_and(|read| is_same(path, read)) {
            return Err(WriteError::Same { path: path.into() });
        } else {
            open(path, if group { 0o640 } else { 0o600 })
        };
        let file = opened.map_err(|error| WriteError::Open { path: path.into(), error })?;
        let regular = path.as_os_str() != "-" && file.metadata().is_ok_and(|meta| meta.is_file());
        let (waiting, ends) = (Vec::with_capacity(BLOCK + BLOCK / 2), Vec::with_capacity(BLOCK / 64));
        Ok(Self { path: path.into(), file, regular, waiting, ends, written: 0, frames: 0 })
    }

    /// Notes that a frame's record is complete.
    #[inline]
    pub(super) fn frame(&mut self) -> Result<(), WriteError> {
        self.ends.push(self.waiting.len());
        self.settle()
    }

    /// Writes what is waiting, if it is enough. Only between records.
    #[inline]
    pub(super) fn settle(&mut self) -> Result<(), WriteError> {
        if self.waiting.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// Writes all that is waiting. Only between records.
    pub(super) fn flush(&mut self) -> Result<(), WriteError> {
        let (outcome, done) = write(&mut self.file, &self.waiting);
        if let Err(error) = outcome {
            return Err(self.salvage(error, done));
        }
        self.written = self.len();
        self.frames = self.frames();
        self.waiting.clear();
        self.ends.clear();
        Ok(())
    }

    /// Puts four bytes right that may have been written already, where the file can be written again.
    pub(super) fn amend(&mut self, at: usize, bytes: [u8; 4]) -> Result<(), WriteError> {
        if self.written > 0 {
            let outcome = if self.regular { self.file.write_all_at(&bytes, at as u64) } else { Ok(()) };
            return outcome.map_err(|error| self.salvage(error, 0));
        }
        if let Some(field) = self.waiting.get_mut(at..).and_then(|bytes| bytes.first_chunk_mut()) {
            *field = bytes;
        }
        Ok(())
    }

    /// Bytes of the file, waiting ones among them.
    #[inline]
    pub(super) fn len(&self) -> u64 {
        self.written.saturating_add(self.waiting.len() as u64)
    }

    /// Frames in the file, waiting ones among them.
    #[inline]
    pub(super) fn frames(&self) -> u64 {
        self.frames.saturating_add(self.ends.len() as u64)
    }

    /// The file's path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Only `done` of the bytes waiting could be written: cuts the file behind the last whole frame.
    #[cold]
    fn salvage(&mut self, error: io::Error, done: usize) -> WriteError {
        let whole = self.ends.partition_point(|&end| end <= done);
        let end = whole.checked_sub(1).and_then(|last| self.ends.get(last)).copied();
        let frames = self.frames.saturating_add(whole as u64);
        // Without a whole frame, what stands before the first of them goes too if it is not all there.
        let end = end.unwrap_or(if self.ends.is_empty() && done < self.waiting.len() { 0 } else { done });
        let cut = self.file.set_len(self.written.saturating_add(end as u64));
        let kept = (self.regular && cut.is_ok()).then_some(frames);
        // What is in the file now: whoever completes it is not to begin anew.
        (self.written, self.frames) = (self.written.saturating_add(end as u64), frames);
        self.waiting.clear();
        self.ends.clear();
        WriteError::Incomplete { path: self.path.clone(), error, kept }
    }
}

/// Writes bytes, and tells how many of them have been written.
fn write(file: &mut File, bytes: &[u8]) -> (io::Result<()>, usize) {
    let mut left = bytes;
    let outcome = loop {
        if left.is_empty() {
            break Ok(());
        }
        match file.write(left) {
            Ok(0) => break Err(ErrorKind::WriteZero.into()),
            Ok(len) => left = left.get(len..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
        }
    };
    (outcome, bytes.len().saturating_sub(left.len()))
}

/// Makes a file of that mode, or empties one that is there.
fn open(path: &Path, mode: u32) -> io::Result<File> {
    match OpenOptions::new().write(true).create_new(true).mode(mode).open(path) {
        Ok(file) => {
            give_to_caller(&file);
            Ok(file)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)
        }
        Err(error) => Err(error),
    }
}

/// Behind sudo, gives root's new file or folder to the user who called it. Where that cannot be, root keeps it.
pub(crate) fn give_to_caller(file: &File) {
    let id = |name| std::env::var(name).ok()?.parse::<u32>().ok();
    if let (Some(user), Some(group), Ok(0)) = (id("SUDO_UID"), id("SUDO_GID"), file.metadata().map(|meta| meta.uid())) {
        _ = fchown(file, Some(user), Some(group));
    }
}

/// Whether two paths lead to the same file.
fn is_same(path: &Path, read: &Path) -> bool {
    let read = if read.as_os_str() == "-" { Path::new("/dev/stdin") } else { read };
    match (fs::metadata(path), fs::metadata(read)) {
        (Ok(one), Ok(other)) => one.is_file() && one.dev() == other.dev() && one.ino() == other.ino(),
        _ => false,
    }
}
