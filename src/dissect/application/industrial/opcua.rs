//! OPC UA's binary protocol over TCP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("opcua", "OpcUa Binary Protocol", Kind::Protocol);

fields! {
    TYPE = "opcua.transport.type", "Message Type", Str;
    CHUNK = "opcua.transport.chunk", "Chunk Type", Str;
    SIZE = "opcua.transport.size", "Message Size", U32;
    CHANNEL = "opcua.transport.scid", "SecureChannelId", U32;
    POLICY = "opcua.security.spu", "SecurityPolicyUri", Str;
    TOKEN = "opcua.security.tokenid", "Security Token Id", U32;
    SEQUENCE = "opcua.security.seq", "Security Sequence Number", U32;
    REQUEST = "opcua.security.rqid", "Security RequestId", U32;
    SERVICE = "opcua.servicenodeid.numeric", "Identifier Numeric", U32 names(SERVICES);
    DATA = "opcua.data", "Data", Bytes;
}

names! {
    SERVICES {
        396 = "ServiceFault (XML Encoding)", 397 = "ServiceFault", 409 = "TestStackRequest (XML Encoding)",
        410 = "TestStackRequest", 412 = "TestStackResponse (XML Encoding)", 413 = "TestStackResponse",
        415 = "TestStackExRequest (XML Encoding)", 416 = "TestStackExRequest",
        418 = "TestStackExResponse (XML Encoding)", 419 = "TestStackExResponse",
        421 = "FindServersRequest (XML Encoding)", 422 = "FindServersRequest",
        424 = "FindServersResponse (XML Encoding)", 425 = "FindServersResponse",
        427 = "GetEndpointsRequest (XML Encoding)", 428 = "GetEndpointsRequest",
        430 = "GetEndpointsResponse (XML Encoding)", 431 = "GetEndpointsResponse",
        436 = "RegisterServerRequest (XML Encoding)", 437 = "RegisterServerRequest",
        439 = "RegisterServerResponse (XML Encoding)", 440 = "RegisterServerResponse",
        445 = "OpenSecureChannelRequest (XML Encoding)", 446 = "OpenSecureChannelRequest",
        448 = "OpenSecureChannelResponse (XML Encoding)", 449 = "OpenSecureChannelResponse",
        451 = "CloseSecureChannelRequest (XML Encoding)", 452 = "CloseSecureChannelRequest",
        454 = "CloseSecureChannelResponse (XML Encoding)", 455 = "CloseSecureChannelResponse",
        460 = "CreateSessionRequest (XML Encoding)", 461 = "CreateSessionRequest",
        463 = "CreateSessionResponse (XML Encoding)", 464 = "CreateSessionResponse",
        466 = "ActivateSessionRequest (XML Encoding)", 467 = "ActivateSessionRequest",
        469 = "ActivateSessionResponse (XML Encoding)", 470 = "ActivateSessionResponse",
        472 = "CloseSessionRequest (XML Encoding)", 473 = "CloseSessionRequest",
        475 = "CloseSessionResponse (XML Encoding)", 476 = "CloseSessionResponse",
        478 = "CancelRequest (XML Encoding)", 479 = "CancelRequest", 481 = "CancelResponse (XML Encoding)",
        482 = "CancelResponse", 487 = "AddNodesRequest (XML Encoding)", 488 = "AddNodesRequest",
        490 = "AddNodesResponse (XML Encoding)", 491 = "AddNodesResponse",
        493 = "AddReferencesRequest (XML Encoding)", 494 = "AddReferencesRequest",
        496 = "AddReferencesResponse (XML Encoding)", 497 = "AddReferencesResponse",
        499 = "DeleteNodesRequest (XML Encoding)", 500 = "DeleteNodesRequest",
        502 = "DeleteNodesResponse (XML Encoding)", 503 = "DeleteNodesResponse",
        505 = "DeleteReferencesRequest (XML Encoding)", 506 = "DeleteReferencesRequest",
        508 = "DeleteReferencesResponse (XML Encoding)", 509 = "DeleteReferencesResponse",
        526 = "BrowseRequest (XML Encoding)", 527 = "BrowseRequest", 529 = "BrowseResponse (XML Encoding)",
        530 = "BrowseResponse", 532 = "BrowseNextRequest (XML Encoding)", 533 = "BrowseNextRequest",
        535 = "BrowseNextResponse (XML Encoding)", 536 = "BrowseNextResponse",
        553 = "TranslateBrowsePathsToNodeIdsRequest (XML Encoding)", 554 = "TranslateBrowsePathsToNodeIdsRequest",
        556 = "TranslateBrowsePathsToNodeIdsResponse (XML Encoding)", 557 = "TranslateBrowsePathsToNodeIdsResponse",
        559 = "RegisterNodesRequest (XML Encoding)", 560 = "RegisterNodesRequest",
        562 = "RegisterNodesResponse (XML Encoding)", 563 = "RegisterNodesResponse",
        565 = "UnregisterNodesRequest (XML Encoding)", 566 = "UnregisterNodesRequest",
        568 = "UnregisterNodesResponse (XML Encoding)", 569 = "UnregisterNodesResponse",
        614 = "QueryFirstRequest (XML Encoding)", 615 = "QueryFirstRequest",
        617 = "QueryFirstResponse (XML Encoding)", 618 = "QueryFirstResponse",
        620 = "QueryNextRequest (XML Encoding)", 621 = "QueryNextRequest", 623 = "QueryNextResponse (XML Encoding)",
        624 = "QueryNextResponse", 630 = "ReadRequest (XML Encoding)", 631 = "ReadRequest",
        633 = "ReadResponse (XML Encoding)", 634 = "ReadResponse", 663 = "HistoryReadRequest (XML Encoding)",
        664 = "HistoryReadRequest", 666 = "HistoryReadResponse (XML Encoding)", 667 = "HistoryReadResponse",
        672 = "WriteRequest (XML Encoding)", 673 = "WriteRequest", 675 = "WriteResponse (XML Encoding)",
        676 = "WriteResponse", 699 = "HistoryUpdateRequest (XML Encoding)", 700 = "HistoryUpdateRequest",
        702 = "HistoryUpdateResponse (XML Encoding)", 703 = "HistoryUpdateResponse",
        711 = "CallRequest (XML Encoding)", 712 = "CallRequest", 714 = "CallResponse (XML Encoding)",
        715 = "CallResponse", 750 = "CreateMonitoredItemsRequest (XML Encoding)", 751 = "CreateMonitoredItemsRequest",
        753 = "CreateMonitoredItemsResponse (XML Encoding)", 754 = "CreateMonitoredItemsResponse",
        762 = "ModifyMonitoredItemsRequest (XML Encoding)", 763 = "ModifyMonitoredItemsRequest",
        765 = "ModifyMonitoredItemsResponse (XML Encoding)", 766 = "ModifyMonitoredItemsResponse",
        768 = "SetMonitoringModeRequest (XML Encoding)", 769 = "SetMonitoringModeRequest",
        771 = "SetMonitoringModeResponse (XML Encoding)", 772 = "SetMonitoringModeResponse",
        774 = "SetTriggeringRequest (XML Encoding)", 775 = "SetTriggeringRequest",
        777 = "SetTriggeringResponse (XML Encoding)", 778 = "SetTriggeringResponse",
        780 = "DeleteMonitoredItemsRequest (XML Encoding)", 781 = "DeleteMonitoredItemsRequest",
        783 = "DeleteMonitoredItemsResponse (XML Encoding)", 784 = "DeleteMonitoredItemsResponse",
        786 = "CreateSubscriptionRequest (XML Encoding)", 787 = "CreateSubscriptionRequest",
        789 = "CreateSubscriptionResponse (XML Encoding)", 790 = "CreateSubscriptionResponse",
        792 = "ModifySubscriptionRequest (XML Encoding)", 793 = "ModifySubscriptionRequest",
        795 = "ModifySubscriptionResponse (XML Encoding)", 796 = "ModifySubscriptionResponse",
        798 = "SetPublishingModeRequest (XML Encoding)", 799 = "SetPublishingModeRequest",
        801 = "SetPublishingModeResponse (XML Encoding)", 802 = "SetPublishingModeResponse",
        825 = "PublishRequest (XML Encoding)", 826 = "PublishRequest", 828 = "PublishResponse (XML Encoding)",
        829 = "PublishResponse", 831 = "RepublishRequest (XML Encoding)", 832 = "RepublishRequest",
        834 = "RepublishResponse (XML Encoding)", 835 = "RepublishResponse",
        840 = "TransferSubscriptionsRequest (XML Encoding)", 841 = "TransferSubscriptionsRequest",
        843 = "TransferSubscriptionsResponse (XML Encoding)", 844 = "TransferSubscriptionsResponse",
        846 = "DeleteSubscriptionsRequest (XML Encoding)", 847 = "DeleteSubscriptionsRequest",
        849 = "DeleteSubscriptionsResponse (XML Encoding)", 850 = "DeleteSubscriptionsResponse",
        12196 = "FindServersOnNetworkRequest (XML Encoding)", 12197 = "FindServersOnNetworkResponse (XML Encoding)",
        12199 = "RegisterServer2Request (XML Encoding)", 12200 = "RegisterServer2Response (XML Encoding)",
        12208 = "FindServersOnNetworkRequest", 12209 = "FindServersOnNetworkResponse",
        12211 = "RegisterServer2Request", 12212 = "RegisterServer2Response",
    }
}

