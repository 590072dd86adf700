//! The exchange: one state, changed by one command at a time.
//!
//! A command is checked first and refused without a trace, or carried out whole. Here it is handed
//! to the part that knows its chapter of the rulebook; when that has done its work, the positions,
//! levels and margins it touched are reported once, and the verdict comes last.
//!
//! Everything the exchange holds is held here; the parts below it take values and give values.

mod accepting;
mod account;
mod accounts;
mod administering;
mod amending;
mod assigning;
mod auctions;
mod audit;
mod blocks;
mod bonds;
mod booking;
mod calls;
mod capping;
mod check;
mod combining;
mod covering;
mod defaulting;
mod delivering;
mod electing;
mod expiry;
mod facts;
mod firms;
mod foretelling;
mod funding;
mod holdings;
mod implied;
mod limits;
mod listing;
mod live;
mod lookup;
mod market;
mod metering;
mod nonces;
mod novating;
mod observing;
mod orders;
mod packages;
mod payments;
mod performing;
mod preview;
mod pricing;
mod qualify;
mod quoting;
mod ranging;
mod receipts;
mod registering;
mod reinstating;
mod relations;
mod replacing;
mod report;
mod requests;
mod schedule;
mod settling;
mod snapshot;
mod statements;
mod taken;
mod tendering;
mod trading;
mod variation;
mod verdict;
mod waiving;
mod warrants;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use book::{Step, Structure};
use types::terms::FeeTerms;
use types::{
    AccountId, Command, Event, InstrumentId, Kind, Lots, MarketTerms, MemberId, Mills, OrderId,
    OrderVerdict, Priority, ProductId, PublicKey, QuoteGroup, Refusal, RejectReason, Sequenced,
    Side, Tenor, Ticks, Timestamp, Verdict,
};

use crate::by_account::ByAccount;
use crate::delivery::Deliveries;
use crate::index::Series;
use crate::ledger::Ledger;
use account::Account;
pub use facts::{Fact, OpenOrder};
use firms::Firm;
use live::Live;
use market::Market;
use nonces::Nonces;
use quoting::Group;
use ranging::Scan;
use report::Touched;
use requests::Requests;
pub use snapshot::Snapshot;
use statements::Marks;

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
    /// Combinations that have not expired.
    combinations: BTreeMap<Kind, InstrumentId>,
    indexes: BTreeMap<ProductId, Ticks>,
    /// What the index is worked out from, by product.
    series: BTreeMap<ProductId, Series>,
    /// Who reports the prices of each product.
    reporters: BTreeSet<(ProductId, AccountId)>,
    /// Scan ranges, product by product.
    scans: Vec<Scan>,
    accounts: ByAccount<Account>,
    /// What accounts asked for, by their own order ids.
    requests: Requests,
    orders: Live,
    /// Market makers of each product.
    makers: BTreeSet<(ProductId, AccountId)>,
    quotes: BTreeMap<(AccountId, QuoteGroup), Group>,
    /// Orders with an end, the earliest first: its time, and how old the order is.
    ends: BTreeSet<(Timestamp, u64, OrderId)>,
    /// What the operator has attested, by product.
    capacities: BTreeMap<ProductId, Lots>,
    /// What accounts need beyond the limit.
    exemptions: BTreeMap<(AccountId, ProductId), Lots>,
    members: BTreeMap<MemberId, Firm>,
    admins: BTreeMap<PublicKey, Nonces>,
    ledger: Ledger,
    deliveries: Deliveries,
    /// Fees that hold from the end of the trading day.
    next_fees: Option<FeeTerms>,
    /// The last full hour whose timers have fired.
    last_hour: Timestamp,
    /// The last daily settlement whose auction has been called.
    last_call: Timestamp,
    trades: u64,
    /// Accounts that could not pay since the clock last advanced; their defaults are cleared when it
    /// does.
    suspended: BTreeSet<AccountId>,
    /// Accounts of the house whose losses nobody could pay, while a settlement goes on.
    unpaid: BTreeSet<AccountId>,
    /// What the settlement at hand has come to, for its statements.
    marks: Marks,
    /// Accounts of the house with positions, and when the next slice of them may be sold.
    estates: BTreeMap<AccountId, Timestamp>,
    /// How many slices there were.
    slices: u64,
    /// Calls for margin, the earliest deadline first.
    calls: BTreeSet<(Timestamp, AccountId)>,
    touched: Touched,
    /// How books are built.
    structure: Structure,
    scratch: Scratch,
}

