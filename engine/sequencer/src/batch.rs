//! Commands that become durable together.

use types::{Command, Sequenced, Timestamp};

use crate::codec;
use crate::log::{HEADER_BYTES, MOST_RECORD_BYTES};

/// Most bytes of all records of a batch. Recovery relies on it: no frame is longer.
pub(crate) const MOST_BYTES: usize = 4 << 20;

/// Encoded commands with consecutive numbers: what one append makes durable. It keeps its memory
/// when it is cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    entries: Vec<Entry>,
    payloads: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    seq: u64,
    time: Timestamp,
    author: u64,
    /// Where its payload ends; it begins where the one before ends.
    end: usize,
}

impl Batch {
    /// Appends a command of the exchange or its operator.
    ///
    /// # Panics
    /// As [`Batch::push_by`].
    pub fn push(&mut self, command: &Sequenced<Command>) {
        self.push_by(0, command);
    }

    /// Appends a command that `author` has caused: the number of a session, or 0.
    ///
    /// # Panics
    /// When there is no room, its number does not follow the last one, or its time is before the
    /// last one.
    pub fn push_by(&mut self, author: u64, command: &Sequenced<Command>) {
        assert!(self.has_room(), "a batch is bounded");
        if let Some(last) = self.entries.last() {
            assert_eq!(last.seq + 1, command.seq, "numbers are dense");
            assert!(last.time <= command.time, "time never goes back");
        }
        codec::encode(&command.value, &mut self.payloads);
        let Sequenced { seq, time, .. } = *command;
        self.entries.push(Entry { seq, time, author, end: self.payloads.len() });
    }

    /// The encoded commands, in order.
    pub fn iter(&self) -> impl Iterator<Item = Sequenced<&[u8]>> {
        self.records().map(|(_, record)| record)
    }

    /// The encoded commands and who caused them, in order.
    pub fn records(&self) -> impl Iterator<Item = (u64, Sequenced<&[u8]>)> {
        let mut start = 0;
        self.entries.iter().map(move |entry| {
            let value = &self.payloads[start..entry.end];
            start = entry.end;
            (entry.author, Sequenced { seq: entry.seq, time: entry.time, value })
        })
    }

    /// The number of the first command.
    #[must_use]
    pub fn first(&self) -> Option<u64> {
        self.entries.first().map(|entry| entry.seq)
    }

    /// How many commands there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of the records it becomes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.entries.len() * HEADER_BYTES + self.payloads.len()
    }

    /// Whether any command still fits.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.bytes() + MOST_RECORD_BYTES <= MOST_BYTES
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.payloads.clear();
    }
}

#[cfg(test)]
mod tests;
