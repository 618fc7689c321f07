//! Sockets between a virtual machine and its host, as Linux's monitor of them captures them.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("vsock", "vSocket", Kind::Protocol);

fields! {
    SOURCE = "vsock.src_cid", "Source cid", U64;
    DESTINATION = "vsock.dst_cid", "Destination cid", U64;
    SOURCE_PORT = "vsock.src_port", "Source port", U32;
    DESTINATION_PORT = "vsock.dst_port", "Destination port", U32;
    OPERATION = "vsock.op", "Operation", U16 names(OPERATIONS);
    TRANSPORT = "vsock.trans", "Transport", U16 names(TRANSPORTS);
    TRANSPORT_LEN = "vsock.trans_len", "Transport length", U16;
    RESERVED = "vsock.reserved", "Reserved", Bytes;
    VIRTIO = "", "Virtio transport header", None;
    VIRTIO_SOURCE = "vsock.virtio.src_cid", "Source cid", U64;
    VIRTIO_DESTINATION = "vsock.virtio.dst_cid", "Destination cid", U64;
    VIRTIO_SOURCE_PORT = "vsock.virtio.src_prot", "Source port", U32;
    VIRTIO_DESTINATION_PORT = "vsock.virtio.dst_prot", "Destination port", U32;
    VIRTIO_LEN = "vsock.virtio.len", "Length", U32;
    VIRTIO_TYPE = "vsock.virtio.type", "Type", U16 names(TYPES);
    VIRTIO_OPERATION = "vsock.virtio.op", "Operation", U16 names(VIRTIO_OPERATIONS);
    VIRTIO_FLAGS = "vsock.virtio.flags", "Flags", U32 hex;
    ALLOCATED = "vsock.virtio.buf_alloc", "Buf alloc", U32;
    FORWARDED = "vsock.virtio.fwd_cnt", "Fwd cnt", U32;
    PAYLOAD = "vsock.payload", "Payload", Bytes;
}

names! {
    OPERATIONS {
        0 = "Unknown", 1 = "Connect", 2 = "Disconnect", 3 = "Control", 4 = "Payload",
    }
    TRANSPORTS {
        0 = "Unknown", 1 = "No info", 2 = "Virtio",
    }
    TYPES {
        1 = "Stream",
    }
    VIRTIO_OPERATIONS {
        0 = "Invalid", 1 = "Request", 2 = "Response", 3 = "Rst", 4 = "Shutdown", 5 = "RW", 6 = "Credit update",
        7 = "Credit response",
    }
}

/// Bytes of the monitor's header.
const HEADER_LEN: usize = 32;
/// Bytes of virtio's header.
const VIRTIO_HEADER_LEN: usize = 44;
/// The transport that has a header of its own.
const OVER_VIRTIO: u16 = 2;
/// The context that is the host.
const HOST: u64 = 2;

/// vSocket.
pub struct Vsock;

impl Protocol for Vsock {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "vsock";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(271)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() < HEADER_LEN {
            c.keep_silent();
            c.claim();
            return Ok(());
        }
        c.protocol("vSocket");
        c.claim();
        let source = context(c, &SOURCE)?;
        let destination = context(c, &DESTINATION)?;
        (c.row().src, c.row().dst) = (source, destination);
        c.u32_le(&SOURCE_PORT)?;
        c.u32_le(&DESTINATION_PORT)?;
        let operation = c.u16_le(&OPERATION)?;
        let transport = c.u16_le(&TRANSPORT)?;
        let len = usize::from(c.u16_le(&TRANSPORT_LEN)?);
        c.bytes(&RESERVED, 2)?;
        let names = (name_of(OPERATIONS, operation.into()), name_of(TRANSPORTS, transport.into()));
        c.info().byte(b'[').named(names.0, operation).str("] ").named(names.1, transport);
        c.layer_append(|l| {
            _ = l.str(", Op: ").named(names.0, operation).str(", Transport: ").named(names.1, transport);
        });
        if transport == OVER_VIRTIO {
            c.need(VIRTIO_HEADER_LEN)?;
            c.within(len.max(VIRTIO_HEADER_LEN), |c| c.group(&VIRTIO, virtio))?;
        } else {
            c.skip(len)?;
        }
        if c.reported() > 0 {
            let len = c.reported() as u64;
            c.bytes(&PAYLOAD, c.remaining())?;
            c.label(|l| _ = l.str("Payload (").dec(len).str("B)"));
        }
        Ok(())
    }
}

/// Reads the number of a context, which is an address.
fn context<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<Address, Stop> {
    let context = c.le::<8>(field)?;
    Ok(if context == HOST { Address::Words("host") } else { Address::Number(context) })
}

fn virtio<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.le::<8>(&VIRTIO_SOURCE)?;
    c.le::<8>(&VIRTIO_DESTINATION)?;
    c.u32_le(&VIRTIO_SOURCE_PORT)?;
    c.u32_le(&VIRTIO_DESTINATION_PORT)?;
    c.u32_le(&VIRTIO_LEN)?;
    let kind = c.u16_le(&VIRTIO_TYPE)?;
    let operation = c.u16_le(&VIRTIO_OPERATION)?;
    c.u32_le(&VIRTIO_FLAGS)?;
    let allocated = c.u32_le(&ALLOCATED)?;
    let forwarded = c.u32_le(&FORWARDED)?;
    let names = (name_of(TYPES, kind.into()), name_of(VIRTIO_OPERATIONS, operation.into()));
    c.info().str(": ").named(names.0, kind).str(", Op: ").named(names.1, operation);
    c.info().str(", Buf alloc: ").dec(allocated).str(", Fwd cnt: ").dec(forwarded);
    Ok(())
}
