//! Where frames come from: a file or the network, as the command line says; and what is told of a capture.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag;

use super::{FAILED, USAGE, complain, privileges, write};
use crate::cli::Cli;
use crate::cli::interfaces::Choice;
use crate::source::live::{Device, Live, OpenError, Place, Settings};
use crate::source::{CaptureFile, Counters, LinkType, Next, Origin, Source, SourceError};
use crate::write::{Announce, Stop, Turn};

/// The exit status of a program that SIGINT ends.
const INTERRUPTED: i32 = 130;
/// A capture cannot be started: tshark's exit status for it.
const UNSTARTED: u8 = 1;
/// Bytes of a frame that are kept where nothing is said: all, for no frame is longer.
const WHOLE: u32 = 262_144;

/// Where frames come from.
pub(super) enum Input {
    File(Box<CaptureFile>),
    Live(Box<Capture>),
}

/// A capture that runs.
pub(super) struct Capture {
    live: Live,
    /// Whether anything is told but errors.
    talks: bool,
    /// Whether the counters are wanted now.
    asked: Arc<AtomicBool>,
    /// The count that is shown meanwhile, where nothing else is.
    count: Option<Count>,
}

/// How many packets have been captured so far, on a terminal.
struct Count {
    /// The number shown.
    shown: u64,
    /// When it was.
    at: Instant,
}

impl Input {
    /// Opens what the command line names; lists what it wants listed. An exit status where there is nothing to be read.
    pub(super) fn open(cli: &Cli) -> Result<Self, ExitCode> {
        let given = &cli.capture;
        if given.list_interfaces {
            return Err(listed(&interfaces()));
        }
        if let Some(path) = &cli.read {
            return file(path, given.interfaces.usual.filter.as_deref());
        }
        let positional = positional_filter(cli)?;
        if let [(only, choice)] = given.interfaces.named.as_slice()
            && is_pipe(only)
        {
            return file(Path::new(only), choice.filter.as_deref().or(positional.as_deref()));
        }
        let devices = devices(cli)?;
        if given.list_links {
            return Err(links(&devices));
        }
        capture(cli, places(cli, devices, positional.as_deref())?)
    }

    /// What the source is called in what is told of it.
    pub(super) fn name(&self, cli: &Cli) -> String {
        match (&cli.read, self) {
            (Some(path), _) => path.to_string_lossy().into_owned(),
            (None, Self::Live(capture)) => capture.live.names().join(", "),
            (None, Self::File(_)) => "-".to_owned(),
        }
    }

    /// Ends a capture, and tells what was counted.
    pub(super) fn conclude(&mut self) {
        if let Self::Live(capture) = self {
            capture.live.close();
            if let Some(count) = capture.count.take() {
                count.end(capture.live.captured());
            }
            if capture.talks {
                capture.report();
            }
        }
    }
}

impl Source for Input {
    #[inline]
    fn next(&mut self) -> Result<Next<'_>, SourceError> {
        match self {
            Self::File(file) => Source::next(&mut **file),
            Self::Live(capture) => {
                if capture.asked.load(Ordering::Relaxed) {
                    capture.asked.store(false, Ordering::Relaxed);
                    capture.report();
                }
                if let Some(count) = &mut capture.count {
                    count.look(capture.live.captured());
                }
                capture.live.next()
            }
        }
    }

    #[inline]
    fn next_record(&mut self) -> Result<Next<'_>, SourceError> {
        match self {
            Self::File(file) => Source::next_record(&mut **file),
            Self::Live(_) => self.next(),
        }
    }

    fn origin(&self) -> Origin<'_> {
        match self {
            Self::File(file) => file.origin(),
            Self::Live(capture) => capture.live.origin(),
        }
    }

    fn counters(&mut self) -> Vec<Counters> {
        match self {
            Self::File(file) => file.counters(),
            Self::Live(capture) => capture.live.counters(),
        }
    }
}

impl Capture {
    /// Tells the counters as tcpdump does.
    fn report(&mut self) {
        let counted = self.live.counters();
        let sum = |of: fn(&Counters) -> u64| counted.iter().map(of).fold(0, u64::saturating_add);
        let packets = |count: u64| format!("{count} packet{}", if count == 1 { "" } else { "s" });
        let (dropped, missed) = (sum(|count| count.dropped), sum(|count| count.dropped_by_interface));
        let mut text = format!(
            "{} captured\n{} received by filter\n{} dropped by kernel\n",
            packets(self.live.captured()),
            packets(sum(|count| count.received)),
            packets(dropped)
        );
        if missed > 0 {
            _ = writeln!(text, "{} dropped by interface", packets(missed));
        }
        if let Some(bytes) = self.live.queue_was_full().filter(|_| dropped > 0) {
            _ = writeln!(
                text,
                "The output was slower than the network: {} MiB of packets waited for it, and no more could.",
                bytes >> 20
            );
        }
        tell(&text);
    }
}

