//! Compressed captures: gzip (RFC 1952), Zstandard (RFC 8878) and LZ4 frames, each of any number of members.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use lz4_flex::frame::FrameDecoder as Lz4Decoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder as ZstdDecoder};

use super::error::{Broken, Fault};
use super::window::{SIZE, Window};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const LZ4: &[u8] = &[0x04, 0x22, 0x4d, 0x18];

/// Recognises compression by the first bytes: a window over the decompressed stream, or `input` itself.
pub(super) fn open(mut input: Window) -> io::Result<Window> {
    input.fill(4)?;
    let over = |stream| Ok(Window::new(stream, SIZE));
    match input.ahead() {
        bytes if bytes.starts_with(GZIP) => over(Box::new(Members::new(GZIP, Gzip::new(input)))),
        bytes if bytes.starts_with(ZSTD) => over(Box::new(Members::new(ZSTD, Zstd::new(input)))),
        bytes if bytes.starts_with(LZ4) => over(Box::new(Members::new(LZ4, Lz4(Lz4Decoder::new(input))))),
        _ => Ok(input),
    }
}

/// A decoder of one member of a compressed file after the other.
trait Member {
    /// Where compressed bytes come from.
    fn feed(&mut self) -> &mut Window;
    /// Starts on a member, whose magic number is at hand.
    fn begin(&mut self) -> io::Result<()>;
    /// Reads decompressed bytes; 0 at the member's end.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize>;
}

/// All members of a compressed file, and what uncompressed bytes stand behind them.
struct Members<M> {
    magic: &'static [u8],
    member: M,
    state: State,
}

enum State {
    Between,
    Within,
    Behind,
}

impl<M: Member> Members<M> {
    fn new(magic: &'static [u8], member: M) -> Self {
        Self { magic, member, state: State::Between }
    }

    /// Finds out what comes next.
    fn advance(&mut self) -> io::Result<()> {
        let feed = self.member.feed();
        feed.fill(4)?;
        if feed.ahead().starts_with(self.magic) {
            self.member.begin()?;
            self.state = State::Within;
        } else if is_skippable(feed.ahead()) && self.magic != GZIP {
            skip_frame(feed)?;
        } else {
            self.state = State::Behind;
        }
        Ok(())
    }
}

impl<M: Member> Read for Members<M> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state {
                State::Between => self.advance()?,
                State::Within => match self.member.read(out)? {
                    0 if !out.is_empty() => self.state = State::Between,
                    len => return Ok(len),
                },
                State::Behind => return self.member.feed().read(out),
            }
        }
    }
}

