//! PPP: over Ethernet, on its own, and in HDLC-like framing; its control protocols from opening to close.

use pcap_file::DataLink;

use super::build::{bare, cut, ethernet, hex, join, pcap, udp, udp6};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    let session = session()?;
    let over_ethernet: Vec<_> = session.iter().map(|message| in_session(0x0001, message)).collect::<Result<_>>()?;
    let framed: Vec<_> = session.iter().map(|message| join(&[&hex("ff03"), message])).collect();
    Ok(vec![
        ("pppoe-session.pcap", pcap(DataLink::ETHERNET, &join_all(over_ethernet, pppoe_oddities()?))?),
        ("ppp.pcap", pcap(DataLink::PPP, &join_all(framed.clone(), ppp_oddities(&session)))?),
        ("ppp-hdlc.pcap", pcap(DataLink::PPP_HDLC, &join_all(framed, cisco_hdlc()?))?),
        ("cisco-hdlc.pcap", pcap(DataLink::C_HDLC, &cisco_hdlc()?)?),
    ])
}

fn join_all(mut first: Vec<Vec<u8>>, second: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    first.extend(second);
    first
}

/// A PPP message in PPPoE's session header.
fn in_session(session: u16, message: &[u8]) -> Result<Vec<u8>> {
    let length = u16::try_from(message.len())?;
    Ok(ethernet(0x8864, &join(&[&hex("11 00"), &session.to_be_bytes(), &length.to_be_bytes(), message])))
}

/// A control message: protocol, code, identifier, and a body in hexadecimal.
fn control(protocol: u16, code: u8, identifier: u8, body: &str) -> Result<Vec<u8>> {
    let body = hex(body);
    let length = u16::try_from(body.len() + 4)?;
    Ok(join(&[&protocol.to_be_bytes(), &[code, identifier], &length.to_be_bytes(), &body]))
}

/// A whole session: the link configured, the peer authenticated twice, addresses given, packets sent, the link closed.
fn session() -> Result<Vec<Vec<u8>>> {
    const LCP: u16 = 0xc021;
    const IPCP: u16 = 0x8021;
    const IPV6CP: u16 = 0x8057;
    const CCP: u16 = 0x80fd;
    let v4 = bare(&[udp(40000, 40001, b"point to point")?]).concat();
    let v6 = bare(&[udp6(40000, 40001, b"hello")?]).concat();
    Ok(vec![
        control(LCP, 1, 1, "0104 05d4 0305 c22305 0506 01020304 0702 0802 0206 00000000")?,
        control(LCP, 4, 1, "0702 0802")?,
        control(LCP, 1, 2, "0104 05d4 0305 c22305 0506 01020304")?,
        control(LCP, 3, 2, "0304 c023")?,
        control(LCP, 1, 3, "0104 05d4 0304 c023 0506 01020304")?,
        control(LCP, 2, 3, "0104 05d4 0304 c023 0506 01020304")?,
        // PAP: a wrong password, then the right one.
        control(0xc023, 1, 1, "04 75736572 05 77726f6e67")?,
        control(0xc023, 3, 1, "0d 4c6f67696e20 72656675736564")?,
        control(0xc023, 1, 2, "04 75736572 06 736563726574")?,
        control(0xc023, 2, 2, "00")?,
        // CHAP.
        control(0xc223, 1, 1, "10 000102030405060708090a0b0c0d0e0f 6163636573732d6e6f6465")?,
        control(0xc223, 2, 1, "10 0f0e0d0c0b0a09080706050403020100 75736572")?,
        control(0xc223, 3, 1, "57656c636f6d65")?,
        control(0xc223, 4, 2, "4e6f")?,
        // EAP.
        control(0xc227, 1, 1, "01")?,
        control(0xc227, 2, 1, "01 75736572")?,
        control(IPCP, 1, 1, "0306 00000000 8106 00000000 8306 00000000 0206 002d0f01")?,
        control(IPCP, 3, 1, "0306 c6336402 8106 c6336401")?,
        control(IPCP, 1, 2, "0306 c6336402 8106 c6336401")?,
        control(IPCP, 2, 2, "0306 c6336402 8106 c6336401")?,
        control(IPV6CP, 1, 1, "010a 0011223344556677")?,
        control(IPV6CP, 2, 1, "010a 0011223344556677")?,
        control(CCP, 1, 1, "1206 01000060 1a04 7800")?,
        control(LCP, 8, 4, "80fd 0101 000e 1206 01000060 1a04 7800")?,
        join(&[&hex("0021"), &v4]),
        join(&[&hex("0057"), &v6]),
        control(LCP, 9, 5, "01020304 0000")?,
        control(LCP, 10, 5, "05060708 0000")?,
        control(LCP, 11, 6, "01020304")?,
        control(LCP, 12, 7, "01020304 6e6574 7065656b")?,
        control(LCP, 7, 8, "63 01 0004")?,
        control(LCP, 5, 9, "646f6e65")?,
        control(LCP, 6, 9, "")?,
    ])
}

