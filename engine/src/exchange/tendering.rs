//! What is said before an assignment and just after it: preferences, tenders, and that both sides do
//! without the house.

use types::capacity::{LONGEST_IMAGE, MOST_TENDERS};
use types::{
    AccountId, CapacityFact, Event, InstrumentId, Lots, Mills, ObligationId, ObligationStep,
    Preference, Proof, Refusal, RejectReason, Tender, Timestamp, TransferKind,
};

use super::{Done, Exchange};
use crate::delivery::{Claim, Expired};
use crate::ledger::Purse;

impl Exchange {
    /// a buyer of the month says what it would like; the last word counts.
    pub(super) fn prefer(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        preference: &Preference,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.check_nonce(account, proof)?;
        claim(&self.open_month(instrument)?.longs, account)?;
        let is_bad = |image: &String| image.is_empty() || LONGEST_IMAGE < image.len();
        if preference.image.as_ref().is_some_and(is_bad) {
            return Err(RejectReason::BadAmount.into());
        }
        let preference = preference.clone();
        self.open_month_mut(instrument).preferences.insert(account, preference.clone());
        let fact = CapacityFact::Preferred { instrument, preference };
        self.accept_signed(account, proof, fact, out);
        Ok(Done::Plain)
    }

    /// a seller of the month offers whole blocks of its fabrics, no more than it sold.
    pub(super) fn tender(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        tenders: &[Tender],
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.check_nonce(account, proof)?;
        let month = self.open_month(instrument)?;
        let short = claim(&month.shorts, account)?;
        self.check_tenders(month, short, tenders)?;
        let tenders = tenders.to_vec();
        self.open_month_mut(instrument).tenders.insert(account, tenders.clone());
        let fact = CapacityFact::Tendered { instrument, tenders };
        self.accept_signed(account, proof, fact, out);
        Ok(Done::Plain)
    }

    fn check_tenders(
        &self,
        month: &Expired,
        short: &Claim,
        tenders: &[Tender],
    ) -> Result<(), Refusal> {
        let block = self.block_of(month.instrument);
        let delivery_month = month.start.date().month();
        let nodes = self.deliverable(short.account, delivery_month, month.instrument);
        let sum = |lots: &mut dyn Iterator<Item = u64>| lots.map(u128::from).sum::<u128>();
        let is_whole = |tender: &&Tender| {
            let same = tenders.iter().filter(|other| other.fabric == tender.fabric);
            let on_fabric = sum(&mut same.map(|other| other.lots.0));
            let there = nodes.iter().filter(|node| node.fabric == tender.fabric).count();
            let is_there = u128::try_from(there).is_ok_and(|there| on_fabric <= there);
            tender.lots != Lots::ZERO && tender.lots.0.is_multiple_of(block.0) && is_there
        };
        let is_sold = sum(&mut tenders.iter().map(|t| t.lots.0)) <= u128::from(short.lots.0);
        if MOST_TENDERS < tenders.len() || !is_sold || !tenders.iter().all(|t| is_whole(&t)) {
            return Err(RejectReason::BadTender.into());
        }
        Ok(())
    }

    /// the obligation ends when both of its sides want it to.
    pub(super) fn elect_alternative(
        &mut self,
        account: AccountId,
        id: ObligationId,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.capacity_terms()?;
        self.check_nonce(account, proof)?;
        let obligation =
            self.deliveries.obligations.get(&id).ok_or(RejectReason::UnknownObligation)?;
        let by = obligation.role_of(account).ok_or(RejectReason::NotAParty)?;
        let is_late = obligation.alternative_until <= self.now || obligation.is_handed_over;
        if is_late || obligation.state.after(ObligationStep::Release).is_none() {
            return Err(RejectReason::WrongState.into());
        }
        self.account_mut(account).use_nonce(proof.nonce);
        let obligation = self.obligation_mut(id);
        if !obligation.elected.contains(&by) {
            obligation.elected.push(by);
        }
        let is_both =
            obligation.parties().iter().all(|(_, role)| obligation.elected.contains(role));
        for (party, _) in obligation.parties() {
            self.tell_capacity(party, CapacityFact::Elected { obligation: id, by }, out);
        }
        if is_both {
            self.release(id, out);
        }
        Ok(Done::Plain)
    }

    /// The house is out of it: escrow and margins go back, and the nodes are free again.
    fn release(&mut self, id: ObligationId, out: &mut Vec<Event>) {
        let obligation = self.obligation_mut(id);
        obligation.step(ObligationStep::Release);
        let escrow = std::mem::replace(&mut obligation.escrow, Mills::ZERO);
        let (seller, buyer, instrument) =
            (obligation.seller, obligation.buyer, obligation.instrument);
        let (nodes, month) = (obligation.nodes.clone(), obligation.start.date().month());
        let (from, to) = (Purse::Escrow(buyer), Purse::Cash(buyer));
        self.pay(TransferKind::EscrowOut, from, to, escrow, out);
        self.touched.account(buyer);
        self.tell_obligation(id, out);
        self.deliveries.obligations.remove(&id);
        self.deliveries.warrants.remove(&id);
        for node in nodes {
            self.deliveries.pledges.withdraw(seller, month, node);
        }
        self.release_pledges(instrument);
        self.review_delivery_margins();
    }

    /// When preferences and tenders of a month that expires now end.
    pub(super) fn tenders_end(&self, expiry: Timestamp) -> Timestamp {
        let terms = self.terms().delivery.capacity.as_ref();
        let end = |days| self.calendar().business_days_after(expiry, days);
        terms.map_or(expiry, |terms| end(terms.tender_days))
    }

    /// Until when both sides of what is assigned now may do without the house.
    pub(super) fn alternative_until(&self, assignment: Timestamp) -> Timestamp {
        let terms = self.terms().delivery.capacity.as_ref();
        let end = |days| self.calendar().business_days_after(assignment, days);
        terms.map_or(assignment, |terms| end(terms.alternative_days))
    }

    /// Lots of a delivery block of a contract.
    pub(super) fn block_of(&self, instrument: InstrumentId) -> Lots {
        Lots(self.product(self.market(instrument).instrument.product).block_lots)
    }

    fn open_month(&self, instrument: InstrumentId) -> Result<&Expired, Refusal> {
        self.capacity_terms()?;
        let market = self.find_market(instrument)?;
        market.delivery_month().ok_or(RejectReason::NotDeliverable)?;
        let mut months = self.deliveries.expired.iter();
        let month = months.find(|month| month.instrument == instrument);
        let is_open = |month: &&Expired| self.now < month.tenders_end;
        month.filter(is_open).ok_or(RejectReason::TenderClosed.into())
    }

    fn open_month_mut(&mut self, instrument: InstrumentId) -> &mut Expired {
        let mut months = self.deliveries.expired.iter_mut();
        months.find(|month| month.instrument == instrument).expect("it was found")
    }
}

/// What an account has bought, or sold, of a month.
fn claim(claims: &[Claim], account: AccountId) -> Result<&Claim, Refusal> {
    let mut claims = claims.iter();
    claims.find(|claim| claim.account == account).ok_or(RejectReason::NoBlocks.into())
}
