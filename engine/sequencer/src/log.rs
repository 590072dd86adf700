//! The log of commands: the ground state, from which everything else can be derived.
//!
//! [`CommandLog`] is a seam. Nothing above it knows whether records go to a file of this machine
//! ([`FileLog`]), to memory ([`MemoryLog`]) or to other machines. Every log has the same hash
//! chain, so two of them can be compared by their last link.

mod disk;
mod file;
mod follow;
mod memory;
mod reader;
mod record;
mod scan;
mod tail;

#[cfg(test)]
mod conformance;

use types::{Command, Sequenced, Timestamp};

use crate::{Batch, Digest, Error};

pub use file::FileLog;
pub use follow::FileFollower;
pub use memory::{MemoryFollower, MemoryLog};
pub use scan::{BadRecord, Flaw};
pub use tail::TornTail;

pub(crate) use file::is_in_use;
pub(crate) use reader::Reader;
pub(crate) use record::{HEADER_BYTES, MOST_RECORD_BYTES, VERSION};

/// Where commands are kept.
pub trait CommandLog: Send + 'static {
    /// Reads behind the writer, from a thread of its own.
    type Follower: Follow;

    /// The last record. All records up to it are durable.
    fn head(&self) -> Head;

    /// Appends a batch and returns when it is durable. An append that failed is final: what it left
    /// behind is not known, so this log takes no other.
    ///
    /// # Errors
    /// When the batch is not known to be durable.
    ///
    /// # Panics
    /// When the batch does not follow the last record.
    fn append(&mut self, batch: &Batch) -> Result<(), Error>;

    /// The number of the first record it still has: 1 until some were dropped.
    fn first(&self) -> u64;

    /// Drops records numbered below `seq`, as many as can go at once; it may keep all of them.
    ///
    /// # Errors
    /// When what is dropped cannot be removed.
    fn drop_before(&mut self, seq: u64) -> Result<(), Error>;

    /// Every record from number `from` on, in order.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn read(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Sequenced<Command>, Error>>, Error>;

    /// Follows the log from record `from` on.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn follow(&self, from: u64) -> Result<Self::Follower, Error>;

    /// Bytes it takes.
    fn bytes(&self) -> u64;

    /// What was cut off when the log was opened: a batch that a crash had torn.
    fn cut(&self) -> Option<&TornTail>;
}

/// Reads a log while another thread appends to it.
pub trait Follow: Send + 'static {
    /// The next record, if it is numbered at most `durable`, up to which the log is durable.
    ///
    /// # Errors
    /// When the record cannot be read, or is damaged.
    fn next(&mut self, durable: u64) -> Result<Option<Sequenced<Command>>, Error>;
}

/// The end of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Number of the last record; 0 for an empty log.
    pub seq: u64,
    /// Its time; 1970 for an empty log.
    pub time: Timestamp,
    /// Its link of the hash chain: it stands for the whole log up to here.
    pub chain: Digest,
}

impl Head {
    /// The end of the log after one more record.
    ///
    /// # Panics
    /// When the record does not follow.
    #[must_use]
    pub fn then(&self, record: &Sequenced<&[u8]>) -> Self {
        assert_eq!(self.seq + 1, record.seq, "numbers are dense");
        assert!(self.time <= record.time, "time never goes back");
        let Sequenced { seq, time, .. } = *record;
        Self { seq, time, chain: self.link(record) }
    }

    /// The link that the next record has if it is this one: BLAKE3 of the link before, the number,
    /// the time and the payload.
    fn link(&self, record: &Sequenced<&[u8]>) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.chain.0);
        hasher.update(&record.seq.to_le_bytes());
        hasher.update(&record.time.0.to_le_bytes());
        hasher.update(record.value);
        Digest(*hasher.finalize().as_bytes())
    }
}
