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
    /// An interface of this machine, by its name.
    Interface(Box<str>),
}

impl Name {
    /// The name as a sentence's subject starts with it.
    fn subject(&self) -> impl fmt::Display {
        fmt::from_fn(move |f| match self {
            Self::File(path) => write!(f, "The file \"{path}\""),
            Self::StandardInput => f.write_str("The standard input"),
            Self::Interface(name) => write!(f, "The interface \"{name}\""),
        })
    }

    /// The name within a sentence.
    fn object(&self) -> impl fmt::Display {
        fmt::from_fn(move |f| match self {
            Self::File(path) => write!(f, "the file \"{path}\""),
            Self::StandardInput => f.write_str("the standard input"),
            Self::Interface(name) => write!(f, "the interface \"{name}\""),
        })
    }

    /// The bare path.
    fn path(&self) -> &str {
        match self {
            Self::File(path) | Self::Interface(path) => path,
            Self::StandardInput => "-",
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
    /// The file cannot be opened for another reason.
    Unopened(io::Error),
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
    /// Reading failed.
    Io(io::Error),
    /// An interface was shut down.
    WentDown,
    /// An interface is there no more.
    WentAway,
    /// The capture filter makes no sense for the capture; the text says why.
    Filter(Box<str>),
}

impl Fault {
    /// The same fault while the file's head was read, where an early end is told in other words.
    pub(super) fn at_open(self) -> Self {
        match self {
            Self::CutShort => Self::ShortHeader,
            other => other,
        }
    }
}

/// A decoder reports its fault through [`io::Read`] as an [`io::Error`] that holds a `Broken`.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Broken>() {
            Ok(Broken(fault)) => fault,
            Err(error) => Self::Io(error),
        }
    }
}

/// A fault on its way through [`io::Read`].
#[derive(Debug)]
pub(super) struct Broken(Fault);

impl Broken {
    /// The fault as an error of reading.
    pub(super) fn error(fault: Fault) -> io::Error {
        io::Error::other(Self(fault))
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a broken stream")
    }
}

impl std::error::Error for Broken {}

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
        let name = self.name.subject();
        match &self.fault {
            Fault::Missing => write!(f, "{name} doesn't exist."),
            Fault::Directory => write!(f, "\"{}\" is a directory (folder), not a file.", self.name.path()),
            Fault::Special => write!(f, "{name} is a \"special file\" or socket or other non-regular file."),
            Fault::Permission => write!(f, "You don't have permission to read {}.", self.name.object()),
            Fault::Unopened(error) => write!(f, "{name} could not be opened: {}.", Reason(error)),
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
            Fault::WentDown => write!(f, "{name} went down; the capture ends here."),
            Fault::WentAway => write!(f, "{name} is gone; the capture ends here."),
            Fault::Filter(text) => write!(f, "The capture filter is not valid: {text}"),
            Fault::Io(error) => {
                write!(f, "An error occurred while reading {}: {}.", self.name.object(), Reason(error))
            }
        }
    }
}

/// The system's own words for an error, without its number.
pub(super) struct Reason<'a>(pub(super) &'a io::Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        f.write_str(text.split(" (os error").next().unwrap_or_default())
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            Fault::Unopened(error) | Fault::Io(error) => Some(error),
            _ => None,
        }
    }
}
