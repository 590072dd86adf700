//! Delivery, hour by hour: escrow, final hours, invoices.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, DeliveryRole, Event, GpuHours, InstrumentId, Invoice, Mills,
    ObligationId, ObligationStep, PerformanceFact, Ticks, Timestamp, TransferKind,
};

use super::Exchange;
use crate::delivery::{Covers, Obligation, Terms, buyer_margin, damages, seller_margin};
use crate::ledger::Purse;

impl Exchange {
    /// Everything that the hour `at` makes due in every obligation.
    pub(super) fn deliver(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let ids: Vec<ObligationId> = self.deliveries.obligations.keys().copied().collect();
        let mut changed = Vec::new();
        for id in &ids {
            self.finish_acceptance(*id, at, out);
            let obligation = self.obligation_mut(*id);
            if obligation.start <= at && obligation.step(ObligationStep::Begin) {
                changed.push(*id);
            }
        }
        self.watch_sellers(at, out);
        for id in ids.iter().copied() {
            let is_final = self.finish_hours(id, at, out);
            if is_final || changed.contains(&id) {
                self.tell_obligation(id, out);
            }
        }
        self.settle_due(at, out);
        self.watch_buyers(at, out);
        if !ids.is_empty() {
            self.review_delivery_margins();
        }
    }

    /// Makes final what is, and decides what is due of it; whether anything was.
    fn finish_hours(&mut self, id: ObligationId, at: Timestamp, out: &mut Vec<Event>) -> bool {
        let receipts = i64::from(self.terms().delivery.receipt_hours) * Timestamp::HOUR;
        let gap = self.performance().map_or(receipts, |p| i64::from(p.gap_hours) * Timestamp::HOUR);
        let mut is_changed = false;
        loop {
            let obligation = &self.deliveries.obligations[&id];
            let hour_end = obligation.next().plus(Timestamp::HOUR);
            let wait = if obligation.is_agreed() { gap } else { receipts };
            if obligation.end < hour_end || at < hour_end.plus(wait) {
                break;
            }
            self.pay_hour(id, out);
            is_changed = true;
        }
        let Ok(terms) = self.performance() else { return is_changed };
        let wait = Timestamp::HOUR * (1 + i64::from(terms.dispute_hours));
        let held = self.deliveries.obligations[&id].held_hours();
        let due: Vec<Timestamp> = held.filter(|hour| hour.plus(wait) <= at).collect();
        for hour in due {
            self.decide(id, hour, None, out);
            is_changed = true;
        }
        is_changed
    }

    /// hours on which all agree do not wait for the buyer's silence.
    pub(super) fn finish_agreed(&mut self, id: ObligationId, out: &mut Vec<Event>) {
        if self.finish_hours(id, self.last_hour, out) {
            self.tell_obligation(id, out);
            self.review_delivery_margins();
        }
    }

    /// the hour is final, and its good GPU-hours are paid from the buyer's escrow.
    fn pay_hour(&mut self, id: ObligationId, out: &mut Vec<Event>) {
        let is_waived = self.is_waived(id, self.deliveries.obligations[&id].next());
        let delivered = self.obligation_mut(id).finish_hour(is_waived);
        self.pay_good(id, delivered, out);
    }

    /// good GPU-hours are paid from the buyer's escrow; what a cover costs above that,
    /// the seller pays whose lots it covers.
    pub(super) fn pay_good(&mut self, id: ObligationId, good: GpuHours, out: &mut Vec<Event>) {
        let obligation = &self.deliveries.obligations[&id];
        let amount = obligation.cost(good);
        let (seller, buyer, covers) = (obligation.seller, obligation.buyer, obligation.covers);
        let lacking = (amount - obligation.escrow).max(Mills::ZERO);
        self.pay(TransferKind::EscrowIn, Purse::Cash(buyer), Purse::Escrow(buyer), lacking, out);
        let obligation = self.obligation_mut(id);
        obligation.escrow += lacking - amount;
        obligation.paid += amount;
        self.pay(TransferKind::Delivery, Purse::Escrow(buyer), Purse::Cash(seller), amount, out);
        self.touched.account(buyer);
        if let Some(Covers { seller: missed, above }) = covers {
            let more = Mills::from_wide(i128::from(good.0) * i128::from(above.0));
            self.pay(TransferKind::Cover, Purse::Cash(missed), Purse::Cash(seller), more, out);
        }
    }

