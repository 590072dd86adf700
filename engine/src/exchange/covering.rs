//! Coverage: the nearer the last trading day, the more of a short position must stand on nodes; what
//! does not costs margin, and at last is bought back.

use std::collections::BTreeMap;

use types::{
    AccountId, CapacityFact, Event, InstrumentId, Lots, Mills, Phase, Side, Timestamp, YearMonth,
};

use super::Exchange;
use super::defaulting::Slice;
use super::market::Market;
use crate::delivery::{Covering, coverage, uncovered_margin, whole};
use crate::waterfall::slice;

/// What must be covered in a contract by now.
#[derive(Clone, Copy)]
struct Step {
    month: YearMonth,
    permille: u32,
    /// Only pledged nodes count; until a day after pledges open, free ones do.
    is_pledged: bool,
    /// It is the last step.
    is_last: bool,
}

impl Exchange {
    /// Looks at every short position in a month that is near, and works out its margin again.
    pub(super) fn review_coverage(&mut self, out: &mut Vec<Event>) {
        if self.terms().delivery.capacity.is_none() {
            return;
        }
        let before = std::mem::take(&mut self.deliveries.coverage);
        let mut after = BTreeMap::new();
        for market in self.trading() {
            let Some(step) = self.coverage_step(market) else { continue };
            for account in self.accounts.values().filter(|account| !account.id.is_of_house()) {
                let net = account.holding(market.id()).position.net;
                if net.side() == Some(Side::Sell) {
                    let told = before.get(&(market.id(), account.id));
                    let covering = self.covering(market, account.id, net.size(), step, told);
                    after.insert((market.id(), account.id), covering);
                }
            }
        }
        for ((_, account), covering) in &after {
            let was = before.get(&(covering.told.instrument, *account));
            let is_news = covering.told.required != Lots::ZERO || was.is_some();
            if is_news && was.is_none_or(|was| was.told != covering.told) {
                self.tell_capacity(*account, CapacityFact::Coverage(covering.told), out);
            }
        }
        self.deliveries.coverage = after;
        self.charge_uncovered();
    }

    /// the step that a month has reached; none before the first.
    fn coverage_step(&self, market: &Market) -> Option<Step> {
        let terms = self.terms().delivery.capacity.as_ref()?;
        let month = market.delivery_month()?;
        let (calendar, end) = (self.calendar(), market.instrument.last_trading);
        let has_come = |days| calendar.business_days_before(end, days) <= self.now;
        let reached = terms.coverage.iter().rev().find(|step| has_come(step.days))?;
        Some(Step {
            month,
            permille: reached.permille,
            is_pledged: has_come(terms.pledge_opens_days - 1),
            is_last: Some(reached) == terms.coverage.last(),
        })
    }

    fn covering(
        &self,
        market: &Market,
        account: AccountId,
        short: Lots,
        step: Step,
        before: Option<&Covering>,
    ) -> Covering {
        let id = market.id();
        let block = Lots(self.product(market.instrument.product).block_lots);
        let nodes = self.covering_nodes(market, account, step);
        let mut told = coverage(id, short, nodes, block, step.permille);
        let part = self.terms().delivery.capacity.as_ref().map_or(0, |t| t.uncovered_permille);
        let (price, value) = (market.state.settlement, market.instrument.tick_value);
        told.margin = uncovered_margin(told.uncovered, price, value, part);
        let next_slice = before.and_then(|covering| covering.next_slice).or(Some(self.now));
        Covering { told, next_slice: next_slice.filter(|_| step.is_last) }
    }

    /// Attested nodes that are pledged to the contract; until they must be, those that are pledged to
    /// nothing else in its month.
    fn covering_nodes(&self, market: &Market, account: AccountId, step: Step) -> u64 {
        let count = if step.is_pledged {
            self.deliverable(account, step.month, market.id()).len()
        } else {
            let (today, pledges) = (self.now.date(), &self.deliveries.pledges);
            let pledged = self.pledged_nodes(account, step.month, market.id());
            let is_free =
                |node| !pledges.is_taken(account, step.month, node) || pledged.contains(&node);
            let free = self.deliveries.registry.of(account).filter(|node| {
                node.is_attested(today)
                    && node.entry.product == market.instrument.product
                    && is_free(node.entry.node)
            });
            free.count()
        };
        u64::try_from(count).expect("a node count")
    }

    /// what is not covered adds to the margin.
    fn charge_uncovered(&mut self) {
        let mut margins: BTreeMap<AccountId, Mills> = BTreeMap::new();
        for ((_, account), covering) in &self.deliveries.coverage {
            *margins.entry(*account).or_default() += covering.told.margin;
        }
        for account in self.accounts.values_mut() {
            let margin = margins.get(&account.id).copied().unwrap_or_default();
            if margin != account.coverage_margin {
                account.coverage_margin = margin;
                self.touched.account(account.id);
            }
        }
    }

    /// after the last step the next slice of what is not covered is bought back.
    pub(super) fn buy_in(&mut self, out: &mut Vec<Event>) {
        let is_due = |covering: &Covering| {
            covering.told.uncovered != Lots::ZERO
                && covering.next_slice.is_some_and(|next| next <= self.now)
        };
        let all = self.deliveries.coverage.iter().filter(|(_, covering)| is_due(covering));
        let due: Vec<((InstrumentId, AccountId), Lots)> =
            all.map(|(key, covering)| (*key, covering.told.covered)).collect();
        if due.is_empty() {
            return;
        }
        let seconds = i64::from(self.terms().clearing.slice_seconds);
        let next = self.now.plus(seconds * Timestamp::SECOND);
        for ((instrument, account), covered) in due {
            if let Some(covering) = self.deliveries.coverage.get_mut(&(instrument, account)) {
                covering.next_slice = Some(next);
            }
            self.buy_slice(instrument, account, covered, out);
        }
        self.review_coverage(out);
    }

    fn buy_slice(
        &mut self,
        instrument: InstrumentId,
        account: AccountId,
        covered: Lots,
        out: &mut Vec<Event>,
    ) {
        let market = self.market(instrument);
        let net = self.accounts[&account].holding(instrument).position.net;
        if net.side() != Some(Side::Sell) || market.state.phase != Phase::Open {
            return;
        }
        let block = Lots(self.product(market.instrument.product).block_lots);
        let uncovered = Lots(whole(net.size(), block).0.saturating_sub(covered.0));
        if uncovered == Lots::ZERO {
            return;
        }
        let Some(best) = self.best_opposite(market, Side::Buy) else { return };
        let shown = market.book.depth(Side::Sell).map(|(_, lots)| lots).sum();
        let lots = slice(uncovered, shown, &self.terms().clearing);
        if lots == Lots::ZERO {
            return;
        }
        let limit = self.protected(market, Side::Buy, best, 1);
        self.tell_capacity(account, CapacityFact::BuyIn { instrument, lots, uncovered }, out);
        self.send_slice(account, Slice { instrument, side: Side::Buy, lots, limit }, out);
    }
}
