//! Every way a file can end or be damaged, and what opening it makes of that.

use std::ops::Range;
use std::path::Path;

use types::{Sequenced, Timestamp};

use crate::log::record::{self, FILE_HEADER};
use crate::log::{BadRecord, CommandLog, FileLog, Flaw, Head};
use crate::samples::{deposits, time_of};
use crate::verify::{Fault, verify};
use crate::{Digest, Error, batch, codec};

/// Three batches: records 1 to 3, record 4, and records 5 to 7.
const BATCHES: [Range<u64>; 3] = [1..4, 4..5, 5..8];
const LAST_BATCH: u64 = 5;
const LAST: u64 = 7;

/// A log file of these batches, and where each record begins; the last entry is its end.
struct Sample {
    bytes: Vec<u8>,
    starts: Vec<usize>,
    head: Head,
}

/// What opening a file comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Opened {
    /// All of it is good, up to this record.
    Whole(u64),
    /// This record and what follows was cut off.
    Cut { first: u64, offset: usize, bytes: usize },
    /// It was refused because of this record.
    Refused { seq: u64, offset: usize },
}

impl Sample {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut log = FileLog::open(dir.path()).expect("it opens");
        let mut starts = vec![FILE_HEADER.len()];
        for seqs in BATCHES {
            let batch = deposits(seqs);
            log.append(&batch).expect("it takes the batch");
            let record = batch.bytes() / batch.len();
            let start = *starts.last().expect("the first is there");
            starts.extend((1..=batch.len()).map(|n| start + n * record));
        }
        let bytes = std::fs::read(dir.path().join("commands.log")).expect("it is there");
        assert_eq!(starts.last(), Some(&bytes.len()), "deposits have one length");
        Self { bytes, starts, head: log.head() }
    }

    /// Where record `seq` stands.
    fn place(&self, seq: u64) -> Range<usize> {
        let index = usize::try_from(seq - 1).expect("few records");
        self.starts[index]..self.starts[index + 1]
    }

    /// The record in which this byte stands.
    fn record_at(&self, offset: usize) -> u64 {
        (1..=LAST).find(|seq| self.place(*seq).contains(&offset)).expect("it is in a record")
    }

    fn with(&self, appended: &[u8]) -> Vec<u8> {
        [&self.bytes, appended].concat()
    }

    fn cut(&self, seq: u64, length: usize) -> Opened {
        let offset = self.place(seq).start;
        Opened::Cut { first: seq, offset, bytes: length - offset }
    }

    /// The next record, with a good checksum, but made of what the test says.
    fn forged(&self, seq: u64, time: Timestamp, batch: u64, payload: &[u8]) -> Vec<u8> {
        let chain = self.head.link(&Sequenced { seq, time, value: payload });
        self.sealed(&Head { seq, time, chain }, batch, payload)
    }

    fn sealed(&self, head: &Head, batch: u64, payload: &[u8]) -> Vec<u8> {
        let mut image = Vec::new();
        record::write(&mut image, head, batch, payload);
        image
    }
}

/// Opens these bytes as a log, and checks what opening promises: what is refused is left as it was,
/// and what is cut is gone, and the log goes on from there.
fn opened(bytes: &[u8]) -> Opened {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("commands.log");
    std::fs::write(&path, bytes).expect("it can be written");
    let verified = verify(dir.path());
    match FileLog::open(dir.path()) {
        Err(Error::Damaged { record, .. }) => {
            assert!(matches!(verified, Err(Fault::Log(Error::Damaged { .. }))), "{verified:?}");
            assert_eq!(std::fs::read(&path).expect("it is there"), bytes, "left as it was");
            Opened::Refused { seq: record.seq, offset: offset(&record) }
        }
        Err(error) => panic!("{error}"),
        Ok(log) => match log.cut().cloned() {
            None => {
                assert_eq!(verified.expect("it is whole").head, log.head());
                Opened::Whole(log.head().seq)
            }
            Some(tail) => {
                assert!(matches!(verified, Err(Fault::Torn(torn)) if torn == tail));
                assert_eq!(tail.first.seq, log.head().seq + 1);
                goes_on(log, dir.path());
                let bytes = usize::try_from(tail.bytes).expect("small");
                Opened::Cut { first: tail.first.seq, offset: offset(&tail.first), bytes }
            }
        },
    }
}

