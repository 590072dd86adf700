//! The two threads at work, on logs that the test holds still, lets fail and opens again.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded, unbounded};
use types::{AccountId, Command, Mills, NewOrder, PublicKey, Timestamp};

use super::{Running, Settings, start};
use crate::log::{CommandLog, Follow, Head, MemoryFollower, MemoryLog, TornTail};
use crate::samples::{deposits, one_of_each, time_of, with_good_terms};
use crate::submission::{Origin, Outcome, Output, Request, Submission};
use crate::{Batch, Busy, Clock, Digest, Error, Handle, Lane, Logged, codec, recover};

/// Longer than anything here takes, so a test that hangs ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// A log whose every append waits until the test says how it ends.
struct HeldLog {
    log: MemoryLog,
    has_reserve: bool,
    begun: Sender<Vec<u64>>,
    verdicts: Receiver<Result<(), io::ErrorKind>>,
}

/// The test's end: what was begun, and how it shall end.
struct Hold {
    begun: Receiver<Vec<u64>>,
    verdicts: Sender<Result<(), io::ErrorKind>>,
}

fn held() -> (HeldLog, Hold) {
    let (begun, begun_end) = unbounded();
    let (verdicts, verdicts_end) = unbounded();
    let log =
        HeldLog { log: MemoryLog::default(), has_reserve: true, begun, verdicts: verdicts_end };
    (log, Hold { begun: begun_end, verdicts })
}

impl CommandLog for HeldLog {
    type Follower = MemoryFollower;

    fn has_reserve(&mut self) -> bool {
        self.has_reserve
    }

    fn first(&self) -> u64 {
        self.log.first()
    }

    fn drop_before(&mut self, seq: u64) -> Result<(), Error> {
        self.log.drop_before(seq)
    }

    fn follow(&self, from: u64) -> Result<MemoryFollower, Error> {
        self.log.follow(from)
    }

    fn head(&self) -> Head {
        self.log.head()
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        let seqs = batch.iter().map(|record| record.seq).collect();
        self.begun.send(seqs).expect("the test holds the other end");
        match self.verdicts.recv_timeout(PATIENCE).expect("the test gives a verdict") {
            Ok(()) => self.log.append(batch),
            Err(kind) => {
                Err(Error::Io { action: "sync", path: PathBuf::from("held"), source: kind.into() })
            }
        }
    }

    fn records(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Logged, Error>> + Send, Error> {
        self.log.records(from)
    }

    fn bytes(&self) -> u64 {
        self.log.bytes()
    }

    fn cut(&self) -> Option<&TornTail> {
        None
    }
}

impl Hold {
    /// Waits until an append has begun, and says of which records.
    fn begun(&self) -> Vec<u64> {
        self.begun.recv_timeout(PATIENCE).expect("an append begins")
    }

    fn end(&self, verdict: Result<(), io::ErrorKind>) {
        self.verdicts.send(verdict).expect("the log is there");
    }
}

fn settings(clock: Clock) -> Settings {
    Settings { tick: Duration::from_millis(1), spin: Duration::ZERO, ..Settings::new(clock) }
}

fn stepped() -> Settings {
    settings(Clock::Stepped { start: Timestamp(100) })
}

fn run(log: impl CommandLog, settings: Settings) -> (Running, Receiver<Vec<Outcome>>) {
    let (exchange, _) = recover(&log, |_, _| ()).expect("the log is whole");
    let (outcomes, receiver) = bounded(1_000);
    (start(exchange, log, settings, outcomes).expect("there are threads"), receiver)
}

fn deposit(origin: u64) -> Submission {
    let amount = Mills(i64::try_from(origin).expect("small"));
    let command = Command::Deposit { account: AccountId(1), amount };
    Submission { origin: Some(Origin(origin)), author: 0, request: Request::Command(command) }
}

fn ask(request: Request) -> Submission {
    Submission { origin: Some(Origin(0)), author: 0, request }
}

fn submit(handle: &Handle, submission: Submission) {
    handle.submit(Lane::Orders, submission).expect("there is room");
}

fn next(outcomes: &Receiver<Vec<Outcome>>) -> Vec<Outcome> {
    outcomes.recv_timeout(PATIENCE).expect("a batch is released")
}

/// The next `count` outcomes, whatever batches they come in.
fn take(outcomes: &Receiver<Vec<Outcome>>, count: usize) -> Vec<Outcome> {
    let mut taken = Vec::new();
    while taken.len() < count {
        taken.extend(next(outcomes));
    }
    taken
}

fn origins(outcomes: &[Outcome]) -> Vec<u64> {
    outcomes.iter().filter_map(|outcome| outcome.origin).map(|origin| origin.0).collect()
}

fn eventually(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "it never came to that");
        thread::yield_now();
    }
}

