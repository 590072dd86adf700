use std::collections::VecDeque;
use std::fs;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, bounded, unbounded};
use types::{AccountId, Command, Mills, Timestamp};

use super::{Applied, Notice, Observer, OldRecords, Replica, Replication, View};
use crate::chain::Chain;
use crate::log::{CommandLog, Head, MemoryLog};
use crate::quarantine::Quarantine;
use crate::samples::{Count, deposits};
use crate::submission::{Outcome, Request, Submission};
use crate::{
    Clock, Digest, Error, Handle, Lane, Recovered, Running, Settings, Snapshots, restore,
    start_replicated,
};

/// Longer than anything here takes, so a test that hangs ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running exchange on a log in memory, with a replica that keeps its snapshots in a directory.
struct Venue {
    running: Running,
    handle: Handle,
    outcomes: Receiver<Vec<Outcome>>,
    notices: Receiver<Notice>,
}

fn open(log: &MemoryLog, dir: &Path, every: u64, old_records: OldRecords) -> Venue {
    observed(log, dir, every, old_records, None)
}

fn observed(
    log: &MemoryLog,
    dir: &Path,
    every: u64,
    old_records: OldRecords,
    observer: Option<Box<dyn Observer>>,
) -> Venue {
    let snapshots = Snapshots::of(dir);
    let recovered: Recovered<Count> =
        restore(log, &snapshots, &Quarantine::default()).expect("the log is whole");
    let (tell, notices) = unbounded();
    let every = NonZeroU64::new(every).expect("not zero");
    let replication = Replication { every, old_records };
    let mut replica = Replica::of(&recovered, snapshots, replication, move |notice| {
        tell.send(notice).ok();
    });
    if let Some(observer) = observer {
        replica = replica.observed_by(observer);
    }
    let settings = Settings::new(Clock::Stepped { start: Timestamp(100) });
    let (released, outcomes) = bounded(1_000);
    let exchange = recovered.exchange;
    let running = start_replicated(exchange, log.clone(), settings, released, replica);
    let running = running.expect("there are threads");
    Venue { handle: running.handle(), running, outcomes, notices }
}

impl Venue {
    /// Deposits `count` times, each durable before the next, and waits for the replica.
    fn work(&self, count: u64) {
        for _ in 0..count {
            let command = Command::Deposit { account: AccountId(7), amount: Mills(1) };
            let submission =
                Submission { origin: None, author: 0, request: Request::Command(command) };
            self.handle.submit(Lane::Orders, submission).expect("there is room");
            self.outcomes.recv_timeout(PATIENCE).expect("it is released");
        }
        let stats = || self.handle.stats();
        wait("the replica has caught up", || stats().replicated == stats().durable);
    }

    fn view(&self) -> View {
        self.running.view().expect("it has a replica")
    }

    fn stop(self) -> Digest {
        let Self { running, outcomes, .. } = self;
        let listener = std::thread::spawn(move || outcomes.iter().count());
        let stopped = running.stop().expect("nothing fails");
        listener.join().expect("it listens to the end");
        stopped.digest
    }
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn taken(venue: &Venue) -> Vec<u64> {
    let seq = |notice| match notice {
        Notice::Taken { written, .. } => written.file.seq,
        other => panic!("{other:?}"),
    };
    venue.notices.try_iter().map(seq).collect()
}

fn kept(dir: &Path) -> Vec<u64> {
    Snapshots::of(dir).list().expect("it can be listed").iter().map(|file| file.seq).collect()
}

#[test]
fn a_snapshot_is_taken_every_so_many_records_and_two_are_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = MemoryLog::default();
    let venue = open(&log, dir.path(), 10, OldRecords::Keep);
    venue.work(45);
    assert_eq!(taken(&venue), [10, 20, 30, 40]);
    assert_eq!(kept(dir.path()), [40, 30]);
    assert_eq!(venue.handle.stats().snapshot, 40);
    let digest = venue.stop();
    assert_eq!(log.first(), 1, "the log is kept");
    let again: Recovered<Count> =
        restore(&log, &Snapshots::of(dir.path()), &Quarantine::default()).expect("it is whole");
    assert_eq!(Digest::of(&again.exchange), digest);
    assert_eq!(again.recovery.snapshot.map(|file| file.seq), Some(40));
    assert_eq!(again.derived.commands, 45);
}

#[test]
fn records_before_the_older_snapshot_are_dropped_where_that_is_wanted() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = MemoryLog::default();
    let venue = open(&log, dir.path(), 10, OldRecords::Drop);
    venue.work(19);
    assert_eq!(log.first(), 1, "one snapshot is not enough");
    venue.work(12);
    assert_eq!(kept(dir.path()), [30, 20]);
    // The log thread drops them behind its next batch.
    venue.work(1);
    wait("records 1 to 20 are dropped", || log.first() == 21);
    let digest = venue.stop();
    let again: Recovered<Count> =
        restore(&log, &Snapshots::of(dir.path()), &Quarantine::default()).expect("it is whole");
    assert_eq!(Digest::of(&again.exchange), digest);
    assert_eq!(again.derived.commands, 32);
}

