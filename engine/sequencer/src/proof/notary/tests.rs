use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam::channel::{Receiver, bounded, unbounded};
use proof::{Checkpoint, SigningKey};
use types::Command;

use super::Notary;
use crate::log::{CommandLog, FileLog};
use crate::proof::CheckpointMaker;
use crate::quarantine::Quarantine;
use crate::samples::{Count, deposits, time_of};
use crate::{
    Checks, Clock, Error, Lane, OldRecords, Recovered, Replica, Replication, Request, Running,
    Settings, Snapshots, Submission, restore, start_replicated, verify_with,
};

/// Longer than anything here takes, so a test that hangs ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// A key that is the same at each start.
const SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

fn key() -> SigningKey {
    SigningKey::parse(SECRET).expect("it is one")
}

fn open(note: &str) -> Checkpoint {
    key().public().open(note).expect("it is signed")
}

/// An exchange on the log of a directory, with a notary.
struct Venue {
    running: Running,
    notes: Receiver<Result<String, Error>>,
    released: Arc<AtomicU64>,
}

fn start(dir: &Path, every: Duration) -> Venue {
    let mut log = FileLog::open(dir).expect("it opens");
    if log.head().seq == 0 {
        log.append(&deposits(1..6)).expect("it takes the batch");
    }
    let snapshots = Snapshots::of(dir);
    let none = Quarantine::default();
    let recovered: Recovered<Count> = restore(&log, &snapshots, &none).expect("it is whole");
    let mut maker = CheckpointMaker::open(key(), dir);
    maker.catch_up(&log, &snapshots, &none).expect("the log is whole");
    assert_eq!(maker.head(), log.head());
    let (publish, notes) = unbounded();
    let notary = Notary::new(maker, every, move |note| publish.send(note).expect("a listener"));
    let every = NonZeroU64::new(4).expect("not zero");
    let replication = Replication { every, old_records: OldRecords::Keep };
    let replica = Replica::of(&recovered, snapshots, replication, drop);
    let replica = replica.observed_by(Box::new(notary));
    let settings = Settings::new(Clock::Stepped { start: time_of(5) });
    let (released, outcomes) = bounded(64);
    let running = start_replicated(recovered.exchange, log, settings, released, replica);
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        outcomes.iter().for_each(|batch| {
            counted.fetch_add(batch.len() as u64, Ordering::Relaxed);
        });
    });
    Venue { running: running.expect("threads"), notes, released: count }
}

impl Venue {
    fn work(&self) {
        for _ in 0..10 {
            let request = Request::Command(Command::ClockAdvanced);
            let submission = Submission { origin: None, author: 0, request };
            self.running.handle().submit(Lane::Orders, submission).expect("there is room");
        }
        while self.released.load(Ordering::Relaxed) < 10 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Stops it: its last checkpoint, which is over all of its log.
    fn stop(self) -> Checkpoint {
        let stopped = self.running.stop().expect("the log holds");
        let last = self.notes.try_iter().last().expect("one at the end");
        let last = open(&last.expect("it was written down"));
        assert_eq!((last.size, last.chain.0), (stopped.head.seq, stopped.head.chain.0));
        last
    }
}

#[test]
fn what_is_durable_is_signed_at_once_and_at_the_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let venue = start(dir.path(), Duration::from_secs(3_600));
    let first = venue.notes.recv_timeout(PATIENCE).expect("the first");
    assert!(5 <= open(&first.expect("it was written down")).size);
    venue.work();
    let checks = Checks { checkpoint: Some(venue.stop()), ..Checks::default() };
    verify_with(dir.path(), &checks).expect("it is over this log");
}

#[test]
fn each_start_goes_on_where_the_last_one_stopped() {
    let dir = tempfile::tempdir().expect("a directory");
    for _ in 0..4 {
        let venue = start(dir.path(), Duration::from_millis(1));
        venue.work();
        let checks = Checks { checkpoint: Some(venue.stop()), ..Checks::default() };
        verify_with(dir.path(), &checks).expect("it is over this log");
    }
    std::fs::remove_dir_all(dir.path().join("proofs")).expect("it is only a cache");
    let venue = start(dir.path(), Duration::from_millis(1));
    let checks = Checks { checkpoint: Some(venue.stop()), ..Checks::default() };
    verify_with(dir.path(), &checks).expect("it was made again from the log");
}

#[test]
fn a_tile_that_cannot_be_written_ends_the_notary_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("proofs"), "in the way").expect("it can be written");
    let venue = start(dir.path(), Duration::ZERO);
    venue.notes.recv_timeout(PATIENCE).expect("it is told").expect_err("and why");
    venue.work();
    venue.running.stop().expect("the exchange goes on without it");
    assert_eq!(venue.notes.try_iter().count(), 0, "nothing is signed any more");
}
