//! A map's meaning as text, and its digest.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::Map;

impl Map {
    /// The map's meaning as canonical JSON (RFC 8785).
    pub fn meaning(&self) -> String {
        // A map is made of strings, numbers below 2^53 and lists of these: it always has a canonical form.
        serde_json_canonicalizer::to_string(self).unwrap_or_default()
    }

    /// The SHA-256 of the map's meaning, in hexadecimal.
    pub fn digest(&self) -> String {
        digest_of(&self.meaning())
    }

    /// Reads a meaning back. What readers want to know and no case depends on is not in it.
    pub fn from_meaning(text: &str) -> Result<Map, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// The digest of a meaning.
pub(crate) fn digest_of(meaning: &str) -> String {
    HEXLOWER.encode(&Sha256::new().chain_update(b"mapcase map 1\n").chain_update(meaning).finalize())
}
