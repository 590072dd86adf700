//! Daily settlement.: a price for every contract, gains and losses paid in cash, and
//! orders that the new price band excludes cancelled.

use types::event::SettlementMethod;
use types::{
    AccountId, Event, InstrumentId, Lots, MarketFact, Mills, Phase, Side, Ticks, Timestamp,
    TransferKind,
};

use super::{Exchange, index};
use crate::ledger::Purse;
use crate::settlement::{moved, strike};

impl Exchange {
    pub(super) fn settle_day(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let prices = self.strike_prices(at);
        for (id, price, method) in &prices {
            self.publish_settlement(*id, *price, *method, at, out);
            self.pay_variation(*id, *price, out);
            self.market_mut(*id).state.band_step = 0;
        }
        self.end_day_orders(out);
        for (id, _, _) in prices {
            self.enforce_band(id, out);
        }
    }

    /// The settlement price of every contract that trades, in order of listing.
    fn strike_prices(&mut self, at: Timestamp) -> Vec<(InstrumentId, Ticks, SettlementMethod)> {
        let window_minutes = self.terms().settlement_window_minutes;
        let trading = self.markets.iter_mut().filter(|m| m.state.phase != Phase::Expired);
        let own: Vec<_> = trading
            .map(|market| {
                let average = market.state.window.average(at, window_minutes);
                let (bid, ask) = (market.book.best(Side::Buy), market.book.best(Side::Sell));
                (market.id(), strike(average, bid, ask))
            })
            .collect();
        let price = |(id, own_price): &(InstrumentId, Option<(Ticks, SettlementMethod)>)| {
            let (price, method) = own_price.unwrap_or_else(|| self.move_with(*id, &own));
            let instrument = &self.market(*id).instrument;
            (*id, price.clamp(instrument.lowest, instrument.highest), method)
        };
        own.iter().map(price).collect()
    }

    /// The price before, moved as the nearest contract of the product that has one of its own.
    fn move_with(
        &self,
        id: InstrumentId,
        own: &[(InstrumentId, Option<(Ticks, SettlementMethod)>)],
    ) -> (Ticks, SettlementMethod) {
        let market = self.market(id);
        let neighbours = own.iter().filter_map(|(other, price)| {
            let other = self.market(*other);
            let is_same = other.instrument.product == market.instrument.product;
            let months = other.instrument.tenor.first_month();
            let distance = months.since(market.instrument.tenor.first_month()).abs();
            price.filter(|_| is_same).map(|(price, _)| (distance, other.state.settlement, price))
        });
        moved(market.state.settlement, neighbours)
    }

    fn publish_settlement(
        &mut self,
        id: InstrumentId,
        price: Ticks,
        method: SettlementMethod,
        at: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let market = self.market_mut(id);
        let settled = MarketFact::Settled {
            price,
            date: at.date(),
            is_final: market.instrument.last_trading <= at,
            method,
            volume: market.state.volume,
            open_interest: market.state.open_interest,
        };
        market.state.volume = Lots::ZERO;
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
        let tick_value = market.instrument.tick_value;
        let mut owed = Vec::new();
        for account in self.accounts.values_mut() {
            let Some(holding) = account.holdings.get(&id).copied() else { continue };
            owed.push((account.id, holding.position.variation(price, tick_value)));
            // At the old price the account's sum loses this position's part; at the new one it has
            // none.
            account.change(market, |holding| holding.position.mark(market.state.settlement));
            if let Some(holding) = account.holdings.get_mut(&id) {
                holding.position.mark(price);
            }
            self.touched.position(account.id, id);
        }
        market.state.settlement = price;
        owed
    }
}
