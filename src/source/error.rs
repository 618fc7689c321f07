//! Why a source could not be opened, or stopped.

use std::fmt;
use std::io;

/// What a capture is called in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A file, by the path that was asked for.
    File(Box<str>),
    /// Standard input.
    StandardInput,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::File(path) => write!(f, "The file \"{path}\""),
            Name::StandardInput => f.write_str("The standard input"),
        }
    }
}

/// What went wrong, apart from where.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// No such file.
    Missing,
    /// The path names a directory.
    Directory,
    /// The path names a device, a socket or another file that is no stored capture.
    Special,
    /// The file may not be read.
    Permission,
    /// Neither pcap nor pcapng.
    NotACapture,
    /// The file ends within its header.
    ShortHeader,
    /// The file ends within a record.
    CutShort,
    /// A record contradicts itself or the limits; the text says how.
    Damaged(Box<str>),
    /// A well-formed file with content that is not read; the text says what.
    Unsupported(Box<str>),
    /// The compressed stream is broken; the text says how.
    Decompress(Box<str>),
    /// The operating system refused.
    Io(io::Error),
}

/// An error of a source: its name, and what went wrong with it. All are exit status 2.
#[derive(Debug)]
pub struct SourceError {
    /// The capture it happened in.
    pub name: Name,
    /// What happened.
    pub fault: Fault,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.fault {
            Fault::Missing => write!(f, "{name} doesn't exist."),
            Fault::Directory => match name {
                Name::File(path) => write!(f, "\"{path}\" is a directory (folder), not a file."),
                Name::StandardInput => f.write_str("The standard input is a directory (folder), not a file."),
            },
            Fault::Special => {
                write!(f, "{name} is a \"special file\" or socket or other non-regular file.")
            }
            Fault::Permission => write!(f, "You don't have permission to read {}.", Lower(name)),
            Fault::NotACapture => write!(f, "{name} isn't a capture file in a format netpeek understands."),
            Fault::ShortHeader => {
                write!(f, "{name} appears to have been cut short in the middle of a packet or other data.")
            }
            Fault::CutShort => write!(f, "{name} appears to have been cut short in the middle of a packet."),
            Fault::Damaged(how) => write!(f, "{name} appears to be damaged or corrupt.\n({how})"),
            Fault::Unsupported(what) => {
                write!(f, "{name} contains record data that netpeek doesn't support.\n({what})")
            }
            Fault::Decompress(how) => {
                write!(f, "{name} cannot be decompressed; it may be damaged or corrupt.\n({how})")
            }
            Fault::Io(error) => write!(f, "An error occurred while reading {}: {error}.", Lower(name)),
        }
    }
}

/// A name in the middle of a sentence.
struct Lower<'a>(&'a Name);

impl fmt::Display for Lower<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Name::File(path) => write!(f, "the file \"{path}\""),
            Name::StandardInput => f.write_str("the standard input"),
        }
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            Fault::Io(error) => Some(error),
            _ => None,
        }
    }
}
