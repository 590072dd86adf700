//! Who holds the rest of an obligation's window: warrants that are sold, and hours of buyers that do not
//! pay.

use types::{
    AccountFact, AccountId, Event, Lots, Mills, ObligationId, PerformanceFact, Proof, Refusal,
    RejectReason, StandbyBid, StandbyFact, Timestamp, TransferKind,
};

use super::{Done, Exchange};
use crate::delivery::{Bid, Obligation, buyer_margin};
use crate::ledger::Purse;

/// Most that the rest of a window may cost, either way.
const MOST_PAID: i64 = 1 << 50;

impl Exchange {
    /// the buyer offers the rest of its window.
    pub(super) fn offer_rest(
        &mut self,
        account: AccountId,
        id: ObligationId,
        to: AccountId,
        price: Mills,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.performance()?;
        self.find_account(account)?.check_nonce(proof.nonce)?;
        self.find_account(to)?;
        let obligation = self.bought(account, id)?;
        if MOST_PAID < price.0.checked_abs().unwrap_or(i64::MAX) {
            return Err(RejectReason::BadAmount.into());
        }
        if to == account || to == obligation.seller || self.change_hour(obligation).is_none() {
            return Err(RejectReason::NotOffered.into());
        }
        self.account_mut(account).use_nonce(proof.nonce);
        self.deliveries.warrants.insert(id, (to, price));
        let fact = PerformanceFact::Offered { obligation: id, to, price };
        for owner in [account, to] {
            self.account_mut(owner).tell(AccountFact::Performance(fact), out);
        }
        Ok(Done::Plain)
    }

    /// obligation, margin, escrow and receipts are the new holder's from the next hour on.
    pub(super) fn accept_rest(
        &mut self,
        account: AccountId,
        id: ObligationId,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.performance()?;
        self.find_account(account)?.check_nonce(proof.nonce)?;
        let obligation = self.deliveries.obligations.get(&id);
        let obligation = obligation.ok_or(RejectReason::UnknownObligation)?;
        let offered = self.deliveries.warrants.get(&id).filter(|(to, _)| *to == account);
        let (Some((_, price)), Some(from)) = (offered.copied(), self.change_hour(obligation))
        else {
            return Err(RejectReason::NotOffered.into());
        };
        let old = self.margin_report(&self.accounts[&obligation.buyer]);
        let is_afforded = price.0 >= 0 || old.initial - price <= old.available;
        if !is_afforded || !self.may_hold(account, obligation, obligation.lots, from, price) {
            return Err(RejectReason::InsufficientMargin.into());
        }
        let lots = obligation.lots;
        self.account_mut(account).use_nonce(proof.nonce);
        self.hand_over(id, lots, account, price, from, out);
        Ok(Done::Plain)
    }

    /// a bid for hours that are resold.
    pub(super) fn bid_standby(
        &mut self,
        bid: &StandbyBid,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let StandbyBid { account, instrument, lots, price, ref proof } = *bid;
        self.check_standby(account, instrument, price, 1, proof)?;
        let most = self.product(self.market(instrument).instrument.product).position_limit_lots;
        if most < lots.0 {
            return Err(RejectReason::QuantityTooLarge.into());
        }
        let bid = Bid { price, since: self.seq, lots };
        self.deliveries.standby.bid(instrument, account, bid);
        let owner = self.account_mut(account);
        owner.use_nonce(proof.nonce);
        let fact = StandbyFact::Bid { instrument, lots, price };
        owner.tell(AccountFact::Standby(fact), out);
        Ok(Done::Plain)
    }

    /// The hour from which another may hold it: the next one, while its lots are all its seller's.
    fn change_hour(&self, obligation: &Obligation) -> Option<Timestamp> {
        let from = self.now.hour_start().plus(Timestamp::HOUR).max(obligation.start);
        (from < obligation.end && !obligation.is_carved()).then_some(from)
    }

    /// Whether an account can pay, fund the escrow of and keep the margin for so many lots.
    fn may_hold(
        &self,
        holder: AccountId,
        obligation: &Obligation,
        lots: Lots,
        from: Timestamp,
        price: Mills,
    ) -> bool {
        let account = &self.accounts[&holder];
        let rest = obligation.hours_of(lots, from, obligation.end);
        let index = self.index_of(obligation.instrument, obligation.price);
        let margin = buyer_margin(rest, obligation.price, index, &self.terms().delivery);
        let until = self.escrow_until(self.last_hour).min(obligation.end);
        let escrow = obligation.cost(obligation.hours_of(lots, from, until));
        let report = self.margin_report(account);
        !account.is_suspended
            && report.initial + margin + escrow + price.max(Mills::ZERO) <= report.available
    }

