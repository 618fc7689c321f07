//! What lies between the threads that empty the kernel's rings and the one that dissects.
//!
//! It takes in all that the kernel has, as long as memory allows, so that a slow terminal or disk does not make the
//! kernel drop frames. When it is full the rings are left alone: the kernel then drops, and counts what it drops.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::chunk::Chunk;
use crate::source::Fault;

/// Spare memory kept for chunks to come.
const SPARE: usize = 8;

/// Chunks of frames of several interfaces.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    news: Condvar,
    room: Condvar,
    /// Bytes that may wait.
    limit: usize,
    /// Whether the capture is to end.
    finish: AtomicBool,
    /// Whether nobody takes anything out any more.
    abandoned: AtomicBool,
}

#[derive(Debug)]
struct State {
    lanes: Vec<Lane>,
    bytes: usize,
    spare: Vec<Vec<u8>>,
    /// Whether there was no room at some time.
    was_full: bool,
    /// How often something came in.
    events: u64,
}

/// One interface's chunks.
#[derive(Debug, Default)]
struct Lane {
    chunks: VecDeque<Chunk>,
    end: Option<Option<Fault>>,
    /// When the kernel had nothing for it.
    dry: Option<Instant>,
}

/// What a lane has.
#[derive(Debug)]
pub(super) enum Taken {
    Chunk(Chunk),
    /// Nothing yet.
    Nothing,
    /// It has ended; why, is told once.
    Ended(Option<Fault>),
}

impl Queue {
    /// A queue for so many interfaces and so many bytes.
    pub(super) fn new(lanes: usize, limit: usize) -> Self {
        let lanes = (0..lanes).map(|_| Lane::default()).collect();
        let state = State { lanes, bytes: 0, spare: Vec::new(), was_full: false, events: 0 };
        Self {
            state: Mutex::new(state),
            news: Condvar::new(),
            room: Condvar::new(),
            limit,
            finish: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
        }
    }

    /// Adds a chunk; waits where there is no room.
    pub(super) fn push(&self, lane: usize, chunk: Chunk) {
        let mut state = self.lock();
        while state.bytes.saturating_add(chunk.size()) > self.limit && state.bytes > 0 && !self.abandoned() {
            state.was_full = true;
            state = self.room.wait_timeout(state, Duration::from_millis(50)).unwrap_or_else(PoisonError::into_inner).0;
        }
        if self.abandoned() {
            return;
        }
        state.bytes = state.bytes.saturating_add(chunk.size());
        state.events = state.events.wrapping_add(1);
        if let Some(lane) = state.lanes.get_mut(lane) {
            lane.chunks.push_back(chunk);
        }
        self.news.notify_one();
    }

    /// Says that nothing more comes on a lane.
    pub(super) fn end(&self, lane: usize, fault: Option<Fault>) {
        let mut state = self.lock();
        state.events = state.events.wrapping_add(1);
        if let Some(lane) = state.lanes.get_mut(lane) {
            lane.end = Some(fault);
        }
        self.news.notify_one();
    }

    /// Takes the next chunk out of a lane, and its earlier one's memory back.
    pub(super) fn take(&self, lane: usize, memory: Vec<u8>) -> Taken {
        let mut state = self.lock();
        if memory.capacity() > 0 && state.spare.len() < SPARE {
            state.spare.push(memory);
        }
        let Some(lane) = state.lanes.get_mut(lane) else { return Taken::Ended(None) };
        let Some(chunk) = lane.chunks.pop_front() else {
            return lane.end.as_mut().map_or(Taken::Nothing, |fault| Taken::Ended(fault.take()));
        };
        state.bytes = state.bytes.saturating_sub(chunk.size());
        self.room.notify_all();
        Taken::Chunk(chunk)
    }

    /// Says that the kernel had nothing for a lane at this moment, and all that it had had is in the queue.
    pub(super) fn dry(&self, lane: usize, now: Instant) {
        if let Some(lane) = self.lock().lanes.get_mut(lane) {
            lane.dry = Some(now);
        }
    }

    /// Whether the kernel had nothing for a lane at this moment or later, and nothing waits.
    pub(super) fn was_dry(&self, lane: usize, then: Instant) -> bool {
        self.lock().lanes.get(lane).is_some_and(|lane| lane.chunks.is_empty() && lane.dry >= Some(then))
    }

    /// How often something has come in so far.
    pub(super) fn events(&self) -> u64 {
        self.lock().events
    }

    /// Waits until something comes in that was not among the `seen` events, or the time is over.
    pub(super) fn wait(&self, seen: u64, patience: Duration) {
        let state = self.lock();
        if state.events == seen {
            drop(self.news.wait_timeout(state, patience));
        }
    }

    /// An empty chunk.
    pub(super) fn chunk(&self) -> Chunk {
        Chunk::new(self.lock().spare.pop().unwrap_or_default())
    }

    /// Asks the threads to end, once they have handed over what the kernel has.
    pub(super) fn finish(&self) {
        self.finish.store(true, Ordering::Relaxed);
    }

    /// Whether the threads are to end.
    pub(super) fn finishing(&self) -> bool {
        self.finish.load(Ordering::Relaxed)
    }

    /// The most bytes that may wait, where that many did.
    pub(super) fn was_full(&self) -> Option<usize> {
        self.lock().was_full.then_some(self.limit)
    }

    /// Says that nothing will be taken out any more.
    pub(super) fn abandon(&self) {
        self.finish();
        self.abandoned.store(true, Ordering::Relaxed);
    }

    /// Whether nothing is taken out any more.
    pub(super) fn abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
