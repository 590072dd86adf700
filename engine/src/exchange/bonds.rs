//! Bonds of sellers: posted, released, watched, and what poor service costs.

use std::collections::BTreeMap;

use types::terms::PerformanceTerms;
use types::{
    AccountFact, AccountId, Detail, Event, GpuHours, InstrumentId, Lots, Mills, ObligationId,
    ObligationState, Proof, Refusal, RejectReason, StandbyFact, Timestamp, TransferKind,
};

use super::replacing::bond_of;
use super::{Done, Exchange};
use crate::delivery::{Obligation, penalty};
use crate::ledger::Purse;
use crate::waterfall::shares;

/// How a seller served one month.
#[derive(Default)]
struct Service {
    delivered: GpuHours,
    /// What it had to deliver; hours that were waived do not count.
    due: GpuHours,
    /// GPU-hours that each buyer missed.
    missed: BTreeMap<AccountId, u64>,
}

impl Exchange {
    /// Cash that margin leaves free becomes bond.
    pub(super) fn post_bond(
        &mut self,
        id: AccountId,
        amount: Mills,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.performance()?;
        let account = self.find_account(id)?;
        account.check_nonce(proof.nonce)?;
        if amount <= Mills::ZERO {
            return Err(RejectReason::BadAmount.into());
        }
        let report = self.margin_report(account);
        let available = report.available.min(self.what_counts(account));
        if account.is_suspended || available - report.initial < amount {
            let detail = Detail::Margin { required: report.initial, available };
            return Err(RejectReason::BeyondFreeCollateral.with(detail));
        }
        self.account_mut(id).use_nonce(proof.nonce);
        self.pay(TransferKind::BondIn, Purse::Cash(id), Purse::Bond(id), amount, out);
        self.tell_bond(id, Mills::ZERO, out);
        Ok(Done::Plain)
    }

    /// Bond that no delivery needs becomes cash.
    pub(super) fn release_bond(
        &mut self,
        id: AccountId,
        amount: Mills,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.performance()?;
        self.find_account(id)?.check_nonce(proof.nonce)?;
        if amount <= Mills::ZERO {
            return Err(RejectReason::BadAmount.into());
        }
        if self.ledger.balance(Purse::Bond(id)) - self.bond_needed(id) < amount {
            return Err(RejectReason::BeyondBond.into());
        }
        self.account_mut(id).use_nonce(proof.nonce);
        self.pay(TransferKind::BondOut, Purse::Bond(id), Purse::Cash(id), amount, out);
        self.tell_bond(id, Mills::ZERO, out);
        Ok(Done::Plain)
    }

    /// What a seller's deliveries need, until their invoices.
    pub(super) fn bond_needed(&self, seller: AccountId) -> Mills {
        let Ok(terms) = self.performance() else { return Mills::ZERO };
        let obligations = self.deliveries.obligations.values();
        let written = obligations.filter(|o| o.seller == seller && !o.is_handed_over);
        let sold = self.deliveries.expired.iter().flat_map(|month| &month.shorts);
        let sold = sold.filter(|claim| claim.account == seller).map(|claim| claim.lots);
        bond_of(written.map(|o| o.lots).chain(sold).sum(), &terms)
    }

    /// a seller whose bond is below half of what it needs is in default of its deliveries.
    pub(super) fn watch_bonds(
        &mut self,
        at: Timestamp,
        terms: &PerformanceTerms,
        out: &mut Vec<Event>,
    ) {
        let mut needed: BTreeMap<AccountId, (Lots, Vec<ObligationId>)> = BTreeMap::new();
        for obligation in self.deliveries.obligations.values() {
            if obligation.state == ObligationState::Delivering && at < obligation.end {
                let (lots, ids) = needed.entry(obligation.seller).or_default();
                *lots += obligation.open_lots(at);
                ids.push(obligation.id);
            }
        }
        for (seller, (lots, ids)) in needed {
            let bond = i128::from(self.ledger.balance(Purse::Bond(seller)).0);
            if 2 * bond < i128::from(bond_of(lots, terms).0) {
                ids.into_iter().for_each(|id| self.default_seller(id, at, out));
            }
        }
    }

    /// what sellers lose of their bonds for a month that was invoiced, to those who missed
    /// GPU-hours, in proportion to those.
    pub(super) fn penalise(&mut self, settled: &[Obligation], out: &mut Vec<Event>) {
        let Ok(terms) = self.performance() else { return };
        let mut months: BTreeMap<(InstrumentId, AccountId), Service> = BTreeMap::new();
        for obligation in settled {
            let service = months.entry((obligation.instrument, obligation.seller)).or_default();
            service.delivered += obligation.delivered();
            service.due += obligation.due() - obligation.waived();
            let missed = obligation.short() + obligation.covered();
            *service.missed.entry(obligation.buyer).or_default() += missed.0;
        }
        for ((_, seller), Service { delivered, due, missed }) in months {
            let bond = self.ledger.balance(Purse::Bond(seller));
            let lost = penalty(bond, delivered, due, &terms);
            if lost == Mills::ZERO {
                continue;
            }
            let weights: Vec<i64> =
                missed.values().map(|hours| i64::try_from(*hours).expect("GPU-hours")).collect();
            for (buyer, share) in missed.keys().zip(shares(lost.0, &weights)) {
                let (from, to) = (Purse::Bond(seller), Purse::Cash(*buyer));
                self.pay(TransferKind::Penalty, from, to, Mills(share), out);
            }
            self.tell_bond(seller, lost, out);
        }
    }

    /// after its cash, a seller's bond comes before anybody else's money.
    pub(super) fn spend_bond(&mut self, payer: AccountId, amount: Mills, out: &mut Vec<Event>) {
        let lacking = amount - self.ledger.balance(Purse::Cash(payer));
        let bond = self.ledger.balance(Purse::Bond(payer)).min(lacking);
        if Mills::ZERO < bond {
            self.pay(TransferKind::BondOut, Purse::Bond(payer), Purse::Cash(payer), bond, out);
            self.tell_bond(payer, Mills::ZERO, out);
        }
    }

    fn tell_bond(&mut self, id: AccountId, penalty: Mills, out: &mut Vec<Event>) {
        let balance = self.ledger.balance(Purse::Bond(id));
        let fact = AccountFact::Standby(StandbyFact::Bond { balance, penalty });
        self.account_mut(id).tell(fact, out);
    }
}
