//! What goes into the sequencer and what comes out.

use types::{AccountId, Command, Event, MarginDetail, NewOrder, Preview, Refusal, Timestamp};

use crate::Digest;

/// A ticket of whoever submitted, handed back with the outcome. It is not logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(pub u64);

/// What is asked of the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// May change it: gets a sequence number and goes into the log.
    Command(Command),
    /// What an order would do. Changes nothing and is not logged.
    Preview(NewOrder),
    /// What an account has and must have. Changes nothing and is not logged.
    Margin(AccountId),
    /// Fires the timers that are due, as [`Command::ClockAdvanced`]. [`Clock::Stepped`] first goes
    /// to this time, unless it is there already; other clocks run by themselves.
    ///
    /// [`Clock::Stepped`]: crate::Clock::Stepped
    Step(Timestamp),
    /// The digest of everything the exchange is. Changes nothing and is not logged. It takes time
    /// in proportion to the exchange, and every command waits for it.
    Digest,
}

/// A request and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Comes back with the outcome.
    pub origin: Option<Origin>,
    /// Who caused it: the number of a session, or 0 for the exchange and its operator. It is logged.
    pub author: u64,
    /// What is asked.
    pub request: Request,
}

/// What came of a request. It leaves the sequencer when every command up to `seq` is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Place of the command in the log; of a question, that of the last command before it.
    pub seq: u64,
    /// When it was stamped.
    pub time: Timestamp,
    /// Who asked; `None` for what the clock did.
    pub origin: Option<Origin>,
    /// The answer.
    pub output: Output,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// What happened because of a command; the last event is its verdict.
    Events(Vec<Event>),
    /// What the order would do, or the refusal it would get.
    Preview(Box<Result<Preview, Refusal>>),
    /// What the account has and must have, or why that cannot be said.
    Margin(Box<Result<MarginDetail, Refusal>>),
    /// The digest after `seq`.
    Digest(Digest),
}
