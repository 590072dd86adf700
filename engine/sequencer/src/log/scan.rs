//! Reading records one after the other and checking each against the one before.

use std::fmt;
use std::io::{self, Read};

use types::{Command, Sequenced, Timestamp};

use super::Head;
use super::record::{HEADER_BYTES, Header};
use crate::codec;

/// The first record of a log that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Its number, or the number it should have.
    pub seq: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What can be wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The file ends before it does.
    #[error("the file ends inside it")]
    EndsEarly,
    /// No record is so long.
    #[error("its length of {0} bytes is more than a record may have")]
    TooLong(u32),
    /// A byte was changed.
    #[error("its checksum does not match")]
    Checksum,
    /// It is another record than the one that should come.
    #[error("it is numbered {0}")]
    Sequence(u64),
    /// It says it was written with a batch that it cannot have been written with.
    #[error("it is of batch {0}, and neither begins it nor continues the one before")]
    Batch(u64),
    /// It is older than the record before it.
    #[error("its time goes back to {} ns", .0.0)]
    Time(Timestamp),
    /// The log before it is not the one it was written to.
    #[error("its link of the hash chain does not match")]
    Chain,
    /// Its payload is no command.
    #[error("its command cannot be read: {0}")]
    Payload(String),
}

impl fmt::Display for BadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} at byte {}: {}", self.seq, self.offset, self.flaw)
    }
}

impl Flaw {
    /// Whether a crash in the middle of a write can leave this behind. A good checksum over wrong
    /// content cannot come from a crash.
    pub(super) fn may_be_torn(&self) -> bool {
        match self {
            Self::EndsEarly | Self::TooLong(_) | Self::Checksum => true,
            Self::Sequence(_) | Self::Batch(_) | Self::Time(_) | Self::Chain | Self::Payload(_) => {
                false
            }
        }
    }
}

/// Why there is no next record.
#[derive(Debug)]
pub(super) enum Halt {
    Unreadable(io::Error),
    Bad(BadRecord),
}

/// Reads records until the first bad one.
pub(super) struct Scan<R> {
    input: R,
    /// Where the next record begins.
    offset: u64,
    /// Where the file ends.
    end: u64,
    head: Head,
    /// The batch of the last record; 0 before the first, and no record is numbered so.
    batch: u64,
    payload: Vec<u8>,
}

impl<R: Read> Scan<R> {
    /// Begins at the first record. `input` stands there, at `offset` of a file that ends at `end`.
    pub(super) fn new(input: R, offset: u64, end: u64) -> Self {
        Self { input, offset, end, head: Head::default(), batch: 0, payload: Vec::new() }
    }

    /// The end of what has been read.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Where the next record begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The file ends there now.
    pub(super) fn grow(&mut self, end: u64) {
        self.end = end;
    }

    /// The next record, or `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Sequenced<Command>>, Halt> {
        if self.offset == self.end {
            return Ok(None);
        }
        let header = self.read_record()?;
        self.check_place(&header)?;
        let value =
            codec::decode(&self.payload).map_err(|e| self.bad(Flaw::Payload(e.to_string())))?;
        let Header { seq, time, batch, chain, .. } = header;
        self.head = Head { seq, time, chain };
        self.batch = batch;
        self.offset += HEADER_BYTES as u64 + u64::from(header.length);
        Ok(Some(Sequenced { seq, time, value }))
    }

    /// Reads header and payload and checks them by themselves.
    fn read_record(&mut self) -> Result<Header, Halt> {
        let left = self.end - self.offset;
        let mut bytes = [0; HEADER_BYTES];
        let Some(left) = left.checked_sub(HEADER_BYTES as u64) else {
            return Err(self.bad(Flaw::EndsEarly));
        };
        self.input.read_exact(&mut bytes).map_err(Halt::Unreadable)?;
        let header = Header::read(&bytes);
        if codec::MOST_BYTES < header.length as usize {
            return Err(self.bad(Flaw::TooLong(header.length)));
        }
        if left < u64::from(header.length) {
            return Err(self.bad(Flaw::EndsEarly));
        }
        self.payload.resize(header.length as usize, 0);
        self.input.read_exact(&mut self.payload).map_err(Halt::Unreadable)?;
        if !header.covers(&bytes, &self.payload) {
            return Err(self.bad(Flaw::Checksum));
        }
        Ok(header)
    }

    /// Checks a record against the one before it.
    fn check_place(&self, header: &Header) -> Result<(), Halt> {
        let flaw = if header.seq != self.head.seq + 1 {
            Flaw::Sequence(header.seq)
        } else if header.batch != header.seq && header.batch != self.batch {
            Flaw::Batch(header.batch)
        } else if header.time < self.head.time {
            Flaw::Time(header.time)
        } else if header.chain != self.head.link(&header.record(&self.payload)) {
            Flaw::Chain
        } else {
            return Ok(());
        };
        Err(self.bad(flaw))
    }

    fn bad(&self, flaw: Flaw) -> Halt {
        Halt::Bad(BadRecord { seq: self.head.seq + 1, offset: self.offset, flaw })
    }
}
