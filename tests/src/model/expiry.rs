//! Expiry and the cascade. Chapter 7.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, CancelReason, Event, InstrumentId, NetLots, Phase, Settlement, Side,
    Tenor,
};

use super::Model;
use super::state::{Position, Timers};

impl Model {
    /// Ends trading in what has reached its last trading day, the longest periods first.
    pub(super) fn expire(&mut self, out: &mut Vec<Event>) {
        let at = self.last_hour;
        let mut due: Vec<(i32, InstrumentId, Option<Tenor>)> = Vec::new();
        for contract in self.contracts.iter().filter(|contract| contract.phase != Phase::Expired) {
            let instrument = &contract.instrument;
            if instrument.last_trading <= at || self.is_unused(contract) {
                // Combinations come first.
                let months = instrument.tenor().map_or(100, Tenor::months);
                due.push((-months, contract.id(), instrument.tenor()));
            }
        }
        due.sort_by_key(|(months, id, _)| (*months, *id));
        for (_, id, tenor) in due {
            self.end_trading(id, out);
            let Some(tenor) = tenor else { continue };
            let product = self.contract(id).instrument.product;
            match self.terms().product[usize::from(product.0)].settlement {
                Settlement::Physical if 1 < tenor.months() => self.cascade(id, tenor, out),
                Settlement::Physical => {
                    // What cascaded into it in this hour came at the price of its whole.
                    let mut owed = BTreeMap::new();
                    self.carry_at(id, self.contract(id).settlement, &mut owed);
                    self.pay_variation(&owed, out);
                    self.close_in_cash(id, out);
                }
                Settlement::Cash { .. } | Settlement::Index => self.close_in_cash(id, out),
            }
        }
    }

    fn end_trading(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for side in Side::BOTH {
            for order in self.queue(id, side) {
                self.withdraw(order.id, CancelReason::Expired, out);
            }
        }
        for side in Side::BOTH {
            for stop in self.waiting(id, side, |_| true) {
                self.withdraw(stop, CancelReason::Expired, out);
            }
        }
        let contract = self.contract_mut(id);
        contract.timers = Timers::default();
        contract.enter(Phase::Expired, out);
    }

    fn close_in_cash(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for (account, position) in self.open_positions(id) {
            self.close(id, account, position, [0, 0, position.net], out);
        }
    }

    fn cascade(&mut self, id: InstrumentId, tenor: Tenor, out: &mut Vec<Event>) {
        let first = tenor.first_month();
        let mut legs: Vec<Tenor> = (0..3).map(|n| Tenor::Month(first.plus(n))).collect();
        if tenor.months() == 12 {
            legs.extend((1..4).map(|n| Tenor::Quarter(first.plus(3 * n))));
        }
        let product = self.contract(id).instrument.product;
        let leg_id = |leg: &Tenor| {
            let same = |c: &&super::state::Contract| {
                (c.instrument.product, c.instrument.tenor()) == (product, Some(*leg))
            };
            self.contracts.iter().find(same).expect("legs are listed").id()
        };
        let legs: Vec<InstrumentId> = legs.iter().map(leg_id).collect();
        for (account, position) in self.open_positions(id) {
            self.close(id, account, position, [position.net, 0, 0], out);
            for leg in &legs {
                self.add_position(account, *leg, position.net, position.carry);
            }
        }
    }

    fn close(
        &mut self,
        id: InstrumentId,
        account: AccountId,
        position: Position,
        became: [i64; 3],
        out: &mut Vec<Event>,
    ) {
        self.add_position(account, id, -position.net, -position.carry);
        let price = self.contract(id).settlement;
        let [cascaded, delivered, cashed] = became.map(NetLots);
        let fact = AccountFact::Expired { instrument: id, price, cascaded, delivered, cashed };
        self.account_mut(account).tell(fact, out);
    }
}
