use std::sync::Arc;

use types::{AccountId, Command, PublicKey};

use super::{Busy, CANCELS_IN_A_ROW, Handle, Inbox, Lane, inbox};
use crate::codec;
use crate::stats::Gauges;
use crate::submission::{Origin, Request, Submission};

fn of_sizes(orders: usize, cancels: usize) -> (Handle, Inbox) {
    inbox(orders, cancels, Arc::new(Gauges::default()))
}

fn submission(origin: u64) -> Submission {
    let request = Request::Command(Command::ClockAdvanced);
    Submission { origin: Some(Origin(origin)), author: 0, request }
}

fn fill(handle: &Handle, lane: Lane, origins: impl IntoIterator<Item = u64>) {
    for origin in origins {
        handle.submit(lane, submission(origin)).expect("there is room");
    }
}

fn taken(inbox: &mut Inbox) -> Vec<u64> {
    std::iter::from_fn(|| inbox.take())
        .map(|submission| submission.origin.expect("the test gave one").0)
        .collect()
}

#[test]
fn cancels_overtake_orders_and_each_queue_keeps_its_order() {
    let (handle, mut inbox) = of_sizes(4, 4);
    fill(&handle, Lane::Orders, [1, 2]);
    fill(&handle, Lane::Cancels, [11, 12]);
    assert_eq!(taken(&mut inbox), [11, 12, 1, 2]);
    assert!(inbox.is_empty());
}

#[test]
fn cancels_find_room_when_orders_are_shed() {
    let (handle, mut inbox) = of_sizes(2, 2);
    fill(&handle, Lane::Orders, [1, 2]);
    assert_eq!(handle.submit(Lane::Orders, submission(3)), Err(Busy::Full));
    fill(&handle, Lane::Cancels, [11, 12]);
    assert_eq!(handle.submit(Lane::Cancels, submission(13)), Err(Busy::Full));
    assert_eq!(handle.stats().orders_waiting, 2);
    assert_eq!(handle.stats().cancels_waiting, 2);
    assert_eq!(taken(&mut inbox), [11, 12, 1, 2]);
}

#[test]
fn a_flood_of_cancels_lets_an_order_through_now_and_then() {
    let row = u64::from(CANCELS_IN_A_ROW);
    let (handle, mut inbox) = of_sizes(2, 200);
    fill(&handle, Lane::Orders, [1, 2]);
    fill(&handle, Lane::Cancels, 100..100 + 2 * row + 5);
    let taken = taken(&mut inbox);
    let place = |origin| taken.iter().position(|taken| *taken == origin).expect("it was taken");
    assert_eq!((place(1) as u64, place(2) as u64), (row, 2 * row + 1));
}

#[test]
fn a_flood_of_cancels_alone_is_taken_without_a_gap() {
    let count = u64::from(CANCELS_IN_A_ROW) * 3;
    let (handle, mut inbox) = of_sizes(1, 200);
    fill(&handle, Lane::Cancels, 0..count);
    assert_eq!(taken(&mut inbox), (0..count).collect::<Vec<_>>());
}

#[test]
fn a_command_too_large_for_a_record_never_gets_in() {
    let (handle, inbox) = of_sizes(2, 2);
    let key = PublicKey([0; 32]);
    let named =
        |bytes: usize| Command::OpenAccount { account: AccountId(1), name: "x".repeat(bytes), key };
    let most = codec::MOST_BYTES - codec::encoded_len(&named(0));
    let submit = |command| {
        let request = Request::Command(command);
        handle.submit(Lane::Orders, Submission { origin: None, author: 0, request })
    };
    assert_eq!(submit(named(most + 1)), Err(Busy::TooLarge));
    assert!(inbox.is_empty());
    assert_eq!(submit(named(most)), Ok(()));
}

#[test]
fn a_stopped_sequencer_takes_nothing() {
    let gauges = Arc::new(Gauges::default());
    let (handle, receiver) = inbox(1, 1, Arc::clone(&gauges));
    gauges.close();
    assert_eq!(handle.submit(Lane::Orders, submission(1)), Err(Busy::Stopped));
    assert!(receiver.is_empty());

    let (handle, receiver) = of_sizes(1, 1);
    drop(receiver);
    assert_eq!(handle.submit(Lane::Cancels, submission(1)), Err(Busy::Stopped));
}
