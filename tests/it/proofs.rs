//! What the exchange proves of itself: every fact under a signed checkpoint, with the public key alone,
//! and nothing that is not so.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use engine::Exchange;
use proof::file::{Fact, File};
use proof::{Checkpoint, PublicKey, SigningKey};
use sequencer::proof::{CheckpointMaker, Kind, Unproven, consistency, prove};
use sequencer::{Batch, Checks, CommandLog, Fault, FileLog, Logged, verify_with};
use tempfile::TempDir;
use tests::scenario;
use tests::workload::Workload;
use types::{AccountFact, Command, Event, Sequenced};

use crate::sources;

/// Commands of the log; enough for tiles above tiles and for months that are delivered.
const LENGTH: usize = 4_000;

/// Records between two checkpoints.
const EVERY: u64 = 500;

/// An exchange that has run and stopped: its log, its checkpoints, and what it told.
struct Run {
    dir: TempDir,
    key: PublicKey,
    notes: Vec<String>,
    exchange: Exchange,
    told: Vec<Event>,
}

fn run(seed: u64) -> Run {
    Run::of(Workload::new(seed).take(LENGTH))
}

/// The scenario of a month that is delivered.
fn delivery() -> Vec<Sequenced<Command>> {
    let file = "tests/scenarios/9-delivery/within_the_tolerance_nothing_is_owed.txt";
    scenario::log(&sources::read(file)).expect("it holds")
}

impl Run {
    fn of(records: impl IntoIterator<Item = Sequenced<Command>>) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let key = key();
        let public = key.public().clone();
        let mut log = FileLog::open(dir.path()).expect("a new log");
        let mut maker = CheckpointMaker::new(key, dir.path());
        let mut exchange = Exchange::new();
        let (mut told, mut notes, mut batch) = (Vec::new(), Vec::new(), Batch::default());
        for record in records {
            let before = told.len();
            exchange.apply(&record, &mut told);
            maker.add(&logged(&record), &told[before..], &exchange).expect("it can be written");
            batch.push(&record);
            if record.seq % EVERY == 0 {
                log.append(&batch).expect("it can be written");
                batch.clear();
                notes.push(maker.checkpoint(&exchange).expect("it can be written"));
            }
        }
        log.append(&batch).expect("it can be written");
        notes.push(maker.checkpoint(&exchange).expect("it can be written"));
        Self { dir, key: public, notes, exchange, told }
    }

    fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn last(&self) -> &str {
        self.notes.last().expect("several were signed")
    }

    /// The line that is proved of this name.
    fn line(&self, kind: Kind, name: &str) -> String {
        let text = prove(self.dir(), kind, name, self.last()).expect("it is so");
        match File::check(&text, &self.key).expect("it is proved").fact {
            Fact::State(line) | Fact::Outcome(line, _) => line,
            Fact::Consistency(_) => panic!("it was not asked for"),
        }
    }

    /// Names of one kind in the state.
    fn names(&self, kind: &str) -> Vec<String> {
        let lines = sequencer::proof::state(&self.exchange);
        let of_kind = lines.iter().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(' '));
        of_kind.map(|rest| rest.split(' ').next().unwrap_or_default().to_owned()).collect()
    }
}

#[test]
fn every_kind_of_fact_is_proved_with_the_public_key_alone() {
    let run = run(21);
    let kinds = [(Kind::Balance, "balance"), (Kind::Position, "position"), (Kind::Order, "order")];
    for (kind, word) in kinds {
        let names = run.names(word);
        let name = names.first().unwrap_or_else(|| panic!("the run has no {word}"));
        assert!(run.line(kind, name).starts_with(&format!("{word} {name} ")));
    }
    let mut fills = run.told.iter().filter_map(|event| match event {
        Event::Account { account, fact: AccountFact::Fill(fill), .. } => Some((account, fill)),
        _ => None,
    });
    let (account, fill) = fills.next_back().expect("there were trades");
    let side = if fill.side == types::Side::Buy { "b" } else { "s" };
    let line = run.line(Kind::Fill, &format!("X{}{side}", fill.trade_id.0));
    assert!(line.contains(&format!(" account=A-{} ", account.0)), "{line}");
    assert!(line.contains(&format!(" lots={} ", fill.lots.0)), "{line}");
}

#[test]
fn a_delivery_is_proved_hour_by_hour_and_as_it_ended() {
    let log = delivery();
    let is_meter = |record: &Sequenced<Command>| matches!(record.value, Command::MeterHour { .. });
    let first = log.iter().position(is_meter).expect("hours are metered");
    let receipt = "A-1002/H100-US-2027M02/2027-02-01T00:00:00Z/3";
    let during = Run::of(log[..=first].iter().cloned());
    assert!(during.line(Kind::Obligation, "OB-1").contains(" state=delivering "));
    assert_eq!(during.line(Kind::Receipt, receipt), format!("receipt {receipt} gpu_hours=8"));
    assert!(during.names("reading").contains(&"OB-1/2027-02-01T00:00:00Z/3".to_owned()));
    let after = Run::of(log);
    assert!(after.line(Kind::Obligation, "OB-1").contains(" state=settled "));
    assert_eq!(after.line(Kind::Receipt, receipt), format!("receipt {receipt} gpu_hours=8"));
    assert!(after.names("obligation").is_empty(), "it is proved from the record that ended it");
}

