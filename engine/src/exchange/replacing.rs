//! Sellers that miss: covers out of the balance-of-month book, and their default.

use types::terms::PerformanceTerms;
use types::{
    AccountFact, AccountId, Event, GpuHours, InstrumentId, Lots, Mills, NodeId, ObligationId,
    ObligationState, ObligationStep, PerformanceFact, Proof, Refusal, RejectReason, StandbyFact,
    StandbyOffer, Ticks, Timestamp, TransferKind, YearMonth,
};

use super::{Done, Exchange};
use crate::delivery::{Spares, damages, seller_margin};
use crate::ledger::Purse;

impl Exchange {
    /// nodes for what is left of a month, in place of those that were offered before.
    pub(super) fn offer_standby(
        &mut self,
        offer: &StandbyOffer,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let StandbyOffer { account, instrument, price, ref nodes, ref proof } = *offer;
        let month = self.check_standby(account, instrument, price, nodes.len().max(1), proof)?;
        self.check_of_product(account, instrument, nodes)?;
        let mut sorted = nodes.to_vec();
        sorted.sort_unstable();
        let is_twice = sorted.windows(2).any(|pair| pair[0] == pair[1]);
        let offered = self.deliveries.standby.offered(instrument, account);
        let is_taken = |node: &NodeId| {
            let pledges = &self.deliveries.pledges;
            pledges.is_taken(account, month, *node) && !offered.contains(node)
        };
        if is_twice || sorted.iter().any(is_taken) {
            return Err(RejectReason::NodeAlreadyPledged.into());
        }
        let spares = Spares { price, since: self.seq, nodes: sorted.clone() };
        let before = self.deliveries.standby.offer(instrument, account, spares);
        for node in before {
            self.deliveries.pledges.withdraw(account, month, node);
        }
        for node in sorted {
            self.deliveries.pledges.add(account, month, node, instrument);
        }
        let nodes = Lots(nodes.len() as u64);
        let owner = self.account_mut(account);
        owner.use_nonce(proof.nonce);
        let fact = StandbyFact::Offered { instrument, nodes, price };
        owner.tell(AccountFact::Standby(fact), out);
        Ok(Done::Plain)
    }

    /// Whether anything may stand by: a month of deliveries that is not over, a price of its product.
    pub(super) fn check_standby(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        price: Ticks,
        nodes: usize,
        proof: &Proof,
    ) -> Result<YearMonth, Refusal> {
        self.performance()?;
        let month = self.check_signed(account, instrument, nodes, proof)?;
        if month.plus(1).first_day().start() <= self.now {
            return Err(RejectReason::PledgeClosed.into());
        }
        let highest = self.product(self.market(instrument).instrument.product).highest_ticks;
        if price <= Ticks(0) || highest < price.0 {
            return Err(RejectReason::BadAmount.into());
        }
        Ok(month)
    }

    /// What the hour `at` shows of sellers: lots without a sign of life are covered, and who shows none
    /// for too long is in default.
    pub(super) fn watch_sellers(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let Ok(terms) = self.performance() else { return };
        let hour = at.plus(-Timestamp::HOUR * (1 + i64::from(terms.gap_hours)));
        let ids: Vec<ObligationId> = self.deliveries.obligations.keys().copied().collect();
        for id in ids {
            let obligation = &self.deliveries.obligations[&id];
            let is_watched = obligation.state == ObligationState::Delivering
                && obligation.start <= hour
                && at < obligation.end
                && !self.is_waived(id, hour);
            if !is_watched {
                continue;
            }
            let (lots, dark) = obligation.dark(hour, at);
            let is_dark = lots == obligation.open_lots(at);
            let obligation = self.obligation_mut(id);
            obligation.dark_hours = if is_dark { obligation.dark_hours + 1 } else { 0 };
            let hours = obligation.dark_hours;
            self.cover_lots(id, lots, &dark, at, &terms, out);
            if terms.seller_default_hours != 0 && u32::from(terms.seller_default_hours) <= hours {
                self.default_seller(id, at, out);
            }
        }
        self.watch_bonds(at, &terms, out);
    }

    /// takes the cheapest nodes that stand by, within the limit, for lots of an obligation.
    fn cover_lots(
        &mut self,
        id: ObligationId,
        mut lots: Lots,
        dark: &[NodeId],
        at: Timestamp,
        terms: &PerformanceTerms,
        out: &mut Vec<Event>,
    ) {
        let old = &self.deliveries.obligations[&id];
        let instrument = old.instrument;
        // What covers another is not covered again: its missing hours end in money.
        if lots == Lots::ZERO || old.covers.is_some() || terms.cover_limit_permille == 0 {
            return;
        }
        let index = self.index_of(instrument, old.price);
        let limit = i128::from(index.0) * i128::from(terms.cover_limit_permille) / 1000;
        let limit = Ticks(i64::try_from(limit).expect("ten times an index"));
        for (provider, price, nodes) in self.deliveries.standby.offers(instrument, limit) {
            let count = lots.min(Lots(nodes as u64));
            if count != Lots::ZERO && self.may_cover(provider, id, count, terms) {
                self.stand_in(id, (provider, count, price), dark, at, out);
                lots -= count;
            }
        }
    }

