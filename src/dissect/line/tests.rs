//! Lines as they come out, and what happens at their ends.

use super::{CAPACITY, Line};

fn line(write: impl FnOnce(&mut Line)) -> String {
    let mut line = Line::default();
    write(&mut line);
    String::from_utf8(line.as_bytes().to_vec()).unwrap()
}

#[test]
fn numbers_as_core_fmt_writes_them() {
    for num in [0, 1, 9, 10, 99, 100, 101, 12_345, u64::from(u32::MAX), u64::MAX] {
        assert_eq!(line(|l| _ = l.dec(num)), format!("{num}"));
        assert_eq!(line(|l| _ = l.dec_wide(num, 6)), format!("{num:06}"));
        assert_eq!(line(|l| _ = l.hex(num, 4)), format!("{num:04x}"));
    }
    assert_eq!(line(|l| _ = l.int(i64::MIN)), format!("{}", i64::MIN));
}

#[test]
fn general_numbers_as_c_writes_them() {
    let all = [
        (0.0, "0"),
        (1.5, "1.5"),
        (-100_000.0, "-100000"),
        (1e6, "1e+06"),
        (1_134_567.89, "1.13457e+06"),
        (0.01, "0.01"),
        (1.5e14, "1.5e+14"),
        (0.00001, "1e-05"),
    ];
    for (num, text) in all {
        assert_eq!(line(|l| _ = l.general(num)), text);
    }
}

#[test]
fn ipv4_as_std_writes_it() {
    for octets in [[0, 0, 0, 0], [1, 22, 133, 4], [192, 168, 1, 10], [255, 255, 255, 255]] {
        let address = std::net::Ipv4Addr::from(octets).to_string();
        assert_eq!(line(|l| _ = l.ipv4(&octets)), address);
        assert_eq!(line(|l| _ = l.ipv4_right(&octets, 12)), format!("{address:>12}"));
    }
}

#[test]
fn ipv6_as_std_writes_it() {
    for text in [
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:0:3",
        "::ffff:192.0.2.1",
        "0:1::",
        "a:b:c:d:e:f:1:2",
        "1:0:0:2:0:0:3:4",
    ] {
        let address: std::net::Ipv6Addr = text.parse().unwrap();
        assert_eq!(line(|l| _ = l.ipv6(&address.octets())), format!("{address}"));
    }
}

#[test]
fn unprintable_text_is_escaped() {
    assert_eq!(line(|l| _ = l.text(b"a\r\n\x1b\\\x7f\xc3\xa9\xff")), "a\\r\\n\\033\\\\177\u{e9}\u{fffd}");
    assert_eq!(line(|l| _ = l.text(b"\xe2\x80\x8ea\xf3\xa0\x80\x81")), "\\u200Ea\\U000E0001");
}

#[test]
fn spans_of_time_in_words() {
    for (seconds, millis, words) in [
        (0, 0, "0 seconds"),
        (1, 0, "1 second"),
        (90061, 0, "1 day, 1 hour, 1 minute, 1 second"),
        (7200, 0, "2 hours"),
        (83886, 208, "23 hours, 18 minutes, 6.208 seconds"),
    ] {
        assert_eq!(line(|l| _ = l.duration(seconds, millis)), words);
    }
}

#[test]
fn a_full_line_drops_the_rest() {
    let mut line = Line::default();
    for _ in 0..CAPACITY {
        line.str("ab\u{e9}");
    }
    assert_eq!(line.len(), CAPACITY);
}
