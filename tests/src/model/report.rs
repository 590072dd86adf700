//! What a command touched, told at its end.

use std::cmp::Reverse;

use types::{
    AccountFact, Event, InstrumentId, Lots, MarketFact, Mills, NetLots, PositionReport, Side, Ticks,
};

use super::Model;

impl Model {
    /// Positions by account, then prices by contract, bids before asks and the best first, then
    /// margins that are not what they were.
    pub(super) fn report_touched(&mut self, out: &mut Vec<Event>) {
        let touched = std::mem::take(&mut self.touched);
        for (id, instrument) in touched.positions {
            let contract = self.contract(instrument);
            let position = self.account(id).positions.get(&instrument).copied().unwrap_or_default();
            let report = PositionReport {
                instrument,
                net: NetLots(position.net),
                carry: position.carry,
                settlement: contract.settlement,
                variation: Mills::from_wide(contract.gain(position, contract.settlement)),
            };
            self.account_mut(id).tell(AccountFact::Position(report), out);
        }
        let mut levels: Vec<_> = touched.levels.into_iter().collect();
        levels.sort_by_key(|(instrument, side, price)| match side {
            Side::Buy => (*instrument, *side, Reverse(price.0)),
            Side::Sell => (*instrument, *side, Reverse(-price.0)),
        });
        for (instrument, side, price) in levels {
            let lots = self.lots_at(instrument, side, price);
            self.contract_mut(instrument).tell(MarketFact::Depth { side, price, lots }, out);
        }
        self.tell_implied(out);
        for id in touched.accounts {
            let report = self.margin(self.account(id), None);
            let account = self.account_mut(id);
            if report != account.reported {
                account.reported = report;
                account.tell(AccountFact::Margin(report), out);
                self.look_at_call(id, out);
            }
        }
    }

    fn lots_at(&self, instrument: InstrumentId, side: Side, price: Ticks) -> Lots {
        let here = self.orders.iter().filter(|order| order.is_in(instrument));
        let level = here.filter(|order| order.side == side && order.price == price);
        level.map(|order| order.shown).sum()
    }
}
