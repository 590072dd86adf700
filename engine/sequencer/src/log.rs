//! The log of commands: the ground state, from which everything else can be derived.
//!
//! [`CommandLog`] is a seam. Nothing above it knows whether records go to files of this machine
//! ([`FileLog`]), to memory ([`MemoryLog`]) or to other machines. [`FrameLog`] is what a replication
//! asks of it besides. Every log has the same hash chain, so two of them can be compared by their last
//! link.

mod directory;
mod disk;
mod file;
mod flaw;
mod follow;
mod frame;
mod memory;
mod pages;
mod part;
mod reader;
mod record;
mod scan;
mod sector;
mod segment;
mod spare;
mod tail;
mod version3;
mod vote;
mod writer;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod faults;

use types::{Command, Sequenced, Timestamp};

use crate::{Batch, Digest, Error, codec};

pub use file::FileLog;
pub use flaw::{BadRecord, Flaw};
pub use follow::FileFollower;
pub use memory::{MemoryFollower, MemoryLog};
pub use tail::TornTail;

pub(crate) use directory::is_in_use;
pub(crate) use reader::Reader;
pub(crate) use record::HEADER_BYTES;
pub(crate) use segment::VERSION;

/// Most bytes of a record.
pub(crate) const MOST_RECORD_BYTES: usize = HEADER_BYTES + codec::MOST_BYTES;

/// Where commands are kept.
pub trait CommandLog: Send + 'static {
    /// Reads behind the writer, from a thread of its own.
    type Follower: Follow;

    /// The last record that is durable.
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

    /// Whether it can go on for long. A log that says no still takes what reduces risk, for a while.
    fn has_reserve(&mut self) -> bool {
        true
    }

    /// The number of the first record it still has: 1 until some were dropped.
    fn first(&self) -> u64;

    /// Drops records numbered below `seq`, as many as can go at once; it may keep all of them.
    ///
    /// # Errors
    /// When what is dropped cannot be removed.
    fn drop_before(&mut self, seq: u64) -> Result<(), Error>;

    /// Every record from number `from` on, in order, with who caused it. Another thread may read them
    /// ahead.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn records(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Logged, Error>> + Send, Error>;

    /// The commands of the records from number `from` on.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn read(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Sequenced<Command>, Error>>, Error> {
        Ok(self.records(from)?.map(|logged| logged.map(|logged| logged.command)))
    }

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

/// Told the end of the log when what it waits for is durable; dropped when that has failed.
pub type Flushed = Box<dyn FnOnce(Head) + Send>;

/// A log whose batches have a place in the terms of a replication, as the log store of a consensus
/// library has them. A batch is one entry of it.
pub trait FrameLog: CommandLog {
    /// The place of the last frame that is durable.
    fn place(&self) -> Place;

    /// Appends a frame: a batch, which may be empty, and what the replication notes with it. It need
    /// not be durable when this returns: `flushed` is called when it is, so many frames can share one
    /// sync.
    ///
    /// # Errors
    /// When it is not written. That is final.
    ///
    /// # Panics
    /// When the batch does not follow the last record, or the term is below the last one.
    fn write(
        &mut self,
        term: u64,
        note: &[u8],
        batch: &Batch,
        flushed: Flushed,
    ) -> Result<(), Error>;

    /// Makes all frames durable that were written, and tells whoever waits.
    ///
    /// # Errors
    /// When they are not known to be durable. That is final.
    fn flush(&mut self) -> Result<(), Error>;

    /// Cuts off the frames behind number `index`; nobody may have been told of what they do.
    ///
    /// # Errors
    /// When they cannot be removed. That is final.
    ///
    /// # Panics
    /// When frame `index` has been dropped.
    fn truncate_after(&mut self, index: u64) -> Result<(), Error>;

    /// Every frame from number `from` on, in order.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn frames(&self, from: u64) -> Result<impl Iterator<Item = Result<Frame, Error>>, Error>;

    /// Replaces the vote, and returns when it is durable.
    ///
    /// # Errors
    /// When it is not known to be durable.
    fn save_vote(&mut self, vote: &[u8]) -> Result<(), Error>;

    /// The vote that was saved last.
    fn vote(&self) -> Option<Vec<u8>>;
}

/// Reads a log while another thread appends to it.
pub trait Follow: Send + 'static {
    /// The next record, if it is numbered at most `durable`, up to which the log is durable.
    ///
    /// # Errors
    /// When the record cannot be read, or is damaged.
    fn next(&mut self, durable: u64) -> Result<Option<Logged>, Error>;
}

/// How the files of a log are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Bytes of a segment; the first ones are smaller.
    pub segment_bytes: u64,
    /// When the next segment is made.
    pub ahead: Ahead,
}

/// When the next segment is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// When half of the one before is written, by a thread of its own.
    Thread,
    /// When the one before is full.
    Never,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, ahead: Ahead::Thread }
    }
}

/// The place of a frame in a replication. A log that is not replicated stays in term 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The term in which it was written.
    pub term: u64,
    /// Its number: 1, 2, 3, ... without gaps.
    pub index: u64,
}

/// What one write made durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its place.
    pub place: Place,
    /// What the replication has noted with it.
    pub note: Vec<u8>,
    /// Its records.
    pub records: Vec<Logged>,
}

/// A record and who caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The number of a session, or 0 for the exchange and its operator.
    pub author: u64,
    /// The command.
    pub command: Sequenced<Command>,
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
    /// The end of the log after one more record, which `author` has caused.
    ///
    /// # Panics
    /// When the record does not follow.
    #[must_use]
    pub fn then(&self, author: u64, record: &Sequenced<&[u8]>) -> Self {
        assert_eq!(self.seq + 1, record.seq, "numbers are dense");
        assert!(self.time <= record.time, "time never goes back");
        let Sequenced { seq, time, value } = *record;
        let mut place = [0; 56];
        place[..32].copy_from_slice(&self.chain.0);
        place[32..40].copy_from_slice(&seq.to_le_bytes());
        place[40..48].copy_from_slice(&time.0.to_le_bytes());
        place[48..].copy_from_slice(&author.to_le_bytes());
        let chain = Digest::over([&place, value]);
        Self { seq, time, chain }
    }
}

/// CRC-32C of these bytes one behind the other.
fn checksum(parts: &[&[u8]]) -> u32 {
    parts.iter().fold(0, |sum, part| crc32c::crc32c_append(sum, part))
}
