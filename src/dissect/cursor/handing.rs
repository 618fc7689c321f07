//! Handing the payload on to the next protocol.

use std::marker::PhantomData;

use super::{Cursor, layer};
use crate::dissect::field::Field;
use crate::dissect::protocol::{Key, Protocol, Run, Stop};
use crate::dissect::registry::Entry;
use crate::dissect::sink::{Detail, Quiet, Sink};

impl<S: Sink> Cursor<'_, S> {
    /// Hands the rest of the window to the protocol under `key`; says whether there was one that took it.
    ///
    /// # Errors
    /// Those of the inner protocol other than [`Stop::NotMine`].
    #[inline]
    pub fn next(&mut self, key: Key) -> Result<bool, Stop> {
        match self.worker.registry.find(key) {
            Some(entry) => self.enter(entry),
            None => Ok(false),
        }
    }
    /// Runs `body`, which hands the payload on, with the row for it to claim; whether or not it does, the row is this
    /// layer's afterwards, and what it has written so far stays if the payload writes nothing.
    ///
    /// # Errors
    /// Those of `body`.
    pub fn lend<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        self.worker.row.set_claimed(false);
        let outcome = body(self);
        self.worker.row.set_claimed(true);
        outcome
    }
    /// What `body` hands on stands one level higher in the tree: for a layer that stands within another one's branch.
    ///
    /// # Errors
    /// Those of `body`.
    pub fn above<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        let outcome = body(self);
        self.depth = depth;
        outcome
    }
    /// What `body` hands on stands at the top of the tree.
    pub fn at_top<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.depth;
        self.depth = 1;
        let outcome = body(self);
        self.depth = depth;
        outcome
    }
    /// Hands the rest of the window to the protocols that recognise themselves by content, in turn.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn next_by_content(&mut self, key: Key) -> Result<bool, Stop> {
        let mut at = 0;
        while let Some(&entry) = self.worker.registry.by_content(key).get(at) {
            if S::look(entry)(self) && self.enter(entry)? {
                return Ok(true);
            }
            at += 1;
        }
        Ok(false)
    }
    /// Hands the rest of the window to `entry`; says whether it took it.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    #[inline]
    pub fn enter(&mut self, entry: &'static Entry) -> Result<bool, Stop> {
        if self.worker.wanted.differs() {
            return self.hand(|c| c.choose(entry.layer, entry.quiet, entry.detail));
        }
        self.hand(S::run(entry))
    }
    /// Hands the rest of the window to protocol `P`; says whether it took it.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    #[inline]
    pub fn call<P: Protocol>(&mut self) -> Result<bool, Stop> {
        if self.worker.wanted.differs() {
            return self.hand(|c| c.choose(P::LAYER, layer::<P, Quiet>, layer::<P, Detail>));
        }
        self.hand(layer::<P, S>)
    }
    /// What `body` hands on is all there is: no more of it can come.
    ///
    /// # Errors
    /// Those of `body`.
    pub fn in_one_piece<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let before = std::mem::replace(&mut self.worker.can_desegment, false);
        let outcome = body(self);
        self.worker.can_desegment = before;
        outcome
    }
    /// Runs an inner protocol's dissector one level higher in the tree; says whether the bytes were its own.
    #[inline(always)]
    fn hand(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<bool, Stop> {
        match self.above(run) {
            Ok(()) => Ok(true),
            Err(Stop::NotMine) => Ok(false),
            Err(stop) => Err(stop),
        }
    }
    /// Runs the dissector that goes as far as is wanted of the protocol with this layer.
    fn choose(&mut self, layer: &'static Field, quiet: Run<Quiet>, detail: Run<Detail>) -> Result<(), Stop> {
        if self.worker.wanted.has(layer) { self.turned(detail) } else { self.turned(quiet) }
    }
    /// Runs `body` on this cursor turned into one that goes as far as `T` says.
    fn turned<T: Sink>(&mut self, body: Run<T>) -> Result<(), Stop> {
        let Self { data, pos, limit, inner_limit, depth, buffer, layer, .. } = *self;
        let worker = &mut *self.worker;
        let mut turned = Cursor { data, pos, limit, inner_limit, depth, buffer, layer, worker, sink: PhantomData };
        let outcome = body(&mut turned);
        self.inner_limit = turned.inner_limit;
        outcome
    }
    /// The rest of the window is data that no protocol is known for.
    pub fn data(&mut self) {
        if self.reported() > 0 {
            _ = self.call::<crate::dissect::data::Data>();
        }
    }
    /// Runs `body` as a look at a packet quoted by another: its layers stand below the item recorded last, and it
    /// writes nothing into the row.
    pub fn quoted<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let saved = self.worker.row.save();
        let within = std::mem::replace(&mut self.worker.quoted, true);
        let (ip, current) = (self.worker.state.ip, self.worker.state.current);
        self.depth = self.depth.saturating_add(1);
        let outcome = body(self);
        self.depth = self.depth.saturating_sub(1);
        (self.worker.state.ip, self.worker.state.current) = (ip, current);
        self.worker.quoted = within;
        self.worker.row.restore(saved);
        outcome
    }
}
