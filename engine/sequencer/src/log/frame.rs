//! One frame as bytes: what one write makes durable. A header of 84 bytes, the note of a
//! replication, and records. `LOG.md` has the tables.

use types::{Sequenced, Timestamp};

use super::record::{self, field};
use super::{Head, Place, checksum};
use crate::{Batch, Digest, batch};

/// Bytes of a frame before its note and its records.
pub(super) const HEADER_BYTES: usize = 84;

/// Most bytes of a note.
pub(super) const MOST_NOTE_BYTES: usize = 1 << 16;

/// Most bytes behind the header.
pub(super) const MOST_BYTES: usize = batch::MOST_BYTES + MOST_NOTE_BYTES;

/// The end of a log by records and by frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct End {
    pub(super) head: Head,
    pub(super) place: Place,
}

/// What stands before note and records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Bytes of note and records.
    pub(super) length: u32,
    pub(super) place: Place,
    /// The first frame that was not durable when this one was written.
    pub(super) since: u64,
    /// Number of the first record, or of the one that comes next if there is none.
    pub(super) seq: u64,
    pub(super) count: u32,
    note: u32,
    note_checksum: u32,
    /// The link of the last record.
    pub(super) chain: Digest,
}

impl Header {
    /// The header at the beginning of `bytes`, if its checksum is good.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(..HEADER_BYTES)?;
        let sum = u32::from_le_bytes(field(&mut rest));
        if sum != checksum(&[rest]) {
            return None;
        }
        Some(Self {
            length: u32::from_le_bytes(field(&mut rest)),
            place: Place {
                index: u64::from_le_bytes(field(&mut rest)),
                term: u64::from_le_bytes(field(&mut rest)),
            },
            since: u64::from_le_bytes(field(&mut rest)),
            seq: u64::from_le_bytes(field(&mut rest)),
            count: u32::from_le_bytes(field(&mut rest)),
            note: u32::from_le_bytes(field(&mut rest)),
            note_checksum: u32::from_le_bytes(field(&mut rest)),
            chain: Digest(field(&mut rest)),
        })
    }

    fn write(&self, content: &mut [u8]) {
        let mut at = 4;
        let mut put = |bytes: &[u8]| {
            content[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        put(&self.length.to_le_bytes());
        put(&self.place.index.to_le_bytes());
        put(&self.place.term.to_le_bytes());
        put(&self.since.to_le_bytes());
        put(&self.seq.to_le_bytes());
        put(&self.count.to_le_bytes());
        put(&self.note.to_le_bytes());
        put(&self.note_checksum.to_le_bytes());
        put(&self.chain.0);
        let sum = checksum(&[&content[4..HEADER_BYTES]]);
        content[..4].copy_from_slice(&sum.to_le_bytes());
    }

    /// Whether a record in front of frame `index` had been durable when this one was written.
    pub(super) fn was_written_after(&self, index: u64) -> bool {
        index < self.place.index && index < self.since
    }
}

/// Bytes of the content of a frame with this note and these records.
pub(super) fn length(note: &[u8], batch: &Batch) -> usize {
    HEADER_BYTES + note.len() + batch.bytes()
}

/// Replaces the content by a frame in this term that follows `before`, and says how the log ends with
/// it.
pub(super) fn draw(
    content: &mut Vec<u8>,
    before: &End,
    term: u64,
    since: u64,
    note: &[u8],
    batch: &Batch,
) -> End {
    content.clear();
    content.resize(HEADER_BYTES, 0);
    content.extend_from_slice(note);
    let head = batch.records().fold(before.head, |head, (author, record)| {
        record::write(content, author, &record);
        head.then(author, &record)
    });
    let bounded = |length: usize| u32::try_from(length).expect("a frame is below 2^23 bytes");
    let place = Place { term, index: before.place.index + 1 };
    let header = Header {
        length: bounded(content.len() - HEADER_BYTES),
        place,
        since,
        seq: before.head.seq + 1,
        count: bounded(batch.len()),
        note: bounded(note.len()),
        note_checksum: checksum(&[note]),
        chain: head.chain,
    };
    header.write(content);
    End { head, place }
}

/// Where a record stands in the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) seq: u64,
    pub(super) time: Timestamp,
    pub(super) author: u64,
    /// Where its header begins.
    pub(super) at: usize,
    end: usize,
}

/// The content of a frame and where its records stand, kept for its memory.
#[derive(Default)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    pub(super) entries: Vec<Entry>,
    note: usize,
}

impl Content {
    /// Finds the records, up to the first whose checksum is not good; says where that one begins.
    pub(super) fn find_records(&mut self, header: &Header) -> Result<(), usize> {
        self.entries.clear();
        self.note = header.note as usize;
        let mut at = HEADER_BYTES + self.note;
        let note = self.bytes.get(HEADER_BYTES..at).ok_or(HEADER_BYTES)?;
        if checksum(&[note]) != header.note_checksum {
            return Err(HEADER_BYTES);
        }
        for seq in (header.seq..).take(header.count as usize) {
            let (record, _, length) = record::first_in(&self.bytes[at..], seq).ok_or(at)?;
            let end = at + length;
            let (time, author) = (record.time, record.author);
            self.entries.push(Entry { seq, time, author, at, end });
            at = end;
        }
        if at == self.bytes.len() { Ok(()) } else { Err(at) }
    }

    pub(super) fn note(&self) -> &[u8] {
        &self.bytes[HEADER_BYTES..HEADER_BYTES + self.note]
    }

    pub(super) fn record(&self, entry: &Entry) -> Sequenced<&[u8]> {
        let value = &self.bytes[entry.at + record::HEADER_BYTES..entry.end];
        Sequenced { seq: entry.seq, time: entry.time, value }
    }

    /// The record in which this byte of the content stands; the first if it stands before it, and
    /// `next` if there is none.
    pub(super) fn record_at(&self, place: usize, next: u64) -> (u64, usize) {
        let found = self.entries.iter().rev().find(|entry| entry.at <= place);
        found.or(self.entries.first()).map_or((next, 0), |entry| (entry.seq, entry.at))
    }
}

#[cfg(test)]
mod tests;
