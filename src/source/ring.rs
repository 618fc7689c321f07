//! The kernel's side of a capture on Linux: packet sockets, and the ring that they share with the kernel.
//!
//! Everything that Rust cannot check is in this file: system calls that take structures, and memory that the kernel
//! writes to (packet(7), and the kernel's `networking/packet_mmap`). What leaves it are bytes.
#![allow(unsafe_code)]

use std::io;
use std::mem::{size_of, size_of_val, zeroed};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use libc::{c_int, c_uint, c_void};

use super::Time;
use super::live::chunk::{Chunk, Record};
use crate::filter::capture::bpf::Instruction;

/// How long the kernel waits for more frames before it gives out a block that is not full.
pub(super) const RETIRE: Duration = Duration::from_millis(20);
/// Bytes of one block of the ring: the largest frame has to fit.
const BLOCK: usize = 1 << 20;
/// The option by which a socket on loopback sees each packet once (`PACKET_IGNORE_OUTGOING`, since Linux 4.20).
const IGNORE_OUTGOING: c_int = 23;
/// Frames fetched by one system call where there is no ring.
const MESSAGES: usize = 64;

/// A packet socket that is bound to nothing yet, so that nothing arrives before it is set up.
#[derive(Debug)]
pub(super) struct Socket(OwnedFd);

impl Socket {
    /// Makes a socket for whole frames or, `cooked`, for packets from the network layer up.
    pub(super) fn new(cooked: bool) -> io::Result<Self> {
        let kind = if cooked { libc::SOCK_DGRAM } else { libc::SOCK_RAW } | libc::SOCK_CLOEXEC;
        // SAFETY: takes numbers only; a descriptor that is returned is owned by nobody else.
        let fd = checked(unsafe { libc::socket(libc::AF_PACKET, kind, 0) })?;
        // SAFETY: as above.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// The kernel's number for the hardware type (ARPHRD_…) of an interface.
    pub(super) fn hardware_type(&self, name: &str) -> io::Result<u16> {
        // SAFETY: a structure of numbers, for which zero is a value.
        let mut request: libc::ifreq = unsafe { zeroed() };
        let room = request.ifr_name.len().saturating_sub(1);
        for (to, from) in request.ifr_name.iter_mut().take(room).zip(name.bytes()) {
            *to = from.cast_signed() as libc::c_char;
        }
        // SAFETY: the request is an `ifreq` with a terminated name, as this call wants and fills it.
        checked(unsafe { libc::ioctl(self.0.as_raw_fd(), libc::SIOCGIFHWADDR as _, &raw mut request) })?;
        // SAFETY: this call fills the address of the union.
        Ok(unsafe { request.ifr_ifru.ifru_hwaddr.sa_family })
    }

    /// Lets only those frames in for which the program does not return 0, cut to what it returns.
    pub(super) fn attach(&self, program: &[Instruction]) -> io::Result<()> {
        let len = u16::try_from(program.len()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
        // The kernel copies the program; it writes nothing through this pointer. `Instruction` is laid out as it wants.
        let filter = libc::sock_fprog { len, filter: program.as_ptr().cast_mut().cast() };
        set(self.0.as_raw_fd(), libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &filter)
    }

    /// Leaves out what this host sends: on loopback, all of that comes in again.
    pub(super) fn ignore_outgoing(&self) -> io::Result<()> {
        set::<c_int>(self.0.as_raw_fd(), libc::SOL_PACKET, IGNORE_OUTGOING, &1)
    }

    /// Has the kernel put frames in a ring of about so many bytes, half of that where memory is short, and so on.
    pub(super) fn ring(&self, bytes: usize) -> io::Result<Ring> {
        let fd = self.0.as_raw_fd();
        set::<c_int>(fd, libc::SOL_PACKET, libc::PACKET_VERSION, &(libc::tpacket_versions::TPACKET_V3 as c_int))?;
        let mut blocks = bytes.div_ceil(BLOCK).clamp(2, 4096);
        loop {
            // SAFETY: a structure of numbers, for which zero is a value.
            let mut request: libc::tpacket_req3 = unsafe { zeroed() };
            // Frames take what they need of a block; the frame size has to be given, and to divide the block.
            request.tp_frame_size = 1 << 11;
            request.tp_block_size = BLOCK as c_uint;
            request.tp_block_nr = blocks as c_uint;
            request.tp_frame_nr = (blocks.saturating_mul(BLOCK) >> 11) as c_uint;
            request.tp_retire_blk_tov = RETIRE.as_millis() as c_uint;
            match set(fd, libc::SOL_PACKET, libc::PACKET_RX_RING, &request) {
                Ok(()) => return Ring::map(fd, blocks),
                Err(error) if error.raw_os_error() == Some(libc::ENOMEM) && blocks > 2 => blocks /= 2,
                Err(error) => return Err(error),
            }
        }
    }

    /// Has the kernel tell the time and what else it knows of each frame, and keep about so many bytes of them waiting.
    pub(super) fn messages(&self, bytes: usize) -> io::Result<()> {
        let fd = self.0.as_raw_fd();
        let room = c_int::try_from(bytes).unwrap_or(c_int::MAX);
        // Beyond the system's limit only with CAP_NET_ADMIN; up to that limit without.
        set(fd, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, &room)
            .or_else(|_| set(fd, libc::SOL_SOCKET, libc::SO_RCVBUF, &room))?;
        set::<c_int>(fd, libc::SOL_PACKET, libc::PACKET_AUXDATA, &1)?;
        set::<c_int>(fd, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, &1)
    }

    /// A way to read its counters while another owns the socket.
    pub(super) fn meter(&self) -> io::Result<Meter> {
        self.0.try_clone().map(Meter)
    }

    /// The descriptor, for who is to own it.
    pub(super) fn into_raw(self) -> RawFd {
        self.0.into_raw_fd()
    }
}

/// What came of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// There is something to read.
    Frames,
    /// The time is over.
    Timeout,
    /// The interface is down or gone.
    Down,
}

/// Waits for frames on a bound socket.
pub(super) fn wait(fd: RawFd, patience: Duration) -> io::Result<Ready> {
    let mut asked = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    let patience = c_int::try_from(patience.as_millis()).unwrap_or(c_int::MAX);
    // SAFETY: one `pollfd`, as the count says.
    match checked(unsafe { libc::poll(&raw mut asked, 1, patience) }) {
        Ok(0) => Ok(Ready::Timeout),
        Ok(_) if asked.revents & libc::POLLIN != 0 => Ok(Ready::Frames),
        Ok(_) => match get::<c_int>(fd, libc::SOL_SOCKET, libc::SO_ERROR)? {
            // Nothing is wrong any more.
            0 => Ok(Ready::Timeout),
            libc::ENETDOWN | libc::ENODEV | libc::ENXIO => Ok(Ready::Down),
            code => Err(io::Error::from_raw_os_error(code)),
        },
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Ready::Timeout),
        Err(error) => Err(error),
    }
}

