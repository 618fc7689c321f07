//! Tables of names: IANA's registries for TLS, and what was deployed beside them.

pub(crate) mod cipher_suites;
pub(crate) mod extensions;
pub(crate) mod handshake;
pub(crate) mod logs;
pub(crate) mod quic;
pub(crate) mod signatures;
pub(crate) mod ssl2;
