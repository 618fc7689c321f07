//! Reads a frame from left to right. Reading a number *is* recording its field.

mod handing;
mod recording;
mod stream;

use std::marker::PhantomData;

use super::field::Field;
use super::line::Line;
use super::protocol::{Protocol, Stop};
use super::row::Row;
use super::sink::{Item, Sink, Span, Wanted};
use super::tap::{Layers, Tap, Told};
use super::worker::Worker;
use crate::conversation::Current;
use crate::conversation::tcp::analysis::{Remarks, Segment};

/// Layers in a frame at most; tunnels within tunnels beyond that are not followed.
pub const MOST_LAYERS: u8 = 32;

/// A place in a buffer, the window a layer may read, and the worker on whose behalf it is read.
///
/// Positions count from the start of the buffer: the frame, or data reassembled from several. The window ends twice:
/// where the captured bytes end, and where the packet says that it ends (`limit`). Reading beyond the first but not
/// the second is [`Stop::Snapped`], beyond the second [`Stop::Malformed`].
pub struct Cursor<'p, S: Sink> {
    data: &'p [u8],
    pos: usize,
    limit: usize,
    inner_limit: usize,
    depth: u8,
    buffer: u8,
    layer: usize,
    /// Everything that outlives the frame, the row, and what is recorded.
    pub worker: &'p mut Worker,
    sink: PhantomData<S>,
}

/// Runs `P` on a cursor of its own: opens its layer, and takes everything back where the bytes were not its.
pub(super) fn layer<P: Protocol, S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.worker.registry.is_disabled(P::LAYER.key) {
        return Err(Stop::NotMine);
    }
    let Some(mut inner) = c.descend(P::LAYER) else { return Err(Stop::Malformed) };
    let mark = inner.layer;
    let outcome = P::dissect(&mut inner);
    let (pos, limit, last) = (inner.pos.min(inner.data.len()), inner.limit, inner.layer);
    inner.worker.layers = inner.worker.layers.saturating_sub(1);
    c.inner_limit = limit;
    if matches!(outcome, Err(Stop::Snapped | Stop::Malformed | Stop::Overrun)) && c.worker.failed.is_empty() {
        c.worker.failed = P::NAME;
    }
    if matches!(outcome, Err(Stop::Snapped | Stop::Malformed)) && c.pos >= c.data.len() {
        // A layer of which nothing was captured has no line.
        c.change_at(mark, |item| item.hidden = true);
    }
    // Of a message that waits for more nothing is known yet.
    let waits = outcome == Err(Stop::More) && c.worker.unfinished.from <= c.pos && !c.worker.unfinished.shown;
    if outcome == Err(Stop::NotMine) || waits {
        c.cut(mark);
    } else {
        // Of several messages each may have had a layer.
        for mark in [mark, last] {
            c.change_at(mark, |item| {
                if item.end == item.start {
                    item.end = pos as u32;
                }
            });
        }
    }
    outcome
}

impl<'p, S: Sink> Cursor<'p, S> {
    /// A cursor over `data`, the captured part of a buffer of `limit` bytes.
    pub fn new(data: &'p [u8], limit: usize, worker: &'p mut Worker) -> Self {
        let limit = limit.max(data.len());
        Self { data, pos: 0, limit, inner_limit: limit, depth: 0, buffer: 0, layer: 0, worker, sink: PhantomData }
    }