/// The counters of a socket.
#[derive(Debug)]
pub(super) struct Meter(OwnedFd);

impl Meter {
    /// Frames that passed the filter, and those of them for which there was no room, since this was asked last.
    pub(super) fn read(&self) -> io::Result<(u64, u64)> {
        // Where there is no ring, the kernel fills in the first two counters, which mean the same.
        let counted: libc::tpacket_stats_v3 = get(self.0.as_raw_fd(), libc::SOL_PACKET, libc::PACKET_STATISTICS)?;
        Ok((counted.tp_packets.into(), counted.tp_drops.into()))
    }
}

/// The ring: blocks of frames, each the kernel's or the program's.
#[derive(Debug)]
pub(super) struct Ring {
    start: NonNull<u8>,
    blocks: usize,
    /// The block that the kernel gives out next.
    next: usize,
}

// SAFETY: the mapping belongs to this value alone, and is not tied to the thread that made it.
unsafe impl Send for Ring {}

impl Ring {
    fn map(fd: RawFd, blocks: usize) -> io::Result<Self> {
        let len = blocks.saturating_mul(BLOCK);
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping of the length that the ring has just been given; it overlaps nothing.
        let start = unsafe { libc::mmap(ptr::null_mut(), len, access, libc::MAP_SHARED, fd, 0) };
        match NonNull::new(start.cast::<u8>()) {
            Some(start) if start.as_ptr().cast::<c_void>() != libc::MAP_FAILED => Ok(Self { start, blocks, next: 0 }),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Copies the next block's frames into `chunk` and gives the block back to the kernel; false where none is ready.
    pub(super) fn take(&mut self, chunk: &mut Chunk) -> bool {
        // SAFETY: `next` is below `blocks`, so that the block is inside the mapping, and blocks are page-aligned.
        let (block, status) = unsafe {
            let block = self.start.add(self.next.wrapping_mul(BLOCK));
            (block, AtomicU32::from_ptr(block.add(8).cast().as_ptr()))
        };
        // Acquire: what the kernel wrote before it gave the block out is seen after this.
        if status.load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return false;
        }
        // SAFETY: the block is the program's now: the kernel writes nothing to it until its status is set back, and the
        // slice does not outlive this function.
        let bytes = unsafe { std::slice::from_raw_parts(block.as_ptr(), BLOCK) };
        chunk.fill(bytes);
        // Release: the block has been read before the kernel sees that it is its own again.
        status.store(libc::TP_STATUS_KERNEL, Ordering::Release);
        self.next = self.next.wrapping_add(1).checked_rem(self.blocks).unwrap_or(0);
        true
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: exactly what was mapped, and nothing borrowed from it is left.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.blocks.saturating_mul(BLOCK)) };
    }
}

/// Control messages of one frame: the time, and what else the kernel knows; aligned as their headers have to be.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Control([u8; 128]);

/// Frames received without a ring, many by one system call.
pub(super) struct Messages {
    bytes: Vec<u8>,
    size: usize,
}

