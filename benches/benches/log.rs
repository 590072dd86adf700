//! What the log costs: appends of batches beside the same bytes written and synced without a log, what
//! it adds to an order, how fast it is read back, and what its hash chain takes of that.
//!
//!     cargo bench -p benches --bench log
//!
//! Log and floors take turns in one loop on one disk, so what the disk does to one it does to all.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use benches::flow::flow;
use benches::{Done, report, report_latency};
use crossbeam::channel::{Receiver, bounded};
use ed25519_dalek::{Signer, SigningKey};
use engine::Exchange;
use gateway::said;
use hdrhistogram::Histogram;
use protocol::flow::Running as Flow;
use sequencer::{
    Batch, Busy, Clock, CommandLog, FileLog, Handle, Head, Lane, MemoryLog, Outcome, Request,
    Running, Settings, Submission,
};
use types::{Command, InstrumentId, Sequenced, Timestamp};

/// Records of a batch, and how many batches are appended.
const SIZES: [(usize, usize); 4] = [(1, 1_500), (16, 800), (256, 300), (4_096, 40)];
const COMMANDS: usize = 200_000;
const REPLAYS: usize = 5;
const ORDERS: usize = 1_500;
/// Records of a part; the commands are whole parts.
const PART: usize = 2_000;

fn main() {
    let commands = flow(1, COMMANDS);
    let dir = tempfile::tempdir().expect("a directory for the logs");
    for (size, count) in SIZES {
        appends(&commands, size, count, &dir.path().join(size.to_string()));
    }
    orders(&commands, &dir.path().join("orders"));
    replay(&commands, &dir.path().join("replay"));
    hashing(&commands);
    signing(&commands);
}

/// A file of its own for each way to write, and how long each took.
struct Floor {
    file: File,
    offset: u64,
    latency: Histogram<u64>,
}

impl Floor {
    fn new(path: &Path, zeros: usize) -> Self {
        let file = File::create(path).expect("a file");
        file.write_all_at(&vec![0; zeros], 0).expect("room on the disk");
        file.sync_all().expect("the disk holds");
        Self { file, offset: 0, latency: histogram() }
    }

    fn write(&mut self, bytes: &[u8]) {
        let start = Instant::now();
        self.file.write_all_at(bytes, self.offset).expect("room on the disk");
        self.file.sync_data().expect("the disk holds");
        self.latency.saturating_record(nanoseconds(start));
        self.offset += bytes.len() as u64;
    }
}

/// Appends batches, and after each the same bytes to a file of zeros and to the end of a growing one.
fn appends(commands: &[Sequenced<Command>], size: usize, count: usize, dir: &Path) {
    let mut log = FileLog::open(dir).expect("a new log");
    let most = size * 256 + 8_192;
    let mut zeros = Floor::new(&dir.join("zeros"), count * most);
    let mut growing = Floor::new(&dir.join("growing"), 0);
    let (mut latency, mut batch, mut bytes) = (histogram(), Batch::default(), 0);
    for commands in commands.chunks_exact(size).take(count) {
        batch.clear();
        commands.iter().for_each(|command| batch.push(command));
        let before = log.bytes();
        let start = Instant::now();
        log.append(&batch).expect("the log holds");
        latency.saturating_record(nanoseconds(start));
        let written = usize::try_from(log.bytes() - before).expect("a batch is small");
        let image = vec![7; written.min(most)];
        bytes += written;
        zeros.write(&image);
        growing.write(&image);
    }
    let records = log.head().seq;
    let seconds = latency.mean() * latency.len() as f64 / 1e9;
    let each = bytes as u64 / records;
    let rate = records as f64 / seconds;
    println!("batches of {size}: {rate:.0} records/s, {each} bytes a record on the disk");
    report_latency("  append and sync", &latency);
    report_latency("  floor: zeros overwritten", &zeros.latency);
    report_latency("  floor: a growing file", &growing.latency);
}

/// One order in flight, in turns through a sequencer with a log on disk and one with a log in memory.
fn orders(commands: &[Sequenced<Command>], dir: &Path) {
    let mut disk = Venue::start(FileLog::open(dir).expect("a new log"));
    let mut memory = Venue::start(MemoryLog::default());
    for command in &commands[..ORDERS] {
        disk.order(command);
        memory.order(command);
    }
    report_latency("order, log on disk", &disk.latency);
    report_latency("order, log in memory", &memory.latency);
    disk.running.stop().expect("the log holds");
    memory.running.stop().expect("memory");
}

struct Venue {
    handle: Handle,
    outcomes: Receiver<Vec<Outcome>>,
    running: Running,
    latency: Histogram<u64>,
}

impl Venue {
    fn start(log: impl CommandLog) -> Self {
        let (exchange, _) = sequencer::recover(&log, |_, _| ()).expect("a new log is sound");
        let (released, outcomes) = bounded(1_024);
        let settings = Settings::new(Clock::Stepped { start: Timestamp(0) });
        let running = sequencer::start(exchange, log, settings, released).expect("two threads");
        Self { handle: running.handle(), outcomes, running, latency: histogram() }
    }

