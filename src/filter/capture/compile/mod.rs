//! Compiles an expression's tree to BPF.
//!
//! Each primitive becomes a [`Test`] for the packet layout that holds where it stands; the tests together are made
//! simpler and assembled. Offsets follow the documented formats of the link layers; which bytes are looked at and in
//! which order follows what libpcap's programs do, since a load outside a truncated packet rejects it.

mod address;
mod arithmetic;
mod assemble;
mod chain;
mod encapsulation;
mod graph;
mod layout;
mod link;
mod optimise;
mod port;
mod proto;
mod test;
mod wlan;

use super::Target;
use super::ast::{Direction, Expression, Id, Kind, Primitive, Qualifiers, Span};
use super::bpf::{self, Instruction, SCRATCH_WORDS, ancillary};
use super::error::FilterError;
use super::protocol::Protocol;
use crate::source::LinkType;
use graph::Graph;
use layout::{Kind as LinkKind, Layout, RadioHeader, link_name};
use test::{Place, Test, Value, all, any, not};

/// A condition compiled, or why it makes no sense here.
type Outcome = Result<Test, String>;

/// What an expression is compiled for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Environment {
    pub(super) link: LinkType,
    pub(super) target: Target,
    /// The network mask that `ip broadcast` goes by.
    pub(super) netmask: u32,
}

/// The program that returns `keep` for the packets that match.
pub(super) fn compile(
    text: &str,
    expression: &Expression,
    environment: Environment,
    keep: u32,
) -> Result<Vec<Instruction>, FilterError> {
    let whole = 0..text.len();
    let mut compiler = Compiler::new(environment);
    let test = compiler.expression(expression)?;
    let prologue = compiler.prologue(&test).map_err(|message| FilterError::new(&whole, message))?;
    let freely = !compiler.offsets_vary(&test);
    let mut graph = Graph::of(&all(prologue.into_iter().chain([test])), keep);
    // libpcap does not look whether anything can match where it follows a chain of headers.
    if !graph.optimise(freely) && compiler.chain.is_none() {
        let message = format!("no packet of this link type ({}) can match", link_name(environment.link));
        return Err(FilterError { matches_nothing: true, ..FilterError::new(&whole, message) });
    }
    let program = graph.assemble();
    if program.len() > bpf::MAX_INSTRUCTIONS {
        let message = format!("the filter takes {} instructions; a program has at most 4096", program.len());
        return Err(FilterError::new(&whole, message));
    }
    if let (Target::LinuxLive, Err(invalid)) = (environment.target, bpf::validate(&program)) {
        return Err(FilterError::new(&whole, format!("the kernel does not take this filter: {invalid}")));
    }
    Ok(program)
}

struct Compiler {
    environment: Environment,
    layout: Layout,
    /// What stands in front of an 802.11 header, and the scratch words of where it ends and where the payload is.
    radio: Option<(RadioHeader, WlanWords)>,
    /// The scratch word that holds how far a VLAN tag in the packet moves what follows, if that is looked at.
    tag_length: Option<u32>,
    /// Scratch words of what Geneve carries, to be cleared at the start.
    carried: Vec<[u32; 3]>,
    /// The two scratch words that following a chain of headers takes.
    chain: Option<[u32; 2]>,
    /// The next scratch word that is free.
    free_word: u32,
}

/// Scratch words for 802.11.
#[derive(Clone, Copy)]
struct WlanWords {
    header: u32,
    payload: u32,
}

impl Compiler {
    fn new(environment: Environment) -> Compiler {
        let (mut layout, radio) = Layout::of(environment.link, environment.target == Target::LinuxLive);
        let mut free_word = 0;
        let radio = radio.map(|radio| {
            let words = WlanWords { header: 0, payload: 1 };
            free_word = 2;
            let header = match radio {
                RadioHeader::None => Place::at(0),
                _ => Place::in_word(words.header, 0),
            };
            layout = Layout {
                header: Some(header),
                vlan: radio != RadioHeader::PerPacket,
                ..Layout::llc(LinkKind::Wlan, Place::in_word(words.payload, 0))
            };
            (radio, words)
        });
        Compiler { environment, layout, radio, tag_length: None, carried: Vec::new(), chain: None, free_word }
    }

    fn live(&self) -> bool {
        self.environment.target == Target::LinuxLive
    }

    /// A scratch word for the rest of the program.
    fn take_word(&mut self) -> Result<u32, String> {
        if self.free_word >= SCRATCH_WORDS {
            return Err("the expression needs more scratch words than there are".to_owned());
        }
        let word = self.free_word;
        self.free_word = word.saturating_add(1);
        Ok(word)
    }

    fn link_name(&self) -> String {
        match self.layout.kind {
            LinkKind::Ppp => "PPP".to_owned(),
            _ => link_name(self.environment.link),
        }
    }

    /// Compiles a tree, from the left: what moves the layout moves it for everything that stands to the right.
    fn expression(&mut self, expression: &Expression) -> Result<Test, FilterError> {
        Ok(match expression {
            Expression::Everything => Test::Always(true),
            Expression::And(operands) => Test::All(self.row(operands)?),
            Expression::Or(operands) => Test::Any(self.row(operands)?),
            Expression::Not(operand) => not(self.expression(operand)?),
            Expression::Primitive(Primitive::Relation(left, relation, right), _) => {
                self.relation(left, *relation, right)?
            }
            Expression::Primitive(primitive, span) => self.primitive(primitive, span)?,
        })
    }

