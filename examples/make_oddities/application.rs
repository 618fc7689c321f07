//! Application protocols that no program here speaks: calls and their media, things, databases, files, machines.

use etherparse::TcpHeader;
use pcap_file::DataLink;

use super::build::{hex, join, pcap, tcp, udp, udp6};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    Ok(vec![
        ("sip.pcap", pcap(DataLink::ETHERNET, &sip()?)?),
        ("sip-tcp.pcap", pcap(DataLink::ETHERNET, &sip_tcp()?)?),
        ("rtp.pcap", pcap(DataLink::ETHERNET, &rtp()?)?),
        ("rtsp.pcap", pcap(DataLink::ETHERNET, &rtsp()?)?),
        ("coap.pcap", pcap(DataLink::ETHERNET, &coap()?)?),
        ("websocket.pcap", pcap(DataLink::ETHERNET, &websocket()?)?),
        ("postgresql.pcap", pcap(DataLink::ETHERNET, &postgresql()?)?),
        ("xmpp.pcap", pcap(DataLink::ETHERNET, &xmpp()?)?),
        ("smb2.pcap", pcap(DataLink::ETHERNET, &smb2()?)?),
        ("s7.pcap", pcap(DataLink::ETHERNET, &s7()?)?),
    ])
}

/// A connection to `port`: it is opened, and then one segment follows another, each from the client or not.
pub(super) fn connection(port: u16, segments: &[(bool, Vec<u8>)]) -> Result<Vec<Vec<u8>>> {
    let (mut client, mut server) = (1000_u32, 5000_u32);
    let mut frames = Vec::new();
    let mut segment = |from_client: bool, flags: (bool, bool), payload: &[u8]| -> Result<()> {
        let (ports, own, other) =
            if from_client { ((40000, port), client, server) } else { ((port, 40000), server, client) };
        let mut header = TcpHeader::new(ports.0, ports.1, own, 8192);
        (header.syn, header.ack) = flags;
        header.psh = !payload.is_empty();
        header.acknowledgment_number = if header.ack { other } else { 0 };
        frames.push(tcp(!from_client, header, payload)?);
        let len = u32::try_from(payload.len())? + u32::from(flags.0);
        if from_client {
            client += len;
        } else {
            server += len;
        }
        Ok(())
    };
    segment(true, (true, false), b"")?;
    segment(false, (true, true), b"")?;
    segment(true, (false, true), b"")?;
    for (from_client, payload) in segments {
        segment(*from_client, (false, true), payload)?;
    }
    Ok(frames)
}

/// From the client.
pub(super) fn ask(payload: &[u8]) -> (bool, Vec<u8>) {
    (true, payload.to_vec())
}

/// From the server.
pub(super) fn answer(payload: &[u8]) -> (bool, Vec<u8>) {
    (false, payload.to_vec())
}

