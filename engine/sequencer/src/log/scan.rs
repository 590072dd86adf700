//! Reading the frames of a segment one after the other and checking each against the one before.

use std::io;

use types::{Command, Sequenced};

use super::flaw::{BadRecord, Flaw};
use super::frame::{self, Content, End, Header};
use super::pages::Pages;
use super::sector::{self, PAGE, SECTOR};
use super::segment::{MAGIC, Start};
use super::{Frame, Logged};
use crate::codec;

/// Why there is no next record.
#[derive(Debug)]
pub(super) enum Halt {
    Unreadable(io::Error),
    /// It does not begin as a segment does, but like this.
    Strange(Vec<u8>),
    Bad(BadRecord),
}

/// Reads frames until the first bad one.
pub(super) struct Scan {
    pages: Pages,
    /// Where the next frame begins.
    offset: u64,
    end: End,
    content: Content,
    /// Where in the file the content's frame begins.
    frame: u64,
    /// How many records of the frame have been given.
    given: usize,
}

impl Scan {
    /// Reads the first page of a segment of which the name says that it begins with record `first`.
    pub(super) fn open(mut pages: Pages, first: u64) -> Result<(Self, Start), Halt> {
        let page = pages.view(0, PAGE).map_err(Halt::Unreadable)?;
        if page[..MAGIC.len()] != MAGIC {
            return Err(Halt::Strange(page[..MAGIC.len()].to_vec()));
        }
        let start = Start::read(page).filter(|start| start.before.head.seq + 1 == first);
        let bad = BadRecord { seq: first, offset: 0, flaw: Flaw::Segment };
        let start = start.ok_or(Halt::Bad(bad))?;
        let (offset, end, content) = (PAGE as u64, start.before, Content::default());
        Ok((Self { pages, offset, end, content, frame: offset, given: 0 }, start))
    }

    /// The end of what has been read.
    pub(super) fn end(&self) -> End {
        self.end
    }

    /// Where the next frame begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn pages(&mut self) -> &mut Pages {
        &mut self.pages
    }

    /// The next record, or `None` where no frame has been written.
    pub(super) fn next(&mut self) -> Result<Option<Logged>, Halt> {
        while !self.has_more() {
            if !self.next_frame()? {
                return Ok(None);
            }
        }
        let logged = self.decode(self.given)?;
        self.given += 1;
        Ok(Some(logged))
    }

    /// Whether records of the last frame have not been given yet.
    pub(super) fn has_more(&self) -> bool {
        self.given < self.content.entries.len()
    }

    /// The next frame, or `None` where none has been written.
    pub(super) fn frame(&mut self) -> Result<Option<Frame>, Halt> {
        if !self.next_frame()? {
            return Ok(None);
        }
        self.given = self.content.entries.len();
        let records = (0..self.given).map(|index| self.decode(index)).collect::<Result<_, _>>()?;
        Ok(Some(Frame { place: self.end.place, note: self.content.note().to_vec(), records }))
    }

    fn decode(&self, index: usize) -> Result<Logged, Halt> {
        let entry = &self.content.entries[index];
        let Sequenced { seq, time, value } = self.content.record(entry);
        let value: Command = codec::decode(value).map_err(|error| {
            let offset = self.frame + sector::place(entry.at) as u64;
            Halt::Bad(BadRecord { seq, offset, flaw: Flaw::Payload(error.to_string()) })
        })?;
        Ok(Logged { author: entry.author, command: Sequenced { seq, time, value } })
    }

    /// The next frame, if it has been begun. One that is bad is read again: it may be written just
    /// now.
    fn next_frame(&mut self) -> Result<bool, Halt> {
        self.read_frame().or_else(|halt| match halt {
            Halt::Bad(_) => {
                self.pages.forget();
                self.read_frame()
            }
            Halt::Unreadable(_) | Halt::Strange(_) => Err(halt),
        })
    }

    /// Reads and checks the next frame. One that is bad leaves no trace.
    fn read_frame(&mut self) -> Result<bool, Halt> {
        self.given = 0;
        self.content.entries.clear();
        let page = self.pages.view(self.offset, PAGE).map_err(Halt::Unreadable)?;
        let first = &page[..SECTOR];
        if !sector::is_written(first) {
            return Ok(false);
        }
        let header = Header::read(first).filter(|_| sector::begins_frame(first));
        let header = header.ok_or_else(|| self.bad(Flaw::Frame))?;
        self.check_place(&header)?;
        let checked = self.load(&header).and_then(|bytes| Ok((bytes, self.follow(&header)?)));
        let (bytes, end) = checked.inspect_err(|_| self.content.entries.clear())?;
        self.frame = self.offset;
        self.end = end;
        self.offset += bytes as u64;
        Ok(true)
    }

    /// Checks a frame against the one before it.
    fn check_place(&self, header: &Header) -> Result<(), Halt> {
        let End { head, place } = &self.end;
        let Header { place: found, seq, since, length, .. } = *header;
        let follows = found.index == place.index + 1 && place.term <= found.term;
        let flaw = if !follows || since == 0 || found.index < since {
            Flaw::Place { term: found.term, index: found.index }
        } else if seq != head.seq + 1 {
            Flaw::Sequence(seq)
        } else if frame::MOST_BYTES < length as usize {
            Flaw::TooLong(length)
        } else {
            return Ok(());
        };
        Err(self.bad(flaw))
    }

    /// Takes the content out of its sectors, and says how many bytes those have.
    fn load(&mut self, header: &Header) -> Result<usize, Halt> {
        let length = frame::HEADER_BYTES + header.length as usize;
        let extent = sector::extent(length);
        let image = self.pages.view(self.offset, extent).map_err(Halt::Unreadable)?;
        if !image.chunks_exact(SECTOR).all(sector::is_written) {
            return Err(self.bad(Flaw::Unwritten));
        }
        let misfit = sector::unpack(image, length, &mut self.content.bytes);
        if let Err(place) = self.content.find_records(header) {
            let seq = header.seq + self.content.entries.len() as u64;
            return Err(self.bad_at(seq, place, Flaw::Checksum));
        }
        match misfit {
            None => Ok(extent),
            Some(place) => {
                let (seq, place) = self.content.record_at(place, header.seq);
                Err(self.bad_at(seq, place, Flaw::Filler))
            }
        }
    }

    /// Checks the records against those before and says how the log ends with them. The link is the
    /// frame's, so a wrong one is told of its first record.
    fn follow(&self, header: &Header) -> Result<End, Halt> {
        let mut head = self.end.head;
        for entry in &self.content.entries {
            if entry.time < head.time {
                return Err(self.bad_at(entry.seq, entry.at, Flaw::Time(entry.time)));
            }
            head = head.then(entry.author, &self.content.record(entry));
        }
        if head.chain != header.chain {
            return Err(self.bad(Flaw::Chain));
        }
        Ok(End { head, place: header.place })
    }

    fn bad(&self, flaw: Flaw) -> Halt {
        self.bad_at(self.end.head.seq + 1, 0, flaw)
    }

    /// `place` is one of the frame's content.
    fn bad_at(&self, seq: u64, place: usize, flaw: Flaw) -> Halt {
        let offset = self.offset + sector::place(place) as u64;
        Halt::Bad(BadRecord { seq, offset, flaw })
    }
}
