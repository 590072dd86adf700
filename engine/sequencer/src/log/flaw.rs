//! What can be wrong with a log, and where.

use std::fmt;

use types::Timestamp;

/// The first record of a log that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Its number, or the number it should have.
    pub seq: u64,
    /// Where it begins in the file; where its frame does, if it cannot be found in that.
    pub offset: u64,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What can be wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// A sector of its frame has never been written.
    #[error("its frame has not been written to the end")]
    Unwritten,
    /// The file ends before it does. Version 3.
    #[error("the file ends inside it")]
    EndsEarly,
    /// No record and no frame is so long.
    #[error("its length of {0} bytes is more than there may be")]
    TooLong(u32),
    /// A byte of it was changed.
    #[error("its checksum does not match")]
    Checksum,
    /// A byte of the header of its frame was changed.
    #[error("the header of its frame does not match its checksum")]
    Frame,
    /// A byte that fills its frame was changed.
    #[error("a byte that fills its frame was changed")]
    Filler,
    /// A byte of the page that begins its segment was changed.
    #[error("the page that begins its segment does not match its checksum")]
    Segment,
    /// It is another record than the one that should come.
    #[error("it is numbered {0}")]
    Sequence(u64),
    /// It says it was written with a batch that it cannot have been written with. Version 3.
    #[error("it is of batch {0}, and neither begins it nor continues the one before")]
    Batch(u64),
    /// Its frame is not the one that should come.
    #[error("its frame is number {index} of term {term}")]
    Place {
        /// The term.
        term: u64,
        /// The number.
        index: u64,
    },
    /// It is older than the record before it.
    #[error("its time goes back to {} ns", .0.0)]
    Time(Timestamp),
    /// The log before it is not the one it was written to, or a record of its frame is another.
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
    /// Whether a crash in the middle of a write can leave this behind.
    pub(super) fn may_be_torn(&self) -> bool {
        match self {
            Self::Unwritten => true,
            Self::EndsEarly
            | Self::TooLong(_)
            | Self::Checksum
            | Self::Frame
            | Self::Filler
            | Self::Segment
            | Self::Sequence(_)
            | Self::Batch(_)
            | Self::Place { .. }
            | Self::Time(_)
            | Self::Chain
            | Self::Payload(_) => false,
        }
    }
}
