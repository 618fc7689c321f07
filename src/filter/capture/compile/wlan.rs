//! Link-layer addresses, and what is particular to 802.11 (IEEE Std 802.11-2016, 9.2.4).

use super::super::ast::{Direction, WlanAddress};
use super::super::bpf::{Instruction, code};
use super::layout::{Kind, RadioHeader};
use super::test::{Place, Test, all, any, not, when};
use super::{Compiler, Outcome, WlanWords, directed};

/// Bits of the first byte: the higher bit of the type is set in data frames, the lower one in control frames.
const DATA: u32 = 0x08;
const CONTROL: u32 = 0x04;
/// Bits of the second byte.
const TO_DS: u32 = 1;
const FROM_DS: u32 = 2;
/// Offsets of the four addresses.
const ADDRESS_1: u32 = 4;
const ADDRESS_2: u32 = 10;
const ADDRESS_3: u32 = 16;
const ADDRESS_4: u32 = 24;

/// A link-layer address at a place: its last four bytes are looked at first.
fn address_at(place: Place, address: &[u8; 6]) -> Test {
    let [a, b, c, d, e, f] = *address;
    let first = u32::from(u16::from_be_bytes([a, b]));
    let last = u32::from_be_bytes([c, d, e, f]);
    all([place.plus(2).word().equals(last), place.half().equals(first)])
}

impl Compiler {
    /// `ether host`, and the addresses of an 802.11 header.
    pub(super) fn mac(&self, direction: Direction, address: &[u8; 6]) -> Outcome {
        if let Direction::Wlan(place) = direction {
            return self.wlan_address(place, address);
        }
        let unsupported = || format!("{} has no link-layer addresses", self.link_name());
        let destination = self.mac_destination(address).ok_or_else(unsupported)??;
        let source = self.mac_source(address).ok_or_else(unsupported)??;
        directed(direction, source, destination)
    }

    /// The destination address, if the link layer has one.
    pub(super) fn mac_destination(&self, address: &[u8; 6]) -> Option<Outcome> {
        let header = self.layout.header?;
        if self.layout.kind == Kind::Wlan {
            return Some(Ok(self.wlan_destination(header, |place| address_at(place, address))));
        }
        let (destination, _) = self.layout.addresses?;
        Some(Ok(self.carried_by_ethernet(address_at(header.plus(destination), address))))
    }

    fn mac_source(&self, address: &[u8; 6]) -> Option<Outcome> {
        let header = self.layout.header?;
        if self.layout.kind == Kind::Wlan {
            return Some(Ok(self.wlan_source(header, |place| address_at(place, address))));
        }
        let (_, source) = self.layout.addresses?;
        Some(Ok(self.carried_by_ethernet(address_at(header.plus(source), address))))
    }

    /// The destination address is that of a group.
    pub(super) fn mac_multicast(&self) -> Outcome {
        let group = |place: Place| place.byte().has(1);
        match (self.layout.header, self.layout.kind, self.layout.addresses) {
            (Some(header), Kind::Wlan, _) => Ok(self.wlan_destination(header, group)),
            (Some(header), _, Some((destination, _))) => Ok(self.carried_by_ethernet(group(header.plus(destination)))),
            _ => Err(format!("{} has no multicast", self.link_name())),
        }
    }

    /// Geneve may carry packets without link-layer header; these have no addresses.
    fn carried_by_ethernet(&self, test: Test) -> Test {
        let Some((header, payload)) = self.layout.carried else {
            return test;
        };
        let load = vec![
            Instruction::new(code::LDX | code::MEM, payload),
            Instruction::new(code::LD | code::MEM, header),
            Instruction::new(code::ALU | code::SUB | code::X, 0),
        ];
        all([not(super::Value::computed(load).equals(0)), test])
    }

    /// The destination address (DA): the third where a frame goes to the distribution system.
    fn wlan_destination(&self, header: Place, matches: impl Fn(Place) -> Test) -> Test {
        let to_ds = header.plus(1).byte().has(TO_DS);
        all([
            not(header.byte().has(CONTROL)),
            any([
                all([
                    header.byte().has(DATA),
                    any([
                        all([to_ds.clone(), matches(header.plus(ADDRESS_3))]),
                        all([not(to_ds), matches(header.plus(ADDRESS_1))]),
                    ]),
                ]),
                all([not(header.byte().has(DATA)), matches(header.plus(ADDRESS_1))]),
            ]),
        ])
    }

    /// The source address (SA): the third or fourth where a frame comes from the distribution system.
    fn wlan_source(&self, header: Place, matches: impl Fn(Place) -> Test) -> Test {
        let direction = |bit| header.plus(1).byte().has(bit);
        all([
            not(header.byte().has(CONTROL)),
            any([
                all([
                    header.byte().has(DATA),
                    any([
                        all([
                            direction(FROM_DS),
                            any([
                                all([direction(TO_DS), matches(header.plus(ADDRESS_4))]),
                                all([not(direction(TO_DS)), matches(header.plus(ADDRESS_3))]),
                            ]),
                        ]),
                        all([not(direction(FROM_DS)), matches(header.plus(ADDRESS_2))]),
                    ]),
                ]),
                all([not(header.byte().has(DATA)), matches(header.plus(ADDRESS_2))]),
            ]),
        ])
    }

