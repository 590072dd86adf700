//! Limits beyond the position limit: the month of delivery, accountability, credit.
//!
//! Each is looked up when an order is checked; nothing is added up over accounts then, but over those
//! that the command at hand has touched.

use std::collections::BTreeSet;

use types::{
    AccountFact, AccountId, ClearingFact, Detail, Event, InstrumentId, Lots, MemberId, Mills,
    Party, Phase, ProductId, Refusal, RejectReason, Tenor,
};

use super::account::Account;
use super::market::Market;
use super::{Done, Exchange};

impl Exchange {
    /// how many nodes there are to be delivered.
    pub(super) fn attest(&mut self, product: ProductId, lots: Lots) -> Result<Done, Refusal> {
        self.check_product(product)?;
        self.capacities.insert(product, lots);
        Ok(Done::Plain)
    }

    /// a declared need stands beside the limit.
    pub(super) fn exempt(
        &mut self,
        id: AccountId,
        product: ProductId,
        lots: Lots,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        self.check_product(product)?;
        self.exemptions.insert((id, product), lots);
        let fact = AccountFact::Clearing(ClearingFact::Exempted { product, lots });
        self.account_mut(id).tell(fact, out);
        Ok(Done::Plain)
    }

    pub(super) fn check_product(&self, product: ProductId) -> Result<(), Refusal> {
        let known = self.terms().product.get(usize::from(product.0));
        known.map(|_| ()).ok_or(RejectReason::UnknownProduct.into())
    }

    /// The most lots of a contract that an account may hold because it is delivered next.
    pub(super) fn spot_limit(&self, id: AccountId, market: &Market) -> Option<u64> {
        if !market.state.is_spot {
            return None;
        }
        let product = market.instrument.product;
        let capacity = u128::from(self.capacity(product)?.0);
        let part = capacity * u128::from(self.terms().clearing.spot_month_permille) / 1000;
        let more = self.exemptions.get(&(id, product)).map_or(0, |lots| u128::from(lots.0));
        Some(u64::try_from(part + more).unwrap_or(u64::MAX))
    }

    /// the attested nodes of a product; what the operator attests where none was ever
    /// registered.
    fn capacity(&self, product: ProductId) -> Option<Lots> {
        let registered = self.deliveries.supply.get(&product).map(|supply| supply.attested);
        registered.or_else(|| self.capacities.get(&product).copied())
    }

    /// The nearest month of each product that trades is the one that is delivered next.
    pub(super) fn find_spot_months(&mut self) {
        let spot: Vec<InstrumentId> =
            (0..self.terms().product.len()).filter_map(|at| self.nearest_month(at)).collect();
        for market in &mut self.markets {
            market.state.is_spot = spot.contains(&market.instrument.id);
        }
    }

    fn nearest_month(&self, product: usize) -> Option<InstrumentId> {
        let months = self.markets.iter().filter(|market| {
            usize::from(market.instrument.product.0) == product
                && market.state.phase != Phase::Expired
                && matches!(market.instrument.tenor(), Some(Tenor::Month(_)))
        });
        months.min_by_key(|market| market.instrument.tenor()).map(Market::id)
    }

    /// whoever holds much of a contract is told so, and reports it.
    pub(super) fn tell_accountable(&mut self, out: &mut Vec<Event>) {
        let terms = self.terms().clearing;
        if terms.accountability_permille == 0 {
            return;
        }
        let level = |market: &Market| {
            let part = u128::from(market.state.open_interest.0)
                * u128::from(terms.accountability_permille)
                / 1000;
            Lots(u64::try_from(part).unwrap_or(u64::MAX).max(terms.accountability_lots))
        };
        let mut told = Vec::new();
        for account in self.accounts.values().filter(|account| !account.id.is_of_house()) {
            for (instrument, holding) in account.holdings() {
                let (lots, level) = (holding.position.net, level(self.market(instrument)));
                if level < lots.size() {
                    let fact = ClearingFact::Accountable { instrument, lots, level };
                    told.push((account.id, fact));
                }
            }
        }
        for (id, fact) in told {
            self.account_mut(id).tell(AccountFact::Clearing(fact), out);
        }
    }

    /// what an account would require stays within its credit, and its member's.
    pub(super) fn check_credit(&self, account: &Account, required: Mills) -> Result<(), Refusal> {
        let within = |required: Mills, most: Option<Mills>| match most {
            Some(available) if available < required => {
                Err(RejectReason::CreditLimit.with(Detail::Margin { required, available }))
            }
            Some(_) | None => Ok(()),
        };
        within(required, account.credit)?;
        let Some(firm) = account.member.and_then(|member| self.members.get(&member)) else {
            return Ok(());
        };
        if firm.credit.is_none() {
            return Ok(());
        }
        let others = firm.required - account.reported.initial + self.not_reported(account);
        within(others + required, firm.credit)
    }

    /// What the other accounts of its member require more, or less, since the command at hand began: they
    /// are told, and added up, at its end.
    fn not_reported(&self, account: &Account) -> Mills {
        let touched: BTreeSet<AccountId> = self.touched.accounts().collect();
        let others = touched.iter().filter(|id| **id != account.id).map(|id| &self.accounts[id]);
        let others = others.filter(|other| other.member == account.member);
        others.map(|other| self.margin_report(other).initial - other.reported.initial).sum()
    }

    /// the operator sets a limit of credit, or takes it away.
    pub(super) fn limit_credit(
        &mut self,
        party: Party,
        most: Option<Mills>,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if most.is_some_and(|most| most < Mills::ZERO) {
            return Err(RejectReason::BadAmount.into());
        }
        let told = match party {
            Party::Account(id) => {
                self.find_account(id)?;
                self.account_mut(id).credit = most;
                vec![id]
            }
            Party::Member(member) => {
                let told = self.accounts_of(member)?;
                self.members.entry(member).or_default().credit = most;
                told
            }
        };
        for id in told {
            let fact = ClearingFact::CreditLimited { party, most };
            self.account_mut(id).tell(AccountFact::Clearing(fact), out);
        }
        Ok(Done::Plain)
    }

    /// The accounts of a member, by number.
    pub(super) fn accounts_of(&self, member: MemberId) -> Result<Vec<AccountId>, Refusal> {
        let of = self.accounts.values().filter(|account| account.member == Some(member));
        let ids: Vec<AccountId> = of.map(|account| account.id).collect();
        if ids.is_empty() {
            return Err(RejectReason::UnknownMember.into());
        }
        Ok(ids)
    }
}
