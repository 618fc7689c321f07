//! A filter expression, taken apart.

use super::protocol::Protocol;
use std::net::Ipv6Addr;
use std::ops::Range;

/// Bytes of the expression that something stands in.
pub(super) type Span = Range<usize>;

/// A condition on a packet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// The empty expression: every packet.
    Everything,
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    Primitive(Primitive, Span),
}

/// The smallest conditions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Primitive {
    /// `src host 192.0.2.1`, `tcp port 80`, `ip proto 6` …: something qualified that is an id.
    Qualified(Qualifiers, Id),
    /// `tcp`: a protocol alone.
    Protocol(Protocol),
    Broadcast(Option<Protocol>),
    Multicast(Option<Protocol>),
    /// `less`: the packet has at most so many bytes.
    AtMost(u32),
    /// `greater`: the packet has at least so many bytes.
    AtLeast(u32),
    /// `inbound`, or else `outbound`.
    Inbound(bool),
    /// `ifindex`.
    Interface(u32),
    /// `vlan`, `mpls`, `pppoes`, `geneve`, with or without a number; shifts what follows in the expression.
    Encapsulation(Encapsulation, Option<u32>),
    PppoeDiscovery,
    /// `llc`, with or without a kind of frame.
    Llc(Option<LlcFormat>),
    /// `type`, `subtype`: the first byte of the 802.11 header under a mask.
    WlanType {
        value: u32,
        mask: u32,
    },
    /// `dir`: the To DS and From DS bits of the 802.11 header.
    WlanDirection(u32),
    /// Two numbers compared.
    Relation(Arithmetic, Relation, Arithmetic),
}

/// The words in front of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Qualifiers {
    pub(super) protocol: Option<Protocol>,
    pub(super) direction: Direction,
    pub(super) kind: Kind,
}

/// What an id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Host,
    Net,
    Port,
    PortRange,
    Proto,
    ProtoChain,
    Gateway,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Host => "host",
            Kind::Net => "net",
            Kind::Port => "port",
            Kind::PortRange => "portrange",
            Kind::Proto => "proto",
            Kind::ProtoChain => "protochain",
            Kind::Gateway => "gateway",
        }
    }
}

/// Which address or port of a packet is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Source,
    Destination,
    /// Either, as when nothing is said.
    Either,
    Both,
    Wlan(WlanAddress),
}

/// An address of an 802.11 header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WlanAddress {
    Receiver,
    Transmitter,
    First,
    Second,
    Third,
    Fourth,
}

/// The thing that qualifiers qualify.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Id {
    Number(u32),
    /// A name, or a word escaped by a backslash.
    Name(String),
    /// Two to four numbers with dots between.
    Dotted(String),
    /// `10.1/16`.
    DottedLength(String, u32),
    /// `10.1 mask 255.255`.
    DottedMask(String, String),
    Ip6(Ipv6Addr),
    Ip6Length(Ipv6Addr, u32),
    Mac([u8; 6]),
}

/// What packets are carried in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encapsulation {
    Vlan,
    Mpls,
    Pppoe,
    Geneve,
}

/// Kinds of LLC frame, with the bits of the control byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LlcFormat {
    Information,
    AnySupervisory,
    AnyUnnumbered,
    Supervisory(u32),
    Unnumbered(u32),
}

/// How two numbers are compared; both unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// A number computed from a packet, 32 bits wide.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Arithmetic {
    Constant(u32),
    /// `len`: the length of the packet on the wire.
    Length,
    /// `tcp[2:2]`: one, two or four bytes at an offset into a protocol's header.
    Load {
        protocol: Protocol,
        index: Box<Arithmetic>,
        size: u8,
        span: Span,
    },
    Negative(Box<Arithmetic>),
    Operation {
        operator: Operator,
        left: Box<Arithmetic>,
        right: Box<Arithmetic>,
        /// Of the right operand.
        span: Span,
    },
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
}
