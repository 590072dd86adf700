//! What buyers and probes say of the hours of an obligation.

use types::command::MOST_NODES;
use types::terms::{GPUS_PER_LOT, PerformanceTerms};
use types::{
    AccountFact, AccountId, Event, GpuHours, HourClaim, NodeReading, ObligationId, PerformanceFact,
    Proof, Refusal, RejectReason, StandbyFact, Timestamp,
};

use super::{Done, Exchange};
use crate::delivery::{Hour, Obligation};

impl Exchange {
    /// what the terms say of the performance of deliveries.
    pub(super) fn performance(&self) -> Result<PerformanceTerms, Refusal> {
        self.terms().delivery.performance.ok_or(RejectReason::NotInTerms.into())
    }

    /// the buyer signs what the seller has reported of an hour.
    pub(super) fn countersign(
        &mut self,
        account: AccountId,
        id: ObligationId,
        hour: Timestamp,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.performance()?;
        self.find_account(account)?.check_nonce(proof.nonce)?;
        let obligation = self.bought(account, id)?;
        self.check_open(obligation, hour)?;
        if !obligation.hour(hour).is_some_and(Hour::is_reported) {
            return Err(RejectReason::HourNotDue.into());
        }
        self.account_mut(account).use_nonce(proof.nonce);
        self.obligation_mut(id).hour_mut(hour).countersign();
        self.tell_both(id, PerformanceFact::Countersigned { obligation: id, hour }, out);
        self.finish_agreed(id, out);
        Ok(Done::Plain)
    }

    /// the buyer claims that it got less than the seller reports.
    pub(super) fn dispute(
        &mut self,
        claim: &HourClaim,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let HourClaim { account, obligation: id, hour, readings: claims, proof } = claim;
        let (account, id, hour) = (*account, *id, *hour);
        self.performance()?;
        self.find_account(account)?.check_nonce(proof.nonce)?;
        let obligation = self.bought(account, id)?;
        check_readings(obligation, hour, claims)?;
        self.check_open(obligation, hour)?;
        let said = obligation.hour(hour);
        if claims.iter().any(|claim| said.is_some_and(|said| !said.is_disputable(*claim))) {
            return Err(RejectReason::NotDisputable.into());
        }
        self.account_mut(account).use_nonce(proof.nonce);
        let said = self.obligation_mut(id).hour_mut(hour);
        claims.iter().for_each(|claim| said.dispute(*claim));
        let gpu_hours = GpuHours(said.disputed());
        self.tell_both(id, PerformanceFact::Disputed { obligation: id, hour, gpu_hours }, out);
        Ok(Done::Plain)
    }

    /// The operator appoints a probe, or dismisses one.
    pub(super) fn appoint_probe(
        &mut self,
        account: AccountId,
        is_appointed: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.performance()?;
        self.find_account(account)?;
        if is_appointed {
            self.deliveries.probes.insert(account);
        } else {
            self.deliveries.probes.remove(&account);
        }
        let fact = AccountFact::Standby(StandbyFact::Probe { is_appointed });
        self.account_mut(account).tell(fact, out);
        Ok(Done::Plain)
    }

    /// what a probe has read outranks seller and buyer, as long as the hour is not final or what
    /// was read is disputed.
    pub(super) fn probe_hour(
        &mut self,
        claim: &HourClaim,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let HourClaim { account, obligation: id, hour, readings, proof } = claim;
        let (account, id, hour) = (*account, *id, *hour);
        self.performance()?;
        self.find_account(account)?.check_nonce(proof.nonce)?;
        let is_party = |o: &Obligation| o.seller == account || o.buyer == account;
        let obligation = self.deliveries.obligations.get(&id);
        let obligation = obligation.ok_or(RejectReason::UnknownObligation)?;
        if !self.deliveries.probes.contains(&account) || is_party(obligation) {
            return Err(RejectReason::NotProbe.into());
        }
        check_readings(obligation, hour, readings)?;
        let is_held = !obligation.claims(hour).is_empty();
        if !is_held {
            self.check_open(obligation, hour)?;
        }
        self.account_mut(account).use_nonce(proof.nonce);
        let gpu_hours = GpuHours(readings.iter().map(|r| u64::from(r.gpu_hours)).sum());
        self.tell_both(id, PerformanceFact::Probed { obligation: id, hour, gpu_hours }, out);
        if is_held {
            self.decide(id, hour, Some(readings), out);
            self.tell_obligation(id, out);
        } else {
            let said = self.obligation_mut(id).hour_mut(hour);
            readings.iter().for_each(|reading| said.probe(*reading));
            self.finish_agreed(id, out);
        }
        Ok(Done::Plain)
    }

