//! Mail: sent with SMTP, fetched with POP and IMAP.

pub mod imap;
pub mod pop;
pub mod smtp;
