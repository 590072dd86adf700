use types::Timestamp;

use super::{GateEnd, GateGone, Outbox, Pending, outbox};
use crate::Digest;
use crate::samples::{deposit, deposits};
use crate::submission::{Outcome, Output};

fn put(outbox: &mut Outbox, seq: u64) {
    outbox.log(0, &deposit(seq));
    ask(outbox, seq);
}

fn ask(outbox: &mut Outbox, seq: u64) {
    let output = Output::Digest(Digest::default());
    outbox.release(Outcome { seq, time: Timestamp(0), origin: None, output });
}

fn received(end: &GateEnd) -> Pending {
    end.filled.try_recv().expect("a batch was handed over")
}

fn give_back(end: &GateEnd) {
    end.emptied.send(Pending::default()).expect("the outbox is there");
}

#[test]
fn a_batch_is_what_came_while_the_one_before_was_at_work() {
    let (mut outbox, end) = outbox(10);
    put(&mut outbox, 1);
    outbox.offer().expect("the gate is there");
    assert_eq!(received(&end).batch, deposits(1..2));
    for seq in 2..5 {
        put(&mut outbox, seq);
        outbox.offer().expect("the gate is there");
        assert!(end.filled.is_empty(), "the log thread is at work");
    }
    assert!(!outbox.is_due());
    give_back(&end);
    assert!(outbox.is_due());
    outbox.offer().expect("the gate is there");
    let pending = received(&end);
    assert_eq!(pending.batch, deposits(2..5));
    assert_eq!(pending.outcomes.len(), 3);
}

#[test]
fn a_batch_is_bounded() {
    let (mut outbox, _end) = outbox(2);
    put(&mut outbox, 1);
    assert!(outbox.has_room());
    put(&mut outbox, 2);
    assert!(!outbox.has_room());
}

#[test]
fn answers_alone_are_handed_over_too() {
    let (mut outbox, end) = outbox(10);
    ask(&mut outbox, 0);
    outbox.offer().expect("the gate is there");
    let pending = received(&end);
    assert!(pending.batch.is_empty());
    assert_eq!(pending.outcomes.len(), 1);
}

#[test]
fn nothing_is_handed_over_when_there_is_nothing() {
    let (mut outbox, end) = outbox(10);
    outbox.offer().expect("the gate is there");
    outbox.flush().expect("the gate is there");
    assert!(end.filled.is_empty());
}

#[test]
fn a_gate_that_is_gone_is_noticed() {
    let (mut outbox, end) = outbox(10);
    put(&mut outbox, 1);
    outbox.offer().expect("the gate is there");
    drop(end);
    assert_eq!(outbox.offer(), Err(GateGone));
    assert_eq!(outbox.flush(), Err(GateGone));
}
