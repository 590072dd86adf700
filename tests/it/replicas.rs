//! Every snapshot that a replica took of a long run stands for the log up to it: with the rest of the
//! log it gives the exchange that the run ended with.
//!
//! `GIGAHOUR_SNAPSHOTS=50` takes that many, instead of four, in the same run.

use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam::channel::bounded;
use engine::Exchange;
use sequencer::{
    Busy, Clock, Digest, Handle, Lane, MemoryLog, Notice, OldRecords, Quarantine, Recovered,
    Replica, Replication, Request, Settings, Snapshots, Submission,
};
use tests::agreement::for_engine;
use tests::view::View;
use tests::workload::Workload;
use types::{Command, Sequenced, Timestamp};

/// Commands of the run.
const COMMANDS: u64 = 1_000_000;

#[test]
fn every_snapshot_of_a_run_gives_its_end() {
    let count = std::env::var("GIGAHOUR_SNAPSHOTS").ok();
    let count: u64 = count.map_or(4, |text| text.parse().expect("a number of snapshots"));
    let every = NonZeroU64::new(COMMANDS / (count + 1)).expect("fewer snapshots than commands");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (log, digest) = run(folder.path(), every);
    let mut checked = 0;
    for entry in fs::read_dir(folder.path().join("all")).expect("it is there") {
        let dir = entry.expect("it is there").path();
        let recovered: Recovered<()> =
            sequencer::restore(&log, &Snapshots::of(&dir), &Quarantine::default())
                .expect("the log is whole");
        let from = recovered.recovery.snapshot.expect("its only snapshot is good").path;
        assert_eq!(Digest::of(&recovered.exchange), digest, "{}", from.display());
        checked += 1;
    }
    assert!(count <= checked, "only {checked} snapshots were taken");
}

/// Runs the commands through a sequencer with a replica; each of its snapshots gets a folder of its
/// own.
fn run(folder: &Path, every: NonZeroU64) -> (MemoryLog, Digest) {
    let log = MemoryLog::default();
    let recovered: Recovered<()> =
        sequencer::restore(&log, &Snapshots::of(folder), &Quarantine::default())
            .expect("the log is empty");
    let all = folder.join("all");
    fs::create_dir(&all).expect("a temporary folder can be written");
    let replication = Replication { every, old_records: OldRecords::Keep };
    let keep = move |notice| keep(&all, notice);
    let replica = Replica::of(&recovered, Snapshots::of(folder), replication, keep);
    let settings = Settings::new(Clock::Stepped { start: Timestamp(0) });
    let (released, outcomes) = bounded(1_024);
    let running =
        sequencer::start_replicated(Exchange::new(), log.clone(), settings, released, replica);
    let running = running.expect("there are threads");
    let listener = std::thread::spawn(move || outcomes.iter().count());
    let handle = running.handle();
    commands().for_each(|command| submit(&handle, command));
    let is_behind = || handle.stats().replicated < COMMANDS;
    while is_behind() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let digest = running.stop().expect("nothing fails").digest;
    listener.join().expect("it only counts");
    (log, digest)
}

fn keep(all: &Path, notice: Notice) {
    let Notice::Taken { written, .. } = notice else { panic!("{notice:?}") };
    let dir: PathBuf = all.join(written.file.seq.to_string());
    fs::create_dir(&dir).expect("a temporary folder can be written");
    let name = written.file.path.file_name().expect("a file");
    fs::hard_link(&written.file.path, dir.join(name)).expect("it was just taken");
}

/// Commands of a market, each with the numbers that the exchange gives its orders.
fn commands() -> impl Iterator<Item = Sequenced<Command>> {
    let (mut exchange, mut view, mut said) = (Exchange::new(), View::default(), Vec::new());
    let count = usize::try_from(COMMANDS).expect("a million");
    Workload::new(3).take(count).map(move |command| {
        let command = for_engine(&command, &view);
        said.clear();
        exchange.apply(&command, &mut said);
        said.iter().for_each(|event| view.hear(event));
        command
    })
}

fn submit(handle: &Handle, command: Sequenced<Command>) {
    let request = match command.value {
        Command::ClockAdvanced => Request::Step(command.time),
        other => Request::Command(other),
    };
    let submission = Submission { origin: None, author: 0, request };
    while handle.submit(Lane::Orders, submission.clone()) == Err(Busy::Full) {
        std::thread::yield_now();
    }
}
