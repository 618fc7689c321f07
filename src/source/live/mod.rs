//! Frames from the network: several interfaces, one stream in the order of time.
//!
//! pnet names the interfaces, binds the sockets and owns them. On Linux the frames are read from a ring of memory that
//! the kernel shares (`ring`); a thread for each interface empties it into a `queue`, from which [`Live`] takes them.

pub(super) mod chunk;
mod device;
mod engine;
mod error;
mod frame;
mod queue;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::error::{Fault, Name, SourceError};
use super::{Counters, Frame, Interface, LinkType, Next, Origin, Source, Time};
use crate::filter::capture::{CaptureFilter, Target};
use chunk::Chunk;
use engine::{Engine, Meter, Setup};
use frame::{Shape, Shaped};
use queue::{Queue, Taken};

pub use device::Device;
pub use engine::Method;
pub use error::OpenError;

/// How late an earlier frame of another interface may come: the kernel gives a block of frames out within twice 20 ms.
const HOLD: Duration = Duration::from_millis(50);
/// How long [`Live`] waits before it says that nothing has come.
const PATIENCE: Duration = Duration::from_millis(50);
/// How often the kernel's counters are read at least.
const COUNTING: Duration = Duration::from_secs(10);
/// The most bytes of frames that may wait to be dissected.
const QUEUE: usize = 1 << 30;

/// What to capture, and how.
#[derive(Debug)]
pub struct Settings {
    /// Where; at least one.
    pub places: Vec<Place>,
    /// How frames are taken from the kernel.
    pub method: Method,
    /// The capture ends, after all that has been captured so far, when this is set.
    pub stop: Arc<AtomicBool>,
    /// The capture ends after so long.
    pub duration: Option<Duration>,
}

/// An interface to capture on, and how.
#[derive(Debug)]
pub struct Place {
    /// The interface.
    pub device: Device,
    /// Capture filter; empty for none.
    pub filter: String,
    /// The most bytes of a frame that are kept.
    pub snaplen: u32,
    /// Whether frames for other hosts are captured.
    pub promiscuous: bool,
    /// Bytes that the kernel may hold.
    pub buffer: Option<usize>,
    /// The link type, where not the usual one.
    pub link: Option<LinkType>,
}

/// A running capture.
pub struct Live {
    lanes: Vec<Lane>,
    interfaces: Vec<Interface>,
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    duration: Option<Duration>,
    deadline: Option<Instant>,
    /// Whether something was delivered since it was last said that nothing has come.
    delivered: bool,
    fault: Option<(Name, Fault)>,
    number: u64,
    /// When the counters were read last.
    counted: Instant,
}

/// One interface.
struct Lane {
    device: Device,
    shape: Shape,
    engine: Option<Engine>,
    meter: Option<Meter>,
    /// What has been counted so far.
    counted: Counters,
    /// What the interface had missed when the capture began.
    missed: u64,
    chunk: Chunk,
    pending: Option<Shaped>,
    ended: bool,
    /// Applied here where there is no kernel to do it.
    filter: Option<CaptureFilter>,
    /// Frames found so far.
    delivered: u64,
}

