//! A log in segments: files of a directory that one process has at a time.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::directory::{self, Directory};
use super::disk::Disk;
use super::frame::{self, End};
use super::part::Step;
use super::reader::{self, Piece, Reader};
use super::segment::Start;
use super::writer::Writer;
use super::{
    CommandLog, FileFollower, Flushed, Frame, FrameLog, Head, LogSettings, Logged, Place, TornTail,
    sector, tail, version3, vote,
};
use crate::{Batch, Digest, Error, codec};

/// The log of a directory. While it is open, no other process can open it.
pub struct FileLog {
    disk: Arc<dyn Disk>,
    writer: Writer,
    /// The files before the one that is written.
    closed: Vec<Piece>,
    /// How the log ends before the one that is written.
    before: End,
    /// The end of what is durable, and of what is written.
    durable: End,
    written: End,
    /// Bytes of what is written and not durable, and who waits for it.
    unsynced: usize,
    waiting: Vec<Flushed>,
    terms: Digest,
    vote: Option<Vec<u8>>,
    cut: Option<TornTail>,
    /// The frame that is written, kept for its memory.
    content: Vec<u8>,
    image: Vec<u8>,
    /// A write or a sync has failed.
    is_broken: bool,
    /// Held as long as the log is open.
    _lock: Option<File>,
}

impl FileLog {
    /// Opens the log of a directory, and makes both if they are not there. A tail that a crash has
    /// torn is cut off; when this returns, every record left is durable.
    ///
    /// # Errors
    /// When the directory is in use, the file system fails, or a record is damaged that had been
    /// acknowledged. Damage changes nothing.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        Self::open_with(dir, LogSettings::default())
    }

    /// As [`FileLog::open`], with segments of another size.
    ///
    /// # Errors
    /// As [`FileLog::open`].
    pub fn open_with(dir: &Path, settings: LogSettings) -> Result<Self, Error> {
        let disk = Directory::make(dir)?;
        let lock = directory::lock(dir)?;
        let log = Self::open_on(Arc::new(disk), settings)?;
        Ok(Self { _lock: Some(lock), ..log })
    }

    pub(super) fn open_on(disk: Arc<dyn Disk>, settings: LogSettings) -> Result<Self, Error> {
        if reader::files(&*disk)?.is_empty() {
            Writer::create(&disk, settings, &Start::default())?;
        }
        let mut reader = Reader::whole(Arc::clone(&disk))?;
        reader.by_ref().try_for_each(|record| record.map(drop))?;
        let vote = vote::load(&*disk)?;
        remove_drafts(&*disk)?;
        let (end, terms) = (reader.end(), reader.terms());
        let torn = reader.torn().map_or(0, |tail| tail.bytes);
        let mut closed = reader.pieces();
        let last = closed.pop().expect("one file is there");
        let (writer, before) = if last.name == version3::NAME {
            close_version3(&*disk, &last)?;
            closed.push(last);
            (Writer::create(&disk, settings, &Start { before: end, terms })?, end)
        } else {
            let Piece { name, before, bytes } = last;
            (Writer::open(&disk, settings, name, bytes, torn)?, before)
        };
        Ok(Self {
            disk,
            writer,
            closed,
            before,
            durable: end,
            written: end,
            unsynced: 0,
            waiting: Vec::new(),
            terms,
            vote,
            cut: reader.torn().cloned(),
            content: Vec::new(),
            image: Vec::new(),
            is_broken: false,
            _lock: None,
        })
    }

    /// After a failure what is on the disk is not known.
    fn refuse_when_broken(&self) -> Result<(), Error> {
        if self.is_broken {
            return Err(Error::Broken { path: self.disk.path(self.writer.name()) });
        }
        Ok(())
    }

    /// Makes sure that a frame of so many bytes can be written and, if it is torn, told from damage.
    fn make_room(&mut self, bytes: usize) -> Result<(), Error> {
        if tail::MOST_BYTES <= self.unsynced + bytes {
            self.flush()?;
        }
        if self.writer.has_room(bytes) {
            return Ok(());
        }
        self.flush()?;
        self.is_broken = true;
        if self.written.head.seq == self.before.head.seq {
            self.writer.extend(bytes)?;
        } else {
            self.roll(bytes)?;
        }
        self.is_broken = false;
        Ok(())
    }

    /// Goes on with a new segment. The one before has records, so no two have the same name.
    fn roll(&mut self, bytes: usize) -> Result<(), Error> {
        let full = Piece {
            name: self.writer.name().to_owned(),
            before: self.before,
            bytes: self.writer.offset(),
        };
        let start = Start { before: self.written, terms: self.terms };
        self.writer.roll(&start, bytes)?;
        self.closed.push(full);
        self.before = self.written;
        Ok(())
    }

    /// Keeps the hash of the market's terms, which record 1 has.
    fn note_terms(&mut self, batch: &Batch) {
        if self.written.head.seq == 0
            && let Some(terms) = batch.iter().next().and_then(|record| codec::terms(record.value))
        {
            self.terms = Digest::over([terms]);
        }
    }

    /// Finds where in the file that is written the frames up to `index` end.
    fn find(&self, index: u64) -> Result<(End, u64), Error> {
        let name = self.writer.name();
        let (mut part, mut end, _) = reader::enter(&*self.disk, name)?;
        while end.place.index < index {
            let frame = part.frame().map_err(|halt| reader::told(&*self.disk, name, halt))?;
            assert!(matches!(frame, Step::Found(_)), "the frames up to it are there");
            end = part.end();
        }
        Ok((end, part.offset()))
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        match self.disk.remove(name) {
            // An earlier try came so far.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed.map_err(Error::io("remove", &self.disk.path(name)))?,
        }
        self.disk.sync().map_err(Error::io("sync", &self.disk.path("")))
    }
}

