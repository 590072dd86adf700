//! What a session says of itself and signs, kept in the log so that anyone can check it again. It
//! changes nothing in the exchange.

use serde::{Deserialize, Serialize};

use crate::{AccountId, PublicKey, SessionId};

/// A statement of the session that is the author of its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attestation {
    /// It has logged in with a key. Its commands come behind this record.
    Login {
        /// To which account.
        account: AccountId,
        /// The operator's name of the key.
        key_id: String,
        /// The key.
        key: PublicKey,
        /// The exact bytes that were signed: purpose, host, key, nonces and time.
        message: Vec<u8>,
        /// 64 bytes of ed25519.
        signature: Vec<u8>,
        /// After how many commands it signs them; 0 for never.
        sign_every: u32,
    },
    /// It has logged in with a ticket, and has no key that could sign.
    Ticket {
        /// To which account.
        account: AccountId,
        /// The operator's name of the key of the session that made the ticket.
        key_id: String,
        /// That session.
        of: SessionId,
    },
    /// Its key has signed its order flow.
    Flow {
        /// Whose.
        account: AccountId,
        /// Its first so many commands since its login.
        count: u64,
        /// 64 bytes of ed25519 over the running hash of these.
        signature: Vec<u8>,
    },
}
