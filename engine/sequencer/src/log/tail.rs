//! Telling what a crash left of an unfinished batch from damage to records that had been
//! acknowledged.
//!
//! A batch is written only after the one before it is durable. So if a good record of a later batch
//! stands behind a bad record, the bad one was durable once and has been damaged since. If none
//! does, and there is no more behind it than one batch, it belonged to the last batch, which never
//! became durable as a whole: nobody was told of it, and it may go.

use std::fmt;

use super::record;
use super::scan::BadRecord;

/// The rest of a log behind its last good record: part of a batch that never became durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// The first record of it, which says where it begins.
    pub first: BadRecord,
    /// How long it is.
    pub bytes: u64,
}

impl fmt::Display for TornTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of an unfinished batch, from {}", self.bytes, self.first)
    }
}

/// Whether record `seq`, which is bad and begins `rest`, had been acknowledged: whether a good
/// record of a later batch stands behind it.
pub(super) fn was_acknowledged(rest: &[u8], seq: u64) -> bool {
    (1..rest.len()).any(|start| is_of_later_batch(&rest[start..], start, seq))
}

/// The checksum is asked last: the other conditions are cheap, and rarely met by chance. They also
/// keep a member from forging a record inside its own payload: a plausible number has zero bytes,
/// which no text it may send can have.
fn is_of_later_batch(bytes: &[u8], distance: usize, seq: u64) -> bool {
    let most = seq.saturating_add((distance / record::HEADER_BYTES) as u64);
    let plausible = |start: &[u8; record::HEADER_BYTES]| {
        let header = record::Header::read(start);
        seq < header.batch && header.batch <= header.seq && header.seq <= most
    };
    bytes.first_chunk().is_some_and(plausible) && record::first_in(bytes).is_some()
}

#[cfg(test)]
mod tests;
