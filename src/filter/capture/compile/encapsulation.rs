//! `vlan`, `mpls`, `pppoes` and `geneve`: conditions that move the layout for what stands to their right.

use super::super::ast::Encapsulation;
use super::super::bpf::{Instruction, ancillary, code};
use super::super::protocol::ether;
use super::layout::{Kind, Layout};
use super::test::{Place, Test, Value, all, any, ip_header_length, not};
use super::{Compiler, Outcome};

const VLAN_TAG: u32 = 4;
const MPLS_LABEL: u32 = 4;
/// UDP port of Geneve (RFC 8926), and the protocol type of an Ethernet frame inside it.
const GENEVE_PORT: u32 = 6081;
const BRIDGED_ETHERNET: u32 = 0x6558;
const UDP: u32 = 17;

fn i(code: u16, k: u32) -> Instruction {
    Instruction::new(code, k)
}

impl Compiler {
    pub(super) fn encapsulation(&mut self, encapsulation: Encapsulation, number: Option<u32>) -> Outcome {
        match encapsulation {
            Encapsulation::Vlan => self.vlan(number),
            Encapsulation::Mpls => self.mpls(number),
            Encapsulation::Pppoe => self.pppoe(number),
            Encapsulation::Geneve => self.geneve(number),
        }
    }

    /// A VLAN tag; what follows is looked for behind it.
    fn vlan(&mut self, id: Option<u32>) -> Outcome {
        if self.layout.labelled {
            return Err("'vlan' is not supported behind 'mpls'".to_owned());
        }
        if !self.layout.vlan {
            return Err(format!("'vlan' is not supported for {}", self.link_name()));
        }
        let taken_out = self.live()
            && self.tag_length.is_none()
            && self.layout.kind == Kind::Ethernet
            && self.layout.carried.is_none();
        if taken_out {
            return self.vlan_taken_out(id);
        }
        let tag = self.tag_in_packet(id)?;
        let layout = &mut self.layout;
        for place in layout.behind_type_field() {
            *place = place.plus(VLAN_TAG);
        }
        Ok(tag)
    }

    /// A tag at the type field of the layout.
    fn tag_in_packet(&self, id: Option<u32>) -> Outcome {
        let mut announced = Vec::new();
        for ether_type in ether::VLAN {
            announced.push(self.announces(ether_type)?);
        }
        let tag = self.layout.llc.half();
        let tag = if self.layout.kind == Kind::Wlan { self.layout.network.half() } else { tag };
        Ok(match id {
            Some(id) => all([any(announced), tag.masked(0x0fff).equals(id)]),
            None => any(announced),
        })
    }

    /// The outermost tag, which Linux takes out of a frame before a filter sees it, unless it cannot: then it is still
    /// there. A scratch word holds by how much it moves what follows.
    fn vlan_taken_out(&mut self, id: Option<u32>) -> Outcome {
        let word = self.take_word()?;
        let taken = || Place::at(ancillary::VLAN_TAG_PRESENT).byte().equals(1);
        let id_taken = |id| Place::at(ancillary::VLAN_TAG).half().masked(0x0fff).equals(id);
        let moved = Test::Run(vec![i(code::LD | code::IMM, VLAN_TAG), i(code::ST, word)]);
        let there = self.tag_in_packet(id)?;
        let outcome = match id {
            Some(id) => any([all([taken(), id_taken(id)]), all([not(taken()), moved, there])]),
            None => any([taken(), all([moved, there])]),
        };
        self.tag_length = Some(word);
        let layout = &mut self.layout;
        for place in layout.behind_type_field() {
            *place = Place::in_word(word, place.offset);
        }
        Ok(outcome)
    }

    /// An MPLS label; the next one, or an IP packet, is looked for behind it.
    fn mpls(&mut self, label: Option<u32>) -> Outcome {
        let announced = if self.layout.labelled {
            not(self.last_label())
        } else if !self.layout.mpls {
            return Err(format!("'mpls' is not supported for {}", self.link_name()));
        } else if self.layout.kind == Kind::Ppp {
            self.layout.type_field.half().equals(0x0281)
        } else {
            self.announces(ether::MPLS)?
        };
        let network = self.layout.network;
        self.layout.network = network.plus(MPLS_LABEL);
        self.layout.labelled = true;
        Ok(match label {
            Some(label) => all([announced, network.word().masked(0xffff_f000).equals(label << 12)]),
            None => announced,
        })
    }

