//! What every log promises, checked on each.

use std::collections::HashSet;
use std::ops::Range;

use super::{CommandLog, FileLog, Follow, Head, MemoryLog};
use crate::samples::{deposit, deposits, time_of};
use crate::{Batch, Error};

/// Checks every promise on a log of its own. `fresh` makes storage; `open` opens the log on it, as
/// often as a promise wants.
fn conforms<S, L: CommandLog>(fresh: impl Fn() -> S, open: impl Fn(&S) -> L) {
    let check = |promise: fn(&dyn Fn() -> L)| {
        let storage = fresh();
        promise(&|| open(&storage));
    };
    check(an_empty_log_ends_before_its_first_record);
    check(what_was_appended_is_read_back_from_any_number);
    check(what_was_appended_is_there_after_reopening);
    check(an_empty_batch_changes_nothing);
    check(the_chain_does_not_depend_on_the_batches);
    check(the_chain_depends_on_every_record);
    check(a_follower_reads_what_is_durable_and_no_further);
}

#[test]
fn the_file_log_conforms() {
    conforms(
        || tempfile::tempdir().expect("a directory"),
        |dir| FileLog::open(dir.path()).expect("the log opens"),
    );
}

#[test]
fn the_memory_log_conforms() {
    conforms(MemoryLog::default, MemoryLog::clone);
}

#[test]
fn both_logs_have_the_same_chain() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut file = FileLog::open(dir.path()).expect("the log opens");
    let mut memory = MemoryLog::default();
    append(&mut file, 1..4);
    append(&mut file, 4..9);
    append(&mut memory, 1..9);
    assert_eq!(file.head(), memory.head());
}

fn append(log: &mut impl CommandLog, seqs: Range<u64>) {
    log.append(&deposits(seqs)).expect("the log takes it");
}

fn numbers(log: &impl CommandLog, from: u64) -> Vec<u64> {
    log.read(from)
        .expect("it opens")
        .map(|record| {
            let record = record.expect("it is whole");
            assert_eq!(record, deposit(record.seq));
            record.seq
        })
        .collect()
}

fn an_empty_log_ends_before_its_first_record<L: CommandLog>(open: &dyn Fn() -> L) {
    let log = open();
    assert_eq!(log.head(), Head::default());
    assert!(numbers(&log, 1).is_empty());
    assert!(log.cut().is_none());
}

fn what_was_appended_is_read_back_from_any_number<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..2);
    append(&mut log, 2..6);
    append(&mut log, 6..8);
    assert_eq!((log.head().seq, log.head().time), (7, time_of(7)));
    for from in 0..10 {
        assert_eq!(numbers(&log, from), (from.max(1)..8).collect::<Vec<_>>(), "from {from}");
    }
}

fn what_was_appended_is_there_after_reopening<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..4);
    let (head, bytes) = (log.head(), log.bytes());
    drop(log);
    let mut log = open();
    assert_eq!((log.head(), log.bytes()), (head, bytes));
    append(&mut log, 4..6);
    drop(log);
    assert_eq!(numbers(&open(), 1), [1, 2, 3, 4, 5]);
}

fn an_empty_batch_changes_nothing<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..3);
    let before = (log.head(), log.bytes());
    let nothing: Result<(), Error> = log.append(&Batch::default());
    nothing.expect("there is nothing to fail");
    assert_eq!((log.head(), log.bytes()), before);
}

fn the_chain_does_not_depend_on_the_batches<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..2);
    append(&mut log, 2..3);
    append(&mut log, 3..6);
    let whole = deposits(1..6);
    let expected = whole.iter().fold(Head::default(), |head, record| head.then(&record));
    assert_eq!(log.head(), expected);
}

fn the_chain_depends_on_every_record<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    let mut chains = vec![log.head().chain];
    for seq in 1..5 {
        append(&mut log, seq..seq + 1);
        chains.push(log.head().chain);
    }
    let unique: HashSet<_> = chains.iter().collect();
    assert_eq!(unique.len(), chains.len());
}

fn a_follower_reads_what_is_durable_and_no_further<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..3);
    for from in 0..4 {
        let mut follower = log.follow(from).expect("it opens");
        let mut read = |durable| {
            let records = std::iter::from_fn(|| follower.next(durable).expect("it is whole"));
            records.map(|record| record.seq).collect::<Vec<_>>()
        };
        let last = log.head().seq;
        assert_eq!(read(1), (from.max(1)..2).collect::<Vec<_>>(), "from {from}");
        assert_eq!(read(last), (from.max(2)..=last).collect::<Vec<_>>(), "from {from}");
        append(&mut log, last + 1..last + 4);
        assert_eq!(read(last + 2), (from.max(last + 1)..last + 3).collect::<Vec<_>>());
        assert_eq!(read(last + 3), [last + 3]);
    }
}
