//! What can be known of the exchange from its events alone, gathered without a single rule of the
//! market: books from depth, orders from reports, positions and cash from statements.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, ClientOrderId, DeliveryRole, Event, FillReport, Indicative, Instrument,
    InstrumentId, Invoice, Liquidity, Lots, MarginReport, MarketFact, Mills, ObligationId,
    ObligationReport, OrderChange, OrderId, OrderReport, Phase, PositionReport, Side, StandbyFact,
    Statement, Ticks,
};

/// Everything that has been heard.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Contracts, by number.
    pub contracts: BTreeMap<InstrumentId, Contract>,
    /// Accounts, by number.
    pub accounts: BTreeMap<AccountId, Account>,
    /// Open orders, by the exchange's number.
    pub orders: BTreeMap<OrderId, OpenOrder>,
    /// All orders that were ever entered, in that order.
    entered: Vec<OrderId>,
    /// Obligations as each end last heard of them.
    pub obligations: BTreeMap<ObligationId, Ends>,
    /// Invoices in the order in which they came.
    pub invoices: Vec<(AccountId, Invoice)>,
}

/// What everybody knows of a contract.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its terms.
    pub instrument: Instrument,
    /// The number of its last event.
    pub eseq: u64,
    /// Whether it trades.
    pub phase: Phase,
    /// What its auction would come to.
    pub indicative: Indicative,
    /// The last band that was told beside settlements.
    pub band: Option<(Ticks, Ticks)>,
    /// What was last told to be implied, bid and ask.
    pub implied: [Option<(Ticks, Lots)>; 2],
    /// Lots at each price that someone wants to buy at.
    pub bids: BTreeMap<Ticks, Lots>,
    /// Lots at each price that someone wants to sell at.
    pub asks: BTreeMap<Ticks, Lots>,
}

/// What its owner knows of an account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The number of its last event.
    pub acct_seq: u64,
    /// Cash after the last transfer.
    pub cash: Mills,
    /// Escrow after the last transfer.
    pub escrow: Mills,
    /// Its bond.
    pub bond: Mills,
    /// The last margin statement.
    pub margin: MarginReport,
    /// Positions that are not flat.
    pub positions: BTreeMap<InstrumentId, PositionReport>,
    /// Its last statement.
    pub statement: Option<Statement>,
    /// Whether it may only reduce its risk.
    pub is_suspended: bool,
    /// Whether its kill switch is thrown.
    pub is_killed: bool,
}

/// An obligation as each of its two accounts last heard of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// Who runs the nodes.
    pub seller: Option<(AccountId, ObligationReport)>,
    /// Who uses and pays them.
    pub buyer: Option<(AccountId, ObligationReport)>,
}

/// An order that has not ended.
#[derive(Clone, Copy, Debug)]
pub struct OpenOrder {
    /// Whose.
    pub account: AccountId,
    /// Its owner's name for it.
    pub client_order_id: ClientOrderId,
    /// What it trades.
    pub instrument: InstrumentId,
    /// On which side.
    pub side: Side,
    /// At which price.
    pub price: Ticks,
    /// The trade price it waits for; one that waits is in no book.
    pub trigger: Option<Ticks>,
    /// How much is open.
    pub leaves: Lots,
}

