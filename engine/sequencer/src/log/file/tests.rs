use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::{FILE_HEADER, FileLog, is_in_use};
use crate::Error;
use crate::log::CommandLog;
use crate::log::disk::Disk;
use crate::samples::deposits;

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn open(dir: &TempDir) -> FileLog {
    FileLog::open(dir.path()).expect("the log opens")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Write(usize),
    Sync,
}

/// A disk that remembers what it was asked, and fails at writing or at syncing.
#[derive(Clone, Default)]
struct FaultyDisk {
    calls: Arc<Mutex<Vec<Call>>>,
    full: bool,
    dying: bool,
}

impl FaultyDisk {
    fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("no test thread panics").clone()
    }

    fn note(&self, call: Call) {
        self.calls.lock().expect("no test thread panics").push(call);
    }
}

impl Disk for FaultyDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.note(Call::Write(bytes.len()));
        if self.full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.note(Call::Sync);
        if self.dying { Err(io::Error::other("input/output error")) } else { Ok(()) }
    }
}

fn on(disk: &FaultyDisk) -> (TempDir, FileLog) {
    let dir = directory();
    let mut log = open(&dir);
    log.disk = Box::new(disk.clone());
    (dir, log)
}

#[test]
fn what_is_read_back_is_made_durable_before_anybody_sees_it() {
    let disk = FaultyDisk::default();
    let dir = directory();
    open(&dir).append(&deposits(1..3)).expect("the disk is well");
    FileLog::open_on(dir.path(), |_| Box::new(disk.clone())).expect("the log opens");
    assert_eq!(disk.calls(), [Call::Sync]);
    let dying = FaultyDisk { dying: true, ..FaultyDisk::default() };
    let log = FileLog::open_on(dir.path(), |_| Box::new(dying));
    assert!(log.is_err_and(|error| error.to_string().starts_with("cannot sync ")));
}

#[test]
fn a_batch_is_one_write_and_then_one_sync() {
    let disk = FaultyDisk::default();
    let (_dir, mut log) = on(&disk);
    let (first, second) = (deposits(1..4), deposits(4..5));
    log.append(&first).expect("the disk is well");
    log.append(&second).expect("the disk is well");
    let expected =
        [Call::Write(first.bytes()), Call::Sync, Call::Write(second.bytes()), Call::Sync];
    assert_eq!(disk.calls(), expected);
}

#[test]
fn a_write_that_failed_is_final_and_says_where_and_why() {
    let disk = FaultyDisk { full: true, ..FaultyDisk::default() };
    let (dir, mut log) = on(&disk);
    let error = log.append(&deposits(1..2)).expect_err("the disk is full");
    let path = dir.path().join("commands.log");
    assert_eq!(error.to_string(), format!("cannot write to {}", path.display()));
    assert_eq!(error.source().expect("the system's word").to_string(), "no storage space");
    assert!(matches!(log.append(&deposits(1..2)), Err(Error::Broken { .. })));
    assert_eq!(disk.calls().len(), 1, "neither a sync nor another write");
    assert_eq!(log.head().seq, 0);
}

#[test]
fn a_sync_that_failed_is_final_and_never_tried_again() {
    let disk = FaultyDisk { dying: true, ..FaultyDisk::default() };
    let (_dir, mut log) = on(&disk);
    let error = log.append(&deposits(1..2)).expect_err("the disk is dying");
    assert!(error.to_string().starts_with("cannot sync "), "{error}");
    assert_eq!(error.source().expect("the system's word").to_string(), "input/output error");
    assert!(matches!(log.append(&deposits(1..2)), Err(Error::Broken { .. })));
    assert_eq!(disk.calls().len(), 2, "one write and one sync");
    assert_eq!(log.head().seq, 0);
}

#[test]
fn a_directory_has_one_log_at_a_time() {
    let dir = directory();
    let log = open(&dir);
    assert!(is_in_use(dir.path()).expect("it can be asked"));
    assert!(matches!(FileLog::open(dir.path()), Err(Error::Locked { .. })));
    drop(log);
    assert!(!is_in_use(dir.path()).expect("it can be asked"));
    open(&dir);
}

#[test]
fn a_new_log_is_made_with_its_directories() {
    let dir = directory();
    let deep = dir.path().join("a/b");
    let log = FileLog::open(&deep).expect("it makes them");
    assert_eq!(log.bytes(), FILE_HEADER.len() as u64);
    assert_eq!(std::fs::read(deep.join("commands.log")).expect("it is there"), FILE_HEADER);
}

#[test]
fn a_draft_left_by_a_crash_is_in_nobodys_way() {
    let dir = directory();
    std::fs::write(dir.path().join("commands.new"), b"GHC").expect("it can be written");
    assert_eq!(open(&dir).head().seq, 0);
}

#[test]
fn a_path_that_is_no_directory_is_named() {
    let dir = directory();
    let path = dir.path().join("file");
    std::fs::write(&path, b"").expect("it can be written");
    let error = FileLog::open(&path).err().expect("it is a file");
    assert!(error.to_string().contains("/file"), "{error}");
}

#[test]
fn a_file_that_is_no_log_of_this_version_is_left_alone() {
    let changed = (0..FILE_HEADER.len()).map(|place| {
        let mut header = FILE_HEADER.to_vec();
        header[place] ^= 0x10;
        header
    });
    let shortened = (0..FILE_HEADER.len()).map(|length| FILE_HEADER[..length].to_vec());
    for header in changed.chain(shortened) {
        let dir = directory();
        let path = dir.path().join("commands.log");
        std::fs::write(&path, &header).expect("it can be written");
        match FileLog::open(dir.path()) {
            Err(Error::NotALog { found, .. }) => assert_eq!(found, header),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("{header:02x?} was taken for a log"),
        }
        assert_eq!(std::fs::read(&path).expect("it is there"), header);
    }
}

#[test]
fn damage_under_an_open_log_is_an_error_even_in_its_last_record() {
    let dir = directory();
    let mut log = open(&dir);
    log.append(&deposits(1..4)).expect("the disk is well");
    let path = dir.path().join("commands.log");
    let mut bytes = std::fs::read(&path).expect("it is there");
    *bytes.last_mut().expect("there are records") ^= 1;
    std::fs::write(&path, bytes).expect("it can be written");
    let records: Vec<_> = log.read(1).expect("it opens").collect();
    assert_eq!(records.iter().filter(|record| record.is_ok()).count(), 2);
    assert!(matches!(&records[2], Err(Error::Damaged { record, .. }) if record.seq == 3));
    assert_eq!(records.len(), 3);
}
