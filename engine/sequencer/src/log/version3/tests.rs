//! A log of version 3 as it was written: deposits 1 to 3, 4, and 5 to 7, in three batches.

use std::ops::Range;
use std::sync::Arc;

use super::{NAME, Scan};
use crate::log::faults::FaultyDisk;
use crate::log::reader::Reader;
use crate::log::{Ahead, CommandLog, FileLog, FrameLog, Head, LogSettings, Place};
use crate::samples::{deposit, deposits};
use crate::{Digest, Error};

const GOLDEN: &str = include_str!("../golden/version3.txt");
const SETTINGS: LogSettings = LogSettings { segment_bytes: 20_480, ahead: Ahead::Never };

const RECORD_BYTES: usize = 80;
const LAST: u64 = 7;
const LAST_BATCH: u64 = 5;

fn golden() -> Vec<u8> {
    let digits: String = GOLDEN.split_whitespace().collect();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal");
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn place(seq: u64) -> Range<usize> {
    let start = 8 + RECORD_BYTES * usize::try_from(seq - 1).expect("few records");
    start..start + RECORD_BYTES
}

fn open(disk: &FaultyDisk) -> Result<FileLog, Error> {
    FileLog::open_on(Arc::new(disk.clone()), SETTINGS)
}

fn numbers(log: &FileLog, from: u64) -> Vec<u64> {
    let record = |record: Result<types::Sequenced<_>, _>| record.expect("it is whole");
    let records: Vec<_> = log.read(from).expect("it opens").map(record).collect();
    records
        .iter()
        .map(|record| {
            assert_eq!(*record, deposit(record.seq));
            record.seq
        })
        .collect()
}

#[test]
fn an_old_log_is_the_beginning_of_a_new_one() {
    let disk = FaultyDisk::with(NAME, golden());
    let mut log = open(&disk).expect("it is whole");
    assert_eq!((log.first(), log.head().seq, log.place()), (1, LAST, Place::default()));
    for seq in 8..40 {
        log.append(&deposits(seq..seq + 1)).expect("the disk is well");
    }
    assert_eq!(log.place(), Place { term: 0, index: 32 });
    let head = log.head();
    drop(log);
    let mut log = open(&disk).expect("it is whole");
    assert_eq!((log.head(), log.cut()), (head, None));
    for from in 1..41 {
        assert_eq!(numbers(&log, from), (from..40).collect::<Vec<_>>());
    }
    assert_eq!(log.frames(1).expect("it opens").count(), 32);
    assert_eq!(disk.bytes(NAME), golden(), "nobody writes to it");
    log.drop_before(8).expect("it can be dropped");
    assert_eq!(numbers(&log, log.first()), (8..40).collect::<Vec<_>>());
    drop(log);
    assert_eq!(open(&disk).expect("it is whole").first(), 8);
}

#[test]
fn its_chain_goes_on_from_the_link_it_had() {
    let mut log = open(&FaultyDisk::with(NAME, golden())).expect("it is whole");
    let bytes = golden();
    let link = bytes[place(LAST).start + 32..][..32].try_into().expect("32 bytes");
    assert_eq!(log.head().chain, Digest(link));
    let next = deposits(8..9);
    let expected = log.head().then(0, &next.iter().next().expect("one"));
    log.append(&next).expect("the disk is well");
    assert_eq!(log.head(), expected);
}

#[test]
fn a_file_of_it_that_ends_anywhere_loses_only_the_record_it_ends_in() {
    for length in 8..=golden().len() {
        let disk = FaultyDisk::with(NAME, golden()[..length].to_vec());
        let mut log = open(&disk).expect("it is whole or torn");
        let whole = (length - 8) / RECORD_BYTES;
        assert_eq!(log.head().seq, whole as u64, "cut to {length} bytes");
        let is_torn = (length - 8) % RECORD_BYTES != 0;
        assert_eq!(log.cut().is_some(), is_torn);
        let next = log.head().seq + 1;
        log.append(&deposits(next..next + 2)).expect("the disk is well");
        drop(log);
        let log = open(&disk).expect("it is whole");
        assert_eq!((log.head().seq, log.cut()), (next + 1, None));
    }
}

#[test]
fn a_flipped_bit_before_its_last_batch_is_damage_and_in_it_a_tear() {
    for at in 8..golden().len() {
        let mut bytes = golden();
        bytes[at] ^= 1 << (at % 8);
        let seq = 1 + ((at - 8) / RECORD_BYTES) as u64;
        match open(&FaultyDisk::with(NAME, bytes)) {
            Err(Error::Damaged { record, path }) => {
                assert!(seq < LAST_BATCH && path.ends_with(NAME), "byte {at}: {record}");
                assert_eq!((record.seq, record.offset), (seq, place(seq).start as u64));
            }
            Err(error) => panic!("byte {at}: {error}"),
            Ok(log) => {
                assert!(LAST_BATCH <= seq, "byte {at}");
                assert_eq!(log.cut().expect("it is torn").first.seq, seq);
            }
        }
    }
}

#[test]
fn every_changed_byte_of_it_is_damage_when_segments_follow() {
    let disk = FaultyDisk::with(NAME, golden());
    open(&disk).expect("it is whole").append(&deposits(8..9)).expect("the disk is well");
    for at in 8..golden().len() {
        let disk = disk.copy();
        disk.damage(NAME, |bytes| bytes[at] ^= 1);
        let error = open(&disk).err().unwrap_or_else(|| panic!("byte {at} changed"));
        assert!(matches!(error, Error::Damaged { .. }), "byte {at}: {error}");
    }
    for length in 8..golden().len() {
        let disk = disk.copy();
        disk.damage(NAME, |bytes| bytes.truncate(length));
        assert!(matches!(open(&disk), Err(Error::Damaged { .. })), "{length} bytes");
    }
}

#[test]
fn an_older_log_is_refused_by_its_version() {
    for version in [1, 2] {
        let mut bytes = golden();
        bytes[6] = version;
        let error = open(&FaultyDisk::with(NAME, bytes)).err().expect("it is too old");
        assert!(matches!(error, Error::NotALog { found, .. } if found[6] == version));
    }
}

#[test]
fn an_empty_one_is_an_empty_log() {
    let disk = FaultyDisk::with(NAME, golden()[..8].to_vec());
    assert_eq!(open(&disk).expect("it is whole").head(), Head::default());
    let reader = Reader::whole(Arc::new(FaultyDisk::with(NAME, golden()))).expect("it opens");
    assert_eq!(reader.count(), 7);
    assert!(Scan::open(crate::log::pages::Pages::new(empty()), 0).is_err());
}

fn empty() -> Box<dyn crate::log::disk::DiskFile> {
    use crate::log::disk::Disk;
    FaultyDisk::with(NAME, Vec::new()).open(NAME).expect("it is there")
}
