//! From a log to the exchange it describes.

use engine::Exchange;
use types::{Command, Event, Sequenced};

use crate::Error;
use crate::log::{CommandLog, Head, TornTail};

/// What a recovery found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The last record. Its number is also how many there are.
    pub head: Head,
    /// Bytes the log takes.
    pub bytes: u64,
    /// What was cut off: a batch that a crash had torn.
    pub cut: Option<TornTail>,
}

/// Replays a log from its first record and hands each command to `each` with what came of it.
///
/// # Errors
/// When the log cannot be read.
pub fn recover<L: CommandLog>(
    log: &L,
    mut each: impl FnMut(&Sequenced<Command>, &[Event]),
) -> Result<(Exchange, Recovery), Error> {
    let mut exchange = Exchange::new();
    let mut events = Vec::new();
    let mut last = 0;
    for record in log.read(1)? {
        let command = record?;
        events.clear();
        exchange.apply(&command, &mut events);
        each(&command, &events);
        last = command.seq;
    }
    assert_eq!(last, log.head().seq, "a log reads back what it says it has");
    let recovery = Recovery { head: log.head(), bytes: log.bytes(), cut: log.cut().cloned() };
    Ok((exchange, recovery))
}

#[cfg(test)]
mod tests;
