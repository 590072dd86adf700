//! Daily settlement.: a price for every contract, gains and losses paid in cash, and
//! orders that the new price band excludes cancelled.

use types::event::SettlementMethod;
use types::{Event, InstrumentId, MarketFact, Phase, Ticks, Timestamp};

use super::Exchange;
use super::variation::Owed;

impl Exchange {
    pub(super) fn settle_day(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let (prices, mut owed) = (self.strike_prices(at), Owed::new());
        self.count_moves(&prices);
        for (id, price, method) in prices {
            self.publish_settlement(id, price, method, at, out);
            self.mark_positions(id, price, &mut owed);
            self.market_mut(id).state.basis = Ticks(price.0.abs());
        }
        self.pay_variation(&owed, out);
        let ids: Vec<InstrumentId> = self.trading().map(super::Market::id).collect();
        for id in &ids {
            self.settle_combination(*id, at, out);
            self.market_mut(*id).state.band_step = 0;
            self.touched.implied(*id);
        }
        self.review_ranges(at, out);
        self.end_day_orders(out);
        self.change_fees();
        for id in ids {
            self.enforce_band(id, out);
        }
    }

    pub(super) fn trading(&self) -> impl Iterator<Item = &super::Market> {
        self.markets.iter().filter(|market| market.state.phase != Phase::Expired)
    }

    /// what its legs' settlement prices make.
    fn settle_combination(&mut self, id: InstrumentId, at: Timestamp, out: &mut Vec<Event>) {
        let instrument = &self.market(id).instrument;
        if !instrument.is_combination() {
            return;
        }
        let (price, basis) = self.settlement_of_legs(instrument);
        let price = price.clamp(instrument.lowest, instrument.highest);
        self.publish_settlement(id, price, SettlementMethod::Legs, at, out);
        let state = &mut self.market_mut(id).state;
        (state.settlement, state.basis) = (price, basis);
    }

    fn publish_settlement(
        &mut self,
        id: InstrumentId,
        price: Ticks,
        method: SettlementMethod,
        at: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let product = self.product(self.market(id).instrument.product);
        let days = product.risk.concentration.map_or(0, |terms| usize::from(terms.days));
        let market = self.market_mut(id);
        let settled = MarketFact::Settled {
            price,
            date: at.date(),
            is_final: market.instrument.last_trading <= at,
            method,
            volume: market.state.volume,
            open_interest: market.state.open_interest,
        };
        market.close_day(days);
        market.tell(settled, out);
    }
}
