//! What providers tell: which nodes they pledge, and what those did each hour.

use types::command::MOST_NODES;
use types::terms::GPUS_PER_LOT;
use types::{
    AccountFact, AccountId, Event, InstrumentId, NodeId, NodeReading, Phase, Proof, Refusal,
    RejectReason, Timestamp, YearMonth,
};

use super::{Done, Exchange};
use crate::delivery::Obligation;

impl Exchange {
    /// until the assignment, a node may be pledged once to a month.
    pub(super) fn pledge(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        nodes: &[NodeId],
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let month = self.check_signed(account, instrument, nodes.len(), proof)?;
        let is_assigned = self.market(instrument).state.phase == Phase::Expired
            && self.deliveries.expired.iter().all(|month| month.instrument != instrument);
        if is_assigned {
            return Err(RejectReason::PledgeClosed.into());
        }
        self.check_pledge(account, instrument, nodes)?;
        let mut sorted = nodes.to_vec();
        sorted.sort_unstable();
        let is_twice = sorted.windows(2).any(|pair| pair[0] == pair[1]);
        let pledges = &self.deliveries.pledges;
        if is_twice || sorted.iter().any(|node| pledges.is_taken(account, month, *node)) {
            return Err(RejectReason::NodeAlreadyPledged.into());
        }
        for node in sorted {
            self.deliveries.pledges.add(account, month, node, instrument);
        }
        let nodes = self.pledged_nodes(account, month, instrument);
        let owner = self.account_mut(account);
        owner.use_nonce(proof.nonce);
        owner.tell(AccountFact::Pledged { instrument, nodes }, out);
        self.review_coverage(out);
        Ok(Done::Plain)
    }

    /// receipts of an hour are taken from its end until they are final.
    pub(super) fn meter(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        hour: Timestamp,
        readings: &[NodeReading],
        proof: &Proof,
    ) -> Result<Done, Refusal> {
        let month = self.check_signed(account, instrument, readings.len(), proof)?;
        let pledges = &self.deliveries.pledges;
        let is_pledged = |r: &NodeReading| pledges.is_pledged(account, month, r.node, instrument);
        if !readings.iter().all(is_pledged) {
            return Err(RejectReason::NodeNotPledged.into());
        }
        if readings.iter().any(|reading| GPUS_PER_LOT < u64::from(reading.gpu_hours)) {
            return Err(RejectReason::BadReading.into());
        }
        self.check_hour(account, instrument, hour, month)?;
        let obligations = self.deliveries.obligations.values_mut();
        let is_mine = |o: &&mut Obligation| o.seller == account && o.instrument == instrument;
        let is_open = |o: &&mut Obligation| o.next() <= hour && o.start <= hour && hour < o.end;
        for obligation in obligations.filter(is_mine).filter(is_open) {
            obligation.meter(hour, readings);
        }
        self.account_mut(account).use_nonce(proof.nonce);
        Ok(Done::Plain)
    }

    pub(super) fn check_signed(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        nodes: usize,
        proof: &Proof,
    ) -> Result<YearMonth, Refusal> {
        let owner = self.find_account(account)?;
        owner.check_nonce(proof.nonce)?;
        let market = self.find_market(instrument)?;
        let month = market.delivery_month().ok_or(RejectReason::NotDeliverable)?;
        if nodes == 0 || MOST_NODES < nodes {
            return Err(RejectReason::BadNodeCount.into());
        }
        Ok(month)
    }

    fn check_hour(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        hour: Timestamp,
        month: YearMonth,
    ) -> Result<(), Refusal> {
        let (start, end) = (month.first_day().start(), month.plus(1).first_day().start());
        if hour < start || end <= hour {
            return Err(RejectReason::HourNotDue.into());
        }
        if hour != hour.hour_start() || self.now < hour.plus(Timestamp::HOUR) {
            return Err(RejectReason::HourNotDue.into());
        }
        let mut open = self
            .deliveries
            .obligations
            .values()
            .filter(|o| o.seller == account && o.instrument == instrument)
            .filter(|o| o.next() <= hour && o.start <= hour && hour < o.end);
        if open.next().is_none() {
            return Err(RejectReason::HourFinal.into());
        }
        Ok(())
    }
}
