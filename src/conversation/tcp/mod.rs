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
    /// What the analysis keeps of each direction.
    pub flows: [Flow; 2],
    /// Messages not yet complete, each way.
    pub sides: [Side; 2],
}
