use std::collections::BTreeSet;
use std::fs;

use tempfile::TempDir;

use super::format;
use super::{BadSnapshot, SnapshotFile, SnapshotFlaw, Snapshots, Written};
use crate::log::{CommandLog, Logged, MemoryLog};
use crate::quarantine::Quarantine;
use crate::replay::Replay;
use crate::samples::{Count, deposits, one_of_each, stamped, with_good_terms};

fn folder() -> (TempDir, Snapshots) {
    let dir = tempfile::tempdir().expect("a directory");
    let snapshots = Snapshots::of(dir.path());
    (dir, snapshots)
}

/// An open market after one command of each kind.
fn replayed() -> Replay<Count> {
    replayed_up_to(usize::MAX)
}

fn replayed_up_to(count: usize) -> Replay<Count> {
    let mut replay: Replay<Count> = Replay::default();
    let commands = (1..)
        .zip(with_good_terms(one_of_each()).into_iter().take(count))
        .map(|(seq, command)| Ok(Logged { author: 0, command: stamped(seq, command) }));
    replay.run(commands, &Quarantine::default()).expect("it is sound");
    assert!(30 < replay.derived.events, "the market is open");
    replay
}

/// The version of the format, how many commands of the samples make the state, and the digest of that
/// state. A snapshot of another layout is not read, so a layout is never changed without the version.
const PINNED: (u16, usize, &str) =
    (3, 27, "4f0a1ca2b94af2faadcdfbee3f8f341681fc5bc2730a9a3b3334e2896c43acce");

#[test]
fn a_state_of_another_layout_has_another_version() {
    let (version, count, digest) = PINNED;
    let found = replayed_up_to(count).digest().to_string();
    assert_eq!(
        (format::VERSION, found.as_str()),
        (version, digest),
        "where a field was added, removed or moved, VERSION is raised; where a rule gives the same \
         commands another state, the digest alone is renewed"
    );
}

fn written(snapshots: &Snapshots, replay: &Replay<Count>) -> Written {
    let Replay { exchange, derived, .. } = replay;
    snapshots.write(replay.head(), exchange, derived).expect("the disk takes it")
}

fn write(snapshots: &Snapshots, replay: &Replay<Count>) -> SnapshotFile {
    written(snapshots, replay).file
}

/// Snapshots after records 1 to `last`.
fn write_each(snapshots: &Snapshots, last: u64) {
    let mut log = MemoryLog::default();
    log.append(&deposits(1..last + 1)).expect("memory");
    let mut replay = Replay::default();
    for record in log.records(1).expect("memory") {
        let record = record.expect("memory");
        replay.step(&record, &Quarantine::default()).expect("it is sound");
        write(snapshots, &replay);
    }
}

fn seqs(snapshots: &Snapshots) -> Vec<u64> {
    snapshots.list().expect("it can be listed").iter().map(|file| file.seq).collect()
}

#[test]
fn what_was_written_comes_back() {
    let (_dir, snapshots) = folder();
    let replay = replayed();
    let written = written(&snapshots, &replay);
    let read: Replay<Count> = snapshots.load(&written.file).expect("it is whole");
    assert_eq!((read.digest(), read.derived), (replay.digest(), replay.derived));
    assert_eq!((read.head(), written.head), (replay.head(), replay.head()));
    assert_eq!(written.digest, replay.digest());
    let bytes = fs::metadata(&written.file.path).expect("it is there").len();
    assert_eq!(written.bytes, bytes);
    assert_eq!(snapshots.header(&written.file), Ok((replay.head(), replay.digest())));
}

#[test]
fn every_changed_byte_is_found_and_its_part_is_named() {
    let (_dir, snapshots) = folder();
    let file = write(&snapshots, &replayed());
    let whole = fs::read(&file.path).expect("it is there");
    let derived = whole.len() - 24;
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&file.path, &bytes).expect("it can be written");
        let flaw = snapshots.load::<Count>(&file).expect_err("a byte is another");
        let expected = match at {
            0..8 => SnapshotFlaw::NotASnapshot(bytes[..8].to_vec()),
            8..176 => SnapshotFlaw::Header,
            _ if at < derived => SnapshotFlaw::State,
            _ => SnapshotFlaw::Derived,
        };
        assert_eq!(flaw, expected, "byte {at}");
        let named = BadSnapshot { path: file.path.clone(), flaw }.to_string();
        assert!(named.contains(&format!("{:020}.snapshot: ", file.seq)), "{named}");
    }
}

