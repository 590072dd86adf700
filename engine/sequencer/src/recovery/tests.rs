use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{recover, restore};
use crate::derived::Derived;
use crate::log::{CommandLog, Head, MemoryLog};
use crate::quarantine::Quarantine;
use crate::replay::Replay;
use crate::samples::{Count, deposit, deposits};
use crate::snapshots::{SnapshotFlaw, Snapshots};
use crate::{Digest, Error, Recovered};

/// Records of the log of these tests.
const LAST: u64 = 12;

fn log() -> MemoryLog {
    let mut log = MemoryLog::default();
    log.append(&deposits(1..5)).expect("memory");
    log.append(&deposits(5..LAST + 1)).expect("memory");
    log
}

fn folder() -> (TempDir, Snapshots) {
    let dir = tempfile::tempdir().expect("a directory");
    let snapshots = Snapshots::of(dir.path());
    (dir, snapshots)
}

/// The log replayed up to a record.
fn replayed(log: &MemoryLog, seq: u64) -> Replay<Count> {
    let mut replay = Replay::default();
    let records = log.records(1).expect("memory").take(usize::try_from(seq).expect("small"));
    replay.run(records, &Quarantine::default()).expect("it is sound");
    replay
}

fn take(log: &MemoryLog, snapshots: &Snapshots, seqs: impl IntoIterator<Item = u64>) {
    for seq in seqs {
        let replay = replayed(log, seq);
        snapshots
            .write(replay.head(), &replay.exchange, &replay.derived)
            .expect("the disk takes it");
    }
}

fn restored(log: &MemoryLog, snapshots: &Snapshots) -> Result<Recovered<Count>, Error> {
    restore(log, snapshots, &Quarantine::default())
}

/// What comes back is what was there, and it began with this snapshot.
fn check(log: &MemoryLog, snapshots: &Snapshots, from: Option<u64>) -> Vec<SnapshotFlaw> {
    let Recovered { exchange, derived, recovery } = restored(log, snapshots).expect("it is sound");
    let whole = replayed(log, LAST);
    assert_eq!(Digest::of(&exchange), whole.digest());
    assert_eq!(derived, whole.derived);
    assert_eq!(recovery.head, whole.head());
    assert_eq!(recovery.snapshot.map(|file| file.seq), from);
    recovery.bad.into_iter().map(|bad| bad.flaw).collect()
}

fn damage(path: &Path) {
    let mut bytes = fs::read(path).expect("it is there");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(path, bytes).expect("it can be written");
}

#[test]
fn every_command_is_replayed_once_in_order_with_its_events() {
    let mut log = MemoryLog::default();
    log.append(&deposits(1..4)).expect("memory");
    log.append(&deposits(4..6)).expect("memory");
    let mut seen = Vec::new();
    let (exchange, recovery) = recover(&log, |command, events| {
        assert!(!events.is_empty(), "each command has a verdict");
        seen.push(command.clone());
    })
    .expect("memory");
    assert_eq!(seen, (1..6).map(deposit).collect::<Vec<_>>());
    assert_eq!((recovery.head, recovery.bytes), (log.head(), log.bytes()));
    assert_eq!((recovery.cut, recovery.snapshot), (None, None));
    let (again, _) = recover(&log, |_, _| ()).expect("memory");
    assert_eq!(Digest::of(&exchange), Digest::of(&again));
}

#[test]
fn an_empty_log_gives_an_exchange_before_its_first_command() {
    let (exchange, recovery) =
        recover(&MemoryLog::default(), |_, _| panic!("there is none")).expect("memory");
    assert_eq!(recovery.head, Head::default());
    assert_eq!(Digest::of(&exchange), Digest::of(&engine::Exchange::new()));
}

#[test]
fn any_snapshot_and_the_rest_of_the_log_give_what_the_log_gives() {
    for seq in 1..=LAST {
        let (_dir, snapshots) = folder();
        let mut log = log();
        take(&log, &snapshots, [seq]);
        assert_eq!(check(&log, &snapshots, Some(seq)), []);
        let whole = replayed(&log, LAST);
        log.drop_before(seq + 1).expect("memory");
        let recovered = restored(&log, &snapshots).expect("the snapshot stands in for the rest");
        assert_eq!(Digest::of(&recovered.exchange), whole.digest());
        assert_eq!(recovered.derived, whole.derived);
    }
}

#[test]
fn a_damaged_snapshot_is_named_and_the_older_one_tried_and_then_the_log() {
    let (_dir, snapshots) = folder();
    let log = log();
    take(&log, &snapshots, [4, 8]);
    let files = snapshots.list().expect("it can be listed");
    damage(&files[0].path);
    assert_eq!(check(&log, &snapshots, Some(4)), [SnapshotFlaw::Derived]);
    damage(&files[1].path);
    assert_eq!(check(&log, &snapshots, None), [SnapshotFlaw::Derived, SnapshotFlaw::Derived]);
}

/// The steps of taking the snapshot of record 9, with those of 3 and 6 there. A crash can come after
/// any of them; after all of them the newest can still be damaged.
#[test]
fn a_crash_after_any_step_of_a_snapshot_is_recovered_from() {
    let (dir, snapshots) = folder();
    let mut log = log();
    take(&log, &snapshots, [3, 6]);
    fs::write(dir.path().join("snapshot.new"), "GHCSNP").expect("it can be written");
    assert_eq!(check(&log, &snapshots, Some(6)), [], "a draft was begun");
    take(&log, &snapshots, [9]);
    assert_eq!(check(&log, &snapshots, Some(9)), [], "it has its name, and three are there");
    let whole = replayed(&log, LAST);
    assert_eq!(snapshots.keep(2).expect("it can be removed"), Some(6));
    assert_eq!(check(&log, &snapshots, Some(9)), [], "the oldest is gone, the log is whole");
    for first in 2..=7 {
        log.drop_before(first).expect("memory");
        let recovered = restored(&log, &snapshots).expect("the log is dropped up to there");
        assert_eq!(Digest::of(&recovered.exchange), whole.digest());
    }
    damage(&snapshots.list().expect("it can be listed")[0].path);
    let recovered = restored(&log, &snapshots).expect("the older one and its log are there");
    assert_eq!(Digest::of(&recovered.exchange), whole.digest());
    assert_eq!(recovered.recovery.snapshot.map(|file| file.seq), Some(6));
}

