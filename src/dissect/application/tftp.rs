//! TFTP (RFC 1350) with its options (RFC 2347).

use crate::conversation::Transport;
use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("tftp", "Trivial File Transfer Protocol", Kind::Protocol);

fields! {
    OPCODE = "tftp.opcode", "Opcode", U16 names(OPCODES);
    SOURCE_FILE = "tftp.source_file", "Source File", Str;
    DESTINATION_FILE = "tftp.destination_file", "Destination File", Str;
    TYPE = "tftp.type", "Type", Str;
    REQUEST_FRAME = "tftp.request_frame", "Request frame", FrameNum;
    BLOCK_FULL = "tftp.block.full", "Full Block Number", U32;
    BLOCK = "tftp.block", "Block", U16;
    ERROR_CODE = "tftp.error.code", "Error code", U16 names(ERRORS);
    ERROR_MESSAGE = "tftp.error.message", "Error message", Str;
    OPTION = "", "Option", None;
    OPTION_NAME = "tftp.option.name", "Option name", Str;
    OPTION_VALUE = "tftp.option.value", "Option value", Str;
    DATA = "tftp.data", "Data", Bytes;
}

names! {
    OPCODES {
        1 = "Read Request", 2 = "Write Request", 3 = "Data Packet", 4 = "Acknowledgement", 5 = "Error Code",
        6 = "Option Acknowledgement", 255 = "Information (MSDP)",
    }
    ERRORS {
        0 = "Not defined", 1 = "File not found", 2 = "Access violation", 3 = "Disk full or allocation exceeded",
        4 = "Illegal TFTP Operation", 5 = "Unknown transfer ID", 6 = "File already exists", 7 = "No such user",
        8 = "Option negotiation failed",
    }
}

const READ: u16 = 1;
const WRITE: u16 = 2;
const PORT: u16 = 69;
/// Bytes of a block, unless the two sides agree upon another size.
const BLOCK_SIZE: usize = 512;

/// TFTP.
pub struct Tftp;

/// A transfer.
#[derive(Default)]
struct Transfer {
    /// Bytes of a block.
    size: usize,
    /// Which file, in which frame it was asked for, and whether it is the server's.
    file: Vec<u8>,
    frame: u64,
    read: bool,
    /// Blocks up to the last one, which count on where their number begins anew.
    blocks: u32,
}

/// The last so many transfers, by the client's endpoint.
type Transfers = Recent<(Address, u16), Transfer, 4096>;
/// Bytes of a file's name that are kept.
const MOST_NAME: usize = 256;

impl Protocol for Tftp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TFTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::UdpContent];

    /// A request whose file name is printable and whose transfer type is one of the three.
    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let Some((&[0, 1 | 2], rest)) = c.rest().split_first_chunk::<2>() else { return false };
        let mut strings = rest.split(|&byte| byte == 0);
        let (file, mode, end) = (strings.next(), strings.next(), strings.next());
        let printable = file.is_some_and(|file| file.iter().all(|byte| (b' '..=b'~').contains(byte)));
        let known = |mode: &[u8]| ["netascii", "octet", "mail"].iter().any(|m| mode.eq_ignore_ascii_case(m.as_bytes()));
        printable && mode.is_some_and(known) && end.is_some()
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("TFTP");
        let opcode = c.u16(&OPCODE)?;
        match name_of(OPCODES, opcode.into()) {
            Some(name) => _ = c.claim().str(name),
            None => _ = c.claim().str("Unknown (0x").hex(opcode, 4).byte(b')'),
        }
        if !matches!(opcode, READ | WRITE) {
            about(c);
        }
        match opcode {
            READ | WRITE => request(c, opcode),
            3 => {
                let block = c.u16(&BLOCK)?;
                full(c, block);
                let size = block_size(c);
                c.info().str(", Block: ").dec(block);
                if c.reported() < size {
                    c.info().str(" (last)");
                }
                c.data();
                Ok(())
            }
            4 => {
                let block = c.u16(&BLOCK)?;
                full(c, block);
                c.info().str(", Block: ").dec(block);
                Ok(())
            }
            5 => error(c),
            6 | 255 => options(c, opcode == 6),
            _ => {
                let len = c.remaining();
                c.bytes(&DATA, len).map(|_| ())
            }
        }
    }
}

