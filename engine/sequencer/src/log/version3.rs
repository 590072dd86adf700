//! Logs of version 3: one file of records without frames, `commands.log`. It is only read; where it
//! is there it is the beginning of the log, and segments go on from it.
//!
//! A record has a header of 64 bytes (checksum, length, number, time, number of its batch's first
//! record, link) and the payload. Its link covers the link before, number, time and payload.

use std::io;

use types::{Command, Sequenced, Timestamp};

use super::flaw::{BadRecord, Flaw};
use super::pages::Pages;
use super::record::field;
use super::scan::Halt;
use super::segment::magic;
use super::{Head, Logged, checksum};
use crate::{Digest, codec};

/// The file.
pub(super) const NAME: &str = "commands.log";

pub(super) const MAGIC: [u8; 8] = magic(3);

/// Bytes of a record before its payload.
const HEADER_BYTES: usize = 64;

/// Most bytes of a batch, so the most that a crash could tear.
const MOST_BYTES: u64 = 4 << 20;

/// What stands before a payload.
struct Header {
    checksum: u32,
    length: u32,
    seq: u64,
    time: Timestamp,
    batch: u64,
    chain: Digest,
}

impl Header {
    fn read(mut bytes: &[u8]) -> Self {
        let rest = &mut bytes;
        Self {
            checksum: u32::from_le_bytes(field(rest)),
            length: u32::from_le_bytes(field(rest)),
            seq: u64::from_le_bytes(field(rest)),
            time: Timestamp(i64::from_le_bytes(field(rest))),
            batch: u64::from_le_bytes(field(rest)),
            chain: Digest(field(rest)),
        }
    }
}

/// Reads records until the first bad one.
pub(super) struct Scan {
    pages: Pages,
    /// Where the next record begins.
    offset: u64,
    /// Where the file ends.
    length: u64,
    head: Head,
    /// The batch of the last record; 0 before the first, and no record is numbered so.
    batch: u64,
}

impl Scan {
    pub(super) fn open(mut pages: Pages, length: u64) -> Result<Self, Halt> {
        let found = pages.view(0, MAGIC.len()).map_err(Halt::Unreadable)?;
        if length < MAGIC.len() as u64 || found != MAGIC {
            let there = found.len().min(usize::try_from(length).unwrap_or(usize::MAX));
            return Err(Halt::Strange(found[..there].to_vec()));
        }
        let offset = MAGIC.len() as u64;
        Ok(Self { pages, offset, length, head: Head::default(), batch: 0 })
    }

    /// The last record read.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Where the next record begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next record, or `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Logged>, Halt> {
        if self.offset == self.length {
            return Ok(None);
        }
        let header = self.read_header()?;
        let length = HEADER_BYTES + header.length as usize;
        let bytes = self.pages.view(self.offset, length).map_err(Halt::Unreadable)?;
        let payload = &bytes[HEADER_BYTES..];
        let sum = checksum(&[&bytes[4..]]);
        let chain = link(&self.head.chain, header.seq, header.time, payload);
        let value = codec::decode(payload);
        if header.checksum != sum {
            return Err(self.bad(Flaw::Checksum));
        }
        self.check_place(&header, chain)?;
        let value: Command = value.map_err(|e| self.bad(Flaw::Payload(e.to_string())))?;
        let Header { seq, time, batch, chain, .. } = header;
        self.head = Head { seq, time, chain };
        self.batch = batch;
        self.offset += length as u64;
        Ok(Some(Logged { author: 0, command: Sequenced { seq, time, value } }))
    }

    /// Reads a header of which the record is within the file.
    fn read_header(&mut self) -> Result<Header, Halt> {
        let left = self.length - self.offset;
        let Some(left) = left.checked_sub(HEADER_BYTES as u64) else {
            return Err(self.bad(Flaw::EndsEarly));
        };
        let bytes = self.pages.view(self.offset, HEADER_BYTES).map_err(Halt::Unreadable)?;
        let header = Header::read(bytes);
        if codec::MOST_BYTES < header.length as usize {
            Err(self.bad(Flaw::TooLong(header.length)))
        } else if left < u64::from(header.length) {
            Err(self.bad(Flaw::EndsEarly))
        } else {
            Ok(header)
        }
    }

    /// Checks a record against the one before it.
    fn check_place(&self, header: &Header, chain: Digest) -> Result<(), Halt> {
        let flaw = if header.seq != self.head.seq + 1 {
            Flaw::Sequence(header.seq)
        } else if header.batch != header.seq && header.batch != self.batch {
            Flaw::Batch(header.batch)
        } else if header.time < self.head.time {
            Flaw::Time(header.time)
        } else if header.chain != chain {
            Flaw::Chain
        } else {
            return Ok(());
        };
        Err(self.bad(flaw))
    }

    fn bad(&self, flaw: Flaw) -> Halt {
        Halt::Bad(BadRecord { seq: self.head.seq + 1, offset: self.offset, flaw })
    }

    /// How many bytes of an unfinished batch begin with this record, or `None` if it had been
    /// acknowledged: a batch was written only after the one before was durable, so then a good record
    /// of a later batch stands behind it, or more than a batch.
    pub(super) fn torn(&mut self, record: &BadRecord) -> io::Result<Option<u64>> {
        let bytes = self.length - record.offset;
        let may_be_torn =
            matches!(record.flaw, Flaw::EndsEarly | Flaw::TooLong(_) | Flaw::Checksum);
        if !may_be_torn || MOST_BYTES < bytes {
            return Ok(None);
        }
        let length = usize::try_from(bytes).expect("it is at most 4 MiB");
        let rest = self.pages.view(record.offset, length)?;
        let is_later = |start: usize| is_of_later_batch(&rest[start..], start, record.seq);
        Ok((!(1..length).any(is_later)).then_some(bytes))
    }
}

/// The checksum is asked last: the other conditions are cheap, and rarely met by chance. They also
/// keep a member from forging a record inside its own payload: a plausible number has zero bytes,
/// which no text it may send can have.
fn is_of_later_batch(bytes: &[u8], distance: usize, seq: u64) -> bool {
    let Some(start) = bytes.get(..HEADER_BYTES) else { return false };
    let header = Header::read(start);
    let most = seq.saturating_add((distance / HEADER_BYTES) as u64);
    let is_plausible = seq < header.batch && header.batch <= header.seq && header.seq <= most;
    let end = HEADER_BYTES.checked_add(header.length as usize);
    is_plausible
        && end.and_then(|end| bytes.get(4..end)).is_some_and(|b| checksum(&[b]) == header.checksum)
}

fn link(before: &Digest, seq: u64, time: Timestamp, payload: &[u8]) -> Digest {
    Digest::over([&before.0[..], &seq.to_le_bytes(), &time.0.to_le_bytes(), payload])
}

#[cfg(test)]
mod tests;
