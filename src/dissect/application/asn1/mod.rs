//! Protocols whose messages are ASN.1, encoded by its basic rules (X.690).

pub mod ber;
pub mod kerberos;
pub mod ldap;
pub mod ocsp;
pub mod snmp;
pub mod x509;
pub mod z3950;
