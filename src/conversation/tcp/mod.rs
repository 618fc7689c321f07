//! What is kept of a TCP conversation.

pub mod analysis;
pub mod ledger;
#[cfg(test)]
mod rules;
pub mod states;
pub mod stream;

use analysis::Flow;
use ledger::Ledger;
use stream::Side;

/// What is kept of a TCP conversation. `[0]` is the direction from the lower endpoint to the higher one, `[1]` the
/// other: [`Current::way`](super::Current::way) says which a frame goes.
#[derive(Default)]
pub struct TcpState {
    /// The port that the connection was opened to, where a SYN or its answer was seen; else 0.
    pub server_port: u16,
    /// When the last SYN came, in nanoseconds since the epoch.
    syn_time: Option<i64>,
    /// The time from the SYN to the first acknowledgment that follows the handshake, in nanoseconds.
    initial_rtt: Option<i64>,
    /// The opener offered Accurate ECN (RFC 9768), and the other side agreed.
    ecn_offered: bool,
    ecn_counter: bool,
    /// What is kept for the views that show every field.
    ledger: Option<Box<Ledger>>,
    /// What the analysis keeps of each direction.
    pub flows: [Flow; 2],
    /// Messages not yet complete, each way.
    pub sides: [Side; 2],
}

impl TcpState {
    /// What is kept for the views that show every field.
    pub fn ledger(&mut self) -> &mut Ledger {
        self.ledger.get_or_insert_default()
    }
    /// The time from the SYN to the first acknowledgment that follows the handshake, in nanoseconds.
    pub fn initial_rtt(&self) -> Option<i64> {
        self.initial_rtt
    }
}