/// What lives for one command; kept so that commands do not allocate.
#[derive(Debug, Default)]
struct Scratch {
    /// The steps of the order at hand.
    steps: Vec<Step>,
    /// The prices it traded at, and in which contracts.
    prices: Vec<(InstrumentId, Ticks)>,
    /// What an implied trade takes.
    takes: Vec<packages::Take>,
    /// Stops that have been elected and wait in line.
    elected: VecDeque<OrderId>,
    /// Orders the command is about.
    watched: Vec<OrderId>,
    /// Those of them that have ended.
    ended: Vec<OrderVerdict>,
    /// What became of each quote of the command.
    quoted: Vec<(InstrumentId, Side, Result<Option<OrderId>, Refusal>)>,
    /// Quote groups that have traded too much.
    pulled: BTreeSet<(AccountId, QuoteGroup)>,
    /// Contracts that traded at the edge of their band.
    at_edge: Vec<InstrumentId>,
}

/// What a command came to, before it is stamped with sequence numbers.
#[derive(Clone, Copy)]
enum Done {
    /// Nothing to say but that it is done.
    Plain,
    /// An order was placed.
    Placed(OrderId),
    /// An order was amended or cancelled.
    Changed(OrderId, Option<Priority>),
    /// The combination is listed.
    Listed(InstrumentId),
    /// The account's quotes were carried out.
    Quoted(AccountId),
    /// The request had been made before; this is its first answer.
    Repeated(OrderVerdict),
    /// So many orders of the account were cancelled.
    Canceled(AccountId, u64),
    /// So many orders of several accounts were cancelled.
    CanceledInAll(u64),
    /// Admins have acted.
    Administered { done: u64, refused: u64, canceled: u64 },
}

impl Exchange {
    /// An exchange before its first command.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An exchange whose books are built in this way; it tells the same events in every way.
    #[must_use]
    pub fn with_books(structure: Structure) -> Self {
        Self { structure, ..Self::default() }
    }

    /// Applies one command and appends what happened to `out`. The last event is the verdict; of a
    /// refused command it is the only one.
    ///
    /// # Panics
    /// When the command is out of sequence or before the one before it, or when an invariant of the
    /// exchange is broken; never because of what a command asks for.
    pub fn apply(&mut self, command: &Sequenced<Command>, out: &mut Vec<Event>) {
        self.pass_over(command.seq, command.time);
        let done = self.carry_out(&command.value, out);
        self.finish(out);
        let verdict = match done {
            Ok(done) => self.verdict(done, &command.value),
            Err(refusal) => Verdict::Refused(refusal),
        };
        out.push(Event::Verdict(verdict));
        self.scratch.watched.clear();
        self.scratch.ended.clear();
    }

    /// Goes on to the place and time of a command that is not applied: by it nothing changes.
    ///
    /// # Panics
    /// When it is out of sequence or before the one before it.
    pub fn pass_over(&mut self, seq: u64, time: Timestamp) {
        assert!(seq == self.seq + 1, "seq {seq} after {}", self.seq);
        assert!(self.now <= time, "time goes back at seq {seq}");
        self.seq = seq;
        self.now = time;
    }