    /// An address by its place in the 802.11 header.
    fn wlan_address(&self, place: WlanAddress, address: &[u8; 6]) -> Outcome {
        let header = self.wlan_header()?;
        let first = || header.byte();
        let at = |offset| address_at(header.plus(offset), address);
        let control = || first().masked(DATA | CONTROL).equals(CONTROL);
        // CTS and ACK frames have the first address alone.
        let short = || any([first().masked(0xf0).equals(0xc0), first().masked(0xf0).equals(0xd0)]);
        Ok(match place {
            WlanAddress::Receiver => all([first().has(DATA), at(ADDRESS_1)]),
            WlanAddress::Transmitter => all([first().has(DATA), not(all([control(), short()])), at(ADDRESS_2)]),
            WlanAddress::First => at(ADDRESS_1),
            WlanAddress::Second => all([not(all([control(), short()])), at(ADDRESS_2)]),
            WlanAddress::Third => all([not(control()), at(ADDRESS_3)]),
            WlanAddress::Fourth => {
                let both = TO_DS | FROM_DS;
                all([header.plus(1).byte().masked(both).equals(both), at(ADDRESS_4)])
            }
        })
    }

    fn wlan_header(&self) -> Result<Place, String> {
        match (self.layout.kind, self.layout.header) {
            (Kind::Wlan, Some(header)) => Ok(header),
            _ => Err(format!("only 802.11 frames have that, not {}", self.link_name())),
        }
    }

    /// It is a data frame.
    pub(super) fn wlan_data(&self) -> Outcome {
        let header = self.wlan_header()?;
        Ok(all([not(header.byte().has(CONTROL)), header.byte().has(DATA)]))
    }

    /// The header whose frame control field is asked for. Behind per-packet information, libpcap does not look at it.
    fn wlan_control(&self) -> Result<Place, String> {
        match self.radio {
            Some((RadioHeader::PerPacket, _)) => Err(format!("{} has no 'type' or 'dir'", self.link_name())),
            _ => self.wlan_header(),
        }
    }

    /// `type` and `subtype`.
    pub(super) fn wlan_type(&self, value: u32, mask: u32) -> Outcome {
        Ok(self.wlan_control()?.byte().masked(mask).equals(value))
    }

    /// `dir`.
    pub(super) fn wlan_direction(&self, direction: u32) -> Outcome {
        Ok(self.wlan_control()?.plus(1).byte().masked(TO_DS | FROM_DS).equals(direction))
    }
}

/// Code that finds the 802.11 header and, where the test looks there, what it carries.
pub(super) fn prologue(radio: RadioHeader, words: WlanWords, test: &Test) -> Vec<Test> {
    let mut steps = Vec::new();
    if radio == RadioHeader::PerPacket && !matches!(test, Test::Always(true)) {
        // What is behind the header has to be 802.11 (link type 105); the field is little-endian.
        steps.push(Place::at(4).word().equals(105_u32.swap_bytes()));
    }
    let payload = test.reads(words.payload);
    if !payload && !test.reads(words.header) {
        return steps;
    }
    let store = |word| Instruction::new(code::ST, word);
    let add = |number| Instruction::new(code::ALU | code::ADD | code::K, number);
    let load_word = |word| Instruction::new(code::LD | code::MEM, word);
    steps.extend(find_header(radio, words.header));
    if !payload {
        return steps;
    }
    let header = Place::in_word(words.header, 0);
    steps.push(Test::Run(vec![load_word(words.header), add(24), store(words.payload)]));
    // Quality-of-service data frames have two bytes more; a driver may have padded those to four.
    let quality = all([header.byte().has(DATA), not(header.byte().has(CONTROL)), header.byte().has(0x80)]);
    let longer = Test::Run(vec![load_word(words.payload), add(2), store(words.payload)]);
    let longer = match radio {
        RadioHeader::Radiotap => {
            let round = Instruction::new(code::ALU | code::AND | code::K, !3);
            let padding = Test::Run(vec![load_word(words.payload), add(3), round, store(words.payload)]);
            all([longer, when(radiotap_padding(), padding)])
        }
        _ => longer,
    };
    steps.push(when(quality, longer));
    steps
}

/// Stores where the 802.11 header starts.
fn find_header(radio: RadioHeader, word: u32) -> Vec<Test> {
    let run = |load: Vec<Instruction>| Test::Run(load.into_iter().chain([Instruction::new(code::ST, word)]).collect());
    let absolute = |size, offset| Instruction::new(code::LD | size | code::ABS, offset);
    let constant = |number| Instruction::new(code::LD | code::IMM, number);
    match radio {
        RadioHeader::None => vec![run(vec![constant(0)])],
        RadioHeader::Avs => vec![run(vec![absolute(code::W, 4)])],
        RadioHeader::Radiotap | RadioHeader::PerPacket => vec![run(vec![
            absolute(code::B, 3),
            Instruction::new(code::ALU | code::LSH | code::K, 8),
            Instruction::new(code::MISC | code::TAX, 0),
            absolute(code::B, 2),
            Instruction::new(code::ALU | code::OR | code::X, 0),
        ])],
        RadioHeader::Prism => {
            let avs = Place::at(0).word().masked(0xffff_f000).equals(0x8021_1000);
            vec![any([all([avs, run(vec![absolute(code::W, 4)])]), run(vec![constant(144)])])]
        }
    }
}

/// The radiotap header says that the 802.11 header is padded: flag 0x20 of its Flags field, which stands behind the
/// TSFT field, if there is one (<https://www.radiotap.org>).
fn radiotap_padding() -> Test {
    let present = || Place::at(4).word();
    all([
        present().has(0x0200_0000),
        not(present().has(0x80)),
        any([
            all([present().has(0x0100_0000), Place::at(16).byte().has(0x20)]),
            all([not(present().has(0x0100_0000)), Place::at(8).byte().has(0x20)]),
        ]),
    ])
}
