//! Every way a segment can end or be damaged, and what opening it makes of that.

use std::ops::Range;
use std::sync::Arc;

use types::{AccountId, Command, PublicKey, Timestamp};

use crate::log::faults::FaultyDisk;
use crate::log::frame::{self, End};
use crate::log::reader::Reader;
use crate::log::sector::{self, PAGE, SECTOR};
use crate::log::{Ahead, BadRecord, CommandLog, FileLog, Flaw, FrameLog, Head, LogSettings, Place};
use crate::samples::{deposit, deposits, stamped, time_of};
use crate::verify::{Fault, verify};
use crate::{Batch, Digest, Error};

const NAME: &str = "00000000000000000001.log";
const SETTINGS: LogSettings = LogSettings { segment_bytes: 1 << 16, ahead: Ahead::Never };

/// The records of each frame. The third takes three pages, for record 6 is long.
const FRAMES: [Range<u64>; 3] = [1..4, 4..5, 5..8];
const LAST: u64 = 7;
const LONG: u64 = 6;

/// A segment of these frames. Four pages of zeros are left behind them.
struct Sample {
    bytes: Vec<u8>,
    /// Where each frame begins; the last entry is their end.
    starts: Vec<usize>,
    /// The end of the log before each frame, and behind the last.
    ends: Vec<End>,
}

/// What opening a segment comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Opened {
    /// All of it is good, up to this record.
    Whole(u64),
    /// This record and what follows was cut off.
    Cut { first: u64, offset: usize },
    /// It was refused because of this record.
    Refused { seq: u64, offset: usize },
}

fn batch(seqs: Range<u64>) -> Batch {
    let mut batch = Batch::default();
    for seq in seqs {
        let name = "x".repeat(9_000);
        let long = Command::OpenAccount { account: AccountId(1), name, key: PublicKey([7; 32]) };
        batch.push(&if seq == LONG { stamped(seq, long) } else { deposit(seq) });
    }
    batch
}

impl Sample {
    /// The first `count` frames.
    fn of(count: usize) -> Self {
        let disk = FaultyDisk::default();
        let mut log = FileLog::open_on(Arc::new(disk.clone()), SETTINGS).expect("it opens");
        let end = |log: &FileLog| End { head: log.head(), place: log.place() };
        let (mut starts, mut ends) = (vec![PAGE], vec![end(&log)]);
        for seqs in FRAMES.into_iter().take(count) {
            log.append(&batch(seqs)).expect("it takes the batch");
            starts.push(usize::try_from(log.bytes()).expect("small"));
            ends.push(end(&log));
        }
        let mut bytes = disk.bytes(NAME);
        bytes.truncate(starts[count] + 4 * PAGE);
        Self { bytes, starts, ends }
    }

    fn new() -> Self {
        Self::of(FRAMES.len())
    }

    fn end(&self) -> usize {
        *self.starts.last().expect("the first is there")
    }

    /// Where a frame stands, counted from 0.
    fn frame(&self, index: usize) -> Range<usize> {
        self.starts[index]..self.starts[index + 1]
    }

    /// The frame in which this byte stands.
    fn frame_at(&self, place: usize) -> usize {
        (0..FRAMES.len()).find(|index| self.frame(*index).contains(&place)).expect("in a frame")
    }

    /// The record in whose own bytes this byte stands.
    fn record_at(&self, place: usize) -> Option<u64> {
        let index = self.frame_at(place);
        let within = place - self.starts[index];
        if within % SECTOR == SECTOR - 1 {
            return None;
        }
        let content = within / SECTOR * (SECTOR - 1) + within % SECTOR;
        let mut end = frame::HEADER_BYTES;
        batch(FRAMES[index].clone()).iter().find_map(|record| {
            let start = end;
            end += 24 + record.value.len();
            (start..end).contains(&content).then_some(record.seq)
        })
    }

