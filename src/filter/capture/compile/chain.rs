//! `protochain`: a protocol anywhere in the chain of IP headers.

use super::super::bpf::{Instruction, code};
use super::super::protocol::{IpVersions, ether};
use super::test::{Place, Test, Value, all, any, not};
use super::{Compiler, Outcome};

/// How many headers are followed. A program cannot loop in the kernel, so the steps are written out; RFC 8200 has no
/// packet with more than seven extension headers, and a longer chain rejects the packet.
const LONGEST: usize = 24;

/// Protocol numbers of headers that another one follows: hop-by-hop options, routing, fragment and destination options
/// of IPv6, and the authentication header of both versions.
const EXTENSIONS: [u32; 4] = [0, 60, 43, 44];
const AUTHENTICATION: u32 = 51;
/// No header follows.
const NOTHING: u32 = 59;

/// The scratch words that hold the number of the header reached, and its offset behind the start of the IP header.
#[derive(Clone, Copy)]
struct Words {
    protocol: u32,
    offset: u32,
}

impl Compiler {
    /// The protocol `wanted` is in the chain of headers of an IP packet.
    pub(super) fn chain(&mut self, wanted: u32, versions: IpVersions) -> Outcome {
        let network = self.layout.network;
        if network.word.is_some() {
            return Err("'protochain' is not supported where headers have no fixed offset".to_owned());
        }
        let [protocol, offset] = match self.chain {
            Some(words) => words,
            None => [self.take_word()?, self.take_word()?],
        };
        self.chain = Some([protocol, offset]);
        let words = Words { protocol, offset };
        let four = || -> Outcome {
            let start = Test::Run(vec![
                load_byte(network.plus(9)),
                Instruction::new(code::ST, protocol),
                Instruction::new(code::LDX | code::B | code::MSH, network.offset),
                Instruction::new(code::STX, offset),
            ]);
            Ok(all([self.announces(ether::IP)?, start, step(words, network, wanted, &[], LONGEST)]))
        };
        let six = || -> Outcome {
            let start = Test::Run(vec![
                load_byte(network.plus(6)),
                Instruction::new(code::ST, protocol),
                Instruction::new(code::LDX | code::IMM, 40),
                Instruction::new(code::STX, offset),
            ]);
            Ok(all([self.announces(ether::IP6)?, start, step(words, network, wanted, &EXTENSIONS, LONGEST)]))
        };
        match versions {
            IpVersions::Four => four(),
            IpVersions::Six => six(),
            IpVersions::Both => Ok(any([four()?, six()?])),
        }
    }
}

fn load_byte(place: Place) -> Instruction {
    Instruction::new(code::LD | code::B | code::ABS, place.offset)
}

/// The header reached is the wanted one, or one of those that follow it.
fn step(words: Words, network: Place, wanted: u32, extensions: &[u32], left: usize) -> Test {
    let reached = || Value::scratch(words.protocol);
    let extension = reached().among(extensions.iter().copied());
    let authentication = reached().equals(AUTHENTICATION);
    if left == 0 {
        return any([reached().equals(wanted), all([any([extension, authentication]), Test::Reject])]);
    }
    let next = any([
        all([extension, Test::Run(follow(words, network, &[add(1), multiply(8), ADD_OFFSET]))]),
        // The length of an authentication header is counted from the start of the IP header, as libpcap does.
        all([authentication, Test::Run(follow(words, network, &[add(2), multiply(4)]))]),
    ]);
    let behind = step(words, network, wanted, extensions, left.saturating_sub(1));
    any([reached().equals(wanted), all([not(reached().equals(NOTHING)), next, behind])])
}

const ADD_OFFSET: Instruction = Instruction::new(code::ALU | code::ADD | code::X, 0);

fn add(number: u32) -> Instruction {
    Instruction::new(code::ALU | code::ADD | code::K, number)
}

fn multiply(number: u32) -> Instruction {
    Instruction::new(code::ALU | code::MUL | code::K, number)
}

/// Goes to the next header: the first byte of this one has its number, and the second one this one's length, from
/// which `length` makes the offset of the next.
fn follow(words: Words, network: Place, length: &[Instruction]) -> Vec<Instruction> {
    let indexed = |offset: u32| Instruction::new(code::LD | code::B | code::IND, network.plus(offset).offset);
    let mut steps = vec![
        Instruction::new(code::LDX | code::MEM, words.offset),
        indexed(0),
        Instruction::new(code::ST, words.protocol),
        indexed(1),
    ];
    steps.extend_from_slice(length);
    steps.push(Instruction::new(code::ST, words.offset));
    steps
}
