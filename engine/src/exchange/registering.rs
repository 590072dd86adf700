//! The registry: providers register nodes and retire them, attestors report them, and what is attested
//! is what can be delivered.

use std::collections::BTreeSet;

use types::capacity::MOST_REGISTERED;
use types::command::MOST_NODES;
use types::terms::CapacityTerms;
use types::{
    AccountFact, AccountId, CapacityFact, Date, Event, Grade, InstrumentId, NodeEntry, NodeId,
    Proof, Refusal, RejectReason, YearMonth,
};

use super::account::Account;
use super::{Done, Exchange};

/// Nobody attests for more days ahead than this.
const LONGEST_ATTESTATION: i32 = 400;

impl Exchange {
    /// a node, and a GPU, stands in the registry once.
    pub(super) fn register(
        &mut self,
        account: AccountId,
        nodes: &[NodeEntry],
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.check_registry(account, proof, nodes.len(), MOST_REGISTERED)?;
        self.check_entries(account, nodes)?;
        for entry in nodes {
            self.deliveries.registry.add(account, *entry);
        }
        let nodes = nodes.to_vec();
        self.accept_signed(account, proof, CapacityFact::Registered { nodes }, out);
        self.review_supply(out);
        Ok(Done::Plain)
    }

    fn check_entries(&self, account: AccountId, nodes: &[NodeEntry]) -> Result<(), Refusal> {
        let registry = &self.deliveries.registry;
        for entry in nodes {
            if self.terms().product.get(usize::from(entry.product.0)).is_none() {
                return Err(RejectReason::UnknownProduct.into());
            }
            if entry.grade == Grade::Pcie {
                return Err(RejectReason::GradeNotDeliverable.into());
            }
        }
        let numbers: BTreeSet<NodeId> = nodes.iter().map(|entry| entry.node).collect();
        let gpus: BTreeSet<_> = nodes.iter().flat_map(|entry| entry.gpus).collect();
        let is_twice = numbers.len() < nodes.len()
            || gpus.len() < nodes.iter().map(|entry| entry.gpus.len()).sum();
        if is_twice || nodes.iter().any(|entry| registry.is_taken(account, entry)) {
            return Err(RejectReason::AlreadyRegistered.into());
        }
        let alike = |one: &NodeEntry, other: &NodeEntry| {
            one.fabric != other.fabric
                || (one.product, one.site, one.zone, one.grade)
                    == (other.product, other.site, other.zone, other.grade)
        };
        let is_alike = |entry: &NodeEntry| {
            let known = registry.of_fabric(account, entry.fabric);
            known.is_none_or(|node| alike(&node.entry, entry))
                && nodes.iter().all(|other| alike(entry, other))
        };
        if nodes.iter().all(is_alike) {
            return Ok(());
        }
        Err(RejectReason::FabricMismatch.into())
    }

    /// a node that is pledged stays.
    pub(super) fn retire(
        &mut self,
        account: AccountId,
        nodes: &[NodeId],
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.check_registry(account, proof, nodes.len(), MOST_NODES)?;
        self.check_registered(account, nodes)?;
        let (pledges, month) = (&self.deliveries.pledges, self.now.date().month());
        if nodes.iter().any(|node| pledges.is_pledged_from(account, month, *node)) {
            return Err(RejectReason::NodeInUse.into());
        }
        for node in nodes {
            self.deliveries.registry.remove(account, *node);
        }
        let nodes = nodes.to_vec();
        self.accept_signed(account, proof, CapacityFact::Retired { nodes }, out);
        self.review_supply(out);
        self.review_coverage(out);
        Ok(Done::Plain)
    }

    /// the operator says whose reports count.
    pub(super) fn appoint_attestor(
        &mut self,
        account: AccountId,
        is_appointed: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.capacity_terms()?;
        self.find_account(account)?;
        if is_appointed {
            self.deliveries.attestors.insert(account);
        } else {
            self.deliveries.attestors.remove(&account);
        }
        self.tell_capacity(account, CapacityFact::Attestor { is_appointed }, out);
        Ok(Done::Plain)
    }

    /// an attestor, who is not the provider, reports nodes good until a day.
    pub(super) fn attest_nodes(
        &mut self,
        account: AccountId,
        (provider, nodes): (AccountId, &[NodeId]),
        until: Date,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.check_registry(account, proof, nodes.len(), MOST_NODES)?;
        self.find_account(provider)?;
        if !self.deliveries.attestors.contains(&account) || account == provider {
            return Err(RejectReason::NotAttestor.into());
        }
        if self.now.date().plus(LONGEST_ATTESTATION) < until {
            return Err(RejectReason::BadDate.into());
        }
        self.check_registered(provider, nodes)?;
        for node in nodes {
            self.deliveries.registry.attest(provider, *node, until);
        }
        self.account_mut(account).use_nonce(proof.nonce);
        let nodes = nodes.to_vec();
        self.tell_capacity(provider, CapacityFact::Attested { nodes, until }, out);
        self.review_supply(out);
        self.review_coverage(out);
        Ok(Done::Plain)
    }

