//! What a backup says of itself, as lines of text. The last line is the hash of those before it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;

use types::Timestamp;

use super::Backup;
use crate::log::Head;
use crate::{Digest, Error, directory};

/// Its name.
const FILE: &str = "manifest";

/// Its first line.
const TITLE: &str = "gigahour backup 1";

/// A manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) head: Head,
    pub(super) digest: Digest,
    pub(super) files: Vec<Entry>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    bytes: u64,
    hash: Digest,
}

impl Entry {
    /// A file as it is.
    pub(super) fn of(dir: &Path, name: &str) -> Result<Self, Error> {
        let path = dir.join(name);
        let mut hasher = blake3::Hasher::new();
        let mut file = File::open(&path).map_err(Error::io("open", &path))?;
        let bytes = std::io::copy(&mut file, &mut hasher).map_err(Error::io("read", &path))?;
        Ok(Self { name: name.to_owned(), bytes, hash: Digest(*hasher.finalize().as_bytes()) })
    }
}

impl Manifest {
    /// Writes it, whole or not at all.
    pub(super) fn write(&self, dir: &Path) -> Result<(), Error> {
        directory::replace(&dir.join(FILE), self.text().as_bytes())
    }

    /// The manifest of a backup.
    pub(super) fn read(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(FILE);
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let fault = || fault_in(dir, "its manifest is not as it was written");
        let manifest = Self::parse(&text).ok_or_else(fault)?;
        if manifest.text() == text { Ok(manifest) } else { Err(fault()) }
    }

    /// Checks that the files of a backup are these, to the byte, and no others.
    pub(super) fn check_files(&self, dir: &Path) -> Result<(), Error> {
        let mut names: BTreeSet<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        names.insert(FILE);
        for entry in fs::read_dir(dir).map_err(Error::io("list", dir))? {
            let name = entry.map_err(Error::io("list", dir))?.file_name();
            if !name.to_str().is_some_and(|name| names.contains(name)) {
                return Err(fault_in(dir, &format!("{} is none of it", name.display())));
            }
        }
        for file in &self.files {
            if Entry::of(dir, &file.name)? != *file {
                return Err(fault_in(dir, &format!("{} is not as it was written", file.name)));
            }
        }
        Ok(())
    }

    pub(super) fn summary(&self) -> Backup {
        let Self { head, digest, files } = self;
        let bytes = files.iter().map(|file| file.bytes).sum();
        Backup { head: *head, digest: *digest, files: files.len(), bytes }
    }

    fn text(&self) -> String {
        let Head { seq, time, chain } = self.head;
        let mut text = format!("{TITLE}\nseq {seq}\ntime_ns {}\nchain {chain}\n", time.0);
        let mut line = |line: std::fmt::Arguments<'_>| {
            writeln!(text, "{line}").expect("a string takes everything");
        };
        line(format_args!("digest {}", self.digest));
        for Entry { name, bytes, hash } in &self.files {
            line(format_args!("file {name} {bytes} {hash}"));
        }
        let hash = Digest(*blake3::hash(text.as_bytes()).as_bytes());
        text + &format!("end {hash}\n")
    }

    /// What the lines say; whether they say it as [`Self::text`] does is asked afterwards.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        lines.next().filter(|line| *line == TITLE)?;
        let mut field = |name| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let seq = field("seq")?.parse().ok()?;
        let time = Timestamp(field("time_ns")?.parse().ok()?);
        let chain = Digest::parse(field("chain")?)?;
        let digest = Digest::parse(field("digest")?)?;
        let files = lines.filter_map(|line| line.strip_prefix("file ")).map(entry);
        Some(Self { head: Head { seq, time, chain }, digest, files: files.collect::<Option<_>>()? })
    }
}

/// A name leads nowhere else.
fn entry(line: &str) -> Option<Entry> {
    let mut words = line.split(' ');
    let name = words.next()?.to_owned();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let bytes = words.next()?.parse().ok()?;
    let hash = Digest::parse(words.next()?)?;
    let is_good = name.chars().all(is_plain) && name.starts_with(|c: char| c != '.');
    (is_good && words.next().is_none()).then_some(Entry { name, bytes, hash })
}

fn fault_in(dir: &Path, fault: &str) -> Error {
    Error::Backup { path: dir.to_owned(), fault: fault.to_owned() }
}
