//! Engine and model side by side: the same commands must give the same transcript.
//!
//! A disagreement is narrowed down before it is shown, to as few commands as still disagree, written
//! as a scenario.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::{Exchange, Structure};
use types::{
    AccountFact, AmendOrder, Command, Event, OrderChange, OrderId, OrderRef, Sequenced, Side,
    Timestamp,
};

use crate::conservation::Conservation;
use crate::model::Model;
use crate::scenario;
use crate::transcript::Transcript;
use crate::view::View;
use crate::{golden, workload};

/// Commands between two checks of the whole exchange by its own audit.
const AUDIT_EVERY: u64 = 64;

/// Two exchanges that are told the same, one of them with both structures of its books.
struct Pair {
    engine: Exchange,
    sorted: Exchange,
    model: Model,
    told_by_engine: Transcript,
    told_by_model: Transcript,
    conserved: Conservation,
    said: Vec<Event>,
    said_by_sorted: Vec<Event>,
    expected: Vec<Event>,
    /// The model's numbers of all orders that were entered.
    entered: Vec<OrderId>,
}

impl Pair {
    fn new() -> Self {
        Self {
            engine: Exchange::with_books(Structure::Ladder),
            sorted: Exchange::with_books(Structure::Sorted),
            model: Model::default(),
            told_by_engine: Transcript::default(),
            told_by_model: Transcript::default(),
            conserved: Conservation::default(),
            said: Vec::new(),
            said_by_sorted: Vec::new(),
            expected: Vec::new(),
            entered: Vec::new(),
        }
    }

    /// Where the two disagree about a command, in words.
    fn apply(&mut self, command: &Sequenced<Command>) -> Result<(), String> {
        self.said.clear();
        self.said_by_sorted.clear();
        self.expected.clear();
        let for_engine = for_engine(command, self.conserved.view());
        let for_model = renamed(command, |count| nth(&self.entered, count));
        self.engine.apply(&for_engine, &mut self.said);
        self.sorted.apply(&for_engine, &mut self.said_by_sorted);
        if self.said != self.said_by_sorted {
            return Err("the two structures of a book say different things".to_owned());
        }
        self.model.apply(&for_model, &mut self.expected);
        self.entered.extend(self.expected.iter().filter_map(entered));
        let actual = self.told_by_engine.lines(&self.said).join("\n");
        let expected = self.told_by_model.lines(&self.expected).join("\n");
        if let Some(difference) = golden::difference(&expected, &actual) {
            return Err(format!("the engine does not say what the model says, {difference}"));
        }
        self.conserved.check(&self.said);
        self.compare_books()?;
        if command.seq.is_multiple_of(AUDIT_EVERY) {
            self.engine.audit();
        }
        Ok(())
    }
}

impl Pair {
    /// All that everybody sees, as it was told by the engine level by level, is what the model has.
    fn compare_books(&self) -> Result<(), String> {
        for contract in self.conserved.view().contracts.values() {
            for side in Side::BOTH {
                let seen = contract.depth(side);
                let expected = self.model.depth(contract.instrument.id, side);
                if *seen != expected {
                    let symbol = &contract.instrument.symbol;
                    return Err(format!("{side:?} of {symbol} is {seen:?}, not {expected:?}"));
                }
            }
        }
        Ok(())
    }
}

/// What was wrong with the first command that went wrong, and its place.
#[must_use]
pub fn first_difference(log: &[Sequenced<Command>]) -> Option<(usize, String)> {
    let mut pair = Pair::new();
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

/// A log of the stream of a seed as the scenario that it is.
#[must_use]
pub fn as_scenario(seed: u64, log: &[Sequenced<Command>]) -> String {
    let mut before = Timestamp(0);
    let mut text = workload::market(seed);
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

/// A command of a stream as the exchange takes it, with the exchange's own numbers of orders.
#[must_use]
pub fn for_engine(command: &Sequenced<Command>, view: &View) -> Sequenced<Command> {
    renamed(command, |count| view.entered(count))
}

/// A command that names an order by the count of orders entered names it by its number instead.
fn renamed(command: &Sequenced<Command>, number: impl Fn(u64) -> OrderId) -> Sequenced<Command> {
    let mut command = command.clone();
    if let Command::AmendOrder(AmendOrder { order: OrderRef::Exchange(id), .. })
    | Command::CancelOrder { order: OrderRef::Exchange(id), .. } = &mut command.value
    {
        *id = number(id.0);
    }
    command
}

fn nth(entered: &[OrderId], count: u64) -> OrderId {
    let at = usize::try_from(count).ok().and_then(|count| count.checked_sub(1));
    at.and_then(|at| entered.get(at)).copied().unwrap_or(OrderId(u64::MAX))
}

fn entered(event: &Event) -> Option<OrderId> {
    match event {
        Event::Account { fact: AccountFact::Order(report), .. }
            if report.change == OrderChange::New =>
        {
            Some(report.order_id)
        }
        _ => None,
    }
}
