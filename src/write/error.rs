//! Why a capture file could not be written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::Format;
use crate::source::LinkType;

/// An error of writing.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The file could not be made.
    Open {
        /// Its path.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file would overwrite the one that is read.
    Same {
        /// Its path.
        path: PathBuf,
    },
    /// Not all of the file could be written.
    Incomplete {
        /// Its path.
        path: PathBuf,
        /// Why.
        error: io::Error,
        /// The frames that it holds, whole; `None` where it cannot be told (a pipe).
        kept: Option<u64>,
    },
    /// What is read cannot be written in that format at all.
    Unwritable {
        /// The format.
        format: Format,
    },
    /// A record cannot be written in that format.
    Record {
        /// Its number.
        number: u64,
        /// The format.
        format: Format,
    },
    /// A format that holds one link type cannot hold a frame of another.
    Mixed {
        /// The frame's number.
        number: u64,
        /// The link type of the file.
        first: LinkType,
        /// That of the frame.
        other: LinkType,
        /// The format.
        format: Format,
    },
    /// A line that names a finished file could not be written.
    Announce {
        /// Where it should have gone.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl WriteError {
    /// Whether this only says that the reader of a pipe is gone.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Incomplete { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Whether the file may not be made by this user.
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        matches!(self, Self::Open { error, .. } if error.kind() == io::ErrorKind::PermissionDenied)
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { path, error } => open(f, path, error),
            Self::Same { path } => {
                write!(f, "The file \"{}\" is being read: its copy needs another name.", path.display())
            }
            Self::Incomplete { path, error, kept } => {
                write!(f, "Not all the packets could be written to {} because {}.", Name(path), Why(error))?;
                match kept {
                    Some(kept) => write!(f, "\nThe first {kept} of its packets were kept: the file holds them whole."),
                    None => Ok(()),
                }
            }
            Self::Unwritable { format } => {
                write!(f, "The capture file being read can't be written as a \"{}\" file.", format.name())
            }
            Self::Record { number, format } => {
                write!(f, "Record {number} has a record type that can't be saved in a \"{}\" file.", format.name())
            }
            Self::Mixed { number, first, other, format } => write!(
                f,
                "Packet {number} has link type {}, and a \"{}\" file holds one link type only, here {}. Use pcapng.",
                other.0,
                format.name(),
                first.0
            ),
            Self::Announce { path, error } => {
                write!(f, "Names of finished files cannot be written to {}: {}.", Name(path), Why(error))
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Open { error, .. } | Self::Incomplete { error, .. } | Self::Announce { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Says why a file could not be made.
fn open(f: &mut fmt::Formatter<'_>, path: &Path, error: &io::Error) -> fmt::Result {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => write!(f, "The path to the file \"{shown}\" doesn't exist."),
        io::ErrorKind::IsADirectory => write!(f, "\"{shown}\" is a directory (folder), not a file."),
        io::ErrorKind::PermissionDenied => {
            write!(f, "You don't have permission to create or write to the file \"{shown}\".")
        }
        _ => write!(f, "The file \"{shown}\" could not be created: {}.", Why(error)),
    }
}

/// What a file is called within a sentence.
struct Name<'a>(&'a Path);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_str() {
            Some("-") => f.write_str("the standard output"),
            _ => write!(f, "the file \"{}\"", self.0.display()),
        }
    }
}

/// The reason for a failure, as a clause.
struct Why<'a>(&'a io::Error);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind() {
            io::ErrorKind::StorageFull => f.write_str("there is no space left on the file system"),
            io::ErrorKind::QuotaExceeded => {
                f.write_str("you are too close to, or over, your disk quota on that file system")
            }
            io::ErrorKind::FileTooLarge => f.write_str("it would be larger than files may be"),
            _ => {
                let text = self.0.to_string();
                f.write_str(text.split(" (os error").next().unwrap_or_default())
            }
        }
    }
}
