//! What a leaf of the log's tree is: a record, and what came of it.

use sha2::{Digest, Sha256};

use crate::Hash;

/// One record of the log and what came of it, as 96 bytes. The command itself stands in it as a hash:
/// whoever shows a fill need not show the order of the other side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Number of the record.
    pub seq: u64,
    /// Its stamp, in nanoseconds since 1970.
    pub time_ns: i64,
    /// The session it came from; 0 is the exchange or its operator.
    pub author: u64,
    /// SHA-256 of the command's bytes.
    pub payload: Hash,
    /// Lines that say what came of it, and the root of their tree.
    pub outcome: (u64, Hash),
}

impl Entry {
    /// Bytes of an entry.
    pub const BYTES: usize = 96;

    /// The leaf.
    #[must_use]
    pub fn bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.seq.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.time_ns.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.author.to_le_bytes());
        bytes[24..56].copy_from_slice(&self.payload.0);
        bytes[56..64].copy_from_slice(&self.outcome.0.to_le_bytes());
        bytes[64..].copy_from_slice(&self.outcome.1.0);
        bytes
    }

    /// What stands for a command's bytes.
    #[must_use]
    pub fn hash(payload: &[u8]) -> Hash {
        Hash(Sha256::digest(payload).into())
    }
}
