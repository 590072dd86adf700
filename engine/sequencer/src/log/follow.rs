//! Reading a log behind the process that appends to it. Never writes.

use std::sync::Arc;

use super::disk::Disk;
use super::flaw::{BadRecord, Flaw};
use super::part::{Part, Step};
use super::reader::{self, enter, first_of, told};
use super::scan::Halt;
use super::{Follow, Logged, segment};
use crate::Error;

/// Follows the log of a directory.
pub struct FileFollower {
    disk: Arc<dyn Disk>,
    /// The file it reads.
    name: String,
    part: Part,
    /// Records before this one are passed over.
    from: u64,
    /// The last record read.
    last: u64,
}

impl FileFollower {
    pub(super) fn open(disk: Arc<dyn Disk>, from: u64) -> Result<Self, Error> {
        let files = reader::files(&*disk)?;
        let name = files.iter().find(|name| first_of(name) <= from.max(1)).or(files.last());
        let name = name.cloned().unwrap_or_else(|| segment::name(1));
        let (part, before, _) = enter(&*disk, &name)?;
        Ok(Self { disk, name, part, from, last: before.head.seq })
    }

    /// The record behind the last one, which is durable. What was read ahead of the writer is read
    /// again, and where nothing follows the next segment does.
    fn read(&mut self) -> Result<Logged, Error> {
        if let Ok(Step::Found(logged)) = self.part.next() {
            return Ok(logged);
        }
        self.part.forget();
        if let Step::Found(logged) = self.next_here()? {
            return Ok(logged);
        }
        self.enter_next()?;
        match self.next_here()? {
            Step::Found(logged) => Ok(logged),
            Step::Passed | Step::End => {
                let record = BadRecord { seq: self.last + 1, offset: 0, flaw: Flaw::Unwritten };
                Err(told(&*self.disk, &self.name, Halt::Bad(record)))
            }
        }
    }

    fn next_here(&mut self) -> Result<Step<Logged>, Error> {
        self.part.next().map_err(|halt| told(&*self.disk, &self.name, halt))
    }

    fn enter_next(&mut self) -> Result<(), Error> {
        self.name = segment::name(self.last + 1);
        let (part, before, _) = enter(&*self.disk, &self.name)?;
        if before != self.part.end() {
            return Err(told(&*self.disk, &self.name, self.part.broken_off(&before)));
        }
        self.part = part;
        Ok(())
    }
}

impl Follow for FileFollower {
    fn next(&mut self, durable: u64) -> Result<Option<Logged>, Error> {
        while self.last < durable {
            let logged = self.read()?;
            self.last = logged.command.seq;
            if self.from <= self.last {
                return Ok(Some(logged));
            }
        }
        Ok(None)
    }
}
