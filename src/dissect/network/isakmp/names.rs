//! Names of numbers in IKE's payloads (IANA's registries for IKE and IKEv2).

use crate::names;

names! {
    pub(super) DOMAINS {
        0 = "ISAKMP", 1 = "IPSEC", 2 = "GDOI",
    }
    pub(super) PROTOCOLS {
        0 = "RESERVED", 1 = "ISAKMP", 2 = "IPSEC_AH", 3 = "IPSEC_ESP", 4 = "IPCOMP", 5 = "GIGABEAM_RADIO",
    }
    /// Notices of version 2.
    pub(super) NOTICES {
        0x0 = "RESERVED", 0x1 = "UNSUPPORTED_CRITICAL_PAYLOAD", 0x2..=0x3 = "RESERVED", 0x4 = "INVALID_IKE_SPI",
        0x5 = "INVALID_MAJOR_VERSION", 0x6 = "RESERVED", 0x7 = "INVALID_SYNTAX", 0x8 = "RESERVED",
        0x9 = "INVALID_MESSAGE_ID", 0xa = "RESERVED", 0xb = "INVALID_SPI", 0xc..=0xd = "RESERVED",
        0xe = "NO_PROPOSAL_CHOSEN", 0xf..=0x10 = "RESERVED", 0x11 = "INVALID_KE_PAYLOAD",
        0x18 = "AUTHENTICATION_FAILED", 0x19..=0x21 = "RESERVED", 0x22 = "SINGLE_PAIR_REQUIRED",
        0x23 = "NO_ADDITIONAL_SAS", 0x24 = "INTERNAL_ADDRESS_FAILURE", 0x25 = "FAILED_CP_REQUIRED",
        0x26 = "TS_UNACCEPTABLE", 0x27 = "INVALID_SELECTORS", 0x28 = "UNACCEPTABLE_ADDRESSES",
        0x29 = "UNEXPECTED_NAT_DETECTED", 0x2a = "USE_ASSIGNED_HoA", 0x2b = "TEMPORARY_FAILURE",
        0x2c = "CHILD_SA_NOT_FOUND", 0x2d = "INVALID_GROUP_ID", 0x2e = "CHILD_SA_NOT_FOUND",
        0x2f..=0x1fff = "RESERVED TO IANA - Error types", 0x2000..=0x3fff = "Private Use - Errors",
        0x4000 = "INITIAL_CONTACT", 0x4001 = "SET_WINDOW_SIZE", 0x4002 = "ADDITIONAL_TS_POSSIBLE",
        0x4003 = "IPCOMP_SUPPORTED", 0x4004 = "NAT_DETECTION_SOURCE_IP", 0x4005 = "NAT_DETECTION_DESTINATION_IP",
        0x4006 = "COOKIE", 0x4007 = "USE_TRANSPORT_MODE", 0x4008 = "HTTP_CERT_LOOKUP_SUPPORTED", 0x4009 = "REKEY_SA",
        0x400a = "ESP_TFC_PADDING_NOT_SUPPORTED", 0x400b = "NON_FIRST_FRAGMENTS_ALSO", 0x400c = "MOBIKE_SUPPORTED",
        0x400d = "ADDITIONAL_IP4_ADDRESS", 0x400e = "ADDITIONAL_IP6_ADDRESS", 0x400f = "NO_ADDITIONAL_ADDRESSES",
        0x4010 = "UPDATE_SA_ADDRESSES", 0x4011 = "COOKIE2", 0x4012 = "NO_NATS_ALLOWED", 0x4013 = "AUTH_LIFETIME",
        0x4014 = "MULTIPLE_AUTH_SUPPORTED", 0x4015 = "ANOTHER_AUTH_FOLLOWS", 0x4016 = "REDIRECT_SUPPORTED",
        0x4017 = "REDIRECT", 0x4018 = "REDIRECTED_FROM", 0x4019 = "TICKET_LT_OPAQUE", 0x401a = "TICKET_REQUEST",
        0x401b = "TICKET_ACK", 0x401c = "TICKET_NACK", 0x401d = "TICKET_OPAQUE", 0x401e = "LINK_ID",
        0x401f = "USE_WESP_MODE", 0x4020 = "ROHC_SUPPORTED", 0x4021 = "EAP_ONLY_AUTHENTICATION",
        0x4022 = "CHILDLESS_IKEV2_SUPPORTED", 0x4023 = "QUICK_CRASH_DETECTION",
        0x4024 = "IKEV2_MESSAGE_ID_SYNC_SUPPORTED", 0x4025 = "IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED",
        0x4026 = "IKEV2_MESSAGE_ID_SYNC", 0x4027 = "IPSEC_REPLAY_COUNTER_SYNC", 0x4028 = "SECURE_PASSWORD_METHODS",
        0x4029 = "PSK_PERSIST", 0x402a = "PSK_CONFIRM", 0x402b = "ERX_SUPPORTED", 0x402c = "IFOM_CAPABILITY",
        0x402d = "SENDER_REQUEST_ID", 0x402e = "IKEV2_FRAGMENTATION_SUPPORTED", 0x402f = "SIGNATURE_HASH_ALGORITHMS",
        0x4030..=0x9fff = "RESERVED TO IANA - STATUS TYPES", 0xa000..=0xffff = "Private Use - STATUS TYPES",
    }
    pub(super) ATTRIBUTES_1 {
        0x1 = "Encryption-Algorithm", 0x2 = "Hash-Algorithm", 0x3 = "Authentication-Method",
        0x4 = "Group-Description", 0x5 = "Group-Type", 0x6 = "Group-Prime", 0x7 = "Group-Generator-One",
        0x8 = "Group-Generator-Two", 0x9 = "Group-Curve-A", 0xa = "Group-Curve-B", 0xb = "Life-Type",
        0xc = "Life-Duration", 0xd = "PRF", 0xe = "Key-Length", 0xf = "Field-Size", 0x10 = "Group-Order",
        0x11 = "Block-Size", 0x12..=0x13 = "Unassigned (Future use)",
        0x14 = "Asymmetric-Cryptographic-Algorithm-Type", 0x15..=0x3fff = "Unassigned (Future use)",
        0x4000..=0x7fff = "Private use",
    }
    pub(super) CIPHERS_1 {
        0 = "RESERVED", 1 = "DES-CBC", 2 = "IDEA-CBC", 3 = "BLOWFISH-CBC", 4 = "RC5-R16-B64-CBC", 5 = "3DES-CBC",
        6 = "CAST-CBC", 7 = "AES-CBC", 8 = "CAMELLIA-CBC", 127 = "SM4-CBC (DEPRECATED)", 128 = "SM1-CBC",
        129 = "SM4-CBC",
    }
    pub(super) HASHES {
        0 = "RESERVED", 1 = "MD5", 2 = "SHA", 3 = "TIGER", 4 = "SHA2-256", 5 = "SHA2-384", 6 = "SHA2-512", 20 = "SM3",
    }
    pub(super) METHODS {
        0x0 = "RESERVED", 0x1 = "Pre-shared key", 0x2 = "DSS signatures", 0x3 = "RSA signatures",
        0x4 = "Encryption with RSA", 0x5 = "Revised encryption with RSA",
        0x6 = "Reserved (was Encryption with El-Gamal)", 0x7 = "Reserved (was Revised encryption with El-Gamal)",
        0x8 = "Reserved (was ECDSA signatures)", 0x9 = "ECDSA with SHA-256 on the P-256 curve",
        0xa = "ECDSA with SHA-384 on the P-384 curve", 0xb = "ECDSA with SHA-512 on the P-521 curve",
        0xfadd = "HybridInitRSA", 0xfade = "HybridRespRSA", 0xfadf = "HybridInitDSS", 0xfae0 = "HybridRespDSS",
        0xfde9 = "XAUTHInitPreShared", 0xfdea = "XAUTHRespPreShared", 0xfdeb = "XAUTHInitDSS",
        0xfdec = "XAUTHRespDSS", 0xfded = "XAUTHInitRSA", 0xfdee = "XAUTHRespRSA", 0xfdef = "XAUTHInitRSAEncryption",
        0xfdf0 = "XAUTHRespRSAEncryption", 0xfdf1 = "XAUTHInitRSARevisedEncryption",
        0xfdf2 = "XAUTHRespRSARevisedEncryption",
    }
    pub(super) GROUPS {
        0 = "UNDEFINED - 0", 1 = "Default 768-bit MODP group", 2 = "Alternate 1024-bit MODP group",
        3 = "EC2N group on GP[2^155] group", 4 = "EC2N group on GP[2^185] group", 5 = "1536 bit MODP group",
        6 = "EC2N group over GF[2^163]", 7 = "EC2N group over GF[2^163]", 8 = "EC2N group over GF[2^283]",
        9 = "EC2N group over GF[2^283]", 10 = "EC2N group over GF[2^409]", 11 = "EC2N group over GF[2^409]",
        12 = "EC2N group over GF[2^571]", 13 = "EC2N group over GF[2^571]", 14 = "2048 bit MODP group",
        15 = "3072 bit MODP group", 16 = "4096 bit MODP group", 17 = "6144 bit MODP group",
        18 = "8192 bit MODP group", 19 = "256-bit random ECP group", 20 = "384-bit random ECP group",
        21 = "521-bit random ECP group", 22 = "1024-bit MODP Group with 160-bit Prime Order Subgroup",
        23 = "2048-bit MODP Group with 224-bit Prime Order Subgroup",
        24 = "2048-bit MODP Group with 256-bit Prime Order Subgroup", 25 = "192-bit Random ECP Group",
        26 = "224-bit Random ECP Group", 27 = "224-bit Brainpool ECP group", 28 = "256-bit Brainpool ECP group",
        29 = "384-bit Brainpool ECP group", 30 = "512-bit Brainpool ECP group", 31 = "Curve25519", 32 = "Curve448",
        33 = "GOST3410_2012_256", 34 = "GOST3410_2012_512",
    }
    pub(super) LIFE_TYPES {
        0 = "RESERVED", 1 = "Seconds", 2 = "Kilobytes",
    }
    pub(super) TRANSFORM_TYPES {
        0 = "RESERVED", 1 = "Encryption Algorithm (ENCR)", 2 = "Pseudo-random Function (PRF)",
        3 = "Integrity Algorithm (INTEG)", 4 = "Diffie-Hellman Group (D-H)", 5 = "Extended Sequence Numbers (ESN)",
        6..=240 = "Reserved to IANA", 241..=255 = "Private Use",
    }
    pub(super) CIPHERS {
        0 = "RESERVED", 1 = "ENCR_DES_IV64", 2 = "ENCR_DES", 3 = "ENCR_3DES", 4 = "ENCR_RC5", 5 = "ENCR_IDEA",
        6 = "ENCR_CAST", 7 = "ENCR_BLOWFISH", 8 = "ENCR_3IDEA", 9 = "ENCR_DES_IV32", 10 = "RESERVED",
        11 = "ENCR_NULL", 12 = "ENCR_AES_CBC", 13 = "ENCR_AES_CTR", 14 = "ENCR_AES-CCM_8", 15 = "ENCR-AES-CCM_12",
        16 = "ENCR-AES-CCM_16", 17 = "UNASSIGNED", 18 = "AES-GCM with a 8 octet ICV",
        19 = "AES-GCM with a 12 octet ICV", 20 = "AES-GCM with a 16 octet ICV", 21 = "ENCR_NULL_AUTH_AES_GMAC",
        22 = "Reserved for IEEE P1619 XTS-AES", 23 = "ENCR_CAMELLIA_CBC", 24 = "ENCR_CAMELLIA_CTR",
        25 = "ENCR_CAMELLIA_CCM with an 8-octet ICV", 26 = "ENCR_CAMELLIA_CCM with a 12-octet ICV",
        27 = "ENCR_CAMELLIA_CCM with a 16-octet ICV", 28 = "ENCR_CHACHA20_POLY1305",
    }
    pub(super) FUNCTIONS {
        0 = "RESERVED", 1 = "PRF_HMAC_MD5", 2 = "PRF_HMAC_SHA1", 3 = "PRF_HMAC_TIGER", 4 = "PRF_AES128_CBC",
        5 = "PRF_HMAC_SHA2_256", 6 = "PRF_HMAC_SHA2_384", 7 = "PRF_HMAC_SHA2_512", 8 = "PRF_AES128_CMAC6",
    }
    pub(super) INTEGRITIES {
        0 = "NONE", 1 = "AUTH_HMAC_MD5_96", 2 = "AUTH_HMAC_SHA1_96", 3 = "AUTH_DES_MAC", 4 = "AUTH_KPDK_MD5",
        5 = "AUTH_AES_XCBC_96", 6 = "AUTH_HMAC_MD5_128", 7 = "AUTH_HMAC_SHA1_160", 8 = "AUTH_AES_CMAC_96",
        9 = "AUTH_AES_128_GMAC", 10 = "AUTH_AES_192_GMAC", 11 = "AUTH_AES_256_GMAC", 12 = "AUTH_HMAC_SHA2_256_128",
        13 = "AUTH_HMAC_SHA2_384_192", 14 = "AUTH_HMAC_SHA2_512_256",
    }
    pub(super) SEQUENCES {
        0 = "No Extended Sequence Numbers", 1 = "Extended Sequence Numbers",
    }
    pub(super) ATTRIBUTES_2 {
        0x0..=0xd = "Reserved", 0xe = "Key Length", 0xf..=0x11 = "Reserved",
        0x12..=0x3fff = "Unassigned (Future use)", 0x4000..=0x7fff = "Private use",
    }
    pub(super) PROTOCOLS_2 {
        0 = "RESERVED", 1 = "IKE", 2 = "AH", 3 = "ESP", 4 = "FC_ESP_HEADER", 5 = "FC_CT_AUTHENTICATION",
    }
    pub(super) IDENTITIES {
        0 = "RESERVED", 1 = "IPV4_ADDR", 2 = "FQDN", 3 = "USER_FQDN", 4 = "IPV4_ADDR_SUBNET", 5 = "IPV6_ADDR",
        6 = "IPV6_ADDR_SUBNET", 7 = "IPV4_ADDR_RANGE", 8 = "IPV6_ADDR_RANGE", 9 = "DER_ASN1_DN", 10 = "DER_ASN1_GN",
        11 = "KEY_ID", 12 = "KEY_LIST", 13..=248 = "Future use", 249..=255 = "Private Use",
    }
    pub(super) IDENTITIES_2 {
        0 = "RESERVED", 1 = "IPV4_ADDR", 2 = "FQDN", 3 = "ID_RFC822_ADDR", 4 = "Unassigned", 5 = "IPV6_ADDR",
        6..=8 = "Unassigned", 9 = "DER_ASN1_DN", 10 = "DER_ASN1_GN", 11 = "KEY_ID", 12 = "KEY_LIST",
        13..=200 = "Future use", 201..=255 = "Private Use",
    }
}
