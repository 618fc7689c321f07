//! Content codings (RFC 9110 section 8.4.1): what a body was before it was compressed for transfer.

use flate2::{Decompress, FlushDecompress, Status};

/// What undoing content codings needs, kept from one body to the next.
#[derive(Default)]
pub struct Decoder {
    inflate: Option<Decompress>,
    /// The bytes of a body whose chunks have been joined.
    pub(super) joined: Vec<u8>,
    /// The bytes of a body whose coding has been undone.
    pub(super) decoded: Vec<u8>,
}

/// What became of a body's coding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// There was none.
    Plain,
    /// It is undone: the bytes are in [`Decoder::decoded`].
    Undone,
    /// It is not known, or the bytes contradict it.
    Unknown,
}

impl Decoder {
    /// Undoes `coding` of `bytes`, giving at most `most` bytes.
    pub(super) fn undo(&mut self, coding: Option<&[u8]>, bytes: &[u8], most: usize) -> Coding {
        let Some(coding) = coding.filter(|name| !name.eq_ignore_ascii_case(b"identity")) else { return Coding::Plain };
        let is = |name: &str| coding.eq_ignore_ascii_case(name.as_bytes());
        let done = if is("gzip") || is("x-gzip") {
            gzip_header(bytes).is_some_and(|header| self.inflate(bytes.get(header..).unwrap_or_default(), most))
        } else if is("deflate") {
            // RFC 9110 means the zlib format (RFC 1950); some servers send bare deflate data.
            let zlib = bytes.first().is_some_and(|first| first & 0x0f == 8);
            zlib && self.inflate(bytes.get(2..).unwrap_or_default(), most) || self.inflate(bytes, most)
        } else {
            false
        };
        if done { Coding::Undone } else { Coding::Unknown }
    }

    /// Inflates deflate data (RFC 1951). Data that break off or are damaged within count by what they gave till then.
    fn inflate(&mut self, mut bytes: &[u8], most: usize) -> bool {
        let inflate = self.inflate.get_or_insert_with(|| Decompress::new(false));
        inflate.reset(false);
        self.decoded.clear();
        // To finish at once spares the way over a window of 32 KB, which a few bytes are not worth.
        let flush = if most < 1 << 10 { FlushDecompress::Finish } else { FlushDecompress::None };
        let mut ended = false;
        while self.decoded.len() < most {
            self.decoded.reserve((most - self.decoded.len()).min(1 << 16));
            let (before, written) = (inflate.total_in(), self.decoded.len());
            let status = inflate.decompress_vec(bytes, &mut self.decoded, flush);
            let read = (inflate.total_in() - before) as usize;
            bytes = bytes.get(read..).unwrap_or_default();
            let moved = read > 0 || self.decoded.len() > written;
            if !matches!(status, Ok(Status::Ok)) || !moved {
                ended = matches!(status, Ok(Status::StreamEnd));
                break;
            }
        }
        ended || !self.decoded.is_empty()
    }
}

/// The length of the gzip header that `bytes` begin with (RFC 1952 section 2.3).
fn gzip_header(bytes: &[u8]) -> Option<usize> {
    let &[0x1f, 0x8b, 8, flags, ..] = bytes else { return None };
    let mut at = 10;
    if flags & 4 != 0 {
        let len = bytes.get(at..)?.first_chunk()?;
        at += 2 + usize::from(u16::from_le_bytes(*len));
    }
    // A name, and a comment, each ended by a zero byte.
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    Some(if flags & 2 != 0 { at + 2 } else { at })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::{Coding, Decoder};

    #[test]
    fn codings_are_undone_and_bounded() {
        let text = b"<html>hello</html>".repeat(100);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        for encoder in [&mut gzip as &mut dyn Write, &mut zlib, &mut bare] {
            encoder.write_all(&text).unwrap();
        }
        let mut decoder = Decoder::default();
        let bodies = [("gzip", gzip.finish()), ("deflate", zlib.finish()), ("Deflate", bare.finish())];
        for (coding, body) in bodies {
            assert!(decoder.undo(Some(coding.as_bytes()), &body.unwrap(), 1 << 20) == Coding::Undone);
            assert_eq!(decoder.decoded, text);
        }
        assert!(decoder.undo(Some(b"gzip"), b"abcde", 64) == Coding::Unknown);
        assert!(decoder.undo(Some(b"br"), b"abcde", 64) == Coding::Unknown);
        assert!(decoder.undo(None, b"abcde", 64) == Coding::Plain);
    }
}
