//! Reading a log file from its beginning, and judging its end. Never writes.

use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use types::{Command, Sequenced};

use super::file::RECORDS;
use super::record::FILE_HEADER;
use super::scan::{BadRecord, Halt, Scan};
use super::{Head, TornTail, tail};
use crate::{Error, batch};

/// The records of a log file, each checked. Ends at the end of the file, at a torn tail, or after
/// the first error.
pub(crate) struct Reader {
    path: PathBuf,
    scan: Scan<BufReader<File>>,
    /// How long the file was when it was opened. What is appended later is not read.
    end: u64,
    /// Up to here every byte has been durable, so nothing can be torn.
    durable: u64,
    torn: Option<TornTail>,
    failed: bool,
}

impl Reader {
    /// Opens the log of a directory.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(RECORDS);
        let end = fs::metadata(&path).map_err(Error::io("open", &path))?.len();
        Self::begin(path, end, 0)
    }

    /// Opens the log of a directory that is durable up to byte `durable`, and reads as far.
    pub(super) fn open_durable(dir: &Path, durable: u64) -> Result<Self, Error> {
        Self::begin(dir.join(RECORDS), durable, durable)
    }

    /// Opens the log of a directory of which as much is read as [`Reader::grow`] finds, and every
    /// record read is durable.
    pub(super) fn open_growing(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(RECORDS);
        Self::begin(path, FILE_HEADER.len() as u64, u64::MAX)
    }

    /// Reads on as far as the file goes now.
    pub(super) fn grow(&mut self) -> Result<(), Error> {
        if self.offset() == self.end {
            self.end = fs::metadata(&self.path).map_err(Error::io("measure", &self.path))?.len();
            self.scan.grow(self.end);
        }
        Ok(())
    }

    /// Opens the file and checks its header.
    fn begin(path: PathBuf, end: u64, durable: u64) -> Result<Self, Error> {
        let file = File::open(&path).map_err(Error::io("open", &path))?;
        let mut input = BufReader::with_capacity(1 << 18, file);
        let mut found = Vec::new();
        let header = FILE_HEADER.len() as u64;
        input.by_ref().take(header).read_to_end(&mut found).map_err(Error::io("read", &path))?;
        if found != FILE_HEADER {
            return Err(Error::NotALog { path, found });
        }
        let scan = Scan::new(input, header, end);
        Ok(Self { path, scan, end, durable, torn: None, failed: false })
    }

    /// The last record read.
    pub(crate) fn head(&self) -> Head {
        self.scan.head()
    }

    /// Where the last record read ends.
    pub(crate) fn offset(&self) -> u64 {
        self.scan.offset()
    }

    /// What stands behind the last record, when the records have come to their end.
    pub(crate) fn torn(&self) -> Option<&TornTail> {
        self.torn.as_ref()
    }

    fn next_record(&mut self) -> Result<Option<Sequenced<Command>>, Error> {
        match self.scan.next() {
            Ok(record) => Ok(record),
            Err(Halt::Unreadable(source)) => Err(Error::io("read", &self.path)(source)),
            Err(Halt::Bad(record)) => {
                self.torn = Some(self.judge(record)?);
                Ok(None)
            }
        }
    }

    /// A bad record is the beginning of a torn tail, or it is damage.
    fn judge(&self, record: BadRecord) -> Result<TornTail, Error> {
        let bytes = self.end - record.offset;
        let torn = record.flaw.may_be_torn()
            && self.durable <= record.offset
            && bytes <= batch::MOST_BYTES as u64
            && !tail::was_acknowledged(&self.rest(record.offset)?, record.seq);
        if torn {
            Ok(TornTail { first: record, bytes })
        } else {
            Err(Error::Damaged { path: self.path.clone(), record })
        }
    }

    /// The file from `offset` on.
    fn rest(&self, offset: u64) -> Result<Vec<u8>, Error> {
        let read = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(offset))?;
            let mut rest = Vec::new();
            file.take(self.end - offset).read_to_end(&mut rest)?;
            Ok(rest)
        };
        read().map_err(Error::io("read", &self.path))
    }
}

impl Iterator for Reader {
    type Item = Result<Sequenced<Command>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.torn.is_some() {
            return None;
        }
        let record = self.next_record();
        self.failed = record.is_err();
        record.transpose()
    }
}
