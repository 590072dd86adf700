use bytes::Bytes;

use super::{Closing, Frame, Outbox, Push, Take};

fn frame(length: usize) -> Frame {
    Bytes::from(vec![b'x'; length]).into()
}

fn taken(outbox: &Outbox, most: usize) -> Vec<usize> {
    match outbox.take(most) {
        Take::Frames(frames) => frames.iter().map(Frame::len).collect(),
        Take::Close(closing) => panic!("closed: {closing:?}"),
    }
}

#[test]
fn private_frames_are_written_first() {
    let outbox = Outbox::default();
    assert_eq!(outbox.push_public(&frame(1)), Push::Queued);
    outbox.push_private(frame(2));
    assert_eq!(taken(&outbox, 1000), [2, 1]);
    assert!(outbox.has_caught_up());
}

#[test]
fn a_slow_reader_misses_public_frames_and_no_private_one() {
    let outbox = Outbox::default();
    let mut queued = 0;
    while outbox.push_public(&frame(64 << 10)) == Push::Queued {
        queued += 1;
    }
    assert_eq!(queued, 4);
    outbox.push_private(frame(10));
    assert_eq!(taken(&outbox, usize::MAX), [10, 65536, 65536, 65536, 65536]);
}

#[test]
fn a_frame_larger_than_the_limit_passes_an_empty_lane() {
    let outbox = Outbox::default();
    assert_eq!(outbox.push_public(&frame(1 << 20)), Push::Queued);
    assert_eq!(outbox.push_public(&frame(1)), Push::Lagging);
}

#[test]
fn a_reader_that_leaves_four_mebibytes_of_its_own_is_closed() {
    let outbox = Outbox::default();
    for _ in 0..5 {
        outbox.push_private(frame(1 << 20));
    }
    let reason = format!("slow_consumer pending={}", 5 << 20);
    assert_eq!(outbox.take(1000), Take::Close(Closing { code: 4013, reason }));
}

#[test]
fn a_long_replay_is_not_held_against_its_reader() {
    let outbox = Outbox::default();
    outbox.push_replay((0..6).map(|_| frame(1 << 20)));
    assert!(outbox.is_replaying());
    outbox.push_private(frame(5));
    assert_eq!(taken(&outbox, usize::MAX).len(), 7);
    assert!(!outbox.is_replaying());
}

#[test]
fn a_close_comes_after_the_replies_that_wait() {
    let outbox = Outbox::default();
    outbox.begin();
    outbox.reply(frame(3));
    outbox.close(1012, "restart");
    outbox.close(1000, "the first stands");
    assert_eq!(taken(&outbox, 1000), [3]);
    let closing = Closing { code: 1012, reason: "restart".to_owned() };
    assert_eq!(outbox.take(1000), Take::Close(closing));
}

#[test]
fn what_is_taken_at_once_is_bounded() {
    let outbox = Outbox::default();
    for _ in 0..10 {
        outbox.push_private(frame(100));
    }
    assert_eq!(taken(&outbox, 250).len(), 3);
    assert_eq!(outbox.pending_bytes(), 700);
}
