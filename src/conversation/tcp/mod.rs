//! What is kept of a TCP conversation.

pub mod analysis;
pub mod stream;

use analysis::Flow;
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
    /// What the analysis keeps of each direction.
    pub flows: [Flow; 2],
    /// Messages not yet complete, each way.
    pub sides: [Side; 2],
}
