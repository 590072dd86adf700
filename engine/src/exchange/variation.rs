//! Gains and losses are paid: losers first, then winners, each in one sum over all its contracts. What
//! a loser cannot pay and nobody pays for it is kept back from the gains.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, ClearingFact, Event, InstrumentId, Layer, Mills, Ticks, TransferKind,
};

use super::payments::holds_a_position;
use super::{Exchange, index};
use crate::ledger::Purse;
use crate::waterfall::shares;

/// What each account gains, or loses, at one settlement.
pub(super) type Owed = BTreeMap<AccountId, Mills>;

impl Exchange {
    /// Carries every position of a contract at its new settlement price, and adds up what each account
    /// has gained.
    pub(super) fn mark_positions(&mut self, id: InstrumentId, price: Ticks, owed: &mut Owed) {
        let market = &mut self.markets[index(id)];
        for account in self.accounts.values_mut() {
            let Some(gain) = account.settle(market, price) else { continue };
            *owed.entry(account.id).or_default() += gain;
            self.marks.gains.push((account.id, id, gain));
            self.touched.position(account.id, id);
        }
        market.state.settlement = price;
    }

    pub(super) fn pay_variation(&mut self, owed: &Owed, out: &mut Vec<Event>) {
        let losers = || owed.iter().filter(|(_, amount)| **amount < Mills::ZERO);
        let cash = |id: &AccountId| self.ledger.balance(Purse::Cash(*id));
        let (short, able): (Vec<_>, Vec<_>) =
            losers().map(|(id, loss)| (*id, -*loss)).partition(|(id, loss)| cash(id) < *loss);
        for (id, _) in &short {
            self.declare_default(*id, out);
        }
        for (id, loss) in able {
            self.pay(TransferKind::Variation, Purse::Cash(id), Purse::Clearing, loss, out);
        }
        let mut gains = self.gains_at_risk(owed);
        let all: i64 = gains.iter().map(|(_, gain)| gain).sum();
        let mut cut = Mills::ZERO;
        for (id, loss) in short {
            cut += self.collect(id, loss, Mills(all) - cut, out);
        }
        let weights: Vec<i64> = gains.iter().map(|(_, gain)| *gain).collect();
        for ((_, gain), share) in gains.iter_mut().zip(shares(cut.0, &weights)) {
            *gain = share;
        }
        let cuts: BTreeMap<AccountId, i64> = gains.into_iter().collect();
        for (id, gain) in owed.iter().filter(|(_, amount)| Mills::ZERO < **amount) {
            let cut = Mills(cuts.get(id).copied().unwrap_or(0));
            if cut != Mills::ZERO {
                let fact = AccountFact::Clearing(ClearingFact::GainCut { due: *gain, cut });
                self.account_mut(*id).tell(fact, out);
                self.marks.cut(*id, cut);
            }
            let paid = *gain - cut;
            self.pay(TransferKind::Variation, Purse::Clearing, Purse::Cash(*id), paid, out);
        }
        let left = self.ledger.balance(Purse::Clearing);
        assert!(left == Mills::ZERO, "gains and losses differ by {left}");
    }

    /// The gains of those who hold a position: nobody else's are ever cut.
    fn gains_at_risk(&self, owed: &Owed) -> Vec<(AccountId, i64)> {
        let winners = owed.iter().filter(|(_, amount)| Mills::ZERO < **amount);
        let holders = winners.filter(|(id, _)| holds_a_position(&self.accounts[*id]));
        holders.map(|(id, gain)| (*id, gain.0)).collect()
    }

    /// What can be had of a loss that its account cannot pay. Of the rest, the part that has to be kept
    /// back from gains of `at_risk` in all.
    fn collect(
        &mut self,
        id: AccountId,
        loss: Mills,
        at_risk: Mills,
        out: &mut Vec<Event>,
    ) -> Mills {
        let lacking = self.spend_contribution(id, loss, out);
        let lacking = self.cover(id, lacking, out);
        let cut = lacking.min(at_risk);
        if lacking != Mills::ZERO {
            self.unpaid.insert(id.of_house());
        }
        if cut != Mills::ZERO {
            let fact = ClearingFact::Covered { by: Layer::Gains, amount: cut };
            self.account_mut(id).tell(AccountFact::Clearing(fact), out);
            self.marks.cut(id, -cut);
        }
        self.cover_by(Layer::Beyond, Purse::House, id, lacking - cut, out);
        self.pay(TransferKind::Variation, Purse::Cash(id), Purse::Clearing, loss - cut, out);
        cut
    }
}
