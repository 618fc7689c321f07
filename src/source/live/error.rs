//! Why a capture cannot be opened.

use std::fmt;
use std::io;

use super::device::Device;
use crate::filter::capture::FilterError;
use crate::source::LinkType;
use crate::source::error::Reason;

/// Why a capture cannot be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The system does not let this user capture on the interface named.
    NotPermitted(String),
    /// The interface named is not up.
    NotUp(String),
    /// The interface has no such link type, but these.
    LinkType {
        /// The interface.
        device: String,
        /// What it has.
        types: Vec<LinkType>,
    },
    /// The filter is wrong; the text points at where.
    Filter(String),
    /// The system's own reason.
    Io {
        /// The interface.
        device: String,
        /// What the system says.
        error: io::Error,
    },
    /// Anything else, in words.
    Other(String),
}

impl OpenError {
    /// A filter's error.
    pub(super) fn filter(expression: &str, error: FilterError) -> Self {
        Self::Filter(error.pointing_into(expression))
    }

    /// The system's error for an interface.
    #[must_use]
    pub fn of(device: &Device, error: io::Error) -> Self {
        let device = device.name.clone();
        if error.kind() == io::ErrorKind::PermissionDenied {
            Self::NotPermitted(device)
        } else {
            Self::Io { device, error }
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPermitted(device) => write!(f, "You don't have permission to capture on \"{device}\"."),
            Self::NotUp(device) => write!(f, "The interface \"{device}\" is not up (ip link set {device} up)."),
            Self::LinkType { device, types } => {
                write!(f, "The interface \"{device}\" does not have that link type, but")?;
                for link in types {
                    write!(f, " {}", link.name().map_or("another", |(name, _)| name))?;
                }
                f.write_str(".")
            }
            Self::Filter(text) => write!(f, "The capture filter is not valid: {text}"),
            Self::Io { device, error } => {
                write!(f, "The interface \"{device}\" cannot be captured on: {}.", Reason(error))
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for OpenError {}
