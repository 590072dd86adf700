//! What every log promises, checked on each.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::{
    Ahead, CommandLog, FileLog, Follow, FrameLog, Head, LogSettings, Logged, MemoryLog, Place,
};
use crate::samples::{deposit, deposits, time_of};
use crate::{Batch, Error};

/// So small that these tests go through many segments.
const SMALL: LogSettings = LogSettings { segment_bytes: 20_480, ahead: Ahead::Never };

/// Checks every promise on a log of its own. `fresh` makes storage; `open` opens the log on it, as
/// often as a promise wants.
fn conforms<S, L: FrameLog>(fresh: impl Fn() -> S, open: impl Fn(&S) -> L) {
    let check = |promise: fn(&dyn Fn() -> L)| {
        let storage = fresh();
        promise(&|| open(&storage));
    };
    check(an_empty_log_ends_before_its_first_record);
    check(what_was_appended_is_read_back_from_any_number);
    check(what_was_appended_is_there_after_reopening);
    check(an_empty_batch_changes_nothing);
    check(the_chain_does_not_depend_on_the_batches);
    check(the_chain_depends_on_every_record);
    check(a_follower_reads_what_is_durable_and_no_further);
    check(a_record_comes_back_with_its_author);
    check(what_is_dropped_is_gone_and_what_was_not_to_be_is_there);
    check(frames_keep_their_term_their_number_and_their_note);
    check(many_writes_share_one_flush);
    check(what_is_not_flushed_is_not_read);
    check(a_cut_leaves_the_log_as_it_was);
    check(a_cut_at_every_frame_leaves_what_is_before);
    check(the_last_vote_is_kept);
}

#[test]
fn the_file_log_conforms() {
    conforms(
        || tempfile::tempdir().expect("a directory"),
        |dir| FileLog::open(dir.path()).expect("the log opens"),
    );
}

#[test]
fn the_file_log_conforms_in_many_segments() {
    conforms(
        || tempfile::tempdir().expect("a directory"),
        |dir| FileLog::open_with(dir.path(), SMALL).expect("the log opens"),
    );
}

#[test]
fn the_memory_log_conforms() {
    conforms(MemoryLog::default, MemoryLog::clone);
}

#[test]
fn both_logs_have_the_same_chain() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut file = FileLog::open(dir.path()).expect("the log opens");
    let mut memory = MemoryLog::default();
    append(&mut file, 1..4);
    append(&mut file, 4..9);
    append(&mut memory, 1..9);
    assert_eq!(file.head(), memory.head());
}

#[test]
fn both_logs_have_the_same_frames() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut file = FileLog::open_with(dir.path(), SMALL).expect("the log opens");
    let mut memory = MemoryLog::default();
    write_three_terms(&mut file);
    write_three_terms(&mut memory);
    let (file, memory) = (file.frames(1), memory.frames(1));
    let file: Vec<_> = file.expect("it opens").map(|frame| frame.expect("whole")).collect();
    let memory: Vec<_> = memory.expect("it opens").map(|frame| frame.expect("whole")).collect();
    assert_eq!(file, memory);
}

fn append(log: &mut impl CommandLog, seqs: Range<u64>) {
    log.append(&deposits(seqs)).expect("the log takes it");
}

fn numbers(log: &impl CommandLog, from: u64) -> Vec<u64> {
    log.read(from)
        .expect("it opens")
        .map(|record| {
            let record = record.expect("it is whole");
            assert_eq!(record, deposit(record.seq));
            record.seq
        })
        .collect()
}

fn an_empty_log_ends_before_its_first_record<L: CommandLog>(open: &dyn Fn() -> L) {
    let log = open();
    assert_eq!(log.head(), Head::default());
    assert!(numbers(&log, 1).is_empty());
    assert!(log.cut().is_none());
}

fn what_was_appended_is_read_back_from_any_number<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..2);
    append(&mut log, 2..6);
    append(&mut log, 6..8);
    assert_eq!((log.head().seq, log.head().time), (7, time_of(7)));
    for from in 0..10 {
        assert_eq!(numbers(&log, from), (from.max(1)..8).collect::<Vec<_>>(), "from {from}");
    }
}

fn what_was_appended_is_there_after_reopening<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..4);
    let (head, bytes) = (log.head(), log.bytes());
    drop(log);
    let mut log = open();
    assert_eq!((log.head(), log.bytes()), (head, bytes));
    append(&mut log, 4..6);
    drop(log);
    assert_eq!(numbers(&open(), 1), [1, 2, 3, 4, 5]);
}

