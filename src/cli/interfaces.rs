//! The interfaces to capture on, and what is said of each: as with tshark, an option before the first `-i` holds for
//! all of them, one behind an `-i` for that interface alone.

use clap::{ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// What the command line says of interfaces.
#[derive(Clone, Debug, Default)]
pub struct Interfaces {
    /// What holds where no interface is named.
    pub usual: Choice,
    /// The interfaces named, in that order.
    pub named: Vec<(String, Choice)>,
}

/// How an interface is captured on.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The capture filter.
    pub filter: Option<String>,
    /// The most bytes of a packet that are kept; 0 for all.
    pub snaplen: u32,
    /// Whether packets that are meant for others are not asked for.
    pub not_promiscuous: bool,
    /// Whether monitor mode is asked for.
    pub monitor: bool,
    /// The kernel's memory for packets, in MiB.
    pub buffer: Option<u16>,
    /// The link type's name.
    pub link: Option<String>,
}

/// The flags, each as often as it is given.
#[derive(Debug, Args)]
struct Flags {
    /// Capture on this interface: its name, its number in -D's list, "any", or a named pipe with a capture; may be given
    /// several times. What -f, -s, -p, -B and -y say before the first -i is for all interfaces, behind an -i for that one
    #[arg(short = 'i', long = "interface", value_name = "INTERFACE", conflicts_with = "read")]
    interface: Vec<String>,

    /// Capture only what this filter keeps (the language of pcap-filter(7)); with -r, read only that
    #[arg(short = 'f', value_name = "FILTER", allow_hyphen_values = true)]
    filter: Vec<String>,

    /// Keep at most this many bytes of each packet; 0 for all [default: 0]
    #[arg(short = 's', long = "snapshot-length", value_name = "BYTES")]
    snaplen: Vec<u32>,

    /// Do not ask the interface for packets that are meant for others
    #[arg(short = 'p', long = "no-promiscuous-mode", action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    not_promiscuous: Vec<bool>,

    /// Capture in monitor mode
    #[arg(short = 'I', long = "monitor-mode", action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    monitor: Vec<bool>,

    /// Memory in which the kernel keeps packets until they are read, in MiB for each interface [default: 64]
    #[arg(short = 'B', long = "buffer-size", value_name = "MIB", value_parser = clap::value_parser!(u16).range(1..))]
    buffer: Vec<u16>,

    /// Link type, one of those that -L lists
    #[arg(short = 'y', long = "linktype", value_name = "TYPE")]
    link: Vec<String>,
}

/// One flag, as it was given.
enum Word {
    Interface(String),
    Filter(String),
    Snaplen(u32),
    NotPromiscuous(bool),
    Monitor(bool),
    Buffer(u16),
    Link(String),
}

impl Interfaces {
    /// All that is said, an interface being what a capture without a name is made on.
    pub fn choices(&self) -> impl Iterator<Item = &Choice> {
        let unnamed = self.named.is_empty().then_some(&self.usual);
        self.named.iter().map(|(_, choice)| choice).chain(unnamed)
    }

    /// Whether a capture filter is given anywhere.
    #[must_use]
    pub fn filtered(&self) -> bool {
        self.usual.filter.is_some() || self.named.iter().any(|(_, choice)| choice.filter.is_some())
    }

    fn heed(&mut self, word: Word) {
        let choice = self.named.last_mut().map_or(&mut self.usual, |(_, choice)| choice);
        match word {
            Word::Interface(name) => self.named.push((name, self.usual.clone())),
            Word::Filter(filter) => choice.filter = Some(filter),
            Word::Snaplen(bytes) => choice.snaplen = bytes,
            Word::NotPromiscuous(given) => choice.not_promiscuous = given,
            Word::Monitor(given) => choice.monitor = given,
            Word::Buffer(mib) => choice.buffer = Some(mib),
            Word::Link(name) => choice.link = Some(name),
        }
    }
}

impl FromArgMatches for Interfaces {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        /// Values of one flag, and where each of them stands.
        fn placed<T>(
            matches: &ArgMatches,
            flag: &str,
            values: Vec<T>,
            word: fn(T) -> Word,
        ) -> impl Iterator<Item = (usize, Word)> {
            let places: Vec<usize> = matches.indices_of(flag).into_iter().flatten().collect();
            places.into_iter().zip(values.into_iter().map(word))
        }
        let flags = Flags::from_arg_matches(matches)?;
        let mut words: Vec<(usize, Word)> = placed(matches, "interface", flags.interface, Word::Interface)
            .chain(placed(matches, "filter", flags.filter, Word::Filter))
            .chain(placed(matches, "snaplen", flags.snaplen, Word::Snaplen))
            .chain(placed(matches, "not_promiscuous", flags.not_promiscuous, Word::NotPromiscuous))
            .chain(placed(matches, "monitor", flags.monitor, Word::Monitor))
            .chain(placed(matches, "buffer", flags.buffer, Word::Buffer))
            .chain(placed(matches, "link", flags.link, Word::Link))
            .collect();
        words.sort_by_key(|(place, _)| *place);
        let mut interfaces = Self::default();
        words.into_iter().for_each(|(_, word)| interfaces.heed(word));
        Ok(interfaces)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Interfaces {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Choice;
    use crate::cli::Cli;

    #[test]
    fn options_are_for_all_interfaces_or_for_the_one_before() {
        let line = "netpeek -s 100 -f icmp -i va -i lo -f tcp -s 50 -p -y RAW -i x -B 3 -f a -f b";
        let interfaces = Cli::try_parse_from(line.split(' ')).unwrap().capture.interfaces;
        let told = |choice: &Choice| {
            let Choice { filter, snaplen, not_promiscuous, buffer, link, .. } = choice.clone();
            (filter.unwrap(), snaplen, not_promiscuous, buffer, link)
        };
        let told: Vec<_> = interfaces.named.iter().map(|(name, choice)| (name.as_str(), told(choice))).collect();
        assert_eq!(
            told,
            [
                ("va", ("icmp".to_owned(), 100, false, None, None)),
                ("lo", ("tcp".to_owned(), 50, true, None, Some("RAW".to_owned()))),
                ("x", ("b".to_owned(), 100, false, Some(3), None)),
            ]
        );
    }

    #[test]
    fn without_a_name_there_is_one_choice() {
        let interfaces = Cli::try_parse_from(["netpeek", "-f", "icmp", "-p"]).unwrap().capture.interfaces;
        let [choice] = *interfaces.choices().collect::<Vec<_>>() else { panic!("{interfaces:?}") };
        assert_eq!((choice.filter.as_deref(), choice.not_promiscuous), (Some("icmp"), true));
    }
}
