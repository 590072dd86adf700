//! Random lives of a log on a disk that fails, each from its own seed: appends, rolls, drops and cuts,
//! then the power goes, or a write or a sync fails, or the disk is full. Whatever is left must open
//! with everything that was acknowledged, in order, and a bit that flips in it must be named.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use types::{AccountId, Command, PublicKey, Sequenced};

use super::FileLog;
use crate::log::faults::{Chance, Fault, FaultyDisk};
use crate::log::frame::{self, End};
use crate::log::reader::Piece;
use crate::log::sector::{self, PAGE};
use crate::log::{Ahead, CommandLog, Frame, FrameLog, LogSettings, Logged, Place};
use crate::samples::{deposit, stamped};
use crate::{Batch, Error};

/// Lives of each of the two tests.
const LIVES: u64 = 6_000;

/// Most things that a log does in a life.
const MOST_STEPS: usize = 24;

/// What a log may have after a crash.
struct Expected {
    /// Every frame that was written and not cut.
    frames: Vec<Frame>,
    /// How many of them were acknowledged and not given up.
    acknowledged: usize,
    /// Records before this one were dropped, or may have been.
    first: u64,
    /// The vote that was acknowledged, and one that was tried after it.
    votes: [Option<Vec<u8>>; 2],
}

/// One life: a log, what is expected of it and what happens.
struct Life {
    chance: Chance,
    disk: FaultyDisk,
    settings: LogSettings,
    expected: Expected,
}

