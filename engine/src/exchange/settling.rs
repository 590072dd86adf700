//! Daily settlement.: a price for every contract, gains and losses paid in cash, and
//! orders that the new price band excludes cancelled.

use types::event::SettlementMethod;
use types::{
    AccountId, Event, InstrumentId, MarketFact, Mills, Phase, Ticks, Timestamp, TransferKind,
};

use super::{Exchange, index};
use crate::ledger::Purse;

impl Exchange {
    pub(super) fn settle_day(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let prices = self.strike_prices(at);
        self.count_moves(&prices);
        for (id, price, method) in prices {
            self.publish_settlement(id, price, method, at, out);
            self.pay_variation(id, price, out);
            self.market_mut(id).state.basis = Ticks(price.0.abs());
        }
        let ids: Vec<InstrumentId> = self.trading().map(super::Market::id).collect();
        for id in &ids {
            self.settle_combination(*id, at, out);
            self.market_mut(*id).state.band_step = 0;
            self.touched.implied(*id);
        }
        self.review_ranges(at, out);
        self.end_day_orders(out);
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

    /// every position gains or loses what the price moved since it was last carried; first
    /// the losers pay, then the winners are paid.
    pub(super) fn pay_variation(&mut self, id: InstrumentId, price: Ticks, out: &mut Vec<Event>) {
        let owed = self.mark_positions(id, price);
        let losers = owed.iter().filter(|(_, amount)| *amount < Mills::ZERO);
        for (account, loss) in losers {
            self.pay(TransferKind::Variation, Purse::Cash(*account), Purse::Clearing, -*loss, out);
        }
        let winners = owed.iter().filter(|(_, amount)| Mills::ZERO < *amount);
        for (account, gain) in winners {
            self.pay(TransferKind::Variation, Purse::Clearing, Purse::Cash(*account), *gain, out);
        }
        let left = self.ledger.balance(Purse::Clearing);
        assert!(left == Mills::ZERO, "gains and losses differ by {left}");
    }

    /// Carries every position of a contract at its new settlement price, and says what each account
    /// has gained.
    fn mark_positions(&mut self, id: InstrumentId, price: Ticks) -> Vec<(AccountId, Mills)> {
        let market = &mut self.markets[index(id)];
        let mut owed = Vec::new();
        for account in self.accounts.values_mut() {
            let Some(gain) = account.settle(market, price) else { continue };
            owed.push((account.id, gain));
            self.touched.position(account.id, id);
        }
        market.state.settlement = price;
        owed
    }
}
