//! A second exchange, written to be obvious: lists that are searched from end to end, and sums that
//! are worked out again each time they are asked for.
//!
//! It follows the rulebook chapter by chapter, shares nothing with the engine but the vocabulary,
//! and must tell the same transcript. It numbers its orders 1, 2, 3, which a transcript leaves out.
//!
//! Not here: delivery in GPU-hours (chapter 9), so its markets end in money, and orders named by
//! the exchange's own ids.

mod accounts;
mod calendar;
mod check;
mod clock;
mod matching;
mod orders;
mod report;
mod risk;
mod state;

use std::collections::BTreeSet;

use types::{
    AccountId, Command, Event, InstrumentId, MarketTerms, OrderVerdict, Refusal, RejectReason,
    Sequenced, Side, Ticks, Timestamp, Verdict,
};

use state::{Account, Contract, Order, Trade};

/// The naive exchange.
#[derive(Debug, Default)]
pub struct Model {
    now: Timestamp,
    last_hour: Timestamp,
    terms: Option<MarketTerms>,
    contracts: Vec<Contract>,
    accounts: Vec<Account>,
    /// Orders that have not ended, in the order in which they came.
    orders: Vec<Order>,
    /// Counts orders, and with them who is earlier at a price.
    turns: u64,
    trades: Vec<Trade>,
    touched: Touched,
}

/// What the command at hand has changed.
#[derive(Debug, Default)]
struct Touched {
    positions: BTreeSet<(AccountId, InstrumentId)>,
    levels: BTreeSet<(InstrumentId, Side, Ticks)>,
    accounts: BTreeSet<AccountId>,
}

/// How a command ended.
#[derive(Clone, Copy)]
enum Done {
    Plain,
    Order(AccountId, OrderVerdict),
    Repeated(OrderVerdict),
    Canceled(AccountId, u64),
}

impl Model {
    /// Applies one command and appends what happened.
    pub fn apply(&mut self, command: &Sequenced<Command>, out: &mut Vec<Event>) {
        self.now = command.time;
        let done = self.carry_out(&command.value, out);
        self.report_touched(out);
        let verdict = match done {
            Ok(done) => self.verdict(done, &command.value),
            Err(refusal) => Verdict::Refused(refusal),
        };
        out.push(Event::Verdict(verdict));
    }

    fn carry_out(&mut self, command: &Command, out: &mut Vec<Event>) -> Result<Done, Refusal> {
        if let Command::OpenMarket(terms) = command {
            return self.open_market(terms, out);
        }
        if self.terms.is_none() {
            return Err(RejectReason::MarketNotOpen.into());
        }
        match command {
            Command::OpenMarket(_) => unreachable!("handled above"),
            Command::ClockAdvanced => Ok(self.advance(out)),
            Command::OpenAccount { account, name, key } => {
                self.open_account(*account, name, *key, out)
            }
            Command::Deposit { account, amount } => self.deposit(*account, *amount, out),
            Command::PlaceOrder(order) => self.place(order, out),
            Command::AmendOrder(amend) => self.amend(amend, out),
            Command::CancelOrder { account, order } => self.cancel(*account, order, out),
            Command::CancelOrders(which) => self.cancel_all(which, out),
            Command::ChangePhase { instrument, change } => {
                self.change_phase(*instrument, *change, out)
            }
            Command::PublishIndex { product, price } => self.publish_index(*product, *price, out),
            Command::PledgeNodes { .. } | Command::MeterHour { .. } => {
                panic!("the markets of the model end in money")
            }
        }
    }

    fn verdict(&mut self, done: Done, command: &Command) -> Verdict {
        match done {
            Done::Plain => Verdict::Done,
            Done::Repeated(first) => Verdict::Order(first),
            Done::Canceled(account, count) => {
                Verdict::Canceled { count, acct_seq: self.account(account).acct_seq }
            }
            Done::Order(account, verdict) => {
                let eseq = self.contract(verdict.instrument).eseq;
                let acct_seq = self.account(account).acct_seq;
                let verdict = OrderVerdict { eseq, acct_seq, ..verdict };
                if let Command::PlaceOrder(order) = command {
                    self.account_mut(account).remember_answer(order.client_order_id, verdict);
                }
                Verdict::Order(verdict)
            }
        }
    }

    fn terms(&self) -> &MarketTerms {
        self.terms.as_ref().expect("commands before the market opens are refused")
    }

    fn contract(&self, id: InstrumentId) -> &Contract {
        self.contracts.iter().find(|contract| contract.id() == id).expect("a listed contract")
    }

    fn contract_mut(&mut self, id: InstrumentId) -> &mut Contract {
        self.contracts.iter_mut().find(|contract| contract.id() == id).expect("a listed contract")
    }

    fn account(&self, id: AccountId) -> &Account {
        self.accounts.iter().find(|account| account.id == id).expect("an open account")
    }

    fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts.iter_mut().find(|account| account.id == id).expect("an open account")
    }
}