fn offset(record: &BadRecord) -> usize {
    usize::try_from(record.offset).expect("small")
}

/// After a cut the next batch follows the last record that is left.
fn goes_on(mut log: FileLog, dir: &Path) {
    let next = log.head().seq + 1;
    log.append(&deposits(next..next + 2)).expect("it takes more");
    let head = log.head();
    drop(log);
    let again = FileLog::open(dir).expect("it is whole");
    assert_eq!((again.head(), again.cut()), (head, None));
}

#[test]
fn a_file_that_ends_anywhere_loses_only_the_record_it_ends_in() {
    let sample = Sample::new();
    for length in FILE_HEADER.len()..=sample.bytes.len() {
        let expected = match sample.starts.iter().position(|start| *start == length) {
            Some(whole) => Opened::Whole(whole as u64),
            None => sample.cut(sample.record_at(length), length),
        };
        assert_eq!(opened(&sample.bytes[..length]), expected, "cut to {length} bytes");
    }
}

#[test]
fn a_flipped_bit_before_the_last_batch_is_damage_and_in_it_a_tear() {
    let sample = Sample::new();
    for place in FILE_HEADER.len()..sample.bytes.len() {
        let mut bytes = sample.bytes.clone();
        bytes[place] ^= 1 << (place % 8);
        let seq = sample.record_at(place);
        let expected = if seq < LAST_BATCH {
            Opened::Refused { seq, offset: sample.place(seq).start }
        } else {
            sample.cut(seq, bytes.len())
        };
        assert_eq!(opened(&bytes), expected, "byte {place} changed");
    }
}

#[test]
fn zeros_behind_the_last_record_are_cut_off() {
    let sample = Sample::new();
    for count in [1, 8, 63, 64, 65, 200, 100_000, batch::MOST_BYTES] {
        let end = sample.bytes.len();
        let expected = Opened::Cut { first: LAST + 1, offset: end, bytes: count };
        assert_eq!(opened(&sample.with(&vec![0; count])), expected, "{count} zeros");
    }
}

#[test]
fn garbage_behind_the_last_record_is_cut_off() {
    let sample = Sample::new();
    let noise = noise(100_000);
    for count in [1, 63, 64, 65, 200, 100_000] {
        let end = sample.bytes.len();
        let expected = Opened::Cut { first: LAST + 1, offset: end, bytes: count };
        assert_eq!(opened(&sample.with(&noise[..count])), expected, "{count} bytes");
    }
}

/// Bytes without a pattern, always the same: BLAKE3 as a stream.
fn noise(count: usize) -> Vec<u8> {
    let mut noise = vec![0; count];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    noise
}

#[test]
fn more_than_one_batch_cannot_have_been_torn() {
    let sample = Sample::new();
    let expected = Opened::Refused { seq: LAST + 1, offset: sample.bytes.len() };
    assert_eq!(opened(&sample.with(&vec![0; batch::MOST_BYTES + 1])), expected);
}

#[test]
fn a_record_that_is_too_long_is_none_even_with_a_good_checksum() {
    let sample = Sample::new();
    let payload = vec![0; codec::MOST_BYTES + 1];
    let record = sample.forged(LAST + 1, time_of(LAST + 1), LAST + 1, &payload);
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("commands.log"), sample.with(&record)).expect("written");
    let log = FileLog::open(dir.path()).expect("it is cut");
    let tail = log.cut().expect("it is cut");
    assert_eq!(tail.first.flaw, Flaw::TooLong(1_048_577));
}

