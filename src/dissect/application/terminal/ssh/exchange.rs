//! The messages that agree upon keys (RFC 4253 sections 7 and 8, RFC 4419, RFC 5656).

use md5::{Digest, Md5};

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{experts, fields};

fields! {
    ALGORITHMS = "", "Algorithms", None;
    COOKIE = "ssh.cookie", "Cookie", Bytes;
    METHODS_LEN = "ssh.kex_algorithms_length", "kex_algorithms length", U32;
    METHODS = "ssh.kex_algorithms", "kex_algorithms string", Str;
    KEYS_LEN = "ssh.server_host_key_algorithms_length", "server_host_key_algorithms length", U32;
    KEYS = "ssh.server_host_key_algorithms", "server_host_key_algorithms string", Str;
    CIPHERS_UP_LEN = "ssh.encryption_algorithms_client_to_server_length", "encryption_algorithms_client_to_server length", U32;
    CIPHERS_UP = "ssh.encryption_algorithms_client_to_server", "encryption_algorithms_client_to_server string", Str;
    CIPHERS_DOWN_LEN = "ssh.encryption_algorithms_server_to_client_length", "encryption_algorithms_server_to_client length", U32;
    CIPHERS_DOWN = "ssh.encryption_algorithms_server_to_client", "encryption_algorithms_server_to_client string", Str;
    MACS_UP_LEN = "ssh.mac_algorithms_client_to_server_length", "mac_algorithms_client_to_server length", U32;
    MACS_UP = "ssh.mac_algorithms_client_to_server", "mac_algorithms_client_to_server string", Str;
    MACS_DOWN_LEN = "ssh.mac_algorithms_server_to_client_length", "mac_algorithms_server_to_client length", U32;
    MACS_DOWN = "ssh.mac_algorithms_server_to_client", "mac_algorithms_server_to_client string", Str;
    COMPRESSIONS_UP_LEN = "ssh.compression_algorithms_client_to_server_length", "compression_algorithms_client_to_server length", U32;
    COMPRESSIONS_UP = "ssh.compression_algorithms_client_to_server", "compression_algorithms_client_to_server string", Str;
    COMPRESSIONS_DOWN_LEN = "ssh.compression_algorithms_server_to_client_length", "compression_algorithms_server_to_client length", U32;
    COMPRESSIONS_DOWN = "ssh.compression_algorithms_server_to_client", "compression_algorithms_server_to_client string", Str;
    LANGUAGES_UP_LEN = "ssh.languages_client_to_server_length", "languages_client_to_server length", U32;
    LANGUAGES_UP = "ssh.languages_client_to_server", "languages_client_to_server string", Str;
    LANGUAGES_DOWN_LEN = "ssh.languages_server_to_client_length", "languages_server_to_client length", U32;
    LANGUAGES_DOWN = "ssh.languages_server_to_client", "languages_server_to_client string", Str;
    FOLLOWS = "ssh.first_kex_packet_follows", "First KEX Packet Follows", U8;
    RESERVED = "ssh.kex.reserved", "Reserved", Bytes;
    HASSH_LIST = "ssh.kex.hassh_algorithms", "hasshAlgorithms", Str;
    HASSH = "ssh.kex.hassh", "hassh", Str;
    HASSH_SERVER_LIST = "ssh.kex.hasshserver_algorithms", "hasshServerAlgorithms", Str;
    HASSH_SERVER = "ssh.kex.hasshserver", "hasshServer", Str;
    NUMBER_LEN = "ssh.mpint_length", "Multi Precision Integer Length", U32;
    CLIENT_E = "ssh.dh.e", "DH client e", Bytes;
    SERVER_F = "ssh.dh.f", "DH server f", Bytes;
    GROUP_MIN = "ssh.dh_gex.min", "DH GEX Min", U32;
    GROUP_BITS = "ssh.dh_gex.nbits", "DH GEX Number of Bits", U32;
    GROUP_MAX = "ssh.dh_gex.max", "DH GEX Max", U32;
    GROUP_P = "ssh.dh_gex.p", "DH GEX modulus (P)", Bytes;
    GROUP_G = "ssh.dh_gex.g", "DH GEX base (G)", Bytes;
    CLIENT_Q_LEN = "ssh.ecdh.q_c_length", "ECDH client's ephemeral public key length", U32;
    CLIENT_Q = "ssh.ecdh.q_c", "ECDH client's ephemeral public key (Q_C)", Bytes;
    SERVER_Q_LEN = "ssh.ecdh.q_s_length", "ECDH server's ephemeral public key length", U32;
    SERVER_Q = "ssh.ecdh.q_s", "ECDH server's ephemeral public key (Q_S)", Bytes;
    HOST_KEY = "", "KEX host key", None;
    KEY_LEN = "ssh.host_key.length", "Host key length", U32;
    KEY_TYPE_LEN = "ssh.host_key.type_length", "Host key type length", U32;
    KEY_TYPE = "ssh.host_key.type", "Host key type", Str;
    KEY_DATA = "ssh.host_key.data", "Host key data", Bytes;
    RSA_E = "ssh.host_key.rsa.e", "RSA public exponent (e)", Bytes;
    RSA_N = "ssh.host_key.rsa.n", "RSA modulus (N)", Bytes;
    DSA_P = "ssh.host_key.dsa.p", "DSA prime modulus (p)", Bytes;
    DSA_Q = "ssh.host_key.dsa.q", "DSA prime divisor (q)", Bytes;
    DSA_G = "ssh.host_key.dsa.g", "DSA subgroup generator (g)", Bytes;
    DSA_Y = "ssh.host_key.dsa.y", "DSA public key (y)", Bytes;
    CURVE_LEN = "ssh.host_key.ecdsa.id_length", "ECDSA elliptic curve identifier length", U32;
    CURVE = "ssh.host_key.ecdsa.id", "ECDSA elliptic curve identifier", Str;
    ECDSA_LEN = "ssh.host_key.ecdsa.q_length", "ECDSA public key length", U32;
    ECDSA = "ssh.host_key.ecdsa.q", "ECDSA public key (Q)", Bytes;
    EDDSA_LEN = "ssh.host_key.eddsa.key_length", "EdDSA public key length", U32;
    EDDSA = "ssh.host_key.eddsa.key", "EdDSA public key", Bytes;
    SIGNATURE = "", "KEX host signature", None;
    SIGNATURE_LEN = "ssh.host_sig.length", "Host signature length", U32;
    SIGNATURE_TYPE_LEN = "ssh.host_sig.type_length", "Host signature type length", U32;
    SIGNATURE_TYPE = "ssh.host_sig.type", "Host signature type", Str;
    SIGNATURE_DATA = "ssh.host_sig.data", "Host signature data", Bytes;
    RSA_SIGNATURE = "ssh.host_sig.rsa", "RSA signature", Bytes;
    DSA_SIGNATURE = "ssh.host_sig.dsa", "DSA signature", Bytes;
}

