//! Copies of a log that is being written, and back.
//!
//! A backup is a directory with what a recovery needs (the log, the newest snapshot, what is passed
//! over) and a manifest: the hash of every file, and where the log ends, with the digest of the
//! exchange there. It is made beside a running exchange, which notices nothing; it is restored only
//! when every hash is right and a replay of it ends where the manifest says.

mod manifest;

use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::log::{Head, Logged, Reader};
use crate::quarantine::{self, Quarantine};
use crate::replay::Replay;
use crate::snapshots::Snapshots;
use crate::{Digest, Error, directory};

use manifest::{Entry, Manifest};

/// How often a backup begins again when files that it wanted were dropped meanwhile.
const TRIES: usize = 5;

/// What is in a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The last record.
    pub head: Head,
    /// The digest of the exchange after it.
    pub digest: Digest,
    /// Files, without the manifest.
    pub files: usize,
    /// Bytes of all of them.
    pub bytes: u64,
}

impl fmt::Display for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { head: Head { seq, time, chain }, digest, files, bytes } = self;
        writeln!(f, "records  {seq}, up to {time}, in {files} files of {bytes} bytes")?;
        write!(f, "chain    {chain}\ndigest   {digest}")
    }
}

/// Backs up the log of a directory, which may be in use, to a new one.
///
/// Every record in it is durable where it came from, too.
///
/// # Errors
/// When a file cannot be read or written, the new directory has something in it, or the log is
/// damaged.
pub fn backup(dir: &Path, to: &Path) -> Result<Backup, Error> {
    make_empty(to)?;
    let mut tries = 1;
    let names = loop {
        match gather(dir, to) {
            Err(Error::Io { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound && tries < TRIES =>
            {
                tries += 1;
                clear(to)?;
            }
            gathered => break gathered?,
        }
    };
    let replay = replay(to)?;
    let files: Result<Vec<Entry>, Error> = names.iter().map(|name| Entry::of(to, name)).collect();
    let manifest = Manifest { head: replay.head(), digest: replay.digest(), files: files? };
    directory::sync(to)?;
    manifest.write(to)?;
    Ok(manifest.summary())
}

/// Restores a backup to a new directory, on which an exchange can be started.
///
/// # Errors
/// When the backup is not what its manifest says, or the new directory has something in it. Then
/// nothing is written.
pub fn restore(from: &Path, dir: &Path) -> Result<Backup, Error> {
    let manifest = Manifest::read(from)?;
    manifest.check_files(from)?;
    let replay = replay(from)?;
    if (replay.head(), replay.digest()) != (manifest.head, manifest.digest) {
        let fault = format!(
            "it replays to record {} with digest {}, and was record {} with digest {}",
            replay.head().seq,
            replay.digest(),
            manifest.head.seq,
            manifest.digest
        );
        return Err(Error::Backup { path: from.to_owned(), fault });
    }
    make_empty(dir)?;
    let draft = beside(dir);
    fs::create_dir(&draft).map_err(Error::io("make", &draft))?;
    for Entry { name, .. } in &manifest.files {
        copy(&from.join(name), &draft.join(name))?;
    }
    directory::sync(&draft)?;
    directory::rename(&draft, dir)?;
    Ok(manifest.summary())
}

/// Links or copies what a recovery needs, and says how the files are called.
fn gather(dir: &Path, to: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let snapshots = Snapshots::of(dir);
    let newest = snapshots.list()?.into_iter().find(|file| snapshots.header(file).is_ok());
    if let Some(newest) = newest {
        let name = newest.path.file_name().and_then(|name| name.to_str());
        let name = name.expect("it was found by its name").to_owned();
        link(&newest.path, &to.join(&name))?;
        names.push(name);
    }
    let quarantined = dir.join(quarantine::FILE);
    if quarantined.try_exists().map_err(Error::io("look for", &quarantined))? {
        copy(&quarantined, &to.join(quarantine::FILE))?;
        names.push(quarantine::FILE.to_owned());
    }
    let mut extents = extents(dir)?;
    let open = extents.pop();
    for (name, _) in &extents {
        link(&dir.join(name), &to.join(name))?;
    }
    if let Some((name, bytes)) = &open {
        copy_beginning(&dir.join(name), &to.join(name), *bytes)?;
    }
    names.extend(extents.into_iter().chain(open).map(|(name, _)| name));
    Ok(names)
}

/// The files of a log and how far each has whole frames. All but the last never change.
fn extents(dir: &Path) -> Result<Vec<(String, u64)>, Error> {
    let mut reader = Reader::open(dir)?;
    reader.by_ref().try_for_each(|logged| logged.map(drop))?;
    Ok(reader.extents())
}

/// Copies so many bytes of a file that is written to. Syncing the original makes sure that no record is
/// in the copy that a power cut could still take from it.
fn copy_beginning(from: &Path, to: &Path, bytes: u64) -> Result<(), Error> {
    directory::sync_file(from)?;
    let copy = || {
        let mut copied = File::create(to)?;
        std::io::copy(&mut File::open(from)?.take(bytes), &mut copied)?;
        copied.sync_all()
    };
    copy().map_err(Error::io("copy", from))
}

/// The exchange of a directory that nobody writes to: from its newest snapshot on, if it has one.
fn replay(dir: &Path) -> Result<Replay<()>, Error> {
    let quarantine = Quarantine::read(dir)?;
    let snapshots = Snapshots::of(dir);
    let mut replay = Replay::default();
    if let Some(file) = snapshots.list()?.first() {
        replay = snapshots.load(file).map_err(|flaw| {
            let fault = format!("{}: {flaw}", file.path.display());
            Error::Backup { path: dir.to_owned(), fault }
        })?;
    }
    let mut reader = Reader::open(dir)?;
    let last = replay.head().seq;
    let is_new = |logged: &Result<Logged, Error>| {
        logged.as_ref().map_or(true, |logged| last < logged.command.seq)
    };
    replay.run(reader.by_ref().filter(is_new), &quarantine)?;
    if let Some(tail) = reader.torn() {
        let fault = format!("its log ends with {tail}");
        return Err(Error::Backup { path: dir.to_owned(), fault });
    }
    if replay.head() != reader.head() {
        let fault = "its snapshot was taken of another log".to_owned();
        return Err(Error::Backup { path: dir.to_owned(), fault });
    }
    Ok(replay)
}

/// Another name for a file that never changes; on another disk, a copy.
fn link(from: &Path, to: &Path) -> Result<(), Error> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::io("link", from)(error))
        }
        Err(_) => copy(from, to),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::copy(from, to).map_err(Error::io("copy", from))?;
    directory::sync_file(to)
}

/// Makes a directory, if it is not there and empty.
fn make_empty(dir: &Path) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(Error::io("make", dir))?;
    let mut entries = fs::read_dir(dir).map_err(Error::io("list", dir))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(Error::NotEmpty { path: dir.to_owned() }),
    }
}

/// Takes out what a try has left.
fn clear(dir: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(dir).map_err(Error::io("list", dir))? {
        let path = entry.map_err(Error::io("list", dir))?.path();
        fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    }
    Ok(())
}

/// Where a directory is made before it gets its name.
fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".restoring");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
