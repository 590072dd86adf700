//! What is put right at the end of a command: reduce-only orders, and halts at the edge of a band.

use types::{AccountId, Ticks};
use types::{CancelReason, Event, InstrumentId, Lots, Phase, Side, Timestamp};

use super::Model;
use super::state::Order;

impl Model {
    /// no reduce-only order could open a position or turn one.
    pub(super) fn enforce_reduce_only(&mut self, out: &mut Vec<Event>) {
        let accounts: Vec<AccountId> = self.accounts.iter().map(|account| account.id).collect();
        for account in accounts {
            for instrument in self.contract_ids() {
                for side in Side::BOTH {
                    while self.cut_newest(account, instrument, side, out) {}
                }
            }
        }
    }

    /// Cuts the newest reduce-only order if there are too many lots. False when nothing was wrong.
    fn cut_newest(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        side: Side,
        out: &mut Vec<Event>,
    ) -> bool {
        let is_here = |o: &&Order| o.account == account && o.is_in(instrument) && o.side == side;
        let here: Vec<&Order> = self.orders.iter().filter(is_here).collect();
        let newest = here.iter().filter(|order| order.reduce_only).max_by_key(|order| order.id);
        let Some(newest) = newest.copied().copied() else { return false };
        let all: Lots = here.iter().map(|order| order.leaves()).sum();
        let most = self.account(account).reducible(instrument, side);
        if all <= most {
            return false;
        }
        let excess = all - most;
        if newest.leaves() <= excess {
            self.withdraw(newest.id, CancelReason::ReduceOnly, out);
        } else {
            let mut cut = newest;
            cut.shrink(excess);
            cut.revision += 1;
            self.put_back(cut);
            self.tell_restated(&cut, CancelReason::ReduceOnly, out);
        }
        true
    }

    /// whether a trade at this price halts the contract.
    pub(super) fn is_at_edge(&self, id: InstrumentId, price: Ticks) -> bool {
        let contract = self.contract(id);
        let (lowest, highest) = self.band(contract);
        (price == lowest || price == highest) && self.next_band(contract).is_some()
    }

    pub(super) fn halt_at_edges(&mut self, out: &mut Vec<Event>) {
        if self.terms.is_none() {
            return;
        }
        let now = self.now;
        for id in self.contract_ids() {
            let contract = self.contract(id);
            let seconds = i64::from(self.product(contract).limit_halt_seconds);
            let contract = self.contract_mut(id);
            if std::mem::take(&mut contract.is_at_edge) && contract.phase == Phase::Open {
                contract.timers.reopen = Some(now.plus(seconds * Timestamp::SECOND));
                contract.enter(Phase::Halted, out);
            }
        }
    }
}