experts! {
    LEFT_OVER = "ssh.packet_decode.error", "Packet decoded length not equal to packet length", Warning, Protocol;
}

/// The lists of names in a key exchange's first message, each behind its length.
static LISTS: [(&Field, &Field); 10] = [
    (&METHODS_LEN, &METHODS),
    (&KEYS_LEN, &KEYS),
    (&CIPHERS_UP_LEN, &CIPHERS_UP),
    (&CIPHERS_DOWN_LEN, &CIPHERS_DOWN),
    (&MACS_UP_LEN, &MACS_UP),
    (&MACS_DOWN_LEN, &MACS_DOWN),
    (&COMPRESSIONS_UP_LEN, &COMPRESSIONS_UP),
    (&COMPRESSIONS_DOWN_LEN, &COMPRESSIONS_DOWN),
    (&LANGUAGES_UP_LEN, &LANGUAGES_UP),
    (&LANGUAGES_DOWN_LEN, &LANGUAGES_DOWN),
];

/// What the window holds behind a message's code, from the client (0) or the server (1).
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, code: u8, from: usize, elliptic: bool) -> Result<(), Stop> {
    match (code, from) {
        (20, _) => c.group(&ALGORITHMS, |c| init(c, from)),
        (30, 0) if elliptic => counted(c, &CLIENT_Q_LEN, &CLIENT_Q),
        (31, 1) if elliptic => reply(c, |c| counted(c, &SERVER_Q_LEN, &SERVER_Q)),
        (30 | 32, 0) => counted(c, &NUMBER_LEN, &CLIENT_E),
        (31, 1) if c.peek_u32(0).is_some_and(|len| len as usize + 8 < c.remaining()) && !begins_key(c) => {
            counted(c, &NUMBER_LEN, &GROUP_P)?;
            counted(c, &NUMBER_LEN, &GROUP_G)
        }
        (31 | 33, 1) => reply(c, |c| counted(c, &NUMBER_LEN, &SERVER_F)),
        (34, 0) => c.read_all(&[(&GROUP_MIN, 4), (&GROUP_BITS, 4), (&GROUP_MAX, 4)]),
        _ => c.skip(c.remaining()),
    }
}

/// Whether a host key stands here: a string within a string, of a type of key.
fn begins_key<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.peek_u32(4).is_some_and(|len| (4..64).contains(&len))
        && c.peek_u8(8).is_some_and(|byte| byte.is_ascii_alphabetic())
}

