//! A key and what it signs.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use protocol::login;

/// A key that may log in to an account.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The exchange's name of the key.
    pub key_id: String,
    /// The account it belongs to.
    pub account: u32,
    /// The secret half of the ed25519 key.
    pub seed: [u8; 32],
}

/// Without the secret.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("key_id", &self.key_id)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// The public half of the key, base64.
    #[must_use]
    pub fn public_key(&self) -> String {
        STANDARD.encode(SigningKey::from_bytes(&self.seed).verifying_key().as_bytes())
    }

    /// The signature of a login, base64.
    pub(crate) fn sign_login(
        &self,
        host: &str,
        server_nonce: &str,
        client_nonce: &str,
        ts_ns: &str,
    ) -> String {
        self.sign(&login::login_message(host, &self.key_id, server_nonce, client_nonce, ts_ns))
    }

    /// The signature under a command that moves value, base64.
    pub(crate) fn sign_command(&self, method: &str, nonce: u64, payload: &[u8]) -> String {
        self.sign(&login::command_message(method, &self.key_id, nonce, payload))
    }

    /// The signature under these bytes, base64.
    pub(crate) fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(SigningKey::from_bytes(&self.seed).sign(message).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documented() -> Credentials {
        let seed = std::array::from_fn(|i| u8::try_from(i).expect("below 32"));
        Credentials { key_id: "k_01HTEST".to_owned(), account: 1001, seed }
    }

    #[test]
    fn a_login_is_signed_as_the_protocol_documents() {
        let key = documented();
        assert_eq!(key.public_key(), "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
        let signature = key.sign_login(
            "gw.gigahour.example",
            "c3f1b1f0a4e84d3c9a1f6b7d2e5c8a90",
            "9f2c0d5e7b6a4c1f",
            "1772323200000000000",
        );
        assert_eq!(
            signature,
            "8+XnqbyX4soFIqRVrGOr4me3qATToSPhyau/5/baQ+snKsXRe//wA77MZAIFdv1o9S3N+WuzIs832z2Y0xmTDg=="
        );
    }

    #[test]
    fn the_secret_is_never_shown() {
        assert_eq!(
            format!("{:?}", documented()),
            r#"Credentials { key_id: "k_01HTEST", account: 1001, .. }"#
        );
    }
}
