//! Keeps frames in a file, or in one file after the other.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::encode::{Encoder, nanos};
use super::out::Out;
use super::{Announce, Format, Stop, Turn, WriteError, names};
use crate::source::{Block, Counters, Frame, Origin, Time};

/// In a live capture, what waits is written at least this often, in nanoseconds.
const PATIENCE: i64 = 1_000_000_000;

/// What is to be written, and where.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The file, or the pattern of the names of files; `-` is standard output.
    pub path: PathBuf,
    /// The file format.
    pub format: Format,
    /// Comments on the capture; of the formats, pcapng has a place for them.
    pub comments: Vec<String>,
    /// Whether the owner's group may read the files.
    pub group: bool,
    /// What is being read meanwhile, and must not be overwritten.
    pub read: Option<PathBuf>,
    /// When to end.
    pub stop: Stop,
    /// When to go on in another file.
    pub turn: Turn,
}

/// What a keeper wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The next record.
    Go,
    /// The counters of this moment, by [`Keeper::counted`]: a file is complete but for them.
    Count,
    /// Nothing more: what was planned is written.
    End,
}

/// Writes frames to files by a [`Plan`].
///
/// Times are those of the frames; in a live capture, where nothing comes, those of the clock.
pub struct Keeper {
    plan: Plan,
    encoder: Encoder,
    live: bool,
    out: Option<Out>,
    /// The file before, which lacks its counters.
    closing: Option<(Out, i64)>,
    /// The file has all that it is to have.
    full: bool,
    announced: Option<File>,
    /// Files begun.
    files: u64,
    /// Those of them that are there, the oldest first, where only so many may be.
    ring: VecDeque<PathBuf>,
    /// Frames written, in all files.
    frames: u64,
    /// When the capture ends, the file is full, and when it began and was last written to, in nanoseconds.
    end: Option<i64>,
    deadline: Option<i64>,
    begun: i64,
    flushed: i64,
    latest: i64,
}

impl Keeper {
    /// Makes the first file, unless its name depends on the first frame. `now` counts in a live capture alone.
    ///
    /// # Errors
    /// Where the file cannot be made, or what is read has no place in the format.
    pub fn new(plan: Plan, origin: Origin<'_>, now: Time) -> Result<Self, WriteError> {
        let live = matches!(origin, Origin::Live(_));
        let encoder = Encoder::new(plan.format, origin, &plan.comments, plan.turn.happens())?;
        let mut keeper = Self {
            plan,
            encoder,
            live,
            out: None,
            closing: None,
            full: false,
            announced: None,
            files: 0,
            ring: VecDeque::new(),
            frames: 0,
            end: None,
            deadline: None,
            begun: 0,
            flushed: 0,
            latest: 0,
        };
        if live {
            keeper.start(nanos(now));
        }
        if live || !keeper.plan.turn.happens() {
            keeper.open(nanos(now))?;
        }
        Ok(keeper)
    }

