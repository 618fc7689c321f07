use super::super::ast::{Arithmetic, Direction, Kind, Operator};
use super::super::protocol::Protocol;
use super::*;

/// The shape of an expression: operators as prefix, ids as they are, other primitives as `_`.
fn shape(expression: &Expression) -> String {
    let row = |name: &str, operands: &[Expression]| {
        let inner: Vec<String> = operands.iter().map(shape).collect();
        format!("{name}({})", inner.join(" "))
    };
    match expression {
        Expression::Everything => "everything".to_owned(),
        Expression::And(operands) => row("and", operands),
        Expression::Or(operands) => row("or", operands),
        Expression::Not(operand) => format!("not({})", shape(operand)),
        Expression::Primitive(Primitive::Qualified(qualifiers, id), _) => {
            let protocol = qualifiers.protocol.map_or(String::new(), |p| format!("{} ", p.word()));
            let direction = match qualifiers.direction {
                Direction::Source => "src ",
                Direction::Destination => "dst ",
                Direction::Both => "src&dst ",
                Direction::Wlan(_) => "wlan ",
                Direction::Either => "",
            };
            let id = match id {
                Id::Number(number) => number.to_string(),
                Id::Name(text) | Id::Dotted(text) => text.clone(),
                other => format!("{other:?}"),
            };
            format!("{protocol}{direction}{} {id}", qualifiers.kind.word())
        }
        Expression::Primitive(Primitive::Protocol(protocol), _) => protocol.word().to_owned(),
        Expression::Primitive(Primitive::Relation(left, _, right), _) => {
            format!("{} ~ {}", sum(left), sum(right))
        }
        Expression::Primitive(..) => "_".to_owned(),
    }
}

fn sum(arithmetic: &Arithmetic) -> String {
    match arithmetic {
        Arithmetic::Constant(number) => number.to_string(),
        Arithmetic::Length => "len".to_owned(),
        Arithmetic::Load { protocol, index, size, .. } => format!("{}[{}:{size}]", protocol.word(), sum(index)),
        Arithmetic::Negative(operand) => format!("-{}", sum(operand)),
        Arithmetic::Operation { operator, left, right, .. } => {
            let sign = match operator {
                Operator::Add => "+",
                Operator::Subtract => "-",
                Operator::Multiply => "*",
                Operator::Divide => "/",
                Operator::Modulo => "%",
                Operator::And => "&",
                Operator::Or => "|",
                Operator::Xor => "^",
                Operator::ShiftLeft => "<<",
                Operator::ShiftRight => ">>",
            };
            format!("({}{sign}{})", sum(left), sum(right))
        }
    }
}

fn read(text: &str) -> String {
    match parse(text) {
        Ok(expression) => shape(&expression),
        Err(error) => format!("error at {:?}", error.span),
    }
}

#[test]
fn and_and_or_bind_alike_from_the_left() {
    assert_eq!(read("tcp or udp and ip"), "and(or(tcp udp) ip)");
    assert_eq!(read("tcp and udp or ip and arp"), "and(or(and(tcp udp) ip) arp)");
    assert_eq!(read("tcp or (udp and ip)"), "or(tcp and(udp ip))");
    assert_eq!(read("not tcp and ip"), "and(not(tcp) ip)");
    assert_eq!(read("not (tcp and ip)"), "not(and(tcp ip))");
    assert_eq!(read("!!tcp||ip&&arp"), "and(or(not(not(tcp)) ip) arp)");
    assert_eq!(read(""), "everything");
}

#[test]
fn a_bare_id_takes_the_qualifiers_before_it() {
    assert_eq!(read("tcp dst port 80 or 443"), "or(tcp dst port 80 tcp dst port 443)");
    assert_eq!(read("not host a and b"), "and(not(host a) host b)");
    assert_eq!(read("port (80 or not 443) or 22"), "or(port 80 not(port 443) port 22)");
    assert_eq!(read("port 80 or (22 and 23)"), "or(port 80 and(port 22 port 23))");
    assert_eq!(read("src and dst net 10"), "src&dst net 10");
    assert_eq!(read("dst or src a"), "host a");
}

