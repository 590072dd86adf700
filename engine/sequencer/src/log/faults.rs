//! A directory in memory that fails as disks do: power that goes in the middle of a write, pages that
//! were never synced and are lost, bits that flip, reads that come short, a disk that is full, errors
//! on write and on sync.

mod chance;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use super::disk::{Disk, DiskFile};
use super::sector::{PAGE, SECTOR};
use chance::{Left, left};

pub(super) use chance::Chance;

/// What was asked of the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Write(String, u64, usize),
    Sync(String),
    Other,
}

/// What goes wrong, and after how many calls that change the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The power goes in the middle of the call; nothing works until the restart.
    Power(usize),
    /// A write fails with an input/output error, half done.
    Write(usize),
    /// A sync fails with an input/output error; what it should have kept may be lost.
    Sync(usize),
}

#[derive(Default)]
struct State {
    /// The names as the process sees them, and as the disk has them.
    names: BTreeMap<String, usize>,
    kept: BTreeMap<String, usize>,
    /// Changes of names that the disk does not have yet, oldest first.
    renamings: Vec<Renaming>,
    files: Vec<Contents>,
    calls: Vec<Call>,
    /// Calls that change the disk.
    changes: usize,
    fault: Option<Fault>,
    is_off: bool,
    /// Bytes of all files.
    room: Option<usize>,
    short_reads: Option<Chance>,
    unreadable: bool,
}

enum Renaming {
    Name(String, usize),
    Move(String, String),
    Remove(String),
}

/// A file as the process sees it and as the disk has it.
#[derive(Default)]
struct Contents {
    seen: Vec<u8>,
    kept: Vec<u8>,
    /// Pages that were written and not synced.
    dirty: BTreeSet<usize>,
}

#[derive(Clone, Default)]
pub(super) struct FaultyDisk(Arc<Mutex<State>>);

struct FaultyFile {
    disk: FaultyDisk,
    index: usize,
    name: String,
}

impl State {
    /// Notes a call that changes the disk, and fails it if its time has come.
    fn change(&mut self, call: Call) -> io::Result<()> {
        if self.is_off {
            return Err(io::Error::other("the power is off"));
        }
        self.changes += 1;
        let is_sync = matches!(call, Call::Sync(_));
        let is_write = matches!(call, Call::Write(..));
        self.calls.push(call);
        match self.fault {
            Some(Fault::Power(at)) if at < self.changes => {
                self.is_off = true;
                Err(io::Error::other("the power is off"))
            }
            Some(Fault::Write(at)) if at < self.changes && is_write => {
                Err(io::Error::other("input/output error"))
            }
            Some(Fault::Sync(at)) if at < self.changes && is_sync => {
                Err(io::Error::other("input/output error"))
            }
            Some(Fault::Power(_) | Fault::Write(_) | Fault::Sync(_)) | None => Ok(()),
        }
    }

    fn file(&self, name: &str) -> io::Result<usize> {
        if self.is_off {
            return Err(io::Error::other("the power is off"));
        }
        self.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Contents {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        if self.seen.len() < end {
            self.seen.resize(end, 0);
        }
        self.seen[offset..end].copy_from_slice(bytes);
        if !bytes.is_empty() {
            self.dirty.extend(offset / PAGE..=(end - 1) / PAGE);
        }
    }

    fn sync(&mut self) {
        for page in std::mem::take(&mut self.dirty) {
            self.keep(page, 0..PAGE);
        }
        self.kept.resize(self.seen.len(), 0);
    }

    /// Puts these bytes of a page on the disk.
    fn keep(&mut self, page: usize, bytes: std::ops::Range<usize>) {
        let start = (page * PAGE + bytes.start).min(self.seen.len());
        let end = (page * PAGE + bytes.end).min(self.seen.len());
        if self.kept.len() < end {
            self.kept.resize(end, 0);
        }
        self.kept[start..end].copy_from_slice(&self.seen[start..end]);
    }

    fn restart(&mut self, chance: &mut Chance) {
        for page in std::mem::take(&mut self.dirty) {
            match left(chance) {
                Left::Nothing => {}
                Left::All => self.keep(page, 0..PAGE),
                Left::Bytes(count) => self.keep(page, 0..count),
                Left::Sectors(chosen) => {
                    for sector in (0..PAGE / SECTOR).filter(|sector| chosen >> sector & 1 == 1) {
                        self.keep(page, sector * SECTOR..(sector + 1) * SECTOR);
                    }
                }
            }
        }
        self.seen = self.kept.clone();
    }
}

impl FaultyDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test thread panics")
    }

    pub(super) fn fail(&self, fault: Fault) {
        let state = &mut *self.state();
        state.fault = Some(match fault {
            Fault::Power(after) => Fault::Power(state.changes + after),
            Fault::Write(after) => Fault::Write(state.changes + after),
            Fault::Sync(after) => Fault::Sync(state.changes + after),
        });
    }

    /// From now on all files together may have so many bytes more.
    pub(super) fn leave_room(&self, bytes: Option<usize>) {
        let state = &mut *self.state();
        let used: usize = state.names.values().map(|index| state.files[*index].seen.len()).sum();
        state.room = bytes.map(|bytes| used + bytes);
    }

    /// From now on a read brings fewer bytes than were asked for.
    pub(super) fn read_short(&self, chance: Chance) {
        self.state().short_reads = Some(chance);
    }

    pub(super) fn fail_reads(&self) {
        self.state().unreadable = true;
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.state().calls)
    }

    /// The process is gone and the machine starts again: of what was not synced, a part is left.
    pub(super) fn restart(&self, chance: &mut Chance) {
        let state = &mut *self.state();
        let renamings = std::mem::take(&mut state.renamings);
        let count = chance.below(renamings.len() + 1);
        for renaming in renamings.into_iter().take(count) {
            apply(&mut state.kept, renaming);
        }
        state.names = state.kept.clone();
        state.files.iter_mut().for_each(|file| file.restart(chance));
        (state.fault, state.is_off, state.room) = (None, false, None);
    }

    /// A directory with one file.
    pub(super) fn with(name: &str, bytes: Vec<u8>) -> Self {
        let disk = Self::default();
        {
            let state = &mut *disk.state();
            state.files.push(Contents { kept: bytes.clone(), seen: bytes, dirty: BTreeSet::new() });
            state.names.insert(name.to_owned(), 0);
            state.kept = state.names.clone();
        }
        disk
    }

    /// Changes the bytes of a file, behind everybody's back.
    pub(super) fn damage(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let state = &mut *self.state();
        let index = state.file(name).expect("it is there");
        let file = &mut state.files[index];
        change(&mut file.seen);
        file.kept = file.seen.clone();
        file.dirty.clear();
    }

    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        let state = self.state();
        state.files[state.file(name).expect("it is there")].seen.clone()
    }

    /// A copy that goes its own way.
    pub(super) fn copy(&self) -> Self {
        let state = self.state();
        let copied = Self::default();
        {
            let copy = &mut *copied.state();
            for (name, index) in &state.names {
                let seen = state.files[*index].seen.clone();
                copy.names.insert(name.clone(), copy.files.len());
                let kept = seen.clone();
                copy.files.push(Contents { seen, kept, dirty: BTreeSet::new() });
            }
            copy.kept = copy.names.clone();
        }
        copied
    }

    fn opened(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let index = self.state().file(name)?;
        Ok(Box::new(FaultyFile { disk: self.clone(), index, name: name.to_owned() }))
    }
}