    /// What is behind the last frame is this.
    fn followed_by(&self, behind: &[u8]) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.truncate(self.end());
        bytes.extend_from_slice(behind);
        bytes
    }

    /// The next frame, made of what the test says, with good checksums.
    fn forged(&self, before: &End, term: u64, since: u64, batch: &Batch) -> Vec<u8> {
        let (mut content, mut image) = (Vec::new(), Vec::new());
        frame::draw(&mut content, before, term, since, b"", batch);
        sector::pack(&content, &mut image);
        image
    }
}

/// Opens these bytes as a segment, and checks what opening promises: what is refused is left as it
/// was, and what is cut is gone, and the log goes on from there.
fn opened(bytes: &[u8]) -> Opened {
    let disk = FaultyDisk::with(NAME, bytes.to_vec());
    match FileLog::open_on(Arc::new(disk.clone()), SETTINGS) {
        Err(Error::Damaged { record, path }) => {
            assert!(path.ends_with(NAME));
            assert_eq!(disk.bytes(NAME), bytes, "left as it was");
            Opened::Refused { seq: record.seq, offset: offset(&record) }
        }
        Err(error) => panic!("{error}"),
        Ok(log) => match log.cut().cloned() {
            None => Opened::Whole(log.head().seq),
            Some(tail) => {
                assert_eq!(tail.first.seq, log.head().seq + 1);
                let mut reader = Reader::whole(Arc::new(FaultyDisk::with(NAME, bytes.to_vec())));
                let reader = reader.as_mut().expect("it opens");
                assert!(reader.all(|record| record.is_ok()));
                assert_eq!(reader.torn(), Some(&tail), "who only reads sees the same");
                let start = offset(&tail.first);
                assert!(disk.bytes(NAME)[start..].iter().all(|byte| *byte == 0), "it is gone");
                goes_on(log, &disk);
                Opened::Cut { first: tail.first.seq, offset: start }
            }
        },
    }
}

fn offset(record: &BadRecord) -> usize {
    usize::try_from(record.offset).expect("small")
}

/// After a cut the next batch follows the last record that is left.
fn goes_on(mut log: FileLog, disk: &FaultyDisk) {
    let next = log.head().seq + 1;
    log.append(&deposits(next..next + 2)).expect("it takes more");
    let head = log.head();
    drop(log);
    let again = FileLog::open_on(Arc::new(disk.clone()), SETTINGS).expect("it is whole");
    assert_eq!((again.head(), again.cut()), (head, None));
}

/// What is left of a part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Good,
    /// Its sectors were never written.
    Torn,
    /// The first of its sectors was written in part.
    Broken,
    /// It has the bytes of an earlier frame.
    Stale,
    /// A bit of it is another.
    Flipped,
}

const LEFT: [Left; 5] = [Left::Good, Left::Torn, Left::Broken, Left::Stale, Left::Flipped];

impl Left {
    fn draw(self, part: &mut [u8], earlier: &[u8]) {
        match self {
            Self::Good => {}
            Self::Torn => part.fill(0),
            Self::Broken => part[100..].fill(0),
            Self::Stale => part.copy_from_slice(&earlier[..part.len()]),
            Self::Flipped => part[50] ^= 4,
        }
    }

    fn is_unwritten(self) -> bool {
        matches!(self, Self::Torn | Self::Broken)
    }
}

/// The table of `LOG.md`: the first sector of a frame, which has its header; a sector in the middle of
/// its payload; its last one, with the filler.
fn expected(parts: [Left; 3], is_followed: bool) -> &'static str {
    let [header, ..] = parts;
    if parts == [Left::Good; 3] {
        "taken"
    } else if is_followed || matches!(header, Left::Stale | Left::Flipped) {
        "refused"
    } else if parts.iter().any(|part| part.is_unwritten()) {
        "cut"
    } else {
        "refused"
    }
}

