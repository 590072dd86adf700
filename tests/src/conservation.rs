//! Nothing is made and nothing is lost: checked after every command, from its events alone.
//!
//! Knows what must be conserved and nothing of how: sequence numbers are dense, the depth of a book
//! is what its orders have open, positions add up to nothing, money only comes from deposits and
//! from the house and only goes to fees and to the house, and the hours of an obligation are
//! delivered, missing, or still to come.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, ClearingFact, DeliveryRole, Event, GpuHours, InstrumentId, Layer,
    Liquidity, Lots, MarketFact, Mills, NetLots, ObligationReport, ObligationState, Phase, Side,
    Ticks, TradeKind, Transfer, TransferKind, Verdict,
};

mod statements;

use crate::view::{Ends, OpenOrder, View};

/// Follows an exchange by its events.
#[derive(Clone, Debug, Default)]
pub struct Conservation {
    view: View,
    /// What came in from outside the accounts, less what went out.
    inflow: Mills,
    /// What went into escrows, less what was paid out of them and what came back.
    escrows: Mills,
    /// What went into bonds, less what came out of them.
    bonds: Mills,
    /// What each account has in the default fund.
    contributions: BTreeMap<AccountId, Mills>,
    statements: statements::Statements,
}

impl Conservation {
    /// What is known after the commands so far.
    #[must_use]
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// Checks what one command did.
    ///
    /// # Panics
    /// When something was made or lost.
    pub fn check(&mut self, events: &[Event]) {
        check_verdict(events);
        check_trades(events);
        check_layers(events);
        self.check_who_pays(events);
        self.statements.check(events);
        for event in events {
            self.check_transfer(event);
            self.view.hear(event);
        }
        if events.len() <= 1 {
            return;
        }
        self.check_money();
        self.check_positions(events);
        self.check_books(events);
        self.check_hours(events);
    }

    fn check_transfer(&mut self, event: &Event) {
        let Event::Account { account, fact: AccountFact::Cash(transfer), .. } = event else {
            return;
        };
        let before = &self.view.accounts[account];
        let Transfer { kind, amount, cash, escrow } = *transfer;
        match kind {
            TransferKind::Deposit
            | TransferKind::TradingFee
            | TransferKind::DeliveryFee
            | TransferKind::Rounding
            | TransferKind::Withdrawal
            | TransferKind::FundIn
            | TransferKind::FundOut
            | TransferKind::Assessment
            | TransferKind::Repayment
            | TransferKind::BondIn
            | TransferKind::BondOut
            | TransferKind::Penalty
            | TransferKind::Shortfall => {
                self.inflow += amount;
            }
            TransferKind::EscrowIn
            | TransferKind::EscrowOut
            | TransferKind::Variation
            | TransferKind::Default
            | TransferKind::FundCharge
            | TransferKind::Delivery
            | TransferKind::Damages
            | TransferKind::Cover
            | TransferKind::Warrant => {}
        }
        match kind {
            TransferKind::EscrowIn | TransferKind::EscrowOut | TransferKind::Delivery => {
                self.escrows -= amount;
            }
            TransferKind::BondIn | TransferKind::BondOut | TransferKind::Penalty => {
                self.bonds -= amount;
            }
            _ => {}
        }
        assert_eq!(cash, before.cash + amount, "{kind:?} of {}", before.name);
        assert!(Mills::ZERO <= cash && Mills::ZERO <= escrow, "{} is overdrawn", before.name);
    }

    /// An account without a position never pays for a default.
    fn check_who_pays(&mut self, events: &[Event]) {
        for (at, event) in events.iter().enumerate() {
            let Event::Account { account, fact, .. } = event else { continue };
            match fact {
                AccountFact::Cash(Transfer { kind, amount, .. }) => {
                    let is_of_fund = matches!(kind, TransferKind::FundIn | TransferKind::FundOut);
                    let contribution = self.contributions.entry(*account).or_default();
                    *contribution -= if is_of_fund { *amount } else { Mills::ZERO };
                }
                AccountFact::Clearing(ClearingFact::Charged { by: Layer::Fund, amount }) => {
                    *self.contributions.entry(*account).or_default() -= *amount;
                }
                _ => {}
            }
            let pays = matches!(
                fact,
                AccountFact::Clearing(ClearingFact::Charged { .. } | ClearingFact::GainCut { .. })
            );
            let has_traded = |e: &Event| is_fill_of(*account, e);
            let holds = |id| self.view.accounts.get(id).is_some_and(|a| !a.positions.is_empty());
            assert!(
                !pays || holds(account) || events[..at].iter().any(has_traded),
                "R-10.3: {account:?} pays for a default and holds nothing"
            );
        }
        let negative = self.contributions.iter().find(|(_, amount)| **amount < Mills::ZERO);
        assert_eq!(negative, None, "more than a contribution was taken");
    }

