use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use types::{AccountId, Command, PublicKey};

use super::{FileLog, Start};
use crate::log::directory::is_in_use;
use crate::log::faults::{Call, Fault, FaultyDisk};
use crate::log::{Ahead, CommandLog, FrameLog, LogSettings};
use crate::samples::{deposits, one_of_each, stamped};
use crate::{Batch, Digest, Error, codec};

const FIRST: &str = "00000000000000000001.log";
const SMALL: LogSettings = LogSettings { segment_bytes: 20_480, ahead: Ahead::Never };

/// A thread that makes the next segment has at least so long for each frame that is left in this one.
const PATIENCE: Duration = Duration::from_millis(3);

/// Frames of one page in the first half of a segment of 1 MiB.
const HALF: u64 = 128;

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn open(dir: &TempDir) -> FileLog {
    FileLog::open(dir.path()).expect("the log opens")
}

fn on(disk: &FaultyDisk) -> FileLog {
    FileLog::open_on(Arc::new(disk.clone()), SMALL).expect("the log opens")
}

fn names(dir: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(dir.path()).expect("it is there");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("readable").file_name();
    let mut names: Vec<_> =
        entries.map(|entry| name(entry).into_string().expect("ASCII")).collect();
    names.sort();
    names
}

#[test]
fn what_is_read_back_is_made_durable_before_anybody_sees_it() {
    let disk = FaultyDisk::default();
    on(&disk).append(&deposits(1..3)).expect("the disk is well");
    disk.calls();
    on(&disk);
    assert_eq!(disk.calls(), [Call::Sync(FIRST.to_owned()), Call::Sync(String::new())]);
    disk.fail(Fault::Sync(0));
    let log = FileLog::open_on(Arc::new(disk), SMALL);
    assert!(log.is_err_and(|error| error.to_string().starts_with("cannot sync ")));
}

#[test]
fn a_batch_is_one_write_and_then_one_sync() {
    let disk = FaultyDisk::default();
    let mut log = on(&disk);
    disk.calls();
    log.append(&deposits(1..4)).expect("the disk is well");
    log.append(&deposits(4..5)).expect("the disk is well");
    let write = |offset| Call::Write(FIRST.to_owned(), offset, 4096);
    let sync = || Call::Sync(FIRST.to_owned());
    assert_eq!(disk.calls(), [write(4096), sync(), write(8192), sync()]);
}

#[test]
fn many_frames_are_many_writes_and_one_sync() {
    let disk = FaultyDisk::default();
    let mut log = on(&disk);
    disk.calls();
    for seq in 1..4 {
        log.write(0, &[], &deposits(seq..seq + 1), Box::new(drop)).expect("the disk is well");
    }
    log.flush().expect("the disk is well");
    let syncs = disk.calls().into_iter().filter(|call| matches!(call, Call::Sync(_)));
    assert_eq!(syncs.collect::<Vec<_>>(), [Call::Sync(FIRST.to_owned())]);
}

#[test]
fn no_page_is_written_twice() {
    let disk = FaultyDisk::default();
    let settings = LogSettings { segment_bytes: 1 << 20, ahead: Ahead::Never };
    let mut log = FileLog::open_on(Arc::new(disk.clone()), settings).expect("the log opens");
    (1..40).for_each(|seq| log.append(&deposits(seq..seq + 1)).expect("the disk is well"));
    let mut written = std::collections::BTreeSet::new();
    for call in disk.calls() {
        if let Call::Write(name, offset, bytes) = call
            && name.ends_with(".log")
        {
            assert_eq!((offset % 4096, bytes % 4096), (0, 0));
            assert!(written.insert((name, offset)), "byte {offset} again");
        }
    }
    assert!(39 <= written.len());
}

#[test]
fn a_write_that_failed_is_final_and_says_where_and_why() {
    use std::error::Error as _;
    let disk = FaultyDisk::default();
    let mut log = on(&disk);
    disk.calls();
    disk.fail(Fault::Write(0));
    let error = log.append(&deposits(1..2)).expect_err("the disk is dying");
    assert_eq!(error.to_string(), format!("cannot write to faulty/{FIRST}"));
    assert_eq!(error.source().expect("the system's word").to_string(), "input/output error");
    assert!(matches!(log.append(&deposits(1..2)), Err(Error::Broken { .. })));
    assert_eq!(disk.calls().len(), 1, "neither a sync nor another write");
    assert_eq!(log.head().seq, 0);
}

#[test]
fn a_sync_that_failed_is_final_and_never_tried_again() {
    use std::error::Error as _;
    let disk = FaultyDisk::default();
    let mut log = on(&disk);
    disk.calls();
    disk.fail(Fault::Sync(0));
    let told = Arc::new(());
    let waits = Arc::clone(&told);
    log.write(0, &[], &deposits(1..2), Box::new(move |_| drop(waits))).expect("written");
    let error = log.flush().expect_err("the disk is dying");
    assert!(error.to_string().starts_with("cannot sync "), "{error}");
    assert_eq!(error.source().expect("the system's word").to_string(), "input/output error");
    assert!(matches!(log.append(&deposits(2..3)), Err(Error::Broken { .. })));
    assert!(matches!(log.flush(), Err(Error::Broken { .. })));
    assert_eq!(disk.calls().len(), 2, "one write and one sync");
    assert_eq!(log.head().seq, 0);
    assert_eq!(Arc::strong_count(&told), 2, "nobody was told");
}

