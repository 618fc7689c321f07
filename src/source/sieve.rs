//! A capture filter on the frames of a file, as if it had been captured with it.

use super::error::Fault;
use super::{Kind, LinkType};
use crate::filter::capture::{CaptureFilter, Target};

/// A capture filter, compiled for each link type when its first frame is seen.
#[derive(Debug)]
pub(super) struct Sieve {
    expression: String,
    programs: Vec<(LinkType, CaptureFilter)>,
}

impl Sieve {
    pub(super) fn new(expression: &str) -> Self {
        Self { expression: expression.to_owned(), programs: Vec::new() }
    }

    /// Whether a frame is kept. Records that are no packets are not.
    pub(super) fn keeps(&mut self, kind: Kind, link: LinkType, bytes: &[u8], wire_len: u32) -> Result<bool, Fault> {
        Ok(kind == Kind::Packet && self.program(link)?.matches(bytes, wire_len))
    }

    /// The filter for a link type.
    pub(super) fn program(&mut self, link: LinkType) -> Result<&CaptureFilter, Fault> {
        let at = match self.programs.iter().position(|(of, _)| *of == link) {
            Some(at) => at,
            None => {
                let filter = CaptureFilter::compile(&self.expression, link, 0, Target::File)
                    .map_err(|error| Fault::Filter(error.pointing_into(&self.expression).into()))?;
                self.programs.push((link, filter));
                self.programs.len().saturating_sub(1)
            }
        };
        self.programs.get(at).map(|(_, filter)| filter).ok_or(Fault::CutShort)
    }
}