impl Live {
    /// Opens all interfaces. What the privileges are for is done then; frames are collected from now on.
    ///
    /// # Errors
    /// Where an interface cannot be captured on, or the filter is wrong.
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        let loopback = Device::all().iter().find(|device| device.loopback).map(|device| device.pnet.index);
        let (mut lanes, mut interfaces) = (Vec::new(), Vec::new());
        for (id, place) in (0..).zip(&settings.places) {
            let link = link(place, settings.method)?;
            let lane = Lane::open(place, link, loopback, settings.method)?;
            interfaces.push(describe(id, place, link));
            lanes.push(lane);
        }
        Ok(Self {
            queue: Arc::new(Queue::new(lanes.len(), memory().min(QUEUE))),
            lanes,
            interfaces,
            threads: Vec::new(),
            stop: Arc::clone(&settings.stop),
            duration: settings.duration,
            deadline: None,
            delivered: false,
            fault: None,
            number: 0,
            counted: Instant::now(),
        })
    }

    /// Starts reading, in threads that have the rights which are left now.
    ///
    /// # Errors
    /// Where the system has no thread to give.
    pub fn start(&mut self) -> std::io::Result<()> {
        self.deadline = self.duration.and_then(|duration| Instant::now().checked_add(duration));
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if let Some(engine) = lane.engine.take() {
                self.threads.push(engine.start(number, Arc::clone(&self.queue))?);
            }
        }
        Ok(())
    }

    /// Ends the capture; what has not been asked for yet is lost. The counters are final then.
    pub fn close(&mut self) {
        self.queue.abandon();
        for thread in self.threads.drain(..) {
            _ = thread.join();
        }
    }

    /// Whether times, lengths, tags and drops come from the kernel; if not, the times are those of reading, VLAN tags
    /// may be missing, and what is lost is not counted.
    #[must_use]
    pub fn knows_all(&self) -> bool {
        self.lanes.iter().all(|lane| lane.filter.is_none())
    }

    /// The names of the interfaces.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.lanes.iter().map(|lane| lane.device.name.as_str()).collect()
    }

    /// Frames delivered so far.
    #[must_use]
    pub fn captured(&self) -> u64 {
        self.number
    }

    /// Bytes of the queue between the kernel and what is done with frames, where there was a time when it was full.
    #[must_use]
    pub fn queue_was_full(&self) -> Option<usize> {
        self.queue.was_full()
    }

    /// The lane whose frame is next; `None` where it cannot be known yet, or there is none.
    #[inline]
    fn choose(&mut self) -> Option<usize> {
        if self.lanes.iter().any(|lane| lane.chunk.is_empty()) {
            self.look_for_the_end();
        }
        if let [lane] = self.lanes.as_mut_slice() {
            return lane.refill(0, &self.queue, &mut self.fault).then_some(0);
        }
        let mut first: Option<(Time, usize, Instant)> = None;
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if lane.refill(number, &self.queue, &mut self.fault)
                && let Some(shaped) = &lane.pending
                && first.is_none_or(|(time, ..)| (shaped.time.secs, shaped.time.nanos) < (time.secs, time.nanos))
            {
                first = Some((shaped.time, number, lane.chunk.arrived));
            }
        }
        let (time, number, arrived) = first?;
        // Whoever has nothing now has to have had nothing for long enough.
        let mut others =
            self.lanes.iter().enumerate().filter(|(_, lane)| lane.pending.is_none() && !lane.ended).peekable();
        if others.peek().is_none() {
            return Some(number);
        }
        let settled = settled(time, arrived);
        others.all(|(other, _)| self.queue.was_dry(other, settled)).then_some(number)
    }

    /// Asks the threads to end where something says so. This is also when the kernel's counters are read, which would
    /// begin anew after 2^32 frames.
    fn look_for_the_end(&mut self) {
        let now = Instant::now();
        let due = self.deadline.is_some_and(|deadline| now >= deadline);
        if due || self.fault.is_some() || self.stop.load(Ordering::Relaxed) {
            self.queue.finish();
        }
        if now.duration_since(self.counted) > COUNTING {
            self.counted = now;
            self.counters();
        }
    }

    /// How long to wait: to the end of the capture at most, and no longer than a frame is held back.
    fn patience(&self) -> Duration {
        let left = self.deadline.map_or(PATIENCE, |deadline| deadline.saturating_duration_since(Instant::now()));
        let held = self.lanes.iter().any(|lane| lane.pending.is_some());
        // Where the end is due already, the threads are about to say so.
        left.max(Duration::from_millis(1)).min(if held { PATIENCE / 5 } else { PATIENCE })
    }
}