/// Bytes of a header, which the size counts.
const HEADER_LEN: usize = 8;

/// The service whose message comes in chunks: that of the first one.
#[derive(Default)]
struct Chunks(Option<u32>);

/// OPC UA.
pub struct OpcUa;

impl Protocol for OpcUa {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OpcUa";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(4840)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let size = |c: &Cursor<'_, S>| c.peek::<4>(4).map_or(0, u32::from_le_bytes) as usize;
        messages(c, HEADER_LEN, size, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.bytes(&TYPE, 3)?;
    let chunk = c.bytes(&CHUNK, 1)?;
    c.u32_le(&SIZE)?;
    c.protocol("OpcUa");
    let (name, least) = match kind {
        b"HEL" => ("Hello message", 24),
        b"ACK" => ("Acknowledge message", 20),
        b"ERR" => ("Error message", 8),
        b"RHE" => ("Reverse Hello message", 8),
        b"OPN" => ("OpenSecureChannel message", 0),
        b"CLO" => ("CloseSecureChannel message", 0),
        b"MSG" if chunk == b"A" => ("Abort message", 0),
        b"MSG" => ("UA Secure Conversation Message", 0),
        _ => ("Invalid message", 0),
    };
    c.claim().str(name);
    c.need(c.reported())?;
    match kind {
        b"OPN" => open(c),
        b"CLO" => service(c),
        b"MSG" if chunk != b"A" => conversation(c, chunk == b"C"),
        _ => c.need(least),
    }
}

/// Passes over a string behind its length, which is -1 where there is none.
fn string<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = c.array().map(i32::from_le_bytes)?;
    c.bytes(&POLICY, usize::try_from(len).unwrap_or(0)).map(|_| ())
}

