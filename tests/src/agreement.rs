//! Engine and model side by side: the same commands must give the same transcript.
//!
//! A disagreement is narrowed down before it is shown, to as few commands as still disagree, written
//! as a scenario.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::Exchange;
use types::{Command, Event, Sequenced, Timestamp};

use crate::conservation::Conservation;
use crate::model::Model;
use crate::scenario;
use crate::transcript::Transcript;
use crate::{golden, workload};

/// Commands between two checks of the whole exchange by its own audit.
const AUDIT_EVERY: u64 = 64;

/// Two exchanges that are told the same.
#[derive(Default)]
struct Pair {
    engine: Exchange,
    model: Model,
    told_by_engine: Transcript,
    told_by_model: Transcript,
    conserved: Conservation,
    said: Vec<Event>,
    expected: Vec<Event>,
}

impl Pair {
    /// Where the two disagree about a command, in words.
    fn apply(&mut self, command: &Sequenced<Command>) -> Result<(), String> {
        self.said.clear();
        self.expected.clear();
        self.engine.apply(command, &mut self.said);
        self.model.apply(command, &mut self.expected);
        let actual = self.told_by_engine.lines(&self.said).join("\n");
        let expected = self.told_by_model.lines(&self.expected).join("\n");
        if let Some(difference) = golden::difference(&expected, &actual) {
            return Err(format!("the engine does not say what the model says, {difference}"));
        }
        self.conserved.check(&self.said);
        if command.seq.is_multiple_of(AUDIT_EVERY) {
            self.engine.audit();
        }
        Ok(())
    }
}

/// What was wrong with the first command that went wrong, and its place.
#[must_use]
pub fn first_difference(log: &[Sequenced<Command>]) -> Option<(usize, String)> {
    let mut pair = Pair::default();
    for (at, command) in log.iter().enumerate() {
        // A broken invariant stops the process; here it is one more way to disagree.
        let applied = catch_unwind(AssertUnwindSafe(|| pair.apply(command)));
        match applied {
            Ok(Ok(())) => {}
            Ok(Err(difference)) => return Some((at, difference)),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
                return Some((at, format!("panic: {}", text.unwrap_or_default())));
            }
        }
    }
    None
}

/// The fewest commands that still go wrong, found by leaving out ever smaller parts.
#[must_use]
pub fn shrink(mut log: Vec<Sequenced<Command>>) -> Vec<Sequenced<Command>> {
    let mut part = log.len() / 2;
    while 0 < part {
        let mut at = 0;
        while at < log.len() {
            let end = (at + part).min(log.len());
            let fewer = renumbered(log[..at].iter().chain(&log[end..]));
            match first_difference(&fewer) {
                Some((last, _)) if last + 1 < log.len() => log = fewer[..=last].to_vec(),
                Some(_) | None => at = end,
            }
        }
        part /= 2;
    }
    log
}

/// A log as the scenario that it is.
#[must_use]
pub fn as_scenario(log: &[Sequenced<Command>]) -> String {
    let mut before = Timestamp(0);
    let mut text = String::from(workload::MARKET);
    for command in log {
        text += &scenario::write(command, before);
        text.push('\n');
        before = command.time;
    }
    text
}

/// The commands as a log of their own, in which the clock is still the first to enter an hour.
fn renumbered<'a>(
    commands: impl Iterator<Item = &'a Sequenced<Command>>,
) -> Vec<Sequenced<Command>> {
    let mut log: Vec<Sequenced<Command>> = Vec::new();
    for command in commands {
        let hour = command.time.hour_start();
        let is_new_hour = log.last().is_some_and(|before| before.time.hour_start() < hour);
        if is_new_hour && command.value != Command::ClockAdvanced {
            log.push(Sequenced { seq: 0, time: command.time, value: Command::ClockAdvanced });
        }
        log.push(command.clone());
    }
    for (command, seq) in log.iter_mut().zip(1..) {
        command.seq = seq;
    }
    log
}