impl View {
    /// Takes note of an event.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Market { instrument, eseq, fact } => self.hear_market(*instrument, *eseq, fact),
            Event::Account { account, acct_seq, fact } => {
                self.hear_account(*account, *acct_seq, fact);
            }
            Event::MarketOpened(_)
            | Event::IndexPublished { .. }
            | Event::SupplyChanged { .. }
            | Event::Administered(_)
            | Event::HoursWaived { .. }
            | Event::IndexPrinted { .. }
            | Event::IndexLapsed { .. }
            | Event::TermsChanged { .. }
            | Event::Verdict(_) => {}
        }
    }

    /// The contract of a symbol.
    #[must_use]
    pub fn contract(&self, symbol: &str) -> Option<&Contract> {
        self.contracts.values().find(|contract| contract.instrument.symbol == symbol)
    }

    /// The exchange's number of the order that was entered as the first, second, ... of all; of one
    /// that was not entered yet, a number that no order has.
    #[must_use]
    pub fn entered(&self, count: u64) -> OrderId {
        let at = usize::try_from(count).ok().and_then(|count| count.checked_sub(1));
        at.and_then(|at| self.entered.get(at)).copied().unwrap_or(OrderId(u64::MAX))
    }

    fn hear_market(&mut self, id: InstrumentId, eseq: u64, fact: &MarketFact) {
        if let MarketFact::Listed(instrument) = fact {
            let contract = Contract::listed(instrument);
            assert!(self.contracts.insert(id, contract).is_none(), "{id:?} was listed twice");
        }
        let contract = self.contracts.get_mut(&id).expect("a contract is listed first");
        assert_eq!(eseq, contract.eseq + 1, "eseq of {}", contract.instrument.symbol);
        contract.eseq = eseq;
        match fact {
            MarketFact::Phase(phase) => contract.phase = *phase,
            MarketFact::Depth { side, price, lots } => contract.set_depth(*side, *price, *lots),
            MarketFact::Indicative(indicative) => contract.indicative = *indicative,
            MarketFact::Band { lowest, highest } => contract.band = Some((*lowest, *highest)),
            MarketFact::Implied { side, best } => {
                contract.implied[usize::from(*side == Side::Sell)] = *best;
            }
            MarketFact::Listed(_)
            | MarketFact::Trade { .. }
            | MarketFact::ScanRange { .. }
            | MarketFact::Settled { .. } => {}
        }
    }

    fn hear_account(&mut self, id: AccountId, acct_seq: u64, fact: &AccountFact) {
        if let AccountFact::Opened { name, .. } = fact {
            let account = Account { name: name.clone(), ..Account::default() };
            assert!(self.accounts.insert(id, account).is_none(), "{id:?} was opened twice");
        }
        let account = self.accounts.get_mut(&id).expect("an account is opened first");
        assert_eq!(acct_seq, account.acct_seq + 1, "acct_seq of {}", account.name);
        account.acct_seq = acct_seq;
        match fact {
            AccountFact::Opened { .. } | AccountFact::Pledged { .. } | AccountFact::Capacity(_) => {
            }
            AccountFact::Order(report) => self.hear_order(id, report),
            AccountFact::Fill(report) => self.hear_fill(report),
            AccountFact::Position(report) => account.set_position(*report),
            AccountFact::Margin(report) => account.set_margin(*report),
            AccountFact::Cash(transfer) => {
                (account.cash, account.escrow) = (transfer.cash, transfer.escrow);
            }
            AccountFact::Suspended => account.is_suspended = true,
            AccountFact::Reinstated => account.is_suspended = false,
            AccountFact::ByOperator { .. } => {}
            AccountFact::KillSwitch { is_thrown } => account.is_killed = *is_thrown,
            AccountFact::Leg(_)
            | AccountFact::Maker { .. }
            | AccountFact::Reporter { .. }
            | AccountFact::QuoteGroup { .. }
            | AccountFact::Clearing(_)
            | AccountFact::Performance(_) => {}
            AccountFact::Standby(StandbyFact::Bond { balance, .. }) => account.bond = *balance,
            AccountFact::Standby(_) => {}
            AccountFact::Expired { instrument, .. } => {
                account.positions.remove(instrument);
            }
            AccountFact::Obligation(report) => {
                self.obligations.entry(report.obligation).or_default().hear(id, *report);
            }
            AccountFact::Statement(statement) => account.statement = Some((**statement).clone()),
            AccountFact::Invoice(invoice) => self.invoices.push((id, *invoice)),
        }
    }

    fn hear_order(&mut self, account: AccountId, report: &OrderReport) {
        if report.change == OrderChange::New {
            self.entered.push(report.order_id);
        }
        match report.change {
            OrderChange::New
            | OrderChange::Amended
            | OrderChange::Restated
            | OrderChange::Elected => {
                self.orders.insert(report.order_id, OpenOrder::of(account, report));
            }
            OrderChange::Canceled | OrderChange::Expired => {
                self.orders.remove(&report.order_id).expect("only an open order ends");
            }
        }
    }

    fn hear_fill(&mut self, report: &FillReport) {
        if report.liquidity == Liquidity::Block {
            return;
        }
        let order = self.orders.get_mut(&report.order_id).expect("only an open order fills");
        assert_eq!(order.leaves, report.leaves + report.lots, "what a fill leaves");
        order.leaves = report.leaves;
        if report.leaves == Lots::ZERO {
            self.orders.remove(&report.order_id);
        }
    }
}

impl Contract {
    fn listed(instrument: &Instrument) -> Self {
        Self {
            instrument: instrument.clone(),
            eseq: 0,
            phase: Phase::Open,
            indicative: Indicative::default(),
            implied: [None; 2],
            band: None,
            bids: BTreeMap::new(),
            asks: BTreeMap::new(),
        }
    }

    /// Lots at each price of a side.
    #[must_use]
    pub const fn depth(&self, side: Side) -> &BTreeMap<Ticks, Lots> {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn set_depth(&mut self, side: Side, price: Ticks, lots: Lots) {
        let depth = match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        if lots == Lots::ZERO {
            depth.remove(&price);
        } else {
            depth.insert(price, lots);
        }
    }
}

impl Account {
    /// A margin statement is where a buyer hears that its escrow has paid for an hour.
    fn set_margin(&mut self, report: MarginReport) {
        assert_eq!(report.cash, self.cash, "what {} has in cash", self.name);
        self.escrow = report.escrow;
        self.margin = report;
    }

    fn set_position(&mut self, report: PositionReport) {
        if report.net.0 == 0 {
            self.positions.remove(&report.instrument);
        } else {
            self.positions.insert(report.instrument, report);
        }
    }
}

impl Ends {
    fn hear(&mut self, account: AccountId, report: ObligationReport) {
        match report.role {
            DeliveryRole::Deliver => self.seller = Some((account, report)),
            DeliveryRole::Receive => self.buyer = Some((account, report)),
        }
    }

    /// What the seller last heard.
    ///
    /// # Panics
    /// When it has heard nothing, though both ends hear of every change.
    #[must_use]
    pub fn report(&self) -> ObligationReport {
        self.seller.expect("both ends hear of every change").1
    }
}

impl OpenOrder {
    const fn of(account: AccountId, report: &OrderReport) -> Self {
        Self {
            account,
            client_order_id: report.client_order_id,
            instrument: report.instrument,
            side: report.side,
            price: report.price,
            trigger: report.trigger,
            leaves: report.leaves,
        }
    }
}