    fn order(&mut self, command: &Sequenced<Command>) {
        let request = match &command.value {
            Command::ClockAdvanced => Request::Step(command.time),
            other => Request::Command(other.clone()),
        };
        let submission = Submission { origin: None, author: 0, request };
        let start = Instant::now();
        while self.handle.submit(Lane::Orders, submission.clone()) == Err(Busy::Full) {
            std::thread::yield_now();
        }
        self.outcomes.recv().expect("an outcome for each command");
        self.latency.saturating_record(nanoseconds(start));
    }
}

/// A log read back: all that a start does, and its parts.
fn replay(commands: &[Sequenced<Command>], dir: &Path) {
    let mut log = FileLog::open(dir).expect("a new log");
    let mut batch = Batch::default();
    for commands in commands.chunks(256) {
        batch.clear();
        commands.iter().for_each(|command| batch.push(command));
        log.append(&batch).expect("the log holds");
    }
    drop(log);
    for _ in 0..REPLAYS {
        let start = Instant::now();
        let log = FileLog::open(dir).expect("it is whole");
        each("open: every record checked", start.elapsed(), commands.len());
        let start = Instant::now();
        let records = log.read(1).expect("it opens").filter(Result::is_ok).count();
        each("read: the same once more", start.elapsed(), records);
        let mut done = Done::default();
        let start = Instant::now();
        sequencer::recover(&log, |_, events| done.count(events)).expect("it is whole");
        report("recover: read and applied", start.elapsed(), &done);
        let (mut exchange, mut events) = (Exchange::new(), Vec::new());
        let start = Instant::now();
        for command in commands {
            events.clear();
            exchange.apply(command, &mut events);
        }
        each("applied from memory", start.elapsed(), commands.len());
    }
}

/// What a record costs before it is written: encoded, and linked into the chain. The best of some
/// parts: whatever else runs on the machine only adds to it.
fn hashing(commands: &[Sequenced<Command>]) {
    let (mut encoding, mut linking) = (Duration::MAX, Duration::MAX);
    let (mut batch, mut head) = (Batch::default(), Head::default());
    for commands in commands.chunks_exact(PART) {
        batch.clear();
        let start = Instant::now();
        commands.iter().for_each(|command| batch.push(command));
        encoding = encoding.min(start.elapsed());
        let start = Instant::now();
        head = batch.iter().fold(head, |head, record| head.then(0, &record));
        linking = linking.min(start.elapsed());
    }
    assert_eq!(head.seq, commands.len() as u64);
    each("encode", encoding, PART);
    each("link: BLAKE3", linking, PART);
}

/// Commands between two signatures.
const SIGNED: u64 = 1_000;

/// What it costs to have the order flow signed, in the tasks of the sessions and the publisher: the thread
/// that matches does none of it.
fn signing(commands: &[Sequenced<Command>]) {
    let symbols = |id: InstrumentId| Some(format!("H100-US-{:04}M03", id.0));
    let (mut writing, mut running) = (Duration::MAX, Duration::MAX);
    let mut flow = Flow::of_login(b"gigahour-login-v1");
    let mut most = 0;
    for commands in commands.chunks_exact(PART) {
        let start = Instant::now();
        let line = |command: &Sequenced<Command>| said::line(&command.value, &symbols);
        let lines: Vec<String> = commands.iter().filter_map(line).collect();
        writing = writing.min(start.elapsed());
        let start = Instant::now();
        lines.iter().for_each(|line| flow.add(line));
        running = running.min(start.elapsed());
        most = most.max(lines.len());
    }
    assert!(PART * 9 / 10 < most, "the flow has no more than {most} commands of members");
    let signer = SigningKey::from_bytes(&[7; 32]);
    let message = protocol::flow::message("gw", "k_desk", "s-1", flow.count(), &flow.hash());
    let signature = signer.sign(&message);
    let start = Instant::now();
    for _ in 0..SIGNED {
        signer.verifying_key().verify_strict(&message, &signature).expect("it is good");
    }
    let verifying = start.elapsed() / u32::try_from(SIGNED).expect("few");
    each("sign: a command as a line", writing, most);
    each("sign: running hash", running, most);
    let share = usize::try_from(SIGNED).expect("few");
    each("sign: check, one in 1,000", verifying, share);
    each("sign: all of it", (writing + running) + verifying * 2, most);
}

fn each(name: &str, took: Duration, records: usize) {
    let ns = took.as_nanos() / records as u128;
    println!("{name:<28} {ns:>8} ns/record  {:>10} records/s", 1_000_000_000 / ns.max(1));
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 10_000_000_000, 3).expect("these bounds are legal")
}

fn nanoseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).expect("a bench is shorter than 584 years")
}