#[test]
fn a_snapshot_of_another_length_is_found() {
    let (_dir, snapshots) = folder();
    let file = write(&snapshots, &replayed());
    let whole = fs::read(&file.path).expect("it is there");
    let expected = whole.len() as u64;
    for found in 0..whole.len() {
        fs::write(&file.path, &whole[..found]).expect("it can be written");
        let flaw = snapshots.load::<Count>(&file).expect_err("it is short");
        if found < 176 {
            assert!(matches!(flaw, SnapshotFlaw::NotASnapshot(_)), "{flaw}");
        } else {
            assert_eq!(flaw, SnapshotFlaw::Length { expected, found: found as u64 });
        }
    }
    fs::write(&file.path, [&whole[..], &[0]].concat()).expect("it can be written");
    let flaw = snapshots.load::<Count>(&file).expect_err("it is long");
    assert_eq!(flaw, SnapshotFlaw::Length { expected, found: expected + 1 });
}

#[test]
fn a_snapshot_under_the_name_of_another_is_found() {
    let (dir, snapshots) = folder();
    let file = write(&snapshots, &replayed());
    let path = dir.path().join(format!("{:020}.snapshot", 7));
    fs::rename(&file.path, &path).expect("it can be renamed");
    let renamed = SnapshotFile { path, seq: 7 };
    assert_eq!(snapshots.list().expect("it can be listed"), std::slice::from_ref(&renamed));
    let flaw = snapshots.load::<Count>(&renamed).expect_err("it is of another record");
    assert_eq!(flaw, SnapshotFlaw::Name(file.seq));
}

#[test]
fn only_snapshots_are_listed_the_newest_first() {
    let (dir, snapshots) = folder();
    write_each(&snapshots, 3);
    for name in ["commands.log", "snapshot.new", "7.snapshot", "0000000000000000000x.snapshot"] {
        fs::write(dir.path().join(name), "").expect("it can be written");
    }
    assert_eq!(seqs(&snapshots), [3, 2, 1]);
}

#[test]
fn two_are_kept_and_one_that_is_damaged_counts_for_none() {
    let (_dir, snapshots) = folder();
    assert_eq!(snapshots.keep(2).expect("nothing is there"), None);
    write_each(&snapshots, 5);
    let files = snapshots.list().expect("it can be listed");
    let mut bytes = fs::read(&files[1].path).expect("it is there");
    bytes[9] ^= 1;
    fs::write(&files[1].path, bytes).expect("it can be written");
    assert_eq!(snapshots.keep(2).expect("three are there"), Some(3));
    assert_eq!(seqs(&snapshots), [5, 4, 3]);
    assert_eq!(snapshots.keep(4).expect("three are there"), None);
    assert_eq!(seqs(&snapshots), [5, 4, 3]);
}

/// A crash can come after any step of taking a snapshot. What it leaves can be recovered from, and
/// the next snapshot can be taken.
#[test]
fn what_a_crash_leaves_at_any_step_is_no_snapshot_or_a_whole_one() {
    let (dir, snapshots) = folder();
    let replay = replayed();
    let draft = || snapshots.draft(replay.head(), &replay.exchange, &replay.derived);
    let first = draft().expect("the disk takes it");
    let whole = fs::read(&first.path).expect("it is there");
    let lengths: BTreeSet<usize> = (0..=whole.len()).step_by(97).chain([whole.len()]).collect();
    for written in lengths {
        fs::write(&first.path, &whole[..written]).expect("it can be written");
        assert!(seqs(&snapshots).is_empty(), "a draft is no snapshot");
    }
    let second = draft().expect("a draft that was left is overwritten");
    let written = snapshots.publish(&second).expect("it can be renamed");
    assert!(!dir.path().join("snapshot.new").exists());
    let read: Replay<Count> = snapshots.load(&written.file).expect("it is whole");
    assert_eq!(read.digest(), replay.digest());
}