fn sip_message(first: &str, to: &str, sequence: &str, more: &str, body: &str) -> Vec<u8> {
    let len = body.len();
    format!(
        "{first}\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.org>;tag=1\r\n\
         To: <sip:b@example.org>{to}\r\nCall-ID: 1@192.0.2.1\r\nCSeq: {sequence}\r\n{more}Content-Length: {len}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn session(host: &str, port: u16, media: &str) -> String {
    format!("v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} {media}")
}

const SDP: &str = "Content-Type: application/sdp\r\n";

fn sip() -> Result<Vec<Vec<u8>>> {
    let offer = session("192.0.2.1", 7000, "RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n");
    let contact = "Contact: <sip:a@192.0.2.1>\r\n";
    let mut messages = vec![
        sip_message("REGISTER sip:example.org SIP/2.0", "", "1 REGISTER", contact, ""),
        sip_message("SIP/2.0 401 Unauthorized", "", "1 REGISTER", "", ""),
        sip_message("SIP/2.0 200 OK", "", "2 REGISTER", "Contact: <sip:a@192.0.2.1>, <sip:a@192.0.2.9>\r\n", ""),
        sip_message("REGISTER sip:example.org SIP/2.0", "", "3 REGISTER", "Contact: *\r\nExpires: 0\r\n", ""),
        sip_message("REGISTER sip:example.org SIP/2.0", "", "4 REGISTER", "", ""),
        sip_message(
            "REGISTER sip:example.org SIP/2.0",
            "",
            "5 REGISTER",
            "m: \"a, b\" <sip:a@192.0.2.1>;expires=0, <sip:a@192.0.2.9>\r\n",
            "",
        ),
        sip_message("INVITE sip:b@example.org SIP/2.0", "", "1 INVITE", SDP, &offer),
        sip_message("SIP/2.0 100 Trying", "", "1 INVITE", "", ""),
        sip_message("SIP/2.0 200 OK", ";tag=2", "1 INVITE", SDP, &offer),
        sip_message("ACK sip:b@example.org SIP/2.0", ";tag=2", "1 ACK", "", ""),
        sip_message("INVITE sip:b@example.org SIP/2.0", ";tag=2", "2 INVITE", "", ""),
        sip_message("MESSAGE sip:b@example.org SIP/2.0", "", "3 MESSAGE", "Content-Type: text/plain\r\n", "hello"),
        sip_message(
            "NOTIFY sip:b@example.org SIP/2.0",
            "",
            "4 NOTIFY",
            "c: message/sipfrag\r\n",
            "SIP/2.0 100 Trying\r\n",
        ),
        sip_message(
            "NOTIFY sip:b@example.org SIP/2.0",
            "",
            "4 NOTIFY",
            "Content-Type: application/pidf+xml\r\n",
            "<a/>",
        ),
        sip_message("BYE sip:b@example.org SIP/2.0", ";tag=2", "5 BYE", "", ""),
        sip_message("SIP/2.0 200 OK", ";tag=2", "5 BYE", "", ""),
        sip_message("FOO sip:b@example.org SIP/2.0", "", "6 FOO", "", ""),
        sip_message("INFO sip:b@example.org SIP/2.0", "", "7 INFO", "CSeq: 7\r\n", ""),
        b"INVITE sip:b@example.org SIP/2.0\r\nVia: broken off".to_vec(),
        b"\r\n\r\n".to_vec(),
        b"hello".to_vec(),
    ];
    messages
        .extend(["sip:a  SIP/2.0", "a SIP/2.0", "sip:a SIP/3.0"].map(|rest| format!("INVITE {rest}\r\n\r\n").into()));
    let mut frames: Vec<_> = messages.iter().map(|message| udp(5060, 5060, message)).collect::<Result<_>>()?;
    for port in [5060, 40000] {
        frames.push(udp6(40001, port, &sip_message("OPTIONS sip:b@example.org SIP/2.0", "", "1 OPTIONS", "", ""))?);
    }
    Ok(frames)
}

fn sip_tcp() -> Result<Vec<Vec<u8>>> {
    let options = sip_message("OPTIONS sip:b@example.org SIP/2.0", "", "1 OPTIONS", "", "");
    let text =
        sip_message("MESSAGE sip:b@example.org SIP/2.0", "", "2 MESSAGE", "Content-Type: text/plain\r\n", "hello");
    let ok = sip_message("SIP/2.0 200 OK", "", "1 OPTIONS", "", "");
    let (begin, end) = text.split_at(text.len() - 3);
    let segments = [
        ask(&options),
        answer(&ok),
        ask(&join(&[&options, &text])),
        ask(begin),
        ask(end),
        answer(b"\r\n\r\n"),
        ask(b"what is this, if not SIP?\r\n\r\n"),
    ];
    connection(5060, &segments)
}

/// An RTP packet of 20 bytes of payload.
fn rtp_packet(first: u8, kind: u8, payload: &[u8]) -> Vec<u8> {
    join(&[&[first, kind], &hex("0005 000000a0 0eaf0eaf"), payload])
}

fn rtp() -> Result<Vec<Vec<u8>>> {
    let media = "RTP/AVP 0 8 101 102\r\na=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 opus/48000/2\r\n";
    let offer = session("192.0.2.2", 7000, media);
    let mut frames =
        vec![udp(5060, 5060, &sip_message("INVITE sip:b@example.org SIP/2.0", "", "1 INVITE", SDP, &offer))?];
    let voice = [0xff; 20];
    for kind in [0, 0x80, 3, 8, 13, 18, 31, 72, 99, 103, 102] {
        frames.push(udp(8000, 7000, &rtp_packet(0x80, kind, &voice))?);
    }
    for event in ["010a00a0", "0b8a0320", "200a0000"] {
        frames.push(udp(8000, 7000, &rtp_packet(0x80, 101, &hex(event)))?);
    }
    for first in [0x00, 0x40, 0xa0, 0x81] {
        frames.push(udp(8000, 7000, &rtp_packet(first, 0, &voice))?);
    }
    let reports = [
        "80c8 0006 00000001 dd3ac170 4d614df8 00007d00 000000c8 00007d00",
        "81c9 0007 00000001 00000002 01000001 0000bec2 00000001 00000000 00000000 81ca 0002 00000001 01 03 616263 00 00 00",
        "80c9 0001 00000001 81cb 0001 00000001",
        "80c9 0001 00000001 81ce 0002 00000001 00000002",
        "80c9 0001 00000001 8fcd 0003 00000001 00000002 00010002",
        "80c9 0001 00000001 85cc 0002 00000001 61626364",
        "80c9 0001 00000001 80cf 0004 00000001 04000002 00000000 00000000",
        "80c9 0005 00000001 00010010 00000001 00000002 00000003",
        "80c9 0001",
        "00000000",
    ];
    for report in reports {
        frames.push(udp(8001, 7001, &hex(report))?);
        frames.push(udp(50001, 50003, &hex(report))?);
    }
    Ok(frames)
}

fn rtsp() -> Result<Vec<Vec<u8>>> {
    let request = |line: &str, more: &str| format!("{line} RTSP/1.0\r\nCSeq: 1\r\n{more}\r\n").into_bytes();
    let reply = |more: &str| format!("RTSP/1.0 200 OK\r\nCSeq: 1\r\n{more}\r\n").into_bytes();
    let description = session("192.0.2.2", 0, "RTP/AVP 0\r\n");
    let described = format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n", description.len());
    let transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
    let packet = |channel: u8, packet: &[u8]| join(&[&[b'$', channel, 0, packet.len() as u8], packet]);
    let (data, control) = (rtp_packet(0x80, 0, &[0xff; 20]), hex("80c9 0001 00000001"));
    let setup = "SETUP rtsp://192.0.2.2/a/1";
    let whole = packet(0, &data);
    let (front, back) = whole.split_at(20);
    let mut frames = connection(
        554,
        &[
            ask(&request("OPTIONS *", "")),
            answer(&reply("Public: DESCRIBE, SETUP\r\n")),
            ask(&request("DESCRIBE rtsp://192.0.2.2/a", "")),
            answer(&join(&[&reply(&described), description.as_bytes()])),
            answer(&packet(0, &data)),
            ask(&request(setup, transport)),
            answer(&reply(transport)),
            answer(&packet(0, &data)),
            answer(&packet(1, &control)),
            answer(&join(&[&packet(0, &data), &reply("")])),
            answer(&packet(5, &data)),
            answer(front),
            answer(back),
            ask(&request("describe rtsp://192.0.2.2/a", "")),
            ask(b"what is this, if not RTSP?\r\n\r\n"),
            ask(&request(setup, "Transport: RTP/AVP;unicast;client_port=7000-7001\r\n")),
            answer(&reply("Transport: RTP/AVP;unicast;client_port=7000-7001;server_port=8000-8001\r\n")),
        ],
    )?;
    for (from, to, bytes) in [(7000, 8000, &data), (7001, 8001, &control), (7000, 8002, &data)] {
        frames.push(udp(from, to, bytes)?);
    }
    Ok(frames)
}

fn coap() -> Result<Vec<Vec<u8>>> {
    let messages = [
        "4201 0001 6162 b161 0162 43713d31 03723d32",
        "6245 0001 6162 c0 ff 6869",
        "6245 0001 6162 c132 ff 7b7d",
        "5002 0002",
        "7000 0005",
        "6084 0007",
        "4008 0007",
        "4003 0009 34686f7374 421633 4178",
        "4201 0001 6162 60 53 6f6273",
        "40",
        "4201 000b 6163 b5 61",
        "4201 000c",
    ];
    messages.iter().map(|message| udp(40000, 5683, &hex(message))).collect()
}

fn websocket() -> Result<Vec<Vec<u8>>> {
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    let segments = [
        ask(format!("GET / HTTP/1.1\r\nHost: example.org\r\n{upgrade}").as_bytes()),
        answer(format!("HTTP/1.1 101 Switching Protocols\r\n{upgrade}").as_bytes()),
        ask(&hex("8185 01020304 69676f686e")),
        answer(&hex("8105 68656c6c6f")),
        answer(&hex("8205 0102030405 8900")),
        ask(&hex("0181 01020304 60")),
        ask(&hex("8081 01020304 63")),
        answer(&hex("8a02 7070")),
        answer(&hex("827e 0005 01")),
        answer(&hex("02030405")),
        answer(&hex("8300")),
        answer(&hex("8802 03e8")),
    ];
    connection(80, &segments)
}

fn postgresql() -> Result<Vec<Vec<u8>>> {
    let message = |kind: u8, content: &[u8]| join(&[&[kind, 0, 0, 0, content.len() as u8 + 4], content]);
    let query = message(b'Q', b"select 1\0");
    let (begin, end) = query.split_at(7);
    let segments = [
        ask(&hex("00000008 04d2162f")),
        answer(b"N"),
        ask(&join(&[&hex("0000000d 00030000"), b"user\0"])),
        answer(&join(&[&message(b'R', &[0; 4]), &message(b'S', b"a\0b\0"), &message(b'Z', b"I")])),
        ask(&query),
        answer(&join(&[
            &message(b'T', &[0, 0]),
            &message(b'D', &[0, 0]),
            &message(b'C', b"SELECT\0"),
            &message(b'Z', b"I"),
        ])),
        ask(begin),
        ask(end),
        ask(&join(&[&message(b'P', b"a\0b\0\0\0"), &message(b'S', b"")])),
        ask(&message(b'X', b"")),
    ];
    connection(5432, &segments)
}

fn xmpp() -> Result<Vec<Vec<u8>>> {
    let stream = |party: &str| {
        let spaces = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";
        format!("<?xml version='1.0'?><stream:stream {party}='example.org' {spaces}>").into_bytes()
    };
    let segments = [
        ask(&stream("to")),
        answer(&stream("from")),
        answer(b"<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"),
        ask(b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AAA=</auth>"),
        answer(b"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"),
        ask(b"<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"),
        answer(b"<iq type='result' id='1'/>"),
        ask(b"<iq type='get' to='example.org' id='2'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"),
        answer(b"<iq type='error' from='example.org' id='2'><query xmlns='jabber:iq:register'/></iq>"),
        ask(b"<message to='b@example.org' type='chat'><body>hello</body></message>"),
        answer(b"<presence from='b@example.org'/>"),
        ask(b" "),
        ask(b"<iq type='get' id='3'><ping xmlns="),
        ask(b"'urn:xmpp:ping'/></iq>"),
        ask(b"<foo/>"),
        ask(b"</stream:stream>"),
    ];
    connection(5222, &segments)
}

/// An SMB2 message behind its length: command, flags, message ID and status stand in the header.
fn smb2_message(command: u8, response: bool, id: u8, status: &str, body: &[u8]) -> Vec<u8> {
    let flags = u8::from(response);
    let header = [
        &hex("fe534d42 4000 0000"),
        &hex(status),
        &[command, 0, 1, 0, flags, 0, 0, 0, 0, 0, 0, 0, id][..],
        &hex("00000000000000 fffe0000 05000000 0900000000000000"),
        &[0; 16],
    ];
    let message = join(&[&header.concat(), body]);
    join(&[&[0, 0, 0, message.len() as u8], &message])
}

fn smb2() -> Result<Vec<Vec<u8>>> {
    const FILE: &str = "00010203 04050607 08090a0b 0c0d0e0f";
    const DONE: &str = "00000000";
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let about = |command: u8, id: u8, before: &str, after: &str| {
        smb2_message(command, false, id, DONE, &join(&[&hex(before), &hex(FILE), &hex(after)]))
    };
    let create = |id: u8, name: &str| {
        let name = wide(name);
        let body = join(&[&hex("3900 00 00 02000000"), &[0; 36], &[120, 0, name.len() as u8, 0], &[0; 8], &name]);
        smb2_message(5, false, id, DONE, &body)
    };
    let created = |id: u8| {
        let body = join(&[&hex("5900 00 00 01000000"), &[0; 56], &hex(FILE), &[0; 8]]);
        smb2_message(5, true, id, DONE, &body)
    };
    let refused =
        |command: u8, id: u8, status: &str| smb2_message(command, true, id, status, &hex("0900 0000 00000000 00"));
    let tree = wide("\\\\host\\share");
    let pattern = wide("*.txt");
    let segments = [
        ask(&hex("00000005 68656c6c6f")),
        ask(&smb2_message(3, false, 1, DONE, &join(&[&hex("0900 0000 4800"), &[tree.len() as u8, 0], &tree]))),
        answer(&smb2_message(3, true, 1, DONE, &hex("1000 01 00 00000000 00000000 00000000"))),
        ask(&create(2, "folder\\a.txt")),
        answer(&created(2)),
        ask(&about(8, 3, "3100 00 00 64000000 0000000000000000", "00000000 00000000 00000000 0000 0000 00")),
        answer(&smb2_message(8, true, 3, DONE, &hex("1100 50 00 04000000 00000000 00000000 61626364"))),
        answer(&refused(8, 3, "110000c0")),
        ask(&about(16, 4, "2900 01 05 e8030000 0000 0000 00000000 00000000 00000000", "")),
        answer(&smb2_message(16, true, 4, DONE, &hex("0900 4800 00000000"))),
        ask(&smb2_message(
            14,
            false,
            5,
            DONE,
            &join(&[
                &hex("2100 25 00 00000000"),
                &hex(FILE),
                &[96, 0, pattern.len() as u8, 0],
                &hex("00000100"),
                &pattern,
            ]),
        )),
        answer(&refused(14, 5, "06000080")),
        ask(&about(6, 6, "1800 0000 00000000", "")),
        answer(&smb2_message(6, true, 6, DONE, &join(&[&hex("3c00 0000 00000000"), &[0; 52]]))),
        ask(&about(8, 7, "3100 00 00 64000000 0000000000000000", "00000000 00000000 00000000 0000 0000 00")),
        ask(&create(8, "b.txt")),
        answer(&refused(5, 8, "340000c0")),
        ask(&smb2_message(13, false, 9, DONE, &hex("0400 0000"))),
        ask(&hex("85000000")),
        ask(b"hello world"),
    ];
    connection(445, &segments)
}

fn s7() -> Result<Vec<Vec<u8>>> {
    let packet = |content: &str| {
        let content = hex(content);
        join(&[&[3, 0, 0, content.len() as u8 + 4], &content])
    };
    let segments = [
        ask(&packet("11 e0 0000 0007 00 c0010a c1020100 c2020102")),
        answer(&packet("11 d0 0007 0003 00 c0010a c1020100 c2020102")),
        ask(&packet("02 f0 80 3201 0000 0001 0008 0000 f0 00 0001 0001 01e0")),
        answer(&packet("02 f0 80 3203 0000 0001 0008 0000 0000 f0 00 0001 0001 00f0")),
        ask(&packet("02 f0 00")),
        ask(&packet("02 f0 80 3201 0000 0002 000e 0000 04 01 12 0a 10 02 0001 0001 84 000000")),
        answer(&packet("02 f0 80 3203 0000 0002 0002 0005 0000 04 01 ff 03 0001 01")),
        ask(&packet("02 f0 80 3207 0000 0003 0008 0008 000112 04 11 44 01 00 ff 09 0004 0132 0004")),
        ask(b"what is this, if not TPKT?"),
    ];
    connection(102, &segments)
}