#[test]
fn behind_a_group_hold_the_qualifiers_from_before_it() {
    assert_eq!(read("tcp port 80 or (udp port 22) or 24"), "or(tcp port 80 udp port 22 tcp port 24)");
    assert_eq!(read("tcp port 80 and (ip or ip6) and not 22"), "and(tcp port 80 or(ip ip6) not(tcp port 22))");
    assert_eq!(read("port 80 or ((tcp) or 22)"), "or(port 80 or(tcp port 22))");
    assert_eq!(read("(port 80) or 22"), "error at 13..15");
    assert_eq!(read("port 80 or tcp or 22"), "error at 18..20");
    assert_eq!(read("port 80 or (22 or tcp)"), "error at 18..21");
    assert_eq!(read("1.2.3.4"), "error at 0..7");
}

#[test]
fn arithmetic_binds_as_in_c_but_for_modulo_and_exclusive_or() {
    assert_eq!(read("1 + 2 * 3 = 7"), "(1+(2*3)) ~ 7");
    assert_eq!(read("10 - 3 - 2 = len"), "((10-3)-2) ~ len");
    assert_eq!(read("len & 3 << 1 | 5 = 0"), "((len&(3<<1))|5) ~ 0");
    assert_eq!(read("- len + 5 = 0"), "(-len+5) ~ 0");
    assert_eq!(read("1 + len % 3 * 2 = 0"), "(1+(len%(3*2))) ~ 0");
    assert_eq!(read("1 ^ 3 | len = 0"), "(1^(3|len)) ~ 0");
    assert_eq!(read("ip[ip[0]&0xf:2] = (5)"), "ip[(ip[0:1]&15):2] ~ 5");
}

#[test]
fn parentheses_are_told_apart() {
    assert_eq!(read("((len)) > 5"), "len ~ 5");
    assert_eq!(read("((len) > 5)"), "len ~ 5");
    assert_eq!(read("(ip[0] + 1) * 2 = 10 and (tcp)"), "and(((ip[0:1]+1)*2) ~ 10 tcp)");
    assert_eq!(read("port 80 or (5) < len"), "or(port 80 5 ~ len)");
    assert_eq!(read("port 80 or (5)"), "or(port 80 port 5)");
    assert_eq!(read("port 80 or ((5) < len)"), "or(port 80 5 ~ len)");
}

#[test]
fn errors_point_at_the_word() {
    assert_eq!(read("tcp and"), "error at 7..7");
    assert_eq!(read("tcp udp"), "error at 4..7");
    assert_eq!(read("net 10/8"), "error at 6..7");
    assert_eq!(read("ip[0:3] = 1"), "error at 5..6");
    assert_eq!(read("(tcp"), "error at 4..4");
    assert_eq!(read("tcp)"), "error at 3..4");
    assert_eq!(read("vlan 4096"), "error at 5..9");
    assert_eq!(read("type mgt subtype rts"), "error at 17..20");
}

#[test]
fn nesting_is_bounded() {
    let deep = |n: usize| parse(&format!("{}tcp{}", "(".repeat(n), ")".repeat(n)));
    assert!(deep(DEEPEST).is_ok() && deep(DEEPEST + 1).is_err());
    assert!(parse(&"!".repeat(100_000)).is_err());
    assert!(parse(&format!("{}1 = 1", "-".repeat(100_000))).is_err());
    assert!(parse(&format!("{} = 1", vec!["1"; 10_000].join(" + "))).is_err());
    assert!(parse(&vec!["tcp or udp"; 10_000].join(" and ")).is_err());
    assert!(parse(&format!("port {}", vec!["1"; 10_000].join(" or "))).is_ok());
}

#[test]
fn kinds_without_direction_refuse_one() {
    assert_eq!(read("src proto 6"), "error at 4..9");
    let Ok(Expression::Primitive(Primitive::Qualified(qualifiers, _), _)) = parse("ip proto \\tcp") else {
        panic!("'ip proto' does not parse");
    };
    assert_eq!((qualifiers.protocol, qualifiers.kind), (Some(Protocol::Ip), Kind::Proto));
}
