//! Apache Kafka: requests and responses, which have their numbers alone in common.

use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("kafka", "Kafka", Kind::Protocol);

fields! {
    LENGTH = "kafka.len", "Length", I32;
    API_KEY = "kafka.api_key", "API Key", I16 names(KEYS_OF_API);
    API_VERSION = "kafka.api_version", "API Version", I16;
    CORRELATION = "kafka.correlation_id", "Correlation ID", I32;
    CLIENT = "kafka.client_id", "Client ID", Str;
    REQUEST_FRAME = "kafka.request_frame", "Request Frame", FrameNum;
}

names! {
    KEYS_OF_API {
        0 = "Produce", 1 = "Fetch", 2 = "Offsets", 3 = "Metadata", 4 = "LeaderAndIsr", 5 = "StopReplica",
        6 = "UpdateMetadata", 7 = "ControlledShutdown", 8 = "OffsetCommit", 9 = "OffsetFetch",
        10 = "FindCoordinator", 11 = "JoinGroup", 12 = "Heartbeat", 13 = "LeaveGroup", 14 = "SyncGroup",
        15 = "DescribeGroups", 16 = "ListGroups", 17 = "SaslHandshake", 18 = "ApiVersions", 19 = "CreateTopics",
        20 = "DeleteTopics", 21 = "DeleteRecords", 22 = "InitProducerId", 23 = "OffsetForLeaderEpoch",
        24 = "AddPartitionsToTxn", 25 = "AddOffsetsToTxn", 26 = "EndTxn", 27 = "WriteTxnMarkers",
        28 = "TxnOffsetCommit", 29 = "DescribeAcls", 30 = "CreateAcls", 31 = "DeleteAcls", 32 = "DescribeConfigs",
        33 = "AlterConfigs", 34 = "AlterReplicaLogDirs", 35 = "DescribeLogDirs", 36 = "SaslAuthenticate",
        37 = "CreatePartitions", 38 = "CreateDelegationToken", 39 = "RenewDelegationToken",
        40 = "ExpireDelegationToken", 41 = "DescribeDelegationToken", 42 = "DeleteGroups", 43 = "ElectLeaders",
        44 = "IncrementalAlterConfigs", 45 = "AlterPartitionReassignments", 46 = "ListPartitionReassignments",
        47 = "OffsetDelete",
    }
}

/// The last version of each request that is taken apart.
const LAST_VERSIONS: &[u16] = &[
    8, 11, 5, 9, 4, 2, 6, 3, 8, 7, 3, 7, 4, 4, 5, 5, 3, 1, 3, 5, 4, 1, 3, 3, 1, 1, 1, 0, 3, 2, 2, 2, 2, 1, 1, 1, 2, 2,
    2, 2, 2, 2, 2, 2, 1, 0, 0, 0,
];

const PORT: u16 = 9092;
const PREFIX_LEN: usize = 4;

/// A request: what it asks for, in which version, and the frame it came in.
#[derive(Clone, Copy)]
struct Request {
    key: u16,
    version: u16,
    frame: u64,
}

/// The requests of a conversation by their numbers.
type Requests = Recent<u32, Request, 4096>;

/// Kafka.
pub struct Kafka;

impl Protocol for Kafka {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Kafka";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let len = |c: &Cursor<'_, S>| (c.peek_u32(0).unwrap_or_default() as usize).saturating_add(PREFIX_LEN);
        messages(c, PREFIX_LEN, len, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("Kafka");
    let asks = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
    if c.row().fresh() || !c.row().claimed() {
        c.claim();
    } else {
        c.info().str(", ");
    }
    c.info().str("Kafka ");
    c.u32(&LENGTH)?;
    if asks { request(c) } else { response(c) }
}

/// Names what is asked for, and says if nobody knows that version.
fn describe(line: &mut Line, Request { key, version, .. }: Request, words: &str) {
    match name_of(KEYS_OF_API, key.into()) {
        Some(name) => line.str(name),
        None => line.str("Unknown ").dec(key),
    };
    line.str(" v").dec(version).str(words);
    if LAST_VERSIONS.get(usize::from(key)).is_some_and(|&last| version > last) {
        line.str(" [Unsupported API version]");
    }
}

fn request<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let key = c.u16(&API_KEY)?;
    let version = c.u16(&API_VERSION)?;
    let request = Request { key, version, frame: c.worker.frame.number };
    describe(c.info(), request, " Request");
    c.layer_append(|l| {
        l.str(" (");
        describe(l, request, " Request");
        l.byte(b')');
    });
    let number = c.u32(&CORRELATION)?;
    if let Some(slots) = c.worker.state.slots() {
        _ = slots.entry::<Requests>().insert(number, request);
    }
    let len = c.array::<2>().map(i16::from_be_bytes)?;
    match usize::try_from(len) {
        Ok(len @ 1..) => c.bytes(&CLIENT, len).map(|_| ()),
        _ => Ok(()),
    }
}

fn response<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let number = c.u32(&CORRELATION)?;
    let asked = c.worker.state.slots().and_then(|slots| slots.entry::<Requests>().get(&number).copied());
    let Some(request) = asked else {
        c.info().str("Response (Undecoded, Request Missing)");
        return Ok(());
    };
    describe(c.info(), request, " Response");
    c.layer_append(|l| {
        l.str(" (");
        describe(l, request, " Response");
        l.byte(b')');
    });
    c.generated(&REQUEST_FRAME, request.frame);
    Ok(())
}