/// Asks with a command too large for any queue, so that asking changes nothing.
fn is_stopping(handle: &Handle) -> bool {
    let name = "x".repeat(codec::MOST_BYTES);
    let command = Command::OpenAccount { account: AccountId(1), name, key: PublicKey([0; 32]) };
    handle.submit(Lane::Orders, ask(Request::Command(command))) == Err(Busy::Stopped)
}

#[test]
fn nothing_is_released_before_it_is_durable() {
    let (log, hold) = held();
    let (running, outcomes) = run(log, stepped());
    submit(&running.handle(), deposit(1));
    assert_eq!(hold.begun(), [1]);
    assert_eq!(running.handle().stats().sequenced, 1, "it was applied at once");
    assert_eq!(running.handle().stats().durable, 0);
    assert_eq!(outcomes.try_recv(), Err(TryRecvError::Empty));
    hold.end(Ok(()));
    assert_eq!(origins(&next(&outcomes)), [1]);
    assert_eq!(running.handle().stats().durable, 1);
    running.stop().expect("the log is well");
}

#[test]
fn a_log_without_a_reserve_is_told() {
    for has_reserve in [true, false] {
        let (log, hold) = held();
        let (running, outcomes) = run(HeldLog { has_reserve, ..log }, stepped());
        submit(&running.handle(), deposit(1));
        hold.begun();
        hold.end(Ok(()));
        next(&outcomes);
        assert_eq!(running.handle().stats().is_log_short, !has_reserve);
        running.stop().expect("the log is well");
    }
}

#[test]
fn a_record_names_who_caused_it() {
    let log = MemoryLog::default();
    let (running, outcomes) = run(log.clone(), settings(Clock::System));
    submit(&running.handle(), Submission { author: 77, ..deposit(1) });
    take(&outcomes, 2);
    running.stop().expect("memory");
    let mut follower = log.follow(1).expect("memory");
    let mut author = || follower.next(2).expect("memory").map(|logged| logged.author);
    assert_eq!((author(), author()), (Some(77), Some(0)), "a tick is the exchange's own");
}

#[test]
fn what_arrives_during_an_append_becomes_durable_by_one_append() {
    let (log, hold) = held();
    let (running, outcomes) = run(log, stepped());
    let handle = running.handle();
    submit(&handle, deposit(1));
    assert_eq!(hold.begun(), [1]);
    (2..=6).for_each(|origin| submit(&handle, deposit(origin)));
    eventually(|| handle.stats().sequenced == 6);
    hold.end(Ok(()));
    assert_eq!(hold.begun(), [2, 3, 4, 5, 6]);
    assert_eq!(origins(&next(&outcomes)), [1]);
    hold.end(Ok(()));
    let released = next(&outcomes);
    assert_eq!(released.iter().map(|outcome| outcome.seq).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    running.stop().expect("the log is well");
    assert_eq!(handle.stats().appends.count(), 2);
    assert_eq!(hold.begun.try_recv(), Err(TryRecvError::Disconnected), "no third append");
}

#[test]
fn after_a_failed_append_nothing_more_is_released_and_the_reason_is_told() {
    let (log, hold) = held();
    let (running, outcomes) = run(log, stepped());
    let handle = running.handle();
    submit(&handle, deposit(1));
    hold.begun();
    submit(&handle, deposit(2));
    hold.end(Err(io::ErrorKind::StorageFull));
    assert_eq!(outcomes.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected));
    eventually(|| handle.submit(Lane::Cancels, deposit(3)) == Err(Busy::Stopped));
    let error = running.stop().expect_err("the log failed");
    assert_eq!(error.to_string(), "cannot sync held");
    assert_eq!(error.source().expect("the system's word").to_string(), "no storage space");
    assert_eq!(handle.stats().durable, 0);
}

#[test]
fn a_receiver_that_is_gone_stops_the_exchange() {
    let (running, outcomes) = run(MemoryLog::default(), stepped());
    drop(outcomes);
    let handle = running.handle();
    submit(&handle, deposit(1));
    eventually(|| handle.submit(Lane::Orders, deposit(2)) == Err(Busy::Stopped));
    assert!(matches!(running.stop(), Err(Error::Unheard)));
}

