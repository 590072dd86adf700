use std::fs;
use std::path::Path;

use tempfile::TempDir;
use types::{AccountId, Command, Mills};

use super::{Quarantine, Quarantined, quarantine};
use crate::log::{CommandLog, FileLog};
use crate::samples::{Count, UNLUCKY, deposit, stamped};
use crate::{Batch, Error, Recovered, Snapshots, restore};

const ANN: [u8; 32] = [1; 32];
const BOB: [u8; 32] = [2; 32];

/// A log of nine records, of which those with these numbers break what is derived.
fn poisoned(seqs: &[u64]) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let mut log = FileLog::open(dir.path()).expect("it opens");
    let mut batch = Batch::default();
    for seq in 1..10 {
        let amount = Mills(UNLUCKY);
        let poison = Command::Deposit { account: AccountId(1), amount };
        batch.push(&if seqs.contains(&seq) { stamped(seq, poison) } else { deposit(seq) });
    }
    log.append(&batch).expect("it takes the batch");
    dir
}

fn recovered(dir: &Path) -> Result<Recovered<Count>, Error> {
    let log = FileLog::open(dir)?;
    restore(&log, &Snapshots::of(dir), &Quarantine::read(dir)?)
}

fn sign(dir: &Path, seq: u64) -> Result<Quarantined, Error> {
    quarantine::<Count>(dir, seq, "it deposits 13", [&ANN, &BOB])
}

#[test]
fn a_record_that_breaks_the_exchange_is_named_at_every_start() {
    let dir = poisoned(&[4]);
    for _ in 0..2 {
        let error = recovered(dir.path()).expect_err("record 4 breaks it").to_string();
        assert!(error.starts_with("record 4 breaks the exchange: a deposit of 0.013;"), "{error}");
        assert!(error.contains("`gigahour quarantine 4`"), "{error}");
    }
}

#[test]
fn a_record_that_two_admins_signed_is_passed_over_for_ever_and_shown() {
    let dir = poisoned(&[4, 8]);
    let first = sign(dir.path(), 4).expect("two admins sign");
    let Err(Error::Poison { seq: 8, .. }) = recovered(dir.path()) else { panic!("8 is next") };
    let second = sign(dir.path(), 8).expect("two admins sign");
    for _ in 0..2 {
        let recovered = recovered(dir.path()).expect("nothing else breaks it");
        assert_eq!(recovered.recovery.head.seq, 9);
        assert_eq!(recovered.recovery.quarantined, [first.clone(), second.clone()]);
        assert_eq!(recovered.derived.commands, 7);
    }
    assert!(first.to_string().starts_with("record 4 is passed over: it deposits 13; signed by "));
    assert_eq!(first.signed_by.len(), 2);
}

#[test]
fn only_the_record_that_breaks_it_can_be_quarantined() {
    let dir = poisoned(&[4]);
    for seq in [0, 1, 5, 9, 10] {
        let error = sign(dir.path(), seq).expect_err("record 4 is the one");
        assert!(matches!(error, Error::Poison { seq: 4, .. }), "{error}");
    }
    let sound = poisoned(&[]);
    let error = sign(sound.path(), 4).expect_err("there is none");
    assert_eq!(error.to_string(), "record 4 breaks nothing: the log replays to its end, record 9");
    assert!(!sound.path().join("quarantine").exists());
}

#[test]
fn it_takes_two_keys_and_a_reason() {
    let dir = poisoned(&[4]);
    let twice = quarantine::<Count>(dir.path(), 4, "why", [&ANN, &ANN]).expect_err("one key");
    assert!(twice.to_string().ends_with("quarantine: two keys are one"), "{twice}");
    for reason in ["", "two\nlines", &"long".repeat(101)] {
        let error =
            quarantine::<Count>(dir.path(), 4, reason, [&ANN, &BOB]).expect_err("no reason");
        assert!(matches!(error, Error::Quarantine { .. }), "{error}");
    }
    assert!(!dir.path().join("quarantine").exists());
}

#[test]
fn every_changed_byte_of_what_was_signed_is_refused() {
    let dir = poisoned(&[4]);
    let entry = sign(dir.path(), 4).expect("two admins sign");
    let path = dir.path().join("quarantine");
    let whole = fs::read(&path).expect("it is there");
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).expect("it can be written");
        let read = Quarantine::read(dir.path());
        let is_same = read.as_ref().is_ok_and(|read| read.iter().eq([&entry]));
        assert!(read.is_err(), "byte {at} is another, and the entry the same: {is_same}");
    }
    for length in 1..whole.len() {
        fs::write(&path, &whole[..length]).expect("it can be written");
        assert!(Quarantine::read(dir.path()).is_err(), "{length} bytes");
    }
}

#[test]
fn it_fits_no_other_log() {
    let (dir, other) = (poisoned(&[4]), poisoned(&[3, 4]));
    sign(dir.path(), 4).expect("two admins sign");
    fs::copy(dir.path().join("quarantine"), other.path().join("quarantine")).expect("it is there");
    sign(other.path(), 3).expect("two admins sign");
    let error = recovered(other.path()).expect_err("record 4 is another").to_string();
    assert!(error.ends_with("record 4 of this log is not the one that was meant"), "{error}");
}