fn open<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u32_le(&CHANNEL)?;
    for _ in 0..3 {
        string(c)?;
    }
    numbers(c)?;
    told(c)
}

/// The numbers of a message and of the request it belongs to; gives the first.
fn numbers<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    let number = c.u32_le(&SEQUENCE)?;
    c.u32_le(&REQUEST)?;
    Ok(number)
}

fn service<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u32_le(&CHANNEL)?;
    c.u32_le(&TOKEN)?;
    numbers(c)?;
    told(c)
}

fn conversation<S: Sink>(c: &mut Cursor<'_, S>, goes_on: bool) -> Result<(), Stop> {
    c.u32_le(&CHANNEL)?;
    c.u32_le(&TOKEN)?;
    let number = numbers(c)?;
    let kept = c.worker.state.slots().and_then(|slots| slots.entry::<Chunks>().0);
    if goes_on {
        if kept.is_none() {
            let first = identifier(c).ok();
            c.worker.state.slots().into_iter().for_each(|slots| slots.entry::<Chunks>().0 = first);
        }
        c.info().str(" (Message fragment ").dec(number).byte(b')');
        return Ok(());
    }
    let Some(service) = kept else { return told(c) };
    c.worker.state.slots().into_iter().for_each(|slots| slots.entry::<Chunks>().0 = None);
    write(c, service);
    c.info().str(" (Message Reassembled)");
    Ok(())
}

/// Reads which service is meant: a node by its number, in as few bytes as that takes.
fn identifier<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    let [encoding] = c.array()?;
    match encoding & 0x0f {
        0 => c.u8(&SERVICE).map(u32::from),
        1 => {
            c.skip(1)?;
            c.u16_le(&SERVICE).map(u32::from)
        }
        2 => {
            c.skip(2)?;
            c.u32_le(&SERVICE)
        }
        _ => Ok(0),
    }
}

/// Reads which service is meant, and writes it.
fn told<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let service = identifier(c)?;
    write(c, service);
    c.bytes(&DATA, c.remaining()).map(|_| ())
}

fn write<S: Sink>(c: &mut Cursor<'_, S>, service: u32) {
    match SERVICE.name(service.into()) {
        Some(name) => _ = c.info().str(": ").str(name),
        None => _ = c.info().str(": ServiceId ").dec(service),
    }
}