impl Count {
    /// How long a number stands at least.
    const STANDS: Duration = Duration::from_millis(200);
    /// The clock is not looked at for every packet where they come fast.
    const STEP: u64 = 64;

    /// A count, where packets go to a file, nothing is printed, and there is a terminal to show it on.
    fn new(cli: &Cli) -> Option<Self> {
        let given = &cli.capture;
        let shown = given.write.is_some() && !write::prints(cli) && !given.errors_only && !cli.statistics.quiet;
        let now = Instant::now();
        (shown && io::stderr().is_terminal())
            .then(|| Self { shown: 0, at: now.checked_sub(Self::STANDS).unwrap_or(now) })
    }

    /// Shows a number, unless the last one is too new.
    #[inline]
    fn look(&mut self, number: u64) {
        let fast = number.wrapping_sub(self.shown) > Self::STEP && !number.is_multiple_of(Self::STEP);
        if number != self.shown && !fast && self.at.elapsed() >= Self::STANDS {
            tell(&format!("\r{number} "));
            (self.shown, self.at) = (number, Instant::now());
        }
    }

    /// Shows the last number, and leaves the line.
    fn end(self, number: u64) {
        tell(&format!("\r{number} \n"));
    }
}

/// Opens a file.
fn file(path: &Path, filter: Option<&str>) -> Result<Input, ExitCode> {
    let opened = CaptureFile::open(path).and_then(|mut file| {
        if let Some(filter) = filter {
            file.keep_only(filter)?;
        }
        Ok(file)
    });
    opened.map(|file| Input::File(Box::new(file))).map_err(|error| {
        complain(&error);
        ExitCode::from(FAILED)
    })
}

/// The interfaces that are named; if none is, the first that is up and not loopback, which is told.
fn devices(cli: &Cli) -> Result<Vec<Device>, ExitCode> {
    let given = &cli.capture;
    if !given.interfaces.named.is_empty() {
        let find = |(name, _): &(String, Choice)| match Device::find(name) {
            Some(device) => Ok(device),
            None if is_pipe(name) => Err(failed(&format_args!("A pipe (\"{name}\") can only be read by itself."))),
            None => {
                Err(failed(&format_args!("There is no interface \"{name}\"; netpeek -D lists those that there are.")))
            }
        };
        return given.interfaces.named.iter().map(find).collect();
    }
    match Device::first() {
        Some(device) => {
            if !given.errors_only && !given.list_links {
                tell(&format!("No interface is named: capturing on the first that is up, {}.\n", device.name));
            }
            Ok(vec![device])
        }
        None => Err(failed(&"There is no interface that is up: name a capture with -r FILE, or an interface with -i.")),
    }
}

/// Whether what is named as an interface is standard input or a named pipe, which a capture comes through.
fn is_pipe(name: &str) -> bool {
    name == "-" || fs::metadata(name).is_ok_and(|found| found.file_type().is_fifo())
}

/// How each of the interfaces is to be captured on.
fn places(cli: &Cli, devices: Vec<Device>, positional: Option<&str>) -> Result<Vec<Place>, ExitCode> {
    let given = &cli.capture.interfaces;
    let place = |(device, choice): (Device, &Choice)| {
        if choice.monitor {
            let text = "Monitor mode is not set here: make a monitor interface with \"iw dev wlan0 interface add mon0 \
                        type monitor\", and capture on that.";
            return Err(failed(&text));
        }
        Ok(Place {
            device,
            filter: choice.filter.as_deref().or(positional).unwrap_or_default().to_owned(),
            snaplen: if choice.snaplen == 0 { WHOLE } else { choice.snaplen.min(WHOLE) },
            promiscuous: !choice.not_promiscuous,
            buffer: choice.buffer.map(|mib| usize::from(mib) << 20),
            link: choice.link.as_deref().map(link).transpose()?,
        })
    };
    devices.into_iter().zip(given.choices()).map(place).collect()
}

/// Opens the interfaces, gives up rights, and starts.
fn capture(cli: &Cli, places: Vec<Place>) -> Result<Input, ExitCode> {
    let given = &cli.capture;
    let talks = !given.errors_only;
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let settings = Settings {
        places,
        method: given.method,
        stop: Arc::clone(&stop),
        duration: Stop::of(&given.stop).duration.map(Duration::from_nanos),
    };
    let mut live = Live::open(&settings).map_err(|error| refused(&error))?;
    match privileges::give_up(given.user.as_deref(), &writable(cli)) {
        Ok(None) => {}
        Ok(Some(remark)) if talks => complain(&remark),
        Ok(Some(_)) => {}
        Err(error) => return Err(failed(&error)),
    }
    obey(&stop, &asked).and_then(|()| live.start()).map_err(|error| failed(&error))?;
    if talks {
        let names: Vec<String> = live.names().iter().map(|name| format!("'{name}'")).collect();
        tell(&format!("Capturing on {}\n", names.join(" and ")));
        if !live.knows_all() {
            tell("Times are those of reading, VLAN tags may be missing, and lost packets are not counted.\n");
        }
    }
    Ok(Input::Live(Box::new(Capture { live, talks, asked, count: Count::new(cli) })))
}