    /// Frames written so far.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Takes a block over.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn block(&mut self, block: &Block<'_>) -> Result<(), WriteError> {
        let Some(out) = &mut self.out else {
            self.encoder.block(block, None);
            return Ok(());
        };
        self.encoder.block(block, Some(&mut out.waiting));
        out.settle()
    }

    /// Writes a frame, unless the time is up.
    ///
    /// # Errors
    /// Where it cannot be written, or has no place in the format.
    #[inline]
    pub fn frame(&mut self, frame: &Frame<'_>) -> Result<Step, WriteError> {
        let time = frame.time.map_or(self.latest, nanos);
        self.latest = time;
        if self.files == 0 || (self.frames == 0 && !self.live) {
            self.start(time);
        }
        if reached(self.end, time) {
            return Ok(Step::End);
        }
        self.encoder.admit(frame)?;
        if self.full || self.files == 0 || reached(self.deadline, time) {
            if self.is_last() {
                return Ok(Step::End);
            }
            self.open(time)?;
        }
        let Some(out) = &mut self.out else { return Ok(Step::End) };
        if out.len() == 0 {
            self.encoder.begin(&mut out.waiting);
        }
        self.encoder.frame(frame, &mut out.waiting);
        out.frame()?;
        self.frames = self.frames.wrapping_add(1);
        if self.live && time.saturating_sub(self.flushed) >= PATIENCE {
            out.flush()?;
            self.flushed = time;
        }
        Ok(self.measure())
    }

    /// Nothing has come for a while, and it is `now`: writes what waits, and changes files where it is time.
    ///
    /// # Errors
    /// Where something cannot be written.
    pub fn idle(&mut self, now: Time) -> Result<Step, WriteError> {
        let now = nanos(now);
        if reached(self.end, now) {
            return Ok(Step::End);
        }
        if self.full || reached(self.deadline, now) {
            if self.is_last() {
                return Ok(Step::End);
            }
            self.open(now)?;
        }
        if let Some(out) = &mut self.out {
            out.flush()?;
            self.flushed = now;
        }
        Ok(if self.closing.is_some() { Step::Count } else { Step::Go })
    }

    /// Completes the file before with what has been counted so far.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn counted(&mut self, counters: &[Counters]) -> Result<(), WriteError> {
        match self.closing.take() {
            Some((out, begun)) => self.close(out, begun, counters),
            None => Ok(()),
        }
    }

    /// Completes the last file, and says how many frames were written.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, counters: &[Counters]) -> Result<u64, WriteError> {
        self.counted(counters)?;
        if self.files == 0 {
            self.open(self.latest)?;
        }
        if let Some(out) = self.out.take() {
            self.close(out, self.begun, counters)?;
        }
        Ok(self.frames)
    }

    /// The capture begins.
    #[cold]
    fn start(&mut self, time: i64) {
        self.begun = time;
        self.end = self.plan.stop.duration.map(|span| time.saturating_add_unsigned(span));
    }

    /// Whether the file, or the capture, has now all that it is to have.
    #[inline]
    fn measure(&mut self) -> Step {
        let Some(out) = &self.out else { return Step::End };
        let (stop, turn) = (&self.plan.stop, &self.plan.turn);
        self.full = reached(turn.filesize, out.len()) || reached(turn.packets, out.frames());
        let over = reached(stop.filesize, out.len()) || reached(stop.packets, self.frames);
        if over || (self.full && self.is_last()) {
            Step::End
        } else if self.closing.is_some() {
            Step::Count
        } else {
            Step::Go
        }
    }

    /// Whether the file is the last that may be.
    fn is_last(&self) -> bool {
        self.plan.stop.files.is_some_and(|most| self.files >= most)
    }

    /// Begins a file at a time; the one before is left for [`Keeper::counted`].
    #[cold]
    fn open(&mut self, time: i64) -> Result<(), WriteError> {
        // Two files filled before anybody could count.
        self.counted(&[])?;
        if let Some(out) = self.out.take() {
            self.closing = Some((out, self.begun));
        }
        self.files = self.files.wrapping_add(1);
        let turns = self.plan.turn.happens();
        let path = match turns {
            true => names::numbered(&self.plan.path, self.files, Time::from_nanos(time)),
            false => self.plan.path.clone(),
        };
        if let Some(most) = self.plan.turn.files.filter(|_| turns) {
            while self.ring.len() as u64 >= most {
                let Some(oldest) = self.ring.pop_front() else { break };
                // Not there where somebody else has taken it away.
                _ = fs::remove_file(oldest);
            }
            self.ring.push_back(path.clone());
        }
        let out = self.out.insert(Out::create(&path, self.plan.group, self.plan.read.as_deref())?);
        if !self.encoder.waits() {
            self.encoder.begin(&mut out.waiting);
        }
        (self.full, self.begun, self.flushed) = (false, time, time);
        self.deadline = deadline(&self.plan.turn, time);
        Ok(())
    }

    /// Completes a file.
    fn close(&mut self, mut out: Out, begun: i64, counters: &[Counters]) -> Result<(), WriteError> {
        if out.len() == 0 {
            self.encoder.begin(&mut out.waiting);
        }
        let ended = self.latest.max(begun);
        if let Some((at, bytes)) = self.encoder.amend() {
            out.amend(at, bytes)?;
        }
        self.encoder.counters(counters, since_epoch(begun), since_epoch(ended), &mut out.waiting);
        out.flush()?;
        self.announce(out.path())
    }

    /// Tells the name of a finished file.
    fn announce(&mut self, path: &Path) -> Result<(), WriteError> {
        let line = format!("{}\n", path.display());
        let (outcome, place) = match &self.plan.turn.announce {
            None => return Ok(()),
            Some(Announce::StandardOutput) => (io::stdout().write_all(line.as_bytes()), Path::new("-")),
            Some(Announce::StandardError) => (io::stderr().write_all(line.as_bytes()), Path::new("/dev/stderr")),
            Some(Announce::File(place)) => (append(&mut self.announced, place, &line), place.as_path()),
        };
        outcome.map_err(|error| WriteError::Announce { path: place.into(), error })
    }
}

/// Writes a line to a file that is made with the first.
fn append(file: &mut Option<File>, path: &Path, line: &str) -> io::Result<()> {
    let file = match file {
        Some(file) => file,
        None => file.insert(OpenOptions::new().write(true).create(true).truncate(true).open(path)?),
    };
    file.write_all(line.as_bytes())
}

/// Whether there is a limit, and it is reached.
#[inline]
fn reached<T: PartialOrd>(limit: Option<T>, value: T) -> bool {
    limit.is_some_and(|limit| value >= limit)
}

/// When a file that begins at a time is full.
fn deadline(turn: &Turn, time: i64) -> Option<i64> {
    let lasting = turn.duration.map(|span| time.saturating_add_unsigned(span));
    let boundary = turn.interval.and_then(|span| {
        let span = i64::try_from(span).ok()?;
        time.checked_div_euclid(span)?.checked_add(1)?.checked_mul(span)
    });
    lasting.into_iter().chain(boundary).min()
}

/// Nanoseconds as a span since the epoch.
fn since_epoch(nanos: i64) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
}
