//! An exchange that follows a log record by record, with what is derived beside it.
//!
//! Recovery, the replica and `verify` all go through here, so a record that must be passed over is
//! passed over by all of them, and one that breaks the exchange is named by all of them.

use std::panic::{self, AssertUnwindSafe};

use engine::Exchange;
use types::Event;

use crate::ahead::read_ahead;
use crate::chain::Chain;
use crate::derived::Derived;
use crate::log::{Head, Logged};
use crate::quarantine::Quarantine;
use crate::{Digest, Error};

/// An exchange and where in the log it stands.
#[derive(Debug, Default)]
pub(crate) struct Replay<D> {
    pub(crate) exchange: Exchange,
    pub(crate) derived: D,
    pub(crate) chain: Chain,
    events: Vec<Event>,
}

impl<D: Derived> Replay<D> {
    /// An exchange that goes on behind a record.
    pub(crate) fn behind(head: Head, exchange: Exchange, derived: D) -> Self {
        Self { exchange, derived, chain: Chain::behind(head), events: Vec::new() }
    }

    /// The last record.
    pub(crate) fn head(&self) -> Head {
        self.chain.head()
    }

    /// Applies the next record and says what came of it; of one that is quarantined, nothing comes.
    ///
    /// After an error this is not used any more.
    ///
    /// # Errors
    /// When it breaks the exchange, or is not the one that was quarantined.
    pub(crate) fn step(
        &mut self,
        logged: &Logged,
        quarantine: &Quarantine,
    ) -> Result<&[Event], Error> {
        self.chain.add(logged);
        self.carry_out(logged, quarantine)?;
        Ok(&self.events)
    }

    /// As [`Self::step`], of a record that was linked while it was read.
    fn step_linked(
        &mut self,
        logged: &Logged,
        head: Head,
        quarantine: &Quarantine,
    ) -> Result<&[Event], Error> {
        self.chain.go_to(head);
        self.carry_out(logged, quarantine)?;
        Ok(&self.events)
    }

    fn carry_out(&mut self, logged: &Logged, quarantine: &Quarantine) -> Result<(), Error> {
        let command = &logged.command;
        self.events.clear();
        let head = self.chain.head();
        if quarantine.passes_over(&head)? {
            self.exchange.pass_over(command.seq, command.time);
            return Ok(());
        }
        let apply = || {
            self.exchange.apply(command, &mut self.events);
            self.derived.apply(command, &self.events);
        };
        let poison = |text| Error::Poison { seq: head.seq, record: head.chain, text };
        whole(apply).map_err(poison)
    }

    /// What came of the last record.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    /// Applies all of these records.
    ///
    /// # Errors
    /// When one cannot be read or applied.
    pub(crate) fn run(
        &mut self,
        records: impl Iterator<Item = Result<Logged, Error>> + Send,
        quarantine: &Quarantine,
    ) -> Result<(), Error> {
        self.run_with(records, quarantine, |_, _| ())
    }

    /// As [`Self::run`], and hands each record to `each` with what came of it.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(crate) fn run_with(
        &mut self,
        records: impl Iterator<Item = Result<Logged, Error>> + Send,
        quarantine: &Quarantine,
        mut each: impl FnMut(&Logged, &[Event]),
    ) -> Result<(), Error> {
        read_ahead(self.head(), records, |logged, head| {
            each(logged, self.step_linked(logged, head, quarantine)?);
            Ok(())
        })
    }

    /// The digest of everything the exchange is.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.exchange)
    }
}

/// Does it, or says in words which invariant did not hold. What was worked on is not used after
/// that.
pub(crate) fn whole<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast::<&str>().map_or_else(|_| String::new(), |t| t.to_string()),
    })
}