/// Reads a length and that many bytes.
fn counted<S: Sink>(c: &mut Cursor<'_, S>, len: &'static Field, field: &'static Field) -> Result<(), Stop> {
    let len = c.u32(len)? as usize;
    c.bytes(field, len).map(|_| ())
}

fn init<S: Sink>(c: &mut Cursor<'_, S>, from: usize) -> Result<(), Stop> {
    c.bytes(&COOKIE, 16)?;
    let mut all: [&[u8]; LISTS.len()] = [&[]; LISTS.len()];
    for ((len, field), place) in LISTS.iter().zip(&mut all) {
        let len = c.u32(len)? as usize;
        *place = c.bytes(field, len)?;
    }
    c.u8(&FOLLOWS)?;
    c.bytes(&RESERVED, 4)?;
    let [methods, _, ciphers_up, ciphers_down, macs_up, macs_down, compressions_up, compressions_down, ..] = all;
    let (chosen, fields) = if from == 0 {
        ([methods, ciphers_up, macs_up, compressions_up], (&HASSH_LIST, &HASSH))
    } else {
        ([methods, ciphers_down, macs_down, compressions_down], (&HASSH_SERVER_LIST, &HASSH_SERVER))
    };
    let list = chosen.join(&b';');
    c.generated(fields.0, 0);
    c.set_text(|l| _ = l.bytes(&list));
    c.generated(fields.1, 0);
    c.set_text(|l| _ = l.hex_bytes(&Md5::digest(&list), ""));
    Ok(())
}

/// A server's host key, what it adds to the secret, and its signature.
fn reply<S: Sink>(c: &mut Cursor<'_, S>, own: impl FnOnce(&mut Cursor<'_, S>) -> Result<(), Stop>) -> Result<(), Stop> {
    let mark = c.mark();
    let kind = c.group(&HOST_KEY, host_key)?;
    c.append_at(mark, |l| _ = l.str(" (type: ").text(kind).byte(b')'));
    own(c)?;
    let mark = c.mark();
    let kind = c.group(&SIGNATURE, signature)?;
    c.append_at(mark, |l| _ = l.str(" (type: ").text(kind).byte(b')'));
    Ok(())
}

fn host_key<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<&'p [u8], Stop> {
    let len = c.u32(&KEY_LEN)? as usize;
    c.within(len, |c| {
        let len = c.u32(&KEY_TYPE_LEN)? as usize;
        let kind = c.bytes(&KEY_TYPE, len)?;
        let parts: &[(&Field, &Field)] = match kind {
            b"ssh-rsa" => &[(&NUMBER_LEN, &RSA_E), (&NUMBER_LEN, &RSA_N)],
            b"ssh-dss" => &[(&NUMBER_LEN, &DSA_P), (&NUMBER_LEN, &DSA_Q), (&NUMBER_LEN, &DSA_G), (&NUMBER_LEN, &DSA_Y)],
            b"ssh-ed25519" | b"ssh-ed448" => &[(&EDDSA_LEN, &EDDSA)],
            _ if kind.starts_with(b"ecdsa-sha2-") => &[(&CURVE_LEN, &CURVE), (&ECDSA_LEN, &ECDSA)],
            _ => {
                c.bytes(&KEY_DATA, c.remaining())?;
                &[]
            }
        };
        for (len, field) in parts {
            counted(c, len, field)?;
        }
        Ok(kind)
    })
}

fn signature<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<&'p [u8], Stop> {
    let len = c.u32(&SIGNATURE_LEN)? as usize;
    let kind_len = c.peek_u32(0).ok_or_else(|| c.short(4))? as usize;
    let kind = c.rest().get(4..4_usize.saturating_add(kind_len)).ok_or_else(|| c.short(kind_len))?;
    let known = matches!(kind, b"ssh-rsa" | b"ssh-dss");
    if !known {
        // Only what stands before the signature itself is told apart.
        let told = kind_len + 8;
        c.below(|c| c.expert(&LEFT_OVER));
        c.label(|l| {
            l.str("Decoded ").dec(told as u64).str(" bytes, but packet legnth is ").dec(len as u64).str(" bytes");
        });
    }
    c.within(len, |c| {
        c.u32(&SIGNATURE_TYPE_LEN)?;
        c.bytes(&SIGNATURE_TYPE, kind_len)?;
        match kind {
            b"ssh-rsa" => counted(c, &NUMBER_LEN, &RSA_SIGNATURE)?,
            b"ssh-dss" => counted(c, &NUMBER_LEN, &DSA_SIGNATURE)?,
            _ => _ = c.bytes(&SIGNATURE_DATA, c.remaining())?,
        }
        Ok(kind)
    })
}