#[test]
fn what_is_not_so_has_no_proof() {
    let run = run(22);
    for (kind, name) in [
        (Kind::Fill, "X0b"),
        (Kind::Balance, "A-999999"),
        (Kind::Balance, "A"),
        (Kind::Position, "A-1"),
        (Kind::Receipt, ""),
    ] {
        let unproven = prove(run.dir(), kind, name, run.last()).expect_err("there is none");
        assert!(matches!(unproven, Unproven::NotFound { .. }), "{unproven}");
    }
}

#[test]
fn each_checkpoint_is_the_beginning_of_each_later_one() {
    let run = run(23);
    for (at, newer) in run.notes.iter().enumerate().step_by(3) {
        for older in &run.notes[..=at] {
            let text = consistency(run.dir(), older, newer).expect("it is the same log");
            let proven = File::check(&text, &run.key).expect("it is proved");
            let older = run.key.open(older).expect("it is signed");
            assert_eq!(proven.fact, Fact::Consistency(older));
        }
    }
    let backwards = consistency(run.dir(), run.last(), &run.notes[0]).expect_err("it is longer");
    assert!(matches!(backwards, Unproven::Short { .. }), "{backwards}");
}

#[test]
fn a_log_is_verified_against_any_of_its_checkpoints_and_no_other() {
    let (run, other) = (run(24), self::run(25));
    let verify = |note: &str, change: fn(&mut Checkpoint)| {
        let mut checkpoint = Checkpoint::read(note).expect("it is one");
        change(&mut checkpoint);
        verify_with(run.dir(), &Checks { checkpoint: Some(checkpoint), ..Checks::default() })
    };
    for note in &run.notes {
        verify(note, |_| ()).expect("it is the same log");
    }
    type Change = fn(&mut Checkpoint);
    let changes: [(&str, Change); 4] = [
        ("the root of the log", |checkpoint| checkpoint.root.0[31] ^= 1),
        ("the root of the state", |checkpoint| checkpoint.state.1.0[0] ^= 1),
        ("the hash chain", |checkpoint| checkpoint.chain.0[7] ^= 1),
        ("the time of the last record", |checkpoint| checkpoint.time_ns += 1),
    ];
    for (part, change) in changes {
        let fault = verify(&run.notes[2], change).expect_err("it is not the one");
        assert!(
            matches!(&fault, Fault::Checkpoint { seq: 1_500, what } if *what == part),
            "{fault}"
        );
    }
    let fault = verify(run.last(), |checkpoint| checkpoint.size += 1).expect_err("it is short");
    assert!(matches!(fault, Fault::Short { .. }), "{fault}");
    let fault = verify(other.last(), |_| ()).expect_err("it is another log");
    assert!(matches!(fault, Fault::Checkpoint { .. }), "{fault}");
    let unproven = prove(run.dir(), Kind::Balance, "A-1", other.last()).expect_err("another log");
    assert!(matches!(unproven, Unproven::Foreign(_)), "{unproven}");
}

/// A maker that goes on from its files signs what one signs that has gone through the whole log.
#[test]
fn signing_goes_on_after_a_stop_at_any_record() {
    let log: Vec<_> = Workload::new(28).take(1_200).collect();
    for stop in [1, 255, 256, 257, 512, 700] {
        let (dir, key) = (tempfile::tempdir().expect("a directory"), key());
        let secret = key.secret().to_owned();
        let again = || SigningKey::parse(&secret).expect("it was a key");
        let mut maker = CheckpointMaker::new(key, dir.path());
        feed(&mut maker, &log[..stop], None).expect("it can be written");
        let mut maker = CheckpointMaker::open(again(), dir.path());
        assert_eq!(maker.head().seq, u64::try_from(stop).expect("a length"));
        let resumed = feed(&mut maker, &log, None).expect("it can be written");
        let other = tempfile::tempdir().expect("a directory");
        let mut maker = CheckpointMaker::new(again(), other.path());
        assert_eq!(feed(&mut maker, &log, None).expect("it can be written"), resumed);
    }
}

/// A log that has lost what was signed over never gets another signature: two that contradict each
/// other would be evidence against the exchange.
#[test]
fn a_log_that_lost_signed_records_is_not_signed_again() {
    let log: Vec<_> = Workload::new(29).take(600).collect();
    let (dir, key) = (tempfile::tempdir().expect("a directory"), key());
    let secret = key.secret().to_owned();
    let mut maker = CheckpointMaker::new(key, dir.path());
    feed(&mut maker, &log, None).expect("it can be written");
    let open = || {
        let key = SigningKey::parse(&secret).expect("it was a key");
        CheckpointMaker::open(key, dir.path())
    };
    feed(&mut open(), &log, None).expect("it is the same log");
    let forked = feed(&mut open(), &log, Some(599)).expect_err("another record stands there");
    assert!(matches!(forked, sequencer::Error::Forked { seq: 600 }), "{forked}");
    let mut short = open();
    assert!(short.is_passing_over(), "nothing is signed before the log has come so far again");
    feed_records(&mut short, &log[..500]);
    assert!(short.is_passing_over());
}

