//! What each layer adds: the engine alone, with a log in memory, with a log on disk. One workload and
//! one seed; the floor is the same disk without an exchange, probed in the same run.
//!
//!     cargo bench -p benches --bench layers

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use benches::flow::flow;
use benches::{Done, report, report_latency};
use crossbeam::channel::{Receiver, bounded};
use engine::Exchange;
use hdrhistogram::Histogram;
use sequencer::{
    Busy, Clock, CommandLog, FileLog, Handle, Lane, MemoryLog, Outcome, Output, Request, Settings,
    Submission,
};
use types::{Command, Sequenced, Timestamp};

const COMMANDS: usize = 200_000;
const SAMPLES: usize = 2_000;

fn main() {
    let commands: Vec<Sequenced<Command>> = flow(1, COMMANDS);
    for _ in 0..3 {
        engine_alone(&commands);
    }
    behind(&commands, "with a log in memory", MemoryLog::default());
    let dir = tempfile::tempdir().expect("a directory for the log");
    let log = FileLog::open(&dir.path().join("log")).expect("a new log");
    behind(&commands, "with a log on disk", log);
    one_in_flight(&commands, dir.path());
    floor(&dir.path().join("floor"));
}

fn engine_alone(commands: &[Sequenced<Command>]) {
    let (mut exchange, mut events, mut done) = (Exchange::new(), Vec::new(), Done::default());
    let mut took = Duration::ZERO;
    for batch in commands.chunks(1_000) {
        events.clear();
        let start = Instant::now();
        for command in batch {
            exchange.apply(command, &mut events);
        }
        took += start.elapsed();
        done.count(&events);
    }
    report("engine alone", took, &done);
}

/// The whole sequencer, fed as fast as it takes, every outcome received.
fn behind(commands: &[Sequenced<Command>], name: &str, log: impl CommandLog) {
    let (handle, outcomes, running) = start(log);
    let receiver = std::thread::spawn(move || {
        let mut done = Done::default();
        for outcome in outcomes.iter().flatten() {
            if let Output::Events(events) = &outcome.output {
                done.count(events);
            }
        }
        done
    });
    let start = Instant::now();
    for command in commands {
        submit(&handle, command);
    }
    drop(handle);
    running.stop().expect("the log holds");
    let done = receiver.join().expect("it only counts");
    report(name, start.elapsed(), &done);
}

/// From submitting a command to its durable outcome, one at a time.
fn one_in_flight(commands: &[Sequenced<Command>], dir: &std::path::Path) {
    let log = FileLog::open(&dir.join("one")).expect("a new log");
    let (handle, outcomes, running) = start(log);
    let mut latency = histogram();
    for command in &commands[..SAMPLES] {
        let start = Instant::now();
        submit(&handle, command);
        outcomes.recv().expect("an outcome for each command");
        latency.saturating_record(nanoseconds(start));
    }
    running.stop().expect("the log holds");
    report_latency("durable outcome", &latency);
}

/// One small write and one fdatasync on the same disk.
fn floor(path: &std::path::Path) {
    let mut file = File::create(path).expect("a file");
    let mut latency = histogram();
    for _ in 0..SAMPLES {
        let start = Instant::now();
        file.write_all(&[7; 160]).expect("room on the disk");
        file.sync_data().expect("the disk holds");
        latency.saturating_record(nanoseconds(start));
    }
    report_latency("floor: write + fdatasync", &latency);
}

fn start(log: impl CommandLog) -> (Handle, Receiver<Vec<Outcome>>, sequencer::Running) {
    let (exchange, _) = sequencer::recover(&log, |_, _| ()).expect("a new log is sound");
    let (released, outcomes) = bounded(1_024);
    let settings = Settings::new(Clock::Stepped { start: Timestamp(0) });
    let running = sequencer::start(exchange, log, settings, released).expect("two threads");
    (running.handle(), outcomes, running)
}

/// The workload's own time goes with its commands, so that days pass as they did for the engine alone.
fn submit(handle: &Handle, command: &Sequenced<Command>) {
    let request = match &command.value {
        Command::ClockAdvanced => Request::Step(command.time),
        other => Request::Command(other.clone()),
    };
    let submission = Submission { origin: None, author: 0, request };
    while handle.submit(Lane::Orders, submission.clone()) == Err(Busy::Full) {
        std::thread::yield_now();
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 10_000_000_000, 3).expect("these bounds are legal")
}

fn nanoseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).expect("a bench is shorter than 584 years")
}
