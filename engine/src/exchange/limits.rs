//! How far prices may go: the breaker, the halt at the edge of the band, the band itself.,
//!

use types::{
    CancelReason, Event, InstrumentId, MarketFact, OrderId, Phase, Refusal, RejectReason, Side,
    Tenor, Ticks, Timestamp,
};

use super::auctions::after;
use super::live::Order;
use super::market::Timer;
use super::taken::Taken;
use super::{Done, Exchange};

impl Exchange {
    /// whether an order would trade too far from the last trades; then an auction is called.
    pub(super) fn breaks(&mut self, order: OrderId, out: &mut Vec<Event>) -> bool {
        let order = self.orders.live(order);
        if !self.would_break(order, self.now) {
            return false;
        }
        let instrument = order.instrument;
        let product = self.market(instrument).instrument.product;
        let called = if self.lead_month(instrument) {
            let open = self.in_phase(Phase::Open);
            let same = |id: &InstrumentId| self.market(*id).instrument.product == product;
            open.into_iter().filter(same).collect()
        } else {
            vec![instrument]
        };
        let end = after(self.now, self.terms().auction.volatility_seconds);
        for id in called {
            self.call(id, self.now, end, out);
        }
        true
    }

    pub(super) fn would_break(&self, order: &Order, now: Timestamp) -> bool {
        let market = self.market(order.instrument);
        let Some((lowest, highest)) = self.allowed(market, now, None) else { return false };
        let best = market.book.best(order.side.opposite());
        let Some(best) = best.filter(|best| order.side.accepts(order.price, *best)) else {
            return false;
        };
        let is_within = |price| lowest <= price && price <= highest;
        if is_within(best) && is_within(order.price) {
            return false;
        }
        let reach = book::reach(&market.book, &self.orders.slab, &order.taker());
        [reach.first, reach.worst].into_iter().flatten().any(|price| !is_within(price))
    }

    /// The lowest and highest price the breaker lets a contract trade at; any where there is none.
    fn allowed(
        &self,
        market: &super::Market,
        now: Timestamp,
        taken: Option<&Taken>,
    ) -> Option<(Ticks, Ticks)> {
        let product = self.product(market.instrument.product);
        let reach = market.state.basis.0 * i64::from(product.breaker_permille?) / 1000;
        let (state, minutes) = (&market.state, product.breaker_minutes);
        let now = taken.map_or(now, |taken| taken.now);
        let also = taken.and_then(|taken| taken.extremes(market.id()));
        Some(state.extremes.allowed(now, minutes, also, (state.settlement, reach)))
    }

    /// whether the breaker lets a contract trade at this price, after what an order that is only
    /// thought of has taken.
    pub(super) fn lets_trade(&self, id: InstrumentId, price: Ticks, taken: Option<&Taken>) -> bool {
        let market = self.market(id);
        let Some((lowest, highest)) = self.allowed(market, self.now, taken) else { return true };
        lowest <= price && price <= highest
    }

    /// Whether it is the nearest month of its product that trades.
    fn lead_month(&self, id: InstrumentId) -> bool {
        let product = self.market(id).instrument.product;
        let months = self.markets.iter().filter(|market| {
            market.instrument.product == product
                && market.state.phase != Phase::Expired
                && matches!(market.instrument.tenor(), Some(Tenor::Month(_)))
        });
        months.min_by_key(|market| market.instrument.tenor()).map(super::Market::id) == Some(id)
    }

    /// contracts that traded at the edge of their band halt.
    pub(super) fn halt_at_edge(&mut self, out: &mut Vec<Event>) {
        if self.scratch.at_edge.is_empty() {
            return;
        }
        let mut edge = std::mem::take(&mut self.scratch.at_edge);
        edge.sort_unstable();
        edge.dedup();
        for id in edge.drain(..) {
            let market = self.market(id);
            if market.state.phase != Phase::Open {
                continue;
            }
            let seconds = self.product(market.instrument.product).limit_halt_seconds;
            let end = after(self.now, seconds);
            self.market_mut(id).state.timer = Some(Timer::Widen(end));
            self.enter_phase(id, Phase::Halted, out);
        }
        self.scratch.at_edge = edge;
    }

    /// The halt at the edge of the band is over.
    pub(super) fn widen(&mut self, id: InstrumentId, at: Timestamp, out: &mut Vec<Event>) {
        let market = self.market(id);
        let wider = market.wider_step(self.product(market.instrument.product));
        self.market_mut(id).state.timer = None;
        if let Some(step) = wider {
            self.market_mut(id).state.band_step = step;
            self.tell_band(id, out);
        }
        self.call_opening(id, at, out);
    }

    /// the operator gives a contract another band.
    pub(super) fn change_band(
        &mut self,
        id: InstrumentId,
        permille: u32,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let market = self.find_market(id)?;
        if permille == 0 || 1000 < permille {
            return Err(RejectReason::BadAmount.into());
        }
        if market.state.phase == Phase::Expired {
            return Err(RejectReason::BadPhaseChange.into());
        }
        let state = &mut self.market_mut(id).state;
        (state.band_permille, state.band_step) = (Some(permille), 0);
        self.tell_band(id, out);
        self.enforce_band(id, out);
        Ok(Done::Plain)
    }

    fn tell_band(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let market = self.market(id);
        let (lowest, highest) = market.band(self.product(market.instrument.product));
        self.touched.implied(id);
        self.market_mut(id).tell(MarketFact::Band { lowest, highest }, out);
    }

    /// No order rests outside the price band, and no stop waits with a limit outside it.
    pub(super) fn enforce_band(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let market = self.market(id);
        let (lowest, highest) = market.band(self.product(market.instrument.product));
        let is_outside = |price| price < lowest || highest < price;
        for side in Side::BOTH {
            while let Some(last) = self.market(id).book.last(side, &self.orders.slab) {
                if !is_outside(self.orders.live(last).price) {
                    break;
                }
                self.withdraw(last, CancelReason::Band, out);
            }
            // The prices nearest the touch can be outside as well, when the band has moved past them.
            while let Some(first) = self.market(id).book.first(side, &self.orders.slab) {
                if !is_outside(self.orders.live(first).price) {
                    break;
                }
                self.withdraw(first, CancelReason::Band, out);
            }
        }
        for side in Side::BOTH {
            let stops = self.market(id).stops.of(side).map(|stop| self.orders.live(stop));
            let limited = stops.filter(|stop| stop.waits.is_some_and(|wait| wait.has_limit));
            let outside: Vec<OrderId> =
                limited.filter(|stop| is_outside(stop.price)).map(|stop| stop.id).collect();
            for stop in outside {
                self.withdraw(stop, CancelReason::Band, out);
            }
        }
    }
}
