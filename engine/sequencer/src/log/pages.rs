//! A file read forward, some pages ahead. Where it ends it reads as zeros, as what has not been
//! written does.

use std::io;

use super::disk::{self, DiskFile};
use super::sector::PAGE;

/// How much is read at once.
const AHEAD: usize = 1 << 18;

pub(super) struct Pages {
    file: Box<dyn DiskFile>,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    start: u64,
}

impl Pages {
    pub(super) fn new(file: Box<dyn DiskFile>) -> Self {
        Self { file, buffer: Vec::new(), start: 0 }
    }

    pub(super) fn view(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let end = self.start + self.buffer.len() as u64;
        if offset < self.start || end < offset + length as u64 {
            self.load(offset, length)?;
        }
        let at = usize::try_from(offset - self.start).expect("it is within the buffer");
        Ok(&self.buffer[at..at + length])
    }

    /// What was read is not to be relied on: the file is being written.
    pub(super) fn forget(&mut self) {
        self.buffer.clear();
    }

    /// The whole pages behind `offset` that are not zeros, with where they begin.
    pub(super) fn written(
        &mut self,
        mut offset: u64,
        mut each: impl FnMut(u64, &[u8]),
    ) -> io::Result<()> {
        let end = self.file.length()?;
        while offset < end {
            let page = self.view(offset, PAGE)?;
            if page.iter().any(|byte| *byte != 0) {
                each(offset, page);
            }
            offset += PAGE as u64;
        }
        Ok(())
    }

    fn load(&mut self, offset: u64, length: usize) -> io::Result<()> {
        let left = self.file.length()?.saturating_sub(offset);
        let ahead = AHEAD.min(usize::try_from(left).unwrap_or(AHEAD));
        self.start = offset;
        self.buffer.clear();
        self.buffer.resize(length.max(ahead), 0);
        let filled = disk::fill(&*self.file, &mut self.buffer, offset);
        if filled.is_err() {
            self.buffer.clear();
        }
        filled.map(drop)
    }
}
