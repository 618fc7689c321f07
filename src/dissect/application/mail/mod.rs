//! Mail: sent with SMTP, fetched with POP and IMAP.

pub mod imap;
pub mod imf;
pub mod pop;
pub mod smtp;

/// Bytes of a mail that are kept until all of it is there.
const MOST_KEPT: usize = 1 << 18;

/// Keeps a piece of a mail, as far as there is room.
fn keep(kept: &mut Vec<u8>, piece: &[u8]) {
    let room = MOST_KEPT.saturating_sub(kept.len());
    kept.extend_from_slice(piece.get(..room).unwrap_or(piece));
}