/// The capture filter that stands behind the options.
fn positional_filter(cli: &Cli) -> Result<Option<String>, ExitCode> {
    if cli.positional_filter.is_empty() {
        return Ok(None);
    }
    if cli.capture.interfaces.filtered() {
        complain(&"A capture filter is given both with -f and behind the options.");
        return Err(ExitCode::from(USAGE));
    }
    Ok(Some(cli.positional_filter.join(" ")))
}

/// The link type of a name.
fn link(name: &str) -> Result<LinkType, ExitCode> {
    LinkType::from_name(name).ok_or_else(|| {
        complain(&format_args!("The link type \"{name}\" is not known; netpeek -L lists those of an interface."));
        ExitCode::from(USAGE)
    })
}

/// The folders in which files are written: nothing else is, while capturing.
fn writable(cli: &Cli) -> Vec<PathBuf> {
    let given = &cli.capture;
    let announced = match Turn::of(&given.turn).announce {
        Some(Announce::File(path)) => Some(path),
        _ => None,
    };
    let folder = |path: &PathBuf| match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let files = given.write.iter().chain(&announced).filter(|path| path.as_os_str() != "-").map(folder);
    let exported = cli.statistics.export_objects.iter().filter_map(|argument| argument.split_once(','));
    files.chain(exported.map(|(_, folder)| folder.into())).collect()
}

/// Signals: the first of SIGINT, SIGTERM and SIGHUP (unless that is ignored) ends the capture, a second SIGINT the program; SIGUSR1 asks.
fn obey(stop: &Arc<AtomicBool>, asked: &Arc<AtomicBool>) -> io::Result<()> {
    // In this order, for a signal's actions are taken in the order in which they were registered.
    flag::register_conditional_shutdown(SIGINT, INTERRUPTED, Arc::clone(stop))?;
    for signal in [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|&signal| signal != SIGHUP || !is_ignored(signal)) {
        flag::register(signal, Arc::clone(stop))?;
    }
    flag::register(SIGUSR1, Arc::clone(asked)).map(drop)
}

/// Whether this was started with a signal ignored, as nohup(1) does.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    let bit = u32::try_from(signal).ok().and_then(|signal| signal.checked_sub(1));
    ignored.zip(bit).is_some_and(|(ignored, bit)| ignored.unbounded_shr(bit) & 1 == 1)
}

/// Tells why a capture cannot be opened, and what helps where rights are missing.
fn refused(error: &OpenError) -> ExitCode {
    let code = failed(error);
    if let OpenError::NotPermitted(device) = error {
        let program = std::env::current_exe().map_or_else(|_| "netpeek".into(), |path| path.display().to_string());
        tell(&format!(
            "  Capture as root, which is given up once the interface is open:\n      \
                 sudo netpeek -i {device}\n  \
             or let everybody who may run this program capture with it:\n      \
                 sudo setcap cap_net_raw=ep {program}\n"
        ));
    }
    code
}

/// The interfaces, numbered.
fn interfaces() -> String {
    let mut text = String::new();
    for (number, device) in (1..).zip(Device::all()) {
        let remark = if device.loopback { " (Loopback)" } else { "" };
        _ = writeln!(text, "{number}. {}{remark}", device.name);
    }
    text
}

/// Lists the link types of each interface.
fn links(devices: &[Device]) -> ExitCode {
    let mut text = String::new();
    for device in devices {
        let types = match device.link_types() {
            Ok(types) => types,
            Err(error) => return refused(&OpenError::of(device, error)),
        };
        _ = writeln!(text, "Data link types of interface {} (use option -y to set):", device.name);
        for (name, description) in types.into_iter().filter_map(LinkType::name) {
            _ = writeln!(text, "  {name} ({description})");
        }
    }
    listed(&text)
}

/// Writes a list to standard output.
fn listed(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::unwritable(&error),
    }
}

/// Tells why a capture cannot be started; the exit status for it.
fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    complain(error);
    ExitCode::from(UNSTARTED)
}

/// Something for the user, on standard error.
fn tell(text: &str) {
    _ = io::stderr().write_all(text.as_bytes());
}
