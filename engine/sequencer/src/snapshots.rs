//! The snapshots of a directory: written, found, read and forgotten.
//!
//! A snapshot is written under another name, synced and renamed, so under its own name it is whole.
//! Which record it was taken after is its name. It stands for the log up to there, but it is no part
//! of the log: without any, the log from its first record gives the same exchange.

mod format;

use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use engine::{Exchange, Structure};

use crate::derived::Derived;
use crate::log::Head;
use crate::replay::{Replay, whole};
use crate::{Digest, Error, codec, directory};

pub use format::SnapshotFlaw;

use format::{HEADER_BYTES, Header, Measured};

/// Ending of a snapshot's name; before it stand the 20 digits of its record.
const ENDING: &str = "snapshot";

/// A snapshot that is being written.
const DRAFT: &str = "snapshot.new";

/// The snapshots of a directory.
#[derive(Clone, Debug)]
pub struct Snapshots {
    dir: PathBuf,
}

/// A snapshot by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotFile {
    /// The file.
    pub path: PathBuf,
    /// The last record in it.
    pub seq: u64,
}

/// A snapshot that could not be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSnapshot {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub flaw: SnapshotFlaw,
}

impl fmt::Display for BadSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.flaw)
    }
}

/// A snapshot that was written, and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub file: SnapshotFile,
    /// The end of the log it stands for.
    pub head: Head,
    /// The digest of the exchange in it.
    pub digest: Digest,
    /// Bytes of the file.
    pub bytes: u64,
}

/// A snapshot that is whole and synced, and has no name yet.
pub(crate) struct Draft {
    path: PathBuf,
    header: Header,
}

impl Snapshots {
    /// The snapshots of a directory.
    #[must_use]
    pub fn of(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// All of them, the newest first.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn list(&self) -> Result<Vec<SnapshotFile>, Error> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(Error::io("list", &self.dir))? {
            let path = entry.map_err(Error::io("list", &self.dir))?.path();
            files.extend(seq_of(&path).map(|seq| SnapshotFile { path, seq }));
        }
        files.sort_by_key(|file| std::cmp::Reverse(file.seq));
        Ok(files)
    }

    /// Writes a snapshot of an exchange whose log ends at `head`, with what is derived beside it, and
    /// returns when it is durable under its name.
    ///
    /// # Errors
    /// When the file system fails. What was there before is still there.
    pub fn write<D: Derived>(
        &self,
        head: Head,
        exchange: &Exchange,
        derived: &D,
    ) -> Result<Written, Error> {
        self.publish(&self.draft(head, exchange, derived)?)
    }

    /// Writes a snapshot under another name and syncs it.
    fn draft<D: Derived>(
        &self,
        head: Head,
        exchange: &Exchange,
        derived: &D,
    ) -> Result<Draft, Error> {
        let path = self.dir.join(DRAFT);
        let write = || {
            let mut file = File::create(&path)?;
            file.write_all(&[0; HEADER_BYTES])?;
            let mut out = Measured::new(BufWriter::with_capacity(1 << 18, &mut file));
            codec::encode_snapshot(&exchange.snapshot(), &mut out);
            out.flush()?;
            let state = out.finish()?;
            let mut out = Measured::new(BufWriter::with_capacity(1 << 18, &mut file));
            derived.save(&mut out)?;
            out.flush()?;
            let derived = out.finish()?;
            let header = Header { head, state, derived, derived_version: D::VERSION };
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&header.to_bytes())?;
            file.sync_all()?;
            Ok(header)
        };
        write().map(|header| Draft { path: path.clone(), header }).map_err(|source| {
            // What it takes of a full disk is needed.
            fs::remove_file(&path).ok();
            Error::io("write", &path)(source)
        })
    }

    /// Gives it its name.
    fn publish(&self, draft: &Draft) -> Result<Written, Error> {
        let Header { head, state, derived, .. } = draft.header;
        let path = self.dir.join(format!("{:020}.{ENDING}", head.seq));
        directory::rename(&draft.path, &path)?;
        let bytes = HEADER_BYTES as u64 + state.bytes + derived.bytes;
        let file = SnapshotFile { path, seq: head.seq };
        Ok(Written { file, head, digest: state.hash, bytes })
    }

    /// Removes all that are older than the newest `count` with a good header, and says which is the
    /// oldest of those, when there are so many.
    ///
    /// # Errors
    /// When the file system fails.
    pub(crate) fn keep(&self, count: usize) -> Result<Option<u64>, Error> {
        let files = self.list()?;
        let good = files.iter().filter(|file| self.header(file).is_ok());
        let Some(oldest) = good.take(count).nth(count - 1) else { return Ok(None) };
        for file in files.iter().filter(|file| file.seq < oldest.seq) {
            fs::remove_file(&file.path).map_err(Error::io("remove", &file.path))?;
        }
        directory::sync(&self.dir)?;
        Ok(Some(oldest.seq))
    }

    /// The end of the log that a snapshot stands for, and the digest of its exchange, by its header.
    ///
    /// # Errors
    /// When the header is not good.
    pub(crate) fn header(&self, file: &SnapshotFile) -> Result<(Head, Digest), SnapshotFlaw> {
        let mut bytes = Vec::new();
        File::open(&file.path)
            .and_then(|opened| opened.take(HEADER_BYTES as u64).read_to_end(&mut bytes))
            .map_err(unreadable)?;
        let (header, _) = Header::read(&bytes)?;
        is_of(file, header).map(|header| (header.head, header.state.hash))
    }

    /// The exchange of a snapshot, with what was derived beside it.
    ///
    /// # Errors
    /// When it is not as it was written, or of another version.
    pub(crate) fn load<D: Derived>(&self, file: &SnapshotFile) -> Result<Replay<D>, SnapshotFlaw> {
        let bytes = fs::read(&file.path).map_err(unreadable)?;
        let (header, state, derived) = Header::split(&bytes)?;
        let header = is_of(file, header)?;
        // A length that was changed can ask for more memory than there is, so this comes first.
        header.check(state, derived)?;
        let snapshot =
            codec::decode_snapshot(state).map_err(|e| SnapshotFlaw::Meaning(e.to_string()))?;
        let exchange = whole(|| Exchange::restored(snapshot, Structure::default()))
            .map_err(SnapshotFlaw::Meaning)?;
        let derived =
            D::load(header.derived_version, derived).map_err(SnapshotFlaw::OtherDerived)?;
        Ok(Replay::behind(header.head, exchange, derived))
    }
}

fn is_of(file: &SnapshotFile, header: Header) -> Result<Header, SnapshotFlaw> {
    match header.head.seq {
        seq if seq == file.seq => Ok(header),
        seq => Err(SnapshotFlaw::Name(seq)),
    }
}

fn unreadable(error: impl fmt::Display) -> SnapshotFlaw {
    SnapshotFlaw::Unreadable(error.to_string())
}

/// The record that a snapshot of this name was taken after.
fn seq_of(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    let digits = name.strip_suffix(ENDING)?.strip_suffix('.')?;
    let is_number = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
