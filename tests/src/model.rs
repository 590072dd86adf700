//! A second exchange, written to be obvious: lists that are searched from end to end, and sums that
//! are worked out again each time they are asked for.
//!
//! It follows the rulebook chapter by chapter, shares nothing with the engine but the vocabulary,
//! and must tell the same transcript. It numbers its orders 1, 2, 3, which a transcript leaves out.
//!
//! Not here: delivery in GPU-hours (chapter 9), so its markets end in money, and the method of the index
//! (chapter 12).

mod accounts;
mod admins;
mod allocation;
mod auction;
mod blocks;
mod calendar;
mod calls;
mod check;
mod clock;
mod combinations;
mod defaults;
mod enforce;
mod expiry;
mod implied;
mod limits;
mod matching;
mod orders;
mod phases;
mod prices;
mod quotes;
mod ranges;
mod report;
mod risk;
mod settlement;
mod state;
mod statements;
mod stops;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use types::terms::FeeTerms;
use types::{
    AccountId, Command, Event, InstrumentId, Lots, MarketTerms, MemberId, Mills, OrderId,
    OrderState, OrderVerdict, Priority, ProductId, ProductTerms, PublicKey, Quoted, Refusal,
    RejectReason, Sequenced, Side, Ticks, Timestamp, Verdict,
};

use quotes::Leg;
use state::{Account, Contract, Order, Trade};

/// The naive exchange.
#[derive(Debug, Default)]
pub struct Model {
    now: Timestamp,
    /// When what happens now was due: the time of the command, or of the timer that fires.
    at: Timestamp,
    last_hour: Timestamp,
    /// When contracts were last called for a settlement.
    last_call: Timestamp,
    terms: Option<MarketTerms>,
    /// What days have moved each product.
    days: Vec<ranges::Days>,
    contracts: Vec<Contract>,
    accounts: Vec<Account>,
    /// Orders that have not ended, in the order in which they came.
    orders: Vec<Order>,
    /// Counts orders, and with them who is earlier at a price.
    turns: u64,
    trades: Vec<Trade>,
    /// Fees that hold after the next settlement.
    fees_to_come: Vec<FeeTerms>,
    /// Lots that were attested.
    capacities: BTreeMap<ProductId, Lots>,
    member_credits: BTreeMap<MemberId, Option<Mills>>,
    /// What the house has left of its capital.
    house: i128,
    /// Accounts of the house whose losses nobody could pay.
    unpaid: BTreeSet<AccountId>,
    /// When the house may sell the next slice of what it holds in each of its accounts.
    next_slices: BTreeMap<AccountId, Timestamp>,
    /// How many slices there were.
    slices: u64,
    /// What positions gained at the settlement at hand.
    gained: Vec<(AccountId, InstrumentId, i128)>,
    /// Gains kept back at it, and losses forgiven.
    kept_back: Vec<(AccountId, Mills)>,
    /// Every nonce that an admin has used.
    admins: Vec<(PublicKey, u64)>,
    touched: Touched,
    /// Orders that ended in this command.
    ended: Vec<(Order, OrderState)>,
}

/// What the command at hand has changed.
#[derive(Debug, Default)]
struct Touched {
    positions: BTreeSet<(AccountId, InstrumentId)>,
    levels: BTreeSet<(InstrumentId, Side, Ticks)>,
    accounts: BTreeSet<AccountId>,
}

/// How a command ended.
enum Done {
    Plain,
    Order(AccountId, OrderId, Option<Priority>),
    Repeated(OrderVerdict),
    Canceled(AccountId, u64),
    CanceledInAll(u64),
    Administered { done: u64, refused: u64, canceled: u64 },
    Quotes(AccountId, Vec<Leg>),
    Listed(InstrumentId),
}

impl Model {
    /// Applies one command and appends what happened.
    pub fn apply(&mut self, command: &Sequenced<Command>, out: &mut Vec<Event>) {
        self.now = command.time;
        self.at = command.time;
        self.ended.clear();
        let done = self.carry_out(&command.value, out);
        if done.is_ok() {
            self.pull_quotes(out);
            self.enforce_reduce_only(out);
            self.halt_at_edges(out);
        }
        self.report_touched(out);
        let verdict = match done {
            Ok(done) => self.verdict(done, &command.value),
            Err(refusal) => Verdict::Refused(refusal),
        };
        out.push(Event::Verdict(verdict));
    }