    /// Whether a provider can stand in: neither end of the obligation, with margin and bond for it.
    fn may_cover(
        &self,
        provider: AccountId,
        id: ObligationId,
        lots: Lots,
        terms: &PerformanceTerms,
    ) -> bool {
        let old = &self.deliveries.obligations[&id];
        let account = &self.accounts[&provider];
        let hours = (old.end.0 - self.last_hour.0) / Timestamp::HOUR;
        let rest = GpuHours(lots.0 * types::terms::GPUS_PER_LOT * hours.unsigned_abs());
        let index = self.index_of(old.instrument, old.price);
        let margin = seller_margin(rest, old.price, index, &self.terms().delivery);
        let report = self.margin_report(account);
        let bond = self.bond_needed(provider) + bond_of(lots, terms);
        provider != old.seller
            && provider != old.buyer
            && !account.is_suspended
            && report.initial + margin <= report.available
            && bond <= self.ledger.balance(Purse::Bond(provider))
    }

    /// Writes what a provider delivers from an hour on in place of lots of an obligation.
    fn stand_in(
        &mut self,
        id: ObligationId,
        (provider, lots, price): (AccountId, Lots, Ticks),
        dark: &[NodeId],
        at: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let until = self.escrow_until(at);
        let instrument = self.deliveries.obligations[&id].instrument;
        let count = usize::try_from(lots.0).expect("a node count");
        let nodes = self.deliveries.standby.take_nodes(instrument, provider, count);
        self.deliveries.written += 1;
        let by = ObligationId(self.deliveries.written);
        let old = self.obligation_mut(id);
        let mut new = old.covered_by(by, provider, nodes, at, price);
        old.carve(at, lots, dark, true);
        old.cover_price = old.cover_price.max(Some(price));
        let free = (old.escrow - old.escrow_until(until)).max(Mills::ZERO);
        let moved = free.min(new.escrow_until(until));
        old.escrow -= moved;
        new.escrow = moved;
        if old.open_lots(at) == Lots::ZERO {
            assert!(old.step(ObligationStep::Cover), "it was delivering");
        }
        self.deliveries.obligations.insert(by, new);
        self.tell_both(id, PerformanceFact::Covered { obligation: id, by, lots, price }, out);
        self.tell_obligation(id, out);
        self.tell_obligation(by, out);
        self.review_delivery_margins();
    }

    /// what is left is covered, or ends in money at once.
    pub(super) fn default_seller(&mut self, id: ObligationId, at: Timestamp, out: &mut Vec<Event>) {
        let Ok(terms) = self.performance() else { return };
        let open = self.deliveries.obligations[&id].open_lots(at);
        let nodes: Vec<NodeId> = self.deliveries.obligations[&id].nodes_in(at).collect();
        self.cover_lots(id, open, &nodes, at, &terms, out);
        let rest = self.deliveries.obligations[&id].open_lots(at);
        if rest == Lots::ZERO {
            return;
        }
        let until = self.escrow_until(at);
        let index = self.index_of_obligation(id);
        let obligation = self.obligation_mut(id);
        let is_carved = obligation.is_carved();
        let before = obligation.rest();
        obligation.carve(at, rest, &nodes, false);
        let hours = before - obligation.rest();
        let reference = index.max(obligation.cover_price.unwrap_or(index));
        let owed = damages(hours, hours, obligation.invoice_price(), reference, 0).damages;
        obligation.damages += owed;
        let step = if is_carved { ObligationStep::Default } else { ObligationStep::CashOut };
        assert!(obligation.step(step), "it was delivering");
        let free = (obligation.escrow - obligation.escrow_until(until)).max(Mills::ZERO);
        obligation.escrow -= free;
        let (seller, buyer) = (obligation.seller, obligation.buyer);
        let fact = PerformanceFact::CashedOut { obligation: id, lots: rest, damages: owed };
        self.tell_both(id, fact, out);
        let (cash, escrow) = (Purse::Cash(buyer), Purse::Escrow(buyer));
        self.pay(TransferKind::EscrowOut, escrow, cash, free, out);
        self.pay(TransferKind::Damages, Purse::Cash(seller), cash, owed, out);
        self.tell_obligation(id, out);
        self.review_delivery_margins();
    }

    /// The reference index of what an obligation delivers.
    pub(super) fn index_of_obligation(&self, id: ObligationId) -> Ticks {
        let obligation = &self.deliveries.obligations[&id];
        self.index_of(obligation.instrument, obligation.price)
    }
}

/// The bond for so many lots.
pub(super) fn bond_of(lots: Lots, terms: &PerformanceTerms) -> Mills {
    Mills::from_wide(i128::from(lots.0) * i128::from(terms.bond_mills_per_lot))
}