impl Life {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let segment_bytes = [8_192, 16_384, 40_960][chance.below(3)];
        let expected =
            Expected { frames: Vec::new(), acknowledged: 0, first: 1, votes: [None, None] };
        let settings = LogSettings { segment_bytes, ahead: Ahead::Never };
        Self { chance, disk: FaultyDisk::default(), settings, expected }
    }

    fn open(&self) -> Result<FileLog, Error> {
        FileLog::open_on(Arc::new(self.disk.clone()), self.settings)
    }

    /// Lives until a step fails, or to the end.
    fn live(&mut self) {
        match self.chance.below(5) {
            0 | 1 => self.disk.fail(Fault::Power(self.chance.below(70))),
            2 => self.disk.fail(Fault::Write(self.chance.below(60))),
            3 => self.disk.fail(Fault::Sync(self.chance.below(60))),
            _ => self.disk.leave_room(Some(self.chance.below(200_000))),
        }
        let Ok(mut log) = self.open() else { return };
        for _ in 0..self.chance.below(MOST_STEPS) {
            let done = match self.chance.below(12) {
                0..5 => self.append(&mut log),
                5..8 => self.write(&mut log),
                8 => self.flush(&mut log),
                9 => self.cut(&mut log),
                10 => self.drop_some(&mut log),
                _ => self.vote(&mut log),
            };
            if done.is_err() {
                return;
            }
        }
    }

    fn append(&mut self, log: &mut FileLog) -> Result<(), Error> {
        self.write(log)?;
        self.flush(log)
    }

    fn write(&mut self, log: &mut FileLog) -> Result<(), Error> {
        let last = self.expected.frames.last();
        let place = last.map_or(Place::default(), |frame| frame.place);
        let term = place.term + u64::from(self.chance.one_in(4));
        let next = self.expected.next();
        let count = [0, 1, 1, 1, 2, 5][self.chance.below(6)];
        let records = self.records(next..next + count);
        let note = vec![7; self.chance.below(3) * self.chance.below(40)];
        let batch = batch(&records);
        let place = Place { term, index: place.index + 1 };
        self.expected.frames.push(Frame { place, note: note.clone(), records });
        log.write(term, &note, &batch, Box::new(drop))
    }

    fn records(&mut self, seqs: Range<u64>) -> Vec<Logged> {
        let mut command = |seq| self.command(seq);
        let command = |seq| Logged { author: seq % 5, command: command(seq) };
        seqs.map(command).collect()
    }

    /// Mostly short, sometimes a few pages long.
    fn command(&mut self, seq: u64) -> Sequenced<Command> {
        if !self.chance.one_in(6) {
            return deposit(seq);
        }
        let name = "x".repeat(self.chance.below(9_000));
        stamped(seq, Command::OpenAccount { account: AccountId(1), name, key: PublicKey([3; 32]) })
    }

    fn flush(&mut self, log: &mut FileLog) -> Result<(), Error> {
        log.flush()?;
        self.expected.acknowledged = self.expected.frames.len();
        assert_eq!(Some(log.place()), self.expected.place().or(Some(Place::default())));
        Ok(())
    }

    /// While it is being cut, what is behind the cut is given up already.
    fn cut(&mut self, log: &mut FileLog) -> Result<(), Error> {
        self.flush(log)?;
        let kept =
            self.expected.frames.len() - self.chance.below(5).min(self.expected.frames.len());
        let first =
            self.expected.frames.iter().filter(|frame| frame.is_before(log.first())).count();
        let kept = kept.max(first);
        self.expected.acknowledged = kept;
        log.truncate_after(kept as u64)?;
        self.expected.frames.truncate(kept);
        assert_eq!(log.place().index, kept as u64);
        Ok(())
    }

    fn drop_some(&mut self, log: &mut FileLog) -> Result<(), Error> {
        self.flush(log)?;
        let last = usize::try_from(log.head().seq).expect("small");
        self.expected.first = self.expected.first.max(self.chance.below(last + 1) as u64);
        log.drop_before(self.expected.first)
    }

    fn vote(&mut self, log: &mut FileLog) -> Result<(), Error> {
        let vote = self.chance.next().to_le_bytes().to_vec();
        self.expected.votes[1] = Some(vote.clone());
        log.save_vote(&vote)?;
        self.expected.votes[0] = Some(vote);
        Ok(())
    }

    /// The machine starts again, and the log must open with all that was acknowledged.
    fn restart(&mut self) -> FileLog {
        self.disk.restart(&mut self.chance);
        self.disk.read_short(self.chance.clone());
        let log = self.open().unwrap_or_else(|error| panic!("it does not open: {error}"));
        let found = usize::try_from(log.place().index).expect("small");
        let Expected { frames, acknowledged, first, votes } = &mut self.expected;
        assert!((*acknowledged..=frames.len()).contains(&found), "{acknowledged} to {found}");
        frames.truncate(found);
        *acknowledged = found;
        assert!(log.first() <= (*first).max(1), "record {first} was dropped: {}", log.first());
        assert!(votes.contains(&log.vote()));
        votes.fill(log.vote());
        self.compare(&log);
        log
    }

    fn compare(&self, log: &FileLog) {
        let found = log.frames(1).expect("it opens").map(|frame| frame.expect("it is whole"));
        let found: Vec<Frame> = found.collect();
        let missing = self.expected.frames.len() - found.len();
        assert_eq!(found, self.expected.frames[missing..]);
        assert!(self.expected.frames[..missing].iter().all(|frame| frame.is_before(log.first())));
        let records = log.read(log.first()).expect("it opens").map(|record| record.expect("whole"));
        let expected = found.iter().flat_map(|frame| &frame.records).map(|logged| &logged.command);
        assert!(records.eq(expected.cloned()));
    }

    /// It goes on, and what it takes now is there after the next start.
    fn go_on(&mut self, mut log: FileLog) {
        for _ in 0..3 {
            self.append(&mut log).expect("the disk is well");
        }
        drop(log);
        let log = self.restart();
        assert_eq!(log.place().index as usize, self.expected.frames.len());
    }

    /// A bit of what was acknowledged flips, and opening says in which segment, frame and record.
    fn flip(&mut self, log: FileLog) {
        let mut pieces = log.closed.clone();
        let name = log.writer.name().to_owned();
        pieces.push(Piece { name, before: log.before, bytes: log.writer.offset() });
        drop(log);
        let Piece { name, before, bytes } = pieces.swap_remove(self.chance.below(pieces.len()));
        let place = self.chance.next() % bytes;
        let at = usize::try_from(place).expect("small");
        self.disk.damage(&name, |bytes| bytes[at] ^= 1 << (place % 8));
        match self.open().err() {
            Some(Error::NotALog { path, .. }) => assert!(place < 8 && path.ends_with(name)),
            Some(Error::Damaged { path, record }) => {
                assert!(path.ends_with(&name), "{path:?}, and it was {name}");
                let (frame, seqs) = self.frame_at(&before, place);
                let is_named = frame.contains(&record.offset) && seqs.contains(&record.seq);
                assert!(is_named && record.offset <= place, "{record}, and it was byte {place}");
            }
            other => panic!("byte {place} of {name} has changed: {other:?}"),
        }
    }

    /// Where the frame stands that has this byte of the segment behind `before`, and the numbers of
    /// its records, or of the one that comes next if it has none.
    fn frame_at(&self, before: &End, place: u64) -> (Range<u64>, RangeInclusive<u64>) {
        let mut start = PAGE as u64;
        if place < start {
            return (0..1, before.head.seq + 1..=before.head.seq + 1);
        }
        let mut next = before.head.seq + 1;
        let index = usize::try_from(before.place.index).expect("small");
        for frame in &self.expected.frames[index..] {
            let length = frame::length(&frame.note, &batch(&frame.records));
            let end = start + sector::extent(length) as u64;
            let behind = next + frame.records.len() as u64;
            if place < end {
                return (start..end, next..=(behind - 1).max(next));
            }
            (start, next) = (end, behind);
        }
        panic!("byte {place} is behind the last frame");
    }
}

fn batch(records: &[Logged]) -> Batch {
    let mut batch = Batch::default();
    records.iter().for_each(|logged| batch.push_by(logged.author, &logged.command));
    batch
}

impl Expected {
    fn place(&self) -> Option<Place> {
        self.frames.last().map(|frame| frame.place)
    }

    fn next(&self) -> u64 {
        let last = self.frames.iter().rev().find_map(|frame| frame.records.last());
        last.map_or(1, |logged| logged.command.seq + 1)
    }
}

impl Frame {
    /// Whether it has no record numbered `first` or higher.
    fn is_before(&self, first: u64) -> bool {
        self.records.iter().all(|logged| logged.command.seq < first)
    }
}

fn lives(seeds: Range<u64>, end: impl Fn(&mut Life, FileLog)) {
    for seed in seeds {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut life = Life::new(seed);
            for _ in 0..2 {
                life.live();
                let log = life.restart();
                drop(log);
            }
            let log = life.restart();
            end(&mut life, log);
        }));
        if let Err(panic) = caught {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_whatever_fails() {
    lives(0..LIVES, Life::go_on);
}

#[test]
fn a_flipped_bit_in_what_was_acknowledged_is_found_and_named() {
    lives(LIVES..2 * LIVES, Life::flip);
}