impl Source for Live {
    #[inline]
    fn next(&mut self) -> Result<Next<'_>, SourceError> {
        let mut waited = false;
        let chosen = loop {
            if let Some(lane) = self.choose() {
                break lane;
            }
            if self.lanes.iter().all(|lane| lane.ended && lane.pending.is_none()) {
                return match self.fault.take() {
                    Some((name, fault)) => Err(SourceError { name, fault }),
                    None => Ok(Next::End),
                };
            }
            if self.delivered || waited {
                self.delivered = false;
                return Ok(Next::Nothing);
            }
            let seen = self.queue.events();
            if let Some(lane) = self.choose() {
                break lane;
            }
            self.queue.wait(seen, self.patience());
            waited = self.lanes.len() == 1;
        };
        let (Some(lane), Some(interface)) = (self.lanes.get_mut(chosen), self.interfaces.get(chosen)) else {
            return Ok(Next::End);
        };
        self.number = self.number.wrapping_add(1);
        self.delivered = true;
        Ok(lane.pending.take().map_or(Next::Nothing, |shaped| Next::Frame(lane.frame(self.number, shaped, interface))))
    }

    fn origin(&self) -> Origin<'_> {
        Origin::Live(&self.interfaces)
    }

    fn counters(&mut self) -> Vec<Counters> {
        self.lanes.iter_mut().map(Lane::count).collect()
    }
}

impl Lane {
    fn open(place: &Place, link: LinkType, loopback: Option<u32>, method: Method) -> Result<Self, OpenError> {
        let device = &place.device;
        let wrong = |error| OpenError::filter(&place.filter, error);
        let mask = device.netmask.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let compile = |target| CaptureFilter::compile_for_network(&place.filter, link, place.snaplen, target, mask);
        let filter =
            compile(if cfg!(target_os = "linux") { Target::LinuxLive } else { Target::File }).map_err(wrong)?;
        let setup = Setup {
            promiscuous: place.promiscuous,
            buffer: place.buffer,
            cooked: link.is_cooked(),
            program: filter.instructions(),
            method,
        };
        let mut engine = Engine::open(device, &setup).map_err(|error| OpenError::of(device, error))?;
        let filter = if engine.knows_all() { None } else { Some(compile(Target::File).map_err(wrong)?) };
        Ok(Self {
            shape: Shape::of(link, device.any.then_some(loopback).flatten(), place.snaplen),
            device: device.clone(),
            meter: engine.meter.take(),
            engine: Some(engine),
            counted: Counters::default(),
            missed: missed(device),
            chunk: Chunk::new(Vec::new()),
            pending: None,
            ended: false,
            filter,
            delivered: 0,
        })
    }

    /// Finds the lane's next frame; false where there is none now.
    #[inline]
    fn refill(&mut self, number: usize, queue: &Queue, fault: &mut Option<(Name, Fault)>) -> bool {
        loop {
            if self.pending.is_some() {
                return true;
            }
            if self.chunk.is_empty() && !self.fetch(number, queue, fault) {
                return false;
            }
            let Some((record, range)) = self.chunk.next() else { continue };
            let Some(shaped) = self.shape.apply(&record, range, &mut self.chunk) else { continue };
            let passes =
                |filter: &CaptureFilter| filter.matches(self.chunk.bytes(shaped.bytes.clone()), shaped.wire_len);
            if self.filter.as_ref().is_none_or(passes) {
                self.pending = Some(shaped);
                self.delivered = self.delivered.wrapping_add(1);
            }
        }
    }

    /// Takes the lane's next chunk from the queue; false where there is none now.
    fn fetch(&mut self, number: usize, queue: &Queue, fault: &mut Option<(Name, Fault)>) -> bool {
        if self.ended {
            return false;
        }
        let used = std::mem::replace(&mut self.chunk, Chunk::new(Vec::new()));
        match queue.take(number, used.into_memory()) {
            Taken::Chunk(chunk) => self.chunk = chunk,
            Taken::Nothing => return false,
            Taken::Ended(reason) => {
                self.ended = true;
                if let Some(reason) = reason {
                    let gone = matches!(reason, Fault::WentDown) && Device::find(&self.device.name).is_none();
                    let reason = if gone { Fault::WentAway } else { reason };
                    fault.get_or_insert((Name::Interface(self.device.name.as_str().into()), reason));
                }
                return false;
            }
        }
        true
    }

