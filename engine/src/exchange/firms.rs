//! Members: the accounts of one firm.
//!
//! An account that has joined no member stands for itself.

use serde::{Deserialize, Serialize};
use types::{
    AccountFact, AccountId, CancelReason, ClearingFact, Event, MemberId, Mills, OrderId, Refusal,
    RejectReason,
};

use super::{Done, Exchange};

/// A member.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Firm {
    /// What its accounts may require in margin together.
    pub(super) credit: Option<Mills>,
    /// What they were last told that they require.
    pub(super) required: Mills,
}

impl Exchange {
    /// An account leaves the member it belonged to, and belongs to this one.
    pub(super) fn join_member(
        &mut self,
        id: AccountId,
        member: MemberId,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let required = self.find_account(id)?.reported.initial;
        if let Some(before) = self.account_mut(id).member.replace(member) {
            self.require(before, Mills::ZERO - required);
        }
        self.require(member, required);
        let fact = AccountFact::Clearing(ClearingFact::Joined { member });
        self.account_mut(id).tell(fact, out);
        Ok(Done::Plain)
    }

    /// The accounts of a member require so much more, or less.
    pub(super) fn require(&mut self, member: MemberId, more: Mills) {
        self.members.entry(member).or_default().required += more;
    }

    /// all kill switches of a member.
    pub(super) fn throw_member_switch(
        &mut self,
        member: MemberId,
        is_thrown: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let (mut count, ids) = (0, self.accounts_of(member)?);
        if !is_thrown && ids.iter().any(|id| self.accounts[id].is_held) {
            return Err(RejectReason::HeldByOperator.into());
        }
        for id in ids {
            count += self.switch(id, is_thrown, out);
        }
        Ok(Done::CanceledInAll(count))
    }

    /// all orders of a member, as far as their phases let them leave.
    pub(super) fn cancel_member(
        &mut self,
        member: MemberId,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let mut count = 0;
        for id in self.accounts_of(member)? {
            let all = self.orders.of_account(id).filter(|order| self.check_leave(order).is_ok());
            let ids: Vec<OrderId> = all.map(|order| order.id).collect();
            count += u64::try_from(ids.len()).expect("a count");
            ids.into_iter().for_each(|id| self.withdraw(id, CancelReason::KillSwitch, out));
        }
        Ok(Done::CanceledInAll(count))
    }

    /// Throws or releases the kill switch of an account; how many orders that ended.
    pub(super) fn switch(&mut self, id: AccountId, is_thrown: bool, out: &mut Vec<Event>) -> u64 {
        let account = self.account_mut(id);
        account.is_switched_off = is_thrown;
        account.tell(AccountFact::KillSwitch { is_thrown }, out);
        let open = if is_thrown { u64::from(account.open_orders) } else { 0 };
        if is_thrown {
            self.withdraw_all(id, CancelReason::KillSwitch, out);
        }
        open
    }
}