impl CommandLog for FileLog {
    type Follower = FileFollower;

    fn head(&self) -> Head {
        self.durable.head
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        if batch.is_empty() {
            return self.flush();
        }
        self.write(self.written.place.term, &[], batch, Box::new(drop))?;
        self.flush()
    }

    fn has_reserve(&mut self) -> bool {
        self.writer.has_reserve()
    }

    fn records(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Logged, Error>> + Send, Error> {
        let before = move |logged: &Result<Logged, _>| {
            logged.as_ref().is_ok_and(|logged| logged.command.seq < from)
        };
        Ok(Reader::durable(Arc::clone(&self.disk), from, self.durable)?.skip_while(before))
    }

    fn first(&self) -> u64 {
        self.closed.first().map_or(self.before, |piece| piece.before).head.seq + 1
    }

    fn drop_before(&mut self, seq: u64) -> Result<(), Error> {
        while let Some(oldest) = self.closed.first() {
            let next = self.closed.get(1).map_or(self.before, |piece| piece.before);
            if seq <= next.head.seq {
                break;
            }
            self.remove(&oldest.name)?;
            self.closed.remove(0);
        }
        Ok(())
    }

    fn follow(&self, from: u64) -> Result<FileFollower, Error> {
        FileFollower::open(Arc::clone(&self.disk), from)
    }

    fn bytes(&self) -> u64 {
        self.closed.iter().map(|piece| piece.bytes).sum::<u64>() + self.writer.offset()
    }

    fn cut(&self) -> Option<&TornTail> {
        self.cut.as_ref()
    }
}

impl FrameLog for FileLog {
    fn place(&self) -> Place {
        self.durable.place
    }

    fn write(
        &mut self,
        term: u64,
        note: &[u8],
        batch: &Batch,
        flushed: Flushed,
    ) -> Result<(), Error> {
        self.refuse_when_broken()?;
        assert!(self.written.place.term <= term, "terms do not go back");
        assert!(note.len() <= frame::MOST_NOTE_BYTES, "a note is bounded");
        let bytes = sector::extent(frame::length(note, batch));
        self.make_room(bytes)?;
        self.note_terms(batch);
        let since = self.durable.place.index + 1;
        let end = frame::draw(&mut self.content, &self.written, term, since, note, batch);
        sector::pack(&self.content, &mut self.image);
        assert_eq!(self.image.len(), bytes, "room was made for it");
        self.is_broken = true;
        self.writer.write(&self.image)?;
        self.is_broken = false;
        self.written = end;
        self.unsynced += bytes;
        self.waiting.push(flushed);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.refuse_when_broken()?;
        if self.unsynced == 0 {
            return Ok(());
        }
        self.is_broken = true;
        self.writer.sync()?;
        self.is_broken = false;
        self.unsynced = 0;
        self.durable = self.written;
        for flushed in self.waiting.drain(..) {
            flushed(self.durable.head);
        }
        Ok(())
    }

    /// Whole segments go from the last one on, and then the one that is left is replaced at once: a
    /// crash leaves the log cut somewhere behind `index`.
    fn truncate_after(&mut self, index: u64) -> Result<(), Error> {
        self.flush()?;
        self.is_broken = true;
        let is_segment = |piece: &mut Piece| piece.name != version3::NAME;
        while index <= self.before.place.index
            && let Some(last) = self.closed.pop_if(is_segment)
        {
            self.remove(self.writer.name())?;
            self.writer.reopen(last.name, last.bytes)?;
            self.before = last.before;
        }
        assert!(self.before.place.index <= index, "what was dropped is not cut");
        let (end, offset) = self.find(index.min(self.written.place.index))?;
        if offset < self.writer.offset() {
            self.writer.shorten(offset)?;
        }
        (self.durable, self.written) = (end, end);
        self.is_broken = false;
        Ok(())
    }

    fn frames(&self, from: u64) -> Result<impl Iterator<Item = Result<Frame, Error>>, Error> {
        let starts = self.closed.iter().map(|piece| piece.before).chain([self.before]);
        let start = starts.rev().find(|before| before.place.index < from);
        let seq = start.map_or(0, |before| before.head.seq + 1);
        let mut reader = Reader::durable(Arc::clone(&self.disk), seq, self.durable)?;
        let frames = std::iter::from_fn(move || reader.next_frame());
        Ok(frames
            .skip_while(move |frame| frame.as_ref().is_ok_and(|frame| frame.place.index < from)))
    }

    fn save_vote(&mut self, vote: &[u8]) -> Result<(), Error> {
        vote::save(&*self.disk, vote)?;
        self.vote = Some(vote.to_vec());
        Ok(())
    }

    fn vote(&self) -> Option<Vec<u8>> {
        self.vote.clone()
    }
}

/// Cuts off what is torn of a log of version 3. From now on it is not written any more.
fn close_version3(disk: &dyn Disk, piece: &Piece) -> Result<(), Error> {
    let cut = || {
        let file = disk.change(&piece.name)?;
        if piece.bytes < file.length()? {
            file.cut(piece.bytes)?;
        }
        file.sync()
    };
    cut().map_err(Error::io("cut", &disk.path(&piece.name)))
}

/// Removes what a crash has left of files that were being made.
fn remove_drafts(disk: &dyn Disk) -> Result<(), Error> {
    let names = disk.names().map_err(Error::io("list", &disk.path("")))?;
    for name in names.iter().filter(|name| name.ends_with(".new")) {
        disk.remove(name).map_err(Error::io("remove", &disk.path(name)))?;
    }
    Ok(())
}

#[cfg(test)]
mod crashes;
#[cfg(test)]
mod tests;
