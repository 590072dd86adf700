use super::recover;
use crate::log::{CommandLog, Head, MemoryLog};
use crate::samples::{deposit, deposits};
use crate::{Digest, Recovery};

#[test]
fn every_command_is_replayed_once_in_order_with_its_events() {
    let mut log = MemoryLog::default();
    log.append(&deposits(1..4)).expect("memory");
    log.append(&deposits(4..6)).expect("memory");
    let mut seen = Vec::new();
    let (exchange, recovery) = recover(&log, |command, events| {
        assert!(!events.is_empty(), "each command has a verdict");
        seen.push(command.clone());
    })
    .expect("memory");
    assert_eq!(seen, (1..6).map(deposit).collect::<Vec<_>>());
    assert_eq!(recovery, Recovery { head: log.head(), bytes: log.bytes(), cut: None });
    let (again, _) = recover(&log, |_, _| ()).expect("memory");
    assert_eq!(Digest::of(&exchange), Digest::of(&again));
}

#[test]
fn an_empty_log_gives_an_exchange_before_its_first_command() {
    let (exchange, recovery) =
        recover(&MemoryLog::default(), |_, _| panic!("there is none")).expect("memory");
    assert_eq!(recovery.head, Head::default());
    assert_eq!(Digest::of(&exchange), Digest::of(&engine::Exchange::new()));
}