    /// Brings the counters up to date.
    fn count(&mut self) -> Counters {
        match self.meter.as_ref().map(Meter::read) {
            Some(Ok((received, dropped))) => {
                self.counted.received = self.counted.received.saturating_add(received);
                self.counted.dropped = self.counted.dropped.saturating_add(dropped);
            }
            Some(Err(_)) => {}
            None => self.counted.received = self.delivered,
        }
        self.counted.dropped_by_interface = missed(&self.device).saturating_sub(self.missed);
        self.counted
    }

    #[inline]
    fn frame<'a>(&'a self, number: u64, shaped: Shaped, interface: &'a Interface) -> Frame<'a> {
        Frame {
            time: Some(shaped.time),
            precision: 9,
            wire_len: shaped.wire_len,
            interface: interface.id,
            options: frame::options(shaped.packet_type),
            origin: Some(interface),
            ..Frame::new(number, interface.link, self.chunk.bytes(shaped.bytes))
        }
    }
}

/// When all frames have come that are earlier than one of this time, which arrived then. Where the clock was set
/// meanwhile, its arrival counts.
fn settled(time: Time, arrived: Instant) -> Instant {
    let latest = arrived.checked_add(HOLD).unwrap_or(arrived);
    let since = Duration::new(u64::try_from(time.secs).unwrap_or(0), time.nanos);
    let age = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(since);
    let captured = Instant::now().checked_sub(age).unwrap_or(arrived);
    captured.checked_add(HOLD).map_or(latest, |settled| settled.min(latest))
}

/// The link type that is asked for, if the interface has it; otherwise its usual one.
fn link(place: &Place, method: Method) -> Result<LinkType, OpenError> {
    let device = &place.device;
    if !device.up {
        return Err(OpenError::NotUp(device.name.clone()));
    }
    if method == Method::Frames && device.any {
        return Err(OpenError::Other("one frame by one call, frames of \"any\" interface cannot be told apart".into()));
    }
    let types = device.link_types().map_err(|error| OpenError::of(device, error))?;
    match place.link {
        Some(link) if types.contains(&link) => Ok(link),
        Some(_) => Err(OpenError::LinkType { device: device.name.clone(), types }),
        None => Ok(types.first().copied().unwrap_or(LinkType::ETHERNET)),
    }
}

/// An interface as a file describes it: with its name and its filter.
fn describe(id: u32, place: &Place, link: LinkType) -> Interface {
    let interface = Interface::live(id, link, place.snaplen).with(2, place.device.name.as_bytes()).with(9, &[9]);
    if place.filter.is_empty() {
        return interface;
    }
    let filter: Vec<u8> = [0].into_iter().chain(place.filter.bytes()).collect();
    interface.with(11, &filter)
}

/// Bytes of memory that frames may wait in: a quarter of what is free.
fn memory() -> usize {
    /// Where nobody tells how much is free.
    const UNKNOWN: usize = 256 << 20;
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free =
        text.lines().find_map(|line| line.strip_prefix("MemAvailable:")?.strip_suffix("kB")?.trim().parse().ok());
    free.map_or(UNKNOWN, |kilobytes: usize| kilobytes.saturating_mul(1024 / 4))
}

/// Frames that an interface has had no room for since it is there.
#[cfg(target_os = "linux")]
fn missed(device: &Device) -> u64 {
    let path = format!("/sys/class/net/{}/statistics/rx_missed_errors", device.name);
    std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// Elsewhere nobody tells.
#[cfg(not(target_os = "linux"))]
fn missed(_: &Device) -> u64 {
    0
}
