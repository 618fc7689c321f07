//! Application protocols in ASN.1 that no program here speaks: management, authentication, directories.

use pcap_file::DataLink;

use super::application::{answer, ask, connection};
use super::build::{hex, join, pcap, udp, udp6};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    Ok(vec![
        ("snmp.pcap", pcap(DataLink::ETHERNET, &snmp()?)?),
        ("kerberos.pcap", pcap(DataLink::ETHERNET, &kerberos()?)?),
        ("ldap.pcap", pcap(DataLink::ETHERNET, &ldap()?)?),
    ])
}

/// An element of ASN.1, at most 255 bytes long.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len() as u8;
    if len < 128 { join(&[&[tag, len], content]) } else { join(&[&[tag, 0x81, len], content]) }
}

/// An SNMP message: version, community, and a message of variables.
fn snmp_message(version: u8, kind: u8, names: &[&str]) -> Vec<u8> {
    let variables: Vec<_> =
        names.iter().map(|name| element(0x30, &join(&[&element(6, &hex(name)), &[5, 0]]))).collect();
    let list = element(0x30, &variables.concat());
    let content = join(&[&hex("0201 01 0201 00 0201 00"), &list]);
    element(0x30, &join(&[&[2, 1, version], &element(4, b"public"), &element(kind, &content)]))
}

fn snmp() -> Result<Vec<Vec<u8>>> {
    const NAME: &str = "2b06010201010500";
    let mut messages: Vec<_> = (0xa0..=0xa9).map(|kind| snmp_message(1, kind, &[NAME, "2b060104018237"])).collect();
    messages.extend([0, 2, 7].map(|version| snmp_message(version, 0xa0, &[NAME])));
    messages.push(snmp_message(1, 0xa0, &[]));
    let enterprise = join(&[&hex("0606 2b0601040109 4004 01020304 0201 06 0201 05 4301 01"), &element(0x30, &[])]);
    messages.push(element(0x30, &join(&[&[2, 1, 0], &element(4, b"public"), &element(0xa4, &enterprise)])));
    let security = element(4, &element(0x30, &hex("0400 0201 01 0201 02 0401 75 0400 0400")));
    let global = element(0x30, &hex("0201 05 0202 05dc 0401 03 0201 03"));
    let scoped =
        element(0x30, &join(&[&hex("0403 656e67 0400"), &element(0xa8, &hex("0201 01 0201 00 0201 00 3000"))]));
    for data in [element(4, &[0x55; 30]), scoped] {
        messages.push(element(0x30, &join(&[&[2, 1, 3], &global, &security, &data])));
    }
    messages.extend([b"hello".to_vec(), hex("3020 616263"), hex("3003 020101")]);
    let whole = snmp_message(1, 0xa0, &[NAME]);
    let mut frames: Vec<_> = messages.iter().map(|message| udp(40000, 161, message)).collect::<Result<_>>()?;
    frames.push(udp6(40000, 162, &whole)?);
    frames.extend(connection(161, &[ask(&whole), ask(&join(&[&whole, &whole]))])?);
    Ok(frames)
}

