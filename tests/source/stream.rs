//! Streams: compressed ones, pipes that give little at a time, interruptions, and errors of reading.

use std::io::{self, Cursor, Read, Write};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use crate::make::{Little, content, lengths, open_stream, packet, pcap, pcap_header, read, read_stream, record};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

type Compress = fn(&[u8]) -> Vec<u8>;

/// Each kind of compression.
const KINDS: [(&str, Compress); 3] = [("gzip", gzip), ("zstd", zstd), ("lz4", lz4)];

/// Many records, of more bytes than any buffer holds.
fn large() -> Vec<u8> {
    let records: Vec<_> = (0..2000).map(|at| packet(Little, at, 60 + at % 1400)).collect();
    pcap(Little, &records)
}

#[test]
fn compression_is_recognised_by_content() {
    let file = large();
    let plain = lengths(&file);
    assert_eq!(plain.len(), 2000);
    for (name, compress) in KINDS {
        assert!(lengths(&compress(&file)) == plain, "{name}");
        let members = [&file[..50], &file[50..1000], &[], &file[1000..]].map(compress).concat();
        assert!(lengths(&members) == plain, "{name} of several members");
    }
}

#[test]
fn skippable_frames_are_skipped() {
    let file = large();
    let skippable = [&[0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"abcde"].concat();
    for compress in [zstd, lz4] {
        let members = [compress(&file[..500]), skippable.clone(), compress(&file[500..])].concat();
        assert_eq!(lengths(&members).len(), 2000);
    }
}

#[test]
fn a_gzip_header_may_have_every_field() {
    let file = large();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(&file).unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(&file);
    let head = [&[0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 3, 0][..], b"xyz", b"name\0", b"comment\0", &[1, 2]].concat();
    let tail = [crc.sum().to_le_bytes(), crc.amount().to_le_bytes()].concat();
    assert_eq!(lengths(&[head, deflate.finish().unwrap(), tail].concat()).len(), 2000);
}

#[test]
fn a_compressed_file_cut_short_gives_what_is_whole() {
    let file = large();
    for (name, compress) in KINDS {
        let packed = compress(&file);
        let (seen, end) = read(&packed[..packed.len() / 2]);
        assert!(seen.len() < 2000, "{name}");
        assert!(end.unwrap_err().contains("cut short in the middle of a packet"), "{name}");
        for len in (0..200).chain(packed.len() - 20..packed.len()) {
            let (seen, _) = read(&packed[..len]);
            assert!(seen.len() <= 2000, "{name}");
        }
    }
    let packed = gzip(&file);
    let (seen, end) = read(&packed[..packed.len() - 8]);
    assert_eq!(seen.len(), 2000);
    assert_eq!(end.unwrap_err(), "The file \"X\" appears to have been cut short in the middle of a packet.");
    let head = read(&packed[..9]).1.unwrap_err();
    assert_eq!(head, "The file \"X\" appears to have been cut short in the middle of a packet or other data.");
}

#[test]
fn a_damaged_gzip_stream_says_how() {
    let packed = gzip(&large());
    let damaged = |at: usize, byte: u8| {
        let mut packed = packed.clone();
        let at = if at > 100 { packed.len() - (at - 100) } else { at };
        packed[at] ^= byte;
        let (seen, end) = read(&packed);
        (
            seen.len(),
            end.unwrap_err().replace("The file \"X\" cannot be decompressed; it may be damaged or corrupt.\n", ""),
        )
    };
    assert_eq!(damaged(108, 1), (2000, "(bad CRC)".to_owned()));
    assert_eq!(damaged(102, 1), (2000, "(length field wrong)".to_owned()));
    assert_eq!(damaged(2, 1), (0, "(unknown compression method)".to_owned()));
    assert_eq!(damaged(3, 0x40), (0, "(reserved flag bits set)".to_owned()));
}

#[test]
fn damaged_streams_never_panic_or_hang() {
    let file = pcap(Little, &[packet(Little, 1, 300), packet(Little, 2, 60)]);
    for (_, compress) in KINDS {
        let packed = compress(&file);
        for at in 0..packed.len() {
            for change in [1, 0x80, 0xff] {
                let mut packed = packed.clone();
                packed[at] ^= change;
                let _ = read(&packed);
            }
        }
    }
}

#[test]
fn what_stands_behind_a_compressed_stream_is_read_as_it_is() {
    let file = large();
    let behind = [gzip(&file), packet(Little, 1, 60)].concat();
    assert_eq!(lengths(&behind).len(), 2001);
}

/// Gives few bytes at a time, and is interrupted before each.
struct Slow<R> {
    inner: R,
    most: usize,
    interrupted: bool,
}

impl<R: Read> Read for Slow<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let most = self.most.min(out.len());
        self.inner.read(&mut out[..most])
    }
}

#[test]
fn short_reads_and_interruptions_change_nothing() {
    let file = pcap(Little, &(0..50).map(|at| packet(Little, at, 40 + at)).collect::<Vec<_>>());
    let plain = read(&file);
    for most in [1, 3, 7, 1000] {
        for bytes in [file.clone(), gzip(&file), zstd(&file), lz4(&file)] {
            let slow = Slow { inner: Cursor::new(bytes), most, interrupted: false };
            assert!(read_stream(slow) == plain, "{most} bytes at a time");
        }
    }
}

/// Fails once its bytes are used up.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 => Err(io::Error::other("the disk is gone")),
            len => Ok(len),
        }
    }
}

#[test]
fn an_error_of_reading_comes_after_the_frames_before_it() {
    let file = pcap(Little, &[packet(Little, 1, 60), packet(Little, 2, 60)]);
    let (seen, end) = read_stream(Failing(Cursor::new(file)));
    assert_eq!(seen.len(), 2);
    assert_eq!(end.unwrap_err(), "An error occurred while reading the file \"X\": the disk is gone.");
    let error = open_stream(Failing(Cursor::new(Vec::new()))).err().unwrap();
    assert_eq!(error.to_string(), "An error occurred while reading the file \"X\": the disk is gone.");
}

#[test]
fn a_record_that_promises_much_is_cut_short_all_the_same() {
    let head = pcap_header(Little, crate::make::MICROSECONDS, (2, 4), 220);
    let file = [head, record(Little, [1, 1, 100_000_000, 100_000_000], &content(1000))].concat();
    let (seen, end) = read(&file);
    assert_eq!((seen.len(), end.is_err()), (0, true));
}

#[test]
fn standard_input_may_be_a_pipe_of_any_kind() {
    let file = large();
    for bytes in [file.clone(), gzip(&file), zstd(&file), lz4(&file)] {
        let mut netpeek = Command::new(env!("CARGO_BIN_EXE_netpeek"))
            .args(["-n", "-r", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = netpeek.stdin.take().unwrap();
        let feeder = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
        let output = netpeek.wait_with_output().unwrap();
        feeder.join().unwrap();
        assert!(output.status.success());
        assert_eq!(output.stdout.iter().filter(|&&byte| byte == b'\n').count(), 2000);
    }
}
