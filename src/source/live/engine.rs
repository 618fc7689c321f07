//! Reading one interface: a thread that takes frames from the kernel as fast as they come.

use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use pnet::datalink::{self, Channel, DataLinkReceiver, DataLinkSender};

use super::chunk::{Chunk, Record};
use super::device::Device;
use super::queue::Queue;
#[cfg(target_os = "linux")]
use crate::source::ring::{self, Messages, Ready, Ring, Socket};
use crate::source::{Fault, Time};

/// How long a wait for frames may be before the thread looks whether it is to end, and tells that nothing has come.
const PATIENCE: Duration = Duration::from_millis(20);
/// Bytes that the kernel may hold for one interface, unless it is said.
const BUFFER: usize = 64 << 20;
/// The largest frame.
const LARGEST: usize = 262_144;

/// How frames are taken from the kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// The best that there is
    #[default]
    Auto,
    /// A ring of memory shared with the kernel (Linux)
    Ring,
    /// Messages, many by one system call (Linux)
    Messages,
    /// One frame by one call, without the kernel's times and counters
    Frames,
}

/// What the engine is to know of the capture.
#[derive(Clone, Debug)]
pub(super) struct Setup<'a> {
    pub(super) promiscuous: bool,
    /// Bytes that the kernel may hold.
    pub(super) buffer: Option<usize>,
    /// Frames without their link-layer header.
    pub(super) cooked: bool,
    /// The program for the kernel.
    pub(super) program: &'a [crate::filter::capture::bpf::Instruction],
    pub(super) method: Method,
}

/// A capture on one interface, opened and bound; frames are collected from now on.
pub(super) struct Engine {
    way: Way,
    /// pnet's channel: what owns the socket, and closes it.
    channel: (Box<dyn DataLinkSender>, Box<dyn DataLinkReceiver>),
    /// The kernel's counters, where it counts for us.
    pub(super) meter: Option<Meter>,
}

/// The kernel's counters of a socket; there are none where it is not a socket of our own.
#[cfg(target_os = "linux")]
pub(super) use ring::Meter;

/// Nobody counts here.
#[cfg(not(target_os = "linux"))]
pub(super) enum Meter {}

#[cfg(not(target_os = "linux"))]
impl Meter {
    /// There is none to be read.
    pub(super) fn read(&self) -> io::Result<(u64, u64)> {
        match *self {}
    }
}

/// How the engine reads.
enum Way {
    #[cfg(target_os = "linux")]
    Ring(RawFd, Ring),
    #[cfg(target_os = "linux")]
    Messages(RawFd, Messages),
    Frames,
}

