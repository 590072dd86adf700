//! Acceptance: nodes are tested before their month begins, and those that fail are replaced from the
//! seller's spares or dropped.

use types::command::MOST_NODES;
use types::{
    AccountId, CapacityFact, Event, NodeId, NodeTest, ObligationId, ObligationStep, Proof, Refusal,
    RejectReason, Timestamp,
};

use super::{Done, Exchange};
use crate::delivery::{Node, Obligation, Tester};

impl Exchange {
    /// the buyer, or an attestor, says which nodes passed and which did not.
    pub(super) fn test_nodes(
        &mut self,
        account: AccountId,
        id: ObligationId,
        results: &[NodeTest],
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let obligation = self.open_obligation(account, id, proof)?;
        let by = self.tester(account, obligation)?;
        if results.is_empty() || MOST_NODES < results.len() {
            return Err(RejectReason::BadNodeCount.into());
        }
        if !self.is_in_test(obligation) {
            return Err(RejectReason::WrongState.into());
        }
        if results.iter().any(|result| !obligation.acceptance.takes(result.node, by)) {
            return Err(RejectReason::NotInTest.into());
        }
        self.account_mut(account).use_nonce(proof.nonce);
        for result in results {
            self.test(id, *result, by, out);
        }
        self.end_acceptance(id, out);
        Ok(Done::Plain)
    }

    fn tester(&self, account: AccountId, obligation: &Obligation) -> Result<Tester, Refusal> {
        if account == obligation.buyer {
            Ok(Tester::Buyer)
        } else if self.deliveries.attestors.contains(&account) && account != obligation.seller {
            Ok(Tester::Probe)
        } else {
            Err(RejectReason::NotAParty.into())
        }
    }

    /// Before the day on which silence accepts; after it, what a spare is tested for comes late.
    fn is_in_test(&self, obligation: &Obligation) -> bool {
        obligation.state.after(ObligationStep::Accept).is_some() && self.now < obligation.start
    }

    fn test(&mut self, id: ObligationId, result: NodeTest, by: Tester, out: &mut Vec<Event>) {
        let until = self.replace_until(id);
        let NodeTest { node, passed } = result;
        let obligation = self.obligation_mut(id);
        let replace_until = if passed {
            obligation.acceptance.pass(node, by);
            None
        } else {
            Some(obligation.acceptance.fail(node, by, until))
        };
        let fact = CapacityFact::Tested { obligation: id, node, passed, replace_until };
        self.tell_sides(id, &fact, out);
    }

    /// another node that the seller pledged, of a grade no worse, serves instead.
    pub(super) fn replace_node(
        &mut self,
        account: AccountId,
        id: ObligationId,
        [failed, spare]: [NodeId; 2],
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let obligation = self.open_obligation(account, id, proof)?;
        if account != obligation.seller {
            return Err(RejectReason::NotAParty.into());
        }
        if !self.is_in_test(obligation) {
            return Err(RejectReason::WrongState.into());
        }
        if !obligation.acceptance.has_failed(failed) {
            return Err(RejectReason::NotInTest.into());
        }
        self.check_spare(obligation, failed, spare)?;
        self.account_mut(account).use_nonce(proof.nonce);
        let until = self.replace_until(id);
        self.obligation_mut(id).replace(failed, spare, until);
        let fact = CapacityFact::Replaced { obligation: id, failed, spare };
        self.tell_sides(id, &fact, out);
        self.tell_obligation(id, out);
        Ok(Done::Plain)
    }

    fn check_spare(
        &self,
        obligation: &Obligation,
        failed: NodeId,
        spare: NodeId,
    ) -> Result<(), Refusal> {
        let (seller, instrument) = (obligation.seller, obligation.instrument);
        let month = obligation.start.date().month();
        if !self.deliveries.pledges.is_pledged(seller, month, spare, instrument) {
            return Err(RejectReason::NodeNotPledged.into());
        }
        if self.deliveries.standby.offered(instrument, seller).contains(&spare) {
            return Err(RejectReason::NodeInUse.into());
        }
        let mut others = self.deliveries.obligations.values();
        if others
            .any(|o| o.seller == seller && o.start == obligation.start && o.nodes.contains(&spare))
        {
            return Err(RejectReason::NodeInUse.into());
        }
        let registry = &self.deliveries.registry;
        let is_as_good = |spare: &Node, failed: &Node| {
            let today = self.now.date();
            spare.is_attested(today) && spare.entry.grade <= failed.entry.grade
        };
        let pair = registry.get(seller, spare).zip(registry.get(seller, failed));
        if pair.is_some_and(|(spare, failed)| is_as_good(spare, failed)) {
            return Ok(());
        }
        Err(RejectReason::NotASpare.into())
    }

    /// What the hour brings: silence accepts, what was not replaced is dropped, and when nothing is
    /// left to be tested the obligation is accepted.
    pub(super) fn finish_acceptance(
        &mut self,
        id: ObligationId,
        at: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let has_tests = self.terms().delivery.capacity.is_some();
        let obligation = self.obligation_mut(id);
        if !has_tests || obligation.state.after(ObligationStep::Accept).is_none() {
            return;
        }
        let dropped = obligation.acceptance.pass_time(at);
        obligation.nodes.retain(|node| !dropped.contains(node));
        for node in dropped {
            self.tell_sides(id, &CapacityFact::Dropped { obligation: id, node }, out);
        }
        self.end_acceptance(id, out);
    }

    fn end_acceptance(&mut self, id: ObligationId, out: &mut Vec<Event>) {
        let obligation = self.obligation_mut(id);
        if obligation.acceptance.is_over() && obligation.step(ObligationStep::Accept) {
            self.tell_obligation(id, out);
        }
    }

    /// Until when a node that fails now may be replaced, and its spare be tested.
    fn replace_until(&self, id: ObligationId) -> Timestamp {
        let hours = self.terms().delivery.capacity.as_ref().map_or(0, |terms| terms.replace_hours);
        let until = self.now.plus(i64::from(hours) * Timestamp::HOUR);
        until.min(self.deliveries.obligations[&id].start)
    }

    fn open_obligation(
        &self,
        account: AccountId,
        id: ObligationId,
        proof: &Proof,
    ) -> Result<&Obligation, Refusal> {
        self.capacity_terms()?;
        self.check_nonce(account, proof)?;
        self.deliveries.obligations.get(&id).ok_or(RejectReason::UnknownObligation.into())
    }

    fn tell_sides(&mut self, id: ObligationId, fact: &CapacityFact, out: &mut Vec<Event>) {
        for (party, _) in self.deliveries.obligations[&id].parties() {
            self.tell_capacity(party, fact.clone(), out);
        }
    }
}