    fn row(&mut self, operands: &[Expression]) -> Result<Vec<Test>, FilterError> {
        operands.iter().map(|operand| self.expression(operand)).collect()
    }

    fn primitive(&mut self, primitive: &Primitive, span: &Span) -> Result<Test, FilterError> {
        let outcome = match primitive {
            Primitive::Qualified(qualifiers, id) => self.qualified(*qualifiers, id),
            Primitive::Protocol(protocol) => self.protocol(*protocol),
            Primitive::Broadcast(protocol) => self.broadcast(*protocol),
            Primitive::Multicast(protocol) => self.multicast(*protocol),
            Primitive::AtMost(length) => Ok(not(packet_length().above(*length))),
            Primitive::AtLeast(length) => Ok(packet_length().at_least(*length)),
            Primitive::Inbound(inbound) => self.inbound(*inbound),
            Primitive::Interface(number) => self.interface(*number),
            Primitive::Encapsulation(encapsulation, number) => self.encapsulation(*encapsulation, *number),
            Primitive::PppoeDiscovery => self.announces(super::protocol::ether::PPPOE_DISCOVERY),
            Primitive::Llc(format) => self.llc(*format),
            Primitive::WlanType { value, mask } => self.wlan_type(*value, *mask),
            Primitive::WlanDirection(direction) => self.wlan_direction(*direction),
            Primitive::Relation(..) => Err("a comparison stands where none can".to_owned()),
        };
        outcome.map_err(|message| FilterError::new(span, message))
    }

    /// An id with its qualifiers.
    fn qualified(&mut self, qualifiers: Qualifiers, id: &Id) -> Outcome {
        match qualifiers.kind {
            Kind::Host | Kind::Net => self.address(qualifiers, id),
            Kind::Port | Kind::PortRange => self.port_id(qualifiers, id),
            Kind::Proto | Kind::ProtoChain => self.proto_id(qualifiers, id),
            Kind::Gateway => {
                Err("'gateway' is not supported; write 'ether host ETHERNET-ADDRESS and not host ADDRESS'".to_owned())
            }
        }
    }

    /// `inbound` or `outbound`.
    fn inbound(&self, inbound: bool) -> Outcome {
        let (value, incoming, outgoing) = match self.environment.link.0 {
            _ if self.live() => (Place::at(ancillary::PKTTYPE).half(), None, ancillary::OUTGOING),
            8 if inbound => return Ok(Place::at(0).byte().equals(0)),
            8 => return Ok(not(Place::at(0).byte().equals(0))),
            113 => (Place::at(0).half(), None, ancillary::OUTGOING),
            166 => (Place::at(0).byte(), Some(0), 1),
            276 => (Place::at(10).byte(), None, ancillary::OUTGOING),
            _ => {
                return Err(format!("the direction of packets is not stored for {}", self.link_name()));
            }
        };
        Ok(match (inbound, incoming) {
            (true, Some(incoming)) => value.equals(incoming),
            (true, None) => not(value.equals(outgoing)),
            (false, _) => value.equals(outgoing),
        })
    }

    fn interface(&self, number: u32) -> Outcome {
        match self.environment.link.0 {
            _ if self.live() => Ok(Place::at(ancillary::IFINDEX).word().equals(number)),
            276 => Ok(Place::at(4).word().equals(number)),
            _ => Err(format!("the number of the interface is not stored for {}", self.link_name())),
        }
    }

    /// Whether the program looks for headers at offsets that it must find out first.
    fn offsets_vary(&self, test: &Test) -> bool {
        let behind_wlan = self.radio.is_some_and(|(_, words)| test.reads(words.payload));
        behind_wlan || self.chain.is_some() || !self.carried.is_empty()
    }

    /// What runs before the expression: finding the payload of 802.11 frames, and clearing scratch words.
    fn prologue(&self, test: &Test) -> Result<Vec<Test>, String> {
        let mut prologue = Vec::new();
        if let Some((radio, words)) = self.radio {
            prologue.extend(wlan::prologue(radio, words, test));
        }
        let cleared: Vec<u32> = self.tag_length.into_iter().chain(self.carried.iter().flatten().copied()).collect();
        if !cleared.is_empty() {
            let store = |word: &u32| Instruction::new(bpf::code::ST, *word);
            let zero = Instruction::new(bpf::code::LD | bpf::code::IMM, 0);
            prologue.push(Test::Run([zero].into_iter().chain(cleared.iter().map(store)).collect()));
        }
        Ok(prologue)
    }
}

/// The length of the packet on the wire.
fn packet_length() -> Value {
    Value::computed(vec![Instruction::new(bpf::code::LD | bpf::code::LEN, 0)])
}

/// Source, destination, either or both, as the direction says.
fn directed(direction: Direction, source: Test, destination: Test) -> Outcome {
    Ok(match direction {
        Direction::Source => source,
        Direction::Destination => destination,
        Direction::Either => any([source, destination]),
        Direction::Both => all([source, destination]),
        Direction::Wlan(_) => {
            return Err("'ra', 'ta' and 'addr1' to 'addr4' are for 802.11 addresses".to_owned());
        }
    })
}

/// A qualifier that does not go with the id behind it.
fn mismatch(protocol: Option<Protocol>, what: &str) -> String {
    match protocol {
        Some(protocol) => format!("'{}' does not go with {what}", protocol.word()),
        None => format!("nothing goes with {what}"),
    }
}
