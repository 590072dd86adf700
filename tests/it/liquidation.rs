//! the liquidation price that was foretold is the first price of the contract that the account
//! could not stand, found by trying the prices on what the account has become.

use std::collections::BTreeMap;

use engine::Exchange;
use tests::view::{Account, View};
use tests::workload::{MARKETS, Workload};
use types::{
    Command, Event, InstrumentId, Kind, Lots, MarketFact, NewOrder, Phase, Preview, ProductTerms,
    Settlement, Ticks,
};

/// What the events say, and the settlement price of each contract.
#[derive(Default)]
struct Heard {
    view: View,
    settled: BTreeMap<InstrumentId, Ticks>,
    products: Vec<ProductTerms>,
}

/// How often a liquidation price was tried: of a contract that is held, of a whole with its parts, of a
/// spread, of a ramp; and how often there was none.
#[derive(Debug, Default)]
struct Tried {
    found: [u64; 4],
    none: u64,
}

#[test]
fn a_liquidation_price_is_the_first_that_is_not_covered() {
    let mut tried = Tried::default();
    for seed in 0..4 * MARKETS {
        let (mut exchange, mut heard) = (Exchange::new(), Heard::default());
        for command in Workload::new(seed + 100).take(12_000) {
            let asked = match &command.value {
                Command::PlaceOrder(order) => {
                    exchange.preview(order, command.time).ok().map(|preview| (order, preview))
                }
                _ => None,
            };
            let mut events = Vec::new();
            exchange.apply(&command, &mut events);
            events.iter().for_each(|event| heard.hear(event));
            if let Some((order, preview)) = asked {
                heard.try_prices(order, &preview, &mut tried);
            }
        }
    }
    assert!(tried.found.iter().all(|count| 30 < *count) && 100 < tried.none, "{tried:?}");
}

impl Heard {
    fn hear(&mut self, event: &Event) {
        self.view.hear(event);
        if let Event::MarketOpened(terms) = event {
            self.products.clone_from(&terms.product);
        }
        if let Event::Market { instrument, fact, .. } = event {
            match fact {
                MarketFact::Listed(listed) => {
                    self.settled.insert(*instrument, listed.reference);
                }
                MarketFact::Settled { price, .. } => {
                    self.settled.insert(*instrument, *price);
                }
                _ => {}
            }
        }
    }

    /// Of an order that filled whole, after which the account is as foretold.
    fn try_prices(&self, order: &NewOrder, preview: &Preview, tried: &mut Tried) {
        let account = &self.view.accounts[&order.account];
        let is_whole = preview.rests == Lots::ZERO && preview.fills == order.quantity;
        if !is_whole || account.margin != preview.after {
            return;
        }
        let instrument = &self.view.contracts[&order.instrument].instrument;
        let now = self.settled[&order.instrument];
        let moved = self.moved_by(order.instrument);
        let covers = |price: Ticks| self.covers(account, &moved, price.0 - now.0);
        let Some(found) = preview.liquidation else {
            assert!(
                self.mills_per_tick(account, &moved) == 0
                    || [instrument.lowest, instrument.highest].into_iter().all(covers)
                    || !(instrument.lowest..=instrument.highest).contains(&now),
                "{order:?} {preview:?}"
            );
            tried.none += 1;
            return;
        };
        assert!(!covers(found), "{order:?} {preview:?}");
        let step = (now.0 - found.0).signum();
        assert!(step == 0 || covers(Ticks(found.0 + step)), "{order:?} {preview:?}");
        // Prices go the way that costs.
        let per_tick = self.mills_per_tick(account, &moved);
        assert!(step == 0 || i128::from(step).signum() == per_tick.signum());
        let at = match instrument.kind {
            Kind::Outright(_) => usize::from(1 < moved.len()),
            Kind::Spread { .. } => 2,
            Kind::Ramp(_) => 3,
        };
        tried.found[at] += 1;
    }

    /// Whether cash that counts covers the maintenance margin when the price is so many ticks away.
    fn covers(&self, account: &Account, moved: &[InstrumentId], ticks: i64) -> bool {
        let gain = self.mills_per_tick(account, moved) * i128::from(ticks);
        let variation = i128::from(account.margin.variation.0) + gain;
        let counts = i128::from(account.margin.cash.0) + variation.min(0);
        i128::from(account.margin.maintenance.0) <= counts
    }

    fn mills_per_tick(&self, account: &Account, moved: &[InstrumentId]) -> i128 {
        let of = |id: &InstrumentId| {
            let net = account.positions.get(id).map_or(0, |position| position.net.0);
            let tick_value = self.view.contracts[id].instrument.tick_value;
            i128::from(net) * i128::from(tick_value.0)
        };
        moved.iter().map(of).sum()
    }

    /// Contracts whose prices move with this one's.
    fn moved_by(&self, id: InstrumentId) -> Vec<InstrumentId> {
        let instrument = &self.view.contracts[&id].instrument;
        let legs: Vec<InstrumentId> = instrument.legs().map(|leg| leg.instrument).collect();
        match instrument.kind {
            Kind::Spread { .. } => vec![legs[1]],
            Kind::Ramp(_) => [id]
                .into_iter()
                .chain(legs.into_iter().flat_map(|leg| self.moved_by(leg)))
                .collect(),
            Kind::Outright(tenor) => {
                let is_part = |other: &&tests::view::Contract| {
                    other.instrument.product == instrument.product
                        && other.phase != Phase::Expired
                        && other.instrument.tenor().is_some_and(|t| tenor.parts().any(|p| p == t))
                };
                let terms = &self.products[usize::from(instrument.product.0)];
                let parts: Vec<_> = self.view.contracts.values().filter(is_part).collect();
                let is_related = terms.settlement == Settlement::Physical
                    && parts.len() == tenor.parts().count();
                let parts = parts.into_iter().filter(|_| is_related);
                let below = parts.flat_map(|part| self.moved_by(part.instrument.id));
                [id].into_iter().chain(below).collect()
            }
        }
    }
}
