//! OpenWire: Apache ActiveMQ's commands between brokers and clients.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("openwire", "OpenWire", Kind::Protocol);

fields! {
    LENGTH = "openwire.length", "Length", U32;
    COMMAND = "openwire.command", "Command", U8 names(COMMANDS);
    MAGIC = "openwire.magic", "Magic", Str;
    VERSION = "openwire.version", "Version", U32;
}

names! {
    COMMANDS {
        1 = "WireFormatInfo", 2 = "BrokerInfo", 3 = "ConnectionInfo", 4 = "SessionInfo", 5 = "ConsumerInfo",
        6 = "ProducerInfo", 7 = "TransactionInfo", 8 = "DestinationInfo", 9 = "RemoveSubscriptionInfo",
        10 = "KeepAliveInfo", 11 = "ShutdownInfo", 12 = "RemoveInfo", 14 = "ControlCommand", 15 = "FlushCommand",
        16 = "ConnectionError", 17 = "ConsumerControl", 18 = "ConnectionControl", 19 = "ProducerAck",
        20 = "MessagePull", 21 = "MessageDispatch", 22 = "MessageAck", 23 = "ActiveMQMessage",
        24 = "ActiveMQBytesMessage", 25 = "ActiveMQMapMessage", 26 = "ActiveMQObjectMessage",
        27 = "ActiveMQStreamMessage", 28 = "ActiveMQTextMessage", 29 = "ActiveMQBlobMessage", 30 = "Response",
        31 = "ExceptionResponse", 32 = "DataResponse", 33 = "DataArrayResponse", 34 = "IntegerResponse",
        40 = "DiscoveryEvent", 50 = "JournalTopicAck", 52 = "JournalQueueAck", 53 = "JournalTrace",
        54 = "JournalTransaction", 55 = "SubscriptionInfo", 60 = "PartialCommand", 61 = "LastPartialCommand",
        65 = "ReplayCommand", 70 = "Byte", 71 = "Char", 72 = "Short", 73 = "Integer", 74 = "Long", 75 = "Double",
        76 = "Float", 77 = "String", 78 = "Boolean", 79 = "ByteArray", 90 = "MessageDispatchNotification",
        91 = "NetworkBridgeFilter", 100 = "ActiveMQQueue", 101 = "ActiveMQTopic", 102 = "ActiveMQTempQueue",
        103 = "ActiveMQTempTopic", 110 = "MessageId", 111 = "LocalTransactionId", 112 = "XATransactionId",
        120 = "ConnectionId", 121 = "SessionId", 122 = "ConsumerId", 123 = "ProducerId", 124 = "BrokerId",
    }
}

const PREFIX_LEN: usize = 5;
const WIRE_FORMAT: u8 = 1;

/// OpenWire.
pub struct OpenWire;

impl Protocol for OpenWire {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OpenWire";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        begins(c)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if begins(c) {
            c.worker.state.bind(Registry::named(LAYER.key));
        }
        let len = |c: &Cursor<'_, S>| (c.peek_u32(0).unwrap_or_default() as usize).saturating_add(PREFIX_LEN - 1);
        messages(c, PREFIX_LEN, len, message)
    }
}

/// Whether a conversation's first message is here.
fn begins<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.peek_u8(4) == Some(WIRE_FORMAT) && c.peek::<8>(5) == Some(*b"ActiveMQ")
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("OpenWire");
    let first = c.row().fresh() || !c.row().claimed();
    c.u32(&LENGTH)?;
    let command = c.u8(&COMMAND)?;
    let name = name_of(COMMANDS, command.into()).unwrap_or("Unknown");
    let line = if first { c.claim() } else { c.info().str(" | ") };
    line.str(name);
    c.layer_append(|l| _ = l.str(" (").str(name).byte(b')'));
    if command == WIRE_FORMAT {
        c.bytes(&MAGIC, 8)?;
        c.u32(&VERSION)?;
    }
    Ok(())
}