#[test]
fn a_directory_has_one_log_at_a_time() {
    let dir = directory();
    let log = open(&dir);
    assert!(is_in_use(dir.path()).expect("it can be asked"));
    assert!(matches!(FileLog::open(dir.path()), Err(Error::Locked { .. })));
    drop(log);
    assert!(!is_in_use(dir.path()).expect("it can be asked"));
    open(&dir);
}

#[test]
fn a_new_log_is_made_with_its_directories() {
    let dir = directory();
    let deep = dir.path().join("a/b");
    let log = FileLog::open(&deep).expect("it makes them");
    assert_eq!((log.bytes(), log.first()), (4096, 1));
    let file = std::fs::read(deep.join(FIRST)).expect("it is there");
    assert_eq!(file[..4096], Start::default().page());
    assert_eq!(file.len(), 1 << 20);
    assert!(file[4096..].iter().all(|byte| *byte == 0));
}

#[test]
fn drafts_left_by_a_crash_are_in_nobodys_way() {
    let dir = directory();
    for draft in ["segment.new", "next.new", "vote.new"] {
        std::fs::write(dir.path().join(draft), b"GHC").expect("it can be written");
    }
    assert_eq!(open(&dir).head().seq, 0);
    assert_eq!(names(&dir), [FIRST, "lock"]);
}

#[test]
fn a_path_that_is_no_directory_is_named() {
    let dir = directory();
    let path = dir.path().join("file");
    std::fs::write(&path, b"").expect("it can be written");
    let error = FileLog::open(&path).err().expect("it is a file");
    assert!(error.to_string().contains("/file"), "{error}");
}

#[test]
fn a_file_that_is_no_log_of_this_version_is_left_alone() {
    let disk = FaultyDisk::default();
    on(&disk).append(&deposits(1..2)).expect("the disk is well");
    for place in 0..8 {
        let disk = disk.copy();
        disk.damage(FIRST, |bytes| bytes[place] ^= 0x10);
        let before = disk.bytes(FIRST);
        match FileLog::open_on(Arc::new(disk.clone()), SMALL) {
            Err(Error::NotALog { found, .. }) => assert_eq!(found, before[..8]),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("byte {place} changed and it was taken for a log"),
        }
        assert_eq!(disk.bytes(FIRST), before);
    }
}

#[test]
fn damage_under_an_open_log_is_an_error_even_in_its_last_record() {
    let dir = directory();
    let mut log = open(&dir);
    log.append(&deposits(1..4)).expect("the disk is well");
    let path = dir.path().join(FIRST);
    let mut bytes = std::fs::read(&path).expect("it is there");
    bytes[4096 + 84 + 2 * 40] ^= 1;
    std::fs::write(&path, bytes).expect("it can be written");
    let records: Vec<_> = log.read(1).expect("it opens").collect();
    assert!(matches!(&records[0], Err(Error::Damaged { record, .. }) if record.seq == 3));
    assert_eq!(records.len(), 1, "no record of a damaged frame is given");
}

#[test]
fn a_segment_knows_the_terms_of_the_market() {
    let disk = FaultyDisk::default();
    let terms = one_of_each().remove(0);
    let mut batch = Batch::default();
    batch.push(&stamped(1, terms.clone()));
    let mut log = on(&disk);
    log.append(&batch).expect("the disk is well");
    let mut bytes = Vec::new();
    codec::encode(&terms, &mut bytes);
    let hash = Digest::over([&bytes[4..]]);
    assert_eq!(log.terms, hash);
    (2..20).for_each(|seq| log.append(&deposits(seq..seq + 1)).expect("the disk is well"));
    drop(log);
    let log = on(&disk);
    assert_eq!(log.terms, hash);
    let page = disk.bytes(log.writer.name());
    let start = Start::read(&page[..4096]).expect("its checksum is good");
    assert_eq!((start.terms, start.before), (hash, log.before));
    assert!(log.closed.len() > 2, "several segments were written");
}

/// A command of about this many bytes.
fn large(seq: u64, bytes: usize) -> Batch {
    let key = PublicKey([1; 32]);
    let command = Command::OpenAccount { account: AccountId(1), name: "x".repeat(bytes), key };
    let mut batch = Batch::default();
    batch.push(&stamped(seq, command));
    batch
}

#[test]
fn a_frame_larger_than_a_segment_gets_one_of_its_own_size() {
    let disk = FaultyDisk::default();
    let mut log = on(&disk);
    log.append(&large(1, 100_000)).expect("the first one is made longer");
    log.append(&deposits(2..3)).expect("there is room");
    log.append(&large(3, 200_000)).expect("there is room");
    let head = log.head();
    drop(log);
    let log = on(&disk);
    assert_eq!(log.head(), head);
    let seqs: Vec<_> = log.read(1).expect("it opens").map(|r| r.expect("whole").seq).collect();
    assert_eq!(seqs, [1, 2, 3]);
}