fn apply(names: &mut BTreeMap<String, usize>, renaming: Renaming) {
    match renaming {
        Renaming::Name(name, index) => {
            names.insert(name, index);
        }
        Renaming::Move(from, to) => {
            let index = names.remove(&from).expect("it was renamed");
            names.insert(to, index);
        }
        Renaming::Remove(name) => {
            names.remove(&name);
        }
    }
}

impl Disk for FaultyDisk {
    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("faulty").join(name)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.state().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let state = &mut *self.state();
        state.change(Call::Other)?;
        let index = state.files.len();
        state.files.push(Contents::default());
        state.names.insert(name.to_owned(), index);
        state.renamings.push(Renaming::Name(name.to_owned(), index));
        Ok(Box::new(FaultyFile { disk: self.clone(), index, name: name.to_owned() }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.opened(name)
    }

    fn change(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.opened(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let state = &mut *self.state();
        state.change(Call::Other)?;
        let index = state.file(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), index);
        state.renamings.push(Renaming::Move(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let state = &mut *self.state();
        state.change(Call::Other)?;
        state.file(name)?;
        state.names.remove(name);
        state.renamings.push(Renaming::Remove(name.to_owned()));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let state = &mut *self.state();
        state.change(Call::Sync(String::new()))?;
        state.renamings.clear();
        state.kept = state.names.clone();
        Ok(())
    }
}

impl DiskFile for FaultyFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.disk.state().files[self.index].seen.len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = &mut *self.disk.state();
        if state.unreadable || state.is_off {
            return Err(io::Error::other("input/output error"));
        }
        let seen = &state.files[self.index].seen;
        let start = usize::try_from(offset).expect("small").min(seen.len());
        let mut count = bytes.len().min(seen.len() - start);
        if let Some(chance) = &mut state.short_reads
            && 1 < count
        {
            count = 1 + chance.below(count);
        }
        bytes[..count].copy_from_slice(&state.files[self.index].seen[start..start + count]);
        Ok(count)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let state = &mut *self.disk.state();
        let called = state.change(Call::Write(self.name.clone(), offset, bytes.len()));
        let offset = usize::try_from(offset).expect("small");
        let used: usize = state.names.values().map(|index| state.files[*index].seen.len()).sum();
        let file = &mut state.files[self.index];
        let more = (offset + bytes.len()).saturating_sub(file.seen.len());
        if state.room.is_some_and(|room| room < used + more) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let count = if called.is_ok() { bytes.len() } else { bytes.len() / 2 };
        file.write(&bytes[..count], offset);
        called
    }

    fn cut(&self, length: u64) -> io::Result<()> {
        let state = &mut *self.disk.state();
        state.change(Call::Other)?;
        state.files[self.index].seen.truncate(usize::try_from(length).expect("small"));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let state = &mut *self.disk.state();
        state.change(Call::Sync(self.name.clone()))?;
        state.files[self.index].sync();
        Ok(())
    }
}
