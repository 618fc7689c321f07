//! Writes the captures of what real programs do not send, or not here: headers of every layer that are wrong, short or
//! rare, and the file formats' own oddities.
//!
//!     cargo run --example make_oddities [FOLDER]

mod application;
mod asn1;
mod build;
mod files;
mod icmp;
mod link;
mod network;
mod ppp;
mod tcp;
mod transport;

use std::error::Error;
use std::fs;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A capture's file name and its bytes.
pub(crate) type Named = (&'static str, Vec<u8>);

/// Every capture that this program makes.
pub(crate) fn captures() -> Result<Vec<Named>> {
    let topics = [
        link::captures()?,
        ppp::captures()?,
        network::captures()?,
        icmp::captures()?,
        tcp::captures()?,
        transport::captures()?,
        application::captures()?,
        asn1::captures()?,
        files::captures()?,
    ];
    Ok(topics.into_iter().flatten().collect())
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "captures".to_owned());
    for (name, bytes) in captures()? {
        fs::write(Path::new(&folder).join(name), bytes)?;
    }
    Ok(())
}