    /// So many lots are another's from an hour on; what is left of them stays with the buyer. Gives the
    /// number of what stays.
    fn hand_over(
        &mut self,
        id: ObligationId,
        lots: Lots,
        holder: AccountId,
        price: Mills,
        from: Timestamp,
        out: &mut Vec<Event>,
    ) -> Option<ObligationId> {
        let until = self.escrow_until(self.last_hour);
        let ids = [1, 2].map(|n| ObligationId(self.deliveries.written + n));
        let old = self.obligation_mut(id);
        let buyer = old.buyer;
        let written = old.handed_over(ids, holder, lots, from);
        let mut free = (old.escrow - old.escrow_until(until)).max(Mills::ZERO);
        old.escrow -= free;
        self.deliveries.written += written.len() as u64;
        self.deliveries.warrants.remove(&id);
        let fact = PerformanceFact::HandedOver { obligation: id, to: ids[0], lots, price };
        self.tell_both(id, fact, out);
        self.tell_obligation(id, out);
        let kept = written.iter().map(|o| o.id).find(|id| *id == ids[1]);
        for mut heir in written {
            if heir.buyer == buyer {
                let stays = free.min(heir.escrow_until(until));
                free -= stays;
                heir.escrow = stays;
            }
            let id = heir.id;
            self.deliveries.obligations.insert(id, heir);
            self.tell_obligation(id, out);
        }
        self.pay(TransferKind::EscrowOut, Purse::Escrow(buyer), Purse::Cash(buyer), free, out);
        let (payer, payee) = if price.0 < 0 { (buyer, holder) } else { (holder, buyer) };
        let amount = price.max(Mills::ZERO - price);
        self.pay(TransferKind::Warrant, Purse::Cash(payer), Purse::Cash(payee), amount, out);
        self.fund_escrow(ids[0], until, self.last_hour, out);
        self.review_delivery_margins();
        kept
    }

    /// buyers that owe their escrow fund it, or lose their hours when their grace is over.
    pub(super) fn watch_buyers(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let Ok(terms) = self.performance() else { return };
        let grace = i64::from(terms.buyer_grace_hours) * Timestamp::HOUR;
        let until = self.escrow_until(at);
        let late = self.deliveries.obligations.values().filter_map(|o| Some((o.id, o.late?)));
        let late: Vec<(ObligationId, Timestamp)> = late.collect();
        for (id, since) in late {
            let obligation = &self.deliveries.obligations[&id];
            let lacking = obligation.escrow_until(until) - obligation.escrow;
            let is_able = lacking <= self.ledger.balance(Purse::Cash(obligation.buyer))
                && !self.accounts[&obligation.buyer].is_suspended;
            let mut left = Some(id);
            if !is_able && since.plus(grace) <= at {
                self.declare_default(obligation.buyer, out);
                left = self.resell(id, at, out);
            }
            if let Some(left) = left {
                self.fund_escrow(left, until, at, out);
            }
        }
    }

    /// Hours of a buyer in default go to the highest bids; who bids less than the price gets the
    /// difference from the buyer, and who bids more pays it. Gives the number of what nobody took.
    fn resell(
        &mut self,
        id: ObligationId,
        at: Timestamp,
        out: &mut Vec<Event>,
    ) -> Option<ObligationId> {
        let mut left = Some(id);
        let instrument = self.deliveries.obligations[&id].instrument;
        for (bidder, price, most) in self.deliveries.standby.bids(instrument) {
            let id = left?;
            let obligation = &self.deliveries.obligations[&id];
            let from = at.max(obligation.start);
            let is_party = bidder == obligation.buyer || bidder == obligation.seller;
            if is_party || obligation.end <= from || obligation.is_carved() {
                continue;
            }
            let lots = most.min(obligation.lots);
            let rest = obligation.hours_of(lots, from, obligation.end);
            let worth = Mills::from_wide(i128::from(rest.0) * i128::from(price.0));
            let premium = worth - obligation.cost(rest);
            if self.may_hold(bidder, obligation, lots, from, premium) {
                self.deliveries.standby.take_lots(instrument, bidder, lots);
                left = self.hand_over(id, lots, bidder, premium, from, out);
            }
        }
        left
    }
}
