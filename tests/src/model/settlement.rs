//! Daily settlement: prices, gains and losses, the end of the day's orders. Chapters 4, 5 and 8.

use std::collections::BTreeMap;

use types::event::SettlementMethod;
use types::{
    AccountId, CancelReason, Event, InstrumentId, Lots, MarketFact, Phase, Ticks, TimeInForce,
};

use super::Model;
use super::state::Position;

impl Model {
    /// A price for every contract that trades, gains and losses in cash, and the new band.
    pub(super) fn settle(&mut self, out: &mut Vec<Event>) {
        let trading = self.contracts.iter().filter(|contract| contract.phase != Phase::Expired);
        let ids: Vec<InstrumentId> = trading.map(super::state::Contract::id).collect();
        let (outrights, combinations): (Vec<_>, Vec<_>) =
            ids.iter().partition(|id| self.contract(**id).instrument.tenor().is_some());
        let prices = self.settlement_prices(&outrights);
        let news: Vec<_> = prices.iter().map(|(id, (price, _))| (*id, *price)).collect();
        self.count_moves(&news);
        let mut owed = BTreeMap::new();
        for (id, (price, method)) in prices {
            self.tell_settled(id, price, method, out);
            self.carry_at(id, price, &mut owed);
            self.contract_mut(id).basis = Ticks(price.0.abs());
        }
        self.pay_variation(&owed, out);
        for id in combinations {
            let instrument = &self.contract(id).instrument;
            let (price, basis) = self.worth(&instrument.kind);
            let price = price.max(instrument.lowest).min(instrument.highest);
            self.tell_settled(id, price, SettlementMethod::Legs, out);
            let contract = self.contract_mut(id);
            (contract.settlement, contract.basis) = (price, basis);
        }
        for id in &ids {
            self.contract_mut(*id).band_step = 0;
        }
        self.change_ranges(out);
        self.touched.accounts.extend(self.accounts.iter().map(|account| account.id));
        for id in self.orders_where(|order| order.time_in_force == TimeInForce::Day) {
            self.withdraw(id, CancelReason::TimeOver, out);
        }
        self.use_new_fees();
        for id in ids {
            self.enforce_band(id, out);
        }
    }

    fn tell_settled(
        &mut self,
        id: InstrumentId,
        price: Ticks,
        method: SettlementMethod,
        out: &mut Vec<Event>,
    ) {
        let at = self.last_hour;
        let longs = self.accounts.iter().filter_map(|account| account.positions.get(&id));
        let open: i64 = longs.map(|position| position.net.max(0)).sum();
        let count = u64::try_from(self.trades.len()).expect("a count");
        let since = usize::try_from(self.contract(id).settled_until).expect("a count");
        let new = self.trades[since..].iter().filter(|trade| trade.instrument == id);
        let volume: Lots = new.map(|trade| trade.lots).sum();
        let contract = self.contract_mut(id);
        contract.settled_until = count;
        contract.is_idle = volume == Lots::ZERO;
        contract.volumes.push(volume.0);
        let fact = MarketFact::Settled {
            price,
            date: at.date(),
            is_final: contract.instrument.last_trading <= at,
            method,
            volume,
            open_interest: Lots(open.unsigned_abs()),
        };
        contract.tell(fact, out);
    }

    /// Carries all positions of a contract at this price, and adds up what they have gained.
    pub(super) fn carry_at(
        &mut self,
        id: InstrumentId,
        price: Ticks,
        owed: &mut BTreeMap<AccountId, i128>,
    ) {
        for (account, position) in self.positions(id) {
            let gain = self.contract(id).gain(position, price);
            *owed.entry(account).or_default() += gain;
            self.gained.push((account, id, gain));
            let carry = i128::from(position.net) * i128::from(price.0);
            self.add_position(account, id, 0, carry - position.carry);
        }
        self.contract_mut(id).settlement = price;
    }

    /// Positions in a contract that are held, or were since it was last settled.
    pub(super) fn positions(&self, id: InstrumentId) -> Vec<(AccountId, Position)> {
        let held = |account: &super::state::Account| {
            let position = account.positions.get(&id).copied().unwrap_or_default();
            let offers = self.orders.iter().any(|o| o.account == account.id && o.instrument == id);
            let is_there = position != Position::default() || offers;
            is_there.then_some((account.id, position))
        };
        self.accounts.iter().filter_map(held).collect()
    }

    pub(super) fn open_positions(&self, id: InstrumentId) -> Vec<(AccountId, Position)> {
        self.positions(id).into_iter().filter(|(_, position)| position.net != 0).collect()
    }
}
