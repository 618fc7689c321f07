//! Voice, pictures and meetings.

pub mod media;
pub mod mgcp;
pub mod mpeg_ts;
pub mod rtcp;
pub mod rtmp;
pub mod rtp;
pub mod rtp_event;
pub mod rtsp;
pub mod sdp;
pub mod sip;
pub mod skinny;
pub mod stun;
