//! What is kept of a conversation over UDP.

use crate::source::Time;

/// When a conversation over UDP began, and when it was last heard.
#[derive(Clone, Copy, Debug, Default)]
pub struct UdpState {
    first: Option<Time>,
    last: Option<Time>,
}

impl UdpState {
    /// Notes a frame's time; gives the nanoseconds since the conversation's first frame and since the one before.
    pub fn heard(&mut self, time: Time) -> (i64, i64) {
        let first = *self.first.get_or_insert(time);
        let last = self.last.replace(time).unwrap_or(time);
        (time.since(first), time.since(last))
    }
}