#[test]
fn a_replica_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = MemoryLog::default();
    for round in 1..=4 {
        let venue = open(&log, dir.path(), 10, OldRecords::Drop);
        venue.work(7);
        let digest = venue.stop();
        let snapshots = Snapshots::of(dir.path());
        let again: Recovered<Count> =
            restore(&log, &snapshots, &Quarantine::default()).expect("it is whole");
        assert_eq!(Digest::of(&again.exchange), digest, "round {round}");
        // Seven of its own, and one for every restart before.
        assert_eq!(again.derived.commands, round * 7 + round - 1);
    }
    assert_eq!(kept(dir.path()), [30, 20]);
}

#[test]
fn a_snapshot_that_cannot_be_written_is_told_and_nothing_is_dropped() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = MemoryLog::default();
    let venue = open(&log, dir.path(), 10, OldRecords::Drop);
    venue.work(21);
    assert_eq!(taken(&venue), [10, 20]);
    fs::create_dir(dir.path().join("snapshot.new")).expect("a directory is in the way");
    venue.work(20);
    let notices: Vec<Notice> = venue.notices.try_iter().collect();
    assert!(matches!(&notices[..], [Notice::NotTaken(_), Notice::NotTaken(_)]), "{notices:?}");
    assert_eq!((kept(dir.path()), log.first()), (vec![20, 10], 11), "as before");
    fs::remove_dir(dir.path().join("snapshot.new")).expect("it is empty");
    venue.work(10);
    assert_eq!(taken(&venue), [50]);
    venue.stop();
}

#[test]
fn whoever_looks_sees_the_exchange_of_a_durable_record() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = MemoryLog::default();
    let venue = open(&log, dir.path(), 1_000, OldRecords::Keep);
    venue.work(5);
    let (answer, seen) = bounded(1);
    let view = venue.view();
    view.look(move |head, exchange| {
        answer.send((*head, Digest::of(exchange))).expect("the test waits");
    })
    .expect("there is room");
    let (head, digest) = seen.recv_timeout(PATIENCE).expect("it looks");
    assert_eq!(head, log.head());
    assert_eq!(venue.stop(), digest);
    assert!(view.look(|_, _| ()).is_err(), "the replica has ended");
}

#[derive(Default)]
struct Heard {
    heads: VecDeque<Head>,
    paused_at: u64,
    ended_at: Option<u64>,
}

struct Listener(Arc<Mutex<Heard>>);

impl Observer for Listener {
    fn record(&mut self, applied: &Applied<'_>) {
        let Applied { record, logged, events, head, exchange } = *applied;
        assert_eq!((record.seq, record.time), (head.seq, head.time));
        assert_eq!(record.value, crate::command_bytes(&logged.command.value));
        assert_eq!(exchange.snapshot().seq(), head.seq);
        assert!(!events.is_empty(), "each command has a verdict");
        self.0.lock().expect("nobody panics").heads.push_back(*head);
    }

    fn pause(&mut self, head: &Head, exchange: &engine::Exchange) {
        assert_eq!(exchange.snapshot().seq(), head.seq);
        self.0.lock().expect("nobody panics").paused_at = head.seq;
    }

    fn end(&mut self, head: &Head, exchange: &engine::Exchange) {
        assert_eq!(exchange.snapshot().seq(), head.seq);
        self.0.lock().expect("nobody panics").ended_at = Some(head.seq);
    }
}

#[test]
fn an_observer_hears_every_durable_record_once_and_in_order() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut log = MemoryLog::default();
    log.append(&deposits(1..4)).expect("memory");
    let heard = Arc::new(Mutex::new(Heard::default()));
    let listener = Some(Box::new(Listener(Arc::clone(&heard))) as Box<dyn Observer>);
    let venue = observed(&log, dir.path(), 1_000, OldRecords::Keep, listener);
    venue.work(20);
    venue.stop();
    let mut heard = heard.lock().expect("nobody panics");
    assert!(4 <= heard.paused_at);
    assert_eq!(heard.ended_at, Some(log.head().seq), "it has heard everything in the end");
    let mut chain = Chain::default();
    for record in log.records(1).expect("memory") {
        chain.add(&record.expect("memory"));
        if 3 < chain.head().seq {
            assert_eq!(heard.heads.pop_front(), Some(chain.head()));
        }
    }
    assert!(heard.heads.is_empty());
}

#[test]
fn a_replica_that_cannot_go_on_says_so_and_the_exchange_goes_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = MemoryLog::default();
    let venue = open(&log, dir.path(), 1_000, OldRecords::Keep);
    venue.work(1);
    let command =
        Command::Deposit { account: AccountId(7), amount: Mills(crate::samples::UNLUCKY) };
    let submission = Submission { origin: None, author: 0, request: Request::Command(command) };
    venue.handle.submit(Lane::Orders, submission).expect("there is room");
    let notice = venue.notices.recv_timeout(PATIENCE).expect("the replica ends");
    assert!(matches!(notice, Notice::Ended(Error::Poison { seq: 2, .. })), "{notice:?}");
    venue.outcomes.recv_timeout(PATIENCE).expect("the exchange does not");
    venue.stop();
}
