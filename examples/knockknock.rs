//! A knock-knock joke over TCP: two programs to watch with netpeek.
//!
//!     cargo run --example knockknock -- server            in one window
//!     sudo netpeek -i lo -f "tcp port 1414"               in a second
//!     cargo run --example knockknock -- client            in a third
//!
//! Both take an address: `server 0.0.0.0:1414` lets other machines knock, `client 192.168.86.191:1414` knocks at one.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

const ADDRESS: &str = "127.0.0.1:1414";
const USAGE: &str = "usage: knockknock server|client [ADDRESS]    (ADDRESS is HOST:PORT, by default 127.0.0.1:1414)";

/// Opens a listening socket, answers one client, and closes.
fn serve(address: &str, out: &mut impl Write) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    writeln!(out, "listening on {}", listener.local_addr()?)?;
    // The handshake (SYN, SYN-ACK, ACK) is over when accept() returns.
    let (mut connection, client) = listener.accept()?;
    let message = hear(&mut connection)?;
    writeln!(out, "{client}: {message}")?;
    connection.write_all(b"Who's there?")?;
    Ok(())
    // Leaving, both sockets are dropped, which closes them: a FIN is sent.
}

/// Connects, knocks, and reads the answer.
fn knock(address: &str, out: &mut impl Write) -> io::Result<()> {
    let mut connection = TcpStream::connect(address)?;
    connection.write_all(b"Knock knock")?;
    let answer = hear(&mut connection)?;
    writeln!(out, "{}: {answer}", connection.peer_addr()?)?;
    Ok(())
}

/// What the other end says, as far as it has arrived.
///
/// TCP carries bytes, not messages: a longer message may arrive in several pieces, and a protocol has to say where one
/// ends. Ours fits into one segment, and so into one read.
fn hear(connection: &mut TcpStream) -> io::Result<String> {
    let mut buffer = [0; 1024];
    let length = connection.read(&mut buffer)?;
    match buffer.get(..length) {
        None | Some([]) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the other end closed without a word")),
        Some(message) => Ok(String::from_utf8_lossy(message).into_owned()),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut out = io::stdout().lock();
    let (address, outcome) = match *arguments.as_slice() {
        ["server"] => (ADDRESS, serve(ADDRESS, &mut out)),
        ["server", address] => (address, serve(address, &mut out)),
        ["client"] => (ADDRESS, knock(ADDRESS, &mut out)),
        ["client", address] => (address, knock(address, &mut out)),
        _ => {
            _ = writeln!(io::stderr(), "{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(io::stderr(), "knockknock: {address}: {error}");
            ExitCode::FAILURE
        }
    }
}