    /// what is held of an hour is decided, by a probe's readings or by the terms.
    pub(super) fn decide(
        &mut self,
        id: ObligationId,
        hour: Timestamp,
        readings: Option<&[NodeReading]>,
        out: &mut Vec<Event>,
    ) {
        let permille = self.performance().map_or(0, |terms| terms.dispute_permille);
        let is_waived = self.is_waived(id, hour);
        let by_terms = |disputed: u64| disputed * u64::from(permille) / 1000;
        let (delivered, missing) = self.obligation_mut(id).decide(hour, is_waived, |claim| {
            let Some(readings) = readings else { return Some(by_terms(claim.disputed())) };
            let reading = readings.iter().rev().find(|reading| reading.node == claim.node)?;
            Some(claim.by_probe(reading.gpu_hours))
        });
        if delivered + missing == GpuHours(0) {
            return;
        }
        let fact = PerformanceFact::Decided { obligation: id, hour, delivered, missing };
        self.tell_both(id, fact, out);
        self.pay_good(id, delivered, out);
    }

    /// Both ends of an obligation hear what happened to it.
    pub(super) fn tell_both(
        &mut self,
        id: ObligationId,
        fact: PerformanceFact,
        out: &mut Vec<Event>,
    ) {
        let parties = self.deliveries.obligations[&id].parties();
        for (account, _) in parties {
            self.account_mut(account).tell(AccountFact::Performance(fact), out);
        }
    }

    /// Whether an hour of an obligation is waived.
    pub(super) fn is_waived(&self, id: ObligationId, hour: Timestamp) -> bool {
        let instrument = self.deliveries.obligations[&id].instrument;
        let hub = &self.product(self.market(instrument).instrument.product).hub;
        self.deliveries.waivers.waives(hub, hour)
    }

    /// The obligation, if the account is its buyer.
    pub(super) fn bought(
        &self,
        account: AccountId,
        id: ObligationId,
    ) -> Result<&Obligation, Refusal> {
        let obligation = self.deliveries.obligations.get(&id);
        let bought = obligation.filter(|obligation| obligation.buyer == account);
        bought.ok_or(RejectReason::UnknownObligation.into())
    }

    /// An hour of the obligation that is over and not final.
    fn check_open(&self, obligation: &Obligation, hour: Timestamp) -> Result<(), Refusal> {
        if hour < obligation.start || obligation.end <= hour || hour != hour.hour_start() {
            return Err(RejectReason::HourNotDue.into());
        }
        if self.now < hour.plus(Timestamp::HOUR) {
            return Err(RejectReason::HourNotDue.into());
        }
        if hour < obligation.next() {
            return Err(RejectReason::HourFinal.into());
        }
        Ok(())
    }
}

/// Readings of nodes that serve the obligation, 0 to 8 each.
fn check_readings(
    obligation: &Obligation,
    hour: Timestamp,
    readings: &[NodeReading],
) -> Result<(), Refusal> {
    if readings.is_empty() || MOST_NODES < readings.len() {
        return Err(RejectReason::BadNodeCount.into());
    }
    if obligation.mine(hour, readings).count() != readings.len() {
        return Err(RejectReason::NodeNotPledged.into());
    }
    if readings.iter().any(|reading| GPUS_PER_LOT < u64::from(reading.gpu_hours)) {
        return Err(RejectReason::BadReading.into());
    }
    Ok(())
}
