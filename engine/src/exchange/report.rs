//! What a command touched, reported once at its end: positions, levels, margins.

use types::{
    AccountFact, AccountId, CancelReason, Event, InstrumentId, MarginDetail, MarginReport,
    MarketFact, Mills, OrderChange, OrderReport, OrderState, PositionReport, Refusal, Side, Ticks,
};

use super::Exchange;
use super::account::Account;
use super::live::Order;
use crate::risk::{Sums, maintenance};

/// What the command at hand has touched.
#[derive(Debug, Default)]
pub(super) struct Touched {
    positions: Vec<(AccountId, InstrumentId)>,
    levels: Vec<(InstrumentId, Side, Ticks)>,
    accounts: Vec<AccountId>,
    /// Contracts in which something that others are implied from may have changed.
    implied: Vec<InstrumentId>,
}

impl Touched {
    /// A position, or the price it is carried at, changed.
    pub(super) fn position(&mut self, account: AccountId, instrument: InstrumentId) {
        note(&mut self.positions, (account, instrument));
        note(&mut self.accounts, account);
    }

    /// The lots at a price changed.
    pub(super) fn level(&mut self, instrument: InstrumentId, side: Side, price: Ticks) {
        note(&mut self.levels, (instrument, side, price));
    }

    /// What is implied from this contract, or in it, may have changed.
    pub(super) fn implied(&mut self, instrument: InstrumentId) {
        self.implied.push(instrument);
    }

    /// The accounts touched so far, in no order and some more than once.
    pub(super) fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.accounts.iter().copied()
    }

    /// Something that margin depends on changed.
    pub(super) fn account(&mut self, account: AccountId) {
        note(&mut self.accounts, account);
    }
}

/// Notes what was touched; what was noted last is often touched again.
#[inline]
fn note<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if all.last() != Some(&one) {
        all.push(one);
    }
}

/// Puts what was touched in order, each once. Mostly it is one thing.
#[inline]
fn put_in_order<T: PartialEq, K: Ord>(all: &mut Vec<T>, key: impl Fn(&T) -> K) {
    if 1 < all.len() {
        all.sort_unstable_by_key(key);
        all.dedup();
    }
}

impl Exchange {
    /// Reports positions by account and contract, levels best first, and margins that changed.
    pub(super) fn report_touched(&mut self, out: &mut Vec<Event>) {
        self.report_positions(out);
        self.report_levels(out);
        self.report_margins(out);
    }

    fn report_positions(&mut self, out: &mut Vec<Event>) {
        put_in_order(&mut self.touched.positions, |touched| *touched);
        for at in 0..self.touched.positions.len() {
            let (account, instrument) = self.touched.positions[at];
            let report = self.position_report(account, instrument);
            self.account_mut(account).tell(AccountFact::Position(report), out);
        }
        self.touched.positions.clear();
    }

    fn report_levels(&mut self, out: &mut Vec<Event>) {
        put_in_order(&mut self.touched.levels, |(instrument, side, price)| {
            (*instrument, *side, -side.sign() * price.0)
        });
        for at in 0..self.touched.levels.len() {
            let (instrument, side, price) = self.touched.levels[at];
            if self.top_has_changed(instrument, side) {
                self.touched.implied(instrument);
            }
            let market = self.market_mut(instrument);
            let lots = market.book.lots_at(side, price);
            market.tell(MarketFact::Depth { side, price, lots }, out);
        }
        self.touched.levels.clear();
        if !self.touched.implied.is_empty() {
            let mut stirred = std::mem::take(&mut self.touched.implied);
            self.tell_implied(&mut stirred, out);
            stirred.clear();
            self.touched.implied = stirred;
        }
    }

    fn report_margins(&mut self, out: &mut Vec<Event>) {
        put_in_order(&mut self.touched.accounts, |id| *id);
        for at in 0..self.touched.accounts.len() {
            self.report_margin_of(self.touched.accounts[at], out);
        }
        self.touched.accounts.clear();
    }

    fn report_margin_of(&mut self, id: AccountId, out: &mut Vec<Event>) {
        self.account_mut(id).sums.weigh();
        let report = self.margin_report(&self.accounts[&id]);
        let account = self.account_mut(id);
        if report == account.reported {
            return;
        }
        let more = report.initial - account.reported.initial;
        account.reported = report;
        let member = account.member;
        account.tell_made(|| AccountFact::Margin(report), out);
        let is_called = account.call.is_some();
        if let Some(member) = member {
            self.require(member, more);
        }
        if is_called {
            self.look_at_call(id, out);
        }
    }

    /// Tells an order's owner what happened to it, other than a fill.
    pub(super) fn tell_order(
        &mut self,
        order: &Order,
        change: OrderChange,
        reason: Option<CancelReason>,
        out: &mut Vec<Event>,
    ) {
        let state = match change {
            OrderChange::New
            | OrderChange::Amended
            | OrderChange::Restated
            | OrderChange::Elected => OrderState::Open,
            OrderChange::Canceled => OrderState::Canceled,
            OrderChange::Expired => OrderState::Expired,
        };
        let report = || OrderReport {
            order_id: order.id,
            client_order_id: order.client_order_id,
            instrument: order.instrument,
            change,
            state,
            revision: order.revision,
            side: order.side,
            price: order.price,
            trigger: order.waits.map(|wait| wait.trigger),
            peak: order.peak,
            quantity: order.quantity,
            filled: order.filled,
            leaves: order.leaves(),
            reason,
            tag: order.tag,
        };
        self.account_mut(order.account).tell_made(|| AccountFact::Order(report()), out);
    }

    fn position_report(&self, account: AccountId, instrument: InstrumentId) -> PositionReport {
        let position = self.accounts[&account].holding(instrument).position;
        let market = self.market(instrument);
        PositionReport {
            instrument,
            net: position.net,
            carry: position.carry,
            settlement: market.state.settlement,
            variation: market.variation(&position),
        }
    }

    /// What an account has and must have, scenario by scenario.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn margin(&self, account: AccountId) -> Result<MarginDetail, Refusal> {
        let account = self.find_account(account)?;
        Ok(MarginDetail {
            report: self.margin_report(account),
            losses: account.sums.losses(),
            acct_seq: account.acct_seq(),
        })
    }

    /// What an account has and must have.
    pub(super) fn margin_report(&self, account: &Account) -> MarginReport {
        let (cash, escrow) = self.ledger.cash_and_escrow(account.id);
        margin_of(account, (cash, escrow), account.variation, &account.sums)
    }
}

/// What an account has and must have, were money, gain and sums these.
pub(super) fn margin_of(
    account: &Account,
    (cash, escrow): (Mills, Mills),
    variation: Mills,
    sums: &Sums,
) -> MarginReport {
    let (scenarios, binding_scenario) = sums.initial();
    MarginReport {
        cash,
        escrow,
        variation,
        available: cash + variation.min(Mills::ZERO),
        initial: scenarios + account.margin_of_delivery(),
        maintenance: maintenance(sums.positions()) + account.margin_of_delivery(),
        delivery: account.margin_of_delivery(),
        concentration: sums.concentration(),
        binding_scenario,
    }
}
