//! Telling what a crash left of frames that were being written from damage to what had been
//! acknowledged.
//!
//! A segment is zeros before it is written, and the mark of a written sector is not zero. So a crash
//! leaves a sector of a frame without its mark, or the frame is whole. A frame that lacks a mark was
//! never durable, unless a later one says that it was written when this one already was.

use std::fmt;
use std::io;

use super::flaw::BadRecord;
use super::frame::Header;
use super::pages::Pages;
use super::sector::{self, PAGE, SECTOR};

/// Most bytes that are written before a sync, so the most that one crash can tear.
pub(super) const MOST_BYTES: usize = 8 << 20;

/// The rest of a log behind its last good frame: what never became durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// The first record of it, which says where it begins.
    pub first: BadRecord,
    /// How long it is.
    pub bytes: u64,
}

impl fmt::Display for TornTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of an unfinished batch, from {}", self.bytes, self.first)
    }
}

/// What stands where a frame should, and behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Zeros only.
    Nothing,
    /// So many bytes of what was being written.
    Torn(u64),
    /// What stands there had been durable, or more than one crash can tear.
    Damaged,
}

/// Judges a segment from `offset` on, where frame `index` should stand and has not been written to
/// its end.
pub(super) fn rest(pages: &mut Pages, offset: u64, index: u64) -> io::Result<Rest> {
    let (mut end, mut was_durable) = (offset, false);
    pages.written(offset, |at, page| {
        end = at + PAGE as u64;
        let first = &page[..SECTOR];
        was_durable |= sector::begins_frame(first)
            && Header::read(first).is_some_and(|header| header.was_written_after(index));
    })?;
    let bytes = end - offset;
    Ok(if was_durable || MOST_BYTES as u64 <= bytes {
        Rest::Damaged
    } else if bytes == 0 {
        Rest::Nothing
    } else {
        Rest::Torn(bytes)
    })
}

#[cfg(test)]
mod tests;
