//! Voice, pictures and meetings.

pub mod stun;
