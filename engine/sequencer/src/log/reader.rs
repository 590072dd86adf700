//! Reading a log from any record on, through all its files, and judging its end. Never writes.

use std::path::Path;
use std::sync::Arc;

use super::directory::Directory;
use super::disk::Disk;
use super::flaw::BadRecord;
use super::frame::End;
use super::pages::Pages;
use super::part::{Part, Step};
use super::scan::Halt;
use super::tail::Rest;
use super::{Frame, Head, Logged, TornTail, segment, version3};
use crate::{Digest, Error};

/// A file of the log that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) name: String,
    /// How the log ends before it.
    pub(super) before: End,
    /// Bytes up to the end of its last frame.
    pub(super) bytes: u64,
}

/// The records of a log, each checked. Ends behind the last one, at a torn tail, or after the first
/// error.
pub(crate) struct Reader {
    disk: Arc<dyn Disk>,
    /// The files to come, the next one last.
    to_come: Vec<String>,
    part: Part,
    piece: Piece,
    /// The files that have been read.
    read: Vec<Piece>,
    /// All up to here has been durable, and no more is read.
    until: Option<End>,
    terms: Digest,
    torn: Option<TornTail>,
    failed: bool,
}

impl Reader {
    /// Opens the log of a directory.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        Self::whole(Arc::new(Directory::at(dir)))
    }

    /// Opens a log at its first record. Its end may be torn.
    pub(super) fn whole(disk: Arc<dyn Disk>) -> Result<Self, Error> {
        Self::begin(disk, 0, None)
    }

    /// Opens a log, which is durable up to `until`, at the file in which record `from` stands.
    pub(super) fn durable(disk: Arc<dyn Disk>, from: u64, until: End) -> Result<Self, Error> {
        Self::begin(disk, from, Some(until))
    }

    fn begin(disk: Arc<dyn Disk>, from: u64, until: Option<End>) -> Result<Self, Error> {
        let mut to_come = files(&*disk)?;
        while to_come.len() > 1 && first_of(&to_come[to_come.len() - 2]) <= from {
            to_come.pop();
        }
        let name = to_come.pop().unwrap_or_else(|| segment::name(1));
        let (part, before, terms) = enter(&*disk, &name)?;
        let piece = Piece { name, before, bytes: 0 };
        let (read, torn, failed) = (Vec::new(), None, false);
        Ok(Self { disk, to_come, part, piece, read, until, terms, torn, failed })
    }

    /// The last record read.
    pub(crate) fn head(&self) -> Head {
        self.end().head
    }

    /// The end of what has been read, whole frames of it.
    pub(super) fn end(&self) -> End {
        self.part.end()
    }

    /// The hash of the market's terms that the last segment has.
    pub(super) fn terms(&self) -> Digest {
        self.terms
    }

    /// Bytes of what has been read.
    pub(crate) fn bytes(&self) -> u64 {
        self.read.iter().map(|piece| piece.bytes).sum::<u64>() + self.part.offset()
    }

    /// The files that have been read.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let last = Piece { bytes: self.part.offset(), ..self.piece.clone() };
        self.read.iter().cloned().chain([last]).collect()
    }

    /// The files of the log and how far each has been read.
    pub(crate) fn extents(&self) -> Vec<(String, u64)> {
        self.pieces().into_iter().map(|piece| (piece.name, piece.bytes)).collect()
    }

    /// What stands behind the last record, when the records have come to their end.
    pub(crate) fn torn(&self) -> Option<&TornTail> {
        self.torn.as_ref()
    }

    /// The next record and who caused it.
    pub(super) fn next_logged(&mut self) -> Option<Result<Logged, Error>> {
        self.step(Part::next)
    }

    /// The next frame; records of a log of version 3 have none and are passed over.
    pub(super) fn next_frame(&mut self) -> Option<Result<Frame, Error>> {
        self.step(Part::frame)
    }

    fn step<T>(
        &mut self,
        next: impl Fn(&mut Part) -> Result<Step<T>, Halt>,
    ) -> Option<Result<T, Error>> {
        if self.failed || self.torn.is_some() {
            return None;
        }
        let found = self.find(next);
        self.failed = found.is_err();
        found.transpose()
    }

    fn find<T>(
        &mut self,
        next: impl Fn(&mut Part) -> Result<Step<T>, Halt>,
    ) -> Result<Option<T>, Error> {
        loop {
            if self.is_done() {
                return Ok(None);
            }
            match next(&mut self.part) {
                Ok(Step::Found(found)) => return Ok(Some(found)),
                Ok(Step::Passed) => {}
                Ok(Step::End) => {
                    self.finish_part()?;
                    if !self.next_part()? {
                        return Ok(None);
                    }
                }
                Err(Halt::Bad(record)) => {
                    self.torn = Some(self.judge(record)?);
                    return Ok(None);
                }
                Err(halt) => return Err(told(&*self.disk, &self.piece.name, halt)),
            }
        }
    }

    /// Whether everything was read that shall be.
    fn is_done(&self) -> bool {
        let End { head, place } = self.end();
        let is_behind = |until: End| until.head.seq <= head.seq && until.place.index <= place.index;
        self.until.is_some_and(is_behind) && !self.part.has_more()
    }

    /// Where no frame has been begun, something may still stand behind.
    fn finish_part(&mut self) -> Result<(), Error> {
        let rest = self.part.rest();
        match rest.map_err(|halt| told(&*self.disk, &self.piece.name, halt))? {
            None => Ok(()),
            Some(record) => {
                self.torn = Some(self.judge(record)?);
                Ok(())
            }
        }
    }

    /// Goes on with the next file, unless this was the last one.
    fn next_part(&mut self) -> Result<bool, Error> {
        if self.torn.is_some() {
            return Ok(false);
        }
        let Some(name) = self.to_come.pop() else { return Ok(false) };
        let (part, before, terms) = enter(&*self.disk, &name)?;
        if before != self.end() {
            let halt = self.part.broken_off(&before);
            return Err(told(&*self.disk, &name, halt));
        }
        let mut piece = Piece { name, before, bytes: 0 };
        std::mem::swap(&mut self.piece, &mut piece);
        self.read.push(Piece { bytes: self.part.offset(), ..piece });
        self.part = part;
        self.terms = terms;
        Ok(true)
    }

    /// A bad record is the beginning of a torn tail, or it is damage.
    fn judge(&mut self, first: BadRecord) -> Result<TornTail, Error> {
        let is_last = self.to_come.is_empty() && self.until.is_none();
        let name = &self.piece.name;
        let rest = if is_last { self.part.judge(&first) } else { Ok(Rest::Damaged) };
        match rest.map_err(Error::io("read", &self.disk.path(name)))? {
            Rest::Torn(bytes) => Ok(TornTail { first, bytes }),
            Rest::Nothing | Rest::Damaged => {
                Err(Error::Damaged { path: self.disk.path(name), record: first })
            }
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Logged, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_logged()
    }
}

