//! A log in one append-only file of a directory that one process has at a time.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use types::{Command, Sequenced};

use super::disk::Disk;
use super::reader::Reader;
use super::record::{self, FILE_HEADER};
use super::{CommandLog, FileFollower, Head, TornTail};
use crate::{Batch, Error, batch};

/// The records.
pub(super) const RECORDS: &str = "commands.log";

/// Locked by the process that appends.
const LOCK: &str = "lock";

/// The log of a directory. While it is open, no other process can open it.
pub struct FileLog {
    path: PathBuf,
    disk: Box<dyn Disk>,
    head: Head,
    bytes: u64,
    cut: Option<TornTail>,
    /// The records of a batch, kept for its memory.
    image: Vec<u8>,
    /// An append has failed.
    broken: bool,
    /// Held as long as the log is open.
    _lock: File,
}

impl FileLog {
    /// Opens the log of a directory, and makes both if they are not there. A tail that a crash has
    /// torn is cut off; when this returns, every record left is durable.
    ///
    /// # Errors
    /// When the directory is in use, the file system fails, or a record is damaged that had been
    /// acknowledged. Damage changes nothing.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        Self::open_on(dir, |file| Box::new(file))
    }

    /// The sync is for what a process wrote that ended before its own sync: read back here, it must
    /// not be lost any more.
    fn open_on(dir: &Path, disk: impl FnOnce(File) -> Box<dyn Disk>) -> Result<Self, Error> {
        make_directory(dir)?;
        let lock = lock(dir)?;
        let path = dir.join(RECORDS);
        if !path.try_exists().map_err(Error::io("look for", &path))? {
            create(dir, &path)?;
        }
        let mut reader = Reader::open(dir)?;
        reader.by_ref().try_for_each(|record| record.map(drop))?;
        let mut disk = disk(open_for_append(&path, reader.offset())?);
        disk.sync().map_err(Error::io("sync", &path))?;
        sync_directory(dir)?;
        Ok(Self {
            path,
            disk,
            head: reader.head(),
            bytes: reader.offset(),
            cut: reader.torn().cloned(),
            image: Vec::new(),
            broken: false,
            _lock: lock,
        })
    }

    /// Writes the records of a batch into the image, and says how the log ends with them.
    fn draw(&mut self, batch: &Batch) -> Head {
        self.image.clear();
        let first = batch.first().unwrap_or_default();
        batch.iter().fold(self.head, |head, record| {
            let head = head.then(&record);
            record::write(&mut self.image, &head, first, record.value);
            head
        })
    }
}

impl CommandLog for FileLog {
    type Follower = FileFollower;

    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        if self.broken {
            return Err(Error::Broken { path: self.path.clone() });
        }
        let head = self.draw(batch);
        assert!(self.image.len() <= batch::MOST_BYTES, "recovery relies on the bound");
        self.broken = true;
        self.disk.write(&self.image).map_err(Error::io("write to", &self.path))?;
        self.disk.sync().map_err(Error::io("sync", &self.path))?;
        self.broken = false;
        self.head = head;
        self.bytes += self.image.len() as u64;
        Ok(())
    }

    fn read(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Sequenced<Command>, Error>>, Error> {
        let dir = self.path.parent().expect("it is in the directory it was opened in");
        let before = move |record: &Result<Sequenced<_>, _>| {
            record.as_ref().is_ok_and(|record| record.seq < from)
        };
        Ok(Reader::open_durable(dir, self.bytes)?.skip_while(before))
    }

    fn first(&self) -> u64 {
        1
    }

    fn drop_before(&mut self, _: u64) -> Result<(), Error> {
        Ok(())
    }

    fn follow(&self, from: u64) -> Result<FileFollower, Error> {
        FileFollower::open(self.path.parent().expect("it is in its directory"), from)
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn cut(&self) -> Option<&TornTail> {
        self.cut.as_ref()
    }
}

/// Whether a process has the log of this directory open.
pub(crate) fn is_in_use(dir: &Path) -> Result<bool, Error> {
    let path = dir.join(LOCK);
    if !path.try_exists().map_err(Error::io("look for", &path))? {
        return Ok(false);
    }
    let file = File::open(&path).map_err(Error::io("open", &path))?;
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(source)) => Err(Error::io("lock", &path)(source)),
    }
}

fn lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join(LOCK);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(Error::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
        Err(TryLockError::Error(source)) => Err(Error::io("lock", &path)(source)),
    }
}

fn make_directory(dir: &Path) -> Result<(), Error> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir).map_err(Error::io("make", dir))?;
    match dir.parent() {
        Some(parent) if parent != Path::new("") => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
}

/// Makes an empty log. It gets its name when it is whole, so a crash leaves no half of one.
fn create(dir: &Path, path: &Path) -> Result<(), Error> {
    let draft = path.with_extension("new");
    let write = || {
        let mut file = File::create(&draft)?;
        file.write_all(&FILE_HEADER)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    write().map_err(Error::io("create", path))?;
    sync_directory(dir)
}

/// Opens the file for appending and cuts it off at `end` if it is longer.
fn open_for_append(path: &Path, end: u64) -> Result<File, Error> {
    let file = File::options().append(true).open(path).map_err(Error::io("open", path))?;
    let length = file.metadata().map_err(Error::io("measure", path))?.len();
    if end < length {
        file.set_len(end).map_err(Error::io("cut", path))?;
    }
    Ok(file)
}

/// Makes the names in a directory durable.
fn sync_directory(dir: &Path) -> Result<(), Error> {
    let sync = || File::open(dir)?.sync_all();
    sync().map_err(Error::io("sync", dir))
}

#[cfg(test)]
mod tests;