fn an_empty_batch_changes_nothing<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..3);
    let before = (log.head(), log.bytes());
    let nothing: Result<(), Error> = log.append(&Batch::default());
    nothing.expect("there is nothing to fail");
    assert_eq!((log.head(), log.bytes()), before);
}

fn the_chain_does_not_depend_on_the_batches<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..2);
    append(&mut log, 2..3);
    append(&mut log, 3..6);
    let whole = deposits(1..6);
    let expected = whole.iter().fold(Head::default(), |head, record| head.then(0, &record));
    assert_eq!(log.head(), expected);
}

fn the_chain_depends_on_every_record<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    let mut chains = vec![log.head().chain];
    for seq in 1..5 {
        append(&mut log, seq..seq + 1);
        chains.push(log.head().chain);
    }
    let unique: HashSet<_> = chains.iter().collect();
    assert_eq!(unique.len(), chains.len());
}

fn a_follower_reads_what_is_durable_and_no_further<L: CommandLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..3);
    for from in 0..4 {
        let mut follower = log.follow(from).expect("it opens");
        let mut read = |durable| {
            let records = std::iter::from_fn(|| follower.next(durable).expect("it is whole"));
            records.map(|logged| logged.command.seq).collect::<Vec<_>>()
        };
        let last = log.head().seq;
        assert_eq!(read(1), (from.max(1)..2).collect::<Vec<_>>(), "from {from}");
        assert_eq!(read(last), (from.max(2)..=last).collect::<Vec<_>>(), "from {from}");
        append(&mut log, last + 1..last + 4);
        assert_eq!(read(last + 2), (from.max(last + 1)..last + 3).collect::<Vec<_>>());
        assert_eq!(read(last + 3), [last + 3]);
    }
}

fn a_record_comes_back_with_its_author<L: FrameLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    let mut batch = Batch::default();
    batch.push_by(77, &deposit(1));
    batch.push(&deposit(2));
    log.append(&batch).expect("the log takes it");
    let mut other = Batch::default();
    other.push_by(78, &deposit(1));
    let (chain, record) = (Head::default(), deposits(1..2));
    let record = record.iter().next().expect("there is one");
    assert_ne!(chain.then(77, &record), chain.then(78, &record), "the chain covers it");
    let mut follower = log.follow(1).expect("it opens");
    for author in [77, 0] {
        let logged = follower.next(2).expect("whole").expect("it is durable");
        assert_eq!(logged.author, author);
    }
    let frame = open_frames(&log, 1).remove(0);
    let expected =
        [Logged { author: 77, command: deposit(1) }, Logged { author: 0, command: deposit(2) }];
    assert_eq!(frame, (Place { term: 0, index: 1 }, Vec::new(), expected.to_vec()));
}

fn what_is_dropped_is_gone_and_what_was_not_to_be_is_there<L: FrameLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    for seq in (1..60).step_by(2) {
        append(&mut log, seq..seq + 2);
    }
    let head = log.head();
    for before in [1, 2, 7, 30, 61, 100] {
        log.drop_before(before).expect("it can be dropped");
        assert!(log.first() <= before.min(61), "dropped too much before {before}");
        let first = log.first();
        assert_eq!(numbers(&log, first), (first..61).collect::<Vec<_>>());
        assert_eq!(log.head(), head);
        let mut follower = log.follow(first).expect("it opens");
        let next = follower.next(60).expect("whole").map(|logged| logged.command.seq);
        assert_eq!(next, (first <= 60).then_some(first));
    }
    let first = log.first();
    drop(log);
    let mut log = open();
    assert_eq!((log.first(), log.head()), (first, head));
    append(&mut log, 61..64);
    assert_eq!(numbers(&log, 61), [61, 62, 63]);
}

type Drawn = (Place, Vec<u8>, Vec<Logged>);

fn open_frames(log: &impl FrameLog, from: u64) -> Vec<Drawn> {
    let frames = log.frames(from).expect("it opens").map(|frame| frame.expect("it is whole"));
    frames.map(|frame| (frame.place, frame.note, frame.records)).collect()
}

fn write(log: &mut impl FrameLog, term: u64, note: &[u8], seqs: Range<u64>) {
    log.write(term, note, &deposits(seqs), Box::new(drop)).expect("the log takes it");
}

/// Six frames of terms 1, 3 and 4: some without records, some with a note.
fn write_three_terms(log: &mut impl FrameLog) {
    write(log, 1, b"members", 1..1);
    write(log, 1, b"", 1..4);
    write(log, 1, b"", 4..5);
    write(log, 3, b"", 5..5);
    write(log, 3, b"leader", 5..7);
    write(log, 4, b"", 7..8);
    log.flush().expect("the log is well");
}