/// Session headers that are wrong, and discovery with every tag.
fn pppoe_oddities() -> Result<Vec<Vec<u8>>> {
    let whole = in_session(7, &hex("c021 0901 0008 00000000"))?;
    let mut frames: Vec<_> = [14, 15, 16, 18, 20, 21, 22].map(|length| cut(whole.clone(), length)).into();
    // Lengths of more and of less, another version, a code that a session does not have.
    frames.push(ethernet(0x8864, &hex("11 00 0007 0030 c021 0901 0008 00000000")));
    frames.push(ethernet(0x8864, &hex("11 00 0007 0004 c021 0901 0008 00000000")));
    frames.push(ethernet(0x8864, &hex("21 00 0007 000a c021 0901 0008 00000000")));
    frames.push(ethernet(0x8864, &hex("11 99 0007 000a c021 0901 0008 00000000")));
    frames.push(ethernet(0x8864, &hex("11 00 0007 0006 0297 01020304")));
    for code in ["09", "07", "19", "65", "a7", "a8", "d3", "0a", "0b", "0c", "00", "ff"] {
        let tags = "0101 0008 696e7465726e6574 0102 0004 6e6f6465 0103 0004 00000001 0104 0004 aabbccdd 0105 0006 00000de90102 0110 0002 0102 0201 0004 6e6f7065 0202 0000 0203 0005 6572726f72 0120 0002 05dc 9999 0002 0102 0000 0000";
        let tags = hex(tags);
        let length = u16::try_from(tags.len())?;
        frames.push(ethernet(0x8863, &join(&[&hex("11"), &hex(code), &hex("0001"), &length.to_be_bytes(), &tags])));
    }
    frames.push(ethernet(0x8863, &hex("11 09 0000 0008 0101 00ff 6162")));
    frames.push(ethernet(0x8863, &hex("11 09 0000 0003 0101 00")));
    Ok(frames)
}

/// PPP with its fields compressed, protocols unknown, messages cut.
fn ppp_oddities(session: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for protocol in [
        "21", "0021", "ff03 21", "ff03 57", "002b", "0031", "003d", "0053", "00fd", "0281", "8281", "c025", "c02b",
        "c229", "9999", "01",
    ] {
        frames.push(join(&[&hex(protocol), &hex("45 00 0014 0000 4000 40 00 0000 c0000201 c0000202")]));
    }
    if let Some(first) = session.first() {
        frames.extend([0, 1, 2, 3, 5, 6, 8, 12].map(|length| cut(first.clone(), length)));
    }
    // Options whose lengths are none.
    for options in ["0100", "0101", "01ff 05d4", "0304", "0503 01", "63 02", "00"] {
        let options = hex(options);
        let length = [0, options.len() as u8 + 4];
        frames.push(join(&[&hex("ff03 c021 0101"), &length, &options]));
    }
    frames
}

/// Cisco's HDLC: IP, its keep-alives and address requests.
fn cisco_hdlc() -> Result<Vec<Vec<u8>>> {
    let v4 = bare(&[udp(40000, 40001, b"serial")?]).concat();
    let v6 = bare(&[udp6(40000, 40001, b"hello")?]).concat();
    Ok(vec![
        join(&[&hex("0f00 0800"), &v4]),
        join(&[&hex("0f00 86dd"), &v6]),
        join(&[&hex("8f00 0800"), &v4]),
        hex("8f00 8035 00000002 00000001 00000000 ffff 00010203"),
        hex("8f00 8035 00000000 00000000 00000000 ffff"),
        hex("8f00 8035 00000001 c6336401 ffffff00 ffff"),
        hex("8f00 2000 02 b4 0000 0001 0006 6161"),
        hex("0f00 8847 00010140 45"),
        hex("0f00"),
    ])
}