    fn check_money(&self) {
        let held: Mills = self.view.accounts.values().map(|a| a.cash + a.escrow).sum();
        assert_eq!(held, self.inflow, "members together hold what came in");
        let escrows: Mills = self.view.accounts.values().map(|a| a.escrow).sum();
        assert_eq!(escrows, self.escrows, "escrow in is what was paid out, returned, or is there");
        let bonds: Mills = self.view.accounts.values().map(|a| a.bond).sum();
        assert_eq!(bonds, self.bonds, "bond in is what was lost, released, or is there");
    }

    fn check_positions(&self, events: &[Event]) {
        let mut net: BTreeMap<InstrumentId, NetLots> = BTreeMap::new();
        let mut long: BTreeMap<InstrumentId, Lots> = BTreeMap::new();
        for position in self.view.accounts.values().flat_map(|a| a.positions.values()) {
            *net.entry(position.instrument).or_default() += position.net;
            if position.net.side() == Some(Side::Buy) {
                *long.entry(position.instrument).or_default() += position.net.size();
            }
        }
        for (instrument, sum) in net {
            assert_eq!(sum, NetLots::ZERO, "positions in {instrument:?} add up to nothing");
        }
        // Lots that cascade come into a contract after it was settled by the same command.
        let is_expiry =
            |e: &Event| matches!(e, Event::Account { fact: AccountFact::Expired { .. }, .. });
        if events.iter().any(is_expiry) {
            return;
        }
        for (at, event) in events.iter().enumerate() {
            let Event::Market { instrument, fact, .. } = event else { continue };
            // So do trades of an auction that was due after the settlement, and what is torn up then.
            if events[at..].iter().any(|later| is_trade_in(*instrument, later)) {
                continue;
            }
            if let MarketFact::Settled { open_interest, .. } = fact {
                let held = long.get(instrument).copied().unwrap_or_default();
                assert_eq!(*open_interest, held, "open interest is what is long");
            }
        }
    }

    fn check_books(&self, events: &[Event]) {
        for (id, contract) in &self.view.contracts {
            let touches =
                |e: &Event| matches!(e, Event::Market { instrument, .. } if instrument == id);
            if !events.iter().any(touches) {
                continue;
            }
            let symbol = &contract.instrument.symbol;
            let mut depth: [BTreeMap<Ticks, Lots>; 2] = Default::default();
            let here = |order: &&OpenOrder| order.instrument == *id && order.trigger.is_none();
            for order in self.view.orders.values().filter(here) {
                *depth[order.side as usize].entry(order.price).or_default() += order.leaves;
            }
            for side in Side::BOTH {
                let (shown, all) = (contract.depth(side), &depth[side as usize]);
                assert!(shown.keys().eq(all.keys()), "{side:?} of {symbol}: {shown:?} of {all:?}");
                // An iceberg shows less than it has.
                let is_there = shown.iter().all(|(price, lots)| *lots <= all[price]);
                assert!(is_there, "{side:?} of {symbol}: {shown:?} of {all:?}");
            }
            let (bid, ask) = (contract.bids.keys().next_back(), contract.asks.keys().next());
            if contract.phase == Phase::Open {
                assert!(bid.zip(ask).is_none_or(|(bid, ask)| bid < ask), "{symbol} is crossed");
            }
        }
    }

    fn check_hours(&self, events: &[Event]) {
        let is_report = |event: &Event| {
            matches!(event, Event::Account { fact: AccountFact::Obligation(_), .. })
        };
        if !events.iter().any(is_report) {
            return;
        }
        for (id, ends) in &self.view.obligations {
            let report = ends.report();
            let is_over = report.state == ObligationState::Settled;
            let ended = report.delivered + report.short + report.covered + report.waived;
            let metered = ended + report.held;
            assert!(metered <= report.due, "obligation {} has too many hours", id.0);
            assert!(!is_over || ended == report.due, "obligation {} lost hours", id.0);
            let owed = i128::from(report.delivered.0) * i128::from(report.invoice_price().0);
            assert_eq!(report.paid, Mills::from_wide(owed), "obligation {} is paid", id.0);
            let (_, seen_by_buyer) = ends.buyer.expect("both ends hear of every change");
            let same = ObligationReport { role: DeliveryRole::Receive, ..report };
            assert_eq!(seen_by_buyer, same, "both ends of obligation {} hear the same", id.0);
        }
    }

