//! Made layers, drawn.

use super::{Layer, Row, boxes, dump};

fn layer(index: usize, key: &'static str, start: usize, end: usize) -> Layer {
    let fields = vec![Row { text: format!("Field of {key}"), start, end: start + 1, deeper: false }];
    Layer { index, title: key.to_uppercase(), fields, buffer: 0, start, end, key }
}

fn boxes_of(layers: &[Layer], captured: usize) -> String {
    let mut out = Vec::new();
    boxes::draw(layers, captured, false, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn each_layer_stands_within_the_one_before() {
    let text = boxes_of(&[layer(0, "eth", 0, 14), layer(1, "ip", 14, 34), layer(2, "data", 34, 40)], 40);
    let lines: Vec<_> = text.trim_end().lines().collect();
    assert_eq!(lines.len(), 9, "{text}");
    assert!(lines[0].starts_with("┌─ A ETH ──") && lines[0].ends_with("─ bytes 0–39, header 0–13 ─┐"), "{text}");
    assert!(lines[2].starts_with("│ ┌─ B IP ──") && lines[2].ends_with("─┐ │"), "{text}");
    assert!(lines[4].starts_with("│ │ ┌─ C DATA ──") && lines[4].ends_with("─ bytes 34–39 ─┐ │ │"), "{text}");
    assert!(lines.iter().all(|line| line.chars().count() == 100), "{text}");
}

#[test]
fn messages_stand_beside_each_other_and_tunnels_within() {
    let messages = boxes_of(&[layer(0, "tcp", 0, 20), layer(1, "tls", 20, 30), layer(2, "tls", 30, 40)], 40);
    assert!(messages.contains("│ └─") && messages.contains("│ ┌─ C TLS"), "{messages}");
    let tunnel = boxes_of(&[layer(0, "ip", 0, 20), layer(1, "ip", 20, 40)], 40);
    assert!(tunnel.contains("│ ┌─ B IP") && !tunnel.contains("│ │ ┌"), "{tunnel}");
}

#[test]
fn many_layers_and_long_words_keep_in_shape() {
    let mut layers: Vec<_> = (0..32).map(|i| layer(i, "vlan", i, i + 1)).collect();
    layers[31].title = "x".repeat(500);
    layers[3].fields[0].text = "y\x1b[2J".repeat(100);
    let text = boxes_of(&layers, 32);
    assert!(!text.contains('\x1b'));
    assert_eq!(text.matches('┌').count(), 32);
    assert_eq!(text.matches('┘').count(), 32);
}

#[test]
fn bytes_are_marked_with_their_layer() {
    let mut out = Vec::new();
    let layers = [layer(0, "eth", 0, 2), layer(1, "data", 2, 5)];
    dump::draw("Frame", 0, b"ab\x01cd?", &layers, false, &mut out);
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "Frame: 6 bytes");
    assert!(lines[1].starts_with("0000  61 62 01 63 64 3f ") && lines[1].ends_with(" ab.cd?"), "{text}");
    assert_eq!(lines[2], "      A  ·  B  ·  ·");
    let mut out = Vec::new();
    dump::draw("Frame", 0, b"ab", &layers, true, &mut out);
    assert!(String::from_utf8(out).unwrap().contains("\x1b[36m61 \x1b[0m"));
}