    /// The same window, for an inner layer that begins here.
    fn descend(&mut self, field: &'static Field) -> Option<Cursor<'_, S>> {
        self.worker.layers += 1;
        if self.worker.layers > MOST_LAYERS {
            self.worker.layers -= 1;
            return None;
        }
        let layer = self.mark();
        if S::DETAIL {
            self.keep(Item::new(field, self.pos, self.pos, 0, self.depth, self.buffer));
        }
        let Self { data, pos, limit, depth, buffer, .. } = *self;
        let depth = depth + 1;
        let worker = &mut *self.worker;
        Some(Cursor { data, pos, limit, inner_limit: limit, depth, buffer, layer, worker, sink: PhantomData })
    }

    /// A cursor over another buffer (reassembled, decoded), which the sink keeps under `title`.
    ///
    /// Layers found in it stand beside this one in the tree.
    pub fn over<'q>(&'q mut self, title: &'static str, data: &'q [u8]) -> Cursor<'q, S> {
        self.over_part(title, data, data.len())
    }
    /// As [`over`](Self::over), for a buffer of `limit` bytes of which `data` is the beginning.
    pub fn over_part<'q>(&'q mut self, title: &'static str, data: &'q [u8], limit: usize) -> Cursor<'q, S> {
        // Where only some layers are recorded, a buffer's bytes are kept once one of them is in it.
        let buffer = match self.worker.wanted {
            Wanted::Nothing => 0,
            Wanted::Some { .. } => self.worker.sink.buffer(title, &[]),
            Wanted::Everything => self.worker.sink.buffer(title, data),
        };
        let (depth, layer, worker) = (self.depth, self.layer, &mut *self.worker);
        Cursor { data, pos: 0, limit, inner_limit: limit, depth, buffer, layer, worker, sink: PhantomData }
    }

    // ---- where we are

    /// The next byte's place in the buffer.
    pub fn pos(&self) -> usize {
        self.pos
    }
    /// Goes to a place in the buffer. Beyond the window, the next read fails.
    pub fn seek(&mut self, pos: usize) {
        self.pos = pos;
    }
    /// Captured bytes left in the window.
    pub fn remaining(&self) -> usize {
        self.data.len().saturating_sub(self.pos)
    }
    /// Bytes left in the window as the packet counts them, captured or not.
    pub fn reported(&self) -> usize {
        self.limit.saturating_sub(self.pos)
    }
    /// Where the window's captured bytes end.
    pub fn end(&self) -> usize {
        self.data.len()
    }
    /// Where the window ends as the packet counts.
    pub fn limit(&self) -> usize {
        self.limit
    }
    /// Where the payload that was handed on last said that it ends: what follows is a trailer.
    pub fn inner_limit(&self) -> usize {
        self.inner_limit
    }
    /// The number of the buffer being read; 0 is the frame.
    pub fn buffer(&self) -> u8 {
        self.buffer
    }
    /// The captured bytes from here to the end of the window.
    pub fn rest(&self) -> &'p [u8] {
        self.data.get(self.pos..).unwrap_or_default()
    }
    /// The whole buffer up to the window's end: for names that point back.
    pub fn whole(&self) -> &'p [u8] {
        self.data
    }
    /// The summary row.
    pub fn row(&mut self) -> &mut Row {
        &mut self.worker.row
    }
    /// Sets the Protocol column.
    pub fn protocol(&mut self, name: &'static str) {
        self.worker.row.protocol(name);
    }
    /// Begins the Info text anew and claims the row.
    pub fn claim(&mut self) -> &mut Line {
        self.worker.row.claim()
    }
    /// The Info text, to be continued.
    pub fn info(&mut self) -> &mut Line {
        self.worker.row.info()
    }

    /// Tells statistics that want it of a layer: its addresses are the row's.
    #[inline]
    pub fn tap(&mut self, layer: Layers, (src_port, dst_port): (u16, u16), stream: usize) {
        let Worker { taps, row, quoted, .. } = &mut *self.worker;
        let quoted = *quoted;
        taps.note(layer, || {
            let (src, dst, stream) = (row.src, row.dst, stream as u32);
            Tap { layer, src, dst, src_port, dst_port, stream, quoted }
        });
    }

    /// Tells statistics that want it of bytes that the current conversation carries.
    #[inline]
    pub fn tell(&mut self, layer: Layers, bytes: &[u8]) {
        if self.worker.taps.wanted.any(layer)
            && let Some(current) = self.worker.state.current
        {
            self.tell_segment(layer, current, (Segment::default(), Remarks::none()), bytes);
        }
    }
    /// Tells statistics of a segment, and of the bytes of it that they want.
    pub fn tell_segment(
        &mut self,
        layer: Layers,
        current: Current,
        (segment, remarks): (Segment, Remarks),
        bytes: &[u8],
    ) {
        let Worker { taps, row, quoted, .. } = &mut *self.worker;
        if !*quoted {
            let (src_port, dst_port, stream) = (current.src_port, current.dst_port, current.index as u32);
            let tap = Tap { layer, src: row.src, dst: row.dst, src_port, dst_port, stream, quoted: false };
            taps.tell(Told { tap, way: current.way(), segment, remarks, bytes: Span::default() }, bytes);
        }
    }

    /// Runs `body` so that the Info text written so far gives way to what an inner protocol claims, and stands if none
    /// does.
    pub fn give_way<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let stands = self.worker.row.claimed();
        self.worker.row.set_claimed(false);
        let outcome = body(self);
        if stands {
            self.worker.row.set_claimed(true);
        }
        outcome
    }

    // ---- the window

    /// The window ends `len` bytes from here, if that is sooner than it does.
    pub fn trim(&mut self, len: usize) {
        self.limit = self.limit.min(self.pos.saturating_add(len));
        self.data = self.data.get(..self.limit).unwrap_or(self.data);
    }
    /// Runs `body` on a window of at most `len` bytes from here, then goes to the window's end, or to where the capture ends.
    ///
    /// # Errors
    /// Those of `body`.
    pub fn within<T>(&mut self, len: usize, body: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let (data, limit) = (self.data, self.limit);
        self.trim(len);
        let outcome = body(self);
        if outcome.is_ok() {
            self.pos = self.limit;
        }
        (self.data, self.limit) = (data, limit);
        outcome
    }
    /// Why `len` bytes from here cannot be read.
    #[cold]
    pub fn short(&self, len: usize) -> Stop {
        if self.pos.saturating_add(len) <= self.limit { Stop::Snapped } else { Stop::Malformed }
    }
    /// Fails unless `len` captured bytes are left.
    ///
    /// # Errors
    /// [`Stop::Snapped`] or [`Stop::Malformed`] where fewer are left.
    pub fn need(&self, len: usize) -> Result<(), Stop> {
        if len <= self.remaining() { Ok(()) } else { Err(self.short(len)) }
    }

    // ---- looking without reading

    /// The `N` bytes at `offset` from here, if they are in the window.
    #[inline]
    pub fn peek<const N: usize>(&self, offset: usize) -> Option<[u8; N]> {
        self.data.get(self.pos.checked_add(offset)?..)?.first_chunk().copied()
    }
    /// The byte at `offset` from here.
    #[inline]
    pub fn peek_u8(&self, offset: usize) -> Option<u8> {
        self.data.get(self.pos.checked_add(offset)?).copied()
    }
    /// The 16-bit number at `offset` from here, network order.
    #[inline]
    pub fn peek_u16(&self, offset: usize) -> Option<u16> {
        self.peek(offset).map(u16::from_be_bytes)
    }
    /// The 32-bit number at `offset` from here, network order.
    #[inline]
    pub fn peek_u32(&self, offset: usize) -> Option<u32> {
        self.peek(offset).map(u32::from_be_bytes)
    }

    // ---- reading

    /// Takes the next `N` bytes without recording a field.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        match self.peek::<N>(0) {
            Some(bytes) => {
                self.pos += N;
                Ok(bytes)
            }
            None => Err(self.short(N)),
        }
    }
    /// Passes over `len` bytes.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn skip(&mut self, len: usize) -> Result<(), Stop> {
        self.need(len)?;
        self.pos += len;
        Ok(())
    }
    #[inline]
    fn record(&mut self, field: &'static Field, len: usize, num: u64) {
        if S::DETAIL {
            self.put(field, self.pos.saturating_sub(len), self.pos, num);
        }
    }
    /// Reads a number of `N` bytes in network order.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn be<const N: usize>(&mut self, field: &'static Field) -> Result<u64, Stop> {
        let num = self.array::<N>()?.iter().fold(0, |num, &byte| num << 8 | u64::from(byte));
        self.record(field, N, num);
        Ok(num)
    }
    /// Reads a number of `N` bytes, least significant first.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn le<const N: usize>(&mut self, field: &'static Field) -> Result<u64, Stop> {
        let num = self.array::<N>()?.iter().rev().fold(0, |num, &byte| num << 8 | u64::from(byte));
        self.record(field, N, num);
        Ok(num)
    }
    /// Reads one byte.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn u8(&mut self, field: &'static Field) -> Result<u8, Stop> {
        Ok(self.be::<1>(field)? as u8)
    }
    /// Reads 16 bits in network order.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn u16(&mut self, field: &'static Field) -> Result<u16, Stop> {
        Ok(self.be::<2>(field)? as u16)
    }
    /// Reads 24 bits in network order.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn u24(&mut self, field: &'static Field) -> Result<u32, Stop> {
        Ok(self.be::<3>(field)? as u32)
    }
    /// Reads 32 bits in network order.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn u32(&mut self, field: &'static Field) -> Result<u32, Stop> {
        Ok(self.be::<4>(field)? as u32)
    }
    /// Reads 64 bits in network order.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn u64(&mut self, field: &'static Field) -> Result<u64, Stop> {
        self.be::<8>(field)
    }
    /// Reads 16 bits, least significant byte first.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn u16_le(&mut self, field: &'static Field) -> Result<u16, Stop> {
        Ok(self.le::<2>(field)? as u16)
    }
    /// Reads 32 bits, least significant byte first.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn u32_le(&mut self, field: &'static Field) -> Result<u32, Stop> {
        Ok(self.le::<4>(field)? as u32)
    }
    /// Reads `N` bytes as they are: addresses and other short byte strings.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn fixed<const N: usize>(&mut self, field: &'static Field) -> Result<[u8; N], Stop> {
        let bytes = self.array()?;
        self.record(field, N, 0);
        Ok(bytes)
    }
    /// Reads `len` bytes as they are.
    ///
    /// # Errors
    /// As [`need`](Self::need).
    #[inline]
    pub fn bytes(&mut self, field: &'static Field, len: usize) -> Result<&'p [u8], Stop> {
        let bytes =
            self.pos.checked_add(len).and_then(|end| self.data.get(self.pos..end)).ok_or_else(|| self.short(len))?;
        self.pos += len;
        self.record(field, len, 0);
        Ok(bytes)
    }

    /// Reads fields one after the other, each with its length in bytes: numbers in network order, or bytes as they are.
    ///
    /// # Errors
    /// As [`need`](Self::need), for the first that is not whole.
    pub fn read_all(&mut self, fields: &[(&'static Field, usize)]) -> Result<(), Stop> {
        let len: usize = fields.iter().map(|&(_, len)| len).sum();
        if !S::DETAIL && len <= self.remaining() {
            self.pos += len;
            return Ok(());
        }
        for &(field, len) in fields {
            let bytes = self.bytes(field, len)?;
            if len <= 8 {
                let num = bytes.iter().fold(0, |num, &byte| num << 8 | u64::from(byte));
                self.change_last(|item| item.num = num);
            }
        }
        Ok(())
    }
}
