//! A file of a log, whatever version it is of.

use std::io;

use super::flaw::{BadRecord, Flaw};
use super::frame::End;
use super::pages::Pages;
use super::scan::{Halt, Scan};
use super::tail::{self, Rest};
use super::{Frame, Logged, Place, version3};
use crate::Digest;

/// What came of reading on.
pub(super) enum Step<T> {
    Found(T),
    /// Something was read that has no place in what is asked for.
    Passed,
    /// No more has been begun here.
    End,
}

pub(super) enum Part {
    Version3(version3::Scan),
    Segment(Box<Scan>),
}

impl Part {
    pub(super) fn version3(pages: Pages, length: u64) -> Result<(Self, End, Digest), Halt> {
        let scan = version3::Scan::open(pages, length)?;
        Ok((Self::Version3(scan), End::default(), Digest::default()))
    }

    /// A segment whose name says that it begins with record `first`.
    pub(super) fn segment(pages: Pages, first: u64) -> Result<(Self, End, Digest), Halt> {
        let (scan, start) = Scan::open(pages, first)?;
        Ok((Self::Segment(Box::new(scan)), start.before, start.terms))
    }

    /// The end of what has been read.
    pub(super) fn end(&self) -> End {
        match self {
            Self::Version3(scan) => End { head: scan.head(), place: Place::default() },
            Self::Segment(scan) => scan.end(),
        }
    }

    /// Where that is in the file.
    pub(super) fn offset(&self) -> u64 {
        match self {
            Self::Version3(scan) => scan.offset(),
            Self::Segment(scan) => scan.offset(),
        }
    }

    /// Whether records of the last frame have not been given yet.
    pub(super) fn has_more(&self) -> bool {
        match self {
            Self::Version3(_) => false,
            Self::Segment(scan) => scan.has_more(),
        }
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Step<Logged>, Halt> {
        let found = match self {
            Self::Version3(scan) => scan.next()?,
            Self::Segment(scan) => scan.next()?,
        };
        Ok(found.map_or(Step::End, Step::Found))
    }

    /// The next frame.
    pub(super) fn frame(&mut self) -> Result<Step<Frame>, Halt> {
        match self {
            Self::Version3(scan) => Ok(scan.next()?.map_or(Step::End, |_| Step::Passed)),
            Self::Segment(scan) => Ok(scan.frame()?.map_or(Step::End, Step::Found)),
        }
    }

    /// What was read ahead is not to be relied on.
    pub(super) fn forget(&mut self) {
        match self {
            Self::Version3(_) => {}
            Self::Segment(scan) => scan.pages().forget(),
        }
    }

    /// What stands behind the end, as the record that should be there.
    pub(super) fn rest(&mut self) -> Result<Option<BadRecord>, Halt> {
        let (End { head, place }, offset) = (self.end(), self.offset());
        let rest = match self {
            Self::Version3(_) => Rest::Nothing,
            Self::Segment(scan) => {
                tail::rest(scan.pages(), offset, place.index + 1).map_err(Halt::Unreadable)?
            }
        };
        let bad = BadRecord { seq: head.seq + 1, offset, flaw: Flaw::Unwritten };
        Ok((rest != Rest::Nothing).then_some(bad))
    }

    /// Judges a bad record at the end of a log.
    pub(super) fn judge(&mut self, record: &BadRecord) -> io::Result<Rest> {
        let (index, offset) = (self.end().place.index + 1, self.offset());
        match self {
            Self::Version3(scan) => Ok(scan.torn(record)?.map_or(Rest::Damaged, Rest::Torn)),
            Self::Segment(scan) if record.flaw.may_be_torn() => {
                tail::rest(scan.pages(), offset, index)
            }
            Self::Segment(_) => Ok(Rest::Damaged),
        }
    }

    /// The next file says that the log ends otherwise before it.
    pub(super) fn broken_off(&self, before: &End) -> Halt {
        let head = self.end().head;
        let flaw = if before.head.seq == head.seq {
            Flaw::Chain
        } else {
            Flaw::Sequence(before.head.seq + 1)
        };
        Halt::Bad(BadRecord { seq: head.seq + 1, offset: 0, flaw })
    }
}
