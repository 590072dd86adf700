//! The tree of the log as files, by C2SP tlog-tiles: `tile/<level>/<place>` and
//! `tile/entries/<place>`, and the last checkpoint beside them. A cache: lost or stale, it is made
//! again from the log.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use proof::{Edge, Entry, TileData};

use crate::Error;

/// The directory below that of the log.
const DIRECTORY: &str = "proofs";

/// Entries of a full bundle.
const FULL: usize = 256;

/// Bytes of an entry.
const ENTRY: usize = Entry::BYTES;

/// The files.
#[derive(Debug)]
pub(super) struct Cache {
    dir: PathBuf,
    /// The last bundle of entries, each behind its length.
    bundle: Vec<u8>,
    entries: usize,
    bundles: u64,
}

impl Cache {
    /// The cache of the log in `dir`, before its first record.
    pub(super) fn new(dir: &Path) -> Self {
        let dir = dir.join(DIRECTORY);
        Self { dir, bundle: Vec::new(), entries: 0, bundles: 0 }
    }

    /// The cache of the log in `dir` as it was left with so many records, and the last entry; none when
    /// its files are not there.
    pub(super) fn resume(dir: &Path, size: u64) -> Option<(Self, Vec<u8>)> {
        let mut cache = Self::new(dir);
        cache.entries = usize::try_from(size % FULL as u64).expect("below 256");
        cache.bundles = size / FULL as u64;
        if 0 < cache.entries {
            cache.bundle = cache.read_bundle(cache.bundles, cache.entries)?;
        }
        let last = match (cache.entries, cache.bundles) {
            (0, 0) => Vec::new(),
            (0, bundles) => cache.read_bundle(bundles - 1, FULL)?,
            (_, _) => cache.bundle.clone(),
        };
        Some((cache, last.get(last.len().checked_sub(ENTRY)?..)?.to_vec()))
    }

    fn read_bundle(&self, index: u64, width: usize) -> Option<Vec<u8>> {
        let bundle = self.read(&format!("tile/entries/{}", proof::place(index, width)))?;
        (bundle.len() == width * (2 + ENTRY)).then_some(bundle)
    }

    /// A file of the cache, if it is there.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.dir.join(name)).ok()
    }

    /// Takes the next entry; a full bundle is written.
    pub(super) fn add(&mut self, entry: &[u8]) -> Result<(), Error> {
        let length = u16::try_from(entry.len()).expect("an entry has a fixed length");
        self.bundle.extend_from_slice(&length.to_be_bytes());
        self.bundle.extend_from_slice(entry);
        self.entries += 1;
        if self.entries < FULL {
            return Ok(());
        }
        let place = proof::place(self.bundles, FULL);
        self.write_full(&format!("tile/entries/{place}"), &self.bundle)?;
        self.bundle.clear();
        self.entries = 0;
        self.bundles += 1;
        Ok(())
    }

    /// Writes a tile that is full. Its parts are not needed any more.
    pub(super) fn fill(&self, tile: &TileData<'_>) -> Result<(), Error> {
        self.write_full(&tile.path(), tile.hashes)
    }

    /// Writes what is begun, and the note that is over it.
    pub(super) fn publish(&self, edge: &Edge, note: &str) -> Result<(), Error> {
        for tile in edge.partial() {
            self.write(&tile.path(), tile.hashes)?;
        }
        if 0 < self.entries {
            let place = proof::place(self.bundles, self.entries);
            self.write(&format!("tile/entries/{place}"), &self.bundle)?;
        }
        self.write("checkpoint", note.as_bytes())
    }

    fn write_full(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.write(name, bytes)?;
        let parts = self.dir.join(format!("{name}.p"));
        match fs::remove_dir_all(&parts) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io("remove", &parts)(error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes a file that is whole whenever it is seen. One that has these bytes is left alone: after
    /// a start the log is gone through again.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.dir.join(name);
        if fs::read(&path).is_ok_and(|before| before == bytes) {
            return Ok(());
        }
        let parent = path.parent().expect("it is below the directory");
        fs::create_dir_all(parent).map_err(Error::io("make", parent))?;
        let draft = path.with_extension("new");
        fs::write(&draft, bytes).map_err(Error::io("write to", &draft))?;
        fs::rename(&draft, &path).map_err(Error::io("rename to", &path))
    }
}

/// The last checkpoint that was published of the log in `dir`.
pub(super) fn last_checkpoint(dir: &Path) -> Result<String, Error> {
    let path = dir.join(DIRECTORY).join("checkpoint");
    fs::read_to_string(&path).map_err(Error::io("read", &path))
}
