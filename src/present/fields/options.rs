//! `-E`: how a line of values is put together.

use super::{Chosen, each};
use crate::present::escape;

/// Which values of a field that occurs several times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occurrence {
    /// The first.
    First,
    /// The last.
    Last,
    /// All of them.
    #[default]
    All,
}

/// How a line of values is put together.
#[derive(Clone, Debug)]
pub struct Separation {
    /// The names of the fields stand in the first line.
    header: bool,
    /// A byte order mark stands before everything.
    bom: bool,
    separator: u8,
    aggregator: u8,
    quote: Option<u8>,
    /// Which values are shown.
    pub occurrence: Occurrence,
}

impl Default for Separation {
    fn default() -> Self {
        let occurrence = Occurrence::All;
        Self { header: false, bom: false, separator: b'\t', aggregator: b',', quote: None, occurrence }
    }
}

/// The options there are, as tshark lists them.
const CHOICES: &str = "\
The available options for field output \"E\" are:
bom=y|n    Prepend output with the UTF-8 BOM (def: N: no)
header=y|n    Print field abbreviations as first line of output (def: N: no)
separator=/t|/s|<character>   Set the separator to use;
     \"/t\" = tab, \"/s\" = space (def: /t: tab)
occurrence=f|l|a  Select the occurrence of a field to use;
     \"f\" = first, \"l\" = last, \"a\" = all (def: a: all)
aggregator=,|/s|<character>   Set the aggregator to use;
     \",\" = comma, \"/s\" = space (def: ,: comma)
quote=d|s|n   Print either d: double-quotes, s: single quotes or 
     n: no quotes around field values (def: n: none)";

impl Separation {
    /// What `options`, each `NAME=VALUE`, say.
    ///
    /// # Errors
    /// The first that is not one, with those there are.
    pub fn parse(options: &[String]) -> Result<Self, String> {
        let mut separation = Self::default();
        for option in options {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            if separation.set(name, value.as_bytes()).is_none() {
                return Err(format!("\"{name}\" is not a valid field output option=value pair.\n{CHOICES}"));
            }
        }
        Ok(separation)
    }

    fn set(&mut self, name: &str, value: &[u8]) -> Option<()> {
        let first = value.first()?.to_ascii_lowercase();
        match name {
            "header" => self.header = yes(first)?,
            "bom" => self.bom = yes(first)?,
            "separator" => self.separator = character(value)?,
            "aggregator" => self.aggregator = character(value)?,
            "occurrence" => {
                self.occurrence = match first {
                    b'f' => Occurrence::First,
                    b'l' => Occurrence::Last,
                    b'a' => Occurrence::All,
                    _ => return None,
                }
            }
            "quote" => {
                self.quote = match first {
                    b'd' => Some(b'"'),
                    b's' => Some(b'\''),
                    b'n' => None,
                    _ => return None,
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Appends what stands before the first line.
    pub(super) fn begin(&self, chosen: &Chosen, out: &mut Vec<u8>) {
        if self.bom {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        if self.header {
            each(chosen.names(), &[self.separator], out, |name, out| out.extend_from_slice(name.as_bytes()));
            out.push(b'\n');
        }
    }

    /// Appends a frame's line.
    pub(super) fn line(&self, chosen: &Chosen, out: &mut Vec<u8>) {
        each(chosen.fields(), &[self.separator], out, |values, out| {
            if values.len() == 0 {
                return;
            }
            out.extend(self.quote);
            each(values, &[self.aggregator], out, escape::separated);
            out.extend(self.quote);
        });
        out.push(b'\n');
    }
}

fn yes(letter: u8) -> Option<bool> {
    match letter {
        b'y' => Some(true),
        b'n' => Some(false),
        _ => None,
    }
}

/// A character, or `/t` for a tab and `/s` for a space.
fn character(value: &[u8]) -> Option<u8> {
    match value {
        [b'/', b't', ..] => Some(b'\t'),
        [b'/', b's', ..] => Some(b' '),
        [first, ..] => Some(*first),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Occurrence, Separation};

    fn parsed(options: &[&str]) -> Result<Separation, String> {
        Separation::parse(&options.iter().map(|&option| option.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_as_tshark_takes_them() {
        let all = parsed(&["header=y", "bom=n", "separator=/s", "aggregator=;", "occurrence=l", "quote=d"]).unwrap();
        assert!(all.header && !all.bom);
        assert_eq!((all.separator, all.aggregator, all.quote), (b' ', b';', Some(b'"')));
        assert_eq!(all.occurrence, Occurrence::Last);
        assert_eq!(parsed(&["separator=abc"]).unwrap().separator, b'a');
    }

    #[test]
    fn what_is_no_option_is_refused_with_those_there_are() {
        for wrong in ["foo=1", "header", "header=x", "separator=", "quote=q", "occurrence=2"] {
            let refused = parsed(&[wrong]).unwrap_err();
            let name = wrong.split('=').next().unwrap();
            assert!(refused.starts_with(&format!("\"{name}\" is not a valid field output")), "{refused}");
            assert!(refused.contains("separator=/t|/s|<character>"));
        }
    }
}