impl Engine {
    /// Opens a capture.
    pub(super) fn open(device: &Device, setup: &Setup<'_>) -> io::Result<Self> {
        let (way, meter) = Self::prepare(device, setup)?;
        let size = if matches!(way, Way::Frames) { LARGEST } else { 0 };
        let channel = datalink::channel(
            &device.pnet,
            datalink::Config {
                read_buffer_size: size,
                write_buffer_size: 0,
                read_timeout: Some(PATIENCE),
                promiscuous: setup.promiscuous && !device.any,
                socket_fd: way.descriptor(),
                ..datalink::Config::default()
            },
        )?;
        match channel {
            Channel::Ethernet(sender, receiver) => Ok(Self { way, channel: (sender, receiver), meter }),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Makes the socket, with all that has to be set before it is bound.
    #[cfg(target_os = "linux")]
    fn prepare(device: &Device, setup: &Setup<'_>) -> io::Result<(Way, Option<Meter>)> {
        if setup.method == Method::Frames {
            return Ok((Way::Frames, None));
        }
        let socket = || {
            let socket = Socket::new(setup.cooked)?;
            socket.attach(setup.program)?;
            if device.loopback {
                // Older kernels lack this: packets are then seen twice.
                _ = socket.ignore_outgoing();
            }
            io::Result::Ok(socket)
        };
        let buffer = setup.buffer.unwrap_or(BUFFER);
        if setup.method != Method::Messages {
            let socket = socket()?;
            match socket.ring(buffer) {
                Ok(ring) => {
                    let meter = socket.meter()?;
                    return Ok((Way::Ring(socket.into_raw(), ring), Some(meter)));
                }
                Err(error) if setup.method == Method::Ring => return Err(error),
                Err(_) => {}
            }
        }
        // A new socket, for one that was asked for a ring stays half made.
        let socket = socket()?;
        socket.messages(buffer)?;
        let meter = socket.meter()?;
        Ok((Way::Messages(socket.into_raw(), Messages::new(LARGEST)), Some(meter)))
    }

    /// Elsewhere there is one way only.
    #[cfg(not(target_os = "linux"))]
    fn prepare(_: &Device, setup: &Setup<'_>) -> io::Result<(Way, Option<Meter>)> {
        match setup.method {
            Method::Auto | Method::Frames => Ok((Way::Frames, None)),
            Method::Ring | Method::Messages => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Whether the kernel tells times, lengths, tags and drops, and filters.
    pub(super) fn knows_all(&self) -> bool {
        !matches!(self.way, Way::Frames)
    }

    /// Reads until the capture is to end, in a thread of its own.
    pub(super) fn start(self, lane: usize, queue: Arc<Queue>) -> io::Result<JoinHandle<()>> {
        let run = move || {
            let fault = self.run(lane, &queue).err();
            queue.end(lane, fault);
        };
        std::thread::Builder::new().name(format!("capture {lane}")).spawn(run)
    }

    fn run(self, lane: usize, queue: &Queue) -> Result<(), Fault> {
        let mut channel = self.channel;
        match self.way {
            #[cfg(target_os = "linux")]
            Way::Ring(fd, mut ring) => {
                let take = |chunk: &mut Chunk| Ok(ring.take(chunk));
                read(fd, take, lane, queue)
            }
            #[cfg(target_os = "linux")]
            Way::Messages(fd, mut messages) => read(fd, |chunk: &mut Chunk| messages.take(fd, chunk), lane, queue),
            Way::Frames => frames(&mut *channel.1, lane, queue),
        }
    }
}

impl Way {
    /// The socket that was made, which pnet is to own.
    fn descriptor(&self) -> Option<RawFd> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Ring(fd, _) | Self::Messages(fd, _) => Some(*fd),
            Self::Frames => None,
        }
    }
}

/// Hands over what `take` finds, until the capture is to end or the interface is no more.
#[cfg(target_os = "linux")]
fn read(
    fd: RawFd,
    mut take: impl FnMut(&mut Chunk) -> io::Result<bool>,
    lane: usize,
    queue: &Queue,
) -> Result<(), Fault> {
    let mut chunk = queue.chunk();
    // Once it is to end, frames that have come already are given the time that their block takes.
    let last = || Instant::now().checked_add(ring::RETIRE.saturating_mul(2)).unwrap_or_else(Instant::now);
    let mut end: Option<(Instant, Result<(), Fault>)> = None;
    loop {
        let now = Instant::now();
        loop {
            match take(&mut chunk) {
                Ok(true) => {
                    let full = std::mem::replace(&mut chunk, queue.chunk());
                    if !full.is_empty() {
                        queue.push(lane, full);
                    }
                }
                Ok(false) => break,
                Err(error) if error.kind() == io::ErrorKind::NetworkDown => {
                    end = Some((last(), Err(Fault::WentDown)));
                    break;
                }
                Err(error) => return Err(Fault::Io(error)),
            }
        }
        queue.dry(lane, now);
        match &end {
            Some((until, _)) if Instant::now() < *until && !queue.abandoned() => {
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
            Some(_) => return end.map_or(Ok(()), |(_, outcome)| outcome),
            None => {}
        }
        match ring::wait(fd, PATIENCE) {
            _ if queue.finishing() => end = Some((last(), Ok(()))),
            Ok(Ready::Frames | Ready::Timeout) => {}
            Ok(Ready::Down) => end = Some((last(), Err(Fault::WentDown))),
            Err(error) => end = Some((last(), Err(Fault::Io(error)))),
        }
    }
}

/// Hands over what pnet reads, one frame after the other.
fn frames(receiver: &mut dyn DataLinkReceiver, lane: usize, queue: &Queue) -> Result<(), Fault> {
    while !queue.finishing() {
        queue.dry(lane, Instant::now());
        match receiver.next() {
            Ok(frame) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let time = Time { secs: now.as_secs().cast_signed(), nanos: now.subsec_nanos() };
                let wire_len = u32::try_from(frame.len()).unwrap_or(u32::MAX);
                let mut chunk = queue.chunk();
                chunk.push(&Record { time, wire_len, ..Record::default() }, frame);
                queue.push(lane, chunk);
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => {}
            Err(error) if error.kind() == io::ErrorKind::NetworkDown => return Err(Fault::WentDown),
            Err(error) => return Err(Fault::Io(error)),
        }
    }
    Ok(())
}
