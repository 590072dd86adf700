//! Carrying out a scenario, one statement after another.

use engine::Exchange;
use types::{AccountId, Command, Event, Mills, Proof, PublicKey, Sequenced, Timestamp, Verdict};

use super::names::Names;
use super::setup::Setup;
use super::words::{Problem, Words, span};
use super::{Statement, checks, command, delivery, expect, operator, outcome};
use crate::conservation::Conservation;

/// A scenario on its way.
#[derive(Default)]
pub(super) struct Run {
    setup: Setup,
    venue: Venue,
}

/// The exchange and what has been heard of it.
#[derive(Default)]
struct Venue {
    exchange: Exchange,
    names: Names,
    heard: Conservation,
    now: Timestamp,
    log: Vec<Sequenced<Command>>,
}

impl Run {
    /// Carries out a statement and compares what happened with what is written.
    pub(super) fn statement(&mut self, statement: &Statement<'_>) -> Result<(), Problem> {
        let mut words = Words::new(statement.head);
        let verb = words.next("a word")?;
        if checks::is_check(verb) {
            let (names, view) = (&self.venue.names, self.venue.heard.view());
            return checks::check(verb, words, &statement.below, names, view);
        }
        if self.prepare(verb, &mut words)? {
            return words.end();
        }
        if self.venue.names.contract.is_none() {
            return Err("the first statement that acts is `list`".to_owned());
        }
        let events = self.venue.act(verb, &mut words)?;
        let actual = outcome::lines(&events, self.venue.heard.view());
        let below = statement.below.iter().map(|line| Words::new(line).rest());
        let written = std::iter::once(words.rest()).chain(below);
        let expected: Vec<String> = written.filter(|line| !line.is_empty()).collect();
        expect::difference(&expected, &actual).map_or(Ok(()), Err)
    }

    /// Checks the exchange as a whole after the last statement.
    pub(super) fn finish(&self) -> Result<(), Problem> {
        if self.venue.log.is_empty() {
            return Err("nothing happens in this file".to_owned());
        }
        self.venue.exchange.audit();
        Ok(())
    }

    /// The commands so far.
    pub(super) fn into_log(self) -> Vec<Sequenced<Command>> {
        self.venue.log
    }

    /// Statements that set the stage; what they lead to is not compared. False if this is none.
    fn prepare(&mut self, verb: &str, words: &mut Words<'_>) -> Result<bool, Problem> {
        match verb {
            "clock" => self.setup.start = words.time()?,
            "terms" => self.setup.terms(words)?,
            "list" => self.list(words)?,
            "fund" => self.venue.fund(words)?,
            "wait" => {
                let word = words.next("a span of time")?;
                let span = span(word).ok_or_else(|| format!("`{word}` is no span of time"))?;
                self.venue.now = self.venue.now.plus(span);
            }
            "now-ns" => self.venue.now = Timestamp(words.number("nanoseconds")?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn list(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        let mut symbols = Vec::new();
        while words.peek().is_some() {
            symbols.push(words.next("a contract")?);
        }
        let terms = self.setup.market(&symbols)?;
        self.venue.names = Names::of(&terms);
        self.venue.now = self.setup.start;
        self.venue.accepted(Command::OpenMarket(Box::new(terms)))?;
        for symbol in symbols.iter().rev() {
            let contract = Names::contract(&mut Words::new(symbol), self.venue.heard.view())?;
            self.venue.names.contract = Some(contract);
        }
        Ok(())
    }
}

impl Venue {
    /// Applies one command, checks what is conserved, and gives what happened.
    fn apply(&mut self, value: Command) -> Vec<Event> {
        let seq = u64::try_from(self.log.len()).expect("a length fits in 64 bits") + 1;
        let command = Sequenced { seq, time: self.now, value };
        let mut events = Vec::new();
        self.exchange.apply(&command, &mut events);
        self.log.push(command);
        self.heard.check(&events);
        self.exchange.audit();
        events
    }

    /// Applies a command that sets the stage.
    fn accepted(&mut self, command: Command) -> Result<(), Problem> {
        match self.apply(command).pop() {
            Some(Event::Verdict(Verdict::Done)) => Ok(()),
            other => Err(format!("this cannot be set up: {other:?}")),
        }
    }

    /// `fund ann 1000000 bob 5000`: opens accounts and pays money in.
    fn fund(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        while words.peek().is_some() {
            let name = words.next("a name")?;
            let amount = words.dollars()?;
            let account = self.names.open(name);
            let key = PublicKey([u8::try_from(account.0 % 256).expect("below 256"); 32]);
            self.accepted(Command::OpenAccount { account, name: name.to_owned(), key })?;
            if amount != Mills::ZERO {
                self.accepted(Command::Deposit { account, amount })?;
            }
        }
        Ok(())
    }

    fn act(&mut self, verb: &str, words: &mut Words<'_>) -> Result<Vec<Event>, Problem> {
        if verb == "advance" {
            self.now = self.advanced(words)?;
            return Ok(self.apply(Command::ClockAdvanced));
        }
        let command = if operator::is_verb(verb) {
            operator::command(verb, words, &self.names, self.heard.view())?
        } else {
            let account = self.names.account(verb).ok_or_else(|| format!("who is {verb}?"))?;
            if words.took("meters") {
                return self.meter_hours(account, words);
            }
            command::of_account(account, words, &mut self.names, self.heard.view())?
        };
        Ok(self.apply(command))
    }

    /// `advance 5m`, `advance to 2027-01-05 16:00`.
    fn advanced(&self, words: &mut Words<'_>) -> Result<Timestamp, Problem> {
        if words.took("to") {
            return words.time();
        }
        if words.took("to-ns") {
            return words.number("nanoseconds").map(Timestamp);
        }
        let word = words.next("a span of time")?;
        let span = span(word).ok_or_else(|| format!("`{word}` is no span of time"))?;
        Ok(self.now.plus(span))
    }

    /// `bob meters 744 hours from 2027-03-01 1-7=8 8=3 and cat 1-4=8`: at the end of each hour its
    /// receipts.
    fn meter_hours(
        &mut self,
        account: AccountId,
        words: &mut Words<'_>,
    ) -> Result<Vec<Event>, Problem> {
        let hours: i64 = words.number("a number of hours")?;
        words.expect("hours")?;
        words.expect("from")?;
        let first = words.time()?;
        let mut receipts = vec![(account, delivery::readings(words)?)];
        while words.took("and") {
            let name = words.next("an account")?;
            let other = self.names.account(name).ok_or_else(|| format!("who is {name}?"))?;
            receipts.push((other, delivery::readings(words)?));
        }
        let instrument = self.names.contract_or_first(words, self.heard.view())?;
        let mut events = Vec::new();
        for n in 0..hours {
            let hour = first.plus(n * Timestamp::HOUR);
            self.now = hour.plus(Timestamp::HOUR);
            events.extend(self.apply(Command::ClockAdvanced));
            for (account, readings) in receipts.clone() {
                let proof = self.next_proof();
                let receipt = Command::MeterHour { account, instrument, hour, readings, proof };
                events.extend(self.apply(receipt));
            }
        }
        Ok(events)
    }

    fn next_proof(&mut self) -> Proof {
        Proof { payload: Vec::new(), nonce: self.names.next_nonce(), signature: vec![0; 64] }
    }
}
