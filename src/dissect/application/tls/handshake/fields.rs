//! The handshake's fields, which TLS (and QUIC within it) and DTLS have each under their own names.

use crate::dissect::application::tls::names::cipher_suites::CIPHER_SUITES;
use crate::dissect::application::tls::names::extensions::*;
use crate::dissect::application::tls::names::handshake::*;
use crate::dissect::application::tls::names::signatures::*;
use crate::dissect::field::{Field, Group, Kind, Severity};

/// Declares a struct of fields, and one static of it, with a list of its fields, for each family of names.
macro_rules! families {
    (
        $(#[$meta:meta])* struct $name:ident $body:tt
        $($(#[$instance_meta:meta])* $instance:ident, $list:ident = $prefix:literal;)*
    ) => {
        families!(@struct $(#[$meta])* $name $body);
        $(families!(@one $(#[$instance_meta])* $instance $list $prefix $name $body);)*
    };
    (@struct $(#[$meta:meta])* $name:ident {
        $($field:ident = $key:literal, $label:literal, $kind:ident $($word:ident $(($($arg:expr),*))?)*;)*
    }) => {
        $(#[$meta])*
        #[allow(missing_docs, reason = "each field's label says what it is")]
        pub(crate) struct $name { $(pub(crate) $field: Field,)* }
    };
    (@one $(#[$meta:meta])* $instance:ident $list:ident $prefix:literal $name:ident {
        $($field:ident = $key:literal, $label:literal, $kind:ident $($word:ident $(($($arg:expr),*))?)*;)*
    }) => {
        $(#[$meta])*
        pub(crate) static $instance: $name = $name {
            $($field: Field::new(concat!($prefix, $key), $label, Kind::$kind)$(.$word($($($arg),*)?))*,)*
        };
        /// All of them.
        pub(crate) const $list: &[&Field] = &[$(&$instance.$field),*];
    };
}

families! {
    /// The handshake's fields.
    struct Fields {
        handshake = ".handshake", "Handshake Protocol", None;
        kind = ".handshake.type", "Handshake Type", U8 names(HANDSHAKE_TYPES);
        len = ".handshake.length", "Length", U24;
        version = ".handshake.version", "Version", U16 hex names(VERSIONS);
        random = ".handshake.random", "Random", Bytes;
        random_time = ".handshake.random_time", "GMT Unix Time", AbsTime utc;
        random_bytes = ".handshake.random_bytes", "Random Bytes", Bytes;
        session_id_len = ".handshake.session_id_length", "Session ID Length", U8;
        session_id = ".handshake.session_id", "Session ID", Bytes;
        suites_len = ".handshake.cipher_suites_length", "Cipher Suites Length", U16;
        suites = ".handshake.ciphersuites", "Cipher Suites", None;
        suite = ".handshake.ciphersuite", "Cipher Suite", U16 hex names(CIPHER_SUITES);
        compressions_len = ".handshake.comp_methods_length", "Compression Methods Length", U8;
        compressions = ".handshake.comp_methods", "Compression Methods", None;
        compression = ".handshake.comp_method", "Compression Method", U8 names(COMPRESSION_METHODS);
        cookie_len = ".handshake.cookie_length", "Cookie Length", U8;
        cookie = ".handshake.cookie", "Cookie", Bytes;
        ja3_full = ".handshake.ja3_full", "JA3 Fullstring", Str;
        ja3 = ".handshake.ja3", "JA3", Str;
        ja3s_full = ".handshake.ja3s_full", "JA3S Fullstring", Str;
        ja3s = ".handshake.ja3s", "JA3S", Str;

        // Extensions
        extensions_len = ".handshake.extensions_length", "Extensions Length", U16;
        extension_type = ".handshake.extension.type", "Type", U16 names(EXTENSIONS);
        extension_len = ".handshake.extension.len", "Length", U16;
        extension_data = ".handshake.extension.data", "Data", Bytes;
        names_len = ".handshake.extensions_server_name_list_len", "Server Name list length", U16;
        name_type = ".handshake.extensions_server_name_type", "Server Name Type", U8 names(NAME_TYPES);
        name_len = ".handshake.extensions_server_name_len", "Server Name length", U16;
        name = ".handshake.extensions_server_name", "Server Name", Str;
        groups_len = ".handshake.extensions_supported_groups_length", "Supported Groups List Length", U16;
        groups = ".handshake.extensions_supported_groups", "Supported Groups List", None;
        group = ".handshake.extensions_supported_group", "Supported Group", U16 hex names(GROUPS);
        point_formats_len = ".handshake.extensions_ec_point_formats_length", "EC point formats Length", U8;
        point_formats = ".handshake.extensions_ec_point_formats", "EC point formats", None;
        point_format = ".handshake.extensions_ec_point_format", "EC point format", U8 names(POINT_FORMATS);
        srp_len = ".handshake.extensions_srp_len", "SRP username length", U8;
        srp_name = ".handshake.extensions_srp_username", "SRP username", Str;
        alpn_len = ".handshake.extensions_alpn_len", "ALPN Extension Length", U16;
        alpn_list = ".handshake.extensions_alpn_list", "ALPN Protocol", None;
        alpn_name_len = ".handshake.extensions_alpn_str_len", "ALPN string length", U8;
        alpn_name = ".handshake.extensions_alpn_str", "ALPN Next Protocol", Str;
        npn_len = ".handshake.extensions_npn_str_len", "Protocol string length", U8;
        npn = ".handshake.extensions_npn", "Next Protocol", Str;
        reneg_len = ".handshake.extensions_reneg_info_len", "Renegotiation info extension length", U8;
        reneg = ".handshake.extensions_reneg_info", "Renegotiation info", Bytes;
        shares_len = ".handshake.extensions_key_share_client_length", "Client Key Share Length", U16;
        share_group = ".handshake.extensions_key_share_group", "Group", U16 names(GROUPS);
        share_len = ".handshake.extensions_key_share_key_exchange_length", "Key Exchange Length", U16;
        share = ".handshake.extensions_key_share_key_exchange", "Key Exchange", Bytes;
        share_selected = ".handshake.extensions_key_share_selected_group", "Selected Group", U16 names(GROUPS);
        psk_ids_len = ".handshake.extensions.psk.identities.length", "Identities Length", U16;
        psk_id_len = ".handshake.extensions.psk.identity.identity_length", "Identity Length", U16;
        psk_id = ".handshake.extensions.psk.identity.identity", "Identity", Bytes;
        psk_age = ".handshake.extensions.psk.identity.obfuscated_ticket_age", "Obfuscated Ticket Age", U32;
        psk_binders_len = ".handshake.extensions.psk.binders_len", "PSK Binders length", U16;
        psk_binders = ".handshake.extensions.psk.binders", "PSK Binders", None;
        psk_selected = ".handshake.extensions.psk.identity.selected", "Selected Identity", U16;
        psk_modes_len = ".extension.psk_ke_modes_length", "PSK Key Exchange Modes Length", U8;
        psk_mode = ".extension.psk_ke_mode", "PSK Key Exchange Mode", U8 names(PSK_MODES);
        versions_len = ".handshake.extensions.supported_versions_len", "Supported Versions length", U8;
        supported_version = ".handshake.extensions.supported_version", "Supported Version", U16 hex names(VERSIONS);
        retry_cookie_len = ".handshake.extensions.cookie_len", "Cookie length", U16;
        retry_cookie = ".handshake.extensions.cookie", "Cookie", Bytes;
        fragment_len = ".handshake.max_fragment_length", "Maximum Fragment Length", U8 names(FRAGMENT_LENGTHS);
        padding = ".handshake.extensions_padding_data", "Padding Data", Bytes;
        formats = ".handshake.cert_type.types", "Certificate Type List", None;
        formats_len = ".handshake.cert_type.types_len", "Certificate Type List Length", U8;
        format = ".handshake.cert_type.type", "Certificate Type", U8 hex names(CERTIFICATE_FORMATS);
        status_type = ".handshake.extensions_status_request_type", "Certificate Status Type", U8 names(STATUS_TYPES);
        status_len = ".handshake.extensions_status_request_len", "Certificate Status Length", U16;
        status_ids_len = ".handshake.extensions_status_request_responder_ids_len", "Responder ID list Length", U16;
        status_exts_len = ".handshake.extensions_status_request_exts_len", "Request Extensions Length", U16;
        status_list_len = ".handshake.extensions_status_request_list_len", "Certificate Status List Length", U16;
        heartbeat_mode = ".handshake.extension.heartbeat.mode", "Mode", U8 names(HEARTBEAT_MODES);
        early_data_max = ".early_data.max_early_data_size", "Maximum Early Data Size", U32;
        compressors_len = ".compress_certificate.algorithms_length", "Algorithms Length", U8;
        compressor = ".compress_certificate.algorithm", "Algorithm", U16 names(COMPRESSORS);
        record_limit = ".record_size_limit", "Record Size Limit", U16;
        connection_id_len = ".connection_id_length", "Connection ID length", U8;
        connection_id = ".connection_id", "Connection ID", Bytes;
        oid_filters_len = ".extension.oid_filters_length", "OID Filters Length", U16;
        oid_len = ".extension.oid_filters.oid_length", "Certificate Extension OID Length", U8;
        oid = ".extension.oid_filters.oid", "Certificate Extension OID", Oid;
        oid_values_len = ".extension.oid_filters.values_length", "Certificate Extension Values Length", U16;
        esni_suite = ".esni.suite", "Cipher Suite", U16 hex names(CIPHER_SUITES);
        esni_digest_len = ".esni.record_digest_length", "Record Digest Length", U16;
        esni_digest = ".esni.record_digest", "Record Digest", Bytes;
        esni_len = ".esni.encrypted_sni_length", "Encrypted SNI Length", U16;
        esni = ".esni.encrypted_sni", "Encrypted SNI", Bytes;
        esni_nonce = ".esni.nonce", "Nonce", Bytes;
        alps_len = ".handshake.extensions_alps_len", "ALPS Extension Length", U16;
        alps_list = ".handshake.extensions_alps_alpn_list", "Supported ALPN List", None;
        alps_name_len = ".handshake.extensions_alps_alpn_str_len", "Supported ALPN Length", U8;
        alps_name = ".handshake.extensions_alps_alpn_str", "Supported ALPN", Str;
        alps_settings = ".handshake.extensions_alps.settings", "ALPN Opaque Settings", Bytes;
        scts_len = ".sct.scts_length", "Serialized SCT List Length", U16;
        sct_len = ".sct.sct_length", "Serialized SCT Length", U16;
        sct_version = ".sct.sct_version", "SCT Version", U8;
        sct_log = ".sct.sct_logid", "Log ID", Bytes;
        sct_time = ".sct.sct_timestamp", "Timestamp", AbsTime utc;
        sct_exts_len = ".sct.sct_extensions_length", "Extensions length", U16;
        sct_exts = ".sct.sct_extensions", "Extensions", None;
        sct_sig_len = ".sct.sct_signature_length", "Signature Length", U16;
        sct_sig = ".sct.sct_signature", "Signature", Bytes;

        // Signatures
        schemes_len = ".handshake.sig_hash_alg_len", "Signature Hash Algorithms Length", U16;
        schemes = ".handshake.sig_hash_algs", "Signature Algorithms", None;
        scheme = ".handshake.sig_hash_alg", "Signature Algorithm", U16 hex names(SCHEMES);
        hash = ".handshake.sig_hash_hash", "Signature Hash Algorithm Hash", U8 names(HASHES);
        signature = ".handshake.sig_hash_sig", "Signature Hash Algorithm Signature", U8 names(SIGNATURES);
        verify_len = ".handshake.client_cert_vrfy.sig_len", "Signature length", U16;
        verify = ".handshake.client_cert_vrfy.sig", "Signature", Bytes;

        // Key exchange
        epms_len = ".handshake.epms_len", "Encrypted PreMaster length", U16;
        epms = ".handshake.epms", "Encrypted PreMaster", Bytes;
        modulus_len = ".handshake.modulus_len", "Modulus Length", U16;
        modulus = ".handshake.modulus", "Modulus", Bytes;
        exponent_len = ".handshake.exponent_len", "Exponent Length", U16;
        exponent = ".handshake.exponent", "Exponent", Bytes;
        sig_len = ".handshake.sig_len", "Signature Length", U16;
        sig = ".handshake.sig", "Signature", Bytes;
        p_len = ".handshake.p_len", "p Length", U16;
        p = ".handshake.p", "p", Bytes;
        g_len = ".handshake.g_len", "g Length", U16;
        g = ".handshake.g", "g", Bytes;
        ys_len = ".handshake.ys_len", "Pubkey Length", U16;
        ys = ".handshake.ys", "Pubkey", Bytes;
        yc_len = ".handshake.yc_len", "Pubkey Length", U16;
        yc = ".handshake.yc", "Pubkey", Bytes;
        curve_type = ".handshake.server_curve_type", "Curve Type", U8 hex names(CURVE_TYPES);
        curve = ".handshake.server_named_curve", "Named Curve", U16 hex names(GROUPS);
        server_point_len = ".handshake.server_point_len", "Pubkey Length", U8;
        server_point = ".handshake.server_point", "Pubkey", Bytes;
        client_point_len = ".handshake.client_point_len", "Pubkey Length", U8;
        client_point = ".handshake.client_point", "Pubkey", Bytes;
        hint_len = ".handshake.hint_len", "Hint Length", U16;
        hint = ".handshake.hint", "Hint", Bytes;
        identity_len = ".handshake.identity_len", "Identity Length", U16;
        identity = ".handshake.identity", "Identity", Bytes;

        // Certificates
        certificates_len = ".handshake.certificates_length", "Certificates Length", U24;
        certificates = ".handshake.certificates", "Certificates", None;
        certificate_len = ".handshake.certificate_length", "Certificate Length", U24;
        certificate = ".handshake.certificate", "Certificate", Bytes;
        request_context_len = ".handshake.certificate_request_context_length", "Certificate Request Context Length", U8;
        request_context = ".handshake.certificate_request_context", "Certificate Request Context", Bytes;
        client_types_count = ".handshake.cert_types_count", "Certificate types count", U8;
        client_types = ".handshake.cert_types", "Certificate types", None;
        client_type = ".handshake.cert_type", "Certificate type", U8 names(CLIENT_CERTIFICATES);
        dnames_len = ".handshake.dnames_len", "Distinguished Names Length", U16;
        dnames = ".handshake.dnames", "Distinguished Names", None;
        dname_len = ".handshake.dname_len", "Distinguished Name Length", U16;
        dname = ".handshake.dname", "Distinguished Name", None;
        url_type = ".handshake.cert_url_type", "Certificate Chain Type", U8 names(URL_TYPES);
        url_hashes_len = ".handshake.cert_url.url_hash_len", "URL and Hash list Length", U16;
        url_hash = ".handshake.cert_url.url_hash", "URL and Hash", None;
        url_len = ".handshake.cert_url.url_len", "URL Length", U16;
        url = ".handshake.cert_url.url", "URL", Str;
        url_padding = ".handshake.cert_url.padding", "Padding", None;
        url_sha1 = ".handshake.cert_url.sha1", "SHA1 Hash", Bytes;
        ocsp_list_len = ".handshake.ocsp_response_list_len", "OCSP Response List Length", U24;
        ocsp_len = ".handshake.ocsp_response_len", "OCSP Response Length", U24;
        uncompressed_len = ".compress_certificate.uncompressed_length", "Uncompressed Length", U24;
        compressed_len = ".compress_certificate.compressed_certificate_message.length", "Length", U24;
        compressed = ".compress_certificate.compressed_certificate_message", "Compressed Certificate Message", Bytes;

        // Other messages
        ticket_lifetime = ".handshake.session_ticket_lifetime_hint", "Session Ticket Lifetime Hint", U32
            custom(super::ticket::lifetime);
        ticket_age_add = ".handshake.session_ticket_age_add", "Session Ticket Age Add", U32;
        ticket_nonce_len = ".handshake.session_ticket_nonce_length", "Session Ticket Nonce Length", U8;
        ticket_nonce = ".handshake.session_ticket_nonce", "Session Ticket Nonce", Bytes;
        ticket_len = ".handshake.session_ticket_length", "Session Ticket Length", U16;
        ticket = ".handshake.session_ticket", "Session Ticket", Bytes;
        verify_data = ".handshake.verify_data", "Verify Data", None;
        md5_hash = ".handshake.md5_hash", "MD5 Hash", None;
        sha_hash = ".handshake.sha_hash", "SHA-1 Hash", None;
        npn_selected_len = ".handshake.npn_selected_protocol_len", "Selected Protocol Length", U8;
        npn_selected = ".handshake.npn_selected_protocol", "Selected Protocol", Str;
        npn_padding_len = ".handshake.npn_padding_len", "Padding Length", U8;
        npn_padding = ".handshake.npn_padding", "Padding", Bytes;
        key_update = ".handshake.key_update.request_update", "Key Update Request", U8 names(KEY_UPDATES);
    }
    /// As they are named in TLS.
    TLS, TLS_FIELDS = "tls";
    /// As they are named in DTLS.
    DTLS, DTLS_FIELDS = "dtls";
}

/// A line of the tree that is words alone.
pub(crate) static HEADING: Field = Field::new("", "", Kind::None);

macro_rules! remarks {
    ($($name:ident, $list:ident = $prefix:literal;)*) => {
        $(
            pub(crate) static $name: Remarks = Remarks {
                id_len: Field::expert(concat!($prefix, ".handshake.session_id_length.error"),
                    "Session ID length error", Severity::Error, Group::Malformed),
                vector: Field::expert(concat!($prefix, ".malformed.vector_length"),
                    "Variable vector length is outside the permitted range", Severity::Warning, Group::Protocol),
                room: Field::expert(concat!($prefix, ".malformed.buffer_too_small"),
                    "Malformed message, not enough data is available", Severity::Error, Group::Malformed),
                trailing: Field::expert(concat!($prefix, ".malformed.trailing_data"),
                    "Undecoded trailing data is present", Severity::Warning, Group::Undecoded),
                undecoded: Field::expert(concat!($prefix, ".handshake.status_request.undecoded"),
                    "Responder ID list or Request Extensions are not implemented, contact Wireshark developers \
                     if you want this to be supported", Severity::Warning, Group::Undecoded),
            };
            pub(crate) const $list: &[&Field] =
                &[&$name.id_len, &$name.vector, &$name.room, &$name.trailing, &$name.undecoded];
        )*
    };
}

/// Remarks upon malformed handshakes.
pub(crate) struct Remarks {
    /// A session identifier of more than 32 bytes.
    pub(crate) id_len: Field,
    /// A vector longer or shorter than may be.
    pub(crate) vector: Field,
    /// A vector longer than what holds it.
    pub(crate) room: Field,
    /// Bytes left over.
    pub(crate) trailing: Field,
    /// Something that Wireshark does not take apart.
    pub(crate) undecoded: Field,
}

remarks! {
    TLS_REMARKS, TLS_EXPERTS = "tls";
    DTLS_REMARKS, DTLS_EXPERTS = "dtls";
}