    /// What the trades of the command bring with them, and the report of what it touched.
    fn finish(&mut self, out: &mut Vec<Event>) {
        self.pull_quotes(out);
        self.keep_reducing(out);
        self.halt_at_edge(out);
        self.report_touched(out);
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
            Command::QuoteMany(many) => self.quote_many(many, out),
            Command::ProtectQuotes { account, group, protection } => {
                self.protect(*account, *group, *protection, out)
            }
            Command::ResetQuotes { account, group } => self.reset_quotes(*account, *group, out),
            Command::ThrowKillSwitch { account, is_thrown } => {
                self.throw_kill_switch(*account, *is_thrown, out)
            }
            Command::DefineCombination { account, legs } => {
                self.define_combination(*account, legs, out)
            }
            Command::TradeBlock(block) => self.trade_block(block, out),
            Command::AppointMaker { account, product, is_appointed } => {
                self.appoint_maker(*account, *product, *is_appointed, out)
            }
            Command::ChangePhase { instrument, change } => {
                self.change_phase(*instrument, *change, out)
            }
            Command::ChangeBand { instrument, permille } => {
                self.change_band(*instrument, *permille, out)
            }
            Command::Restarted => Ok(self.restart(out)),
            Command::PublishIndex { product, price } => self.publish_index(*product, *price, out),
            Command::AppointReporter { account, product, is_appointed } => {
                self.appoint_reporter(*account, *product, *is_appointed, out)
            }
            Command::ObserveIndex { account, product, date, observations, proof } => {
                self.observe(*account, *product, *date, observations, proof)
            }
            Command::PledgeNodes { account, instrument, nodes, proof } => {
                self.pledge(*account, *instrument, nodes, proof, out)
            }
            Command::MeterHour { account, instrument, hour, readings, proof } => {
                self.meter(*account, *instrument, *hour, readings, proof)
            }
            Command::AttestCapacity { product, lots } => self.attest(*product, *lots),
            Command::ExemptHedger { account, product, lots } => {
                self.exempt(*account, *product, *lots, out)
            }
            Command::JoinMember { account, member } => self.join_member(*account, *member, out),
            Command::LimitCredit { party, most } => self.limit_credit(*party, *most, out),
            Command::CancelMember(member) => self.cancel_member(*member, out),
            Command::ThrowMemberSwitch { member, is_thrown } => {
                self.throw_member_switch(*member, *is_thrown, out)
            }
            Command::Administer(act) => self.administer(act, out),
            Command::Reinstate { account } => self.reinstate(*account, out),
            Command::ChangeTerms(change) => self.change_terms(*change, out),
            Command::Withdraw { account, amount, proof } => {
                self.pay_out(*account, *amount, proof, out)
            }
            Command::RegisterNodes { account, nodes, proof } => {
                self.register(*account, nodes, proof, out)
            }
            Command::RetireNodes { account, nodes, proof } => {
                self.retire(*account, nodes, proof, out)
            }
            Command::AttestNodes { account, provider, nodes, until, proof } => {
                self.attest_nodes(*account, (*provider, nodes), *until, proof, out)
            }
            Command::AppointAttestor { account, is_appointed } => {
                self.appoint_attestor(*account, *is_appointed, out)
            }
            Command::PreferDelivery { account, instrument, preference, proof } => {
                self.prefer(*account, *instrument, preference, proof, out)
            }
            Command::TenderBlocks { account, instrument, tenders, proof } => {
                self.tender(*account, *instrument, tenders, proof, out)
            }
            Command::ElectAlternative { account, obligation, proof } => {
                self.elect_alternative(*account, *obligation, proof, out)
            }
            Command::TestNodes { account, obligation, results, proof } => {
                self.test_nodes(*account, *obligation, results, proof, out)
            }
            Command::ReplaceNode { account, obligation, failed, spare, proof } => {
                self.replace_node(*account, *obligation, [*failed, *spare], proof, out)
            }
            Command::Attest(_) => Ok(Done::Plain),
            Command::CountersignHour { .. }
            | Command::DisputeHour(_)
            | Command::AppointProbe { .. }
            | Command::ProbeHour(_)
            | Command::WaiveHours { .. }
            | Command::OfferStandby { .. }
            | Command::BidStandby { .. }
            | Command::PostBond { .. }
            | Command::ReleaseBond { .. }
            | Command::TransferObligation { .. }
            | Command::AcceptObligation { .. } => self.perform(command, out),
        }
    }

    /// All money of all purses: always nothing.
    #[must_use]
    pub fn ledger_total(&self) -> Mills {
        self.ledger.total()
    }
}

fn index(id: InstrumentId) -> usize {
    usize::try_from(id.0).expect("32 bits fit in an index")
}