fn frames_keep_their_term_their_number_and_their_note<L: FrameLog>(open: &dyn Fn() -> L) {
    write_three_terms(&mut open());
    let log = open();
    let frames = open_frames(&log, 0);
    let drawn: Vec<_> = frames
        .iter()
        .map(|(place, note, records)| (place.term, place.index, note.as_slice(), records.len()))
        .collect();
    let expected: [(u64, u64, &[u8], usize); 6] = [
        (1, 1, b"members", 0),
        (1, 2, b"", 3),
        (1, 3, b"", 1),
        (3, 4, b"", 0),
        (3, 5, b"leader", 2),
        (4, 6, b"", 1),
    ];
    assert_eq!(drawn, expected);
    assert_eq!(log.place(), Place { term: 4, index: 6 });
    assert_eq!(numbers(&log, 1), [1, 2, 3, 4, 5, 6, 7]);
    for from in 1..8 {
        assert_eq!(open_frames(&log, from), frames[frames.len().min(from as usize - 1)..]);
    }
}

fn many_writes_share_one_flush<L: FrameLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    let told = Arc::new(Mutex::new(Vec::new()));
    for seq in 1..4 {
        let told = Arc::clone(&told);
        let flushed = move |head: Head| told.lock().expect("no panic").push((seq, head.seq));
        log.write(2, b"", &deposits(seq..seq + 1), Box::new(flushed)).expect("the log takes it");
        assert_eq!((log.head(), log.place()), (Head::default(), Place::default()));
    }
    assert!(told.lock().expect("no panic").is_empty(), "nothing is durable yet");
    log.flush().expect("the log is well");
    assert_eq!(*told.lock().expect("no panic"), [(1, 3), (2, 3), (3, 3)]);
    assert_eq!((log.head().seq, log.place()), (3, Place { term: 2, index: 3 }));
    assert_eq!(numbers(&log, 1), [1, 2, 3]);
}

fn what_is_not_flushed_is_not_read<L: FrameLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    append(&mut log, 1..3);
    write(&mut log, 0, b"", 3..5);
    assert_eq!(numbers(&log, 1), [1, 2]);
    assert_eq!(open_frames(&log, 1).len(), 1);
    log.flush().expect("the log is well");
    assert_eq!(numbers(&log, 1), [1, 2, 3, 4]);
}

fn a_cut_leaves_the_log_as_it_was<L: FrameLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    for seq in 1..9 {
        append(&mut log, seq..seq + 1);
    }
    let (head, place, bytes) = (log.head(), log.place(), log.bytes());
    for last in [30, 9, 12, 10] {
        (9..=last).for_each(|seq| append(&mut log, seq..seq + 1));
        log.truncate_after(8).expect("it can be cut");
        assert_eq!((log.head(), log.place(), log.bytes()), (head, place, bytes));
        assert_eq!(numbers(&log, 1), (1..9).collect::<Vec<_>>());
        drop(log);
        log = open();
        assert_eq!((log.head(), log.place(), log.cut()), (head, place, None));
    }
    append(&mut log, 9..12);
    assert_eq!(numbers(&log, 7), [7, 8, 9, 10, 11]);
}

fn a_cut_at_every_frame_leaves_what_is_before<L: FrameLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    write_three_terms(&mut log);
    let frames = open_frames(&log, 1);
    for index in (0..=7).rev() {
        log.truncate_after(index).expect("it can be cut");
        let left = &frames[..frames.len().min(index as usize)];
        assert_eq!(open_frames(&log, 1), left, "cut after {index}");
        let place = left.last().map_or(Place::default(), |frame| frame.0);
        assert_eq!(log.place(), place);
    }
    assert_eq!(log.head(), Head::default());
    write_three_terms(&mut log);
    assert_eq!(open_frames(&log, 1), frames);
}

fn the_last_vote_is_kept<L: FrameLog>(open: &dyn Fn() -> L) {
    let mut log = open();
    assert_eq!(log.vote(), None);
    for vote in [b"term 3 for 2".as_slice(), b"", b"term 4 for 1"] {
        log.save_vote(vote).expect("the log is well");
        assert_eq!(log.vote().as_deref(), Some(vote));
        let next = log.head().seq + 1;
        append(&mut log, next..next + 2);
        drop(log);
        log = open();
        assert_eq!(log.vote().as_deref(), Some(vote));
    }
}
