//! The exchange: one state, changed by one command at a time.
//!
//! A command is checked first and refused without a trace, or carried out whole. Here it is handed
//! to the part that knows its chapter of the rulebook; when that has done its work, the positions,
//! levels and margins it touched are reported once, and the verdict comes last.
//!
//! Everything the exchange holds is held here; the parts below it take values and give values.

mod account;
mod accounts;
mod audit;
mod check;
mod delivering;
mod expiry;
mod listing;
mod market;
mod metering;
mod orders;
mod payments;
mod preview;
mod report;
mod requests;
mod schedule;
mod settling;
mod snapshot;
mod trading;

use std::collections::{BTreeMap, BTreeSet};

use types::{
    AccountId, Command, Event, InstrumentId, MarketTerms, Mills, OrderVerdict, ProductId,
    ProductTerms, Refusal, RejectReason, Sequenced, Tenor, Ticks, Timestamp, Verdict,
};

use crate::book::Orders;
use crate::calendar::Calendar;
use crate::delivery::Deliveries;
use crate::ledger::Ledger;
use crate::matching::Match;
use account::Account;
use market::Market;
use report::Touched;
pub use snapshot::Snapshot;

/// The whole exchange.
///
/// See the [crate page](crate) for an example.
#[derive(Debug, Default)]
pub struct Exchange {
    seq: u64,
    now: Timestamp,
    terms: Option<Box<MarketTerms>>,
    markets: Vec<Market>,
    listed: BTreeMap<(ProductId, Tenor), InstrumentId>,
    indexes: BTreeMap<ProductId, Ticks>,
    accounts: BTreeMap<AccountId, Account>,
    orders: Orders,
    ledger: Ledger,
    deliveries: Deliveries,
    /// The last full hour whose timers have fired.
    last_hour: Timestamp,
    trades: u64,
    /// Accounts that were suspended since the clock last advanced; their orders go when it does.
    suspended: BTreeSet<AccountId>,
    touched: Touched,
    /// The matches of the order at hand; kept so that matching does not allocate.
    matches: Vec<Match>,
}

/// What a command came to, before it is stamped with sequence numbers.
#[derive(Clone, Copy)]
enum Done {
    /// Nothing to say but that it is done.
    Plain,
    /// An order was placed.
    Placed(OrderVerdict),
    /// An order was amended or cancelled.
    Changed(OrderVerdict),
    /// The request had been made before; this is its first answer.
    Repeated(OrderVerdict),
    /// So many orders of the account were cancelled.
    Canceled(AccountId, u64),
}

impl Exchange {
    /// An exchange before its first command.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies one command and appends what happened to `out`. The last event is the verdict; of a
    /// refused command it is the only one.
    ///
    /// # Panics
    /// When the command is out of sequence or before the one before it, or when an invariant of the
    /// exchange is broken; never because of what a command asks for.
    pub fn apply(&mut self, command: &Sequenced<Command>, out: &mut Vec<Event>) {
        assert!(command.seq == self.seq + 1, "seq {} after {}", command.seq, self.seq);
        assert!(self.now <= command.time, "time goes back at seq {}", command.seq);
        self.seq = command.seq;
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
            Command::PledgeNodes { account, instrument, nodes, proof } => {
                self.pledge(*account, *instrument, nodes, proof, out)
            }
            Command::MeterHour { account, instrument, hour, readings, proof } => {
                self.meter(*account, *instrument, *hour, readings, proof)
            }
        }
    }

    fn verdict(&mut self, done: Done, command: &Command) -> Verdict {
        match done {
            Done::Plain => Verdict::Done,
            Done::Repeated(first) => Verdict::Order(first),
            Done::Canceled(account, count) => {
                Verdict::Canceled { count, acct_seq: self.accounts[&account].acct_seq() }
            }
            Done::Changed(verdict) => Verdict::Order(self.stamped(verdict, command)),
            Done::Placed(verdict) => {
                let verdict = self.stamped(verdict, command);
                if let Command::PlaceOrder(order) = command {
                    self.account_mut(order.account).requests.answered(order, verdict);
                }
                Verdict::Order(verdict)
            }
        }
    }

    fn stamped(&self, verdict: OrderVerdict, command: &Command) -> OrderVerdict {
        let account = match command {
            Command::PlaceOrder(order) => order.account,
            Command::AmendOrder(amend) => amend.account,
            Command::CancelOrder { account, .. } => *account,
            _ => unreachable!("only these three are about one order"),
        };
        let eseq = self.market(verdict.instrument).eseq();
        OrderVerdict { eseq, acct_seq: self.accounts[&account].acct_seq(), ..verdict }
    }

    /// All money of all purses: always nothing.
    #[must_use]
    pub fn ledger_total(&self) -> Mills {
        self.ledger.total()
    }

    fn terms(&self) -> &MarketTerms {
        self.terms.as_ref().expect("commands before the market opens are refused")
    }

    fn product(&self, id: ProductId) -> &ProductTerms {
        &self.terms().product[usize::from(id.0)]
    }

    fn calendar(&self) -> Calendar<'_> {
        let terms = self.terms();
        Calendar { holidays: &terms.holidays, settlement_hour: terms.settlement_hour }
    }

    fn market(&self, id: InstrumentId) -> &Market {
        &self.markets[index(id)]
    }

    fn market_mut(&mut self, id: InstrumentId) -> &mut Market {
        &mut self.markets[index(id)]
    }

    fn find_market(&self, id: InstrumentId) -> Result<&Market, Refusal> {
        self.markets.get(index(id)).ok_or(RejectReason::UnknownInstrument.into())
    }

    fn find_account(&self, id: AccountId) -> Result<&Account, Refusal> {
        self.accounts.get(&id).ok_or(RejectReason::UnknownAccount.into())
    }

    fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts.get_mut(&id).expect("an account that was found exists for ever")
    }
}

fn index(id: InstrumentId) -> usize {
    usize::try_from(id.0).expect("32 bits fit in an index")
}