fn key() -> SigningKey {
    SigningKey::generate("market.example/log").expect("a name")
}

/// Feeds a log, in which the record at one place is moved in time, and signs at its end.
fn feed(
    maker: &mut CheckpointMaker,
    log: &[Sequenced<Command>],
    late: Option<usize>,
) -> Result<String, sequencer::Error> {
    let mut exchange = Exchange::new();
    for (at, record) in log.iter().enumerate() {
        let mut record = record.clone();
        record.time.0 += i64::from(late == Some(at));
        let mut events = Vec::new();
        exchange.apply(&record, &mut events);
        maker.add(&logged(&record), &events, &exchange)?;
    }
    maker.checkpoint(&exchange)
}

/// As the exchange's own.
fn logged(record: &Sequenced<Command>) -> Logged {
    Logged { author: 0, command: record.clone() }
}

fn feed_records(maker: &mut CheckpointMaker, log: &[Sequenced<Command>]) {
    let mut exchange = Exchange::new();
    for record in log {
        let mut events = Vec::new();
        exchange.apply(record, &mut events);
        maker.add(&logged(record), &events, &exchange).expect("it is passed over");
    }
}

/// The files of the tree give the root that was signed, by the standard and nothing of ours.
#[test]
fn the_tiles_on_disk_are_those_of_the_tree() {
    let run = run(26);
    let proofs = run.dir().join("proofs");
    let read = |name: &str| fs::read(proofs.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut leaves = Vec::new();
    let full = LENGTH / 256;
    for bundle in 0..full {
        leaves.extend(entries(&read(&format!("tile/entries/{bundle:03}"))));
        assert!(!proofs.join(format!("tile/0/{bundle:03}.p")).exists(), "its parts are gone");
    }
    let rest = LENGTH % 256;
    leaves.extend(entries(&read(&format!("tile/entries/{full:03}.p/{rest}"))));
    assert_eq!(leaves.len(), LENGTH);
    let tree: proof::Tree = leaves.iter().collect();
    let checkpoint = run.key.open(run.last()).expect("it is signed");
    assert_eq!((checkpoint.size, checkpoint.root), (tree.len(), tree.root()));
    assert_eq!(read("checkpoint"), run.last().as_bytes());
    let above = read(&format!("tile/1/000.p/{full}"));
    for (tile, hash) in above.chunks(32).enumerate() {
        let leaves = &leaves[tile * 256..(tile + 1) * 256];
        assert_eq!(leaves.iter().collect::<proof::Tree>().root().0, hash);
    }
}

/// The entries of a bundle, each behind its length.
fn entries(mut bundle: &[u8]) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)));
        entries.push(entry.to_vec());
        bundle = rest;
    }
    entries
}

/// A name stands for one line of its kind, whatever has happened; so whoever is shown one has seen
/// all there is of it.
#[test]
fn a_name_is_given_once_in_the_state() {
    let mut kinds = BTreeSet::new();
    for (every, log) in [(50, Workload::new(27).take(LENGTH).collect()), (7, delivery())] {
        let mut exchange = Exchange::new();
        for record in log {
            exchange.apply(&record, &mut Vec::new());
            if record.seq % every == 0 {
                kinds.extend(check_names(&sequencer::proof::state(&exchange)));
            }
        }
    }
    let all = ["balance", "obligation", "order", "pledge", "position", "purse", "reading"];
    assert!(kinds.iter().eq(all), "the runs are about too little: {kinds:?}");
}

/// Checks the lines of a state, and says which kinds there are.
fn check_names(lines: &[String]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in lines {
        let name = line.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
        assert!(names.insert(name), "{line}");
        assert!(line.is_ascii() && !line.contains('\n'), "{line}");
    }
    assert!(lines.is_sorted());
    let mills = |line: &str, key: &str| -> i64 {
        let value = line.split(' ').find_map(|word| word.strip_prefix(key));
        value.map_or(0, |value| value.parse().expect("an integer"))
    };
    let of_members = |line: &&String| line.starts_with("balance ");
    let members: i64 = lines
        .iter()
        .filter(of_members)
        .map(|line| mills(line, "cash_mills=") + mills(line, "escrow_mills="))
        .sum();
    let purses: i64 = lines
        .iter()
        .filter(|line| line.starts_with("purse "))
        .map(|line| mills(line, "mills="))
        .sum();
    assert_eq!(members + purses, 0, "R-5.1: the lines of the state hold all money");
    lines.iter().filter_map(|line| line.split(' ').next().map(ToOwned::to_owned)).collect()
}