    /// Until when the escrows of an hour reach: so many days from the last settlement.
    pub(super) fn escrow_until(&self, at: Timestamp) -> Timestamp {
        let days = i64::from(self.terms().delivery.escrow_days);
        self.settlement_before(at).plus(days * Timestamp::DAY)
    }

    /// every buyer keeps the coming days of its deliveries in escrow.
    pub(super) fn fund_escrows(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let until = self.escrow_until(at);
        let ids: Vec<ObligationId> = self.deliveries.obligations.keys().copied().collect();
        for id in ids {
            self.fund_escrow(id, until, at, out);
        }
    }

    /// where the terms give a buyer grace, an escrow that it cannot fund waits so long
    /// before others pay it.
    pub(super) fn fund_escrow(
        &mut self,
        id: ObligationId,
        until: Timestamp,
        at: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let grace = self.performance().map_or(0, |terms| i64::from(terms.buyer_grace_hours));
        let obligation = &self.deliveries.obligations[&id];
        let (buyer, late) = (obligation.buyer, obligation.late);
        let lacking = (obligation.escrow_until(until) - obligation.escrow).max(Mills::ZERO);
        let is_able = lacking <= self.ledger.balance(Purse::Cash(buyer));
        let deadline = late.unwrap_or(at).plus(grace * Timestamp::HOUR);
        if !is_able && at < deadline {
            self.obligation_mut(id).late = late.or(Some(at));
            if late.is_none() {
                let fact = PerformanceFact::EscrowLate { obligation: id, until: deadline };
                self.tell_both(id, fact, out);
            }
            return;
        }
        let is_lost = self.accounts[&buyer].is_suspended && deadline <= at;
        let obligation = self.obligation_mut(id);
        obligation.escrow += lacking;
        // What others pay once its grace is over leaves it in default, so its hours stay on offer.
        if is_able && !is_lost {
            obligation.late = None;
        }
        let (cash, escrow) = (Purse::Cash(buyer), Purse::Escrow(buyer));
        self.pay(TransferKind::EscrowIn, cash, escrow, lacking, out);
    }

    /// Obligations whose invoice is due, and what their sellers lose of their bonds.
    fn settle_due(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let all = self.deliveries.obligations.values();
        let due: Vec<ObligationId> = all.filter(|o| o.invoiced <= at).map(|o| o.id).collect();
        let settled: Vec<Obligation> =
            due.into_iter().map(|id| self.settle_obligation(id, out)).collect();
        self.penalise(&settled, out);
        for instrument in self.deliveries.standby.months() {
            let month = self.market(instrument).delivery_month().expect("a month stands by");
            if month.plus(1).first_day().start() <= at {
                self.deliveries.standby.end(instrument);
            }
        }
    }

    /// damages and the delivery fee are paid, what is left of the escrow goes back,
    /// and both sides get their invoice.
    fn settle_obligation(&mut self, id: ObligationId, out: &mut Vec<Event>) -> Obligation {
        let mut obligation = self.deliveries.obligations.remove(&id).expect("settled once");
        assert!(obligation.is_whole(), "R-9.12: GPU-hours of {id:?} came or went");
        let index = self.index_of(obligation.instrument, obligation.price);
        let reference = index.max(obligation.cover_price.unwrap_or(index));
        let tolerance = self.terms().delivery.tolerance_permille;
        let (due, missed) = (obligation.due(), obligation.missed());
        let owed = damages(due, missed, obligation.invoice_price(), reference, tolerance);
        let fee = self.delivery_fee(obligation.delivered());
        let escrow = std::mem::take(&mut obligation.escrow);
        obligation.damages += owed.damages;
        assert!(obligation.step(ObligationStep::Settle), "it was delivering");
        let (seller, buyer) = (Purse::Cash(obligation.seller), Purse::Cash(obligation.buyer));
        self.pay(TransferKind::EscrowOut, Purse::Escrow(obligation.buyer), buyer, escrow, out);
        self.pay(TransferKind::Damages, seller, buyer, owed.damages, out);
        if Mills::ZERO <= fee {
            self.pay(TransferKind::DeliveryFee, seller, Purse::Fees, fee, out);
        } else {
            self.pay(TransferKind::DeliveryFee, Purse::Fees, seller, -fee, out);
        }
        self.tell_settled(&obligation, owed, fee, out);
        self.release_pledges(obligation.instrument);
        self.deliveries.warrants.remove(&id);
        obligation
    }