    /// GPU-hours that are still to be metered, over all obligations.
    #[must_use]
    pub fn hours_open(&self) -> GpuHours {
        let reports = self.view.obligations.values().map(Ends::report);
        reports.map(|r| r.due - r.delivered - r.short - r.covered - r.waived).sum()
    }
}

fn is_trade_in(id: InstrumentId, event: &Event) -> bool {
    match event {
        Event::Market { instrument, fact: MarketFact::Trade { .. }, .. } => *instrument == id,
        Event::Account { fact: AccountFact::Leg(leg), .. } => leg.instrument == id,
        Event::Account {
            fact: AccountFact::Clearing(ClearingFact::TornUp { instrument, .. }),
            ..
        } => *instrument == id,
        _ => false,
    }
}

fn is_fill_of(id: AccountId, event: &Event) -> bool {
    matches!(event, Event::Account { account, fact: AccountFact::Fill(_), .. } if *account == id)
}

/// What others pay is what defaulters are paid, layer by layer, to the mill.
fn check_layers(events: &[Event]) {
    let mut paid: BTreeMap<Layer, Mills> = BTreeMap::new();
    let mut given: BTreeMap<Layer, Mills> = BTreeMap::new();
    for event in events {
        let Event::Account { fact: AccountFact::Clearing(fact), .. } = event else { continue };
        match *fact {
            ClearingFact::Covered { by, amount } => *given.entry(by).or_default() += amount,
            ClearingFact::Charged { by, amount } => *paid.entry(by).or_default() += amount,
            ClearingFact::GainCut { due, cut } => {
                assert!(Mills::ZERO < cut && cut <= due, "a gain of {due} was cut by {cut}");
                *paid.entry(Layer::Gains).or_default() += cut;
            }
            _ => {}
        }
    }
    for layer in [Layer::Fund, Layer::Assessment, Layer::Gains] {
        assert_eq!(given.get(&layer), paid.get(&layer), "{layer:?} of a default");
    }
}

/// A command ends with one verdict, and a refusal is all that happens.
fn check_verdict(events: &[Event]) {
    let verdicts = events.iter().filter(|event| matches!(event, Event::Verdict(_))).count();
    assert_eq!(verdicts, 1, "a command has one verdict");
    let Some(Event::Verdict(verdict)) = events.last() else {
        panic!("the verdict comes last");
    };
    let is_all = match verdict {
        Verdict::Refused(_) => true,
        Verdict::Order(order) => order.duplicate,
        Verdict::Done
        | Verdict::Listed(_)
        | Verdict::Canceled { .. }
        | Verdict::Administered { .. }
        | Verdict::Quotes { .. } => false,
    };
    assert!(!is_all || events.len() == 1, "a refusal changes nothing: {events:?}");
}

/// Each trade is one fill of a buyer and one of a seller, and the side that came took.
fn check_trades(events: &[Event]) {
    let mut fills: BTreeMap<u64, Vec<(AccountId, types::FillReport)>> = BTreeMap::new();
    for event in events {
        if let Event::Account { account, fact: AccountFact::Fill(fill), .. } = event {
            fills.entry(fill.trade_id.0).or_default().push((*account, *fill));
        }
    }
    let mut trades = 0;
    for event in events {
        let Event::Market {
            fact: MarketFact::Trade { trade_id, price, lots, aggressor, kind },
            ..
        } = event
        else {
            continue;
        };
        trades += 1;
        let both = &fills[&trade_id.0];
        let is_implied = *kind == TradeKind::Implied;
        assert_eq!(both.len(), if is_implied { 1 } else { 2 }, "a trade in a book has two sides");
        let is_auction = aggressor.is_none() && *kind == TradeKind::Book;
        if let [one, other] = &both[..] {
            assert_ne!(one.1.side, other.1.side, "one buys, the other sells");
            assert!(is_auction || one.0 != other.0, "nobody trades with itself");
        }
        for (_, fill) in both {
            assert_eq!((fill.price, fill.lots), (*price, *lots), "both sides of a trade agree");
            let is_in_auction = fill.liquidity == Liquidity::Auction;
            assert_eq!(is_in_auction, is_auction, "in an auction nobody came");
            let came = fill.liquidity == Liquidity::Taker;
            assert_eq!(came, Some(fill.side) == *aggressor, "the aggressor is who came");
        }
    }
    assert_eq!(trades, fills.len(), "every fill belongs to a trade");
}
