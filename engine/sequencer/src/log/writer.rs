//! The segment that is written, and the next one behind it.

use std::io;
use std::sync::Arc;

use super::disk::{self, Disk, DiskFile};
use super::sector::PAGE;
use super::segment::Start;
use super::spare::{self, Spare, Zeros};
use super::{Ahead, LogSettings};
use crate::Error;

/// Bytes of the first segment. Each one has four times as many as the one before, up to the setting,
/// so that a new log is there at once.
const FIRST_BYTES: u64 = 1 << 20;

/// A file that is being made; it gets its name when it is whole.
const DRAFT: &str = "segment.new";

pub(super) struct Writer {
    disk: Arc<dyn Disk>,
    settings: LogSettings,
    file: Box<dyn DiskFile>,
    name: String,
    /// Where the next frame begins.
    offset: u64,
    /// Up to here the file is on the disk.
    length: u64,
    spare: Spare,
}

impl Writer {
    /// Makes a segment behind the end of a log, or the first one.
    pub(super) fn create(
        disk: &Arc<dyn Disk>,
        settings: LogSettings,
        start: &Start,
    ) -> Result<Self, Error> {
        let (name, bytes) = (start.name(), FIRST_BYTES.min(settings.segment_bytes));
        let made = make(&**disk, &name, bytes, |file| file.write_at(&start.page(), 0));
        let file = made.map_err(Error::io("create", &disk.path(&name)))?;
        Ok(Self::on(disk, settings, file, name, PAGE as u64, bytes.max(PAGE as u64)))
    }

    /// Goes on with a segment that ends at `offset`, and overwrites the bytes behind that are torn.
    /// The sync is for what a process wrote that ended before its own sync: read back, it must not be
    /// lost any more.
    pub(super) fn open(
        disk: &Arc<dyn Disk>,
        settings: LogSettings,
        name: String,
        offset: u64,
        torn: u64,
    ) -> Result<Self, Error> {
        let path = disk.path(&name);
        let file = disk.change(&name).map_err(Error::io("open", &path))?;
        spare::fill(&*file, offset, offset + torn).map_err(Error::io("write to", &path))?;
        file.sync().map_err(Error::io("sync", &path))?;
        disk.sync().map_err(Error::io("sync", &disk.path("")))?;
        let length = file.length().map_err(Error::io("measure", &path))?;
        Ok(Self::on(disk, settings, file, name, offset, length))
    }

    /// Goes back to an earlier segment, which ends at `offset`.
    pub(super) fn reopen(&mut self, name: String, offset: u64) -> Result<(), Error> {
        let path = self.disk.path(&name);
        let file = self.disk.change(&name).map_err(Error::io("open", &path))?;
        let length = file.length().map_err(Error::io("measure", &path))?;
        (self.file, self.name, self.offset, self.length) = (file, name, offset, length);
        Ok(())
    }

    /// Makes the segment anew with what it has up to `offset`, in one step.
    pub(super) fn shorten(&mut self, offset: u64) -> Result<(), Error> {
        let copy = || {
            let mut kept = vec![0; usize::try_from(offset).map_err(io::Error::other)?];
            disk::fill(&*self.file, &mut kept, 0)?;
            make(&*self.disk, &self.name, self.length, |file| file.write_at(&kept, 0))
        };
        self.file = copy().map_err(Error::io("shorten", &self.disk.path(&self.name)))?;
        self.offset = offset;
        Ok(())
    }

    fn on(
        disk: &Arc<dyn Disk>,
        settings: LogSettings,
        file: Box<dyn DiskFile>,
        name: String,
        offset: u64,
        length: u64,
    ) -> Self {
        let spare = Spare::new(Arc::clone(disk));
        Self { disk: Arc::clone(disk), settings, file, name, offset, length, spare }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where the next frame begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.offset + bytes as u64 <= self.length
    }

    /// Whether there is, or is being made, where to go on when this segment is full.
    pub(super) fn has_reserve(&mut self) -> bool {
        !self.spare.has_failed()
    }

    /// Makes room for a frame of so many bytes in this segment.
    pub(super) fn extend(&mut self, frame: usize) -> Result<(), Error> {
        let end = self.offset + frame as u64;
        let extend = || {
            spare::fill(&*self.file, self.length, end)?;
            self.file.sync()
        };
        extend().map_err(|source| Error::io("write to", &self.disk.path(&self.name))(source))?;
        self.length = end;
        Ok(())
    }

    /// Goes on with a new segment that has room for a frame of so many bytes.
    pub(super) fn roll(&mut self, start: &Start, frame: usize) -> Result<(), Error> {
        let name = start.name();
        let path = self.disk.path(&name);
        let least = (PAGE + frame) as u64;
        let spare = self.spare.take().filter(|zeros| least <= zeros.bytes);
        let zeros = match spare {
            Some(zeros) => self.name_spare(zeros, start, &name),
            None => {
                let bytes = least.max(FIRST_BYTES.min(self.settings.segment_bytes));
                make(&*self.disk, &name, bytes, |file| file.write_at(&start.page(), 0))
                    .map(|file| Zeros { file, bytes })
            }
        };
        let Zeros { file, bytes } = zeros.map_err(Error::io("create", &path))?;
        (self.file, self.name, self.offset, self.length) = (file, name, PAGE as u64, bytes);
        Ok(())
    }

    fn name_spare(&self, zeros: Zeros, start: &Start, name: &str) -> io::Result<Zeros> {
        zeros.file.write_at(&start.page(), 0)?;
        zeros.file.sync()?;
        self.disk.rename(spare::NAME, name)?;
        self.disk.sync()?;
        Ok(zeros)
    }

    pub(super) fn write(&mut self, image: &[u8]) -> Result<(), Error> {
        let written = self.file.write_at(image, self.offset);
        written.map_err(|source| Error::io("write to", &self.disk.path(&self.name))(source))?;
        self.offset += image.len() as u64;
        if self.settings.ahead == Ahead::Thread && self.length / 2 < self.offset {
            let bytes = FIRST_BYTES.max(self.length.saturating_mul(4));
            self.spare.prepare(bytes.min(self.settings.segment_bytes));
        }
        Ok(())
    }

    pub(super) fn sync(&self) -> Result<(), Error> {
        self.file.sync().map_err(|source| Error::io("sync", &self.disk.path(&self.name))(source))
    }
}

/// Makes a file of zeros with something at its beginning, whole or not at all.
fn make(
    disk: &dyn Disk,
    name: &str,
    bytes: u64,
    begin: impl FnOnce(&dyn DiskFile) -> io::Result<()>,
) -> io::Result<Box<dyn DiskFile>> {
    disk::publish(disk, DRAFT, name, |file| {
        spare::fill(file, 0, bytes)?;
        begin(file)
    })
    .inspect_err(|_| {
        // The next start removes it if this cannot.
        let _ = disk.remove(DRAFT);
    })
}
