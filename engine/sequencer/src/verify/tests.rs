use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use types::Mills;

use super::{Check, Checks, Fault, Verified, named, verify, verify_with};
use crate::log::{CommandLog, FileLog, Logged};
use crate::quarantine::Quarantine;
use crate::samples::{deposit, deposits};
use crate::snapshots::{SnapshotFlaw, Snapshots};
use crate::{Digest, Error, Recovered, recover, restore};

/// A log of five records in two batches, closed.
fn closed() -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let mut log = open(dir.path());
    log.append(&deposits(1..4)).expect("it takes the batch");
    log.append(&deposits(4..6)).expect("it takes the batch");
    dir
}

fn open(dir: &Path) -> FileLog {
    FileLog::open(dir).expect("it opens")
}

/// Takes the last bytes of what is written.
fn shorten(dir: &Path, bytes: u64) {
    let path = segment(dir);
    let written = fs::read(&path).expect("it is there");
    let length = written.iter().rposition(|byte| *byte != 0).expect("it has records") as u64 + 1;
    let file = fs::File::options().write(true).open(path).expect("it is there");
    file.set_len(length - bytes).expect("it can be shortened");
}

fn segment(dir: &Path) -> PathBuf {
    dir.join("00000000000000000001.log")
}

/// The digest after each record, from the first.
fn digests(dir: &Path) -> Vec<Digest> {
    let mut digests = Vec::new();
    let mut exchange = engine::Exchange::new();
    recover(&open(dir), |command, _| {
        exchange.apply(command, &mut Vec::new());
        digests.push(Digest::of(&exchange));
    })
    .expect("it is whole");
    digests
}

#[test]
fn a_good_log_gives_its_numbers() {
    let dir = closed();
    let log = open(dir.path());
    let (head, bytes) = (log.head(), log.bytes());
    drop(log);
    let digest = digests(dir.path())[4];
    let digest_at = Some((5, digest));
    let checks = Checks { audit_every: NonZeroU64::new(2), digest_at, ..Checks::default() };
    let verified = verify_with(dir.path(), &checks);
    let verified = verified.expect("it is good");
    let ledger_total = Mills(0);
    let expected = Verified {
        head,
        bytes,
        events: 5,
        digest,
        ledger_total,
        unfinished: None,
        snapshots: 0,
        quarantined: Vec::new(),
        began_behind: None,
        sessions: None,
        pairings: Vec::new(),
    };
    assert_eq!(verified, expected);
    assert_eq!(
        verified.to_string(),
        format!(
            "records  5 in {bytes} bytes, up to 1970-01-01T00:00:05Z; 5 events\n\
             chain    {}\ndigest   {digest}\nledger   0.000 dollars in all",
            head.chain
        )
    );
}

#[test]
fn a_torn_tail_of_a_stopped_exchange_is_a_fault_and_is_left_alone() {
    let dir = closed();
    shorten(dir.path(), 1);
    let before = fs::read(segment(dir.path())).expect("it is there");
    let fault = verify(dir.path()).expect_err("it is torn");
    assert!(matches!(&fault, Fault::Torn(tail) if tail.first.seq == 4), "{fault}");
    assert!(fault.to_string().contains("from record 4 at byte 8192"), "{fault}");
    assert_eq!(fs::read(segment(dir.path())).expect("it is there"), before);
}

#[test]
fn a_running_exchange_may_be_in_the_middle_of_a_batch() {
    let dir = closed();
    let running = open(dir.path());
    shorten(dir.path(), 1);
    let verified = verify(dir.path()).expect("what is whole is good");
    assert_eq!(verified.head.seq, 3);
    assert_eq!(verified.unfinished.expect("its frame is not whole").first.seq, 4);
    drop(running);
}

#[test]
fn a_running_exchange_can_still_be_damaged() {
    let dir = closed();
    let running = open(dir.path());
    let path = segment(dir.path());
    let mut bytes = fs::read(&path).expect("it is there");
    bytes[4_200] ^= 1;
    fs::write(&path, bytes).expect("it can be written");
    let fault = verify(dir.path()).expect_err("it is damaged");
    assert!(matches!(&fault, Fault::Log(Error::Damaged { record, .. }) if record.seq == 1));
    drop(running);
}

#[test]
fn a_digest_that_was_written_down_must_come_out_again() {
    let dir = closed();
    for (seq, digest) in (1..).zip(digests(dir.path())) {
        let checks = Checks { digest_at: Some((seq, digest)), ..Checks::default() };
        verify_with(dir.path(), &checks).expect("it is the one that was written down");
        let other = Checks { digest_at: Some((seq, Digest([1; 32]))), ..Checks::default() };
        let fault = verify_with(dir.path(), &other).expect_err("it is another one");
        assert!(
            matches!(fault, Fault::Digest { seq: at, found, .. } if (at, found) == (seq, digest))
        );
    }
}