#[test]
fn full_queues_shed_orders_and_keep_room_for_cancels() {
    let (log, hold) = held();
    let two = NonZeroUsize::new(2).expect("two");
    let (running, outcomes) =
        run(log, Settings { orders: two, cancels: two, batch: two, ..stepped() });
    let handle = running.handle();
    submit(&handle, deposit(1));
    assert_eq!(hold.begun(), [1]);
    // Two more fill the batch behind the one at work, and then two wait in the queue.
    for waiting in [2, 3] {
        submit(&handle, deposit(waiting));
        eventually(|| handle.stats().sequenced == waiting);
    }
    submit(&handle, deposit(4));
    submit(&handle, deposit(5));
    assert_eq!(handle.submit(Lane::Orders, deposit(6)), Err(Busy::Full));
    handle.submit(Lane::Cancels, deposit(11)).expect("cancels have their own room");
    handle.submit(Lane::Cancels, deposit(12)).expect("cancels have their own room");
    assert_eq!(handle.stats().sequenced, 3, "nothing is applied that no batch has room for");
    for batch in [[2, 3], [4, 5], [6, 7]] {
        hold.end(Ok(()));
        assert_eq!(hold.begun(), batch, "a batch is bounded");
    }
    hold.end(Ok(()));
    assert_eq!(origins(&take(&outcomes, 7)), [1, 2, 3, 11, 12, 4, 5]);
    running.stop().expect("the log is well");
}

#[test]
fn stopping_finishes_what_was_taken_and_takes_nothing_more() {
    let (log, hold) = held();
    let kept = log.log.clone();
    let size = |size| NonZeroUsize::new(size).expect("it is not zero");
    let (running, outcomes) = run(log, Settings { orders: size(3), batch: size(1), ..stepped() });
    let handle = running.handle();
    for applied in [1, 2] {
        submit(&handle, deposit(applied));
        eventually(|| handle.stats().sequenced == applied);
    }
    (3..=5).for_each(|waiting| submit(&handle, deposit(waiting)));
    let stopping = thread::spawn(|| running.stop());
    eventually(|| is_stopping(&handle));
    (0..5).for_each(|_| hold.end(Ok(())));
    let stopped = stopping.join().expect("no panic").expect("the log is well");
    assert_eq!(origins(&outcomes.iter().flatten().collect::<Vec<_>>()), [1, 2, 3, 4, 5]);
    assert_eq!((stopped.head.seq, stopped.head), (5, kept.head()));
    let (replayed, _) = recover(&kept, |_, _| ()).expect("it is whole");
    assert_eq!(stopped.digest, Digest::of(&replayed));
}

#[test]
fn stopping_waits_for_what_was_applied_but_not_handed_over() {
    let (log, hold) = held();
    let (running, outcomes) = run(log, stepped());
    let handle = running.handle();
    submit(&handle, deposit(1));
    assert_eq!(hold.begun(), [1]);
    submit(&handle, deposit(2));
    eventually(|| handle.stats().sequenced == 2);
    let stopping = thread::spawn(|| running.stop());
    eventually(|| is_stopping(&handle));
    hold.end(Ok(()));
    hold.end(Ok(()));
    assert_eq!(stopping.join().expect("no panic").expect("the log is well").head.seq, 2);
    assert_eq!(origins(&outcomes.iter().flatten().collect::<Vec<_>>()), [1, 2]);
}

#[test]
fn a_dropped_sequencer_stops() {
    let (running, outcomes) = run(MemoryLog::default(), stepped());
    let handle = running.handle();
    drop(running);
    assert_eq!(outcomes.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected));
    eventually(|| handle.submit(Lane::Orders, deposit(1)) == Err(Busy::Stopped));
}

#[test]
fn numbers_and_time_go_on_where_the_log_ends() {
    let mut log = MemoryLog::default();
    log.append(&deposits(1..4)).expect("memory");
    for clock in [
        Clock::Stepped { start: Timestamp(0) },
        Clock::Scaled { start: Timestamp(0), speed: 1 },
        Clock::System,
    ] {
        let before = log.head();
        let (running, outcomes) = run(log.clone(), settings(clock));
        submit(&running.handle(), deposit(1));
        let first = next(&outcomes).remove(0);
        assert_eq!(first.seq, before.seq + 1, "{clock:?}");
        assert!(before.time <= first.time, "{clock:?}: {:?} before {:?}", first.time, before.time);
        running.stop().expect("memory");
        let times: Vec<_> = log.read(1).expect("memory").map(|r| r.expect("whole").time).collect();
        assert!(times.is_sorted(), "{clock:?}: {times:?}");
    }
}

