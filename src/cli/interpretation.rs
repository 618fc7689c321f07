//! Flags for how bytes are understood and named.

use std::path::PathBuf;

use clap::Args;

/// How bytes are understood and named.
#[derive(Debug, Default, Args)]
pub struct Interpretation {
    /// Do not resolve names: addresses and ports as numbers
    #[arg(short = 'n', overrides_with = "resolve")]
    pub numeric: bool,

    /// Resolve names of these: m MAC addresses, n hosts, t ports, d hosts by the capture's own DNS answers; of what is
    /// built in, in files and in the capture, so that N (ask a name server) and v (VLANs) change nothing [default: mNd]
    #[arg(short = 'N', value_name = "FLAGS", overrides_with_all = ["resolve", "numeric"], allow_hyphen_values = true)]
    pub resolve: Option<String>,

    /// Read names of hosts from this file, which is written like /etc/hosts (they are shown with -N n)
    #[arg(short = 'H', value_name = "FILE")]
    pub hosts: Vec<PathBuf>,

    /// Dissect as another protocol: LAYER==VALUES,PROTOCOL, such as tcp.port==8888-8890,http
    #[arg(short = 'd', value_name = "REQUEST", allow_hyphen_values = true)]
    pub decode_as: Vec<String>,

    /// Set a preference, such as tcp.relative_sequence_numbers:FALSE
    #[arg(short = 'o', value_name = "NAME:VALUE", allow_hyphen_values = true)]
    pub preferences: Vec<String>,

    /// Do not dissect this protocol
    #[arg(long, value_name = "PROTOCOL")]
    pub disable_protocol: Vec<String>,

    /// Dissect this protocol
    #[arg(long, value_name = "PROTOCOL")]
    pub enable_protocol: Vec<String>,

    /// Do not recognise this protocol by content, such as tls_tcp
    #[arg(long, value_name = "NAME")]
    pub disable_heuristic: Vec<String>,

    /// Recognise this protocol by content
    #[arg(long, value_name = "NAME")]
    pub enable_heuristic: Vec<String>,
}