#[test]
fn segments_begin_small_and_the_next_one_is_made_ahead() {
    let dir = directory();
    let settings = LogSettings { segment_bytes: 8 << 20, ahead: Ahead::Thread };
    let mut log = FileLog::open_with(dir.path(), settings).expect("it opens");
    for seq in 1..40 {
        log.append(&large(seq, 500_000)).expect("the disk is well");
    }
    assert!(log.has_reserve());
    let lengths: Vec<_> = names(&dir)
        .into_iter()
        .filter(|name| name.ends_with(".log"))
        .map(|name| std::fs::metadata(dir.path().join(name)).expect("it is there").len())
        .collect();
    assert_eq!(lengths[..3], [1 << 20, 4 << 20, 8 << 20]);
    let head = log.head();
    drop(log);
    let log = FileLog::open_with(dir.path(), settings).expect("it opens");
    assert_eq!((log.head(), log.cut()), (head, None));
    assert!(!names(&dir).contains(&"next.new".to_owned()), "what was made ahead is made again");
}

#[test]
fn a_full_disk_is_known_while_there_is_room_for_what_reduces_risk() {
    let disk = FaultyDisk::default();
    let settings = LogSettings { segment_bytes: 1 << 20, ahead: Ahead::Thread };
    let open = || FileLog::open_on(Arc::new(disk.clone()), settings).expect("the log opens");
    let mut log = open();
    disk.leave_room(Some(1 << 19));
    let mut acknowledged = 0;
    while log.has_reserve() {
        acknowledged += 1;
        std::thread::sleep(if HALF < acknowledged { PATIENCE } else { Duration::ZERO });
        log.append(&deposits(acknowledged..acknowledged + 1)).expect("there is room");
    }
    for cancel in acknowledged + 1..acknowledged + 10 {
        log.append(&deposits(cancel..cancel + 1)).expect("cancels still fit");
    }
    let mut last = acknowledged + 9;
    let error = loop {
        match log.append(&deposits(last + 1..last + 2)) {
            Ok(()) => last += 1,
            Err(error) => break error,
        }
    };
    assert!(error.to_string().starts_with("cannot create "), "{error}");
    assert!(matches!(log.append(&deposits(last + 1..last + 2)), Err(Error::Broken { .. })));
    drop(log);
    disk.leave_room(None);
    let mut log = open();
    assert_eq!(log.head().seq, last, "nothing acknowledged is lost");
    log.append(&deposits(last + 1..last + 300)).expect("the disk has room again");
}

#[test]
fn a_disk_that_has_room_again_is_found_out() {
    let disk = FaultyDisk::default();
    let settings = LogSettings { segment_bytes: 1 << 20, ahead: Ahead::Thread };
    let mut log = FileLog::open_on(Arc::new(disk.clone()), settings).expect("the log opens");
    disk.leave_room(Some(0));
    let mut seq = 0;
    while log.has_reserve() {
        seq += 1;
        std::thread::sleep(if HALF < seq { PATIENCE } else { Duration::ZERO });
        log.append(&deposits(seq..seq + 1)).expect("there is room");
    }
    disk.leave_room(None);
    std::thread::sleep(Duration::from_millis(1_050));
    log.append(&deposits(seq + 1..seq + 2)).expect("there is room");
    assert!(log.has_reserve());
}

#[test]
fn what_could_not_be_dropped_is_dropped_the_next_time() {
    let disk = FaultyDisk::default();
    let mut log = on(&disk);
    (1..40).for_each(|seq| log.append(&deposits(seq..seq + 1)).expect("the disk is well"));
    disk.fail(Fault::Sync(0));
    let error = log.drop_before(39).expect_err("the disk is dying");
    assert!(error.to_string().starts_with("cannot sync "), "{error}");
    disk.fail(Fault::Sync(1_000));
    log.drop_before(39).expect("the disk is well again");
    let first = log.first();
    assert!(1 < first && first <= 39);
    log.append(&deposits(40..41)).expect("the disk is well");
    drop(log);
    assert_eq!(on(&disk).first(), first);
}

#[test]
fn a_vote_that_is_damaged_is_refused() {
    let disk = FaultyDisk::default();
    on(&disk).save_vote(b"term 3 for 2").expect("the disk is well");
    let length = disk.bytes("vote").len();
    for place in 0..length {
        let disk = disk.copy();
        disk.damage("vote", |bytes| bytes[place] ^= 1);
        let log = FileLog::open_on(Arc::new(disk), SMALL);
        assert!(matches!(log, Err(Error::Vote { .. })), "byte {place}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let disk = FaultyDisk::default();
    on(&disk).append(&deposits(1..2)).expect("the disk is well");
    disk.fail_reads();
    let error = FileLog::open_on(Arc::new(disk), SMALL).err().expect("it is unreadable");
    assert_eq!(error.to_string(), format!("cannot read faulty/{FIRST}"));
}
