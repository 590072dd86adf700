use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use tempfile::TempDir;

use super::{backup, restore};
use crate::log::{CommandLog, FileLog};
use crate::quarantine::Quarantine;
use crate::samples::{Count, deposits};
use crate::snapshots::Snapshots;
use crate::{Digest, Error, Recovered};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn open(dir: &Path) -> FileLog {
    FileLog::open(dir).expect("it opens")
}

fn recovered(dir: &Path) -> Recovered<Count> {
    let quarantine = Quarantine::read(dir).expect("it is whole");
    crate::restore(&open(dir), &Snapshots::of(dir), &quarantine).expect("it is sound")
}

/// A log of nine records with a snapshot after the sixth, held open.
fn venue() -> (TempDir, FileLog) {
    let dir = folder();
    let mut log = open(dir.path());
    log.append(&deposits(1..7)).expect("it takes the batch");
    drop(log);
    let Recovered { exchange, derived, recovery } = recovered(dir.path());
    let snapshots = Snapshots::of(dir.path());
    snapshots.write(recovery.head, &exchange, &derived).expect("the disk takes it");
    let mut log = open(dir.path());
    log.append(&deposits(7..10)).expect("it takes the batch");
    (dir, log)
}

#[test]
fn what_was_backed_up_while_the_log_was_open_comes_back() {
    let (dir, mut log) = venue();
    let (to, back) = (folder(), folder());
    let saved = backup(dir.path(), to.path()).expect("the log is open, and may be");
    assert_eq!((saved.head, saved.files), (log.head(), 2));
    log.append(&deposits(10..12)).expect("the exchange goes on");
    let restored = restore(to.path(), back.path()).expect("it is whole");
    assert_eq!(restored, saved);
    let recovered = recovered(back.path());
    assert_eq!(recovered.recovery.head, saved.head);
    assert_eq!(Digest::of(&recovered.exchange), saved.digest);
    assert_eq!(recovered.derived.commands, 9);
    assert_eq!(recovered.recovery.snapshot.map(|file| file.seq), Some(6));
}

#[test]
fn a_batch_that_is_being_written_is_left_out() {
    let (dir, log) = venue();
    let (name, bytes) = super::extents(dir.path()).expect("it is whole").remove(0);
    let file = fs::File::options().write(true).open(dir.path().join(name)).expect("it is there");
    file.write_all_at(&[0; 5], bytes - 5).expect("it can be written");
    let (to, back) = (folder(), folder());
    let saved = backup(dir.path(), to.path()).expect("the rest is whole");
    assert_eq!((saved.head.seq, log.head().seq), (6, 9));
    restore(to.path(), back.path()).expect("it is whole");
    assert_eq!(recovered(back.path()).recovery.cut, None);
}

#[test]
fn every_changed_byte_of_a_backup_is_found_before_anything_is_written() {
    let (dir, _log) = venue();
    let (to, back) = (folder(), folder());
    backup(dir.path(), to.path()).expect("it is whole");
    let target = back.path().join("new");
    for entry in fs::read_dir(to.path()).expect("it is there") {
        let path = entry.expect("it is there").path();
        let whole = fs::read(&path).expect("it is there");
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, &bytes).expect("it can be written");
            let error = restore(to.path(), &target).expect_err("a byte is another").to_string();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            assert!(error.contains(name), "{name}, byte {at}: {error}");
        }
        fs::write(&path, whole).expect("it can be written");
    }
    assert!(!target.exists(), "nothing was written");
    restore(to.path(), &target).expect("it is whole again");
}

#[test]
fn a_file_too_many_or_too_few_is_found() {
    let (dir, _log) = venue();
    let (to, back) = (folder(), folder());
    backup(dir.path(), to.path()).expect("it is whole");
    let extra = to.path().join("00000000000000000007.snapshot");
    fs::write(&extra, "").expect("it can be written");
    let error = restore(to.path(), back.path()).expect_err("it is none of it").to_string();
    assert!(error.ends_with("00000000000000000007.snapshot is none of it"), "{error}");
    fs::remove_file(extra).expect("it is there");
    fs::remove_file(to.path().join("00000000000000000006.snapshot")).expect("it is there");
    let error = restore(to.path(), back.path()).expect_err("it is gone").to_string();
    assert!(error.contains("00000000000000000006.snapshot"), "{error}");
}

/// Whoever changes a log and the manifest's hashes with it still has to give the digest.
#[test]
fn a_backup_that_replays_to_something_else_is_refused() {
    let (dir, _log) = venue();
    let (to, back) = (folder(), folder());
    backup(dir.path(), to.path()).expect("it is whole");
    let path = to.path().join("manifest");
    let text = fs::read_to_string(&path).expect("it is there");
    let digest = text.lines().find(|line| line.starts_with("digest ")).expect("a line");
    let other = format!("digest {}", Digest([7; 32]));
    let body = text.split_once("end ").expect("a last line").0.replace(digest, &other);
    let hash = Digest(*blake3::hash(body.as_bytes()).as_bytes());
    fs::write(&path, format!("{body}end {hash}\n")).expect("it can be written");
    let error = restore(to.path(), back.path()).expect_err("the digest is another").to_string();
    assert!(error.contains("it replays to record 9 with digest "), "{error}");
}

#[test]
fn neither_goes_where_something_is() {
    let (dir, _log) = venue();
    let (to, back) = (folder(), folder());
    backup(dir.path(), to.path()).expect("it is whole");
    fs::write(back.path().join("mine"), "").expect("it can be written");
    for result in [backup(dir.path(), back.path()), restore(to.path(), back.path())] {
        let error = result.expect_err("something is there");
        assert!(matches!(error, Error::NotEmpty { .. }), "{error}");
    }
}
