//! Reading a log file behind the process that appends to it. Never writes.

use std::path::Path;

use types::{Command, Sequenced};

use super::Follow;
use super::reader::Reader;
use crate::Error;

/// Follows the log of a directory.
pub struct FileFollower {
    reader: Reader,
    /// Records before this one are passed over.
    from: u64,
}

impl FileFollower {
    pub(super) fn open(dir: &Path, from: u64) -> Result<Self, Error> {
        Ok(Self { reader: Reader::open_growing(dir)?, from })
    }
}

impl Follow for FileFollower {
    fn next(&mut self, durable: u64) -> Result<Option<Sequenced<Command>>, Error> {
        while self.reader.head().seq < durable {
            self.reader.grow()?;
            let record = self.reader.next().expect("a durable record is whole")?;
            if self.from <= record.seq {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}
