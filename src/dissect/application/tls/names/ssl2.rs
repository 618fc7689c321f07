//! Names of SSLv2.

use crate::names;

names! {
    /// SSLv2 message types.
    pub(crate) MESSAGES {
        0 = "Error",
        1 = "Client Hello",
        2 = "Client Master Key",
        3 = "Client Finished",
        4 = "Server Hello",
        5 = "Server Verify",
        6 = "Server Finished",
        7 = "Request Certificate",
        8 = "Client Certificate",
    }

    /// SSLv2 certificate types.
    pub(crate) CERTIFICATES {
        0 = "N/A",
        1 = "X.509 Certificate",
    }

    /// SSLv2 cipher kinds.
    pub(crate) CIPHERS {
        0x010080 = "SSL2_RC4_128_WITH_MD5",
        0x020080 = "SSL2_RC4_128_EXPORT40_WITH_MD5",
        0x030080 = "SSL2_RC2_128_CBC_WITH_MD5",
        0x040080 = "SSL2_RC2_128_CBC_EXPORT40_WITH_MD5",
        0x050080 = "SSL2_IDEA_128_CBC_WITH_MD5",
        0x060040 = "SSL2_DES_64_CBC_WITH_MD5",
        0x0700c0 = "SSL2_DES_192_EDE3_CBC_WITH_MD5",
        0x080080 = "SSL2_RC4_64_WITH_MD5",
    }
}