/// Whether a skippable frame begins here (RFC 8878, section 3.1.2; LZ4 has the same).
fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Skips magic number, length and content.
fn skip_frame(feed: &mut Window) -> io::Result<()> {
    need(feed, 8)?;
    let length = feed.ahead().get(4..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default();
    feed.advance(8);
    let mut left = u32::from_le_bytes(length) as usize;
    while left > 0 {
        need(feed, 1)?;
        let len = left.min(feed.ahead().len());
        feed.advance(len);
        left = left.saturating_sub(len);
    }
    Ok(())
}

/// Has `len` bytes at hand.
fn need(feed: &mut Window, len: usize) -> io::Result<()> {
    if feed.fill(len)? { Ok(()) } else { Err(Broken::error(Fault::CutShort)) }
}

fn broken(how: &str) -> io::Error {
    Broken::error(Fault::Decompress(how.into()))
}

/// A decoder's error, which is an early end where the input has no more.
fn broken_or_short(feed: &Window, how: &dyn std::fmt::Display) -> io::Error {
    if feed.ended() { Broken::error(Fault::CutShort) } else { broken(&how.to_string()) }
}

/// A gzip member: header, deflated data, checksum and length.
struct Gzip {
    feed: Window,
    inflate: Decompress,
    crc: Crc,
    /// The data has ended; the trailer is next.
    inflated: bool,
}

impl Gzip {
    fn new(feed: Window) -> Self {
        Self { feed, inflate: Decompress::new(false), crc: Crc::new(), inflated: false }
    }

    /// Skips a text that ends with a zero.
    fn skip_text(&mut self) -> io::Result<()> {
        loop {
            need(&mut self.feed, 1)?;
            let end = memchr::memchr(0, self.feed.ahead());
            self.feed.advance(end.map_or(self.feed.ahead().len(), |at| at.saturating_add(1)));
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Compares checksum and length.
    fn trailer(&mut self) -> io::Result<()> {
        need(&mut self.feed, 8)?;
        let Some([a, b, c, d, e, f, g, h]) = self.feed.ahead().first_chunk::<8>().copied() else { return Ok(()) };
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() {
            return Err(broken("bad CRC"));
        }
        if u32::from_le_bytes([e, f, g, h]) != self.crc.amount() {
            return Err(broken("length field wrong"));
        }
        self.feed.advance(8);
        Ok(())
    }
}

impl Member for Gzip {
    fn feed(&mut self) -> &mut Window {
        &mut self.feed
    }

    fn begin(&mut self) -> io::Result<()> {
        need(&mut self.feed, 10)?;
        let &[_, _, method, flags, ..] = self.feed.ahead() else { return Ok(()) };
        if method != 8 {
            return Err(broken("unknown compression method"));
        }
        if flags & 0xe0 != 0 {
            return Err(broken("reserved flag bits set"));
        }
        self.feed.advance(10);
        if flags & 4 != 0 {
            need(&mut self.feed, 2)?;
            let len = self.feed.ahead().first_chunk().copied().map_or(0, u16::from_le_bytes);
            let extra = usize::from(len).saturating_add(2);
            need(&mut self.feed, extra)?;
            self.feed.advance(extra);
        }
        // The file's name, a comment, a checksum of the header.
        if flags & 8 != 0 {
            self.skip_text()?;
        }
        if flags & 16 != 0 {
            self.skip_text()?;
        }
        if flags & 2 != 0 {
            need(&mut self.feed, 2)?;
            self.feed.advance(2);
        }
        self.inflate.reset(false);
        self.crc.reset();
        self.inflated = false;
        Ok(())
    }

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.inflated {
            need(&mut self.feed, 1)?;
            let (taken, given) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(self.feed.ahead(), out, FlushDecompress::None);
            let status = status.map_err(|error| broken(error.message().unwrap_or("invalid compressed data")))?;
            let since = |now: u64, then: u64| usize::try_from(now.wrapping_sub(then)).unwrap_or(0);
            let taken = since(self.inflate.total_in(), taken);
            let given = since(self.inflate.total_out(), given);
            self.feed.advance(taken);
            self.crc.update(out.get(..given).unwrap_or_default());
            self.inflated = status == Status::StreamEnd;
            if given > 0 || out.is_empty() {
                return Ok(given);
            }
            if taken == 0 && !self.inflated {
                let more = self.feed.ahead().len().saturating_add(1);
                need(&mut self.feed, more)?;
            }
        }
        self.trailer().map(|()| 0)
    }
}

/// A Zstandard frame.
struct Zstd {
    feed: Window,
    decoder: ZstdDecoder,
}

impl Zstd {
    fn new(feed: Window) -> Self {
        Self { feed, decoder: ZstdDecoder::new() }
    }
}

impl Member for Zstd {
    fn feed(&mut self) -> &mut Window {
        &mut self.feed
    }

    fn begin(&mut self) -> io::Result<()> {
        let begun = self.decoder.reset(&mut self.feed);
        begun.map_err(|error| broken_or_short(&self.feed, &error))
    }

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            let decoded = self.decoder.decode_blocks(&mut self.feed, BlockDecodingStrategy::UptoBlocks(1));
            decoded.map_err(|error| broken_or_short(&self.feed, &error))?;
        }
        let len = self.decoder.read(out)?;
        let stated = self.decoder.get_checksum_from_data();
        if len == 0 && stated.is_some() && stated != self.decoder.get_calculated_checksum() {
            return Err(broken("Restored data doesn't match checksum"));
        }
        Ok(len)
    }
}

/// LZ4 frames.
struct Lz4(Lz4Decoder<Window>);

impl Member for Lz4 {
    fn feed(&mut self) -> &mut Window {
        self.0.get_mut()
    }

    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out) {
            // A frame ends with a mark, not with the file.
            Ok(0) if self.0.get_ref().ended() && !out.is_empty() => Err(Broken::error(Fault::CutShort)),
            Ok(len) => Ok(len),
            Err(error) => Err(broken_or_short(self.0.get_ref(), &error)),
        }
    }
}