    /// Where nothing is left to be delivered, nodes are pledged no more.
    pub(super) fn release_pledges(&mut self, instrument: InstrumentId) {
        if !self.deliveries.obligations.values().any(|other| other.instrument == instrument) {
            self.deliveries.pledges.release(instrument);
        }
    }

    fn tell_settled(
        &mut self,
        obligation: &Obligation,
        owed: Terms,
        fee: Mills,
        out: &mut Vec<Event>,
    ) {
        let issued = self.last_hour;
        for (account, role) in obligation.parties() {
            let invoice = Invoice {
                obligation: obligation.id,
                instrument: obligation.instrument,
                role,
                issued,
                due: obligation.due(),
                delivered: obligation.delivered(),
                short: obligation.short(),
                tolerated: owed.tolerated,
                covered: obligation.covered(),
                waived: obligation.waived(),
                price: obligation.invoice_price(),
                amount: obligation.paid,
                damages_per_gpu_hour: owed.per_gpu_hour,
                damages: obligation.damages,
                fee,
            };
            let owner = self.account_mut(account);
            owner.tell(AccountFact::Obligation(obligation.report(role)), out);
            owner.tell(AccountFact::Invoice(invoice), out);
        }
    }

    pub(super) fn tell_obligation(&mut self, id: ObligationId, out: &mut Vec<Event>) {
        let obligation = &self.deliveries.obligations[&id];
        for (account, role) in obligation.parties() {
            let report = obligation.report(role);
            let owner = self.accounts.get_mut(&account).expect("obligations have accounts");
            owner.tell(AccountFact::Obligation(report), out);
        }
    }

    fn delivery_fee(&self, delivered: GpuHours) -> Mills {
        let rate = self.terms().fees.delivery_mills_per_gpu_hour;
        Mills::from_wide(i128::from(rate) * i128::from(delivered.0))
    }

    /// The reference index of a contract's product; its own price while none was published.
    pub(super) fn index_of(&self, instrument: InstrumentId, price: Ticks) -> Ticks {
        let product = self.market(instrument).instrument.product;
        self.indexes.get(&product).copied().unwrap_or(price)
    }

    /// works out the margin of all deliveries again.
    pub(super) fn review_delivery_margins(&mut self) {
        let mut margins: BTreeMap<AccountId, Mills> = BTreeMap::new();
        for obligation in self.deliveries.obligations.values() {
            for (account, role) in obligation.parties() {
                let Obligation { instrument, price, .. } = *obligation;
                let margin = self.delivery_margin(role, instrument, price, obligation.rest());
                *margins.entry(account).or_default() += margin;
            }
        }
        for month in &self.deliveries.expired {
            let sold = month.shorts.iter().map(|claim| (claim, DeliveryRole::Deliver));
            let bought = month.longs.iter().map(|claim| (claim, DeliveryRole::Receive));
            for (claim, role) in sold.chain(bought) {
                let hours = month.gpu_hours(claim.lots);
                let margin = self.delivery_margin(role, month.instrument, month.price, hours);
                *margins.entry(claim.account).or_default() += margin;
            }
        }
        for account in self.accounts.values_mut() {
            let margin = margins.get(&account.id).copied().unwrap_or_default();
            if margin != account.delivery_margin {
                account.delivery_margin = margin;
                self.touched.account(account.id);
            }
        }
    }

    fn delivery_margin(
        &self,
        role: DeliveryRole,
        instrument: InstrumentId,
        price: Ticks,
        rest: GpuHours,
    ) -> Mills {
        let index = self.index_of(instrument, price);
        let terms = &self.terms().delivery;
        match role {
            DeliveryRole::Deliver => seller_margin(rest, price, index, terms),
            DeliveryRole::Receive => buyer_margin(rest, price, index, terms),
        }
    }

    pub(super) fn obligation_mut(&mut self, id: ObligationId) -> &mut Obligation {
        self.deliveries.obligations.get_mut(&id).expect("listed and not settled yet")
    }
}