#[test]
fn every_line_of_the_table_holds() {
    let (three, two) = (Sample::new(), Sample::of(2));
    let frame = three.frame(2);
    let earlier = [3, 4, 5].map(|seq| deposits(seq..seq + 60));
    let mut lines = 0;
    for is_followed in [false, true] {
        for header in LEFT {
            for payload in LEFT {
                for trailer in LEFT {
                    let parts = [header, payload, trailer];
                    let mut bytes = three.bytes.clone();
                    let last = frame.end - SECTOR;
                    let places = [frame.start, frame.start + 9 * SECTOR, last];
                    for ((part, place), batch) in parts.into_iter().zip(places).zip(&earlier) {
                        let before = End {
                            head: Head { seq: batch.first().expect("some") - 1, ..Head::default() },
                            ..End::default()
                        };
                        let stale = two.forged(&before, 0, 1, batch);
                        let stale =
                            if place == frame.start { &stale[..] } else { &stale[SECTOR..] };
                        part.draw(&mut bytes[place..place + SECTOR], stale);
                    }
                    if is_followed {
                        let next = three.forged(&three.ends[3], 0, 4, &deposits(8..9));
                        bytes.splice(three.end()..three.end() + next.len(), next);
                    }
                    let found = opened(&bytes);
                    let expected = match expected(parts, is_followed) {
                        "taken" => Opened::Whole(if is_followed { 8 } else { LAST }),
                        "cut" => Opened::Cut { first: 5, offset: frame.start },
                        _ => match found {
                            Opened::Refused { seq: 5..=7, .. } => found.clone(),
                            _ => Opened::Refused { seq: 5, offset: frame.start },
                        },
                    };
                    assert_eq!(found, expected, "{parts:?}, followed: {is_followed}");
                    lines += 1;
                }
            }
        }
    }
    assert_eq!(lines, 250);
}

#[test]
fn a_write_torn_at_any_byte_is_cut_off() {
    let sample = Sample::new();
    let frame = sample.frame(2);
    for length in 0..frame.len() {
        let mut bytes = sample.bytes.clone();
        bytes[frame.start + length..].fill(0);
        let is_begun = bytes[frame.start..].iter().any(|byte| *byte != 0);
        let expected = match is_begun {
            true => Opened::Cut { first: 5, offset: frame.start },
            false => Opened::Whole(4),
        };
        assert!(is_begun || length < 4, "a checksum may begin with zeros");
        assert_eq!(opened(&bytes), expected, "{length} bytes were written");
    }
}

#[test]
fn any_sectors_lost_of_the_last_frame_are_a_tear() {
    let sample = Sample::new();
    let frame = sample.frame(2);
    let sectors = frame.len() / SECTOR;
    for first in 0..sectors {
        for last in first..sectors {
            let mut bytes = sample.bytes.clone();
            bytes[frame.start + first * SECTOR..frame.start + (last + 1) * SECTOR].fill(0);
            let expected = match (first, last) {
                (0, last) if last + 1 == sectors => Opened::Whole(4),
                _ => Opened::Cut { first: 5, offset: frame.start },
            };
            assert_eq!(opened(&bytes), expected, "sectors {first} to {last}");
        }
    }
}

#[test]
fn a_file_that_ends_anywhere_loses_only_the_frame_it_ends_in() {
    let sample = Sample::new();
    for length in PAGE..=sample.bytes.len() {
        let whole = sample.starts.iter().rposition(|start| *start <= length).expect("the first");
        let head = sample.ends[whole].head.seq;
        let is_between =
            sample.bytes[..length][sample.starts[whole]..].iter().all(|byte| *byte == 0);
        assert!(!is_between || length < sample.starts[whole] + 4 || sample.end() <= length);
        let expected = if is_between {
            Opened::Whole(head)
        } else {
            Opened::Cut { first: head + 1, offset: sample.starts[whole] }
        };
        assert_eq!(opened(&sample.bytes[..length]), expected, "cut to {length} bytes");
    }
}