    /// A PPPoE session (RFC 2516); PPP is looked for inside.
    fn pppoe(&mut self, session: Option<u32>) -> Outcome {
        let announced = self.announces(ether::PPPOE_SESSION)?;
        let header = self.layout.network;
        self.layout = Layout::ppp_over_ethernet(header);
        Ok(match session {
            Some(session) => all([announced, header.word().masked(0xffff).equals(session)]),
            None => announced,
        })
    }

    /// Geneve over UDP (RFC 8926); what it carries is looked for inside.
    fn geneve(&mut self, network_id: Option<u32>) -> Outcome {
        let [type_field, header, payload] = [self.take_word()?, self.take_word()?, self.take_word()?];
        let network = self.layout.network;
        let fields = |at: &dyn Fn(u32, u16) -> Value| {
            let version = at(8, code::B).masked(0xc0).equals(0);
            let id = network_id.map(|id| at(12, code::W).masked(0xffff_ff00).equals(id << 8));
            all([at(2, code::H).equals(GENEVE_PORT), version].into_iter().chain(id))
        };
        let behind4 = |offset, size| Value::behind_ip_header(network, offset, size);
        let behind6 = |offset, size| {
            let place = network.plus(40).plus(offset);
            match size {
                code::B => place.byte(),
                code::H => place.half(),
                _ => place.word(),
            }
        };
        // The start of the UDP header goes to the index register.
        let start4 = ip_header_length(network);
        let start6 = match network.word {
            None => vec![i(code::LDX | code::IMM, 40)],
            Some(word) => vec![
                i(code::LD | code::MEM, word),
                i(code::ALU | code::ADD | code::K, 40),
                i(code::MISC | code::TAX, 0),
            ],
        };
        let enter = |start: Vec<Instruction>| {
            Test::Run(start.into_iter().chain(enter(network.offset, type_field, header)).collect())
        };
        let four = all([
            self.announces(ether::IP)?,
            network.plus(9).byte().equals(UDP),
            self.first_fragment(),
            fields(&behind4),
            enter(start4),
        ]);
        let six =
            all([self.announces(ether::IP6)?, network.plus(6).byte().equals(UDP), fields(&behind6), enter(start6)]);
        self.carried.push([type_field, header, payload]);
        self.layout = Layout::inside_geneve([type_field, header, payload]);
        Ok(all([any([four, six]), find_payload(type_field, header, payload)]))
    }
}

/// Code that stores where a Geneve header has its protocol type, and where what it carries starts. The index register
/// holds where the UDP header starts, less the offset of the network layer.
fn enter(network: u32, type_field: u32, header: u32) -> [Instruction; 11] {
    [
        i(code::MISC | code::TXA, 0),
        i(code::ALU | code::ADD | code::K, network.wrapping_add(8)),
        i(code::MISC | code::TAX, 0),
        i(code::ALU | code::ADD | code::K, 2),
        i(code::ST, type_field),
        // The length of the options, in units of four bytes, is in the low bits of the first byte.
        i(code::LD | code::B | code::IND, 0),
        i(code::ALU | code::AND | code::K, 0x3f),
        i(code::ALU | code::MUL | code::K, 4),
        i(code::ALU | code::ADD | code::K, 8),
        i(code::ALU | code::ADD | code::X, 0),
        i(code::ST, header),
    ]
}

/// Stores where the network layer starts that Geneve carries: behind an Ethernet header, whose EtherType then counts,
/// or at once.
fn find_payload(type_field: u32, header: u32, payload: u32) -> Test {
    let ethernet = Test::Run(vec![
        i(code::LD | code::MEM, header),
        i(code::ALU | code::ADD | code::K, 12),
        i(code::ST, type_field),
        i(code::ALU | code::ADD | code::K, 2),
        i(code::ST, payload),
    ]);
    let other = Test::Run(vec![i(code::LD | code::MEM, header), i(code::ST, payload)]);
    let protocol = Value { varies: true, ..Place::in_word(type_field, 0).half() };
    any([all([protocol.equals(BRIDGED_ETHERNET), ethernet]), other])
}