#[test]
fn time_steps_forward_only_and_at_once() {
    let (log, hold) = held();
    let (running, outcomes) = run(log, stepped());
    let handle = running.handle();
    // The first append holds everything else back, so one turn serves it all.
    submit(&handle, deposit(1));
    hold.begun();
    submit(&handle, ask(Request::Step(Timestamp(500))));
    submit(&handle, deposit(2));
    submit(&handle, ask(Request::Step(Timestamp(300))));
    submit(&handle, ask(Request::Step(Timestamp(501))));
    (0..5).for_each(|_| hold.end(Ok(())));
    let times: Vec<_> = take(&outcomes, 5).iter().map(|outcome| outcome.time.0).collect();
    assert_eq!(times, [100, 500, 500, 500, 501]);
    running.stop().expect("the log is well");
}

#[test]
fn a_running_clock_ticks_from_the_first_record_on() {
    let log = MemoryLog::default();
    let (running, outcomes) = run(log.clone(), settings(Clock::System));
    assert_eq!(
        outcomes.recv_timeout(Duration::from_millis(30)),
        Err(RecvTimeoutError::Timeout),
        "a log begins with the terms of the market"
    );
    submit(&running.handle(), deposit(1));
    let taken = take(&outcomes, 4);
    assert_eq!(taken[0].origin, Some(Origin(1)));
    assert!(taken[1..].iter().all(|outcome| outcome.origin.is_none()));
    running.stop().expect("memory");
    let second = log.read(2).expect("memory").next().expect("a tick").expect("whole");
    assert_eq!(second.value, Command::ClockAdvanced);
}

fn open_market() -> Submission {
    let command = with_good_terms(one_of_each()).swap_remove(0);
    Submission { origin: Some(Origin(1)), author: 0, request: Request::Command(command) }
}

/// Records behind the one that opens the market, after so long.
fn ticks(settings: Settings, long: Duration) -> Vec<Timestamp> {
    let log = MemoryLog::default();
    let (running, outcomes) = run(log.clone(), settings);
    submit(&running.handle(), open_market());
    let end = Instant::now() + long;
    while outcomes.recv_deadline(end).is_ok() {}
    running.stop().expect("memory");
    let records = log.read(2).expect("memory").map(|record| record.expect("whole"));
    records
        .map(|record| {
            assert_eq!(record.value, Command::ClockAdvanced);
            record.time
        })
        .collect()
}

#[test]
fn a_venue_where_nothing_happens_hardly_writes() {
    let quiet = Duration::from_secs(60);
    let idle = Settings { quiet, ..settings(Clock::System) };
    let long = Duration::from_millis(200);
    // The first tick comes behind a command; the auction of the opening is due once more at most.
    assert!(ticks(idle, long).len() <= 3);
    let often = Settings { quiet: Duration::ZERO, ..idle };
    assert!(10 < ticks(often, long).len());
    let sometimes = Settings { quiet: Duration::from_millis(20), ..idle };
    assert!((3..=13).contains(&ticks(sometimes, long).len()));
}

#[test]
fn a_quiet_venue_misses_nothing_that_is_due() {
    let ten_hours_a_second = Clock::Scaled { start: Timestamp(0), speed: 36_000 };
    let idle = Settings { quiet: Duration::from_secs(60), ..settings(ten_hours_a_second) };
    let times = ticks(idle, Duration::from_millis(600));
    let hours: BTreeSet<_> = times.iter().map(|time| time.hour_start()).collect();
    let (first, last) = (times[0].hour_start(), times[times.len() - 1].hour_start());
    let passed = (last.0 - first.0) / Timestamp::HOUR;
    assert!(2 <= passed, "only {passed} hours");
    let hours = i64::try_from(hours.len()).expect("few hours");
    assert_eq!(hours, passed + 1, "each hour has its timers fired");
}