fn kerberos() -> Result<Vec<Vec<u8>>> {
    let part = |tag: u8, number: u8| element(tag, &[2, 1, number]);
    let request = |kind: u8| {
        element(
            0x60 | kind,
            &element(0x30, &join(&[&part(0xa1, 5), &part(0xa2, kind), &element(0xa4, &element(0x30, &[]))])),
        )
    };
    let reply = |kind: u8| element(0x60 | kind, &element(0x30, &join(&[&part(0xa0, 5), &part(0xa1, kind)])));
    let (time, realm) = (element(0x18, b"20240101000000Z"), element(0x1b, b"EXAMPLE.ORG"));
    let name = join(&[&part(0xa0, 1), &element(0xa1, &element(0x30, &element(0x1b, b"host")))]);
    let refusal = |code: u8| {
        let parts = [
            part(0xa0, 5),
            part(0xa1, 30),
            element(0xa4, &time),
            part(0xa5, 0),
            part(0xa6, code),
            element(0xa9, &realm),
            element(0xaa, &element(0x30, &name)),
        ];
        element(0x7e, &element(0x30, &parts.concat()))
    };
    let mut messages = vec![request(10), reply(11), request(12), reply(13), reply(14), reply(15), reply(20), reply(21)];
    messages.extend([0, 6, 25, 52, 60, 99].map(refusal));
    messages.extend([b"hello".to_vec(), hex("6400")]);
    let mut frames: Vec<_> = messages.iter().map(|message| udp(40000, 88, message)).collect::<Result<_>>()?;
    let marked = |message: &[u8]| join(&[&[0, 0, 0, message.len() as u8], message]);
    let whole = marked(&request(10));
    let (begin, end) = whole.split_at(9);
    frames.extend(connection(88, &[ask(&whole), answer(&marked(&refusal(25))), ask(begin), ask(end)])?);
    Ok(frames)
}

fn ldap() -> Result<Vec<Vec<u8>>> {
    let message = |id: u8, operation: &[u8]| element(0x30, &join(&[&[2, 1, id], operation]));
    let text = |text: &str| element(4, text.as_bytes());
    let result = |id: u8, tag: u8, code: u8, words: &str| {
        message(id, &element(tag, &join(&[&[10, 1, code], &text(""), &text(words)])))
    };
    let search = |id: u8, base: &str, scope: u8| {
        let rest = hex("0a0100 020100 020100 010100 870b 6f626a656374436c617373 3000");
        message(id, &element(0x63, &join(&[&text(base), &[10, 1, scope], &rest])))
    };
    let entry = |id: u8, name: &str| message(id, &element(0x64, &join(&[&text(name), &[0x30, 0]])));
    let bind = |name: &str, method: &[u8]| message(1, &element(0x60, &join(&[&[2, 1, 3], &text(name), method])));
    let named = |id: u8, tag: u8, name: &str| message(id, &element(tag, &join(&[&text(name), &[0x30, 0]])));
    let start_tls = b"1.3.6.1.4.1.1466.20037";
    let whole = bind("cn=admin", &element(0x80, b"secret"));
    let (begin, end) = whole.split_at(8);
    let segments = [
        ask(&whole),
        answer(&result(1, 0x61, 0, "")),
        ask(&bind("", &element(0xa3, &text("GSSAPI")))),
        answer(&result(1, 0x61, 49, "no such user")),
        ask(&search(2, "dc=example", 2)),
        answer(&entry(2, "cn=a")),
        answer(&join(&[&entry(2, "cn=b"), &result(2, 0x65, 0, "")])),
        ask(&search(3, "", 0)),
        answer(&result(3, 0x65, 4, "limit")),
        ask(&named(4, 0x66, "cn=a")),
        answer(&result(4, 0x67, 0, "")),
        ask(&named(5, 0x68, "cn=c")),
        answer(&result(5, 0x69, 68, "")),
        ask(&message(6, &element(0x4a, b"cn=c"))),
        answer(&result(6, 0x6b, 0, "")),
        ask(&named(7, 0x6c, "cn=a")),
        answer(&result(7, 0x6d, 0, "")),
        ask(&named(8, 0x6e, "cn=a")),
        answer(&result(8, 0x6f, 6, "")),
        ask(&message(9, &[0x50, 1, 8])),
        ask(begin),
        ask(end),
        ask(&message(10, &element(0x77, &element(0x80, b"1.2.3.4")))),
        ask(&message(11, &element(0x77, &element(0x80, start_tls)))),
        answer(&message(11, &element(0x78, &join(&[&hex("0a0100 0400 0400"), &element(0x8a, start_tls)])))),
        ask(&message(12, &[0x42, 0])),
    ];
    let mut frames = connection(389, &segments)?;
    frames.push(udp(40000, 389, &search(1, "", 0))?);
    frames.push(udp(389, 40000, &join(&[&entry(1, ""), &result(1, 0x65, 0, "")]))?);
    Ok(frames)
}
