//! Whom a MAC address belongs to, and the short name of that.

use super::table::{VENDORS, find};

/// Characters of a short name.
const SHORT: usize = 8;

/// Who has the block that an address is in, and how many of the address's bits name the block.
pub(super) fn block(address: [u8; 6]) -> Option<(&'static str, u32)> {
    // A group address is one of the same vendor's.
    let [first, rest @ ..] = address;
    let mut digits = [0; 12];
    for (pair, byte) in digits.chunks_exact_mut(2).zip([first & !1].into_iter().chain(rest)) {
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).map_or(b'0', |c| c.to_ascii_uppercase() as u8);
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    [9, 7, 6].into_iter().find_map(|len: u8| {
        let found = find(VENDORS, digits.get(..len.into())?)?;
        Some((found, u32::from(len) * 4))
    })
}

/// Legal forms and other words that a short name leaves out. A full stop may stand behind each letter of those that
/// are abbreviations.
const ABBREVIATIONS: &[&str] =
    &["ab", "ag", "bv", "kk", "kg", "nv", "plc", "sa", "sarl", "srl", "spa", "llc", "ltd", "ulc", "oo"];
const WORDS: &[&str] = &[
    "a/s",
    "a.s",
    "s/a",
    "co",
    "co.kg",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "holding",
    "inc",
    "incorporated",
    "jsc",
    "limited",
    "oao",
    "of",
    "ohg",
    "ooo",
    "oy",
    "oyj",
    "pty",
    "pvt",
    "sa de cv",
    "spk",
    "sp.k",
    "systems",
    "the",
    "z",
    "zao",
];

/// The short name of an organisation: what is left of its words without spaces, the first eight characters of it.
pub(super) fn short(organisation: &str) -> String {
    let organisation: String =
        organisation.chars().filter(|c| *c != '\'').map(|c| if c == ',' { ' ' } else { c }).collect();
    let shouted = !organisation.chars().any(char::is_lowercase);
    let organisation = if shouted { capitalised(&organisation) } else { organisation };
    let mut chars: Vec<char> = std::iter::once(' ').chain(organisation.chars()).chain([' ']).collect();
    while leave_out(&mut chars) {}
    let alone = |at: usize| {
        let space = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| *c == ' ');
        space(at.checked_sub(1)) && space(at.checked_add(1))
    };
    let kept = chars.iter().enumerate().filter(|&(at, c)| !(*c == '&' && alone(at)));
    kept.map(|(_, c)| *c).filter(|c| !c.is_whitespace() && !"./()\"“”:;".contains(*c)).take(SHORT).collect()
}

/// Each word in small letters but for its first.
fn capitalised(text: &str) -> String {
    let mut within = false;
    let change = |c: char| {
        let first = !std::mem::replace(&mut within, c.is_alphabetic());
        if first { c } else { c.to_lowercase().next().unwrap_or(c) }
    };
    text.chars().map(change).collect()
}

/// Leaves out the words of the two lists, from left to right; says whether there was any.
fn leave_out(chars: &mut Vec<char>) -> bool {
    let (mut at, mut any) = (0, false);
    while let Some(&before) = chars.get(at) {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if !word(before)
            && let Some(len) = chars.get(at + 1..).and_then(word_len)
        {
            chars.splice(at..at + 1 + len, [' ']);
            any = true;
        }
        at += 1;
    }
    any
}

/// The length of the word of the two lists that `rest` begins with, with the full stop behind it; the longest of them.
fn word_len(rest: &[char]) -> Option<usize> {
    let ends = |len: usize| rest.get(len).is_some_and(|c| " .,/&()".contains(*c));
    let dotted = |word: &&str| {
        let mut len = 0;
        for (i, letter) in word.chars().enumerate() {
            if i > 0 && rest.get(len) == Some(&'.') {
                len += 1;
            }
            rest.get(len).filter(|c| c.eq_ignore_ascii_case(&letter))?;
            len += 1;
        }
        Some(len)
    };
    let plain = |word: &&str| {
        let mut there = rest.iter();
        word.chars().all(|letter| there.next().is_some_and(|c| c.eq_ignore_ascii_case(&letter))).then_some(word.len())
    };
    let lens = ABBREVIATIONS.iter().filter_map(dotted).chain(WORDS.iter().filter_map(plain));
    let len = lens.filter(|&len| ends(len)).max()?;
    Some(len + usize::from(rest.get(len) == Some(&'.')))
}

#[cfg(test)]
mod tests {
    use super::{block, short};

    /// What tshark 4.0.17 shows for these organisations.
    #[test]
    fn short_names() {
        for (organisation, wanted) in [
            ("Apple, Inc.", "Apple"),
            ("Cisco Systems, Inc", "Cisco"),
            ("HUAWEI TECHNOLOGIES CO.,LTD", "HuaweiTe"),
            ("Intel Corporate", "IntelCor"),
            ("TP-LINK TECHNOLOGIES CO.,LTD.", "Tp-LinkT"),
            ("APCON, Inc.", "APCON"),
            ("REO AG", "Reo"),
            ("ACL Co.,Ltd.", "ACL"),
            ("YUYAMA MFG Co.,Ltd", "YUYAMAMF"),
            ("zte corporation", "zte"),
            ("KTC(K-TEL)", "KtcK-Tel"),
            ("Int'Act Pty Ltd", "IntAct"),
            ("C&D Technologies, Inc", "C&DTechn"),
            ("Lingg & Janke OHG", "LinggJan"),
            ("Harman/Becker Automotive Systems GmbH", "HarmanBe"),
            ("The Refined Industry Company Limited", "RefinedI"),
            ("SMITEC S.p.A.", "SMITEC"),
            ("Televic N.V.", "Televic"),
            ("Comcast-SRL", "Comcast"),
            ("plc-tec AG", "plc-tec"),
            ("BIOT Sp. z o.o.", "BIOTSp"),
            ("BUFFALO.INC", "Buffalo"),
            ("Private", "Private"),
        ] {
            assert_eq!(short(organisation), wanted, "{organisation}");
        }
    }

    #[test]
    fn the_narrowest_block_counts() {
        assert_eq!(block([0x64, 0x31, 0x39, 0xab, 0xcd, 0xef]).map(|(_, bits)| bits), Some(28));
        assert_eq!(block([0x8c, 0x1f, 0x64, 0xf8, 0x6b, 0xcd]), Some(("INFOSTECH Co., Ltd.", 36)));
        assert_eq!(block([0x01, 0x1b, 0x19, 0, 0, 0]).map(|(_, bits)| bits), Some(24));
        assert_eq!(block([0xe2, 0xb5, 0x2d, 0, 0, 0]), None);
    }
}