#[test]
fn after_a_restart_the_timers_fire_before_anybody_trades() {
    let mut log = MemoryLog::default();
    log.append(&deposits(1..3)).expect("memory");
    let settings = Settings { tick: PATIENCE, ..settings(Clock::System) };
    let (running, outcomes) = run(log.clone(), settings);
    submit(&running.handle(), deposit(1));
    let taken = take(&outcomes, 3);
    let numbered: Vec<_> = taken.iter().map(|outcome| (outcome.seq, outcome.origin)).collect();
    assert_eq!(numbered, [(3, None), (4, None), (5, Some(Origin(1)))]);
    running.stop().expect("memory");
    let added: Vec<_> = log.read(3).expect("memory").map(|r| r.expect("whole").value).collect();
    assert_eq!(added[..2], [Command::Restarted, Command::ClockAdvanced]);
}

#[test]
fn a_restart_is_told_on_a_stepped_clock_too_and_an_empty_log_has_none() {
    let log = MemoryLog::default();
    let restarts = || {
        let records = log.read(1).expect("memory").map(|record| record.expect("whole"));
        records.filter(|record| record.value == Command::Restarted).map(|r| r.seq).collect()
    };
    for expected in [vec![], vec![2], vec![2, 4]] {
        let (running, outcomes) = run(log.clone(), stepped());
        submit(&running.handle(), deposit(1));
        take(&outcomes, 1 + usize::from(!expected.is_empty()));
        running.stop().expect("memory");
        let restarted: Vec<u64> = restarts();
        assert_eq!(restarted, expected);
    }
}

#[test]
fn what_an_hour_makes_due_fires_before_anybody_trades_in_it() {
    let ten_hours_a_second = Clock::Scaled { start: Timestamp(0), speed: 36_000 };
    let settings = Settings { tick: PATIENCE, ..settings(ten_hours_a_second) };
    let (running, outcomes) = run(MemoryLog::default(), settings);
    submit(&running.handle(), deposit(1));
    let first_tick = take(&outcomes, 2)[1].time;
    std::thread::sleep(Duration::from_millis(300));
    submit(&running.handle(), deposit(2));
    let taken = take(&outcomes, 2);
    assert!(first_tick.hour_start() < taken[0].time.hour_start());
    assert_eq!((taken[0].origin, taken[1].origin), (None, Some(Origin(2))));
    assert_eq!(taken[0].time, taken[1].time);
    running.stop().expect("memory");
}

#[test]
fn a_stepped_clock_does_not_tick() {
    let (running, outcomes) = run(MemoryLog::default(), stepped());
    submit(&running.handle(), deposit(1));
    next(&outcomes);
    assert_eq!(outcomes.recv_timeout(Duration::from_millis(30)), Err(RecvTimeoutError::Timeout));
    running.stop().expect("memory");
}

#[test]
fn a_question_is_answered_after_what_it_follows_and_is_not_logged() {
    let log = MemoryLog::default();
    let (running, outcomes) = run(log.clone(), stepped());
    let handle = running.handle();
    submit(&handle, deposit(1));
    submit(&handle, ask(Request::Digest));
    submit(&handle, ask(Request::Preview(order())));
    let taken = take(&outcomes, 3);
    assert!(taken[1..].iter().all(|answer| (answer.seq, answer.origin) == (1, Some(Origin(0)))));
    assert!(matches!(taken[2].output, Output::Preview(_)));
    let stopped = running.stop().expect("memory");
    assert_eq!(taken[1].output, Output::Digest(stopped.digest));
    assert_eq!(log.head().seq, 1);
}

fn order() -> NewOrder {
    let order = one_of_each().into_iter().find_map(|command| match command {
        Command::PlaceOrder(order) => Some(order),
        _ => None,
    });
    order.expect("there is one of each")
}

#[test]
fn the_same_submissions_on_a_stepped_clock_give_the_same_log() {
    let run_once = || {
        let (running, outcomes) = run(MemoryLog::default(), stepped());
        for origin in 1..200 {
            submit(&running.handle(), deposit(origin));
            submit(&running.handle(), ask(Request::Step(time_of(origin))));
        }
        take(&outcomes, 398);
        running.stop().expect("memory")
    };
    assert_eq!(run_once(), run_once());
}

#[test]
fn spinning_loses_nothing_either() {
    let spin = Duration::from_millis(1);
    let (running, outcomes) = run(MemoryLog::default(), Settings { spin, ..stepped() });
    for origin in 1..100 {
        submit(&running.handle(), deposit(origin));
        if origin % 10 == 0 {
            thread::sleep(Duration::from_millis(2));
        }
    }
    assert_eq!(origins(&take(&outcomes, 99)), (1..100).collect::<Vec<_>>());
    running.stop().expect("memory");
}