    /// between two days before the last trading day, nodes of the product may be pledged.
    pub(super) fn check_pledge(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        nodes: &[NodeId],
    ) -> Result<(), Refusal> {
        let Some(terms) = &self.terms().delivery.capacity else { return Ok(()) };
        let market = &self.market(instrument).instrument;
        let calendar = self.calendar();
        let day = |days| calendar.business_days_before(market.last_trading, days);
        if self.now < day(terms.pledge_opens_days) {
            return Err(RejectReason::PledgeNotOpen.into());
        }
        if day(terms.pledge_closes_days) <= self.now {
            return Err(RejectReason::PledgeClosed.into());
        }
        self.check_of_product(account, instrument, nodes)
    }

    /// where there is a registry, the nodes stand in it, and under the product of the contract.
    pub(super) fn check_of_product(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        nodes: &[NodeId],
    ) -> Result<(), Refusal> {
        if self.terms().delivery.capacity.is_none() {
            return Ok(());
        }
        self.check_registered(account, nodes)?;
        let registry = &self.deliveries.registry;
        let wanted = self.market(instrument).instrument.product;
        let product = |node: &NodeId| registry.get(account, *node).map(|n| n.entry.product);
        if nodes.iter().any(|node| product(node) != Some(wanted)) {
            return Err(RejectReason::WrongProduct.into());
        }
        Ok(())
    }

    fn check_registered(&self, account: AccountId, nodes: &[NodeId]) -> Result<(), Refusal> {
        let registry = &self.deliveries.registry;
        if nodes.iter().any(|node| registry.get(account, *node).is_none()) {
            return Err(RejectReason::NodeNotRegistered.into());
        }
        Ok(())
    }

    fn check_registry(
        &self,
        account: AccountId,
        proof: &Proof,
        nodes: usize,
        most: usize,
    ) -> Result<(), Refusal> {
        self.capacity_terms()?;
        self.check_nonce(account, proof)?;
        if nodes == 0 || most < nodes {
            return Err(RejectReason::BadNodeCount.into());
        }
        Ok(())
    }

    /// the account exists and has not used this nonce.
    pub(super) fn check_nonce(
        &self,
        account: AccountId,
        proof: &Proof,
    ) -> Result<&Account, Refusal> {
        let owner = self.find_account(account)?;
        owner.check_nonce(proof.nonce)?;
        Ok(owner)
    }

    /// The terms of the registry, where there is one.
    pub(super) fn capacity_terms(&self) -> Result<&CapacityTerms, Refusal> {
        self.terms().delivery.capacity.as_ref().ok_or(RejectReason::NoRegistry.into())
    }

    /// A signed command is carried out, and its author is told.
    pub(super) fn accept_signed(
        &mut self,
        account: AccountId,
        proof: &Proof,
        fact: CapacityFact,
        out: &mut Vec<Event>,
    ) {
        self.account_mut(account).use_nonce(proof.nonce);
        self.tell_capacity(account, fact, out);
    }

    pub(super) fn tell_capacity(
        &mut self,
        account: AccountId,
        fact: CapacityFact,
        out: &mut Vec<Event>,
    ) {
        self.account_mut(account).tell(AccountFact::Capacity(fact), out);
    }

    /// tells what can be delivered where that has changed; with the day attestations end.
    pub(super) fn review_supply(&mut self, out: &mut Vec<Event>) {
        let mut now = self.deliveries.registry.supply(self.now.date());
        for product in self.deliveries.supply.keys() {
            now.entry(*product).or_default();
        }
        for (product, supply) in &now {
            if self.deliveries.supply.get(product) != Some(supply) {
                out.push(Event::SupplyChanged { product: *product, supply: *supply });
            }
        }
        self.deliveries.supply = now;
    }

    /// The attested nodes of an account that are pledged to a contract, by number.
    pub(super) fn deliverable(
        &self,
        account: AccountId,
        month: YearMonth,
        instrument: InstrumentId,
    ) -> Vec<NodeEntry> {
        let (registry, today) = (&self.deliveries.registry, self.now.date());
        let pledged = self.pledged_nodes(account, month, instrument);
        let known = pledged.into_iter().filter_map(|node| registry.get(account, node));
        known.filter(|node| node.is_attested(today)).map(|node| node.entry).collect()
    }

    /// Nodes that are pledged to be assigned, by number: without those that stand by.
    pub(super) fn pledged_nodes(
        &self,
        account: AccountId,
        month: YearMonth,
        instrument: InstrumentId,
    ) -> Vec<NodeId> {
        let mut nodes = self.deliveries.pledges.of(account, month, instrument);
        let standby = self.deliveries.standby.offered(instrument, account);
        nodes.retain(|node| !standby.contains(node));
        nodes
    }
}