#[test]
fn without_beginning_and_without_snapshot_there_is_no_exchange() {
    let (_dir, snapshots) = folder();
    let mut log = log();
    take(&log, &snapshots, [4]);
    log.drop_before(5).expect("memory");
    check_dropped(&log, &snapshots, damage, "does not match its hash");
    check_dropped(&log, &snapshots, |path| fs::remove_file(path).expect("it is there"), "used");
}

fn check_dropped(log: &MemoryLog, snapshots: &Snapshots, spoil: impl Fn(&Path), said: &str) {
    spoil(&snapshots.list().expect("it can be listed")[0].path);
    let error = restored(log, snapshots).expect_err("records 1 to 4 are nowhere").to_string();
    assert!(error.starts_with("the log begins with record 5, and no snapshot"), "{error}");
    assert!(error.ends_with(said), "{error}");
}

#[test]
fn a_snapshot_that_the_log_does_not_reach_back_to_is_passed_over() {
    let (_dir, snapshots) = folder();
    let mut log = log();
    take(&log, &snapshots, [4]);
    log.drop_before(7).expect("memory");
    let error = restored(&log, &snapshots).expect_err("records 5 and 6 are nowhere");
    let Error::NoSnapshot { first: 7, bad } = error else { panic!("{error}") };
    assert_eq!(bad[0].flaw, SnapshotFlaw::Gap { first: 7, seq: 4 });
}

#[test]
fn a_log_that_ends_before_a_snapshot_has_lost_durable_records() {
    let (_dir, snapshots) = folder();
    take(&log(), &snapshots, [9]);
    let mut short = MemoryLog::default();
    short.append(&deposits(1..9)).expect("memory");
    let error = restored(&short, &snapshots).expect_err("record 9 was durable").to_string();
    assert!(error.starts_with("the log ends with record 8, and "), "{error}");
    assert!(error.ends_with("00000000000000000009.snapshot was taken later"), "{error}");
}

#[test]
fn a_snapshot_of_another_log_is_passed_over() {
    for last in [6, LAST] {
        let (_dir, snapshots) = folder();
        let mut other = MemoryLog::default();
        let mut batch = deposits([1]);
        (2..=last).for_each(|seq| batch.push(&crate::samples::stamped(seq, clock())));
        other.append(&batch).expect("memory");
        take(&other, &snapshots, [last]);
        assert_eq!(check(&log(), &snapshots, None), [SnapshotFlaw::OtherLog], "{last}");
    }
}

/// Only a snapshot of this log can say that a record of it breaks the exchange.
#[test]
fn what_breaks_behind_a_snapshot_of_another_log_breaks_nothing() {
    let (_dir, snapshots) = folder();
    let mut log = MemoryLog::default();
    log.append(&deposits(1..14)).expect("memory");
    let error = restored(&log, &snapshots).expect_err("the deposit of record 13 is unlucky");
    assert!(matches!(error, Error::Poison { seq: 13, .. }), "{error}");
    let mut other = MemoryLog::default();
    let mut batch = deposits([1]);
    batch.push(&crate::samples::stamped(2, clock()));
    other.append(&batch).expect("memory");
    take(&other, &snapshots, [2]);
    log.drop_before(3).expect("memory");
    let error = restored(&log, &snapshots).expect_err("nothing stands in for records 1 and 2");
    let Error::NoSnapshot { first: 3, bad } = error else { panic!("{error}") };
    assert_eq!(bad[0].flaw, SnapshotFlaw::OtherLog);
}

fn clock() -> types::Command {
    types::Command::ClockAdvanced
}

#[test]
fn what_another_version_derived_is_derived_again_from_the_log() {
    let (_dir, snapshots) = folder();
    let mut log = log();
    let mut unlike: Replay<Unlike> = Replay::default();
    unlike.run(log.records(1).expect("memory"), &Quarantine::default()).expect("it is sound");
    let (head, exchange) = (unlike.head(), &unlike.exchange);
    snapshots.write(head, exchange, &unlike.derived).expect("the disk takes it");
    let flaw = SnapshotFlaw::OtherDerived("it is of version 9, not 2".to_owned());
    assert_eq!(check(&log, &snapshots, None), [flaw]);
    log.drop_before(5).expect("memory");
    let error = restored(&log, &snapshots).expect_err("it cannot be derived").to_string();
    assert!(error.contains("it is of version 9, not 2"), "{error}");
    let plain: Recovered<()> = restore(&log, &snapshots, &Quarantine::default())
        .expect("the exchange alone does not need it");
    assert_eq!(Digest::of(&plain.exchange), unlike.digest());
}

/// Derives something else.
#[derive(Default)]
struct Unlike;

impl Derived for Unlike {
    const VERSION: u32 = 9;

    fn apply(&mut self, _: &types::Sequenced<types::Command>, _: &[types::Event]) {}

    fn save(&self, _: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(())
    }

    fn load(_: u32, _: &[u8]) -> Result<Self, String> {
        Ok(Self)
    }
}