#[test]
fn a_page_lost_in_the_last_batch_takes_the_rest_of_the_batch_with_it() {
    let sample = Sample::new();
    let mut bytes = sample.bytes.clone();
    bytes[sample.place(LAST_BATCH)].fill(0);
    assert_eq!(opened(&bytes), sample.cut(LAST_BATCH, bytes.len()));
}

#[test]
fn a_page_lost_before_the_last_batch_is_damage() {
    let sample = Sample::new();
    let mut bytes = sample.bytes.clone();
    bytes[sample.place(2).start..sample.place(4).end].fill(0);
    assert_eq!(opened(&bytes), Opened::Refused { seq: 2, offset: sample.place(2).start });
}

#[test]
fn a_stale_record_behind_the_last_one_is_damage() {
    let sample = Sample::new();
    for seq in 1..=LAST {
        let stale = &sample.bytes[sample.place(seq)];
        let expected = Opened::Refused { seq: LAST + 1, offset: sample.bytes.len() };
        assert_eq!(opened(&sample.with(stale)), expected, "record {seq} again");
    }
}

#[test]
fn a_record_taken_out_is_missed() {
    let sample = Sample::new();
    for seq in 1..LAST {
        let mut bytes = sample.bytes.clone();
        let place = sample.place(seq);
        bytes.drain(place.clone());
        assert_eq!(opened(&bytes), Opened::Refused { seq, offset: place.start }, "record {seq}");
    }
}

#[test]
fn a_good_checksum_over_wrong_content_is_damage_even_in_the_last_record() {
    let sample = Sample::new();
    let (seq, time) = (LAST + 1, time_of(LAST + 1));
    let payload = &sample.bytes[sample.place(LAST)][record::HEADER_BYTES..];
    let other = Head { seq, time, chain: Digest([9; 32]) };
    let cases = [
        (sample.forged(seq + 1, time, seq + 1, payload), Flaw::Sequence(seq + 1)),
        (sample.forged(seq, time, seq - 1, payload), Flaw::Batch(seq - 1)),
        (sample.forged(seq, time_of(LAST - 1), seq, payload), Flaw::Time(time_of(LAST - 1))),
        (sample.sealed(&other, seq, payload), Flaw::Chain),
        (sample.forged(seq, time, seq, &[0xff; 9]), Flaw::Payload(String::new())),
    ];
    for (record, flaw) in cases {
        let found = refusal(&sample.with(&record));
        assert_eq!((found.seq, offset(&found)), (seq, sample.bytes.len()));
        match (&found.flaw, &flaw) {
            (Flaw::Payload(_), Flaw::Payload(_)) => {}
            (found, expected) => assert_eq!(found, expected),
        }
    }
    assert_eq!(opened(&sample.with(&sample.forged(seq, time, seq, payload))), Opened::Whole(seq));
    assert_eq!(
        opened(&sample.with(&sample.forged(seq, time, LAST_BATCH, payload))),
        Opened::Whole(seq)
    );
}

fn refusal(bytes: &[u8]) -> BadRecord {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("commands.log"), bytes).expect("it can be written");
    match FileLog::open(dir.path()) {
        Err(Error::Damaged { record, .. }) => record,
        Err(error) => panic!("{error}"),
        Ok(log) => panic!("opened up to {}", log.head().seq),
    }
}

#[test]
fn damage_is_told_with_file_record_place_and_flaw() {
    let sample = Sample::new();
    let mut bytes = sample.bytes.clone();
    bytes[sample.place(4).start + 70] ^= 1;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("commands.log");
    std::fs::write(&path, &bytes).expect("it can be written");
    let error = FileLog::open(dir.path()).err().expect("it is damaged");
    let offset = sample.place(4).start;
    assert_eq!(
        error.to_string(),
        format!(
            "{} is damaged: record 4 at byte {offset}: its checksum does not match",
            path.display()
        )
    );
}
