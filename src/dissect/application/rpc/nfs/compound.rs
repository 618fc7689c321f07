//! Version 4: several operations in one call.
//!
//! Operations are of different weight, and the text tells only of the weightiest that there are: `GETATTR` goes unsaid
//! where there is a `LOOKUP`, and is told of where there is but a `PUTFH`.

use super::{names, operations, results};
use crate::dissect::application::rpc::{calls, xdr};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

static OPERATIONS: Field = Field::new("", "Operations", Kind::None);

fields! {
    TAG = "nfs.tag", "Tag", Str;
    MINOR_VERSION = "nfs.minorversion", "minorversion", U32;
    COUNT = "nfs.ops.count", "Operations", U32;
    OPCODE = "nfs.opcode", "Opcode", U32 names(names::OPERATIONS);
    MAIN = "nfs.main_opcode", "Main Opcode", U32 names(names::OPERATIONS);
}

/// An operation that is no operation.
const ILLEGAL: u32 = 10044;

/// What holds from one operation to the next.
#[derive(Default)]
pub struct Compound {
    /// The hash of the current file handle, where it is known.
    pub current: Option<u32>,
    /// Of the saved one.
    pub saved: Option<u32>,
    /// What the call's last `ACCESS` asked for.
    pub asked: u32,
}

/// How weighty an operation is: the lower, the weightier.
fn weight(operation: u32) -> u8 {
    match operation {
        // ACCESS, NVERIFY
        3 | 17 => 2,
        // GETATTR, PUTPUBFH, PUTROOTFH
        9 | 23 | 24 => 3,
        // GETFH, PUTFH, RESTOREFH, SAVEFH, SEQUENCE
        10 | 22 | 31 | 32 | 53 => 4,
        _ => 1,
    }
}

/// What has been told of the operations so far.
struct Told {
    /// Where the text of operations starts.
    start: usize,
    /// The weight of those told of.
    weight: u8,
}

impl Told {
    /// Makes room for one more operation, if it is to be told of.
    fn begin(&mut self, line: &mut Line, operation: u32) {
        let weight = weight(operation);
        if weight < self.weight {
            line.truncate(self.start);
        }
        let first = line.len() == self.start;
        self.weight = self.weight.min(weight);
        line.str(if first { " " } else { " | " });
    }
}

/// Dissects arguments or results.
///
/// # Errors
/// Where the bytes run out; nothing is then told of any operation.
pub fn dissect<S: Sink>(c: &mut Cursor<'_, S>, reply: bool) -> Result<(), Stop> {
    let before = c.info().len();
    let outcome = operations(c, reply);
    if outcome.is_err() {
        c.info().truncate(before);
    }
    outcome
}

fn operations<S: Sink>(c: &mut Cursor<'_, S>, reply: bool) -> Result<(), Stop> {
    let status = if reply { c.u32(&super::STATUS4)? } else { 0 };
    let tag = xdr::opaque(c, &TAG)?;
    if !tag.is_empty() {
        c.info().byte(b' ').text(tag);
    }
    if !reply {
        c.u32(&MINOR_VERSION)?;
    }
    let count = c.u32(&COUNT)?;
    let asked = calls::with(c, |calls| calls.at_hand.note);
    let mut compound = Compound { asked, ..Compound::default() };
    let mut told = Told { start: c.info().len(), weight: u8::MAX };
    c.group(&OPERATIONS, |c| {
        for _ in 0..count {
            let operation = c.u32(&OPCODE)?;
            let Some(name) = name_of(names::OPERATIONS, operation.into()) else { return Ok(()) };
            if !(if reply { results::knows(operation) } else { operations::knows(operation) }) {
                return Ok(());
            }
            one(c, (operation, name), reply, &mut compound, &mut told)?;
        }
        Ok(())
    })?;
    if !reply {
        calls::with(c, |calls| calls.remark(compound.asked));
    }
    if status != 0 {
        super::error(c.info().str(" Status: "), &super::STATUS4, status);
    }
    Ok(())
}

fn one<S: Sink>(
    c: &mut Cursor<'_, S>,
    (operation, name): (u32, &'static str),
    reply: bool,
    compound: &mut Compound,
    told: &mut Told,
) -> Result<(), Stop> {
    let silent = weight(operation) > told.weight;
    let before = c.info().len();
    if !silent {
        told.begin(c.info(), operation);
        c.info().str(name);
    }
    if reply {
        results::dissect(c, operation, compound.asked)?;
    } else if operation != ILLEGAL {
        operations::dissect(c, operation, compound)?;
    }
    if silent {
        c.info().truncate(before);
    }
    Ok(())
}