/// The files of a log, the first one last.
pub(super) fn files(disk: &dyn Disk) -> Result<Vec<String>, Error> {
    let names = disk.names().map_err(Error::io("list", &disk.path("")))?;
    let is_ours = |name: &String| name == version3::NAME || segment::first_of(name).is_some();
    let mut files: Vec<String> = names.into_iter().filter(is_ours).collect();
    files.sort_by_key(|name| std::cmp::Reverse((first_of(name), name != version3::NAME)));
    Ok(files)
}

/// The number of the first record of a file.
pub(super) fn first_of(name: &str) -> u64 {
    segment::first_of(name).unwrap_or(1)
}

/// Opens a file of a log where its first record stands; says how the log ends before it, and what it
/// says of the terms.
pub(super) fn enter(disk: &dyn Disk, name: &str) -> Result<(Part, End, Digest), Error> {
    let path = || disk.path(name);
    let file = disk.open(name).map_err(|source| Error::io("open", &path())(source))?;
    let length = file.length().map_err(|source| Error::io("measure", &path())(source))?;
    let pages = Pages::new(file);
    let part = match segment::first_of(name) {
        Some(first) => Part::segment(pages, first),
        None => Part::version3(pages, length),
    };
    part.map_err(|halt| told(disk, name, halt))
}

/// What halted the reading of a file, with its path.
pub(super) fn told(disk: &dyn Disk, name: &str, halt: Halt) -> Error {
    let path = disk.path(name);
    match halt {
        Halt::Unreadable(source) => Error::io("read", &path)(source),
        Halt::Strange(found) => Error::NotALog { path, found },
        Halt::Bad(record) => Error::Damaged { path, record },
    }
}