#[test]
fn records_missing_at_the_end_are_noticed_by_the_digest_of_the_last() {
    let dir = closed();
    let digest_at = Some((5, digests(dir.path())[4]));
    shorten(dir.path(), 4_096);
    let fault = verify_with(dir.path(), &Checks { digest_at, ..Checks::default() });
    assert!(matches!(fault, Err(Fault::Short { last, expected: 5 }) if last < 5), "{fault:?}");
}

#[test]
fn a_directory_without_a_log_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let fault = verify(dir.path()).expect_err("there is none");
    assert!(fault.to_string().ends_with("00000000000000000001.log"), "{fault}");
}

#[test]
fn a_broken_invariant_gets_the_number_of_the_record() {
    let fault = named(9, || panic!("cash of {} is negative", 7)).expect_err("it panics");
    assert_eq!(fault.to_string(), "record 9 breaks the exchange: cash of 7 is negative");
    named(9, || ()).expect("nothing is broken");
}

/// Takes a snapshot after the last record.
fn take(dir: &Path) {
    let snapshots = Snapshots::of(dir);
    let log = open(dir);
    let recovered: Recovered<()> =
        restore(&log, &snapshots, &Quarantine::default()).expect("it is whole");
    snapshots.write(log.head(), &recovered.exchange, &()).expect("the disk takes it");
}

fn append(dir: &Path, seqs: std::ops::Range<u64>) {
    open(dir).append(&deposits(seqs)).expect("it takes the batch");
}

fn change(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("it is there");
    bytes[at] ^= 1;
    fs::write(path, bytes).expect("it can be written");
}

#[test]
fn snapshots_are_compared_with_the_exchange_after_their_records() {
    let dir = closed();
    take(dir.path());
    append(dir.path(), 6..9);
    take(dir.path());
    append(dir.path(), 9..10);
    let verified = verify(dir.path()).expect("all is good");
    assert_eq!((verified.head.seq, verified.snapshots), (9, 2));
    assert!(verified.to_string().ends_with("\nstate    the same in 2 snapshots"), "{verified}");

    let oldest = &Snapshots::of(dir.path()).list().expect("it can be listed")[1].path;
    change(oldest, 200);
    let fault = verify(dir.path()).expect_err("a byte is another").to_string();
    assert!(fault.ends_with("05.snapshot: its exchange does not match its hash"), "{fault}");
    change(oldest, 200);
    let other = closed();
    append(other.path(), 6..7);
    take(other.path());
    for file in Snapshots::of(other.path()).list().expect("it can be listed") {
        let name = format!("{:020}.snapshot", 7);
        fs::rename(file.path, dir.path().join(name)).expect("it is there");
    }
    let fault = verify(dir.path()).expect_err("it is of record 6").to_string();
    assert!(fault.ends_with("07.snapshot: it is of record 6"), "{fault}");
}

#[test]
fn a_snapshot_of_another_log_is_a_fault() {
    let (dir, other) = (closed(), tempfile::tempdir().expect("a directory"));
    append(other.path(), 1..3);
    open(other.path()).append(&deposits(3..6)).expect("it takes the batch");
    let mut batch = crate::Batch::default();
    batch.push(&crate::samples::stamped(6, types::Command::ClockAdvanced));
    open(other.path()).append(&batch).expect("it takes the batch");
    take(other.path());
    append(dir.path(), 6..8);
    let file = Snapshots::of(other.path()).list().expect("it can be listed").remove(0);
    let name = file.path.file_name().expect("a file");
    fs::copy(&file.path, dir.path().join(name)).expect("it is there");
    let fault = verify(dir.path()).expect_err("record 6 is another");
    assert!(
        matches!(&fault, Fault::Snapshot(bad) if bad.flaw == SnapshotFlaw::OtherLog),
        "{fault}"
    );
}

#[test]
fn a_log_that_was_shortened_below_a_snapshot_is_noticed() {
    let dir = closed();
    append(dir.path(), 6..8);
    append(dir.path(), 8..9);
    take(dir.path());
    shorten(dir.path(), 4_096);
    let fault = verify(dir.path()).expect_err("record 8 is gone");
    assert!(matches!(fault, Fault::Short { last: 7, expected: 8 }), "{fault}");
}

#[test]
fn a_log_without_its_beginning_is_checked_from_a_snapshot_on() {
    let dir = closed();
    take(dir.path());
    append(dir.path(), 6..9);
    let checks = Checks::default();
    let mut end = crate::log::Head::default();
    for first in 1..8 {
        let mut check = Check::begin(dir.path(), &checks).expect("it can be listed");
        let done =
            (first..9).try_for_each(|seq| check.step(&Logged { author: 0, command: deposit(seq) }));
        if 6 < first {
            assert!(matches!(done, Err(Fault::Log(Error::NoSnapshot { .. }))), "{done:?}");
            continue;
        }
        done.expect("the snapshot stands in for what is gone");
        assert_eq!(check.began_behind, (first != 1).then_some(5));
        if first == 1 {
            end = check.replay.head();
        }
        assert_eq!(check.replay.head(), end);
        check.finish(end).expect("it ends where the log does");
        let other = crate::log::Head { chain: Digest([9; 32]), ..end };
        assert_eq!(check.finish(other).is_err(), first != 1);
    }
}