    /// All that everybody sees at each price of one side.
    #[must_use]
    pub fn depth(&self, instrument: InstrumentId, side: Side) -> BTreeMap<Ticks, Lots> {
        let mut depth = BTreeMap::new();
        for order in self.orders.iter().filter(|o| o.is_in(instrument) && o.side == side) {
            *depth.entry(order.price).or_default() += order.shown;
        }
        depth
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
            Command::QuoteMany(quotes) => self.quote(quotes, out),
            Command::ProtectQuotes { account, group, protection } => {
                self.protect(*account, *group, *protection, out)
            }
            Command::ResetQuotes { account, group } => self.reset_quotes(*account, *group, out),
            Command::ThrowKillSwitch { account, is_thrown } => {
                self.throw_kill_switch(*account, *is_thrown, out)
            }
            Command::DefineCombination { account, legs } => self.define(*account, legs, out),
            Command::TradeBlock(block) => self.trade_block(block, out),
            Command::AppointMaker { account, product, is_appointed } => {
                self.appoint(*account, *product, *is_appointed, out)
            }
            Command::ChangePhase { instrument, change } => {
                self.change_phase(*instrument, *change, out)
            }
            Command::ChangeBand { instrument, permille } => {
                self.change_band(*instrument, *permille, out)
            }
            Command::Restarted => Ok(self.restart(out)),
            Command::PublishIndex { product, price } => self.publish_index(*product, *price, out),
            Command::AttestCapacity { product, lots } => self.attest(*product, *lots),
            Command::ExemptHedger { account, product, lots } => {
                self.exempt(*account, *product, *lots, out)
            }
            Command::JoinMember { account, member } => self.join(*account, *member, out),
            Command::LimitCredit { party, most } => self.limit_credit(*party, *most, out),
            Command::CancelMember(member) => self.cancel_member(*member, out),
            Command::ThrowMemberSwitch { member, is_thrown } => {
                self.throw_member_switch(*member, *is_thrown, out)
            }
            Command::Administer(act) => self.administer(act, out),
            Command::Reinstate { account } => self.reinstate(*account, out),
            Command::ChangeTerms(change) => self.change_terms(*change, out),
            Command::Withdraw { account, amount, proof } => {
                self.pay_out(*account, *amount, proof.nonce, out)
            }
            Command::Attest(_) => Ok(Done::Plain),
            Command::AppointReporter { .. } | Command::ObserveIndex { .. } => {
                panic!("the index of the model is the operator's")
            }
            Command::PledgeNodes { .. }
            | Command::MeterHour { .. }
            | Command::RegisterNodes { .. }
            | Command::RetireNodes { .. }
            | Command::AttestNodes { .. }
            | Command::AppointAttestor { .. }
            | Command::PreferDelivery { .. }
            | Command::TenderBlocks { .. }
            | Command::ElectAlternative { .. }
            | Command::TestNodes { .. }
            | Command::ReplaceNode { .. }
            | Command::CountersignHour { .. }
            | Command::DisputeHour(_)
            | Command::AppointProbe { .. }
            | Command::ProbeHour(_)
            | Command::WaiveHours { .. }
            | Command::OfferStandby { .. }
            | Command::BidStandby { .. }
            | Command::PostBond { .. }
            | Command::ReleaseBond { .. }
            | Command::TransferObligation { .. }
            | Command::AcceptObligation { .. } => {
                panic!("the markets of the model end in money")
            }
        }
    }

    fn verdict(&mut self, done: Done, command: &Command) -> Verdict {
        match done {
            Done::Plain => Verdict::Done,
            Done::Listed(id) => Verdict::Listed(id),
            Done::Repeated(first) => Verdict::Order(first),
            Done::Canceled(account, count) => {
                Verdict::Canceled { count, acct_seq: self.account(account).acct_seq }
            }
            Done::Administered { done, refused, canceled } => {
                Verdict::Administered { done, refused, canceled }
            }
            Done::CanceledInAll(count) => Verdict::Canceled { count, acct_seq: 0 },
            Done::Quotes(account, legs) => {
                let results = legs.into_iter().map(|leg| leg.verdict(|id| self.quoted(id)));
                let results = results.collect();
                Verdict::Quotes { results, acct_seq: self.account(account).acct_seq }
            }
            Done::Order(account, id, priority) => {
                let (order, state) = self.standing(id);
                let eseq = self.contract(order.instrument).eseq;
                let acct_seq = self.account(account).acct_seq;
                let verdict = OrderVerdict { eseq, acct_seq, priority, ..order.verdict(state) };
                if let Command::PlaceOrder(order) = command {
                    self.account_mut(account).remember_answer(order.client_order_id, verdict);
                }
                Verdict::Order(verdict)
            }
        }
    }

    /// Where an order stands at the end of the command that it came or changed in.
    fn standing(&self, id: OrderId) -> (Order, OrderState) {
        if let Some(order) = self.orders.iter().find(|order| order.id == id) {
            return (*order, OrderState::Open);
        }
        *self.ended.iter().find(|(order, _)| order.id == id).expect("it ended in this command")
    }

    fn quoted(&self, id: OrderId) -> Quoted {
        let (order, state) = self.standing(id);
        let is_open = state == OrderState::Open;
        let rests = if is_open { order.leaves() } else { Lots::ZERO };
        Quoted { filled: order.filled, rests }
    }

    fn terms(&self) -> &MarketTerms {
        self.terms.as_ref().expect("commands before the market opens are refused")
    }

    fn product(&self, contract: &Contract) -> &ProductTerms {
        &self.terms().product[usize::from(contract.instrument.product.0)]
    }

    fn contract(&self, id: InstrumentId) -> &Contract {
        self.contracts.iter().find(|contract| contract.id() == id).expect("a listed contract")
    }

    fn contract_mut(&mut self, id: InstrumentId) -> &mut Contract {
        self.contracts.iter_mut().find(|contract| contract.id() == id).expect("a listed contract")
    }

    fn contract_ids(&self) -> Vec<InstrumentId> {
        self.contracts.iter().map(Contract::id).collect()
    }

    fn account(&self, id: AccountId) -> &Account {
        self.accounts.iter().find(|account| account.id == id).expect("an open account")
    }

    fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts.iter_mut().find(|account| account.id == id).expect("an open account")
    }
}
