//! The exchange is a function of its log: the same commands give the same events and the same state,
//! and nothing else does.

use engine::Exchange;
use sequencer::Digest;
use tests::workload::Workload;
use types::{Command, Event, Sequenced, Verdict};

fn log(seed: u64, length: usize) -> Vec<Sequenced<Command>> {
    Workload::new(seed).take(length).collect()
}

fn replay(log: &[Sequenced<Command>]) -> (Vec<Event>, Digest) {
    let mut exchange = Exchange::new();
    let mut events = Vec::new();
    for command in log {
        exchange.apply(command, &mut events);
    }
    (events, Digest::of(&exchange))
}

#[test]
fn the_same_log_gives_the_same_events_and_state() {
    let log = log(11, 10_000);
    let ((first, one), (second, two)) = (replay(&log), replay(&log));
    assert!(first == second, "two replays tell different events");
    assert!(one == two, "two replays end in different states");
}

#[test]
fn another_log_gives_another_state() {
    assert!(replay(&log(11, 2_000)).1 != replay(&log(12, 2_000)).1);
}

/// Two exchanges in the same state answer the same from then on, however they got there: one is fed
/// at once, the other is asked for its state and audited after each command.
#[test]
fn looking_changes_nothing() {
    let log = log(13, 2_000);
    let mut watched = Exchange::new();
    let mut events = Vec::new();
    for command in &log {
        watched.apply(command, &mut events);
        let _ = watched.snapshot();
        watched.audit();
        if let Command::PlaceOrder(order) = &command.value {
            let _ = watched.preview(order, command.time);
        }
    }
    let (expected, state_of_other) = replay(&log);
    assert!(events == expected, "a watched exchange tells other events");
    assert!(Digest::of(&watched) == state_of_other, "a watched exchange ends in another state");
}

/// A command that is carried out changes the state, so the digest tells two histories apart.
#[test]
fn every_accepted_order_shows_in_the_state() {
    let mut exchange = Exchange::new();
    let mut before = Digest::of(&exchange);
    for command in log(14, 1_500) {
        let mut events = Vec::new();
        exchange.apply(&command, &mut events);
        let after = Digest::of(&exchange);
        let is_order = matches!(events.last(), Some(Event::Verdict(Verdict::Order(_))));
        assert!(!is_order || after != before, "{command:?} left no trace");
        before = after;
    }
}