#[test]
fn a_flipped_bit_is_damage_in_every_frame_and_its_record_is_named() {
    let sample = Sample::new();
    for place in PAGE..sample.end() {
        let mut bytes = sample.bytes.clone();
        bytes[place] ^= 1 << (place % 8);
        let frame = sample.frame_at(place);
        let Opened::Refused { seq, offset } = opened(&bytes) else {
            panic!("byte {place} changed and nobody noticed")
        };
        assert!(FRAMES[frame].contains(&seq), "byte {place}: record {seq}");
        assert!(sample.frame(frame).contains(&offset) && offset <= place, "byte {place}: {offset}");
        if let Some(record) = sample.record_at(place) {
            assert_eq!(seq, record, "byte {place} changed");
        }
    }
}

#[test]
fn a_flipped_bit_of_the_first_page_is_damage() {
    let sample = Sample::new();
    for place in 8..PAGE {
        let mut bytes = sample.bytes.clone();
        bytes[place] ^= 1 << (place % 8);
        assert_eq!(opened(&bytes), Opened::Refused { seq: 1, offset: 0 }, "byte {place}");
    }
}

#[test]
fn who_only_verifies_finds_the_same() {
    let sample = Sample::new();
    let dir = tempfile::tempdir().expect("a directory");
    for place in (PAGE..sample.end()).step_by(97) {
        let mut bytes = sample.bytes.clone();
        bytes[place] ^= 1;
        std::fs::write(dir.path().join(NAME), &bytes).expect("it can be written");
        let verified = verify(dir.path());
        assert!(matches!(verified, Err(Fault::Log(Error::Damaged { .. }))), "byte {place}");
        bytes[place..].fill(0);
        std::fs::write(dir.path().join(NAME), &bytes).expect("it can be written");
        let is_between = sample.starts.contains(&place);
        match verify(dir.path()) {
            Ok(_) => assert!(is_between),
            Err(Fault::Torn(_)) => assert!(!is_between),
            Err(fault) => panic!("{fault}"),
        }
    }
}

#[test]
fn zeros_behind_the_last_record_are_room_for_more() {
    let sample = Sample::new();
    for count in [0, 1, 511, 512, 4_096, 100_000] {
        assert_eq!(opened(&sample.followed_by(&vec![0; count])), Opened::Whole(LAST), "{count}");
    }
}

#[test]
fn garbage_behind_the_last_record_is_no_tear() {
    let sample = Sample::new();
    let mut noise = vec![0; 100_000];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let refused = Opened::Refused { seq: LAST + 1, offset: sample.end() };
    for count in [512, 4_096, 100_000] {
        assert_eq!(opened(&sample.followed_by(&noise[..count])), refused, "{count} bytes");
    }
    let cut = Opened::Cut { first: LAST + 1, offset: sample.end() };
    assert_eq!(opened(&sample.followed_by(&noise[..511])), cut, "its sector is not written");
}

#[test]
fn more_than_is_written_before_a_sync_cannot_have_been_torn() {
    let sample = Sample::new();
    let mut behind = vec![1; super::MOST_BYTES];
    behind[..PAGE].fill(0);
    let refused = Opened::Refused { seq: LAST + 1, offset: sample.end() };
    assert_eq!(opened(&sample.followed_by(&behind)), refused);
    behind.truncate(super::MOST_BYTES - PAGE);
    let cut = Opened::Cut { first: LAST + 1, offset: sample.end() };
    assert_eq!(opened(&sample.followed_by(&behind)), cut);
}

#[test]
fn frames_of_one_sync_are_torn_together_and_those_of_an_earlier_one_are_not() {
    let sample = Sample::new();
    let before = sample.ends[3];
    for (since, is_torn) in [(4, true), (5, false)] {
        let fourth = sample.forged(&before, 0, 4, &deposits(8..9));
        let head = before.head.then(0, &deposits(8..9).iter().next().expect("one"));
        let after = End { head, place: Place { term: 0, index: 4 } };
        let fifth = sample.forged(&after, 0, since, &deposits(9..10));
        let both = sample.followed_by(&[fourth.clone(), fifth.clone()].concat());
        assert_eq!(opened(&both), Opened::Whole(9));
        let lost = sample.followed_by(&[vec![0; fourth.len()], fifth].concat());
        let expected = if is_torn {
            Opened::Cut { first: 8, offset: sample.end() }
        } else {
            Opened::Refused { seq: 8, offset: sample.end() }
        };
        assert_eq!(opened(&lost), expected, "written since frame {since}");
    }
}

