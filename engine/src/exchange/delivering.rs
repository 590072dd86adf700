//! Delivery, hour by hour: escrow, final hours, invoices.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, DeliveryRole, Event, GpuHours, InstrumentId, Invoice, Mills,
    ObligationId, ObligationStep, Ticks, Timestamp, TransferKind,
};

use super::Exchange;
use crate::delivery::{Obligation, Terms, buyer_margin, damages, seller_margin};
use crate::ledger::Purse;

impl Exchange {
    /// Everything that the hour `at` makes due in every obligation.
    pub(super) fn deliver(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let receipts = i64::from(self.terms().delivery.receipt_hours) * Timestamp::HOUR;
        let invoice = i64::from(self.terms().delivery.invoice_days) * Timestamp::DAY;
        let ids: Vec<ObligationId> = self.deliveries.obligations.keys().copied().collect();
        for id in &ids {
            self.finish_acceptance(*id, at, out);
            let obligation = self.obligation_mut(*id);
            let begins = obligation.start <= at && obligation.step(ObligationStep::Begin);
            let hour_end = obligation.next().plus(Timestamp::HOUR);
            let is_hour_final = hour_end <= obligation.end && hour_end.plus(receipts) <= at;
            let is_over = obligation.end.plus(invoice) <= at;
            if is_hour_final {
                self.pay_hour(*id, out);
            }
            if begins || is_hour_final {
                self.tell_obligation(*id, out);
            }
            if is_over {
                self.settle_obligation(*id, out);
            }
        }
        if !ids.is_empty() {
            self.review_delivery_margins();
        }
    }

    /// the hour is final, and its good GPU-hours are paid from the buyer's escrow.
    fn pay_hour(&mut self, id: ObligationId, out: &mut Vec<Event>) {
        let obligation = self.obligation_mut(id);
        let amount = obligation.finish_hour();
        obligation.escrow -= amount;
        obligation.paid += amount;
        let (seller, buyer) = (obligation.seller, obligation.buyer);
        self.pay(TransferKind::Delivery, Purse::Escrow(buyer), Purse::Cash(seller), amount, out);
        self.touched.account(buyer);
    }

    /// every buyer keeps the coming days of its deliveries in escrow.
    pub(super) fn fund_escrows(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let until = at.plus(i64::from(self.terms().delivery.escrow_days) * Timestamp::DAY);
        let ids: Vec<ObligationId> = self.deliveries.obligations.keys().copied().collect();
        for id in ids {
            let obligation = self.obligation_mut(id);
            let lacking = (obligation.escrow_until(until) - obligation.escrow).max(Mills::ZERO);
            obligation.escrow += lacking;
            let buyer = obligation.buyer;
            let (cash, escrow) = (Purse::Cash(buyer), Purse::Escrow(buyer));
            self.pay(TransferKind::EscrowIn, cash, escrow, lacking, out);
        }
    }

    /// damages and the delivery fee are paid, what is left of the escrow goes back,
    /// and both sides get their invoice.
    fn settle_obligation(&mut self, id: ObligationId, out: &mut Vec<Event>) {
        let mut obligation = self.deliveries.obligations.remove(&id).expect("settled once");
        let index = self.index_of(obligation.instrument, obligation.price);
        let tolerance = self.terms().delivery.tolerance_permille;
        let (due, short) = (obligation.due(), obligation.short());
        let owed = damages(due, short, obligation.invoice_price(), index, tolerance);
        let fee = self.delivery_fee(obligation.delivered());
        let escrow = std::mem::take(&mut obligation.escrow);
        obligation.damages = owed.damages;
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
                price: obligation.invoice_price(),
                amount: obligation.paid,
                damages_per_gpu_hour: owed.per_gpu_hour,
                damages: owed.damages,
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
    fn index_of(&self, instrument: InstrumentId, price: Ticks) -> Ticks {
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