impl Messages {
    /// Room for frames of at most `snaplen` bytes.
    pub(super) fn new(snaplen: usize) -> Self {
        Self { bytes: vec![0; MESSAGES.saturating_mul(snaplen)], size: snaplen.max(1) }
    }

    /// Moves what has arrived into `chunk`; false where that is nothing.
    pub(super) fn take(&mut self, fd: RawFd, chunk: &mut Chunk) -> io::Result<bool> {
        // SAFETY: structures of numbers and pointers, for which zero is a value.
        let (mut names, mut headers): ([libc::sockaddr_ll; MESSAGES], [libc::mmsghdr; MESSAGES]) =
            unsafe { (zeroed(), zeroed()) };
        let mut controls = [Control([0; 128]); MESSAGES];
        // SAFETY: as above.
        let mut vectors: [libc::iovec; MESSAGES] = unsafe { zeroed() };
        let parts = self.bytes.chunks_exact_mut(self.size).zip(&mut vectors);
        for (((part, vector), (name, control)), header) in
            parts.zip(names.iter_mut().zip(&mut controls)).zip(&mut headers)
        {
            *vector = libc::iovec { iov_base: part.as_mut_ptr().cast(), iov_len: part.len() };
            let header = &mut header.msg_hdr;
            header.msg_name = ptr::from_mut(name).cast();
            header.msg_namelen = size_of::<libc::sockaddr_ll>() as c_uint;
            header.msg_iov = vector;
            header.msg_iovlen = 1;
            header.msg_control = control.0.as_mut_ptr().cast();
            header.msg_controllen = size_of::<Control>();
        }
        let flags = libc::MSG_DONTWAIT | libc::MSG_TRUNC;
        // SAFETY: as many headers as the count says; what they point to lives to the end of this function.
        let count =
            unsafe { libc::recvmmsg(fd, headers.as_mut_ptr(), MESSAGES as c_uint, flags as _, ptr::null_mut()) };
        let count = match checked(count) {
            Ok(count) => usize::try_from(count).unwrap_or(0),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => 0,
            Err(error) => return Err(error),
        };
        for ((header, name), part) in headers.iter().zip(&names).zip(self.bytes.chunks_exact(self.size)).take(count) {
            let record = record(header, name);
            chunk.push(&record, part.get(..header.msg_len as usize).unwrap_or(part));
        }
        Ok(count > 0)
    }
}

/// What the kernel says of a frame that came as a message.
fn record(message: &libc::mmsghdr, from: &libc::sockaddr_ll) -> Record {
    let mut record = Record {
        wire_len: message.msg_len,
        protocol: u16::from_be(from.sll_protocol),
        interface: from.sll_ifindex.cast_unsigned(),
        hardware: from.sll_hatype,
        packet_type: from.sll_pkttype,
        address_len: from.sll_halen,
        address: from.sll_addr,
        ..Record::default()
    };
    // SAFETY: the kernel filled the header's control messages; the macros stay within their length.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(&raw const message.msg_hdr) };
    // SAFETY: null or a header within the control messages, as the macros return it.
    while let Some(control) = unsafe { next.as_ref() } {
        // SAFETY: the data lies behind the header; it is read unaligned, and only of the type that its kind says.
        unsafe {
            let data = libc::CMSG_DATA(next);
            match (control.cmsg_level, control.cmsg_type) {
                (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => {
                    let time = data.cast::<libc::timespec>().read_unaligned();
                    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
                    record.time = Time { secs: time.tv_sec, nanos };
                }
                (libc::SOL_PACKET, libc::PACKET_AUXDATA) => {
                    let known = data.cast::<libc::tpacket_auxdata>().read_unaligned();
                    record.wire_len = known.tp_len;
                    record.set_vlan(known.tp_status, known.tp_vlan_tci.into(), known.tp_vlan_tpid);
                }
                _ => {}
            }
            next = libc::CMSG_NXTHDR(&raw const message.msg_hdr, next);
        }
    }
    record
}

/// What a system call returned, or the error it left.
fn checked(outcome: c_int) -> io::Result<c_int> {
    if outcome < 0 { Err(io::Error::last_os_error()) } else { Ok(outcome) }
}

/// Sets a socket option. `T` is the structure that the option takes.
fn set<T>(fd: RawFd, level: c_int, name: c_int, value: &T) -> io::Result<()> {
    let len = size_of_val(value) as libc::socklen_t;
    // SAFETY: the kernel reads the value, of the length given.
    checked(unsafe { libc::setsockopt(fd, level, name, ptr::from_ref(value).cast(), len) }).map(drop)
}

/// Reads a socket option. `T` is a structure of numbers.
fn get<T: Copy>(fd: RawFd, level: c_int, name: c_int) -> io::Result<T> {
    // SAFETY: zero is a value of a structure of numbers; the kernel writes at most the length given.
    unsafe {
        let mut value: T = zeroed();
        let mut len = size_of::<T>() as libc::socklen_t;
        checked(libc::getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut len))?;
        Ok(value)
    }
}