#[test]
fn a_stale_frame_behind_the_last_one_is_damage() {
    let sample = Sample::new();
    for frame in 0..FRAMES.len() {
        let stale = &sample.bytes[sample.frame(frame)];
        let expected = Opened::Refused { seq: LAST + 1, offset: sample.end() };
        assert_eq!(opened(&sample.followed_by(stale)), expected, "frame {frame} again");
    }
}

#[test]
fn a_frame_taken_out_is_missed() {
    let sample = Sample::new();
    for (index, seqs) in FRAMES.into_iter().enumerate().take(FRAMES.len() - 1) {
        let mut bytes = sample.bytes.clone();
        let place = sample.frame(index);
        bytes.drain(place.clone());
        let expected = Opened::Refused { seq: seqs.start, offset: place.start };
        assert_eq!(opened(&bytes), expected, "frame {index}");
    }
}

#[test]
fn a_good_checksum_over_wrong_content_is_damage_even_in_the_last_frame() {
    let sample = Sample::new();
    let (end, next) = (sample.ends[3], LAST + 1);
    let chained = |chain| End { head: Head { chain, ..end.head }, ..end };
    let placed = |term, index| End { place: Place { term, index }, ..end };
    let early = End { head: Head { time: Timestamp(0), ..end.head }, ..end };
    let mut back = Batch::default();
    back.push(&types::Sequenced { seq: next, time: time_of(LAST - 1), value: deposit(1).value });
    let batch = deposits(next..next + 1);
    let skipped = End { head: Head { seq: next, ..end.head }, ..end };
    let cases = [
        (sample.forged(&skipped, 0, 4, &deposits(next + 1..next + 2)), Flaw::Sequence(next + 1)),
        (sample.forged(&placed(0, 4), 0, 4, &batch), Flaw::Place { term: 0, index: 5 }),
        (sample.forged(&placed(0, 2), 0, 3, &batch), Flaw::Place { term: 0, index: 3 }),
        (sample.forged(&end, 0, 5, &batch), Flaw::Place { term: 0, index: 4 }),
        (sample.forged(&early, 0, 4, &back), Flaw::Time(time_of(LAST - 1))),
        (sample.forged(&chained(Digest([9; 32])), 0, 4, &batch), Flaw::Chain),
    ];
    for (frame, flaw) in cases {
        let found = refusal(&sample.followed_by(&frame));
        assert_eq!((found.seq, &found.flaw), (next, &flaw));
        assert!(sample.end() <= offset(&found));
    }
    let good = sample.forged(&end, 0, 4, &batch);
    assert_eq!(opened(&sample.followed_by(&good)), Opened::Whole(next));
}

fn refusal(bytes: &[u8]) -> BadRecord {
    let disk = FaultyDisk::with(NAME, bytes.to_vec());
    match FileLog::open_on(Arc::new(disk), SETTINGS) {
        Err(Error::Damaged { record, .. }) => record,
        Err(error) => panic!("{error}"),
        Ok(log) => panic!("opened up to {}", log.head().seq),
    }
}

#[test]
fn damage_is_told_with_segment_record_place_and_flaw() {
    let sample = Sample::new();
    let mut bytes = sample.bytes.clone();
    bytes[sample.starts[1] + 84 + 30] ^= 1;
    let disk = FaultyDisk::with(NAME, bytes);
    let error = FileLog::open_on(Arc::new(disk), SETTINGS).err().expect("it is damaged");
    let offset = sample.starts[1] + 84;
    assert_eq!(
        error.to_string(),
        format!("faulty/{NAME} is damaged: record 4 at byte {offset}: its checksum does not match")
    );
}
