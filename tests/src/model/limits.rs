//! Limits of the month of delivery and of credit, and the members they are for. Chapter 10.

use types::{
    AccountFact, AccountId, CancelReason, ClearingFact, Detail, Event, InstrumentId, Lots,
    MassCancel, MemberId, Mills, Party, Phase, ProductId, Refusal, RejectReason, Tenor,
};

use super::state::{Account, Contract};
use super::{Done, Model};

impl Model {
    pub(super) fn attest(&mut self, product: ProductId, lots: Lots) -> Result<Done, Refusal> {
        self.find_product(product)?;
        self.capacities.insert(product, lots);
        Ok(Done::Plain)
    }

    pub(super) fn exempt(
        &mut self,
        id: AccountId,
        product: ProductId,
        lots: Lots,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        self.find_product(product)?;
        let account = self.account_mut(id);
        account.needs.insert(product, lots);
        account.tell(AccountFact::Clearing(ClearingFact::Exempted { product, lots }), out);
        Ok(Done::Plain)
    }

    fn find_product(&self, product: ProductId) -> Result<(), Refusal> {
        if self.terms().product.len() <= usize::from(product.0) {
            return Err(RejectReason::UnknownProduct.into());
        }
        Ok(())
    }

    /// So many lots in one direction, with all orders of a side filled, are within the limits.
    pub(super) fn check_furthest(
        &self,
        account: &Account,
        id: InstrumentId,
        reached: i128,
    ) -> Result<(), Refusal> {
        let contract = self.contract(id);
        let most = self.product(contract).position_limit_lots;
        if i128::from(most) < reached {
            return Err(RejectReason::PositionLimit.with(Detail::Most(most)));
        }
        let product = contract.instrument.product;
        let Some(capacity) = self.capacities.get(&product).filter(|_| self.is_spot(contract))
        else {
            return Ok(());
        };
        let part = capacity.0 * u64::from(self.terms().clearing.spot_month_permille) / 1000;
        let most = part + account.needs.get(&product).map_or(0, |lots| lots.0);
        if i128::from(most) < reached {
            return Err(RejectReason::SpotMonthLimit.with(Detail::Most(most)));
        }
        Ok(())
    }

    /// No month of its product that still trades comes before it.
    fn is_spot(&self, contract: &Contract) -> bool {
        let month = |other: &Contract| match other.instrument.tenor() {
            Some(Tenor::Month(month)) if other.phase != Phase::Expired => Some(month),
            _ => None,
        };
        let Some(own) = month(contract) else { return false };
        let product = contract.instrument.product;
        let same = self.contracts.iter().filter(|other| other.instrument.product == product);
        same.filter_map(month).all(|other| own <= other)
    }

    pub(super) fn tell_accountable(&mut self, out: &mut Vec<Event>) {
        let terms = self.terms().clearing;
        if terms.accountability_permille == 0 {
            return;
        }
        let ids: Vec<AccountId> = self.accounts.iter().map(|account| account.id).collect();
        for id in ids.into_iter().filter(|id| !id.is_of_house()) {
            for instrument in self.contract_ids() {
                let held = |a: &Account| a.positions.get(&instrument).map_or(0, |p| p.net);
                let open: i64 = self.accounts.iter().map(|a| held(a).max(0)).sum();
                let part = open.unsigned_abs() * u64::from(terms.accountability_permille) / 1000;
                let level = Lots(part.max(terms.accountability_lots));
                let net = held(self.account(id));
                if level.0 < net.unsigned_abs() {
                    let lots = types::NetLots(net);
                    let fact = ClearingFact::Accountable { instrument, lots, level };
                    self.account_mut(id).tell(AccountFact::Clearing(fact), out);
                }
            }
        }
    }

    /// What an account would require, and its member's accounts with it.
    pub(super) fn check_credit(&self, account: &Account, required: Mills) -> Result<(), Refusal> {
        let refused = |required, available| {
            Err(RejectReason::CreditLimit.with(Detail::Margin { required, available }))
        };
        if let Some(most) = account.credit.filter(|most| *most < required) {
            return refused(required, most);
        }
        let Some(member) = account.member else { return Ok(()) };
        let others = self.accounts.iter().filter(|a| a.member == Some(member));
        let others = others.filter(|other| other.id != account.id);
        let together = required + others.map(|other| self.margin(other, None).initial).sum();
        match self.member_credits.get(&member).copied().flatten() {
            Some(most) if most < together => refused(together, most),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn limit_credit(
        &mut self,
        party: Party,
        most: Option<Mills>,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if most.is_some_and(|most| most.0 < 0) {
            return Err(RejectReason::BadAmount.into());
        }
        let concerned = match party {
            Party::Account(id) => vec![self.find_account(id)?.id],
            Party::Member(member) => self.accounts_of(member)?,
        };
        match party {
            Party::Account(id) => self.account_mut(id).credit = most,
            Party::Member(member) => drop(self.member_credits.insert(member, most)),
        }
        for id in concerned {
            let fact = ClearingFact::CreditLimited { party, most };
            self.account_mut(id).tell(AccountFact::Clearing(fact), out);
        }
        Ok(Done::Plain)
    }

    pub(super) fn join(
        &mut self,
        id: AccountId,
        member: MemberId,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        let account = self.account_mut(id);
        account.member = Some(member);
        account.tell(AccountFact::Clearing(ClearingFact::Joined { member }), out);
        Ok(Done::Plain)
    }

    fn accounts_of(&self, member: MemberId) -> Result<Vec<AccountId>, Refusal> {
        let mut ids: Vec<AccountId> = Vec::new();
        for account in &self.accounts {
            if account.member == Some(member) {
                ids.push(account.id);
            }
        }
        if ids.is_empty() { Err(RejectReason::UnknownMember.into()) } else { Ok(ids) }
    }

    pub(super) fn throw_member_switch(
        &mut self,
        member: MemberId,
        is_thrown: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let mut all = 0;
        let ids = self.accounts_of(member)?;
        self.check_release(&ids, is_thrown)?;
        for id in ids {
            all += self.switch(id, is_thrown, out);
        }
        Ok(Done::CanceledInAll(all))
    }

    pub(super) fn cancel_member(
        &mut self,
        member: MemberId,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let mut all = 0;
        for account in self.accounts_of(member)? {
            let reason = CancelReason::KillSwitch;
            let (instrument, side, tag, session) = (None, None, None, None);
            let which = MassCancel { account, instrument, side, tag, session, reason };
            if let Done::Canceled(_, count) = self.cancel_all(&which, out)? {
                all += count;
            }
        }
        Ok(Done::CanceledInAll(all))
    }

    /// all its orders end, in any phase; how many those were.
    pub(super) fn switch(&mut self, id: AccountId, is_thrown: bool, out: &mut Vec<Event>) -> u64 {
        let account = self.account_mut(id);
        account.is_killed = is_thrown;
        account.tell(AccountFact::KillSwitch { is_thrown }, out);
        if !is_thrown {
            return 0;
        }
        let count = self.orders.iter().filter(|order| order.account == id).count();
        self.withdraw_all(id, CancelReason::KillSwitch, out);
        u64::try_from(count).expect("a count")
    }
}