/// Reads a string up to its NUL.
fn string<'p, S: Sink>(c: &mut Cursor<'p, S>, field: &'static Field) -> Result<&'p [u8], Stop> {
    let len = c.rest().iter().position(|&byte| byte == 0).ok_or_else(|| c.short(c.remaining() + 1))?;
    let text = c.bytes(field, len)?;
    c.skip(1)?;
    Ok(text)
}

/// A file is asked for, or offered; the answer comes from a port of the server's choice.
fn request<S: Sink>(c: &mut Cursor<'_, S>, opcode: u16) -> Result<(), Stop> {
    if let (Some(client), Some(entry)) = (end(c, true), Registry::named(LAYER.key)) {
        let server = c.row().dst;
        let state = &mut c.worker.state;
        state.expected.announce(Transport::Udp, client, Some(server), entry);
        let (read, frame) = (opcode == READ, c.worker.frame.number);
        let transfer = Transfer { size: BLOCK_SIZE, read, frame, ..Transfer::default() };
        state.shared.entry::<Transfers>().insert(client, transfer);
    }
    let file = string(c, if opcode == READ { &SOURCE_FILE } else { &DESTINATION_FILE })?;
    if S::DETAIL
        && let Some(transfer) = transfer(c)
    {
        transfer.file = file.get(..MOST_NAME).unwrap_or(file).to_vec();
    }
    c.info().str(", File: ").text(file);
    let mode = string(c, &TYPE)?;
    c.info().str(", Transfer type: ").text(mode);
    options(c, false)
}

/// The endpoint that sends, or the one that receives.
fn end<S: Sink>(c: &mut Cursor<'_, S>, sender: bool) -> Option<(Address, u16)> {
    let current = c.worker.state.current?;
    Some(if sender { (c.row().src, current.src_port) } else { (c.row().dst, current.dst_port) })
}

/// The transfer that this belongs to.
fn transfer<'c, S: Sink>(c: &'c mut Cursor<'_, S>) -> Option<&'c mut Transfer> {
    let ends = [end(c, true), end(c, false)];
    let transfers = c.worker.state.shared.get_mut::<Transfers>()?;
    let end = ends.into_iter().flatten().find(|end| transfers.get(end).is_some())?;
    transfers.get_mut(&end)
}

/// The size of a whole block in this transfer.
fn block_size<S: Sink>(c: &mut Cursor<'_, S>) -> usize {
    transfer(c).map_or(BLOCK_SIZE, |transfer| transfer.size)
}

/// Records which file this is about.
fn about<S: Sink>(c: &mut Cursor<'_, S>) {
    if !S::DETAIL {
        return;
    }
    let Some(Transfer { file, frame, read, .. }) = transfer(c) else { return };
    let (file, frame, words) = (file.clone(), *frame, if *read { "Read" } else { "Write" });
    c.generated(&DESTINATION_FILE, 0);
    c.set_text(|l| _ = l.bytes(&file));
    c.generated(&REQUEST_FRAME, frame);
    c.label(|l| _ = l.str(words).str(" Request in frame ").dec(frame));
}

/// Records how many blocks the transfer has come to.
fn full<S: Sink>(c: &mut Cursor<'_, S>, block: u16) {
    if !S::DETAIL {
        return;
    }
    let Some(transfer) = transfer(c) else { return };
    let step = block.wrapping_sub(transfer.blocks as u16) as i16;
    let blocks = transfer.blocks.wrapping_add_signed(step.into());
    transfer.blocks = blocks;
    c.generated(&BLOCK_FULL, blocks.into());
}

/// Names and values to the end; `agreed`, they hold from now on.
fn options<S: Sink>(c: &mut Cursor<'_, S>, agreed: bool) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.group(&OPTION, |c| {
            let name = string(c, &OPTION_NAME)?;
            let value = string(c, &OPTION_VALUE)?;
            c.info().str(", ").text(name).byte(b'=').text(value);
            if agreed && name.eq_ignore_ascii_case(b"blksize") {
                let size = str::from_utf8(value).ok().and_then(|value| value.parse().ok());
                if let (Some(transfer), Some(size)) = (transfer(c), size) {
                    transfer.size = size;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn error<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let code = c.u16(&ERROR_CODE)?;
    let info = c.info().str(", Code: ");
    info.named(name_of(ERRORS, code.into()), code);
    let message = string(c, &ERROR_MESSAGE)?;
    c.info().str(", Message: ").text(message);
    Ok(())
}
